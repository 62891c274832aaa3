//! Stage 1: what is due now happens. Shocks strike ([`crate::shocks`]), orders lapse, traders wake, books change phase.

use super::halts::Halts;
use crate::correlations::Mixing;
use crate::tick::clock::Clock;
use crate::tick::open_orders::OpenOrders;
use crate::tick::state::{MarketBook, Scene};
use crate::tick::trays::{Due, Happenings};
use crate::tick::view::View;
use crate::tick::wheel::Wheel;
use bevy_ecs::prelude::{Query, Res, ResMut, Resource};
use ground::index_set::IndexSet;
use ground::ops::exp;
use ground::rng::{Stream, normal};
use ground::units::TraderId;
use mechanics::book::Phase;

/// The shocks that have not struck yet: how many of the plan's, sorted by time, have.
#[derive(Clone, Debug, Default, Resource)]
pub struct Struck(pub usize);

/// Margin models that changed in this tick, for the margin stage.
#[derive(Clone, Debug, Default, Resource)]
pub struct Hiked(pub Vec<ground::units::LenderId>);

/// Who wakes when.
#[derive(Debug, Default, Resource)]
pub struct Wakes {
    pub wheel: Wheel<TraderId>,
    /// Who wakes now; empty between ticks. By id, so that the decide stage walks through its traders' state as it
    /// lies in memory; who decides first makes no difference.
    awake: IndexSet,
}

impl Wakes {
    pub fn new(traders: usize) -> Self {
        Self { wheel: Wheel::default(), awake: IndexSet::new(traders) }
    }
}

/// What informed traders think each instrument is worth: a walk, one stream an instrument, mixed where the
/// world says that they move together.
#[derive(Debug, Resource)]
pub struct Values {
    pub streams: Vec<Stream>,
    /// Standard deviation of a tick's step: in the logarithm or, in rounds, as a share of the start.
    pub step: Vec<f64>,
    /// Ticks after which it starts again; 0 for never.
    pub round: Vec<u32>,
    /// Volatility now, as a multiple of the ordinary.
    pub regime: Vec<f64>,
    /// How values move together.
    pub mixing: Mixing,
    /// The draws of a tick.
    pub draws: Vec<f64>,
    /// By replayed path: rows that hold already.
    pub replayed: Vec<usize>,
}

/// A walk by amounts goes no lower than this share of the start.
const LEAST_VALUE: f64 = 1e-6;

/// News arrives in small steps all the time, even where nobody trades on it.
pub fn walk_values(scene: Res<Scene>, clock: Res<Clock>, mut values: ResMut<Values>, mut view: ResMut<View>) {
    let values = &mut *values;
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
pub fn open_books(clock: Res<Clock>, mut books: Query<&mut MarketBook>) {
    if clock.is_first_of_session() && clock.is_auction() {
        for mut market in &mut books {
            if let Some(book) = market.book_mut().filter(|book| book.phase() == Phase::Continuous) {
                book.start_auction();
            }
        }
    }
}

pub fn lapse_orders(
    scene: Res<Scene>,
    halts: Res<Halts>,
    clock: Res<Clock>,
    mut open: ResMut<OpenOrders>,
    mut books: Query<&mut MarketBook>,
    mut happenings: ResMut<Happenings>,
) {
    let happenings = &mut *happenings;
    let later = |market| halts.cut_off_until(market).map(|until| clock.calendar().tick_at(until));
    open.expire(clock.tick(), later, |market, key| {
        let mut book = books.get_mut(scene.markets[market.index()]).expect("every market is an entity");
        book.cancel(key, &mut happenings.events);
        happenings.until.push((market, happenings.events.len()));
    });
}

pub fn wake_traders(scene: Res<Scene>, clock: Res<Clock>, mut wakes: ResMut<Wakes>, mut due: ResMut<Due>) {
    let Wakes { wheel, awake } = &mut *wakes;
    wheel.take(clock.tick(), |trader| awake.add(trader.index()));
    awake.drain(|trader| {
        if let (Some(kind), entity) = scene.traders[trader] {
            due.by_kind[kind as usize].push(entity);
        }
    });
}
