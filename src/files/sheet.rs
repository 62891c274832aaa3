//! A table of plain columns, for whoever has no fixed rows (a sweep, a probe), and tables of somebody else's.
//!
//! What a stranger's file holds is judged by its schema before anything is unpacked: a few bytes can stand for many rows, and
//! a column that nobody asked for for many bytes. What its pages say of themselves is held
//! against its columns (`pages`), and a panic of the reader on a damaged file is caught. Known limit: a footer damaged just
//! so may still make the reader ask for more memory than there is, which ends the program.

use super::frame::{Frame, Series, flags, gapped, is_whole, natives, numbers, plain, sentences, texts, words};
use super::pages;
use super::parquet::{Said, frame_bytes, written};
use super::reading::{Reading, survived, unreadable};
use polars_arrow::array::Array;
use polars_arrow::datatypes::{ArrowDataType, TimeUnit};
use results::stamp::Stamp;

/// The cells of a column, all of one kind.
#[derive(Clone, Debug, PartialEq)]
pub enum Cells {
    Texts(Vec<Option<String>>),
    Numbers(Vec<Option<f64>>),
    Counts(Vec<Option<i64>>),
    Seeds(Vec<u64>),
    Ticks(Vec<u32>),
    Flags(Vec<Option<bool>>),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    pub name: String,
    pub cells: Cells,
}

impl Column {
    pub fn new(name: impl Into<String>, cells: Cells) -> Self {
        Self { name: name.into(), cells }
    }

    /// Texts that are all there.
    pub fn texts<T: Into<String>>(name: &str, texts: impl Iterator<Item = T>) -> Self {
        Self::new(name, Cells::Texts(texts.map(|text| Some(text.into())).collect()))
    }

    /// Numbers that are all there.
    pub fn numbers(name: &str, numbers: impl Iterator<Item = f64>) -> Self {
        Self::new(name, Cells::Numbers(numbers.map(Some).collect()))
    }

    /// `alike` where many of its texts are.
    fn series(self, alike: bool) -> Series {
        Series { name: self.name, cells: self.cells.array(alike) }
    }
}

impl Cells {
    /// `alike` where many of its texts are.
    pub(super) fn array(self, alike: bool) -> Box<dyn Array> {
        match self {
            Self::Texts(cells) if alike => words(cells.iter().map(Option::as_deref)),
            Self::Texts(cells) => sentences(cells.iter().map(Option::as_deref)),
            Self::Numbers(cells) => gapped(cells),
            Self::Counts(cells) => gapped(cells),
            Self::Seeds(cells) => plain(cells),
            Self::Ticks(cells) => plain(cells),
            Self::Flags(cells) => flags(cells.into_iter()),
        }
    }
}

/// The bytes of the file of a table.
///
/// # Panics
/// When columns differ in length or share a name.
pub fn bytes(rows: usize, columns: Vec<Column>) -> Vec<u8> {
    frame_bytes(&Frame::new(rows, columns.into_iter().map(|column| column.series(false)).collect()))
}

/// A column, and what its file says of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    pub column: Column,
    /// Nothing for what counts in none.
    pub unit: String,
    /// One sentence.
    pub meaning: &'static str,
}

/// The bytes of the file of a table whose columns say their units and meanings, as those of a run do.
///
/// # Panics
/// When columns differ in length or share a name.
pub fn told_bytes(rows: usize, columns: Vec<Told>) -> Vec<u8> {
    let (mut plain, mut told) = (Vec::new(), Vec::new());
    for Told { column, unit, meaning } in columns {
        let of = [("unit", unit), ("meaning", meaning.to_owned())];
        let of = of.into_iter().filter(|(_, text)| !text.is_empty()).collect();
        told.push((column.name.clone(), Said { words: true, of }));
        plain.push(column.series(true));
    }
    let said = |name: &str| told.iter().find(|(own, _)| own == name).map(|(_, said)| said.clone()).unwrap_or_default();
    written(&Frame::new(rows, plain), &said, vec![])
}

/// What the wanted columns of a stranger's file may come to, as their pages have it and as they are copied: a few kilobytes can
/// stand for one text of a megabyte five million times.
const MOST_UNPACKED: u64 = 512 << 20;

/// What is wanted of a column of somebody else's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    Text,
    Number,
}

