//! From rows to the lines and bars of charts.
//!
//! Everything here is plain arithmetic on rows, tested without drawing. A line is a list of strokes, one a
//! session, of places in trading time against values; values that are no finite numbers are left out. Long
//! lines are thinned to the lowest and highest value of each stretch, so that a low of one tick survives.

use super::frame::Frame;
use results::rows::{PriceRow, Tables};
use std::collections::BTreeMap;

/// Strokes of a line: (place, value), ascending in place.
pub type Strokes = Vec<Vec<(f64, f64)>>;

/// One instrument, tick by tick along a frame.
#[derive(Clone, Debug, PartialEq)]
pub struct Track {
    pub instrument: String,
    /// The price before the first tick, where all from there on is drawn.
    pub start: Option<f64>,
    /// How far it went at any tick of the run, where the whole run is drawn: rows may be kept of some ticks only.
    pub whole: Option<Whole>,
    /// The mark at each index of the frame, on the venue that traded most.
    pub marks: Vec<Option<f64>>,
    /// Units over all venues.
    pub volume: Vec<f64>,
    pub forced: Vec<f64>,
    pub halted: Vec<bool>,
}

/// What a run says of a price at all its ticks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Whole {
    /// Largest share lost from a running high, and won from a running low.
    pub fall: f64,
    pub rise: f64,
    pub low: f64,
}

/// Volume of a stretch of time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    pub from: f64,
    pub to: f64,
    pub forced: f64,
    pub other: f64,
}

/// All instruments, by id.
pub fn tracks(prices: &[PriceRow], frame: &Frame) -> Vec<Track> {
    let mut venues: BTreeMap<&str, BTreeMap<&str, f64>> = BTreeMap::new();
    for row in prices {
        let volume = venues.entry(&row.instrument).or_default().entry(&row.venue).or_default();
        *volume += finite(row.volume_units) + finite(row.block_volume_units);
    }
    let main: BTreeMap<&str, &str> = venues.into_iter().map(|(id, venues)| (id, busiest(&venues))).collect();
    let length = frame.len();
    let mut tracks: BTreeMap<&str, Track> = BTreeMap::new();
    for row in prices {
        let Some(index) = frame.index_of(row.tick) else { continue };
        let track = tracks.entry(&row.instrument).or_insert_with(|| Track {
            instrument: row.instrument.to_string(),
            start: None,
            whole: None,
            marks: vec![None; length],
            volume: vec![0.0; length],
            forced: vec![0.0; length],
            halted: vec![false; length],
        });
        // What was sold off the book was forced, all of it.
        let blocks = finite(row.block_volume_units).max(0.0);
        let forced = finite(row.forced_volume_units).clamp(0.0, finite(row.volume_units).max(0.0)) + blocks;
        track.volume[index] += finite(row.volume_units).max(0.0) + blocks;
        track.forced[index] += forced;
        if main[row.instrument.as_str()] == row.venue {
            track.marks[index] = Some(row.mark).filter(|mark| mark.is_finite());
            track.halted[index] = row.halted;
        }
    }
    tracks.into_values().collect()
}

/// The venue with the largest volume, the first by name among equals.
fn busiest<'a>(venues: &BTreeMap<&'a str, f64>) -> &'a str {
    let mut best = ("", f64::NEG_INFINITY);
    for (venue, volume) in venues {
        if *volume > best.1 {
            best = (venue, *volume);
        }
    }
    best.0
}

fn finite(value: f64) -> f64 {
    if value.is_finite() { value } else { 0.0 }
}

impl Track {
    pub fn line(&self, frame: &Frame) -> Strokes {
        let mut line = strokes(frame, |index| self.marks[index]);
        // What the first tick moved stands upright at its end: time before it has no place.
        if let (Some(start), Some(stroke)) = (self.start, line.first_mut())
            && stroke[0].1 != start
        {
            stroke.insert(0, (stroke[0].0, start));
        }
        line
    }

    pub fn forced_units(&self) -> f64 {
        self.forced.iter().sum()
    }

