//! Studies: what is to be counted is traded, by somebody who stands alone.

use crate::file::WorldFile;
use engine::study::StudyFile;
use engine::traders::TraderFile;
use ground::units::Span;
use language::findings::Findings;

pub fn check(study: &StudyFile, file: &WorldFile, findings: &mut Findings) {
    let known = |path: String, name: &str, findings: &mut Findings| match file.instruments.get(name) {
        Some(instrument) if instrument.venues().is_empty() => {
            findings.add(path, format!("\"{name}\" has no market of its own"), "name one that is traded");
        }
        Some(_) => {}
        None => findings.add(path, format!("there is no instrument \"{name}\""), "name one of `instruments`"),
    };
    for (index, name) in study.quotes.iter().enumerate() {
        known(format!("study.quotes[{index}]"), name, findings);
    }
    for (index, own) in study.queues.iter().enumerate() {
        let path = format!("study.queues[{index}]");
        known(format!("{path}.instrument"), &own.instrument, findings);
        if let Some(trader) = &own.waits {
            alone(format!("{path}.waits"), trader, Some(&own.instrument), file, findings);
        }
    }
    for (index, own) in study.rounds.iter().enumerate() {
        let path = format!("study.rounds[{index}]");
        alone(format!("{path}.trader"), &own.trader, None, file, findings);
        let tick = file.clock.tick.as_seconds();
        if own.length == Span::ZERO || (tick > 0 && own.length.as_seconds() % tick != 0) {
            let reason = format!("rounds of {} are not a whole number of ticks of {}", own.length, file.clock.tick);
            findings.add(format_args!("{path}.length"), reason, "give a multiple of the tick");
        }
    }
}

/// A trader that decides, of which there is one for the instrument (or at all).
fn alone(path: String, name: &str, instrument: Option<&str>, file: &WorldFile, findings: &mut Findings) {
    let Some(trader) = file.traders.get(name) else {
        findings.add(path, format!("there is no trader \"{name}\""), "name one of `traders`");
        return;
    };
    let Some(joins) = TraderFile::joins(trader) else {
        let is = if trader.is_firm() { "is a firm" } else { "does nothing in any round" };
        findings.add(path, format!("\"{name}\" {is}"), "name a trader of one instrument");
        return;
    };
    let trades = joins.instruments();
    match instrument {
        Some(instrument) if !trades.iter().any(|(_, traded)| *traded == instrument) => {
            findings.add(path, format!("\"{name}\" does not trade \"{instrument}\""), "name a trader who does");
        }
        Some(_) if joins.count() == 1 => {}
        None if joins.count() == 1 && trades.len() == 1 => {}
        _ => findings.add(path, format!("\"{name}\" has several members"), "name a trader with one member"),
    }
}
