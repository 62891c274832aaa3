//! What a margin model knows of an instrument beside its price.

use ground::units::{InstrumentId, Price, Time};
use language::read::Read;

/// How an instrument's worth follows the price of what it is on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Payoff {
    /// One for one: shares, futures, perpetuals, swaps.
    Linear,
    /// A European option. Its own price is in steps of its own instrument, which are the underlying's.
    Option { right: Right, strike: Price, expiry: Time },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Read)]
pub enum Right {
    Call,
    Put,
}

impl Right {
    /// What the option is worth if it ends now.
    pub fn intrinsic(self, underlying: Price, strike: Price) -> Price {
        let gain = match self {
            Self::Call => underlying - strike,
            Self::Put => strike - underlying,
        };
        Price::new(gain.max(0))
    }
}

/// Facts about one instrument that do not change while the world runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Facts {
    pub payoff: Payoff,
    /// What it is written on; itself when it is written on nothing.
    pub underlying: InstrumentId,
    /// Whose market it is priced and sold in: of a swap what it is on, of all else itself.
    pub sold_in: InstrumentId,
    /// Whether something else is sold there too.
    pub shares_its_market: bool,
    /// When a future ends, `Time::NEVER` without an end; `None` for what is no future.
    pub delivered: Option<Time>,
    /// Units of the instrument in a lot, and major units of currency in a price step.
    pub lot_units: f64,
    pub step_size: f64,
    /// Lots traded on an ordinary day, and lots that there are at the start.
    pub daily_volume_lots: f64,
    pub float_lots: f64,
    /// What draws that are its own are made from: of its name, so that the order in which a world declares things does not
    /// matter.
    pub luck: u64,
    /// Standard deviation of an ordinary day's return: what a volatility is scaled against, and the volatility
    /// implied by options until a shock says otherwise.
    pub daily_volatility: f64,
}

impl Facts {
    /// An instrument on nothing but itself, of which nothing is known.
    pub const fn unknown(itself: InstrumentId) -> Self {
        Self {
            payoff: Payoff::Linear,
            underlying: itself,
            sold_in: itself,
            shares_its_market: false,
            delivered: None,
            lot_units: 1.0,
            step_size: 1.0,
            daily_volume_lots: f64::INFINITY,
            float_lots: f64::INFINITY,
            luck: itself.get() as u64,
            daily_volatility: 0.0,
        }
    }
}
