//! How the value of an instrument moves, and on whose word.

use super::Look;
use ground::units::Span;
use mechanics::contracts::ValueWalk;

pub fn check(look: &mut Look<'_>) {
    let file = look.file;
    for (name, instrument) in file.instruments.iter() {
        let Some(booked) = instrument.booked() else { continue };
        let ValueWalk::Rounds { length, .. } = booked.ordinary.value_walk else { continue };
        let path = format!("instruments.{name}.ordinary.value_walk");
        let findings = &mut *look.findings;
        let tick = file.clock.tick;
        if length == Span::ZERO || (tick != Span::ZERO && length.as_seconds() % tick.as_seconds() != 0) {
            findings.add(
                format_args!("{path}.rounds.length"),
                format!("rounds of {length} are not a whole number of ticks of {tick}"),
                "give a multiple of the tick",
            );
        }
        if booked.ordinary.value_volatility != 0.0 {
            findings.add(
                format_args!("instruments.{name}.ordinary.value_volatility"),
                "its value walks in rounds, which have a volatility of their own",
                "write 0",
            );
        }
        if instrument.follows().is_some() {
            let reason = "its value is that of another instrument, and does not walk by itself";
            findings.add(path, reason, "leave it out, or state it for the other instrument");
        }
    }
}
