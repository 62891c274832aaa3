//! The stages of a tick, one thin file each. [`super`] names them in order.

pub mod events;
pub mod demand;
pub mod impact;
pub mod halts;
pub mod decide;
pub mod screen;
pub mod pool;
pub mod matching;
pub mod settle;
pub mod undo;
pub mod mark;
pub mod contracts;
pub mod accrue;
pub mod margin;
pub mod treasury;
pub mod auctions;
pub mod standstill;
pub mod payouts;
pub mod pegs;
pub mod throttle;
pub mod route;
pub mod liquidate;
pub mod waterfall;
pub mod record;
pub mod populations;
pub mod study;
