//! A patient trader: joins the end of a queue and waits, to see what becomes of an order that nobody takes back.
//!
//! - It places one order at the best price of its own side and leaves it there.
//! - Once the middle of the market is no longer where it was when the order came to rest, it withdraws what is left.
//! - When it has no order it places the next, after `pause`.
//!
//! It measures what a limit order is worth: how often one of its orders trades before the market moves away, by the
//! queues that it found, is in the table `study` of a world that asks for it.
//!
//! Source: Cont, Stoikov and Talreja, "A stochastic model for order book dynamics", Operations Research 58 (2010)
//! 549-563, section 4.3, where such an order is imagined. Here it is real, and others see it in the book.

use super::eyes::ticks_in;
use super::{Behaviour, Birth, Endowment, Eyes, Hands, Joins, Kind, Stake, Wake, check_count, listed};
use bevy_ecs::prelude::Component;
use ground::rng::Stream;
use ground::units::{Lots, Side, Span};
use language::findings::Findings;
use language::read::Read;

#[derive(Clone, Debug, Read)]
pub struct Params {
    /// Members for each instrument.
    pub count: u32,
    pub instruments: Vec<String>,
    pub stake: Stake,
    pub side: Waits,
    /// Units of an order.
    #[read(positive)]
    pub size: f64,
    /// Between the end of one order and the next.
    pub pause: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Read)]
pub enum Waits {
    /// At the bid.
    ToBuy,
    /// At the ask.
    ToSell,
}

impl Joins for Params {
    fn check(&self, path: &str, findings: &mut Findings) {
        check_count(path, self.count, findings);
    }

    fn count(&self) -> u32 {
        self.count
    }

    fn instruments(&self) -> Vec<(String, &str)> {
        listed(&self.instruments)
    }

    fn endowment(&self) -> Endowment<'_> {
        Endowment::Stake(&self.stake)
    }
}

#[derive(Clone, Copy, Debug, Component)]
pub struct Patient {
    side: Side,
    size: Lots,
    /// In ticks.
    pause: u32,
    /// Twice the middle of the market, in steps, when its order was first seen to rest.
    since: Option<i64>,
}

impl Behaviour for Patient {
    type Params = Params;
    const KIND: Kind = Kind::Patient;

    fn born(params: &Params, birth: &mut Birth<'_>) -> (Self, u32) {
        let side = match params.side {
            Waits::ToBuy => Side::Buy,
            Waits::ToSell => Side::Sell,
        };
        let size = Lots::new((params.size / birth.about.lot_units).round() as i64).clamp(Lots::new(1), Lots::LARGEST);
        let pause = if params.pause == Span::ZERO { 1 } else { ticks_in(birth.plan, params.pause) };
        (Self { side, size, pause, since: None }, 0)
    }

    fn decide(&mut self, eyes: &Eyes<'_>, _draws: &mut Stream, hands: &mut Hands<'_>) -> Wake {
        let middle = eyes.market().bid.zip(eyes.market().ask).map(|(bid, ask)| bid.steps() + ask.steps());
        match eyes.waiting().next() {
            Some(order) if self.since.is_some_and(|since| middle != Some(since)) => {
                hands.cancel(&order);
                self.since = None;
                Wake::After(self.pause)
            }
            Some(_) => {
                self.since = self.since.or(middle);
                Wake::After(1)
            }
            // It has traded: the next one after a pause.
            None if self.since.take().is_some() => Wake::After(self.pause),
            None => {
                if middle.is_some() {
                    hands.limit(self.side, self.size, eyes.near(self.side), 0);
                }
                Wake::After(1)
            }
        }
    }
}
