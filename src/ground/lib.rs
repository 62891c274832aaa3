//! What everything stands on: money and prices in whole numbers, time, the random streams, `exp` and `ln`.
//!
//! Nothing here knows a market. What settles is counted by [`units`]; what is decided may be computed through
//! [`ops`]; what is drawn comes from [`rng`], and each stream has one owner.
//!
//! It may know the standard library and number crates, and holds no clock, no file and no thread.

pub mod units;
pub mod moments;
pub mod numbers;
pub mod ops;
pub mod rng;
pub mod index_set;
pub mod columns;
pub mod fault;
pub mod shown;
pub mod stats;
