//! Whether a part of a stage has anything to do in this tick.
//!
//! [`needs`](super::needs) leaves out what a plan can never need; these leave out what nobody needs now. Each question looks
//! into the tray, or the list, that the part would begin with: leaving it out changes nothing.

use super::stages::record::reports;
use super::state::State;
use super::trays::Intents;

/// Orders are placed or taken back.
pub fn screens(state: &State) -> bool {
    let Intents { orders, withdrawals, cancels, .. } = &state.intents;
    !(orders.is_empty() && withdrawals.is_empty() && cancels.is_empty() && state.forced.0.is_empty())
}

pub fn shrinks(state: &State) -> bool {
    state.open.with_reduce_only().next().is_some()
}

pub fn matches(state: &State) -> bool {
    state.orders.by_market.iter().any(|list| !list.is_empty())
}

/// Somebody was called, is being unwound, or could not pay an assessment.
pub fn unwinds(state: &State) -> bool {
    !(state.statuses.all_healthy() && state.breaches.active.is_empty() && state.defaulting.0.is_empty())
}

/// Something is on offer off the book.
pub fn offers(state: &State) -> bool {
    !state.house.lots.is_empty()
}

/// A lender's capital can be another than a tick ago: money or units moved, marks did, or a client may be short.
pub fn capital_moves(state: &State) -> bool {
    let moved = !state.ledger.journal.entries().is_empty() || state.marks.have_moved();
    moved || !state.statuses.all_healthy() || state.clock.tick().index() == 0
}

pub fn lenders_report(state: &State) -> bool {
    let State { clock, scene, breaches, lenders, .. } = state;
    lenders.iter().any(|lender| reports(clock, scene, breaches, lender))
}
