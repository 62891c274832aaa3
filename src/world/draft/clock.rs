//! The calendar: sessions and their ticks.
//!
//! - Sessions open on weekdays that are no holidays, from `start` on; when `start` itself is none, on
//!   the next one.
//! - A continuous market is cut at each midnight into sessions that follow one another.
//! - Whatever has a length is a whole number of ticks: a session, its auction, the run of a continuous
//!   market and, there, a day. A tick that would be cut short is refused rather than rounded.

use crate::file::{CalendarFile, ClockFile};
use engine::plan::{Calendar, Session};
use ground::moments::{Day, HourMinute, Moment, When};
use ground::units::{Span, Tick, Time};
use jiff::civil::{Date, DateTime, Weekday};
use language::findings::Findings;

/// No run has more ticks than this: the tables of one would fill a disk.
pub const MOST_TICKS: i64 = 20_000_000;
const MOST_SESSIONS: u32 = 100_000;
const DAY_SECONDS: i64 = 86_400;
/// What falls due within a year after the run has a date.
const DAYS_BEYOND: usize = 366;

/// What is wrong is among the findings. `None` when no clock can be made of it at all; otherwise one that is
/// near enough to what was meant to say whether a shock or a day lies within it.
pub fn calendar(clock: &ClockFile, findings: &mut Findings) -> Option<Calendar> {
    if clock.tick == Span::ZERO {
        findings.add("clock.tick", "a tick that takes no time", "give a length such as \"1m\"");
        return None;
    }
    match &clock.calendar {
        CalendarFile::Sessions { open, close, days, holidays, opening_auction } => {
            let day = first_day(clock.start, findings);
            let hours = trading_hours(clock.tick, *open, *close, *opening_auction, findings)?;
            sessions(day, *days, holidays, hours, findings)
        }
        CalendarFile::Continuous { length } => continuous(clock.start, clock.tick, *length, findings),
    }
}

/// When the world begins: with sessions, at the opening of its first day, for no time passes before it.
pub fn start(clock: &ClockFile) -> Time {
    match clock.start {
        When::At(moment) => moment.time(),
        When::Close(day) => {
            let open = match &clock.calendar {
                CalendarFile::Sessions { open, .. } => open.0,
                CalendarFile::Continuous { .. } => jiff::civil::Time::midnight(),
            };
            Time::from_civil(day.0.to_datetime(open))
        }
    }
}

/// Ticks in a day's trading; at least one, whatever is wrong with the clock.
pub fn ticks_in_day(clock: &ClockFile) -> f64 {
    let seconds = match &clock.calendar {
        CalendarFile::Sessions { open, close, .. } => close.0.duration_since(open.0).as_secs().max(0),
        CalendarFile::Continuous { .. } => DAY_SECONDS,
    };
    (seconds / clock.tick.as_seconds().max(1)).max(1) as f64
}

/// Trading hours of every session, in seconds after midnight and ticks.
#[derive(Clone, Copy)]
struct Hours {
    tick: Span,
    open: HourMinute,
    ticks: i64,
    auction_ticks: i64,
}

fn first_day(start: When, findings: &mut Findings) -> Date {
    match start {
        When::Close(day) => day.0,
        When::At(moment) => {
            findings.add(
                "clock.start",
                format!("{moment} is a moment, but a market with sessions starts with a day"),
                format!("write \"{}\"; the session opens at its own time", moment.0.date()),
            );
            moment.0.date()
        }
    }
}

fn trading_hours(
    tick: Span,
    open: HourMinute,
    close: HourMinute,
    auction: Span,
    findings: &mut Findings,
) -> Option<Hours> {
    let path = "clock.calendar.sessions";
    let length = (on(Date::MIN, close) - on(Date::MIN, open)).as_seconds();
    let tick_seconds = tick.as_seconds();
    if length <= 0 {
        findings.add(
            format_args!("{path}.close"),
            format!("the session closes at {close}, not after it opens at {open}"),
            "give a close later in the same day; for a market that runs through midnight use Continuous",
        );
        return None;
    }
    if tick_seconds > length {
        findings.add(
            "clock.tick",
            format!("a tick of {tick} is longer than the session of {}", Span::seconds(length)),
            "shorten the tick or lengthen the session",
        );
        return Some(Hours { tick: Span::seconds(length), open, ticks: 1, auction_ticks: 0 });
    }
    if length % tick_seconds != 0 {
        findings.add(
            "clock.tick",
            format!("a session of {} is not a whole number of ticks of {tick}", Span::seconds(length)),
            format!("take a tick of {}, or change the hours", near_divisor(length, tick_seconds)),
        );
        let tick = near_divisor(length, tick_seconds);
        return Some(Hours { tick, open, ticks: length / tick.as_seconds(), auction_ticks: 0 });
    }
    if auction.as_seconds() >= length {
        findings.add(
            format_args!("{path}.opening_auction"),
            format!("the auction of {auction} leaves nothing of the session of {}", Span::seconds(length)),
            "shorten it, or write \"0s\" for none",
        );
    } else if auction.as_seconds() % tick_seconds != 0 {
        findings.add(
            format_args!("{path}.opening_auction"),
            format!("the auction of {auction} is not a whole number of ticks of {tick}"),
            format!("write a multiple of {tick}, or \"0s\" for none"),
        );
    }
    let auction_ticks = (auction.as_seconds() / tick_seconds).min(length / tick_seconds - 1);
    Some(Hours { tick, open, ticks: length / tick_seconds, auction_ticks })
}

