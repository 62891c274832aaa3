//! What a world can ask of a finished run: numbers by name, for expectations and for comparison with history.
//!
//! Here is the language alone. How a number is found stands in `analysis::measure`; those that must be watched while
//! the run goes on are in `record::gauges` and `record::returns`.

use super::moments::{Day, Moment};
use crate::units::Span;
use serde::{Deserialize, Serialize};

/// A number that a finished run has, by name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Measure {
    /// Close of one day to close of another, as a ratio less one.
    CloseToClose { instrument: String, from: Day, to: Day },
    /// Lowest mark of a day against the close of another, as a ratio less one.
    LowAgainstClose { instrument: String, low: Day, close: Day },
    /// Units traded in a day.
    Volume { instrument: String, day: Day },
    /// What one lender lost.
    Loss { lender: String },
    /// What all lenders lost.
    TotalLoss,
    /// Part of all lenders' losses that these took.
    LossShare { lenders: Vec<String> },
    /// Mark at the close of a day.
    ClosingPrice { instrument: String, day: Day },
    /// Units of a day's volume in which one side was forced.
    ForcedVolume { instrument: String, day: Day },
    /// What lenders demanded of a firm in calls raised on a day. This and what follows is for a `Firm`, whose balance
    /// sheet is stated.
    Called { firm: String, day: Day },
    /// What a firm failed to pay of calls that went unmet on a day.
    Shortfall { firm: String, day: Day },
    /// What a firm drew on one of its sources over the run.
    Drawn { firm: String, source: String },
    /// What a firm was worth at the close of a day, with all that it owes.
    FirmValue { firm: String, day: Day },
    /// What a firm's positions had gained since they were opened, at the close of a day.
    PaperProfit { firm: String, day: Day },
    /// What a firm could deliver in cash by the next deadline, at the close of a day.
    Deliverable { firm: String, day: Day },
    /// Tail exponent of the returns from tick to tick, by Hill's estimate over the largest 2 % in size; of those that end
    /// at a price under `below` if that is given.
    TailExponent {
        instrument: String,
        #[serde(default)]
        below: Option<f64>,
    },
    /// Fourth central moment of the same returns over their squared variance: 3 for normal ones.
    Kurtosis {
        instrument: String,
        #[serde(default)]
        below: Option<f64>,
    },
    /// A straight line through points, by least squares on the logarithms of both numbers: how one thing grows with
    /// another. A point that is not above zero is left out.
    Fit { of: FitFigure, points: Vec<FitPoint> },
    /// How far the lowest mark between two moments lay below the mark at the first, as a share of that: 0.05 for 5 %. See
    /// [`crate::record::gauges`] for this and the next four.
    Fall { instrument: String, from: Moment, until: Moment },
    /// The part of that fall that had come back `within` a time after the low: 0.6 for three fifths.
    Recovery { instrument: String, from: Moment, until: Moment, within: Span },
    /// Units traded between two moments.
    Traded { instrument: String, from: Moment, until: Moment },
    /// Units that a trader, or all members of a population together, held at a moment; negative when short.
    Held { trader: String, instrument: String, at: Moment },
    /// Seconds from a moment until the mark first stood so far below what it was then: 0.05 for 5 %. Absent when it never
    /// did.
    Reached { instrument: String, from: Moment, fall: f64 },
    /// A number of `summary.json` by its path: `"accounts.breached"`.
    Summary(String),
}

/// Something predicted, and what came of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FitPoint {
    pub predicted: f64,
    pub measured: Box<Measure>,
}

/// What is asked of a fitted line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FitFigure {
    /// By how many times the logarithm of what is measured grows with that of what is predicted.
    Slope,
    /// What is measured where 1 is predicted.
    Factor,
    /// The part of the variance of the logarithms that the line explains.
    RSquared,
}
