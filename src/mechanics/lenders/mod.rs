//! Lenders that can fail: what capital they must have, whose their clients' assets are, and who loses when
//! they are closed.
//!
//! A lender fails in the tick in which its capital at the mark, less what its clients in default lack and
//! its funds cannot cover, falls below its requirement; it does not wait until they are sold out. It is closed: its
//! clients' accounts are frozen, and who is in default is sold out by an administrator, or by nobody where a world says
//! so. Client assets that were kept apart stay the clients'; what the lender had pledged on, or owes from contracts, are claims on what is
//! left, and so are the loans of its own lenders. All claims rank alike; lenders that fail together and owe each other are cleared together.
//!
//! Nothing here knows ledger or ticks: the stage says what an account holds and moves the money. Known limits:
//! claims on it are settled once, at the marks of the failure, and gains and losses after it stay with the estate (what
//! clients come to lack is still counted as its loss);
//! frozen positions stay where they are, they are not carried to another lender.

#![deny(clippy::float_arithmetic)]

mod claims;
mod clearing;
mod netting;
mod requirement;
mod file;

pub use claims::{Claim, Holdings, claim_of, settle};
pub use clearing::{Owing, clear};
pub use file::{FailureFile, FailurePlan, Rehypothecation, RehypothecationFile, SegregationFile, check};
pub use netting::netted;
pub use requirement::CapitalRule;
