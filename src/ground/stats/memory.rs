//! Autocorrelation of a series at many lags, and how fast it dies away.

/// Sums from which the autocorrelation at each lag follows. Those of several runs add up.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Memory {
    n: f64,
    sum: f64,
    squares: f64,
    /// By lag, from 1: pairs, and the sums of both their members and of their product.
    lags: Vec<[f64; 4]>,
}

impl Memory {
    pub fn of(series: &[f64], lags: usize) -> Self {
        let lag_sums = |lag: usize| {
            let pairs = series.iter().zip(series.iter().skip(lag));
            pairs.fold([0.0; 4], |[n, x, y, xy], (a, b)| [n + 1.0, x + a, y + b, xy + a * b])
        };
        Self {
            n: series.len() as f64,
            sum: series.iter().sum(),
            squares: series.iter().map(|x| x * x).sum(),
            lags: (1..=lags).map(lag_sums).collect(),
        }
    }

    pub fn add(&mut self, other: &Self) {
        self.n += other.n;
        self.sum += other.sum;
        self.squares += other.squares;
        self.lags.resize(self.lags.len().max(other.lags.len()), [0.0; 4]);
        for (own, other) in self.lags.iter_mut().zip(&other.lags) {
            own.iter_mut().zip(other).for_each(|(own, other)| *own += other);
        }
    }

    pub fn count(&self) -> f64 {
        self.n
    }

    pub fn lags(&self) -> usize {
        self.lags.len()
    }

    /// At a lag from 1.
    pub fn at(&self, lag: usize) -> f64 {
        let Some([n, x, y, xy]) = self.lags.get(lag.wrapping_sub(1)) else { return f64::NAN };
        let mean = self.sum / self.n;
        let covariance = xy / n - mean * (x + y) / n + mean * mean;
        covariance / (self.squares / self.n - mean * mean)
    }

    /// Mean over lags from one to another, both included.
    pub fn mean(&self, from: usize, to: usize) -> f64 {
        let to = to.min(self.lags());
        (from..=to).map(|lag| self.at(lag)).sum::<f64>() / (to + 1).saturating_sub(from) as f64
    }

    /// The exponent β of a decay as `lag^−β`, by least squares on logarithms over lags that grow by half, each the mean
    /// of its neighbourhood. `None` when fewer than three of them stand above zero.
    pub fn decay(&self, from: usize) -> Option<f64> {
        let mut points = Vec::new();
        let mut low = from.max(1);
        while low <= self.lags() {
            let high = (low + low / 2).max(low + 1).min(self.lags() + 1);
            let level = self.mean(low, high - 1);
            if level > 0.0 {
                let middle = ((low * (high - 1)) as f64).sqrt();
                points.push((crate::ops::ln(middle), crate::ops::ln(level), 1.0));
            }
            low = high;
        }
        if points.len() < 3 { None } else { super::fit::line(&points).map(|line| -line.slope) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::powf;
    use crate::rng::{Purpose, normal, stream};

    #[test]
    fn an_autoregressive_series_forgets_at_its_own_rate() {
        let mut draws = stream(1, "memory", Purpose::Traits);
        let mut x = 0.0;
        let series: Vec<f64> = (0..200_000)
            .map(|_| {
                x = 0.8 * x + normal(&mut draws);
                x
            })
            .collect();
        let memory = Memory::of(&series, 5);
        for lag in 1..=5 {
            assert!((memory.at(lag) - powf(0.8, lag as f64)).abs() < 0.02, "lag {lag}: {}", memory.at(lag));
        }
    }

    #[test]
    fn runs_pool_and_a_short_series_by_hand() {
        // 1, 2, 4, 5 about their mean of 3: −2, −1, 1, 2. Products of neighbours 2, −1, 2 over three pairs, over 10/4.
        let memory = Memory::of(&[1.0, 2.0, 4.0, 5.0], 1);
        assert!((memory.at(1) - 1.0 / 2.5).abs() < 1e-12);
        let mut twice = memory.clone();
        twice.add(&memory);
        assert!((twice.at(1) - 0.4).abs() < 1e-12);
        assert!(memory.at(0).is_nan() && memory.at(2).is_nan());
    }

    #[test]
    fn an_exact_power_law_decay_is_found() {
        let lags = (1..=200).map(|lag| [1.0, 0.0, 0.0, 0.3 * powf(f64::from(lag), -0.4)]).collect();
        let memory = Memory { n: 1.0, sum: 0.0, squares: 1.0, lags };
        assert!((memory.decay(1).unwrap() - 0.4).abs() < 0.02, "{:?}", memory.decay(1));
        assert_eq!(Memory::of(&[0.0, 1.0], 3).decay(1), None);
    }
}
