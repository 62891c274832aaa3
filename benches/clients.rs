//! A crowd of clients, from ten thousand to as many as memory lets: what must not grow with it, and what must grow no faster.
//!
//! All is measured on the world `million-accounts` with other numbers of clients, who together have the same money, so that the
//! market around them is the same and as large a part of them is closed out.
//!
//! - *A quiet tick*: all clients with the leverage that is the mean, so that none comes near its level. The market trades all the time, and a
//!   tick must cost the same however many look on. Beside it a tick before the news with the leverage of the world, in which
//!   prices bring some accounts close enough to be looked at: that part grows with them.
//! - *Building*: from the plan to the world before its first tick: clients drawn, ledger, auditor's books, watch. Clients a
//!   second, which must not fall.
//! - *A crash*: the news comes after ten minutes, and thirty minutes later all is done: the time that those ticks take
//!   beyond as many before the news, for each account that is closed out, through books, funds and deleveraging.
//! - *Who broke whom*: the cascade of that crash traced, for each account that broke.
//! - *The queue of the deleveraged*: so many winners put in order and closed out to the last, a few lots at a time, for each.
//!
//! `cargo bench --bench clients` prints a table for each, medians where one run gives several. More clients for the quiet tick
//! and for building can be given: `-- 10000000` (four gigabytes).
//!
//! On 28 November 2026, two cores of a shared virtual machine, otherwise idle, wall time of one run:
//!
//! | clients | a quiet tick, us | with the leverage of the world | built, M a second |
//! |---|---|---|---|
//! | 10,000 | 10.4 | 9.9 | 1.11 |
//! | 100,000 | 9.4 | 9.7 | 1.53 |
//! | 1,000,000 | 10.1 | 9.8 | 1.61 |
//!
//! | closed out | to close out, us each | who broke whom, us each |
//! |---|---|---|
//! | 4,762 | 9.6 | 0.77 |
//! | 18,584 | 11.4 | 1.01 |
//! | 72,281 | 17.5 | 1.49 |
//! | 140,740 | 18.2 | 1.72 |
//!
//! | winners | ns each in the queue |
//! |---|---|
//! | 5,000 | 175 |
//! | 20,000 | 204 |
//! | 80,000 | 246 |
//! | 160,000 | 287 |
//!
//! A queue costs what its logarithm does. That close-out and tracing double between the smallest and the largest is not
//! explained: the counts are linear, and what they touch no longer fits a cache.

use bevy_ecs::prelude::{Schedule, World};
use firesale::analysis::cascade;
use firesale::options::RunOptions;
use firesale::plan::Plan;
use firesale::results::keep::Keep;
use firesale::tick;
use firesale::tick::spawn::spawn;
use firesale::tick::state::{State, leave};
use firesale::units::{AccountId, Cash, Lots, Tick};
use firesale::waterfall::auto_deleveraging::{Opposite, Queue, Ranking};
use firesale::world::{Source, load_source};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// What all clients have together in the world as it stands.
const MONEY: f64 = 200.0 * 1e6;
/// The news comes after so many ticks, and so many later everybody who breaks has been closed out.
const NEWS: u32 = 600;
const AFTERMATH: u32 = 1_800;
/// Before anything is measured, and how often it is.
const WARM_UP: u32 = 60;
const STRETCHES: usize = 9;

fn plan(clients: u32, sets: &[&str]) -> Plan {
    let source = Source::find("million-accounts").unwrap_or_else(|error| panic!("{error}"));
    let own = [
        format!("traders.clients.count={clients}"),
        format!("traders.clients.stake.equity={:?}", MONEY / f64::from(clients)),
    ];
    let sets = own.iter().map(String::as_str).chain(sets.iter().copied());
    let sets: Vec<_> = sets.map(|set| set.parse().expect("an override is path=value")).collect();
    let mut plan = load_source(source, &sets).unwrap_or_else(|error| panic!("{error}")).plan;
    plan.shocks[0].at = plan.clock.time_of(Tick::new(NEWS));
    plan
}

struct Running {
    world: World,
    schedule: Schedule,
    built: Duration,
}

impl Running {
    #[expect(clippy::disallowed_methods, reason = "a benchmark is what looks at the clock")]
    fn new(plan: &Plan) -> Self {
        let record = Keep { cascade: true, ..Keep::NOTHING };
        let options = RunOptions { seed: 1, liquidation: true, record, audit_every_tick: false };
        let start = Instant::now();
        let mut world = spawn(plan, &options);
        let built = start.elapsed();
        let schedule = tick::schedule(&mut world);
        Self { world, schedule, built }
    }

