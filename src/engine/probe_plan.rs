//! How the market of a world is to be probed, and which figures a world may state bands for.

use language::read::Read;

/// What to measure, in ticks.
#[derive(Clone, Debug, PartialEq)]
pub struct ProbePlan {
    /// By name; `None`: the first that has a price of its own.
    pub instrument: Option<String>,
    pub seeds: u32,
    pub sizes: Vec<f64>,
    pub over: Vec<u32>,
    pub after: u32,
    /// `None`: as long as it was worked.
    pub rest: Option<u32>,
    pub expect: Vec<ProbeExpect>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ProbeExpect {
    pub what: Quantity,
    pub min: f64,
    pub max: f64,
    pub why: String,
}

/// A figure that a world may state a band for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Read)]
pub enum Quantity {
    /// Ask less bid over the mid, in basis points, on average.
    SpreadBps,
    /// Standard deviation of a day's return.
    DailyVolatility,
    /// Daily volume over what the world calls ordinary.
    DailyVolume,
    /// Variance of a day's return over the sum of its minutes' variances: 1 for a walk without memory.
    VarianceRatio,
    /// The largest autocorrelation of five-minute returns either way, at lags from two to twelve.
    ReturnAutocorrelation,
    /// Hill's estimate over one-minute returns.
    TailExponent,
    /// Kurtosis of one-minute returns; 3 for a normal variable.
    Kurtosis,
    /// Kurtosis of one-minute returns less that of hourly ones (of the longest horizon below half a day).
    KurtosisFall,
    /// Autocorrelation of the sizes of five-minute returns, mean over the first hour.
    SizeAutocorrelation,
    /// The exponent with which it falls with the lag.
    SizeDecay,
    /// Autocorrelation of the signs of net aggressive volume, tick by tick, mean of lags one to ten.
    SignAutocorrelation,
    /// The exponent with which it falls.
    SignDecay,
    /// Correlation of the size of a five-minute return with its volume.
    VolumeVolatility,
    /// Correlation of the logarithms of depth within 50 basis points and of volatility, over half hours.
    DepthVolatility,
    /// δ of `I = Y σ (Q/V)^δ`.
    ImpactExponent,
    /// Y of it: impact of an order of one day's volume, in days' volatility.
    ImpactCoefficient,
    /// What is left of the peak when the order has rested.
    ImpactRemaining,
}
