//! The text of a world: where each thing stands in it, and how `--set` changes it.

mod difference;
mod lex;
pub mod near;
mod number;
mod overrides;
mod path;
mod scan;

pub use difference::{Difference, differences};
pub use number::{Number, parse_number};
pub use overrides::{Edits, Override, apply, apply_to};
pub use path::{Found, snake_case};
pub use scan::{DEEPEST, Key, Node, NodeId, Problem, Scan, Shape, line_and_column};
