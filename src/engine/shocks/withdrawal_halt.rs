//! A lender pays nothing out for a while.

use super::{Drafted, Field, Shock};
use crate::stated::Stated;
use ground::moments::Moment;
use ground::units::{LenderId, Span};
use language::findings::Findings;
use language::read::Read;

/// A lender pays nothing out: what lies in accounts there counts as ever and cannot be had.
#[derive(Clone, Debug, Read)]
pub struct File {
    /// Who pays nothing out.
    pub lender: String,
    /// How long.
    #[read(rename = "for", some_time)]
    pub lasts: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    pub lender: LenderId,
    pub lasts: Span,
}

impl Shock for File {
    type Plan = Plan;

    fn check(&self, path: &str, _at: Moment, stated: &Stated<'_>, findings: &mut Findings) {
        stated.lenders.has(&self.lender, format_args!("{path}.lender"), findings);
    }

    fn plan(&self, path: &str, drafted: &Drafted<'_>, findings: &mut Findings) -> Option<Plan> {
        drafted.lasts(&format!("{path}.for"), self.lasts, findings);
        Some(Plan { lender: drafted.lender(&self.lender)?, lasts: self.lasts })
    }

    fn strike(plan: &Plan, _nth: usize, field: &mut Field<'_, '_, '_>) {
        let until = field.clock.now() + plan.lasts;
        field.payouts.stop(plan.lender, until);
        field.view.payouts_stopped[plan.lender.index()] = true;
    }
}
