//! The pages of a stranger's Parquet file, by their headers alone: how many values they say that they hold, and how large
//! they say they become. A reader believes both, and asks for as much memory.

use polars_buffer::Buffer;
use polars_parquet::parquet::metadata::ColumnChunkMetadata;
use polars_parquet::parquet::page::CompressedPage;
use polars_parquet::parquet::read::get_page_iterator;
use std::io::Cursor;

/// What a column's pages come to when they are unpacked, in bytes.
///
/// # Errors
/// When there is no such page, or one says that it holds more values than its column.
pub fn unpacked(file: &Buffer<u8>, column: &ColumnChunkMetadata, most: u64) -> Result<u64, String> {
    let words = |error: &dyn std::fmt::Display| format!("it cannot be read as Parquet ({error})");
    let most_of_one = usize::try_from(most).unwrap_or(usize::MAX);
    let pages = get_page_iterator(column, Cursor::new(file.clone()), Vec::new(), most_of_one);
    let values = usize::try_from(column.num_values()).map_err(|error| words(&error))?;
    let mut bytes = 0_u64;
    for page in pages.map_err(|error| words(&error))? {
        let (holds, size) = match page.map_err(|error| words(&error))? {
            CompressedPage::Data(page) => (page.num_values(), page.uncompressed_size()),
            // A dictionary keeps to itself what it becomes.
            CompressedPage::Dict(_) => (0, 0),
        };
        if holds > values {
            return Err(words(&"a page says that it holds more than its column"));
        }
        bytes = bytes.saturating_add(size as u64);
        if bytes > most {
            break;
        }
    }
    Ok(bytes)
}
