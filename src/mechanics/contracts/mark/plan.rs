//! Marks in ids and whole numbers.

use super::{Averaged, MarkFile, MarkRule};
use ground::units::{MarketId, Rate, Span};
use std::sync::Arc;

/// How an instrument's mark is set.
#[derive(Clone, Debug, PartialEq)]
pub enum MarkPlan {
    /// From what there is at the end of the tick.
    Now(Momentary),
    /// See [`MarkFile::BookMedian`].
    BookMedian {
        basis: Span,
    },
    TimeWeighted {
        over: Span,
        of: Momentary,
    },
}

/// What a single tick says.
#[derive(Clone, Debug, PartialEq)]
pub enum Momentary {
    /// The book of the first venue.
    Book(MarkRule),
    Index(Arc<IndexPlan>),
}

/// See [`MarkFile::Index`].
#[derive(Clone, Debug, PartialEq)]
pub struct IndexPlan {
    pub sources: Vec<SourcePlan>,
    pub of: MarkRule,
    pub how: Averaged,
    pub stray: Option<Rate>,
    pub stale: Option<Span>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourcePlan {
    pub market: MarketId,
    /// In billionths.
    pub weight: i64,
}

impl Default for MarkPlan {
    fn default() -> Self {
        Self::Now(Momentary::Book(MarkRule::default()))
    }
}

impl MarkPlan {
    /// `market`: the instrument's market on a venue, where it has one. Venues that do not exist are for `check` to report.
    pub fn of(file: &MarkFile, market: &impl Fn(&str) -> Option<MarketId>) -> Self {
        match file {
            MarkFile::BookMedian { basis } => Self::BookMedian { basis: *basis },
            MarkFile::TimeWeighted { over, of } => Self::TimeWeighted { over: *over, of: momentary(of, market) },
            other => Self::Now(momentary(other, market)),
        }
    }

    /// What is taken from the instrument's books now, if anything is.
    pub fn momentary(&self) -> Option<&Momentary> {
        match self {
            Self::Now(of) | Self::TimeWeighted { of, .. } => Some(of),
            Self::BookMedian { .. } => None,
        }
    }

    /// The venues it looks at, where those are several.
    pub fn index(&self) -> Option<&IndexPlan> {
        match self.momentary()? {
            Momentary::Index(index) => Some(index),
            Momentary::Book(_) => None,
        }
    }

    /// How one of its books is read: for what is shown of a single market.
    pub fn book_rule(&self) -> MarkRule {
        match self.momentary() {
            Some(Momentary::Book(rule)) => *rule,
            Some(Momentary::Index(_)) | None => MarkRule::default(),
        }
    }
}

fn momentary(file: &MarkFile, market: &impl Fn(&str) -> Option<MarketId>) -> Momentary {
    let MarkFile::Index { venues, of, how, stray, stale } = file else {
        // An average of averages is for `check` to report.
        return Momentary::Book(file.book_rule().unwrap_or_default());
    };
    let source =
        |(name, weight): (&str, &f64)| Some(SourcePlan { market: market(name)?, weight: MarkFile::weight(*weight) });
    Momentary::Index(Arc::new(IndexPlan {
        sources: venues.iter().filter_map(source).collect(),
        of: *of,
        how: *how,
        stray: stray.and_then(Rate::from_f64),
        stale: *stale,
    }))
}
