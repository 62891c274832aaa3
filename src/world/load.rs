//! From a name or a path to a plan.

use super::build::build;
use super::error::WorldError;
use super::file::WorldFile;
use super::findings::{Finding, Findings};
use super::plan::Plan;
use super::source::{Origin, Source};
use super::text::Override;
use ron::extensions::Extensions;

/// A world that may be run.
#[derive(Clone, Debug)]
pub struct Loaded {
    pub plan: Plan,
    pub file: WorldFile,
    /// The text as it was read.
    pub text: String,
    /// The text that the plan was made from: with the overrides in it.
    pub effective_text: String,
    pub overrides: Vec<Override>,
    pub origin: Origin,
}

/// Loads a world: a built-in one by name, or the file at a path.
///
/// # Errors
/// When it cannot be read, or with everything that is wrong with it.
pub fn load(name_or_path: &str, overrides: &[Override]) -> Result<Loaded, WorldError> {
    load_source(Source::find(name_or_path)?, overrides)
}

/// As [`load`], from text that is already at hand.
///
/// # Errors
/// With everything that is wrong with it.
pub fn load_source(source: Source, overrides: &[Override]) -> Result<Loaded, WorldError> {
    let mut findings = Findings::default();
    let refuse = |findings: Vec<Finding>| WorldError::Findings {
        name: source.name.clone(),
        text: source.text.clone(),
        findings,
    };
    let options =
        ron::Options::default().with_default_extension(Extensions::IMPLICIT_SOME | Extensions::UNWRAP_VARIANT_NEWTYPES);
    let file: WorldFile = options.from_str(&source.text).map_err(|error| {
        refuse(vec![Finding {
            place: Some((error.span.start.line, error.span.start.col)),
            ..Finding::whole(error.code.to_string(), "correct it")
        }])
    })?;
    let plan = build(&source.name, &file, &mut findings);
    if !findings.is_empty() {
        return Err(refuse(findings.into_list()));
    }
    let (effective_text, overrides) = (source.text.clone(), overrides.to_vec());
    Ok(Loaded { plan, file, text: source.text, effective_text, overrides, origin: source.origin })
}
