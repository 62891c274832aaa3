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

/// The kind that a world is: from it the whole reference of the language follows.
pub fn language() -> &'static language::read::Kind {
    match <file::WorldFile as language::read::Read>::described() {
        language::read::Described::Kind(kind) => kind,
        _ => unreachable!("a world is a struct"),
    }
}

/// The reference of the language: every kind that a world may hold, each once.
pub fn reference() -> String {
    let kinds = language::read::reference::all(language());
    kinds.iter().map(|kind| language::read::page::section(kind)).collect::<Vec<_>>().join("\n")
}
