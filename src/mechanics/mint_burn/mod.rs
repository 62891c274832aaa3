//! A coin that is kept at its peg by a second coin: whoever burns one is minted as much of the other as the oracle says it
//! is worth, less a spread that grows with how much has gone one way lately.
//!
//! The rules are those of the market module of Terra (`x/market` of classic-core; its specification "01 Concepts"). All
//! amounts here are in one unit of account (there SDR); the caller turns them into coins at the oracle's price.
//!
//! - There are two *virtual pools*, of the coin and of its sister, both of them `a` at rest. With `d` the net amount of
//!   coin offered lately, they hold `a + d` and `a² / (a + d)`. Nobody's money is in them: they only set the spread.
//! - Offering `x` asks for `ask` along the constant product; the *spread* is `(x − ask) / x`, and at least the
//!   least spread. Offering coin then raises `d` by all of `x`; offering the sister lowers it by what was paid out.
//! - At the end of every block `d` goes back by one `recovery`-th of itself.
//! - **The spread is minted too**: the sister's supply grows by the whole of `x`, of which the offerer gets what is
//!   left after the spread, and somebody whom the world names gets the rest. (The specification says that it is burnt; the
//!   code mints it.)
//!
//! Three things follow, and are tested by simulation. At `d` the next unit costs a spread of `1 − (a / (a + d))²`. A
//! steady flow `f` a block holds `d` at `f · recovery`. So at a spread of `s` a day of `B` blocks lets through
//! `a ((1 − s)^(−1/2) − 1) · B / recovery`: the deeper the coin stands under its peg, the more can be redeemed.
//!
//! Rounding: what is paid out is rounded down, the spread up. The recovery is rounded towards nought, so `d` never
//! quite gets there, as on the chain.

mod file;
mod peg;
#[cfg(test)]
mod stories;

pub use file::PegFile;
pub use peg::{Both, Exchanged, Peg, PegPlan, PegView, Redeemed};

use ethnum::U256;

/// Spreads are counted in parts of this.
pub const SPREAD_PARTS: u128 = 1_000_000_000_000_000_000;
/// No pool holds more: the product of three such amounts has to fit 256 bits.
pub const MOST: u128 = 1 << 84;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MintFault {
    #[error(
        "a base pool has at least one unit and not more than 2^84, a recovery at least one block, a spread is at most one"
    )]
    Shape,
    #[error("the amount is more than the module can reckon with")]
    TooLarge,
}

/// Which of the two is given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offered {
    /// The coin that is to stay at its peg; its sister is minted.
    Coin,
    /// The sister; the coin is minted.
    Sister,
}

impl Offered {
    /// What is minted for it.
    #[must_use]
    pub fn opposite(self) -> Self {
        match self {
            Self::Coin => Self::Sister,
            Self::Sister => Self::Coin,
        }
    }
}

/// How the module stands between two blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Module {
    /// What each virtual pool holds at rest.
    base: u128,
    /// Blocks in which `d` goes back, if it went back evenly.
    recovery: u32,
    /// In parts of [`SPREAD_PARTS`].
    least_spread: u128,
    /// Net amount of coin offered, less what has recovered.
    d: i128,
}

/// What governance changes of a module; what is `None` stays as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Change {
    pub base: Option<u128>,
    pub recovery: Option<u32>,
    /// In parts of [`SPREAD_PARTS`]; all of them, and nobody is minted anything any more.
    pub least_spread: Option<u128>,
}

/// What became of an offer, in the unit of account. Both parts are minted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Minted {
    /// For who offered.
    pub paid: u128,
    /// The spread, for whom the world says.
    pub spread: u128,
}

impl Module {
    pub fn new(base: u128, recovery: u32, least_spread: u128) -> Result<Self, MintFault> {
        let module = Self { base, recovery, least_spread, d: 0 };
        module.shaped()?;
        Ok(module)
    }

