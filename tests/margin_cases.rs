//! Portfolios whose requirement follows from a published rule or from arithmetic that stands here.

mod support;

use support::{Play, options, plan, run};

const COVERED_CALL: &str = include_str!("cases/covered-call.ron");
const TWO_CALLS: &str = include_str!("cases/order-c45.ron");
const HEDGED_PUTS: &str = include_str!("cases/putconc-short.ron");
const TWO_VOLATILITIES: &str = include_str!("cases/scan-two-volatilities.ron");
const PLEDGED_COVER: &str = include_str!("cases/collcover.ron");
const ESTIMATED: &str = include_str!("cases/ivdrift.ron");

/// The second call, as the world declares it.
const SECOND: &str = "\"c30\": Option(of: \"a\", right: Call, strike: 30,";
const FIRST: &str = "\"c45\": Option(of: \"a\", right: Call, strike: 45,";

#[test]
fn the_premium_of_a_covered_call_is_asked_for_once() {
    // Half of 977 300 is 488 650, of which the calls' premium of 16 800 has paid a part (Cboe's margin examples).
    let mut play = Play::new(&plan(COVERED_CALL, &[]), &options(1));
    play.ticks(1);
    let standing = play.standing("trader@by-strategy");
    assert_eq!(standing.im.to_minor(), 47_185_000);
    assert_eq!(standing.mm.to_minor(), 24_432_500, "a quarter of the stock, and nothing for the calls");
    assert_eq!(standing.equity.to_minor(), 47_185_000);
}

#[test]
fn stock_covers_the_calls_that_need_most_whatever_the_order() {
    // A quarter of 40 000, and a tenth of it for the calls at 45: those at 30 need a fifth, and are covered.
    let turned = TWO_CALLS.replace(FIRST, "@").replace(SECOND, FIRST).replace('@', SECOND);
    let turned = turned.replace("\"c45\": -1000.0, \"c30\": -1000.0", "\"c30\": -1000.0, \"c45\": -1000.0");
    assert_ne!(turned, TWO_CALLS);
    let stands = [TWO_CALLS, &turned].map(|text| {
        let mut play = Play::new(&plan(text, &[]), &options(1));
        play.ticks(1);
        play.standing("f@r")
    });
    assert_eq!(stands[0].mm.to_minor(), 1_400_000);
    assert_eq!(stands[0], stands[1]);
}

#[test]
fn puts_sold_and_hedged_with_the_stock_sold_short_are_not_twice_the_name() {
    // 40 000 puts sold are long 40 000 of a million shares at most, and the hedge is short: never a twentieth.
    let outcome = run(&plan(HEDGED_PUTS, &[]), &options(1));
    assert_eq!(outcome.summary.refusals.values().sum::<u64>(), 0);
}

#[test]
fn what_was_asked_for_a_scan_of_15_per_cent_is_enough_for_15_per_cent() {
    // What is asked does not hang on what is there, and who starts with too little is refused.
    let plenty = "traders.trader.accounts.by-portfolio.cash=1_000_000";
    let mut play = Play::new(&plan(TWO_VOLATILITIES, &[plenty]), &options(1));
    play.ticks(1);
    let asked = play.standing("trader@by-portfolio").mm.to_minor();
    // 12.511 less 1.680 by Black and Scholes at 17.196 % a year, 56 days before the end, on 10 000: by arithmetic elsewhere.
    assert!((asked - 10_831_300).abs() < 1_000, "{asked}");
    // With that and the premium of 16 800, and 100 more: before the first tick the call stands a cent dearer.
    let cash = format!("traders.trader.accounts.by-portfolio.cash={}.{:02}", (asked + 1_690_000) / 100, asked % 100);
    let mut play = Play::new(&plan(TWO_VOLATILITIES, &[&cash]), &options(1));
    play.ticks(10);
    assert_eq!(play.mark("ibm"), 9_773);
    play.ticks(1);
    assert_eq!(play.mark("ibm"), 11_239);
    let equity = play.standing("trader@by-portfolio").equity;
    assert!(!equity.is_negative() && equity.to_minor() < 15_000, "{equity}");
}

#[test]
fn marks_follow_the_volatility_that_is_implied_and_no_estimate_of_it() {
    let mut play = Play::new(&plan(ESTIMATED, &[]), &options(1));
    play.ticks(5);
    assert_eq!((play.mark("s"), play.mark("c")), (10_000, 872));
    play.ticks(2);
    assert_eq!((play.mark("s"), play.mark("c")), (10_000, 872), "back at the old price after 10 % up and down");
}

#[test]
fn stock_that_is_collateral_covers_and_hedges_what_it_covers_and_hedges_otherwise() {
    // 1 000 shares at 40 and as many calls at 45, sold. By strategy: a quarter of 40 000, by margin or by haircut, and nothing
    // for the calls. By portfolio: 6 000 at -15 %, less the 358.74 that the calls give back.
    let mut play = Play::new(&plan(PLEDGED_COVER, &[]), &options(1));
    play.ticks(1);
    let [named, unnamed] = ["f@r", "f@r0"].map(|account| play.standing(account));
    assert_eq!((named.mm.to_minor(), (named.equity - named.counted).to_minor()), (0, 1_000_000));
    assert_eq!((unnamed.mm.to_minor(), (unnamed.equity - unnamed.counted).to_minor()), (1_000_000, 0));
    let [named, unnamed] = ["f@s", "f@s0"].map(|account| play.standing(account));
    assert!((named.mm.to_minor() - 564_126).abs() <= 50, "{}: a quarter of an hour has passed", named.mm);
    assert_eq!(named, unnamed);
}

/// No time passes before the opening. From midnight the call would have 9.5 hours more to run, and open at 1.69; the rule's
/// example has 1.68.
#[test]
fn an_option_opens_at_what_it_is_worth_when_the_session_opens() {
    let plan = plan(COVERED_CALL, &[]);
    let call = &plan.instruments[1];
    assert_eq!((call.name.as_str(), call.price_of(call.start)), ("c100", 1.68));
}
