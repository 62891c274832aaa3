//! How a firm finds cash when it is called.
//!
//! A firm can be rich and unable to pay: what counts at the deadline is money, and each way to money takes time and
//! costs something. So a firm has *sources*, each with an amount, an access time and a cost, and a *playbook*, which
//! says in what order they are used and what else is done.
//!
//! In come a call (how much, by when) and what the sources can still give; out come steps: draw this much there,
//! sell these lots, ask that lender. The treasury stage carries them out, in the ledger and through the markets'
//! ordinary door. Nothing here knows the clock, the ECS or a random number, and nothing here moves a cent.
//!
//! | file | idea |
//! |---|---|
//! | [`sources`] | one file a source: what it gives, what it costs |
//! | [`playbook`] | the stages, as data |
//! | [`plan`] | a firm in whole numbers |
//! | [`book`] | what a firm has set aside for which call, what is on its way, what it owes |
//! | [`debt`] | interest, to the second |
//! | [`step`] | one step, as it is recorded |
//! | [`strain`] | what a funding shock does to sources |
//! | [`support`] | holding a price up while the money lasts |
//! | [`derisk`] | which positions to cut first |
//! | [`allocate`] | which collateral to give to whom |
//!
//! Not here: what a lender counts of collateral (`margin`), and who takes a loss (`waterfall`).
//!
//! The idea of two ledgers, value and deliverable cash, is that of funding liquidity in Brunnermeier and Pedersen,
//! "Market liquidity and funding liquidity", Review of Financial Studies 22 (2009). Known limits: debts are not paid
//! back nor collateral handed back within a run, and money from a repo or a credit line comes from outside the world, where nobody runs short.

pub mod allocate;
pub mod book;
pub mod debt;
pub mod derisk;
pub mod plan;
pub mod playbook;
pub mod sources;
pub mod step;
pub mod strain;
pub mod support;

pub use book::{Pledge, Treasury};
pub use debt::Debt;
pub use plan::{FirmPlan, SourceKind, SourcePlan, StagePlan};
pub use playbook::{Pay, StageFile, Triage};
pub use sources::SourceFile;
pub use support::{SupportFile, SupportPlan};
