//! A table that is written batch by batch, and read again some columns or some rows at a time: neither ever holds all of it.
//!
//! The file is one that any reader opens: texts are plain UTF-8 (not the views that polars writes on its own), moments are
//! timestamps without a zone, and each column says its unit and its meaning in the metadata of its field, as pyarrow
//! shows them. Notes go into the file's own key-value metadata. The same batches give the same bytes.

use super::frame::{MOMENT, field, numbers, texts, words};
use super::parquet::{Said, Writing};
use super::reading::{Reading, survived, unreadable};
use super::sheet::Cells;
use polars_arrow::array::builder::{ArrayBuilder, ShareStrategy, make_builder};
use polars_arrow::array::{Array, PrimitiveArray, new_null_array};
use polars_arrow::datatypes::{ArrowDataType, ArrowSchema, Field as ArrowField};
use polars_compute::cast::{CastOptionsImpl, cast};
use polars_error::PolarsError;
use std::io::{self, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// What the cells of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Text,
    Number,
    Count,
    Seed,
    Flag,
    /// Microseconds since 1970, by the clock of the world.
    Moment,
}

impl Kind {
    fn dtype(self) -> ArrowDataType {
        match self {
            Self::Text => ArrowDataType::Utf8View,
            Self::Number => ArrowDataType::Float64,
            Self::Count => ArrowDataType::Int64,
            Self::Seed => ArrowDataType::UInt64,
            Self::Flag => ArrowDataType::Boolean,
            Self::Moment => MOMENT,
        }
    }

    /// Of a file's column; nothing for what is none of these.
    fn of(dtype: &ArrowDataType) -> Option<Self> {
        Some(match dtype {
            ArrowDataType::Utf8View => Self::Text,
            ArrowDataType::Float64 => Self::Number,
            ArrowDataType::Int64 => Self::Count,
            ArrowDataType::UInt64 => Self::Seed,
            ArrowDataType::Boolean => Self::Flag,
            ArrowDataType::Timestamp(..) => Self::Moment,
            _ => return None,
        })
    }
}

/// A column to be: its name, its kind, and what is said of it (`unit`, `meaning`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub name: String,
    pub kind: Kind,
    pub said: Vec<(&'static str, String)>,
}

/// A table in the making.
pub struct TableWriter<W: Write> {
    inner: Writing<W>,
    fields: Vec<Field>,
}

impl<W: Write> TableWriter<W> {
    /// # Errors
    /// When the first bytes cannot be written.
    ///
    /// # Panics
    /// When two columns share a name.
    pub fn open(out: W, fields: Vec<Field>, notes: &[(&str, &str)]) -> io::Result<Self> {
        let schema: ArrowSchema = fields.iter().map(|own| field(&own.name, own.kind.dtype())).collect();
        assert_eq!(schema.len(), fields.len(), "columns of one table have distinct names");
        let notes = notes.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect();
        let said = |name: &str| {
            let field = fields.iter().find(|field| field.name == name);
            // Texts of such a table repeat: rules, reasons, values.
            Said { words: true, of: field.map(|field| field.said.clone()).unwrap_or_default() }
        };
        let inner = Writing::new(out, schema, &said, notes);
        Ok(Self { inner, fields })
    }

    /// One batch, a row group of its own: the cells of each column, in the order of the fields.
    ///
    /// # Errors
    /// When it cannot be written.
    ///
    /// # Panics
    /// When cells are of another kind than their field, or of another number than the rows.
    pub fn write(&mut self, rows: usize, columns: Vec<Cells>) -> io::Result<()> {
        assert_eq!(columns.len(), self.fields.len(), "a column for each field");
        let arrays = self.fields.iter().zip(columns).map(|(field, cells)| array(field, cells)).collect();
        self.write_arrays(rows, arrays)
    }

    fn write_arrays(&mut self, rows: usize, columns: Vec<Box<dyn Array>>) -> io::Result<()> {
        let arrays = columns.into_iter().map(|cells| match texts(&*cells) {
            // Where they come in parts each has words of its own.
            Some(own) => words(own.into_iter()),
            None => cells,
        });
        self.inner.group(rows, arrays.collect()).map_err(of_writing)
    }

    /// # Errors
    /// When the end cannot be written.
    pub fn finish(self) -> io::Result<()> {
        self.inner.finish().map_err(of_writing)
    }
}

/// # Panics
/// When the cells are of another kind than their field.
fn array(field: &Field, cells: Cells) -> Box<dyn Array> {
    let array = cells.array(false);
    if *array.dtype() == field.kind.dtype() {
        return array;
    }
    let micros = array.as_any().downcast_ref::<PrimitiveArray<i64>>().filter(|_| field.kind == Kind::Moment);
    micros.unwrap_or_else(|| panic!("the cells of {} are of its kind", field.name)).clone().to(MOMENT).boxed()
}

/// A file that is not there or not to be opened says so itself.
fn of_reading(error: PolarsError) -> String {
    match error {
        PolarsError::IO { error, .. } => error.to_string(),
        other => unreadable(other),
    }
}

