//! A table as Arrow hands it from one program to another in memory, by its C stream interface: nothing is written as text or to a
//! disk on the way.
//!
//! It is made by the functions that make the files ([`tables`](super::tables), [`parquet`](super::parquet)), so both have the same
//! columns, types, units, meanings and notes. Texts go out as plain strings, which every reader of Arrow knows, and not as
//! polars' views; names and words as dictionaries.

use super::contents::{Take, each, origin_of};
use super::frame::{Frame, numbered, texts};
use super::parquet::{Origin, Said, said_of, written};
use super::reading::{Reading, survived, unreadable};
use super::tables::{Row, frame};
use polars_arrow::array::{Array, DictionaryArray, PrimitiveArray, StructArray, Utf8Array};
use polars_arrow::datatypes::{ArrowDataType, Field, Metadata};
use polars_arrow::ffi::export_iterator;
use results::keep::Keep;
use results::rows::Tables;
use std::convert::Infallible;
use std::sync::Arc;

/// What reads a table has this of it.
pub use polars_arrow::ffi::ArrowArrayStream;

/// A table in memory.
#[derive(Clone, Debug)]
pub struct ArrowTable {
    frame: Frame,
    columns: Vec<(String, Said)>,
    notes: Vec<(String, String)>,
    /// Of one that was read from a file: that file.
    file: Option<Arc<Vec<u8>>>,
}

impl ArrowTable {
    pub fn of<R: Row>(rows: &[R], origin: &Origin) -> Self {
        let frame = frame(rows, &origin.currency);
        let names = frame.columns().iter().map(|column| &column.name);
        let columns = names.map(|name| (name.clone(), said_of::<R>(name, &origin.currency))).collect();
        Self { frame, columns, notes: vec![origin.note::<R>()], file: None }
    }

    /// A table of this program, from the bytes of its file.
    ///
    /// # Errors
    /// Says what the bytes are not.
    pub fn of_file(bytes: Vec<u8>) -> Result<Self, String> {
        survived(|| Self::read(bytes))
    }

    fn read(bytes: Vec<u8>) -> Result<Self, String> {
        let reading = Reading::of(bytes.clone()).map_err(unreadable)?;
        let columns = reading.told.iter_values().map(|field| (field.name.to_string(), said(field))).collect();
        let notes = reading.notes.iter().filter(|(key, _)| !key.starts_with("ARROW:")).cloned().collect();
        let frame = reading.all().map_err(unreadable)?;
        Ok(Self { frame, columns, notes, file: Some(Arc::new(bytes)) })
    }

    pub fn rows(&self) -> usize {
        self.frame.rows()
    }

    /// Names of the columns, in order.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|(name, _)| name.as_str())
    }

    /// The `unit` or `meaning` of a column: empty where nothing is said, nothing where there is no such column.
    pub fn said(&self, column: &str, key: &str) -> Option<&str> {
        let (_, said) = self.columns.iter().find(|(name, _)| name == column)?;
        Some(said.of.iter().find(|(own, _)| *own == key).map_or("", |(_, text)| text))
    }

    /// What its file says of it, by key.
    pub fn notes(&self) -> &[(String, String)] {
        &self.notes
    }

    /// The bytes of its file: those that the program itself writes.
    pub fn parquet(&self) -> Vec<u8> {
        if let Some(file) = &self.file {
            return file.to_vec();
        }
        let said = |name: &str| {
            let own = self.columns.iter().find(|(own, _)| own == name);
            own.map(|(_, said)| said.clone()).unwrap_or_default()
        };
        written(&self.frame, &said, self.notes.clone())
    }

    /// All of it, as one batch of a stream that a reader takes over and lets go of.
    pub fn stream(&self) -> ArrowArrayStream {
        let (mut fields, mut arrays): (Vec<Field>, Vec<Box<dyn Array>>) = (Vec::new(), Vec::new());
        for (column, (name, about)) in self.frame.columns().iter().zip(&self.columns) {
            let array = match texts(&*column.cells) {
                Some(cells) if about.words => dictionary(cells),
                Some(cells) => Utf8Array::<i64>::from(cells).boxed(),
                None => column.cells.clone(),
            };
            let mut field = Field::new(name.as_str().into(), array.dtype().clone(), true);
            field.metadata = metadata(about.of.iter().map(|(key, text)| (*key, text.as_str())));
            fields.push(field);
            arrays.push(array);
        }
        let dtype = ArrowDataType::Struct(fields);
        let batch = StructArray::new(dtype.clone(), self.rows(), arrays, None).boxed();
        let mut whole = Field::new("".into(), dtype, false);
        whole.metadata = metadata(self.notes.iter().map(|(key, text)| (key.as_str(), text.as_str())));
        export_iterator(Box::new(std::iter::once(Ok(batch))), whole)
    }
}

