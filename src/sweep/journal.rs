//! Rows that are done, safe on disk before the table is.
//!
//! A text file beside the table: a head that says of which sweep it is, then a line for each run in the order in which they
//! came to an end. Each line begins with a checksum of the rest and is written at once, so that a kill at any moment leaves
//! at most one torn line, the last, which is cut off when the sweep goes on. Names of figures are written once for all runs
//! that have the same. Whoever writes holds a lock on the file, which the system lets go of when the program ends, however
//! it ends.
//!
//! Known limit: lines are not forced to the disk one by one. A kill loses nothing, a power cut may lose the last seconds.

use super::identity::Identity;
use super::table::Rows;
use super::work::{Ran, Row};
use files::manifest::sha256;
use results::figures::Scalar;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Letters of a checksum.
const SUM: usize = 16;

/// The first line.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    firesale_sweep_journal: u32,
    /// Of the program file: rows of two programs do not belong into one table.
    program_sha256: String,
    identity: Identity,
}

const VERSION: u32 = 1;

/// Names and kinds of the figures of some runs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Shape {
    shape: u32,
    names: Vec<String>,
    /// A letter each: `c`ount, `n`umber, `f`lag, `t`ext.
    kinds: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct Line {
    run: usize,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    shape: Option<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    cells: Vec<Value>,
    #[serde(skip_serializing_if = "is_zero", default)]
    missed: usize,
    #[serde(skip_serializing_if = "is_false", default)]
    unbalanced: bool,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    infeasible: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    failed: Option<String>,
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

fn is_false(flag: &bool) -> bool {
    !flag
}

/// What a line says without its cells, for whoever only counts.
#[derive(Deserialize)]
struct Told {
    run: Option<usize>,
    shape: Option<u32>,
    names: Option<Vec<String>>,
    kinds: Option<String>,
    #[serde(default)]
    missed: usize,
    #[serde(default)]
    unbalanced: bool,
    infeasible: Option<serde::de::IgnoredAny>,
    failed: Option<serde::de::IgnoredAny>,
}

/// How many rows came to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    pub done: usize,
    pub infeasible: usize,
    pub failed: usize,
    /// Rows whose audit failed.
    pub unbalanced: usize,
    /// Rows that missed an enforced expectation.
    pub missed: usize,
}

impl Tally {
    pub fn rows(self) -> usize {
        self.done + self.infeasible + self.failed
    }

    pub fn with(self, other: Self) -> Self {
        Self {
            done: self.done + other.done,
            infeasible: self.infeasible + other.infeasible,
            failed: self.failed + other.failed,
            unbalanced: self.unbalanced + other.unbalanced,
            missed: self.missed + other.missed,
        }
    }
}

/// Why a journal cannot be had.
#[derive(Debug)]
pub enum JournalError {
    /// Something else stands at its place.
    Foreign(String),
    /// It is of another sweep, in words.
    Other(String),
    /// Somebody is writing it.
    Busy,
    Io(io::Error),
}

impl From<io::Error> for JournalError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

#[derive(Debug)]
pub struct Journal {
    file: File,
    path: PathBuf,
    /// By run of the whole design: where its line begins, counted from 1; 0 for none.
    lines: Vec<u64>,
    shapes: Vec<Shape>,
    /// Which of them some row has.
    used: Vec<bool>,
    known: BTreeMap<(Vec<String>, String), u32>,
    /// Where the next line goes.
    end: u64,
    pub tally: Tally,
}

/// Where the journal of a table lies.
pub fn beside(table: &Path) -> PathBuf {
    let mut name = table.as_os_str().to_owned();
    name.push(".journal");
    PathBuf::from(name)
}

