//! Stage 1: what is due now happens. Shocks strike ([`crate::shocks`]), orders lapse, traders wake, books change phase.

use crate::tick::state::{State, Wakes};
use ground::ops::exp;
use ground::rng::normal;
use mechanics::book::Phase;

/// A walk by amounts goes no lower than this share of the start.
const LEAST_VALUE: f64 = 1e-6;

/// News arrives in small steps all the time, even where nobody trades on it.
pub fn walk_values(state: &mut State) {
    let State { ref scene, ref clock, ref mut values, ref mut view, .. } = *state;
    for ((draw, stream), step) in values.draws.iter_mut().zip(&mut values.streams).zip(&values.step) {
        *draw = if *step > 0.0 { normal(stream) } else { 0.0 };
    }
    values.mixing.mix(&mut values.draws);
    for (index, (draw, step)) in values.draws.iter().zip(&values.step).enumerate() {
        let step = step * values.regime[index] * draw;
        match clock.tick().index().checked_rem(values.round[index]) {
            Some(0) => view.values[index] = 1.0,
            // Whoever thinks in proportions can go on doing so.
            Some(_) => view.values[index] = (view.values[index] + step).max(LEAST_VALUE),
            None if step == 0.0 => {}
            None => view.values[index] *= exp(step),
        }
    }
    let now = clock.tick();
    for (path, used) in scene.plan.replay.iter().zip(&mut values.replayed) {
        *used += path.from[*used..].iter().take_while(|from| **from <= now).count();
        if now < path.until && *used > 0 {
            view.values[path.instrument.index()] = path.values[*used - 1];
        }
    }
    // What is on something is worth what that is worth. (Of an option nobody has a view but its price.)
    for (index, about) in scene.plan.instruments.iter().enumerate() {
        if let Some(of) = about.kind.underlying().filter(|_| about.kind.is_contract()) {
            view.values[index] = view.values[of.index()];
        }
    }
}

/// Books enter the call auction at the opening; the matching stage ends it.
pub fn open_books(state: &mut State) {
    let State { ref clock, markets: ref mut books, .. } = *state;
    if clock.is_first_of_session() && clock.is_auction() {
        for market in books.iter_mut() {
            if let Some(book) = market.book_mut().filter(|book| book.phase() == Phase::Continuous) {
                book.start_auction();
            }
        }
    }
}

pub fn lapse_orders(state: &mut State) {
    let State { ref halts, ref clock, ref mut open, markets: ref mut books, ref mut happenings, .. } = *state;
    let later = |market| halts.cut_off_until(market).map(|until| clock.calendar().tick_at(until));
    open.expire(clock.tick(), later, |market, key| {
        books.cancel(market, key, happenings);
    });
}

pub fn wake_traders(state: &mut State) {
    let State { ref scene, ref clock, ref mut wakes, ref mut due, .. } = *state;
    let Wakes { wheel, awake } = wakes;
    wheel.take(clock.tick(), |trader| awake.add(trader.index()));
    awake.drain(|trader| {
        if let (Some(kind), entity) = scene.traders[trader] {
            due.by_kind[kind as usize].push(entity);
        }
    });
}