fn sessions(start: Date, days: u32, holidays: &[Day], hours: Hours, findings: &mut Findings) -> Option<Calendar> {
    let path = "clock.calendar.sessions.days";
    if days == 0 || days > MOST_SESSIONS {
        findings.add(path, format!("a run of {days} sessions"), format!("give a number from 1 to {MOST_SESSIONS}"));
        return None;
    }
    if !few_enough(i64::from(days) * hours.ticks, path, findings) {
        return None;
    }
    let mut closed: Vec<Date> = holidays.iter().map(|day| day.0).collect();
    closed.sort_unstable();
    let length = Span::seconds(hours.ticks * hours.tick.as_seconds());
    let trades = |day: Date| {
        !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) && closed.binary_search(&day).is_err()
    };
    let mut list = Vec::with_capacity(days as usize);
    let mut first = 0;
    let mut day = start;
    while list.len() < days as usize {
        if trades(day) {
            let open = on(day, hours.open);
            let (ticks, auction_ticks) = (whole(hours.ticks), whole(hours.auction_ticks));
            list.push(Session { open, close: open + length, first: Tick::new(first), ticks, auction_ticks });
            first += ticks;
        }
        let Ok(next) = day.tomorrow() else {
            findings.add("clock.start", "the run goes beyond the year 9999", "start earlier or run fewer days");
            return None;
        };
        day = next;
    }
    let beyond = std::iter::successors(Some(day), |day| day.tomorrow().ok()).take(DAYS_BEYOND);
    let later = beyond.filter(|day| trades(*day)).map(|day| on(day, hours.open) + length).collect();
    Some(Calendar { tick: hours.tick, sessions: list, ticks: first, continuous: false, later })
}

fn continuous(start: When, tick: Span, length: Span, findings: &mut Findings) -> Option<Calendar> {
    let before = findings.list().len();
    let path = "clock.calendar.continuous.length";
    let step = tick.as_seconds();
    let begin = match start {
        When::Close(day) => Time::from_civil(day.0.to_datetime(jiff::civil::Time::midnight())),
        When::At(Moment(moment)) => Time::from_civil(moment),
    };
    if DAY_SECONDS % step != 0 {
        findings.add(
            "clock.tick",
            format!("a day is not a whole number of ticks of {tick}"),
            format!("take a tick of {}", near_divisor(DAY_SECONDS, step)),
        );
    } else if begin.seconds().rem_euclid(step) != 0 {
        findings.add(
            "clock.start",
            format!("the start is not a whole number of ticks of {tick} after midnight"),
            "start on the grid of ticks, for instance at 00:00",
        );
    }
    if length == Span::ZERO {
        findings.add(path, "a run that takes no time", "give a length such as \"2d\"");
    } else if length.as_seconds() % step != 0 {
        findings.add(
            path,
            format!("a run of {length} is not a whole number of ticks of {tick}"),
            format!("write a multiple of {tick}"),
        );
    }
    let end = begin + length;
    if end > Time::from_civil(DateTime::MAX) {
        findings.add("clock.start", "the run goes beyond the year 9999", "start earlier or run shorter");
    }
    let enough = few_enough(length.as_seconds() / step, path, findings);
    if !enough || findings.list().len() != before {
        return None;
    }
    let mut list = Vec::new();
    let mut first = 0;
    let mut open = begin;
    while open < end {
        let midnight = Time::from_seconds((open.seconds().div_euclid(DAY_SECONDS) + 1) * DAY_SECONDS);
        let close = midnight.min(end);
        let ticks = whole((close - open).as_seconds() / step);
        list.push(Session { open, close, first: Tick::new(first), ticks, auction_ticks: 0 });
        first += ticks;
        open = close;
    }
    let days = (1..=DAYS_BEYOND as i64).map(|day| (end.seconds() - 1).div_euclid(DAY_SECONDS) + 1 + day);
    let later = days.map(|day| Time::from_seconds(day * DAY_SECONDS)).collect();
    Some(Calendar { tick, sessions: list, ticks: first, continuous: true, later })
}

fn few_enough(ticks: i64, path: &str, findings: &mut Findings) -> bool {
    if ticks > MOST_TICKS {
        findings.add(
            path,
            format!("the run would have {ticks} ticks, more than {MOST_TICKS}"),
            "run for a shorter time or take a longer tick",
        );
    }
    ticks <= MOST_TICKS
}

