//! History and expectations: what they name exists, and each figure has a source.

use super::{Look, Names};
use crate::file::{InstrumentFile, ReferencePointFile, WorldFile};
use engine::measures::Measure;
use language::findings::Findings;
use language::text::near;
use results::figures::{ANY, Scalar, every};

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
        | Measure::Outstanding { .. }
        | Measure::Reached { .. } => {
            super::stretches::check(path, what, file, instruments, firms, findings);
        }
        Measure::Summary(key) => {
            let pegs = Names::of("peg", "pegs", file.pegs.names(), false);
            let pools = pools(file);
            let pools = Names::of("pool", "pools", pools.iter().map(String::as_str), false);
            summary_key(path, key, [instruments, lenders, firms, &pegs, &pools], findings);
        }
    }
}

/// Pools by the names that results have for them.
fn pools(file: &WorldFile) -> Vec<String> {
    let named = |(name, instrument): (&str, &InstrumentFile)| -> Vec<String> {
        instrument.pools().map(|(venue, _)| format!("{name}@{venue}")).collect()
    };
    file.instruments.iter().flat_map(named).collect()
}

/// The name of a figure of the summary: with the names of the world in it, and a number.
fn summary_key(
    path: &str,
    key: &str,
    [instruments, lenders, firms, pegs, pools]: [&Names<'_>; 5],
    findings: &mut Findings,
) {
    let mut steps: Vec<&str> = key.split('.').collect();
    let (names, at) = match steps[..] {
        ["instruments" | "counterfactual", ..] => (Some(instruments), 1),
        ["lenders", "total_loss"] => (None, 0),
        ["lenders", ..] => (Some(lenders), 1),
        ["firms", ..] => (Some(firms), 1),
        ["pegs", ..] => (Some(pegs), 1),
        ["pools", ..] => (Some(pools), 1),
        ["study", "quotes" | "queues", ..] => (Some(instruments), 2),
        ["study", "rounds", ..] => (Some(firms), 2),
        // Layers and reasons have names of their own.
        ["waterfall" | "refusals" | "returns" | "fidelity", ..] => return,
        _ => (None, 0),
    };
    if let Some(names) = names {
        let name = steps.get(at).copied().unwrap_or("");
        if !(names.has(name, path, findings) || names.gap) {
            return;
        }
        if at < steps.len() {
            steps[at] = ANY;
        }
    }
    let every = every();
    let known = steps.join(".");
    match every.iter().find(|(name, _)| *name == known) {
        Some((_, Scalar::Text(_) | Scalar::Flag(_))) => no_number(path, key, findings),
        Some(_) => {}
        None => not_there(path, key, &steps, &every, findings),
    }
}

fn no_number(path: &str, key: &str, findings: &mut Findings) {
    let remedy = "name a number, such as \"accounts.breached\"";
    findings.add(path, format!("\"{key}\" of a summary is no number"), remedy);
}

/// Which step is the first that leads nowhere, and what could stand there.
fn not_there(path: &str, key: &str, steps: &[&str], every: &[(String, Scalar)], findings: &mut Findings) {
    let next = |before: &[&str]| -> Vec<&str> {
        let after = |(name, of): &'_ (String, Scalar)| -> Option<usize> {
            if matches!(of, Scalar::Text(_) | Scalar::Flag(_)) {
                return None;
            }
            let own: Vec<&str> = name.split('.').collect();
            (own.len() > before.len() && own[..before.len()] == *before).then_some(before.len())
        };
        let mut next: Vec<&str> =
            every.iter().filter_map(|it| it.0.split('.').nth(after(it)?)).filter(|step| *step != ANY).collect();
        next.sort_unstable();
        next.dedup();
        next
    };
    for (index, step) in steps.iter().enumerate() {
        let there = next(&steps[..index]);
        if *step == ANY || there.contains(step) {
            continue;
        }
        let remedy = if there.is_empty() { "name a number of the summary".into() } else { near::remedy(step, &there) };
        findings.add(path, format!("a summary has no \"{key}\": \"{step}\" is not in it"), remedy);
        return;
    }
    no_number(path, key, findings);
}
