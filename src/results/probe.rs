//! What a probe found of a market, as its pictures need it.

/// A market, probed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Probed {
    pub world: String,
    pub instrument: String,
    pub seeds: u32,
    pub impact: Impact,
    /// Units that wait at the best prices, on average.
    pub depth_best: f64,
    /// By distance from the mid in basis points: units that wait within it.
    pub depth: Vec<(f64, f64)>,
    /// `None` of too few returns.
    pub tail: Option<Tail>,
    pub memory: Memory,
    /// By horizon, from the shortest to a day.
    pub kurtosis: Vec<Kurtosis>,
}

/// How orders moved the price.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Impact {
    pub sizes: Vec<Size>,
    /// Of the law that was fitted.
    pub exponent: Option<f64>,
    pub coefficient: Option<f64>,
}

/// All orders of one size.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Size {
    /// Of a day's volume.
    pub share: f64,
    /// In days of volatility, with its standard error.
    pub peak: f64,
    pub peak_error: f64,
    /// After a rest.
    pub after: f64,
}

/// The largest returns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tail {
    /// The length of time that they are over: `"1m"`.
    pub horizon: String,
    /// Hill's estimate, from the `counted` largest, with its 95 %.
    pub exponent: f64,
    pub low: f64,
    pub high: f64,
    pub counted: usize,
    /// All of them.
    pub returns: usize,
    /// Sizes, from the largest.
    pub largest: Vec<f64>,
}

/// Autocorrelations by lag, from one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Memory {
    /// The length of a lag.
    pub spell: String,
    pub returns: Vec<f64>,
    pub sizes: Vec<f64>,
    /// Means over lags from two to twelve.
    pub returns_mean: f64,
    pub sizes_mean: f64,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Kurtosis {
    pub ticks: usize,
    /// In words: `"15m"`.
    pub horizon: String,
    pub value: f64,
}
