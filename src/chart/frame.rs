//! Trading time: where on the horizontal axis a moment lies.
//!
//! Charts do not show the night. Ticks follow one another at their civil distance inside a session, and between
//! two sessions lies only a thin gap, however long the market was closed. A gap is any distance between two ticks
//! well above the usual one; daily and longer ticks know no gaps. A moment while the market is closed is
//! placed at the end of the session before it or the start of the one after, as the caller says.

use super::words;
use results::rows::Tables;
use std::collections::BTreeMap;

/// Gap between two sessions, as a share of all trading time.
const GAP_SHARE: f64 = 0.012;
/// All gaps together take at most this share.
const GAPS_SHARE: f64 = 0.12;
const DAY: i64 = 86_400;

/// The recorded ticks of a run in trading time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Frame {
    ticks: Vec<u32>,
    seconds: Vec<i64>,
    places: Vec<f64>,
    sessions: Vec<Session>,
}

/// First and last index of a session's ticks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    pub first: usize,
    pub last: usize,
}

/// Where a moment outside trading hours goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    SessionBefore,
    SessionAfter,
}

/// A labelled place on the time axis.
#[derive(Clone, Debug, PartialEq)]
pub struct TimeMark {
    pub place: f64,
    pub label: String,
}

impl Frame {
    /// All ticks that any table of states recorded.
    pub fn of(tables: &Tables) -> Self {
        let mut times: BTreeMap<u32, &str> = BTreeMap::new();
        // Rows of one tick stand together: most need no look-up.
        for rows in tables.prices.chunk_by(|a, b| a.tick == b.tick) {
            times.entry(rows[0].tick).or_insert(&rows[0].time);
        }
        for rows in tables.accounts.chunk_by(|a, b| a.tick == b.tick) {
            times.entry(rows[0].tick).or_insert(&rows[0].time);
        }
        for row in &tables.firms {
            times.entry(row.tick).or_insert(&row.time);
        }
        for row in &tables.lenders {
            times.entry(row.tick).or_insert(&row.time);
        }
        for row in &tables.cascade {
            times.entry(row.tick).or_insert(&row.time);
        }
        Self::from_times(times.into_iter().filter_map(|(tick, time)| Some((tick, words::seconds(time)?))))
    }

    /// From ticks in order with their civil seconds; a tick that does not lie after the one before it is left out.
    pub fn from_times(times: impl Iterator<Item = (u32, i64)>) -> Self {
        let mut frame = Self::default();
        for (tick, at) in times {
            if frame.seconds.last().is_none_or(|last| at > *last) {
                frame.ticks.push(tick);
                frame.seconds.push(at);
            }
        }
        frame.lay_out();
        frame
    }

    fn lay_out(&mut self) {
        let mut steps: Vec<i64> = self.seconds.windows(2).map(|pair| pair[1] - pair[0]).collect();
        if self.seconds.is_empty() {
            return;
        }
        steps.sort_unstable();
        let step = steps.get(steps.len() / 2).copied().unwrap_or(1);
        let longest = if step >= DAY { i64::MAX } else { (step * 5 / 2).max(step + 1_800) };
        let mut first = 0;
        for index in 1..self.seconds.len() {
            if self.seconds[index] - self.seconds[index - 1] > longest {
                self.sessions.push(Session { first, last: index - 1 });
                first = index;
            }
        }
        self.sessions.push(Session { first, last: self.seconds.len() - 1 });
        let trading: i64 = self.sessions.iter().map(|s| self.seconds[s.last] - self.seconds[s.first]).sum();
        let gaps = (self.sessions.len() - 1).max(1) as f64;
        let gap = (trading.max(1) as f64 * GAP_SHARE.min(GAPS_SHARE / gaps)).max(step as f64);
        let mut start = 0.0;
        for session in &self.sessions {
            let open = self.seconds[session.first];
            for at in &self.seconds[session.first..=session.last] {
                self.places.push(start + (at - open) as f64);
            }
            start = self.places[session.last] + gap;
        }
    }

    pub fn is_empty(&self) -> bool {
        self.ticks.is_empty()
    }

    pub fn len(&self) -> usize {
        self.ticks.len()
    }

