//! Fourth check: what the account would hold of one instrument with all its orders on that side filled.

use super::Refusal;
use ground::units::{Lots, Side};

/// `open` is all that waits on the order's side, with the order itself.
pub fn check(held: Lots, side: Side, open: Lots, most: Lots) -> Result<(), Refusal> {
    if (held + side.signed(open)).abs() > most { Err(Refusal::PositionLimit) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_and_what_waits_count_together() {
        let hundred = Lots::new(100);
        let after = |held, side, open| check(Lots::new(held), side, Lots::new(open), hundred);
        assert_eq!((after(60, Side::Buy, 40), after(60, Side::Buy, 41)), (Ok(()), Err(Refusal::PositionLimit)));
        // A sale through zero ends 100 short, one more is too many.
        assert_eq!((after(60, Side::Sell, 160), after(60, Side::Sell, 161)), (Ok(()), Err(Refusal::PositionLimit)));
    }
}
