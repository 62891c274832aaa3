//! Payments that never come: the moments at which they fall due all lie outside the run.

use engine::plan::Plan;
use ground::units::Span;
use language::findings::Findings;

pub fn look(plan: &Plan, remarks: &mut Findings) {
    let sessions = &plan.clock.sessions;
    let (start, end) = (sessions[0].open, sessions[sessions.len() - 1].close);
    // Counted from midnight.
    let comes = |every: Span| {
        every == Span::ZERO
            || start.seconds().div_euclid(every.as_seconds()) < end.seconds().div_euclid(every.as_seconds())
    };
    for about in &plan.instruments {
        if let Some((_, _, funding)) = about.kind.funding().filter(|(_, _, funding)| !comes(funding.interval)) {
            remarks.add(
                format_args!("instruments.{}.funding.interval", about.name),
                format!("no interval of {} ends between {start} and {end}: funding is never paid", funding.interval),
                "give a shorter interval, let the run reach the end of one, or leave `funding` out",
            );
        }
    }
    for lender in &plan.lenders {
        let settles = lender.interest.as_ref().and_then(|interest| interest.settles);
        if let Some(period) = settles.filter(|period| !comes(*period)) {
            remarks.add(
                format_args!("lenders.{}.interest.settles", lender.name),
                format!(
                    "no period of {period} ends between {start} and {end}: only who is closed out pays or gets interest"
                ),
                "give a shorter period, let the run reach the end of one, or leave it out to settle at each close",
            );
        }
    }
}
