//! What is counted, and in what.
//!
//! Everything that settles is a whole number behind its own type: [`Cash`] in minor units of a
//! currency, [`Price`] in price steps, [`Lots`] in lots, [`Rate`] in billionths, [`Time`] and
//! [`Span`] in seconds. A type can only meet another where the meeting has a meaning, and each
//! division names its rounding. Floating point is for views, statistics and charts; nothing in this
//! folder computes with it except the conversions at the two edges, where a world file is read
//! and where a row is written.

#![deny(clippy::float_arithmetic)]

mod cash;
mod cause;
mod ids;
mod lots;
mod price;
mod rate;
mod time;

pub use cash::Cash;
pub use cause::Cause;
pub use ids::{AccountId, BreachId, FundId, InstrumentId, LenderId, MarketId, TraderId, VenueId};
pub use lots::{Lots, Side};
pub use price::{Price, StepValue};
pub use rate::Rate;
pub use time::{Deadline, Span, Tick, Time};
