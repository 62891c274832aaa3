//! Reading a text as a `WorldFile`, and finding out all that keeps it from being one.
//!
//! The `ron` crate reads a good text. It stops at the first thing that does not fit, so a text that it
//! refuses is read again from the scanned tree, over and over: each time the first misfit is noted and
//! put right (an unknown field is left out, a missing or wrong value is replaced by a stand-in of the
//! right type) until the whole can be read. What comes out then is a file on which the other checks
//! can run, and a list of the places where it is made up, about which they must be silent.

mod misfit;
pub mod once;
mod stand_in;
mod tree;
mod version;

use super::file::WorldFile;
use language::findings::Finding;
use language::text::{DEEPEST, NodeId, Scan, Shape, line_and_column, near, parse_number};
use misfit::{Misfit, What};
use once::Once;
use ron::extensions::Extensions;
use serde::Deserialize;
use stand_in::Taste;
use std::collections::{BTreeMap, BTreeSet};
use tree::Tree;
pub use version::{current, declared};

/// A reader has put right this many misfits before it gives up; smaller for very large texts.
const MOST_PASSES: usize = 300;
const MOST_BYTES_READ: usize = 64 << 20;

/// Of names written twice, and of numbers that are none, this many are reported.
const MOST_OF_A_KIND: usize = 100;

/// Where the file is made up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MadeUp {
    /// Values that stand in for what the text says.
    pub values: BTreeSet<NodeId>,
    /// Fields that the text lacks.
    pub fields: BTreeSet<(NodeId, &'static str)>,
}

impl MadeUp {
    pub fn is_empty(&self) -> bool {
        self.values.is_empty() && self.fields.is_empty()
    }
}

/// What could be made of a text.
pub struct Reading {
    /// `None` when nothing could.
    pub file: Option<WorldFile>,
    /// The same with other stand-ins: what is found in one but not in the other is about them. `None`
    /// when nothing was made up.
    pub other: Option<WorldFile>,
    pub made_up: MadeUp,
    pub findings: Vec<(Option<NodeId>, Finding)>,
}

pub fn read(scan: &Scan<'_>) -> Reading {
    let mut reading = Reading { file: None, other: None, made_up: MadeUp::default(), findings: vec![] };
    if scan.cut_short {
        return reading;
    }
    let options = ron::Options::default()
        .with_default_extension(Extensions::IMPLICIT_SOME | Extensions::UNWRAP_VARIANT_NEWTYPES)
        .with_recursion_limit(4 * DEEPEST);
    let ron = options.from_str::<Once<WorldFile>>(scan.text);
    let endless = not_finite(scan);
    match ron {
        Ok(Once(file)) if scan.problems.is_empty() && endless.is_empty() => reading.file = Some(file),
        Ok(_) => mend(scan, endless, &mut reading),
        Err(error) => {
            mend(scan, endless, &mut reading);
            if reading.findings.is_empty() && scan.problems.is_empty() {
                // In this one place the scanner is more lenient than RON, and RON decides.
                let place = Some((error.span.start.line, error.span.start.col));
                let reason = format!("this cannot be read as RON: {}", error.code);
                reading.findings.push((None, Finding { place, ..Finding::whole(reason, "write it as RON does") }));
            }
        }
    }
    reading
}

fn mend(scan: &Scan<'_>, endless: Vec<(NodeId, Finding)>, reading: &mut Reading) {
    let Some(root) = scan.root else { return };
    let mut tree = Tree::new(scan);
    for (node, finding) in twice(scan) {
        tree.left_out.insert(node);
        reading.findings.push((Some(node), finding));
    }
    for (node, finding) in endless {
        tree.stand_in_for(node);
        reading.findings.push((Some(node), finding));
    }
    let passes = MOST_PASSES.min(MOST_BYTES_READ / scan.text.len().max(1)).max(8);
    for _ in 0..passes {
        tree.begin(Taste::First);
        match pass(&tree, root) {
            Ok(file) => {
                reading.file = Some(file);
                reading.made_up = tree.made_up();
                if !reading.made_up.is_empty() {
                    reading.other = second_reading(&mut tree, root, passes);
                }
                return;
            }
            Err(misfit) if tree.stand_in_refused() => {
                if !tree.try_another() {
                    // Nothing of its own kind will do: what holds it is made up as a whole.
                    let parent = misfit.node.and_then(|node| scan.node(node).parent);
                    if !parent.is_some_and(|parent| tree.stand_in_for(parent)) {
                        return;
                    }
                }
            }
            Err(misfit) => {
                if !put_right(scan, &mut tree, &misfit, misfit.node.unwrap_or(root), &mut reading.findings) {
                    return;
                }
            }
        }
    }
}

