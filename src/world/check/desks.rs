//! Desks: every leg is something that can be traded there, through an account that the desk has.

use super::traders::{MARGINED, traded_outright};
use super::{Look, Names};
use crate::file::WorldFile;
use engine::traders::Joins;
use engine::traders::desk::{Balance, Role};
use ground::units::Lots;
use language::findings::Findings;
use language::named::Named;
use mechanics::margin::MarginFile;
use std::collections::BTreeSet;

pub fn check(look: &mut Look<'_>, path: &str, own: &dyn Joins, accounts: &Named<Balance>) {
    if accounts.is_empty() {
        look.findings.add(format_args!("{path}.accounts"), "it has no account", "name at least one lender");
    }
    let roles = own.legs();
    if roles.is_empty() {
        look.findings.add(path, "it trades nothing", "name at least one instrument");
    }
    let mut seen = BTreeSet::new();
    for role in &roles {
        leg(look, path, role, accounts);
        if !seen.insert((role.instrument, role.venue, role.lender)) {
            look.findings.add(
                format_args!("{path}.{}", role.path),
                format!("\"{}\" is named twice for the same place", role.instrument),
                "name it once, or another venue or lender",
            );
        }
    }
    for (lender, balance) in accounts.iter() {
        let at = format!("{path}.accounts.{lender}");
        look.lenders.has(lender, &at, look.findings);
        if balance.cash < 0.0
            && look.file.lenders.get(lender).is_some_and(|lender| lender.margin == MarginFile::Unmargined)
        {
            let reason = format!("\"{lender}\" is unmargined: it lends nothing");
            look.findings.add(format_args!("{at}.cash"), reason, MARGINED);
        }
        for instrument in balance.positions.names() {
            let at = format!("{at}.positions.{instrument}");
            let here = |role: &&Role<'_>| role.instrument == instrument && role.at(accounts) == Some(lender);
            if look.instruments.has(instrument, &at, look.findings) && !roles.iter().any(|role| here(&role)) {
                look.findings.add(
                    at,
                    format!("it trades no \"{instrument}\" through \"{lender}\", and would hold it for ever"),
                    "remove it, or name a leg there",
                );
            }
        }
        not_too_many(&at, balance, look.findings);
    }
    for lender in accounts.names() {
        let used = roles.iter().any(|role| role.at(accounts) == Some(lender) || role.lender.is_none());
        if !used {
            look.findings.add(
                format_args!("{path}.accounts.{lender}"),
                "nothing is traded through it",
                "remove it, or name it as the `lender` of a leg",
            );
        }
    }
}

/// What no position can be is not worth being counted.
fn not_too_many(path: &str, balance: &Balance, findings: &mut Findings) {
    for (instrument, units) in balance.positions.iter() {
        if units.abs() > Lots::LARGEST.get() as f64 && units.is_finite() {
            findings.add(format_args!("{path}.positions.{instrument}"), "more than can be counted", "hold fewer units");
        }
    }
}

fn leg(look: &mut Look<'_>, path: &str, role: &Role<'_>, accounts: &Named<Balance>) {
    let findings = &mut *look.findings;
    let at = format!("{path}.{}", role.named_at);
    if look.instruments.has(role.instrument, &at, findings) {
        traded_outright(look.file, role.instrument, &at, findings);
        if let Some(venue) = role.venue {
            let at = format!("{path}.{}.venue", role.path);
            traded_on(look.file, &look.venues, role.instrument, venue, &at, findings);
        }
    }
    match role.lender {
        Some(lender) if accounts.get(lender).is_none() => {
            let reason = format!("the desk has no account at \"{lender}\"");
            let remedy = "name one of its accounts, or add it to them";
            findings.add(format_args!("{path}.{}.lender", role.path), reason, remedy);
        }
        None if accounts.len() > 1 => {
            let remedy = format!("write `lender`: one of {}", accounts.names().collect::<Vec<_>>().join(", "));
            findings.add(
                format_args!("{path}.{}", role.path),
                "the desk has several accounts, and this does not say through which it is traded",
                remedy,
            );
        }
        _ => {}
    }
}

/// Whether a venue exists and has a book of the instrument.
pub fn traded_on(
    file: &WorldFile,
    venues: &Names<'_>,
    instrument: &str,
    venue: &str,
    path: &str,
    findings: &mut Findings,
) {
    if venues.has(venue, path, findings)
        && let Some(about) = file.instruments.get(instrument)
        && !about.venues().is_empty()
        && !about.venues().iter().any(|own| own == venue)
    {
        let reason = format!("\"{instrument}\" is not traded on \"{venue}\"");
        findings.add(path, reason, format!("name one of {}", about.venues().join(", ")));
    }
}
