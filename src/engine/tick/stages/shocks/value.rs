//! News: what informed traders think an instrument is worth changes by a ratio. In a book their orders carry the
//! price there; the rest of a market without a book is at the new value at once.

use super::Field;
use ground::units::InstrumentId;

pub(super) fn strike(field: &mut Field<'_, '_>, changes: &[(InstrumentId, f64)]) {
    for (instrument, change) in changes {
        field.note_push(*instrument, *change);
        field.note_news(*instrument, *change);
        field.view.values[instrument.index()] *= 1.0 + change;
    }
}
