//! The margin stage with a million accounts: the ladder of registrations against a look at each account.
//!
//! First a table: 1,000 ticks at each volatility, the ladder timed each tick and the full scan now and then on
//! the same marks, and both must agree. *Watched both ways*: an account below its level stays in and may
//! come back. *Breached leave*: it is handed over and looked at no more, by either. Then criterion's own
//! figures, a tick at a time.

use criterion::{BatchSize, Criterion, criterion_group};
use firesale::ledger::{Accounts, Ledger, Purses, SlotKind};
use firesale::margin::CallLevel;
use firesale::margin::{Marks, Terms, Watch, standing};
use firesale::plan::MarginPlan;
use firesale::units::{AccountId, Cash, InstrumentId, LenderId, Lots, Price, Rate, StepValue, TraderId};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;
use std::hint::black_box;
use std::time::{Duration, Instant};

const ACCOUNTS: usize = 1_000_000;
const INSTRUMENTS: usize = 8;
const START: i64 = 100_000;
const TICKS: usize = 1_000;
const VOLATILITIES_BP: [f64; 4] = [2.0, 10.0, 30.0, 100.0];

struct Market {
    ledger: Ledger,
    marks: Marks,
    terms: Vec<Terms>,
}

/// Two lenders; 1 to 4 positions, half of them short; slack from nothing to three tenths of gross value.
fn market() -> Market {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let marks = Marks::new((0..INSTRUMENTS).map(|_| (StepValue::new(1), Price::new(START))));
    let rate = |im, mm| MarginPlan::Rate { im: Rate::from_billionths(im), mm: Rate::from_billionths(mm) };
    let below = CallLevel::Maintenance;
    let terms =
        vec![Terms::plain(rate(100_000_000, 50_000_000), below), Terms::plain(rate(250_000_000, 200_000_000), below)];
    let mut accounts = Accounts::default();
    let mut cash = Vec::with_capacity(ACCOUNTS);
    for index in 0..ACCOUNTS {
        let mut held: Vec<usize> = (0..INSTRUMENTS).collect();
        while held.len() > 4 || (held.len() > 1 && rng.random_bool(0.4)) {
            held.remove(rng.random_range(0..held.len()));
        }
        let slots: Vec<_> = held
            .into_iter()
            .map(|instrument| {
                let lots = rng.random_range(1..1_000) * if rng.random_bool(0.5) { 1 } else { -1 };
                (InstrumentId::from_index(instrument), SlotKind::Spot, Lots::new(lots), Price::new(START))
            })
            .collect();
        let values = || slots.iter().map(|slot| i128::from(slot.2.get() * START));
        let (net, gross): (i128, i128) = (values().sum(), values().map(i128::abs).sum());
        let lender = index % terms.len();
        let mm = [5, 20][lender];
        cash.push(Cash::minor(gross * (mm * 10 + rng.random_range(0..300)) / 1_000 - net));
        accounts.add(LenderId::from_index(lender), Some(TraderId::from_index(index)), slots);
    }
    Market { ledger: Ledger::new(accounts, Purses::new(cash, 1, vec![])), marks, terms }
}

/// Prices that wander by so many basis points a tick, the same way each time.
struct Path {
    rng: ChaCha8Rng,
    prices: [f64; INSTRUMENTS],
    volatility: f64,
}

impl Path {
    fn new(volatility_bp: f64) -> Self {
        let rng = ChaCha8Rng::seed_from_u64(7);
        Self { rng, prices: [START as f64; INSTRUMENTS], volatility: volatility_bp / 10_000.0 }
    }

    fn step(&mut self, marks: &mut Marks) {
        for (index, price) in self.prices.iter_mut().enumerate() {
            let normal: f64 = self.rng.sample(StandardNormal);
            *price *= 1.0 + self.volatility * normal;
            marks.set(InstrumentId::from_index(index), Price::new(price.round() as i64));
        }
    }
}

fn full_scan(market: &Market, marks: &Marks, left: &[bool], below: &mut [bool]) {
    for account in market.ledger.accounts.ids().filter(|account| !left[account.index()]) {
        let terms = &market.terms[market.ledger.accounts.lender(account).index()];
        let stands = standing(&market.ledger, marks, terms, account);
        below[account.index()] = stands.slack(terms.below).is_negative();
    }
}

