//! What a sweep is asked to do, and what is wrong with that.
//!
//! A value that the language itself refuses is a mistake of whoever wrote it, and everything of that sort is found before
//! anything runs.

use super::design::{Design, Like, Seeds};
use super::known::Known;
use super::sample::{MOST_POINTS, MOST_SOBOL_PATHS, MOST_SOBOL_POINTS, Method, Sample};
use super::spread::{Axis, Spread};
use super::written::{Spot, Written};
use language::findings::Finding;
use language::text::Override;
use rayon::prelude::*;
use std::collections::BTreeSet;
use world::params::{self, Type};
use world::{Misread, Source, WorldError, misread};

/// More runs than this are a mistake in a list of values.
pub const MOST_RUNS: u64 = 10_000_000;
/// So many values of a path are held against the language before anything runs.
const MOST_TRIED: usize = 1000;

/// What a sweep is asked to do.
#[derive(Clone, Debug)]
pub struct Request {
    pub source: Source,
    /// Changes that all runs share.
    pub set: Vec<Override>,
    /// The first varies slowest. An axis of the path `seed` lists the seeds.
    pub vary: Vec<Axis>,
    /// Instead of every combination.
    pub sample: Option<Sample>,
    /// To hold the world against.
    pub against: Vec<Rule>,
    /// The world's own when absent.
    pub first_seed: Option<u64>,
    pub seeds: Option<u32>,
    /// What a person wants to see of it first.
    pub figures: Vec<String>,
    /// Words for varied paths.
    pub labels: Vec<Label>,
    /// The sweep file that says so, if one does.
    pub written: Option<Written>,
}

/// A change of the world, or some at once, under a name.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    pub name: String,
    pub changes: Vec<Override>,
}

impl Rule {
    /// Named by what it changes.
    pub fn plain(changes: Vec<Override>) -> Self {
        Self { name: words_of_rule(&changes), changes }
    }
}

/// What a reader is told of a path that varies, and of its values in their order.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    pub path: String,
    pub says: String,
    pub values: Vec<String>,
}

impl Request {
    /// A world, and nothing varied.
    pub fn plain(source: Source) -> Self {
        Self {
            source,
            set: Vec::new(),
            vary: Vec::new(),
            sample: None,
            against: Vec::new(),
            first_seed: None,
            seeds: None,
            figures: Vec::new(),
            labels: Vec::new(),
            written: None,
        }
    }

    /// # Errors
    /// Everything that is wrong with the request and with any single value, each finding once; or why no point of it can
    /// be run.
    pub fn check(mut self) -> Result<Design, WorldError> {
        let mut findings =
            self.written.as_mut().map(|written| std::mem::take(&mut written.findings)).unwrap_or_default();
        findings.extend(self.about_the_request());
        let listed = self.take_listed_seeds(&mut findings);
        let points = self.points();
        let each = listed.as_ref().map_or_else(|| self.seeds.unwrap_or(1).into(), |seeds| seeds.len() as u64);
        let runs = points.and_then(|points| points.checked_mul(each));
        if runs.is_none_or(|runs| runs > MOST_RUNS) {
            findings.push(Finding::whole(
                format!("the sweep has more than {MOST_RUNS} runs"),
                "give fewer values or seeds, or split it",
            ));
        }
        self.know_whole_numbers();
        let (misread, of_the_world) = self.misread();
        findings.extend(misread);
        if findings.is_empty() && !of_the_world.is_empty() {
            return Err(self.of_the_world(once(of_the_world)));
        }
        if !findings.is_empty() {
            findings.extend(of_the_world.into_iter().map(|finding| self.elsewhere(finding)));
            findings.extend(self.misnamed());
            return Err(self.refuse(findings));
        }
        let points = usize::try_from(points.expect("counted above")).expect("fewer than MOST_RUNS");
        let first = self.first_seed;
        let mut design = Design {
            drawn: None,
            seeds: Seeds::From { first: first.unwrap_or(0), count: self.seeds.unwrap_or(1) },
            like: Like { currency: String::new(), data: Vec::new(), zone: None, figures: Known::default() },
            points,
            request: self,
        };
        design.draw(first.or_else(|| listed.as_ref().and_then(|seeds| seeds.first().copied())).unwrap_or(0));
        let (like, world_seed) = design.probe()?;
        if first.is_none() && listed.is_none() {
            // A sample of a world that states its own seed is drawn by that.
            design.draw(world_seed);
            design.seeds = Seeds::From { first: world_seed, count: design.request.seeds.unwrap_or(1) };
        }
        if let Some(listed) = listed {
            design.seeds = Seeds::Listed(listed);
        }
        design.like = like;
        let misnamed = design.like.figures.misnamed(&design.request.figures);
        if !misnamed.is_empty() {
            return Err(design.request.refuse(misnamed));
        }
        if let Seeds::From { first, count } = design.seeds
            && first.checked_add(count.into()).is_none()
        {
            let reason = format!("the seeds from {first} on are too large to count");
            return Err(design.request.refuse(vec![Finding::whole(reason, "give a smaller --seed")]));
        }
        Ok(design)
    }

