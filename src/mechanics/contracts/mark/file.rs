//! Marks as a world states them, and what is wrong with them.

use super::MarkRule;
use ground::units::{Rate, Span};
use language::findings::Findings;
use language::named::Named;
use language::read::Read;

/// How an instrument's mark is set. The first three look at the book of its first venue alone, see [`MarkRule`].
///
/// ```ron
/// mark: Index(venues: {"spot-a": 0.5, "spot-b": 0.3, "spot-c": 0.2}, stray: Some(0.03), stale: Some("1m")),
/// mark: BookMedian(basis: "30s"),
/// mark: TimeWeighted(over: "30m", of: Last),
/// ```
#[derive(Clone, Debug, Default, PartialEq, Read)]
pub enum MarkFile {
    #[default]
    MiddleOfThree,
    Last,
    Mid,
    /// Of a perpetual with an index or a future with an underlying: the middle one of
    /// `index × (1 + last funding × time to funding ÷ interval)`, `index + average of (middle of the quotes − index)`,
    /// and the last price traded. (Binance, mark price of USD-M perpetuals, since September 2025 over 30
    /// seconds.) Without funding the first is the index.
    BookMedian {
        /// Over how long the basis is averaged, tick by tick: `"30s"`. Ticks in which a side of the book is empty do
        /// not count.
        basis: Span,
    },
    /// Over the books of several of its venues, each with a weight, whatever the weights add up to.
    Index {
        #[read(within = 1e-6..=HEAVIEST)]
        venues: Named<f64>,
        /// What is taken from each book. Left out: `Mid`.
        #[read(default = "mid")]
        of: MarkRule,
        /// Left out: `Mean`.
        #[read(default)]
        how: Averaged,
        /// A venue whose price is further than this share from the median of all is left out. Left out: none is.
        #[read(default, within = 1e-6..=10.0)]
        stray: Option<f64>,
        /// A venue whose feed has brought nothing new for longer is left out. A feed brings something while the venue
        /// is open and both sides of its book are there (for `Last`: when there is a trade). Left out: none is, the
        /// last price that came stands for the venue.
        #[read(default)]
        stale: Option<Span>,
    },
    /// The average, tick by tick, over a while.
    TimeWeighted {
        over: Span,
        /// What is averaged: a book rule or an `Index`. Left out: `MiddleOfThree`.
        #[read(default)]
        of: Box<MarkFile>,
    },
}

/// How the prices of several venues become one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Read)]
pub enum Averaged {
    #[default]
    Mean,
    /// The price with half of the weight on either side.
    Median,
}

fn mid() -> MarkRule {
    MarkRule::Mid
}

/// A venue heavier than this would leave nothing to the others.
const HEAVIEST: f64 = 1e6;

/// What a rule's instrument is, as far as rules care.
#[derive(Clone, Copy, Debug)]
pub struct Marked<'a> {
    /// Where it trades.
    pub venues: &'a [String],
    /// It is a contract on something that has a price.
    pub has_index: bool,
    /// Its price forms in books.
    pub has_book: bool,
    /// Length of a tick.
    pub tick: Span,
}

impl MarkFile {
    /// The rule, if it looks at one book.
    pub fn book_rule(&self) -> Option<MarkRule> {
        match self {
            Self::MiddleOfThree => Some(MarkRule::MiddleOfThree),
            Self::Last => Some(MarkRule::Last),
            Self::Mid => Some(MarkRule::Mid),
            Self::BookMedian { .. } | Self::Index { .. } | Self::TimeWeighted { .. } => None,
        }
    }

    /// What is wrong with it.
    pub fn check(&self, path: &str, marked: Marked<'_>, findings: &mut Findings) {
        let needs_book = matches!(self, Self::BookMedian { .. } | Self::Index { .. });
        if needs_book && !marked.has_book {
            findings.add(path, "its price forms without a book, and this rule looks at books", "leave `mark` out");
        }
        match self {
            Self::MiddleOfThree | Self::Last | Self::Mid => {}
            Self::BookMedian { basis } => {
                if !marked.has_index {
                    findings.add(
                        path,
                        "a basis is the distance from an index, and it has none",
                        "name an `index` (a perpetual) or an `underlying` (a future), or take another rule",
                    );
                }
                window(&format!("{path}.book_median.basis"), *basis, marked.tick, findings);
            }
            Self::Index { venues, stale, .. } => {
                let path = format!("{path}.index");
                if venues.is_empty() {
                    findings.add(format_args!("{path}.venues"), "the index is of nothing", "name at least one venue");
                }
                for name in venues.names() {
                    if !marked.venues.iter().any(|venue| venue == name) {
                        findings.add(
                            format_args!("{path}.venues.{name}"),
                            format!("it does not trade at \"{name}\""),
                            format!("name one of its venues: {}", marked.venues.join(", ")),
                        );
                    }
                }
                if *stale == Some(Span::ZERO) {
                    let remedy = "give a length such as \"1m\", or leave it out";
                    findings.add(format_args!("{path}.stale"), "no feed is as quick as that", remedy);
                }
            }
            Self::TimeWeighted { over, of } => {
                let path = format!("{path}.time_weighted");
                window(&format!("{path}.over"), *over, marked.tick, findings);
                if matches!(**of, Self::TimeWeighted { .. } | Self::BookMedian { .. }) {
                    findings.add(
                        format_args!("{path}.of"),
                        "it is an average already",
                        "average a book rule or an `Index`",
                    );
                } else {
                    of.check(&format!("{path}.of"), marked, findings);
                }
            }
        }
    }

    /// An index's weights in whole numbers, in the order of the file.
    pub(super) fn weight(weight: f64) -> i64 {
        // Checked to be within bounds; what is not is reported there.
        Rate::from_f64(weight.clamp(0.0, HEAVIEST)).map_or(0, Rate::billionths)
    }
}

/// A window is a tick at least, or it averages nothing.
fn window(path: &str, window: Span, tick: Span, findings: &mut Findings) {
    if window.as_seconds() < tick.as_seconds() {
        findings.add(
            path,
            "a window shorter than a tick averages nothing",
            "give a tick's length at least, or take another rule",
        );
    }
}
