//! `worlds/*.ron` come in here and only here: text, file, checks, plan.

pub mod file;
pub mod findings;
pub mod moments;
pub mod named;
pub mod plan;

/// The version of the world language that this build reads.
pub const VERSION: u32 = 1;