fn of_writing(error: PolarsError) -> io::Error {
    match error {
        PolarsError::IO { error, .. } => io::Error::new(error.kind(), error.to_string()),
        other => io::Error::other(other.to_string()),
    }
}

/// A finished table on disk.
#[derive(Clone, Debug)]
pub struct Stored {
    path: PathBuf,
    pub rows: usize,
    /// Names and kinds of its columns; those of other kinds than [`Kind`] are left out.
    pub columns: Vec<(String, Kind)>,
    notes: Vec<(String, String)>,
}

impl Stored {
    /// Reads the schema and the notes, and nothing else.
    ///
    /// # Errors
    /// Says what the file is not.
    pub fn open(path: &Path) -> Result<Self, String> {
        survived(|| {
            let reading = reading(path)?;
            let kind = |field: &ArrowField| Some((field.name.to_string(), Kind::of(&field.dtype)?));
            let columns = reading.schema.iter_values().filter_map(kind).collect();
            Ok(Self { path: path.to_owned(), rows: reading.rows(), columns, notes: reading.notes })
        })
    }

    pub fn note(&self, key: &str) -> Option<&str> {
        self.notes.iter().find(|(own, _)| own == key).map(|(_, text)| text.as_str())
    }

    pub fn kind(&self, name: &str) -> Option<Kind> {
        self.columns.iter().find(|(own, _)| own == name).map(|(_, kind)| *kind)
    }

    /// A column as texts.
    ///
    /// # Errors
    /// When there is none of that kind, or the file is damaged.
    pub fn texts(&self, name: &str) -> Result<Vec<Option<String>>, String> {
        let column = self.cells(name, 0..self.rows)?;
        let texts = texts(&*column).ok_or_else(|| unreadable(format!("`{name}` holds no texts")))?;
        Ok(texts.into_iter().map(|text| text.map(str::to_owned)).collect())
    }

    /// A column of numbers, counts or seeds as numbers; flags are 0 and 1.
    ///
    /// # Errors
    /// As [`Stored::texts`].
    pub fn numbers(&self, name: &str) -> Result<Vec<Option<f64>>, String> {
        let column = self.cells(name, 0..self.rows)?;
        numbers(&*column).ok_or_else(|| unreadable(format!("`{name}` holds no numbers")))
    }

    fn cells(&self, name: &str, rows: Range<usize>) -> Result<Box<dyn Array>, String> {
        survived(|| reading(&self.path)?.cells(name, rows).map_err(unreadable))
    }
}

fn reading(path: &Path) -> Result<Reading, String> {
    Reading::on_disk(path).map_err(of_reading)
}

/// Rows of the parts in turn, one from each: the first row of each part, then the second of each, and so on. A column that a
/// part lacks is empty there.
///
/// # Errors
/// When a part cannot be read or the table cannot be written, in words.
pub fn interleave<W: Write>(parts: &[Stored], writer: &mut TableWriter<W>, batch: usize) -> io::Result<()> {
    let open = |part: &Stored| survived(|| reading(&part.path));
    let open = parts.iter().map(open).collect::<Result<Vec<_>, _>>().map_err(io::Error::other)?;
    let each = batch.div_ceil(parts.len()).max(1);
    let longest = parts.iter().map(|part| part.rows).max().unwrap_or(0);
    let mut waiting: Vec<_> = writer.fields.iter().map(|own| make_builder(&own.kind.dtype())).collect();
    let mut rows = 0;
    for from in (0..longest).step_by(each) {
        let here = |part: &Stored| from..part.rows.min(from.saturating_add(each)).max(from);
        let fitted = |field: &Field| open.iter().zip(parts).map(|(own, part)| fitted(own, here(part), field)).collect();
        let columns = writer.fields.iter().map(fitted).collect::<io::Result<Vec<Vec<_>>>>()?;
        for row in 0..each {
            for turn in (0..parts.len()).filter(|turn| row < here(&parts[*turn]).len()) {
                for (own, of) in waiting.iter_mut().zip(&columns) {
                    own.subslice_extend(&*of[turn], row, 1, ShareStrategy::Never);
                }
                rows += 1;
                // Row groups are cut where a table written at once cuts them.
                if rows == batch {
                    writer.write_arrays(rows, waiting.iter_mut().map(|own| own.freeze_reset()).collect())?;
                    rows = 0;
                }
            }
        }
    }
    if rows > 0 {
        writer.write_arrays(rows, waiting.iter_mut().map(|own| own.freeze_reset()).collect())?;
    }
    Ok(())
}