    pub fn volume_units(&self) -> f64 {
        self.volume.iter().sum()
    }

    /// Index of the first tick with forced volume.
    pub fn first_forced(&self) -> Option<usize> {
        self.forced.iter().position(|units| *units > 0.0)
    }

    /// The price from which all that it did is counted: that before the first tick, else the first mark.
    pub fn first_price(&self) -> Option<f64> {
        self.start.or_else(|| self.marks.iter().copied().flatten().next())
    }

    /// Seconds from one of its marks to the next: the least of them.
    pub fn step(&self, frame: &Frame) -> Option<i64> {
        let seconds: Vec<i64> = (0..self.marks.len())
            .filter(|index| self.marks[*index].is_some())
            .map(|index| frame.second(index))
            .collect();
        seconds.windows(2).map(|pair| pair[1] - pair[0]).min()
    }

    pub fn last_mark(&self) -> Option<f64> {
        self.marks.iter().rev().copied().flatten().next()
    }

    /// Stretches of places during which trading was halted, each with its first and last second on the clock.
    pub fn halts(&self, frame: &Frame) -> Vec<(f64, f64, (i64, i64))> {
        let mut halts = Vec::new();
        let between =
            |from: usize, to: usize| (frame.place(from), frame.place(to), (frame.second(from), frame.second(to)));
        for session in frame.sessions() {
            let mut since = None;
            for index in session.first..=session.last {
                match (self.halted[index], since) {
                    (true, None) => since = Some(index),
                    (false, Some(from)) => {
                        halts.push(between(from, index));
                        since = None;
                    }
                    _ => {}
                }
            }
            if let Some(from) = since {
                halts.push(between(from, session.last));
            }
        }
        halts
    }
}

/// A stroke a session from whatever `value` gives at each index of the frame.
pub fn strokes(frame: &Frame, value: impl Fn(usize) -> Option<f64>) -> Strokes {
    frame
        .sessions()
        .iter()
        .map(|session| {
            (session.first..=session.last)
                .filter_map(|index| Some((frame.place(index), value(index).filter(|v| v.is_finite())?)))
                .collect::<Vec<_>>()
        })
        .filter(|stroke| !stroke.is_empty())
        .collect()
}

/// A line from rows that need not cover every tick: (tick, value).
pub fn strokes_of(frame: &Frame, rows: impl Iterator<Item = (u32, f64)>) -> Strokes {
    let mut values = vec![None; frame.len()];
    for (tick, value) in rows {
        if let Some(index) = frame.index_of(tick) {
            values[index] = Some(value);
        }
    }
    strokes(frame, |index| values[index])
}

/// Keeps of each of `stretches` equal parts of the whole line its first, lowest, highest and last point.
pub fn thin(line: &Strokes, span: (f64, f64), stretches: usize) -> Strokes {
    let total: usize = line.iter().map(Vec::len).sum();
    if total <= 2 * stretches {
        return line.clone();
    }
    let width = (span.1 - span.0) / stretches as f64;
    line.iter().map(|stroke| thin_stroke(stroke, span.0, width)).collect()
}

fn thin_stroke(stroke: &[(f64, f64)], start: f64, width: f64) -> Vec<(f64, f64)> {
    let part = |place: f64| ((place - start) / width) as i64;
    let mut kept = Vec::new();
    let mut from = 0;
    while from < stroke.len() {
        let here = part(stroke[from].0);
        let to = from + stroke[from..].iter().take_while(|point| part(point.0) == here).count();
        let within = &stroke[from..to];
        let lowest = (0..within.len()).min_by(|a, b| within[*a].1.total_cmp(&within[*b].1)).unwrap_or(0);
        let highest = (0..within.len()).max_by(|a, b| within[*a].1.total_cmp(&within[*b].1)).unwrap_or(0);
        let mut indices = [lowest, highest];
        indices.sort_unstable();
        // The ends of the stroke stay, so that it spans its session.
        let ends = (from == 0).then_some(0).into_iter().chain(indices);
        let ends = ends.chain((to == stroke.len()).then_some(within.len() - 1));
        let mut last = None;
        for index in ends {
            if last != Some(index) {
                kept.push(within[index]);
                last = Some(index);
            }
        }
        from = to;
    }
    kept
}

