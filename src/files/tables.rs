//! Rows as columns, and columns as rows again.
//!
//! Each row struct becomes a data frame whose columns are its fields, in order, by name. Tables
//! whose numbers are money or prices carry one more column, `currency`, constant over the table, so
//! that a table that has left its folder can still be read. A table without rows keeps its typed
//! columns. Reading back demands every column with its type; columns it does not know are ignored.

use polars::prelude::{
    Column, DataFrame, DataType, IntoColumn, IntoSeries, NamedFrom, NewChunkedArray, PolarsError, Series,
    StringChunked, TimeUnit,
};
use results::stamp::Stamp;
pub use results::table::Row;
use results::table::{CURRENCY, Cells, Kind};
use std::borrow::Cow;

/// Version of the names, types and meaning of all columns. Raised when any of them changes.
pub const SCHEMA_VERSION: u32 = 5;

/// The data frame of one table.
pub fn frame<R: Row>(rows: &[R], currency: &str) -> DataFrame {
    // One after the other: the cells of all columns of a long table at once take more room than the table.
    let own = R::COLUMNS.iter().enumerate().map(|(place, about)| column(about.name, R::cells_of(rows, place)));
    let mut columns: Vec<Column> = own.collect();
    if R::MONEY {
        columns.push(texts(CURRENCY.name, std::iter::repeat_n(currency, rows.len())).into_column());
    }
    DataFrame::new(rows.len(), columns).expect("columns of one table have one length and distinct names")
}

/// The rows of a data frame.
///
/// # Errors
/// Says which column is missing or of another type.
pub fn rows<R: Row>(frame: &DataFrame) -> Result<Vec<R>, String> {
    R::rows(&mut |name, kind| cells(frame, name, kind))
}

fn column(name: &str, cells: Cells<'_>) -> Column {
    let own = name;
    let name = name.into();
    let series = match cells {
        Cells::Counts(cells) => Series::new(name, cells),
        Cells::Numbers(cells) => Series::new(name, cells),
        Cells::Flags(cells) => Series::new(name, cells),
        Cells::MaybeCounts(cells) => Series::new(name, cells),
        Cells::MaybeNumbers(cells) => Series::new(name, cells),
        Cells::Texts(cells) => texts(own, cells.iter().map(|cell| &**cell)),
        Cells::MaybeTexts(cells) => Series::new(name, cells.iter().map(Option::as_deref).collect::<Vec<_>>()),
        Cells::Moments(cells) => moments(Series::new(name, cells.into_iter().map(micros).collect::<Vec<i64>>())),
        Cells::MaybeMoments(cells) => {
            moments(Series::new(name, cells.into_iter().map(|cell| cell.map(micros)).collect::<Vec<_>>()))
        }
    };
    series.into_column()
}

fn texts<'a>(name: &str, cells: impl Iterator<Item = &'a str>) -> Series {
    StringChunked::from_iter_values(name.into(), cells).into_series()
}

/// By the clock of the world, without a zone.
pub(super) const MOMENT: DataType = DataType::Datetime(TimeUnit::Microseconds, None);
const MICROS: i64 = 1_000_000;

fn micros(moment: Stamp) -> i64 {
    moment.seconds() * MICROS
}

fn moments(micros: Series) -> Series {
    micros.cast(&MOMENT).expect("whole numbers become moments")
}

fn cells(frame: &DataFrame, name: &str, kind: Kind) -> Result<Cells<'static>, String> {
    let column = frame.column(name).map_err(|_| format!("it has no column `{name}`"))?;
    let dtype = match kind {
        Kind::Count | Kind::MaybeCount => DataType::UInt32,
        Kind::Number | Kind::MaybeNumber => DataType::Float64,
        Kind::Flag => DataType::Boolean,
        Kind::Text | Kind::MaybeText => DataType::String,
        Kind::Moment | Kind::MaybeMoment => MOMENT,
    };
    if *column.dtype() != dtype {
        return Err(format!("its column `{name}` is {} and not {dtype}", column.dtype()));
    }
    let read = |error: PolarsError| error.to_string();
    let empty = || format!("its column `{name}` has empty cells");
    let own = |cell: &str| Cow::Owned(cell.to_owned());
    let stamps = || -> Result<Vec<Option<Stamp>>, String> {
        let micros = column.cast(&DataType::Int64).map_err(read)?;
        let stamp = |micros: i64| Stamp::of(micros.div_euclid(MICROS));
        Ok(micros.i64().map_err(read)?.iter().map(|cell| cell.map(stamp)).collect())
    };
    Ok(match kind {
        Kind::Count => Cells::Counts(all(column.u32().map_err(read)?.iter()).ok_or_else(empty)?),
        Kind::Number => Cells::Numbers(all(column.f64().map_err(read)?.iter()).ok_or_else(empty)?),
        Kind::Flag => Cells::Flags(all(column.bool().map_err(read)?.iter()).ok_or_else(empty)?),
        Kind::Text => {
            Cells::Texts(all(column.str().map_err(read)?.iter().map(|cell| cell.map(own))).ok_or_else(empty)?)
        }
        Kind::Moment => Cells::Moments(all(stamps()?.into_iter()).ok_or_else(empty)?),
        Kind::MaybeMoment => Cells::MaybeMoments(stamps()?),
        Kind::MaybeCount => Cells::MaybeCounts(column.u32().map_err(read)?.iter().collect()),
        Kind::MaybeNumber => Cells::MaybeNumbers(column.f64().map_err(read)?.iter().collect()),
        Kind::MaybeText => Cells::MaybeTexts(column.str().map_err(read)?.iter().map(|cell| cell.map(own)).collect()),
    })
}

/// `None` when any is empty.
fn all<T>(cells: impl Iterator<Item = Option<T>>) -> Option<Vec<T>> {
    cells.collect()
}

#[cfg(test)]
mod tests;
