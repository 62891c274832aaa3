//! Firesale.

pub mod ops;
pub mod units;
pub mod book;
