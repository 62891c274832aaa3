//! Volatility scaling: margin follows the market's volatility, with two of the three tools that keep it from leaping.
//!
//! `multiplier = min(cap, max(floor, ratio) ^ power)`, where the ratio is today's volatility over that of an
//! ordinary day. A power of 1 is what a value at risk does; the margin of an exchange that sets its rates by hand is nearer
//! to a power below one and a floor of one.
//!
//! - *Floor*: margin is not lower than volatility over a long window makes it (Regulation 153/2013,
//!   Article 28(1)(c), ten years). The world's ordinary day stands for that window: a floor of 1 is the rule.
//! - *Stressed observations*: a part of the observations, at least a quarter, is from a stressed time
//!   (Article 28(1)(b)). Variances mix by weight: `ratio² = (1 − weight) × today² + weight × stress²`.
//!
//! In come a ratio and parameters, out comes a plain number, which becomes a rate by one rounding up.

#![expect(clippy::float_arithmetic, reason = "a multiplier is a statistic; it is rounded up once, to a rate")]

use super::super::{Marks, Requirement};
use ground::ops;
use ground::units::{Cash, InstrumentId, Rate};

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scaling {
    pub power: f64,
    /// In ordinary volatilities; 0 for none.
    pub floor: f64,
    /// Of the multiplier.
    pub cap: f64,
    pub stressed: Option<Stressed>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stressed {
    /// From 0 to 1.
    pub weight: f64,
    /// Volatility of the stressed time, in ordinary volatilities.
    pub ratio: f64,
}

impl Scaling {
    pub fn multiplier(&self, ratio: f64) -> f64 {
        let ratio = self.stressed.map_or(ratio, |stressed| stressed.mixed_with(ratio));
        let multiplier = ops::powf(ratio.max(self.floor), self.power);
        // What is not a number is more than any cap.
        if multiplier < self.cap { multiplier } else { self.cap }
    }
}

impl Stressed {
    pub fn mixed_with(&self, ratio: f64) -> f64 {
        ((1.0 - self.weight) * ratio * ratio + self.weight * self.ratio * self.ratio).sqrt()
    }
}

/// Volatility now over that of an ordinary day, of what the instrument is on; 1 where nothing is known.
pub fn ratio(marks: &Marks, instrument: InstrumentId) -> f64 {
    let about = marks.facts(instrument).underlying;
    let ordinary = marks.facts(about).daily_volatility;
    if ordinary > 0.0 { marks.estimated_volatility(about) / ordinary } else { 1.0 }
}

/// How many times what a model asks is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    pub im: Rate,
    pub mm: Rate,
}

impl Times {
    pub fn of(self, model: Requirement) -> (Cash, Cash) {
        (self.im.of_rounded_up(model.im), self.mm.of_rounded_up(model.mm))
    }
}

/// The mean of multipliers weighted by what is asked for each position; 1 where there is nothing to weigh.
#[derive(Clone, Copy, Debug, Default)]
pub struct Mean {
    im: Weighted,
    mm: Weighted,
}

#[derive(Clone, Copy, Debug, Default)]
struct Weighted {
    sum: f64,
    weights: f64,
}

impl Mean {
    pub fn weigh(&mut self, asked: Requirement, multiplier: f64) {
        for (mean, amount) in [(&mut self.im, asked.im), (&mut self.mm, asked.mm)] {
            let weight = amount.to_minor() as f64;
            mean.sum += weight * multiplier;
            mean.weights += weight;
        }
    }

    pub fn times(self) -> Times {
        let of = |mean: Weighted| if mean.weights == 0.0 { Rate::ONE } else { rate(mean.sum / mean.weights) };
        Times { im: of(self.im), mm: of(self.mm) }
    }
}

/// Rounded up to a billionth, but for the dust of binary fractions. Floats that are too large, or are none, become the ends of
/// the type.
pub fn rate(multiplier: f64) -> Rate {
    let billionths = multiplier * Rate::ONE.billionths() as f64;
    let billionths = (billionths - billionths.abs() * 4e-15).ceil();
    Rate::from_billionths((billionths as i64).clamp(0, MOST))
}

/// No multiplier is more than a million.
const MOST: i64 = 1_000_000 * Rate::ONE.billionths();
