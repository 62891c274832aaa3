//! Limits on collateral under which no item falls.

use crate::file::WorldFile;
use language::findings::Findings;
use mechanics::margin::collateral::{CollateralFile, ItemFile};

pub fn look(file: &WorldFile, remarks: &mut Findings) {
    for (name, lender) in file.lenders.iter() {
        let Some(collateral) = &lender.collateral else { continue };
        let path = format!("lenders.{name}.collateral");
        for (index, _) in collateral.tiers.iter().enumerate() {
            if !has(collateral, |item| item.tier.is_some_and(|tier| usize::from(tier) == index + 1)) {
                remarks.add(
                    format_args!("{path}.tiers[{index}]"),
                    format!("no item is in tier {}: its limit holds nothing", index + 1),
                    "write `tier` beside the items that it limits, or leave it out",
                );
            }
        }
        if collateral.own_tokens > 0.0 && !has(collateral, |item| item.own_token) {
            remarks.add(
                format_args!("{path}.own_tokens"),
                "no item is the lender's own token: its limit holds nothing",
                "write `own_token: true` beside the items that it limits, or leave it out",
            );
        }
        if collateral.foreign_haircut > 0.0 && !has(collateral, |item| item.foreign) {
            remarks.add(
                format_args!("{path}.foreign_haircut"),
                "no item is foreign: nothing has this haircut",
                "write `foreign: true` beside the items that have it, or leave it out",
            );
        }
    }
}

fn has(collateral: &CollateralFile, what: impl Fn(&ItemFile) -> bool) -> bool {
    collateral.items.iter().map(|(_, item)| item).chain(&collateral.other).any(what)
}
