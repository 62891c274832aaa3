//! Concentration: a position that is large against the market it must be sold in needs more.
//!
//! A position's size is counted in ordinary days of everybody's trading, or as a share of the float. The highest step
//! that it is over adds its rate of the whole position's value. The margin models of clearing houses and of prime brokers
//! have such steps (Credit Suisse's for Archegos counted days of volume: Paul, Weiss, July 2021); the net capital
//! rule takes 15 % more of what is an undue concentration (17 CFR 240.15c3-1(c)(2)(vi)(M)).
//!
//! Shares and a swap on them are got rid of in one market, so they are one position there: what is long less what is short.
//! What has a market of its own, a future or an option, counts by itself.

use super::super::models::Few;
use super::super::{Marks, Position};
use ground::units::{Cash, InstrumentId, Rate};
use ordered_float::OrderedFloat;

/// Steps in rising order of size, and what each adds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Steps(Box<[(f64, Rate)]>);

impl Steps {
    pub fn new(mut steps: Vec<(f64, Rate)>) -> Self {
        steps.sort_by_key(|(from, _)| OrderedFloat(*from));
        Self(steps.into())
    }

    /// The rate of the highest step that this size is over; nothing below the first.
    pub fn rate(&self, size: f64) -> Rate {
        self.0.iter().rev().find(|(over, _)| size > *over).map_or(Rate::ZERO, |(_, add)| *add)
    }

    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The highest rate that any size has.
    pub fn most(&self) -> Rate {
        self.0.iter().map(|(_, add)| *add).max().unwrap_or_default()
    }
}

/// All that an account holds of what is sold in one market.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pile {
    /// What is sold to be rid of it.
    pub sold_in: InstrumentId,
    /// What of it the account holds most of.
    pub mostly: InstrumentId,
    /// In lots of what is sold, long less short.
    lots: f64,
    value: Cash,
    largest: Cash,
}

impl Pile {
    #[expect(clippy::float_arithmetic, reason = "decides which step applies; what is paid is a rate of a whole amount")]
    fn of(marks: &Marks, position: &Position) -> Self {
        let facts = marks.facts(position.instrument);
        let lots = position.lots.get() as f64;
        let lots = if facts.sold_in == position.instrument {
            lots
        } else {
            lots * facts.lot_units / marks.facts(facts.sold_in).lot_units
        };
        let (mostly, value) = (position.instrument, position.value);
        Self { sold_in: facts.sold_in, mostly, lots, value, largest: value.abs() }
    }

    #[expect(clippy::float_arithmetic, reason = "decides which step applies; what is paid is a rate of a whole amount")]
    fn and(&mut self, other: &Self) {
        self.lots += other.lots;
        self.value += other.value;
        if other.largest > self.largest {
            (self.mostly, self.largest) = (other.mostly, other.largest);
        }
    }

    pub fn value(&self) -> Cash {
        self.value.abs()
    }

    /// Its size against its market, of which there are so many lots: infinite where nothing trades, nothing where nothing
    /// is held.
    #[expect(clippy::float_arithmetic, reason = "decides which step applies; what is paid is a rate of a whole amount")]
    pub fn against(&self, lots: f64) -> f64 {
        if self.lots == 0.0 { 0.0 } else { self.lots.abs() / lots.max(0.0) }
    }
}

/// What the positions come to in each market in which they would be sold, in the markets' order.
pub fn piles(marks: &Marks, positions: impl Iterator<Item = Position>) -> Few<Pile> {
    let nothing = InstrumentId::new(0);
    let none = Pile { sold_in: nothing, mostly: nothing, lots: 0.0, value: Cash::ZERO, largest: Cash::ZERO };
    let mut piles = Few::new(none);
    positions.for_each(|position| piles.push(Pile::of(marks, &position)));
    piles.sort_unstable_by_key(|pile| (pile.sold_in, pile.mostly));
    let mut together = Few::new(none);
    for alike in piles.chunk_by(|one, other| one.sold_in == other.sold_in) {
        let mut whole = alike[0];
        alike[1..].iter().for_each(|pile| whole.and(pile));
        together.push(whole);
    }
    together
}
