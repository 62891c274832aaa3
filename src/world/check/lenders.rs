//! Lenders: capital, margin, liquidation, waterfall.

use super::{Look, Names, limits};
use crate::file::{LenderFile, WorldFile};
use language::findings::Findings;
use mechanics::margin::MarginFile;
use mechanics::waterfall::{funds, layers};

pub fn check(look: &mut Look<'_>) {
    let file = look.file;
    for (name, lender) in file.lenders.iter() {
        let path = format!("lenders.{name}");
        if let Some(limits) = &lender.limits {
            limits::check(&format!("{path}.limits"), limits, look);
        }
        let findings = &mut *look.findings;
        lender.margin.check(&format!("{path}.margin"), &look.instruments, findings);
        what_margin_names(&format!("{path}.margin"), &lender.margin, look.file, findings);
        around_margin(&path, lender, look.file, &look.instruments, findings);
        layers::check(&format!("{path}.waterfall"), &lender.waterfall, lender.funds.as_ref(), findings);
        if let Some(stated) = &lender.funds {
            let is_trader = |name: &str| look.traders.gap || file.traders.get(name).is_some();
            funds::check(&format!("{path}.funds"), stated, lender.capital, &is_trader, findings);
        }
        if let Some(failure) = &lender.failure {
            let is_lender = |name: &str| look.lenders.gap || file.lenders.get(name).is_some();
            mechanics::lenders::check(&format!("{path}.failure"), name, failure, &is_lender, findings);
        }
    }
}

/// What follows from what the instruments are that a margin model names.
fn what_margin_names(path: &str, margin: &MarginFile, file: &WorldFile, findings: &mut Findings) {
    match margin {
        // All that is written on one thing belongs to that thing's group.
        MarginFile::Scan(scan) => {
            let mut grouped: Vec<(&str, &str, &str)> = vec![];
            for (group, own) in scan.groups.iter() {
                for (index, member) in own.members.iter().enumerate() {
                    let root = file.root_of(member);
                    match grouped.iter().find(|(known, name, _)| *known == root && name != member) {
                        Some((_, name, other)) => findings.add(
                            format_args!("{path}.scan.groups.{group}.members[{index}]"),
                            format!("\"{member}\" is on \"{root}\", as is \"{name}\" in the group \"{other}\""),
                            "name each thing once: what is written on it belongs to its group",
                        ),
                        None => grouped.push((root, member, group)),
                    }
                }
            }
        }
        MarginFile::Health(health) => {
            for name in health.collateral.names() {
                if file.instruments.get(name).is_some_and(|stated| !stated.owned()) {
                    findings.add(
                        format_args!("{path}.health.collateral.{name}"),
                        format!("\"{name}\" is a contract, and nothing that could be pledged"),
                        "name what is owned outright; contracts belong to a lender that margins them",
                    );
                }
            }
        }
        _ => {}
    }
}

/// Collateral, add-ons and the mode.
fn around_margin(path: &str, lender: &LenderFile, file: &WorldFile, known: &Names<'_>, findings: &mut Findings) {
    if let Some(collateral) = &lender.collateral {
        let is_contract = |name: &str| file.instruments.get(name).is_some_and(|stated| !stated.owned());
        collateral.check(&format!("{path}.collateral"), &is_contract, findings);
        for name in collateral.items.names() {
            known.has(name, format_args!("{path}.collateral.items.{name}"), findings);
        }
    }
    if let Some(add_ons) = &lender.add_ons {
        add_ons.check(&format!("{path}.add_ons"), findings);
    }
    let path = format!("{path}.mode");
    lender.mode.check(&path, findings);
    for (place, name) in lender.mode.instruments(&path) {
        known.has(name, place, findings);
    }
}
