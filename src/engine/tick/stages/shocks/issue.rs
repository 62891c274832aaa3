//! New units are created and handed to a trader.
//!
//! Nobody trades for a closed account: units handed to it would be lost to the market, so none are made, and that
//! is recorded.

use super::Field;
use crate::tick::state::Status;
use ground::units::{AccountId, InstrumentId, Lots};

pub(super) fn strike(field: &mut Field<'_, '_>, shock: usize, (instrument, lots): (InstrumentId, Lots), to: AccountId) {
    if field.statuses.of(to) == Status::Closed {
        let tick = field.clock.tick();
        field.gather.undelivered(tick, shock);
    } else {
        field.ledger.0.mint(instrument, to, lots);
    }
}
