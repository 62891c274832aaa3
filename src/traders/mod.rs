//! Who trades: one file a behaviour, and this list.

pub mod block_seller;
pub mod leveraged_firm;
pub mod market_maker;
pub mod momentum;
pub mod value;
pub mod zero_intelligence;

use crate::world::findings::Findings;
use serde::{Deserialize, Serialize};

/// A trader, or a population of alike ones, as a world states it. One line a behaviour.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum TraderFile {
    ZeroIntelligence(zero_intelligence::Params),
    MarketMaker(market_maker::Params),
    Value(value::Params),
    Momentum(momentum::Params),
    BlockSeller(block_seller::Params),
    LeveragedFirm(leveraged_firm::Params),
}

/// What each member of a population starts with, in one account at one lender.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stake {
    pub lender: String,
    /// Money, as a multiple of the value of an ordinary day's volume of the instrument it trades.
    pub cash_days: f64,
    /// Units of the instrument, as a share of an ordinary day's volume.
    pub units_days: f64,
}

impl Stake {
    pub fn check(&self, path: &str, findings: &mut Findings) {
        findings.not_negative(format_args!("{path}.cash_days"), self.cash_days);
        findings.not_negative(format_args!("{path}.units_days"), self.units_days);
    }
}

/// No population is larger than this: what fits in memory on the machine of a student.
pub const LARGEST_COUNT: u32 = 2_000_000;

/// Checks the size of a population.
pub(crate) fn check_count(path: &str, count: u32, findings: &mut Findings) {
    if count == 0 || count > LARGEST_COUNT {
        findings.add(
            format_args!("{path}.count"),
            format!("a population of {count}"),
            format!("give a number from 1 to {LARGEST_COUNT}, or leave the trader out"),
        );
    }
}
