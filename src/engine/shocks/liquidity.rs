//! Depth becomes a share of the ordinary: in a market without a book as such, in a book through its makers, who see
//! it and quote so much less.

use super::{Drafted, Field, Shock, by_instrument};
use crate::stated::Stated;
use ground::moments::Moment;
use ground::units::InstrumentId;
use language::findings::Findings;
use language::named::Named;
use language::read::Read;

/// Depth, as a multiple of the ordinary, until the next such shock; 1 restores it. In a book it is the makers who
/// quote so much less.
#[derive(Clone, Debug, Read)]
pub struct File(pub Named<f64>);

impl Shock for File {
    /// Multiples of ordinary depth.
    type Plan = Vec<(InstrumentId, f64)>;

    fn check(&self, path: &str, _at: Moment, stated: &Stated<'_>, findings: &mut Findings) {
        let share = |path: &str, share: f64, findings: &mut Findings| findings.within(path, share, 1e-6, 1e6);
        // Each market has its own depth.
        by_instrument::check(path, &self.0, stated, findings, share, |about| !about.venues().is_empty());
    }

    fn plan(&self, _path: &str, drafted: &Drafted<'_>, _findings: &mut Findings) -> Option<Self::Plan> {
        Some(by_instrument::plan(&self.0, drafted))
    }

    fn instruments(changes: &Self::Plan) -> Vec<InstrumentId> {
        changes.iter().map(|(id, _)| *id).collect()
    }

    fn strike(shares: &Self::Plan, _nth: usize, field: &mut Field<'_, '_, '_>) {
        for (instrument, share) in shares {
            field.view.liquidity[instrument.index()] = *share;
            if let Some(market) = field.without_book(*instrument) {
                market.impact_mut().into_iter().for_each(|impact| impact.set_liquidity(*share));
            }
        }
    }
}
