//! The curve of [`stable_swap`](crate::stable_swap), with the instrument for one of its coins and money for the other.
//!
//! A lot counts for what it is at par. So the common unit is the smallest amount of money, and the arithmetic is that of the
//! contracts to the last digit; the fee is taken off what comes out.

use super::ceil;
use crate::stable_swap::{FEE_PARTS, PoolFault, RATE_UNIT, StableSwap, balance_of, invariant};
use ethnum::U256;
use ground::units::{Cash, Rate, Side};

/// Parts of [`FEE_PARTS`] in a billionth.
const PARTS_OF_A_BILLIONTH: u128 = FEE_PARTS / 1_000_000_000;

/// How steep the curve is and where its middle lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stable {
    /// `A` as the contracts have it: the larger, the longer the price holds.
    pub amplification: u64,
    /// What a lot counts for.
    pub par: Cash,
}

impl Stable {
    /// The pool with `held` lots and `money`.
    pub fn pool(&self, (held, money): (U256, U256), fee: Rate) -> Result<StableSwap, PoolFault> {
        let par = u128::try_from(self.par.to_minor()).map_err(|_| PoolFault::Shape)?;
        let rate = par.checked_mul(RATE_UNIT).ok_or(PoolFault::TooLarge)?;
        let fee = u128::from(fee.billionths().unsigned_abs()) * PARTS_OF_A_BILLIONTH;
        let [held, money] = [held, money].map(|amount| u128::try_from(amount).map_err(|_| PoolFault::TooLarge));
        StableSwap::new(self.amplification, fee, vec![rate, RATE_UNIT], vec![held?, money?])
    }

    /// What lots cost who buys them, or bring who sells them.
    pub fn worth(&self, balances: (U256, U256), fee: Rate, side: Side, lots: U256) -> Option<U256> {
        let pool = self.pool(balances, fee).ok()?;
        match side {
            Side::Sell => pool.quote(0, 1, u128::try_from(lots).ok()?).ok().map(U256::from),
            Side::Buy => self.cost(&pool, balances, fee, lots),
        }
    }

    /// The least money for which the pool gives so many lots: what comes out before the fee is rounded up, and one unit
    /// more stays in the pool, as with a swap.
    fn cost(&self, pool: &StableSwap, (held, money): (U256, U256), fee: Rate, lots: U256) -> Option<U256> {
        let par = U256::from(self.par.to_minor().unsigned_abs());
        let parts = U256::from(FEE_PARTS);
        let kept = parts - U256::from(u128::from(fee.billionths().unsigned_abs()) * PARTS_OF_A_BILLIONTH);
        let out = ceil(lots.checked_mul(par)?.checked_mul(parts)?, kept) + U256::ONE;
        let left = (held * par).checked_sub(out).filter(|left| *left > U256::ZERO)?;
        let needed = balance_of(&[left, U256::ZERO], 1, pool.invariant(), self.amplification).ok()?;
        Some((needed + U256::ONE).saturating_sub(money).max(U256::ONE))
    }

    /// The price of the next small trade without the fee, in steps of `step` for a lot, to the nearest.
    ///
    /// From the invariant `f(x, y) = Ann (x + y) + D − Ann D − P` with `P = D³ / (4 x y)`, the price is
    /// `f_x / f_y = y (Ann x + P) / (x (Ann y + P))`.
    pub fn price(&self, (held, money): (U256, U256), step: U256) -> Option<U256> {
        let par = U256::from(self.par.to_minor().unsigned_abs());
        let (x, y) = (held.checked_mul(par)?, money);
        let d = invariant(&[x, y], self.amplification).ok()?;
        let p = d.checked_mul(d)? / (x * 2);
        let p = p.checked_mul(d)? / (y * 2);
        let ann = U256::from(self.amplification) * 2;
        // In three parts, since the product of all has more digits than there are: both are ratios to a billion billion.
        let unit = U256::from(RATE_UNIT);
        let slope = (ann.checked_mul(x)?.checked_add(p)?).checked_mul(unit)? / ann.checked_mul(y)?.checked_add(p)?;
        let ratio = y.checked_mul(unit)? / x;
        let price = slope.checked_mul(ratio)? / unit;
        let steps = (price.checked_mul(par)?.checked_mul(U256::new(2))? / unit + step) / (step * 2);
        Some(steps)
    }
}
