//! Frames as Parquet bytes.
//!
//! The same frame gives the same bytes: one thread, a fixed size of row groups, a fixed compression,
//! and nothing in the footer but the schema and what is said of the table. Statistics are written, so that readers can skip.
//!
//! The schema is one that any reader of Arrow knows: polars on its own would call texts views, which pandas with an older
//! pyarrow does not open. In it each column says its unit and what it means, and names and words are dictionaries.

use super::frame::{Frame, Series, field, gapped, own_words, plain, words};
use super::reading::{Reading, survived, unreadable};
use super::tables::{Row, columns, rows};
use polars_arrow::array::Array;
use polars_arrow::datatypes::{ArrowDataType, ArrowSchema, Field, IntegerType, Metadata};
use polars_arrow::record_batch::RecordBatchT;
use polars_buffer::Buffer;
use polars_error::PolarsResult;
use polars_parquet::write::{
    CompressionOptions, Encoding, FileWriter, KeyValue, ParquetType, StatisticsOptions, Version, WriteOptions,
    get_dtype_encoding, row_group_iter, schema_to_metadata_key, to_parquet_schema,
};
use results::table::{About, CURRENCY};
use serde::Serialize;
use std::io::Write;
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
    let of_keys = keys.iter().map(|(name, key)| {
        let cells = match key {
            Key::Number(number) => gapped(vec![*number; rows.len()]),
            Key::Text(text) => words(std::iter::repeat_n(Some(text.as_str()), rows.len())),
            Key::Seed(seed) => plain(vec![*seed; rows.len()]),
        };
        Series { name: name.clone(), cells }
    });
    let frame = Frame::new(rows.len(), of_keys.chain(columns(rows, &origin.currency)).collect());
    let said = |name: &str| {
        if keys.iter().any(|(own, _)| own == name) {
            return Said { words: true, of: vec![("meaning", "Of the run: as in the table of the sweep.".to_owned())] };
        }
        said_of::<R>(name, &origin.currency)
    };
    written(&frame, &said, vec![origin.note::<R>()])
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
fn with_schema(schema: &ArrowSchema, said: &dyn Fn(&str) -> Said, notes: Vec<(String, String)>) -> Vec<KeyValue> {
    let told = schema.iter_values().map(|own| {
        let said = said(&own.name);
        let dtype = match &own.dtype {
            ArrowDataType::Utf8View if said.words => {
                ArrowDataType::Dictionary(IntegerType::Int32, Box::new(ArrowDataType::Utf8), false)
            }
            ArrowDataType::Utf8View => ArrowDataType::Utf8,
            other => other.clone(),
        };
        let of: Metadata = said.of.into_iter().map(|(key, text)| (key.into(), text.as_str().into())).collect();
        Field { metadata: (!of.is_empty()).then(|| Arc::new(of)), ..field(&own.name, dtype) }
    });
    let own = schema_to_metadata_key(&told.collect());
    let notes = notes.into_iter().map(|(key, value)| KeyValue { key, value: Some(value) });
    std::iter::once(own).chain(notes).collect()
}

/// A file in the making, row group by row group.
pub(super) struct Writing<W: Write> {
    inner: FileWriter<W>,
    schema: Arc<ArrowSchema>,
    types: Vec<ParquetType>,
    encodings: Buffer<Vec<Encoding>>,
    notes: Vec<KeyValue>,
}

const OPTIONS: WriteOptions = WriteOptions {
    statistics: StatisticsOptions {
        min_value: true,
        max_value: true,
        distinct_count: false,
        null_count: true,
        binary_statistics_truncate_length: None,
    },
    version: Version::V1,
    compression: CompressionOptions::Zstd(None),
    data_page_size: None,
};

impl<W: Write> Writing<W> {
    /// A file of columns of this schema, of whose texts some will come as words.
    pub fn new(out: W, schema: ArrowSchema, said: &dyn Fn(&str) -> Said, notes: Vec<(String, String)>) -> Self {
        let notes = with_schema(&schema, said, notes);
        let parquet = to_parquet_schema(&schema).expect("only types that Parquet has");
        let types = parquet.fields().to_vec();
        let encodings = schema.iter_values().map(|own| get_dtype_encoding(&own.dtype)).collect();
        let inner = FileWriter::new_with_parquet_schema(out, schema.clone(), parquet, OPTIONS);
        Self { inner, schema: Arc::new(schema), types, encodings, notes }
    }

