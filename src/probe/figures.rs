//! The figures of a probe, each beside what is typical and where that is from.

use super::impact_curve::Curve;
use super::quiet_stats::{MIDDLE_BAND, QuietStats, Scales};
use super::watch::BANDS_BPS;
use engine::plan::InstrumentPlan;
use engine::probe_plan::{ProbeExpect, Quantity};
use ground::stats::fit::jackknife;

/// One row of the table of figures.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// A word for programs: `"tail_exponent"`.
    pub name: &'static str,
    /// `None` for rows that no band can be stated for.
    pub quantity: Option<Quantity>,
    /// `"1m"`, `"lag 3"`, `"within 10 bp"`; empty for what has none.
    pub horizon: String,
    pub value: f64,
    /// 95 %.
    pub interval: Option<(f64, f64)>,
    pub typical: &'static str,
    pub source: &'static str,
}

/// What is remembered of a paper and was not read again says so: it is here to compare with, and no test rests on it.
const CONT: &str = "Cont, Quantitative Finance 1 (2001) 223-236, as remembered";
const LMF: &str = "Lillo, Mike and Farmer, Physical Review E 71 (2005) 066122, as remembered";
const SQUARE_ROOT: &str = "Sato and Kanazawa (2024), arXiv:2411.13965: 0.489, standard deviation 0.071 over stocks";
const COEFFICIENT: &str = "of order one: public write-ups of the square-root law";
const RELAXED: &str = "as remembered, without a source";

/// What a pooled statistic is, of the runs but one.
type Pooled<'a> = &'a dyn Fn(&QuietStats) -> Option<f64>;

