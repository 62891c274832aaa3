//! Futures, perpetuals and options: what they are on exists and can be written on, and their terms make sense.

use super::{Look, each_once};
use crate::file::InstrumentFile;
use ground::moments::{Moment, When};
use ground::units::{Span, Time};
use language::findings::Findings;
use mechanics::contracts::mark::Marked;
use mechanics::contracts::{FundingFile, OptionFile};
use std::fmt::Display;

const DAY_SECONDS: i64 = 86_400;

/// Anything with a price of its own in the file.
pub fn booked(look: &mut Look<'_>, path: &str, instrument: &InstrumentFile) {
    let Some(own) = instrument.booked() else { return };
    let findings = &mut *look.findings;
    each_once(&look.venues, own.venues, &format!("{path}.venues"), findings);
    // Of all else the bound stands beside the field.
    let is_future = matches!(instrument, InstrumentFile::Future(_));
    if is_future && (!instrument.may_be_below_zero() || own.price == 0.0 || !own.price.is_finite()) {
        findings.positive(format_args!("{path}.price"), own.price);
    }
    let has_index = instrument.follows().is_some();
    let has_book = instrument.formation().has_book();
    let marked = Marked { venues: own.venues, has_index, has_book, tick: look.file.clock.tick };
    own.mark.check(&format!("{path}.mark"), marked, findings);
}

pub fn check(look: &mut Look<'_>, name: &str, path: &str, instrument: &InstrumentFile) {
    match instrument {
        InstrumentFile::Future(own) => {
            if let Some(of) = &own.underlying {
                on_spot(look, name, of, &format!("{path}.underlying"));
                follows(path, of, own.ordinary.value_volatility, look.findings);
            }
            if let Some(expiry) = own.expiry {
                ends_in_time(look, format_args!("{path}.expiry"), expiry);
            }
        }
        InstrumentFile::Perpetual(own) => {
            if let Some(of) = &own.index {
                on_spot(look, name, of, &format!("{path}.index"));
                follows(path, of, own.ordinary.value_volatility, look.findings);
            }
            if let Some(terms) = &own.funding {
                if own.index.is_none() {
                    look.findings.add(
                        format_args!("{path}.funding"),
                        "funding is worked out against an index, and there is none",
                        "name a spot instrument as `index`, or leave `funding` out",
                    );
                }
                funding(&format!("{path}.funding"), terms, look.file.clock.tick, look.findings);
            }
        }
        InstrumentFile::Option(own) => option(look, name, path, own),
        InstrumentFile::Spot { .. } | InstrumentFile::Swap { .. } => {}
    }
}

/// Only what is owned outright may be the underlying of a contract.
fn on_spot(look: &mut Look<'_>, name: &str, of: &str, path: &str) {
    if of == name {
        look.findings.add(path, "it is on itself", "name a spot instrument, or leave it out");
    } else if look.instruments.has(of, path, look.findings) && !is_spot(look, of) {
        look.findings.add(path, format!("\"{of}\" is no spot instrument"), "name one that is, or leave it out");
    }
}

fn is_spot(look: &Look<'_>, name: &str) -> bool {
    look.file.instruments.get(name).is_none_or(InstrumentFile::owned)
}

fn follows(path: &str, of: &str, value_volatility: f64, findings: &mut Findings) {
    if value_volatility != 0.0 && (0.0..=10.0).contains(&value_volatility) {
        findings.add(
            format_args!("{path}.ordinary.value_volatility"),
            format!("its value is that of \"{of}\", and has no news of its own"),
            "write 0",
        );
    }
}

/// A moment after the start of the run. One after its end is as good: then it does not happen.
fn ends_in_time(look: &mut Look<'_>, path: impl Display, expiry: Moment) {
    let start = match look.file.clock.start {
        When::At(moment) => moment.time(),
        When::Close(day) => Time::from_civil(day.0.to_datetime(jiff::civil::Time::midnight())),
    };
    if expiry.time() <= start {
        look.findings.add(
            path,
            format!("it ends on {expiry}, before the run begins"),
            "give a moment in the run, or after it for what lives through it",
        );
    }
}

fn funding(path: &str, terms: &FundingFile, tick: Span, findings: &mut Findings) {
    let (interval, tick) = (terms.interval.as_seconds(), tick.as_seconds());
    if interval == 0 || DAY_SECONDS % interval != 0 {
        findings.add(
            format_args!("{path}.interval"),
            format!("a day is not a whole number of intervals of {}", terms.interval),
            "give one that divides a day, such as \"1h\", \"4h\" or \"8h\"",
        );
    } else if tick > 0 && interval % tick != 0 {
        findings.add(
            format_args!("{path}.interval"),
            format!("an interval of {} is not a whole number of ticks of {}", terms.interval, Span::seconds(tick)),
            "take a multiple of the tick",
        );
    }
}

fn option(look: &mut Look<'_>, name: &str, path: &str, own: &OptionFile) {
    each_once(&look.venues, &own.venues, &format!("{path}.venues"), look.findings);
    let of_path = format!("{path}.of");
    if own.of == name {
        look.findings.add(of_path, "an option on itself", "name a spot instrument, a future or a perpetual");
    } else if look.instruments.has(&own.of, &of_path, look.findings) {
        match look.file.instruments.get(&own.of) {
            Some(InstrumentFile::Option(_)) => {
                look.findings.add(
                    of_path,
                    format!("\"{}\" is itself an option", own.of),
                    "name a spot instrument, a future or a perpetual",
                );
            }
            Some(InstrumentFile::Swap { of }) => {
                look.findings.add(of_path, format!("\"{}\" is a swap", own.of), format!("name \"{of}\""));
            }
            Some(InstrumentFile::Future(future)) if future.expiry.is_some_and(|expiry| expiry < own.expiry) => {
                look.findings.add(
                    format_args!("{path}.expiry"),
                    format!("it ends after \"{}\", which it is on", own.of),
                    "let it end no later",
                );
            }
            _ => {}
        }
    }
    ends_in_time(look, format_args!("{path}.expiry"), own.expiry);
}

/// What a lender charges for: shares that somebody can be short of.
pub fn interest(look: &mut Look<'_>) {
    for (name, lender) in look.file.lenders.iter() {
        let Some(own) = &lender.interest else { continue };
        let path = format!("lenders.{name}.interest");
        own.check(&path, look.findings);
        for borrowed in own.borrow.names() {
            let path = format!("{path}.borrow.{borrowed}");
            if look.instruments.has(borrowed, &path, look.findings) && !is_spot(look, borrowed) {
                look.findings.add(path, format!("\"{borrowed}\" cannot be borrowed"), "name a spot instrument");
            }
        }
    }
}
