//! Who trades: one file a behaviour, and this list.

pub mod block_seller;
pub mod firm;
pub mod leveraged_firm;
pub mod market_maker;
pub mod momentum;
pub mod value;
pub mod zero_intelligence;

pub mod eyes;
mod hands;

pub use eyes::Eyes;
pub use hands::Hands;

use crate::rng::Stream;
use crate::units::{AccountId, InstrumentId, MarketId, TraderId};
use crate::world::findings::Findings;
use bevy_ecs::component::Mutable;
use bevy_ecs::prelude::Component;
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
    Firm(firm::Params),
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

/// The behaviours that decide, as numbers: the decide stage keeps one list of due traders for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    ZeroIntelligence,
    MarketMaker,
    Value,
    Momentum,
    BlockSeller,
}

impl Kind {
    pub const COUNT: usize = 5;
}

/// A behaviour: a component with a rule.
pub trait Behaviour: Component<Mutability = Mutable> {
    const KIND: Kind;

    /// Looks, draws, leaves orders, and says when to be woken next.
    fn decide(&mut self, eyes: &Eyes<'_>, draws: &mut Stream, hands: &mut Hands<'_>) -> Wake;
}

/// When a trader wants to act again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wake {
    /// After so many ticks of trading, at least one.
    After(u32),
    Never,
}

/// Who a trader is.
#[derive(Clone, Copy, Debug, Component)]
pub struct Trader {
    pub id: TraderId,
    /// The account through which it trades.
    pub account: AccountId,
    pub instrument: InstrumentId,
    pub market: MarketId,
    /// Its name as a number, for its turn in the queue of a tick.
    pub name: u64,
    /// Orders of a lower class reach the book first within a tick.
    pub latency: u8,
}

/// A trader's own random stream.
#[derive(Clone, Debug, Component)]
pub struct Draws(pub Stream);