/// Volume in stretches of a round length, at most `most` of them over all sessions.
pub fn bars(track: &Track, frame: &Frame, most: usize) -> (Vec<Bar>, i64) {
    const LENGTHS: [i64; 16] =
        [1, 5, 15, 60, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 86_400, 604_800, 2_592_000, 31_536_000];
    // What a row has was traded since the one before it, and the first of a session since it opened.
    let row = track.step(frame).unwrap_or(0);
    let trading: i64 = frame.sessions().iter().map(|s| frame.second(s.last) - frame.second(s.first) + row).sum();
    let fits = |length: &i64| *length >= row && trading / length + (frame.sessions().len() as i64) < most as i64;
    let length = LENGTHS.into_iter().find(fits).unwrap_or((trading.max(1) / most.max(1) as i64 + 1).max(row));
    let mut bars = Vec::new();
    let mut free = 0.0;
    for session in frame.sessions() {
        let open = frame.second(session.first) - row;
        let part = |index: usize| (frame.second(index) - open - 1).max(0).div_euclid(length);
        let mut index = session.first;
        while index <= session.last {
            let here = part(index);
            let (mut forced, mut volume) = (0.0, 0.0);
            while index <= session.last && part(index) == here {
                forced += track.forced[index];
                volume += track.volume[index];
                index += 1;
            }
            // Before the first row there is no place but the edge, or the gap between two sessions.
            let from = frame.place(session.first) + (here * length - row) as f64;
            let (from, to) = (from.max(free), (from + length as f64).max(free));
            bars.push(Bar { from, to, forced, other: (volume - forced).max(0.0) });
        }
        free = frame.place(session.last);
    }
    (bars, length)
}

/// Lowest and highest value of some lines.
pub fn extent<'a>(lines: impl IntoIterator<Item = &'a Strokes>) -> Option<(f64, f64)> {
    let mut extent = None;
    for (_, value) in lines.into_iter().flatten().flatten() {
        let (low, high) = extent.unwrap_or((*value, *value));
        extent = Some((low.min(*value), high.max(*value)));
    }
    extent
}

/// An account's first breach. In this order they broke: those of one tick by their number, which is that in which their
/// lenders gave up on them; what broke because of another has the higher one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct First<'a> {
    pub tick: u32,
    /// The largest number where no table has it.
    pub breach: u32,
    pub time: &'a str,
}

/// When each account first was breached: from the breaches themselves, else from the accounts' states.
pub fn breaches(tables: &Tables) -> BTreeMap<&str, First<'_>> {
    let mut first: BTreeMap<&str, First> = BTreeMap::new();
    let liquidations = tables.liquidations.iter().map(|row| (&row.account, row.tick, row.breach, &row.time));
    let cascade = tables.cascade.iter().map(|row| (&row.account, row.tick, row.breach, &row.time));
    let breached = tables.accounts.iter().filter(|row| row.state == "breached");
    let states = breached.map(|row| (&row.account, row.tick, u32::MAX, &row.time));
    for (account, tick, breach, time) in liquidations.chain(cascade).chain(states) {
        let this = First { tick, breach, time };
        let known = first.entry(account).or_insert(this);
        *known = this.min(*known);
    }
    first
}

#[cfg(test)]
mod tests {
    use super::*;
    use results::stamp::Stamp;

    fn minutes(count: u32) -> Frame {
        Frame::from_times((0..count).map(|tick| (tick, i64::from(tick) * 60)))
    }

    fn row(tick: u32, venue: &str, mark: f64, volume: f64, forced: f64) -> PriceRow {
        PriceRow {
            tick,
            time: Stamp::of(0),
            instrument: "A".into(),
            venue: venue.into(),
            mid: None,
            mark,
            bid: None,
            ask: None,
            bid_depth_1pct_units: 0.0,
            ask_depth_1pct_units: 0.0,
            volume_units: volume,
            forced_volume_units: forced,
            block_volume_units: 0.0,
            open_interest_units: None,
            halted: tick == 2,
        }
    }