fn on(day: Date, time: HourMinute) -> Time {
    Time::from_civil(day.to_datetime(time.0))
}

fn whole(ticks: i64) -> u32 {
    u32::try_from(ticks).expect("bounded by the largest number of ticks")
}

/// The longest time not above `wanted` seconds that divides `length`.
fn near_divisor(length: i64, wanted: i64) -> Span {
    let divisor = (1..=wanted.min(length)).rev().find(|seconds| length % seconds == 0);
    Span::seconds(divisor.unwrap_or(1))
}

/// The session of a civil day, when there is one.
pub fn session_on(calendar: &Calendar, day: Day) -> Option<&Session> {
    let index = calendar.sessions.partition_point(|session| session.open.to_civil().date() < day.0);
    calendar.sessions.get(index).filter(|session| session.open.to_civil().date() == day.0)
}

/// Start of the first tick and end of the last.
pub fn bounds(calendar: &Calendar) -> (Time, Time) {
    let (first, last) = (calendar.sessions.first(), calendar.sessions.last());
    (first.expect("a calendar has a session").open, last.expect("a calendar has a session").close)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock(start: &str, tick: &str, calendar: CalendarFile) -> ClockFile {
        ClockFile { start: start.parse().unwrap(), tick: tick.parse().unwrap(), calendar, zone: None }
    }

    fn hours(days: u32, holidays: &[&str], auction: &str) -> CalendarFile {
        CalendarFile::Sessions {
            open: "09:30".parse().unwrap(),
            close: "16:00".parse().unwrap(),
            days,
            holidays: holidays.iter().map(|day| day.parse().unwrap()).collect(),
            opening_auction: auction.parse().unwrap(),
        }
    }

    fn read(clock: &ClockFile) -> Result<Calendar, Vec<String>> {
        let mut findings = Findings::default();
        let calendar = calendar(clock, &mut findings);
        let paths: Vec<String> = findings.list().iter().map(|finding| finding.path.clone()).collect();
        calendar.filter(|_| paths.is_empty()).ok_or(paths)
    }

    #[test]
    fn sessions_skip_weekends_and_holidays() {
        // Wednesday 31 March, Thursday 1 April; Good Friday and the weekend are skipped.
        let calendar = read(&clock("2021-03-31", "30m", hours(3, &["2021-04-02"], "30m"))).unwrap();
        let opens: Vec<String> = calendar.sessions.iter().map(|session| session.open.to_string()).collect();
        assert_eq!(opens, ["2021-03-31T09:30:00", "2021-04-01T09:30:00", "2021-04-05T09:30:00"]);
        assert_eq!(calendar.ticks, 39);
        assert_eq!(calendar.sessions[2].first, Tick::new(26));
        assert_eq!(calendar.sessions[2].auction_ticks, 1);
        assert_eq!(calendar.sessions[2].close.to_string(), "2021-04-05T16:00:00");
        assert!(session_on(&calendar, "2021-04-01".parse().unwrap()).is_some());
        assert!(session_on(&calendar, "2021-04-02".parse().unwrap()).is_none());
    }

    #[test]
    fn a_continuous_market_is_cut_at_midnight() {
        let length = "1d".parse().unwrap();
        let calendar = read(&clock("2022-05-08 18:00", "1h", CalendarFile::Continuous { length })).unwrap();
        let ticks: Vec<u32> = calendar.sessions.iter().map(|session| session.ticks).collect();
        assert_eq!(ticks, [6, 18]);
        assert_eq!(calendar.sessions[0].close, calendar.sessions[1].open);
        assert_eq!(calendar.ticks, 24);
    }

    #[test]
    fn a_tick_that_would_be_cut_short_is_refused() {
        assert_eq!(read(&clock("2021-03-22", "7m", hours(1, &[], "0s"))), Err(vec!["clock.tick".to_string()]));
        assert_eq!(read(&clock("2021-03-22", "7h", hours(1, &[], "0s"))), Err(vec!["clock.tick".to_string()]));
        let length = "1d".parse().unwrap();
        let wrong = read(&clock("2022-05-08 00:00:30", "1m", CalendarFile::Continuous { length }));
        assert_eq!(wrong, Err(vec!["clock.start".to_string()]));
    }

    #[test]
    fn a_run_too_long_to_hold_is_refused() {
        assert!(read(&clock("2021-03-22", "1s", hours(100_000, &[], "0s"))).is_err());
        assert!(read(&clock("2021-03-22", "1s", hours(u32::MAX, &[], "0s"))).is_err());
        assert!(read(&clock("9999-12-30", "1m", hours(5, &[], "0s"))).is_err());
        assert!(read(&clock("2021-03-22", "1m", hours(0, &[], "0s"))).is_err());
    }

    #[test]
    fn the_remedy_for_an_odd_tick_is_the_next_that_fits() {
        assert_eq!(near_divisor(23_400, 420), Span::seconds(390));
    }
}
