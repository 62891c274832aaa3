//! A finished run, read from its folder again.
//!
//! Every table that the manifest lists must be there and be what it was; a table that was not
//! recorded is empty. What a folder holds besides is nobody's business here.

use super::manifest::Manifest;
use super::parquet::read_table;
use super::tables::{Row, SCHEMA_VERSION};
use results::rows::{PriceRow, Tables};
use results::summary::Summary;
use serde::de::DeserializeOwned;
use std::fs;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// File of the prices that the same seed makes with forced selling off.
pub const PRICES_WITHOUT: &str = "prices_without_liquidation";

/// All that a run left, charts aside.
#[derive(Clone, Debug, PartialEq)]
pub struct Finished {
    pub manifest: Manifest,
    pub summary: Summary,
    pub tables: Tables,
    /// Only its prices, when the run had a counterfactual.
    pub without: Option<Tables>,
}

/// Why a folder is not a finished run.
#[derive(Debug, Error)]
#[error("{}: {reason}; {remedy}", path.display())]
pub struct ReadError {
    pub path: PathBuf,
    pub reason: String,
    pub remedy: String,
}

impl Finished {
    /// Reads a run's folder.
    ///
    /// # Errors
    /// When a file is missing, foreign, or of another version.
    pub fn read(folder: &Path) -> Result<Self, ReadError> {
        let error = |path: PathBuf, reason: String, remedy: &str| ReadError { path, reason, remedy: remedy.into() };
        let manifest = Self::manifest(folder)?;
        if manifest.schema_version != SCHEMA_VERSION {
            let reason = format!(
                "its tables are of version {} and this program reads version {SCHEMA_VERSION}",
                manifest.schema_version
            );
            return Err(error(folder.join("manifest.json"), reason, "run it again with the command in the manifest"));
        }
        let reader = TableReader { folder, manifest: &manifest };
        let tables = Tables {
            prices: reader.rows()?,
            trades: reader.rows()?,
            accounts: reader.rows()?,
            firms: reader.rows()?,
            populations: reader.rows()?,
            calls: reader.rows()?,
            liquidations: reader.rows()?,
            auctions: reader.rows()?,
            waterfall: reader.rows()?,
            funds: reader.rows()?,
            claims: reader.rows()?,
            treasury: reader.rows()?,
            lenders: reader.rows()?,
            cascade: reader.rows()?,
            halts: reader.rows()?,
            events: reader.rows()?,
            refusals: reader.rows()?,
            study: reader.rows()?,
            rounds: reader.rows()?,
            pegs: reader.rows()?,
            pools: reader.rows()?,
            deposits: reader.rows()?,
        };
        let file = format!("{PRICES_WITHOUT}.parquet");
        let without = reader.lists(&file).then(|| reader.file::<PriceRow>(&file)).transpose()?;
        let without = without.map(|prices| Tables { prices, ..Tables::default() });
        let summary = json(folder, "summary.json")?;
        Ok(Self { manifest, summary, tables, without })
    }
}

impl Finished {
    /// Where a run's folder came from; its tables may be of any version.
    ///
    /// # Errors
    /// When there is no such folder, or it is not a run's.
    pub fn manifest(folder: &Path) -> Result<Manifest, ReadError> {
        if !folder.is_dir() {
            return Err(ReadError {
                path: folder.to_owned(),
                reason: "it is not a folder".into(),
                remedy: "name the folder of a run, as `firesale run` printed it".into(),
            });
        }
        json(folder, "manifest.json")
    }

    /// What a run's folder came to.
    ///
    /// # Errors
    /// When there is no summary, or another program's.
    pub fn summary(folder: &Path) -> Result<Summary, ReadError> {
        json(folder, "summary.json")
    }

    /// One table of a run's folder; empty when it was not recorded.
    ///
    /// # Errors
    /// When it was, and is missing or foreign.
    pub fn table<R: Row>(folder: &Path, manifest: &Manifest) -> Result<Vec<R>, ReadError> {
        TableReader { folder, manifest }.rows()
    }
}

struct TableReader<'a> {
    folder: &'a Path,
    manifest: &'a Manifest,
}

