//! Price formation: laws are sound, and a market without a book is in one place.

use super::Look;
use crate::file::Booked;
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
        let Some(Booked { ordinary, float, .. }) = instrument.booked() else { continue };
        let impact = match formation {
            Formation::OrderBook | Formation::Clearing => continue,
            Formation::Pool(pool) => {
                if !instrument.owned() {
                    let reason = format!("\"{name}\" is a contract: there is nothing to put into a pool");
                    let remedy = "give it an order book, or let its price form by impact";
                    look.findings.add(format_args!("{path}.formation"), reason, remedy);
                }
                pool.check(&format!("{path}.formation.pool"), float, look.findings);
                continue;
            }
            Formation::Impact(impact) => impact,
        };
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
