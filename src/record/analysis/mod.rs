//! What a run means: who broke whom, set against history, against its expectations, and against
//! itself without forced selling.

pub mod cascade;
mod moves;
pub(crate) mod many;
mod compare;
mod fit;
pub mod measure;

pub use compare::complete;
pub use measure::{measure, unit_of};
