//! The positions of one account side by side, for models that must see them together.

use super::few::Few;
use crate::margin::Position;
use ground::units::{Cash, InstrumentId, Lots, Price};
use std::ops::Deref;

/// What no account holds.
pub const NOTHING: Position = Position {
    instrument: InstrumentId::new(0),
    lots: Lots::ZERO,
    mark: Price::new(0),
    value: Cash::ZERO,
    worth: Cash::ZERO,
};

/// In the order in which they came; those of no lots are left out.
#[derive(Clone, Debug)]
pub struct Held(Few<Position>);

impl Held {
    pub fn of(positions: impl Iterator<Item = Position>) -> Self {
        let mut held = Few::new(NOTHING);
        positions.filter(|position| !position.lots.is_zero()).for_each(|position| held.push(position));
        Self(held)
    }
}

impl Deref for Held {
    type Target = [Position];
    fn deref(&self) -> &[Position] {
        &self.0
    }
}
