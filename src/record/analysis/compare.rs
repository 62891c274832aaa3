//! A run set against its expectations, against history, and against itself without forced selling.

use super::measure::{measure, unit_of};
use crate::run::Outcome;
use engine::measures::words_of;
use engine::plan::{Plan, PointKind, ReferencePrice};
use results::summary::{Close, CounterfactualSummary, ExpectRow, FidelityRow, Summary};

/// Fills the parts of the summary that one run of the engine cannot know: fidelity, expectations,
/// and, where the same seed was also run without forced selling, the counterfactual. An expectation
/// is enforced on a run of the world as shipped: complete, unchanged, with forced selling.
pub fn complete(plan: &Plan, outcome: &mut Outcome, without: Option<&Outcome>) {
    let enforced = outcome.summary.overrides.is_empty() && outcome.summary.with_liquidation && !outcome.stopped;
    let summary = &mut outcome.summary;
    if let Some(without) = without {
        compare_without(summary, &without.summary);
    }
    summary.fidelity = fidelity(plan, summary);
    summary.expect = plan
        .expect
        .iter()
        .map(|band| {
            let simulated = measure(&band.what, summary);
            ExpectRow {
                quantity: words_of(&band.what),
                unit: unit_of(&band.what, &summary.currency),
                min: band.min,
                max: band.max,
                simulated,
                met: simulated.is_some_and(|value| (band.min..=band.max).contains(&value)),
                enforced,
            }
        })
        .collect();
}

fn compare_without(summary: &mut Summary, without: &Summary) {
    for (name, with) in &summary.instruments {
        let Some(other) = without.instruments.get(name) else { continue };
        let row = CounterfactualSummary {
            with: with.fall_compared,
            without: other.fall_compared,
            amplification: (other.fall_compared > 0.0).then(|| with.fall_compared / other.fall_compared),
            end_with: with.end,
            end_without: other.end,
            rise_with: with.rise_compared,
            rise_without: other.rise_compared,
        };
        summary.counterfactual.insert(name.clone(), row);
    }
}

fn fidelity(plan: &Plan, summary: &Summary) -> Vec<FidelityRow> {
    let row = |quantity: String, unit: String, history: f64, simulated: f64, source: &str, fitted: bool| FidelityRow {
        quantity,
        unit,
        history,
        simulated,
        error: simulated - history,
        source: source.to_owned(),
        fitted,
    };
    let mut rows = Vec::new();
    for figure in &plan.reference.figures {
        if let Some(simulated) = measure(&figure.what, summary) {
            let unit = unit_of(&figure.what, &summary.currency);
            rows.push(row(words_of(&figure.what), unit, figure.history, simulated, &figure.source, figure.fitted));
        }
    }
    for point in &plan.reference.prices {
        let name = &plan.instruments[point.instrument.index()].name;
        if let Some((words, simulated)) = simulated_price(summary, name, point) {
            rows.push(row(words, summary.currency.clone(), point.price, simulated, &point.source, point.fitted));
        }
    }
    for loss in &plan.reference.losses {
        let name = &plan.lenders[loss.lender.index()].name;
        if let Some(lender) = summary.lenders.get(name) {
            let words = format!("loss of {name}");
            rows.push(row(words, summary.currency.clone(), loss.amount, lender.loss, &loss.source, false));
        }
    }
    rows
}

/// Closes, lows and highs of days; a moment inside a day has no summary of its own.
fn simulated_price(summary: &Summary, name: &str, point: &ReferencePrice) -> Option<(String, f64)> {
    let date = point.at.to_civil().date().to_string();
    let day: &Close = summary.instruments.get(name)?.closes.iter().find(|close| close.date == date)?;
    let (word, price) = match point.kind {
        PointKind::Close => ("close", day.close),
        PointKind::Low => ("low", day.low),
        PointKind::High => ("high", day.high),
        PointKind::Moment => return None,
    };
    Some((format!("{name}: {word} {date}"), price))
}
