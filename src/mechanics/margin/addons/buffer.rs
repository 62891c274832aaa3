//! A buffer built in calm and drawn down in stress.
//!
//! The lender asks for a share (at least a quarter) more than it calculates, and lets the buffer be used up when the
//! calculated margin rises steeply (Regulation 153/2013, Article 28(1)(a)). With a calculated margin of `m` times
//! that of an ordinary day and a share of 0.25, clients pay `1.25 × m` while `m` is at most 1, then 1.25 until `m` itself
//! is 1.25, and from there on `m`.

#![expect(clippy::float_arithmetic, reason = "a multiplier is a statistic; it is rounded up once, to a rate")]

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Buffer {
    pub share: f64,
}

impl Buffer {
    /// What is asked for when the calculated margin is so many times an ordinary day's.
    pub fn on_top_of(&self, calculated: f64) -> f64 {
        calculated.max((1.0 + self.share) * calculated.min(1.0))
    }

    /// What a calculated margin is multiplied by that follows volatility by itself, now at this ratio.
    pub fn factor(&self, ratio: f64) -> f64 {
        if ratio > 1.0 { self.on_top_of(ratio) / ratio } else { 1.0 + self.share }
    }
}
