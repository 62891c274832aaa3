//! What stages hand on to one another: plain resources, each with one writer and one reader.
//!
//! | tray | written by | read by |
//! |---|---|---|
//! | [`Due`] | events | decide |
//! | [`Intents`] | decide | screen |
//! | [`Forced`] | liquidate, in the tick before | screen |
//! | [`Orders`] | screen | match |
//! | [`Happenings`] | match | settle |
//! | [`Flow`] | settle | mark, record, the cascade's memory |
//!
//! A tray is emptied by its reader and keeps its capacity, so a steady state allocates nothing.

use crate::book::{BookEvent, OrderKind, TimeInForce};
use crate::traders::Kind;
use crate::units::{AccountId, Cause, InstrumentId, Lots, MarketId, Side};
use bevy_ecs::prelude::{Entity, Resource};

/// Traders who act in this tick, by behaviour.
#[derive(Debug, Default, Resource)]
pub struct Due {
    pub by_kind: [Vec<Entity>; Kind::COUNT],
}

/// An order somebody wants to place.
#[derive(Clone, Copy, Debug)]
pub struct Intent {
    pub account: AccountId,
    /// A spot instrument, or a swap: then the lender trades the underlying on the account's behalf.
    pub instrument: InstrumentId,
    pub side: Side,
    pub lots: Lots,
    pub kind: OrderKind,
    pub time_in_force: TimeInForce,
    pub post_only: bool,
    pub reduce_only: bool,
    /// Ticks until what rests of it lapses; 0 for good till cancelled.
    pub life: u32,
    pub cause: Cause,
    /// Its place among the orders of the tick: latency class first, then a number drawn from the seed.
    pub turn: (u8, u64),
}

#[derive(Debug, Default, Resource)]
pub struct Intents {
    pub orders: Vec<Intent>,
    /// Accounts whose resting orders are to be withdrawn before anything is matched.
    pub withdrawals: Vec<AccountId>,
}

/// Forced orders for the next tick.
#[derive(Debug, Default, Resource)]
pub struct Forced(pub Vec<Intent>);

/// An intent that passed the screen. Its record among the open orders is the book's tag.
#[derive(Clone, Copy, Debug)]
pub struct Order {
    pub turn: (u8, u64),
    pub market: MarketId,
    /// The account that trades in the book: the account itself, or its lender's house for a swap.
    pub owner: AccountId,
    pub tag: u32,
    pub side: Side,
    pub lots: Lots,
    pub kind: OrderKind,
    pub time_in_force: TimeInForce,
    pub post_only: bool,
    pub reduce_only: bool,
}

impl Order {
    /// Market, then latency class, then turn: as one number, because numbers are sorted without branches.
    pub fn queue_key(&self) -> u128 {
        let (class, turn) = self.turn;
        u128::from(self.market.get()) << 72 | u128::from(class) << 64 | u128::from(turn)
    }
}

#[derive(Debug, Default, Resource)]
pub struct Orders {
    pub list: Vec<Order>,
    /// Scratch: queue keys and places in `list`, sorted.
    pub by_turn: Vec<(u128, u32)>,
}

/// What the books answered, market by market, in order of happening.
#[derive(Debug, Default, Resource)]
pub struct Happenings {
    pub events: Vec<BookEvent>,
    /// Market and one past its last event, in `events`.
    pub until: Vec<(MarketId, usize)>,
}

/// What traded in one market in this tick.
#[derive(Clone, Copy, Debug, Default)]
pub struct MarketFlow {
    pub volume: Lots,
    pub forced_volume: Lots,
}

/// Aggressive volume by its cause: who pushed the price, and how hard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Push {
    pub market: MarketId,
    pub side: Side,
    pub cause: Cause,
    pub lots: Lots,
}

#[derive(Debug, Default, Resource)]
pub struct Flow {
    pub by_market: Vec<MarketFlow>,
    /// This tick's pushes; one for each market, side and cause that occurred.
    pub pushes: Vec<Push>,
}

impl Flow {
    pub fn push(&mut self, market: MarketId, side: Side, cause: Cause, lots: Lots) {
        let same = |push: &&mut Push| push.market == market && push.side == side && push.cause == cause;
        match self.pushes.iter_mut().rev().find(same) {
            Some(push) => push.lots += lots,
            None => self.pushes.push(Push { market, side, cause, lots }),
        }
    }

    pub fn clear(&mut self) {
        self.by_market.fill(MarketFlow::default());
        self.pushes.clear();
    }
}
