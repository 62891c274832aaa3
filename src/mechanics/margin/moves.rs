//! What moves when a price is tried out: one instrument by itself, or all that is on one thing.
//!
//! What has no price of its own always follows what it takes it from: a swap stands where its underlying stands, and an option
//! is worth what its rule says, at the volatility that is implied. What has a price of its own stays where it is when
//! another moves *alone*, be they on the same thing: two months of one future come apart. When they move *together* all
//! move by as much money.

#![allow(clippy::float_arithmetic, reason = "a price that is tried out is a judgement, not a settlement")]

use super::models::root;
use super::{Marks, Payoff};
use crate::contracts::option_now;
use ground::units::{InstrumentId, Price};

/// A move that is tried out, by the price of what leads it.
#[derive(Clone, Debug)]
pub struct Move {
    leads: InstrumentId,
    from: Price,
    marks: Marks,
    /// What is shifted: from where, and by how many of its own steps for a step of what leads.
    shifted: Vec<(InstrumentId, Price, f64)>,
    /// What is valued anew.
    options: Vec<InstrumentId>,
}

impl Move {
    /// One price, all others still: an instrument's own, or the one that it takes its own from. It leads by the instrument, or for
    /// an option, whose worth follows from it and not it from that, by what the option is on.
    pub fn alone(marks: &Marks, instrument: InstrumentId) -> Self {
        let price = priced_by(marks, instrument);
        let is_option = marks.facts(instrument).payoff != Payoff::Linear;
        let leads = if is_option { price } else { instrument };
        let moves =
            |other: &InstrumentId| marks.facts(*other).payoff == Payoff::Linear && priced_by(marks, *other) == price;
        Self::of(marks, leads, moves, |_| 1.0)
    }

    /// This and all that is on it in the end, by as much money each.
    pub fn together(marks: &Marks, on: InstrumentId) -> Self {
        let step = marks.facts(on).step_size;
        let moves = |other: &InstrumentId| root(marks, *other) == on && marks.facts(*other).payoff == Payoff::Linear;
        Self::of(marks, on, moves, |other| step / marks.facts(other).step_size)
    }

    fn of(
        marks: &Marks,
        leads: InstrumentId,
        moves: impl Fn(&InstrumentId) -> bool,
        steps: impl Fn(InstrumentId) -> f64,
    ) -> Self {
        let all = || (0..marks.len()).map(InstrumentId::from_index);
        let shifted: Vec<_> = all().filter(moves).map(|it| (it, marks.price(it), steps(it))).collect();
        let on_it = |option: &InstrumentId| {
            let facts = marks.facts(*option);
            facts.payoff != Payoff::Linear
                && *option != leads
                && shifted.iter().any(|(moved, ..)| *moved == facts.underlying)
        };
        let options = all().filter(on_it).collect();
        Self { leads, from: marks.price(leads), marks: marks.clone(), shifted, options }
    }

    /// By whose price it is told.
    pub fn leads(&self) -> InstrumentId {
        self.leads
    }

    /// Where what leads stands now.
    pub fn from(&self) -> Price {
        self.from
    }

    /// Whether nothing but what leads moves.
    pub fn is_of_one(&self) -> bool {
        self.shifted.len() == 1 && self.options.is_empty()
    }

    /// Whether this is moved by it.
    pub fn takes_along(&self, instrument: InstrumentId) -> bool {
        self.shifted.iter().any(|(moved, ..)| *moved == instrument) || self.options.contains(&instrument)
    }

    /// The marks with what leads at this price.
    pub fn at(&mut self, price: Price) -> &Marks {
        let by = price - self.from;
        for &(instrument, from, steps) in &self.shifted {
            let own = if instrument == self.leads { by } else { (by as f64 * steps).round() as i64 };
            self.marks.set(instrument, Price::new(from.steps().saturating_add(own)).clamped());
        }
        for &option in &self.options {
            if let Some(mark) = option_now(&self.marks, option) {
                self.marks.set(option, mark);
            }
        }
        &self.marks
    }
}

/// What has the price that this one takes its own from; itself where that is its own.
fn priced_by(marks: &Marks, instrument: InstrumentId) -> InstrumentId {
    let written_on = |of: &InstrumentId| Some(marks.facts(*of)).filter(|facts| facts.payoff != Payoff::Linear);
    let linear =
        std::iter::successors(Some(instrument), |of| written_on(of).map(|facts| facts.underlying)).take(4).last();
    marks.facts(linear.unwrap_or(instrument)).sold_in
}

#[cfg(test)]
mod tests {
    use super::super::test_world::World;
    use super::super::{Facts, Right};
    use super::*;
    use ground::units::Time;

    const STOCK: InstrumentId = InstrumentId::new(0);
    const OTHER: InstrumentId = InstrumentId::new(1);
    const CALL: InstrumentId = InstrumentId::new(2);
    const SWAP: InstrumentId = InstrumentId::new(3);

    /// A stock, something on it with a price of its own in steps of a tenth, a call at the money that ends now, a swap.
    fn world() -> World {
        let mut world = World::new(0, &[(1, 10_000, 0), (1, 100_500, 0), (1, 0, 0)], &[(1, 10_000, 10_000)]);
        let on = |index| Facts { underlying: STOCK, ..Facts::unknown(InstrumentId::new(index)) };
        let payoff = Payoff::Option { right: Right::Call, strike: Price::new(10_000), expiry: Time::from_seconds(0) };
        let swap = Facts { sold_in: STOCK, ..on(3) };
        world.marks =
            world.marks.with_facts([on(0), Facts { step_size: 0.1, ..on(1) }, Facts { payoff, ..on(2) }, swap]);
        world
    }

    fn stand(marks: &Marks) -> [i64; 4] {
        [STOCK, OTHER, CALL, SWAP].map(|it| marks.price(it).steps())
    }

    #[test]
    fn alone_takes_along_what_has_no_price_of_its_own_and_nothing_else() {
        let world = world();
        let alone = |of| Move::alone(&world.marks, of);
        assert_eq!(stand(alone(STOCK).at(Price::new(10_700))), [10_700, 100_500, 700, 10_700]);
        assert_eq!(stand(alone(SWAP).at(Price::new(10_700))), [10_700, 100_500, 700, 10_700]);
        assert_eq!((alone(CALL).leads(), alone(SWAP).leads()), (STOCK, SWAP));
        assert_eq!(stand(alone(CALL).at(Price::new(10_700))), [10_700, 100_500, 700, 10_700]);
        assert_eq!(stand(alone(OTHER).at(Price::new(101_000))), [10_000, 101_000, 0, 10_000]);
        assert!(alone(OTHER).is_of_one() && !alone(STOCK).is_of_one());
    }

    #[test]
    fn together_all_move_by_as_much_money() {
        let mut together = Move::together(&world().marks, STOCK);
        assert_eq!(stand(together.at(Price::new(10_700))), [10_700, 107_500, 700, 10_700]);
        assert_eq!(stand(together.at(Price::new(9_990))), [9_990, 100_400, 0, 9_990]);
    }
}
