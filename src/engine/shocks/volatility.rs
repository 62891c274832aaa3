//! Another volatility regime: what options are priced with, how far value walks in a tick, and, under a square-root
//! law, how far volume moves the price.

use super::{Drafted, Field, Shock, by_instrument};
use crate::stated::Stated;
use ground::moments::Moment;
use ground::units::InstrumentId;
use language::findings::Findings;
use language::named::Named;
use language::read::Read;
use mechanics::margin::models::chain;

/// Another volatility regime, until the next such shock: of options, each by as many times its own (or, where the ordinary is
/// nothing, by what is added), and of the news that arrives all the time.
#[derive(Clone, Debug, Read)]
pub struct File(pub Named<VolatilityChange>);

/// Against the instrument's ordinary daily volatility, whatever it was in between.
#[derive(Clone, Copy, Debug, PartialEq, Read)]
pub enum VolatilityChange {
    /// So many times the ordinary; `Times(1.0)` restores it.
    Times(f64),
    /// So much more of a day's standard deviation: `Plus(0.02)` makes 1 % a day 3 %.
    Plus(f64),
}

impl VolatilityChange {
    fn check(self, path: &str, findings: &mut Findings) {
        match self {
            Self::Times(times) => findings.within(path, times, 0.0, 1e3),
            Self::Plus(more) => findings.within(path, more, 0.0, 10.0),
        }
    }

    fn of(self, ordinary: f64) -> f64 {
        match self {
            Self::Times(times) => ordinary * times,
            Self::Plus(more) => ordinary + more,
        }
    }

    /// By how many times it is changed; `None` where something is added to nothing.
    fn times(self, ordinary: f64) -> Option<f64> {
        match self {
            Self::Times(times) => Some(times),
            Self::Plus(_) => (ordinary > 0.0).then(|| self.of(ordinary) / ordinary),
        }
    }
}

impl Shock for File {
    type Plan = Vec<(InstrumentId, VolatilityChange)>;

    fn check(&self, path: &str, _at: Moment, stated: &Stated<'_>, findings: &mut Findings) {
        let within = |path: &str, change: VolatilityChange, findings: &mut Findings| change.check(path, findings);
        by_instrument::check(path, &self.0, stated, findings, within, |_| false);
    }

    fn plan(&self, _path: &str, drafted: &Drafted<'_>, _findings: &mut Findings) -> Option<Self::Plan> {
        Some(by_instrument::plan(&self.0, drafted))
    }

    fn instruments(changes: &Self::Plan) -> Vec<InstrumentId> {
        changes.iter().map(|(id, _)| *id).collect()
    }

    fn strike(changes: &Self::Plan, _nth: usize, field: &mut Field<'_, '_, '_>) {
        for (instrument, change) in changes {
            let marks = &mut field.marks;
            let ordinary = marks.facts(*instrument).daily_volatility;
            marks.set_volatility(*instrument, change.of(ordinary));
            let times = change.times(ordinary);
            for other in (0..marks.len()).map(InstrumentId::from_index).filter(|other| other != instrument) {
                // Each by its own: what is implied in an option need not be what its underlying does.
                if chain(marks, other).any(|on| on == *instrument) {
                    let own = marks.facts(other).daily_volatility;
                    marks.set_volatility(other, times.map_or_else(|| change.of(own), |times| own * times));
                }
            }
            // Where the ordinary is nothing no multiple of it is more.
            if let Some(times) = times {
                field.values.regime[instrument.index()] = times;
                if let Some(market) = field.without_book(*instrument) {
                    market.impact_mut().into_iter().for_each(|impact| impact.set_volatility(times));
                }
            }
        }
    }
}
