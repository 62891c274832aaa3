//! Whether a system has anything to do in this tick.
//!
//! [`needs`](super::needs) leaves out what a plan can never need; these leave out what nobody needs now. A system fetches
//! all that it might touch before it can see that there is nothing for it, and in most seconds of a quiet market that is
//! dearer than everything that happens. Each question looks into the tray, or the list, that the system would begin with:
//! skipping it changes nothing.

use super::clock::Clock;
use super::open_orders::OpenOrders;
use super::stages::record::reports;
use super::state::{Lenders, Scene, Statuses, TheLedger, TheMarks};
use super::trays::{Defaulting, Due, Forced, Intents, Orders};
use crate::tick::state::{AuctionHouse, Breaches};
use bevy_ecs::prelude::Res;

/// Somebody wakes.
pub fn anybody_decides(due: Res<Due>) -> bool {
    due.by_kind.iter().any(|due| !due.is_empty())
}

/// Members of one behaviour wake.
pub fn decides<const KIND: usize>(due: Res<Due>) -> bool {
    !due.by_kind[KIND].is_empty()
}

/// Orders are placed or taken back.
pub fn screens(intents: Res<Intents>, forced: Res<Forced>) -> bool {
    let Intents { orders, withdrawals, cancels, .. } = &*intents;
    !(orders.is_empty() && withdrawals.is_empty() && cancels.is_empty() && forced.0.is_empty())
}

pub fn shrinks(open: Res<OpenOrders>) -> bool {
    open.with_reduce_only().next().is_some()
}

pub fn matches(orders: Res<Orders>) -> bool {
    orders.by_market.iter().any(|list| !list.is_empty())
}

/// Somebody was called, is being unwound, or could not pay an assessment.
pub fn unwinds(statuses: Res<Statuses>, breaches: Res<Breaches>, defaulting: Res<Defaulting>) -> bool {
    !(statuses.all_healthy() && breaches.active.is_empty() && defaulting.0.is_empty())
}

/// Something is on offer off the book.
pub fn offers(house: Res<AuctionHouse>) -> bool {
    !house.lots.is_empty()
}

/// A lender's capital can be another than a tick ago: money or units moved, marks did, or a client may be short.
pub fn capital_moves(clock: Res<Clock>, ledger: Res<TheLedger>, marks: Res<TheMarks>, statuses: Res<Statuses>) -> bool {
    let moved = !ledger.0.journal.entries().is_empty() || marks.0.have_moved();
    moved || !statuses.all_healthy() || clock.tick().index() == 0
}

pub fn lenders_report(clock: Res<Clock>, scene: Res<Scene>, breaches: Res<Breaches>, lenders: Res<Lenders>) -> bool {
    lenders.iter().any(|lender| reports(&clock, &scene, &breaches, lender))
}
