//! A pool of coins that are meant to be worth the same, which trades with anybody at a price near one until it has
//! almost run out of the coin that everybody wants.
//!
//! The rules are those of the StableSwap contracts (Egorov 2019; the arithmetic of the three-coin pool of mainnet):
//!
//! - a *swap* puts one coin in and takes another out, along the curve of [`invariant`]; one unit and the fee stay in
//!   the pool;
//! - *adding* liquidity mints shares by how much it raises `D`; what leaves the pool less balanced than a proportional
//!   addition would pays a fee of `fee · n / (4 (n − 1))` on the difference, so that adding in one coin and leaving in
//!   another is no cheaper than a swap;
//! - *leaving* in all coins takes each in proportion to the shares and costs nothing; leaving in one coin pays the
//!   same fee as adding does.
//!
//! All of the fee is the providers'. Each division rounds down in what the pool pays out and so for those who stay. Amounts are
//! in each coin's own smallest unit; `rates` bring them to one.
//!
//! Nothing here knows who trades. A pool whose numbers leave 256 bits on the way gives a [`PoolFault`] and is unchanged.

mod invariant;
#[cfg(test)]
mod stories;

pub use invariant::{balance_of, invariant};

use ethnum::U256;

/// Fees are counted in parts of this, as in the contracts.
pub const FEE_PARTS: u128 = 10_000_000_000;
/// The largest amplification the contracts take.
pub const MOST_AMPLIFICATION: u64 = 1_000_000;
/// Rates of coins are in units of this: a coin with eighteen decimals has this rate.
pub const RATE_UNIT: u128 = 1_000_000_000_000_000_000;
/// Coins of one pool: the contracts know two to eight.
pub const MOST_COINS: usize = 8;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PoolFault {
    #[error("a coin of the pool has run out")]
    Empty,
    #[error("the amounts are too large, or too far apart, for the pool's arithmetic")]
    TooLarge,
    #[error("the curve of the pool has no point at these amounts")]
    NoRest,
    #[error("there are not so many shares or coins")]
    TooMuch,
    #[error("a pool has two to eight coins, each with a rate, and an amplification of 1 to 1 000 000")]
    Shape,
}

fn wide<T>(value: Option<T>) -> Result<T, PoolFault> {
    value.ok_or(PoolFault::TooLarge)
}

