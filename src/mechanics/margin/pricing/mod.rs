//! What an option is worth, and how that changes: for margin scans, for marks, for traders who hedge.
//!
//! Floating point throughout. A price here is a judgement; whoever makes money of it rounds it once and says
//! in whose favour. Prices and strikes are in whatever unit the caller keeps (price steps, major units), volatilities
//! are a year's, times are in years. What the world states as a day's volatility is brought to a year by
//! [`annual`].

#![allow(clippy::float_arithmetic, reason = "a price is a judgement, not a settlement")]

mod black_scholes;
mod implied;
mod normal;

pub use black_scholes::{Greeks, Quote, Valued, price, value};
pub use implied::implied_volatility;
pub use normal::{cumulative, density, quantile};

use ground::units::Time;

/// Sessions in a year: volatility grows with the square root of trading time.
pub const SESSIONS_A_YEAR: f64 = 252.0;

const SECONDS_A_YEAR: f64 = 365.0 * 86_400.0;

/// A day's volatility as a year's.
pub fn annual(daily: f64) -> f64 {
    daily * SESSIONS_A_YEAR.sqrt()
}

/// Years of the calendar (365 days) from one moment to another; zero when it has passed.
pub fn years_until(now: Time, then: Time) -> f64 {
    ((then - now).as_seconds().max(0) as f64) / SECONDS_A_YEAR
}
