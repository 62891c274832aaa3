//! What ends, falls due or arrives while the market is closed does so then, and not in the next session's first tick.

mod support;

use firesale::record::run::Outcome;
use support::{options, plan};

const NIGHT: &str = include_str!("cases/night.ron");

fn run(sets: &[&str]) -> Outcome {
    support::run(&plan(NIGHT, sets), &options(1))
}

/// The first call's outcome, what was paid of it, and when that was settled.
fn call(outcome: &Outcome) -> (String, f64, String) {
    let call = &outcome.tables.calls[0];
    (call.outcome.to_string(), call.paid, call.settled_time.map_or(String::new(), |time| time.to_string()))
}

/// When, and at what price, the client's shares were sold.
fn sale(outcome: &Outcome) -> (String, f64) {
    let sale = outcome.tables.trades.first().expect("a sale");
    (sale.time.to_string(), sale.price)
}

const BACK: &str = r#"shocks=[(at: "2024-03-04 15:40", reason: "a fall before the close", what: Jump({"share": -0.2})),
    (at: "2024-03-05 09:30", reason: "the price comes back", what: Jump({"share": 0.25}))]"#;

/// Called at 15:50 for 5,000 by 16:50.
#[test]
fn a_call_that_falls_due_in_the_night_is_judged_by_what_is_there_by_then() {
    // The fund pays at 17:50, an hour late, and the price of the next morning is not that of the evening.
    for sets in [&[][..], &[BACK]] {
        let outcome = run(sets);
        assert_eq!(call(&outcome), ("unmet".to_owned(), 0.0, "2024-03-04T16:50:00".to_owned()));
        let price = if sets.is_empty() { 80.0 } else { 100.0 };
        assert_eq!(sale(&outcome), ("2024-03-05T09:40:00".to_owned(), price));
    }
    // At 16:20 it is in time.
    let in_time = run(&["traders.client.sources.fund.money_market_fund.ready=\"30m\"", BACK]);
    assert_eq!(call(&in_time), ("met".to_owned(), 5_000.0, "2024-03-04T16:50:00".to_owned()));
    assert!(in_time.tables.trades.is_empty());
}

const HARDER: &str = "shocks[0].what.jump.share=-0.3";
const AT_ONCE: &str = "lenders.broker.calls.grace=\"0s\"";

#[test]
fn a_pause_and_a_delay_that_are_over_in_the_night_cost_nothing_of_the_morning() {
    let first_tick = ("2024-03-05T09:40:00".to_owned(), 70.0);
    // From 15:50 to 16:20.
    let pause = r#"venues.market.halts=[Velocity(width: 0.05, within: "30m", pause: "30m")]"#;
    assert_eq!(sale(&run(&[HARDER, AT_ONCE, pause])), first_tick);
    assert_eq!(sale(&run(&[HARDER, AT_ONCE, "lenders.broker.liquidation.delay=\"1h\""])), first_tick);
    // What is over tomorrow at ten is not over at half past nine.
    let later = sale(&run(&[HARDER, AT_ONCE, "lenders.broker.liquidation.delay=\"1110m\""]));
    assert_eq!(later, ("2024-03-05T10:30:00".to_owned(), 70.0));
}

/// Of intervals of eight hours one ends with Friday's close and eight before Monday's open, at a thousandth of 100,000 each.
#[test]
fn funding_of_a_weekend_is_paid_by_who_holds_over_it_at_the_last_mark() {
    let client = "traders.client=Firm(accounts: {\"broker\": (cash: 100_000.0, positions: {\"perpetual\": 1_000.0})}, sources: {}, playbook: [])";
    let other = "traders.other=Firm(accounts: {\"broker\": (cash: 100_000.0, positions: {\"perpetual\": -1_000.0})}, sources: {}, playbook: [])";
    let text = NIGHT.replace(
        "    traders: {\n",
        "    traders: {\n        \"other\": Firm(accounts: {}, sources: {}, playbook: []),\n",
    );
    let gap = r#"shocks=[(at: "2024-03-04 09:30", reason: "a gap", what: Jump({"share": -0.5, "perpetual": -0.5}))]"#;
    let plan = plan(&text, &["clock.start=\"2024-03-01\"", "clock.tick=\"30m\"", client, other, gap]);
    let mut play = support::Play::new(&plan, &options(1));
    play.ticks(13);
    assert_eq!(play.cash("client@broker"), 10_000_000 - 90_000);
    play.ticks(1);
    // The perpetual settles its fall of 50 in the tick of it.
    assert_eq!(play.cash("client@broker") + play.cash("other@broker"), 20_000_000);
}