    /// Under the name of the file that says it: the sweep's, or the world's.
    pub(super) fn refuse(&self, findings: Vec<Finding>) -> WorldError {
        match &self.written {
            Some(written) => written.refuse(findings),
            None => self.of_the_world(once(findings)),
        }
    }

    fn of_the_world(&self, findings: Vec<Finding>) -> WorldError {
        WorldError::Findings { name: self.source.shown(), text: self.source.text.clone(), findings }
    }

    /// A finding in the world, among those about a sweep file: its place is in another text.
    fn elsewhere(&self, mut finding: Finding) -> Finding {
        if self.written.is_some()
            && let Some((line, column)) = finding.place.take()
        {
            finding.reason = format!("{}:{line}:{column}: {}", self.source.shown(), finding.reason);
            finding.range = None;
        }
        finding
    }

    /// Figures that no run has, as far as the world as it is written tells.
    fn misnamed(&self) -> Vec<Finding> {
        if self.figures.is_empty() {
            return Vec::new();
        }
        let with = |set: &[Override]| world::load_source(self.source.clone(), set);
        let loaded = with(&self.set).or_else(|_| with(&[]));
        loaded.map(|loaded| Known::of(&loaded.plan).misnamed(&self.figures)).unwrap_or_default()
    }

    pub(super) fn about_the_request(&self) -> Vec<Finding> {
        let mut findings: Vec<Finding> = crate::ask::two_seeds(&self.set, self.first_seed).into_iter().collect();
        let mut known: BTreeSet<&str> = BTreeSet::new();
        for axis in &self.vary {
            let counts: BTreeSet<Option<usize>> = axis.lanes.iter().map(|lane| lane.spread.count()).collect();
            if counts.len() > 1 {
                let paths: Vec<&str> = axis.lanes.iter().map(|lane| lane.path.as_str()).collect();
                findings.push(Finding::at(
                    paths.join("; "),
                    "paths that move together have different numbers of values",
                    "give each as many",
                ));
            }
            for lane in &axis.lanes {
                let path = &lane.path;
                if !known.insert(path) {
                    findings.push(Finding::at(path, "it is varied twice", "give all its values in one list"));
                }
                if self.set.iter().any(|set| set.path == *path) {
                    findings.push(Finding::at(path, "it is both set and varied", "leave one of the two out"));
                }
                if self.against.iter().flat_map(|rule| &rule.changes).any(|change| change.path == *path) {
                    findings.push(Finding::at(path, "a rule changes what is varied", "leave one of the two out"));
                }
                if self.sample.is_none() && matches!(lane.spread, Spread::Range(_)) {
                    findings.push(Finding::at(
                        path,
                        "the range has no number of values",
                        "write LOW..HIGH:N, or take a sample (--sample latin-hypercube --points 100)",
                    ));
                }
            }
        }
        for (place, rule) in self.against.iter().enumerate() {
            if self.against[..place].iter().any(|other| other.name == rule.name) {
                findings.push(Finding::at("against", format!("there are two rules `{}`", rule.name), "name each once"));
            }
        }
        let lanes = || self.vary.iter().flat_map(|axis| &axis.lanes);
        for Label { path, values, .. } in &self.labels {
            match lanes().find(|lane| lane.path == *path).map(|lane| &lane.spread) {
                None => findings.push(Finding::at(
                    format!("labels.{path}"),
                    "it has a label and does not vary",
                    "remove the label",
                )),
                Some(Spread::Range(_)) if !values.is_empty() => {
                    findings.push(Finding::at(
                        path,
                        "values of a range have names",
                        "list the values, or remove their names",
                    ));
                }
                Some(Spread::Values(own)) if !values.is_empty() && own.len() != values.len() => {
                    let reason = format!("it has {} values and names for {}", own.len(), values.len());
                    findings.push(Finding::at(path, reason, "name each value once, in their order"));
                }
                Some(_) => {}
            }
        }
        if let Some(Sample { method, points }) = self.sample {
            let most = if method == Method::Sobol { MOST_SOBOL_POINTS } else { MOST_POINTS };
            if points > most {
                let reason = format!("{points} points are more than {most}");
                findings.push(Finding::whole(reason, "give fewer --points"));
            }
            if method == Method::Sobol && self.vary.len() > MOST_SOBOL_PATHS {
                let reason = format!("a Sobol' sequence has no more than {MOST_SOBOL_PATHS} dimensions");
                findings.push(Finding::whole(reason, "vary fewer paths, or take a latin-hypercube"));
            }
            if self.vary.iter().all(|axis| axis.lanes[0].path == "seed") {
                findings
                    .push(Finding::whole("there is nothing to sample", "say what varies with --vary PATH=LOW..HIGH"));
            }
        }
        findings
    }

