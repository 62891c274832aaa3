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
    dictionary(keys, &known)
}

fn dictionary(keys: Vec<Option<u32>>, words: &[&str]) -> Box<dyn Array> {
    let keys: PrimitiveArray<u32> = keys.into_iter().collect();
    let words = Utf8ViewArray::from_slice_values(words).boxed();
    let dtype = ArrowDataType::Dictionary(IntegerType::UInt32, Box::new(ArrowDataType::Utf8View), false);
    DictionaryArray::try_new(dtype, keys, words).expect("each key is the number of a word").boxed()
}

/// A part of a column of words with the words that occur in it, and no others, in the order in which they come; nothing where
/// the column is none of words.
pub(super) fn own_words(cells: &dyn Array) -> Option<Box<dyn Array>> {
    let cells = cells.as_any().downcast_ref::<DictionaryArray<u32>>()?;
    let known = cells.values().as_any().downcast_ref::<Utf8ViewArray>()?;
    let mut numbers: Vec<Option<u32>> = vec![None; known.len()];
    let mut own: Vec<&str> = Vec::new();
    let keys = cells.keys_iter().map(|key| {
        key.map(|key| {
            *numbers[key].get_or_insert_with(|| {
                own.push(known.value(key));
                own.len() as u32 - 1
            })
        })
    });
    let keys: Vec<Option<u32>> = keys.collect();
    Some(dictionary(keys, &own))
}

/// The number of each cell's word, and the words.
pub(super) fn numbered<'a>(cells: impl Iterator<Item = Option<&'a str>>) -> (Vec<Option<u32>>, Vec<&'a str>) {
    let mut known: IndexSet<&str, foldhash::fast::FixedState> = IndexSet::default();
    let mut lately = [(NOTHING, 0_u32); LATELY];
    let mut number = |word: &'a str| {
        let mark = mark(word);
        let own = &mut lately[place(mark)];
        if own.0 != mark {
            *own = (mark, known.insert_full(word).0 as u32);
        }
        own.1
    };
    let keys = cells.map(|cell| cell.map(&mut number)).collect();
    (keys, known.into_iter().collect())
}

/// Words whose number is known without looking for them.
const LATELY: usize = 1 << 10;
/// No word's mark: such a length has none.
const NOTHING: u128 = 0xfe << 120;

/// What tells a word from all others that stand in memory at the same time: its letters, or where they stand if they are many.
/// Rows share the letters of their names, so that one name is mostly found in one place.
fn mark(word: &str) -> u128 {
    let (length, letters) = (word.len(), word.as_bytes());
    let mut bytes = [0; 16];
    match bytes.get_mut(..length).filter(|_| length < 16) {
        Some(own) => {
            own.copy_from_slice(letters);
            bytes[15] = length as u8;
        }
        None => {
            bytes[..8].copy_from_slice(&(letters.as_ptr() as usize as u64).to_le_bytes());
            bytes[8..15].copy_from_slice(&(length as u64).to_le_bytes()[..7]);
            bytes[15] = 0xff;
        }
    }
    u128::from_le_bytes(bytes)
}

fn place(mark: u128) -> usize {
    // Of a product the upper bits depend on all of both factors' (Knuth, The Art of Computer Programming, 6.4).
    let folded = (mark as u64 ^ (mark >> 64) as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (folded >> (64 - LATELY.ilog2())) as usize
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Short and long, in one place and in many, more of them than are known lately, and some of them empty.
    #[test]
    fn words_are_numbered_as_they_come_wherever_their_letters_stand() {
        let names: Vec<String> =
            (0..3_000).map(|n| format!("{}{n}", if n % 2 == 0 { "" } else { "of-a-long-name-" })).collect();
        let mut cells: Vec<Option<&str>> = Vec::new();
        let copies = names.clone();
        for turn in 0..6_000_usize {
            let from = if turn % 3 == 0 { &names } else { &copies };
            cells.push((turn % 7 > 0).then(|| from[turn * 37 % 3_000].as_str()));
            cells.push(Some(["", "a", "0123456789abcde", "0123456789abcdef"][turn % 4]));
        }
        let (keys, words) = numbered(cells.iter().copied());
        let mut naive: Vec<&str> = Vec::new();
        for (cell, key) in cells.iter().zip(&keys) {
            let Some(cell) = cell else {
                assert_eq!(*key, None);
                continue;
            };
            let own = naive.iter().position(|word| word == cell).unwrap_or_else(|| {
                naive.push(cell);
                naive.len() - 1
            });
            assert_eq!(*key, Some(own as u32), "{cell}");
        }
        assert_eq!(words, naive);
    }
}
