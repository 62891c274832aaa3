//! The world that a command is given: by name or by path, and no sweep.

use super::run::quoted;
use super::status::Failure;
use crate::ask;
use crate::sweep::file;
use language::text::Override;
use world::{Loaded, Source, WorldError};

/// # Errors
/// When there is none, or it is a sweep.
pub fn source(world: &str) -> Result<Source, Failure> {
    let source = Source::find(world)?;
    if file::is_sweep(&source.text) {
        return Err(Failure::Input {
            what: world.to_owned(),
            reason: "this is a sweep and not a world".into(),
            remedy: format!("type `firesale sweep {}`, or name the world that it sweeps over", quoted(world)),
        });
    }
    Ok(source)
}

/// The same with what is set, and with the seed that is given beside it.
///
/// # Errors
/// As [`source`], and when anything is wrong with it.
pub fn loaded(world: &str, set: &[Override], seed: Option<u64>) -> Result<Loaded, Failure> {
    let source = source(world)?;
    if let Some(finding) = ask::two_seeds(set, seed) {
        return Err(WorldError::Findings { name: source.shown(), text: source.text, findings: vec![finding] }.into());
    }
    Ok(world::load_source(source, set)?)
}
