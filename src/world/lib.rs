//! World files come in here and only here: text, file, checks, plan.
//!
//! [`load()`] takes the name of a built-in world or a path, and what `--set` changes; it hands back a
//! [`Plan`](engine::plan::Plan) that the simulator can trust, or everything that is wrong with the text.
//!
//! On the way, [`source`] finds the text, [`file`](mod@file) is the world as its author wrote it, [`check`](mod@check)
//! says what makes no sense in it, and [`draft`] turns names into ids and decimals into whole numbers. What the plan then
//! comes to, before its first tick, is looked at in `outlook`. What a price path beside a world may be is said in
//! [`replay`].
//!
//! It may know the engine's plan, the language of each mechanism, the names of a summary's figures ([`results`]), and of
//! [`files`] how a stranger's Parquet is read and a file hashed. It runs no tick, draws nothing, prints nothing, writes
//! nothing, and reads no file but the world's own and those that it names in its folder.

pub mod draft;
pub mod check;
pub mod error;
pub mod file;
pub mod load;
mod outlook;
pub mod params;
pub mod probe;
pub mod replay;
mod version;
mod defaults;
pub mod source;

pub use defaults::defaults;
pub use error::WorldError;
pub use language::text::Override;
pub use load::{Loaded, Misread, load, load_after, load_source, misread};
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

#[cfg(test)]
mod tests {
    #[test]
    fn whatever_is_wrong_with_a_text_what_stands_in_for_it_has_an_end() {
        let endless = language::read::reference::endless(super::language());
        assert_eq!(endless.iter().map(|kind| kind.name).collect::<Vec<_>>(), Vec::<&str>::new());
    }
}
