//! Market-wide circuit breakers: when an index has lost so much since its last close, everything stops.
//!
//! - The index is the mean, over the instruments it is made of, of their marks against their last closes.
//! - Each level stops the venue once in a session, for its `pause` or, without one, until the close.
//! - After `until` only a level that closes the session still stops it.
//!
//! Source: the American stock exchanges: 7 and 13 % for fifteen minutes if before 15:25, 20 % until the close.

use super::{Pause, Rule, Stop};
use ground::units::{Price, Rate, Time};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LevelsPlan {
    /// By rising fall.
    pub levels: Vec<Level>,
    /// Seconds after midnight.
    pub until: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level {
    pub fall: Rate,
    pub stop: Stop,
}

#[derive(Clone, Debug)]
pub struct Levels {
    plan: LevelsPlan,
    /// How many levels have struck in this session.
    struck: usize,
}

impl Levels {
    pub fn new(plan: LevelsPlan) -> Self {
        Self { plan, struck: 0 }
    }

    pub fn begin_session(&mut self) {
        self.struck = 0;
    }

    /// How far below its last close the next level lies for something that falls as the index does, if a level is left
    /// that stops anything at this time.
    pub fn next_fall(&self, end: Time) -> Option<Rate> {
        let late = self.plan.until.is_some_and(|until| end.seconds().rem_euclid(86_400) >= until);
        let left = self.plan.levels.iter().skip(self.struck);
        left.filter(|level| !late || level.stop == Stop::TillClose).map(|level| level.fall).next()
    }

    /// A tick has ended: marks and last closes of what the index is made of. A level that was passed over strikes no
    /// more.
    pub fn look(&mut self, end: Time, close: Time, index: impl Iterator<Item = (Price, Price)>) -> Option<Pause> {
        let fall = fall_of(index)?;
        let reached = self.plan.levels.iter().take_while(|level| fall >= level.fall.billionths()).count();
        if reached <= self.struck {
            return None;
        }
        self.struck = reached;
        let until = match self.plan.levels[reached - 1].stop {
            Stop::TillClose => close,
            Stop::For(_) if self.plan.until.is_some_and(|until| end.seconds().rem_euclid(86_400) >= until) => {
                return None;
            }
            Stop::For(pause) => end + pause,
        };
        let level = u32::try_from(reached).unwrap_or(u32::MAX);
        Some(Pause { rule: Rule::Level(level), until, collects: true })
    }
}

/// Mean loss in billionths, rounded down: a level is reached when all of it is lost.
fn fall_of(index: impl Iterator<Item = (Price, Price)>) -> Option<i64> {
    let (mut sum, mut count) = (0i128, 0i128);
    for (mark, close) in index.filter(|(_, close)| close.steps() > 0) {
        sum += i128::from(close - mark) * 1_000_000_000 / i128::from(close.steps());
        count += 1;
    }
    if count == 0 { None } else { i64::try_from(sum.div_euclid(count)).ok() }
}