/// How many rows there are, and the names of all columns. Nothing is unpacked.
///
/// # Errors
/// Says what the bytes are not.
pub fn shape(bytes: &[u8]) -> Result<(usize, Vec<String>), String> {
    whole(bytes)?;
    survived(|| {
        let reading = Reading::of(bytes.to_vec()).map_err(unreadable)?;
        Ok((reading.rows(), reading.schema.iter_names().map(ToString::to_string).collect()))
    })
}

/// The wanted columns, in the order asked for: texts, and moments without a zone in ISO 8601, as [`Cells::Texts`], numbers of any kind as [`Cells::Numbers`].
///
/// # Errors
/// Says what the bytes are not, or which column is of another type.
pub fn read(bytes: &[u8], wanted: &[(&str, Wanted)]) -> Result<Vec<Cells>, String> {
    whole(bytes)?;
    survived(|| {
        let reading = Reading::of(bytes.to_vec()).map_err(unreadable)?;
        for (name, wanted) in wanted {
            let fits = match (wanted, reading.schema.get(name).map(|field| &field.dtype)) {
                (Wanted::Text, Some(ArrowDataType::Utf8View | ArrowDataType::Timestamp(_, None))) => true,
                (Wanted::Number, Some(kind)) => is_number(kind),
                _ => false,
            };
            if !fits {
                return Err(format!("its column `{name}` is of another type"));
            }
        }
        let mut unpacked = 0_u64;
        for (name, _) in wanted {
            let groups = reading.metadata.row_groups.iter();
            for column in groups.filter_map(|group| group.columns_under_root_iter(name)).flatten() {
                unpacked =
                    unpacked.saturating_add(pages::unpacked(&reading, column, MOST_UNPACKED).map_err(unreadable)?);
                if unpacked > MOST_UNPACKED {
                    return Err(too_large());
                }
            }
        }
        wanted.iter().map(|(name, wanted)| cells(&*reading.column(name).map_err(unreadable)?, *wanted)).collect()
    })
}

fn is_number(kind: &ArrowDataType) -> bool {
    is_whole(kind) || matches!(kind, ArrowDataType::Float16 | ArrowDataType::Float32 | ArrowDataType::Float64)
}

fn cells(column: &dyn Array, wanted: Wanted) -> Result<Cells, String> {
    let other = || unreadable("a column is of another type than its schema says");
    Ok(match (wanted, column.dtype()) {
        (Wanted::Text, ArrowDataType::Timestamp(unit, _)) => {
            let a_second = match unit {
                TimeUnit::Second => 1,
                TimeUnit::Millisecond => 1_000,
                TimeUnit::Microsecond => 1_000_000,
                TimeUnit::Nanosecond => 1_000_000_000,
            };
            let text = |moment: i64| Stamp::of(moment.div_euclid(a_second)).to_string();
            let moments = natives::<i64>(column).ok_or_else(other)?;
            Cells::Texts(moments.into_iter().map(|cell| cell.map(text)).collect())
        }
        (Wanted::Text, _) => {
            let texts = texts(column).ok_or_else(other)?;
            // Their lengths before their letters.
            let bytes = texts.iter().flatten().map(|text| text.len() as u64).fold(0, u64::saturating_add);
            if bytes > MOST_UNPACKED {
                return Err(too_large());
            }
            Cells::Texts(texts.into_iter().map(|text| text.map(str::to_owned)).collect())
        }
        (Wanted::Number, _) => Cells::Numbers(numbers(column).ok_or_else(other)?),
    })
}

fn too_large() -> String {
    format!("its columns are larger than {} MiB when they are unpacked", MOST_UNPACKED >> 20)
}