    /// Seeds that are listed like values of a path.
    fn take_listed_seeds(&mut self, findings: &mut Vec<Finding>) -> Option<Vec<u64>> {
        let place = self.vary.iter().position(|axis| axis.lanes.iter().any(|lane| lane.path == "seed"))?;
        let axis = self.vary.remove(place);
        let mut wrong = |reason: &str, remedy: &str| findings.push(Finding::at("seed", reason, remedy));
        if self.seeds.is_some() || self.first_seed.is_some() {
            wrong("seeds are both listed and counted", "leave out --vary seed=..., or --seed and --seeds");
        }
        let Spread::Values(values) = &axis.lanes[0].spread else {
            wrong("the range has no number of values", "write LOW..HIGH:N or a list");
            return None;
        };
        if axis.lanes.len() > 1 {
            wrong("a seed moves together with another path", "give it a --vary of its own");
        }
        let seeds: Vec<Option<u64>> = values.iter().map(|value| value.parse().ok()).collect();
        for value in values.iter().zip(&seeds).filter(|(_, seed)| seed.is_none()).map(|(value, _)| value) {
            wrong(&format!("{value} is no seed"), "give whole numbers from 0");
        }
        seeds.into_iter().collect()
    }

    /// How many combinations there are, unless there are too many to count.
    fn points(&self) -> Option<u64> {
        let rules = self.against.len() as u64 + 1;
        let combinations = match self.sample {
            Some(sample) => u64::from(sample.points),
            None => {
                let counts = self.vary.iter().map(|axis| axis.count().unwrap_or(1) as u64);
                counts.into_iter().try_fold(1_u64, u64::checked_mul)?
            }
        };
        combinations.checked_mul(rules)
    }

    /// Ranges over whole numbers have whole numbers in between.
    fn know_whole_numbers(&mut self) {
        let params = params::of_text(&self.source.text, &self.set, None);
        for lane in self.vary.iter_mut().flat_map(|axis| &mut axis.lanes) {
            if let Spread::Range(range) = &mut lane.spread {
                let found = params::find(&params, &self.source.text, &self.set, &lane.path);
                range.whole = found.is_some_and(|param| param.kind == Type::Whole);
            }
        }
    }

