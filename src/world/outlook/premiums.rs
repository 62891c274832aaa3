//! Premiums that nobody can measure: the order that is to measure them is larger than all that trades in a day.

use crate::file::WorldFile;
use engine::plan::Plan;
use language::findings::Findings;
use mechanics::contracts::InstrumentFile;

pub fn look(file: &WorldFile, plan: &Plan, findings: &mut Findings) {
    for (index, (name, stated)) in file.instruments.iter().enumerate() {
        let (InstrumentFile::Perpetual(own), Some(about)) = (stated, plan.instruments.get(index)) else { continue };
        let Some(funding) = &own.funding else { continue };
        let day = about.price_of(about.start).abs() * about.ordinary.daily_volume_units;
        if funding.impact > day {
            findings.add(
                format_args!("instruments.{name}.funding.impact"),
                format!(
                    "an order for {} measures the premium, more than the {day} that trade on an ordinary day: no book holds it",
                    funding.impact
                ),
                "give a smaller amount, or leave it out for the best quotes",
            );
        }
    }
}
