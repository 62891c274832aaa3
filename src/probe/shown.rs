//! What is shown of a probe, as plain data.

use super::Found;
use super::impact_curve::Curve;
use super::quiet_stats::{QuietStats, Scales};
use super::watch::BANDS_BPS;
use engine::plan::Plan;
use results::probe::{Impact, Kurtosis, Memory, Probed, Size, Tail};

pub fn probed(found: &Found, plan: &Plan, seeds: u32) -> Probed {
    let Found { pooled, scales, unit, .. } = found;
    let depth = |place: usize| pooled.depths[place].mean() * unit;
    Probed {
        world: plan.name.clone(),
        instrument: plan.instruments[found.instrument.index()].name.clone(),
        seeds,
        impact: impact(&found.curve),
        // The first band is the best price alone, which has no distance.
        depth_best: depth(0),
        depth: (1..BANDS_BPS.len()).map(|place| (f64::from(BANDS_BPS[place]), depth(place))).collect(),
        tail: tail(pooled, scales),
        memory: memory(pooled, scales),
        kurtosis: kurtosis(pooled, scales),
    }
}

fn impact(curve: &Curve) -> Impact {
    let sizes = curve.sizes.iter();
    Impact {
        sizes: sizes
            .map(|size| Size { share: size.share, peak: size.peak, peak_error: size.peak_error, after: size.after })
            .collect(),
        exponent: curve.exponent.map(|estimate| estimate.value),
        coefficient: curve.coefficient.map(|estimate| estimate.value),
    }
}

fn tail(pooled: &QuietStats, scales: &Scales) -> Option<Tail> {
    let hill = pooled.tail.hill()?;
    Some(Tail {
        horizon: scales.words(scales.bar),
        exponent: hill.exponent,
        low: hill.low,
        high: hill.high,
        counted: hill.k,
        returns: pooled.tail.n,
        largest: pooled.tail.largest.clone(),
    })
}

fn memory(pooled: &QuietStats, scales: &Scales) -> Memory {
    let (returns, sizes) = (&pooled.returns_memory, &pooled.sizes_memory);
    let lags = 1..=sizes.lags();
    Memory {
        spell: scales.words(scales.spell),
        returns: lags.clone().map(|lag| returns.at(lag)).collect(),
        sizes: lags.map(|lag| sizes.at(lag)).collect(),
        returns_mean: returns.mean(2, 12),
        sizes_mean: sizes.mean(2, 12),
    }
}

fn kurtosis(pooled: &QuietStats, scales: &Scales) -> Vec<Kurtosis> {
    let of = |index: usize| pooled.returns.get(index).unwrap_or(&pooled.daily_return).kurtosis();
    let horizons = scales.horizons.iter().enumerate();
    horizons.map(|(index, &ticks)| Kurtosis { ticks, horizon: scales.words(ticks), value: of(index) }).collect()
}
