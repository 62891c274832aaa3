//! What a run leaves behind: tables, manifest, summary, in one folder that appears whole or not at all.
//!
//! `rows` and `summary` say what is written down; during a run `gather` keeps it and `tabulate` and
//! `summarise` put it in the reader's units. `tables` turns rows into columns and back, `parquet`
//! columns into bytes and back, `manifest` says where it all came from, `folder` puts it in place and
//! `finished` reads it again. Nothing here prints, and nothing but `folder` and `finished` touches
//! the disk.

pub mod gather;
pub mod gauges;
pub mod names;
pub mod returns;
pub mod rows;
pub mod summarise;
pub mod summary;
pub mod tabulate;
pub mod tables;
pub mod treasury;
pub mod parquet;
pub mod manifest;
pub mod folder;
mod former;
pub mod contents;
pub mod finished;

#[cfg(test)]
pub(crate) mod samples;
