//! News: what informed traders think an instrument is worth changes by a ratio. In a book their orders carry the
//! price there; the rest of a market without a book is at the new value at once.

use super::{Drafted, Field, Shock, by_instrument};
use crate::stated::Stated;
use ground::moments::Moment;
use ground::units::InstrumentId;
use language::findings::Findings;
use language::named::Named;
use language::read::Read;

/// News: every informed trader's value of each named instrument changes by this ratio
/// (−0.1 is a tenth less).
#[derive(Clone, Debug, Read)]
pub struct File(pub Named<f64>);

impl Shock for File {
    /// Ratio less one, instrument by instrument.
    type Plan = Vec<(InstrumentId, f64)>;

    fn check(&self, path: &str, _at: Moment, stated: &Stated<'_>, findings: &mut Findings) {
        by_instrument::check(path, &self.0, stated, findings, by_instrument::price_change, |_| false);
    }

    fn plan(&self, _path: &str, drafted: &Drafted<'_>, _findings: &mut Findings) -> Option<Self::Plan> {
        Some(by_instrument::plan(&self.0, drafted))
    }

    fn instruments(changes: &Self::Plan) -> Vec<InstrumentId> {
        changes.iter().map(|(id, _)| *id).collect()
    }

    fn strike(changes: &Self::Plan, _nth: usize, field: &mut Field<'_, '_, '_>) {
        changes.iter().for_each(|(instrument, change)| moves(field, *instrument, *change));
    }

    fn tells_value_of(&self, instrument: &str) -> bool {
        self.0.get(instrument).is_some()
    }

    fn scale(changes: &mut Self::Plan, by: f64) {
        by_instrument::scale(changes, by);
    }
}

/// News of one instrument.
pub(super) fn moves(field: &mut Field<'_, '_, '_>, instrument: InstrumentId, change: f64) {
    // What is on it is worth as much less, and its traders act on that, or the rest of its market does at once.
    let contracts = field.contracts_on(instrument);
    for told in std::iter::once(instrument).chain(contracts) {
        field.note_push(told, change);
        field.note_news(told, change);
    }
    field.view.values[instrument.index()] *= 1.0 + change;
}
