//! Who provides what lies in a pool: shares that are issued for what is added and given up for what is taken out.
//!
//! Shares are counted in parts of what there is at the start ([`START`]). Those that no account has are of providers who
//! never come or go. Whoever leaves gets as much of each as his part of all shares, rounded down for who stays, or one of
//! the two alone:
//!
//! - in a *constant product* as though he had changed the rest in what then remains of the pool, fee and all;
//! - in a *stable swap* by the contracts' own rule, see [`StableSwap::leave_in_one`](crate::stable_swap::StableSwap).
//!
//! Who adds to a constant product adds in proportion, and keeps what is too much of the one; a stable swap takes all.

use super::{Curve, Pool, largest};
use ethnum::U256;
use ground::units::{AccountId, Cash, Lots, Side};
use language::read::Read;
use std::collections::BTreeMap;

/// All shares at the start.
pub const START: u128 = 1_000_000_000_000_000_000;
/// No pool has more: the arithmetic has room for as many.
const MOST: u128 = START << 24;

/// What a provider takes out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Read)]
pub enum Takes {
    /// As much of each as lies there for his shares.
    #[default]
    Both,
    /// The instrument alone.
    Units,
    /// Money alone.
    Money,
}

/// What a provider does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provision {
    /// Gives up a part of its shares, in parts of [`START`].
    Leave { part: u128, takes: Takes },
    /// Adds no more than this.
    Add { lots: Lots, money: Cash },
}

/// Shares of one pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shares {
    all: u128,
    of: BTreeMap<AccountId, u128>,
}

impl Shares {
    /// So many of all shares at the start to each account, in parts of [`START`].
    pub fn new(of: impl IntoIterator<Item = (AccountId, u128)>) -> Self {
        Self { all: START, of: of.into_iter().collect() }
    }

    #[must_use]
    pub fn all(&self) -> u128 {
        self.all
    }

    #[must_use]
    pub fn held(&self, account: AccountId) -> u128 {
        self.of.get(&account).copied().unwrap_or(0)
    }

    /// What of an amount for all that lies there is whose: each part rounded down, and none for shares that no account has.
    pub fn parts(&self, amount: Cash) -> impl Iterator<Item = (AccountId, Cash)> + '_ {
        let all = U256::from(self.all);
        let part = move |(account, shares): (&AccountId, &u128)| {
            let whole = U256::from(amount.to_minor().unsigned_abs());
            let part = (whole * U256::from(*shares) / all).as_i128();
            (*account, Cash::minor(part * amount.to_minor().signum()))
        };
        self.of.iter().map(part)
    }

    /// Does it: what goes from the pool to the account; negative is added to the pool. `None`, and nothing changes, where
    /// nothing comes of it.
    pub fn provide(&mut self, pool: &Pool, account: AccountId, provision: Provision) -> Option<(Lots, Cash)> {
        match provision {
            Provision::Leave { part, takes } => {
                let held = self.held(account);
                let shares = part_of(held, part.min(START), START)?;
                let (lots, money) = pool.taken(shares, self.all, takes)?;
                self.all -= shares;
                self.of.insert(account, held - shares);
                Some((lots, money))
            }
            Provision::Add { lots, money } => {
                let (shares, lots, money) = pool.added(lots, money, self.all)?;
                let all = self.all.checked_add(shares).filter(|all| *all <= MOST)?;
                self.all = all;
                *self.of.entry(account).or_default() += shares;
                Some((-lots, -money))
            }
        }
    }
}

impl Pool {
    /// What is given out for so many of all shares; `None` for nothing, or where a pool would be left that has no price.
    fn taken(&self, shares: u128, all: u128, takes: Takes) -> Option<(Lots, Cash)> {
        let (held, money) = self.filled()?;
        let share = |amount: U256| Some(amount.checked_mul(U256::from(shares))? / U256::from(all));
        let (lots, cash) = (share(held)?, share(money)?);
        let (lots, cash) = match (takes, self.curve) {
            (Takes::Both, _) => (lots, cash),
            (_, Curve::Stable(stable)) => {
                let mut pool = stable.pool((held, money), self.fee).ok()?;
                let own = u128::try_from(share(U256::from(pool.shares()))?).ok()?;
                let coin = usize::from(takes == Takes::Money);
                let taken = U256::from(pool.leave_in_one(coin, own).ok()?);
                if coin == 0 { (taken, U256::ZERO) } else { (U256::ZERO, taken) }
            }
            (Takes::Money, Curve::Product) => {
                let rest = self.less(lots, cash)?;
                (U256::ZERO, cash + rest.worth(Side::Sell, lots)?)
            }
            (Takes::Units, Curve::Product) => {
                let rest = self.less(lots, cash)?;
                let fits = |more: i64| {
                    let more = U256::from(more.unsigned_abs());
                    more < held - lots && rest.worth(Side::Buy, more).is_some_and(|cost| cost <= cash)
                };
                (lots + U256::from(largest(rest.lots.get(), fits).unsigned_abs()), U256::ZERO)
            }
        };
        let taken = (Lots::new(i64::try_from(lots).ok()?), Cash::minor(i128::try_from(cash).ok()?));
        (taken.0.is_positive() || taken.1.is_positive()).then_some(taken)
    }

