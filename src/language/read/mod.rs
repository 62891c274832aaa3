//! From a scanned text to a value of the language, in one pass, with everything that is wrong with it.
//!
//! Reading never fails. Where the text does not fit, a [`Reader`] notes why, and something of the right kind stands in:
//! a small number, the first variant, an empty list. So a text always gives a value on which the other checks can run,
//! and with it the places that are [made up](MadeUp), about which those checks must be silent. A second reading with
//! other stand-ins ([`Taste`]) tells what rests on them.
//!
//! A type becomes part of the language by `#[derive(Read)]`, which also makes its page of the reference
//! ([`mod@reference`]). Nothing here is generic over a format: a type is compiled once.

mod at;
mod bounds;
mod kinds;
mod judge;
mod lookup;
mod moments;
pub mod page;
mod reader;
pub mod reference;

pub use at::At;
pub use bounds::Bounds;
pub use derive::Read;
pub use kinds::Raw;
pub use lookup::{Found, look_up};
pub use reader::{Fields, MadeUp, Reader, Taste, shortened};
pub use reference::{Choice, Content, Described, Field, Kind, KindContent};

use crate::findings::Finding;
use crate::text::{NodeId, Scan, line_and_column};
use std::ops::Range;

/// What a text of the language can be read as.
pub trait Read: Sized {
    /// What stands at a place. What does not fit is noted, and something of this kind stands in for it.
    fn read(at: At, reader: &mut Reader<'_>) -> Self;

    /// Something plausible of this kind.
    fn stand_in(reader: &mut Reader<'_>) -> Self;

    /// What it is when its field is not there, if every such field may be left out.
    fn absent() -> Option<Self> {
        None
    }

    /// What the reference says of it.
    fn described() -> Described;

    /// The name of its variant; empty for what has no variants.
    fn variant(&self) -> &'static str {
        ""
    }

    /// Its variant as paths write it: `stale_feed` for `StaleFeed`.
    fn word(&self) -> String {
        crate::text::snake_case(self.variant())
    }

    /// Visits its plain numbers by name: those that the members of a population may have each their own of.
    fn numbers(&mut self, visit: &mut dyn FnMut(&str, &mut f64)) {
        let _ = visit;
    }
}

/// What could be made of a text.
pub struct Reading<T> {
    /// `None` when there is nothing in the text.
    pub file: Option<T>,
    /// The same with other stand-ins: what is found in one but not in the other is about them. `None` when nothing was
    /// made up.
    pub other: Option<T>,
    pub made_up: MadeUp,
    pub findings: Vec<(Option<NodeId>, Finding)>,
    /// Numbers that could be read and are out of the bounds of their field. The value has them as they are written.
    pub out_of_bounds: Vec<(NodeId, Finding)>,
}

/// Reads a scanned text whole.
pub fn read<T: Read>(scan: &Scan<'_>) -> Reading<T> {
    read_as(scan, false)
}

/// As [`read`]; `is_ron` where it is known that RON itself takes the text.
pub fn read_as<T: Read>(scan: &Scan<'_>, is_ron: bool) -> Reading<T> {
    let Some(root) = scan.root.filter(|_| !scan.cut_short) else {
        let made_up = MadeUp::default();
        return Reading { file: None, other: None, made_up, findings: vec![], out_of_bounds: vec![] };
    };
    let mut reader = Reader::new(scan, Taste::First);
    let file = T::read(At::of(root), &mut reader);
    let mut reading = reader.into_reading(file);
    if !reading.made_up.is_empty() {
        reading.other = Some(T::read(At::of(root), &mut Reader::new(scan, Taste::Second)));
    }
    if !is_ron && reading.findings.is_empty() && scan.problems.is_empty() {
        reading.findings.extend(judge::refusal(scan.text).map(|finding| (None, finding)));
    }
    reading
}

/// A text as a value, or everything that is wrong with it, in its places.
///
/// # Errors
/// With at least one finding.
pub fn whole<T: Read>(text: &str) -> Result<T, Vec<Finding>> {
    match with_findings(text) {
        (Some(value), found) if found.is_empty() => Ok(value),
        (_, found) => Err(found),
    }
}

/// What could be made of a text, and everything that is wrong with it, in its places: whoever looks on at the value tells more
/// at once. Without a value there is at least one finding.
pub fn with_findings<T: Read>(text: &str) -> (Option<T>, Vec<Finding>) {
    let scan = Scan::of(text);
    let Reading { file, mut findings, out_of_bounds, .. } = read::<T>(&scan);
    findings.extend(out_of_bounds.into_iter().map(|(node, finding)| (Some(node), finding)));
    let placed = |mut finding: Finding, range: Range<usize>| {
        finding.place = finding.place.or_else(|| Some(line_and_column(text, range.start)));
        finding.range = Some(range);
        finding
    };
    let problems = scan.problems.iter();
    let mut found: Vec<Finding> = problems
        .map(|problem| placed(Finding::whole(&problem.reason, &problem.remedy), problem.range.clone()))
        .chain(findings.into_iter().map(|(node, finding)| match node {
            Some(node) => placed(finding, scan.mark(node)),
            None => finding,
        }))
        .collect();
    found.sort_by_key(|finding| finding.place);
    if file.is_none() && found.is_empty() {
        found.push(Finding::whole("there is nothing in it", "write what it should say"));
    }
    (file, found)
}

/// A text of our own that is right.
///
/// # Panics
/// With what is wrong with it.
pub fn own<T: Read>(text: &str) -> T {
    whole(text).unwrap_or_else(|findings| panic!("{findings:?}"))
}

#[cfg(test)]
mod tests;
