//! `--set PATH=VALUE`: a change to the text of a world before it is read.
//!
//! - A path that leads to a value replaces it; one that leads to a field which is not there, in a struct
//!   that is, adds the field.
//! - The value is RON. A text may go without its quotes: where a text stood, or where the value is no RON
//!   at all (`2021-03-24`). `None` without quotes is no text: it takes away what stood there.
//! - A place in the changed text leads back to one in the original.

use super::near;
use super::path::Found;
use super::scan::{Scan, Shape};
use crate::findings::Finding;
use std::fmt;
use std::str::FromStr;

/// One change: where, and the text that goes there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    pub path: String,
    pub value: String,
}

impl FromStr for Override {
    type Err = String;

    /// `"traders.archegos.leverage=3"`.
    fn from_str(text: &str) -> Result<Self, String> {
        let (path, value) = text
            .split_once('=')
            .ok_or_else(|| format!("\"{text}\" is not PATH=VALUE; write it as traders.archegos.leverage=3"))?;
        let (path, value) = (path.trim(), value.trim());
        if path.is_empty() || value.is_empty() {
            return Err(format!("\"{text}\" lacks a path or a value; write it as traders.archegos.leverage=3"));
        }
        Ok(Self { path: path.to_string(), value: value.to_string() })
    }
}

/// `path = value`, as summaries list it.
impl fmt::Display for Override {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {}", self.path, self.value)
    }
}

/// What was changed in a text, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edits(Vec<Edit>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Edit {
    at: usize,
    old: usize,
    new: usize,
    path: String,
    /// A number in the place of a number.
    number: bool,
}

impl Edits {
    /// Whether nothing was changed but numbers, each for another that is written plainly: then the text means all else that it
    /// meant before.
    pub fn are_numbers(&self) -> bool {
        self.0.iter().all(|edit| edit.number)
    }

    /// Where a byte of the original stands in the changed text; nothing where something else stands there now.
    fn changed(&self, byte: usize) -> Option<usize> {
        self.0.iter().try_fold(byte, |byte, edit| match byte.cmp(&edit.at) {
            std::cmp::Ordering::Less => Some(byte),
            std::cmp::Ordering::Equal => None,
            std::cmp::Ordering::Greater => Some(byte - edit.old + edit.new),
        })
    }

    /// Where a byte of the changed text stood in the original, and which override put it there, if one did.
    pub fn original(&self, byte: usize) -> (usize, Option<&str>) {
        let mut byte = byte;
        let mut set_by = None;
        for edit in self.0.iter().rev() {
            if byte >= edit.at + edit.new {
                byte = byte - edit.new + edit.old;
            } else if byte >= edit.at {
                byte = edit.at;
                set_by = set_by.or(Some(edit.path.as_str()));
            }
        }
        (byte, set_by)
    }
}

/// The text with every change made that can be, and what is wrong with the others.
pub fn apply(text: &str, overrides: &[Override]) -> (String, Edits, Vec<Finding>) {
    if overrides.is_empty() {
        return (text.to_string(), Edits::default(), Vec::new());
    }
    apply_to(&Scan::of(text), overrides)
}

/// As [`apply`], to a text that was scanned.
pub fn apply_to(scan: &Scan<'_>, overrides: &[Override]) -> (String, Edits, Vec<Finding>) {
    let mut changed = scan.text.to_string();
    let mut edits = Edits::default();
    let mut findings = Vec::new();
    for change in overrides {
        // While only numbers were changed everything stands where it stood, but for some bytes; after any other change the
        // text is scanned anew.
        let known = edits.are_numbers().then(|| edit(scan, change));
        let moved = match known {
            Some(Ok(edit)) => edits.changed(edit.0.at).map(|at| Ok((Edit { at, ..edit.0 }, edit.1))),
            Some(Err(finding)) => Some(Err(finding)),
            None => None,
        };
        match moved.unwrap_or_else(|| edit(&Scan::of(&changed), change)) {
            Ok((edit, value)) => {
                changed.replace_range(edit.at..edit.at + edit.old, &value);
                edits.0.push(edit);
            }
            Err(finding) => findings.push(finding),
        }
    }
    (changed, edits, findings)
}

