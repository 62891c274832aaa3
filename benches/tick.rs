//! A whole tick: zero-intelligence traders on one book, with all that stands behind a fill.
//!
//! Each trader has its own account at a lender that demands margin, so that orders are screened for it, the
//! ledger and its journal move with each fill, the watch looks at every account touched, and the auditor checks
//! each tick. Each sends 0.43 orders a tick on average, a third of them at market, the others limits that lapse
//! some twenty ticks later: as many orders as the random agents of bourse, the fastest of the engines that this
//! is to be compared with, send a step.
//!
//! `cargo bench --bench tick` prints, after criterion's own figures, trader-ticks and orders a second
//! as the median of several stretches of one run. `-- nothing` skips criterion.

use bevy_ecs::prelude::{Schedule, World};
use criterion::{Criterion, Throughput};
use firesale::options::RunOptions;
use firesale::results::keep::Keep;
use firesale::tick;
use firesale::tick::spawn::spawn;
use firesale::tick::state::state;
use firesale::world::{Origin, Source, load_source};
use std::time::Instant;

/// Orders a trader sends in a tick.
const ORDERS: f64 = 0.43;
/// Minutes, of a market around the clock.
const TICKS_A_DAY: f64 = 1_440.0;
/// Mean size of an order, as a share of an ordinary day's volume: 100 shares.
const MEAN_SIZE: f64 = 1e-6;
const LIMITS_FOR_EACH_MARKET_ORDER: f64 = 2.0;

/// Long enough for the book to fill and every wheel and tray to find its size.
const WARM_UP: u32 = 400;
const STRETCHES: usize = 9;

fn world_of(traders: u32) -> String {
    let orders_a_day = ORDERS * TICKS_A_DAY * f64::from(traders);
    let market_orders = orders_a_day * MEAN_SIZE / (1.0 + LIMITS_FOR_EACH_MARKET_ORDER);
    format!(
        r#"World(
            version: 1, title: "A crowd", about: "For measuring.", seed: 1,
            currency: (code: "USD", decimals: 2),
            clock: (start: "2024-03-04 00:00", tick: "1m", calendar: Continuous(length: "300d")),
            venues: {{"exchange": (maker_fee_bps: 0.0, taker_fee_bps: 0.0)}},
            instruments: {{
                "acme": Spot(venues: ["exchange"], price: 100.0, step: 0.01, lot: 1.0, float: 1e10,
                    ordinary: (daily_volume: 1e8, daily_volatility: 0.02, value_volatility: 0.0)),
            }},
            lenders: {{
                "broker": (
                    capital: 1e9,
                    margin: Rate(im: 0.5, mm: 0.25),
                    calls: (below: Maintenance, checked: EveryTick, grace: "1h"),
                    cross_default: false,
                    liquidation: (first: ProRata, much: All, how: Market, collar: 1.0, delay: "0s"),
                    waterfall: [LenderCapital],
                ),
            }},
            traders: {{
                "crowd": ZeroIntelligence(
                    count: {traders}, instruments: ["acme"],
                    stake: (lender: "broker", cash_days: 0.001, units_days: 0.001),
                    market_orders: {market_orders:?}, limit_ratio: {LIMITS_FOR_EACH_MARKET_ORDER:?},
                    mean_size: {MEAN_SIZE:?}, mean_distance: 0.002, mean_life: "20m",
                ),
            }},
        )"#
    )
}

struct Running {
    world: World,
    schedule: Schedule,
}

impl Running {
    fn new(traders: u32) -> Self {
        let source = Source { name: "crowd".to_owned(), text: world_of(traders), origin: Origin::BuiltIn };
        let plan = load_source(source, &[]).unwrap_or_else(|error| panic!("{error}")).plan;
        let options = RunOptions { seed: 1, liquidation: true, record: Keep::NOTHING, audit_every_tick: false };
        let mut world = spawn(&plan, &options);
        let schedule = tick::schedule(&mut world);
        let mut running = Self { world, schedule };
        running.run(WARM_UP);
        running
    }

    fn run(&mut self, ticks: u32) {
        (0..ticks).for_each(|_| self.schedule.run(&mut self.world));
    }

    /// Orders that passed the screen so far, and those that did not.
    fn orders(&self) -> (u64, u64) {
        let gather = &state(&self.world).gather;
        (gather.orders, gather.refusals.iter().sum())
    }
}

/// One line: medians over several stretches of a run, and the fastest.
#[expect(clippy::disallowed_methods, reason = "a benchmark is what looks at the clock")]
fn print_rates(traders: u32, ticks: u32) {
    let mut running = Running::new(traders);
    let mut rates: Vec<(f64, f64)> = (0..STRETCHES)
        .map(|_| {
            let (before, _) = running.orders();
            let start = Instant::now();
            running.run(ticks);
            let seconds = start.elapsed().as_secs_f64();
            let orders = running.orders().0 - before;
            (f64::from(traders) * f64::from(ticks) / seconds / 1e6, orders as f64 / seconds / 1e6)
        })
        .collect();
    rates.sort_by(|one, other| one.0.total_cmp(&other.0));
    let ((median, orders), (fastest, _)) = (rates[STRETCHES / 2], rates[STRETCHES - 1]);
    let (passed, refused) = running.orders();
    println!(
        "{traders:>6} traders: {median:.2} M trader-ticks/s, {orders:.2} M orders/s (median of {STRETCHES} stretches of \
         {ticks} ticks; fastest {fastest:.2} M trader-ticks/s); {passed} orders, {refused} refused",
    );
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("tick");
    for traders in [400, 10_000] {
        let mut running = None;
        group.throughput(Throughput::Elements(u64::from(traders)));
        group.bench_function(format!("{traders}_traders"), |bencher| {
            let running = running.get_or_insert_with(|| Running::new(traders));
            bencher.iter(|| running.run(1));
        });
    }
    group.finish();
    print_rates(400, 10_000);
    print_rates(10_000, 400);
    criterion.final_summary();
}
