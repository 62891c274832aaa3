//! A pool: a price from what is left in it, with whoever wants to trade.
//!
//! It holds lots of one instrument and money. Whoever puts in one takes out so much of the other as keeps the pool on its
//! [`Curve`]:
//!
//! - a *constant product* (Adams, Zinsmeister and Robinson, "Uniswap v2 core", 2020, section 3.2.1): the price of the next
//!   lot is the money over the lots, and a sale of a share of the lots that is not small lowers it by the square of what
//!   remains;
//! - a *stable swap* (Egorov 2019, see [`crate::stable_swap`]): the price stays near par until one of the two has almost run
//!   out, and then falls away;
//! - the *fee* is a share of what is put in (of what comes out, for a stable swap), stays in the pool, and is the
//!   providers';
//! - nothing rests: an order trades at once, in its turn, as far as its limit lets the average price of all of it go, and
//!   the rest of it lapses.
//!
//! What lies in the pool is what its account in the ledger holds: there is no second record. Money is paid in whole price
//! steps a lot; each rounding is for the pool, so the product, or what is balanced, never falls.
//!
//! Known limits: lots trade at one average price a whole step apart, so a pool wants a fine price step.

mod file;
mod product;
mod shares;
mod stable;
#[cfg(test)]
mod stories;

pub use file::{CurveFile, PoolFile, PoolPlan};
pub use shares::{Provision, START, Shares, Takes};
pub use stable::Stable;

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
    curve: Curve,
}

/// On what a pool stays when it trades.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Curve {
    Product,
    Stable(Stable),
}

/// So many lots at a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Swap {
    pub lots: Lots,
    pub price: Price,
}

impl Pool {
    pub const fn new(lots: Lots, money: Cash, fee: Rate, step_value: StepValue, curve: Curve) -> Self {
        Self { lots, money, fee, step_value, curve }
    }

    pub const fn step_value(&self) -> StepValue {
        self.step_value
    }

    /// The price of the next small trade without the fee, to the nearest step; `None` where one side is empty.
    #[must_use]
    pub fn price(&self) -> Option<Price> {
        let (lots, money) = self.filled()?;
        let step = self.step();
        let steps = match self.curve {
            Curve::Product => (money * 2 / lots + step) / (step * 2),
            Curve::Stable(stable) => stable.price((lots, money), step)?,
        };
        price(steps)
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
        let (held, _) = self.filled()?;
        let lots = u64::try_from(lots.get()).ok().filter(|lots| *lots > 0).map(U256::from)?;
        if side == Side::Buy && lots >= held {
            return None;
        }
        let (worth, each) = (self.worth(side, lots)?, lots * self.step());
        price(if side == Side::Buy { ceil(worth, each) } else { worth / each })
    }

    /// The least money for which so many lots can be had, of which there are more, or what they bring.
    fn worth(&self, side: Side, lots: U256) -> Option<U256> {
        let lying = self.filled()?;
        match self.curve {
            Curve::Product => Some(product::worth(lying, self.fee, side, lots)),
            Curve::Stable(stable) => stable.worth(lying, self.fee, side, lots),
        }
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
        // The more, the worse.
        let most = largest(lots.get(), |lots| fits(lots).is_some());
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
        let Some((held, _)) = self.filled() else { return Lots::ZERO };
        let ratio = if side == Side::Buy { 1.0 - band } else { 1.0 + band };
        let lots = match self.curve {
            Curve::Product => product::lots_until(held.as_f64(), ratio).abs() as i64,
            Curve::Stable(_) => return self.lots_until(side, ratio),
        };
        Lots::new(lots.min(Lots::LARGEST.get()))
    }

    /// The same along a curve that has no closed form for it: the most lots after which the price is not yet so far away.
    fn lots_until(&self, side: Side, ratio: f64) -> Lots {
        let Some(now) = self.price() else { return Lots::ZERO };
        let edge = now.steps() as f64 * ratio;
        let near = |lots: i64| {
            let Some(price) = self.average(side.opposite(), Lots::new(lots)) else { return false };
            let mut after = *self;
            after.take(side.opposite(), Swap { lots: Lots::new(lots), price });
            after.price().is_some_and(|price| match side {
                Side::Buy => price.steps() as f64 >= edge,
                Side::Sell => price.steps() as f64 <= edge,
            })
        };
        let most = if side == Side::Sell { self.lots.get() } else { Lots::LARGEST.get() };
        Lots::new(largest(most, near))
    }

    /// Lots and money, where there are both.
    fn filled(&self) -> Option<(U256, U256)> {
        let (lots, money) = (self.lots.get(), self.money.to_minor());
        (lots > 0 && money > 0).then(|| (U256::from(lots.unsigned_abs()), U256::from(money.unsigned_abs())))
    }

    fn step(&self) -> U256 {
        U256::from(self.step_value.get().unsigned_abs())
    }
}

/// The largest number up to `most` of which something holds that holds of all smaller ones, or nought.
fn largest(most: i64, holds: impl Fn(i64) -> bool) -> i64 {
    if holds(most) {
        return most;
    }
    let (mut yes, mut no) = (0, most);
    while yes + 1 < no {
        let middle = yes + (no - yes) / 2;
        if holds(middle) { yes = middle } else { no = middle }
    }
    yes
}

fn ceil(above: U256, below: U256) -> U256 {
    (above + below - U256::ONE) / below
}

/// A price above nothing that a market may have.
fn price(steps: U256) -> Option<Price> {
    i64::try_from(steps).ok().map(Price::new).filter(|price| price.steps() > 0 && price.is_in_range())
}