    pub fn sessions(&self) -> &[Session] {
        &self.sessions
    }

    pub fn place(&self, index: usize) -> f64 {
        self.places[index]
    }

    pub fn second(&self, index: usize) -> i64 {
        self.seconds[index]
    }

    pub fn tick(&self, index: usize) -> u32 {
        self.ticks[index]
    }

    /// Index of the record that a tick falls into: its own, or where a row of prices covers several ticks the next one, or the
    /// last. `None` where nothing was recorded.
    pub fn index_of(&self, tick: u32) -> Option<usize> {
        let index = self.ticks.partition_point(|recorded| *recorded < tick);
        Some(index.min(self.ticks.len().checked_sub(1)?))
    }

    /// First and last place; never of zero width.
    pub fn span(&self) -> (f64, f64) {
        let end = self.places.last().copied().unwrap_or(0.0);
        (0.0, end.max(1.0))
    }

    pub fn first_second(&self) -> Option<i64> {
        self.seconds.first().copied()
    }

    pub fn last_second(&self) -> Option<i64> {
        self.seconds.last().copied()
    }

    /// The place of a moment between the first tick and the last; outside of them, nothing.
    pub fn place_at(&self, second: i64, closed: Closed) -> Option<f64> {
        let after = self.seconds.partition_point(|at| *at < second);
        if self.seconds.get(after) == Some(&second) {
            return Some(self.places[after]);
        }
        if after == 0 || after == self.seconds.len() {
            return None;
        }
        let before = after - 1;
        if self.sessions.iter().any(|session| session.last == before) {
            return Some(match closed {
                Closed::SessionBefore => self.places[before],
                Closed::SessionAfter => self.places[after],
            });
        }
        let share = (second - self.seconds[before]) as f64 / (self.seconds[after] - self.seconds[before]) as f64;
        Some(self.places[before] + share * (self.places[after] - self.places[before]))
    }

    /// Like [`Self::place_at`], but a moment before the first tick or after the last is placed at that end.
    pub fn place_within(&self, second: i64, closed: Closed) -> Option<f64> {
        let (first, last) = (self.first_second()?, self.last_second()?);
        self.place_at(second.clamp(first, last), closed)
    }

    /// The places at which a civil day begins and ends, when any tick lies in it.
    pub fn day(&self, midnight: i64) -> Option<(f64, f64)> {
        let from = self.seconds.partition_point(|at| *at < midnight);
        let to = self.seconds.partition_point(|at| *at < midnight + DAY);
        (to > from).then(|| (self.places[from], self.places[to - 1]))
    }

    /// The places midway between two sessions.
    pub fn gaps(&self) -> Vec<f64> {
        self.sessions.windows(2).map(|pair| (self.places[pair[0].last] + self.places[pair[1].first]) / 2.0).collect()
    }

    /// Labels for an axis `pixels` wide that shows the places `across`, its labels `apart` pixels from one another.
    pub fn marks(&self, across: (f64, f64), pixels: f64, apart: f64) -> Vec<TimeMark> {
        let room = apart * (across.1 - across.0) / pixels;
        let shown = |s: &&Session| self.places[s.last] >= across.0 && self.places[s.first] <= across.1;
        let sessions: Vec<Session> = self.sessions.iter().filter(shown).copied().collect();
        let mut marks = match sessions[..] {
            [] => Vec::new(),
            [only] => self.clock_marks(only, across, room),
            _ => self.session_marks(&sessions, across, room),
        };
        if across.0 > 0.0 {
            // A part of the run must still say which day it is.
            if let Some((first, second)) =
                marks.first().and_then(|mark| Some((mark.clone(), self.second_at(mark.place)?)))
                && first.label.contains(':')
            {
                marks[0].label = format!("{} {}", words::day_short(second), first.label);
            }
        }
        marks
    }

    /// The civil second of a place inside a session.
    fn second_at(&self, place: f64) -> Option<i64> {
        let index = self.places.partition_point(|known| *known <= place).checked_sub(1)?;
        Some(self.seconds[index] + (place - self.places[index]) as i64)
    }

