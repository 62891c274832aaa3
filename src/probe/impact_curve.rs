//! Impact against size: `I = Y × σ × (Q / V)^δ`, and what remains of it.
//!
//! Each parent order ran beside the same seed without it. Its impact is the difference of the two log mid prices, with the
//! sign of the order: at its *peak*, over the last tenth of the time that it was worked, and *after*, over the last tenth of
//! the rest. Paths that part differ by chance too. So an order is bought and sold at the same seed, which leaves half the
//! difference of those two paths; orders of one size are averaged over the seeds before logarithms are taken; and each
//! size weighs in the fit by how well its mean is known. Intervals are the jackknife's over seeds.

use super::quiet::Parent;
use engine::traders::parent_order::Way;
use ground::ops::{exp, ln};
use ground::stats::fit::{Estimate, jackknife, line};

/// What one parent order did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ParentRun {
    pub seed: u64,
    pub parent: Parent,
    /// Lots that it traded.
    pub filled: f64,
    /// As a ratio of prices less one, roughly: differences of logarithms.
    pub peak: f64,
    pub after: f64,
}

impl ParentRun {
    /// From the paths with and without it.
    pub fn of(seed: u64, parent: Parent, filled: f64, with: &[f64], without: &[f64]) -> Self {
        let sign = if parent.way == Way::Buy { 1.0 } else { -1.0 };
        let gap = |end: u32, length: u32| {
            let (from, to) = ((end - (length / 10).clamp(1, end.max(1))) as usize, end as usize);
            let gaps = with.iter().zip(without).take(to).skip(from).map(|(with, without)| sign * (with - without));
            let (sum, n) = gaps.fold((0.0, 0.0), |(sum, n), gap| (sum + gap, n + 1.0));
            if n > 0.0 { sum / n } else { f64::NAN }
        };
        let Parent { from, over, rest, .. } = parent;
        let after = gap(from + over + rest, rest);
        Self { seed, parent, filled: filled.abs(), peak: gap(from + over, over), after }
    }
}

/// The orders of one size, worked over one time, over all seeds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Size {
    /// Traded, as a share of the daily volume.
    pub share: f64,
    pub over: u32,
    /// In units of daily volatility.
    pub peak: f64,
    pub peak_error: f64,
    pub after: f64,
    pub after_error: f64,
    pub runs: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    pub sizes: Vec<Size>,
    pub exponent: Option<Estimate>,
    pub coefficient: Option<Estimate>,
    /// Of the peak, after the rest.
    pub remaining: Option<Estimate>,
}

/// `volatility` a day, `volume` a day in lots. Runs of one seed follow each other, the same parents in each.
pub fn curve(runs: &[ParentRun], volatility: f64, volume: f64) -> Curve {
    let mut seeds: Vec<u64> = runs.iter().map(|run| run.seed).collect();
    seeds.dedup();
    let without = |left_out: Option<usize>| sizes(runs, left_out.map(|index| seeds[index]), volatility, volume);
    let all = without(None);
    Curve {
        exponent: jackknife(seeds.len(), |left_out| law(&without(left_out)).map(|(exponent, _)| exponent)),
        coefficient: jackknife(seeds.len(), |left_out| law(&without(left_out)).map(|(_, coefficient)| coefficient)),
        remaining: jackknife(seeds.len(), |left_out| remaining(&without(left_out))),
        sizes: all,
    }
}