/// These cells of a part's column as the whole has them.
fn fitted(part: &Reading, rows: Range<usize>, field: &Field) -> io::Result<Box<dyn Array>> {
    let dtype = field.kind.dtype();
    if part.schema.get(&field.name).is_none() {
        return Ok(new_null_array(dtype, rows.len()));
    }
    let cells = survived(|| part.cells(&field.name, rows).map_err(unreadable)).map_err(io::Error::other)?;
    if *cells.dtype() == dtype {
        return Ok(cells);
    }
    cast(&*cells, &dtype, CastOptionsImpl::unchecked()).map_err(of_writing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;

    fn fields() -> Vec<Field> {
        let field = |name: &str, kind| Field { name: name.into(), kind, said: vec![("unit", "USD".into())] };
        vec![field("path", Kind::Text), field("loss", Kind::Number), field("failed", Kind::Moment)]
    }

    fn cells(rows: std::ops::Range<i64>) -> Vec<Cells> {
        vec![
            Cells::Texts(rows.clone().map(|row| (row % 3 > 0).then(|| format!("r{row}"))).collect()),
            Cells::Numbers(rows.clone().map(|row| Some(row as f64)).collect()),
            Cells::Counts(rows.map(|row| (row % 2 == 0).then_some(row * 1_000_000)).collect()),
        ]
    }

    fn write(path: &Path, batches: &[std::ops::Range<i64>], pick: impl Fn(i64) -> bool) {
        let mut writer =
            TableWriter::open(File::create(path).unwrap(), fields(), &[("firesale", "{\"seed\": 1}")]).unwrap();
        for batch in batches {
            let rows: Vec<i64> = batch.clone().filter(|row| pick(*row)).collect();
            let all = rows.iter().map(|row| cells(*row..*row + 1)).collect::<Vec<_>>();
            let columns = (0..3).map(|column| {
                all.iter().map(|row| row[column].clone()).reduce(|one, other| match (one, other) {
                    (Cells::Texts(a), Cells::Texts(b)) => Cells::Texts([a, b].concat()),
                    (Cells::Numbers(a), Cells::Numbers(b)) => Cells::Numbers([a, b].concat()),
                    (Cells::Counts(a), Cells::Counts(b)) => Cells::Counts([a, b].concat()),
                    _ => unreachable!(),
                })
            });
            writer.write(rows.len(), columns.map(Option::unwrap).collect()).unwrap();
        }
        writer.finish().unwrap();
    }

    #[test]
    fn what_is_written_in_batches_is_read_column_by_column() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("t.parquet");
        write(&path, &[0..4, 4..7], |_| true);
        let stored = Stored::open(&path).unwrap();
        assert_eq!((stored.rows, stored.note("firesale")), (7, Some("{\"seed\": 1}")));
        assert_eq!(stored.kind("failed"), Some(Kind::Moment));
        assert_eq!(stored.numbers("loss").unwrap()[6], Some(6.0));
        assert_eq!(stored.texts("path").unwrap()[..2], [None, Some("r1".to_owned())]);
        assert!(stored.texts("loss").is_err() && stored.numbers("absent").is_err());
    }

    #[test]
    fn parts_dealt_in_turn_come_together_to_the_same_bytes() {
        let home = tempfile::tempdir().unwrap();
        let at = |name: &str| home.path().join(name);
        write(&at("whole"), &[0..4, 4..8, 8..11], |_| true);
        for part in 0..3 {
            write(&at(&part.to_string()), std::slice::from_ref(&(0..11)), |row| row % 3 == part);
        }
        let parts: Vec<Stored> = (0..3).map(|part| Stored::open(&at(&part.to_string())).unwrap()).collect();
        let mut writer =
            TableWriter::open(File::create(at("again")).unwrap(), fields(), &[("firesale", "{\"seed\": 1}")]).unwrap();
        interleave(&parts, &mut writer, 4).unwrap();
        writer.finish().unwrap();
        assert!(std::fs::read(at("again")).unwrap() == std::fs::read(at("whole")).unwrap());
    }

    #[test]
    fn a_part_that_is_damaged_or_goes_is_an_error_in_words() {
        ground::fault::install_hook();
        let home = tempfile::tempdir().unwrap();
        let at = |name: &str| home.path().join(name);
        for part in 0..2 {
            write(&at(&part.to_string()), std::slice::from_ref(&(0..11)), |row| row % 2 == part);
        }
        let parts: Vec<Stored> = (0..2).map(|part| Stored::open(&at(&part.to_string())).unwrap()).collect();
        let gather = || {
            let mut writer = TableWriter::open(Vec::new(), fields(), &[]).unwrap();
            interleave(&parts, &mut writer, 4).map_err(|error| error.to_string())
        };
        assert_eq!(gather(), Ok(()));
        let mut bytes = std::fs::read(at("1")).unwrap();
        bytes[4..40].fill(0xa5);
        std::fs::write(at("1"), bytes).unwrap();
        assert!(gather().unwrap_err().contains("cannot be read as Parquet"));
        std::fs::remove_file(at("1")).unwrap();
        assert!(!gather().unwrap_err().contains("Parquet"));
    }

    #[test]
    fn a_file_that_is_none_is_refused_in_words() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("t.parquet");
        std::fs::write(&path, b"path,loss").unwrap();
        assert!(Stored::open(&path).unwrap_err().contains("cannot be read as Parquet"));
        assert!(!Stored::open(&home.path().join("absent")).unwrap_err().is_empty());
    }
}
