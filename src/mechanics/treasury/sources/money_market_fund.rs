//! Shares of a money-market fund: as good as cash, once they are redeemed.
//!
//! The fund keeps its value. A fund that charges for leaving (as the liquidity fees of SEC Rule 2a-7 do) takes `fee`
//! of what is paid out, from what is left in it.

use ground::units::{Cash, Deadline, Rate};
use language::read::Read;

#[derive(Clone, Debug, PartialEq, Read)]
pub struct Params {
    /// Value of the shares, in major units.
    #[read(not_negative)]
    pub amount: f64,
    /// From the order to the money.
    pub ready: Deadline,
    /// Share of what is paid out. Left out: none.
    #[read(default, within = 0.0..=1.0)]
    pub fee: f64,
}

/// What it can pay out so that the fee is still in it: rounded down.
pub fn most(amount: Cash, fee: Rate) -> Cash {
    let one = i128::from(Rate::ONE.billionths());
    let paid = |most: Cash| most + fee.of_rounded_up(most);
    // The quotient may be a unit too much for the fee, which is rounded up.
    let whole = amount.to_minor().max(0);
    let quotient = (whole / (one + i128::from(fee.billionths()))) * one;
    let rest = (whole % (one + i128::from(fee.billionths()))) * one / (one + i128::from(fee.billionths()));
    let most = Cash::minor(quotient + rest);
    if paid(most) <= amount { most } else { most - Cash::minor(1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fee_comes_out_of_what_is_left() {
        let fee = Rate::from_billionths(20_000_000);
        // 1.02 times 294.11 is 299.9922, and 294.12 would need 300.0024.
        assert_eq!(most(Cash::minor(30_000), fee), Cash::minor(29_411));
        assert_eq!(most(Cash::minor(30_000), Rate::ZERO), Cash::minor(30_000));
        for amount in 0..2_000 {
            let (amount, paid) = (Cash::minor(amount), most(Cash::minor(amount), fee));
            assert!(paid + fee.of_rounded_up(paid) <= amount);
        }
    }
}