/// Drawn on Friday at 15:50, there at 16:50: 5,000 × 10 × 256,200 s ÷ 31,536,000 s = 406.21, rounded up, until Monday's close.
#[test]
fn money_borrowed_over_a_weekend_costs_the_weekend() {
    let repo = "traders.client.sources.fund=Repo(value: 10_000.0, haircut: 0.1, rate: 10.0, ready: \"1h\")";
    let sets =
        ["clock.start=\"2024-03-01\"", "shocks[0].at=\"2024-03-01 15:40\"", "lenders.broker.calls.grace=\"T+1\"", repo];
    let outcome = run(&sets);
    let arrival = outcome.tables.treasury.iter().find(|row| row.step == "arrival").expect("an arrival");
    assert_eq!(arrival.arrives.map(|time| time.to_string()).as_deref(), Some("2024-03-01T16:50:00"));
    // 15,000 at the mark, and the collateral of the repo worth 10,000.
    let value = outcome.tables.firms.last().expect("rows of the firm").value;
    assert_eq!(value, 15_000.0 + 10_000.0 - 406.21);
}

/// A fund's fee is that of the order. A shock makes funds dearer an hour later.
#[test]
fn what_was_ordered_comes_at_the_terms_of_the_order() {
    let sets = [
        "lenders.broker.calls.grace=\"T+1\"",
        "traders.client.sources.fund.money_market_fund.amount=5_000.0",
        r#"shocks=[(at: "2024-03-04 10:00", reason: "a fall", what: Jump({"share": -0.2})),
            (at: "2024-03-04 11:00", reason: "funds cost more", what: Funding(sources: [MoneyMarketFund], change: Dearer(fee: 0.1)))]"#,
    ];
    let value = run(&sets).tables.firms.last().expect("rows of the firm").value;
    assert_eq!(value, 15_000.0 + 5_000.0);
}

/// Bids rise and prices fall while somebody can bid: at 83.43, one part in a hundred below the mark of 85 and the cost of
/// money, whether the night lies between or not.
#[test]
fn a_dutch_auction_stands_still_while_nobody_can_bid() {
    let keeper = "traders.keeper=Keeper(count: 1, instruments: [\"share\"], stake: (lender: \"custodian\", cash_days: 1.0, units_days: 0.0), profit: 0.01, cost: 0.0, delay: \"0s\", resale: 0.0)";
    let text = NIGHT.replace(
        "    traders: {\n",
        "    traders: {\n        \"keeper\": Firm(accounts: {}, sources: {}, playbook: []),\n",
    );
    let how = "lenders.broker.liquidation.how=Dutch(start: 1.2, cut: 0.01, every: \"10m\", tail: \"30h\")";
    let sold_at = |at: &str| {
        let at = format!("shocks[0].at=\"{at}\"");
        let sets = [keeper, how, AT_ONCE, at.as_str(), "shocks[0].what.jump.share=-0.25"];
        let outcome = support::run(&plan(&text, &sets), &options(1));
        outcome.tables.liquidations[0].average_price
    };
    let (by_day, over_night) = (sold_at("2024-03-04 10:00"), sold_at("2024-03-04 15:40"));
    assert!(by_day.is_some() && by_day == over_night, "{by_day:?} {over_night:?}");
}