fn sizes(runs: &[ParentRun], left_out: Option<u64>, volatility: f64, volume: f64) -> Vec<Size> {
    let mut kinds: Vec<(f64, u32)> = Vec::new();
    for run in runs {
        let kind = (run.parent.size, run.parent.over);
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    let of_kind = |(size, over): (f64, u32)| {
        let own = |run: &&ParentRun| (run.parent.size, run.parent.over) == (size, over) && Some(run.seed) != left_out;
        let own: Vec<&ParentRun> = runs.iter().filter(own).collect();
        // What was bought and what was sold at one seed have the path without them in common.
        let seeds: Vec<&[&ParentRun]> = own.chunk_by(|one, next| one.seed == next.seed).collect();
        let mean = |of: &dyn Fn(&ParentRun) -> f64| {
            let n = seeds.len() as f64;
            let of_seed = |runs: &&[&ParentRun]| runs.iter().map(|run| of(run)).sum::<f64>() / runs.len() as f64;
            let mean = seeds.iter().map(of_seed).sum::<f64>() / n;
            let squares = seeds.iter().map(|runs| (of_seed(runs) - mean) * (of_seed(runs) - mean)).sum::<f64>();
            (mean, (squares / (n - 1.0).max(1.0) / n).sqrt())
        };
        let (peak, peak_error) = mean(&|run| run.peak / volatility);
        let (after, after_error) = mean(&|run| run.after / volatility);
        let (share, _) = mean(&|run| run.filled / volume);
        Size { share, over, peak, peak_error, after, after_error, runs: own.len() }
    };
    kinds.into_iter().map(of_kind).collect()
}

/// Errors smaller than this share of a mean count as this much: a size that is known by luck does not decide alone.
const LEAST_ERROR: f64 = 0.05;

fn law(sizes: &[Size]) -> Option<(f64, f64)> {
    let known = sizes.iter().filter(|size| size.peak > 0.0 && size.share > 0.0);
    let points: Vec<(f64, f64, f64)> = known
        .map(|size| {
            let error = (size.peak_error / size.peak).max(LEAST_ERROR);
            (ln(size.share), ln(size.peak), 1.0 / (error * error))
        })
        .collect();
    line(&points).map(|line| (line.slope, exp(line.level)))
}

/// By least squares through the origin: what is left against the peak.
fn remaining(sizes: &[Size]) -> Option<f64> {
    let (mut both, mut squares) = (0.0, 0.0);
    for size in sizes.iter().filter(|size| size.peak > 0.0) {
        let error = size.after_error.max(LEAST_ERROR * size.peak);
        let weight = 1.0 / (error * error);
        both += weight * size.peak * size.after;
        squares += weight * size.peak * size.peak;
    }
    (squares > 0.0).then_some(both / squares)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parent(size: f64, way: Way) -> Parent {
        Parent { way, size, from: 10, over: 20, rest: 20 }
    }

    #[test]
    fn an_exact_power_law_is_found_with_its_coefficient_and_what_remains() {
        let mut runs = Vec::new();
        for seed in 0..4 {
            for size in [0.001, 0.01, 0.1, 1.0] {
                let peak = 0.02 * 0.7 * ground::ops::powf(size, 0.5);
                let parent = parent(size, Way::Buy);
                runs.push(ParentRun { seed, parent, filled: size * 5_000.0, peak, after: peak * 0.6 });
            }
        }
        let curve = curve(&runs, 0.02, 5_000.0);
        let close = |estimate: Option<Estimate>, value: f64| {
            let own = estimate.unwrap();
            let (low, high) = own.interval.unwrap();
            assert!((own.value - value).abs() < 1e-9 && low <= own.value && own.value <= high, "{own:?}");
        };
        close(curve.exponent, 0.5);
        close(curve.coefficient, 0.7);
        close(curve.remaining, 0.6);
        assert_eq!(curve.sizes.len(), 4);
    }

    #[test]
    fn impact_is_the_difference_of_two_paths_with_the_sign_of_the_order() {
        // Sold from tick 10 to 30; the path falls by 0.01 by then and is back at −0.004 when the rest ends at 50.
        let without = vec![5.0; 60];
        let mut with = without.clone();
        (10..30).for_each(|tick| with[tick] -= if tick >= 28 { 0.01 } else { 0.005 });
        (30..60).for_each(|tick| with[tick] -= 0.004);
        let run = ParentRun::of(1, parent(0.1, Way::Sell), -7.0, &with, &without);
        assert!((run.peak - 0.01).abs() < 1e-12 && (run.after - 0.004).abs() < 1e-12 && run.filled == 7.0);
        // A path that was cut short says nothing of what it did not reach.
        assert!(ParentRun::of(1, parent(0.1, Way::Sell), 0.0, &with[..20], &without).after.is_nan());
    }

    #[test]
    fn what_the_path_did_anyway_cancels_between_a_buyer_and_a_seller() {
        // Without them the path rose by 0.03, 0.05 and 0.01; the gaps to it hold that, and the impact of 0.004.
        let run = |seed, way, anyway: f64| {
            let sign = if way == Way::Buy { 1.0 } else { -1.0 };
            let peak = sign * anyway + 0.004;
            ParentRun { seed, parent: parent(0.1, way), filled: 5.0, peak, after: peak }
        };
        let of_seed = |(seed, anyway)| [run(seed, Way::Buy, anyway), run(seed, Way::Sell, anyway)];
        let runs: Vec<ParentRun> = [(1, 0.03), (2, 0.05), (3, 0.01)].into_iter().flat_map(of_seed).collect();
        let size = curve(&runs, 1.0, 50.0).sizes[0];
        assert!((size.peak - 0.004).abs() < 1e-12 && size.peak_error < 1e-12 && size.runs == 6, "{size:?}");
    }

    #[test]
    fn sizes_without_impact_do_not_enter_the_fit() {
        let run = |size, peak| ParentRun { seed: 1, parent: parent(size, Way::Buy), filled: size, peak, after: 0.0 };
        let curve = curve(&[run(0.01, -0.1), run(0.1, 0.1)], 1.0, 1.0);
        assert_eq!(curve.exponent, None);
    }
}
