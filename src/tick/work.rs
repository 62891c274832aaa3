//! Whether a system has anything to do in this tick.
//!
//! [`needs`](super::needs) leaves out what a plan can never need; these leave out what nobody needs now. A system fetches
//! all that it might touch before it can see that there is nothing for it, and in most seconds of a quiet market that is
//! dearer than everything that happens. Each question looks into the tray, or the list, that the system would begin with:
//! skipping it changes nothing.

use super::open_orders::OpenOrders;
use super::stages::auctions::AuctionHouse;
use super::stages::liquidate::Breaches;
use super::state::Statuses;
use super::trays::{Defaulting, Due, Forced, Intents, Orders};
use bevy_ecs::prelude::Res;

/// Members of one behaviour are due.
pub fn decides<const KIND: usize>(due: Res<Due>) -> bool {
    !due.by_kind[KIND].is_empty()
}

pub fn withdraws(intents: Res<Intents>) -> bool {
    !(intents.cancels.is_empty() && intents.withdrawals.is_empty())
}

pub fn places(intents: Res<Intents>, forced: Res<Forced>) -> bool {
    !(intents.orders.is_empty() && forced.0.is_empty())
}

pub fn shrinks(open: Res<OpenOrders>) -> bool {
    open.with_reduce_only().next().is_some()
}

pub fn matches(orders: Res<Orders>) -> bool {
    orders.by_market.iter().any(|list| !list.is_empty())
}

/// Somebody was called, or could not pay an assessment.
pub fn breaches(statuses: Res<Statuses>, defaulting: Res<Defaulting>) -> bool {
    !(statuses.all_healthy() && defaulting.0.is_empty())
}

pub fn auctions(house: Res<AuctionHouse>) -> bool {
    !house.is_empty()
}

/// Somebody is being unwound.
pub fn unwinds(breaches: Res<Breaches>) -> bool {
    !breaches.active.is_empty()
}
