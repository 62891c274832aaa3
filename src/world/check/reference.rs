//! History and expectations: what they name exists, and each figure has a source.

use super::{Look, Names};
use crate::file::{ReferencePointFile, WorldFile};
use engine::measures::Measure;
use language::findings::Findings;
use language::text::near;
use results::study::QueuesSummary;
use results::study::QuotesSummary;
use results::study::RoundsSummary;
use results::summary::{CounterfactualSummary, FirmSummary, InstrumentSummary, LenderSummary, Summary};
use results::treasury::TreasurySummary;
use serde_json::Value;

pub fn check(look: &mut Look<'_>) {
    let file = look.file;
    let findings = &mut *look.findings;
    for (index, prices) in file.reference.prices.iter().enumerate() {
        let path = format!("reference.prices[{index}]");
        look.instruments.has(&prices.instrument, format_args!("{path}.instrument"), findings);
        look.sources.has(&prices.source, format_args!("{path}.source"), findings);
        for (index, point) in prices.points.iter().enumerate() {
            let (ReferencePointFile::Close(_, price)
            | ReferencePointFile::Low(_, price)
            | ReferencePointFile::High(_, price)
            | ReferencePointFile::At(_, price)) = point;
            if !price.is_finite() || price.abs() > 1e18 {
                findings.add(format_args!("{path}.points[{index}]"), format!("{price} is no price"), "give a price");
            }
        }
    }
    for (index, loss) in file.reference.losses.iter().enumerate() {
        let path = format!("reference.losses[{index}]");
        look.lenders.has(&loss.lender, format_args!("{path}.lender"), findings);
        look.sources.has(&loss.source, format_args!("{path}.source"), findings);
        findings.not_negative(format_args!("{path}.amount"), loss.amount);
    }
    for (index, figure) in file.reference.figures.iter().enumerate() {
        let path = format!("reference.figures[{index}]");
        look.sources.has(&figure.source, format_args!("{path}.source"), findings);
        measure(&format!("{path}.what"), &figure.what, file, &look.instruments, &look.lenders, &look.traders, findings);
    }
    for (index, band) in file.expect.iter().enumerate() {
        let path = format!("expect[{index}]");
        measure(&format!("{path}.what"), &band.what, file, &look.instruments, &look.lenders, &look.traders, findings);
        if band.min > band.max {
            let reason = format!("the band from {} to {} is empty", band.min, band.max);
            findings.add(format_args!("{path}.min"), reason, "swap min and max");
        }
        if band.why.trim().is_empty() {
            findings.add(format_args!("{path}.why"), "the band rests on nothing", "say in one line what it rests on");
        }
    }
}

fn measure(
    path: &str,
    what: &Measure,
    file: &WorldFile,
    instruments: &Names<'_>,
    lenders: &Names<'_>,
    firms: &Names<'_>,
    findings: &mut Findings,
) {
    match what {
        Measure::CloseToClose { instrument, .. } => {
            instruments.has(instrument, format_args!("{path}.close_to_close.instrument"), findings);
        }
        Measure::LowAgainstClose { instrument, .. } => {
            instruments.has(instrument, format_args!("{path}.low_against_close.instrument"), findings);
        }
        Measure::Volume { instrument, .. } => {
            instruments.has(instrument, format_args!("{path}.volume.instrument"), findings);
        }
        Measure::Loss { lender } => {
            lenders.has(lender, format_args!("{path}.loss.lender"), findings);
        }
        Measure::TotalLoss => {}
        Measure::LossShare { lenders: named } => {
            super::each_once(lenders, named, &format!("{path}.loss_share.lenders"), findings);
        }
        Measure::ClosingPrice { instrument, .. } => {
            instruments.has(instrument, format_args!("{path}.closing_price.instrument"), findings);
        }
        Measure::ForcedVolume { instrument, .. } => {
            instruments.has(instrument, format_args!("{path}.forced_volume.instrument"), findings);
        }
        Measure::TailExponent { instrument, .. } => {
            instruments.has(instrument, format_args!("{path}.tail_exponent.instrument"), findings);
        }
        Measure::Kurtosis { instrument, .. } => {
            instruments.has(instrument, format_args!("{path}.kurtosis.instrument"), findings);
        }
        Measure::Called { firm, .. }
        | Measure::Shortfall { firm, .. }
        | Measure::Drawn { firm, .. }
        | Measure::FirmValue { firm, .. }
        | Measure::PaperProfit { firm, .. }
        | Measure::Deliverable { firm, .. } => super::firms::figure(path, what, firm, file, firms, findings),
        Measure::Fit { of: _, points } => {
            if points.len() < 2 {
                findings.add(format_args!("{path}.fit.points"), "a line needs two points", "give more points");
            }
            for (index, point) in points.iter().enumerate() {
                let path = format!("{path}.fit.points[{index}]");
                findings.positive(format_args!("{path}.predicted"), point.predicted);
                if matches!(*point.measured, Measure::Fit { .. }) {
                    findings.add(format_args!("{path}.measured"), "a fit of fits", "name a number that is measured");
                } else {
                    measure(&format!("{path}.measured"), &point.measured, file, instruments, lenders, firms, findings);
                }
            }
        }
        Measure::Fall { .. }
        | Measure::Recovery { .. }
        | Measure::Traded { .. }
        | Measure::Held { .. }
        | Measure::Reached { .. } => {
            super::stretches::check(path, what, file, instruments, firms, findings);
        }
        Measure::Summary(key) => summary_key(path, key, [instruments, lenders, firms], findings),
    }
}

