//! A lender changes its margin model; the margin stage of the same tick looks at all its clients.

use super::{Drafted, Field, Shock};
use crate::stated::Stated;
use ground::moments::Moment;
use ground::units::LenderId;
use language::findings::Findings;
use language::read::Read;
use mechanics::margin::{CallLevel, MarginFile, MarginPlan};

/// A lender changes its margin rates.
#[derive(Clone, Debug, Read)]
pub struct File {
    /// Whose clients must meet it.
    pub lender: String,
    /// In place of the model that it had.
    pub margin: MarginFile,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    pub lender: LenderId,
    pub margin: MarginPlan,
    /// What a call restores where that follows from the model, and not from what the lender says.
    pub restores: CallLevel,
}

impl Shock for File {
    type Plan = Plan;

    fn check(&self, path: &str, _at: Moment, stated: &Stated<'_>, findings: &mut Findings) {
        stated.lenders.has(&self.lender, format_args!("{path}.lender"), findings);
        self.margin.check(&format!("{path}.margin"), stated.instruments, findings);
    }

    fn plan(&self, _path: &str, drafted: &Drafted<'_>, _findings: &mut Findings) -> Option<Plan> {
        let (margin, restores) = (self.margin.plan(drafted.margin), self.margin.restores());
        Some(Plan { lender: drafted.lender(&self.lender)?, margin, restores })
    }

    fn strike(plan: &Plan, _nth: usize, field: &mut Field<'_, '_, '_>) {
        let lender = &mut field.lenders[plan.lender];
        lender.terms.margin = plan.margin.clone();
        if lender.plan.restores_by_model {
            lender.plan.restores = plan.restores;
        }
        field.hiked.now.push(lender.id);
    }

    fn margin(plan: &Plan) -> Option<&MarginPlan> {
        Some(&plan.margin)
    }
}
