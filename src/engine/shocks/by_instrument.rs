//! Shocks that say something of each of several instruments.

use super::Drafted;
use crate::stated::Stated;
use ground::units::InstrumentId;
use language::findings::Findings;
use language::named::Named;
use mechanics::contracts::InstrumentFile;

/// At least one is named, each with its number. What is worth what something else is worth has no news of its own, unless
/// it can move alone.
pub fn check<T: Copy>(
    path: &str,
    named: &Named<T>,
    stated: &Stated<'_>,
    findings: &mut Findings,
    number: impl Fn(&str, T, &mut Findings),
    moves_alone: impl Fn(&InstrumentFile) -> bool,
) {
    if named.is_empty() {
        let at = path.rsplit_once('.').map_or(path, |(shock, _)| shock);
        findings.add(at, "the news is about nothing", "name at least one instrument");
    }
    for (name, what) in named.iter() {
        let path = format!("{path}.{name}");
        number(&path, *what, findings);
        if let Some(about) = stated.instrument(name, &path, findings)
            && !moves_alone(about)
            && let Some(of) = about.follows()
        {
            findings.add(&path, format!("\"{name}\" is {}", about.what()), format!("news is about \"{of}\""));
        }
    }
}

/// A change of what something is worth, as a ratio less one.
pub fn price_change(path: &str, ratio: f64, findings: &mut Findings) {
    if !(ratio > -1.0 && ratio <= 1e3) {
        findings.add(
            path,
            format!("a change of {ratio} leaves no value, or too much"),
            "give a ratio above -1: -0.1 is a tenth less",
        );
    }
}

/// By id. A name that does not exist is for the check to report.
pub fn plan<T: Copy>(named: &Named<T>, drafted: &Drafted<'_>) -> Vec<(InstrumentId, T)> {
    named.iter().filter_map(|(name, what)| Some((drafted.instrument(name)?, *what))).collect()
}

/// Makes changes so many times as large. Nothing falls by more than all of it, but for what was to.
pub fn scale(changes: &mut [(InstrumentId, f64)], by: f64) {
    for (_, change) in changes {
        let all = if *change < -1.0 { f64::NEG_INFINITY } else { -0.999 };
        *change = (*change * by).max(all);
    }
}
