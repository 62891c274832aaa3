//! What several charts need of a run, worked out once: trading time, tracks, names, the origin line.

use super::frame::Frame;
use super::scene::Scene;
use super::series::{self, Day, Track};
use super::{Named, Picture, words};
use std::collections::{BTreeMap, BTreeSet};

/// A chart before it is rendered.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    pub name: String,
    pub title: String,
    pub caption: String,
    pub scene: Scene,
}

#[derive(Debug)]
pub struct View<'a> {
    pub picture: &'a Picture<'a>,
    pub frame: Frame,
    /// In the world's order.
    pub tracks: Vec<Track>,
    /// The same instruments without forced selling, by id.
    pub without: BTreeMap<String, Track>,
    /// First breach of each account: tick and time.
    pub breaches: BTreeMap<&'a str, (u32, &'a str)>,
}

/// The largest move of one day, close to close.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Move {
    pub day: Day,
    pub from: f64,
    /// As a share of the close before; absent when that was not positive or the price left the positive numbers.
    pub share: Option<f64>,
}

impl<'a> View<'a> {
    pub fn of(picture: &'a Picture<'a>) -> Self {
        let frame = Frame::of(picture.tables);
        let mut tracks = series::tracks(&picture.tables.prices, &frame);
        let place = |id: &str| picture.order.instruments.iter().position(|named| named.id == id).unwrap_or(usize::MAX);
        tracks.sort_by_key(|track| place(&track.instrument));
        let without = picture.without.map(|tables| series::tracks(&tables.prices, &frame)).unwrap_or_default();
        let without = without.into_iter().map(|track| (track.instrument.clone(), track)).collect();
        let breaches = series::breaches(picture.tables);
        Self { picture, frame, tracks, without, breaches }
    }

    pub fn currency(&self) -> &str {
        &self.picture.summary.currency
    }

    pub fn money(&self, value: f64) -> String {
        words::money(value, self.currency())
    }

    pub fn instrument<'n>(&'n self, id: &'n str) -> &'n str {
        label(&self.picture.order.instruments, id)
    }

    pub fn lender<'n>(&'n self, id: &'n str) -> &'n str {
        label(&self.picture.order.lenders, id)
    }

    pub fn firm<'n>(&'n self, id: &'n str) -> &'n str {
        label(&self.picture.order.firms, id)
    }

    /// World, seed and build: the last line of every chart.
    pub fn origin(&self) -> String {
        let summary = self.picture.summary;
        let mut line = format!("World {}, seed {}", summary.world, summary.seed);
        if !summary.overrides.is_empty() {
            line += &format!(", with {}", summary.overrides.join(", "));
        }
        if !summary.with_liquidation {
            line += ", forced selling switched off";
        }
        line + &format!(". Firesale {}.", env!("CARGO_PKG_VERSION"))
    }

    /// `forced sales`, `forced purchases`, or `forced orders` where there were both or none is recorded.
    pub fn forced_word(&self, instrument: Option<&str>) -> &'static str {
        let rows = self.picture.tables.liquidations.iter();
        let rows = rows.filter(|row| instrument.is_none_or(|id| row.instrument == id));
        let sides: BTreeSet<&str> = rows.map(|row| row.side.as_str()).collect();
        match (sides.contains("sell"), sides.contains("buy")) {
            (true, false) => "forced sales",
            (false, true) => "forced purchases",
            _ => "forced orders",
        }
    }

    /// Firms in the world's order, those it does not name after them.
    pub fn firms(&self) -> Vec<&'a str> {
        let ids: BTreeSet<&str> = self.picture.tables.firms.iter().map(|row| row.firm.as_str()).collect();
        in_order(ids, &self.picture.order.firms)
    }

    /// Lenders that any table or the summary names, in the world's order.
    pub fn lenders(&self) -> Vec<&'a str> {
        let picture = self.picture;
        let mut ids: BTreeSet<&str> = picture.summary.lenders.keys().map(String::as_str).collect();
        ids.extend(picture.tables.lenders.iter().map(|row| row.lender.as_str()));
        in_order(ids, &picture.order.lenders)
    }
}

fn label<'n>(names: &'n [Named], id: &'n str) -> &'n str {
    names.iter().find(|named| named.id == id).map_or(id, |named| named.label.as_str())
}

fn in_order<'a>(ids: BTreeSet<&'a str>, order: &[Named]) -> Vec<&'a str> {
    let mut ids: Vec<&str> = ids.into_iter().collect();
    ids.sort_by_key(|id| order.iter().position(|named| named.id == *id).unwrap_or(usize::MAX));
    ids
}

