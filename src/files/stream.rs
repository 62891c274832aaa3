//! A table that is written batch by batch, and read again some columns or some rows at a time: neither ever holds all of it.
//!
//! The file is one that any reader opens: texts are plain UTF-8 (not the views that polars writes on its own), moments are
//! timestamps without a zone, and each column says its unit and its meaning in the metadata of its field, as pyarrow
//! shows them. Notes go into the file's own key-value metadata. The same batches give the same bytes.

use super::parquet::{Plain, Said, with_schema};
use super::sheet::{Cells, Column, unreadable};
use ground::fault::guarded;
use polars::prelude::{
    BatchedWriter, DataFrame, DataType, NamedFrom, ParquetCompression, ParquetWriter, PolarsError, Schema, Series,
};
use polars_arrow::datatypes::ArrowDataType;
use std::fs::File;
use std::io::{self, Write};
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
    fn dtype(self) -> DataType {
        match self {
            Self::Text => DataType::String,
            Self::Number => DataType::Float64,
            Self::Count => DataType::Int64,
            Self::Seed => DataType::UInt64,
            Self::Flag => DataType::Boolean,
            Self::Moment => super::tables::MOMENT,
        }
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
    inner: BatchedWriter<W>,
    fields: Vec<Field>,
}

impl<W: Write> TableWriter<W> {
    /// # Errors
    /// When the first bytes cannot be written.
    ///
    /// # Panics
    /// When two columns share a name.
    pub fn open(out: W, fields: Vec<Field>, notes: &[(&str, &str)]) -> io::Result<Self> {
        let schema: Schema = fields.iter().map(|field| (field.name.as_str().into(), field.kind.dtype())).collect();
        assert_eq!(schema.len(), fields.len(), "columns of one table have distinct names");
        let notes = notes.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect();
        let said = |name: &str| {
            let field = fields.iter().find(|field| field.name == name);
            // Texts of such a table repeat: rules, reasons, values.
            Said { words: true, of: field.map(|field| field.said.clone()).unwrap_or_default() }
        };
        let notes = with_schema(&schema, &said, notes);
        let inner = ParquetWriter::new(out)
            .with_compression(ParquetCompression::Zstd(None))
            .set_parallel(false)
            .with_key_value_metadata(Some(notes))
            .batched(&schema)
            .map_err(of_writing)?;
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
        let columns = self.fields.iter().zip(columns).map(|(field, cells)| {
            let column = Column::new(&field.name, cells).series();
            if column.dtype() == &field.kind.dtype() {
                return column;
            }
            assert_eq!(field.kind, Kind::Moment, "the cells of {} are of its kind", field.name);
            column.cast(&field.kind.dtype()).expect("whole numbers become moments")
        });
        let frame = DataFrame::new(rows, columns.collect()).expect("columns of one batch have one length");
        self.write_frame(&frame)
    }

    fn write_frame(&mut self, frame: &DataFrame) -> io::Result<()> {
        self.inner.write_batch(frame).map_err(of_writing)
    }

    /// # Errors
    /// When the end cannot be written.
    pub fn finish(self) -> io::Result<()> {
        self.inner.finish().map(drop).map_err(of_writing)
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
            let plain = Plain::of(File::open(path).map_err(|error| error.to_string())?).map_err(unreadable)?;
            let columns = plain.schema.iter().filter_map(|(name, field)| {
                let kind = match &field.dtype {
                    ArrowDataType::Utf8 | ArrowDataType::LargeUtf8 | ArrowDataType::Utf8View => Kind::Text,
                    ArrowDataType::Float64 => Kind::Number,
                    ArrowDataType::Int64 => Kind::Count,
                    ArrowDataType::UInt64 => Kind::Seed,
                    ArrowDataType::Boolean => Kind::Flag,
                    ArrowDataType::Timestamp(..) => Kind::Moment,
                    _ => return None,
                };
                Some((name.to_string(), kind))
            });
            let columns = columns.collect();
            Ok(Self { path: path.to_owned(), rows: plain.rows, columns, notes: plain.notes })
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
        let frame = self.read(None, Some(vec![name.to_owned()]))?;
        let column = frame.column(name).and_then(|column| column.str().cloned()).map_err(unreadable)?;
        Ok(column.iter().map(|text| text.map(str::to_owned)).collect())
    }

