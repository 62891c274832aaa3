//! A daily limit: nothing trades further than `width` from the last close, all session long or as the time of day says.
//!
//! - Trading goes on at the limit. Who wants to trade beyond waits there, or goes without.
//! - From each of its `later` times of day on another width counts; the latest one that has come does.
//! - One that binds falls only lets prices rise as they will.
//!
//! Source: CME Group's limits for stock-index futures: 7, 13 and 20 % down from 08:30 to 14:25 (Chicago), only 20 % from then
//! to 15:00, 7 % either way afterwards and over night. The limits of metals and grains are of the plain kind.

use super::around;
use ground::units::{Price, Rate, Time};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DailyPlan {
    pub width: Rate,
    /// Seconds after midnight from which on, and the width then; ascending.
    pub later: Vec<(i64, Rate)>,
    pub down_only: bool,
}

impl DailyPlan {
    /// The width at a moment.
    pub fn width_at(&self, now: Time) -> Rate {
        let second = now.seconds().rem_euclid(86_400);
        self.later.iter().rev().find(|(from, _)| *from <= second).map_or(self.width, |(_, width)| *width)
    }

    /// The lowest and the highest price at which anybody may trade at a moment, after that close.
    pub fn limits(&self, close: Price, now: Time) -> (Price, Price) {
        let (low, high) = around(close, self.width_at(now));
        (low, if self.down_only { Price::FURTHEST } else { high })
    }
}
