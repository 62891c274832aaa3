//! The tables of a run, file by file, into a folder in the making.

use super::finished::PRICES_WITHOUT;
use super::folder::{FolderError, Staging};
use super::parquet::{Key, Origin, part_bytes, table_bytes};
use super::tables::Row;
use results::keep::Keep;
use results::rows::Tables;

/// Writes every table that was kept; the small ones always. `without` are the tables of the same
/// seed with forced selling off, of which the prices stay. `origin` goes into each file.
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
    let mut writer = Writer { staging, origin: origin.clone() };
    writer.table_if(keep.prices, &tables.prices)?;
    writer.table_if(keep.trades, &tables.trades)?;
    writer.table_if(keep.accounts, &tables.accounts)?;
    writer.table_if(keep.firms, &tables.firms)?;
    writer.table_if(!tables.populations.is_empty(), &tables.populations)?;
    writer.table_if(keep.lenders, &tables.lenders)?;
    writer.table_if(keep.refusals, &tables.refusals)?;
    writer.table_if(true, &tables.calls)?;
    writer.table_if(true, &tables.liquidations)?;
    writer.table_if(true, &tables.auctions)?;
    writer.table_if(true, &tables.waterfall)?;
    writer.table_if(keep.lenders, &tables.funds)?;
    writer.table_if(true, &tables.claims)?;
    writer.table_if(!tables.treasury.is_empty(), &tables.treasury)?;
    writer.table_if(keep.cascade, &tables.cascade)?;
    writer.table_if(true, &tables.halts)?;
    writer.table_if(true, &tables.events)?;
    writer.table_if(!tables.study.is_empty(), &tables.study)?;
    writer.table_if(!tables.rounds.is_empty(), &tables.rounds)?;
    writer.table_if(!tables.pegs.is_empty(), &tables.pegs)?;
    writer.table_if(!tables.pools.is_empty(), &tables.pools)?;
    writer.table_if(!tables.deposits.is_empty(), &tables.deposits)?;
    match without {
        Some(without) if keep.prices => {
            writer.origin.liquidation = false;
            writer.table(PRICES_WITHOUT, &without.prices)
        }
        _ => Ok(()),
    }
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
pub const SERIES_WITHOUT: &str = "prices_without_liquidation";

struct Writer<'a> {
    staging: &'a mut Staging,
    origin: Origin,
}

impl Writer<'_> {
    fn table_if<R: Row>(&mut self, kept: bool, rows: &[R]) -> Result<(), FolderError> {
        if kept { self.table(&format!("{}.parquet", R::TABLE), rows) } else { Ok(()) }
    }

    fn table<R: Row>(&mut self, file: &str, rows: &[R]) -> Result<(), FolderError> {
        self.staging.write(file, &table_bytes(rows, &self.origin), Some(rows.len()))
    }
}
