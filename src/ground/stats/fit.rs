//! A line by weighted least squares, and intervals by leaving one run out.

/// `y = level + slope × x`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    pub slope: f64,
    pub level: f64,
}

/// Through points of (x, y, weight). `None` with fewer than two places across.
pub fn line(points: &[(f64, f64, f64)]) -> Option<Line> {
    let sum = |of: &dyn Fn(f64, f64) -> f64| points.iter().map(|(x, y, w)| w * of(*x, *y)).sum::<f64>();
    let all = sum(&|_, _| 1.0);
    let (x, y) = (sum(&|x, _| x) / all, sum(&|_, y| y) / all);
    let across = sum(&|own, _| (own - x) * (own - x));
    let slope = sum(&|own, value| (own - x) * (value - y)) / across;
    (slope.is_finite() && across > 1e-12 * all).then_some(Line { slope, level: y - slope * x })
}

/// A number with its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    pub value: f64,
    /// 95 %; `None` when one run is all there is.
    pub interval: Option<(f64, f64)>,
}

/// An estimate over `runs`, from a function that leaves out one of them or none. The interval is the jackknife's:
/// Efron and Stein, "The jackknife estimate of variance", Annals of Statistics 9 (1981) 586-596.
pub fn jackknife(runs: usize, estimate: impl Fn(Option<usize>) -> Option<f64>) -> Option<Estimate> {
    let value = estimate(None).filter(|value| value.is_finite())?;
    let without: Option<Vec<f64>> = (0..runs).map(|run| estimate(Some(run)).filter(|own| own.is_finite())).collect();
    let interval = without.filter(|_| runs > 1).map(|without| {
        let n = runs as f64;
        let mean = without.iter().sum::<f64>() / n;
        let variance = without.iter().map(|own| (own - mean) * (own - mean)).sum::<f64>() * (n - 1.0) / n;
        let half = 1.96 * variance.sqrt();
        (value - half, value + half)
    });
    Some(Estimate { value, interval })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_on_a_line_give_the_line_whatever_their_weights() {
        let points: Vec<_> = (1..5).map(|x| (f64::from(x), 2.0 - 0.5 * f64::from(x), f64::from(x * x))).collect();
        let found = line(&points).unwrap();
        assert!((found.slope + 0.5).abs() < 1e-12 && (found.level - 2.0).abs() < 1e-12);
        assert_eq!(line(&points[..1]), None);
        assert_eq!(line(&[]), None);
    }

    #[test]
    fn the_jackknife_of_a_mean_is_its_standard_error() {
        let runs = [1.0, 2.0, 3.0, 6.0];
        let mean = |left_out: Option<usize>| {
            let kept: Vec<f64> = (0..4).filter(|run| Some(*run) != left_out).map(|run| runs[run]).collect();
            Some(kept.iter().sum::<f64>() / kept.len() as f64)
        };
        let found = jackknife(4, mean).unwrap();
        // Squared deviations from 3: 4 + 1 + 0 + 9 = 14; variance 14/3, of the mean 14/12.
        let half = 1.96 * (14.0f64 / 12.0).sqrt();
        let (low, high) = found.interval.unwrap();
        assert!(
            (found.value - 3.0).abs() < 1e-12 && (high - 3.0 - half).abs() < 1e-9 && (3.0 - low - half).abs() < 1e-9
        );
        assert_eq!(jackknife(1, |_| Some(1.0)), Some(Estimate { value: 1.0, interval: None }));
        assert_eq!(jackknife(3, |_| None), None);
    }
}
