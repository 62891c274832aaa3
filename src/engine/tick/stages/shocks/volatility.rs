//! Another volatility regime: what options are priced with, how far value walks in a tick, and, under a square-root
//! law, how far volume moves the price.

use super::Field;
use crate::plan::VolatilityChange;
use ground::units::InstrumentId;

pub(super) fn strike(field: &mut Field<'_, '_>, changes: &[(InstrumentId, VolatilityChange)]) {
    for (instrument, change) in changes {
        let ordinary = field.scene.plan.instruments[instrument.index()].ordinary.daily_volatility;
        let daily = change.of(ordinary);
        for index in 0..field.marks.0.len() {
            let other = InstrumentId::from_index(index);
            if other == *instrument || field.marks.0.facts(other).underlying == *instrument {
                field.marks.0.set_volatility(other, daily);
            }
        }
        // Where the ordinary is nothing there is nothing to be a multiple of.
        if ordinary > 0.0 {
            field.values.regime[instrument.index()] = daily / ordinary;
            if let Some(mut market) = field.without_book(*instrument) {
                market.impact_mut().into_iter().for_each(|impact| impact.set_volatility(daily / ordinary));
            }
        }
    }
}
