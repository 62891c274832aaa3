//! Columns of one length, as Arrow has them: what a table's file is made of, and what it is read into.

use indexmap::IndexSet;
use polars_arrow::array::{Array, BooleanArray, DictionaryArray, PrimitiveArray, Utf8ViewArray};
use polars_arrow::datatypes::{ArrowDataType, ArrowSchema, Field, IntegerType, TimeUnit};
use polars_arrow::types::NativeType;
use polars_compute::cast::{CastOptionsImpl, cast};

/// By the clock of the world, without a zone.
pub(super) const MOMENT: ArrowDataType = ArrowDataType::Timestamp(TimeUnit::Microsecond, None);

/// A column: its name, and an array of its cells.
#[derive(Clone, Debug)]
pub(super) struct Series {
    pub name: String,
    pub cells: Box<dyn Array>,
}

/// Columns of one length.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    rows: usize,
    columns: Vec<Series>,
}

impl Frame {
    /// # Panics
    /// When columns differ in length or share a name.
    pub fn new(rows: usize, columns: Vec<Series>) -> Self {
        assert!(columns.iter().all(|column| column.cells.len() == rows), "columns of one table have one length");
        let frame = Self { rows, columns };
        assert_eq!(frame.schema().len(), frame.columns.len(), "columns of one table have distinct names");
        frame
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    pub fn columns(&self) -> &[Series] {
        &self.columns
    }

    pub fn column(&self, name: &str) -> Option<&dyn Array> {
        self.columns.iter().find(|column| column.name == name).map(|column| &*column.cells)
    }

    /// What its columns are; a dictionary is what it is of.
    pub fn schema(&self) -> ArrowSchema {
        self.columns.iter().map(|column| field(&column.name, value(column.cells.dtype()).clone())).collect()
    }
}

/// A column of a schema, any cell of which may be empty.
pub(super) fn field(name: &str, dtype: ArrowDataType) -> Field {
    Field::new(name.into(), dtype, true)
}

fn value(dtype: &ArrowDataType) -> &ArrowDataType {
    match dtype {
        ArrowDataType::Dictionary(_, of, _) => of,
        own => own,
    }
}

/// Numbers, counts, seeds: all there.
pub(super) fn plain<T: NativeType>(cells: Vec<T>) -> Box<dyn Array> {
    PrimitiveArray::from_vec(cells).boxed()
}

/// Numbers, counts, seeds, some of them empty.
pub(super) fn gapped<T: NativeType>(cells: Vec<Option<T>>) -> Box<dyn Array> {
    PrimitiveArray::from_iter(cells).boxed()
}

/// Microseconds since 1970, all there.
pub(super) fn moments(micros: Vec<i64>) -> Box<dyn Array> {
    PrimitiveArray::from_vec(micros).to(MOMENT).boxed()
}

/// Microseconds since 1970, some of them empty.
pub(super) fn gapped_moments(micros: Vec<Option<i64>>) -> Box<dyn Array> {
    PrimitiveArray::from_iter(micros).to(MOMENT).boxed()
}

pub(super) fn flags(cells: impl Iterator<Item = Option<bool>>) -> Box<dyn Array> {
    BooleanArray::from_iter(cells).boxed()
}

/// Texts of which few are alike.
pub(super) fn sentences<'a>(cells: impl Iterator<Item = Option<&'a str>>) -> Box<dyn Array> {
    Utf8ViewArray::from_slice(cells.collect::<Vec<_>>()).boxed()
}

/// Texts of which many are alike: each once, in the order in which they come, and its number in each cell. A writer that is given
/// this need not look for what is alike itself.
pub(super) fn words<'a>(cells: impl Iterator<Item = Option<&'a str>>) -> Box<dyn Array> {
    let (keys, known) = numbered(cells);
    let keys: PrimitiveArray<u32> = keys.into_iter().collect();
    let words = Utf8ViewArray::from_slice_values(known).boxed();
    let dtype = ArrowDataType::Dictionary(IntegerType::UInt32, Box::new(ArrowDataType::Utf8View), false);
    DictionaryArray::try_new(dtype, keys, words).expect("each key is the number of a word").boxed()
}

/// The number of each cell's word, and the words.
pub(super) fn numbered<'a>(cells: impl Iterator<Item = Option<&'a str>>) -> (Vec<Option<u32>>, Vec<&'a str>) {
    let mut known: IndexSet<&str, foldhash::fast::FixedState> = IndexSet::default();
    let keys = cells.map(|cell| cell.map(|word| known.insert_full(word).0 as u32)).collect();
    (keys, known.into_iter().collect())
}

/// The cells of a column of texts, or of words; nothing where it is of another kind.
pub(super) fn texts(cells: &dyn Array) -> Option<Vec<Option<&str>>> {
    if let Some(words) = cells.as_any().downcast_ref::<DictionaryArray<u32>>() {
        let known = words.values().as_any().downcast_ref::<Utf8ViewArray>()?;
        return Some(words.keys_iter().map(|key| key.map(|key| known.value(key))).collect());
    }
    Some(cells.as_any().downcast_ref::<Utf8ViewArray>()?.iter().collect())
}

/// The cells of a column of one kind of number, or of flags; nothing where it is of another.
pub(super) fn natives<T: NativeType>(cells: &dyn Array) -> Option<Vec<Option<T>>> {
    Some(cells.as_any().downcast_ref::<PrimitiveArray<T>>()?.iter().map(Option::<&T>::copied).collect())
}

pub(super) fn bools(cells: &dyn Array) -> Option<Vec<Option<bool>>> {
    Some(cells.as_any().downcast_ref::<BooleanArray>()?.iter().collect())
}

/// The cells of a column of any kind of number, or of flags (0 and 1), as numbers; nothing where it is of another kind.
pub(super) fn numbers(cells: &dyn Array) -> Option<Vec<Option<f64>>> {
    use ArrowDataType::{Boolean, Float16, Float32, Float64};
    let dtype = cells.dtype();
    if !(is_whole(dtype) || matches!(dtype, Boolean | Float16 | Float32 | Float64)) {
        return None;
    }
    natives(&*cast(cells, &Float64, CastOptionsImpl::unchecked()).ok()?)
}

pub(super) fn is_whole(dtype: &ArrowDataType) -> bool {
    use ArrowDataType::{Int8, Int16, Int32, Int64, UInt8, UInt16, UInt32, UInt64};
    matches!(dtype, Int8 | Int16 | Int32 | Int64 | UInt8 | UInt16 | UInt32 | UInt64)
}
