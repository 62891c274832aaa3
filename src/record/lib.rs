//! One run of a plan, from the first tick to the last, and what it means.
//!
//! [`run`] runs it. What was gathered as ids and whole numbers gets names and units here: [`tabulate`] makes rows,
//! [`summarise`] the summary. [`analysis`] says who broke whom, and sets a run against history, against its expectations
//! and against itself without forced selling.
//!
//! It may know the engine and the plain data of [`results`]; it opens no file and prints nothing.

pub mod names;
mod deposits;
pub mod pegs;
pub mod pools;
pub mod returns;
pub mod summarise;
pub mod tabulate;
pub mod treasury;
pub mod analysis;
pub mod run;
