//! Price formation: laws are sound, and a market without a book is in one place.

use super::Look;
use crate::file::Booked;
use engine::plan::Ordinary;
use language::findings::Findings;
use mechanics::impact::Formation;

pub fn check(look: &mut Look<'_>) {
    for (name, instrument) in look.file.instruments.iter() {
        let path = format!("instruments.{name}");
        let impact = match instrument.formation() {
            Formation::OrderBook => continue,
            Formation::Clearing => {
                one_venue(&path, "by demand curves", instrument.venues(), look.findings);
                continue;
            }
            Formation::Impact(impact) => impact,
        };
        let Some(Booked { venues, ordinary, .. }) = instrument.booked() else { continue };
        let ordinary = Ordinary {
            daily_volume_units: ordinary.daily_volume,
            daily_volatility: ordinary.daily_volatility,
            value_volatility: ordinary.value_volatility,
            value_walk: ordinary.value_walk,
        };
        impact.check(&format!("{path}.formation.impact"), &ordinary, look.findings);
        one_venue(&path, "by impact", venues, look.findings);
    }
}

fn one_venue(path: &str, how: &str, venues: &[String], findings: &mut Findings) {
    if venues.len() > 1 {
        findings.add(
            format_args!("{path}.venues"),
            format!("a price that forms {how} has no venues to differ between, and here are {}", venues.len()),
            "name one venue, or leave `formation` out for order books",
        );
    }
}
