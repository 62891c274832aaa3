//! From rows that are done to the table: out of a journal, or out of the tables of parts.
//!
//! A table is written a row group at a time, in the order of the design, so that it needs the memory of one. The same rows
//! give the same bytes, whichever way they came.

use super::design::Design;
use super::identity::{Identity, Shard};
use super::journal::{Journal, Tally};
use super::rows::{Batch, columns};
use super::work::Ran;
use files::stream::{Field, Kind, Stored, TableWriter, interleave};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::Path;

/// Rows in a row group.
const GROUP: usize = 4096;

/// The key of the file's own metadata under which [`About`] stands.
pub const NOTE: &str = "firesale.sweep";

/// What is said of a table in its own metadata and beside it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct About {
    #[serde(flatten)]
    pub identity: Identity,
    pub tally: Tally,
    pub columns: Vec<ColumnText>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnText {
    pub name: String,
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub unit: String,
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub meaning: String,
}

impl About {
    fn of(identity: &Identity, tally: Tally, fields: &[Field]) -> Self {
        let said = |field: &Field, key: &str| {
            let found = field.said.iter().find(|(own, _)| *own == key);
            found.map(|(_, words)| words.clone()).unwrap_or_default()
        };
        let columns = fields.iter().map(|field| ColumnText {
            name: field.name.clone(),
            unit: said(field, "unit"),
            meaning: said(field, "meaning"),
        });
        Self { identity: identity.clone(), tally, columns: columns.collect() }
    }

    /// As it stands in the table and beside it.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("plain data") + "\n"
    }
}

/// Where rows that are done lie until all are.
pub trait Rows {
    /// Names of all figures that some row has, each with the letter of its kind, by name.
    fn figures(&self) -> BTreeMap<String, char>;

    fn tally(&self) -> Tally;

    /// How a run ended; nothing when it has not.
    ///
    /// # Errors
    /// When it cannot be read.
    fn row(&mut self, run: usize) -> io::Result<Option<Ran>>;
}

/// Writes the table of a journal that has every row.
///
/// # Errors
/// When the journal cannot be read or the table cannot be written.
pub fn from_journal(journal: &Journal, design: &Design, identity: &Identity, out: &mut File) -> io::Result<About> {
    write(&mut &*journal, design, identity, out)
}

/// Writes the table of rows that are all there.
///
/// # Errors
/// When they cannot be read or the table cannot be written.
pub fn write<W: io::Write>(rows: &mut impl Rows, design: &Design, identity: &Identity, out: W) -> io::Result<About> {
    let columns = columns(design, &rows.figures());
    let fields: Vec<Field> = columns.iter().map(|column| column.field.clone()).collect();
    let about = About::of(identity, rows.tally(), &fields);
    let mut writer = TableWriter::open(out, fields, &[(NOTE, &about.to_json())])?;
    let mut batch = Batch::new(design, &columns);
    let has = |run: &usize| identity.shard.is_none_or(|shard| shard.has(*run));
    for run in (0..design.len()).filter(has) {
        let ran = rows.row(run)?.ok_or_else(|| io::Error::other("a row is missing"))?;
        batch.push(run, &ran);
        if batch.rows == GROUP {
            let full = std::mem::replace(&mut batch, Batch::new(design, &columns));
            let (rows, cells) = full.finish();
            writer.write(rows, cells)?;
        }
    }
    if batch.rows > 0 {
        let (rows, cells) = batch.finish();
        writer.write(rows, cells)?;
    }
    writer.finish()?;
    Ok(about)
}

/// A table of a sweep, or of a part of one.
#[derive(Clone, Debug)]
pub struct Table {
    pub stored: Stored,
    pub about: About,
}

impl Table {
    /// # Errors
    /// What the file is not, in words.
    pub fn open(path: &Path) -> Result<Self, String> {
        let stored = Stored::open(path)?;
        let note = stored.note(NOTE).ok_or("it is a table, but not one of a sweep")?;
        let about: About = serde_json::from_str(note)
            .map_err(|error| format!("it is the table of a sweep by another version of the program ({error})"))?;
        Ok(Self { stored, about })
    }
}

