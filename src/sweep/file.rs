//! A sweep written down: which world, what varies, how many seeds.
//!
//! ```ron
//! Sweep(
//!     version: 1,
//!     world: "archegos-2021",
//!     vary: { "traders.archegos.leverage": [3, 5, 7] },
//!     seeds: 20,
//! )
//! ```

use super::design::Request;
use crate::world::{Origin, Source, WorldError};
use language::findings::Finding;
use language::named::Named;
use language::text::Override;
use ron::value::RawValue;
use serde::Deserialize;
use std::path::Path;

/// The version of the language of sweep files that this build reads.
pub const VERSION: u32 = 1;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename = "Sweep")]
struct SweepFile {
    #[expect(dead_code, reason = "read before the rest, see Versioned")]
    version: u32,
    /// Name of a built-in world, or path of a world file, relative to this file.
    world: String,
    /// Changes that all runs share. Left out: none.
    #[serde(default)]
    set: Named<Box<RawValue>>,
    /// Values by path; the first varies slowest.
    vary: Named<Vec<Box<RawValue>>>,
    /// Seeds for each combination.
    seeds: u32,
    /// Left out: the world's.
    #[serde(default)]
    seed: Option<u64>,
}

/// The version is read by itself, so that a newer file is refused by its number and not by a field
/// that this build does not know.
#[derive(Deserialize)]
#[serde(rename = "Sweep")]
struct Versioned {
    version: u32,
}

/// Whether a text is a sweep and not a world.
pub fn is_sweep(text: &str) -> bool {
    let mut rest = text.trim_start();
    while let Some(comment) = rest.strip_prefix("//") {
        rest = comment.split_once('\n').map_or("", |(_, after)| after).trim_start();
    }
    rest.strip_prefix("Sweep").is_some_and(|after| after.trim_start().starts_with('('))
}

/// Reads a sweep file and finds its world.
///
/// # Errors
/// With what is wrong in the file, or when there is no such world.
pub fn read(source: &Source) -> Result<Request, WorldError> {
    let refuse = |finding: Finding| WorldError::Findings {
        name: source.shown(),
        text: source.text.clone(),
        findings: vec![finding],
    };
    let at = |error: ron::error::SpannedError| {
        let place = Some((error.span.start.line, error.span.start.col));
        refuse(Finding { place, ..Finding::whole(error.code.to_string(), "correct it; see `firesale sweep --help`") })
    };
    let options = ron::Options::default().with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME);
    let Versioned { version } = options.from_str(&source.text).map_err(at)?;
    if version != VERSION {
        let reason = format!("the sweep is of version {version}");
        return Err(refuse(Finding::at("version", reason, format!("this program reads version {VERSION}"))));
    }
    let file: SweepFile = options.from_str(&source.text).map_err(at)?;
    if file.seeds == 0 {
        return Err(refuse(Finding::at("seeds", "a sweep over no seeds", "give 1 or more")));
    }
    let text = |value: &RawValue| value.trim().get_ron().to_owned();
    let vary = file.vary.iter().map(|(path, values)| (path.to_owned(), values.iter().map(|v| text(v)).collect()));
    let vary: Vec<(String, Vec<String>)> = vary.collect();
    if let Some((path, _)) = vary.iter().find(|(_, values)| values.is_empty()) {
        return Err(refuse(Finding::at(path, "it varies over no values", "give it some, or leave it out")));
    }
    Ok(Request {
        source: Source::find(&world_beside(&file.world, &source.origin))?,
        set: file.set.iter().map(|(path, value)| Override { path: path.to_owned(), value: text(value) }).collect(),
        vary,
        first_seed: file.seed,
        seeds: file.seeds,
    })
}

/// A world's path counts from the sweep file; a name stays a name.
fn world_beside(world: &str, origin: &Origin) -> String {
    let is_path = world.contains(['/', '\\']) || world.ends_with(".ron");
    match origin {
        Origin::File(path) if is_path && Path::new(world).is_relative() => {
            path.parent().unwrap_or(Path::new("")).join(world).to_string_lossy().into_owned()
        }
        _ => world.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(text: &str) -> Source {
        Source { name: "mine".into(), text: text.into(), origin: Origin::File("folder/mine.ron".into()) }
    }

    const GOOD: &str = r#"
        // Two knobs.
        Sweep(
            version: 1,
            world: "two-funds",
            set: { "lenders.broker.calls.grace": "20m" },
            vary: {
                "traders.fund-a.leverage": [3, /* the shipped one */ 6.5],
                "lenders.broker.margin": [Rate(im: 0.15, mm: 0.10), Unmargined],
            },
            seeds: 4,
        )"#;

    #[test]
    fn a_sweep_file_is_told_from_a_world_and_read() {
        assert!(is_sweep(GOOD) && !is_sweep("World(version: 1)") && !is_sweep("// Sweep(\nWorld()"));
        let request = read(&source(GOOD)).unwrap();
        assert_eq!(request.source.name, "two-funds");
        assert_eq!(request.seeds, 4);
        assert_eq!(request.set, [Override { path: "lenders.broker.calls.grace".into(), value: "\"20m\"".into() }]);
        assert_eq!(request.vary[0], ("traders.fund-a.leverage".into(), vec!["3".into(), "6.5".into()]));
        assert_eq!(request.vary[1].1, ["Rate(im: 0.15, mm: 0.10)", "Unmargined"]);
    }

    #[test]
    fn what_is_wrong_with_a_sweep_file_is_said() {
        for (text, reason) in [
            (GOOD.replace("version: 1", "version: 9"), "the sweep is of version 9"),
            (GOOD.replace("seeds: 4", "seeds: 0"), "a sweep over no seeds"),
            (GOOD.replace("seeds: 4", "seedz: 4"), "seedz"),
            (GOOD.replace("[3, /* the shipped one */ 6.5]", "[]"), "it varies over no values"),
            (GOOD.replace("two-funds", "no-such-world"), "no such world"),
            ("Sweep(".to_owned(), ""),
        ] {
            let error = read(&source(&text)).unwrap_err().to_string();
            assert!(error.contains(reason), "{reason} is not in {error}");
        }
    }

    #[test]
    fn a_worlds_path_counts_from_the_sweep_file() {
        let origin = Origin::File("a/b.ron".into());
        assert_eq!(world_beside("worlds/c.ron", &origin), "a/worlds/c.ron");
        assert_eq!(world_beside("/c.ron", &origin), "/c.ron");
        assert_eq!(world_beside("two-funds", &origin), "two-funds");
    }
}
