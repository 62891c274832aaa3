//! An official desk is told to buy or sell. It decides in the same tick.

use super::Field;
use crate::traders::official_desk::Programme;
use ground::units::{AccountId, Cash, InstrumentId, Lots, Side, Span, TraderId};

pub(super) fn strike(
    field: &mut Field<'_, '_>,
    by: TraderId,
    (account, instrument): (AccountId, InstrumentId),
    amount: Cash,
    over: Span,
) {
    let accounts = &field.ledger.0.accounts;
    let held = accounts.slot_of(account, instrument).map_or(Lots::ZERO, |slot| accounts.lots(slot));
    let side = if amount.is_negative() { Side::Sell } else { Side::Buy };
    let until = field.clock.calendar().tick_at(field.clock.now() + over);
    let entity = field.scene.traders[by.index()].1;
    let mut desk = field.officials.get_mut(entity).expect("whom a shock names to intervene is an official desk");
    if desk.start(Programme { side, left: amount.abs().to_minor() as f64, until, held }) {
        field.wakes.wheel.add(field.clock.tick(), by);
    }
}
