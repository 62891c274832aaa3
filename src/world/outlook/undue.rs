//! Calls that are never due: a grace that is longer than the run.

use engine::plan::Plan;
use ground::units::Deadline;
use language::findings::Findings;

pub fn look(plan: &Plan, remarks: &mut Findings) {
    let sessions = &plan.clock.sessions;
    let (start, end) = (sessions[0].open, sessions[sessions.len() - 1].close);
    for (place, lender) in plan.lenders.iter().enumerate() {
        // The first call is raised at the end of the first tick at the earliest.
        let due = match lender.grace {
            Deadline::After(span) => start + plan.clock.tick + span <= end,
            Deadline::CloseOfSession(ahead) => (ahead as usize) < sessions.len(),
        };
        let has_clients = plan.accounts.iter().any(|own| own.trader.is_some() && own.lender.index() == place)
            || plan.crowds.iter().any(|crowd| crowd.lender.index() == place);
        if !due && lender.margin.lends() && has_clients {
            remarks.add(
                format_args!("lenders.{}.calls.grace", lender.name),
                format!(
                    "no call is due before the run ends at {end}: nobody is closed out for one that it does not pay"
                ),
                "give less time, or let the run be longer",
            );
        }
    }
}
