//! Days that the calendar does not have: holidays that close nothing, and a start on which nothing opens.

use crate::file::{CalendarFile, WorldFile};
use engine::plan::Plan;
use ground::moments::{Day, When};
use jiff::civil::Weekday;
use language::findings::Findings;

pub fn look(file: &WorldFile, plan: &Plan, remarks: &mut Findings) {
    let CalendarFile::Sessions { holidays, .. } = &file.clock.calendar else { return };
    let sessions = &plan.clock.sessions;
    let (first, last) = (sessions[0].open.to_civil().date(), sessions[sessions.len() - 1].open.to_civil().date());
    let When::Close(Day(start)) = file.clock.start else { return };
    if start < first {
        remarks.add(
            "clock.start",
            format!("no session opens on {start}: the run begins on {first}"),
            "leave it if that is meant, else give the day of the first session",
        );
    }
    for (index, day) in holidays.iter().enumerate() {
        let weekend = matches!(day.0.weekday(), Weekday::Saturday | Weekday::Sunday);
        let reason = if weekend {
            format!("{} is a day of the weekend, on which no session opens anyway", day.0)
        } else if holidays[..index].contains(day) {
            format!("{} stands here twice", day.0)
        } else if day.0 < start || day.0 > last {
            format!("{} lies outside the run, which has its sessions from {first} to {last}", day.0)
        } else {
            continue;
        };
        let path = format!("clock.calendar.sessions.holidays[{index}]");
        remarks.add(path, reason, "leave it out, or give a weekday of the run on which no session is to open");
    }
}
