//! The feed of an instrument's mark stands still while its books go on.

use super::Field;
use ground::units::{InstrumentId, Span};

pub(super) fn strike(field: &mut Field<'_, '_>, instrument: InstrumentId, lasts: Span) {
    let until = field.clock.now() + lasts;
    field.marking.goes_stale(instrument, until);
}
