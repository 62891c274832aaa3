//! What a plan comes to before its first tick, looked at once it stands and nothing else is wrong with it.
//!
//! Single numbers may all be sound and their sum still be nobody's intention: a client who is bankrupt when it is born, a
//! maker whose bid is below nothing, news that no price can follow. What cannot be meant is a finding; what may be meant,
//! but has no effect that a reader would expect, is a *remark*: `check` says it, and the world runs.

mod appetite;
mod birth;
mod days;
mod growth;
mod haircuts;
mod heights;
mod late;
mod makers;
mod nothing;
mod pacts;
mod pauses;
mod pools;
mod pots;
mod premiums;
mod sides;
mod spare;
mod undue;
mod unfelt;
mod unheard;
mod unpaid;
mod unsold;

#[cfg(test)]
mod tests;

use crate::file::WorldFile;
use engine::plan::Plan;
use language::findings::Findings;

pub fn look(file: &WorldFile, plan: &Plan, findings: &mut Findings, remarks: &mut Findings) {
    appetite::look(file, remarks);
    birth::look(plan, findings, remarks);
    days::look(file, plan, remarks);
    growth::look(plan, findings);
    haircuts::look(file, remarks);
    heights::look(plan, findings);
    late::look(file, plan, remarks);
    makers::look(file, plan, findings);
    nothing::look(file, plan, remarks);
    pacts::look(plan, remarks);
    pauses::look(file, plan, findings, remarks);
    pools::look(plan, remarks);
    pots::look(file, remarks);
    premiums::look(file, plan, findings);
    sides::look(plan, remarks);
    spare::look(plan, remarks);
    undue::look(plan, remarks);
    unfelt::look(file, plan, remarks);
    unheard::look(file, plan, remarks);
    unpaid::look(plan, remarks);
    unsold::look(file, plan, remarks);
}

/// The name in the file of what a trader of the plan is a member of.
fn stated_name(trader: &str) -> &str {
    trader.split('[').next().unwrap_or(trader)
}

/// So many members of one population: `, and so are 3 more of it`.
fn and_more(others: usize, of: &str) -> String {
    match others {
        0 => String::new(),
        1 => format!(", and so is one more of {of}"),
        _ => format!(", and so are {others} more of {of}"),
    }
}