    #[expect(clippy::disallowed_methods, reason = "a benchmark is what looks at the clock")]
    fn run(&mut self, ticks: u32) -> Duration {
        let start = Instant::now();
        (0..ticks).for_each(|_| self.schedule.run(&mut self.world));
        start.elapsed()
    }
}

/// Of several stretches before the news: what a tick takes in the middle one, in microseconds.
fn tick_of(running: &mut Running) -> f64 {
    running.run(WARM_UP);
    let ticks = (NEWS - WARM_UP) / STRETCHES as u32;
    let mut took: Vec<f64> =
        (0..STRETCHES).map(|_| running.run(ticks).as_secs_f64() * 1e6 / f64::from(ticks)).collect();
    took.sort_by(f64::total_cmp);
    took[STRETCHES / 2]
}

fn quiet(clients: u32) {
    let calm = ["traders.clients.leverages=None", "traders.clients.most_leverage=7.0"];
    let mut quiet = Running::new(&plan(clients, &calm));
    let a_second = f64::from(clients) / quiet.built.as_secs_f64() / 1e6;
    let quiet = tick_of(&mut quiet);
    let lively = tick_of(&mut Running::new(&plan(clients, &[])));
    println!(
        "{clients:>9} clients: a quiet tick {quiet:>6.1} us, with the leverage of the world {lively:>6.1} us; {a_second:.2} M clients \
         a second built",
    );
}

#[expect(clippy::disallowed_methods, reason = "a benchmark is what looks at the clock")]
fn crash(clients: u32) {
    let plan = plan(clients, &[]);
    let mut running = Running::new(&plan);
    let before = tick_of(&mut running);
    let took = running.run(AFTERMATH).as_secs_f64() * 1e6 - before * f64::from(AFTERMATH);
    let State { breaches, gather, .. } = leave(running.world);
    let breaches = breaches.all;
    let broken = breaches.len() as f64;
    let start = Instant::now();
    let edges = black_box(cascade::trace(&plan.markets, cascade::worth_of_steps(&plan), &breaches, &gather)).len();
    let traced = start.elapsed().as_secs_f64() * 1e6;
    println!(
        "{clients:>9} clients: {:>6} broke, {:>5.2} us each to close out; who broke whom {:>5.2} us each, {:>4.1} edges into \
         each; {} were deleveraged",
        breaches.len(),
        took / broken,
        traced / broken,
        edges as f64 / broken,
        gather.waterfall.iter().filter(|record| record.rank.is_some()).count(),
    );
}

/// Winners with ranks in no order, ten lots each, closed out seven at a time.
#[expect(clippy::disallowed_methods, reason = "a benchmark is what looks at the clock")]
fn queue(winners: u32) {
    let winner = |number: u32| Opposite {
        account: AccountId::new(number),
        turn: number,
        lots: Lots::new(10),
        value: Cash::minor(2_000),
        // Knuth's multiplicative hash: as good as drawn.
        entry: Cash::minor(2_000 - i128::from(number.wrapping_mul(2_654_435_769) % 1_000)),
        equity: Cash::minor(500),
    };
    let mut took: Vec<f64> = (0..STRETCHES)
        .map(|_| {
            let start = Instant::now();
            let mut queue = Queue::new((0..winners).map(winner), Ranking::default());
            let mut closed = 0;
            while !black_box(queue.take(Lots::new(7))).is_empty() {
                closed += 7;
            }
            assert!(closed >= i64::from(winners) * 10, "all are closed out");
            start.elapsed().as_secs_f64() * 1e9 / f64::from(winners)
        })
        .collect();
    took.sort_by(f64::total_cmp);
    println!("{winners:>9} winners: {:>5.0} ns each", took[STRETCHES / 2]);
}

fn main() {
    // Under `cargo test` there is nothing to measure.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let more = std::env::args().filter_map(|argument| argument.parse().ok());
    [10_000, 100_000, 1_000_000].into_iter().chain(more).for_each(quiet);
    [33_000, 132_000, 528_000, 1_056_000].into_iter().for_each(crash);
    [5_000, 20_000, 80_000, 160_000].into_iter().for_each(queue);
}
