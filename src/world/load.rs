//! From a name or a path to a plan: version, overrides, reading, checks, building.

use super::check::{Gaps, check, sizes};
use super::error::WorldError;
use super::file::WorldFile;
use super::params;
use super::replay::data;
use super::source::{Origin, Source};
use super::version;
use crate::draft::build;
use crate::outlook;
use engine::plan::Plan;
use language::findings::{Finding, Findings};
use language::read::{self, MadeUp};
use language::text::{Edits, Found, NodeId, Override, Scan, apply, apply_to, line_and_column};
use std::collections::BTreeSet;
use std::ops::Range;

/// More findings than a person reads: the rest are counted.
const MOST_FINDINGS: usize = 500;

/// A name of a million letters does not belong on a terminal.
const LONGEST_TEXT: usize = 1_000;

/// A world that may be run.
#[derive(Clone, Debug)]
pub struct Loaded {
    pub plan: Plan,
    pub file: WorldFile,
    /// The text as it was read.
    pub text: String,
    /// The text that the plan was made from: with the overrides in it.
    pub effective_text: String,
    pub overrides: Vec<Override>,
    pub origin: Origin,
    /// What may be meant, but has no effect that a reader would expect.
    pub remarks: Vec<Finding>,
    /// The overrides change numbers for numbers and nothing else.
    pub numbers_only: bool,
}

/// Loads a world: a built-in one by name, or the file at a path.
///
/// # Errors
/// When it cannot be read, or with everything that is wrong with it.
pub fn load(name_or_path: &str, overrides: &[Override]) -> Result<Loaded, WorldError> {
    load_source(Source::find(name_or_path)?, overrides)
}

/// As [`load`], from text that is already at hand.
///
/// # Errors
/// With everything that is wrong with it.
pub fn load_source(source: Source, overrides: &[Override]) -> Result<Loaded, WorldError> {
    load_after(None, source, overrides)
}

/// As [`load_source`], after another was loaded. What that shows of the text is not asked again; the answer is the same.
///
/// # Errors
/// As [`load_source`].
pub fn load_after(known: Option<&Loaded>, source: Source, overrides: &[Override]) -> Result<Loaded, WorldError> {
    let shown = source.shown();
    let Source { name, text, origin } = source;
    // The same text with other numbers in it was RON.
    let was_ron = known.is_some_and(|known| known.numbers_only && known.text == text);
    match examine(&name, &text, overrides, &origin, was_ron) {
        Ok(Examined { plan, file, effective_text, remarks, numbers_only }) => Ok(Loaded {
            plan,
            file,
            text,
            effective_text,
            overrides: overrides.to_vec(),
            origin,
            remarks,
            numbers_only,
        }),
        Err(findings) => Err(WorldError::Findings { name: shown, text, findings }),
    }
}

impl Loaded {
    /// Whether this is what comes of a source and overrides; a world that names files is not known by its text.
    pub fn is_of(&self, source: &Source, overrides: &[Override]) -> bool {
        self.file.replay.is_empty()
            && self.plan.name == source.name
            && self.origin == source.origin
            && self.overrides == overrides
            && self.text == source.text
    }
}

/// What is found right.
struct Examined {
    plan: Plan,
    file: WorldFile,
    effective_text: String,
    remarks: Vec<Finding>,
    numbers_only: bool,
}

/// What the language itself says is wrong with a text, whatever else there is in the world: paths that lead nowhere, values of
/// another type, numbers out of their bounds. What only makes no sense together with the rest is not looked for.
pub fn misread(source: &Source, overrides: &[Override]) -> Vec<Misread> {
    let original = &source.text;
    let first = Scan::of(original);
    let Some(version) = version::declared(&first).ok().filter(|_| !first.cut_short) else { return Vec::new() };
    let (text, edits, refused) = apply(&version::current(original, version), overrides);
    let scan = Scan::of(&text);
    let placing = Placing { scan: &scan, original, edits: &edits };
    let problem = |problem: &language::text::Problem| {
        placing.located(Finding::whole(&problem.reason, &problem.remedy), Some(problem.range.clone()))
    };
    let mut found: Vec<Misread> = scan.problems.iter().map(problem).collect();
    found.extend(refused.into_iter().map(|finding| Misread { by: Some(finding.path.clone()), finding }));
    let reading = read::read::<WorldFile>(&scan);
    let beyond = reading.out_of_bounds.into_iter().map(|(node, finding)| (Some(node), finding));
    let read = reading.findings.into_iter().chain(beyond);
    found.extend(read.map(|(node, finding)| {
        let range = node.filter(|_| finding.place.is_none()).map(|node| scan.mark(node));
        placing.located(finding, range)
    }));
    found.sort_by_key(|one| one.finding.place);
    found.truncate(MOST_FINDINGS);
    found
}