/// What to cut, and what to put there.
fn edit(scan: &Scan<'_>, change: &Override) -> Result<(Edit, String), Finding> {
    let made = |at: usize, old: usize, value: String, number: bool| {
        Ok((Edit { at, old, new: value.len(), path: change.path.clone(), number }, value))
    };
    let refuse = |reason: String, remedy: String| Err(Finding::at(&change.path, reason, remedy));
    match scan.find(&change.path) {
        Found::Node(node) if Some(node) == scan.root => {
            refuse("this is the whole world".to_string(), "name a field of it".to_string())
        }
        Found::Node(node) if scan.path_of(node) == "version" => refuse(
            "the version says what language the file is in".to_string(),
            "change what the file says, not the language it says it in".to_string(),
        ),
        Found::Node(node) => {
            let was_text = matches!(scan.node(scan.content(node)).shape, Shape::Text(_));
            let range = scan.node(node).value.clone();
            let number = scan.node(node).shape == Shape::Number && is_plain_number(&change.value);
            made(range.start, range.len(), as_ron(&change.value, was_text), number)
        }
        Found::Absent { parent, step, last: true }
            if scan.node(parent).shape == Shape::Struct && is_identifier(&step) =>
        {
            // Whether there is such a field the reader knows, who also names what is near.
            let inside = scan.node(parent).children[0];
            let at = scan.node(inside).key.as_ref().map_or(0, |key| key.range.start);
            made(at, 0, format!("{step}: {}, ", as_ron(&change.value, false)), false)
        }
        Found::Absent { parent, step, .. } => {
            let place = scan.path_of(parent);
            let inside = if place.is_empty() { "the world".to_string() } else { place };
            let keys = scan.keys_of(parent);
            let remedy = if keys.is_empty() {
                "see the world file for what it has".to_string()
            } else {
                near::remedy(&step, &keys)
            };
            refuse(format!("there is no {step} in {inside}"), remedy)
        }
        Found::Malformed => {
            refuse("this is no path".to_string(), "write it as traders.archegos.leverage or shocks[0].at".to_string())
        }
    }
}

fn is_identifier(step: &str) -> bool {
    !step.is_empty()
        && step.chars().all(|c| c == '_' || c.is_ascii_alphanumeric())
        && !step.starts_with(|c: char| c.is_ascii_digit())
}

fn as_ron(value: &str, was_text: bool) -> String {
    // A text that may be left out is taken away with `None`; one that reads so is written with its quotes.
    let quoted = value.starts_with('"') || value.starts_with("r#") || value.starts_with("Some(") || value == "None";
    if (was_text && !quoted) || !is_ron(value) {
        format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
    } else {
        value.to_string()
    }
}

/// As everybody writes numbers: digits, some behind a point, a small exponent.
fn is_plain_number(text: &str) -> bool {
    let digits = |text: &str| (1..=24).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let (number, exponent) = text.split_once('e').map_or((text, None), |(number, exponent)| (number, Some(exponent)));
    let (whole, part) = number.split_once('.').map_or((number, None), |(whole, part)| (whole, Some(part)));
    let whole = whole.strip_prefix('-').unwrap_or(whole);
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && part.is_none_or(digits)
        && exponent.is_none_or(|exponent| {
            let size = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
            digits(size) && size.len() <= 2
        })
}

