//! Many runs of one world: which (`design`), one of them (`once`), all of them (`work`), and the table
//! with one row a run ([`results::figures`], `rows`).
//!
//! Every design point is loaded and checked before the first run starts. Runs go side by side, one to
//! a thread, and the rows come out in design order, so the bytes do not depend on how many threads
//! there were. Nothing but scalars is kept of a run.

pub mod design;
pub mod file;
pub mod once;
pub mod rows;
pub mod split;
pub mod work;

pub use split::split_values;
