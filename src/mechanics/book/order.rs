//! What can be asked of a book, and the handle by which a waiting order is found again.

use ground::units::{Lots, Price, Side};
use language::read::Read;
use std::num::NonZeroU32;

/// An order on its way into the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewOrder {
    /// Who trades. Means nothing to the book except that two orders of one owner are a self-trade.
    pub owner: u32,
    /// The caller's own slot for this order; every event about the order carries it.
    pub tag: u32,
    pub side: Side,
    /// From 1 to [`Lots::LARGEST`].
    pub quantity: Lots,
    pub kind: OrderKind,
    pub time_in_force: TimeInForce,
    /// Refuse the order rather than let it take liquidity on arrival.
    pub post_only: bool,
    /// Carried and reported, not enforced: the caller knows positions and shrinks the order with
    /// [`Book::reduce`](super::Book::reduce) when the position it may close becomes smaller.
    pub reduce_only: bool,
}

impl NewOrder {
    /// A good-till-cancel limit order.
    pub const fn limit(owner: u32, tag: u32, side: Side, quantity: Lots, price: Price) -> Self {
        Self::of_kind(owner, tag, side, quantity, OrderKind::Limit { price })
    }

    /// A market order: what it does not fill at once is cancelled.
    pub const fn market(owner: u32, tag: u32, side: Side, quantity: Lots) -> Self {
        Self::of_kind(owner, tag, side, quantity, OrderKind::Market)
    }

    /// Good till cancelled, neither post-only nor reduce-only.
    pub const fn of_kind(owner: u32, tag: u32, side: Side, quantity: Lots, kind: OrderKind) -> Self {
        let time_in_force = TimeInForce::GoodTillCancel;
        Self { owner, tag, side, quantity, kind, time_in_force, post_only: false, reduce_only: false }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderKind {
    /// At `price` or better.
    Limit { price: Price },
    /// At any price. Rests only in an auction, and only until the uncross.
    Market,
    /// Parked out of sight until a trade at `trigger` or beyond (above for a buy, below for a
    /// sell), then a market order.
    Stop { trigger: Price },
    /// As `Stop`, then a limit order at `price`.
    StopLimit { trigger: Price, price: Price },
}

impl OrderKind {
    pub const fn trigger(self) -> Option<Price> {
        match self {
            Self::Stop { trigger } | Self::StopLimit { trigger, .. } => Some(trigger),
            Self::Limit { .. } | Self::Market => None,
        }
    }

    pub const fn limit(self) -> Option<Price> {
        match self {
            Self::Limit { price } | Self::StopLimit { price, .. } => Some(price),
            Self::Market | Self::Stop { .. } => None,
        }
    }
}

/// What becomes of the part that does not trade at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimeInForce {
    /// It rests until filled or cancelled.
    #[default]
    GoodTillCancel,
    /// It is cancelled.
    ImmediateOrCancel,
    /// There is none: the order fills whole on arrival or not at all.
    FillOrKill,
}

/// What happens when an order would trade with another of the same owner in continuous trading.
/// An auction does not look: there is one price, and a self-trade in it moves nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Read)]
pub enum SelfTrade {
    /// The resting order goes, the incoming one trades on with the next.
    #[default]
    CancelResting,
    /// What is left of the incoming order goes, the resting one stays.
    CancelIncoming,
    /// Both go.
    CancelBoth,
    /// They trade. For one account that stands for a crowd.
    Allow,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// Orders trade on arrival.
    #[default]
    Continuous,
    /// Orders collect, may cross, and trade at one price in [`Book::uncross`](super::Book::uncross).
    Auction,
    /// New orders are refused; cancels and reductions are not. A pause in which orders may still
    /// collect is an `Auction`.
    Halted,
}

/// Finds an order that rests, is parked or awaits an auction. A key outlives its order: used after
/// the order is gone it is recognised as stale. Eight bytes, also as an `Option`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrderKey {
    pub(super) slot: u32,
    pub(super) generation: NonZeroU32,
}

/// A waiting order as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderView {
    pub owner: u32,
    pub tag: u32,
    pub side: Side,
    pub remaining: Lots,
    /// What the order is now: a triggered stop-limit that rests is a `Limit`; a `Market` awaits an
    /// uncross.
    pub kind: OrderKind,
    pub reduce_only: bool,
}

/// All orders at one price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LevelView {
    pub price: Price,
    pub quantity: Lots,
    pub orders: u32,
}
