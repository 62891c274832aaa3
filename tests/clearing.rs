//! A market of demand curves, through the whole engine.

#![allow(clippy::inconsistent_digit_grouping, reason = "1_000_00 is a thousand dollars and no cents")]

mod support;

use firesale::units::Side::{Buy, Sell};
use support::{BY_HAND, Play};

/// The world by hand in which `acme` forms its price by demand, with a noise trader who holds `units` of it.
fn play(noise: &str, shocks: &str) -> Play {
    let world = BY_HAND
        .replace("float: 1_000_000.0,", "float: 1_000_000.0, formation: Clearing,")
        .replace("traders: {", &format!("traders: {{ {noise}"))
        .replace("shocks: []", &format!("shocks: [{shocks}]"));
    Play::new(&support::plan(&world, &[]), &support::options(1))
}

/// Wants a million dollars' worth for ever, and has it: ten thousand units at 100.
const STEADY: &str = "\"steady\": NoiseDemand(count: 1, instruments: [\"acme\"], \
    stake: (lender: \"custodian\", cash_days: 10.0, units_days: 10.0), money: 1_000_000.0, persistence: 0.0, \
    deviation: 0.0, every: \"1m\"),";

#[test]
fn orders_meet_demand_at_one_price_and_the_books_balance_to_the_cent() {
    let mut play = play(STEADY, "");
    play.ticks(1);
    assert_eq!(play.mark("acme"), 100_00);
    play.market("seller@custodian", Sell, 1_000);
    play.ticks(1);
    // A million buys 11 000 at 90.909; at 90.91 it is 10 999.9, and one lot is a whole one.
    assert_eq!((play.mark("acme"), play.lots("steady@custodian"), play.lots("rest of acme")), (90_91, 11_000, 0));
    assert_eq!(play.cash("seller@custodian"), 1_000_000_00 + 1_000 * 90_91);
    assert_eq!(play.cash("steady@custodian"), 1_000_000_00 - 1_000 * 90_91);
    // Bought back, the price is where it was.
    play.market("buyer@custodian", Buy, 1_000);
    play.ticks(1);
    assert_eq!((play.mark("acme"), play.lots("steady@custodian")), (100_00, 10_000));
    // 1 000 000 / 10 003 is 99.970: at 99.97 it wants 10 003.0.
    play.market("seller@custodian", Sell, 3);
    play.ticks(1);
    assert_eq!(play.mark("acme"), 99_97);
    let outcome = play.finish();
    assert_eq!((outcome.summary.audit.cash_residual, outcome.summary.audit.position_residual), (0, 0));
}

#[test]
fn without_anybody_who_wants_to_hold_it_nothing_trades_and_the_price_stands() {
    let mut play = play("", "");
    play.ticks(1);
    play.market("seller@custodian", Sell, 500);
    play.ticks(1);
    assert_eq!((play.mark("acme"), play.lots("seller@custodian"), play.lots("rest of acme")), (100_00, 10_000, 0));
}

#[test]
fn limits_that_the_price_does_not_reach_lapse() {
    let mut play = play("", "");
    play.ticks(1);
    play.limit("seller@custodian", Sell, 300, 99_00);
    play.limit("buyer@custodian", Buy, 500, 101_00);
    play.ticks(1);
    // Both agree at any price from 99 to 101, but 200 more are wanted up to 101: it is the price at which they end.
    assert_eq!(
        (play.mark("acme"), play.lots("seller@custodian"), play.lots("buyer@custodian")),
        (101_00, 9_700, 10_300)
    );
    play.market("seller@custodian", Sell, 100);
    play.ticks(1);
    assert_eq!(play.lots("seller@custodian"), 9_700, "what was left of the bid is gone");
}
