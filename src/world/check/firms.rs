//! Firms: what their accounts, sources and playbooks name exists, and every source is of use.

use super::{Look, Names, each_once};
use crate::file::{InstrumentFile, WorldFile};
use engine::measures::Measure;
use engine::traders::firm::Params;
use language::findings::Findings;
use language::named::Named;
use language::read::Read;
use mechanics::margin::MarginFile;
use mechanics::treasury::{StageFile, SupportFile, Triage};

pub fn check(look: &mut Look<'_>, name: &str, own: &Params) {
    let path = format!("traders.{name}");
    own.check(&path, look.findings);
    if own.accounts.is_empty() {
        look.findings.add(format_args!("{path}.accounts"), "it has no account", "name at least one lender");
    }
    for (lender, account) in own.accounts.iter() {
        let path = format!("{path}.accounts.{lender}");
        look.lenders.has(lender, &path, look.findings);
        for instrument in account.positions.names() {
            look.instruments.has(instrument, format_args!("{path}.positions.{instrument}"), look.findings);
        }
        for instrument in account.entry.names() {
            if account.positions.get(instrument).is_none() {
                look.findings.add(
                    format_args!("{path}.entry.{instrument}"),
                    format!("there is no position in \"{instrument}\" that could have been entered"),
                    "add it to `positions`, or remove the price",
                );
            }
        }
    }
    sources(look, &path, own);
    playbook(look, &path, own);
    supports(look, &path, own);
}

/// It holds up what it holds, where it holds it. Whether it has the money is seen once it is sized.
fn supports(look: &mut Look<'_>, path: &str, own: &Params) {
    for (index, file) in own.supports.iter().enumerate() {
        let path = format!("{path}.supports[{index}]");
        let known = look.lenders.has(&file.lender, format_args!("{path}.lender"), look.findings)
            & look.instruments.has(&file.instrument, format_args!("{path}.instrument"), look.findings);
        let held = own.accounts.get(&file.lender).and_then(|account| account.positions.get(&file.instrument));
        if known && !held.is_some_and(|units| *units > 0.0) {
            look.findings.add(
                format_args!("{path}.instrument"),
                format!("the firm is not long of \"{}\" at \"{}\"", file.instrument, file.lender),
                "name something that it holds there, or add it to the positions there",
            );
        }
        let same = |other: &SupportFile| (&other.instrument, &other.lender) == (&file.instrument, &file.lender);
        if own.supports[..index].iter().any(same) {
            look.findings.add(
                &path,
                format!("\"{}\" at \"{}\" is held up twice over", file.instrument, file.lender),
                "make one entry of them, with the share that is meant",
            );
        }
    }
}

/// What is to be sold must be held, and outright.
fn sources(look: &mut Look<'_>, path: &str, own: &Params) {
    for (name, source) in own.sources.iter() {
        let path = format!("{path}.sources.{name}");
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if name.is_empty() || !name.chars().all(plain) {
            look.findings.add(
                &path,
                format!("\"{}\" will not do as a name", name.escape_debug()),
                "use letters a to z, digits, \"-\" and \"_\"",
            );
        }
        let Some((lender, instrument)) = source.held() else { continue };
        let at = format!("{path}.{}", source.word());
        let known = look.lenders.has(lender, format_args!("{at}.lender"), look.findings)
            & look.instruments.has(instrument, format_args!("{at}.instrument"), look.findings);
        if !known {
            continue;
        }
        let held = own.accounts.get(lender).and_then(|account| account.positions.get(instrument));
        if !held.is_some_and(|units| *units > 0.0) {
            look.findings.add(
                format_args!("{at}.instrument"),
                format!("the firm holds no \"{instrument}\" at \"{lender}\" that it could sell"),
                "add it to the positions there, or name what it holds",
            );
        } else if !look.file.instruments.get(instrument).is_some_and(InstrumentFile::owned) {
            look.findings.add(
                format_args!("{at}.instrument"),
                format!("\"{instrument}\" is a contract: closing it raises no money"),
                "name something that is owned outright",
            );
        }
    }
}

fn playbook(look: &mut Look<'_>, path: &str, own: &Params) {
    let names = Names::of("source", "sources of the firm", own.sources.names(), false);
    let mut used = std::collections::BTreeSet::new();
    for (index, stage) in own.playbook.iter().enumerate() {
        let path = format!("{path}.playbook[{index}]");
        match stage {
            StageFile::Draw { sources, .. } => {
                each_once(&names, sources, &format!("{path}.draw.sources"), look.findings);
                used.extend(sources.iter().map(String::as_str));
            }
            StageFile::Triage(Triage::Lenders(lenders)) => {
                each_once(&look.lenders, lenders, &format!("{path}.triage.lenders"), look.findings);
            }
            StageFile::Deliver { from, assets } => deliver(look, &format!("{path}.deliver"), own, from, assets),
            StageFile::Triage(_) | StageFile::Derisk { .. } | StageFile::Talk { .. } => {}
        }
    }
    for name in own.sources.names().filter(|name| !own.playbook.is_empty() && !used.contains(name)) {
        look.findings.add(
            format_args!("{path}.sources.{name}"),
            "no stage of the playbook draws on it",
            "name it in a Draw, or remove it",
        );
    }
}

/// What is handed over is owned outright, held there, and backs nothing there.
fn deliver(look: &mut Look<'_>, path: &str, own: &Params, from: &str, assets: &Named<f64>) {
    let held = own.accounts.get(from).map(|account| &account.positions);
    if look.lenders.has(from, format_args!("{path}.from"), look.findings) {
        let lends = look.file.lenders.get(from).is_some_and(|lender| lender.margin != MarginFile::Unmargined);
        if lends || held.is_none() {
            look.findings.add(
                format_args!("{path}.from"),
                format!("\"{from}\" is not an unmargined lender with which the firm has an account"),
                "name a custodian of the firm: what backs a loan cannot back another",
            );
        }
    }
    if assets.is_empty() {
        look.findings.add(format_args!("{path}.assets"), "there is nothing to deliver", "name what is kept there");
    }
    for name in assets.names() {
        let at = format!("{path}.assets.{name}");
        if !look.instruments.has(name, &at, look.findings) {
            continue;
        }
        let outright = look.file.instruments.get(name).is_none_or(InstrumentFile::owned);
        let there = held.is_none_or(|held| held.get(name).is_some_and(|units| *units > 0.0));
        if !outright || !there {
            look.findings.add(
                at,
                format!("the firm holds no \"{name}\" at \"{from}\" that it could hand over"),
                "name what it owns outright there",
            );
        }
    }
}

/// A figure of a firm's treasury: only a firm whose balance sheet is stated has one.
pub fn figure(path: &str, what: &Measure, firm: &str, file: &WorldFile, firms: &Names<'_>, findings: &mut Findings) {
    let path = format!("{path}.{}", what.word());
    if !firms.has(firm, format_args!("{path}.firm"), findings) {
        return;
    }
    let Some(trader) = file.traders.get(firm) else { return };
    match (trader.sources(), what) {
        (Some(sources), Measure::Drawn { source, .. }) => {
            let sources = Names::of("source", "sources of the firm", sources.names(), false);
            sources.has(source, format_args!("{path}.source"), findings);
        }
        (Some(_), _) => {}
        (None, _) => {
            let reason = format!("\"{firm}\" is no Firm: its treasury is not on record");
            findings.add(format_args!("{path}.firm"), reason, "name a Firm");
        }
    }
}
