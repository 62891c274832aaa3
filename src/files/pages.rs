//! The pages of a stranger's Parquet file, by their headers alone: how many values they say that they hold, and how large
//! they say they become. A reader believes both, and asks for as much memory.

use super::reading::Reading;
use polars_error::{PolarsResult, polars_ensure};
use polars_parquet::read::ColumnChunkMetadata;
use polars_parquet::write::CompressedPage;

/// What a column's pages come to when they are unpacked, in bytes, as far as it is no more than `most`.
///
/// # Errors
/// When there is no such page, or one says that it holds more values than its column.
pub fn unpacked(reading: &Reading, column: &ColumnChunkMetadata, most: u64) -> PolarsResult<u64> {
    let most_of_one = usize::try_from(most).unwrap_or(usize::MAX);
    let mut bytes = 0_u64;
    for page in reading.pages(column, most_of_one)? {
        let (holds, size) = match page? {
            CompressedPage::Data(page) => (page.num_values(), page.uncompressed_size()),
            // A dictionary keeps to itself what it becomes.
            CompressedPage::Dict(_) => (0, 0),
        };
        polars_ensure!(
            i64::try_from(holds).is_ok_and(|holds| holds <= column.num_values()),
            ComputeError: "a page says that it holds more than its column"
        );
        bytes = bytes.saturating_add(size as u64);
        if bytes > most {
            break;
        }
    }
    Ok(bytes)
}
