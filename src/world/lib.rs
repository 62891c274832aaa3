//! `worlds/*.ron` come in here and only here: text, file, checks, plan.
//!
//! [`load()`] takes the name of a built-in world or a path, and what `--set` changes; it hands back a
//! [`plan::Plan`] that the simulator can trust, or everything that is wrong with the text.

pub mod draft;
pub mod check;
pub mod error;
pub mod file;
pub mod load;
pub mod probe;
pub mod replay;
mod version;
pub mod source;

pub use error::WorldError;
pub use language::text::Override;
pub use load::{Loaded, load, load_source};
pub use source::{Origin, Source, builtin};

/// The version of the world language that this build reads.
pub const VERSION: u32 = 1;
