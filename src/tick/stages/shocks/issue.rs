//! New units are created and handed to a trader.

use super::Field;
use crate::units::{AccountId, InstrumentId, Lots};

pub(super) fn strike(field: &mut Field<'_, '_>, instrument: InstrumentId, lots: Lots, to: AccountId) {
    field.ledger.0.mint(instrument, to, lots);
}
