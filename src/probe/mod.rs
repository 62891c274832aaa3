//! What returns are like: tails and moments.

pub mod returns;
pub mod tails;