impl TableReader<'_> {
    fn lists(&self, file: &str) -> bool {
        self.manifest.files.iter().any(|entry| entry.path == file)
    }

    fn rows<R: Row>(&self) -> Result<Vec<R>, ReadError> {
        let file = format!("{}.parquet", R::TABLE);
        if self.lists(&file) { self.file(&file) } else { Ok(Vec::new()) }
    }

    fn file<R: Row>(&self, file: &str) -> Result<Vec<R>, ReadError> {
        read_table(bytes(self.folder, file)?).map_err(|reason| ReadError {
            path: self.folder.join(file),
            reason: format!("it is not the table that a run writes: {reason}"),
            remedy: "run it again with the command in its manifest.json".into(),
        })
    }
}

fn json<T: DeserializeOwned>(folder: &Path, file: &str) -> Result<T, ReadError> {
    serde_json::from_slice(&bytes(folder, file)?).map_err(|error| ReadError {
        path: folder.join(file),
        reason: format!("it is not what a run writes ({error})"),
        remedy: "run it again, or name another folder".into(),
    })
}

fn bytes(folder: &Path, file: &str) -> Result<Vec<u8>, ReadError> {
    let path = folder.join(file);
    fs::read(&path).map_err(|source| ReadError {
        path,
        reason: format!("it cannot be read ({source})"),
        remedy: "name the folder of a finished run, as `firesale run` printed it".into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::folder::{Existing, Staging};
    use crate::manifest;
    use crate::parquet::{Origin, table_bytes};
    use results::samples;

    fn usd() -> Origin {
        Origin { currency: "USD".into(), ..Origin::default() }
    }

    fn written(target: &Path, change: impl FnOnce(&mut Manifest)) {
        let tables = samples::tables();
        let mut staging = Staging::open(target, Existing::Refuse).unwrap();
        staging.write("prices.parquet", &table_bytes(&tables.prices, &usd()), Some(tables.prices.len())).unwrap();
        staging.write("events.parquet", &table_bytes(&tables.events, &usd()), Some(tables.events.len())).unwrap();
        staging.write_volatile("summary.json", &serde_json::to_vec(&samples::summary()).unwrap()).unwrap();
        let mut manifest = Manifest { files: staging.entries().to_vec(), ..manifest::tests::plain() };
        change(&mut manifest);
        staging.write_unlisted("manifest.json", manifest.to_json().as_bytes()).unwrap();
        staging.place().unwrap();
    }

    #[test]
    fn a_run_comes_back_as_it_was_and_what_was_not_recorded_is_empty() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("run");
        written(&folder, |_| ());
        let run = Finished::read(&folder).unwrap();
        assert_eq!(run.summary, samples::summary());
        assert_eq!(run.tables.prices, samples::tables().prices);
        assert_eq!(run.tables.events, samples::tables().events);
        assert!(run.tables.trades.is_empty());
        assert_eq!(run.without, None);
    }

    #[test]
    fn a_folder_that_is_no_run_is_refused_by_the_file_that_is_missing() {
        let home = tempfile::tempdir().unwrap();
        let error = Finished::read(home.path()).unwrap_err();
        assert_eq!(error.path, home.path().join("manifest.json"));
        assert!(Finished::read(&home.path().join("absent")).unwrap_err().reason.contains("not a folder"));
    }

    #[test]
    fn a_table_that_was_listed_and_is_gone_or_foreign_is_named() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("run");
        written(&folder, |_| ());
        fs::write(folder.join("prices.parquet"), "tick,time").unwrap();
        let error = Finished::read(&folder).unwrap_err();
        assert!(error.to_string().contains("prices.parquet: it is not the table that a run writes"), "{error}");
        fs::remove_file(folder.join("prices.parquet")).unwrap();
        assert_eq!(Finished::read(&folder).unwrap_err().path, folder.join("prices.parquet"));
    }

    #[test]
    fn tables_of_another_version_are_refused_by_number() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("run");
        written(&folder, |manifest| manifest.schema_version = 99);
        assert!(Finished::read(&folder).unwrap_err().reason.contains("version 99"));
    }
}
