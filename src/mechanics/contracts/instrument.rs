//! An instrument as a world states it, and the questions that checks have of it.

use super::{FutureFile, MarkFile, OptionFile, OrdinaryFile, PerpetualFile};
use crate::formation::Formation;
use crate::pool::PoolFile;
use language::named::Named;
use language::read::Read;

#[derive(Clone, Debug, Read)]
pub enum InstrumentFile {
    /// Owned outright: shares, coins.
    Spot {
        venues: Vec<String>,
        /// Price at the start.
        #[read(positive)]
        price: f64,
        /// Smallest price increment.
        #[read(positive)]
        step: f64,
        /// Smallest quantity, in units.
        #[read(positive)]
        lot: f64,
        /// Units that can trade hands: a fact for the reader and for concentration rules.
        #[read(positive)]
        float: f64,
        ordinary: OrdinaryFile,
        /// How its price comes about. Left out: by orders that meet in a book.
        #[read(default)]
        formation: Formation,
        /// Venues of its own that have no book but a pool of it and of money: a price from what is left there. Left out:
        /// none.
        #[read(default)]
        pools: Named<PoolFile>,
        /// Left out: the middle one of bid, ask and last price.
        #[read(default)]
        mark: MarkFile,
        /// Another spot instrument whose luck this one shares: news, and every draw of a population that trades both,
        /// fall out alike. So two markets differ by nothing but what the world makes differ between them. Left out: its
        /// luck is its own.
        #[read(default)]
        twin_of: Option<String>,
    },
    /// A total-return swap on a spot instrument, written by the lender of the account that holds
    /// it, who buys the shares as its hedge. It has no book: who trades it makes its lender trade
    /// the shares.
    Swap { of: String },
    /// Exposure to a price, settled in cash on schedule.
    Future(FutureFile),
    /// Exposure to a price without end, with funding.
    Perpetual(PerpetualFile),
    /// A European option.
    Option(OptionFile),
}

/// What all instruments with a price of their own in the file have in common.
#[derive(Clone, Copy, Debug)]
pub struct Booked<'a> {
    pub venues: &'a [String],
    pub price: f64,
    pub step: f64,
    pub lot: f64,
    /// `None`: without limit.
    pub float: Option<f64>,
    pub ordinary: &'a OrdinaryFile,
    pub mark: &'a MarkFile,
}

impl InstrumentFile {
    /// Whether whoever holds it owns it outright: shares and coins, and no contract.
    pub const fn owned(&self) -> bool {
        matches!(self, Self::Spot { .. })
    }

    /// Whether its price may be below zero: a future's on nothing else, as oil's was in April 2020, where prices form by
    /// impact. What traders in a book think a thing is worth is above zero.
    pub fn may_be_below_zero(&self) -> bool {
        let on_its_own = matches!(self, Self::Future(own) if own.underlying.is_none());
        on_its_own && self.formation().is_by_impact()
    }

    /// `None` for what takes its price from something else: swaps and options.
    pub fn booked(&self) -> Option<Booked<'_>> {
        match self {
            Self::Spot { venues, price, step, lot, float, ordinary, mark, formation: _, pools: _, twin_of: _ } => {
                let float = Some(*float);
                Some(Booked { venues, price: *price, step: *step, lot: *lot, float, ordinary, mark })
            }
            Self::Future(FutureFile { venues, price, step, lot, float, ordinary, mark, .. })
            | Self::Perpetual(PerpetualFile { venues, price, step, lot, float, ordinary, mark, .. }) => {
                let float = *float;
                Some(Booked { venues, price: *price, step: *step, lot: *lot, float, ordinary, mark })
            }
            Self::Swap { .. } | Self::Option(_) => None,
        }
    }

    /// How its own price comes about, if it has one.
    pub fn formation(&self) -> Formation {
        match self {
            Self::Spot { formation, .. } => *formation,
            Self::Future(own) => own.formation,
            Self::Perpetual(own) => own.formation,
            Self::Swap { .. } | Self::Option(_) => Formation::OrderBook,
        }
    }

    /// Its pools, by venue.
    pub fn pools(&self) -> impl Iterator<Item = (&str, &PoolFile)> {
        let pools = if let Self::Spot { pools, .. } = self { Some(pools) } else { None };
        pools.into_iter().flat_map(Named::iter)
    }

    /// What lies in a pool on a venue, if there is one.
    pub fn pool(&self, venue: &str) -> Option<&PoolFile> {
        self.pools().find_map(|(name, pool)| (name == venue).then_some(pool))
    }

    /// The instrument whose luck it shares, if that is not its own.
    pub fn twin_of(&self) -> Option<&str> {
        if let Self::Spot { twin_of, .. } = self { twin_of.as_deref() } else { None }
    }

    /// The venues on which it has books.
    pub fn venues(&self) -> &[String] {
        match self {
            Self::Spot { venues, .. } => venues,
            Self::Future(own) => &own.venues,
            Self::Perpetual(own) => &own.venues,
            Self::Option(own) => &own.venues,
            Self::Swap { .. } => &[],
        }
    }

    /// In the trade's words.
    pub const fn what(&self) -> &'static str {
        match self {
            Self::Spot { .. } => "a spot instrument",
            Self::Swap { .. } => "a swap",
            Self::Future(_) => "a future",
            Self::Perpetual(_) => "a perpetual",
            Self::Option(_) => "an option",
        }
    }

    /// What a total-return swap is written on, if it is one.
    pub fn swap_of(&self) -> Option<&str> {
        if let Self::Swap { of } = self { Some(of) } else { None }
    }

    /// What an option is on, if it is one.
    pub fn option_of(&self) -> Option<&str> {
        if let Self::Option(own) = self { Some(&own.of) } else { None }
    }

    /// The instrument that the news about this one is really about, when that is another.
    pub fn follows(&self) -> Option<&str> {
        match self {
            Self::Swap { of } => Some(of),
            Self::Option(own) => Some(&own.of),
            Self::Future(own) => own.underlying.as_deref(),
            Self::Perpetual(own) => own.index.as_deref(),
            Self::Spot { .. } => None,
        }
    }
}
