//! Firesale.

pub mod audit;
pub mod ledger;
pub mod liquidation;
pub mod margin;
pub mod ops;
pub mod record;
pub mod run;
pub mod traders;
pub mod units;
pub mod waterfall;
pub mod world;
