//! Firesale.

pub mod ops;
pub mod units;
