//! What is wrong with a world: every finding at once, each with place, reason and remedy.

use std::fmt;
use std::ops::Range;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Where, as `--set` and sweeps write it: `lenders.nomura.margin.rate.im`. Empty for the file as a whole.
    pub path: String,
    /// Line and column in the text, from one, where the path could be found in it.
    pub place: Option<(usize, usize)>,
    /// The bytes of the text that this is about, for a snippet.
    pub range: Option<Range<usize>>,
    pub reason: String,
    pub remedy: String,
}

impl Finding {
    /// About the file as a whole.
    pub fn whole(reason: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::at("", reason, remedy)
    }

    /// About a path, not yet placed in the text.
    pub fn at(path: impl fmt::Display, reason: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { path: path.to_string(), place: None, range: None, reason: reason.into(), remedy: remedy.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((line, column)) = self.place {
            write!(f, "{line}:{column}: ")?;
        }
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        write!(f, "{}; {}", self.reason, self.remedy)
    }
}

/// No number in a world is larger than this.
pub const LARGEST: f64 = 1e18;

/// A number as a person writes it: the very large and the very small with an exponent.
pub(crate) fn plain(value: f64) -> String {
    let ordinary = value == 0.0 || (1e-6..1e15).contains(&value.abs());
    if ordinary || !value.is_finite() { value.to_string() } else { format!("{value:e}") }
}

/// Gathers findings. Checks go on after the first.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    list: Vec<Finding>,
}

impl Findings {
    pub fn add(&mut self, path: impl fmt::Display, reason: impl Into<String>, remedy: impl Into<String>) {
        self.list.push(Finding::at(path, reason, remedy));
    }

    pub fn push(&mut self, finding: Finding) {
        self.list.push(finding);
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub fn into_list(self) -> Vec<Finding> {
        self.list
    }

    pub fn list(&self) -> &[Finding] {
        &self.list
    }

    pub fn list_mut(&mut self) -> &mut [Finding] {
        &mut self.list
    }

    /// A number within bounds, both included.
    pub fn within(&mut self, path: impl fmt::Display, value: f64, low: f64, high: f64) {
        if !(low..=high).contains(&value) {
            self.add(
                path,
                format!("{} is outside {low} to {high}", plain(value)),
                format!("give a number from {low} to {high}"),
            );
        }
    }

    /// A finite number above zero, and no larger than any world needs.
    pub fn positive(&mut self, path: impl fmt::Display, value: f64) {
        if !(value > 0.0 && value <= LARGEST) {
            self.add(
                path,
                format!("{} is not a number above 0 and up to {LARGEST:e}", plain(value)),
                "give a number in that range",
            );
        }
    }

    /// A finite number of zero or more, and no larger than any world needs.
    pub fn not_negative(&mut self, path: impl fmt::Display, value: f64) {
        if !(0.0..=LARGEST).contains(&value) {
            self.add(
                path,
                format!("{} is not a number from 0 to {LARGEST:e}", plain(value)),
                "give a number in that range",
            );
        }
    }
}
