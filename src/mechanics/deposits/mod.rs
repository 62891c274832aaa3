//! A lender that takes deposits of a coin: it promises a rate, earns a part of it, and pays out in turn.
//!
//! - Interest is paid in money, on the worth of what lies there at `par`, each `settles`: the part that it earns comes from
//!   outside, from those to whom it lends on, the rest out of its capital, which is the reserve. From the first time that
//!   the capital would not be enough it pays what it earns and no more.
//! - Who wants a deposit back asks for it and waits. Each day so many units are paid out, to who asked first; what a quiet
//!   day did not use is not saved up. A deposit that waits earns as ever.
//! - What has been paid out its owner may sell. The ledger sees nothing of it: the units are the owner's all the time.
//!
//! That those who come first are paid first is what makes it right to run when others do: Diamond and Dybvig, "Bank runs,
//! deposit insurance, and liquidity", Journal of Political Economy 91 (1983) 401-419.

mod file;
mod queue;

pub use file::{DepositsFile, DepositsPlan};
pub use queue::Queue;

use ground::units::Span;

/// What everybody can know of a lender that takes deposits.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct DepositsView {
    /// What is paid a year, as a share of what a deposit is worth at par.
    pub rate: f64,
    /// How long who asks now would wait for the first unit.
    pub wait: Span,
}