fn pass(tree: &Tree<'_>, root: NodeId) -> Result<WorldFile, Misfit> {
    Once::deserialize(tree.at(root)).map(|Once(file)| file).map_err(|outermost| tree.misfit().unwrap_or(outermost))
}

fn second_reading(tree: &mut Tree<'_>, root: NodeId, passes: usize) -> Option<WorldFile> {
    tree.restock();
    for _ in 0..passes {
        tree.begin(Taste::Second);
        match pass(tree, root) {
            Ok(file) => return Some(file),
            Err(_) if tree.stand_in_refused() && tree.try_another() => {}
            Err(_) => return None,
        }
    }
    None
}

/// Notes a misfit and arranges that the next pass gets past it. False when there is no way.
fn put_right(
    scan: &Scan<'_>,
    tree: &mut Tree<'_>,
    misfit: &Misfit,
    node: NodeId,
    findings: &mut Vec<(Option<NodeId>, Finding)>,
) -> bool {
    let mut add = |path: String, reason: String, remedy: String| {
        findings.push((Some(node), Finding::at(path, reason, remedy)));
    };
    match &misfit.what {
        What::UnknownField { field, known } => {
            let present = scan.node(node).parent.map_or(vec![], |parent| scan.keys_of(parent));
            let absent: Vec<&str> = known.iter().copied().filter(|field| !present.contains(field)).collect();
            let remedy = match near::near(field, &absent).as_slice() {
                [] => format!("remove it; the fields here are {}", known.join(", ")),
                _ => near::remedy(field, &absent),
            };
            add(scan.path_of(node), format!("there is no field {field}"), remedy);
            tree.left_out.insert(node)
        }
        What::MissingField(field) => {
            // A field that is only misspelt has been reported under the name it was given.
            let misspelt = scan.node(node).children.iter().any(|child| {
                let key = scan.node(*child).key.as_ref();
                tree.left_out.contains(child) && key.is_some_and(|key| !near::near(&key.text, &[field]).is_empty())
            });
            if !misspelt {
                let path = scan.path_of(node);
                let whole = if path.is_empty() { "the world" } else { &path };
                add(
                    scan.path_into(node, field),
                    format!("{whole} lacks the field {field}"),
                    format!("add `{field}: ...`; nothing is assumed for it"),
                );
            }
            tree.stand_in_for_field(node, field)
        }
        What::Wrong { reason, remedy } => {
            add(scan.path_of(node), reason.clone(), remedy.clone());
            tree.stand_in_for(node)
        }
    }
}

/// Entries whose name stands in the same struct or map before.
fn twice(scan: &Scan<'_>) -> Vec<(NodeId, Finding)> {
    let mut found = Vec::new();
    for node in scan.nodes.iter().filter(|node| matches!(node.shape, Shape::Struct | Shape::Map)) {
        let mut seen = BTreeMap::new();
        for child in &node.children {
            let Some(key) = &scan.node(*child).key else { continue };
            let before = *seen.entry(key.text.as_str()).or_insert(key.range.start);
            if before != key.range.start && found.len() < MOST_OF_A_KIND {
                let (line, _) = line_and_column(scan.text, before);
                let reason = format!("the name {} is written twice, first on line {line}", key.text);
                found.push((*child, Finding::at(scan.path_of(*child), reason, "rename or remove one of them")));
            }
        }
    }
    found
}

/// Numbers that are none: `NaN`, `inf`, and what is too large for any number.
fn not_finite(scan: &Scan<'_>) -> Vec<(NodeId, Finding)> {
    let numbers = (0..scan.nodes.len()).filter(|node| scan.node(*node).shape == Shape::Number);
    numbers
        .filter(|node| parse_number(scan.slice(*node)).is_some_and(|number| !number.as_f64().is_finite()))
        .take(MOST_OF_A_KIND)
        .map(|node| {
            let reason = format!("{} is not a finite number", shortened(scan.slice(node)));
            (node, Finding::at(scan.path_of(node), reason, "write a finite number"))
        })
        .collect()
}

/// As much of a text as a message can bear.
fn shortened(text: &str) -> String {
    const LONGEST: usize = 40;
    if text.chars().count() <= LONGEST {
        text.to_string()
    } else {
        format!("{}...", text.chars().take(LONGEST - 3).collect::<String>())
    }
}
