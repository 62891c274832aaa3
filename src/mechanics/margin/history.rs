//! How prices have moved: the returns of the last rows, one a tick or one a day's close, all instruments side by side.
//!
//! Kept by the [`Marks`](super::Marks) because a value at risk is computed from it, and only as many rows as some
//! margin model in the world looks back. A return is the change of the price and what was paid out meanwhile over its
//! size (one step at the least), so that it has a meaning at zero and below, and a dividend is no loss: what counts is
//! what a position would have gained and lost.

#![allow(clippy::float_arithmetic, reason = "a return is a statistic")]

use ground::units::{InstrumentId, Price};
use language::read::Read;

/// How often a row is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Read)]
pub enum Every {
    Tick,
    /// At each session's end.
    Day,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    tick: Rows,
    day: Rows,
}

impl History {
    /// Keeps at least so many rows from now on, the first of them from these prices.
    pub fn remember(&mut self, every: Every, rows: usize, prices: &[Price]) {
        self.rows_mut(every).remember(rows, prices);
    }

    /// Ends a row at these prices, so much having been paid out since the start, in steps; nothing on what is not in there.
    pub fn end_row(&mut self, every: Every, prices: &[Price], paid: &[f64]) {
        self.rows_mut(every).end_row(prices, paid);
    }

    /// A row of a single instrument.
    #[cfg(test)]
    pub fn push(&mut self, every: Every, by: f64) {
        let rows = self.rows_mut(every);
        let last = rows.last.clone();
        rows.end_row(&last, &[]);
        let latest = (rows.next + rows.most - 1) % rows.most;
        rows.returns[latest] = by;
    }

    /// How many rows there are.
    pub fn len(&self, every: Every) -> usize {
        self.rows(every).kept
    }

    /// The return of one instrument, so many rows back from the latest; `None` when that is not known any more or
    /// not yet.
    pub fn back(&self, every: Every, back: usize, instrument: InstrumentId) -> Option<f64> {
        self.rows(every).back(back, instrument.index())
    }

    fn rows(&self, every: Every) -> &Rows {
        match every {
            Every::Tick => &self.tick,
            Every::Day => &self.day,
        }
    }

    fn rows_mut(&mut self, every: Every) -> &mut Rows {
        match every {
            Every::Tick => &mut self.tick,
            Every::Day => &mut self.day,
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Rows {
    /// Prices at the end of the last row; empty when no rows are kept.
    last: Vec<Price>,
    /// What had been paid out by then.
    paid: Vec<f64>,
    /// A ring of rows, one after the other.
    returns: Vec<f64>,
    most: usize,
    kept: usize,
    /// Where the next row goes.
    next: usize,
}

impl Rows {
    fn remember(&mut self, rows: usize, prices: &[Price]) {
        if rows > self.most {
            assert!(self.kept == 0, "how far back is looked is known before anything happens");
            self.most = rows;
            self.last = prices.to_vec();
            self.returns = vec![0.0; rows * prices.len()];
        }
    }

    fn end_row(&mut self, prices: &[Price], paid: &[f64]) {
        if self.most == 0 {
            return;
        }
        self.paid.resize(paid.len(), 0.0);
        let row = &mut self.returns[self.next * prices.len()..][..prices.len()];
        for (index, (place, last)) in row.iter_mut().zip(&mut self.last).enumerate() {
            let price = prices[index];
            let mut change = (price - *last) as f64;
            if let (Some(paid), Some(before)) = (paid.get(index), self.paid.get_mut(index)) {
                change += paid - std::mem::replace(before, *paid);
            }
            *place = change / last.steps().unsigned_abs().max(1) as f64;
            *last = price;
        }
        self.next = (self.next + 1) % self.most;
        self.kept = (self.kept + 1).min(self.most);
    }

    fn back(&self, back: usize, instrument: usize) -> Option<f64> {
        (back < self.kept).then(|| {
            let row = (self.next + self.most - 1 - back) % self.most;
            self.returns[row * self.last.len() + instrument]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_rows_are_kept_and_no_more() {
        let mut history = History::default();
        let id = InstrumentId::new(0);
        history.remember(Every::Day, 2, &[Price::new(100)]);
        assert_eq!(history.back(Every::Day, 0, id), None);
        for price in [110, 99, 0, -5] {
            history.end_row(Every::Day, &[Price::new(price)], &[]);
            history.end_row(Every::Tick, &[Price::new(price)], &[]);
        }
        assert_eq!((history.len(Every::Day), history.len(Every::Tick)), (2, 0));
        assert_eq!(history.back(Every::Day, 0, id), Some(-5.0));
        assert_eq!(history.back(Every::Day, 1, id), Some(-1.0));
        assert_eq!(history.back(Every::Day, 2, id), None);
    }

    #[test]
    fn what_is_paid_out_is_no_loss() {
        let mut history = History::default();
        let (paying, other) = (InstrumentId::new(0), InstrumentId::new(1));
        history.remember(Every::Day, 3, &[Price::new(100), Price::new(100)]);
        // 20 are paid and the price falls by 20; then by 8, and then 4 more are paid and it falls by 8.
        for (price, paid) in [(80, 20.0), (72, 20.0), (64, 24.0)] {
            history.end_row(Every::Day, &[Price::new(price), Price::new(price)], &[paid, 0.0]);
        }
        let returns = |id| [2, 1, 0].map(|back| history.back(Every::Day, back, id).expect("a row"));
        assert_eq!(returns(paying), [0.0, -0.1, -4.0 / 72.0]);
        assert_eq!(returns(other), [-0.2, -0.1, -8.0 / 72.0]);
    }
}
