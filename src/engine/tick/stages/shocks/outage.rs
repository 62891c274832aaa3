//! A venue cannot be reached.
//!
//! Its markets are closed as in a halt that refuses orders, and those that rest there cannot be withdrawn by those whose
//! orders they are. What a lender withdraws of an account that it unwinds it withdraws before anything trades there
//! again, which is as if it were withdrawn at once.

use super::Field;
use ground::units::{Span, VenueId};
use mechanics::halts::{Pause, Rule};

pub(super) fn strike(field: &mut Field<'_, '_>, venue: VenueId, lasts: Span) {
    let since = field.clock.now();
    let pause = Pause { rule: Rule::Outage, until: since + lasts, collects: false };
    let markets = field.scene.plan.markets.iter().zip(&field.scene.markets);
    for (_, &entity) in markets.filter(|(market, _)| market.venue == venue) {
        let mut market = field.markets.get_mut(entity).expect("every market is an entity");
        field.halts.pause(&mut market, pause, &field.clock, since, &mut field.view, &mut field.gather);
        field.halts.cut_off(market.id, pause.until, &mut field.view);
    }
}
