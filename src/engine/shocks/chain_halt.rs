//! The chain that a coin and its sister live on makes no blocks for a while.
//!
//! Nothing is minted or burnt, the pools do not recover, the oracle does not look, and what has been minted and is on
//! its way to an exchange arrives when the chain goes on. Order books are elsewhere: there both are traded as ever.

use super::{Drafted, Field, Shock};
use crate::stated::Stated;
use ground::moments::Moment;
use ground::units::{LenderId, Span};
use language::findings::Findings;
use language::names::each_named_once;
use language::read::Read;

/// A chain makes no blocks: at its peg nothing is minted or burnt, and lenders that live on it pay nothing out. Order
/// books go on.
#[derive(Clone, Debug, Read)]
pub struct File {
    /// Whose chain it is: one of `pegs`.
    pub peg: String,
    /// Lenders that live on the chain, as a protocol does that takes deposits: a `WithdrawalHalt` for as long. Left out:
    /// none.
    #[read(default)]
    pub lenders: Vec<String>,
    /// How long.
    #[read(rename = "for", some_time)]
    pub lasts: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Index among the plan's pegs.
    pub peg: usize,
    pub lenders: Vec<LenderId>,
    pub lasts: Span,
}

/// A peg that there is, at which somebody redeems: what happens to one at which nobody does changes nothing.
pub(super) fn is_felt(path: &str, peg: &str, elsewhere: bool, stated: &Stated<'_>, findings: &mut Findings) {
    if !stated.pegs.has(peg, format_args!("{path}.peg"), findings) || elsewhere || stated.traders.gap {
        return;
    }
    let redeems = |name: &str| {
        let joins = stated.populations.get(name).and_then(|own| own.joins());
        joins.and_then(|own| own.peg()).is_some_and(|(_, own)| own == peg)
    };
    if !stated.traders.list.iter().any(|name| redeems(name)) {
        let reason = format!("nobody burns or mints at \"{peg}\": it would change nothing");
        findings.add(format_args!("{path}.peg"), reason, "add a Redeemer at that peg, or leave the shock out");
    }
}

impl Shock for File {
    type Plan = Plan;

    fn check(&self, path: &str, _at: Moment, stated: &Stated<'_>, findings: &mut Findings) {
        is_felt(path, &self.peg, !self.lenders.is_empty(), stated, findings);
        let named = self.lenders.iter().enumerate();
        let named = named.map(|(index, name)| (format!("{path}.lenders[{index}]"), name.as_str()));
        each_named_once(stated.lenders, named, findings);
    }

    fn plan(&self, _path: &str, drafted: &Drafted<'_>, _findings: &mut Findings) -> Option<Plan> {
        let lenders = self.lenders.iter().map(|name| drafted.lender(name)).collect::<Option<Vec<_>>>()?;
        Some(Plan { peg: drafted.peg(&self.peg)?.0, lenders, lasts: self.lasts })
    }

    fn strike(plan: &Plan, _nth: usize, field: &mut Field<'_, '_, '_>) {
        let until = field.clock.now() + plan.lasts;
        field.pegs.0[plan.peg].halt(until);
        field.view.pegs[plan.peg].halted = true;
        for lender in &plan.lenders {
            field.payouts.stop(*lender, until);
            field.view.payouts_stopped[lender.index()] = true;
        }
    }
}
