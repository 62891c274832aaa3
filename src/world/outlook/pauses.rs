//! Halts that nobody can feel: where nothing trades, of rules that no price can reach, for longer than there is a run, or
//! that hold back orders where there is no book for them to wait in.

use crate::file::WorldFile;
use engine::plan::Plan;
use engine::shocks::ShockKindFile;
use ground::moments::HourMinute;
use ground::units::Time;
use language::findings::Findings;
use mechanics::formation::FormationPlan;
use mechanics::halts::HaltFile;

const DAY_SECONDS: i64 = 86_400;

pub fn look(file: &WorldFile, plan: &Plan, findings: &mut Findings, remarks: &mut Findings) {
    let (first, last) = (&plan.clock.sessions[0], &plan.clock.sessions[plan.clock.sessions.len() - 1]);
    let all = last.close - first.open;
    // Of the ticks of a day the one that ends first: at midnight where there is one.
    let of_day = |at: Time| at.seconds().rem_euclid(DAY_SECONDS);
    let earliest = match of_day(first.open) < of_day(last.close) && !plan.clock.continuous {
        true => of_day(first.open) + plan.clock.tick.as_seconds(),
        false => 0,
    };
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
            let named = |at: &str| halt.instruments().is_none_or(|list| list.iter().any(|own| own == at));
            let mut bound = plan.markets.iter().filter(|market| {
                plan.venues[market.venue.index()].name == *name
                    && named(&plan.instruments[market.instrument.index()].name)
            });
            let first = bound.next();
            let binds_in_books = matches!(
                halt,
                HaltFile::DailyLimit { .. } | HaltFile::Bands { .. } | HaltFile::LimitUpLimitDown { .. }
            );
            if let Some(first) = first.filter(|_| binds_in_books)
                && std::iter::once(first).chain(bound).all(|market| market.formation != FormationPlan::Book)
            {
                remarks.add(
                    &path,
                    "it binds in books only, and prices of all that it is for form without one: nothing is held back",
                    "take a Velocity halt, let prices form in a book, or leave it out",
                );
            }
            if let Some((field, width)) = halt.widths().into_iter().find(|(_, width)| *width >= 1.0) {
                remarks.add(
                    format_args!("{path}.{field}"),
                    format!("no price above zero falls by {width}, so it never strikes on the way down"),
                    "give a share below 1: 0.05 is 5 %",
                );
            }
            if let HaltFile::Levels { until: Some(until), levels, .. } = halt
                && levels.iter().any(|level| level.pause.is_some())
                && seconds_of(until) <= earliest
            {
                remarks.add(
                    format_args!("{path}.levels.until"),
                    format!("every tick ends at {until} or later: a level with a pause stops nothing"),
                    "give a later time of day, or leave it out for levels that always stop",
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

fn seconds_of(time: &HourMinute) -> i64 {
    i64::from(time.0.hour()) * 3_600 + i64::from(time.0.minute()) * 60
}