/// A path into `summary.json` must lead to a number there. Maps are by name; what they hold is as in any
/// run.
fn summary_key(path: &str, key: &str, [instruments, lenders, firms]: [&Names<'_>; 3], findings: &mut Findings) {
    let mut rest: Vec<&str> = key.split('.').collect();
    let first = rest.remove(0);
    let of = |names: &Names<'_>, rest: &mut Vec<&str>, findings: &mut Findings| {
        let name = if rest.is_empty() { "" } else { rest.remove(0) };
        names.has(name, path, findings) || names.gap
    };
    let (known, mut value) = match first {
        "instruments" => (of(instruments, &mut rest, findings), json(&InstrumentSummary::default())),
        "counterfactual" => {
            let counterfactual = CounterfactualSummary { amplification: Some(0.0), ..CounterfactualSummary::default() };
            (of(instruments, &mut rest, findings), json(&counterfactual))
        }
        "lenders" => (of(lenders, &mut rest, findings), json(&LenderSummary::default())),
        "firms" => {
            let firm = FirmSummary {
                value_at_failure: Some(0.0),
                treasury: Some(TreasurySummary::default()),
                ..FirmSummary::default()
            };
            (of(firms, &mut rest, findings), json(&firm))
        }
        "study" => {
            let value = match rest.first().copied() {
                Some("quotes") => json(&QuotesSummary::default()),
                Some("queues") => json(&QueuesSummary::default()),
                Some("rounds") => json(&RoundsSummary::default()),
                _ => Value::Null,
            };
            let names = if rest.first() == Some(&"rounds") { firms } else { instruments };
            rest.drain(..rest.len().min(1));
            (value.is_null() || of(names, &mut rest, findings), value)
        }
        // Layers have no list of names yet.
        "waterfall" => return,
        _ => {
            rest.insert(0, first);
            (true, json(&Summary::default()))
        }
    };
    if !known {
        return;
    }
    for step in rest {
        let Some(next) = value.get(step) else {
            let keys: Vec<&str> =
                value.as_object().map_or(vec![], |object| object.keys().map(String::as_str).collect());
            let remedy =
                if keys.is_empty() { "name a number of the summary".into() } else { near::remedy(step, &keys) };
            findings.add(path, format!("a summary has no \"{key}\": \"{step}\" is not in it"), remedy);
            return;
        };
        value = next.clone();
    }
    if !value.is_number() {
        findings.add(
            path,
            format!("\"{key}\" of a summary is no number"),
            "name a number, such as \"accounts.breached\"",
        );
    }
}

fn json<T: serde::Serialize>(summary: &T) -> Value {
    serde_json::to_value(summary).unwrap_or_default()
}