fn whole(bytes: &[u8]) -> Result<(), String> {
    let whole = bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1") && bytes.len() >= 12;
    if whole { Ok(()) } else { Err("it is not a whole Parquet file".into()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arrow::ArrowTable;

    fn sheet() -> Vec<u8> {
        let columns = vec![
            Column::texts("time", ["a", "b"].into_iter()),
            Column::numbers("price", [1.5, -2.0].into_iter()),
            Column::new("count", Cells::Counts(vec![Some(3), None])),
            Column::new("flag", Cells::Flags(vec![None, Some(true)])),
        ];
        bytes(2, columns)
    }

    #[test]
    fn what_is_asked_for_comes_back_and_the_rest_is_not_unpacked() {
        let sheet = sheet();
        assert_eq!(shape(&sheet).unwrap(), (2, ["time", "price", "count", "flag"].map(str::to_owned).to_vec()));
        let cells = read(&sheet, &[("count", Wanted::Number), ("time", Wanted::Text)]).unwrap();
        assert_eq!(cells[0], Cells::Numbers(vec![Some(3.0), None]));
        assert_eq!(cells[1], Cells::Texts(vec![Some("a".into()), Some("b".into())]));
    }

    #[test]
    fn a_told_table_says_units_and_meanings_and_reads_as_any_other() {
        let price = Column::numbers("price", [1.5, -2.0].into_iter());
        let way = Column::texts("way", ["buy", "sell"].into_iter());
        let columns = vec![
            Told { column: price, unit: "USD a unit".to_owned(), meaning: "Of the next trade." },
            Told { column: way, unit: String::new(), meaning: "Which way." },
        ];
        let bytes = told_bytes(2, columns);
        assert_eq!(read(&bytes, &[("price", Wanted::Number)]).unwrap()[0], Cells::Numbers(vec![Some(1.5), Some(-2.0)]));
        let table = ArrowTable::of_file(bytes).unwrap();
        let of = |name: &str, key: &str| table.said(name, key);
        assert_eq!(of("price", "unit"), Some("USD a unit"));
        assert_eq!((of("way", "unit"), of("way", "meaning")), (Some(""), Some("Which way.")));
    }

    #[test]
    fn a_column_of_another_type_is_refused_by_the_schema() {
        for (name, wanted) in
            [("price", Wanted::Text), ("time", Wanted::Number), ("flag", Wanted::Number), ("no", Wanted::Text)]
        {
            assert_eq!(
                read(&sheet(), &[(name, wanted)]).unwrap_err(),
                format!("its column `{name}` is of another type")
            );
        }
    }

    #[test]
    fn a_table_of_a_run_gives_its_moments_as_texts_and_its_words_too() {
        let prices = results::samples::tables().prices;
        let bytes = crate::parquet::table_bytes(&prices, &crate::parquet::Origin::default());
        let cells = read(&bytes, &[("time", Wanted::Text), ("instrument", Wanted::Text)]).unwrap();
        let texts = |of: &dyn Fn(&results::rows::PriceRow) -> String| {
            Cells::Texts(prices.iter().map(|row| Some(of(row))).collect())
        };
        assert_eq!(cells, [texts(&|row| row.time.to_string()), texts(&|row| row.instrument.to_string())]);
    }

    /// Some kilobytes that stand for twenty gigabytes.
    #[test]
    fn one_long_text_very_many_times_is_refused_by_its_length() {
        let rows = 1_000;
        let long = "x".repeat(1 << 20);
        let time = Series { name: "time".into(), cells: words(std::iter::repeat_n(Some(&*long), rows)) };
        let price = Series { name: "price".into(), cells: plain(vec![1.0; rows]) };
        let bytes = frame_bytes(&Frame::new(rows, vec![time, price]));
        assert!(bytes.len() < 1 << 20, "{} bytes", bytes.len());
        assert_eq!(read(&bytes, &[("time", Wanted::Text)]), Err(too_large()));
        assert!(read(&bytes, &[("price", Wanted::Number)]).is_ok());
    }

    /// A file as it may arrive: a few of its bytes are others.
    #[test]
    fn a_damaged_file_is_an_error_or_read_and_never_a_fault() {
        let sheet = sheet();
        ground::fault::install_hook();
        for at in (4..sheet.len() - 8).step_by(3) {
            let mut damaged = sheet.clone();
            damaged[at] ^= 0x15;
            let _ = shape(&damaged);
            let _ = read(&damaged, &[("time", Wanted::Text), ("price", Wanted::Number)]);
        }
        // A table of our own is a stranger's once it was on a disk.
        let table = crate::parquet::table_bytes(&results::samples::tables().prices, &crate::parquet::Origin::default());
        for at in (4..table.len() - 8).step_by(3) {
            let mut damaged = table.clone();
            damaged[at] ^= 0x15;
            let _ = ArrowTable::of_file(damaged.clone());
            let _ = crate::parquet::read_table::<results::rows::PriceRow>(damaged);
        }
    }

    #[test]
    fn what_is_no_whole_file_or_breaks_its_reader_is_an_error() {
        assert!(shape(b"PAR1").is_err());
        let mut torn = sheet();
        let end = torn.len();
        torn.drain(end / 2..end - 4);
        assert!(shape(&torn).is_err() && read(&torn, &[("time", Wanted::Text)]).is_err());
        assert_eq!(
            survived(|| -> Result<(), String> { panic!("inside") }).unwrap_err(),
            unreadable("its reader broke off")
        );
    }
}
