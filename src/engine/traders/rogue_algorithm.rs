//! An algorithm gone wrong: it buys at the ask and sells at the bid, over and over, without knowing what it has done.
//!
//! - From `from` to `until` it sends, each `every`, an order to take `size` from the market: always on the side of its
//!   `bias`, or on both sides by turns when it has none.
//! - It looks at neither price nor position. What stops it is the end, its lender's checks, or the end of its lender.
//!
//! Source: SEC, "In the matter of Knight Capital Americas LLC", 16 October 2013: some 4 million executions in 154 stocks
//! for 212 customer orders in 45 minutes.

use super::eyes::{lots_of_day, ticks_in};
use super::{Behaviour, Birth, Eyes, Hands, Joins, Kind, Levered, Spread, Wake, check_count, usual_fields};
use bevy_ecs::prelude::Component;
use ground::moments::Moment;
use ground::rng::Stream;
use ground::units::{Cause, Lots, Side, Span, Time};
use language::findings::Findings;
use language::read::Read;

#[derive(Clone, Debug, Read)]
pub struct Params {
    /// Members for each instrument.
    pub count: u32,
    pub instruments: Vec<String>,
    pub stake: Levered,
    pub from: Moment,
    pub until: Moment,
    pub bias: Bias,
    /// Time between two orders.
    #[read(some_time)]
    pub every: Span,
    /// Size of an order, as a share of the ordinary daily volume.
    #[read(positive)]
    pub size: f64,
    /// How members differ. Left out: they do not.
    #[read(default)]
    pub spread: Spread,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Read)]
pub enum Bias {
    Buys,
    Sells,
    /// By turns: it pays the spread and gains nothing.
    Neither,
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

    usual_fields!(Levered);
}

#[derive(Clone, Copy, Debug, Component)]
pub struct RogueAlgorithm {
    from: Time,
    until: Time,
    bias: Bias,
    /// In ticks.
    every: u32,
    /// In lots.
    size: f64,
    orders: u32,
}

impl RogueAlgorithm {
    fn side(&self) -> Side {
        match self.bias {
            Bias::Buys => Side::Buy,
            Bias::Sells => Side::Sell,
            Bias::Neither if self.orders.is_multiple_of(2) => Side::Buy,
            Bias::Neither => Side::Sell,
        }
    }
}

impl Behaviour for RogueAlgorithm {
    type Params = Params;
    const KIND: Kind = Kind::RogueAlgorithm;
    /// That it runs wild is given, not something the market did.
    const CAUSE: Cause = Cause::Shock;

    fn born(params: &Params, birth: &mut Birth<'_>) -> (Self, u32) {
        let own = Self {
            from: params.from.time(),
            until: params.until.time(),
            bias: params.bias,
            every: ticks_in(birth.plan, params.every),
            size: lots_of_day(birth.about, params.size),
            orders: 0,
        };
        (own, birth.plan.clock.tick_at(own.from).index())
    }

    fn decide(&mut self, eyes: &Eyes<'_>, _draws: &mut Stream, hands: &mut Hands<'_>) -> Wake {
        if eyes.now() >= self.until {
            return Wake::Never;
        }
        hands.market(self.side(), Lots::new(self.size.max(1.0) as i64));
        self.orders += 1;
        Wake::After(self.every)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_bias_it_goes_round_in_circles() {
        let mut machine = RogueAlgorithm {
            from: Time::default(),
            until: Time::default(),
            bias: Bias::Neither,
            every: 1,
            size: 1.0,
            orders: 0,
        };
        assert_eq!(machine.side(), Side::Buy);
        machine.orders += 1;
        assert_eq!(machine.side(), Side::Sell);
        assert_eq!(RogueAlgorithm { bias: Bias::Sells, ..machine }.side(), Side::Sell);
    }
}
