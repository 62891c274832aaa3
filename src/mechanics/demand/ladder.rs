//! A demand curve as it is shown to an order book: limit orders on both sides of the mark.
//!
//! Prices stand at distances from the mark that double from 0.1 % to 12.8 %. Going down, each rung bids for what the
//! curve wants there beyond the rungs above it; going up, each offers what it no longer wants. Who wants more than it
//! holds at the mark itself bids for that up to where it would not any more, and the same the other way: these orders
//! cross the book if anybody stands there.
//!
//! Demand that rises with the price cannot rest in a book, where an order further down only ever buys more. What such a
//! curve wants to be rid of at the mark it offers at the lowest rung, which is to sell at once.

use super::Curve;
use ground::units::{Lots, Price, Side, StepValue};

/// Of the nearest rung from the mark, as a share of it; each further one is twice as far.
const NEAREST: f64 = 0.001;
/// On each side of the mark.
const RUNGS: i32 = 8;

/// One limit order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rung {
    pub side: Side,
    pub price: Price,
    pub lots: Lots,
}

/// The orders that show a curve around a mark to a book, for somebody who holds so much: those that trade
/// first on each side before the others.
pub fn rungs(curve: &Curve, held: Lots, mark: Price, step_value: StepValue) -> Vec<Rung> {
    let mark = Price::new(mark.steps().clamp(1, Price::FURTHEST.steps()));
    let missing = curve.lots(mark, step_value) - held;
    let at = |rung: i32| {
        let away = NEAREST * f64::from(1 << (rung.abs() - 1)) * f64::from(rung.signum());
        Price::new((mark.steps() as f64 * (1.0 + away)).round().max(1.0) as i64).clamped()
    };
    let missing_at = |price| curve.lots(price, step_value) - held;
    let mut rungs = Vec::new();
    for side in [Side::Buy, Side::Sell] {
        // Signed so that more is more on either side, and further from the mark is worse for the other side.
        let sign = if side == Side::Buy { 1 } else { -1 };
        let wanted = |price| sign * missing_at(price).get();
        let now = sign * missing.get();
        // On the far side of the mark: as far as it wants any at all.
        let crossing: Vec<(Price, i64)> = (1..=RUNGS)
            .map(|rung| at(sign as i32 * rung))
            .map(|price| (price, wanted(price).min(now)))
            .take_while(|(_, lots)| now > 0 && *lots > 0)
            .collect();
        let resting = (1..=RUNGS).map(|rung| at(-(sign as i32) * rung)).map(|price| (price, wanted(price)));
        let mut placed = 0;
        for (price, lots) in crossing.into_iter().rev().chain([(mark, now)]).chain(resting) {
            if lots > placed {
                rungs.push(Rung { side, price, lots: Lots::new(lots - placed) });
                placed = lots;
            }
        }
    }
    rungs
}
