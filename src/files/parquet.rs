//! Data frames as Parquet bytes and back.
//!
//! The same frame gives the same bytes: one thread, a fixed size of row groups, a fixed compression,
//! and nothing in the footer but the schema. Statistics are written, so that readers can skip.
//!
//! The schema is one that any reader of Arrow knows: polars on its own would call texts views, which pandas with an older
//! pyarrow does not open. In it each column says what it means.

use super::tables::{Row, frame, rows};
use polars::prelude::{
    CompatLevel, DataFrame, KeyValueMetadata, ParallelStrategy, ParquetCompression, ParquetReader, ParquetWriter,
    Schema, SchemaExt, SerReader,
};
use polars_arrow::datatypes::{ArrowDataType, Metadata};
use polars_parquet::write::schema_to_metadata_key;
use results::table::About;
use std::io::Cursor;
use std::sync::Arc;

/// Rows in a row group: large enough to compress well, small enough to stream.
const ROW_GROUP: usize = 1 << 18;

/// The bytes of one table's file.
pub fn table_bytes<R: Row>(rows: &[R], currency: &str) -> Vec<u8> {
    written(&mut frame(rows, currency), &said_of::<R>)
}

/// What is said of a column of a table.
pub(super) fn said_of<R: Row>(name: &str) -> Vec<(&'static str, String)> {
    let about = R::COLUMNS.iter().find(|about| about.name == name).copied();
    let usual = || About { name: "currency", kind: results::table::Kind::Text, doc: "" };
    let meaning = about.unwrap_or_else(usual).meaning().split_whitespace().collect::<Vec<_>>().join(" ");
    if meaning.is_empty() { vec![] } else { vec![("meaning", meaning)] }
}

/// What is said of a column, by its name.
pub(super) type Said<'a> = &'a dyn Fn(&str) -> Vec<(&'static str, String)>;

/// The schema as other readers know it, for the metadata of a file: its key, and what stands under it.
pub(super) fn schema_note(schema: &Schema, said: Said<'_>) -> (String, String) {
    let mut plain = schema.to_arrow(CompatLevel::oldest());
    for own in plain.iter_values_mut() {
        if own.dtype == ArrowDataType::LargeUtf8 {
            own.dtype = ArrowDataType::Utf8;
        }
        let said = said(&own.name).into_iter();
        let said: Metadata = said.map(|(key, text)| (key.into(), text.as_str().into())).collect();
        own.metadata = (!said.is_empty()).then(|| Arc::new(said));
    }
    let note = schema_to_metadata_key(&plain);
    (note.key, note.value.unwrap_or_default())
}

/// The bytes of a frame's file, with what is said of its columns.
pub(super) fn said_bytes(frame: &DataFrame, said: Said<'_>) -> Vec<u8> {
    written(&mut frame.clone(), said)
}

/// The bytes of any frame's file.
///
/// # Panics
/// Never for what this program writes: into memory, and only types that Parquet has.
pub fn frame_bytes(frame: &mut DataFrame) -> Vec<u8> {
    written(frame, &|_| vec![])
}

fn written(frame: &mut DataFrame, said: Said<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let note = schema_note(frame.schema(), said);
    ParquetWriter::new(&mut bytes)
        .with_compression(ParquetCompression::Zstd(None))
        .with_row_group_size(Some(ROW_GROUP))
        .set_parallel(false)
        .with_key_value_metadata(Some(KeyValueMetadata::from_static(vec![note])))
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
    ParquetReader::new(Cursor::new(bytes))
        .read_parallel(ParallelStrategy::None)
        .finish()
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

    #[test]
    fn rows_come_back_from_parquet_as_they_were() {
        let tables = samples::tables();
        assert_eq!(read_table::<PriceRow>(table_bytes(&tables.prices, "USD")), Ok(tables.prices));
        assert_eq!(read_table::<AccountRow>(table_bytes(&tables.accounts, "USD")), Ok(tables.accounts));
        assert_eq!(read_table::<CallRow>(table_bytes::<CallRow>(&[], "USD")), Ok(Vec::new()));
    }

    #[test]
    fn the_same_rows_give_the_same_bytes_over_several_row_groups() {
        let event = samples::tables().events.remove(0);
        let rows: Vec<EventRow> =
            (0..300_000).map(|tick| EventRow { tick, subject: format!("s{}", tick % 977), ..event.clone() }).collect();
        let bytes = table_bytes(&rows, "USD");
        assert!(bytes == table_bytes(&rows, "USD"), "two writes differ");
        assert_eq!(read_table::<EventRow>(bytes).unwrap(), rows);
    }

    #[test]
    fn a_foreign_file_is_refused_in_words() {
        assert_eq!(read_table::<PriceRow>(b"tick,time".to_vec()).unwrap_err(), "it is not a whole Parquet file");
        let mut torn = table_bytes(&samples::tables().prices, "USD");
        torn.truncate(torn.len() / 2);
        assert_eq!(read_table::<PriceRow>(torn).unwrap_err(), "it is not a whole Parquet file");
        let mut broken = b"PAR1".to_vec();
        broken.extend([0xff; 64]);
        broken.extend(b"PAR1");
        assert!(read_table::<PriceRow>(broken).unwrap_err().starts_with("it cannot be read as Parquet"));
        let other = table_bytes(&samples::tables().events, "USD");
        assert_eq!(read_table::<PriceRow>(other).unwrap_err(), "it has no column `instrument`");
    }
}