    /// # Errors
    /// When it cannot be written.
    pub fn group(&mut self, rows: usize, columns: Vec<Box<dyn Array>>) -> PolarsResult<()> {
        let batch = RecordBatchT::try_new(rows, Arc::clone(&self.schema), columns)?;
        let group = row_group_iter(batch, self.encodings.clone(), self.types.clone(), OPTIONS);
        self.inner.write(rows as u64, group)
    }

    /// # Errors
    /// When the end cannot be written.
    pub fn finish(mut self) -> PolarsResult<()> {
        self.inner.end(Some(self.notes)).map(drop)
    }
}

/// The bytes of any frame's file.
pub(super) fn frame_bytes(frame: &Frame) -> Vec<u8> {
    written(frame, &|_| Said::default(), vec![])
}

/// # Panics
/// Never for what this program writes: into memory, and only types that Parquet has.
pub(super) fn written(frame: &Frame, said: &dyn Fn(&str) -> Said, notes: Vec<(String, String)>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writing = Writing::new(&mut bytes, frame.schema(), said, notes);
    for from in (0..frame.rows()).step_by(ROW_GROUP) {
        let rows = ROW_GROUP.min(frame.rows() - from);
        // A group has the words that occur in it, and no others: by these a reader knows whether it can pass it over.
        let part = |column: &Series| {
            let cells = column.cells.sliced(from, rows);
            let own = if rows < frame.rows() { own_words(&*cells) } else { None };
            own.unwrap_or(cells)
        };
        let group = writing.group(rows, frame.columns().iter().map(part).collect());
        group.expect("plain columns are written to memory");
    }
    writing.finish().expect("an end is written to memory");
    bytes
}

/// A frame from a file's bytes.
///
/// # Errors
/// Says what the bytes are not.
pub(super) fn read_frame(bytes: Vec<u8>) -> Result<Frame, String> {
    if !(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1") && bytes.len() >= 12) {
        return Err("it is not a whole Parquet file".into());
    }
    Reading::of(bytes).and_then(|reading| reading.all()).map_err(unreadable)
}

/// Rows from a file's bytes.
///
/// # Errors
/// Says what the bytes are not, or which column is missing or of another type.
pub fn read_table<R: Row>(bytes: Vec<u8>) -> Result<Vec<R>, String> {
    survived(|| rows(&read_frame(bytes)?))
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
            .map(|tick| EventRow {
                tick,
                subject: format!("s{}", if tick < 1 << 18 { tick % 9_770 } else { 3 }).into(),
                ..event.clone()
            })
            .collect();
        let bytes = table_bytes(&rows, &usd());
        assert!(bytes == table_bytes(&rows, &usd()), "two writes differ");
        // Each group keeps the words of its own rows alone.
        let reading = Reading::of(bytes.clone()).unwrap();
        let groups = &reading.metadata.row_groups;
        let size = |group: usize| {
            groups[group].columns_under_root_iter("subject").unwrap().next().unwrap().uncompressed_size()
        };
        assert_eq!(groups.len(), 2);
        assert!(size(1) < size(0) / 4, "{} and {} bytes", size(0), size(1));
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
        let reading = Reading::of(table_bytes(&calls, &origin)).unwrap();
        let (_, note) = reading.notes.iter().find(|(key, _)| key == NOTE).unwrap();
        for part in ["\"table\":\"calls\"", "\"world\":\"two-funds\"", "\"seed\":7", "local time, New York"] {
            assert!(note.contains(part), "{part} in {note}");
        }
        // What other readers go by.
        let schema = reading.told;
        let moment = ArrowDataType::Timestamp(polars_arrow::datatypes::TimeUnit::Microsecond, None);
        assert_eq!(schema.get("deadline").unwrap().dtype, moment);
        assert!(matches!(schema.get("outcome").unwrap().dtype, ArrowDataType::Dictionary(IntegerType::Int32, ..)));
        let said = schema.get("amount").unwrap().metadata.clone().unwrap();
        assert_eq!((said["unit"].as_str(), said["meaning"].as_str()), ("USD", "Money."));
        let events = table_bytes(&samples::tables().events, &usd());
        let schema = Reading::of(events).unwrap().told;
        assert_eq!(schema.get("text").unwrap().dtype, ArrowDataType::Utf8View, "sentences are no words");
    }
}
