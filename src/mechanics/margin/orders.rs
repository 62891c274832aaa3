//! What an account would need with its open orders filled: the screen before a trade.
//!
//! Orders on opposite sides of one instrument cannot both leave their risk in the account, so each slot
//! counts at the worse of all its buys or all its sells filling: by what they ask, and not by how large they are, for a short
//! may ask more than a longer long, and to sell what hedges something else asks for that. Open orders are taken to fill at the
//! mark, where they change the position and not the equity; the order under question is taken
//! to fill at its own limit, and what it would lose against the mark at once counts against it.

use super::equity::against;
use super::models::{Few, NOTHING};
use super::{Marks, Position, Standing, Terms, equity, positions};
use crate::ledger::{Ledger, Slot};
use ground::units::{AccountId, Cash, InstrumentId, Lots, Price, Side};

/// An order as the screen sees it: `lots` is positive, `price` the worst it may fill at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProposedOrder {
    pub account: AccountId,
    pub instrument: InstrumentId,
    pub side: Side,
    pub lots: Lots,
    pub price: Price,
}

/// Where the account would stand if the worse side of its open orders were filled.
pub fn standing_with_orders(ledger: &Ledger, marks: &Marks, terms: &Terms, account: AccountId) -> Standing {
    standing_if_filled(ledger, marks, terms, account, None, false)
}

/// Counted equity less initial margin, were this order to join the account's open orders. `None` when
/// the lender asks for no margin, so that there is nothing to be short of.
///
/// An order that only reduces a position does not lower this figure unless its price is worse than the
/// mark, but neither does it raise it before it fills: an account already below zero is to be judged
/// by whether the order takes new risk, see [`standing_with_orders`] for where it stands without.
pub fn excess_after(ledger: &Ledger, marks: &Marks, terms: &Terms, order: &ProposedOrder) -> Option<Cash> {
    if !terms.margin.lends() {
        return None;
    }
    let stands = standing_if_filled(ledger, marks, terms, order.account, Some(order), false);
    Some(stands.excess() - loss_at_once(marks, order))
}

/// Whether the account is no worse off with the order, and all that waits beside it on its side, filled than it would be without:
/// it hedges something. What it loses at once counts.
pub fn lowers_risk(ledger: &Ledger, marks: &Marks, terms: &Terms, order: &ProposedOrder) -> bool {
    let filled = |lots| {
        let order = ProposedOrder { lots, ..*order };
        let stands = standing_if_filled(ledger, marks, terms, order.account, Some(&order), true);
        stands.excess() - loss_at_once(marks, &order)
    };
    terms.margin.hedges() && filled(order.lots) >= filled(Lots::ZERO)
}

/// Where the account would stand with the worse side of each of its open orders filled, this one among them; or, of what this one
/// is for, with its own side, if it is `certain` to fill.
///
/// Fills at the mark do not change what the account is worth, but turn cash into what may count for less.
fn standing_if_filled(
    ledger: &Ledger,
    marks: &Marks,
    terms: &Terms,
    account: AccountId,
    order: Option<&ProposedOrder>,
    certain: bool,
) -> Standing {
    let equity = equity(ledger, marks, account);
    let larger = positions_with(ledger, marks, account, order);
    if terms.margin.follows_size() && terms.collateral.is_none() {
        return against(terms, marks, equity, ledger.cash(account), larger);
    }
    let accounts = &ledger.accounts;
    let now: Few<Position> = few(positions(ledger, marks, account));
    let stands = |after: &Few<Position>| {
        let spent = |(now, after): (&Position, &Position)| match accounts.slot_of(account, now.instrument) {
            Some(slot) if accounts.kind(slot).is_owned() => after.value - now.value,
            _ => Cash::ZERO,
        };
        let spent: Cash = now.iter().zip(after.iter()).map(spent).sum();
        against(terms, marks, equity, ledger.cash(account) - spent, after.iter().copied())
    };
    let fixed = |slot| order.filter(|order| certain && accounts.instrument(slot) == order.instrument);
    // From the larger sides on, side by side, to the other where that leaves less.
    let mut after = few(larger);
    for (place, slot) in accounts.slots(account).enumerate() {
        if let Some(order) = fixed(slot) {
            let lots = sides(ledger, slot, Some(order))[order.side as usize];
            after[place] = Position { lots, value: marks.value(order.instrument, lots), ..after[place] };
        }
    }
    let mut worst = stands(&after);
    for (place, slot) in accounts.slots(account).enumerate().filter(|(_, slot)| fixed(*slot).is_none()) {
        for lots in sides(ledger, slot, order) {
            let before = after[place];
            if lots == before.lots {
                continue;
            }
            after[place] = Position { lots, value: marks.value(before.instrument, lots), ..before };
            let trial = stands(&after);
            if trial.excess() < worst.excess() {
                worst = trial;
            } else {
                after[place] = before;
            }
        }
    }
    worst
}

fn few(positions: impl Iterator<Item = Position>) -> Few<Position> {
    let mut few = Few::new(NOTHING);
    positions.for_each(|position| few.push(position));
    few
}

/// What a place would hold with all its buys filled, or all its sells, an order that is to join among them.
fn sides(ledger: &Ledger, slot: Slot, order: Option<&ProposedOrder>) -> [Lots; 2] {
    let accounts = &ledger.accounts;
    let instrument = accounts.instrument(slot);
    let joining = |side| order.filter(|order| order.instrument == instrument && order.side == side);
    [Side::Buy, Side::Sell].map(|side| {
        let open = accounts.open_orders(slot, side) + joining(side).map_or(Lots::ZERO, |order| order.lots);
        accounts.lots(slot) + side.signed(open)
    })
}

