//! A lender's liquidation policy as a world states it, and as the stage reads it.
//!
//! Four axes, each combining with every value of the others. What contradicts itself is for `check` to refuse. `steps`
//! has what is sold apart from the rest.

use super::Auction;
use super::steps::{ApartFile, Programme};
use crate::margin::CallLevel;
use ground::moments::Start;
use ground::units::{Cash, Rate, Span};
use language::read::Read;

#[derive(Clone, Debug, PartialEq, Read)]
pub struct PolicyFile {
    pub first: WhatFirst,
    pub much: HowMuch,
    pub how: HowFile,
    /// How far from the last mark an order may trade, as a share of the price: what it cannot fill within
    /// that rests there, for all to see, until the next tick. 1 for an order at any price.
    #[read(within = 1e-6..=1.0)]
    pub collar: f64,
    /// From the breach to the first order: a length of time, or `"T+1"` for the opening of the session
    /// after the next close. Or the moment before which there is none: `"2021-03-26 09:30"`.
    pub delay: Start,
    /// What is sold otherwise than the rest, or in steps: in blocks at stated moments, say. Left out: nothing.
    #[read(default)]
    pub apart: Vec<ApartFile>,
    /// From the end of one partial liquidation of an account to the first order of the next. Left out: none.
    #[read(default)]
    pub cooldown: Option<Span>,
    /// Where orders go when what is sold trades on several venues. Left out: `Primary`.
    #[read(default)]
    pub route: Route,
    /// Keeps the lender from selling into a market without depth. Left out: it sells into any.
    #[read(default)]
    pub throttle: Option<ThrottleFile>,
}

#[derive(Clone, Copy, Debug, PartialEq, Read)]
pub struct ThrottleFile {
    /// What all the lender's forced orders of a tick in one market may be, or all that it has on offer in auctions, as
    /// a share of what stands on the other side of the book within 1 % of the mark.
    #[read(within = 1e-6..=100.0)]
    pub share_of_depth: f64,
}

/// Which of an instrument's venues the lender trades at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Read)]
pub enum Route {
    /// The first that the instrument names.
    #[default]
    Primary,
    /// All that are open, each tick in proportion to what stands on the other side of their books within 1 % of the
    /// price there.
    ByDepth,
}

/// Which positions go first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Read)]
pub enum WhatFirst {
    /// All at the same pace.
    ProRata,
    /// The position with the largest loss since it was last settled.
    LargestLoss,
    /// The position that is smallest against an ordinary day's volume.
    MostLiquid,
    /// The position that frees most of the requirement for each unit of money that closing it is expected to cost, by
    /// the square-root law of impact.
    MarginFreed,
    /// What no other position offsets, on the same underlying or in the lender's model; then what is left, hedges and
    /// hedged at the same pace.
    KeepHedges,
}

fn bonus_on_ether() -> f64 {
    0.05
}

/// How much of the account is sold.
#[derive(Clone, Copy, Debug, PartialEq, Read)]
pub enum HowMuch {
    /// Everything: the account is closed out.
    All,
    /// No more than brings equity back to the initial requirement; then the account lives on.
    RestoreInitial,
    /// No more than brings equity back to the maintenance requirement; then the account lives on.
    RestoreMaintenance,
    /// This share of its debt is repaid from what it owns; then the account lives on, or is in breach again. (Aave v3: a
    /// half, and all at a health of 0.95 and below.)
    CloseFactor {
        #[read(within = 1e-6..=1.0)]
        share: f64,
        /// All of the debt is repaid when its health, what it may owe over what it owes, is at or below this. Left out:
        /// never. (Aave v3: 0.95.)
        #[read(default, within = 0.0..=1.0)]
        full_below: Option<f64>,
        /// All of the debt is repaid when it, or what the account owns, is worth less than this in major units. Left out:
        /// however small. (Aave v3.3: 2,000.)
        #[read(default, not_negative)]
        whole_below: Option<f64>,
        /// All of it is repaid when a part would leave less than this of the debt or of what is owned, in major units.
        /// Left out: any remainder may be left. (Aave v3.3: 1,000.)
        #[read(default, not_negative)]
        least_left: Option<f64>,
        /// What who repays gains: for each unit of debt repaid, collateral worth so much more than one is sold. Where it is
        /// sold in the market the bonus leaves the world with who sold it; in an auction or a backstop it is the discount
        /// at which it is taken. Left out: 0.05, as Aave has it for ether.
        #[read(default = "bonus_on_ether", within = 0.0..=1.0)]
        bonus: f64,
    },
}

impl HowMuch {
    /// The requirement that is restored, if it is one.
    pub const fn restores(&self) -> Option<CallLevel> {
        match self {
            Self::RestoreInitial => Some(CallLevel::Initial),
            Self::RestoreMaintenance => Some(CallLevel::Maintenance),
            Self::All | Self::CloseFactor { .. } => None,
        }
    }

    /// The bonus in what a forced sale in the market fetched: of 1.05 for each unit repaid, 0.05. To the borrower's
    /// favour, by less than a minor unit.
    pub fn bonus_in(&self, proceeds: Cash) -> Cash {
        let Self::CloseFactor { bonus, .. } = *self else { return Cash::ZERO };
        let (one, bonus) = (Rate::ONE, Rate::from_f64(bonus).unwrap_or_default());
        let (bonus, all) = (i128::from(bonus.billionths()), i128::from(one.billionths() + bonus.billionths()));
        Cash::minor(proceeds.at_least_zero().to_minor() * bonus / all)
    }
}

