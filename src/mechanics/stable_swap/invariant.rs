//! The curve on which a pool of like coins stays, in whole numbers.
//!
//! For `n` coins with balances `x` the invariant `D` is the sum of the balances at which the pool would be balanced:
//!
//! `A·n·Σx + D = A·n·D + D^(n+1) / (n^n · Πx)`
//!
//! where `A` stands for what the paper writes `A·n^(n−1)`, as in the deployed contracts (Egorov, "StableSwap: efficient
//! mechanism for stablecoin liquidity", 2019). A large `A` holds the price near one until a coin has almost gone; `A` of
//! nought would be a constant product. Both unknowns are found by Newton's method, each step rounded down, until a step
//! moves by one unit or not at all: the same digits as the contracts give.

use super::{PoolFault, wide};
use ethnum::U256;

/// Newton's method needs some ten steps; what has not come to rest by then never will.
const STEPS: usize = 255;

/// `D` of balances in one common unit. A pool with nothing in it has `D` of nought.
pub fn invariant(balances: &[U256], amplification: u64) -> Result<U256, PoolFault> {
    let n = count(balances);
    let mut sum = U256::ZERO;
    for balance in balances {
        sum = wide(sum.checked_add(*balance))?;
    }
    if sum == U256::ZERO {
        return Ok(sum);
    }
    if balances.contains(&U256::ZERO) {
        return Err(PoolFault::Empty);
    }
    let ann = U256::from(amplification) * n;
    let mut d = sum;
    for _ in 0..STEPS {
        let mut product = d;
        for balance in balances {
            product = wide(product.checked_mul(d))? / wide(balance.checked_mul(n))?;
        }
        let before = d;
        let above = wide(wide(ann.checked_mul(sum))?.checked_add(wide(product.checked_mul(n))?))?;
        let below = wide(wide((ann - 1).checked_mul(d))?.checked_add(wide(product.checked_mul(n + 1))?))?;
        d = wide(above.checked_mul(d))? / below;
        if d.abs_diff(before) <= U256::ONE {
            return Ok(d);
        }
    }
    Err(PoolFault::NoRest)
}

/// The balance of coin `at` that keeps `d`, the others' being as given; what stands in its own place is not read.
pub fn balance_of(balances: &[U256], at: usize, d: U256, amplification: u64) -> Result<U256, PoolFault> {
    let n = count(balances);
    let ann = U256::from(amplification) * n;
    let mut c = d;
    let mut others = U256::ZERO;
    for (_, balance) in balances.iter().enumerate().filter(|(index, _)| *index != at) {
        if *balance == U256::ZERO {
            return Err(PoolFault::Empty);
        }
        others = wide(others.checked_add(*balance))?;
        c = wide(c.checked_mul(d))? / wide(balance.checked_mul(n))?;
    }
    c = wide(c.checked_mul(d))? / (ann * n);
    let b = wide(others.checked_add(d / ann))?;
    let mut y = d;
    for _ in 0..STEPS {
        let before = y;
        let above = wide(wide(y.checked_mul(y))?.checked_add(c))?;
        // Twice the balance and what the others hold is never less than `d`.
        let below = wide(wide((y * 2).checked_add(b))?.checked_sub(d))?;
        y = wide(above.checked_div(below))?;
        if y.abs_diff(before) <= U256::ONE {
            return Ok(y);
        }
    }
    Err(PoolFault::NoRest)
}

fn count(balances: &[U256]) -> U256 {
    U256::from(balances.len() as u64)
}
