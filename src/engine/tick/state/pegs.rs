//! Coins and their sisters as they stand.

use crate::plan::Plan;
use mechanics::mint_burn::{Peg, PegPlan};

/// By peg, in the order of the plan.
#[derive(Clone, Debug)]
pub struct Pegs(pub Vec<Peg>);

impl Pegs {
    pub fn new(plan: &Plan) -> Self {
        let peg = |own: &PegPlan| {
            let sister = &plan.instruments[own.sister.index()];
            Peg::new(own, sister.start, sister.step_value)
        };
        Self(plan.pegs.iter().map(peg).collect())
    }
}
