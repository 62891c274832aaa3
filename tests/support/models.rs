//! Any margin model, for tests that must hold whatever the model.

use firesale::margin::models::{About, Context, health, rate, reg_t, scan, span, tiered, value_at_risk};
use firesale::margin::{Every, MarginFile, MarginPlan};
use firesale::named::Named;
use firesale::units::InstrumentId;
use rand::{Rng, RngExt};

pub const MODELS: usize = 8;

/// `"i0"`, `"i1"`, ...
pub fn names(count: usize) -> Vec<String> {
    (0..count).map(|index| format!("i{index}")).collect()
}

/// In whole units of money; the instruments named as above, what each is on by `underlying`.
pub fn planned(file: &MarginFile, underlying: &[Option<InstrumentId>]) -> MarginPlan {
    let names = names(underlying.len());
    let about = names.iter().zip(underlying);
    let instruments = about.map(|(name, underlying)| About { name, underlying: *underlying, contract: None });
    file.plan(&Context::new(instruments, 0, 390.0))
}

fn some<T>(names: &[String], rng: &mut impl Rng, mut value: impl FnMut(&mut dyn Rng) -> T) -> Named<T> {
    let mut named = Vec::new();
    for name in names {
        if rng.random_bool(0.5) {
            named.push((name.clone(), value(rng)));
        }
    }
    named.into_iter().collect()
}

fn pair(rng: &mut dyn Rng) -> (f64, f64) {
    let low = rng.random_range(0.01..0.5);
    (low, rng.random_range(low..0.6))
}

/// The nth of [`MODELS`], with any parameters that `check` lets pass. `spots` are the instruments on nothing.
pub fn any_file(nth: usize, spots: &[String], all: &[String], rng: &mut impl Rng) -> MarginFile {
    match nth {
        0 => any_rate(all, rng),
        1 => MarginFile::RegT(any_reg_t(all, rng)),
        2 => MarginFile::Tiered(any_tiered(all, rng)),
        3 => MarginFile::Scan(any_scan(spots, rng)),
        4 => MarginFile::Span(any_span(spots, rng)),
        5 => MarginFile::ValueAtRisk(any_value_at_risk(rng)),
        6 => {
            let collateral = some(all, rng, |rng| {
                let (loan_to_value, threshold) = pair(rng);
                health::CountsFile { loan_to_value, threshold }
            });
            MarginFile::Health(health::File { collateral })
        }
        _ => {
            let (mm, im) = pair(rng);
            MarginFile::Rate(rate::File { im, mm, short: None, per_instrument: Named::default() })
        }
    }
}

fn any_rate(all: &[String], rng: &mut impl Rng) -> MarginFile {
    let (mm, im) = pair(rng);
    let (short_mm, short_im) = pair(rng);
    let per_instrument = some(all, rng, |rng| {
        let (mm, im) = pair(rng);
        rate::OwnRatesFile { im, mm, short: None }
    });
    let short = Some(rate::RatesFile { im: short_im, mm: short_mm });
    MarginFile::Rate(rate::File { im, mm, short, per_instrument })
}

fn any_reg_t(all: &[String], rng: &mut impl Rng) -> reg_t::File {
    let per_unit = rng.random_range(1.0..1_000_000.0);
    let steady = rng.random_bool(0.8);
    let floors = reg_t::FloorsFile {
        below: per_unit,
        low_per_unit: per_unit / 2.0,
        low_rate: 1.0,
        per_unit: if steady { per_unit } else { per_unit * 1.5 },
    };
    reg_t::File {
        initial: 0.6,
        maintenance_long: rng.random_range(0.1..0.6),
        maintenance_short: rng.random_range(0.1..0.6),
        floors: rng.random_bool(0.7).then_some(floors),
        options: Some(reg_t::OptionsFile { rate: 0.2, least: 0.1 }),
        surcharge: some(all, rng, |rng| rng.random_range(0.0..0.4)),
        not_marginable: vec![],
    }
}

fn any_brackets(rng: &mut dyn Rng) -> Vec<tiered::BracketFile> {
    let count = rng.random_range(1..6);
    let (mut up_to, mut rate) = (rng.random_range(1.0..1e6_f64).round(), rng.random_range(0.004..0.1));
    let bracket = |index| {
        let bracket = tiered::BracketFile {
            up_to: (index + 1 < count).then_some(up_to),
            rate,
            max_leverage: (1.0 / rate).clamp(1.0, 100.0),
            deduction: None,
        };
        up_to = (up_to * rng.random_range(1.5..20.0)).round();
        rate = (rate * rng.random_range(1.0..2.0)).min(0.9);
        bracket
    };
    (0..count).map(bracket).collect()
}

fn any_tiered(all: &[String], rng: &mut impl Rng) -> tiered::File {
    let leverage = rng.random_bool(0.3).then(|| rng.random_range(1.0..20.0));
    tiered::File { brackets: any_brackets(rng), per_instrument: some(all, rng, any_brackets), leverage }
}

fn any_scan(spots: &[String], rng: &mut impl Rng) -> scan::File {
    let mut range = || scan::RangeFile { down: rng.random_range(0.01..1.0), up: rng.random_range(0.01..1.0) };
    let (all, of_group) = (range(), range());
    let group = scan::GroupFile { members: spots[1..].to_vec(), range: of_group, offset: rng.random_range(0.0..=1.0) };
    scan::File {
        range: all,
        groups: [("group".to_string(), group)].into_iter().collect(),
        option_minimum: 0.375,
        im_factor: rng.random_range(1.0..1.5),
    }
}

fn any_span(spots: &[String], rng: &mut impl Rng) -> span::File {
    let commodities = some(spots, rng, |rng| span::CommodityFile {
        price_scan: match rng.random_bool(0.5) {
            true => span::PriceScanFile::PerContract(rng.random_range(0.0..10_000.0_f64).round()),
            false => span::PriceScanFile::Rate(rng.random_range(0.01..0.5)),
        },
        volatility_scan: rng.random_range(0.0..0.5),
        spread_charge: if rng.random_bool(0.5) { 50.0 } else { 0.0 },
        short_option_minimum: 20.0,
        contract: None,
    });
    let named: Vec<_> = commodities.names().map(str::to_string).collect();
    let credit =
        |pair: &[String]| span::CreditFile { between: ((pair[0].clone(), 1.0), (pair[1].clone(), 2.0)), rate: 0.7 };
    let credits = if rng.random_bool(0.5) { named.windows(2).map(credit).collect() } else { vec![] };
    span::File {
        commodities,
        others: rng.random_range(0.01..0.5),
        extreme: span::ExtremeFile { multiple: 3.0, cover: 0.33 },
        credits,
        im_factor: 1.1,
    }
}

fn any_value_at_risk(rng: &mut impl Rng) -> value_at_risk::File {
    let lambda = rng.random_range(0.8..0.99);
    let methods = [
        value_at_risk::Method::HistoricalSimulation,
        value_at_risk::Method::Ewma { lambda },
        value_at_risk::Method::FilteredHistorical { lambda },
    ];
    value_at_risk::File {
        method: methods[rng.random_range(0..methods.len())],
        confidence: rng.random_range(0.9..0.99),
        horizon_days: rng.random_range(0.5..10.0),
        window: rng.random_range(10..40),
        every: if rng.random_bool(0.5) { Every::Day } else { Every::Tick },
        expected_shortfall: rng.random_bool(0.5),
        ordinary_correlation: rng.random_range(0.0..1.0),
        im_factor: rng.random_range(1.0..1.5),
    }
}
