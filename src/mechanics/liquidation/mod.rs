//! How a breached account is unwound: what first, how much, how, how fast. One file an axis.
//!
//! In come the account's positions, the marks and its lender's terms; out come whole lots and prices. Nothing here
//! moves anything or knows an auction's bidders: the liquidate stage places the orders, holds the auctions and hands
//! over what they sell. `policy` is the language; `candidates` what an order of positions is decided by; `first`,
//! `much`, `how` and `pace` the axes; `auction` the rules of sales off the book; `breach` one account's unwinding as it
//! goes; `steps` what is sold apart and at its own time; `wanted` what they come to in one tick; `standstill` the agreements
//! of several lenders.

mod auction;
mod breach;
mod candidates;
mod first;
mod how;
mod much;
pub mod peak;
mod policy;
mod standstill;
mod steps;
mod wanted;

pub use auction::{Auction, bid_to_beat, dutch_price, off_mark};
pub use breach::{Breach, BreachCause, Found, Held, Target};
pub use candidates::{SQUARE_ROOT_FACTOR, candidates, expected_slippage};
pub use first::Candidate;
pub use how::{Pace, Quotes};
pub use much::Sizing;
pub use policy::{How, HowFile, HowMuch, PolicyFile, PolicyPlan, Route, Small, ThrottleFile, Unsold, WhatFirst};
pub use standstill::{AgreementFile, AgreementPlan, Betrayal, DefectFile, KindFile, Standstill};
pub use steps::{ApartFile, ApartPlan, Programme, SaleStepFile, StepPlan, Way};
pub use wanted::{Sight, found, open_candidates, targets, wanted};
