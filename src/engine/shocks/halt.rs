//! A venue stops, whatever its prices do.

use super::{Drafted, Field, Shock};
use crate::stated::Stated;
use ground::moments::Moment;
use ground::units::{Span, VenueId};
use language::findings::Findings;
use language::read::Read;
use mechanics::halts::{Pause, Rule, Stop};

/// A venue stops. What would trade there waits or, where nothing can wait, is refused.
#[derive(Clone, Debug, Read)]
pub struct File {
    /// All its markets stop.
    pub venue: String,
    /// For how long. Left out: until the close of the session.
    #[read(default)]
    pub pause: Option<Span>,
    /// Whether orders collect for an auction at the end. Left out: they are refused.
    #[read(default)]
    pub collects: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    pub venue: VenueId,
    pub stop: Stop,
    pub collects: bool,
}

impl Shock for File {
    type Plan = Plan;

    fn check(&self, path: &str, _at: Moment, stated: &Stated<'_>, findings: &mut Findings) {
        stated.venues.has(&self.venue, format_args!("{path}.venue"), findings);
        if self.pause == Some(Span::ZERO) {
            let remedy = "give a length such as \"15m\", or leave it out to stop until the close";
            findings.add(format_args!("{path}.pause"), "a pause of no time", remedy);
        }
    }

    fn plan(&self, path: &str, drafted: &Drafted<'_>, findings: &mut Findings) -> Option<Plan> {
        if let Some(pause) = self.pause {
            drafted.lasts(&format!("{path}.pause"), pause, findings);
        }
        Some(Plan {
            venue: drafted.venue(&self.venue)?,
            stop: self.pause.map_or(Stop::TillClose, Stop::For),
            collects: self.collects,
        })
    }

    fn strike(plan: &Plan, _nth: usize, field: &mut Field<'_, '_, '_>) {
        let until = match plan.stop {
            Stop::For(length) => field.clock.now() + length,
            Stop::TillClose => field.clock.calendar().sessions[field.clock.session()].close,
        };
        field.pause(plan.venue, Pause { rule: Rule::Venue, until, collects: plan.collects });
    }
}
