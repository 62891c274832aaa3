//! A venue's halts in ids.

use crate::file::{VenueFile, WorldFile};
use ground::units::InstrumentId;
use mechanics::halts::HaltPlan;

/// Names that do not exist are for `check` to report.
pub fn plans(file: &WorldFile, venue: &str, about: &VenueFile) -> Vec<HaltPlan> {
    let watched = |named: Option<&[String]>| {
        file.instruments
            .iter()
            .enumerate()
            .filter(|(_, (name, instrument))| match named {
                Some(named) => named.iter().any(|other| other == name),
                None => instrument.venues().iter().any(|at| at == venue),
            })
            .map(|(index, _)| InstrumentId::from_index(index))
            .collect()
    };
    about.halts.iter().map(|halt| HaltPlan { rule: halt.plan(), instruments: watched(halt.instruments()) }).collect()
}
