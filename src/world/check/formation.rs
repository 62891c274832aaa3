//! Price formation: laws are sound, a market without a book is in one place, and a pool lies on a venue of its own.

use super::Look;
use crate::file::{Booked, InstrumentFile};
use engine::plan::Ordinary;
use language::findings::Findings;
use mechanics::formation::Formation;

pub fn check(look: &mut Look<'_>) {
    for (name, instrument) in look.file.instruments.iter() {
        let path = format!("instruments.{name}");
        let formation = instrument.formation();
        if let Some(how) = formation.how() {
            one_venue(&path, how, instrument.venues(), look.findings);
        }
        pools(&path, instrument, look.findings);
        let Some(Booked { ordinary, .. }) = instrument.booked() else { continue };
        let Formation::Impact(impact) = formation else { continue };
        let ordinary = Ordinary {
            daily_volume_units: ordinary.daily_volume,
            daily_volatility: ordinary.daily_volatility,
            value_volatility: ordinary.value_volatility,
            value_walk: ordinary.value_walk,
        };
        impact.check(&format!("{path}.formation.impact"), &ordinary, look.findings);
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

fn pools(path: &str, instrument: &InstrumentFile, findings: &mut Findings) {
    let (how, venues) = (instrument.formation().how(), instrument.venues());
    let float = instrument.booked().and_then(|booked| booked.float);
    for (venue, pool) in instrument.pools() {
        let path = format!("{path}.pools.{venue}");
        pool.check(&path, float, findings);
        if !venues.iter().any(|own| own == venue) {
            let reason = format!("\"{venue}\" is not among its venues, so nobody could trade there");
            findings.add(&path, reason, format!("add \"{venue}\" to `venues`, or name one of them"));
        } else if let Some(how) = how {
            let reason = format!("its price forms {how}, everywhere");
            findings.add(&path, reason, "leave `formation` out: beside a pool there may be books");
        }
    }
    let all: f64 = instrument.pools().map(|(_, pool)| pool.units).sum();
    if let Some(float) = float.filter(|float| all > *float && instrument.pools().count() > 1) {
        let reason = format!("{all} units lie in its pools, and there are {float}");
        findings.add(format_args!("{path}.pools"), reason, "put in fewer, or raise the float");
    }
}
