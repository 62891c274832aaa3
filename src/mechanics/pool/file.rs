//! A pool as a world states it.

use ground::units::{AccountId, Rate};
use language::findings::Findings;
use language::read::Read;

/// A pool of an instrument and of as much money as it is worth at the starting price.
#[derive(Clone, Copy, Debug, PartialEq, Read)]
pub struct PoolFile {
    /// Units of the instrument in it at the start.
    #[read(positive)]
    pub units: f64,
    /// What stays in the pool of all that is put in, as a share.
    #[read(within = 0.0..=0.5)]
    pub fee: f64,
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
    }
}

/// A pool in whole numbers: what lies in it is what this account holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolPlan {
    pub account: AccountId,
    pub fee: Rate,
}
