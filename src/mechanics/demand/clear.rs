//! The price at which what is wanted is what there is, and who gets how much.

use super::Curve;
use crate::impact::Wish as Order;
use ground::units::{Lots, Price, Side, StepValue};

/// What one of those in the market wants in a tick.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Wish {
    /// To trade, at any price or up to a limit.
    Order(Order),
    /// To hold what the curve says, from what it holds now.
    Curve { curve: Curve, held: Lots },
}

impl Wish {
    /// Lots to buy, or less than none to sell, at a price.
    fn trade(&self, price: Price, step_value: StepValue) -> i128 {
        match self {
            Self::Order(order) if order.allows(price) => i128::from(order.side.signed(order.lots).get()),
            Self::Order(_) => 0,
            Self::Curve { curve, held } => i128::from((curve.lots(price, step_value) - *held).get()),
        }
    }

    /// Whether it is a limit order that trades at this price and at no worse one.
    fn ends_at(&self, side: Side, price: Price) -> bool {
        matches!(self, Self::Order(order) if order.side == side && order.limit == Some(price))
    }
}

/// How a tick ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cleared {
    pub price: Price,
    /// What the rest of the market buys, or sells if it is negative.
    pub rest: Lots,
}

/// Clears the wishes of one tick, which stand in turn, from the last price. `offered` is what the rest of the market
/// holds and gives back. Leaves in `trades` how many lots each buys or, negative, sells: these and what the rest
/// buys sum to zero.
pub fn clear(wishes: &[Wish], step_value: StepValue, last: Price, offered: Lots, trades: &mut Vec<Lots>) -> Cleared {
    let market = Market { wishes, step_value, offered: i128::from(offered.get()) };
    let last = Price::new(last.steps().clamp(1, Price::FURTHEST.steps()));
    let found = market.price(last);
    trades.clear();
    let lots = |wish: &Wish| Lots::new(wish.trade(found.price, step_value) as i64);
    trades.extend(wishes.iter().map(lots));
    let mut excess = market.excess(found.price);
    let side = if excess > 0 { Side::Buy } else { Side::Sell };
    // What trades at its limit goes without first, the last in turn before the others. Where no price balances, so do
    // orders at any price, and then curves.
    ration(wishes, trades, &mut excess, side, |wish| wish.ends_at(side, found.price));
    if !found.balances {
        ration(wishes, trades, &mut excess, side, |wish| matches!(wish, Wish::Order(_)));
        ration(wishes, trades, &mut excess, side, |_| true);
    }
    let bought: i128 = trades.iter().map(|lots| i128::from(lots.get())).sum();
    Cleared { price: found.price, rest: Lots::new(-bought as i64) }
}

/// Takes an excess off those on one side that may be cut, from the last.
fn ration(wishes: &[Wish], trades: &mut [Lots], excess: &mut i128, side: Side, may_be_cut: impl Fn(&Wish) -> bool) {
    for (wish, trade) in wishes.iter().zip(trades).rev() {
        let on_side = if side == Side::Buy { trade.get() > 0 } else { trade.get() < 0 };
        if on_side && may_be_cut(wish) {
            let cut = excess.unsigned_abs().min(u128::from(trade.get().unsigned_abs())) as i64;
            *trade -= side.signed(Lots::new(cut));
            *excess -= i128::from(side.signed(Lots::new(cut)).get());
        }
    }
}

/// Lots that all curves together want at a price.
pub(super) fn wanted_by_curves(wishes: &[Wish], price: Price, step_value: StepValue) -> i128 {
    let curves = wishes.iter().filter(|wish| matches!(wish, Wish::Curve { .. }));
    curves.map(|wish| wish.trade(price, step_value)).sum()
}

struct Market<'a> {
    wishes: &'a [Wish],
    step_value: StepValue,
    offered: i128,
}

struct Found {
    price: Price,
    /// Whether demand passes supply there; otherwise one side is heavier at every price that way.
    balances: bool,
}

impl Market<'_> {
    /// Lots wanted beyond what there is.
    fn excess(&self, price: Price) -> i128 {
        self.wishes.iter().map(|wish| wish.trade(price, self.step_value)).sum::<i128>() - self.offered
    }

    /// What stays of the excess when those whose limit is this price go without.
    fn stays(&self, price: Price) -> u128 {
        let excess = self.excess(price);
        let side = if excess > 0 { Side::Buy } else { Side::Sell };
        let at_limit = self.wishes.iter().filter(|wish| wish.ends_at(side, price));
        let marginal: u128 = at_limit.map(|wish| wish.trade(price, self.step_value).unsigned_abs()).sum();
        excess.unsigned_abs().saturating_sub(marginal)
    }

    fn price(&self, last: Price) -> Found {
        let excess = self.excess(last);
        if excess == 0 {
            return Found { price: last, balances: true };
        }
        // Too much is wanted: the price rises. Too little: it falls.
        let (way, edge) = if excess > 0 { (1, Price::FURTHEST.steps()) } else { (-1, 1) };
        let over = |steps: i64| {
            let here = self.excess(Price::new(steps));
            here != 0 && (here > 0) == (excess > 0)
        };
        let (mut inside, mut stride) = (last.steps(), 1);
        let beyond = loop {
            if inside == edge {
                break None;
            }
            let next = if way > 0 { inside.saturating_add(stride).min(edge) } else { (inside - stride).max(edge) };
            if !over(next) {
                break Some(next);
            }
            inside = next;
            stride = stride.saturating_mul(2);
        };
        let Some(mut beyond) = beyond else {
            return Found { price: self.nearest_alike(last, edge), balances: false };
        };
        while (beyond - inside).abs() > 1 {
            let between = inside.midpoint(beyond);
            if over(between) { inside = between } else { beyond = between }
        }
        // Of the two prices between which demand passes supply, that with less left over; if it is as much, the one
        // nearer to the last price.
        let (near, far) = (Price::new(inside), Price::new(beyond));
        let price = if self.stays(near) <= self.stays(far) { near } else { far };
        Found { price, balances: true }
    }

    /// No price balances. The one nearest to the last at which as little is left over as at the edge.
    fn nearest_alike(&self, last: Price, edge: i64) -> Price {
        let least = self.excess(Price::new(edge)).unsigned_abs();
        let alike = |steps: i64| self.excess(Price::new(steps)).unsigned_abs() <= least;
        let (mut not, mut like) = (last.steps(), edge);
        if alike(not) {
            return last;
        }
        while (like - not).abs() > 1 {
            let between = not.midpoint(like);
            if alike(between) { like = between } else { not = between }
        }
        Price::new(like)
    }
}
