//! The names that a text states, by which other parts of it refer to what they name.

use crate::findings::Findings;
use crate::text::near;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

/// Those of one kind.
pub struct Names<'a> {
    /// What one of them names: `instrument`.
    pub kind: &'static str,
    /// Where they are stated: `instruments`.
    pub section: &'static str,
    /// In the order of the text.
    pub list: Vec<&'a str>,
    places: BTreeMap<&'a str, usize>,
    /// Whether the text could not be read to the end: there may be more of them.
    pub gap: bool,
}

impl<'a> Names<'a> {
    pub fn of(kind: &'static str, section: &'static str, names: impl Iterator<Item = &'a str>, gap: bool) -> Self {
        let list: Vec<&str> = names.collect();
        let mut places = BTreeMap::new();
        for (place, name) in list.iter().enumerate() {
            places.entry(*name).or_insert(place);
        }
        Self { kind, section, list, places, gap }
    }

    pub fn contains(&self, name: &str) -> bool {
        self.places.contains_key(name)
    }

    pub fn position(&self, name: &str) -> Option<usize> {
        self.places.get(name).copied()
    }

    /// Whether a name exists. When it does not, that is a finding.
    pub fn has(&self, name: &str, path: impl Display, findings: &mut Findings) -> bool {
        /// Beyond this many names or findings, suggestions cost more than they help.
        const MANY: usize = 500;
        let known = self.contains(name);
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
pub fn each_once(names: &Names<'_>, listed: &[String], path: &str, findings: &mut Findings) {
    if listed.is_empty() {
        findings.add(path, "the list is empty", format!("name at least one {}", names.kind));
    }
    let places = listed.iter().enumerate().map(|(index, name)| (format!("{path}[{index}]"), name.as_str()));
    each_named_once(names, places, findings);
}

/// Names with the places where they stand, of which each must exist and none may stand twice.
pub fn each_named_once<'b>(
    names: &Names<'_>,
    listed: impl Iterator<Item = (String, &'b str)>,
    findings: &mut Findings,
) {
    let mut seen = BTreeSet::new();
    for (path, name) in listed {
        names.has(name, &path, findings);
        if !seen.insert(name) {
            findings.add(&path, format!("\"{name}\" is named twice"), "name it once");
        }
    }
}
