//! A table as Arrow hands it from one program to another in memory, by its C stream interface: nothing is written as text or to a
//! disk on the way.
//!
//! It is made by the function that makes the columns of the files ([`tables`](super::tables)), so both have the same
//! columns, types and meanings. Texts go out as plain strings, which every reader of Arrow knows, and not as polars' views.

use super::contents::{Take, each};
use super::parquet::{read_frame, said_bytes, said_of};
use super::sheet::unreadable;
use super::tables::{Row, frame};
use polars::prelude::{CompatLevel, DataFrame, ParquetReader, SerReader};
use polars_arrow::array::{Array, StructArray};
use polars_arrow::datatypes::{ArrowDataType, Field, Metadata};
use polars_arrow::ffi::export_iterator;
use results::keep::Keep;
use results::rows::Tables;
use std::convert::Infallible;
use std::io::Cursor;
use std::sync::Arc;

/// What reads a table has this of it.
pub use polars_arrow::ffi::ArrowArrayStream;

/// A table in memory.
#[derive(Clone, Debug)]
pub struct ArrowTable {
    frame: DataFrame,
    columns: Vec<ColumnSaid>,
    /// Of one that was read from a file: that file.
    file: Option<Arc<Vec<u8>>>,
}

/// A column, and what is said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnSaid {
    pub name: String,
    /// `meaning`, `unit`.
    pub said: Vec<(String, String)>,
}

impl ArrowTable {
    pub fn of<R: Row>(rows: &[R], currency: &str) -> Self {
        let frame = frame(rows, currency);
        let said = |name: &str| said_of::<R>(name).into_iter().map(|(key, text)| (key.to_owned(), text)).collect();
        let names = frame.get_column_names();
        let columns =
            names.iter().map(|name| ColumnSaid { name: name.to_string(), said: said(name.as_str()) }).collect();
        Self { frame, columns, file: None }
    }

    /// A table of this program, from the bytes of its file.
    ///
    /// # Errors
    /// Says what the bytes are not.
    pub fn of_file(bytes: Vec<u8>) -> Result<Self, String> {
        let frame = read_frame(bytes.clone())?;
        let schema = ParquetReader::new(Cursor::new(&bytes[..])).schema().map_err(unreadable)?;
        let said = |field: &Field| {
            let said = field.metadata.iter().flat_map(|said| said.iter());
            said.map(|(key, text)| (key.to_string(), text.to_string())).collect()
        };
        let columns = schema.iter_values().map(|field| ColumnSaid { name: field.name.to_string(), said: said(field) });
        Ok(Self { frame, columns: columns.collect(), file: Some(Arc::new(bytes)) })
    }

    pub fn rows(&self) -> usize {
        self.frame.height()
    }

    pub fn columns(&self) -> &[ColumnSaid] {
        &self.columns
    }

    /// The bytes of its file: those that the program itself writes.
    pub fn parquet(&self) -> Vec<u8> {
        if let Some(file) = &self.file {
            return file.to_vec();
        }
        said_bytes(&self.frame, &|name| {
            let own = self.columns.iter().find(|column| column.name == name);
            own.into_iter().flat_map(|column| &column.said).map(|(key, text)| (known(key), text.clone())).collect()
        })
    }

    /// All of it, as one batch of a stream that a reader takes over and lets go of.
    pub fn stream(&self) -> ArrowArrayStream {
        let (mut fields, mut arrays): (Vec<Field>, Vec<Box<dyn Array>>) = (Vec::new(), Vec::new());
        for (column, about) in self.frame.columns().iter().zip(&self.columns) {
            let series = column.as_materialized_series().rechunk();
            let array = series.to_arrow(0, CompatLevel::oldest());
            let mut field = Field::new(about.name.as_str().into(), array.dtype().clone(), true);
            let said: Metadata =
                about.said.iter().map(|(key, text)| (key.as_str().into(), text.as_str().into())).collect();
            field.metadata = (!said.is_empty()).then(|| Arc::new(said));
            fields.push(field);
            arrays.push(array);
        }
        let dtype = ArrowDataType::Struct(fields);
        let batch = StructArray::new(dtype.clone(), self.rows(), arrays, None).boxed();
        export_iterator(Box::new(std::iter::once(Ok(batch))), Field::new("".into(), dtype, false))
    }
}

