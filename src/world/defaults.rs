//! What a world leaves out and a practice of the field decides, where that changes results: for the manifest, so that who
//! reads a run need not know the defaults of the day it was made.

use crate::file::WorldFile;
use std::collections::BTreeMap;

/// By path: what stands in for what was left out.
pub fn defaults(file: &WorldFile) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    let lenders = file.lenders.iter().filter(|(_, lender)| lender.margin.lends());
    for (name, lender) in lenders {
        if lender.calls.restores.is_none() {
            let restores = format!("{:?}", lender.calls.restores(&lender.margin));
            all.insert(format!("lenders.{name}.calls.restores"), restores);
        }
        if lender.failure.is_none() {
            all.insert(format!("lenders.{name}.failure"), "administrator_sells: true".to_owned());
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load;

    #[test]
    fn what_a_call_restores_and_who_sells_after_a_failure_is_told_where_the_world_is_silent() {
        let said = |name: &str| defaults(&load(name, &[]).unwrap_or_else(|error| panic!("{error}")).file);
        let helios = said("helios");
        assert_eq!(helios["lenders.clearing-house.calls.restores"], "Initial");
        let two_funds = said("two-funds");
        let paths: Vec<_> = two_funds.keys().map(String::as_str).collect();
        assert_eq!(
            paths,
            ["lenders.broker.failure"],
            "the world says what a call restores, and a custodian asks nothing"
        );
    }
}
