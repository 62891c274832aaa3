//! Contracts: instruments that are agreements between their holders and not things that anybody owns.
//!
//! Futures, perpetual swaps and options trade in books of their own, on venues, like shares; what a fill moves is
//! exposure (see `ledger/contract.rs`). Each came into being between two accounts, so the lots of all accounts sum
//! to zero, and what one side gains the other loses, through the clearing purse of the instrument.
//!
//! | kind | paid when traded | paid while held | ends |
//! |---|---|---|---|
//! | `Future` | nothing | the day's (or the tick's) gain, in cash: variation margin | at its expiry, at its underlying's mark |
//! | `Perpetual` | nothing | funding, between longs and shorts; gains when a position is closed | never |
//! | `Option` | the premium, in cash | nothing | at its expiry, for what it is worth at its underlying's mark |
//!
//! A world often gives somebody a position in a contract at the start (a firm's portfolio, a population's stake).
//! Somebody else must have the other side of it: that is the account [`REST_OF_MARKET`], which the plan adds when it is
//! needed. It never trades, is asked for no margin and never called; its equity begins at zero and is what the rest of
//! the world lost. It stands in the tables like any other account.
//!
//! This folder holds what worlds say about contracts (`file.rs`), the rules by which marks are set ([`mark`]), rates and accruals. It moves no money: the stages do, through the ledger.

#![deny(clippy::float_arithmetic)]

mod file;
mod instrument;
mod kind;
pub mod funding;
pub mod interest;
pub mod mark;
mod option;
mod ordinary;

pub use file::{FundingFile, FutureFile, OptionFile, PerpetualFile, Settles};
pub use funding::FundingPlan;
pub use instrument::{Booked, InstrumentFile};
pub use interest::{InterestFile, InterestPlan};
pub use kind::InstrumentKind;
pub use mark::{MarkFile, MarkPlan, MarkRule, Quotes};
pub use option::{option_mark, option_now};
pub use ordinary::{Ordinary, OrdinaryFile, ValueWalk};

/// The account on the other side of what contracts the world's traders hold at the start.
pub const REST_OF_MARKET: &str = "rest of the market";