/// A finding, in its place in the text as it is written, and the path of the override that stands there, if one does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misread {
    pub finding: Finding,
    pub by: Option<String>,
}

impl Misread {
    /// With a word on the override.
    pub fn told(self) -> Finding {
        let mut finding = self.finding;
        if let Some(path) = self.by {
            finding.reason.push_str(&format!(" (as {path} was changed)"));
        }
        finding
    }
}

fn examine(
    name: &str,
    original: &str,
    overrides: &[Override],
    origin: &Origin,
    was_ron: bool,
) -> Result<Examined, Vec<Finding>> {
    let first = Scan::of(original);
    let unplaced = Placing { scan: &first, original, edits: &Edits::default() };
    let version = match version::declared(&first) {
        Ok(version) => version,
        // What could not be read to the end may state its version further on.
        Err(_) if first.cut_short && !matches!(first.find("version"), Found::Node(_)) => {
            return Err(unplaced.problems());
        }
        Err(finding) => return Err(vec![unplaced.by_path(finding)]),
    };
    if first.cut_short {
        return Err(unplaced.problems());
    }
    let current = version::current(original, version);
    let (text, edits, refused) =
        if current == original { apply_to(&first, overrides) } else { apply(&current, overrides) };
    let again = (text != original).then(|| Scan::of(&text));
    let scan = again.as_ref().unwrap_or(&first);
    let placing = Placing { scan, original, edits: &edits };

    let mut findings = placing.problems();
    findings.extend(refused.into_iter().map(|finding| placing.by_path(finding)));
    let mut reading = read::read_as::<WorldFile>(scan, was_ron && edits.are_numbers());
    reading.file.iter_mut().chain(&mut reading.other).for_each(|file| data::attach(file, origin));
    findings.extend(reading.findings.into_iter().map(|(node, finding)| placing.by_node(finding, node)));

    let (mut plan, mut remarks) = (None, Findings::default());
    if let Some(file) = &reading.file {
        let gaps = gaps(scan, &reading.made_up);
        let known: Vec<Finding> = reading.out_of_bounds.into_iter().map(|(_, finding)| finding).collect();
        let (built, found) = judge(name, file, gaps, &known);
        let other = reading.other.as_ref().map(|other| judge(name, other, gaps, &known).1);
        let other: Option<BTreeSet<[&str; 3]>> = other.as_ref().map(|found| found.iter().map(said).collect());
        let holds = |finding: &Finding| {
            other.as_ref().is_none_or(|other| other.contains(&said(finding)))
                && !made_up(scan, &reading.made_up, finding)
        };
        let found: Vec<Finding> = found.into_iter().filter(holds).take(MOST_FINDINGS + 1).collect();
        findings.extend(found.into_iter().map(|finding| placing.by_path(finding)));
        if let Some(plan) = built.as_ref().filter(|_| findings.is_empty()) {
            let mut found = Findings::default();
            outlook::look(file, plan, &mut found, &mut remarks);
            findings.extend(found.into_list().into_iter().map(|finding| placing.by_path(finding)));
        }
        let mut declared = Findings::default();
        params::check(scan, file, &mut declared);
        findings.extend(declared.into_list().into_iter().map(|finding| placing.by_path(finding)));
        plan = built;
    }
    let remarks = remarks.into_list().into_iter().map(|finding| placing.by_path(finding)).collect();
    match (plan, reading.file) {
        (Some(plan), Some(file)) if findings.is_empty() => {
            let remarks = sorted(remarks);
            let numbers_only = edits.are_numbers();
            Ok(Examined { plan, file, remarks, numbers_only, effective_text: text })
        }
        _ => Err(sorted(findings)),
    }
}

/// What a finding says, before it has a place.
fn said(finding: &Finding) -> [&str; 3] {
    [&finding.path, &finding.reason, &finding.remedy]
}

/// Checks and builds, after what is known to be wrong with single numbers. The plan is only fit to run when nothing was
/// found.
fn judge(name: &str, file: &WorldFile, gaps: Gaps, known: &[Finding]) -> (Option<Plan>, Vec<Finding>) {
    let mut findings = Findings::default();
    known.iter().for_each(|finding| findings.push(finding.clone()));
    check(file, gaps, &mut findings);
    let plan = sizes::accounts_fit(file, &mut findings).then(|| build(name, file, &mut findings));
    if let Some(plan) = &plan {
        sizes::rows_fit(plan, &mut findings);
    }
    (plan, findings.into_list())
}

