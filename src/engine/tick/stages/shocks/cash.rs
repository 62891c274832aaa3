//! Money enters, or leaves, the treasury of a firm. What is taken beyond what there is stays owed.

use super::Field;
use crate::tick::stages::treasury;
use ground::units::{Cash, TraderId};

pub(super) fn strike(field: &mut Field<'_, '_>, firm: TraderId, amount: Cash) {
    let entity = field.scene.traders[firm.index()].1;
    let mut firm = field.firms.get_mut(entity).expect("money enters and leaves firms");
    treasury::strike(&mut firm, amount, &field.clock, &mut field.ledger.0, &mut field.gather);
}
