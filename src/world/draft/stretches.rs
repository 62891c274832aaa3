//! Measures of a stretch of time: their moments lie in the run.

use super::clock::bounds;
use engine::measures::Measure;
use engine::plan::Calendar;
use language::findings::Findings;

pub fn in_time(path: &str, what: &Measure, calendar: &Calendar, findings: &mut Findings) {
    let moments = match what {
        Measure::Fall { from, until, .. } => vec![("fall.from", *from), ("fall.until", *until)],
        Measure::Recovery { from, until, .. } => vec![("recovery.from", *from), ("recovery.until", *until)],
        Measure::Traded { from, until, .. } => vec![("traded.from", *from), ("traded.until", *until)],
        Measure::Reached { from, .. } => vec![("reached.from", *from)],
        Measure::Held { at, .. } => vec![("held.at", *at)],
        Measure::Outstanding { at, .. } => vec![("outstanding.at", *at)],
        _ => vec![],
    };
    let (begin, end) = bounds(calendar);
    for (field, at) in moments {
        if at.time() < begin || at.time() > end {
            findings.add(
                format_args!("{path}.{field}"),
                format!("{at} lies outside the run"),
                format!("give a moment from {begin} to {end}"),
            );
        }
    }
}
