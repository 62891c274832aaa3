//! Contracts as a world states them.

use super::MarkFile;
use crate::contracts::OrdinaryFile;
use crate::formation::Formation;
use crate::margin::Right;
use ground::moments::Moment;
use ground::units::Span;
use language::read::Read;

/// A future: bought and sold for nothing, settled in cash on schedule.
///
/// ```ron
/// "nickel-3m": Future(venues: ["lme"], price: 29_770.0, step: 5.0, lot: 6.0, settles: AtClose,
///     expiry: "2022-06-07 17:00", underlying: "nickel",
///     ordinary: (daily_volume: 60_000.0, daily_volatility: 0.02, value_volatility: 0.0)),
/// ```
#[derive(Clone, Debug, Read)]
pub struct FutureFile {
    pub venues: Vec<String>,
    /// Price at the start, for one unit.
    pub price: f64,
    /// Smallest price increment.
    #[read(positive)]
    pub step: f64,
    /// Units in a contract, which is the smallest quantity: its multiplier. A `daily_volume` and a firm's positions
    /// are in units all the same.
    #[read(positive)]
    pub lot: f64,
    pub ordinary: OrdinaryFile,
    /// When gains and losses are paid in cash.
    pub settles: Settles,
    /// When it ends: every position is paid out at the underlying's mark at the end of the last tick that ends by then,
    /// and its books close; over a night or a weekend that is the close before. Left out: after the end of the run.
    #[read(default)]
    pub expiry: Option<Moment>,
    /// The spot instrument it is on. Its value is that of the underlying, news included, and it ends at its mark.
    /// Left out: none, it has a value of its own and ends at its own mark.
    #[read(default)]
    pub underlying: Option<String>,
    /// Units that can trade hands, for concentration rules. Left out: without limit, as contracts are.
    #[read(default, positive)]
    pub float: Option<f64>,
    /// Left out: the middle one of bid, ask and last price.
    #[read(default)]
    pub mark: MarkFile,
    /// How its price comes about. Left out: by orders that meet in a book.
    #[read(default)]
    pub formation: Formation,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Read)]
pub enum Settles {
    /// At the end of each session's last tick.
    AtClose,
    /// At the end of each tick.
    EveryTick,
}

/// A perpetual swap: a future that never ends, tied to its index by funding.
#[derive(Clone, Debug, Read)]
pub struct PerpetualFile {
    pub venues: Vec<String>,
    /// Price at the start, for one unit.
    #[read(positive)]
    pub price: f64,
    /// Smallest price increment.
    #[read(positive)]
    pub step: f64,
    /// Units in a contract, which is the smallest quantity.
    #[read(positive)]
    pub lot: f64,
    pub ordinary: OrdinaryFile,
    /// The spot instrument it follows: its value is that of the index, and funding is worked out against the index's
    /// mark. Left out: it has a value of its own, and no funding.
    #[read(default)]
    pub index: Option<String>,
    /// Left out: none is paid.
    #[read(default)]
    pub funding: Option<FundingFile>,
    /// Units that can trade hands, for concentration rules. Left out: without limit.
    #[read(default, positive)]
    pub float: Option<f64>,
    /// Left out: the middle one of bid, ask and last price.
    #[read(default)]
    pub mark: MarkFile,
    /// How its price comes about. Left out: by orders that meet in a book.
    #[read(default)]
    pub formation: Formation,
}

/// What longs pay to shorts (or, negative, receive) so that the price stays near the index.
///
/// `F = [P + clamp(I − P, ±cap)] ÷ (8 h ÷ interval)`, of a position's value at mark, where `P` is the average over
/// the interval of the premium `[max(0, impact bid − index) − max(0, index − impact ask)] ÷ index` at the end of
/// each tick, and `I` the interest. (Binance, funding rates of USD-M futures.)
#[derive(Clone, Copy, Debug, PartialEq, Read)]
pub struct FundingFile {
    /// From one payment to the next, counted from midnight: `"8h"`.
    pub interval: Span,
    /// For eight hours, whatever the interval: 0.0001 is a hundredth of a per cent.
    #[read(within = -0.1..=0.1)]
    pub interest: f64,
    /// How far the rate may be from the premium on account of interest: 0.0005.
    #[read(within = 0.0..=0.1)]
    pub cap: f64,
    /// Value, in money, of the order whose average price is the impact bid or ask. Left out: 0, the best quotes.
    #[read(default, not_negative)]
    pub impact: f64,
    /// Largest rate for an interval, either way. Left out: 1, no limit that matters.
    #[read(default = "no_limit", within = 0.0..=1.0)]
    pub at_most: f64,
}

fn no_limit() -> f64 {
    1.0
}

/// A European option: the premium is paid when it is traded, and what it is worth when it ends.
///
/// Its price is in the steps of what it is on. It is carried at its Black-Scholes value at the underlying's mark,
/// without interest, however thin its own book is.
#[derive(Clone, Debug, Read)]
pub struct OptionFile {
    /// What it is on: a spot instrument, a future or a perpetual.
    pub of: String,
    pub right: Right,
    /// Price of the underlying at which it begins to be worth something when it ends.
    #[read(positive)]
    pub strike: f64,
    /// When it ends. Every position is paid out at the end of the last tick that ends by then; over a night or a
    /// weekend that is the close before.
    pub expiry: Moment,
    pub venues: Vec<String>,
    /// Units of the underlying in a contract, which is the smallest quantity: its multiplier.
    #[read(positive)]
    pub lot: f64,
    /// Standard deviation of a year's return that its value is worked out with, by marks and margins alike. Constant, but
    /// for shocks of volatility.
    #[read(within = 1e-4..=10.0)]
    pub implied_volatility: f64,
    /// Of the option itself, in units of the underlying.
    pub ordinary: OrdinaryFile,
}
