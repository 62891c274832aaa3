//! What accounts lack at the end is what somebody lost, to the unit, and worse news never costs less.

mod support;
#[path = "support/large.rs"]
mod large;

use firesale::margin::equity;
use firesale::options::RunOptions;
use firesale::plan::Plan;
use firesale::record::run::{Outcome, finish};
use firesale::results::keep::Keep;
use firesale::summary::Summary;
use firesale::tick;
use firesale::tick::spawn::spawn;
use firesale::tick::state::state;
use firesale::world::{self, builtin};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use support::plan;

fn options(seed: u64) -> RunOptions {
    RunOptions { seed, liquidation: true, record: Keep::NOTHING, audit_every_tick: false }
}

/// Runs to the end, and says what accounts at lenders that lend lack in the last tick, with what was told until then of who
/// paid for whom.
fn lacking_at_the_end(plan: &Plan, seed: u64) -> (i128, usize, Outcome) {
    let mut world = spawn(plan, &options(seed));
    let mut schedule = tick::schedule(&mut world);
    for _ in 0..plan.clock.ticks {
        schedule.run(&mut world);
    }
    let (ledger, marks) = (&state(&world).ledger, &state(&world).marks);
    let scene = &state(&world).scene;
    let lenders: Vec<_> = state(&world).lenders.iter().collect();
    let lends = |lender: usize| lenders[lender].terms.margin.lends();
    let clients = scene.clients.iter().enumerate().filter(|(lender, _)| lends(*lender)).flat_map(|(_, all)| all);
    let lacking = clients.map(|account| (-equity(ledger, marks, account)).at_least_zero().to_minor()).sum();
    let told = state(&world).gather.waterfall.len();
    (lacking, told, finish(plan, world, false))
}

fn minor(amount: f64, decimals: u8) -> i128 {
    (amount * 10f64.powi(decimals.into())).round() as i128
}

fn nothing_leaves(plan: &Plan, seed: u64, what: &str) {
    let decimals = plan.currency.decimals;
    let (lacking, told, outcome) = lacking_at_the_end(plan, seed);
    let rows = &outcome.tables.waterfall;
    let paid: i128 = rows[told..].iter().map(|row| minor(row.amount, decimals)).sum();
    assert_eq!(paid, lacking, "{what}: what accounts lack, and what others paid for it");
    for (name, lender) in &outcome.summary.lenders {
        let own = rows
            .iter()
            .filter(|row| row.lender == *name && matches!(&*row.layer, "lender_capital" | "skin_in_the_game"));
        let own: i128 = own.map(|row| minor(row.amount, decimals)).sum();
        let creditors = outcome.tables.claims.iter().filter(|row| row.claimant == *name && row.kind == "creditor");
        let claims: i128 = creditors.map(|row| minor(row.lost, decimals)).sum();
        // What its own claimants bear it does not.
        let of_claimants = outcome.tables.claims.iter().filter(|row| row.lender == *name);
        let passed_on: i128 = of_claimants.map(|row| minor(row.lost, decimals)).sum();
        assert_eq!(minor(lender.loss, decimals), own + claims - passed_on.min(own + claims), "{what}: {name}");
    }
}

#[test]
fn in_every_built_in_world_what_accounts_lack_is_what_somebody_lost() {
    builtin().into_par_iter().for_each(|(name, _)| {
        let plan = world::load(name, &large::smaller(name)).unwrap_or_else(|error| panic!("{error}")).plan;
        nothing_leaves(&plan, 1, name);
    });
}

