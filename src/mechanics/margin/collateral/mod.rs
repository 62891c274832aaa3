//! Collateral: how much of what an account owns its lender counts.
//!
//! Of each spot instrument that the lender's rules name and that the account is long, the lender
//! counts the value less a haircut, and of that no more than the item's cap and its tier's limit allow:
//! - *haircut*: what the lender fears to lose on it before it is sold. Basel's ten-day figures are 0.5 to 4 % for
//!   government paper, 15 % for shares of a main index and gold, 25 % for other listed shares, and 8 % more for
//!   what is in another currency (BCBS, Basel III CRE 22.52; 12 CFR 1240.39);
//! - *cap*: no item is more than this share of the pool. EMIR asks clearing houses for such limits
//!   (Regulation 153/2013, Article 42);
//! - *tier*: the items of a tier together are no more than the tier's limit of the pool;
//! - *own tokens*: what the lender itself, or its group, issued is worth least when it is needed. All of it
//!   together is one more tier. Clearing houses must take none (Regulation 153/2013, Annex I).
//!
//! The *pool* is cash, if there is any, and all collateral but own tokens, after haircuts and before caps and
//! limits. (A share of what remains after them would be a circle.) So more of anything never makes the rest count
//! for less, and own tokens never make room for others.
//!
//! What is collateral needs no margin by the model while the account is long in it: the haircut is its margin. It covers and
//! hedges all the same, see [`Sorted`](super::Sorted). `margined` asks for both. Shorts and prices below zero are debts, count in full, and a short needs margin. What the
//! rules do not name is a position: it counts in full and needs margin, unless `other` says that it is collateral too.
//!
//! Whole numbers throughout, each division rounded against the account. Nothing here moves anything.
//!
//! Limits: cash always counts in full; a foreign currency is a spot instrument priced in the world's own.

mod file;
#[cfg(test)]
mod tests;

pub use file::{CollateralFile, ItemFile};

use super::{Bound, Position, Zone};
use ground::units::{Cash, InstrumentId, Lots, Rate};

/// How many tiers a lender may have.
pub const MOST_TIERS: usize = 8;

/// One lender's rules, in whole numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collateral {
    /// By instrument; `None` for what is no collateral here.
    pub items: Box<[Option<Item>]>,
    /// Each tier's share of the pool.
    pub tier_limits: Box<[Rate]>,
    /// The share of the pool that the lender's own tokens may be.
    pub own_limit: Rate,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item {
    /// From 0 to 1, what is there for a foreign currency in it. 1 for what is not accepted.
    pub haircut: Rate,
    /// The share of the pool that it may be.
    pub cap: Rate,
    pub tier: Tier,
    /// Whether the model asks for margin on it as well.
    pub margined: bool,
}

/// Which limit it shares with others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tier {
    None,
    /// Index among the limits.
    Nth(u8),
    OwnToken,
}

/// What became of one item: `value = counted + haircut + over_cap`, before the tier's limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    pub instrument: InstrumentId,
    pub tier: Tier,
    pub value: Cash,
    pub haircut: Cash,
    pub over_cap: Cash,
    pub counted: Cash,
}

/// What does not count, and why. A tier's excess is not laid to any one item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NotCounted {
    pub pool: Cash,
    pub items: Vec<Counted>,
    /// By tier, own tokens last: what they hold beyond the limit.
    pub over_limit: Vec<(Tier, Cash)>,
}

impl Collateral {
    fn item(&self, instrument: InstrumentId) -> Option<&Item> {
        self.items.get(instrument.index())?.as_ref()
    }

    /// Whether the haircut stands in for margin on these lots.
    pub fn replaces_margin(&self, instrument: InstrumentId, lots: Lots) -> bool {
        lots.is_positive() && self.item(instrument).is_some_and(|item| !item.margined)
    }

    /// Whether the haircut of anything at all stands in for margin.
    pub fn replaces_any(&self) -> bool {
        self.items.iter().flatten().any(|item| !item.margined)
    }

    /// Whether rules for it are there.
    pub fn is_counted(&self, instrument: InstrumentId) -> bool {
        self.item(instrument).is_some()
    }

    /// Whether any of its worth counts.
    pub fn lends_on(&self, instrument: InstrumentId) -> bool {
        self.item(instrument).is_some_and(|item| item.haircut < Rate::ONE)
    }

