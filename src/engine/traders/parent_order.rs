//! One large order, worked evenly over a time by the clock.
//!
//! - From `from` on, over `over` of trading time, it buys (or sells) `size` in market orders, one a tick, each for what
//!   is due by then and not done: what a tick could not fill is asked for again in the next.
//! - It knows no price, and stops when its time is up, done or not.
//!
//! It is how the probe measures impact: the parent order of Almgren and Chriss, "Optimal execution of portfolio
//! transactions", Journal of Risk 3 (2001) 5-39, at the even pace that minimises cost when risk does not count.

use super::eyes::{lots_of_day, ticks_in};
use super::{Behaviour, Birth, Endowment, Eyes, Hands, Joins, Kind, Stake, Wake};
use bevy_ecs::prelude::Component;
use ground::moments::Moment;
use ground::rng::Stream;
use ground::units::{Cause, Lots, Side, Span, Time};
use language::read::Read;

#[derive(Clone, Debug, Read)]
pub struct Params {
    pub instrument: String,
    /// Must cover the order: a custodian lends neither money nor units.
    pub stake: Stake,
    pub way: Way,
    /// All of it, as a share of the ordinary daily volume.
    #[read(positive)]
    pub size: f64,
    pub from: Moment,
    /// Trading time over which it is worked.
    #[read(some_time)]
    pub over: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Read)]
pub enum Way {
    Buy,
    Sell,
}

impl Way {
    pub fn side(self) -> Side {
        match self {
            Self::Buy => Side::Buy,
            Self::Sell => Side::Sell,
        }
    }
}

impl Joins for Params {
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
        Endowment::Stake(&self.stake)
    }
}

#[derive(Clone, Copy, Debug, Component)]
pub struct ParentOrder {
    side: Side,
    /// In lots.
    size: i64,
    from: Time,
    /// In ticks.
    over: u32,
    /// Ticks that it has worked.
    worked: u32,
    neutral: Lots,
}

/// Lots that are due after so many of its ticks.
fn due(size: i64, worked: u32, over: u32) -> i64 {
    (i128::from(size) * i128::from(worked.min(over)) / i128::from(over.max(1))) as i64
}

impl Behaviour for ParentOrder {
    type Params = Params;
    const KIND: Kind = Kind::ParentOrder;
    const CAUSE: Cause = Cause::Shock;

    fn born(params: &Params, birth: &mut Birth<'_>) -> (Self, u32) {
        let from = params.from.time();
        let own = Self {
            side: params.way.side(),
            size: lots_of_day(birth.about, params.size).round() as i64,
            from,
            over: ticks_in(birth.plan, params.over),
            worked: 0,
            neutral: birth.held,
        };
        (own, birth.plan.clock.tick_at(from).index())
    }

    fn decide(&mut self, eyes: &Eyes<'_>, _draws: &mut Stream, hands: &mut Hands<'_>) -> Wake {
        if eyes.now() < self.from || eyes.is_auction() {
            return Wake::After(1);
        }
        self.worked += 1;
        let done = (eyes.holding() - self.neutral).get().abs();
        hands.market(self.side, Lots::new(due(self.size, self.worked, self.over) - done));
        if self.worked < self.over { Wake::After(1) } else { Wake::Never }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_each_tick_an_even_part_is_due_and_by_the_last_one_all_of_it() {
        let plan: Vec<i64> = (1..=4).map(|worked| due(10, worked, 4)).collect();
        assert_eq!(plan, [2, 5, 7, 10]);
        assert_eq!(due(i64::MAX, 5, 4), i64::MAX);
    }
}
