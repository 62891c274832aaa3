//! Traders: what they name exists and fits, and their parameters are in range.

use super::{Look, desks, each_named_once, firms, pegs};
use crate::file::{InstrumentFile, WorldFile};
use engine::traders::{Endowment, Joins, TraderFile, clients, leveraged_firm};
use language::findings::Findings;
use mechanics::margin::{MarginFile, ModeFile};

pub fn check(look: &mut Look<'_>) {
    for (name, trader) in look.file.traders.iter() {
        let path = format!("traders.{name}");
        match trader {
            TraderFile::Firm(own) => firms::check(look, name, own),
            TraderFile::LeveragedFirm(own) => leveraged(look, &path, own),
            TraderFile::Clients(own) => clients(look, &path, own),
            population => {
                let own = population.joins().expect("who is no firm decides");
                population.check(&path, look.findings);
                match own.endowment().accounts() {
                    Some(accounts) => {
                        desks::check(look, &path, own, accounts);
                        pegs::redeems(look, &path, own, accounts);
                        pegs::provides(look, &path, own, accounts);
                    }
                    None => {
                        joins(look, &path, own);
                        pegs::watches(look, &path, own);
                    }
                }
                look.ask(|stated, findings| own.check_among(&path, stated, findings));
            }
        }
    }
}

fn leveraged(look: &mut Look<'_>, path: &str, own: &leveraged_firm::Params) {
    own.check(path, look.findings);
    for instrument in own.portfolio.names() {
        look.instruments.has(instrument, format_args!("{path}.portfolio.{instrument}"), look.findings);
    }
    for lender in own.lenders.names() {
        lends(look, &format!("{path}.lenders.{lender}"), lender);
    }
}

/// They hold contracts, in one account each, at a lender that lends.
fn clients(look: &mut Look<'_>, path: &str, own: &clients::Params) {
    own.check(path, look.findings);
    lends(look, &format!("{path}.stake.lender"), &own.stake.lender);
    if look.file.lenders.get(&own.stake.lender).is_some_and(|lender| lender.mode != ModeFile::Cross) {
        look.findings.add(
            format_args!("{path}.stake.lender"),
            format!("\"{}\" keeps positions apart, and a client of a crowd has one account", own.stake.lender),
            "name a lender whose mode is Cross, or use LeveragedHolder",
        );
    }
    if own.instruments.is_empty() {
        look.findings.add(format_args!("{path}.instruments"), "they hold nothing", "name at least one contract");
    }
    let named = own.instruments.iter().enumerate();
    let named = named.map(|(index, name)| (format!("{path}.instruments[{index}]"), name.as_str()));
    each_named_once(&look.instruments, named, look.findings);
    look.ask(|stated, findings| own.check_among(path, stated, findings));
}

/// A lender that exists must lend.
fn lends(look: &mut Look<'_>, path: &str, lender: &str) {
    let known = look.lenders.has(lender, path, look.findings);
    if known && look.file.lenders.get(lender).is_some_and(|own| own.margin == MarginFile::Unmargined) {
        look.findings.add(path, format!("\"{lender}\" is unmargined: it lends nothing"), MARGINED);
    }
}

pub(super) const MARGINED: &str = "name a lender with a margin model, such as Rate(im: 0.15, mm: 0.1)";

/// Whatever a population names exists, is traded in a book, and is named once.
fn joins(look: &mut Look<'_>, path: &str, own: &dyn Joins) {
    match own.endowment() {
        Endowment::Stake(stake) => {
            look.lenders.has(&stake.lender, format_args!("{path}.stake.lender"), look.findings);
        }
        Endowment::Levered(stake) | Endowment::Exposed { stake, .. } => {
            lends(look, &format!("{path}.stake.lender"), &stake.lender);
        }
        Endowment::Units { lender, .. } => {
            look.lenders.has(lender, format_args!("{path}.lender"), look.findings);
        }
        Endowment::Accounts(_) => {}
    }
    let (file, instruments, venues, findings) = (look.file, &look.instruments, &look.venues, &mut *look.findings);
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
    if let Some(of) = file.instruments.get(name).and_then(InstrumentFile::swap_of) {
        findings.add(
            path,
            format!("\"{name}\" is a swap, which has no book to trade in"),
            format!("name what it is written on, \"{of}\""),
        );
    }
}
