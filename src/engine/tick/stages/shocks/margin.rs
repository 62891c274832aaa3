//! A lender changes its margin model; the margin stage of the same tick looks at all its clients.

use super::Field;
use crate::plan::MarginPlan;
use ground::units::LenderId;

pub(super) fn strike(field: &mut Field<'_, '_>, lender: LenderId, margin: &MarginPlan) {
    let entity = field.scene.lenders[lender.index()];
    let mut lender = field.lenders.get_mut(entity).expect("every lender is an entity");
    lender.terms.margin = margin.clone();
    field.hiked.0.push(lender.id);
}