fn metadata<'a>(said: impl Iterator<Item = (&'a str, &'a str)>) -> Option<Arc<Metadata>> {
    let said: Metadata = said.map(|(key, text)| (key.into(), text.into())).collect();
    (!said.is_empty()).then(|| Arc::new(said))
}

/// What a field of this program's schema says.
fn said(field: &Field) -> Said {
    let words = matches!(field.dtype, ArrowDataType::Dictionary(..));
    let text = |key: &'static str| {
        let said = field.metadata.iter().find_map(|said| said.get(key));
        said.map(|text| (key, text.to_string()))
    };
    Said { words, of: ["unit", "meaning"].into_iter().filter_map(text).collect() }
}

/// As every reader of Arrow knows it.
fn dictionary(cells: Vec<Option<&str>>) -> Box<dyn Array> {
    let (keys, words) = numbered(cells.into_iter());
    let keys: PrimitiveArray<i32> = keys.into_iter().map(|key| key.map(|key| key as i32)).collect();
    let words = Utf8Array::<i32>::from_slice(&words).boxed();
    DictionaryArray::try_from_keys(keys, words, false).expect("each key is the number of a word").boxed()
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
pub fn find(name: &str, tables: &Tables, without: Option<&Tables>, keep: Keep, origin: &Origin) -> Option<ArrowTable> {
    let mut find = Find { name, origin, found: None };
    let Ok(()) = each(tables, without, keep, &mut find);
    find.found
}

struct Find<'a> {
    name: &'a str,
    origin: &'a Origin,
    found: Option<ArrowTable>,
}

impl Take for Find<'_> {
    type Error = Infallible;

    fn table<R: Row>(&mut self, name: &str, rows: &[R]) -> Result<(), Infallible> {
        if name == self.name {
            self.found = Some(ArrowTable::of(rows, &origin_of(name, self.origin)));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parquet::table_bytes;
    use polars_arrow::datatypes::TimeUnit;
    use polars_arrow::ffi::ArrowArrayStreamReader;
    use results::samples;

    fn usd() -> Origin {
        Origin { currency: "USD".into(), liquidation: true, seed: Some(7), ..Origin::default() }
    }

    #[test]
    fn every_table_of_a_run_is_found_by_its_name_and_is_that_of_its_file() {
        let tables = samples::tables();
        let names = names(&tables, Some(&tables), Keep::ALL);
        assert!(names.contains(&"prices_without_liquidation".to_owned()), "{names:?}");
        for name in &names {
            let table = find(name, &tables, Some(&tables), Keep::ALL, &usd()).unwrap();
            let again = ArrowTable::of_file(table.parquet()).unwrap();
            assert_eq!((again.rows(), again.parquet()), (table.rows(), table.parquet()), "{name}");
            assert_eq!(again.notes(), table.notes(), "{name}");
            for (one, other) in again.columns.iter().zip(&table.columns) {
                assert_eq!((&one.0, &one.1.of), (&other.0, &other.1.of), "{name}");
            }
        }
        let prices = find("prices", &tables, None, Keep::ALL, &usd()).unwrap();
        assert!(prices.parquet() == table_bytes(&tables.prices, &usd()));
        assert!(prices.notes()[0].1.contains("\"liquidation\":true"), "{:?}", prices.notes());
        let without = find("prices_without_liquidation", &tables, Some(&tables), Keep::ALL, &usd()).unwrap();
        assert!(without.notes()[0].1.contains("\"liquidation\":false"), "{:?}", without.notes());
        assert!(find("prices", &tables, None, Keep::NOTHING, &usd()).is_none());
    }

    #[test]
    #[expect(unsafe_code, reason = "the interface that is tested is one of C")]
    fn a_reader_of_arrow_finds_rows_types_and_meanings() {
        let tables = samples::tables();
        let table = ArrowTable::of(&tables.prices, &usd());
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
        assert!(field.metadata.as_ref().unwrap()["firesale"].contains("\"seed\":7"));
        let ArrowDataType::Struct(fields) = &field.dtype else { panic!("{field:?}") };
        let of = |name: &str| fields.iter().find(|field| field.name == name).unwrap();
        assert_eq!(of("mark").dtype, ArrowDataType::Float64);
        assert_eq!(of("mark").metadata.as_ref().unwrap()["unit"].as_str(), "USD a unit");
        assert_eq!(of("time").dtype, ArrowDataType::Timestamp(TimeUnit::Microsecond, None));
        let ArrowDataType::Dictionary(_, words, _) = &of("venue").dtype else { panic!("{:?}", of("venue")) };
        assert_eq!(**words, ArrowDataType::Utf8);
    }
}