/// Where a close factor has no part of a debt repaid but all of it, in minor units; see the fields of
/// [`HowMuch::CloseFactor`]. Zero: nowhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Small {
    pub whole_below: Cash,
    pub least_left: Cash,
}

/// How positions are closed.
#[derive(Clone, Debug, PartialEq, Read)]
pub enum HowFile {
    /// All of it at once.
    Market,
    /// Each tick this share of all that trades, judged by what others traded in the last tick.
    ShareOfVolume {
        #[read(within = 1e-6..=0.95)]
        share: f64,
    },
    /// Even progress over this much trading time; what could not be sold in time is added to what is due.
    Slices {
        #[read(within = 1e-3..=1e5)]
        over_hours: f64,
    },
    /// A limit order at the best price of its own side of the book; each tick it gives way by `step`, a share of the
    /// mark, no further than the collar.
    Chase {
        #[read(within = 1e-9..=1.0)]
        step: f64,
    },
    /// Sealed bids for the block, opened `after` it was offered. The best come first and pay what they bid, if that is
    /// no worse than the mark by `reserve`, a share of it.
    BlockAuction {
        after: Span,
        #[read(within = 0.0..=1.0)]
        reserve: f64,
        /// Keepers who may bid. Left out: all who trade the instrument.
        #[read(default)]
        bidders: Vec<String>,
        #[read(default)]
        unsold: Unsold,
    },
    /// Handed at the mark less `discount`, a share of it, to these traders, in their order, each as much as it can
    /// pay for (or, of a short, deliver). A keeper among them takes it only if that pays.
    Backstop {
        buyers: Vec<String>,
        #[read(within = 0.0..=1.0)]
        discount: f64,
        #[read(default)]
        unsold: Unsold,
    },
    /// A falling price: from `start` times the mark it is cut by `cut`, a share of itself, each `every`, until
    /// keepers take all of it or `tail` is over. Of a short the price rises, from the mark over `start`.
    Dutch {
        #[read(within = 1e-3..=1e3)]
        start: f64,
        #[read(within = 1e-6..=0.999)]
        cut: f64,
        every: Span,
        tail: Span,
        #[read(default)]
        bidders: Vec<String>,
        #[read(default)]
        unsold: Unsold,
    },
    /// Rising bids for lots of `lot` units, each of them open for `length`, each bid better than the last by
    /// `increment`, a share of it. There is no reserve: a single bid of nothing wins.
    English {
        #[read(positive)]
        lot: f64,
        #[read(within = 0.0..=10.0)]
        increment: f64,
        length: Span,
        #[read(default)]
        bidders: Vec<String>,
        #[read(default)]
        unsold: Unsold,
    },
}

/// What becomes of what an auction did not sell. Left out: `OfferAgain`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Read)]
pub enum Unsold {
    /// It is offered anew, from the mark of then.
    #[default]
    OfferAgain,
    /// It is sold into the book, within the collar.
    ToTheBook,
    /// The step is over, and it goes with what that leaves: by the next step, or as the lender sells the rest. Of steps
    /// (`apart`) only.
    LeaveIt,
}

/// How positions are closed, in whole numbers. Who may bid stands beside it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum How {
    Market,
    ShareOfVolume { share: f64 },
    Slices { over_hours: f64 },
    Chase { step: f64 },
    Auction(Auction),
}

impl HowFile {
    pub fn plan(&self) -> How {
        match *self {
            Self::Market => How::Market,
            Self::ShareOfVolume { share } => How::ShareOfVolume { share },
            Self::Slices { over_hours } => How::Slices { over_hours },
            Self::Chase { step } => How::Chase { step },
            Self::BlockAuction { after, reserve, .. } => How::Auction(Auction::Block { after, reserve }),
            Self::Backstop { discount, .. } => How::Auction(Auction::Backstop { discount }),
            Self::Dutch { start, cut, every, tail, .. } => How::Auction(Auction::Dutch { start, cut, every, tail }),
            Self::English { lot, increment, length, .. } => {
                How::Auction(Auction::English { lot_units: lot, increment, length })
            }
        }
    }

    /// The traders it names; none for a way through the book, and none where all keepers may bid.
    pub fn bidders(&self) -> &[String] {
        match self {
            Self::BlockAuction { bidders, .. } | Self::Dutch { bidders, .. } | Self::English { bidders, .. } => bidders,
            Self::Backstop { buyers, .. } => buyers,
            Self::Market | Self::ShareOfVolume { .. } | Self::Slices { .. } | Self::Chase { .. } => &[],
        }
    }

    pub fn unsold(&self) -> Unsold {
        match self {
            Self::BlockAuction { unsold, .. }
            | Self::Backstop { unsold, .. }
            | Self::Dutch { unsold, .. }
            | Self::English { unsold, .. } => *unsold,
            Self::Market | Self::ShareOfVolume { .. } | Self::Slices { .. } | Self::Chase { .. } => Unsold::default(),
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct PolicyPlan {
    pub first: WhatFirst,
    pub much: HowMuch,
    pub small: Small,
    pub programme: Programme,
    pub collar: f64,
    pub delay: Start,
    pub route: Route,
    pub cooldown: Span,
    /// Share of the depth within 1 % of the mark.
    pub throttle: Option<f64>,
}
