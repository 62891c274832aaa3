//! Governance changes what a module of minting and burning is made of: its pools, how fast they recover, its least spread.

use super::chain_halt::is_felt;
use super::{Drafted, Field, Shock};
use crate::stated::Stated;
use ground::moments::Moment;
use ground::numbers::cash;
use language::findings::Findings;
use language::read::Read;
use mechanics::mint_burn::{Change, SPREAD_PARTS};

/// Governance changes the parameters of a peg. How far its pools are from rest stays as it is. What is left out stays too.
#[derive(Clone, Debug, Read)]
pub struct File {
    /// One of `pegs`.
    pub peg: String,
    /// What each of the two virtual pools holds at rest, in the currency of the world.
    #[read(default)]
    pub base_pool: Option<f64>,
    /// Blocks in which the pools would be at rest again, if they went back evenly.
    #[read(default)]
    pub recovery: Option<u32>,
    /// The spread that is charged at least; 1 ends all minting and burning.
    #[read(default)]
    pub least_spread: Option<f64>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Index among the plan's pegs.
    pub peg: usize,
    pub change: Change,
}

impl Shock for File {
    type Plan = Plan;

    fn check(&self, path: &str, _at: Moment, stated: &Stated<'_>, findings: &mut Findings) {
        is_felt(path, &self.peg, false, stated, findings);
        if (self.base_pool, self.recovery, self.least_spread) == (None, None, None) {
            findings.add(path, "it changes nothing", "give `base_pool`, `recovery` or `least_spread`");
        }
        // What is too large depends on the decimals of money.
        if let Some(base) = self.base_pool.filter(|base| !(*base > 0.0 && base.is_finite())) {
            findings.positive(format_args!("{path}.base_pool"), base);
        }
        if self.recovery == Some(0) {
            findings.add(format_args!("{path}.recovery"), "no blocks at all", "give one or more");
        }
        if let Some(spread) = self.least_spread.filter(|spread| !(0.0..=1.0).contains(spread)) {
            let reason = format!("a spread of {spread} is no share of what is offered");
            findings.add(format_args!("{path}.least_spread"), reason, "give 0 to 1");
        }
    }

    fn plan(&self, path: &str, drafted: &Drafted<'_>, findings: &mut Findings) -> Option<Plan> {
        let (peg, about) = drafted.peg(&self.peg)?;
        let remedy = "give a smaller pool, or fewer decimals of money";
        let base = match self.base_pool.filter(|base| *base > 0.0 && base.is_finite()) {
            Some(base) => match cash(base, drafted.decimals) {
                Ok(base) => Some(base.to_minor().unsigned_abs()),
                Err(reason) => {
                    findings.add(format_args!("{path}.base_pool"), reason, remedy);
                    return None;
                }
            },
            None => None,
        };
        let least_spread = self.least_spread.map(|spread| (spread * SPREAD_PARTS as f64).round() as u128);
        let change = Change { base, recovery: self.recovery, least_spread };
        let mut module = about.module;
        // What `check` has refused has been said.
        if let Err(fault) = module.govern(change) {
            let known = self.recovery == Some(0) || self.least_spread.is_some_and(|it| !(0.0..=1.0).contains(&it));
            if !known {
                findings.add(format_args!("{path}.base_pool"), fault.to_string(), remedy);
            }
            return None;
        }
        let coin = drafted.about(about.coin);
        if base.is_some() && !about.can_take(&module, coin.float_lots()) {
            let reason = "the pool and all coins there are together are more than the module can reckon with";
            findings.add(format_args!("{path}.base_pool"), reason, remedy);
        }
        Some(Plan { peg, change })
    }

    fn strike(plan: &Plan, _nth: usize, field: &mut Field<'_, '_, '_>) {
        let peg = &mut field.pegs.0[plan.peg];
        peg.govern(plan.change).expect("what does not fit was found when the world was read");
        field.view.pegs[plan.peg] = peg.view;
    }
}
