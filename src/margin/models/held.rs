//! The positions of one account side by side, for models that must see them together.
//!
//! An account of up to [`FEW`] positions takes no memory from the heap.

use crate::margin::Position;
use crate::units::{Cash, InstrumentId, Lots, Price};
use std::ops::Deref;

const FEW: usize = 16;
const NOTHING: Position = Position {
    instrument: InstrumentId::new(0),
    lots: Lots::ZERO,
    mark: Price::new(0),
    value: Cash::ZERO,
    worth: Cash::ZERO,
};

/// In the order in which they came; those of no lots are left out.
#[derive(Clone, Debug)]
pub struct Held {
    few: [Position; FEW],
    count: usize,
    /// All of them, once there are more than a few.
    many: Vec<Position>,
}

impl Held {
    pub fn of(positions: impl Iterator<Item = Position>) -> Self {
        let mut held = Self { few: [NOTHING; FEW], count: 0, many: Vec::new() };
        for position in positions.filter(|position| !position.lots.is_zero()) {
            if held.count < FEW {
                held.few[held.count] = position;
            } else {
                if held.count == FEW {
                    held.many.extend_from_slice(&held.few);
                }
                held.many.push(position);
            }
            held.count += 1;
        }
        held
    }
}

impl Deref for Held {
    type Target = [Position];
    fn deref(&self) -> &[Position] {
        if self.count <= FEW { &self.few[..self.count] } else { &self.many }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_or_many_they_come_out_as_they_went_in() {
        for count in [0, 1, FEW - 1, FEW, FEW + 1, 3 * FEW] {
            let positions: Vec<_> =
                (0..count).map(|index| Position { lots: Lots::new(index as i64 + 1), ..NOTHING }).collect();
            let between = positions.iter().flat_map(|position| [NOTHING, *position]);
            assert_eq!(*Held::of(between), *positions);
        }
    }
}
