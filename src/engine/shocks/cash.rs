//! Money enters, or leaves, the treasury of a firm. What is taken beyond what there is stays owed.

use super::{Drafted, Field, Shock};
use crate::stated::Stated;
use crate::tick::stages::treasury;
use ground::moments::Moment;
use ground::units::{Cash, TraderId};
use language::findings::Findings;
use language::read::Read;

/// Money enters (or, negative, leaves) the treasury of a firm.
#[derive(Clone, Debug, Read)]
pub struct File {
    /// A LeveragedFirm or a Firm.
    pub firm: String,
    /// Negative for money that leaves.
    pub amount: f64,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    pub firm: TraderId,
    pub amount: Cash,
}

impl Shock for File {
    type Plan = Plan;

    fn check(&self, path: &str, _at: Moment, stated: &Stated<'_>, findings: &mut Findings) {
        let at = format!("{path}.firm");
        if stated.trader(&self.firm, &at, findings).is_some_and(|trader| !trader.is_firm()) {
            let reason = format!("\"{}\" has no treasury", self.firm);
            findings.add(at, reason, "name a LeveragedFirm or a Firm");
        }
    }

    fn plan(&self, path: &str, drafted: &Drafted<'_>, findings: &mut Findings) -> Option<Plan> {
        let firm = TraderId::from_index(drafted.population(&self.firm)?.start);
        Some(Plan { firm, amount: drafted.money(&format!("{path}.amount"), self.amount, findings)? })
    }

    fn strike(plan: &Plan, _nth: usize, field: &mut Field<'_, '_, '_>) {
        let entity = field.scene.traders[plan.firm.index()].1;
        let mut firm = field.firms.get_mut(entity).expect("money enters and leaves firms");
        treasury::strike(&mut firm, plan.amount, field.clock, field.ledger, field.gather);
    }

    fn scale(plan: &mut Plan, by: f64) {
        plan.amount = Cash::minor((plan.amount.to_minor() as f64 * by) as i128);
    }
}