    /// What of the account's worth does not count. Never negative, and never more than its collateral is worth.
    pub fn cut(&self, cash: Cash, positions: impl Iterator<Item = Position> + Clone) -> Cash {
        let mut cut = Cash::ZERO;
        let over = self.count(cash, positions, |item| cut += item.value - item.counted).1;
        cut + over.into_iter().sum()
    }

    /// The same, one by one.
    pub fn breakdown(&self, cash: Cash, positions: impl Iterator<Item = Position> + Clone) -> NotCounted {
        let mut items = Vec::new();
        let (pool, over) = self.count(cash, positions, |item| items.push(item));
        let tiers = (0..self.tier_limits.len()).map(|tier| Tier::Nth(tier as u8)).chain([Tier::OwnToken]);
        let over_limit =
            tiers.filter_map(|tier| Some((tier, over[slot_of(tier)?]))).filter(|(_, over)| over.is_positive());
        NotCounted { pool, over_limit: over_limit.collect(), items }
    }

    /// Shows each item, and gives back the pool and each tier's excess.
    fn count(
        &self,
        cash: Cash,
        positions: impl Iterator<Item = Position> + Clone,
        mut show: impl FnMut(Counted),
    ) -> (Cash, [Cash; MOST_TIERS + 1]) {
        let held = positions.filter_map(|position| {
            let item = self.item(position.instrument)?;
            (position.lots.is_positive() && position.value.is_positive()).then_some((position, item))
        });
        let haircut = |position: &Position, item: &Item| item.haircut.of_rounded_up(position.value).min(position.value);
        let in_pool = held.clone().filter(|(_, item)| item.tier != Tier::OwnToken);
        let after_haircuts: Cash = in_pool.map(|(position, item)| position.value - haircut(&position, item)).sum();
        let pool = cash.at_least_zero() + after_haircuts;
        let mut tiers = [Cash::ZERO; MOST_TIERS + 1];
        for (position, item) in held {
            let haircut = haircut(&position, item);
            let left = position.value - haircut;
            let counted = left.min(item.cap.of_rounded_down(pool));
            if let Some(tier) = slot_of(item.tier) {
                tiers[tier] += counted;
            }
            let (instrument, tier, value, over_cap) = (position.instrument, item.tier, position.value, left - counted);
            show(Counted { instrument, tier, value, haircut, over_cap, counted });
        }
        let limits = self.tier_limits.iter().copied().chain(std::iter::repeat(Rate::ONE)).take(MOST_TIERS);
        for (tier, limit) in tiers.iter_mut().zip(limits.chain([self.own_limit])) {
            *tier = (*tier - limit.of_rounded_down(pool)).at_least_zero();
        }
        (pool, tiers)
    }

    /// How what counts follows the price of these lots; `None` when they are no collateral.
    pub fn slope(&self, instrument: InstrumentId, lots: Lots, zone: Zone) -> Option<Bound> {
        let item = self.item(instrument).filter(|_| lots.is_positive())?;
        let (one, kept) = (Rate::ONE.billionths(), Rate::ONE.billionths() - item.haircut.billionths());
        // With a cap or a limit somewhere, what a step brings may itself be cut, or may let more of what is cut
        // count. What is cut was more than its share of the pool, so those shares sum to less than one; own tokens are
        // not in the pool and come on top.
        let (low, high) = if self.has_limits() { (0, 3 * kept) } else { (kept, kept) };
        Some(match zone {
            Zone::FromZero => Bound::slope(low, high),
            Zone::Anywhere => Bound::slope(low.min(one), high.max(one)),
        })
    }

    fn has_limits(&self) -> bool {
        let binds = |limit: Rate| limit < Rate::ONE;
        let own = |item: &Item| item.tier == Tier::OwnToken && binds(self.own_limit);
        self.tier_limits.iter().any(|&limit| binds(limit))
            || self.items.iter().flatten().any(|item| binds(item.cap) || own(item))
    }
}

fn slot_of(tier: Tier) -> Option<usize> {
    match tier {
        Tier::None => None,
        Tier::Nth(tier) => Some(usize::from(tier)),
        Tier::OwnToken => Some(MOST_TIERS),
    }
}
