//! What a book answers: everything that happened, in the order in which it happened.

use super::order::OrderKey;
use ground::units::{Lots, Price, Side};

/// One thing that happened in a book. An order's life can be followed by its `tag` alone: it ends
/// with a fill that leaves it nothing, or with `Cancelled`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BookEvent {
    Fill(Fill),
    /// The order, or what is left of it, waits at its limit (in an auction, also without one).
    Rested {
        owner: u32,
        tag: u32,
        key: OrderKey,
        remaining: Lots,
    },
    /// A stop waits for its trigger.
    Parked {
        owner: u32,
        tag: u32,
        key: OrderKey,
    },
    /// A stop was reached by a trade and now acts as a market or limit order. Its key is stale; if
    /// it comes to rest, `Rested` brings a new one.
    Triggered {
        owner: u32,
        tag: u32,
    },
    /// An order was made smaller in place.
    Reduced {
        owner: u32,
        tag: u32,
        remaining: Lots,
    },
    /// The order, or what was left of it, is gone.
    Cancelled {
        owner: u32,
        tag: u32,
        remaining: Lots,
        reason: CancelReason,
    },
}

/// A trade between two orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fill {
    pub price: Price,
    pub quantity: Lots,
    pub buyer: Party,
    pub seller: Party,
    /// The side that came to the other and took; `None` in an auction, where nobody did.
    pub aggressor: Option<Side>,
}

/// One side of a fill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Party {
    pub owner: u32,
    pub tag: u32,
    /// What its order has left after this fill.
    pub remaining: Lots,
}

impl Fill {
    pub const fn party(&self, side: Side) -> &Party {
        match side {
            Side::Buy => &self.buyer,
            Side::Sell => &self.seller,
        }
    }

    /// The one whose order rested; `None` in an auction.
    pub fn maker(&self) -> Option<&Party> {
        self.aggressor.map(|side| self.party(side.opposite()))
    }

    /// The one whose order arrived; `None` in an auction.
    pub fn taker(&self) -> Option<&Party> {
        self.aggressor.map(|side| self.party(side))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CancelReason {
    /// [`Book::cancel`](super::Book::cancel) was called.
    Requested,
    /// [`Book::replace`](super::Book::replace) was called; the successor's events follow.
    Replaced,
    /// What an immediate-or-cancel order did not fill.
    ImmediateRemainder,
    /// What a market order did not fill, on arrival or in the uncross.
    MarketRemainder,
    /// A fill-or-kill order could not fill whole.
    FillOrKillUnfillable,
    /// A post-only order would have taken liquidity.
    PostOnlyWouldCross,
    /// It would have traded with its owner's own order, see [`SelfTrade`](super::SelfTrade).
    SelfTrade,
    /// Its limit or trigger lies beyond [`Price::FURTHEST`].
    PriceOutOfRange,
    /// Immediate-or-cancel and fill-or-kill orders have no place in an auction.
    AuctionCollects,
    /// The book is halted.
    Halted,
}