    /// Each value by itself, the other paths at their first: what the language says is wrong with it, and what is wrong with the
    /// world as it is written.
    fn misread(&self) -> (Vec<Finding>, Vec<Finding>) {
        // Of paths that do not go together only the first values are known to.
        let first: Vec<Override> = self.vary.iter().flat_map(|axis| axis.at(0.0)).collect();
        let with = |axis: &Axis, values: Vec<Override>| {
            let mut overrides = self.set.clone();
            let own = |set: &&Override| axis.lanes.iter().all(|lane| lane.path != set.path);
            overrides.extend(first.iter().filter(own).cloned());
            overrides.extend(values);
            overrides
        };
        let mut tries = vec![Try { overrides: [self.set.clone(), first.clone()].concat(), value: None, rule: None }];
        for (place_of_axis, axis) in self.vary.iter().enumerate().filter(|(_, axis)| axis.is_even()) {
            let all: Vec<(usize, Vec<Override>)> = match axis.count() {
                // Of very many values, some that are spread over them: the rest would be rows with their reason.
                Some(count) => {
                    let step = count.div_ceil(MOST_TRIED).max(1);
                    let places = (1..count).filter(|place| place % step == 0 || place + 1 == count);
                    places.map(|place| (place, axis.value(place))).collect()
                }
                None => vec![(0, axis.at(1.0))],
            };
            tries.extend(all.into_iter().map(|(place, values)| Try {
                overrides: with(axis, values),
                value: Some((place_of_axis, place)),
                rule: None,
            }));
        }
        tries.extend(self.against.iter().enumerate().map(|(rule, own)| Try {
            overrides: [self.set.clone(), first.clone(), own.changes.clone()].concat(),
            value: None,
            rule: Some(rule),
        }));
        let found: Vec<Vec<(Finding, bool)>> = tries
            .par_iter()
            .map(|tried| {
                let found = misread(&self.source, &tried.overrides).into_iter();
                found.map(|misread| self.placed(misread, tried)).collect()
            })
            .collect();
        let (own, world): (Vec<_>, Vec<_>) = found.into_iter().flatten().partition(|(_, own)| *own);
        let plain = |all: Vec<(Finding, bool)>| once(all.into_iter().map(|(finding, _)| finding).collect());
        (plain(own), plain(world))
    }

    /// A finding where what it is about was written, and whether that is the request and not the world.
    fn placed(&self, misread: Misread, tried: &Try) -> (Finding, bool) {
        let Some(by) = misread.by.clone() else { return (misread.finding, false) };
        let rule = tried.rule.map(|rule| &self.against[rule]);
        let changed = |changes: &[Override]| changes.iter().any(|change| change.path == by);
        let axis = self.vary.iter().position(|axis| axis.lanes.iter().any(|lane| lane.path == by));
        let (spot, told) = if let Some(rule) = rule.filter(|rule| changed(&rule.changes)) {
            (Spot::Rule { rule: &rule.name, path: &by }, format!(" (as the rule {} has it)", rule.name))
        } else if let Some(axis) = axis {
            let item = tried.value.filter(|(own, _)| *own == axis).map_or(0, |(_, item)| item);
            (Spot::Value { path: &by, item }, format!(" (as {by} varies)"))
        } else if let Some(written) = &self.written {
            let spot = Spot::Set { path: &by };
            return (written.place(misread.finding, spot), true);
        } else {
            return (misread.told(), true);
        };
        let mut finding = Finding { place: None, range: None, ..misread.finding };
        if let Some(written) = &self.written {
            finding = written.place(finding, spot);
        }
        if finding.path != by || matches!(spot, Spot::Rule { .. }) {
            finding.reason.push_str(&told);
        }
        (finding, true)
    }
}

/// What one reading was tried with: at most one path is at another value than its first, or one rule holds.
struct Try {
    overrides: Vec<Override>,
    /// Which axis, and which of its values.
    value: Option<(usize, usize)>,
    rule: Option<usize>,
}

/// Each once, in order.
fn once(findings: Vec<Finding>) -> Vec<Finding> {
    let mut once: Vec<Finding> = Vec::new();
    for finding in findings {
        if !once.contains(&finding) {
            once.push(finding);
        }
    }
    once
}

/// `a=1; b=2`.
pub fn words_of_rule(rule: &[Override]) -> String {
    rule.iter().map(|set| format!("{}={}", set.path, set.value)).collect::<Vec<_>>().join("; ")
}
