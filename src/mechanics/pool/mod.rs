//! A constant-product pool: a price from what is left in it, with whoever wants to trade.
//!
//! It holds lots of one instrument and money. Whoever puts in one takes out so much of the other that, but for the fee,
//! the product of the two stays what it was (Adams, Zinsmeister and Robinson, "Uniswap v2 core", 2020, section 3.2.1):
//!
//! - so the price of the next lot is the money over the lots, and a sale of a share of the lots that is not small lowers it
//!   by the square of what remains;
//! - the *fee* is a share of what is put in, stays in the pool, and is the providers';
//! - nothing rests: an order trades at once, in its turn, as far as its limit lets the average price of all of it go, and
//!   the rest of it lapses.
//!
//! What lies in the pool is what its account in the ledger holds: there is no second record. Money is paid in whole price
//! steps a lot; each rounding is for the pool, so the product never falls.
//!
//! Known limits: lots trade at one average price a whole step apart, so a pool wants a fine price step; providers do not
//! come or go within a run.

mod file;
#[cfg(test)]
mod stories;

pub use file::{PoolFile, PoolPlan};

use ethnum::U256;
use ground::units::{Cash, Lots, Price, Rate, Side, StepValue};

/// Parts of one in a [`Rate`].
const PARTS: i128 = 1_000_000_000;

/// What lies in a pool, and what it keeps of what is put in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pool {
    pub lots: Lots,
    pub money: Cash,
    fee: Rate,
    step_value: StepValue,
}

/// So many lots at a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Swap {
    pub lots: Lots,
    pub price: Price,
}

impl Pool {
    pub const fn new(lots: Lots, money: Cash, fee: Rate, step_value: StepValue) -> Self {
        Self { lots, money, fee, step_value }
    }

    /// The price of the next small trade without the fee, to the nearest step; `None` where one side is empty.
    #[must_use]
    pub fn price(&self) -> Option<Price> {
        let (money, lots) = self.filled()?;
        let step = i128::from(self.step_value.get());
        let steps = (2 * money / lots + step) / (2 * step);
        price(U256::from(steps.unsigned_abs()))
    }

    /// The most that a lot can be sold for, and the least that one can be bought for.
    #[must_use]
    pub fn best(&self, side: Side) -> Option<Price> {
        self.average(side.opposite(), Lots::new(1))
    }

    /// What each of so many lots costs who buys them, or brings who sells them, in whole steps. `None` where there are
    /// not so many, or a lot would bring less than a step.
    #[must_use]
    pub fn average(&self, side: Side, lots: Lots) -> Option<Price> {
        let (money, held) = self.filled()?;
        let lots = i128::from(lots.get());
        if lots <= 0 || (side == Side::Buy && lots >= held) {
            return None;
        }
        let (kept, step) = (PARTS - i128::from(self.fee.billionths()), i128::from(self.step_value.get()));
        // All of it is positive, and the product of what lies in a pool may be larger than 128 bits hold.
        let [money, held, lots, kept, step, parts] =
            [money, held, lots, kept, step, PARTS].map(|whole| U256::from(whole.unsigned_abs()));
        let worth = match side {
            Side::Buy => ceil(money * lots * parts, (held - lots) * kept),
            Side::Sell => money * lots * kept / (held * parts + lots * kept),
        };
        let each = lots * step;
        price(if side == Side::Buy { ceil(worth, each) } else { worth / each })
    }

    /// As many of the lots as can be had at an average that the limit allows; `None` for none at all.
    #[must_use]
    pub fn quote(&self, side: Side, lots: Lots, limit: Option<Price>) -> Option<Swap> {
        let within = |price: Price| match (side, limit) {
            (_, None) => true,
            (Side::Buy, Some(limit)) => price <= limit,
            (Side::Sell, Some(limit)) => price >= limit,
        };
        let fits = |lots: i64| self.average(side, Lots::new(lots)).filter(|price| within(*price));
        // The more, the worse: the largest that fits lies between what does and what does not.
        let (mut most, mut too_many) = (0, lots.get().saturating_add(1));
        if fits(lots.get()).is_some() {
            most = lots.get();
        }
        while most + 1 < too_many && most < lots.get() {
            let middle = most + (too_many - most) / 2;
            if fits(middle).is_some() { most = middle } else { too_many = middle }
        }
        fits(most).map(|price| Swap { lots: Lots::new(most), price })
    }

    /// Trades what was quoted: who buys takes lots out.
    pub fn take(&mut self, side: Side, swap: Swap) {
        let worth = self.step_value.value(swap.lots, swap.price);
        match side {
            Side::Buy => {
                self.lots -= swap.lots;
                self.money += worth;
            }
            Side::Sell => {
                self.lots += swap.lots;
                self.money -= worth;
            }
        }
    }

    /// Lots that can be sold into it (`side` buys) or bought out of it before its price is a share `band` away.
    #[must_use]
    pub fn depth(&self, side: Side, band: f64) -> Lots {
        let Some((_, held)) = self.filled() else { return Lots::ZERO };
        // The price goes with the inverse square of the lots.
        let ratio = if side == Side::Buy { 1.0 - band } else { 1.0 + band };
        let lots = held as f64 * (1.0 / ratio.max(f64::MIN_POSITIVE).sqrt() - 1.0);
        Lots::new((lots.abs() as i64).min(Lots::LARGEST.get()))
    }

    fn filled(&self) -> Option<(i128, i128)> {
        let (money, lots) = (self.money.to_minor(), i128::from(self.lots.get()));
        (money > 0 && lots > 0).then_some((money, lots))
    }
}

fn ceil(above: U256, below: U256) -> U256 {
    (above + below - U256::ONE) / below
}

/// A price above nothing that a market may have.
fn price(steps: U256) -> Option<Price> {
    i64::try_from(steps).ok().map(Price::new).filter(|price| price.steps() > 0 && price.is_in_range())
}
