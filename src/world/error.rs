//! Why a world could not be loaded.

use language::findings::Finding;
use std::fmt;

/// Everything that is wrong with a world, or why it could not be read at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WorldError {
    /// There is no such world, or the file cannot be read.
    Unreadable { what: String, reason: String, remedy: String },
    /// The world is wrong: everything that is, in the order of the text.
    Findings {
        /// As it was asked for: a built-in name, or a path.
        name: String,
        /// The original text, in which the findings' places and ranges count.
        text: String,
        findings: Vec<Finding>,
    },
}

impl WorldError {
    /// What is wrong with the world; empty when it could not be read.
    pub fn findings(&self) -> &[Finding] {
        match self {
            Self::Unreadable { .. } => &[],
            Self::Findings { findings, .. } => findings,
        }
    }
}

impl fmt::Display for WorldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { what, reason, remedy } => write!(f, "{what}: {reason}; {remedy}"),
            Self::Findings { name, findings, .. } => {
                let plural = if findings.len() == 1 { "finding" } else { "findings" };
                write!(f, "world {name}: {} {plural}", findings.len())?;
                findings.iter().try_for_each(|finding| write!(f, "\n  {finding}"))
            }
        }
    }
}

impl std::error::Error for WorldError {}
