//! How a command can end.

use files::folder::FolderError;
use ground::fault::Fault;
use language::findings::Finding;
use std::process::ExitCode;
use world::WorldError;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Done,
    /// Done, but an enforced expectation or the audit failed, or some runs of a sweep broke down.
    Failed,
    BadInput,
    Environment,
    /// What Rust gives to any panic, so that a fault has one status wherever it happens.
    Fault,
    /// 128 + SIGINT, as shells count.
    Stopped,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(match status {
            Status::Done => 0,
            Status::Failed => 1,
            Status::BadInput => 2,
            Status::Environment => 3,
            Status::Fault => 101,
            Status::Stopped => 130,
        })
    }
}

/// Why a command ended before it was done.
#[derive(Debug)]
pub enum Failure {
    /// A world is wrong, in all these places.
    World {
        name: String,
        text: String,
        findings: Vec<Finding>,
    },
    /// Some other input is wrong: reason with remedy.
    Input {
        what: String,
        reason: String,
        remedy: String,
    },
    /// The environment failed: what, and what was kept.
    Environment {
        reason: String,
        kept: String,
    },
    Fault {
        fault: Fault,
        during: String,
    },
}

impl From<WorldError> for Failure {
    fn from(error: WorldError) -> Self {
        match error {
            WorldError::Unreadable { what, reason, remedy } => Self::Input { what, reason, remedy },
            WorldError::Findings { name, text, findings } => Self::World { name, text, findings },
        }
    }
}

impl Failure {
    /// Output that could not be placed.
    pub fn of_output(error: FolderError, kept: &str) -> Self {
        match error {
            FolderError::Exists(path) => Self::Input {
                what: path.display().to_string(),
                reason: "it exists already".into(),
                remedy: "name another place with --out, or move it away".into(),
            },
            FolderError::NoName(path) => Self::Input {
                what: path.display().to_string(),
                reason: "it ends in no name under which something could be written".into(),
                remedy: "end it in the name of what is to be made".into(),
            },
            FolderError::NotARun(path) => Self::Input {
                what: path.display().to_string(),
                reason: "it exists and is not a run of this program".into(),
                remedy: "move it away, or name another place with --out".into(),
            },
            FolderError::Io { .. } => Self::Environment { reason: error.to_string(), kept: kept.into() },
        }
    }
}