/// One tick by the ladder: the looks it took.
fn look(market: &Market, marks: &Marks, watch: &mut Watch, below: &mut [bool]) -> usize {
    let mut looks = 0;
    watch.look(&market.ledger, marks, &market.terms, |account, stands| {
        looks += 1;
        let level = market.terms[market.ledger.accounts.lender(account).index()].below;
        below[account.index()] = stands.slack(level).is_negative();
    });
    looks
}

#[expect(clippy::disallowed_methods, reason = "a bench is there to time")]
fn table_row(market: &Market, volatility_bp: f64, breached_leave: bool) {
    let accounts = &market.ledger.accounts;
    let (mut marks, mut path) = (market.marks.clone(), Path::new(volatility_bp));
    let mut watch = Watch::new(accounts, &marks);
    let (mut left, mut below) = (vec![false; ACCOUNTS], vec![false; ACCOUNTS]);
    look(market, &marks, &mut watch, &mut below);
    let (mut by_ladder, mut looks, mut by_scan) = (Duration::ZERO, 0, Vec::new());
    let mut by_scan_below = vec![false; ACCOUNTS];
    for tick in 0..TICKS {
        path.step(&mut marks);
        let begin = Instant::now();
        looks += look(market, &marks, &mut watch, &mut below);
        by_ladder += begin.elapsed();
        if tick % 50 == 49 {
            let begin = Instant::now();
            full_scan(market, &marks, &left, &mut by_scan_below);
            by_scan.push(begin.elapsed());
            let differ = (0..ACCOUNTS).any(|account| !left[account] && below[account] != by_scan_below[account]);
            assert!(!differ, "the ladder and the full scan differ at tick {tick}");
        }
        if breached_leave {
            for account in (0..ACCOUNTS).filter(|&account| std::mem::take(&mut below[account])) {
                left[account] = true;
                watch.forget(accounts, AccountId::from_index(account));
            }
        }
    }
    by_scan.sort();
    let (scan, ladder) = (by_scan[by_scan.len() / 2], by_ladder / TICKS as u32);
    let count = |flags: &[bool]| flags.iter().filter(|&&flag| flag).count() as f64 * 100.0 / ACCOUNTS as f64;
    println!(
        "{volatility_bp:>5} bp  {:<18} {:>7} looks/tick {:>9.1} us/tick {:>7.2} ns/account scanned {:>8.1}x  {:>4.1} % below",
        if breached_leave { "breached leave" } else { "watched both ways" },
        looks / TICKS,
        ladder.as_secs_f64() * 1e6,
        scan.as_secs_f64() * 1e9 / ACCOUNTS as f64,
        scan.as_secs_f64() / ladder.as_secs_f64(),
        if breached_leave { count(&left) } else { count(&below) },
    );
}

fn margin_stage(criterion: &mut Criterion) {
    let market = market();
    let mut group = criterion.benchmark_group("margin_stage_1m_accounts");
    group.sample_size(10).warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(3));
    let mut below = vec![false; ACCOUNTS];
    let nobody = vec![false; ACCOUNTS];
    group.bench_function("full_scan", |bencher| {
        bencher.iter(|| full_scan(&market, &market.marks, &nobody, black_box(&mut below)));
    });
    for volatility_bp in VOLATILITIES_BP {
        let (mut marks, mut path) = (market.marks.clone(), Path::new(volatility_bp));
        let mut watch = Watch::new(&market.ledger.accounts, &marks);
        look(&market, &marks, &mut watch, &mut below);
        group.bench_function(format!("ladder_{volatility_bp}bp"), |bencher| {
            bencher.iter_batched(
                || {
                    path.step(&mut marks);
                    marks.clone()
                },
                |marks| look(&market, &marks, &mut watch, black_box(&mut below)),
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}

criterion_group!(benches, margin_stage);

fn main() {
    let market = market();
    for breached_leave in [false, true] {
        for volatility_bp in VOLATILITIES_BP {
            table_row(&market, volatility_bp, breached_leave);
        }
    }
    drop(market);
    benches();
    Criterion::default().configure_from_args().final_summary();
}
