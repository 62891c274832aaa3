//! What a summary says of one market: its heights, its depths and its days, in constant space for each session.

use super::{DayRecord, PriceRecord};
use ground::units::{Lots, Price, Tick};

/// One market over the whole run, and since the moment from which runs are compared.
#[derive(Clone, Debug)]
pub struct Path {
    pub start: Price,
    pub min: Price,
    pub max: Price,
    pub end: Price,
    pub volume: Lots,
    pub forced_volume: Lots,
    pub block_volume: Lots,
    /// Highest mark so far, and the largest fall from such a height as (height, mark).
    peak: Price,
    pub drawdown: f64,
    /// Lowest mark so far, and the largest rise from such a depth.
    trough: Price,
    pub rise: f64,
    /// Mark at the moment of comparison, and the lowest and the highest since.
    pub compared: Option<(Price, Price, Price)>,
    pub days: Vec<DayRecord>,
}

impl Path {
    pub(super) fn new(start: Price, sessions: usize) -> Self {
        Self {
            start,
            min: start,
            max: start,
            end: start,
            volume: Lots::ZERO,
            forced_volume: Lots::ZERO,
            block_volume: Lots::ZERO,
            peak: start,
            drawdown: 0.0,
            trough: start,
            rise: 0.0,
            compared: None,
            days: Vec::with_capacity(sessions),
        }
    }

    /// Largest fall since the moment of comparison, as a share of the mark then.
    pub fn fall_compared(&self) -> f64 {
        match self.compared {
            Some((from, low, _)) if from.steps() > 0 => (from - low) as f64 / from.steps() as f64,
            _ => 0.0,
        }
    }

    /// Largest rise since then, as a share of the same.
    pub fn rise_compared(&self) -> f64 {
        match self.compared {
            Some((from, _, high)) if from.steps() > 0 => (high - from) as f64 / from.steps() as f64,
            _ => 0.0,
        }
    }

    pub(super) fn take(&mut self, session: usize, compare_from: Option<Tick>, record: &PriceRecord) {
        let mark = record.mark;
        self.min = self.min.min(mark);
        self.max = self.max.max(mark);
        self.end = mark;
        self.peak = self.peak.max(mark);
        self.volume += record.volume;
        self.forced_volume += record.forced_volume;
        self.block_volume += record.block_volume;
        if self.peak.steps() > 0 {
            self.drawdown = self.drawdown.max((self.peak - mark) as f64 / self.peak.steps() as f64);
        }
        self.trough = self.trough.min(mark);
        if self.trough.steps() > 0 {
            self.rise = self.rise.max((mark - self.trough) as f64 / self.trough.steps() as f64);
        }
        match (&mut self.compared, compare_from) {
            (Some((_, low, high)), _) => (*low, *high) = (mark.min(*low), mark.max(*high)),
            (None, None) => self.compared = Some((self.start, mark.min(self.start), mark.max(self.start))),
            (None, Some(from)) if record.tick >= from => self.compared = Some((mark, mark, mark)),
            (None, Some(_)) => {}
        }
        if self.days.len() <= session {
            let none = Lots::ZERO;
            let fresh = DayRecord {
                open: mark,
                high: mark,
                low: mark,
                close: mark,
                volume: none,
                forced_volume: none,
                block_volume: none,
            };
            self.days.push(fresh);
        }
        let day = &mut self.days[session];
        day.high = day.high.max(mark);
        day.low = day.low.min(mark);
        day.close = mark;
        day.volume += record.volume;
        day.forced_volume += record.forced_volume;
        day.block_volume += record.block_volume;
    }
}
