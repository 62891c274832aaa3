//! The text of a sweep file, in which what is wrong with a sweep has its place.

use language::findings::Finding;
use language::text::{NodeId, Scan, line_and_column};
use world::{Source, WorldError};

/// A sweep file.
#[derive(Clone, Debug)]
pub struct Written {
    pub source: Source,
    /// What was found as it was read: it is told with all that a closer look finds.
    pub findings: Vec<Finding>,
}

/// Where in a sweep file something stands.
#[derive(Clone, Copy, Debug)]
pub enum Spot<'a> {
    /// One of the values of a path.
    Value {
        path: &'a str,
        item: usize,
    },
    Rule {
        rule: &'a str,
        path: &'a str,
    },
    Set {
        path: &'a str,
    },
}

impl Written {
    /// Everything that is wrong, each finding once and in the order of the text.
    pub fn refuse(&self, findings: Vec<Finding>) -> WorldError {
        let scan = Scan::of(&self.source.text);
        let mut all: Vec<Finding> = Vec::new();
        for finding in findings {
            let node = by_path(&scan, &finding.path);
            let finding = match node.filter(|_| finding.place.is_none()) {
                Some(node) => self.at(&scan, finding, node),
                None => finding,
            };
            if !all.contains(&finding) {
                all.push(finding);
            }
        }
        all.sort_by_key(|finding| (finding.place.is_none(), finding.place));
        WorldError::Findings { name: self.source.shown(), text: self.source.text.clone(), findings: all }
    }

    pub fn place(&self, finding: Finding, spot: Spot<'_>) -> Finding {
        let scan = Scan::of(&self.source.text);
        let node = match spot {
            Spot::Value { path, item } => varied(&scan, path)
                .map(|list| scan.node(scan.content(list)).children.get(item).copied().unwrap_or(list)),
            Spot::Rule { rule, path } => section(&scan, "against")
                .and_then(|all| child(&scan, all, rule))
                .and_then(|rule| child(&scan, rule, path)),
            Spot::Set { path } => section(&scan, "set").and_then(|all| child(&scan, all, path)),
        };
        let finding = Finding { place: None, range: None, ..finding };
        match node {
            Some(node) => self.at(&scan, finding, node),
            None => finding,
        }
    }

    fn at(&self, scan: &Scan<'_>, mut finding: Finding, node: NodeId) -> Finding {
        let range = scan.mark(node);
        finding.place = Some(line_and_column(&self.source.text, range.start));
        finding.range = Some(range);
        finding
    }
}

/// What a finding about the sweep is about: a part of the file, a path that varies, is set or has a label, or a figure.
fn by_path(scan: &Scan<'_>, path: &str) -> Option<NodeId> {
    let label = path.strip_prefix("labels.").and_then(|path| child(scan, section(scan, "labels")?, path));
    let part = path.strip_prefix("sample.").map_or(path, |_| "sample");
    let figure = || {
        let all = section(scan, "figures")?;
        let items = scan.node(scan.content(all)).children.iter();
        items.copied().find(|item| scan.slice(*item).trim_matches('"') == path)
    };
    label
        .or_else(|| varied(scan, path))
        .or_else(|| child(scan, section(scan, "set")?, path))
        .or_else(figure)
        .or_else(|| section(scan, part))
}

fn section(scan: &Scan<'_>, name: &str) -> Option<NodeId> {
    child(scan, scan.root?, name)
}

/// The values of a path, which may stand with others.
fn varied(scan: &Scan<'_>, path: &str) -> Option<NodeId> {
    let moved = section(scan, "together").into_iter();
    let moved = moved.flat_map(|all| scan.node(scan.content(all)).children.iter().copied());
    section(scan, "vary").into_iter().chain(moved).find_map(|all| child(scan, all, path))
}

/// An entry by its key; `a; b` is the key of both.
fn child(scan: &Scan<'_>, node: NodeId, name: &str) -> Option<NodeId> {
    let mut children = scan.node(scan.content(node)).children.iter().copied();
    children.find(|child| {
        let key = scan.node(*child).key.as_ref();
        key.is_some_and(|key| key.text == name || key.text.split(';').any(|part| part.trim() == name))
    })
}
