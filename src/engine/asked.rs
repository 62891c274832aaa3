//! Which measures a plan asks for, and of which markets they need the whole path.

use crate::measures::Measure;
use crate::plan::Plan;
use ground::units::{InstrumentId, MarketId};

/// What expectations and history name.
pub fn asked(plan: &Plan) -> impl Iterator<Item = &Measure> {
    let expected = plan.expect.iter().map(|band| &band.what);
    expected.chain(plan.reference.figures.iter().map(|figure| &figure.what))
}

/// Of what a measure of returns is: instrument, its first market, and the price below which they count.
pub fn subject(plan: &Plan, what: &Measure) -> Option<(InstrumentId, MarketId, Option<f64>)> {
    let (Measure::TailExponent { instrument, below } | Measure::Kurtosis { instrument, below }) = what else {
        return None;
    };
    let index = plan.instruments.iter().position(|about| about.name == *instrument)?;
    let market = plan.instruments[index].kind.primary()?;
    Some((InstrumentId::from_index(index), market, *below))
}

/// The markets whose marks a run must keep.
pub fn markets_asked(plan: &Plan) -> Vec<MarketId> {
    let mut markets: Vec<_> = asked(plan).filter_map(|what| Some(subject(plan, what)?.1)).collect();
    markets.sort_unstable();
    markets.dedup();
    markets
}
