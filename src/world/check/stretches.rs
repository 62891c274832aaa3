//! Measures of a stretch of time: what they name exists, and the stretch has a length.

use super::Names;
use crate::file::WorldFile;
use engine::measures::Measure;
use engine::traders::TraderFile;
use ground::moments::Moment;
use ground::units::Span;
use language::findings::Findings;

pub fn check(
    path: &str,
    what: &Measure,
    file: &WorldFile,
    instruments: &Names<'_>,
    traders: &Names<'_>,
    findings: &mut Findings,
) {
    match what {
        Measure::Fall { instrument, from, until } => {
            market(&format!("{path}.fall"), instrument, file, instruments, findings);
            length(&format!("{path}.fall"), *from, *until, findings);
        }
        Measure::Recovery { instrument, from, until, within } => {
            let path = format!("{path}.recovery");
            market(&path, instrument, file, instruments, findings);
            length(&path, *from, *until, findings);
            if *within == Span::ZERO {
                findings.add(format_args!("{path}.within"), "no time to recover in", "give a length such as \"20m\"");
            }
        }
        Measure::Traded { instrument, from, until } => {
            market(&format!("{path}.traded"), instrument, file, instruments, findings);
            length(&format!("{path}.traded"), *from, *until, findings);
        }
        Measure::Reached { instrument, .. } => {
            market(&format!("{path}.reached"), instrument, file, instruments, findings);
        }
        Measure::Held { trader, instrument, .. } => {
            instruments.has(instrument, format_args!("{path}.held.instrument"), findings);
            traders.has(trader, format_args!("{path}.held.trader"), findings);
            let trades = |own: &TraderFile| match own {
                TraderFile::Clients(own) => own.instruments.contains(instrument),
                _ => own.joins().is_none_or(|own| {
                    let legs = own.legs().iter().any(|leg| leg.instrument == instrument);
                    legs || own.instruments().iter().any(|(_, name)| name == instrument)
                }),
            };
            if file.traders.get(trader).is_some_and(|own| !trades(own)) && file.instruments.get(instrument).is_some() {
                findings.add(
                    format_args!("{path}.held.instrument"),
                    format!("\"{trader}\" does not trade \"{instrument}\""),
                    "name what it trades",
                );
            }
        }
        Measure::Outstanding { instrument, .. } => {
            let path = format!("{path}.outstanding.instrument");
            let pegged =
                |instrument: &str| file.pegs.iter().any(|(_, peg)| peg.coin == instrument || peg.sister == instrument);
            if instruments.has(instrument, &path, findings) && !pegged(instrument) {
                let reason = format!("of \"{instrument}\" nothing is minted or burnt");
                findings.add(path, reason, "name the coin of a peg, or its sister");
            }
        }
        _ => {}
    }
}

fn market(path: &str, instrument: &str, file: &WorldFile, instruments: &Names<'_>, findings: &mut Findings) {
    let known = instruments.has(instrument, format_args!("{path}.instrument"), findings);
    if known && file.instruments.get(instrument).is_some_and(|own| own.venues().is_empty()) {
        findings.add(
            format_args!("{path}.instrument"),
            format!("\"{instrument}\" has no market of its own"),
            "name what it is written on",
        );
    }
}

fn length(path: &str, from: Moment, until: Moment, findings: &mut Findings) {
    if from >= until {
        findings.add(
            format_args!("{path}.until"),
            format!("{until} does not come after {from}"),
            "swap them, or give the stretch a length",
        );
    }
}
