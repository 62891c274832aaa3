//! How a leveraged market works, piece by piece: order books and halts, the ledger, contracts and their marks, margin, the
//! treasury of a firm, liquidation, and who pays what is left.
//!
//! Each folder is a mechanism with its words of the world language (`*File`), its plan in whole numbers (`*Plan`) and
//! its arithmetic, and says on its first page what it is in the trade's words. Nothing here decides when anything
//! happens: the engine calls these in the order of a tick.
//!
//! It may know [`ground`] and [`language`]. It never knows the ECS, a clock, a random number, a file or a thread, and
//! what it settles it settles in integers.

pub mod book;
pub mod impact;
pub mod demand;
pub mod stable_swap;
pub mod mint_burn;
pub mod deposits;
pub mod pool;
pub mod formation;
pub mod halts;
pub mod ledger;
pub mod contracts;
pub mod margin;
pub mod treasury;
pub mod screen;
pub mod liquidation;
pub mod waterfall;
pub mod lenders;
pub mod audit;
