//! Traders: what they name exists and fits, and their parameters are in range.

use super::{Look, Names, desks, each_named_once, firms};
use crate::file::{InstrumentFile, WorldFile};
use engine::traders::{Endowment, Joins, TraderFile};
use language::findings::Findings;
use mechanics::margin::MarginFile;

pub fn check(look: &mut Look<'_>) {
    let file = look.file;
    for (name, trader) in file.traders.iter() {
        if let TraderFile::Firm(own) = trader {
            firms::check(look, name, own);
            continue;
        }
        let findings = &mut *look.findings;
        let path = format!("traders.{name}");
        match trader {
            TraderFile::LeveragedFirm(own) => {
                own.check(&path, findings);
                for instrument in own.portfolio.names() {
                    look.instruments.has(instrument, format_args!("{path}.portfolio.{instrument}"), findings);
                }
                for lender in own.lenders.names() {
                    let at = format!("{path}.lenders.{lender}");
                    if look.lenders.has(lender, &at, findings)
                        && file.lenders.get(lender).is_some_and(|lender| lender.margin == MarginFile::Unmargined)
                    {
                        findings.add(at, format!("\"{lender}\" is unmargined: it lends nothing"), MARGINED);
                    }
                }
            }
            TraderFile::Firm(_) => {}
            population => {
                let own = population.joins().expect("who is no firm decides");
                population.check(&path, findings);
                match own.endowment().accounts() {
                    Some(accounts) => desks::check(look, &path, own, accounts),
                    None => joins(file, [&look.instruments, &look.lenders, &look.venues], &path, own, look.findings),
                }
                look.ask(|stated, findings| own.check_among(&path, stated, findings));
            }
        }
    }
}

pub(super) const MARGINED: &str = "name a lender with a margin model, such as Rate(im: 0.15, mm: 0.1)";

/// Whatever a population names exists, is traded in a book, and is named once.
fn joins(
    file: &WorldFile,
    [instruments, lenders, venues]: [&Names<'_>; 3],
    path: &str,
    own: &dyn Joins,
    findings: &mut Findings,
) {
    match own.endowment() {
        Endowment::Stake(stake) => lenders.has(&stake.lender, format_args!("{path}.stake.lender"), findings),
        Endowment::Levered(stake) => {
            let at = format!("{path}.stake.lender");
            let known = lenders.has(&stake.lender, &at, findings);
            if known && file.lenders.get(&stake.lender).is_some_and(|it| it.margin == MarginFile::Unmargined) {
                findings.add(at, format!("\"{}\" is unmargined: it lends nothing", stake.lender), MARGINED);
            }
            known
        }
        Endowment::Units { lender, .. } => lenders.has(lender, format_args!("{path}.lender"), findings),
        Endowment::Accounts(_) => true,
    };
    let traded = own.instruments();
    if traded.is_empty() {
        let field = own.instruments_field();
        findings.add(format_args!("{path}.{field}"), "it trades nothing", "name at least one instrument");
    }
    each_named_once(instruments, traded.iter().map(|(field, name)| (format!("{path}.{field}"), *name)), findings);
    for (field, instrument) in traded {
        if let Some(venue) = own.endowment().venue() {
            desks::traded_on(file, venues, instrument, venue, &format!("{path}.stake.venue"), findings);
        }
        traded_outright(file, instrument, &format!("{path}.{field}"), findings);
    }
}

/// Only a firm may hold swaps; everyone else trades in a book, and a swap has none.
pub(super) fn traded_outright(file: &WorldFile, name: &str, path: &str, findings: &mut Findings) {
    if let Some(InstrumentFile::Swap { of }) = file.instruments.get(name) {
        findings.add(
            path,
            format!("\"{name}\" is a swap, which has no book to trade in"),
            format!("name what it is written on, \"{of}\""),
        );
    }
}
