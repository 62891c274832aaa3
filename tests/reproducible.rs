//! The same world and seed give the same run, whatever else is asked of it; and no trader's luck hangs on another's.

mod support;

use firesale::options::RunOptions;
use firesale::record::run::Outcome;
use firesale::results::keep::Keep;
use firesale::rows::{Name, PriceRow, Tables, TradeRow};
use support::{options, plan, run};

const TWO_STOCKS: &str = include_str!("support/two_stocks.ron");
const BUILT_IN: &str = include_str!("../worlds/two-funds.ron");

#[test]
fn a_run_can_be_repeated_to_the_last_bit() {
    for text in [TWO_STOCKS, BUILT_IN] {
        let plan = plan(text, &[]);
        let first = run(&plan, &options(7));
        assert!(!first.tables.liquidations.is_empty(), "{} breaks somebody", first.summary.title);
        assert_eq!(first, run(&plan, &options(7)));
        assert_ne!(first.tables.trades, run(&plan, &options(8)).tables.trades, "the seed matters");
    }
}

#[test]
fn what_is_kept_and_how_often_it_is_audited_changes_nothing_else() {
    let plan = plan(TWO_STOCKS, &[]);
    let all = run(&plan, &options(3));
    assert_eq!(all, run(&plan, &RunOptions { audit_every_tick: false, ..options(3) }));
    let none = run(&plan, &RunOptions { record: Keep::NOTHING, ..options(3) });
    assert_eq!(all.summary, none.summary);
    let Tables { calls, liquidations, waterfall, events, .. } = none.tables;
    let kept = (&all.tables.calls, &all.tables.liquidations, &all.tables.waterfall);
    assert_eq!((&calls, &liquidations, &waterfall), kept, "small tables are always kept");
    assert_eq!(events, all.tables.events);
    assert!(none.tables.cascade.is_empty());
    let prices = run(&plan, &RunOptions { record: Keep { prices: true, ..Keep::NOTHING }, ..options(3) });
    assert_eq!((prices.summary, prices.tables.prices), (all.summary, all.tables.prices));
}

#[test]
fn until_the_first_forced_order_it_makes_no_difference_whether_there_will_be_one() {
    let plan = plan(TWO_STOCKS, &[]);
    let with = run(&plan, &options(5));
    let without = run(&plan, &RunOptions { liquidation: false, ..options(5) });
    // The order comes to the book in the tick after the breach, and is seen there even before it fills.
    let forced = with.tables.liquidations.first().expect("somebody is sold out").tick + 1;
    let before = |outcome: &Outcome| -> (Vec<TradeRow>, Vec<PriceRow>) {
        (
            outcome.tables.trades.iter().filter(|trade| trade.tick < forced).cloned().collect(),
            outcome.tables.prices.iter().filter(|price| price.tick < forced).cloned().collect(),
        )
    };
    assert!(forced > 30, "there is something to compare");
    assert_eq!(before(&with), before(&without));
    assert_ne!(with.tables.prices, without.tables.prices);
}

/// All that happened in the market for acme, by name.
fn acme(outcome: &Outcome) -> (Vec<TradeRow>, Vec<PriceRow>) {
    let trades = outcome.tables.trades.iter().filter(|trade| trade.instrument == "acme");
    // The only member of a population is named after the market once there is another. It is the same one.
    let plain = |name: &str| Name::from(name.replace("[acme]", ""));
    let trades: Vec<_> = trades
        .map(|trade| TradeRow { buyer: plain(&trade.buyer), seller: plain(&trade.seller), ..trade.clone() })
        .collect();
    assert!(trades.len() > 500, "the market lives: {} trades", trades.len());
    assert!(trades.iter().any(|trade| trade.cause == "forced"), "a fund is sold out in it");
    (trades, outcome.tables.prices.iter().filter(|price| price.instrument == "acme").cloned().collect())
}

/// Runs two worlds and compares all of acme's trades and prices.
fn leaves_acme_alone(other: &str, sets: &[&str]) {
    let base = acme(&run(&plan(TWO_STOCKS, &[]), &options(11)));
    let changed = acme(&run(&plan(other, sets), &options(11)));
    let first = base.0.iter().zip(&changed.0).position(|(one, other)| one != other);
    assert_eq!(first.map(|place| (&base.0[place], &changed.0[place])), None);
    assert!(base == changed);
}

fn changed(from: &str, to: &str) -> String {
    assert!(TWO_STOCKS.contains(from), "{from}");
    TWO_STOCKS.replace(from, to)
}

#[test]
fn adding_a_population_elsewhere_disturbs_nobody() {
    let more = "traders: {
        \"crowd\": ZeroIntelligence(
            count: 9, instruments: [\"beta\"], stake: (lender: \"custodian\", cash_days: 3.0, units_days: 2.0),
            market_orders: 2.0, limit_ratio: 2.0, mean_size: 0.0015, mean_distance: 0.003, mean_life: \"9m\",
        ),";
    leaves_acme_alone(&changed("traders: {", more), &[]);
}

#[test]
fn a_population_that_comes_to_a_second_market_goes_on_as_before_in_the_first() {
    leaves_acme_alone(TWO_STOCKS, &["traders.dealer.instruments=[\"acme\", \"beta\"]"]);
    leaves_acme_alone(TWO_STOCKS, &["traders.noise.instruments=[\"beta\", \"acme\"]"]);
}

#[test]
fn silencing_a_population_elsewhere_disturbs_nobody() {
    leaves_acme_alone(TWO_STOCKS, &["traders.beta-noise.market_orders=0.0"]);
}

#[test]
fn somebody_silent_in_the_market_itself_disturbs_nobody() {
    let more = "traders: {
        \"mute\": ZeroIntelligence(
            count: 3, instruments: [\"acme\"], stake: (lender: \"custodian\", cash_days: 3.0, units_days: 2.0),
            market_orders: 0.0, limit_ratio: 0.0, mean_size: 0.0015, mean_distance: 0.003, mean_life: \"9m\",
        ),";
    leaves_acme_alone(&changed("traders: {", more), &[]);
}

/// Breaches are numbered in the order in which they happen; one more, earlier, elsewhere, moves all numbers.
#[test]
fn a_breach_elsewhere_does_not_change_the_turn_of_forced_orders() {
    let more = "traders: {
        \"early\": LeveragedFirm(
            equity: 1_000_000.0, leverage: 6.66, portfolio: {\"beta\": 1.0}, lenders: {\"broker\": 1.0}, posted: 0.97,
        ),";
    let text = changed("traders: {", more);
    let outcome = run(&plan(&text, &[]), &options(11));
    assert_eq!(outcome.tables.liquidations[0].trader, "early", "its breach is the first");
    leaves_acme_alone(&text, &[]);
}

/// Ids follow the order of the file, and nothing follows ids.
#[test]
fn the_order_in_which_a_file_names_its_traders_makes_no_difference() {
    let (start, end) = (TWO_STOCKS.find("// First.").unwrap(), TWO_STOCKS.find("// Last.").unwrap());
    let mut text = TWO_STOCKS.to_owned();
    let moved = text.drain(start..end).collect::<String>();
    let place = text.find("// The end.").unwrap();
    text.insert_str(place, &moved);
    leaves_acme_alone(&text, &[]);
}
