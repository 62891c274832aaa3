//! Traders: what they name exists and fits, and their parameters are in range.

use super::{Look, Names, each_once, firms};
use crate::margin::MarginFile;
use crate::traders::{Stake, TraderFile};
use crate::world::file::InstrumentFile;
use crate::world::findings::Findings;

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
            TraderFile::ZeroIntelligence(own) => {
                own.check(&path, findings);
                population(look.file, &look.instruments, &look.lenders, &path, &own.instruments, &own.stake, findings);
            }
            TraderFile::MarketMaker(own) => {
                own.check(&path, findings);
                population(look.file, &look.instruments, &look.lenders, &path, &own.instruments, &own.stake, findings);
            }
            TraderFile::Momentum(own) => {
                own.check(&path, findings);
                population(look.file, &look.instruments, &look.lenders, &path, &own.instruments, &own.stake, findings);
            }
            TraderFile::Value(own) => {
                own.check(&path, findings);
                look.lenders.has(&own.stake.lender, format_args!("{path}.stake.lender"), findings);
                if own.demand.is_empty() {
                    findings.add(format_args!("{path}.demand"), "there is no demand", "name at least one instrument");
                }
                for instrument in own.demand.names() {
                    let path = format!("{path}.demand.{instrument}");
                    if look.instruments.has(instrument, &path, findings) {
                        traded_outright(look.file, instrument, &path, findings);
                    }
                }
            }
            TraderFile::BlockSeller(own) => {
                own.check(&path, findings);
                look.lenders.has(&own.lender, format_args!("{path}.lender"), findings);
                let at = format!("{path}.instrument");
                if look.instruments.has(&own.instrument, &at, findings) {
                    traded_outright(look.file, &own.instrument, &at, findings);
                }
                if let Some(limit) = own.limit {
                    findings.positive(format_args!("{path}.limit"), limit);
                }
            }
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
                        findings.add(
                            at,
                            format!("\"{lender}\" is unmargined: it lends nothing"),
                            "name a lender with a margin model, such as Rate(im: 0.15, mm: 0.1)",
                        );
                    }
                }
            }
            TraderFile::Firm(_) => {}
        }
    }
}

fn population(
    file: &crate::world::file::WorldFile,
    instruments: &Names<'_>,
    lenders: &Names<'_>,
    path: &str,
    traded: &[String],
    stake: &Stake,
    findings: &mut Findings,
) {
    lenders.has(&stake.lender, format_args!("{path}.stake.lender"), findings);
    each_once(instruments, traded, &format!("{path}.instruments"), findings);
    for (index, instrument) in traded.iter().enumerate() {
        traded_outright(file, instrument, &format!("{path}.instruments[{index}]"), findings);
    }
}

/// Only a firm may hold swaps; everyone else trades in a book, and a swap has none.
fn traded_outright(file: &crate::world::file::WorldFile, name: &str, path: &str, findings: &mut Findings) {
    if let Some(InstrumentFile::Swap { of }) = file.instruments.get(name) {
        findings.add(
            path,
            format!("\"{name}\" is a swap, which has no book to trade in"),
            format!("name what it is written on, \"{of}\""),
        );
    }
}
