//! Markets that clear, worked out by hand. A step of a lot is worth one minor unit.

use super::ladder::{Rung, rungs};
use super::{Cleared, Curve, Wish, clear};
use crate::impact;
use ground::units::Side::{Buy, Sell};
use ground::units::{Lots, Price, Side, StepValue};

const UNIT: StepValue = StepValue::new(1);

fn curve(curve: Curve, held: i64) -> Wish {
    Wish::Curve { curve, held: Lots::new(held) }
}

fn order(side: Side, lots: i64, limit: Option<i64>) -> Wish {
    Wish::Order(impact::Wish { side, lots: Lots::new(lots), limit: limit.map(Price::new) })
}

/// Price, what each trades, and what the rest of the market does.
fn cleared(wishes: &[Wish], last: i64, offered: i64) -> (i64, Vec<i64>, i64) {
    let mut trades = Vec::new();
    let Cleared { price, rest } = clear(wishes, UNIT, Price::new(last), Lots::new(offered), &mut trades);
    let trades: Vec<i64> = trades.iter().map(|lots| lots.get()).collect();
    assert_eq!(trades.iter().sum::<i64>() + rest.get(), 0, "what one buys another sells");
    (price.steps(), trades, rest.get())
}

/// Demand that is linear in the price: an unleveraged fund without a cap and without cash wants
/// `aggressiveness × (1 − p / value) × held`.
fn linear(value: f64, aggressiveness: f64, held: f64) -> Curve {
    Curve::Fund { value, aggressiveness, cap: 1e9, cash: 0.0, held }
}

#[test]
fn two_linear_demands_meet_where_together_they_want_what_there_is() {
    // 10 × (1 − p / 200) × 100 and 10 × (1 − p / 100) × 100 sum to 2000 − 15 p. They hold 100 each: 200 at p = 120,
    // but there the second wants nothing; the first alone wants 200 at p = 160.
    let wishes = [curve(linear(200.0, 10.0, 100.0), 100), curve(linear(100.0, 10.0, 100.0), 100)];
    assert_eq!(cleared(&wishes, 100, 0), (160, vec![100, -100], 0));
    // Holding 500 each: 2000 − 15 p is 1000 at 66.67. At 67 they want 665 + 330 = 995, at 66 670 + 340 = 1010: five
    // too few is nearer than ten too many, and the rest takes them.
    let wishes = [curve(linear(200.0, 10.0, 100.0), 500), curve(linear(100.0, 10.0, 100.0), 500)];
    assert_eq!(cleared(&wishes, 100, 0), (67, vec![165, -170], 5));
    // It offers them back in the next tick: 500 + 165 and 500 − 170 and 5 are what there is, and nothing changes.
    let wishes = [curve(linear(200.0, 10.0, 100.0), 665), curve(linear(100.0, 10.0, 100.0), 330)];
    assert_eq!(cleared(&wishes, 67, 5), (67, vec![0, 0], 0));
}

#[test]
fn a_noise_trader_alone_sets_the_price_at_its_money_over_what_it_holds() {
    let noise = |money| [curve(Curve::Cash { money }, 1_000)];
    assert_eq!(cleared(&noise(100_000.0), 70, 0), (100, vec![0], 0));
    assert_eq!(cleared(&noise(250_000.0), 100, 0), (250, vec![0], 0));
}

#[test]
fn a_fund_and_a_noise_trader_share_the_units_at_the_price_that_suits_both() {
    // 80 000 / p + min(10 × (1 − p / 100), 2) × 20 000 / p = 1 000 units.
    // Below 80 the cap binds: (80 000 + 40 000) / p = 1 000 at p = 120, so it does not. Above:
    // 80 000 + 200 000 − 2 000 p = 1 000 p at p = 93.33. At 93: 860.2 + 150.5 = 1010.8; at 94: 851.1 + 127.7 = 978.7.
    let fund = Curve::Fund { value: 100.0, aggressiveness: 10.0, cap: 2.0, cash: 20_000.0, held: 0.0 };
    let wishes = [curve(Curve::Cash { money: 80_000.0 }, 1_000), curve(fund, 0)];
    // 860 and 151: 11 more than there are, where 94 leaves 21 over.
    assert_eq!(cleared(&wishes, 80, 0), (93, vec![-140, 151], -11));
}

#[test]
fn a_fund_at_its_cap_sells_when_the_price_falls_and_has_nothing_when_it_is_ruined() {
    // It holds 500 with 40 000 borrowed: at 100 it is worth 10 000, and five times that is what it holds.
    let fund = Curve::Fund { value: 200.0, aggressiveness: 1e6, cap: 5.0, cash: -40_000.0, held: 500.0 };
    let wants = |price| fund.lots(Price::new(price), UNIT).get();
    assert_eq!(wants(100), 500);
    // 5 × (500 − 40 000 / 90): 278 is what its wealth of 5 000 carries.
    assert_eq!((wants(90), wants(80), wants(70)), (278, 0, 0));
    assert_eq!(wants(200), 0, "above its value");
}

