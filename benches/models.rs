//! Each margin model: how many accounts it looks at in a second, and what the ladder of registrations saves where
//! the model has a bound.
//!
//! First a table over 100,000 accounts of 1 to 4 linear positions, 500 ticks of 10 basis points; then the models that
//! know options on accounts that hold some; then criterion's own figures, an account at a time.

use criterion::{Criterion, criterion_group};
use firesale::ledger::{Accounts, Ledger, Purses, SlotKind};
use firesale::margin::CallLevel;
use firesale::margin::models::{About, Context, health, rate, reg_t, scan, span, tiered, value_at_risk};
use firesale::margin::{Every, Facts, MarginFile, MarginPlan, Marks, Payoff, Right, Terms, Watch, standing};
use firesale::named::Named;
use firesale::units::{AccountId, Cash, InstrumentId, LenderId, Lots, Price, StepValue, Time, TraderId};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;
use std::hint::black_box;
use std::time::Instant;

const ACCOUNTS: usize = 100_000;
const SPOTS: usize = 8;
const INSTRUMENTS: usize = 2 * SPOTS;
const START: i64 = 100_000;
const TICKS: usize = 500;
const VOLATILITY: f64 = 0.001;

struct Market {
    ledger: Ledger,
    marks: Marks,
}

/// Half of the positions short; slack from a twentieth to six tenths of gross value. With options, every account has
/// one beside its stocks.
fn market(with_options: bool) -> Market {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let id = InstrumentId::from_index;
    let facts = (0..INSTRUMENTS).map(|index| Facts {
        payoff: match index < SPOTS {
            true => Payoff::Linear,
            false => Payoff::Option {
                right: if index % 2 == 0 { Right::Call } else { Right::Put },
                strike: Price::new(START),
                expiry: Time::from_seconds(86_400 * 30),
            },
        },
        underlying: id(index % SPOTS),
        step_size: 0.01,
        daily_volatility: 0.02,
        ..Facts::unknown(id(index))
    });
    let price = |index| Price::new(if index < SPOTS { START } else { START / 40 });
    let mut marks = Marks::new((0..INSTRUMENTS).map(|index| (StepValue::new(1), price(index)))).with_facts(facts);
    marks.remember(Every::Day, 250);
    let (mut accounts, mut cash) = (Accounts::default(), Vec::with_capacity(ACCOUNTS));
    for index in 0..ACCOUNTS {
        let mut held: Vec<usize> = (0..SPOTS).collect();
        while held.len() > 4 || (held.len() > 1 && rng.random_bool(0.4)) {
            held.remove(rng.random_range(0..held.len()));
        }
        if with_options {
            held.push(SPOTS + held[0]);
        }
        let slots: Vec<_> = held
            .into_iter()
            .map(|instrument| {
                let lots = rng.random_range(1..1_000) * if rng.random_bool(0.5) { 1 } else { -1 };
                (id(instrument), SlotKind::Spot, Lots::new(lots), price(instrument))
            })
            .collect();
        let values = || slots.iter().map(|slot| marks.value(slot.0, slot.2).to_minor());
        let (net, gross): (i128, i128) = (values().sum(), values().map(i128::abs).sum());
        cash.push(Cash::minor(gross * rng.random_range(50..600) / 1_000 - net));
        accounts.add(LenderId::new(0), Some(TraderId::from_index(index)), slots);
    }
    Market { ledger: Ledger::new(accounts, Purses::new(cash, 1, vec![])), marks }
}

/// One of each, with the rules' own numbers where they have some.
fn models() -> Vec<(&'static str, MarginPlan)> {
    let names: Vec<String> = (0..INSTRUMENTS).map(|index| format!("i{index}")).collect();
    let underlying = |index: usize| (index >= SPOTS).then(|| InstrumentId::from_index(index % SPOTS));
    let instruments = names.iter().enumerate().map(|(index, name)| About {
        name: name.as_str(),
        underlying: underlying(index),
        contract: None,
    });
    let context = Context::new(instruments, 2, 390.0);
    let bracket = |up_to, rate, max_leverage| tiered::BracketFile { up_to, rate, max_leverage, deduction: None };
    let brackets = [(50e3, 0.004, 125.0), (600e3, 0.005, 100.0), (3e6, 0.0065, 75.0), (12e6, 0.01, 50.0)];
    let brackets = brackets.into_iter().map(|(up_to, rate, leverage)| bracket(Some(up_to), rate, leverage));
    let range = |down, up| scan::RangeFile { down, up };
    let group = scan::GroupFile { members: names[..4].to_vec(), range: range(0.08, 0.06), offset: 0.9 };
    let commodity = |name: &String| {
        let price_scan = span::PriceScanFile::PerContract(43.0);
        let own = span::CommodityFile {
            price_scan,
            volatility_scan: 0.35,
            spread_charge: 0.0,
            short_option_minimum: 1.0,
            contract: None,
        };
        (name.clone(), own)
    };
    let value_at_risk = |method| {
        MarginFile::ValueAtRisk(value_at_risk::File {
            method,
            confidence: 0.99,
            horizon_days: 1.0,
            window: 250,
            every: Every::Day,
            expected_shortfall: false,
            ordinary_correlation: 0.3,
            im_factor: 1.0,
        })
    };
    let collateral = health::CountsFile { loan_to_value: 0.8, threshold: 0.83 };
    let files = [
        ("Rate", MarginFile::Rate(rate::File { im: 0.15, mm: 0.1, short: None, per_instrument: Named::default() })),
        (
            "RegT",
            MarginFile::RegT(reg_t::File {
                initial: 0.5,
                maintenance_long: 0.25,
                maintenance_short: 0.3,
                floors: Some(reg_t::FloorsFile { below: 5.0, low_per_unit: 2.5, low_rate: 1.0, per_unit: 5.0 }),
                options: Some(reg_t::OptionsFile { rate: 0.2, least: 0.1 }),
                surcharge: Named::default(),
                not_marginable: vec![],
            }),
        ),
        (
            "Tiered",
            MarginFile::Tiered(tiered::File {
                brackets: brackets.chain([bracket(None, 0.02, 25.0)]).collect(),
                per_instrument: Named::default(),
                leverage: None,
            }),
        ),
        (
            "Scan",
            MarginFile::Scan(scan::File {
                range: range(0.15, 0.15),
                groups: [("indices".to_string(), group)].into_iter().collect(),
                option_minimum: 0.375,
                im_factor: 1.0,
            }),
        ),
        (
            "Span",
            MarginFile::Span(span::File {
                commodities: names[..SPOTS].iter().map(commodity).collect(),
                others: 1.0,
                extreme: span::ExtremeFile { multiple: 3.0, cover: 0.33 },
                credits: vec![],
                im_factor: 1.1,
            }),
        ),
        ("VaR historical", value_at_risk(value_at_risk::Method::HistoricalSimulation)),
        ("VaR ewma", value_at_risk(value_at_risk::Method::Ewma { lambda: 0.94 })),
        ("VaR filtered", value_at_risk(value_at_risk::Method::FilteredHistorical { lambda: 0.94 })),
        (
            "Health",
            MarginFile::Health(health::File {
                collateral: names[..SPOTS].iter().map(|name| (name.clone(), collateral)).collect(),
            }),
        ),
    ];
    files.into_iter().map(|(name, file)| (name, file.plan(&context))).collect()
}

