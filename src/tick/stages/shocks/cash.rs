//! Money enters, or leaves, the treasury of a firm.

use super::Field;
use crate::ledger::Why;
use crate::units::{Cash, TraderId};

pub(super) fn strike(field: &mut Field<'_, '_>, firm: TraderId, amount: Cash) {
    let (outside, treasury) = (field.ledger.0.purses.outside(), field.ledger.0.purses.treasury(firm));
    field.ledger.0.transfer(outside, treasury, amount, Why::Shock);
}
