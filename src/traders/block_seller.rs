//! A scripted seller of a block, by share of volume.
//!
//! - From `from` on it sells what it holds of one instrument, each tick `share` of what traded in the
//!   last tick.
//! - With a `limit` it sells no lower than that.
//!
//! It is the execution algorithm of CFTC and SEC, "Findings regarding the market events of May 6,
//! 2010": a share of the last period's volume, without regard to price or time.

use super::eyes::ticks_in;
use super::{Behaviour, Birth, Endowment, Eyes, Hands, Joins, Kind, Wake};
use crate::rng::Stream;
use crate::units::{Cause, Lots, Price, Side, Span, Time};
use crate::world::findings::Findings;
use crate::world::moments::Moment;
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

impl Joins for Params {
    fn check(&self, path: &str, findings: &mut Findings) {
        findings.not_negative(format_args!("{path}.units"), self.units);
        findings.within(format_args!("{path}.share"), self.share, 1e-6, 100.0);
        if self.every == Span::ZERO {
            findings.add(format_args!("{path}.every"), "orders without end", "give a length such as \"1m\"");
        }
        if let Some(limit) = self.limit {
            findings.positive(format_args!("{path}.limit"), limit);
        }
    }

    fn count(&self) -> u32 {
        1
    }

    fn instruments(&self) -> Vec<(String, &str)> {
        vec![("instrument".to_string(), self.instrument.as_str())]
    }

    fn endowment(&self) -> Endowment<'_> {
        Endowment::Units { lender: &self.lender, units: self.units }
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

impl Behaviour for BlockSeller {
    type Params = Params;
    const KIND: Kind = Kind::BlockSeller;
    const CAUSE: Cause = Cause::Shock;

    fn born(params: &Params, birth: &mut Birth<'_>) -> (Self, u32) {
        let own = Self {
            from: params.from.time(),
            share: params.share,
            every: ticks_in(birth.plan, params.every),
            limit: params.limit.map(|price| birth.about.nearest_price(price)),
        };
        (own, 0)
    }

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