fn step(prices: &mut [f64], rng: &mut ChaCha8Rng, marks: &mut Marks) {
    for (index, price) in prices.iter_mut().enumerate() {
        let normal: f64 = rng.sample(StandardNormal);
        *price *= 1.0 + VOLATILITY * normal;
        marks.set(InstrumentId::from_index(index), Price::new(price.round() as i64));
    }
}

fn scan_all(market: &Market, marks: &Marks, terms: &Terms, below: &mut [bool]) {
    for account in market.ledger.accounts.ids() {
        let stands = standing(&market.ledger, marks, terms, account);
        below[account.index()] = stands.slack(terms.below).is_negative();
    }
}

#[expect(clippy::disallowed_methods, reason = "a bench is there to time")]
fn row(name: &str, plan: &MarginPlan, market: &Market, ticks: usize) {
    let terms = [Terms::plain(plan.clone(), CallLevel::Maintenance)];
    let mut marks = market.marks.clone();
    let (mut by_scan, mut by_ladder) = (vec![false; ACCOUNTS], vec![false; ACCOUNTS]);
    let begin = Instant::now();
    scan_all(market, &marks, &terms[0], &mut by_scan);
    let scan = begin.elapsed().as_secs_f64();
    let (mut prices, mut rng) = ([START as f64; SPOTS], ChaCha8Rng::seed_from_u64(7));
    let mut watch = Watch::new(&market.ledger.accounts, &marks);
    let (mut ladder, mut looks) = (0.0, 0);
    for tick in 0..ticks {
        if tick > 0 {
            step(&mut prices, &mut rng, &mut marks);
        }
        let begin = Instant::now();
        watch.look(&market.ledger, &marks, &terms, |account, stands| {
            looks += usize::from(tick > 0);
            by_ladder[account.index()] = stands.slack(CallLevel::Maintenance).is_negative();
        });
        if tick > 0 {
            ladder += begin.elapsed().as_secs_f64();
        }
    }
    scan_all(market, &marks, &terms[0], &mut by_scan);
    assert!(by_scan == by_ladder, "{name}: the ladder and the full scan differ");
    let (ladder, looks) = (ladder / (ticks - 1) as f64, looks / (ticks - 1));
    let below = by_scan.iter().filter(|&&below| below).count() as f64 * 100.0 / ACCOUNTS as f64;
    println!(
        "{name:<16} {:>9.2} M accounts/s scanned {:>9.1} ns each {looks:>8} looks/tick {:>9.1} us/tick {:>8.1}x {below:>5.1} % below",
        ACCOUNTS as f64 / scan / 1e6,
        scan * 1e9 / ACCOUNTS as f64,
        ladder * 1e6,
        scan / ladder,
    );
}

fn one_account(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("margin_models_one_account");
    for (held, market) in [("linear", market(false)), ("with_an_option", market(true))] {
        for (name, plan) in models() {
            let terms = Terms::plain(plan, CallLevel::Maintenance);
            let mut next = 0;
            group.bench_function(format!("{name}_{held}"), |bencher| {
                bencher.iter(|| {
                    next = (next + 1) % ACCOUNTS;
                    black_box(standing(&market.ledger, &market.marks, &terms, AccountId::from_index(next)))
                });
            });
        }
    }
    group.finish();
}

criterion_group!(benches, one_account);

fn main() {
    println!("linear positions");
    let linear = market(false);
    for (name, plan) in models() {
        let ticks = if plan.looks_back().is_some() { 3 } else { TICKS };
        row(name, &plan, &linear, ticks);
    }
    drop(linear);
    println!("an option beside them: every account is looked at each tick");
    let with_options = market(true);
    for (name, plan) in models() {
        row(name, &plan, &with_options, 3);
    }
    drop(with_options);
    benches();
    Criterion::default().configure_from_args().final_summary();
}
