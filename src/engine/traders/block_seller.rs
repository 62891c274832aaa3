//! A scripted seller of a block, by share of volume.
//!
//! - From `from` on it sells what it holds of one instrument at the pace of `share` of the volume: that of the last
//!   tick or, with `over`, the mean of the ticks of the last minute, say. Its own trades are part of that volume.
//! - With a `limit` it sells no lower than that.
//!
//! It is the execution algorithm of CFTC and SEC, "Findings regarding the market events of May 6,
//! 2010": 9 % of the volume of the previous minute, without regard to price or time. Such a seller feeds on itself: when
//! those who bought from it sell on to each other, volume rises, and with it its pace.

use super::eyes::ticks_in;
use super::{Behaviour, Birth, Endowment, Eyes, Hands, Joins, Kind, Wake};
use bevy_ecs::prelude::Component;
use ground::moments::Moment;
use ground::rng::Stream;
use ground::units::{Cause, Lots, Price, Side, Span, Tick, Time};
use language::findings::Findings;
use language::read::Read;
use std::collections::VecDeque;

#[derive(Clone, Debug, Read)]
pub struct Params {
    pub lender: String,
    pub instrument: String,
    /// Units it holds at the start; an `Issue` among the shocks can hand it more.
    #[read(not_negative)]
    pub units: f64,
    pub from: Moment,
    /// Its sales as a share of the volume.
    #[read(within = 1e-6..=100.0)]
    pub share: f64,
    /// Trading time over which that volume is measured. Left out: the last tick.
    #[read(default, some_time)]
    pub over: Option<Span>,
    /// Trading time between two orders.
    pub every: Span,
    /// Lowest price at which it sells. Left out: any.
    #[read(default, positive)]
    pub limit: Option<f64>,
}

impl Joins for Params {
    fn check(&self, path: &str, findings: &mut Findings) {
        if self.every == Span::ZERO {
            findings.add(format_args!("{path}.every"), "orders without end", "give a length such as \"1m\"");
        }
    }

    fn begins(&self) -> Option<(&'static str, Moment)> {
        Some(("from", self.from))
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

#[derive(Clone, Debug, Component)]
pub struct BlockSeller {
    from: Time,
    share: f64,
    /// In ticks.
    every: u32,
    limit: Option<Price>,
    volume: Recent,
    /// The tick of its next order.
    next: Tick,
}

/// What traded in each of the last ticks.
#[derive(Clone, Debug)]
struct Recent {
    /// How many are remembered.
    over: u32,
    ticks: VecDeque<Lots>,
    sum: Lots,
}

impl Recent {
    fn new(over: u32) -> Self {
        Self { over, ticks: VecDeque::new(), sum: Lots::ZERO }
    }

    fn take(&mut self, volume: Lots) {
        self.ticks.push_back(volume);
        self.sum += volume;
        if self.ticks.len() > self.over as usize
            && let Some(oldest) = self.ticks.pop_front()
        {
            self.sum -= oldest;
        }
    }

    /// Mean of a tick.
    fn mean(&self) -> f64 {
        self.sum.get() as f64 / f64::from(self.over)
    }
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
            volume: Recent::new(params.over.map_or(1, |over| ticks_in(birth.plan, over))),
            next: Tick::new(0),
        };
        (own, 0)
    }

    fn decide(&mut self, eyes: &Eyes<'_>, _draws: &mut Stream, hands: &mut Hands<'_>) -> Wake {
        self.volume.take(eyes.market().volume);
        let is_time = eyes.tick() >= self.next;
        // It looks at each tick when it has to remember them.
        let wake = Wake::After(if self.volume.over > 1 { 1 } else { self.every });
        if is_time {
            self.next = eyes.tick().after(self.every);
        }
        if is_time && eyes.now() >= self.from && !eyes.is_auction() {
            let pace = (self.volume.mean() * self.share * f64::from(self.every)).ceil() as i64;
            let lots = eyes.holding().min(Lots::new(pace));
            match self.limit {
                Some(price) => hands.take(Side::Sell, lots, price),
                None => hands.market(Side::Sell, lots),
            }
        }
        wake
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pace_follows_the_volume_of_the_last_minute_and_forgets_what_is_older() {
        let mut recent = Recent::new(3);
        recent.take(Lots::new(30));
        // Nothing is known of the two ticks before.
        assert_eq!(recent.mean(), 10.0);
        [60, 90, 120].into_iter().for_each(|lots| recent.take(Lots::new(lots)));
        assert_eq!(recent.mean(), 90.0);
    }
}
