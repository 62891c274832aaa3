//! One run of a plan, looked at tick by tick.

use bevy_ecs::prelude::World;
use engine::options::RunOptions;
use engine::plan::Plan;
use engine::tick;
use engine::tick::spawn::spawn;
use engine::tick::state::state;
use ground::units::{InstrumentId, MarketId, Side, TraderId};
use results::keep::Keep;
use std::ops::ControlFlow;

/// Distances from the mid, in basis points, within which depth is counted. The first is the best price alone.
pub const BANDS_BPS: [u32; 7] = [0, 5, 10, 25, 50, 100, 200];

/// What a market did, by tick.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series {
    /// Logarithm of the mid price, or of the mark where one side is empty.
    pub log_mids: Vec<f64>,
    /// Lots.
    pub volume: Vec<f64>,
    /// Lots bought less lots sold by those who came to the other side.
    pub pushed: Vec<f64>,
    /// Ask less bid in steps; not a number where one side is empty.
    pub spreads: Vec<f64>,
    /// Every so many ticks: lots on both sides together by band of [`BANDS_BPS`]. All together with the tick.
    pub depths: Vec<(usize, [f64; BANDS_BPS.len()])>,
}

/// Runs a plan up to a tick and writes down the path of one market's log mid prices.
pub fn path(
    plan: &Plan,
    seed: u64,
    market: MarketId,
    until: u32,
    step: &dyn Fn() -> ControlFlow<()>,
) -> Option<(Vec<f64>, World)> {
    let mut path = Vec::with_capacity(until as usize);
    let world = follow(plan, seed, until, step, &mut |_, world| path.push(log_mid(world, market)))?;
    Some((path, world))
}

/// Runs a plan to its end and writes down everything about one market; depth every `sample` ticks.
pub fn series(
    plan: &Plan,
    seed: u64,
    market: MarketId,
    sample: usize,
    step: &dyn Fn() -> ControlFlow<()>,
) -> Option<Series> {
    let mut own = Series::default();
    let ticks = plan.clock.ticks;
    follow(plan, seed, ticks, step, &mut |tick, world| {
        let (view, flow) = (state(world).view.market(market), &state(world).flow);
        own.log_mids.push(log_mid(world, market));
        own.volume.push(flow.by_market[market.index()].volume.get() as f64);
        let pushes = flow.pushes.iter().filter(|push| push.market == market);
        own.pushed.push(pushes.map(|push| signed(push.side, push.lots.get() as f64)).sum());
        own.spreads.push(match (view.bid, view.ask) {
            (Some(bid), Some(ask)) => (ask - bid) as f64,
            _ => f64::NAN,
        });
        if (tick as usize).is_multiple_of(sample.max(1)) && own.spreads.last().is_some_and(|spread| !spread.is_nan()) {
            own.depths.push((tick as usize, depths(world, market)));
        }
    })?;
    Some(own)
}

/// Lots that a trader's account came to hold.
pub fn holding(world: &World, plan: &Plan, trader: TraderId, instrument: InstrumentId) -> f64 {
    let ledger = &state(world).ledger;
    let account = plan.traders[trader.index()].accounts[0];
    let start = plan.accounts[account.index()].slots.iter().find(|(id, _)| *id == instrument);
    let start = start.map_or(0, |(_, lots)| lots.get());
    let slot = ledger.accounts.slot_of(account, instrument);
    slot.map_or(0.0, |slot| (ledger.accounts.lots(slot).get() - start) as f64)
}

fn follow(
    plan: &Plan,
    seed: u64,
    until: u32,
    step: &dyn Fn() -> ControlFlow<()>,
    look: &mut dyn FnMut(u32, &World),
) -> Option<World> {
    let options = RunOptions { seed, liquidation: true, record: Keep::NOTHING, audit_every_tick: false };
    let mut world = spawn(plan, &options);
    let mut schedule = tick::schedule(&mut world);
    for tick in 0..until.min(plan.clock.ticks) {
        schedule.run(&mut world);
        look(tick, &world);
        if step().is_break() {
            return None;
        }
    }
    Some(world)
}

/// A price at or below zero has no logarithm; half a step stands in for it.
fn log_mid(world: &World, market: MarketId) -> f64 {
    let view = state(world).view.market(market);
    let mid = match (view.bid, view.ask) {
        (Some(bid), Some(ask)) => (bid.steps() + ask.steps()) as f64 / 2.0,
        _ => view.mark.steps() as f64,
    };
    ground::ops::ln(mid.max(0.5))
}

fn signed(side: Side, lots: f64) -> f64 {
    match side {
        Side::Buy => lots,
        Side::Sell => -lots,
    }
}

fn depths(world: &World, market: MarketId) -> [f64; BANDS_BPS.len()] {
    let view = state(world).view.market(market);
    let book = &state(world).markets[market];
    let (Some(bid), Some(ask)) = (view.bid, view.ask) else { return [0.0; BANDS_BPS.len()] };
    let mid = (bid.steps() + ask.steps()) as f64 / 2.0;
    BANDS_BPS.map(|bps| {
        let of = |side: Side| match (bps, book.book()) {
            (0, Some(book)) => book.volume_at_best(side).get() as f64,
            (_, Some(book)) => {
                let away = (mid.abs() * f64::from(bps) / 1e4).round();
                let edge = if side == Side::Buy { mid.ceil() - away } else { mid.floor() + away };
                book.depth(side, ground::units::Price::new(edge as i64).clamped()).get() as f64
            }
            (_, None) => book.depth(side, view.mark, f64::from(bps) / 1e4).get() as f64,
        };
        of(Side::Buy) + of(Side::Sell)
    })
}
