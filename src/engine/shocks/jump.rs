//! The price itself moves by a ratio, whatever anything is worth.
//!
//! Without a book it does so exactly, at the next mark and for good. In a book only orders move a price: there a jump
//! is news, and what waits in the book at the old price trades against whoever has heard it. Nothing is cancelled.

use super::{Drafted, Field, Shock, by_instrument, value};
use crate::stated::Stated;
use ground::moments::Moment;
use ground::units::InstrumentId;
use language::findings::Findings;
use language::named::Named;
use language::read::Read;
use std::cmp::Ordering;

/// The price of each named instrument itself changes by this ratio. Exactly so, at the next mark, where prices form
/// by impact; in a book it is news, as `Value` is, since there only orders move a price. Below −1 it carries a future on
/// nothing else, whose price forms by impact, through zero: −3 for a price of 18 is one of −36.
#[derive(Clone, Debug, Read)]
pub struct File(pub Named<f64>);

impl Shock for File {
    /// Ratio less one, instrument by instrument.
    type Plan = Vec<(InstrumentId, f64)>;

    fn check(&self, path: &str, _at: Moment, stated: &Stated<'_>, findings: &mut Findings) {
        // The ratio of what may be worth less than nothing may carry it through zero.
        let through_zero = |name: &str| stated.may_be_below_zero(name);
        let ratio = |at: &str, ratio: f64, findings: &mut Findings| {
            let name = at.strip_prefix(path).map_or("", |name| name.trim_start_matches('.'));
            if !through_zero(name) || ratio == -1.0 || ratio.abs().partial_cmp(&1e3).is_none_or(Ordering::is_gt) {
                by_instrument::price_change(at, ratio, findings);
            }
        };
        by_instrument::check(path, &self.0, stated, findings, ratio, |about| about.formation().is_by_impact());
    }

    fn plan(&self, _path: &str, drafted: &Drafted<'_>, _findings: &mut Findings) -> Option<Self::Plan> {
        Some(by_instrument::plan(&self.0, drafted))
    }

    fn instruments(changes: &Self::Plan) -> Vec<InstrumentId> {
        changes.iter().map(|(id, _)| *id).collect()
    }

    fn strike(changes: &Self::Plan, _nth: usize, field: &mut Field<'_, '_, '_>) {
        for (instrument, change) in changes {
            field.note_push(*instrument, *change);
            if let Some(market) = field.without_book(*instrument) {
                market.impact_mut().into_iter().for_each(|impact| impact.jump(*change));
            } else {
                value::moves(field, *instrument, *change);
            }
        }
    }

    fn scale(changes: &mut Self::Plan, by: f64) {
        by_instrument::scale(changes, by);
    }
}
