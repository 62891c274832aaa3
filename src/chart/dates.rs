//! How charts and the report read and write dates, moments and lengths of time.

use super::words::TIED;
use ground::units::Time;
use jiff::civil::{Date, DateTime};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Seconds since 1970 on the world's clock, from ISO 8601; a date alone is its midnight.
pub fn seconds(iso: &str) -> Option<i64> {
    civil(iso).map(|moment| Time::from_civil(moment).seconds())
}

fn civil(iso: &str) -> Option<DateTime> {
    if is_date(iso) {
        return iso.parse::<Date>().ok().map(|date| date.at(0, 0, 0, 0));
    }
    iso.parse::<DateTime>().ok()
}

/// Whether the text is a date without a time of day.
pub fn is_date(iso: &str) -> bool {
    iso.len() == 10
}

fn at(seconds: i64) -> DateTime {
    Time::from_seconds(seconds).to_civil()
}

/// `26 Mar`.
pub fn day_short(seconds: i64) -> String {
    let moment = at(seconds);
    format!("{}{TIED}{}", moment.day(), &month(moment)[..3])
}

/// `26 March`.
pub fn day(seconds: i64) -> String {
    let moment = at(seconds);
    format!("{}{TIED}{}", moment.day(), month(moment))
}

/// `26 March 2021`.
pub fn date(seconds: i64) -> String {
    format!("{}{TIED}{}", day(seconds), at(seconds).year())
}

/// `Mar 2021`.
pub fn month_and_year(seconds: i64) -> String {
    let moment = at(seconds);
    format!("{}{TIED}{}", &month(moment)[..3], moment.year())
}

/// `09:41`, or `09:41:30` off the full minute.
pub fn clock(seconds: i64) -> String {
    let moment = at(seconds);
    if moment.second() == 0 {
        format!("{:02}:{:02}", moment.hour(), moment.minute())
    } else {
        format!("{:02}:{:02}:{:02}", moment.hour(), moment.minute(), moment.second())
    }
}

/// `26 Mar 09:41`.
pub fn moment(seconds: i64) -> String {
    format!("{}{TIED}{}", day_short(seconds), clock(seconds))
}

/// A time as a table wrote it, for a person; the text itself where it is no time.
pub fn moment_of(iso: &str) -> String {
    match seconds(iso) {
        Some(at) if is_date(iso) => day_short(at),
        Some(at) => moment(at),
        None => iso.to_string(),
    }
}

fn month(moment: DateTime) -> &'static str {
    MONTHS[moment.month().unsigned_abs() as usize - 1]
}

/// `25 minutes`, `6 hours`, `3 days`: a length of time, roughly.
pub fn length(seconds: i64) -> String {
    let (unit, name) = match seconds.abs() {
        s if s >= 2 * 86_400 => (86_400, "day"),
        s if s >= 2 * 3_600 => (3_600, "hour"),
        s if s >= 60 => (60, "minute"),
        _ => (1, "second"),
    };
    let whole = (seconds.abs() + unit / 2) / unit;
    format!("{whole}{TIED}{name}{}", if whole == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_and_written_for_a_person() {
        let at = seconds("2021-03-26T09:41:00").unwrap();
        assert_eq!(moment(at), "26\u{a0}Mar\u{a0}09:41");
        assert_eq!(date(seconds("2021-03-26").unwrap()), "26\u{a0}March\u{a0}2021");
        assert_eq!(clock(at + 30), "09:41:30");
        assert_eq!(seconds("yesterday"), None);
        assert_eq!(moment_of("yesterday"), "yesterday");
    }

    #[test]
    fn lengths_of_time_take_the_largest_fitting_unit() {
        assert_eq!(length(90), "2\u{a0}minutes");
        assert_eq!(length(3 * 86_400), "3\u{a0}days");
        assert_eq!(length(1), "1\u{a0}second");
    }
}
