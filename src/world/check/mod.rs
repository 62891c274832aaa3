//! What must hold between the parts of a world file, and within each.
//!
//! Every check goes on after the first finding. Numbers are only looked at as they are written here;
//! what shows once they are whole numbers is found by `build`.

mod contracts;
mod desks;
mod failures;
mod firms;
mod formation;
mod halts;
mod instruments;
mod latency;
mod lenders;
mod liquidation;
mod limits;
mod names;
mod pegs;
mod reference;
mod replay;
mod shocks;
mod stretches;
mod study;
pub mod sizes;
mod traders;
mod value_walk;

use super::file::WorldFile;
use language::findings::Findings;
use language::text::near;
use std::collections::BTreeSet;
use std::fmt::Display;

/// Sections of which the text could not be read to the end: a name that is not in them may well exist.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gaps {
    pub venues: bool,
    pub instruments: bool,
    pub lenders: bool,
    pub traders: bool,
    pub sources: bool,
}

pub fn check(file: &WorldFile, gaps: Gaps, findings: &mut Findings) {
    let mut look = Look {
        file,
        venues: Names::of("venue", "venues", file.venues.names(), gaps.venues),
        instruments: Names::of("instrument", "instruments", file.instruments.names(), gaps.instruments),
        lenders: Names::of("lender", "lenders", file.lenders.names(), gaps.lenders),
        traders: Names::of("trader", "traders", file.traders.names(), gaps.traders),
        sources: Names::of("source", "reference.sources", file.reference.sources.names(), gaps.sources),
        findings,
    };
    names::check(&mut look);
    instruments::check(&mut look);
    formation::check(&mut look);
    value_walk::check(&mut look);
    halts::check(&mut look);
    lenders::check(&mut look);
    pegs::check(&mut look);
    liquidation::check(&mut look);
    if let Some(volatility) = &file.volatility {
        volatility.check(look.findings);
    }
    contracts::interest(&mut look);
    traders::check(&mut look);
    latency::check(&mut look);
    shocks::together(file, &look.instruments, "correlations", &file.correlations, look.findings);
    shocks::check(&mut look);
    replay::check(&mut look);
    reference::check(&mut look);
    if let Some(study) = &file.study {
        study::check(study, file, look.findings);
    }
    if let Some(probe) = &file.probe {
        if let Some(name) = &probe.instrument {
            look.instruments.has(name, "probe.instrument", look.findings);
        }
        crate::probe::check(probe, look.findings);
    }
}

/// A world under examination.
struct Look<'a> {
    file: &'a WorldFile,
    venues: Names<'a>,
    instruments: Names<'a>,
    lenders: Names<'a>,
    traders: Names<'a>,
    sources: Names<'a>,
    findings: &'a mut Findings,
}

/// The names of one kind.
struct Names<'a> {
    kind: &'static str,
    section: &'static str,
    list: Vec<&'a str>,
    set: BTreeSet<&'a str>,
    gap: bool,
}

impl<'a> Names<'a> {
    fn of(kind: &'static str, section: &'static str, names: impl Iterator<Item = &'a str>, gap: bool) -> Self {
        let list: Vec<&str> = names.collect();
        Self { kind, section, set: list.iter().copied().collect(), list, gap }
    }

    /// Whether a name exists. When it does not, that is a finding.
    fn has(&self, name: &str, path: impl Display, findings: &mut Findings) -> bool {
        /// Beyond this many names or findings, suggestions cost more than they help.
        const MANY: usize = 500;
        let known = self.set.contains(name);
        if !known && !self.gap {
            let section = self.section;
            let listed = if findings.list().len() < MANY { &self.list[..self.list.len().min(MANY)] } else { &[] };
            let remedy = match (self.list.is_empty(), listed.is_empty()) {
                (true, _) => format!("add it to `{section}`, which is empty"),
                (false, true) => format!("name one of `{section}`"),
                (false, false) => near::remedy(name, listed),
            };
            findings.add(path, format!("there is no {} \"{name}\"", self.kind), remedy);
        }
        known
    }
}

/// A list of names in which each must exist and none may stand twice.
fn each_once(names: &Names<'_>, listed: &[String], path: &str, findings: &mut Findings) {
    if listed.is_empty() {
        findings.add(path, "the list is empty", format!("name at least one {}", names.kind));
    }
    let places = listed.iter().enumerate().map(|(index, name)| (format!("{path}[{index}]"), name.as_str()));
    each_named_once(names, places, findings);
}

/// Names with the places where they stand, of which each must exist and none may stand twice.
fn each_named_once<'b>(names: &Names<'_>, listed: impl Iterator<Item = (String, &'b str)>, findings: &mut Findings) {
    let mut seen = BTreeSet::new();
    for (path, name) in listed {
        names.has(name, &path, findings);
        if !seen.insert(name) {
            findings.add(&path, format!("\"{name}\" is named twice"), "name it once");
        }
    }
}