/// What parts lack to make a whole, all of it at once: by place among them, or of none.
pub fn misfits(parts: &[Table]) -> Vec<(Option<usize>, String)> {
    let mut found = Vec::new();
    let Some(first) = parts.first() else { return found };
    let whole = |table: &Table| Identity { shard: None, ..table.about.identity.clone() };
    let of = first.about.identity.shard.map(|shard| shard.of);
    let mut seen: Vec<u32> = Vec::new();
    for (place, part) in parts.iter().enumerate() {
        let Some(shard) = part.about.identity.shard else {
            found.push((Some(place), "it is no part, but a whole".to_owned()));
            continue;
        };
        if let Some(words) = whole(first).differs_from(&whole(part)) {
            found.push((Some(place), format!("it is a part of another sweep: {words}")));
        } else if Some(shard.of) != of {
            found.push((Some(place), format!("it is part {shard}, and the first is one of {}", of.unwrap_or(1))));
        } else if seen.contains(&shard.part) {
            found.push((Some(place), format!("part {shard} is given twice")));
        } else if part.stored.rows != part.about.identity.rows() {
            found.push((Some(place), format!("it has {} rows of {}", part.stored.rows, part.about.identity.rows())));
        }
        seen.push(shard.part);
    }
    if let Some(of) = of {
        let missing: Vec<String> =
            (1..=of).filter(|part| !seen.contains(part)).map(|part| format!("{part}/{of}")).collect();
        if !missing.is_empty() {
            found.push((None, format!("these parts are missing: {}", missing.join(", "))));
        }
    }
    found
}

/// Writes the table of the whole out of those of its parts, which fit together.
///
/// # Errors
/// When a part cannot be read or the table cannot be written.
pub fn from_parts(mut parts: Vec<Table>, out: &mut File) -> io::Result<About> {
    parts.sort_by_key(|table| table.about.identity.shard.map(|shard: Shard| shard.part));
    let identity = Identity { shard: None, ..parts[0].about.identity.clone() };
    let tally = parts.iter().fold(Tally::default(), |sum, part| sum.with(part.about.tally));
    let fields = united(&parts);
    let about = About::of(&identity, tally, &fields);
    let mut writer = TableWriter::open(out, fields, &[(NOTE, &about.to_json())])?;
    let stored: Vec<Stored> = parts.into_iter().map(|part| part.stored).collect();
    interleave(&stored, &mut writer, GROUP)?;
    writer.finish()?;
    Ok(about)
}

/// The columns of the first part up to the reason, and then those that any part has, by name.
fn united(parts: &[Table]) -> Vec<Field> {
    let field = |table: &Table, name: &str, kind: Kind| {
        let about = table.about.columns.iter().find(|column| column.name == name);
        let said =
            about.into_iter().flat_map(|about| [("unit", about.unit.clone()), ("meaning", about.meaning.clone())]);
        Field { name: name.to_owned(), kind, said: said.filter(|(_, words)| !words.is_empty()).collect() }
    };
    let first = &parts[0];
    let head =
        first.stored.columns.iter().position(|(name, _)| name == super::rows::REASON).map_or(0, |place| place + 1);
    let mut fields: Vec<Field> =
        first.stored.columns[..head].iter().map(|(name, kind)| field(first, name, *kind)).collect();
    let mut more: Vec<Field> = Vec::new();
    for part in parts {
        for (name, kind) in part.stored.columns.iter().skip(head) {
            if !more.iter().any(|known| known.name == *name) {
                more.push(field(part, name, *kind));
            }
        }
    }
    // By the name of the figure, as a table that is written at once has them.
    more.sort_by(|one, other| bare(&one.name).cmp(bare(&other.name)));
    fields.extend(more);
    fields
}

fn bare(name: &str) -> &str {
    name.strip_prefix("outcome.").unwrap_or(name)
}
