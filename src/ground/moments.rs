//! Moments, days and lengths of time as a world file writes them.

use crate::units::{Deadline, Span, Time};
use jiff::civil::{Date, DateTime, Time as ClockTime};
use std::fmt;
use std::str::FromStr;

/// No world runs or waits longer than this: a century, in seconds.
const LONGEST_SECONDS: i64 = 100 * 366 * 86_400;

impl FromStr for Span {
    type Err = String;

    /// `"90s"`, `"1m"`, `"4h"`, `"2d"`, `"1w"`: a whole number and one unit.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("\"{text}\" is not a length of time; write one as \"90s\", \"15m\", \"4h\" or \"2d\"");
        let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let count: i64 = digits.parse().map_err(|_| wrong())?;
        let unit = match &text[digits.len()..] {
            "s" => 1,
            "m" => 60,
            "h" => 3_600,
            "d" => 86_400,
            "w" => 604_800,
            _ => return Err(wrong()),
        };
        let seconds = count.checked_mul(unit).filter(|s| (0..=LONGEST_SECONDS).contains(s));
        seconds.map(Self::seconds).ok_or_else(|| format!("\"{text}\" is negative or longer than a century"))
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.as_seconds();
        for (length, unit) in [(86_400, "d"), (3_600, "h"), (60, "m")] {
            if seconds != 0 && seconds % length == 0 {
                return write!(f, "{}{unit}", seconds / length);
            }
        }
        write!(f, "{seconds}s")
    }
}

impl FromStr for Deadline {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(sessions) = text.strip_prefix("T+") {
            let sessions: u32 = sessions.parse().ok().filter(|n| *n <= 10_000).ok_or_else(|| {
                format!("\"{text}\" is not a deadline; write \"T+0\" for today's close, \"T+1\" for the next")
            })?;
            return Ok(Self::CloseOfSession(sessions));
        }
        text.parse().map(Self::After)
    }
}

impl fmt::Display for Deadline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::After(span) => write!(f, "{span}"),
            Self::CloseOfSession(sessions) => write!(f, "T+{sessions}"),
        }
    }
}

/// A moment on the world's clock: `"2021-03-26 09:30"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub DateTime);

impl Moment {
    pub fn time(self) -> Time {
        Time::from_civil(self.0)
    }
}

impl FromStr for Moment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("\"{text}\" is not a moment; write one as \"2021-03-26 09:30\"");
        if !text.contains(':') {
            return Err(wrong());
        }
        text.parse::<DateTime>().map(Self).map_err(|_| wrong())
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.strftime("%Y-%m-%d %H:%M:%S"))
    }
}

/// A day: `"2021-03-26"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(pub Date);

impl FromStr for Day {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let day = if text.len() == 10 { text.parse::<Date>().ok() } else { None };
        day.map(Self).ok_or_else(|| format!("\"{text}\" is not a day; write one as \"2021-03-26\""))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A time of day: `"09:30"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct HourMinute(pub ClockTime);

impl FromStr for HourMinute {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("\"{text}\" is not a time of day; write one as \"09:30\"");
        text.parse::<ClockTime>().map(Self).map_err(|_| wrong())
    }
}

impl fmt::Display for HourMinute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.strftime("%H:%M"))
    }
}

/// A day, meaning its close, or a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    Close(Day),
    At(Moment),
}

impl FromStr for When {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.parse::<Day>() {
            Ok(day) => Ok(Self::Close(day)),
            Err(_) => text.parse::<Moment>().map(Self::At).map_err(|_| {
                format!("\"{text}\" is neither a day (\"2021-03-26\") nor a moment (\"2021-03-26 09:30\")")
            }),
        }
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Close(day) => day.fmt(f),
            Self::At(moment) => moment.fmt(f),
        }
    }
}

/// When something begins: so long after what gives cause for it, or at a moment that is stated. Cause that comes after the
/// moment lets it begin at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    Later(Deadline),
    At(Moment),
}

impl FromStr for Start {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.contains(':') {
            return text.parse().map(Self::At);
        }
        text.parse().map(Self::Later)
    }
}

impl fmt::Display for Start {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Later(deadline) => deadline.fmt(f),
            Self::At(moment) => moment.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_is_a_length_of_time_a_close_or_a_moment() {
        assert_eq!("2h".parse(), Ok(Start::Later(Deadline::After(Span::seconds(7_200)))));
        assert_eq!("T+1".parse(), Ok(Start::Later(Deadline::CloseOfSession(1))));
        assert_eq!("2021-03-28 18:00".parse::<Start>().unwrap().to_string(), "2021-03-28 18:00:00");
        assert!("2021-03-28".parse::<Start>().is_err());
    }

    #[test]
    fn a_length_of_time_is_a_whole_number_and_a_unit() {
        assert_eq!("90s".parse(), Ok(Span::seconds(90)));
        assert_eq!("4h".parse(), Ok(Span::seconds(14_400)));
        for wrong in ["", "h", "1.5h", "-1h", "4 h", "4y", "99999999999999999999s", "9999999d"] {
            assert!(wrong.parse::<Span>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_deadline_counts_closes_or_clock_time() {
        assert_eq!("T+2".parse(), Ok(Deadline::CloseOfSession(2)));
        assert_eq!("30m".parse(), Ok(Deadline::After(Span::seconds(1_800))));
        assert!("T+".parse::<Deadline>().is_err());
    }

    #[test]
    fn what_was_read_is_written_the_same() {
        for text in ["90s", "15m", "4h", "2d"] {
            assert_eq!(text.parse::<Span>().unwrap().to_string(), text);
        }
        assert_eq!("T+1".parse::<Deadline>().unwrap().to_string(), "T+1");
        assert_eq!("2021-03-26 09:30".parse::<Moment>().unwrap().to_string(), "2021-03-26 09:30:00");
    }
}
