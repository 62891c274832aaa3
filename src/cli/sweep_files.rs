//! Where the files of a sweep lie: the table, what is said of it beside it, its charts, and its journal while it is unfinished.
//!
//! Nothing of a user's is replaced. What stands at the place of a table is either the table of this very sweep, and then
//! there is nothing to do, or in the way. A chart is drawn over one that this program drew and nobody touched since: the
//! file beside the table remembers its hash.

use super::status::Failure;
use crate::sweep::identity::Identity;
use crate::sweep::journal::{Journal, JournalError, beside};
use crate::sweep::table::{About, Table};
use chart::Chart;
use files::folder::{FolderError, StagedFile, could_be_a_file};
use files::manifest::{FileEntry, sha256, sha256_of};
use files::parts::{self, Parts, PartsError};
use serde::{Deserialize, Serialize};
use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// What stands beside a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Beside {
    #[serde(flatten)]
    about: About,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    charts: Vec<FileEntry>,
}

/// `sweep.parquet.json`.
pub fn sidecar(table: &Path) -> PathBuf {
    let mut name = table.as_os_str().to_owned();
    name.push(".json");
    PathBuf::from(name)
}

/// What stands at the place of a table.
pub enum Place {
    Free,
    /// This sweep, whole.
    Done(Box<Table>),
}

/// # Errors
/// When something else stands there.
pub fn place(table: &Path, identity: &Identity) -> Result<Place, Failure> {
    could_be_a_file(table).map_err(|error| Failure::of_output(error, "nothing was run or written"))?;
    if table.symlink_metadata().is_err() {
        let beside = sidecar(table);
        let own = || read_sidecar(&beside).is_some_and(|known| identity.differs_from(&known.about.identity).is_none());
        if beside.symlink_metadata().is_ok() && !own() {
            return Err(Failure::of_output(FolderError::Exists(beside), ""));
        }
        let series = parts::beside(table);
        if !identity.record.is_empty() && series.symlink_metadata().is_ok() {
            Parts::of(&series, &mark(identity)).map_err(|error| of_parts(error, &series))?;
        }
        return Ok(Place::Free);
    }
    let Ok(known) = Table::open(table) else {
        return Err(Failure::of_output(FolderError::Exists(table.to_owned()), ""));
    };
    match identity.differs_from(&known.about.identity) {
        None => Ok(Place::Done(Box::new(known))),
        Some(words) => Err(Failure::Input {
            what: table.display().to_string(),
            reason: format!("it holds a sweep {words}"),
            remedy: "name another place with --out, or move it away".into(),
        }),
    }
}

/// The folder of the series of a sweep's runs; nothing where none are kept.
///
/// # Errors
/// When something else stands there, or it cannot be written.
pub fn parts(table: &Path, identity: &Identity) -> Result<Option<Parts>, Failure> {
    if identity.record.is_empty() {
        return Ok(None);
    }
    let folder = parts::beside(table);
    let opened = Parts::open(&folder, &mark(identity), &identity.series());
    opened.map(Some).map_err(|error| of_parts(error, &folder))
}

/// By what a folder of series is known.
fn mark(identity: &Identity) -> String {
    // What is shown of a sweep makes it no other.
    let mut own = identity.clone();
    own.design.figures.clear();
    for varied in own.design.vary.iter_mut().flatten() {
        varied.label.clear();
        varied.value_labels.clear();
    }
    serde_json::to_string_pretty(&own).expect("plain data") + "\n"
}

fn of_parts(error: PartsError, folder: &Path) -> Failure {
    match error {
        PartsError::Foreign => Failure::Input {
            what: folder.display().to_string(),
            reason: "it is in the way of the series, and is not of this sweep".into(),
            remedy: "move it away, or name another place with --out".into(),
        },
        PartsError::Io(error) => Failure::Environment {
            reason: format!("cannot write {}: {error}", folder.display()),
            kept: "nothing was run".into(),
        },
    }
}

/// The series of a table's runs are all there.
///
/// # Errors
/// When some are not.
pub fn has_series(table: &Table, path: &Path) -> Result<Option<Parts>, Failure> {
    let identity = &table.about.identity;
    if identity.record.is_empty() {
        return Ok(None);
    }
    let folder = parts::beside(path);
    let lost = |reason: String| Failure::Input {
        what: folder.display().to_string(),
        reason,
        remedy: "move the table away, and run the sweep again".into(),
    };
    let parts =
        Parts::of(&folder, &mark(identity)).map_err(|_| lost("the series of the sweep are not there".into()))?;
    for series in identity.series() {
        let (there, done) = (parts.count(&series).unwrap_or(0), table.about.tally.done);
        if there != done {
            return Err(lost(format!("it has {series} of {there} runs, and {done} left some")));
        }
    }
    Ok(Some(parts))
}