    /// Dates at the starts of sessions, and hours between them where there is room.
    fn session_marks(&self, sessions: &[Session], across: (f64, f64), room: f64) -> Vec<TimeMark> {
        let mut marks: Vec<TimeMark> = Vec::new();
        let mut day_before = None;
        for session in sessions {
            let (place, at) = (self.places[session.first], self.seconds[session.first]);
            // Two sessions of one day (a lunch break) need only one date.
            let label = if day_before == Some(at.div_euclid(DAY)) { words::clock(at) } else { words::day_short(at) };
            if marks.last().is_none_or(|last| place - last.place >= room) {
                marks.push(TimeMark { place, label });
                day_before = Some(at.div_euclid(DAY));
            }
        }
        let dated = marks.len() == sessions.len();
        let hours = [900, 1_800, 3_600, 7_200, 10_800].into_iter().find(|step| *step as f64 >= room);
        if let Some(step) = hours.filter(|_| dated) {
            self.fill_hours(&mut marks, sessions, step, room * 0.9);
        }
        marks.retain(|mark| mark.place >= across.0 && mark.place <= across.1);
        marks
    }

    fn fill_hours(&self, marks: &mut Vec<TimeMark>, sessions: &[Session], step: i64, room: f64) {
        for (index, session) in sessions.iter().enumerate() {
            let start = self.places[session.first];
            let next = sessions.get(index + 1).map(|next| self.places[next.first]);
            let mut at = (self.seconds[session.first].div_euclid(step) + 1) * step;
            while at <= self.seconds[session.last] {
                let place = start + (at - self.seconds[session.first]) as f64;
                if place - start >= room && next.is_none_or(|next| next - place >= room) {
                    marks.push(TimeMark { place, label: words::clock(at) });
                }
                at += step;
            }
        }
        marks.sort_by(|a, b| a.place.total_cmp(&b.place));
    }

    /// Round clock times, or days, along one unbroken session.
    fn clock_marks(&self, session: Session, across: (f64, f64), room: f64) -> Vec<TimeMark> {
        const STEPS: [i64; 24] = [
            1,
            5,
            10,
            15,
            30,
            60,
            300,
            600,
            900,
            1_800,
            3_600,
            7_200,
            10_800,
            21_600,
            43_200,
            DAY,
            2 * DAY,
            7 * DAY,
            14 * DAY,
            30 * DAY,
            91 * DAY,
            182 * DAY,
            365 * DAY,
            1_826 * DAY,
        ];
        let (start, open) = (self.places[session.first], self.seconds[session.first]);
        let first = open + (across.0 - start).max(0.0) as i64;
        let last = self.seconds[session.last].min(open + (across.1 - start) as i64);
        let step = STEPS.into_iter().find(|step| *step as f64 >= room).unwrap_or(STEPS[23].max(room as i64));
        let mut marks = Vec::new();
        let mut at = -(-first).div_euclid(step) * step;
        while at <= last {
            let label = match step {
                s if s >= 91 * DAY => words::month_and_year(at),
                s if s >= DAY => words::day_short(at),
                _ if at.rem_euclid(DAY) == 0 => words::day_short(at),
                _ => words::clock(at),
            };
            marks.push(TimeMark { place: start + (at - open) as f64, label });
            at += step;
        }
        if marks.is_empty() {
            marks.push(TimeMark { place: start + (first - open) as f64, label: words::moment(first) });
        }
        marks
    }

