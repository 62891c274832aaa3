//! Shocks of hours in which the market is closed: they strike when it opens, and a reader should know when that is.

use crate::file::WorldFile;
use engine::plan::Plan;
use language::findings::Findings;

pub fn look(file: &WorldFile, plan: &Plan, remarks: &mut Findings) {
    let clock = &plan.clock;
    for (index, shock) in file.shocks.iter().enumerate() {
        let at = shock.at.time();
        let strikes = clock.time_of(clock.tick_at(at));
        // Within a session the next tick is less than one away.
        if strikes - at >= clock.tick {
            remarks.add(
                format_args!("shocks[{index}].at"),
                format!("the market is closed at {at}: it strikes at {strikes}"),
                "leave it if that is meant, else give a moment within a session",
            );
        }
    }
}
