//! A pool as a world states it.

use super::{Curve, Pool};
use ground::units::{AccountId, Cash, Lots, Rate, StepValue};
use language::findings::Findings;
use language::read::Read;

/// A pool of an instrument and of money.
///
/// ```ron
/// pools: {"curve": (units: 350_000_000.0, fee: 0.0004, curve: StableSwap(amplification: 100, par: 1.0))},
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Read)]
pub struct PoolFile {
    /// Units of the instrument in it at the start.
    #[read(positive)]
    pub units: f64,
    /// Money in it at the start, in the currency of the world. Left out: as much as the units are worth at the starting
    /// price.
    #[read(default)]
    pub money: Option<f64>,
    /// What stays in the pool of all that is traded, as a share.
    #[read(within = 0.0..=0.5)]
    pub fee: f64,
    /// Left out: the constant product.
    #[read(default)]
    pub curve: CurveFile,
}

/// On what a pool stays when it trades.
#[derive(Clone, Copy, Debug, Default, PartialEq, Read)]
pub enum CurveFile {
    /// The product of units and money: the price is the money over the units.
    #[default]
    ConstantProduct,
    /// The curve of the StableSwap contracts, for what is meant to be worth `par`: flat around it, and steep where one side
    /// has almost run out.
    StableSwap {
        /// `A`, as the contracts have it: 100 is common, 2000 is the steepest that is in wide use.
        amplification: u32,
        /// What a unit is meant to be worth, in the currency of the world.
        par: f64,
    },
}

impl PoolFile {
    /// What is wrong with it beyond the bounds that stand beside its fields, beside how much of the instrument there is.
    pub fn check(&self, path: &str, float: Option<f64>, findings: &mut Findings) {
        if let Some(float) = float.filter(|float| self.units > *float) {
            findings.add(
                format_args!("{path}.units"),
                format!("{} units lie in the pool, and there are {float}", self.units),
                "put in fewer, or raise the float",
            );
        }
        if let Some(money) = self.money.filter(|money| !(money.is_finite() && *money > 0.0)) {
            let reason = format!("{money} of money: a pool with one side has no price");
            findings.add(format_args!("{path}.money"), reason, "give a positive amount, or leave it out");
        }
        if let CurveFile::StableSwap { amplification, par } = self.curve {
            let path = format!("{path}.curve.stable_swap");
            let most = crate::stable_swap::MOST_AMPLIFICATION;
            if !(1..=most).contains(&u64::from(amplification)) {
                let reason = format!("an amplification of {amplification}");
                findings.add(format_args!("{path}.amplification"), reason, format!("give 1 to {most}"));
            }
            if !(par.is_finite() && par > 0.0) {
                let reason = format!("a unit would be worth {par}");
                findings.add(format_args!("{path}.par"), reason, "give what a unit is meant to be worth");
            }
        }
    }
}

/// A pool in whole numbers: what lies in it is what this account holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolPlan {
    pub account: AccountId,
    pub fee: Rate,
    pub curve: Curve,
}

impl PoolPlan {
    /// What the first trade would find; `None` where the numbers are more than the curve can reckon with.
    #[must_use]
    pub fn starts(&self, lots: Lots, money: Cash, step_value: StepValue) -> Option<Pool> {
        let pool = Pool::new(lots, money, self.fee, step_value, self.curve);
        pool.price().is_some().then_some(pool)
    }
}
