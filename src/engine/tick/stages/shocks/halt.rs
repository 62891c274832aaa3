//! A venue stops, whatever its prices do.

use super::Field;
use ground::units::VenueId;
use mechanics::halts::{Pause, Rule, Stop};

pub(super) fn strike(field: &mut Field<'_, '_>, venue: VenueId, stop: Stop, collects: bool) {
    let until = match stop {
        Stop::For(length) => field.clock.now() + length,
        Stop::TillClose => field.clock.calendar().sessions[field.clock.session()].close,
    };
    let pause = Pause { rule: Rule::Venue, until, collects };
    let markets = field.scene.plan.markets.iter().zip(&field.scene.markets);
    for (_, &entity) in markets.filter(|(market, _)| market.venue == venue) {
        let mut market = field.markets.get_mut(entity).expect("every market is an entity");
        let since = field.clock.now();
        field.halts.pause(&mut market, pause, &field.clock, since, &mut field.view, &mut field.gather);
    }
}
