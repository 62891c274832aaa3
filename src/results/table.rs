//! What a table is, whoever writes it: its name, its columns with their kinds and meanings, and the cells of its rows.
//!
//! `#[derive(Row)]` makes a struct a row: what stands beside its fields is all that is said of its columns anywhere.

use crate::meanings::Unit;
use crate::rows::Name;
use crate::stamp::Stamp;
use std::borrow::Cow;

/// A row struct that is written as a table.
pub trait Row: Sized {
    /// File stem.
    const TABLE: &'static str;
    /// Whether the table holds money or prices and so says in which currency.
    const MONEY: bool;
    /// What a row is of.
    const ABOUT: &'static str;
    /// In the order of the fields.
    const COLUMNS: &'static [About];

    /// The cells of the column at a place in that order.
    ///
    /// # Panics
    /// When there is none.
    fn cells_of(rows: &[Self], place: usize) -> Cells<'_>;
    /// The cells of each column, in that order.
    fn cells(rows: &[Self]) -> Vec<Cells<'_>> {
        (0..Self::COLUMNS.len()).map(|place| Self::cells_of(rows, place)).collect()
    }

    /// Rows again, of columns that are taken by name and kind.
    ///
    /// # Errors
    /// What the taker says, or which column has fewer cells than the first.
    fn rows(column: Take<'_>) -> Result<Vec<Self>, String>;
}

/// Gives the column of a name, which must be of the kind.
pub type Take<'a> = &'a mut dyn FnMut(&str, Kind) -> Result<Cells<'static>, String>;

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct About {
    pub name: &'static str,
    pub kind: Kind,
    /// What stands beside its field; see [`About::meaning`].
    pub doc: &'static str,
    /// What its field says; see [`About::unit`].
    pub counts: Option<Unit>,
    /// Sentences, of which few are alike. All other texts are names and words, of which many are: files keep each once.
    pub free: bool,
}

/// The last column of a table of money.
pub const CURRENCY: About = About { name: "currency", kind: Kind::Text, doc: "", counts: None, free: false };

/// What the cells of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Count,
    Number,
    Flag,
    Text,
    Moment,
    MaybeCount,
    MaybeNumber,
    MaybeText,
    MaybeMoment,
}

impl Kind {
    /// For a reader of the table.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Number => "number",
            Self::Flag => "true or false",
            Self::Text => "text",
            Self::Moment => "moment",
            Self::MaybeCount => "count, or empty",
            Self::MaybeNumber => "number, or empty",
            Self::MaybeText => "text, or empty",
            Self::MaybeMoment => "moment, or empty",
        }
    }
}

/// The cells of one column.
#[derive(Clone, Debug, PartialEq)]
pub enum Cells<'a> {
    Counts(Vec<u32>),
    Numbers(Vec<f64>),
    Flags(Vec<bool>),
    Texts(Vec<Cow<'a, str>>),
    Moments(Vec<Stamp>),
    MaybeCounts(Vec<Option<u32>>),
    MaybeNumbers(Vec<Option<f64>>),
    MaybeTexts(Vec<Option<Cow<'a, str>>>),
    MaybeMoments(Vec<Option<Stamp>>),
}

/// What a cell can be.
pub trait Cell: Sized + 'static {
    const KIND: Kind;

    fn lent<'a>(cells: impl Iterator<Item = &'a Self>) -> Cells<'a>;

    /// # Errors
    /// What the taker says.
    fn taken(name: &str, column: Take<'_>) -> Result<Vec<Self>, String>;
}

/// A type of cell, its kind, how it is lent, and how it is owned again.
macro_rules! cell {
    ($cell:ty, $kind:ident, $cells:ident, $lent:expr, $own:expr) => {
        impl Cell for $cell {
            const KIND: Kind = Kind::$kind;

            fn lent<'a>(cells: impl Iterator<Item = &'a Self>) -> Cells<'a> {
                Cells::$cells(cells.map($lent).collect())
            }

            fn taken(name: &str, column: Take<'_>) -> Result<Vec<Self>, String> {
                match column(name, Kind::$kind)? {
                    Cells::$cells(cells) => Ok(cells.into_iter().map($own).collect()),
                    _ => Err(format!("its column `{name}` is no {}", Kind::$kind.word())),
                }
            }
        }
    };
}

