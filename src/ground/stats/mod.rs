//! Statistics of series, as the field takes them: moments, tails, memory, a line through points. Sums of several runs add
//! up.

pub mod fit;
pub mod memory;
pub mod returns;
pub mod tails;