    /// A column of numbers, counts or seeds as numbers; flags are 0 and 1.
    ///
    /// # Errors
    /// As [`Stored::texts`].
    pub fn numbers(&self, name: &str) -> Result<Vec<Option<f64>>, String> {
        let frame = self.read(None, Some(vec![name.to_owned()]))?;
        let column = frame.column(name).and_then(|column| column.cast(&DataType::Float64)).map_err(unreadable)?;
        Ok(column.f64().map_err(unreadable)?.iter().collect())
    }

    fn read(&self, slice: Option<(usize, usize)>, columns: Option<Vec<String>>) -> Result<DataFrame, String> {
        survived(|| {
            let plain = Plain::of(File::open(&self.path).map_err(|error| error.to_string())?);
            plain.and_then(|plain| plain.read(slice, columns)).map_err(unreadable)
        })
    }
}

/// Rows of the parts in turn, one from each: the first row of each part, then the second of each, and so on. A column that a
/// part lacks is empty there.
///
/// # Errors
/// When a part cannot be read or the table cannot be written, in words.
pub fn interleave<W: Write>(parts: &[Stored], writer: &mut TableWriter<W>, batch: usize) -> io::Result<()> {
    let all: usize = parts.iter().map(|part| part.rows).sum();
    let each = batch.div_ceil(parts.len()).max(1);
    let longest = parts.iter().map(|part| part.rows).max().unwrap_or(0);
    let mut from = 0;
    let mut written = 0;
    let mut waiting: Option<DataFrame> = None;
    while from < longest {
        let mut whole: Option<DataFrame> = None;
        // Where in the whole each row of the parts stands.
        let mut places: Vec<(usize, usize, u32)> = Vec::new();
        for (turn, part) in parts.iter().enumerate() {
            let rows = each.min(part.rows.saturating_sub(from));
            if rows == 0 {
                continue;
            }
            let own = part.read(Some((from, rows)), None).map_err(io::Error::other)?;
            let own = fitted(&own, rows, &writer.fields)?;
            let before = whole.as_ref().map_or(0, DataFrame::height);
            places.extend((0..rows).map(|row| (row, turn, (before + row) as u32)));
            whole = Some(match whole {
                None => own,
                Some(so_far) => so_far.vstack(&own).map_err(of_writing)?,
            });
        }
        let Some(whole) = whole else { break };
        places.sort_unstable();
        let order: Vec<u32> = places.into_iter().map(|(_, _, place)| place).collect();
        let ordered = whole.take(&polars::prelude::IdxCa::new("".into(), order)).map_err(of_writing)?;
        // Row groups are cut where a table written at once cuts them.
        let mut ready = match waiting.take() {
            None => ordered,
            Some(rest) => rest.vstack(&ordered).map_err(of_writing)?,
        };
        while ready.height() >= batch {
            let mut group = ready.slice(0, batch);
            group.rechunk_mut();
            writer.write_frame(&group)?;
            written += batch;
            ready = ready.slice(batch as i64, ready.height() - batch);
        }
        waiting = Some(ready);
        from += each;
    }
    if let Some(mut rest) = waiting.filter(|rest| rest.height() > 0) {
        rest.rechunk_mut();
        written += rest.height();
        writer.write_frame(&rest)?;
    }
    debug_assert_eq!(written, all, "each row once");
    Ok(())
}

/// The columns of a part as the whole has them.
fn fitted(own: &DataFrame, rows: usize, fields: &[Field]) -> io::Result<DataFrame> {
    let columns = fields.iter().map(|field| match own.column(&field.name) {
        Ok(column) => column.cast(&field.kind.dtype()).map_err(of_writing),
        Err(_) => Ok(Series::full_null(field.name.as_str().into(), rows, &field.kind.dtype()).into()),
    });
    DataFrame::new(rows, columns.collect::<io::Result<_>>()?).map_err(of_writing)
}

/// A damaged file may break the reader itself: that is a fault of the file, and said so.
fn survived<T>(read: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    guarded(read).unwrap_or_else(|_| Err(unreadable("its reader broke off")))
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn a_file_that_is_none_is_refused_in_words() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("t.parquet");
        std::fs::write(&path, b"path,loss").unwrap();
        assert!(Stored::open(&path).unwrap_err().contains("cannot be read as Parquet"));
        assert!(!Stored::open(&home.path().join("absent")).unwrap_err().is_empty());
    }
}
