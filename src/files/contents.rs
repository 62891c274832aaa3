//! The tables of a run, file by file, into a folder in the making.

use super::finished::PRICES_WITHOUT;
use super::folder::{FolderError, Staging};
use super::parquet::{Origin, table_bytes};
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