/// The keys under which something is said of a column.
fn known(key: &str) -> &'static str {
    if key == "unit" { "unit" } else { "meaning" }
}

/// Names of the tables that a run left.
pub fn names(tables: &Tables, without: Option<&Tables>, keep: Keep) -> Vec<String> {
    let mut names = Names(Vec::new());
    let Ok(()) = each(tables, without, keep, &mut names);
    names.0
}

struct Names(Vec<String>);

impl Take for Names {
    type Error = Infallible;

    fn table<R: Row>(&mut self, name: &str, _: &[R]) -> Result<(), Infallible> {
        self.0.push(name.to_owned());
        Ok(())
    }
}

/// The table of a name, if a run left one.
pub fn find(name: &str, tables: &Tables, without: Option<&Tables>, keep: Keep, currency: &str) -> Option<ArrowTable> {
    let mut find = Find { name, currency, found: None };
    let Ok(()) = each(tables, without, keep, &mut find);
    find.found
}

struct Find<'a> {
    name: &'a str,
    currency: &'a str,
    found: Option<ArrowTable>,
}

impl Take for Find<'_> {
    type Error = Infallible;

    fn table<R: Row>(&mut self, name: &str, rows: &[R]) -> Result<(), Infallible> {
        if name == self.name {
            self.found = Some(ArrowTable::of(rows, self.currency));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parquet::table_bytes;
    use polars_arrow::ffi::ArrowArrayStreamReader;
    use results::samples;

    #[test]
    fn every_table_of_a_run_is_found_by_its_name_and_is_that_of_its_file() {
        let tables = samples::tables();
        let names = names(&tables, Some(&tables), Keep::ALL);
        assert!(names.contains(&"prices_without_liquidation".to_owned()), "{names:?}");
        for name in &names {
            let table = find(name, &tables, Some(&tables), Keep::ALL, "USD").unwrap();
            let again = ArrowTable::of_file(table.parquet()).unwrap();
            assert_eq!(again.columns(), table.columns(), "{name}");
            assert_eq!((again.rows(), again.parquet()), (table.rows(), table.parquet()), "{name}");
        }
        let prices = find("prices", &tables, None, Keep::ALL, "USD").unwrap();
        assert!(prices.parquet() == table_bytes(&tables.prices, "USD"));
        assert!(find("prices", &tables, None, Keep::NOTHING, "USD").is_none());
    }

    #[test]
    #[expect(unsafe_code, reason = "the interface that is tested is one of C")]
    fn a_reader_of_arrow_finds_rows_types_and_meanings() {
        let tables = samples::tables();
        let table = ArrowTable::of(&tables.prices, "USD");
        let mut stream = Box::new(table.stream());
        // SAFETY: the stream was exported by the library that reads it.
        let (field, array) = unsafe {
            let mut reader = ArrowArrayStreamReader::try_new(&mut *stream).unwrap();
            let field = reader.field().clone();
            let array = reader.next().unwrap().unwrap();
            assert!(reader.next().is_none());
            (field, array)
        };
        assert_eq!(array.len(), 2);
        let ArrowDataType::Struct(fields) = &field.dtype else { panic!("{field:?}") };
        let mark = fields.iter().find(|field| field.name == "mark").unwrap();
        assert_eq!(mark.dtype, ArrowDataType::Float64);
        assert!(mark.metadata.as_ref().unwrap().contains_key("meaning"));
        let venue = fields.iter().find(|field| field.name == "venue").unwrap();
        assert_eq!(venue.dtype, ArrowDataType::LargeUtf8);
    }
}