    #[test]
    fn the_busiest_venue_gives_the_price_and_all_give_the_volume() {
        let rows = [row(0, "small", 9.0, 1.0, 0.0), row(0, "large", 10.0, 5.0, 2.0), row(1, "large", 11.0, 4.0, 9.0)];
        let track = &tracks(&rows, &minutes(3))[0];
        assert_eq!(track.marks, [Some(10.0), Some(11.0), None]);
        assert_eq!(track.volume, [6.0, 4.0, 0.0]);
        // Forced volume cannot exceed volume.
        assert_eq!(track.forced, [2.0, 4.0, 0.0]);
        assert_eq!(track.first_forced(), Some(0));
    }

    #[test]
    fn numbers_that_are_none_leave_gaps() {
        let rows = [row(0, "v", f64::NAN, f64::NAN, f64::INFINITY), row(1, "v", 2.0, 1.0, 0.0)];
        let frame = minutes(2);
        let track = &tracks(&rows, &frame)[0];
        assert_eq!(track.line(&frame), vec![vec![(60.0, 2.0)]]);
        assert_eq!(track.volume_units(), 1.0);
    }

    #[test]
    fn halts_are_stretches_of_places() {
        let rows: Vec<PriceRow> = (0..5).map(|tick| row(tick, "v", 1.0, 0.0, 0.0)).collect();
        let frame = minutes(5);
        assert_eq!(tracks(&rows, &frame)[0].halts(&frame), [(120.0, 180.0, (120, 180))]);
    }

    #[test]
    fn a_low_of_one_tick_survives_thinning() {
        let line = vec![(0..100_000).map(|i| (f64::from(i), if i == 54_321 { -9.0 } else { 1.0 })).collect()];
        let thinned = thin(&line, (0.0, 100_000.0), 800);
        assert!(thinned[0].len() <= 1_602, "{}", thinned[0].len());
        assert!(thinned[0].contains(&(54_321.0, -9.0)));
        assert_eq!((thinned[0][0].0, thinned[0][thinned[0].len() - 1].0), (0.0, 99_999.0));
        assert!(thinned[0].windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn a_bar_is_no_shorter_than_a_row_and_the_first_of_a_session_holds_no_more_than_another() {
        // Two days of four quarters of an hour, each of which trades ten.
        let seconds = (0..8).map(|tick: i64| tick / 4 * 86_400 + (tick % 4 + 1) * 900);
        let frame = Frame::from_times((0..).zip(seconds));
        let rows: Vec<PriceRow> = (0..8).map(|tick| row(tick, "v", 1.0, 10.0, 0.0)).collect();
        let (bars, length) = bars(&tracks(&rows, &frame)[0], &frame, 170);
        assert_eq!((length, bars.len(), frame.sessions().len()), (900, 8, 2));
        assert!(bars.iter().all(|bar| bar.other == 10.0), "{bars:?}");
        assert!(bars.windows(2).all(|pair| pair[0].to <= pair[1].from), "{bars:?}");
    }

    #[test]
    fn bars_add_up_to_the_volume() {
        let frame = minutes(391);
        let rows: Vec<PriceRow> = (0..391).map(|tick| row(tick, "v", 1.0, 10.0, 4.0)).collect();
        let (bars, length) = bars(&tracks(&rows, &frame)[0], &frame, 100);
        assert_eq!(length, 300);
        // The five minutes that the first five ticks end in, of which the first begins before anything is drawn.
        assert_eq!(bars[0], Bar { from: 0.0, to: 240.0, forced: 20.0, other: 30.0 });
        assert_eq!(bars[1], Bar { from: 240.0, to: 540.0, forced: 20.0, other: 30.0 });
        assert_eq!(bars.len(), 79);
        assert_eq!(bars.iter().map(|bar| bar.forced).sum::<f64>(), 1_564.0);
    }
}
