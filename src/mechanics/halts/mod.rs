//! When a market stops, and when it goes on: one file a rule.
//!
//! | rule | stops | its orders meanwhile | model |
//! |---|---|---|---|
//! | [`bands`] | one market whose price stays pressed against a band around its recent mean | collect, and trade in an auction at the end | limit up-limit down of the American stock exchanges |
//! | [`levels`] | all markets of a venue, once an index is so far below its last close | collect likewise | market-wide circuit breakers at 7, 13 and 20 % |
//! | [`velocity`] | one market that moved too far in too short a time | are refused, or collect | dynamic circuit breakers and stop logic of futures exchanges |
//! | [`daily`] | no market: nothing trades beyond so much from the last close | those beyond wait at the limit | daily limits of futures and metals |
//!
//! A world names them venue by venue, and can stop a venue by a shock as well, or cut it off: an outage is a halt in
//! which what rests cannot be withdrawn. Each rule is a small machine
//! that is shown, at the end of a tick, what was seen in the market, and says whether it stops. Nothing in this
//! folder knows books, accounts, the ECS or files; prices are steps, moments are those of the world's clock.
//!
//! Known limits: rules look once a tick, at its end, so no state is shorter than a tick; a price may pass
//! a velocity limit or a level within a tick before the market stops; bands do not bind in auctions, and a band that
//! moves does not reprice what waits in the book.

#![deny(clippy::float_arithmetic)]

pub mod bands;
pub mod daily;
pub mod file;
pub mod tiers;
pub mod levels;
pub mod velocity;
#[cfg(test)]
mod stories;

pub use bands::{Bands, BandsPlan};
pub use daily::DailyPlan;
pub use file::HaltFile;
pub use levels::{Levels, LevelsPlan};
pub use tiers::{Tier, Width};
pub use velocity::{Velocity, VelocityPlan};

use ground::units::{InstrumentId, Price, Rate, Span, Time};

/// A rule of one venue, in whole numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HaltPlan {
    pub rule: RulePlan,
    /// The instruments it watches, in order.
    pub instruments: Vec<InstrumentId>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RulePlan {
    Bands(BandsPlan),
    Levels(LevelsPlan),
    DailyLimit(DailyPlan),
    Velocity(VelocityPlan),
}

/// What stopped a market.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    Bands,
    /// Which of the levels, from one.
    Level(u32),
    Velocity,
    /// The world itself, by a shock.
    Venue,
    /// The venue cannot be reached.
    Outage,
}

impl Rule {
    pub fn words(self) -> String {
        match self {
            Self::Bands => "price band".to_owned(),
            Self::Level(level) => format!("market-wide level {level}"),
            Self::Velocity => "velocity".to_owned(),
            Self::Venue => "venue".to_owned(),
            Self::Outage => "outage".to_owned(),
        }
    }
}

/// A market that stands still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pause {
    pub rule: Rule,
    pub until: Time,
    /// Orders wait for an auction; otherwise they are refused.
    pub collects: bool,
}

impl Pause {
    /// The one that lasts longer; the first of two that end together.
    #[must_use]
    pub fn or_longer(self, other: Self) -> Self {
        if other.until > self.until { other } else { self }
    }
}

/// How long a rule stops a market.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    For(Span),
    /// For the rest of the session.
    TillClose,
}

/// A share of a price, to the nearest step.
fn share(price: Price, of_it: i64) -> i64 {
    const ONE: i128 = 1_000_000_000;
    let product = i128::from(price.steps()) * i128::from(of_it);
    let nearest = (2 * product + ONE).div_euclid(2 * ONE);
    i64::try_from(nearest).expect("a share of a price is no larger than prices are")
}

/// The prices a rate below and above another.
pub fn around(price: Price, width: Rate) -> (Price, Price) {
    let away = share(price, width.billionths()).abs();
    ((price - away).clamped(), (price + away).clamped())
}
