//! What a run leaves behind: tables, manifest, summary.

pub mod gather;
pub mod names;
pub mod rows;
pub mod summarise;
pub mod summary;
pub mod tabulate;