    /// Changes what governance can change. `d` stays as it is, unless the coin's pool would be empty: `a + d` is at
    /// least one unit.
    pub fn govern(&mut self, change: Change) -> Result<(), MintFault> {
        let base = change.base.unwrap_or(self.base);
        let recovery = change.recovery.unwrap_or(self.recovery);
        let least_spread = change.least_spread.unwrap_or(self.least_spread);
        let governed = Self { base, recovery, least_spread, d: 0 };
        governed.shaped()?;
        *self = Self { d: self.d.max(1 - base as i128), ..governed };
        Ok(())
    }

    /// Whether all coins, worth so much to it, could be offered at once: beyond that it would take none, and say nothing.
    #[must_use]
    pub fn can_take(&self, worth: f64) -> bool {
        self.base as f64 + worth <= MOST as f64
    }

    /// How far the pools are from rest.
    #[must_use]
    pub fn d(&self) -> i128 {
        self.d
    }

    /// What an offer of `worth` would be paid; the module is left as it is.
    pub fn quote(&self, offered: Offered, worth: u128) -> Result<Minted, MintFault> {
        if worth > MOST {
            return Err(MintFault::TooLarge);
        }
        let [x, a, coin] = [worth, self.base, self.coin_pool()].map(U256::new);
        // The other pool holds a² / coin; written out, only one division is left.
        let asked = match offered {
            Offered::Coin => a * a * x / (coin * (coin + x)),
            Offered::Sister => coin * coin * x / (a * a + coin * x),
        };
        let least = (x * U256::new(self.least_spread) + U256::new(SPREAD_PARTS - 1)) / U256::new(SPREAD_PARTS);
        // Where the pools stand far on the other side they would give more than was offered; the least spread is
        // what keeps them from it.
        let paid = asked.min(x - least).as_u128();
        Ok(Minted { paid, spread: worth - paid })
    }

    /// Takes an offer of `worth`.
    pub fn swap(&mut self, offered: Offered, worth: u128) -> Result<Minted, MintFault> {
        let minted = self.quote(offered, worth)?;
        self.shift(offered, if offered == Offered::Coin { worth } else { minted.paid })?;
        Ok(minted)
    }

    /// A block ends.
    pub fn recover(&mut self) {
        self.d -= self.d / i128::from(self.recovery);
    }

    /// The spread of the next unit, for eyes only.
    #[must_use]
    pub fn marginal_spread(&self, offered: Offered) -> f64 {
        let ratio = self.base as f64 / self.coin_pool() as f64;
        let along = match offered {
            Offered::Coin => 1.0 - ratio * ratio,
            Offered::Sister => 1.0 - 1.0 / (ratio * ratio),
        };
        along.max(self.least_spread as f64 / SPREAD_PARTS as f64)
    }

    /// The largest offer of which even the last unit is paid this share of its worth, for eyes only.
    #[must_use]
    pub fn room(&self, offered: Offered, share: f64) -> f64 {
        if !(share > 0.0 && share <= 1.0 - self.least_spread as f64 / SPREAD_PARTS as f64) {
            return if share <= 0.0 { f64::INFINITY } else { 0.0 };
        }
        let (a, coin) = (self.base as f64, self.coin_pool() as f64);
        let pool = if offered == Offered::Coin { coin } else { a * a / coin };
        (a / share.sqrt() - pool).max(0.0)
    }

    fn shift(&mut self, offered: Offered, by: u128) -> Result<(), MintFault> {
        let by = i128::try_from(by).map_err(|_| MintFault::TooLarge)?;
        let d = match offered {
            Offered::Coin => self.d + by,
            Offered::Sister => self.d - by,
        };
        let pool = self.base as i128 + d;
        if !(1..=MOST as i128).contains(&pool) {
            return Err(MintFault::TooLarge);
        }
        self.d = d;
        Ok(())
    }

    /// At least one unit, at most [`MOST`]: see [`Module::shift`].
    fn coin_pool(&self) -> u128 {
        (self.base as i128 + self.d) as u128
    }

    fn shaped(&self) -> Result<(), MintFault> {
        let shaped = (1..=MOST).contains(&self.base) && self.recovery > 0 && self.least_spread <= SPREAD_PARTS;
        if shaped { Ok(()) } else { Err(MintFault::Shape) }
    }
}
