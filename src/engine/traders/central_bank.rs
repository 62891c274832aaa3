//! A central bank that stands ready to buy, within limits it has announced.
//!
//! - From `from` to `until` it buys each `every` when the mark stands `trigger` or more below its price at `from`: an
//!   order for `pace` of the ordinary daily volume a day, spread over the day, at the market and no higher than the trigger
//!   price.
//! - It stops when it has bought `at_most` in all, and sells nothing.
//!
//! Source: the Bank of England's gilt purchases of 28 September to 14 October 2022, announced with a daily limit and an
//! end: what a backstop does depends on its limits being known.

use super::eyes::{lots_of_day, ticks_in, ticks_in_day};
use super::{Behaviour, Birth, Eyes, Hands, Joins, Kind, Spread, Stake, Wake, check_count, usual_fields};
use bevy_ecs::prelude::Component;
use ground::moments::Moment;
use ground::rng::Stream;
use ground::units::{Lots, Price, Side, Span, Time};
use language::findings::Findings;
use language::read::Read;

#[derive(Clone, Debug, Read)]
pub struct Params {
    /// Members for each instrument: 1, as a rule.
    pub count: u32,
    pub instruments: Vec<String>,
    pub stake: Stake,
    pub from: Moment,
    pub until: Moment,
    /// How far the mark must stand below its price at `from`, as a share of it. 0 for at or below.
    #[read(within = 0.0..=0.999)]
    pub trigger: f64,
    /// What it buys in a day, as a share of the ordinary daily volume.
    #[read(positive)]
    pub pace: f64,
    /// What it buys in all, as a multiple of the ordinary daily volume.
    #[read(positive)]
    pub at_most: f64,
    /// Time between two orders.
    #[read(some_time)]
    pub every: Span,
    /// How members differ. Left out: they do not.
    #[read(default)]
    pub spread: Spread,
}

impl Joins for Params {
    fn check(&self, path: &str, findings: &mut Findings) {
        check_count(path, self.count, findings);
        if self.until.time() <= self.from.time() {
            findings.add(format_args!("{path}.until"), "it ends before it begins", "give a moment after `from`");
        }
    }

    fn begins(&self) -> Option<(&'static str, Moment)> {
        Some(("from", self.from))
    }

    usual_fields!(Stake);
}

#[derive(Clone, Copy, Debug, Component)]
pub struct CentralBank {
    until: Time,
    trigger: f64,
    /// Lots of one order, and of all.
    order: f64,
    at_most: f64,
    /// In ticks.
    every: u32,
    neutral: Lots,
    /// The mark at the beginning, in price steps.
    reference: Option<f64>,
}

impl CentralBank {
    /// Lots to order at this mark, with so many bought.
    fn wants(&self, mark: f64, ceiling: f64, bought: f64) -> f64 {
        if mark > ceiling { 0.0 } else { self.order.min(self.at_most - bought).max(0.0) }
    }
}

impl Behaviour for CentralBank {
    type Params = Params;
    const KIND: Kind = Kind::CentralBank;

    fn born(params: &Params, birth: &mut Birth<'_>) -> (Self, u32) {
        let every = ticks_in(birth.plan, params.every);
        let orders_a_day = (ticks_in_day(birth.plan) / f64::from(every)).max(1.0);
        let own = Self {
            until: params.until.time(),
            trigger: params.trigger,
            order: lots_of_day(birth.about, params.pace) / orders_a_day,
            at_most: lots_of_day(birth.about, params.at_most),
            every,
            neutral: birth.held,
            reference: None,
        };
        (own, birth.plan.clock.tick_at(params.from.time()).index())
    }

    fn decide(&mut self, eyes: &Eyes<'_>, _draws: &mut Stream, hands: &mut Hands<'_>) -> Wake {
        if eyes.now() >= self.until {
            return Wake::Never;
        }
        let reference = *self.reference.get_or_insert(eyes.mark());
        let ceiling = (reference - self.trigger * reference.abs()).floor();
        let bought = (eyes.holding() - self.neutral).get() as f64;
        let lots = self.wants(eyes.mark(), ceiling, bought);
        hands.take(Side::Buy, Lots::new(lots as i64), Price::new(ceiling as i64).clamped());
        Wake::After(self.every)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_buys_below_its_trigger_and_no_more_than_announced() {
        let bank = CentralBank {
            until: Time::default(),
            trigger: 0.05,
            order: 100.0,
            at_most: 250.0,
            every: 1,
            neutral: Lots::ZERO,
            reference: Some(1_000.0),
        };
        assert_eq!(bank.wants(951.0, 950.0, 0.0), 0.0);
        assert_eq!(bank.wants(950.0, 950.0, 0.0), 100.0);
        assert_eq!(bank.wants(900.0, 950.0, 200.0), 50.0);
        assert_eq!(bank.wants(900.0, 950.0, 250.0), 0.0);
    }
}
