//! Where a run is kept: its tables as Parquet, its summary, its manifest, in one folder that appears whole or not at all.
//!
//! [`tables`] turns rows into columns and back, [`parquet`] columns into bytes and back, [`manifest`] says where it all
//! came from, [`folder`] puts it in place and [`finished`] reads it again. [`arrow`] hands them to other programs in memory.
//! [`sheet`] is for tables without fixed rows, and for files of strangers; [`stream`] for those too large to hold, [`parts`] for
//! the series of many runs. Between rows and bytes stand columns of Arrow (`frame`), which polars' own crates write and read
//! (`parquet`, `reading`). Nothing but `folder`, `finished`, `parts`, `stream` and `reading` touches the disk, and
//! nothing here prints.
//!
//! It may know [`results`], of [`ground`] how a panic is caught, and nothing else of the house: no engine, no world. No
//! other crate knows polars.

mod frame;
pub mod tables;
mod reading;
mod pages;
pub mod parquet;
pub mod sheet;
pub mod stream;
pub mod parts;
pub mod manifest;
pub mod folder;
mod former;
pub mod contents;
pub mod arrow;
pub mod finished;
