//! Shocks to what markets run on: feeds, venues and lenders that fail for a while.

use super::Names;
use crate::file::{InstrumentFile, OracleSays, ShockKindFile, WorldFile};
use ground::moments::Moment;
use ground::units::Span;
use language::findings::Findings;

pub fn check(
    file: &WorldFile,
    (instruments, venues, lenders): (&Names<'_>, &Names<'_>, &Names<'_>),
    (path, at): (&str, Moment),
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
                OracleSays::Price(price)
                    if price.is_finite()
                        && file.instruments.get(instrument).is_some_and(InstrumentFile::may_be_below_zero) => {}
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
        ShockKindFile::CancelTrades { instrument, venue, from, to, beyond, reference } => {
            let path = format!("{path}.cancel_trades");
            findings.within(format_args!("{path}.beyond"), *beyond, 0.0, 1e3);
            if let Some(reference) = reference {
                findings.positive(format_args!("{path}.reference"), *reference);
            }
            if to <= from {
                findings.add(format_args!("{path}.to"), "the window ends before it begins", "give a later moment");
            } else if at < *to {
                findings.add(
                    format_args!("{path}.to"),
                    format!("trades up to {to} cannot be cancelled at {at}"),
                    "end the window when the shock strikes, or earlier",
                );
            }
            let at = format!("{path}.instrument");
            if let Some(venue) = venue {
                venues.has(venue, format_args!("{path}.venue"), findings);
            }
            if !instruments.has(instrument, &at, findings) {
                return;
            }
            let Some(about) = file.instruments.get(instrument) else { return };
            if let InstrumentFile::Swap { of } = about {
                findings.add(at, format!("\"{instrument}\" is a swap, and has no trades"), format!("name \"{of}\""));
            } else if let Some(venue) = venue
                && !about.venues().contains(venue)
            {
                findings.add(
                    format_args!("{path}.venue"),
                    format!("\"{instrument}\" does not trade at \"{venue}\""),
                    format!("name one of its venues: {}", about.venues().join(", ")),
                );
            }
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
