//! Firesale.

pub mod ops;
pub mod record;
pub mod units;
