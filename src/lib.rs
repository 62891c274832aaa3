//! Firesale.

pub mod ops;
pub mod record;
pub mod chart;
pub mod units;
