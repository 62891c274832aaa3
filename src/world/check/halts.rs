//! Halts: their numbers, what they watch, and whether they contradict each other.

use super::{Look, Names, each_once};
use crate::file::WorldFile;
use language::findings::Findings;
use mechanics::halts::HaltFile;
use std::collections::BTreeMap;

pub fn check(look: &mut Look<'_>) {
    let findings = &mut *look.findings;
    for (name, venue) in look.file.venues.iter() {
        for (index, halt) in venue.halts.iter().enumerate() {
            let path = format!("venues.{name}.halts[{index}]");
            halt.check(&path, findings);
            watched(look.file, &look.instruments, name, halt, &path, findings);
        }
        contradictions(look.file, name, &venue.halts, findings);
        never_reached(look.file, name, &venue.halts, findings);
    }
}

/// What a rule names exists, trades at the venue and, for a rule that holds orders back, has a book.
fn watched(
    file: &WorldFile,
    instruments: &Names<'_>,
    venue: &str,
    halt: &HaltFile,
    path: &str,
    findings: &mut Findings,
) {
    let Some(named) = halt.instruments() else { return };
    each_once(instruments, named, &format!("{path}.instruments"), findings);
    for (index, name) in named.iter().enumerate() {
        let path = format!("{path}.instruments[{index}]");
        let Some(instrument) = file.instruments.get(name) else { continue };
        let here = instrument.venues().iter().any(|at| at == venue);
        let index_only = matches!(halt, HaltFile::Levels { .. });
        if !here && !index_only {
            let remedy = format!("name what trades at \"{venue}\"");
            findings.add(&path, format!("\"{name}\" does not trade at \"{venue}\""), remedy);
        } else if instrument.venues().is_empty() {
            findings.add(&path, format!("\"{name}\" has no market of its own"), "name what it is written on");
        }
        let holds_back =
            matches!(halt, HaltFile::Bands { .. } | HaltFile::LimitUpLimitDown { .. } | HaltFile::DailyLimit { .. });
        if holds_back && !instrument.formation().has_book() {
            findings.add(
                &path,
                format!("the price of \"{name}\" forms without a book, in which no order can be held back"),
                "leave it out, or take a velocity rule",
            );
        }
    }
}

/// One rule of a kind for each instrument; and a band that a daily limit always forestalls holds nothing.
fn contradictions(file: &WorldFile, venue: &str, halts: &[HaltFile], findings: &mut Findings) {
    let mut first: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (index, halt) in halts.iter().enumerate() {
        if matches!(halt, HaltFile::Levels { .. }) {
            continue;
        }
        let twice = watched_names(file, venue, halt).find_map(|name| {
            let before = first.insert((halt.word(), name), index);
            before.filter(|before| *before != index).map(|before| (name, before))
        });
        if let Some((name, before)) = twice {
            findings.add(
                format_args!("venues.{venue}.halts[{index}]"),
                format!("\"{name}\" has a rule of this kind already, halts[{before}]"),
                "keep one of them, or name different `instruments` in each",
            );
        }
    }
    for ((kind, name), index) in &first {
        let (HaltFile::Bands { width: band, .. }, "bands") = (&halts[*index], *kind) else { continue };
        let Some(daily) = first.get(&("daily_limit", name)) else { continue };
        let HaltFile::DailyLimit { width, .. } = &halts[*daily] else { continue };
        if band >= width {
            findings.add(
                format_args!("venues.{venue}.halts[{index}].width"),
                format!("a band of {band} around the price of \"{name}\" lies beyond its daily limit of {width}"),
                "make the band narrower than the daily limit, or leave one of them out",
            );
        }
    }
}

/// Within a daily limit nothing falls or rises further: a rule that waits for that waits for ever.
fn never_reached(file: &WorldFile, venue: &str, halts: &[HaltFile], findings: &mut Findings) {
    let mut limits: BTreeMap<&str, f64> = BTreeMap::new();
    for halt in halts {
        if let HaltFile::DailyLimit { width, .. } = halt {
            limits.extend(watched_names(file, venue, halt).map(|name| (name, *width)));
        }
    }
    for (index, halt) in halts.iter().enumerate() {
        let path = format!("venues.{venue}.halts[{index}]");
        let names = || watched_names(file, venue, halt);
        match halt {
            HaltFile::Bands { width: day, closing: Some(closing), .. } => {
                let mut tight = names().filter_map(|name| Some((name, *limits.get(name)?)));
                if let Some((name, width)) = tight.find(|(_, width)| closing.width >= *width && day < width) {
                    findings.add(
                        format_args!("{path}.closing.width"),
                        format!(
                            "a band of {} at the close lies beyond the daily limit of \"{name}\", {width}",
                            closing.width
                        ),
                        "make the band narrower than the daily limit, or leave `closing` out",
                    );
                }
            }
            HaltFile::Levels { levels, .. } => {
                // An index falls no further than the one of its parts that may fall the most.
                let widest = names()
                    .map(|name| limits.get(name).copied())
                    .try_fold(0.0, |widest: f64, width| Some(widest.max(width?)));
                let Some(widest) = widest.filter(|widest| *widest > 0.0) else { continue };
                let beyond = levels.iter().enumerate().find(|(_, level)| level.fall > widest);
                if let Some((level, about)) = beyond {
                    findings.add(
                        format_args!("{path}.levels[{level}].fall"),
                        format!("a fall of {} is never reached: all that the index is made of has a daily limit, {widest} at most", about.fall),
                        "name smaller falls, or wider daily limits",
                    );
                }
            }
            HaltFile::Velocity { width: fast, .. } => {
                // From one limit to the other it can go within a day.
                let stuck =
                    names().filter_map(|name| Some((name, *limits.get(name)?))).find(|(_, width)| *fast > 2.0 * width);
                if let Some((name, width)) = stuck {
                    findings.add(
                        format_args!("{path}.width"),
                        format!("a move of {fast} is never reached: the daily limit of \"{name}\" is {width}"),
                        "name a smaller move, or a wider daily limit",
                    );
                }
            }
            _ => {}
        }
    }
}

fn watched_names<'a>(file: &'a WorldFile, venue: &'a str, halt: &'a HaltFile) -> impl Iterator<Item = &'a str> {
    let here = move |(name, instrument): (&'a str, &'a crate::file::InstrumentFile)| {
        let trades = instrument.venues().iter().any(|at| at == venue);
        let meant = halt.instruments().is_none_or(|named| named.iter().any(|other| other == name));
        (trades && meant).then_some(name)
    };
    file.instruments.iter().filter_map(here)
}
