//! Depth becomes a share of the ordinary: in a market without a book as such, in a book through its makers, who see
//! it and quote so much less.

use super::Field;
use ground::units::InstrumentId;

pub(super) fn strike(field: &mut Field<'_, '_>, shares: &[(InstrumentId, f64)]) {
    for (instrument, share) in shares {
        field.view.liquidity[instrument.index()] = *share;
        if let Some(mut market) = field.without_book(*instrument) {
            market.impact_mut().into_iter().for_each(|impact| impact.set_liquidity(*share));
        }
    }
}
