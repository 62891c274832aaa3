//! What the returns of a market are like, tick by tick: for the measures that a world names.
//!
//! A path is kept only for instruments of which a measure asks it. Returns are differences of the logarithms of the marks
//! of two ticks that follow each other in one session; nights are left out, and so is whatever touches a price that is not
//! above zero.

use engine::asked::{asked, subject};
use engine::gather::Gather;
use engine::measures::{Measure, words_of};
use engine::plan::{InstrumentPlan, Plan};
use ground::ops::ln;
use ground::stats::returns::Moments;
use ground::stats::tails::Tail;
use ground::units::{Price, Tick};
use std::collections::BTreeMap;

/// The figures, by their words. What has none (a tail of too few returns) is left out.
pub fn figures(plan: &Plan, gather: &Gather) -> BTreeMap<String, f64> {
    let figure = |what: &Measure| {
        let (instrument, market, below) = subject(plan, what)?;
        let marks = gather.marks.get(&market)?;
        let about = &plan.instruments[instrument.index()];
        let returns = returns(plan, about, marks, below);
        let value = match what {
            Measure::TailExponent { .. } => Tail::of(&returns).hill()?.exponent,
            Measure::Kurtosis { .. } => Moments::of(returns.iter().copied()).kurtosis(),
            _ => return None,
        };
        value.is_finite().then(|| (words_of(what), value))
    };
    asked(plan).filter_map(figure).collect()
}

/// Those that begin or end where they should, in order.
fn returns(plan: &Plan, about: &InstrumentPlan, marks: &[Price], below: Option<f64>) -> Vec<f64> {
    let mut returns = Vec::with_capacity(marks.len());
    for (index, pair) in marks.windows(2).enumerate() {
        let tick = |index: usize| Tick::new(u32::try_from(index).unwrap_or(u32::MAX));
        let one_session =
            plan.clock.continuous || plan.clock.session_of(tick(index)) == plan.clock.session_of(tick(index + 1));
        let counts = below.is_none_or(|below| about.price_of(pair[1]) < below);
        if one_session && counts && pair.iter().all(|mark| mark.steps() > 0) {
            returns.push(ln(pair[1].steps() as f64 / pair[0].steps() as f64));
        }
    }
    returns
}
