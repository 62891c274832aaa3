//! Halts that nobody can feel: where nothing trades, of rules that no price can reach, or for longer than there is a run.

use crate::file::WorldFile;
use engine::plan::Plan;
use engine::shocks::ShockKindFile;
use language::findings::Findings;

pub fn look(file: &WorldFile, plan: &Plan, findings: &mut Findings, remarks: &mut Findings) {
    let (first, last) = (&plan.clock.sessions[0], &plan.clock.sessions[plan.clock.sessions.len() - 1]);
    let all = last.close - first.open;
    let trades_at = |venue: &str| file.instruments.iter().any(|(_, own)| own.venues().iter().any(|at| at == venue));
    for (index, shock) in file.shocks.iter().enumerate() {
        let venue = match &shock.what {
            ShockKindFile::Halt(own) => &own.venue,
            ShockKindFile::Outage(own) => &own.venue,
            _ => continue,
        };
        if !trades_at(venue) {
            findings.add(
                format_args!("{}.venue", shock.what.path(index)),
                format!("nothing trades at \"{venue}\", so nobody can feel it"),
                "name a venue at which something does",
            );
        }
    }
    for (name, venue) in file.venues.iter() {
        let trades = trades_at(name);
        for (index, halt) in venue.halts.iter().enumerate() {
            let path = format!("venues.{name}.halts[{index}]");
            if !trades {
                findings.add(&path, format!("nothing trades at \"{name}\", so nobody can feel it"), "leave it out");
            }
            if let Some((field, width)) = halt.widths().into_iter().find(|(_, width)| *width >= 1.0) {
                remarks.add(
                    format_args!("{path}.{field}"),
                    format!("no price above zero falls by {width}, so it never strikes on the way down"),
                    "give a share below 1: 0.05 is 5 %",
                );
            }
            for (field, pause) in halt.pauses().into_iter().filter(|(_, pause)| *pause > all) {
                findings.add(
                    format_args!("{path}.{field}"),
                    format!("a pause of {pause} is longer than the whole run"),
                    format!("give a length up to {all}"),
                );
            }
        }
    }
}