/// A market by a closed form, a few lenders with little capital, and firms on margin.
fn drawn(draws: &mut ChaCha8Rng) -> String {
    let kind = draws.random_range(0..3);
    let instrument = match kind {
        0 => "Spot(venues: [\"m\"], price: 100.0, step: 0.01, lot: 1, float: 1e8, ",
        1 => "Perpetual(venues: [\"m\"], price: 100.0, step: 0.01, lot: 1, ",
        _ => "Future(venues: [\"m\"], price: 100.0, step: 0.01, lot: 1.0, settles: EveryTick, ",
    };
    let law = ["Linear(units: 2e6, fall: 0.2)", "Exponential(units: 2e6, fall: 0.2)"][draws.random_range(0..2)];
    let (mut lenders, mut firms) = (String::new(), String::new());
    for lender in 0..draws.random_range(1..4) {
        let how = ["Market", "Slices(over_hours: 0.2)"][draws.random_range(0..2)];
        let grace = ["0s", "3m"][draws.random_range(0..2)];
        let capital = draws.random_range(1e5..2e7);
        lenders += &format!(
            "\"l{lender}\": (capital: {capital:.2}, margin: Rate(im: 0.12, mm: 0.1), calls: (below: Maintenance, \
             checked: EveryTick, grace: \"{grace}\"), cross_default: false, liquidation: (first: ProRata, much: All, \
             how: {how}, collar: 1.0, delay: \"0s\"), waterfall: [LenderCapital]), "
        );
        for firm in 0..draws.random_range(1..4) {
            let units: f64 = draws.random_range(1e4..3e5);
            let share: f64 = draws.random_range(0.13..0.6);
            let cash = units * 100.0 * if kind == 0 { share - 1.0 } else { share };
            firms += &format!(
                "\"f{lender}-{firm}\": Firm(accounts: {{\"l{lender}\": (cash: {cash:.2}, positions: {{\"a\": \
                 {units:.0}}})}}, sources: {{}}, playbook: []), "
            );
        }
    }
    let ordinary = "ordinary: (daily_volume: 1e6, daily_volatility: 0.02, value_volatility: 0.0), ";
    format!(
        "World(version: 1, title: \"Drawn\", about: \"For tests.\", seed: 1, currency: (code: \"USD\", decimals: 2), \
         clock: (start: \"2024-03-04\", tick: \"1m\", calendar: Continuous(length: \"40m\")), \
         venues: {{\"m\": (maker_fee_bps: 0.0, taker_fee_bps: 0.0)}}, \
         instruments: {{\"a\": {instrument}{ordinary}formation: Impact(law: {law}))}}, \
         lenders: {{{lenders}}}, traders: {{{firms}}}, \
         shocks: [(at: \"2024-03-04 00:05\", reason: \"A jump.\", what: Jump({{\"a\": 0.0}}))])"
    )
}

fn total(summary: &Summary) -> f64 {
    summary.lenders.values().map(|lender| lender.loss).sum()
}

#[test]
fn by_a_closed_form_worse_news_never_costs_less_and_nothing_is_left_out() {
    let mut draws = ChaCha8Rng::seed_from_u64(11);
    let mut failed = 0;
    for world in 0..40 {
        let text = drawn(&mut draws);
        let mut before = 0.0;
        for step in 1..20 {
            let news = format!("shocks[0].what.jump.a=-{}", f64::from(step) / 20.0);
            let plan = plan(&text, &[&news]);
            let what = format!("world {world}, {news}");
            nothing_leaves(&plan, 1, &what);
            let summary = support::run(&plan, &options(1)).summary;
            let lost = total(&summary);
            assert!(lost >= before, "{what}: {lost} after {before}\n{text}");
            before = lost;
            failed += summary.lenders.values().filter(|lender| lender.failed).count();
        }
    }
    assert!(failed > 100, "only {failed} lenders failed");
}

/// Funds, winners, members and creditors, and administrators who sell nothing: whoever pays, all is paid.
#[test]
fn whoever_stands_in_the_waterfall_nothing_is_left_out() {
    let ways = [
        "failure: (administrator_sells: false), waterfall: [LenderCapital]",
        "failure: (administrator_sells: false, least_capital: 50000.0, segregation: (rehypothecation: Unlimited, \
         cash_apart: false)), waterfall: [LenderCapital]",
        "funds: (insurance: 200000.0, feeds: true, skin_in_the_game: 50000.0), \
         waterfall: [InsuranceFund, SkinInTheGame, LenderCapital]",
        "funds: (insurance: 100000.0), waterfall: [InsuranceFund, AutoDeleveraging(when: Stuck(ticks: 1), rank: ProRata), \
         LenderCapital]",
        "waterfall: [AccountRemaining(share: 0.5), VariationMarginGains(cut: 0.5), LenderCapital]",
    ];
    let mut draws = ChaCha8Rng::seed_from_u64(12);
    for (number, way) in ways.iter().cycle().take(30).enumerate() {
        let text = drawn(&mut draws).replace("waterfall: [LenderCapital]", way);
        for news in ["-0.1", "-0.3", "-0.5", "-0.7", "-0.9", "0.4"] {
            let news = format!("shocks[0].what.jump.a={news}");
            nothing_leaves(&plan(&text, &[&news]), 1, &format!("world {number}, {news}"));
        }
    }
}

/// Through a book each seed is another market: what counts is the middle one.
#[test]
fn through_a_book_worse_news_costs_the_broker_no_less() {
    let mut before = 0.0;
    for news in ["0.15", "0.3", "0.4", "0.6", "0.8", "0.99"] {
        let set = format!("shocks[0].what.value.acme=-{news}").parse().expect("an override");
        let plan = world::load("two-funds", &[set]).unwrap_or_else(|error| panic!("{error}")).plan;
        let mut lost: Vec<f64> = (1..=3).map(|seed| total(&support::run(&plan, &options(seed)).summary)).collect();
        lost.sort_by(f64::total_cmp);
        assert!(lost[1] >= before, "{news}: {lost:?} after {before}");
        before = lost[1];
    }
    // A hundred millions of shares on eighteen of the funds' own, worth one of them.
    assert!((79e6..=82e6).contains(&before), "{before}");
}
