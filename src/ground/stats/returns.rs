//! Returns over a horizon, and sums that add up over runs.
//!
//! A path is a list of sessions, each the logarithms of mid prices at its ticks. Returns never span the night between two
//! sessions: nobody trades there.

/// Sums of a variable's powers. Two of them add up, so that runs can be pooled without keeping their series.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moments {
    pub n: f64,
    pub sum: f64,
    pub squares: f64,
    cubes: f64,
    fourths: f64,
}

impl Moments {
    pub fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let mut own = Self::default();
        values.into_iter().for_each(|value| own.take(value));
        own
    }

    pub fn take(&mut self, x: f64) {
        self.n += 1.0;
        self.sum += x;
        self.squares += x * x;
        self.cubes += x * x * x;
        self.fourths += x * x * x * x;
    }

    pub fn add(&mut self, other: &Self) {
        self.n += other.n;
        self.sum += other.sum;
        self.squares += other.squares;
        self.cubes += other.cubes;
        self.fourths += other.fourths;
    }

    pub fn mean(&self) -> f64 {
        self.sum / self.n
    }

    pub fn variance(&self) -> f64 {
        self.squares / self.n - self.mean() * self.mean()
    }

    /// Fourth central moment over the squared variance: 3 for a normal variable.
    pub fn kurtosis(&self) -> f64 {
        let m = self.mean();
        let fourth = self.fourths / self.n - 4.0 * m * self.cubes / self.n + 6.0 * m * m * self.squares / self.n
            - 3.0 * m * m * m * m;
        fourth / (self.variance() * self.variance())
    }
}

/// Sums of two variables and their product.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Together {
    n: f64,
    x: f64,
    y: f64,
    xx: f64,
    yy: f64,
    xy: f64,
}

impl Together {
    pub fn take(&mut self, x: f64, y: f64) {
        self.n += 1.0;
        self.x += x;
        self.y += y;
        self.xx += x * x;
        self.yy += y * y;
        self.xy += x * y;
    }

    pub fn add(&mut self, other: &Self) {
        self.n += other.n;
        self.x += other.x;
        self.y += other.y;
        self.xx += other.xx;
        self.yy += other.yy;
        self.xy += other.xy;
    }

    pub fn count(&self) -> f64 {
        self.n
    }

    pub fn correlation(&self) -> f64 {
        let (x, y) = (self.x / self.n, self.y / self.n);
        let covariance = self.xy / self.n - x * y;
        covariance / ((self.xx / self.n - x * x) * (self.yy / self.n - y * y)).sqrt()
    }
}

/// Returns over `ticks` within each session, one after the other without overlap. What is left of a session is dropped.
pub fn returns(sessions: &[Vec<f64>], ticks: usize) -> Vec<f64> {
    let ticks = ticks.max(1);
    let of_session = |log_mids: &Vec<f64>| -> Vec<f64> {
        let places = (0..log_mids.len()).step_by(ticks);
        let marks: Vec<f64> = places.map(|place| log_mids[place]).collect();
        marks.windows(2).map(|pair| pair[1] - pair[0]).collect()
    };
    sessions.iter().flat_map(of_session).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kurtosis_of_a_coin_is_one_and_of_a_known_series_as_by_hand() {
        assert!((Moments::of([1.0, -1.0, 1.0, -1.0]).kurtosis() - 1.0).abs() < 1e-12);
        // Mean 1, deviations −1, −1, −1, 3: second moment 3, fourth (1 + 1 + 1 + 81) / 4 = 21.
        assert!((Moments::of([0.0, 0.0, 0.0, 4.0]).kurtosis() - 21.0 / 9.0).abs() < 1e-12);
    }

    #[test]
    fn pooled_sums_are_the_sums_of_the_pool() {
        let (first, second) = ([0.3, -1.2, 2.5], [0.1, 0.7]);
        let mut pooled = Moments::of(first);
        pooled.add(&Moments::of(second));
        let all = Moments::of(first.into_iter().chain(second));
        assert!((pooled.kurtosis() - all.kurtosis()).abs() < 1e-12);
        assert!((pooled.variance() - all.variance()).abs() < 1e-12);
    }

    #[test]
    fn no_return_spans_a_night() {
        let sessions = vec![vec![0.0, 0.1, 0.3, 0.6], vec![5.0, 5.5, 5.6]];
        let close = |got: &[f64], want: &[f64]| {
            assert_eq!(got.len(), want.len());
            got.iter().zip(want).for_each(|(got, want)| assert!((got - want).abs() < 1e-12));
        };
        close(&returns(&sessions, 1), &[0.1, 0.2, 0.3, 0.5, 0.1]);
        close(&returns(&sessions, 2), &[0.3, 0.6]);
    }

    #[test]
    fn what_moves_together_correlates() {
        let mut pair = Together::default();
        (0..10).for_each(|x| pair.take(f64::from(x), 3.0 - 2.0 * f64::from(x)));
        assert!((pair.correlation() + 1.0).abs() < 1e-12);
    }
}
