//! A moment as tables and charts have it: ISO 8601 to the second, by the clock of the world, without a zone.

use serde::{Serialize, Serializer};
use std::fmt;
use std::ops::Deref;
use std::str::FromStr;

/// `2021-03-26T09:30:00`: its text, which sorts as time does, and lies in the row itself.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stamp([u8; 19]);

const DAY: i64 = 86_400;
/// The last second that four digits of a year can name, and the first.
const LAST: i64 = 253_402_300_799;
const FIRST: i64 = -62_167_219_200;

impl Stamp {
    /// Of seconds since 1970; what lies beyond the years 0 to 9999 is the first or last second of them.
    #[must_use]
    pub fn of(seconds: i64) -> Self {
        let seconds = seconds.clamp(FIRST, LAST);
        let (days, clock) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
        let (year, month, day) = civil(days);
        let mut text = *b"0000-00-00T00:00:00";
        digits(&mut text[0..4], year);
        digits(&mut text[5..7], month);
        digits(&mut text[8..10], day);
        digits(&mut text[11..13], clock / 3_600);
        digits(&mut text[14..16], clock / 60 % 60);
        digits(&mut text[17..19], clock % 60);
        Self(text)
    }

    /// Since 1970.
    #[must_use]
    pub fn seconds(self) -> i64 {
        let number =
            |from: usize, to: usize| self.0[from..to].iter().fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'));
        let days = days(number(0, 4), number(5, 7), number(8, 10));
        days * DAY + number(11, 13) * 3_600 + number(14, 16) * 60 + number(17, 19)
    }
}

fn digits(into: &mut [u8], mut number: i64) {
    for place in into.iter_mut().rev() {
        *place = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

/// Days since 1970 as year, month and day. H. Hinnant, "chrono-Compatible Low-Level Date Algorithms": years that begin in
/// March, in eras of 400.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

/// The way back.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let shifted = if month > 2 { month - 3 } else { month + 9 };
    let of_year = (153 * shifted + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

impl Deref for Stamp {
    type Target = str;

    fn deref(&self) -> &str {
        std::str::from_utf8(&self.0).expect("digits and marks")
    }
}

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

impl fmt::Debug for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

impl Serialize for Stamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

impl FromStr for Stamp {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("\"{text}\" is not a moment as 2021-03-26T09:30:00");
        let bytes: [u8; 19] = text.as_bytes().try_into().map_err(|_| wrong())?;
        let fits = |(place, byte): (usize, &u8)| match place {
            4 | 7 => *byte == b'-',
            10 => *byte == b'T',
            13 | 16 => *byte == b':',
            _ => byte.is_ascii_digit(),
        };
        // A day or an hour that there is not comes back as another.
        let read = Self(bytes);
        let fits = bytes.iter().enumerate().all(fits) && Self::of(read.seconds()) == read;
        fits.then_some(read).ok_or_else(wrong)
    }
}

#[cfg(any(test, feature = "testkit"))]
impl From<&str> for Stamp {
    fn from(text: &str) -> Self {
        text.parse().unwrap_or_else(|words| panic!("{words}"))
    }
}

#[cfg(any(test, feature = "testkit"))]
impl From<String> for Stamp {
    fn from(text: String) -> Self {
        text.as_str().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_text_name_the_same_moment() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00"),
            (951_782_399, "2000-02-28T23:59:59"),
            (951_782_400, "2000-02-29T00:00:00"),
            (1_616_751_000, "2021-03-26T09:30:00"),
            (-1, "1969-12-31T23:59:59"),
            (LAST, "9999-12-31T23:59:59"),
            (FIRST, "0000-01-01T00:00:00"),
        ] {
            assert_eq!(&*Stamp::of(seconds), text);
            assert_eq!(Stamp::from(text).seconds(), seconds);
        }
        assert_eq!(Stamp::of(i64::MAX), Stamp::of(LAST));
        // Every day of five centuries, and a second that differs from day to day.
        for day in -90_000..90_000_i64 {
            let second = day * DAY + day.rem_euclid(DAY);
            assert_eq!(Stamp::of(second).seconds(), second);
            assert!(Stamp::of(second) < Stamp::of(second + 1));
        }
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in ["", "2021-03-26", "2021-02-30T00:00:00", "2021-03-26T24:00:00", "2021-03-26 09:30:00", "never"] {
            assert!(text.parse::<Stamp>().is_err(), "{text}");
        }
    }
}
