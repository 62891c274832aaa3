//! The lender's own capital: the last layer, which takes whatever is left, even if the lender fails of
//! it. Nothing is dropped.

use ground::units::Cash;

pub fn takes(shortfall: Cash) -> Cash {
    shortfall
}