/// The largest move between two closes (of the first day, from its first price), in share where prices allow it.
pub fn largest_move(track: &Track, frame: &Frame) -> Option<Move> {
    let days = days_from(track, frame);
    let relative = days.iter().all(|(_, day)| day.low > 0.0);
    let mut largest: Option<(f64, Move)> = None;
    for (from, day) in days {
        let share = relative.then(|| day.close / from - 1.0);
        let size = share.unwrap_or(day.close - from).abs();
        if largest.as_ref().is_none_or(|(known, _)| size > *known) {
            largest = Some((size, Move { day, from, share }));
        }
    }
    largest.map(|(_, found)| found)
}

/// Each day with the price that it began from: the close before it, or its own first.
fn days_from(track: &Track, frame: &Frame) -> Vec<(f64, Day)> {
    let days = track.days(frame);
    let mut from = days.first().map_or(0.0, |day| day.open);
    days.into_iter().map(|day| (std::mem::replace(&mut from, day.close), day)).collect()
}

/// A fall within a day of which most was back by its close.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dip {
    /// Of the low below where the day began.
    pub depth: f64,
    /// Of the close, the same way.
    pub left: f64,
    pub second: i64,
}

/// Falls within a day that are less than this are not worth a word.
const SHALLOW: f64 = 0.02;

/// The deepest dip, if there is one that the closes do not show.
pub fn deepest_dip(track: &Track, frame: &Frame) -> Option<Dip> {
    let above_zero = days_from(track, frame).into_iter().filter(|(from, day)| *from > 0.0 && day.low > 0.0);
    let dip =
        |(from, day): (f64, Day)| Dip { depth: 1.0 - day.low / from, left: 1.0 - day.close / from, second: day.second };
    let dips = above_zero.map(dip).filter(|dip| dip.depth >= SHALLOW && dip.left < dip.depth / 2.0);
    dips.max_by(|one, other| one.depth.total_cmp(&other.depth))
}

impl Dip {
    /// `fell 5.9 % on 6 May and closed 1.4 % down`.
    pub fn words(&self) -> String {
        let side = if self.left < 0.0 { "up" } else { "down" };
        let (depth, left) = (words::percent(self.depth), words::percent(self.left.abs()));
        format!("fell {depth} on {} and closed {left} {side}", words::day(self.second))
    }
}

impl Move {
    /// `fell 31 %`, `rose 5 %`, `fell by 55.90 to −37.63`.
    pub fn verb(&self) -> String {
        let down = self.day.close < self.from;
        match self.share {
            Some(share) => format!("{} {}", if down { "fell" } else { "rose" }, words::percent(share.abs())),
            None => format!(
                "{} by {} to {}",
                if down { "fell" } else { "rose" },
                words::price((self.day.close - self.from).abs()),
                words::price(self.day.close)
            ),
        }
    }

    pub fn forced_share(&self) -> Option<f64> {
        (self.day.volume > 0.0).then(|| self.day.forced / self.day.volume)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn track(marks: &[f64]) -> (Track, Frame) {
        let frame = Frame::from_times((0..marks.len()).map(|day| (day as u32, day as i64 * 86_400)));
        let track = Track {
            instrument: "A".into(),
            marks: marks.iter().copied().map(Some).collect(),
            volume: vec![10.0; marks.len()],
            forced: vec![4.0; marks.len()],
            halted: vec![false; marks.len()],
        };
        (track, frame)
    }

    #[test]
    fn a_dip_is_a_fall_within_a_day_that_its_close_does_not_show() {
        let (mut track, _) = track(&[100.0, 94.0, 98.5, 98.0, 80.0]);
        // Three hours of one day, and two of the next, which closes at its low.
        let times = [0, 3_600, 7_200, 86_400, 90_000];
        let frame = Frame::from_times(times.into_iter().enumerate().map(|(tick, second)| (tick as u32, second)));
        let dip = deepest_dip(&track, &frame).unwrap();
        assert_eq!(dip.words(), "fell 6\u{a0}% on 1\u{a0}January and closed 1.5\u{a0}% down");
        track.marks[1] = Some(98.5);
        assert_eq!(deepest_dip(&track, &frame), None);
    }

    #[test]
    fn the_largest_move_is_counted_close_to_close() {
        let (track, frame) = track(&[100.0, 90.0, 63.0, 70.0]);
        let found = largest_move(&track, &frame).unwrap();
        assert_eq!(found.from, 90.0);
        assert_eq!(found.verb(), "fell 30\u{a0}%");
        assert_eq!(found.forced_share(), Some(0.4));
    }

    #[test]
    fn prices_below_zero_have_no_percentages() {
        let (track, frame) = track(&[20.0, 18.27, -37.63, 10.01]);
        let found = largest_move(&track, &frame).unwrap();
        assert_eq!(found.share, None);
        assert_eq!(found.verb(), "fell by 55.90 to −37.63");
    }
}
