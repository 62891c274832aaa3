//! Portfolios whose requirement follows from a published rule or from arithmetic that stands here.

mod support;

use support::{Play, options, plan, run};

const COVERED_CALL: &str = include_str!("cases/covered-call.ron");
const TWO_CALLS: &str = include_str!("cases/order-c45.ron");
const HEDGED_PUTS: &str = include_str!("cases/putconc-short.ron");

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
    assert_eq!(outcome.summary.refusals.iter().collect::<Vec<_>>(), []);
}
