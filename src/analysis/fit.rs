//! A straight line through logarithms, by ordinary least squares.

use crate::ops::{exp, ln};
use crate::world::file::FitFigure;

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
        let logs: Vec<(f64, f64)> = positive.map(|(x, y)| (ln(*x), ln(*y))).collect();
        let count = logs.len() as f64;
        let (sum_x, sum_y) = logs.iter().fold((0.0, 0.0), |(a, b), (x, y)| (a + x, b + y));
        let (mean_x, mean_y) = (sum_x / count, sum_y / count);
        let sum = |product: &dyn Fn(f64, f64) -> f64| -> f64 {
            logs.iter().map(|(x, y)| product(x - mean_x, y - mean_y)).sum()
        };
        let (xx, xy, yy) = (sum(&|x, _| x * x), sum(&|x, y| x * y), sum(&|_, y| y * y));
        // Not merely `xx <= 0.0`: of no points it is no number.
        if !(xx > 0.0) {
            return None;
        }
        let slope = xy / xx;
        // A level line explains a level cloud.
        let r_squared = if yy > 0.0 { xy * xy / (xx * yy) } else { 1.0 };
        Some(Self { slope, intercept: mean_y - slope * mean_x, r_squared })
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
