//! An official desk: a central bank or a ministry that buys or sells a stated amount over a stated time.
//!
//! - It does nothing until an `Intervention` shock tells it to buy or sell for so much money within so long.
//! - From then on, each `every`, it sends a market order for what is left of the amount over the orders that are left of
//!   the time. What did not trade is in the next order; what is left when the time is over is not traded.
//! - A new intervention replaces the one under way.
//!
//! How much it buys is given from outside, and counts as a shock among the causes of price moves. A backstop that
//! answers to prices is a [`CentralBank`](super::central_bank).
//!
//! Source: Fatum and Hutchison, "Is sterilised foreign exchange intervention effective after all? An event study
//! approach", Economic Journal 113 (2003) 390-411: interventions come in episodes of a stated size and length.

use super::eyes::ticks_in;
use super::{Behaviour, Birth, Eyes, Hands, Joins, Kind, Stake, Wake, listed};
use bevy_ecs::prelude::Component;
use ground::rng::Stream;
use ground::units::{Cause, Lots, Side, Span, Tick};
use language::read::Read;

#[derive(Clone, Debug, Read)]
pub struct Params {
    pub instruments: Vec<String>,
    pub stake: Stake,
    /// Time between two orders.
    #[read(some_time)]
    pub every: Span,
}

impl Joins for Params {
    fn is_told_what_to_do(&self) -> bool {
        true
    }

    fn count(&self) -> u32 {
        1
    }

    fn instruments(&self) -> Vec<(String, &str)> {
        listed(&self.instruments)
    }

    fn endowment(&self) -> super::Endowment<'_> {
        super::Endowment::Stake(&self.stake)
    }
}

#[derive(Clone, Copy, Debug, Component)]
pub struct OfficialDesk {
    /// In ticks.
    every: u32,
    programme: Option<Programme>,
}

/// What it has been told to do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Programme {
    pub side: Side,
    /// In minor units, still to be traded.
    pub left: f64,
    /// The first tick that is too late.
    pub until: Tick,
    /// What it held when it last looked.
    pub held: Lots,
}

impl OfficialDesk {
    /// Takes on a programme. True when it was idle, and must be woken.
    pub fn start(&mut self, programme: Programme) -> bool {
        self.programme.replace(programme).is_none()
    }

    /// Value of the next order, of `left` with so many ticks to go.
    fn part(&self, left: f64, ticks: u32) -> f64 {
        left / f64::from(ticks.div_ceil(self.every).max(1))
    }
}

impl Behaviour for OfficialDesk {
    type Params = Params;
    const KIND: Kind = Kind::OfficialDesk;
    const CAUSE: Cause = Cause::Shock;

    fn born(params: &Params, birth: &mut Birth<'_>) -> (Self, u32) {
        let own = Self { every: ticks_in(birth.plan, params.every), programme: None };
        // After the last tick: only a shock wakes it.
        (own, birth.plan.clock.ticks)
    }

    fn decide(&mut self, eyes: &Eyes<'_>, _draws: &mut Stream, hands: &mut Hands<'_>) -> Wake {
        let Some(programme) = &mut self.programme else { return Wake::Never };
        let (held, lot) = (eyes.holding(), eyes.lot_value(eyes.mark()).abs());
        let traded = programme.side.signed(held - programme.held).get() as f64;
        programme.left -= traded.max(0.0) * lot;
        programme.held = held;
        let Programme { side, left, until, .. } = *programme;
        if eyes.tick() >= until || left < lot {
            self.programme = None;
            return Wake::Never;
        }
        if lot > 0.0 && !eyes.is_auction() {
            let part = self.part(left, until.index() - eyes.tick().index());
            // A part smaller than a lot is one, or a small amount over a long time would never begin.
            hands.market(side, Lots::new((part / lot).max(1.0) as i64));
        }
        Wake::After(self.every)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_spread_over_the_time_that_is_left() {
        let desk = OfficialDesk { every: 5, programme: None };
        assert_eq!(desk.part(1_000.0, 50), 100.0);
        // 52 ticks hold eleven orders, one every five.
        assert_eq!(desk.part(1_100.0, 52), 100.0);
        assert_eq!(desk.part(70.0, 3), 70.0);
    }

    #[test]
    fn a_second_programme_replaces_the_first_and_wakes_nobody_twice() {
        let mut desk = OfficialDesk { every: 1, programme: None };
        let programme = Programme { side: Side::Buy, left: 5.0, until: Tick::new(9), held: Lots::ZERO };
        assert!(desk.start(programme));
        assert!(!desk.start(Programme { side: Side::Sell, ..programme }));
        assert_eq!(desk.programme.map(|it| it.side), Some(Side::Sell));
    }
}
