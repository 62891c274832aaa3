//! Firesale.

pub mod analysis;
pub mod chart;
pub mod cli;
pub mod fault;
pub mod liquidation;
pub mod margin;
pub mod ops;
pub mod record;
pub mod run;
pub mod sweep;
pub mod traders;
pub mod units;
pub mod waterfall;
pub mod world;
