//! Values move together otherwise than they did. Who relied on it is not told: margin models net by their own offsets.

use super::Field;
use crate::correlations::Mixing;

pub(super) fn strike(field: &mut Field<'_, '_>, mixing: &Mixing) {
    field.values.mixing = mixing.clone();
}
