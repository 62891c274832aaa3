//! A lender's limits on its clients' orders: as a world states them, and in whole numbers.
//!
//! They are asked before each order, never afterwards: a position that was there at the start, or that the
//! market made large, may stay as it is, and shrink. An order that only makes a position smaller passes all of them
//! but the fat finger's.

use ground::units::{AccountId, Cash, InstrumentId, Lots, Rate};
use language::named::Named;
use language::read::Read;
use std::collections::BTreeMap;

/// More than this many days' volume in one order is no limit.
const MOST_DAYS: f64 = 1e6;
const MOST_LEVERAGE: f64 = 1e6;

/// Limits in the units of the world file. Each that is left out is not asked.
#[derive(Clone, Debug, Default, PartialEq, Read)]
pub struct LimitsFile {
    #[read(default)]
    pub fat_finger: Option<FatFingerFile>,
    /// By instrument: units of it that an account may hold, long or short.
    #[read(default, not_negative)]
    pub position: Named<f64>,
    #[read(default)]
    pub concentration: Option<ConcentrationFile>,
    /// Gross exposure over equity.
    #[read(default, within = 1e-6..=MOST_LEVERAGE)]
    pub leverage: Option<f64>,
    /// Money that an account may owe, with borrowed units at mark.
    #[read(default, not_negative)]
    pub credit: Option<f64>,
    /// Traders, or accounts as `"trader@lender"`, of whom nothing that can be switched off is asked.
    #[read(default)]
    pub off_for: Vec<String>,
    /// The same for single checks: `{"alameda": [Credit, Excess]}`.
    #[read(default)]
    pub off: Named<Vec<Check>>,
}

/// What nobody means to do at once.
#[derive(Clone, Debug, Default, PartialEq, Read)]
pub struct FatFingerFile {
    /// By instrument: units in one order.
    #[read(default, positive)]
    pub units: Named<f64>,
    /// Size of one order in ordinary days' volume, for every instrument.
    #[read(default, within = 1e-9..=MOST_DAYS)]
    pub days_of_volume: Option<f64>,
    /// How far through the mark an order may trade, as a share of it: 0.1 is 10 %.
    #[read(default, within = 0.0..=100.0)]
    pub price: Option<f64>,
}

#[derive(Clone, Debug, PartialEq, Read)]
pub struct ConcentrationFile {
    /// Part of the float that one account may hold, directly or through contracts.
    #[read(within = 0.0..=1.0)]
    pub share_of_float: f64,
}

/// A check that can be switched off for an account. Those that keep the books sound cannot: the account's state, an
/// unknown instrument, a halt, a price out of range, reduce-only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Read)]
pub enum Check {
    FatFinger,
    Position,
    Concentration,
    Leverage,
    Credit,
    /// Initial margin; at a custodian, cash and units.
    Excess,
}

impl Check {
    pub const ALL: [Self; 6] =
        [Self::FatFinger, Self::Position, Self::Concentration, Self::Leverage, Self::Credit, Self::Excess];
}

/// Checks that are switched off, one bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Off(u8);

impl Off {
    pub fn has(self, check: Check) -> bool {
        self.0 & (1 << check as u8) != 0
    }

    pub fn add(&mut self, check: Check) {
        self.0 |= 1 << check as u8;
    }
}

/// Limits in whole numbers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LimitsPlan {
    /// By instrument: the largest order and the largest position; [`Lots::LARGEST`] where there is no limit.
    pub order: Vec<Lots>,
    pub position: Vec<Lots>,
    pub collar: Option<Rate>,
    pub share_of_float: Option<Rate>,
    pub leverage: Option<f64>,
    pub credit: Option<Cash>,
    pub off: BTreeMap<AccountId, Off>,
}

impl LimitsPlan {
    pub fn off_for(&self, account: AccountId) -> Off {
        self.off.get(&account).copied().unwrap_or_default()
    }

    pub fn largest_order(&self, instrument: InstrumentId) -> Lots {
        self.order.get(instrument.index()).copied().unwrap_or(Lots::LARGEST)
    }

    pub fn largest_position(&self, instrument: InstrumentId) -> Lots {
        self.position.get(instrument.index()).copied().unwrap_or(Lots::LARGEST)
    }
}
