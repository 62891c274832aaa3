//! Which figures the runs of a world have, before there is a run: what is asked for and is none of them is found before the
//! first starts.
//!
//! Figures whose names a run itself chooses (measures of returns, quantities of history, what a firm drew from which source,
//! pegs and pools) are taken at their word.

use engine::plan::{LayerPlan, Plan};
use language::findings::Finding;
use language::text::near;
use mechanics::screen::Refusal;
use results::figures::{ANY, Scalar, every};

/// Names that begin so, and those that hold this, are taken at their word.
const FREE: [&str; 5] = ["returns.", "fidelity.", "pegs.", "pools.", "study."];
const DRAWN: &str = ".treasury.drawn.";

/// The figures of a world that are numbers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Known(Vec<String>);

impl Known {
    pub fn of(plan: &Plan) -> Self {
        let instruments: Vec<&str> = plan.instruments.iter().map(|own| own.name.as_str()).collect();
        let lenders: Vec<&str> = plan.lenders.iter().map(|own| own.name.as_str()).collect();
        // Members of a crowd, which bear a number, are no firms.
        let firms = plan.traders.iter().map(|own| own.name.as_str()).filter(|name| !name.ends_with(']'));
        let firms: Vec<&str> = firms.collect();
        let mut known = Vec::new();
        for (name, _) in every().into_iter().filter(|(_, scalar)| !matches!(scalar, Scalar::Text(_))) {
            match name.split_once(ANY) {
                None => known.push(name),
                Some((table, field)) => {
                    let own = match table {
                        "instruments." | "counterfactual." => &instruments,
                        "lenders." => &lenders,
                        "firms." => &firms,
                        _ => continue,
                    };
                    known.extend(own.iter().map(|own| format!("{table}{own}{field}")));
                }
            }
        }
        let layers = plan.lenders.iter().flat_map(|lender| &lender.waterfall).chain([&LayerPlan::LenderCapital]);
        known.extend(layers.map(|layer| format!("waterfall.{}", layer.word())));
        known.extend(Refusal::ALL.iter().map(|refusal| format!("refusals.{}", refusal.word().replace(' ', "_"))));
        known.sort();
        known.dedup();
        Self(known)
    }

    /// What is wrong with names of figures.
    pub fn misnamed(&self, names: &[String]) -> Vec<Finding> {
        let known: Vec<&str> = self.0.iter().map(String::as_str).collect();
        let unknown = names.iter().filter(|name| {
            let bare = name.strip_prefix("outcome.").unwrap_or(name);
            let free = bare.contains(DRAWN) || FREE.iter().any(|free| bare.starts_with(free));
            !free && !known.contains(&bare)
        });
        // Of hundreds of figures those of the same kind are named, or else the kinds.
        let kind = |name: &str| name.split('.').next().unwrap_or_default().to_owned();
        let finding = |name: &String| {
            let alike: Vec<&str> = known.iter().copied().filter(|own| kind(own) == kind(name)).collect();
            let mut kinds: Vec<String> = known.iter().map(|own| kind(own)).collect();
            kinds.dedup();
            let remedy = match (near::near(name, &known).is_empty(), alike.is_empty()) {
                (true, true) => format!("name one that begins with {}", kinds.join(", ")),
                (true, false) => near::remedy(name, &alike),
                (false, _) => near::remedy(name, &known),
            };
            Finding::at(name, "the sweep has no such figure that is a number", remedy)
        };
        unknown.map(finding).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_that_no_run_has_is_known_before_the_first() {
        let known = Known::of(&world::load("two-funds", &[]).unwrap().plan);
        let misnamed = |names: &[&str]| -> Vec<String> {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            known.misnamed(&names).into_iter().map(|finding| finding.path).collect()
        };
        let right = [
            "instruments.acme.fall_compared",
            "lenders.total_loss",
            "lenders.broker.failed",
            "waterfall.lender_capital",
            "refusals.halted",
            "counterfactual.acme.amplification",
            "returns.acme: kurtosis",
        ];
        assert_eq!(misnamed(&right), Vec::<String>::new());
        // No such figure, no such instrument, a moment, a layer that no lender states.
        let wrong = ["zork", "instruments.amce.rise", "firms.fund-a.failed", "waterfall.survivors_fund"];
        assert_eq!(misnamed(&wrong), wrong);
    }
}
