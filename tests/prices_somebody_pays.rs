//! What is owned never trades below nothing, a mark stays where trade was, and moments and events that worlds were once
//! silent about do what they say. Each value comes from a published rule or from arithmetic beside it.

mod support;

use firesale::explain::{Explanation, Replayed, Until, explain, replay};
use firesale::options::RunOptions;
use firesale::plan::Plan;
use firesale::results::keep::Keep;
use firesale::summary::Summary;
use firesale::units::{AccountId, Tick};
use firesale::world::{self, WorldError};
use std::ops::ControlFlow;

fn options() -> RunOptions {
    RunOptions { seed: 1, liquidation: true, record: Keep::NOTHING, audit_every_tick: true }
}

fn try_load(name: &str, sets: &[&str]) -> Result<Plan, WorldError> {
    let overrides: Vec<_> = sets.iter().map(|set| set.parse().expect("an override is path=value")).collect();
    world::load(name, &overrides).map(|loaded| loaded.plan)
}

fn load(name: &str, sets: &[&str]) -> Plan {
    try_load(name, sets).unwrap_or_else(|error| panic!("{error}"))
}

fn case(name: &str) -> String {
    format!("{}/tests/cases/{name}.ron", env!("CARGO_MANIFEST_DIR"))
}

fn run(name: &str, sets: &[&str]) -> Summary {
    support::run(&load(name, sets), &options()).summary
}

/// The first client's account at the end of a tick.
fn at(plan: &Plan, tick: u32) -> Explanation {
    let account = plan.accounts.iter().position(|own| own.trader.is_some()).expect("somebody trades");
    let account = AccountId::from_index(account);
    let until = Until::Tick(Tick::new(tick));
    match replay(plan, &options(), account, until, &mut |_| ControlFlow::Continue(())) {
        Replayed::At(world, tick) => explain(&world, account, tick),
        _ => panic!("the run has that tick"),
    }
}

#[test]
fn no_coin_is_sold_below_one_step_however_hard_it_is_forced() {
    let lonely = [
        "lenders.exchange.liquidation.collar=0.2",
        "traders.value.demand.coin.units=1",
        "traders.dealer.loss_limit=0.00001",
        "traders.noise.stake.cash_days=0.0",
    ];
    let summary = run("insurance-fund", &lonely);
    assert!(summary.instruments["coin"].min >= 1.0, "{}", summary.instruments["coin"].min);
    assert!(summary.instruments["coin"].min < 10_000.0);
}

#[test]
fn no_share_trades_at_or_below_nothing_whatever_the_news() {
    for fall in ["-0.4", "-0.9", "-0.99", "-0.99999"] {
        let summary = run("two-funds", &[&format!("shocks[0].what.value.acme={fall}")]);
        assert!(summary.instruments["acme"].min >= 0.01, "after {fall}: {}", summary.instruments["acme"].min);
    }
}

#[test]
fn funding_is_measured_where_prices_form_without_a_book() {
    // A premium of 1 %, less what the clamp of 0.05 % takes: 0.95 % of 100 × 101 is 95.95, three times a day.
    let plan = load(&case("funding-no-book"), &[]);
    assert_eq!(at(&plan, 7).cash, 5_000.0 - 95.95);
    assert_eq!(at(&plan, 23).cash, 5_000.0 - 3.0 * 95.95);
}

#[test]
fn an_option_that_ends_on_a_saturday_settles_at_the_friday_close() {
    // A put at 100 on a stock at 95: 5 each for 1 000; on Monday the stock opens a fifth lower.
    let plan = load(&case("option-saturday"), &[]);
    let start = at(&plan, 0).cash;
    assert_eq!(at(&plan, 51).cash, start - 5_000.0);
}

#[test]
fn a_time_of_greenwich_is_refused_as_any_other_zone_is() {
    let error = try_load(&case("zulu"), &[]).expect_err("its rows end in Z");
    let said = error.findings().iter().map(ToString::to_string).collect::<String>();
    assert!(said.contains("2024-03-04T14:30:00Z"), "{said}");
}

#[test]
fn a_future_settles_below_zero() {
    // 30 000 less 1 000 × (18.27 + 37.63) = 30 000 − 55 900.
    // The day's tick of the jump, before anybody has sold.
    assert_eq!(at(&load(&case("wti-april"), &[]), 10).equity, -25_900.0);
    // What the sale itself moves comes on top.
    let loss = run(&case("wti-april"), &[]).lenders["clearing-house"].loss;
    assert!((25_900.0..26_000.0).contains(&loss), "{loss}");
    let deep = load(&case("wti-april"), &["instruments.cl.price=-1.0", "shocks[0].what.jump.cl=2"]);
    // Long 1 000 from −1, at −3: 2 000 are lost and the margin of 10 000 is still there.
    assert_eq!(at(&deep, 20).cash + at(&deep, 20).positions.iter().map(|own| own.worth).sum::<f64>(), 28_000.0);
}

#[test]
fn what_can_be_owned_does_not_jump_through_zero() {
    let world = case("short-dividend");
    assert!(try_load(&world, &["shocks[0].what.jump.internet=-1.5"]).is_err());
    assert!(try_load(&world, &["instruments.internet.price=-40"]).is_err());
}

#[test]
fn a_short_owes_the_dividend() {
    // 60 000 less 1 000 × 50 less 1 000 × 3: 7 000, which is 14 % of 50 000.
    let plan = load(&case("short-dividend"), &[]);
    let after = at(&plan, 20);
    assert_eq!((after.equity, after.cash), (7_000.0, 57_000.0));
    let long = load(&case("short-dividend"), &["traders.trader.accounts.broker.positions.internet=1000"]);
    assert_eq!(at(&long, 20).cash, 63_000.0);
}

#[test]
fn who_is_short_of_a_dividend_that_is_no_whole_cent_is_told() {
    let error =
        try_load(&case("short-dividend"), &["shocks[1].what.dividend.amount=0.001"]).expect_err("a tenth of a cent");
    assert!(error.findings()[0].path.ends_with("dividend.amount"), "{:?}", error.findings());
}

#[test]
fn an_account_that_opens_a_perpetual_at_three_times_carries_three_times() {
    let coin = "instruments.coin=Perpetual(venues: [\"exchange-book\"], price: 10000.0, step: 1.0, lot: 0.01, \
                ordinary: (daily_volume: 30000.0, daily_volatility: 0.03, value_volatility: 0.0))";
    let plan = load("insurance-fund", &[coin]);
    let member = plan.accounts.iter().find(|own| own.name.starts_with("three")).expect("a member");
    let about = &plan.instruments[0];
    let held = about.step_value.value(member.slots[0].1, about.start);
    assert_eq!(held.to_minor(), 3 * member.cash.to_minor());
}

#[test]
fn any_field_can_be_set_and_a_misspelt_one_is_told_what_is_near() {
    load("two-funds", &["clock.calendar.sessions.holidays=[\"2024-03-05\"]"]);
    let error = try_load("two-funds", &["traders.fund-a.levrage=3"]).expect_err("no such field");
    let said = error.findings().iter().map(ToString::to_string).collect::<String>();
    assert!(said.contains("leverage"), "{said}");
}
