//! A lender pays nothing out for a while.

use super::Field;
use ground::units::{LenderId, Span};

pub(super) fn strike(field: &mut Field<'_, '_>, lender: LenderId, lasts: Span) {
    let until = field.clock.now() + lasts;
    field.payouts.stop(lender, until);
    field.view.payouts_stopped[lender.index()] = true;
}
