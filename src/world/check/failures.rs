//! Shocks to what markets run on: feeds, venues and lenders that fail for a while.

use super::Names;
use crate::units::Span;
use crate::world::file::{InstrumentFile, OracleSays, ShockKindFile, WorldFile};
use crate::world::findings::Findings;

pub fn check(
    file: &WorldFile,
    (instruments, venues, lenders): (&Names<'_>, &Names<'_>, &Names<'_>),
    path: &str,
    what: &ShockKindFile,
    findings: &mut Findings,
) {
    match what {
        ShockKindFile::StaleFeed { instrument, lasts } => {
            feed(file, instruments, &format!("{path}.stale_feed.instrument"), instrument, findings);
            lasting(&format!("{path}.stale_feed.for"), *lasts, findings);
        }
        ShockKindFile::Oracle { instrument, says, lasts } => {
            let path = format!("{path}.oracle");
            feed(file, instruments, &format!("{path}.instrument"), instrument, findings);
            lasting(&format!("{path}.for"), *lasts, findings);
            match says {
                OracleSays::Ratio(ratio) if !(*ratio > -1.0 && *ratio <= 1e3) => findings.add(
                    format_args!("{path}.says.ratio"),
                    format!("a ratio of {ratio} leaves no price, or too much of one"),
                    "give one above -1: -0.3 is 30 % less",
                ),
                OracleSays::Price(price) => findings.positive(format_args!("{path}.says.price"), *price),
                OracleSays::Ratio(_) => {}
            }
        }
        ShockKindFile::Outage { venue, lasts } => {
            venues.has(venue, format_args!("{path}.outage.venue"), findings);
            lasting(&format!("{path}.outage.for"), *lasts, findings);
        }
        ShockKindFile::WithdrawalHalt { lender, lasts } => {
            lenders.has(lender, format_args!("{path}.withdrawal_halt.lender"), findings);
            lasting(&format!("{path}.withdrawal_halt.for"), *lasts, findings);
        }
        _ => unreachable!("what else strikes is checked elsewhere"),
    }
}

/// Only what is marked by a book has a feed of its own.
fn feed(file: &WorldFile, instruments: &Names<'_>, path: &str, name: &str, findings: &mut Findings) {
    if !instruments.has(name, path, findings) {
        return;
    }
    let (what, of) = match file.instruments.get(name) {
        Some(InstrumentFile::Swap { of }) => ("a swap, which is marked as", of),
        Some(InstrumentFile::Option(own)) => ("an option, which is priced from", &own.of),
        _ => return,
    };
    findings.add(path, format!("\"{name}\" is {what} \"{of}\" is"), format!("name \"{of}\""));
}

fn lasting(path: &str, span: Span, findings: &mut Findings) {
    if span == Span::ZERO {
        findings.add(path, "no time at all", "give a length such as \"15m\"");
    }
}