fn narrow(value: U256) -> Result<u128, PoolFault> {
    u128::try_from(value).map_err(|_| PoolFault::TooLarge)
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StableSwap {
    amplification: u64,
    /// What multiplies one smallest unit of a coin, over [`RATE_UNIT`], to make it the common unit.
    rates: Vec<u128>,
    balances: Vec<u128>,
    shares: u128,
    /// In parts of [`FEE_PARTS`].
    fee: u128,
    /// `D` of the balances, in the common unit: reckoned where they change, read by every quote.
    d: U256,
}

impl StableSwap {
    /// A pool with these balances, whose shares are counted like `D` at its start.
    pub fn new(amplification: u64, fee: u128, rates: Vec<u128>, balances: Vec<u128>) -> Result<Self, PoolFault> {
        let shaped = (2..=MOST_COINS).contains(&rates.len())
            && rates.len() == balances.len()
            && rates.iter().all(|rate| *rate > 0)
            && (1..=MOST_AMPLIFICATION).contains(&amplification)
            && fee < FEE_PARTS;
        if !shaped {
            return Err(PoolFault::Shape);
        }
        let mut pool = Self { amplification, rates, balances, shares: 0, fee, d: U256::ZERO };
        pool.d = invariant(&pool.common(&pool.balances)?, amplification)?;
        pool.shares = narrow(pool.d)?;
        Ok(pool)
    }

    #[must_use]
    pub fn balances(&self) -> &[u128] {
        &self.balances
    }

    #[must_use]
    pub fn shares(&self) -> u128 {
        self.shares
    }

    /// `D`, in the common unit.
    #[must_use]
    pub fn invariant(&self) -> U256 {
        self.d
    }

    /// What a share is worth in the common unit were the pool balanced, in parts of [`RATE_UNIT`]. `None` without shares.
    /// It never falls by a swap.
    pub fn virtual_price(&self) -> Result<Option<u128>, PoolFault> {
        if self.shares == 0 {
            return Ok(None);
        }
        let value = wide(self.d.checked_mul(U256::from(RATE_UNIT)))?;
        narrow(value / U256::from(self.shares)).map(Some)
    }

    /// What `offered` of coin `from` brings in coin `to`; the pool is left as it is.
    pub fn quote(&self, from: usize, to: usize, offered: u128) -> Result<u128, PoolFault> {
        if from == to || from.max(to) >= self.rates.len() {
            return Err(PoolFault::Shape);
        }
        let before = self.common(&self.balances)?;
        let mut after = before.clone();
        after[from] = wide(after[from].checked_add(self.to_common(from, offered)?))?;
        let kept = balance_of(&after, to, self.d, self.amplification)?;
        // One unit stays in the pool for what rounding may have taken from it.
        let out = before[to].saturating_sub(kept).saturating_sub(U256::ONE);
        let fee = out * U256::from(self.fee) / U256::from(FEE_PARTS);
        self.to_coin(to, out - fee)
    }

    /// Puts `offered` of coin `from` in and takes what it brings of coin `to` out.
    pub fn swap(&mut self, from: usize, to: usize, offered: u128) -> Result<u128, PoolFault> {
        let taken = self.quote(from, to, offered)?;
        let mut balances = self.balances.clone();
        balances[from] = wide(balances[from].checked_add(offered))?;
        balances[to] -= taken;
        self.take_on(balances, self.shares)?;
        Ok(taken)
    }

    /// Adds an amount of each coin and gives the shares it is worth.
    pub fn add(&mut self, amounts: &[u128]) -> Result<u128, PoolFault> {
        if amounts.len() != self.balances.len() {
            return Err(PoolFault::Shape);
        }
        let before = self.d;
        let mut added = self.balances.clone();
        for (balance, amount) in added.iter_mut().zip(amounts) {
            *balance = wide(balance.checked_add(*amount))?;
        }
        let after = invariant(&self.common(&added)?, self.amplification)?;
        let minted = if self.shares == 0 {
            narrow(after)?
        } else {
            let charged = invariant(&self.charged(&added, before, after)?, self.amplification)?;
            let gain = charged.saturating_sub(before);
            narrow(wide(U256::from(self.shares).checked_mul(gain))? / before)?
        };
        let shares = wide(self.shares.checked_add(minted))?;
        self.take_on(added, shares)?;
        Ok(minted)
    }

    /// Gives up `shares` for as large a part of each coin.
    pub fn leave(&mut self, shares: u128) -> Result<Vec<u128>, PoolFault> {
        if shares > self.shares || self.shares == 0 {
            return Err(PoolFault::TooMuch);
        }
        let mut taken = Vec::with_capacity(self.balances.len());
        for balance in &self.balances {
            let part = wide(U256::from(*balance).checked_mul(U256::from(shares)))? / U256::from(self.shares);
            taken.push(narrow(part)?);
        }
        let left = self.balances.iter().zip(&taken).map(|(balance, part)| balance - part).collect();
        self.take_on(left, self.shares - shares)?;
        Ok(taken)
    }

    /// Gives up `shares` for one coin alone.
    pub fn leave_in_one(&mut self, coin: usize, shares: u128) -> Result<u128, PoolFault> {
        if coin >= self.balances.len() {
            return Err(PoolFault::Shape);
        }
        if shares > self.shares || self.shares == 0 {
            return Err(PoolFault::TooMuch);
        }
        let before = self.common(&self.balances)?;
        let d = self.d;
        let left = d - wide(U256::from(shares).checked_mul(d))? / U256::from(self.shares);
        let kept = balance_of(&before, coin, left, self.amplification)?;
        // The fee: as though each coin had been given up in proportion, and then changed into this one.
        let mut charged = before.clone();
        for (index, balance) in charged.iter_mut().enumerate() {
            let in_proportion = wide(balance.checked_mul(left))? / d;
            let strays = if index == coin { in_proportion.saturating_sub(kept) } else { *balance - in_proportion };
            *balance -= self.imbalance_fee(strays)?;
        }
        let kept = balance_of(&charged, coin, left, self.amplification)?;
        let out = charged[coin].saturating_sub(kept).saturating_sub(U256::ONE);
        let taken = self.to_coin(coin, out)?;
        let mut balances = self.balances.clone();
        balances[coin] -= taken;
        self.take_on(balances, self.shares - shares)?;
        Ok(taken)
    }

    /// Changes the steepness at once; `D` follows, and with it what the shares are worth.
    pub fn set_amplification(&mut self, amplification: u64) -> Result<(), PoolFault> {
        if !(1..=MOST_AMPLIFICATION).contains(&amplification) {
            return Err(PoolFault::Shape);
        }
        self.d = invariant(&self.common(&self.balances)?, amplification)?;
        self.amplification = amplification;
        Ok(())
    }

    /// Takes on what a deed leaves, if the curve has such a point: a pool never gets where it could not be left again.
    fn take_on(&mut self, balances: Vec<u128>, shares: u128) -> Result<(), PoolFault> {
        self.d = invariant(&self.common(&balances)?, self.amplification)?;
        self.balances = balances;
        self.shares = shares;
        Ok(())
    }

    /// Balances after an addition, less what each coin that strays from proportion pays.
    fn charged(&self, added: &[u128], before: U256, after: U256) -> Result<Vec<U256>, PoolFault> {
        let old = self.common(&self.balances)?;
        let mut new = self.common(added)?;
        for (balance, old) in new.iter_mut().zip(old) {
            let in_proportion = wide(after.checked_mul(old))? / before;
            *balance -= self.imbalance_fee(balance.abs_diff(in_proportion))?;
        }
        Ok(new)
    }

    fn imbalance_fee(&self, strays: U256) -> Result<U256, PoolFault> {
        let n = self.balances.len() as u128;
        let fee = self.fee * n / (4 * (n - 1));
        Ok(wide(strays.checked_mul(U256::from(fee)))? / U256::from(FEE_PARTS))
    }

    fn common(&self, balances: &[u128]) -> Result<Vec<U256>, PoolFault> {
        balances.iter().enumerate().map(|(coin, balance)| self.to_common(coin, *balance)).collect()
    }

    fn to_common(&self, coin: usize, amount: u128) -> Result<U256, PoolFault> {
        Ok(wide(U256::from(amount).checked_mul(U256::from(self.rates[coin])))? / U256::from(RATE_UNIT))
    }

    fn to_coin(&self, coin: usize, amount: U256) -> Result<u128, PoolFault> {
        narrow(wide(amount.checked_mul(U256::from(RATE_UNIT)))? / U256::from(self.rates[coin]))
    }
}