/// The plan of a file that was changed in memory: for measurements that take something out of a world or put it in.
///
/// # Errors
/// With everything that is wrong with it now, without places.
pub fn rebuild(name: &str, file: &WorldFile) -> Result<Plan, Vec<Finding>> {
    match judge(name, file, Gaps::default(), &[]) {
        (Some(plan), findings) if findings.is_empty() => Ok(plan),
        (_, findings) => Err(findings),
    }
}

/// Sections that are made up, as a whole or with one of their fields.
fn gaps(scan: &Scan<'_>, made_up: &MadeUp) -> Gaps {
    let gap = |path: &str| match scan.find(path) {
        Found::Node(node) => stands_in(scan, made_up, node),
        Found::Absent { parent, .. } => {
            !made_up.is_empty() && (stands_in(scan, made_up, parent) || scan.root == Some(parent))
        }
        Found::Malformed => true,
    };
    Gaps {
        venues: gap("venues"),
        instruments: gap("instruments"),
        lenders: gap("lenders"),
        pegs: gap("pegs"),
        traders: gap("traders"),
        sources: gap("reference.sources"),
    }
}

/// Whether a node, or one that holds it, is replaced by a stand-in.
fn stands_in(scan: &Scan<'_>, made_up: &MadeUp, node: NodeId) -> bool {
    let mut at = Some(node);
    while let Some(node) = at {
        if made_up.values.contains(&node) {
            return true;
        }
        at = scan.node(node).parent;
    }
    false
}

/// Whether a finding is about something that only stands in.
fn made_up(scan: &Scan<'_>, made_up: &MadeUp, finding: &Finding) -> bool {
    match scan.find(&finding.path) {
        Found::Node(node) => stands_in(scan, made_up, node),
        Found::Absent { parent, step, .. } => {
            stands_in(scan, made_up, parent)
                || made_up.fields.iter().any(|(node, field)| *field == step && scan.content(*node) == parent)
        }
        Found::Malformed => false,
    }
}

/// Where in the original text findings belong.
struct Placing<'a> {
    scan: &'a Scan<'a>,
    original: &'a str,
    edits: &'a Edits,
}

impl Placing<'_> {
    fn problems(&self) -> Vec<Finding> {
        let place = |problem: &language::text::Problem| {
            self.at(Finding::whole(&problem.reason, &problem.remedy), problem.range.clone())
        };
        self.scan.problems.iter().map(place).collect()
    }

    fn by_path(&self, finding: Finding) -> Finding {
        let node = self.scan.nearest(&finding.path);
        self.by_node(finding, node)
    }

    fn by_node(&self, finding: Finding, node: Option<NodeId>) -> Finding {
        match node.filter(|_| finding.place.is_none()) {
            Some(node) => self.at(finding, self.scan.mark(node)),
            None => finding,
        }
    }

    fn at(&self, finding: Finding, range: Range<usize>) -> Finding {
        self.located(finding, Some(range)).told()
    }

    fn located(&self, mut finding: Finding, range: Option<Range<usize>>) -> Misread {
        for text in [&mut finding.path, &mut finding.reason, &mut finding.remedy] {
            if text.len() > LONGEST_TEXT {
                text.truncate(floor(text, LONGEST_TEXT));
                text.push_str("...");
            }
        }
        let Some(range) = range else { return Misread { finding, by: None } };
        let (start, set_by) = self.edits.original(range.start);
        let (end, _) = self.edits.original(range.end);
        let (start, end) = (floor(self.original, start), floor(self.original, end.max(start)));
        finding.place = Some(line_and_column(self.original, start));
        finding.range = Some(start..end);
        Misread { finding, by: set_by.map(str::to_owned) }
    }
}

/// The nearest boundary between characters at or before a byte.
fn floor(text: &str, byte: usize) -> usize {
    (0..=byte.min(text.len())).rev().find(|byte| text.is_char_boundary(*byte)).unwrap_or(0)
}

fn sorted(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by(|one, other| (one.place, &one.path, &one.reason).cmp(&(other.place, &other.path, &other.reason)));
    findings.dedup();
    if findings.len() > MOST_FINDINGS {
        let more = findings.len() - MOST_FINDINGS;
        findings.truncate(MOST_FINDINGS);
        findings.push(Finding::whole(format!("there are more findings, at least {more}"), "correct these first"));
    }
    findings
}
