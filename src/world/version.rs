//! The version of the world language a text is in, read before anything else.
//!
//! A file in an older version is brought up to date by a chain of steps from each version to the next,
//! each a pure function from text to text; a version that this build does not know is refused by number. There
//! is only one version so far, and so no step.

use crate::VERSION;
use language::findings::Finding;
use language::text::{Found, Number, Scan, parse_number};

/// `STEPS[n]` leads from version `n + 1` to version `n + 2`.
const STEPS: [fn(&str) -> String; VERSION as usize - 1] = [];

/// The version that a text declares.
///
/// # Errors
/// When there is none, or this build does not know it.
pub fn declared(scan: &Scan<'_>) -> Result<u32, Finding> {
    let Found::Node(node) = scan.find("version") else {
        let remedy = format!("add `version: {VERSION},` as the first field");
        return Err(Finding::at("version", "the world does not say which version of the language it is in", remedy));
    };
    let slice = scan.slice(node);
    let version = match parse_number(slice) {
        Some(Number::Whole(version)) => u32::try_from(version).ok(),
        _ => None,
    };
    version.filter(|version| (1..=VERSION).contains(version)).ok_or_else(|| {
        let remedy = if version.is_some_and(|version| version > VERSION) {
            format!("use a firesale that reads version {slice}, or rewrite the world in version {VERSION}")
        } else {
            format!("write `version: {VERSION}`")
        };
        let reason = format!("version {} of the world language is unknown", language::read::shortened(slice));
        Finding::at("version", format!("{reason}; this build reads version {VERSION}"), remedy)
    })
}

/// The text in the current version.
pub fn current(text: &str, version: u32) -> String {
    STEPS[version as usize - 1..].iter().fold(text.to_string(), |text, step| step(&text))
}
