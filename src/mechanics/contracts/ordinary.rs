//! An ordinary day of an instrument: the scale for whoever is declared in shares of it.

use ground::units::Span;
use language::read::Read;

/// How the instrument trades when nothing special happens: the scale for populations that are
/// declared in shares of it.
#[derive(Clone, Copy, Debug, Read)]
pub struct OrdinaryFile {
    /// Units traded on an ordinary day.
    #[read(positive)]
    pub daily_volume: f64,
    /// Standard deviation of an ordinary day's return.
    #[read(within = 0.0..=10.0)]
    pub daily_volatility: f64,
    /// Standard deviation a day of the value that informed traders agree on: the part of volatility
    /// that is news and not trading. 0 for a value that only shocks move.
    #[read(within = 0.0..=10.0)]
    pub value_volatility: f64,
    /// How that value moves. Left out: at random by proportions, without end.
    #[read(default)]
    pub value_walk: ValueWalk,
}

/// How the value that informed traders agree on moves from tick to tick.
#[derive(Clone, Copy, Debug, Default, PartialEq, Read)]
pub enum ValueWalk {
    /// By proportions, with `value_volatility`.
    #[default]
    Geometric,
    /// The same experiment again and again: by amounts, with a standard deviation of `volatility` currency a round, and
    /// at the start of each round back at the price of the start. `value_volatility` must be 0 then.
    Rounds {
        length: Span,
        #[read(not_negative)]
        volatility: f64,
    },
}

/// The same as a plan has it, per day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ordinary {
    pub daily_volume_units: f64,
    pub daily_volatility: f64,
    pub value_volatility: f64,
    pub value_walk: ValueWalk,
}
