//! Sources of money freeze or become dearer, for a time. What was ordered before comes all the same.

use super::Field;
use ground::units::{Span, Time, TraderId};
use mechanics::treasury::strain::{Change, Funding, Strain};

pub(super) fn strike(
    field: &mut Field<'_, '_>,
    firms: &[TraderId],
    sources: &[Funding],
    change: Change,
    lasts: Option<Span>,
) {
    let until = lasts.map_or(Time::NEVER, |lasts| field.clock.now() + lasts);
    for firm in firms {
        let entity = field.scene.traders[firm.index()].1;
        let mut firm = field.firms.get_mut(entity).expect("sources of money belong to firms");
        firm.treasury.strains.extend(sources.iter().map(|on| Strain { on: *on, change, until }));
    }
}
