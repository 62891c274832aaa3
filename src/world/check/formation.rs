//! Price formation: laws are sound, and a market without a book is in one place.

use super::Look;
use crate::impact::Formation;
use crate::world::file::InstrumentFile;
use crate::world::plan::Ordinary;

pub fn check(look: &mut Look<'_>) {
    for (name, instrument) in look.file.instruments.iter() {
        let Formation::Impact(impact) = instrument.formation() else { continue };
        let InstrumentFile::Spot { venues, ordinary, .. } = instrument else { continue };
        let path = format!("instruments.{name}");
        let ordinary = Ordinary {
            daily_volume_units: ordinary.daily_volume,
            daily_volatility: ordinary.daily_volatility,
            value_volatility: ordinary.value_volatility,
            value_walk: ordinary.value_walk,
        };
        impact.check(&format!("{path}.formation.impact"), &ordinary, look.findings);
        if venues.len() > 1 {
            look.findings.add(
                format_args!("{path}.venues"),
                format!("a price that forms by impact has no venues to differ between, and here are {}", venues.len()),
                "name one venue, or leave `formation` out for order books",
            );
        }
    }
}
