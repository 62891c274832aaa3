//! The price itself moves by a ratio, whatever anything is worth.
//!
//! Without a book it does so exactly, at the next mark and for good. In a book only orders move a price: there a jump
//! is news, and what waits in the book at the old price trades against whoever has heard it. Nothing is cancelled.

use super::{Field, value};
use ground::units::InstrumentId;

pub(super) fn strike(field: &mut Field<'_, '_>, changes: &[(InstrumentId, f64)]) {
    for (instrument, change) in changes {
        field.note_push(*instrument, *change);
        if let Some(mut market) = field.without_book(*instrument) {
            market.impact_mut().into_iter().for_each(|impact| impact.jump(*change));
        } else {
            value::strike(field, &[(*instrument, *change)]);
        }
    }
}
