//! A venue cannot be reached.
//!
//! Its markets are closed as in a halt that refuses orders, and those that rest there cannot be withdrawn by those whose
//! orders they are. What a lender withdraws of an account that it unwinds it withdraws before anything trades there
//! again, which is as if it were withdrawn at once.

use super::{Drafted, Field, Shock};
use crate::stated::Stated;
use ground::moments::Moment;
use ground::units::{Span, VenueId};
use language::findings::Findings;
use language::read::Read;
use mechanics::halts::{Pause, Rule};

/// A venue cannot be reached: what rests there stays and cannot be withdrawn, nothing new gets in, nothing trades.
/// Margin runs on the last mark. (In a `Halt` orders can still be withdrawn, and may collect.)
#[derive(Clone, Debug, Read)]
pub struct File {
    /// None of its markets can be reached.
    pub venue: String,
    /// How long.
    #[read(rename = "for", some_time)]
    pub lasts: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    pub venue: VenueId,
    pub lasts: Span,
}

impl Shock for File {
    type Plan = Plan;

    fn check(&self, path: &str, _at: Moment, stated: &Stated<'_>, findings: &mut Findings) {
        stated.venues.has(&self.venue, format_args!("{path}.venue"), findings);
    }

    fn plan(&self, path: &str, drafted: &Drafted<'_>, findings: &mut Findings) -> Option<Plan> {
        drafted.lasts(&format!("{path}.for"), self.lasts, findings);
        Some(Plan { venue: drafted.venue(&self.venue)?, lasts: self.lasts })
    }

    fn strike(plan: &Plan, _nth: usize, field: &mut Field<'_, '_, '_>) {
        let until = field.clock.now() + plan.lasts;
        for market in field.pause(plan.venue, Pause { rule: Rule::Outage, until, collects: false }) {
            field.halts.cut_off(market, until, field.view);
        }
    }
}