    /// `24 March 2021`, or `22 to 29 March 2021`, for a heading.
    pub fn dates(&self) -> String {
        let (Some(first), Some(last)) = (self.first_second(), self.last_second()) else {
            return String::new();
        };
        let (from, to) = (words::date(first), words::date(last));
        if from == to {
            return to;
        }
        let year = from.len() - 4;
        if from[year..] == to[to.len() - 4..] {
            format!("{} to {to}", words::day(first))
        } else {
            format!("{from} to {to}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(iso: &str) -> i64 {
        words::seconds(iso).unwrap()
    }

    /// Two sessions of a minute tick, 09:30 to 16:00.
    fn two_days() -> Frame {
        let mut times = Vec::new();
        for day in ["2021-03-25T09:30:00", "2021-03-26T09:30:00"] {
            let open = seconds(day);
            for minute in 0..=390 {
                times.push((times.len() as u32, open + minute * 60));
            }
        }
        Frame::from_times(times.into_iter())
    }

    /// Where a row of prices covers ten ticks, what happened in any of them is drawn in that row, and nothing is left out.
    #[test]
    fn a_tick_between_two_records_falls_into_the_one_that_covers_it() {
        let frame = Frame::from_times([(9, 600), (19, 1_200), (29, 1_800)].into_iter());
        let at = [0, 9, 10, 15, 19, 20, 29, 31].map(|tick| frame.index_of(tick));
        assert_eq!(at, [0, 0, 1, 1, 1, 2, 2, 2].map(Some));
        assert_eq!(Frame::from_times([].into_iter()).index_of(3), None);
    }

    #[test]
    fn the_night_takes_only_a_thin_gap() {
        let frame = two_days();
        assert_eq!(frame.sessions(), [Session { first: 0, last: 390 }, Session { first: 391, last: 781 }]);
        assert_eq!(frame.place(390), 23_400.0);
        // 1.2 % of 46,800 s of trading.
        assert!((frame.place(391) - 23_400.0 - 561.6).abs() < 1e-9);
    }

    #[test]
    fn a_moment_at_night_goes_to_the_session_that_the_caller_names() {
        let frame = two_days();
        let night = seconds("2021-03-25T20:00:00");
        assert_eq!(frame.place_at(night, Closed::SessionBefore), Some(frame.place(390)));
        assert_eq!(frame.place_at(night, Closed::SessionAfter), Some(frame.place(391)));
        assert_eq!(frame.place_at(seconds("2021-03-26T09:30:30"), Closed::SessionAfter), Some(frame.place(391) + 30.0));
        assert_eq!(frame.place_at(seconds("2021-04-01"), Closed::SessionAfter), None);
    }

    #[test]
    fn a_day_spans_its_ticks() {
        let frame = two_days();
        assert_eq!(frame.day(seconds("2021-03-26")), Some((frame.place(391), frame.place(781))));
        assert_eq!(frame.day(seconds("2021-03-27")), None);
    }

    #[test]
    fn sessions_are_labelled_with_their_dates() {
        let labels: Vec<String> =
            two_days().marks(two_days().span(), 300.0, 100.0).into_iter().map(|mark| mark.label).collect();
        assert_eq!(labels, ["25\u{a0}Mar", "26\u{a0}Mar"]);
        let wide: Vec<String> =
            two_days().marks(two_days().span(), 900.0, 60.0).into_iter().map(|mark| mark.label).collect();
        assert!(wide.len() > 6 && wide.contains(&"12:00".to_string()), "{wide:?}");
    }

    #[test]
    fn a_part_of_the_run_is_labelled_finely_and_with_its_day() {
        let frame = two_days();
        let open = frame.place(391);
        let marks = frame.marks((open + 1_200.0, open + 4_800.0), 500.0, 74.0);
        let labels: Vec<&str> = marks.iter().map(|mark| mark.label.as_str()).collect();
        assert_eq!(labels, ["26\u{a0}Mar 09:50", "10:00", "10:10", "10:20", "10:30", "10:40", "10:50"]);
        assert_eq!(marks[1].place, open + 1_800.0);
    }

    #[test]
    fn daily_ticks_have_no_gaps_at_weekends() {
        let friday = seconds("2021-03-26");
        let frame = Frame::from_times([(0, friday - DAY), (1, friday), (2, friday + 3 * DAY)].into_iter());
        assert_eq!(frame.sessions().len(), 1);
    }

    #[test]
    fn one_tick_and_none_are_frames_too() {
        let frame = Frame::from_times([(7, 0)].into_iter());
        assert_eq!((frame.len(), frame.span()), (1, (0.0, 1.0)));
        assert_eq!(frame.marks((0.0, 1.0), 500.0, 60.0).len(), 1);
        assert!(Frame::default().marks((0.0, 1.0), 500.0, 60.0).is_empty());
        assert_eq!(Frame::of(&Tables::default()), Frame::default());
    }

    #[test]
    fn dates_name_the_year_once() {
        assert_eq!(two_days().dates(), "25\u{a0}March to 26\u{a0}March\u{a0}2021");
    }
}
