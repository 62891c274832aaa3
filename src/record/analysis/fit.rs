//! A straight line through logarithms, and how much of the points it explains.

use engine::measures::FitFigure;
use ground::ops::{exp, ln};
use ground::stats::fit;

/// `ln measured = intercept + slope × ln predicted`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Line {
    slope: f64,
    intercept: f64,
    r_squared: f64,
}

impl Line {
    /// Through points (predicted, measured) above zero; `None` unless two of them differ in what is predicted.
    pub fn through(points: &[(f64, f64)]) -> Option<Self> {
        let positive = points.iter().filter(|(x, y)| *x > 0.0 && *y > 0.0 && x.is_finite() && y.is_finite());
        let logs: Vec<_> = positive.map(|(x, y)| (ln(*x), ln(*y), 1.0)).collect();
        let fit::Line { slope, level } = fit::line(&logs)?;
        let mean = logs.iter().map(|(_, y, _)| y).sum::<f64>() / logs.len() as f64;
        let spread = logs.iter().map(|(_, y, _)| (y - mean) * (y - mean)).sum::<f64>();
        let left = logs.iter().map(|(x, y, _)| y - level - slope * x).map(|off| off * off).sum::<f64>();
        // A level line explains a level cloud.
        let r_squared = if spread > 0.0 { 1.0 - left / spread } else { 1.0 };
        Some(Self { slope, intercept: level, r_squared })
    }

    pub fn figure(self, of: FitFigure) -> f64 {
        match of {
            FitFigure::Slope => self.slope,
            FitFigure::Factor => exp(self.intercept),
            FitFigure::RSquared => self.r_squared,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_power_law_is_found_again() {
        let points: Vec<(f64, f64)> = [1.0, 2.0, 5.0, 10.0].map(|x: f64| (x, 3.0 * x * x)).to_vec();
        let line = Line::through(&points).unwrap();
        assert!((line.figure(FitFigure::Slope) - 2.0).abs() < 1e-12);
        assert!((line.figure(FitFigure::Factor) - 3.0).abs() < 1e-12);
        assert!((line.figure(FitFigure::RSquared) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn no_line_goes_through_points_that_do_not_differ() {
        assert_eq!(Line::through(&[]), None);
        assert_eq!(Line::through(&[(1.0, 2.0), (1.0, 3.0)]), None);
        assert_eq!(Line::through(&[(1.0, 2.0), (0.0, 3.0), (-1.0, 1.0), (2.0, f64::NAN)]), None);
    }
}
