//! Firesale.

pub mod units;
pub mod ops;
pub mod rng;
pub mod index_set;
pub mod fault;
pub mod world;
pub mod run;
pub mod tick;
pub mod traders;
pub mod book;
pub mod ledger;
pub mod margin;
pub mod liquidation;
pub mod waterfall;
pub mod audit;
pub mod analysis;
pub mod record;
pub mod chart;
pub mod sweep;
pub mod cli;
