//! The feed of an instrument's mark stands still while its books go on.

use super::{Drafted, Field, Shock};
use crate::stated::Stated;
use ground::moments::Moment;
use ground::units::{InstrumentId, Span};
use language::findings::Findings;
use language::read::Read;

/// The feed of an instrument's mark stands still for so long, while its books go on. What is priced against it as an
/// index, swaps and options on it follow the feed and not the books.
#[derive(Clone, Debug, Read)]
pub struct File {
    /// One that is marked by its books.
    pub instrument: String,
    /// How long.
    #[read(rename = "for", some_time)]
    pub lasts: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    pub instrument: InstrumentId,
    pub lasts: Span,
}

impl Shock for File {
    type Plan = Plan;

    fn check(&self, path: &str, _at: Moment, stated: &Stated<'_>, findings: &mut Findings) {
        has_feed(&format!("{path}.instrument"), &self.instrument, stated, findings);
    }

    fn plan(&self, path: &str, drafted: &Drafted<'_>, findings: &mut Findings) -> Option<Plan> {
        drafted.lasts(&format!("{path}.for"), self.lasts, findings);
        Some(Plan { instrument: drafted.instrument(&self.instrument)?, lasts: self.lasts })
    }

    fn instruments(plan: &Plan) -> Vec<InstrumentId> {
        vec![plan.instrument]
    }

    fn strike(plan: &Plan, _nth: usize, field: &mut Field<'_, '_, '_>) {
        let until = field.clock.now() + plan.lasts;
        field.marking.goes_stale(plan.instrument, until);
    }
}

/// Only what is marked by a book has a feed of its own.
pub(super) fn has_feed(path: &str, name: &str, stated: &Stated<'_>, findings: &mut Findings) {
    let Some(about) = stated.instrument(name, path, findings) else { return };
    let (what, of) = match (about.swap_of(), about.option_of()) {
        (Some(of), _) => ("a swap, which is marked as", of),
        (None, Some(of)) => ("an option, which is priced from", of),
        (None, None) => return,
    };
    findings.add(path, format!("\"{name}\" is {what} \"{of}\" is"), format!("name \"{of}\""));
}
