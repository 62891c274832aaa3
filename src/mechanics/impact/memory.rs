//! What is left of past volume where impact fades by a power of time.
//!
//! Volume that comes at an even pace through a tick weighs, `n` ticks later,
//!
//! `(T / h)^β × ((n + 1)^(1 − β) − n^(1 − β))`
//!
//! for ticks of `h`: so a sale at an even pace over `T` weighs its size at its end, and after a wait `w`
//! the part `(1 + w / T)^(1 − β) − (w / T)^(1 − β)` of it is left.
//!
//! Nobody can look back over all ticks in each. A power is a sum of exponentials, `t^(−β) ∝ Σ s^β e^(−s t)` over rates `s`
//! a factor of two apart, to a millionth (the trapezoidal rule for the integral of the gamma function in the logarithm of
//! `s`), so a few dozen numbers remember everything: one for each rate, one for what is slower than all of them and so
//! stays, and one for what is faster, which is gone in the next tick.

use ground::ops::{exp, powf};

/// Rates, from eight a tick down to one in a quarter of a billion ticks.
const RATES: usize = 32;
const FASTEST: f64 = 8.0;
/// Ticks after which the sum is made to be exact.
const EXACT_AT: f64 = 64.0;

#[derive(Clone, Copy, Debug)]
pub struct Memory {
    /// Left of the volume, by rate.
    left: [f64; RATES],
    stays: f64,
    fresh: f64,
    /// What of it remains after a tick.
    keeps: [f64; RATES],
    /// What a lot of this tick adds.
    adds: [f64; RATES],
    adds_for_good: f64,
    adds_now: f64,
}

impl Memory {
    /// `over`: the ticks of an even sale that weighs its size at its end. `lasting`: the part of that which stays.
    pub fn new(exponent: f64, over: f64, lasting: f64) -> Self {
        let rate = |place: usize| FASTEST * powf(0.5, place as f64);
        let rates: [f64; RATES] = std::array::from_fn(rate);
        // Slower ones, to the slowest there are: a geometric series.
        let half = powf(0.5, exponent);
        let slower = powf(rates[RATES - 1], exponent) * half / (1.0 - half);
        let powers = rates.map(|rate| powf(rate, exponent));
        let there: f64 = rates.iter().zip(&powers).map(|(rate, power)| power * exp(-rate * EXACT_AT)).sum();
        let norm = powf(EXACT_AT, -exponent) / (there + slower);
        let fades = (1.0 - lasting) * powf(over, exponent);
        let scale = (1.0 - exponent) * fades;
        let of_a_tick = |rate: f64| (1.0 - exp(-rate)) / rate;
        let adds: [f64; RATES] = std::array::from_fn(|at| scale * norm * powers[at] * of_a_tick(rates[at]));
        let slowest = scale * norm * slower;
        let adds_now = fades - adds.iter().sum::<f64>() - slowest;
        let adds_for_good = slowest + lasting;
        Self {
            left: [0.0; RATES],
            stays: 0.0,
            fresh: 0.0,
            keeps: rates.map(|rate| exp(-rate)),
            adds,
            adds_for_good,
            adds_now,
        }
    }

    /// A tick has passed. What weighs now.
    pub fn fade(&mut self) -> f64 {
        self.fresh = 0.0;
        for (left, keeps) in self.left.iter_mut().zip(&self.keeps) {
            *left *= keeps;
        }
        self.weight()
    }

    /// So many lots more in this tick. What weighs now.
    pub fn push(&mut self, lots: f64) -> f64 {
        for (left, adds) in self.left.iter_mut().zip(&self.adds) {
            *left += lots * adds;
        }
        self.stays += lots * self.adds_for_good;
        self.fresh += lots * self.adds_now;
        self.weight()
    }

    /// What a lot of this tick weighs at its end.
    pub fn fresh_weight(&self) -> f64 {
        self.adds.iter().sum::<f64>() + self.adds_for_good + self.adds_now
    }

    fn weight(&self) -> f64 {
        self.left.iter().sum::<f64>() + self.stays + self.fresh
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// After so many ticks a lot weighs what the power says.
    #[test]
    fn a_few_dozen_numbers_remember_as_the_power_does() {
        for exponent in [0.05, 0.3, 0.5, 0.9] {
            let mut memory = Memory::new(exponent, 1.0, 0.0);
            assert!((memory.push(1.0) - 1.0).abs() < 1e-12, "in its own tick all of it");
            for tick in 1..=100_000 {
                let left = memory.fade();
                let n = f64::from(tick);
                let power = powf(n + 1.0, 1.0 - exponent) - powf(n, 1.0 - exponent);
                if tick < 100 || tick % 1_000 == 0 {
                    assert!((left / power - 1.0).abs() < 1e-4, "{exponent}, {tick}: {left} for {power}");
                }
            }
        }
    }

    /// A third stays: after waiting T, 1/3 + 2/3 × 0.4142 is left, and nearly a third after ten thousand T.
    #[test]
    fn a_part_that_lasts_is_there_at_the_end() {
        let mut memory = Memory::new(0.5, 100.0, 1.0 / 3.0);
        let mut weight = 0.0;
        for _ in 0..100 {
            memory.fade();
            weight = memory.push(1.0);
        }
        assert!((weight - 100.0).abs() < 0.01);
        for ticks in [(100, 0.609_5), (999_900, 0.336_7)] {
            (0..ticks.0).for_each(|_| weight = memory.fade());
            assert!((weight / 100.0 - ticks.1).abs() < 2e-4, "{weight}");
        }
    }

    /// Facts of the propagator: what is left of a sale over T after waiting T/4, T, 4 T and 10 T.
    #[test]
    fn what_an_even_sale_leaves() {
        let cases = [(0.5, [0.618, 0.414, 0.236, 0.154]), (0.3, [0.790, 0.625, 0.446, 0.346])];
        for (exponent, left) in cases {
            let mut memory = Memory::new(exponent, 400.0, 0.0);
            let mut weight = 0.0;
            for _ in 0..400 {
                memory.fade();
                weight = memory.push(1.0);
            }
            assert!((weight - 400.0).abs() < 0.02, "its size at its end: {weight}");
            let mut waited = 0;
            for (wait, left) in [100, 400, 1_600, 4_000].into_iter().zip(left) {
                while waited < wait {
                    weight = memory.fade();
                    waited += 1;
                }
                assert!((weight / 400.0 - left).abs() < 6e-4, "{exponent}, {wait}: {}", weight / 400.0);
            }
        }
    }
}