/// One value of RON. What only looks like a number, as a day does, is not one. Nor is a value with a
/// comment behind it, which would swallow what follows.
fn is_ron(value: &str) -> bool {
    let scan = Scan::of(value);
    let whole = scan.root.is_some_and(|root| scan.slice(root).len() == value.len());
    let number = |root| scan.node(root).shape != Shape::Number || super::parse_number(scan.slice(root)).is_some();
    whole && scan.problems.is_empty() && scan.root.is_some_and(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "World(\n  version: 1,\n  at: \"09:30\",\n  firms: {\"a\": Firm(leverage: 5.0, mode: Cross)},\n)";

    fn set(changes: &[&str]) -> (String, Vec<String>) {
        let overrides: Vec<Override> = changes.iter().map(|change| change.parse().unwrap()).collect();
        let (text, _, findings) = apply(TEXT, &overrides);
        (text, findings.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_value_is_replaced_and_nothing_else() {
        let (text, findings) = set(&["firms.a.leverage=3", "firms.a.mode = Isolated"]);
        assert_eq!(findings, Vec::<String>::new());
        assert_eq!(text, TEXT.replace("5.0", "3").replace("Cross", "Isolated"));
    }

    #[test]
    fn numbers_are_changed_at_one_scan_as_they_are_one_after_the_other() {
        let text = "World(a: 1, b: [2.5, -3], c: {\"d\": Firm(leverage: 5.0)}, e: \"six\")";
        let all = ["a=1000", "b[1]=4", "b[0]=0.000125", "a=7", "c.d.leverage=1e-3", "e=7", "b[1]=-12", "a=0x10"];
        let all: Vec<Override> = all.iter().map(|change| change.parse().unwrap()).collect();
        for end in 0..=all.len() {
            let (changed, edits, findings) = apply(text, &all[..end]);
            let mut by_one = text.to_string();
            for change in &all[..end] {
                by_one = apply(&by_one, std::slice::from_ref(change)).0;
            }
            assert_eq!((changed.as_str(), findings.len()), (by_one.as_str(), 0));
            assert_eq!(edits.are_numbers(), end < 6, "a text was changed by {:?}", all.get(5));
        }
    }

    #[test]
    fn what_everybody_writes_is_a_plain_number_and_what_ron_may_take_otherwise_is_none() {
        for text in ["0", "-0.5", "12", "1.5e-7", "2e10", "100000000.0"] {
            assert!(is_plain_number(text), "{text}");
        }
        for text in ["", "-", "007", "1.", ".5", "+1", "1e", "1e400", "0x10", "1_000", "NaN", "1u8", "1 "] {
            assert!(!is_plain_number(text), "{text}");
        }
    }

    #[test]
    fn a_text_needs_no_quotes() {
        assert_eq!(set(&["at=10:00"]).0, TEXT.replace("09:30", "10:00"));
        assert_eq!(set(&["at=\"10:00\""]).0, TEXT.replace("09:30", "10:00"));
        assert_eq!(set(&["at=a\"b"]).0, TEXT.replace("09:30", "a\\\"b"));
    }

    #[test]
    fn none_takes_a_text_away_and_is_one_in_quotes() {
        assert_eq!(set(&["at=None"]).0, TEXT.replace("\"09:30\"", "None"));
        assert_eq!(set(&["at=\"None\""]).0, TEXT.replace("09:30", "None"));
        assert_eq!(set(&["at=None of it"]).0, TEXT.replace("09:30", "None of it"));
    }

    #[test]
    fn an_absent_field_is_added_to_its_struct() {
        let (text, findings) = set(&["compare_from=2021-03-24"]);
        assert_eq!(findings, Vec::<String>::new());
        assert_eq!(text, TEXT.replace("version", "compare_from: \"2021-03-24\", version"));
    }

    #[test]
    fn a_path_that_leads_nowhere_names_what_is_near() {
        let (text, findings) = set(&["firms.b.leverage=3", "version=2", "..=1"]);
        assert_eq!(text, TEXT);
        assert_eq!(findings.len(), 3);
        assert!(findings[0].contains("\"a\""), "{}", findings[0]);
    }

    #[test]
    fn a_field_may_be_named_much_like_one_that_is_there() {
        let (text, findings) = set(&["firms.a.modes=3"]);
        assert_eq!(findings, Vec::<String>::new());
        assert_eq!(text, TEXT.replace("leverage:", "modes: 3, leverage:"));
    }

    #[test]
    fn a_value_cannot_smuggle_in_another_field() {
        assert_eq!(set(&["firms.a.leverage=3, mode: X"]).0, TEXT.replace("5.0", "\"3, mode: X\""));
        assert_eq!(set(&["firms.a.leverage=3 //"]).0, TEXT.replace("5.0", "\"3 //\""));
    }

    #[test]
    fn a_place_in_the_changed_text_leads_back_to_the_original() {
        let overrides = ["at=\"12:00:00\"", "firms.a.leverage=12.5"].map(|change| change.parse().unwrap());
        let (text, edits, _) = apply(TEXT, &overrides);
        let (mode, was) = (text.find("Cross").unwrap(), TEXT.find("Cross").unwrap());
        assert_eq!(edits.original(mode), (was, None));
        let leverage = text.find("12.5").unwrap();
        assert_eq!(edits.original(leverage), (TEXT.find("5.0").unwrap(), Some("firms.a.leverage")));
        assert_eq!(edits.original(3), (3, None));
    }
}
