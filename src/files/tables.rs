//! Rows as columns, and columns as rows again.
//!
//! Each row struct becomes a data frame whose columns are its fields, in order, by name. Tables
//! whose numbers are money or prices carry one more column, `currency`, constant over the table, so
//! that a table that has left its folder can still be read. A table without rows keeps its typed
//! columns. Reading back demands every column with its type; columns it does not know are ignored.

use super::frame::{
    Frame, MOMENT, Series, bools, flags, gapped, gapped_moments, moments, natives, plain, sentences, texts, words,
};
use polars_arrow::array::Array;
use results::stamp::Stamp;
pub use results::table::Row;
use results::table::{About, CURRENCY, Cells, Kind};
use std::borrow::Cow;

/// Version of the names, types and meaning of all columns. Raised when any of them changes.
pub const SCHEMA_VERSION: u32 = 5;

/// The frame of one table.
pub(super) fn frame<R: Row>(rows: &[R], currency: &str) -> Frame {
    Frame::new(rows.len(), columns(rows, currency).collect())
}

/// The columns of one table, one after the other: the cells of all of a long one at once take more room than the table.
pub(super) fn columns<'a, R: Row>(rows: &'a [R], currency: &'a str) -> impl Iterator<Item = Series> + 'a {
    let own = R::COLUMNS
        .iter()
        .enumerate()
        .map(|(place, about)| Series { name: about.name.to_owned(), cells: array(about, R::cells_of(rows, place)) });
    let currency = R::MONEY.then(|| Series {
        name: CURRENCY.name.to_owned(),
        cells: words(std::iter::repeat_n(Some(currency), rows.len())),
    });
    own.chain(currency)
}

/// The rows of a frame.
///
/// # Errors
/// Says which column is missing or of another type.
pub(super) fn rows<R: Row>(frame: &Frame) -> Result<Vec<R>, String> {
    R::rows(&mut |name, kind| cells(frame, name, kind))
}

fn array(about: &About, cells: Cells<'_>) -> Box<dyn Array> {
    match cells {
        Cells::Counts(cells) => plain(cells),
        Cells::Numbers(cells) => plain(cells),
        Cells::Flags(cells) => flags(cells.into_iter().map(Some)),
        Cells::MaybeCounts(cells) => gapped(cells),
        Cells::MaybeNumbers(cells) => gapped(cells),
        Cells::Texts(cells) => written(about, cells.iter().map(|cell| Some(&**cell))),
        Cells::MaybeTexts(cells) => written(about, cells.iter().map(Option::as_deref)),
        Cells::Moments(cells) => moments(cells.into_iter().map(micros).collect()),
        Cells::MaybeMoments(cells) => gapped_moments(cells.into_iter().map(|cell| cell.map(micros)).collect()),
    }
}

fn written<'a>(about: &About, cells: impl Iterator<Item = Option<&'a str>>) -> Box<dyn Array> {
    if about.free { sentences(cells) } else { words(cells) }
}

const MICROS: i64 = 1_000_000;

fn micros(moment: Stamp) -> i64 {
    moment.seconds() * MICROS
}

fn cells(frame: &Frame, name: &str, kind: Kind) -> Result<Cells<'static>, String> {
    let column = frame.column(name).ok_or_else(|| format!("it has no column `{name}`"))?;
    let other = || format!("its column `{name}` is {:?} and no {}", column.dtype(), kind.word());
    let empty = || format!("its column `{name}` has empty cells");
    let own = |cell: &str| Cow::Owned(cell.to_owned());
    let strings = || Some(texts(column)?.into_iter().map(|cell| cell.map(own)));
    let counts = || natives::<u32>(column);
    let numbers = || natives::<f64>(column);
    let stamps = || {
        let micros = (*column.dtype() == MOMENT).then(|| natives::<i64>(column)).flatten()?;
        Some(micros.into_iter().map(|cell| cell.map(|micros| Stamp::of(micros.div_euclid(MICROS)))))
    };
    Ok(match kind {
        Kind::Count => Cells::Counts(all(counts().ok_or_else(other)?).ok_or_else(empty)?),
        Kind::Number => Cells::Numbers(all(numbers().ok_or_else(other)?).ok_or_else(empty)?),
        Kind::Flag => Cells::Flags(all(bools(column).ok_or_else(other)?).ok_or_else(empty)?),
        Kind::Text => Cells::Texts(all(strings().ok_or_else(other)?).ok_or_else(empty)?),
        Kind::Moment => Cells::Moments(all(stamps().ok_or_else(other)?).ok_or_else(empty)?),
        Kind::MaybeMoment => Cells::MaybeMoments(stamps().ok_or_else(other)?.collect()),
        Kind::MaybeCount => Cells::MaybeCounts(counts().ok_or_else(other)?),
        Kind::MaybeNumber => Cells::MaybeNumbers(numbers().ok_or_else(other)?),
        Kind::MaybeText => Cells::MaybeTexts(strings().ok_or_else(other)?.collect()),
    })
}

/// `None` when any is empty.
fn all<T>(cells: impl IntoIterator<Item = Option<T>>) -> Option<Vec<T>> {
    cells.into_iter().collect()
}

#[cfg(test)]
mod tests;