impl Journal {
    /// Opens the journal of a sweep, or begins it. What was torn off is cut off, what is damaged is as if it were not there.
    ///
    /// # Errors
    /// When it is another's, or cannot be read or written.
    pub fn open(path: &Path, identity: &Identity, program: &str) -> Result<Self, JournalError> {
        if path.symlink_metadata().is_err() {
            begin(path, identity, program)?;
        }
        let file = OpenOptions::new().read(true).append(true).open(path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(JournalError::Busy),
            // A file system without locks: then it is for the user not to start two.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {}
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        let mut journal = Self {
            file,
            path: path.to_owned(),
            lines: vec![0; identity.design.runs],
            shapes: Vec::new(),
            used: Vec::new(),
            known: BTreeMap::new(),
            end: 0,
            tally: Tally::default(),
        };
        journal.read_all(identity, program)?;
        Ok(journal)
    }

    fn read_all(&mut self, identity: &Identity, program: &str) -> Result<(), JournalError> {
        let mut reader = BufReader::with_capacity(1 << 16, self.file.try_clone()?);
        reader.seek(SeekFrom::Start(0))?;
        let mut line = Vec::new();
        let mut start = 0_u64;
        let mut first = true;
        loop {
            line.clear();
            let length = reader.read_until(b'\n', &mut line)? as u64;
            let whole = line.ends_with(b"\n");
            if first {
                let head = whole.then(|| checked(&line)).flatten().and_then(|text| serde_json::from_str(text).ok());
                let head: Head = head.ok_or_else(|| JournalError::Foreign("it is no journal of a sweep".into()))?;
                if head.firesale_sweep_journal != VERSION {
                    let version = head.firesale_sweep_journal;
                    return Err(JournalError::Other(format!("in version {version} of journals")));
                }
                if let Some(words) = identity.differs_from(&head.identity) {
                    return Err(JournalError::Other(words));
                }
                if head.program_sha256 != program {
                    return Err(JournalError::Other("of another build of the program".into()));
                }
                first = false;
            } else if length == 0 {
                break;
            } else if !whole {
                // Torn by a kill: the run is done again.
                self.file.set_len(start)?;
                break;
            } else if let Some(told) = checked(&line).and_then(|text| serde_json::from_str::<Told>(text).ok()) {
                self.take(told, start);
            }
            start += length;
        }
        self.end = start;
        Ok(())
    }

    fn take(&mut self, told: Told, start: u64) {
        if let (Some(names), Some(kinds), Some(shape)) = (told.names, told.kinds, told.shape) {
            // No run has more than one, so a larger number was not written here.
            if shape as usize > self.lines.len() {
                return;
            }
            // Shapes are numbered in the order in which they stand; one that was damaged leaves its number unused.
            while self.shapes.len() <= shape as usize {
                let shape = self.shapes.len() as u32;
                self.shapes.push(Shape { shape, names: Vec::new(), kinds: String::new() });
                self.used.push(false);
            }
            self.known.insert((names.clone(), kinds.clone()), shape);
            self.shapes[shape as usize] = Shape { shape, names, kinds };
            return;
        }
        let Some(run) = told.run.filter(|run| self.lines.get(*run) == Some(&0)) else { return };
        if let Some(shape) = told.shape {
            match self.shapes.get(shape as usize) {
                Some(known) if !known.names.is_empty() => self.used[shape as usize] = true,
                _ => return,
            }
        }
        self.lines[run] = start + 1;
        self.count(told.infeasible.is_some(), told.failed.is_some(), told.unbalanced, told.missed);
    }

    fn count(&mut self, infeasible: bool, failed: bool, unbalanced: bool, missed: usize) {
        self.tally = self.tally.with(Tally {
            done: usize::from(!infeasible && !failed),
            infeasible: usize::from(infeasible),
            failed: usize::from(failed),
            unbalanced: usize::from(unbalanced),
            missed: usize::from(missed > 0),
        });
    }

    pub fn has(&self, run: usize) -> bool {
        self.lines[run] != 0
    }

    /// Writes down how a run ended. A run that was stopped has not.
    ///
    /// # Errors
    /// When the disk is full or gone; what was written stays whole.
    pub fn append(&mut self, run: usize, ran: &Ran) -> io::Result<()> {
        let bare =
            Line { run, shape: None, cells: Vec::new(), missed: 0, unbalanced: false, infeasible: None, failed: None };
        let line = match ran {
            Ran::Stopped => return Ok(()),
            Ran::Infeasible(reason) => Line { infeasible: Some(reason.clone()), ..bare },
            Ran::Broke(fault) => Line { failed: Some(fault.to_string()), ..bare },
            Ran::Row(row) => Line {
                shape: Some(self.shape_of(row)?),
                cells: row.figures.iter().map(|(_, cell)| written(cell)).collect(),
                missed: row.missed,
                unbalanced: !row.balances,
                ..bare
            },
        };
        let start = self.end;
        self.write(&line)?;
        if let Some(shape) = line.shape {
            self.used[shape as usize] = true;
        }
        self.lines[run] = start + 1;
        self.count(line.infeasible.is_some(), line.failed.is_some(), line.unbalanced, line.missed);
        Ok(())
    }

    fn shape_of(&mut self, row: &Row) -> io::Result<u32> {
        let names: Vec<String> = row.figures.iter().map(|(name, _)| name.clone()).collect();
        let kinds: String = row.figures.iter().map(|(_, cell)| letter(cell)).collect();
        let key = (names, kinds);
        if let Some(known) = self.known.get(&key) {
            return Ok(*known);
        }
        let shape = Shape { shape: self.shapes.len() as u32, names: key.0.clone(), kinds: key.1.clone() };
        self.write(&shape)?;
        self.known.insert(key, shape.shape);
        self.used.push(false);
        self.shapes.push(shape);
        Ok(self.shapes.len() as u32 - 1)
    }

    fn write(&mut self, line: &impl Serialize) -> io::Result<()> {
        let line = sealed(line);
        if let Err(error) = self.file.write_all(line.as_bytes()) {
            // Half a line would hide the next.
            let _ = self.file.set_len(self.end);
            return Err(error);
        }
        self.end += line.len() as u64;
        Ok(())
    }

    /// Names of all figures that some row has, each with the letter of its kind, by name.
    pub fn figures(&self) -> BTreeMap<String, char> {
        let used = self.shapes.iter().zip(&self.used).filter(|(_, used)| **used).map(|(shape, _)| shape);
        used.flat_map(|shape| shape.names.iter().cloned().zip(shape.kinds.chars())).collect()
    }

    /// How a run ended; nothing when it has not.
    ///
    /// # Errors
    /// When the file cannot be read again.
    pub fn read(&self, run: usize) -> io::Result<Option<Ran>> {
        let Some(start) = self.lines[run].checked_sub(1) else { return Ok(None) };
        let mut file = &self.file;
        file.seek(SeekFrom::Start(start))?;
        let mut line = Vec::new();
        BufReader::with_capacity(1 << 13, file.take(self.end - start)).read_until(b'\n', &mut line)?;
        let damaged = || io::Error::other(format!("{} was changed by somebody else", self.path.display()));
        let line: Line = checked(&line).and_then(|text| serde_json::from_str(text).ok()).ok_or_else(damaged)?;
        if let Some(reason) = line.infeasible {
            return Ok(Some(Ran::Infeasible(reason)));
        }
        if let Some(fault) = line.failed {
            return Ok(Some(Ran::Broke(ground::fault::Fault(fault))));
        }
        let shape = &self.shapes[line.shape.ok_or_else(damaged)? as usize];
        let cells = shape.names.iter().zip(shape.kinds.chars()).zip(&line.cells);
        let figures = cells.map(|((name, kind), cell)| (name.clone(), read(kind, cell))).collect();
        Ok(Some(Ran::Row(Row { figures, missed: line.missed, balances: !line.unbalanced, series: None })))
    }

    /// Takes it away: the table is there.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn remove(self) -> io::Result<()> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// The head goes to its place whole or not at all.
fn begin(path: &Path, identity: &Identity, program: &str) -> Result<(), JournalError> {
    let head = Head { firesale_sweep_journal: VERSION, program_sha256: program.to_owned(), identity: identity.clone() };
    let place = || files::folder::StagedFile::open(path)?.place(sealed(&head).as_bytes(), false);
    match place() {
        // Somebody else began at the same moment.
        Ok(()) | Err(files::folder::FolderError::Exists(_)) => Ok(()),
        Err(error) => Err(JournalError::Io(io::Error::other(error.to_string()))),
    }
}

/// A line with its checksum.
fn sealed(line: &impl Serialize) -> String {
    let text = serde_json::to_string(line).expect("plain data");
    format!("{} {text}\n", &sha256(text.as_bytes())[..SUM])
}

/// What a line says, if it says what was written.
fn checked(line: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(line).ok()?.strip_suffix('\n')?;
    let (sum, text) = text.split_once(' ')?;
    (sum == &sha256(text.as_bytes())[..SUM]).then_some(text)
}

pub(super) fn letter(cell: &Scalar) -> char {
    match cell {
        Scalar::Count(_) => 'c',
        Scalar::Number(_) => 'n',
        Scalar::Flag(_) => 'f',
        Scalar::Text(_) => 't',
    }
}

/// JSON has no numbers that are none: those are words.
pub(super) fn written(cell: &Scalar) -> Value {
    match cell {
        Scalar::Count(count) => Value::from(*count),
        Scalar::Number(None) | Scalar::Text(None) => Value::Null,
        Scalar::Number(Some(number)) if number.is_finite() => Value::from(*number),
        Scalar::Number(Some(number)) => Value::from(number.to_string()),
        Scalar::Flag(flag) => Value::from(*flag),
        Scalar::Text(Some(text)) => Value::from(text.as_str()),
    }
}

pub(super) fn read(kind: char, cell: &Value) -> Scalar {
    match kind {
        'c' => Scalar::Count(cell.as_i64().unwrap_or_default()),
        'n' => Scalar::Number(cell.as_f64().or_else(|| cell.as_str().and_then(|word| word.parse().ok()))),
        'f' => Scalar::Flag(cell.as_bool().unwrap_or_default()),
        _ => Scalar::Text(cell.as_str().map(str::to_owned)),
    }
}

impl Rows for &Journal {
    fn figures(&self) -> BTreeMap<String, char> {
        Journal::figures(self)
    }

    fn tally(&self) -> Tally {
        self.tally
    }

    fn row(&mut self, run: usize) -> io::Result<Option<Ran>> {
        self.read(run)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sweep::identity::tests::identity;
    use tempfile::TempDir;

    fn row(seed: usize) -> Ran {
        let figures = vec![
            ("cascade.size".to_owned(), Scalar::Count(seed as i64)),
            ("lenders.total_loss".to_owned(), Scalar::Number(Some(0.1 + seed as f64))),
            ("expect.met".to_owned(), Scalar::Flag(true)),
            ("firms.a.failed".to_owned(), Scalar::Text(None)),
            ("odd".to_owned(), Scalar::Number(Some(f64::INFINITY))),
        ];
        Ran::Row(Row { figures, missed: 0, balances: true, series: None })
    }

    fn open(home: &TempDir, seeds: u32) -> Result<Journal, JournalError> {
        Journal::open(&home.path().join("t.parquet.journal"), &identity(&[], seeds), "program")
    }

    #[test]
    fn what_was_written_is_there_after_it_is_opened_again() {
        let home = TempDir::new().unwrap();
        let mut journal = open(&home, 4).unwrap();
        journal.append(2, &row(2)).unwrap();
        journal.append(0, &Ran::Infeasible("makes no sense".into())).unwrap();
        journal.append(3, &Ran::Stopped).unwrap();
        drop(journal);
        let journal = open(&home, 4).unwrap();
        assert_eq!([0, 1, 2, 3].map(|run| journal.has(run)), [true, false, true, false]);
        assert_eq!(journal.read(2).unwrap(), Some(row(2)));
        assert_eq!(journal.read(0).unwrap(), Some(Ran::Infeasible("makes no sense".into())));
        assert_eq!(journal.read(1).unwrap(), None);
        assert_eq!(journal.tally, Tally { done: 1, infeasible: 1, ..Tally::default() });
        assert_eq!(journal.figures().len(), 5);
    }

    #[test]
    fn torn_at_any_byte_it_goes_on_with_what_was_whole() {
        let home = TempDir::new().unwrap();
        let mut journal = open(&home, 4).unwrap();
        let head = journal.end as usize;
        journal.append(0, &row(0)).unwrap();
        let first = journal.end as usize;
        journal.append(1, &row(1)).unwrap();
        let path = journal.path().to_owned();
        drop(journal);
        let bytes = fs::read(&path).unwrap();
        for cut in head..bytes.len() {
            fs::write(&path, &bytes[..cut]).unwrap();
            let mut journal = open(&home, 4).unwrap();
            assert_eq!([journal.has(0), journal.has(1)], [cut >= first, false], "cut at {cut}");
            for run in [0, 1].into_iter().filter(|run| !journal.has(*run)).collect::<Vec<_>>() {
                journal.append(run, &row(run)).unwrap();
            }
            drop(journal);
            let journal = open(&home, 4).unwrap();
            assert_eq!([journal.read(0).unwrap(), journal.read(1).unwrap()], [Some(row(0)), Some(row(1))]);
        }
    }

    #[test]
    fn a_line_that_was_damaged_is_as_if_it_were_not_there() {
        let home = TempDir::new().unwrap();
        let mut journal = open(&home, 4).unwrap();
        journal.append(0, &row(0)).unwrap();
        let at = journal.end as usize - 5;
        journal.append(1, &row(1)).unwrap();
        let path = journal.path().to_owned();
        drop(journal);
        let mut bytes = fs::read(&path).unwrap();
        bytes[at] ^= 1;
        fs::write(&path, bytes).unwrap();
        let journal = open(&home, 4).unwrap();
        assert_eq!([journal.has(0), journal.has(1)], [false, true]);
    }

    #[test]
    fn anothers_journal_is_refused_and_one_that_is_being_written_too() {
        let home = TempDir::new().unwrap();
        let journal = open(&home, 4).unwrap();
        assert!(matches!(open(&home, 4), Err(JournalError::Busy)));
        drop(journal);
        assert!(matches!(open(&home, 5), Err(JournalError::Other(words)) if words.contains("seeds")));
        let path = home.path().join("t.parquet.journal");
        let other = Journal::open(&path, &identity(&[], 4), "another program");
        assert!(matches!(other, Err(JournalError::Other(words)) if words.contains("another build")));
        fs::write(&path, "my notes\n").unwrap();
        assert!(matches!(open(&home, 4), Err(JournalError::Foreign(_))));
        assert_eq!(fs::read(&path).unwrap(), b"my notes\n");
    }
}