/// All figures of the quiet market, with those of the impact curve.
pub fn figures(runs: &[QuietStats], curve: &Curve, about: &InstrumentPlan, scales: &Scales) -> Vec<Figure> {
    let pooled: Vec<Option<QuietStats>> =
        std::iter::once(None).chain((0..runs.len()).map(Some)).map(|left_out| pool(runs, left_out)).collect();
    let estimate = |of: Pooled<'_>| {
        jackknife(runs.len(), |left_out| pooled[left_out.map_or(0, |run| run + 1)].as_ref().and_then(of))
    };
    let mut rows = Vec::new();
    let mut add = |name, quantity, horizon: String, of: Pooled<'_>, typical, source| {
        if let Some(found) = estimate(of) {
            let interval = found.interval;
            rows.push(Figure { name, quantity, horizon, value: found.value, interval, typical, source });
        }
    };
    let none = String::new;
    let day_lots = about.ordinary.daily_volume_units / about.lot_units;
    let words = |ticks: usize| scales.words(ticks);
    add("spread_steps", None, none(), &|all| Some(all.spread_steps.mean()), "1 for large ticks", "");
    add("spread_bps", Some(Quantity::SpreadBps), none(), &|all| Some(all.spread_ratio.mean() * 1e4), "", "");
    for (band, bps) in BANDS_BPS.iter().enumerate() {
        let horizon = if *bps == 0 { "at the best price".into() } else { format!("within {bps} bp") };
        add("depth_of_daily_volume", None, horizon, &|all| Some(all.depths[band].mean() / day_lots), "", "");
    }
    add(
        "daily_volatility",
        Some(Quantity::DailyVolatility),
        none(),
        &|all| Some(all.daily_volatility(scales)),
        "0.01 to 0.03 for stocks",
        "",
    );
    add(
        "daily_volume_over_ordinary",
        Some(Quantity::DailyVolume),
        none(),
        &|all| Some(all.daily_volume.mean() / day_lots),
        "1",
        "the world",
    );
    add(
        "variance_ratio",
        Some(Quantity::VarianceRatio),
        words(scales.day),
        &|all| Some(all.variance_ratio(scales)),
        "near 1",
        CONT,
    );
    for lag in [1, 2, 3, 6, 12] {
        add(
            "return_autocorrelation",
            None,
            format!("lag {lag} of {}", words(scales.spell)),
            &|all| Some(all.returns_memory.at(lag)),
            "none beyond minutes",
            CONT,
        );
    }
    let beyond = |all: &QuietStats| {
        (2..=12.min(all.returns_memory.lags())).map(|lag| all.returns_memory.at(lag).abs()).reduce(f64::max)
    };
    add(
        "largest_return_autocorrelation",
        Some(Quantity::ReturnAutocorrelation),
        format!("lags 2 to 12 of {}", words(scales.spell)),
        &beyond,
        "below 0.05 to 0.1",
        CONT,
    );
    let all = pooled[0].as_ref();
    if let Some(hill) = all.and_then(|all| all.tail.hill()) {
        rows.push(Figure {
            name: "tail_exponent",
            quantity: Some(Quantity::TailExponent),
            horizon: format!("{}, largest {} of {}", words(scales.bar), hill.k, all.map_or(0, |all| all.tail.n)),
            value: hill.exponent,
            interval: Some((hill.low, hill.high)),
            typical: "2 to 5, about 3",
            source: CONT,
        });
    }
    let mut add = |name, quantity, horizon: String, of: Pooled<'_>, typical, source| {
        if let Some(found) = estimate(of) {
            let interval = found.interval;
            rows.push(Figure { name, quantity, horizon, value: found.value, interval, typical, source });
        }
    };
    for (index, ticks) in scales.horizons.iter().enumerate() {
        let quantity = (index == 0).then_some(Quantity::Kurtosis);
        let of = |all: &QuietStats| Some(all.returns.get(index).unwrap_or(&all.daily_return).kurtosis());
        add(
            "kurtosis",
            quantity,
            words(*ticks),
            &of,
            if index == 0 { "16 at five minutes" } else { "falls towards 3" },
            CONT,
        );
    }
    let fall = |all: &QuietStats| Some(all.returns.first()?.kurtosis() - hourly(all, scales)?.kurtosis());
    add("kurtosis_fall", Some(Quantity::KurtosisFall), none(), &fall, "above 0", CONT);
    for lag in [1, 2, 3, 6, 12, 24, 48, 96] {
        let of = |all: &QuietStats| (lag <= all.sizes_memory.lags()).then(|| all.sizes_memory.at(lag));
        add(
            "size_autocorrelation",
            None,
            format!("lag {lag} of {}", words(scales.spell)),
            &of,
            "above 0 for weeks",
            CONT,
        );
    }
    add(
        "size_autocorrelation_mean",
        Some(Quantity::SizeAutocorrelation),
        format!("lags 1 to 12 of {}", words(scales.spell)),
        &|all| Some(all.sizes_memory.mean(1, 12)),
        "above 0",
        CONT,
    );
    add(
        "size_decay",
        Some(Quantity::SizeDecay),
        format!("of {}", words(scales.spell)),
        &|all| all.sizes_memory.decay(1),
        "0.2 to 0.4",
        CONT,
    );
    for lag in [1, 3, 10, 30, 100, 300] {
        let of = |all: &QuietStats| (lag <= all.signs_memory.lags()).then(|| all.signs_memory.at(lag));
        add("sign_autocorrelation", None, format!("lag {lag} of {}", words(1)), &of, "falls slowly", LMF);
    }
    add(
        "sign_autocorrelation_mean",
        Some(Quantity::SignAutocorrelation),
        "lags 1 to 10".into(),
        &|all| Some(all.signs_memory.mean(1, 10)),
        "above 0",
        LMF,
    );
    add("sign_decay", Some(Quantity::SignDecay), none(), &|all| all.signs_memory.decay(1), "0.2 to 0.7", LMF);
    add(
        "volume_volatility",
        Some(Quantity::VolumeVolatility),
        words(scales.spell),
        &|all| Some(all.volume_volatility.correlation()),
        "above 0",
        CONT,
    );
    let depth = format!("{}, within {} bp", words(scales.stretch), BANDS_BPS[MIDDLE_BAND]);
    add(
        "depth_volatility",
        Some(Quantity::DepthVolatility),
        depth,
        &|all| Some(all.depth_volatility.correlation()),
        "below 0",
        "",
    );
    let of_curve = [
        ("impact_exponent", Quantity::ImpactExponent, curve.exponent, "0.4 to 0.6", SQUARE_ROOT),
        ("impact_coefficient", Quantity::ImpactCoefficient, curve.coefficient, "0.5 to 1", COEFFICIENT),
        ("impact_remaining", Quantity::ImpactRemaining, curve.remaining, "1/2 to 2/3", RELAXED),
    ];
    for (name, quantity, estimate, typical, source) in of_curve {
        if let Some(found) = estimate {
            let (quantity, interval) = (Some(quantity), found.interval);
            rows.push(Figure { name, quantity, horizon: String::new(), value: found.value, interval, typical, source });
        }
    }
    rows
}

/// Moments at the horizon nearest to an hour, or the longest within the day that is shorter.
fn hourly<'a>(all: &'a QuietStats, scales: &Scales) -> Option<&'a ground::stats::returns::Moments> {
    let hour = (3_600 / scales.tick).max(1) as usize;
    let place = scales.horizons.iter().zip(&all.returns).rposition(|(ticks, _)| *ticks <= hour.max(scales.bar))?;
    (place > 0).then(|| &all.returns[place])
}

/// Sums over all runs but one.
pub fn pool(runs: &[QuietStats], left_out: Option<usize>) -> Option<QuietStats> {
    let kept = runs.iter().enumerate().filter(|(index, _)| Some(*index) != left_out).map(|(_, run)| run);
    kept.cloned().reduce(|mut all, run| {
        all.add(&run);
        all
    })
}

/// A band that was looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    pub what: Quantity,
    pub min: f64,
    pub max: f64,
    pub why: String,
    /// `None` when it could not be measured, which meets no band.
    pub measured: Option<f64>,
    pub met: bool,
}

pub fn judge(expect: &[ProbeExpect], figures: &[Figure]) -> Vec<Judged> {
    let judged = |band: &ProbeExpect| {
        let found = figures.iter().find(|figure| figure.quantity == Some(band.what)).map(|figure| figure.value);
        let met = found.is_some_and(|value| (band.min..=band.max).contains(&value));
        Judged { what: band.what, min: band.min, max: band.max, why: band.why.clone(), measured: found, met }
    };
    expect.iter().map(judged).collect()
}
