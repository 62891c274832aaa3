//! What a run leaves, as plain data: the rows of its tables and its summary, with names and units.
//!
//! Whoever makes a result (the recording of a run, a study) and whoever shows it (tables, charts, commands) meet here
//! and need to know nothing else of each other. Names are what other programs read: keys of `summary.json`, columns of
//! the tables.
//!
//! It may know serde and the derive of rows, and nothing else of the house, and computes nothing.

pub mod coins;
pub mod figures;
pub mod meanings;
pub mod rows;
pub mod stamp;
pub mod table;
pub mod summary;
pub mod keep;
pub mod way;
pub mod buffer;
pub mod probe;
pub mod compare;
pub mod sweep;
pub mod study;
pub mod treasury;

#[cfg(any(test, feature = "testkit"))]
pub mod samples;
