//! What is long in one delivery month of a commodity and short in another: calendar spreads.
//!
//! What is held in a month is netted first: futures by what they are on, whatever the size of their contracts, and options on them by
//! their deltas. A future without a stated end is a month of its own; what is no future and on none has no month. (CME Group,
//! "Intracommodity Spreads": offsets "between products within the same Combined Commodity but of different expirations".)

#![allow(
    clippy::float_arithmetic,
    reason = "a delta is a judgement; what is asked for it becomes money in one rounding"
)]

use super::exposure::{Exposure, chain};
use super::few::Few;
use crate::margin::Marks;
use ground::units::{InstrumentId, Time};

/// Units of the commodity that are long in one month and short in another.
pub fn between(marks: &Marks, held: impl Iterator<Item = (InstrumentId, Exposure)>) -> f64 {
    /// When it ends, and of what has no end which it is.
    type Month = (Time, Option<InstrumentId>);
    let month = |instrument: InstrumentId| -> Option<Month> {
        let future = chain(marks, instrument).find_map(|on| Some((on, marks.facts(on).delivered?)));
        future.map(|(future, ends)| (ends, (ends == Time::NEVER).then_some(future)))
    };
    let mut net: Few<(Month, f64)> = Few::new(((Time::NEVER, None), 0.0));
    for (instrument, exposure) in held {
        let Some(month) = month(instrument) else { continue };
        // What a step is worth on one unit.
        let per_unit = marks.step_value(instrument).get() as f64 / marks.facts(instrument).lot_units;
        let units = exposure.delta() / per_unit;
        match net.iter().position(|(other, _)| *other == month) {
            Some(place) => net[place].1 += units,
            None => net.push((month, units)),
        }
    }
    let long: f64 = net.iter().map(|(_, units)| units.max(0.0)).sum();
    let short: f64 = net.iter().map(|(_, units)| (-units).max(0.0)).sum();
    long.min(short)
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::margin::{Facts, Payoff, Position, Right};
    use ground::units::{Lots, Price, StepValue};

    /// Oil at 80; futures of a hundred on June and September, of ten on both; a call and a put at 80 on September; a swap.
    pub const OIL: usize = 0;
    pub const JUNE: usize = 1;
    pub const SEPTEMBER: usize = 2;
    pub const SMALL_JUNE: usize = 3;
    pub const SMALL_SEPTEMBER: usize = 4;
    const CALL: usize = 5;
    const PUT: usize = 6;
    const SWAP: usize = 7;

    pub fn marks() -> Marks {
        let id = InstrumentId::from_index;
        let lots = [1, 100, 100, 10, 10, 100, 100, 1];
        let end = |day: i64| Time::from_seconds(86_400 * day);
        let option = |right| Payoff::Option { right, strike: Price::new(8_000), expiry: end(180) };
        let facts = |index: usize| Facts {
            payoff: match index {
                CALL => option(Right::Call),
                PUT => option(Right::Put),
                _ => Payoff::Linear,
            },
            underlying: id(if index == CALL || index == PUT { SEPTEMBER } else { OIL }),
            delivered: match index {
                JUNE | SMALL_JUNE => Some(end(100)),
                SEPTEMBER | SMALL_SEPTEMBER => Some(end(190)),
                _ => None,
            },
            lot_units: lots[index] as f64,
            step_size: 0.01,
            daily_volatility: 0.02,
            ..Facts::unknown(id(index))
        };
        let at = |lots: i64| (StepValue::new(lots), Price::new(8_000));
        Marks::new(lots.map(at)).with_facts((0..lots.len()).map(facts))
    }

    pub fn positions(marks: &Marks, held: &[(usize, i64)]) -> Vec<Position> {
        let position = |&(index, lots): &(usize, i64)| {
            let (instrument, lots) = (InstrumentId::from_index(index), Lots::new(lots));
            let value = marks.value(instrument, lots);
            Position { instrument, lots, mark: marks.price(instrument), value, worth: value }
        };
        held.iter().map(position).collect()
    }

    fn units(held: &[(usize, i64)]) -> f64 {
        let marks = marks();
        let held = positions(&marks, held);
        between(&marks, held.iter().map(|position| (position.instrument, Exposure::of(&marks, position))))
    }

    #[test]
    fn months_stand_against_each_other_by_what_is_held_in_each() {
        assert_eq!(units(&[(JUNE, 10), (SEPTEMBER, -10)]), 1_000.0);
        // Ten of a tenth are one.
        assert_eq!(units(&[(SMALL_JUNE, 100), (SMALL_SEPTEMBER, -100)]), 1_000.0);
        assert_eq!(units(&[(JUNE, 10), (SMALL_SEPTEMBER, -100)]), 1_000.0);
        // One month nets, whatever its contracts are; what is no future has no month.
        assert_eq!(units(&[(JUNE, 10), (SMALL_JUNE, -100)]), 0.0);
        assert_eq!(units(&[(OIL, 1_000), (SWAP, -1_000)]), 0.0);
        assert_eq!(units(&[(JUNE, 10), (OIL, -1_000)]), 0.0);
        // A call short and a put long at one strike are short of the future, whatever volatility is.
        let synthetic = units(&[(JUNE, 10), (CALL, -10), (PUT, 10)]);
        assert!((synthetic - 1_000.0).abs() < 1e-9, "{synthetic}");
        // Half of a contract of delta each, about.
        let call = units(&[(JUNE, 10), (CALL, -10)]);
        assert!((500.0..600.0).contains(&call), "{call}");
    }
}
