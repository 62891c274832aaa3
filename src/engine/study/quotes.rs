//! Mean spread, and how fast the middle of the market moves.

use super::{Moments, Quoted};
use results::study::QuotesSummary;

/// Of one market. Ticks in which a side is empty at either end do not count.
#[derive(Clone, Copy, Debug, Default)]
pub struct Quotes {
    /// In steps.
    spread: Moments,
    /// Twice the middle at the end of the last tick, in steps.
    before: Option<i64>,
    /// Squares of the moves of twice the middle from tick to tick.
    moves: Moments,
}

impl Quotes {
    pub fn take(&mut self, now: &Quoted) {
        let Some((bid, ask)) = now.both() else {
            self.before = None;
            return;
        };
        self.spread.take((ask - bid) as f64);
        let middle = bid.steps() + ask.steps();
        if let Some(before) = self.before.replace(middle) {
            let step = (middle - before) as f64;
            self.moves.take(step * step);
        }
    }

    /// `step_size` in currency, `tick` in seconds.
    pub fn summary(&self, step_size: f64, tick: f64) -> QuotesSummary {
        let square = self.moves.mean().unwrap_or_default() / 4.0;
        QuotesSummary {
            ticks: self.spread.count,
            mean_spread: self.spread.mean().unwrap_or_default() * step_size,
            diffusion_per_second: square * step_size * step_size / tick,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ground::units::{Lots, Price};

    #[test]
    fn spread_and_moves_count_where_both_sides_quote() {
        let mut quotes = Quotes::default();
        let quoted = |bid, ask: Option<i64>| Quoted {
            bid: Some(Price::new(bid)),
            ask: ask.map(Price::new),
            at_bid: Lots::new(1),
            at_ask: Lots::new(1),
        };
        // Spreads of 2, 4 and 6 cents; the middle moves by one cent, and after the gap anew.
        for now in [quoted(100, Some(102)), quoted(100, Some(104)), quoted(100, None), quoted(90, Some(96))] {
            quotes.take(&now);
        }
        let summary = quotes.summary(0.01, 2.0);
        assert_eq!(summary.ticks, 3);
        assert!((summary.mean_spread - 0.04).abs() < 1e-12);
        assert!((summary.diffusion_per_second - 0.01 * 0.01 / 2.0).abs() < 1e-15);
    }
}
