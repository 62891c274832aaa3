//! Simulated time: ticks are steps, [`Time`] is the civil clock of the world, to the second.

use jiff::civil::DateTime;
use std::fmt;
use std::ops::{Add, Sub};

/// The index of a step of simulated time, from zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tick(u32);

impl Tick {
    pub const fn new(index: u32) -> Self {
        Self(index)
    }

    pub const fn index(self) -> u32 {
        self.0
    }

    pub const fn after(self, ticks: u32) -> Self {
        Self(self.0.saturating_add(ticks))
    }
}

/// A moment on the world's own civil clock: seconds since 1970-01-01 00:00, without time zones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(i64);

impl Time {
    /// Later than anything a clock can reach.
    pub const NEVER: Self = Self(i64::MAX);

    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds)
    }

    pub const fn seconds(self) -> i64 {
        self.0
    }

    pub fn from_civil(moment: DateTime) -> Self {
        let epoch = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
        Self(moment.duration_since(epoch).as_secs())
    }

    pub fn to_civil(self) -> DateTime {
        let epoch = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
        epoch.saturating_add(jiff::SignedDuration::from_secs(self.0))
    }
}

/// ISO 8601 to the second, as every table writes it.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.to_civil().strftime("%Y-%m-%dT%H:%M:%S"))
    }
}

/// A length of time in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(i64);

impl Span {
    pub const ZERO: Self = Self(0);

    pub const fn seconds(seconds: i64) -> Self {
        Self(seconds)
    }

    pub const fn as_seconds(self) -> i64 {
        self.0
    }
}

impl Add<Span> for Time {
    type Output = Self;
    fn add(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl Sub for Time {
    type Output = Span;
    fn sub(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

/// How long somebody has: a length of clock time (`"4h"`), or until the close of a session so many
/// sessions ahead (`"T+2"`; `"T+0"` is today's close).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Deadline {
    After(Span),
    CloseOfSession(u32),
}