/// What a fill at the order's price loses against the mark; nothing when the price is better.
pub fn loss_at_once(marks: &Marks, order: &ProposedOrder) -> Cash {
    let bought = order.side.signed(order.lots);
    let value = |price| marks.step_value(order.instrument).value(bought, price);
    (value(order.price) - value(marks.price(order.instrument))).at_least_zero()
}

/// The positions with the larger of all buys or all sells filled at the mark, an order that is to join among them.
pub fn positions_with<'a>(
    ledger: &'a Ledger,
    marks: &'a Marks,
    account: AccountId,
    order: Option<&'a ProposedOrder>,
) -> impl Iterator<Item = Position> + Clone + 'a {
    let accounts = &ledger.accounts;
    accounts.slots(account).zip(positions(ledger, marks, account)).map(move |(slot, now)| {
        let [bought, sold] = sides(ledger, slot, order);
        let lots = if sold.abs() > bought.abs() { sold } else { bought };
        // A fill at the mark changes what is held and not what the account is worth.
        Position { lots, value: marks.value(now.instrument, lots), ..now }
    })
}

#[cfg(test)]
mod tests {
    use super::super::test_world::{FUND, World};
    use super::*;
    use crate::margin::models::{Context, rate};
    use crate::margin::{CallLevel, MarginFile};
    use language::named::Named;

    const HALF_AND_QUARTER: Terms = World::rate(500_000_000, 250_000_000);
    const STOCK: InstrumentId = InstrumentId::new(0);

    fn order(side: Side, lots: i64, price: i64) -> ProposedOrder {
        ProposedOrder { account: FUND, instrument: STOCK, side, lots: Lots::new(lots), price: Price::new(price) }
    }

    /// $100.00 of equity: 10 shares at $20.00 bought with $100.00 of the lender's money.
    fn leveraged() -> World {
        World::new(-10_000, &[(10, 2_000, 0)], &[])
    }

    #[test]
    fn an_order_needs_margin_as_if_it_were_filled() {
        let world = leveraged();
        let after = |order| excess_after(&world.ledger, &world.marks, &HALF_AND_QUARTER, &order);
        // Half of 10 × $20 is all there is; one share more needs $10.
        assert_eq!(after(order(Side::Buy, 1, 2_000)), Some(Cash::minor(-1_000)));
        // Bidding a dollar above the mark would lose that dollar too.
        assert_eq!(after(order(Side::Buy, 1, 2_100)), Some(Cash::minor(-1_100)));
        assert_eq!(after(order(Side::Buy, 1, 1_900)), Some(Cash::minor(-1_000)));
        // Selling what is held needs nothing more; selling 25 would leave 15 short.
        assert_eq!(after(order(Side::Sell, 10, 2_000)), Some(Cash::ZERO));
        assert_eq!(after(order(Side::Sell, 10, 1_950)), Some(Cash::minor(-500)));
        assert_eq!(after(order(Side::Sell, 25, 2_000)), Some(Cash::minor(-5_000)));
    }

    #[test]
    fn the_worse_side_of_open_orders_counts_and_not_their_sum() {
        let mut world = leveraged();
        let slot = world.ledger.accounts.slot_of(FUND, STOCK).expect("the fund holds the stock");
        world.ledger.accounts.change_open_orders(slot, Side::Buy, Lots::new(2));
        world.ledger.accounts.change_open_orders(slot, Side::Sell, Lots::new(23));
        let stands = standing_with_orders(&world.ledger, &world.marks, &HALF_AND_QUARTER, FUND);
        // 12 long or 13 short: half of 13 × $20, a quarter of it.
        assert_eq!((stands.im, stands.mm), (Cash::minor(13_000), Cash::minor(6_500)));
        assert_eq!(stands.equity, Cash::minor(10_000));
    }

    /// 10 % of what is long, 100 % of what is short.
    #[test]
    fn the_worse_side_is_the_one_that_asks_more() {
        let short = Some(rate::RatesFile { im: 1.0, mm: 0.8 });
        let file = MarginFile::Rate(rate::File { im: 0.1, mm: 0.05, short, per_instrument: Named::default() });
        let terms = Terms::plain(file.plan(&Context::new([], 2, 390.0)), CallLevel::Maintenance);
        // 1,000 shares at $100 with $20,000 of equity: to sell 1,900 leaves 900 short, of which all is asked.
        let world = World::new(-8_000_000, &[(1_000, 10_000, 0)], &[]);
        let after = |lots| excess_after(&world.ledger, &world.marks, &terms, &order(Side::Sell, lots, 10_000));
        assert_eq!(after(1_900), Some(Cash::minor(2_000_000 - 9_000_000)));
        assert_eq!(after(2_100), Some(Cash::minor(2_000_000 - 11_000_000)));
        // 50 short ask less than the 1,000 long that there are until it fills.
        assert_eq!(after(1_050), Some(Cash::minor(2_000_000 - 1_000_000)));
    }

    #[test]
    fn at_a_custodian_there_is_nothing_to_be_short_of() {
        let world = leveraged();
        let order = order(Side::Buy, 1_000, 9_999);
        assert_eq!(excess_after(&world.ledger, &world.marks, &World::UNMARGINED, &order), None);
    }
}
