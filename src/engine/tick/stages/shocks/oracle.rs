//! The feed of an instrument's mark says something else than its books do. Nobody trades, and nothing is traded at what
//! it says; but everybody is carried at it.
//!
//! For the cascade it counts as the volume that would have moved the price as far by the square-root law, so that it can
//! be set against volume that was traded.

use super::Field;
use crate::tick::trays::Push;
use ground::units::{Cause, InstrumentId, Lots, Side, Span};
use mechanics::contracts::mark::Bend;
use mechanics::liquidation::SQUARE_ROOT_FACTOR;

pub(super) fn strike(field: &mut Field<'_, '_>, instrument: InstrumentId, bend: Bend, lasts: Span) {
    let until = field.clock.now() + lasts;
    field.marking.is_bent(instrument, until, bend);
    let before = field.marks.0.price(instrument);
    let moved = (bend.of(before) - before) as f64 / before.steps().abs().max(1) as f64;
    let about = &field.scene.plan.instruments[instrument.index()];
    let day = about.ordinary.daily_volume_units / about.lot_units;
    let ordinary = SQUARE_ROOT_FACTOR * field.marks.0.volatility(instrument);
    let lots = if ordinary > 0.0 { (moved / ordinary) * (moved / ordinary) * day } else { day };
    let lots = Lots::new(lots.clamp(1.0, Lots::LARGEST.get() as f64) as i64);
    let side = if moved > 0.0 { Side::Buy } else { Side::Sell };
    let (tick, market) = (field.clock.tick(), field.scene.market_of(instrument));
    field.gather.pushes(tick, &[Push { market, side, cause: Cause::Shock, lots }]);
}
