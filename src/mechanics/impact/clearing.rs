//! Which of a tick's orders trade, and at what one price.
//!
//! At each price there is a net demand: what would be bought there less what would be sold, by market orders and by
//! limits that allow it. The higher the price the smaller it is, and the higher the price at which the rest of the
//! market stands ready for it. So there is one price at which both agree, and there everybody trades whose limit
//! allows it. Where the orders at one limit are so many that with all of them the price would pass their limit, and
//! without them not reach it, the price is that limit, and they get what keeps it there: the first in turn first.

use super::Impact;
use ground::units::{Lots, Price, Side};

/// An order as far as it matters for the price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wish {
    pub side: Side,
    pub lots: Lots,
    /// `None`: at any price.
    pub limit: Option<Price>,
}

impl Wish {
    /// Whether the order may trade at a price.
    pub(crate) fn allows(&self, price: Price) -> bool {
        self.limit.is_none_or(|limit| match self.side {
            Side::Buy => limit >= price,
            Side::Sell => limit <= price,
        })
    }

    /// Whether it may trade at a price and at no worse one.
    fn ends_at(&self, side: Side, price: Price) -> bool {
        self.side == side && self.limit == Some(price)
    }
}

/// Trades the wishes of one tick, which stand in turn. Says at what price and how many lots each gets, or `None` when
/// nothing trades. The price is left where it was; whoever lets them trade has [`Impact::push`] move it.
pub fn clear(impact: &Impact, wishes: &[Wish], filled: &mut Vec<Lots>) -> Option<Price> {
    filled.clear();
    filled.resize(wishes.len(), Lots::ZERO);
    let price = clearing_price(impact, wishes);
    let mut net: i64 = 0;
    for (wish, filled) in wishes.iter().zip(filled.iter_mut()) {
        if wish.allows(price) {
            *filled = wish.lots;
            net += wish.side.signed(wish.lots).get();
        }
    }
    // Too many at the limit itself: some have to go without, the last first.
    let pushed_to = impact.fill_price(Lots::new(net));
    if pushed_to != price {
        let side = if pushed_to > price { Side::Buy } else { Side::Sell };
        let beyond = |net: i64| {
            let at = impact.fill_price(Lots::new(net));
            if side == Side::Buy { at > price } else { at < price }
        };
        let marginal: Lots = wishes.iter().filter(|wish| wish.ends_at(side, price)).map(|wish| wish.lots).sum();
        let sign = if side == Side::Buy { 1 } else { -1 };
        let mut cut = fewest(marginal.get(), |cut| !beyond(net - sign * cut));
        for (wish, filled) in wishes.iter().zip(filled.iter_mut()).rev() {
            if wish.ends_at(side, price) {
                let less = filled.get().min(cut);
                *filled = Lots::new(filled.get() - less);
                cut -= less;
            }
        }
    }
    filled.iter().any(|lots| lots.is_positive()).then_some(price)
}

/// The price at which what trades there moves the price to where it trades. The highest at which those who buy push
/// it as far or further; failing that the next, which those who sell there do not let it reach.
fn clearing_price(impact: &Impact, wishes: &[Wish]) -> Price {
    let net_at = |price: Price| {
        let net: i64 =
            wishes.iter().filter(|wish| wish.allows(price)).map(|wish| wish.side.signed(wish.lots).get()).sum();
        Lots::new(net)
    };
    if wishes.iter().all(|wish| wish.limit.is_none()) {
        return impact.fill_price(net_at(Price::new(0)));
    }
    let reaches = |price: Price| impact.fill_price(net_at(price)) >= price;
    // At the lowest price it always holds; beyond the furthest never.
    let (mut reached, mut not) = (impact.lowest().steps(), Price::FURTHEST.steps() + 1);
    while not - reached > 1 {
        let between = reached.midpoint(not);
        if reaches(Price::new(between)) { reached = between } else { not = between }
    }
    let low = Price::new(reached);
    let high = Price::new(not);
    if impact.fill_price(net_at(low)) == low || !high.is_in_range() {
        return low;
    }
    // Those who would buy at `low` push beyond it. Without them, does the price stay?
    let without: i64 = wishes.iter().filter(|wish| wish.ends_at(Side::Buy, low)).map(|wish| wish.lots.get()).sum();
    if impact.fill_price(net_at(low) - Lots::new(without)) <= low { low } else { high }
}

/// The smallest number up to `most` for which something holds that, once it does, holds for all larger ones.
fn fewest(most: i64, holds: impl Fn(i64) -> bool) -> i64 {
    let (mut low, mut high) = (0, most);
    while low < high {
        let between = low.midpoint(high);
        if holds(between) { high = between } else { low = between + 1 }
    }
    low
}