    /// Shares for what is added, and how much of it is taken.
    fn added(&self, lots: Lots, money: Cash, all: u128) -> Option<(u128, Lots, Cash)> {
        let (held, cash) = self.filled()?;
        let wide = |amount: i128| u128::try_from(amount).ok();
        let (lots, money) = (wide(i128::from(lots.get()))?, wide(money.to_minor())?);
        let (shares, lots, money) = match self.curve {
            Curve::Stable(stable) => {
                let mut pool = stable.pool((held, cash), self.fee).ok()?;
                let before = pool.shares();
                (part_of(all, pool.add(&[lots, money]).ok()?, before)?, lots, money)
            }
            Curve::Product => {
                let shares =
                    |amount: u128, of: U256| u128::try_from(U256::from(amount).checked_mul(U256::from(all))? / of).ok();
                let shares = shares(lots, held)?.min(shares(money, cash)?);
                // What is added is rounded up, for those who are there.
                let part =
                    |of: U256| u128::try_from(super::ceil(of.checked_mul(U256::from(shares))?, U256::from(all))).ok();
                (shares, part(held)?, part(cash)?)
            }
        };
        let taken = (Lots::new(i64::try_from(lots).ok()?), Cash::minor(i128::try_from(money).ok()?));
        (shares > 0).then_some((shares, taken.0, taken.1))
    }

    /// The pool with so much less in it, on its curve still.
    fn less(&self, lots: U256, money: U256) -> Option<Self> {
        let lots = Lots::new(i64::try_from(lots).ok()?);
        let money = Cash::minor(i128::try_from(money).ok()?);
        Some(Self { lots: self.lots - lots, money: self.money - money, ..*self })
    }
}

fn part_of(of: u128, part: u128, all: u128) -> Option<u128> {
    u128::try_from(U256::from(of).checked_mul(U256::from(part))? / U256::from(all)).ok()
}

#[cfg(test)]
mod tests {
    use super::super::Stable;
    use super::*;
    use ground::units::{Rate, StepValue};

    const ME: AccountId = AccountId::new(7);

    fn pool(lots: i64, money: i128, curve: Curve) -> Pool {
        Pool::new(Lots::new(lots), Cash::minor(money), Rate::ZERO, StepValue::new(1), curve)
    }

    fn stable(amplification: u64) -> Curve {
        Curve::Stable(Stable { amplification, par: Cash::minor(100) })
    }

    fn leave(part: u128, takes: Takes) -> Provision {
        Provision::Leave { part, takes }
    }

    #[test]
    fn who_leaves_in_both_takes_his_part_of_each() {
        let mut shares = Shares::new([(ME, START / 4)]);
        let pool = pool(1_000, 10_000_003, Curve::Product);
        let taken = shares.provide(&pool, ME, leave(START / 2, Takes::Both));
        assert_eq!(taken, Some((Lots::new(125), Cash::minor(1_250_000))));
        assert_eq!((shares.held(ME), shares.all()), (START / 8, START / 8 * 7));
        let nobody = shares.provide(&pool, AccountId::new(8), leave(START, Takes::Both));
        assert_eq!(nobody, None, "who has no shares takes nothing");
    }

    /// A quarter of 1,000 lots and 10,000,000, then 2,500,000 more for what the remaining 750 and 7,500,000 give for 250 lots:
    /// 7,500,000 × 250 ÷ 1,000 = 1,875,000, so 4,375,000 in all, which is the pool's 10,000,000 × (1 − (3 ÷ 4)²).
    #[test]
    fn who_leaves_a_constant_product_in_one_moves_its_price() {
        let pool = pool(1_000, 10_000_000, Curve::Product);
        let own = || Shares::new([(ME, START / 4)]);
        let taken = own().provide(&pool, ME, leave(START, Takes::Money));
        assert_eq!(taken, Some((Lots::ZERO, Cash::minor(4_375_000))));
        let taken = own().provide(&pool, ME, leave(START, Takes::Units));
        assert_eq!(taken, Some((Lots::new(437), Cash::ZERO)));
    }

    /// Of a balanced pool of 700 million somebody takes 150 million of the coin for a little less than 150 million of shares.
    #[test]
    fn a_balanced_stable_pool_is_left_in_one_coin_at_nearly_par() {
        let pool = pool(350_000_000, 35_000_000_000, stable(100));
        let mut shares = Shares::new([(ME, START / 700 * 150)]);
        let (lots, money) = shares.provide(&pool, ME, leave(START, Takes::Units)).expect("it leaves");
        assert_eq!(money, Cash::ZERO);
        assert!((149_000_000..150_000_000).contains(&lots.get()), "{lots:?}");
    }

    #[test]
    fn what_is_added_is_had_back_and_no_more() {
        for curve in [Curve::Product, stable(100)] {
            let mut lying = pool(1_000_000, 100_000_000, curve);
            let mut shares = Shares::new([]);
            let add = Provision::Add { lots: Lots::new(10_000), money: Cash::minor(1_000_000) };
            let (lots, money) = shares.provide(&lying, ME, add).expect("it is added");
            assert_eq!((lots, money), (Lots::new(-10_000), Cash::minor(-1_000_000)));
            lying = pool(1_010_000, 101_000_000, curve);
            let (lots, money) = shares.provide(&lying, ME, leave(START, Takes::Both)).expect("it leaves");
            assert!((9_999..=10_000).contains(&lots.get()) && money <= Cash::minor(1_000_000), "{lots:?} {money:?}");
            assert_eq!(shares.held(ME), 0);
        }
    }
}
