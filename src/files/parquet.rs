//! Data frames as Parquet bytes and back.
//!
//! The same frame gives the same bytes: one thread, a fixed size of row groups, a fixed compression,
//! and nothing in the footer but the schema and what is said of the table. Statistics are written, so that readers can skip.
//!
//! The schema is one that any reader of Arrow knows: polars on its own would call texts views, which pandas with an older
//! pyarrow does not open. In it each column says its unit and what it means, and names and words are dictionaries. What
//! is read here is read by the schema of Parquet itself, and never by such a note: polars without its categories
//! breaks off at a dictionary.

use super::tables::{Row, frame, rows};
use polars::io::mmap::MmapBytesReader;
use polars::prelude::{
    CompatLevel, DataFrame, IntoColumn, KeyValueMetadata, NamedFrom, ParallelStrategy, ParquetCompression,
    ParquetReader, ParquetWriter, PlSmallStr, PolarsResult, Schema, SchemaExt, SerReader, Series,
};
use polars_arrow::datatypes::{ArrowDataType, ArrowSchema, IntegerType, Metadata};
use polars_parquet::write::schema_to_metadata_key;
use results::table::{About, CURRENCY};
use serde::Serialize;
use std::io::Cursor;
use std::sync::Arc;

/// Rows in a row group: large enough to compress well, small enough to stream.
const ROW_GROUP: usize = 1 << 18;

/// The key of a file's own metadata under which stands of which run a table is.
pub const NOTE: &str = "firesale";

/// Of which run a table is, as its file says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// Of the program.
    pub version: String,
    pub world: String,
    /// Of the text of the world.
    pub sha256: String,
    /// Absent where a table is about many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// `path=value`.
    pub overrides: Vec<String>,
    /// Whether lenders sold.
    pub liquidation: bool,
    pub currency: String,
    /// Whose clock moments are by, where the world says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
}

impl Origin {
    pub(super) fn note<R: Row>(&self) -> (String, String) {
        #[derive(Serialize)]
        struct Note<'a> {
            table: &'a str,
            row: String,
            schema_version: u32,
            clock: String,
            #[serde(flatten)]
            origin: &'a Origin,
        }
        let clock = match &self.zone {
            Some(zone) => format!("local time, {zone}"),
            None => "local time of the world, which names no zone".to_owned(),
        };
        let (table, row) = (R::TABLE, one_line(R::ABOUT));
        let note = Note { table, row, schema_version: super::tables::SCHEMA_VERSION, clock, origin: self };
        (NOTE.to_owned(), serde_json::to_string(&note).expect("plain data"))
    }
}