cell!(u32, Count, Counts, |cell| *cell, |cell| cell);
cell!(f64, Number, Numbers, |cell| *cell, |cell| cell);
cell!(bool, Flag, Flags, |cell| *cell, |cell| cell);
cell!(Stamp, Moment, Moments, |cell| *cell, |cell| cell);
cell!(Option<Stamp>, MaybeMoment, MaybeMoments, |cell| *cell, |cell| cell);
cell!(String, Text, Texts, |cell| Cow::Borrowed(cell.as_str()), Cow::into_owned);
cell!(Cow<'static, str>, Text, Texts, |cell| Cow::Borrowed(&**cell), |cell: Cow<'static, str>| cell);
cell!(Name, Text, Texts, |cell| Cow::Borrowed(cell.as_str()), |cell| Name::from(&*cell));
cell!(Option<Name>, MaybeText, MaybeTexts, |cell| cell.as_deref().map(Cow::Borrowed), |cell| cell
    .map(|cell| Name::from(&*cell)));
cell!(Option<u32>, MaybeCount, MaybeCounts, |cell| *cell, |cell| cell);
cell!(Option<f64>, MaybeNumber, MaybeNumbers, |cell| *cell, |cell| cell);
cell!(Option<String>, MaybeText, MaybeTexts, |cell| cell.as_deref().map(Cow::Borrowed), |cell| cell
    .map(Cow::into_owned));
cell!(Option<Cow<'static, str>>, MaybeText, MaybeTexts, |cell| cell.as_deref().map(Cow::Borrowed), |cell: Option<
    Cow<'static, str>,
>| cell);

/// What columns mean that are in many tables.
const USUAL: [(&str, &str); 14] = [
    ("tick", "The tick, counted from 0."),
    ("time", "The end of the tick, by the clock of the world."),
    ("instrument", "Name of the instrument."),
    ("venue", "Name of the venue."),
    ("account", "The account: its trader's name, `@`, its lender's."),
    ("trader", "Name of the trader."),
    ("firm", "Name of the firm."),
    ("lender", "Name of the lender."),
    ("breach", "Number of the breach, from 0."),
    ("side", "`buy` or `sell`."),
    ("amount", "Money."),
    ("price", "Currency for a unit."),
    ("mark", "The price at which positions are carried, currency for a unit."),
    ("currency", "In which the table's money is."),
];

/// Numbers that are a price, by their whole name or its end.
const PRICES: [&str; 5] = ["mid", "mark", "bid", "ask", "price"];

impl About {
    /// What the column means: what stands beside its field, or what a column of this name means everywhere.
    #[must_use]
    pub fn meaning(&self) -> &'static str {
        if !self.doc.is_empty() {
            return self.doc;
        }
        if let Some((_, meaning)) = USUAL.iter().find(|(name, _)| *name == self.name) {
            return meaning;
        }
        match self.unit() {
            Some(Unit::Units) => "Units of the instrument.",
            Some(Unit::Ratio) => "A plain ratio.",
            Some(Unit::Seconds) => "Seconds.",
            Some(Unit::Moment) => "A moment, by the clock of the world.",
            _ => "",
        }
    }

    /// What the column counts in: what its field says, or by its kind and the end of its name. A number of neither is money.
    /// Nothing for texts.
    #[must_use]
    pub fn unit(&self) -> Option<Unit> {
        let of_number = || match self.name {
            name if name.ends_with("_units") => Unit::Units,
            name if name.ends_with("_ratio") => Unit::Ratio,
            name if name.ends_with("_seconds") => Unit::Seconds,
            name if PRICES.contains(&name) || name.ends_with("_price") => Unit::Price,
            _ => Unit::Money,
        };
        self.counts.or_else(|| match self.kind {
            Kind::Count | Kind::MaybeCount => Some(Unit::Count),
            Kind::Number | Kind::MaybeNumber => Some(of_number()),
            Kind::Flag => Some(Unit::Flag),
            Kind::Moment | Kind::MaybeMoment => Some(Unit::Moment),
            Kind::Text | Kind::MaybeText => None,
        })
    }
}
