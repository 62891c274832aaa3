//! What a run leaves behind: tables, manifest, summary.

pub mod rows;
pub mod summary;
