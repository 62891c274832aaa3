//! How the price of an instrument comes about: the ways there are, as a world names them and as a plan has them.
//!
//! Each way is a folder of its own ([`book`](crate::book), [`impact`](crate::impact), [`demand`](crate::demand),
//! [`pool`](crate::pool)); whoever has to know which it is asks here. An instrument states how its price forms; on a venue
//! of its own it may lie in a pool besides, beside the books of others.

use crate::impact::{ImpactFile, ImpactPlan};
use crate::pool::PoolPlan;
use ground::units::AccountId;
use language::read::Read;

/// How the price of an instrument comes about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Read)]
pub enum Formation {
    /// By orders that meet in a book.
    #[default]
    OrderBook,
    /// By a stated function of net volume: `Impact(law: Linear(units: 50_000.0, fall: 0.01))`.
    Impact(ImpactFile),
    /// By demand curves: each tick the price at which all that is wanted is all that there is, see
    /// [`crate::demand`].
    Clearing,
}

impl Formation {
    /// Whether orders meet in a book.
    #[must_use]
    pub const fn has_book(self) -> bool {
        matches!(self, Self::OrderBook)
    }

    /// Whether it hears of jumps and of another depth or volatility itself, and not only through who trades.
    #[must_use]
    pub const fn is_by_impact(self) -> bool {
        matches!(self, Self::Impact(_))
    }

    /// In words, where there is no book.
    #[must_use]
    pub const fn how(self) -> Option<&'static str> {
        match self {
            Self::OrderBook => None,
            Self::Impact(_) => Some("by impact"),
            Self::Clearing => Some("by demand curves"),
        }
    }
}

/// How the price of one market comes about, in whole numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum FormationPlan {
    #[default]
    Book,
    Impact(ImpactPlan),
    Demand {
        /// Who takes what is left over.
        rest: AccountId,
    },
    /// By what is left in a pool of the instrument and of money.
    Pool(PoolPlan),
}

impl FormationPlan {
    /// Whether orders meet in a book. Otherwise nothing rests.
    #[must_use]
    pub const fn has_book(&self) -> bool {
        matches!(self, Self::Book)
    }

    /// The pool in which it forms, if it does.
    #[must_use]
    pub const fn pool(&self) -> Option<&PoolPlan> {
        if let Self::Pool(pool) = self { Some(pool) } else { None }
    }

    /// Whether traders declare demand curves as they are.
    #[must_use]
    pub const fn takes_curves(&self) -> bool {
        matches!(self, Self::Demand { .. })
    }
}
