//! The tables of a run, one by one: the one list of which there are, under which name, and when each is left out.

use super::finished::PRICES_WITHOUT;
use super::folder::{FolderError, Staging};
use super::parquet::{Key, Origin, part_bytes, table_bytes};
use super::tables::Row;
use results::keep::Keep;
use results::rows::Tables;

/// Takes the tables of a run.
pub trait Take {
    type Error;

    /// A table by its name, which is the stem of its file.
    ///
    /// # Errors
    /// What the taker says.
    fn table<R: Row>(&mut self, name: &str, rows: &[R]) -> Result<(), Self::Error>;

    /// # Errors
    /// As [`Take::table`].
    fn table_if<R: Row>(&mut self, kept: bool, rows: &[R]) -> Result<(), Self::Error> {
        if kept { self.table(R::TABLE, rows) } else { Ok(()) }
    }
}

/// Hands over every table that was kept; the small ones always. `without` are the tables of the same seed with forced selling
/// off, of which the prices stay.
///
/// # Errors
/// What the taker says.
pub fn each<T: Take>(tables: &Tables, without: Option<&Tables>, keep: Keep, take: &mut T) -> Result<(), T::Error> {
    take.table_if(keep.prices, &tables.prices)?;
    take.table_if(keep.trades, &tables.trades)?;
    take.table_if(keep.accounts, &tables.accounts)?;
    take.table_if(keep.firms, &tables.firms)?;
    take.table_if(!tables.populations.is_empty(), &tables.populations)?;
    take.table_if(keep.lenders, &tables.lenders)?;
    take.table_if(keep.refusals, &tables.refusals)?;
    take.table_if(true, &tables.calls)?;
    take.table_if(true, &tables.liquidations)?;
    take.table_if(true, &tables.auctions)?;
    take.table_if(true, &tables.waterfall)?;
    take.table_if(keep.lenders, &tables.funds)?;
    take.table_if(true, &tables.claims)?;
    take.table_if(!tables.treasury.is_empty(), &tables.treasury)?;
    take.table_if(keep.cascade, &tables.cascade)?;
    take.table_if(true, &tables.halts)?;
    take.table_if(true, &tables.events)?;
    take.table_if(!tables.study.is_empty(), &tables.study)?;
    take.table_if(!tables.rounds.is_empty(), &tables.rounds)?;
    take.table_if(!tables.pegs.is_empty(), &tables.pegs)?;
    take.table_if(!tables.pools.is_empty(), &tables.pools)?;
    take.table_if(!tables.deposits.is_empty(), &tables.deposits)?;
    match without {
        Some(without) if keep.prices => take.table(PRICES_WITHOUT, &without.prices),
        _ => Ok(()),
    }
}

/// Writes them into a folder in the making. `origin` goes into each file.
///
/// # Errors
/// When the disk is full or the folder has gone.
pub fn write_tables(
    staging: &mut Staging,
    tables: &Tables,
    without: Option<&Tables>,
    keep: Keep,
    origin: &Origin,
) -> Result<(), FolderError> {
    each(tables, without, keep, &mut Writer { staging, origin })
}

/// Of which run a table is: that of one without forced selling says so.
pub fn origin_of(name: &str, origin: &Origin) -> Origin {
    Origin { liquidation: origin.liquidation && name != PRICES_WITHOUT, ..origin.clone() }
}

/// The tables that were kept of one run among many, as the bytes of their files, by name; its keys stand in front of each row.
/// `without` are the prices of the same seed with forced selling off.
pub fn series(
    tables: &Tables,
    without: Option<&Tables>,
    keep: Keep,
    origin: &Origin,
    keys: &[(String, Key)],
) -> Vec<(&'static str, Vec<u8>)> {
    fn one<R: Row>(rows: &[R], origin: &Origin, keys: &[(String, Key)]) -> (&'static str, Vec<u8>) {
        (R::TABLE, part_bytes(rows, origin, keys))
    }
    let mut all: Vec<(&'static str, Vec<u8>)> = [
        keep.prices.then(|| one(&tables.prices, origin, keys)),
        keep.trades.then(|| one(&tables.trades, origin, keys)),
        keep.accounts.then(|| one(&tables.accounts, origin, keys)),
        keep.firms.then(|| one(&tables.firms, origin, keys)),
        keep.lenders.then(|| one(&tables.lenders, origin, keys)),
        keep.refusals.then(|| one(&tables.refusals, origin, keys)),
        keep.cascade.then(|| one(&tables.cascade, origin, keys)),
    ]
    .into_iter()
    .flatten()
    .collect();
    if let Some(without) = without.filter(|_| keep.prices) {
        let origin = Origin { liquidation: false, ..origin.clone() };
        all.push((SERIES_WITHOUT, one(&without.prices, &origin, keys).1));
    }
    all
}

/// Of the prices with forced selling off, among [`series`].
pub const SERIES_WITHOUT: &str = PRICES_WITHOUT;

struct Writer<'a> {
    staging: &'a mut Staging,
    origin: &'a Origin,
}

impl Take for Writer<'_> {
    type Error = FolderError;

    fn table<R: Row>(&mut self, name: &str, rows: &[R]) -> Result<(), FolderError> {
        let bytes = table_bytes(rows, &origin_of(name, self.origin));
        self.staging.write(&format!("{name}.parquet"), &bytes, Some(rows.len()))
    }
}