/// A doc comment in one line.
fn one_line(doc: &str) -> String {
    doc.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The bytes of one table's file.
pub fn table_bytes<R: Row>(rows: &[R], origin: &Origin) -> Vec<u8> {
    part_bytes(rows, origin, &[])
}

/// What tells the rows of one run from those of others.
#[derive(Clone, Debug, PartialEq)]
pub enum Key {
    Number(Option<f64>),
    Text(String),
    Seed(u64),
}

/// The bytes of the file of one run's table among those of many: its keys stand in front, the same in each row.
///
/// # Panics
/// When two keys share a name.
pub fn part_bytes<R: Row>(rows: &[R], origin: &Origin, keys: &[(String, Key)]) -> Vec<u8> {
    let mut frame = frame(rows, &origin.currency);
    for (place, (name, key)) in keys.iter().enumerate() {
        let name: PlSmallStr = name.as_str().into();
        let column = match key {
            Key::Number(number) => Series::new(name, vec![*number; rows.len()]),
            Key::Text(text) => Series::new(name, vec![text.as_str(); rows.len()]),
            Key::Seed(seed) => Series::new(name, vec![*seed; rows.len()]),
        };
        frame.insert_column(place, column.into_column()).expect("no column of a table has the name of a key");
    }
    let said = |name: &str| {
        if keys.iter().any(|(own, _)| own == name) {
            return Said { words: true, of: vec![("meaning", "Of the run: as in the table of the sweep.".to_owned())] };
        }
        said_of::<R>(name, &origin.currency)
    };
    written(&mut frame, &said, vec![origin.note::<R>()])
}

/// What is said of a column of a table.
pub(super) fn said_of<R: Row>(name: &str, currency: &str) -> Said {
    let about: About = R::COLUMNS.iter().find(|about| about.name == name).copied().unwrap_or(CURRENCY);
    let unit = about.unit().map(|unit| unit.word(currency)).unwrap_or_default();
    let said = [("unit", unit), ("meaning", one_line(about.meaning()))];
    Said { words: !about.free, of: said.into_iter().filter(|(_, text)| !text.is_empty()).collect() }
}

/// What is said of a column.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Said {
    /// Its texts are names and words, of which many are alike.
    pub words: bool,
    pub of: Vec<(&'static str, String)>,
}

/// The notes of a file, and before them its schema as other readers know it.
pub(super) fn with_schema(
    schema: &Schema,
    said: &dyn Fn(&str) -> Said,
    mut notes: Vec<(String, String)>,
) -> KeyValueMetadata {
    let mut plain = schema.to_arrow(CompatLevel::oldest());
    for own in plain.iter_values_mut() {
        let said = said(&own.name);
        if own.dtype == ArrowDataType::LargeUtf8 {
            let text = ArrowDataType::Utf8;
            let word = || ArrowDataType::Dictionary(IntegerType::Int32, Box::new(ArrowDataType::Utf8), false);
            own.dtype = if said.words { word() } else { text };
        }
        let said = said.of.into_iter();
        let said: Metadata = said.map(|(key, text)| (key.into(), text.as_str().into())).collect();
        own.metadata = (!said.is_empty()).then(|| Arc::new(said));
    }
    let own = schema_to_metadata_key(&plain);
    notes.insert(0, (own.key, own.value.unwrap_or_default()));
    KeyValueMetadata::from_static(notes)
}

/// A reader that goes by the schema of the file itself and heeds nobody's note about it; with it that schema and the notes.
pub(super) struct Plain<R: MmapBytesReader> {
    pub reader: ParquetReader<R>,
    pub schema: Arc<ArrowSchema>,
    pub rows: usize,
    pub notes: Vec<(String, String)>,
}

impl<R: MmapBytesReader> Plain<R> {
    pub fn of(from: R) -> PolarsResult<Self> {
        let mut reader = ParquetReader::new(from);
        let mut metadata = (**reader.get_metadata()?).clone();
        let pairs = metadata.key_value_metadata.take().unwrap_or_default().into_iter();
        let notes = pairs.map(|pair| (pair.key, pair.value.unwrap_or_default())).collect();
        let rows = metadata.num_rows;
        reader.set_metadata(Arc::new(metadata));
        let schema = reader.schema()?;
        Ok(Self { reader, schema, rows, notes })
    }

    /// What is asked of it, on this thread.
    pub fn read(self, slice: Option<(usize, usize)>, columns: Option<Vec<String>>) -> PolarsResult<DataFrame> {
        self.reader.with_columns(columns).with_slice(slice).read_parallel(ParallelStrategy::None).finish()
    }
}

/// The bytes of any frame's file.
///
/// # Panics
/// Never for what this program writes: into memory, and only types that Parquet has.
pub fn frame_bytes(frame: &mut DataFrame) -> Vec<u8> {
    written(frame, &|_| Said::default(), vec![])
}

pub(super) fn written(frame: &mut DataFrame, said: &dyn Fn(&str) -> Said, notes: Vec<(String, String)>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let notes = with_schema(frame.schema(), said, notes);
    ParquetWriter::new(&mut bytes)
        .with_compression(ParquetCompression::Zstd(None))
        .with_row_group_size(Some(ROW_GROUP))
        .set_parallel(false)
        .with_key_value_metadata(Some(notes))
        .finish(frame)
        .expect("a frame of plain columns is written to memory");
    bytes
}

/// A frame from a file's bytes.
///
/// # Errors
/// Says what the bytes are not.
pub fn read_frame(bytes: Vec<u8>) -> Result<DataFrame, String> {
    if !(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1") && bytes.len() >= 12) {
        return Err("it is not a whole Parquet file".into());
    }
    Plain::of(Cursor::new(bytes))
        .and_then(|plain| plain.read(None, None))
        .map_err(|error| format!("it cannot be read as Parquet ({error})"))
}

/// Rows from a file's bytes.
///
/// # Errors
/// Says what the bytes are not, or which column is missing or of another type.
pub fn read_table<R: Row>(bytes: Vec<u8>) -> Result<Vec<R>, String> {
    rows(&read_frame(bytes)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use results::rows::{AccountRow, CallRow, EventRow, PriceRow};
    use results::samples;

    fn usd() -> Origin {
        Origin { currency: "USD".into(), ..Origin::default() }
    }

    #[test]
    fn rows_come_back_from_parquet_as_they_were() {
        let tables = samples::tables();
        assert_eq!(read_table::<PriceRow>(table_bytes(&tables.prices, &usd())), Ok(tables.prices));
        assert_eq!(read_table::<AccountRow>(table_bytes(&tables.accounts, &usd())), Ok(tables.accounts));
        assert_eq!(read_table::<CallRow>(table_bytes::<CallRow>(&[], &usd())), Ok(Vec::new()));
    }

    #[test]
    fn the_same_rows_give_the_same_bytes_over_several_row_groups() {
        let event = samples::tables().events.remove(0);
        let rows: Vec<EventRow> = (0..300_000)
            .map(|tick| EventRow { tick, subject: format!("s{}", tick % 977).into(), ..event.clone() })
            .collect();
        let bytes = table_bytes(&rows, &usd());
        assert!(bytes == table_bytes(&rows, &usd()), "two writes differ");
        assert_eq!(read_table::<EventRow>(bytes).unwrap(), rows);
    }

    #[test]
    fn a_foreign_file_is_refused_in_words() {
        assert_eq!(read_table::<PriceRow>(b"tick,time".to_vec()).unwrap_err(), "it is not a whole Parquet file");
        let mut torn = table_bytes(&samples::tables().prices, &usd());
        torn.truncate(torn.len() / 2);
        assert_eq!(read_table::<PriceRow>(torn).unwrap_err(), "it is not a whole Parquet file");
        let mut broken = b"PAR1".to_vec();
        broken.extend([0xff; 64]);
        broken.extend(b"PAR1");
        assert!(read_table::<PriceRow>(broken).unwrap_err().starts_with("it cannot be read as Parquet"));
        let other = table_bytes(&samples::tables().events, &usd());
        assert_eq!(read_table::<PriceRow>(other).unwrap_err(), "it has no column `instrument`");
    }

    #[test]
    fn a_table_says_whose_it_is_and_its_columns_what_they_hold() {
        let calls = samples::tables().calls;
        let origin = Origin { world: "two-funds".into(), seed: Some(7), zone: Some("New York".into()), ..usd() };
        let mut reader = ParquetReader::new(Cursor::new(table_bytes(&calls, &origin)));
        let pairs = reader.get_metadata().unwrap().key_value_metadata.clone().unwrap();
        let note = pairs.iter().find(|pair| pair.key == NOTE).and_then(|pair| pair.value.clone()).unwrap();
        for part in ["\"table\":\"calls\"", "\"world\":\"two-funds\"", "\"seed\":7", "local time, New York"] {
            assert!(note.contains(part), "{part} in {note}");
        }
        // What other readers go by.
        let schema = reader.schema().unwrap();
        let moment = ArrowDataType::Timestamp(polars_arrow::datatypes::TimeUnit::Microsecond, None);
        assert_eq!(schema.get("deadline").unwrap().dtype, moment);
        assert!(matches!(schema.get("outcome").unwrap().dtype, ArrowDataType::Dictionary(IntegerType::Int32, ..)));
        let said = schema.get("amount").unwrap().metadata.clone().unwrap();
        assert_eq!((said["unit"].as_str(), said["meaning"].as_str()), ("USD", "Money."));
        let events = table_bytes(&samples::tables().events, &usd());
        let schema = ParquetReader::new(Cursor::new(events)).schema().unwrap();
        assert_eq!(schema.get("text").unwrap().dtype, ArrowDataType::Utf8View, "sentences are no words");
    }
}
