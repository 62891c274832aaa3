//! Closing out half of N accounts at one mark, for growing N: the time for each account must not grow with N.
//!
//! N leveraged accounts hold the same stock at one lender. Every other one holds a quarter more than its
//! requirement, the rest twice as much; then the lender raises its rates by a half and gives no time. In one
//! tick half of all accounts breach, in the next their forced orders are sold to a maker who takes
//! them all, then the accounts are settled and closed.
//!
//! `cargo bench --bench closing_out` prints a table. A larger N can be given: `-- 1000000`.

use bevy_ecs::prelude::World;
use firesale::options::RunOptions;
use firesale::plan::{MarginPlan, Plan};
use firesale::results::keep::Keep;
use firesale::shocks::{ShockKind, ShockPlan, margin};
use firesale::tick;
use firesale::tick::spawn::spawn;
use firesale::tick::state::state;
use firesale::units::{Cash, LenderId, Rate, Tick};
use firesale::world::{Origin, Source, load_source};
use std::time::{Duration, Instant};

/// The tick in which the rates rise.
const HIKE: u32 = 3;
const LOTS: i128 = 10;

fn plan(accounts: usize) -> Plan {
    let text = format!(
        r#"World(
            version: 1, title: "Half of them", about: "For measuring.", seed: 1,
            currency: (code: "USD", decimals: 2),
            clock: (start: "2024-03-04 00:00", tick: "1m", calendar: Continuous(length: "1d")),
            venues: {{"exchange": (maker_fee_bps: 0.0, taker_fee_bps: 0.0)}},
            instruments: {{
                "acme": Spot(venues: ["exchange"], price: 100.0, step: 0.01, lot: 1.0, float: 1e12,
                    ordinary: (daily_volume: 1e10, daily_volatility: 0.02, value_volatility: 0.0)),
            }},
            lenders: {{
                "broker": (
                    capital: 1e9, margin: Rate(im: 0.2, mm: 0.2),
                    calls: (below: Maintenance, checked: EveryTick, grace: "0s"), cross_default: false,
                    liquidation: (first: ProRata, much: All, how: Market, collar: 1.0, delay: "0s"),
                    waterfall: [LenderCapital],
                ),
                "custodian": (
                    capital: 1e6, margin: Unmargined,
                    calls: (below: Maintenance, checked: AtClose, grace: "T+1"), cross_default: false,
                    liquidation: (first: ProRata, much: All, how: Market, collar: 1.0, delay: "0s"),
                    waterfall: [LenderCapital],
                ),
            }},
            traders: {{
                "holder": ZeroIntelligence(
                    count: {accounts}, instruments: ["acme"],
                    stake: (lender: "broker", cash_days: 0.0, units_days: {units_days:?}),
                    market_orders: 0.0, limit_ratio: 1.0, mean_size: 1e-9, mean_distance: 0.01, mean_life: "1h",
                ),
                "dealer": MarketMaker(
                    count: 1, instruments: ["acme"], stake: (lender: "custodian", cash_days: 10.0, units_days: 1.0),
                    every: "1m", levels: 5, level_gap: 0.0005, size: 0.01, half_spread: 0.0003,
                    spread_per_volatility: 0.0, inventory_limit: 0.5, follow: 0.0, skew: 0.0, withdraw_at: 100.0,
                    loss_limit: 0.9,
                ),
            }},
        )"#,
        units_days = LOTS as f64 / 1e10,
    );
    let source = Source { name: "half".to_owned(), text, origin: Origin::BuiltIn };
    let mut plan = load_source(source, &[]).unwrap_or_else(|error| panic!("{error}")).plan;
    let broker = plan.lenders.iter().position(|lender| lender.name == "broker").expect("the world has a broker");
    let value = plan.instruments[0].step_value.get() as i128 * LOTS * i128::from(plan.instruments[0].start.steps());
    let clients = plan.accounts.iter_mut().filter(|a| a.trader.is_some() && a.lender.index() == broker);
    for (index, account) in clients.enumerate() {
        // Equity a quarter of the position, or twice the requirement of a fifth.
        let percent = if index % 2 == 0 { 25 } else { 40 };
        account.cash = Cash::minor(value * percent / 100 - value);
        account.watched = false;
    }
    let rate = Rate::from_billionths(300_000_000);
    plan.shocks.push(ShockPlan {
        stated: plan.shocks.len(),
        at: plan.clock.time_of(Tick::new(HIKE)),
        reason: "The lender asks for half as much again.".to_owned(),
        kind: ShockKind::Margin(margin::Plan {
            lender: LenderId::from_index(broker),
            margin: MarginPlan::Rate { im: rate, mm: rate },
            restores: firesale::margin::CallLevel::Maintenance,
        }),
    });
    plan
}

#[expect(clippy::disallowed_methods, reason = "a benchmark is what looks at the clock")]
fn close_out(accounts: usize) {
    let plan = plan(accounts);
    let options = RunOptions { seed: 1, liquidation: true, record: Keep::NOTHING, audit_every_tick: false };
    let mut world = spawn(&plan, &options);
    let mut schedule = tick::schedule(&mut world);
    let mut run = |world: &mut World| {
        let start = Instant::now();
        schedule.run(world);
        start.elapsed()
    };
    let quiet = (0..HIKE).map(|_| run(&mut world)).last().expect("it is quiet first");
    let mut ticks = 0;
    let mut took = Duration::ZERO;
    while ticks == 0 || !state(&world).breaches.active.is_empty() {
        took += run(&mut world);
        ticks += 1;
        assert!(ticks < 100, "they are never done");
    }
    let breaches = &state(&world).breaches.all;
    assert_eq!(breaches.len(), accounts / 2);
    assert!(breaches.iter().all(|breach| breach.is_done()));
    println!(
        "{accounts:>8} accounts: {:>6} closed out in {ticks} ticks, {:>8.1} ms, {:>6.0} ns each; a quiet tick takes {:>5.0} us",
        breaches.len(),
        took.as_secs_f64() * 1e3,
        took.as_secs_f64() * 1e9 / breaches.len() as f64,
        quiet.as_secs_f64() * 1e6,
    );
}

fn main() {
    // Under `cargo test` there is nothing to measure.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    [10_000, 20_000, 80_000, 320_000].into_iter().for_each(close_out);
    std::env::args().filter_map(|argument| argument.parse().ok()).for_each(close_out);
}