/// # Errors
/// When the journal is another's or cannot be had.
pub fn journal(table: &Path, identity: &Identity) -> Result<Journal, Failure> {
    let path = beside(table);
    let what = path.display().to_string();
    let input = |reason: String, remedy: &str| Failure::Input { what: what.clone(), reason, remedy: remedy.into() };
    Journal::open(&path, identity, &program()).map_err(|error| match error {
        JournalError::Foreign(reason) => input(reason, "move it away, or name another place with --out"),
        JournalError::Other(words) => input(
            format!("there is an unfinished sweep {words}"),
            "finish that one with its own command and program, delete its journal, or name another place with --out",
        ),
        JournalError::Busy => {
            input("another sweep is writing there".into(), "wait until it is done, or name another place with --out")
        }
        JournalError::Io(error) => Failure::Environment {
            reason: format!("cannot write {what}: {error}"),
            kept: "nothing was run or written".into(),
        },
    })
}

/// Of the program file: whoever builds another does not go on with the rows of this one.
fn program() -> String {
    let file = env::current_exe().and_then(File::open);
    file.and_then(sha256_of).unwrap_or_else(|_| env!("CARGO_PKG_VERSION").to_owned())
}

/// Puts a table in its place, with what is said of it beside it.
///
/// # Errors
/// When it cannot be written, or the place was taken meanwhile.
pub fn put(table: &Path, write: impl FnOnce(&mut File) -> std::io::Result<About>) -> Result<About, FolderError> {
    let mut staged = StagedFile::open(table)?;
    let mut about = None;
    staged.fill(|file| {
        about = Some(write(file)?);
        Ok(())
    })?;
    let about = about.expect("it was written");
    write_sidecar(table, &Beside { about: about.clone(), charts: Vec::new() })?;
    staged.place_filled(false)?;
    Ok(about)
}

fn read_sidecar(path: &Path) -> Option<Beside> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

fn write_sidecar(table: &Path, beside: &Beside) -> Result<(), FolderError> {
    let text = serde_json::to_string_pretty(beside).expect("plain data") + "\n";
    StagedFile::open(&sidecar(table))?.place(text.as_bytes(), true)
}

/// Puts charts beside a table, under its name: `sweep.svg` and `sweep.png`, and `sweep-<name>.svg` where there are more. Says
/// where they are.
///
/// # Errors
/// When somebody else's file is in the way, or they cannot be written.
pub fn put_charts(table: &Table, path: &Path, charts: &[Chart]) -> Result<Vec<PathBuf>, Failure> {
    let beside = sidecar(path);
    let known = read_sidecar(&beside).filter(|known| known.about.identity == table.about.identity);
    if known.is_none() && !charts.is_empty() && beside.symlink_metadata().is_ok() {
        return Err(Failure::Input {
            what: beside.display().to_string(),
            reason: "it is in the way of what is said of the table, and is not of this sweep".into(),
            remedy: "move it away; `firesale chart` draws the chart again".into(),
        });
    }
    let mut beside = known.unwrap_or_else(|| Beside { about: table.about.clone(), charts: Vec::new() });
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let mut placed = Vec::new();
    for chart in charts {
        for (ending, bytes) in [("svg", chart.svg.as_bytes()), ("png", &chart.png[..])] {
            let name = format!("{stem}-{}.{ending}", chart.name);
            let target = path.with_file_name(&name);
            let entry = beside.charts.iter().position(|entry| entry.path == name);
            let own = entry.is_some_and(|entry| {
                fs::read(&target).is_ok_and(|bytes| beside.charts[entry].sha256 == Some(sha256(&bytes)))
            });
            let kept = "the table is whole";
            let place = || StagedFile::open(&target)?.place(bytes, own);
            place().map_err(|error| match error {
                FolderError::Exists(path) => Failure::Input {
                    what: path.display().to_string(),
                    reason: "it is in the way of a chart, and is not one that this program drew".into(),
                    remedy: "move it away; `firesale chart` draws the chart again".into(),
                },
                other => Failure::of_output(other, kept),
            })?;
            let new = FileEntry { path: name, rows: None, sha256: Some(sha256(bytes)) };
            match entry {
                Some(entry) => beside.charts[entry] = new,
                None => beside.charts.push(new),
            }
            placed.push(target);
        }
    }
    beside.charts.sort_by(|one, other| one.path.cmp(&other.path));
    if !charts.is_empty() {
        write_sidecar(path, &beside).map_err(|error| Failure::of_output(error, "the charts are drawn"))?;
    }
    Ok(placed)
}
