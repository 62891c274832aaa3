//! What a world can ask of a finished run: numbers by name, for expectations and for comparison with history.
//!
//! Here is the language alone. How a number is found stands in `analysis::measure`; those that must be watched while
//! the run goes on are in `record::gauges` and `record::returns`.

use ground::moments::{Day, Moment};
use ground::units::Span;
use language::read::Read;

/// A number that a finished run has, by name.
#[derive(Clone, Debug, PartialEq, Read)]
pub enum Measure {
    /// Close of one day to close of another, as a ratio less one.
    CloseToClose { instrument: String, from: Day, to: Day },
    /// Lowest mark of a day against the close of another, as a ratio less one.
    LowAgainstClose { instrument: String, low: Day, close: Day },
    /// Units traded in a day, with what was sold off the book in blocks and auctions, as the tape has it.
    Volume { instrument: String, day: Day },
    /// What one lender lost.
    Loss { lender: String },
    /// What all lenders lost.
    TotalLoss,
    /// Part of all lenders' losses that these took.
    LossShare { lenders: Vec<String> },
    /// Mark at the close of a day.
    ClosingPrice { instrument: String, day: Day },
    /// Units of a day's volume in which one side was forced, blocks and auctions among them.
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
        #[read(default)]
        below: Option<f64>,
    },
    /// Fourth central moment of the same returns over their squared variance: 3 for normal ones.
    Kurtosis {
        instrument: String,
        #[read(default)]
        below: Option<f64>,
    },
    /// A straight line through points, by least squares on the logarithms of both numbers: how one thing grows with
    /// another. A point that is not above zero is left out.
    Fit { of: FitFigure, points: Vec<FitPoint> },
    /// How far the lowest mark between two moments lay below the mark at the first, as a share of that: 0.05 for 5 %. See
    /// [`crate::gauges`] for this and the next five.
    Fall { instrument: String, from: Moment, until: Moment },
    /// The part of that fall that had come back `within` a time after the low: 0.6 for three fifths.
    Recovery { instrument: String, from: Moment, until: Moment, within: Span },
    /// Units traded between two moments, blocks and auctions among them.
    Traded { instrument: String, from: Moment, until: Moment },
    /// Units that a trader, or all members of a population together, held at a moment; negative when short.
    Held { trader: String, instrument: String, at: Moment },
    /// Units of a coin, or of its sister, that there were at a moment: the float, with what its peg had minted and without what
    /// it had burnt.
    Outstanding { instrument: String, at: Moment },
    /// Seconds from a moment until the mark first stood so far below what it was then: 0.05 for 5 %. Absent when it never
    /// did.
    Reached {
        instrument: String,
        from: Moment,
        #[read(within = 1e-6..=1.0)]
        fall: f64,
    },
    /// A number of `summary.json` by its path: `"accounts.breached"`.
    Summary(String),
}

/// Something predicted, and what came of it.
#[derive(Clone, Debug, PartialEq, Read)]
pub struct FitPoint {
    #[read(positive)]
    pub predicted: f64,
    pub measured: Box<Measure>,
}

/// What is asked of a fitted line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Read)]
pub enum FitFigure {
    /// By how many times the logarithm of what is measured grows with that of what is predicted.
    Slope,
    /// What is measured where 1 is predicted.
    Factor,
    /// The part of the variance of the logarithms that the line explains.
    RSquared,
}

/// A measure in a reader's words.
pub fn words_of(what: &Measure) -> String {
    match what {
        Measure::CloseToClose { instrument, from, to } => format!("{instrument}: close {from} to close {to}"),
        Measure::LowAgainstClose { instrument, low, close } => {
            format!("{instrument}: low of {low} against close {close}")
        }
        Measure::Volume { instrument, day } => format!("{instrument}: volume on {day}"),
        Measure::Loss { lender } => format!("loss of {lender}"),
        Measure::TotalLoss => "loss of all lenders".to_owned(),
        Measure::LossShare { lenders } => format!("share of losses: {}", lenders.join(", ")),
        Measure::ClosingPrice { instrument, day } => format!("{instrument}: close of {day}"),
        Measure::ForcedVolume { instrument, day } => format!("{instrument}: forced volume on {day}"),
        Measure::Called { firm, day } => format!("{firm}: called on {day}"),
        Measure::Shortfall { firm, day } => format!("{firm}: shortfall on {day}"),
        Measure::Drawn { firm, source } => format!("{firm}: drawn on {source}"),
        Measure::FirmValue { firm, day } => format!("{firm}: value at the close of {day}"),
        Measure::PaperProfit { firm, day } => format!("{firm}: paper profit at the close of {day}"),
        Measure::Deliverable { firm, day } => format!("{firm}: cash it can deliver at the close of {day}"),
        Measure::TailExponent { instrument, below } => format!("{instrument}: tail exponent{}", below_words(*below)),
        Measure::Kurtosis { instrument, below } => format!("{instrument}: kurtosis{}", below_words(*below)),
        Measure::Fit { of, points } => {
            let first =
                points.first().map_or_else(String::new, |point| format!(" ({} ...)", words_of(&point.measured)));
            let of = match of {
                FitFigure::Slope => "slope",
                FitFigure::Factor => "factor",
                FitFigure::RSquared => "R squared",
            };
            format!("{of} of measured on predicted, {} points{first}", points.len())
        }
        Measure::Fall { instrument, from, until } => format!("{instrument}: fall {}", stretch(*from, *until)),
        Measure::Recovery { instrument, from, until, within } => {
            format!("{instrument}: recovery {within} after the low of {}", stretch(*from, *until))
        }
        Measure::Traded { instrument, from, until } => format!("{instrument}: traded {}", stretch(*from, *until)),
        Measure::Held { trader, instrument, at } => format!("{trader}: {instrument} held at {}", moment(*at)),
        Measure::Outstanding { instrument, at } => format!("{instrument}: outstanding at {}", moment(*at)),
        Measure::Reached { instrument, from, fall } => {
            format!("{instrument}: seconds from {} until down by {fall}", moment(*from))
        }
        Measure::Summary(path) => path.clone(),
    }
}

fn below_words(below: Option<f64>) -> String {
    below.map_or_else(String::new, |price| format!(" below {price}"))
}

/// `2010-05-06 14:32 to 15:00`: the second day is named when it is another.
fn stretch(from: Moment, until: Moment) -> String {
    let until = if from.0.date() == until.0.date() { clock_time(until) } else { moment(until) };
    format!("{} to {until}", moment(from))
}

fn moment(at: Moment) -> String {
    format!("{} {}", at.0.date(), clock_time(at))
}

fn clock_time(at: Moment) -> String {
    let format = if at.0.second() == 0 { "%H:%M" } else { "%H:%M:%S" };
    at.0.strftime(format).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_that_differ_have_different_words() {
        let from: Moment = "2010-05-06 14:32".parse().unwrap();
        let reached = |fall: f64| words_of(&Measure::Reached { instrument: "es".to_owned(), from, fall });
        assert_ne!(reached(0.0501), reached(0.0504));
        assert_eq!(reached(0.05), "es: seconds from 2010-05-06 14:32 until down by 0.05");
    }
}
