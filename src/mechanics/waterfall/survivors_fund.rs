//! The survivors' default fund: what the members that did not default paid in beforehand, pro rata to their
//! contributions. A member whose contribution is used up pays nothing more here;
//! the others carry its part.

use super::{Source, share};
use ground::units::Cash;

pub fn takes(left: Cash, sources: &[Source]) -> Vec<Cash> {
    let payers: Vec<_> = sources.iter().map(|source| (source.weight, source.room)).collect();
    share::pro_rata(left, &payers)
}
