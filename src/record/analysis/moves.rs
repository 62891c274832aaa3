//! Who moved a price, and how far: the move of each tick, shared out among those who pushed that way in it.
//!
//! What was traded while the price stood still moved nothing, however much of it there was: an hour of ordinary trading after a
//! jump has no part in the jump. A move in a tick in which nobody pushed that way is nobody's: quotes went there by themselves.

use super::cascade::venues;
use engine::gather::{Gather, PushRecord};
use engine::plan::MarketPlan;
use ground::units::{Cause, MarketId, Price, Side, Tick};

/// What one push did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moved {
    pub tick: Tick,
    pub side: Side,
    /// `None`: nobody pushed.
    pub cause: Option<Cause>,
    /// Price steps, of the side's own way: down for sales, up for purchases. Above zero.
    pub steps: f64,
}

/// By market, in order of ticks. Venues of one instrument share its mark, and the moves of it.
pub fn moves(markets: &[MarketPlan], gather: &Gather) -> Vec<Vec<Moved>> {
    let mut all: Vec<Vec<Moved>> = vec![Vec::new(); markets.len()];
    let mut first = 0;
    while first < markets.len() {
        let own = venues(markets, MarketId::from_index(first));
        let marks = gather.marks.get(&MarketId::from_index(first)).map_or(&[][..], Vec::as_slice);
        // By tick and side: lots of all who pushed, on whichever venue.
        let mut together = vec![[0.0; 2]; marks.len()];
        for push in gather.pushes[own.clone()].iter().flatten() {
            if let Some(together) = together.get_mut(push.tick.index() as usize) {
                together[push.side as usize] += push.lots.get() as f64;
            }
        }
        for market in own.clone() {
            let moved = |push: &PushRecord| {
                let tick = push.tick.index() as usize;
                let far = far(gather.paths[first].start, marks, tick, push.side)?;
                let steps = far * push.lots.get() as f64 / together[tick][push.side as usize];
                Some(Moved { tick: push.tick, side: push.side, cause: Some(push.cause), steps })
            };
            all[market] = gather.pushes[market].iter().filter_map(moved).collect();
        }
        // Told once, on the first of its venues.
        for side in [Side::Buy, Side::Sell] {
            let nobody = (0..marks.len()).filter(|tick| together[*tick][side as usize] == 0.0);
            all[first].extend(nobody.filter_map(|tick| {
                let steps = far(gather.paths[first].start, marks, tick, side)?;
                Some(Moved { tick: Tick::new(u32::try_from(tick).ok()?), side, cause: None, steps })
            }));
        }
        all[first].sort_by_key(|moved| moved.tick);
        first = own.end;
    }
    all
}

/// How many steps the mark went this way in a tick; `None` where it did not.
fn far(start: Price, marks: &[Price], tick: usize, side: Side) -> Option<f64> {
    let before = tick.checked_sub(1).map_or(Some(&start), |before| marks.get(before))?;
    let up = *marks.get(tick)? - *before;
    let far = if side == Side::Buy { up } else { -up };
    (far > 0).then_some(far as f64)
}
