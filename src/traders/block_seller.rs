//! A scripted seller of a block, by share of volume.
//!
//! - From `from` on it sells what it holds of one instrument, each tick `share` of what traded in the
//!   last tick.
//! - With a `limit` it sells no lower than that.
//!
//! It is the execution algorithm of CFTC and SEC, "Findings regarding the market events of May 6,
//! 2010": a share of the last period's volume, without regard to price or time.

use super::eyes::ticks_in;
use super::{Behaviour, Eyes, Hands, Kind, Wake};
use crate::rng::Stream;
use crate::units::{Lots, Price, Side, Span, Time};
use crate::world::findings::Findings;
use crate::world::moments::Moment;
use crate::world::plan::{InstrumentPlan, Plan};
use bevy_ecs::prelude::Component;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    pub lender: String,
    pub instrument: String,
    /// Units it holds at the start; an `Issue` among the shocks can hand it more.
    pub units: f64,
    pub from: Moment,
    /// Its sales as a share of the last tick's volume.
    pub share: f64,
    /// Trading time between two orders.
    pub every: Span,
    /// Lowest price at which it sells. Left out: any.
    #[serde(default)]
    pub limit: Option<f64>,
}

impl Params {
    pub fn check(&self, path: &str, findings: &mut Findings) {
        findings.not_negative(format_args!("{path}.units"), self.units);
        findings.within(format_args!("{path}.share"), self.share, 1e-6, 100.0);
        if self.every == Span::ZERO {
            findings.add(format_args!("{path}.every"), "orders without end", "give a length such as \"1m\"");
        }
    }
}

#[derive(Clone, Copy, Debug, Component)]
pub struct BlockSeller {
    from: Time,
    share: f64,
    /// In ticks.
    every: u32,
    limit: Option<Price>,
}

impl BlockSeller {
    pub fn new(params: &Params, plan: &Plan, instrument: &InstrumentPlan) -> Self {
        Self {
            from: params.from.time(),
            share: params.share,
            every: ticks_in(plan, params.every),
            limit: params.limit.map(|price| instrument.nearest_price(price)),
        }
    }
}

impl Behaviour for BlockSeller {
    const KIND: Kind = Kind::BlockSeller;

    fn decide(&mut self, eyes: &Eyes<'_>, _draws: &mut Stream, hands: &mut Hands<'_>) -> Wake {
        if eyes.now() >= self.from && !eyes.is_auction() {
            let pace = (eyes.market().volume.get() as f64 * self.share * f64::from(self.every)).ceil() as i64;
            let lots = eyes.holding().min(Lots::new(pace));
            match self.limit {
                Some(price) => hands.take(Side::Sell, lots, price),
                None => hands.market(Side::Sell, lots),
            }
        }
        Wake::After(self.every)
    }
}