#[test]
fn orders_at_any_price_are_demand_that_no_price_changes() {
    // The noise trader would hold 1 000 at 100; 200 have to be sold to it: 100 000 / 1 200 = 83.3.
    let wishes = [order(Sell, 200, None), curve(Curve::Cash { money: 100_000.0 }, 1_000)];
    assert_eq!(cleared(&wishes, 100, 0), (83, vec![-200, 205], -5));
}

#[test]
fn limits_begin_and_end_demand_and_share_what_there_is_in_turn() {
    let noise = curve(Curve::Cash { money: 100_000.0 }, 1_000);
    // Two would sell 100 each at 95 or more, which the noise trader's price of 100 allows: 100 000 / 1 200 is below 95.
    // At 95 it wants 53 more, of which the first in turn sells all.
    let wishes = [order(Sell, 100, Some(95)), order(Sell, 100, Some(95)), noise];
    assert_eq!(cleared(&wishes, 100, 0), (95, vec![-53, 0, 53], 0));
    assert_eq!(cleared(&[order(Sell, 100, Some(101)), noise], 100, 0), (100, vec![0, 0], 0));
}

#[test]
fn without_a_price_that_balances_what_is_too_much_stays_unsold() {
    // Nobody makes a market: 300 of the 500 find a buyer, the last in turn none, and the price does not move.
    let wishes = [order(Buy, 300, None), order(Sell, 200, None), order(Sell, 300, None)];
    assert_eq!(cleared(&wishes, 100, 0), (100, vec![300, -200, -100], 0));
    // A bid is as far as the price has to go.
    let wishes = [order(Buy, 100, Some(90)), order(Sell, 500, None)];
    assert_eq!(cleared(&wishes, 100, 0), (90, vec![100, -100], 0));
    assert_eq!(cleared(&[order(Sell, 500, None)], 100, 0), (100, vec![0], 0));
    assert_eq!(cleared(&[], 100, 0), (100, vec![], 0));
}

#[test]
fn no_number_breaks_it() {
    for money in [0.0, -1e300, 1e300, f64::NAN, f64::INFINITY] {
        for held in [0, 1_000, Lots::LARGEST.get()] {
            let _ = cleared(&[curve(Curve::Cash { money }, held), order(Buy, 7, Some(3))], 100, 3);
            let fund = Curve::Fund { value: money, aggressiveness: money, cap: money, cash: money, held: money };
            let _ = cleared(&[curve(fund, held), order(Sell, 7, None)], 100, -3);
        }
    }
}

#[test]
fn a_curve_in_a_book_bids_below_and_offers_above_the_mark() {
    // 100 000 / p for somebody who holds 1 000: nothing at 100, and 1 001 at 99.9 in steps of a tenth.
    let (money, step) = (1_000_000.0, 1_000);
    let found = rungs(&Curve::Cash { money }, Lots::new(1_000), Price::new(step), UNIT);
    let at = |side, price, lots| Rung { side, price: Price::new(price), lots: Lots::new(lots) };
    // 1 000 000 / 999 = 1001.0, / 998 = 1002.0, / 996 = 1004.0, / 992 = 1008.1, / 984 = 1016.3, ...
    assert_eq!(found[..5], [at(Buy, 999, 1), at(Buy, 998, 1), at(Buy, 996, 2), at(Buy, 992, 4), at(Buy, 984, 8)]);
    let offers: Vec<Rung> = found.into_iter().filter(|rung| rung.side == Sell).collect();
    assert_eq!(offers[..3], [at(Sell, 1_001, 1), at(Sell, 1_002, 1), at(Sell, 1_004, 2)]);
}

#[test]
fn a_curve_that_wants_more_at_the_mark_crosses_as_far_as_it_would_pay() {
    // At 1 000 it wants 1 010 and holds 1 000. Of these it would still buy 6 at 1 004, 2 at 1 008 and none at 1 016.
    let found = rungs(&Curve::Cash { money: 1_010_000.0 }, Lots::new(1_000), Price::new(1_000), UNIT);
    let bids: Vec<(i64, i64)> = found
        .iter()
        .filter(|rung| rung.side == Buy)
        .map(|rung| (rung.price.steps(), rung.lots.get()))
        .take(5)
        .collect();
    assert_eq!(bids, [(1_008, 2), (1_004, 4), (1_002, 2), (1_001, 1), (1_000, 1)]);
}

#[test]
fn a_fund_over_its_cap_sells_into_the_book_at_once() {
    // Worth 5 000 at 90 it may hold 278 of its 500.
    let fund = Curve::Fund { value: 2_000.0, aggressiveness: 1e6, cap: 5.0, cash: -400_000.0, held: 500.0 };
    let found = rungs(&fund, Lots::new(500), Price::new(900), UNIT);
    let lowest = found.iter().filter(|rung| rung.side == Sell).map(|rung| (rung.price.steps(), rung.lots.get())).next();
    assert_eq!(lowest, Some((785, 222)));
}
