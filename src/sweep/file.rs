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
use language::findings::{Finding, Findings};
use language::named::Named;
use language::read::{Raw, Read, whole};
use language::text::{Found, Number, Override, Scan, parse_number};
use std::path::Path;
use world::{Origin, Source, WorldError};

/// The version of the language of sweep files that this build reads.
pub const VERSION: u32 = 1;

#[derive(Debug, Read)]
#[read(rename = "Sweep")]
struct SweepFile {
    /// Version of the language of sweep files.
    version: u32,
    /// Name of a built-in world, or path of a world file, relative to this file.
    world: String,
    /// Changes that all runs share. Left out: none.
    #[read(default)]
    set: Named<Raw>,
    /// Values by path; the first varies slowest.
    vary: Named<Vec<Raw>>,
    /// Seeds for each combination.
    seeds: u32,
    /// Left out: the world's.
    #[read(default)]
    seed: Option<u64>,
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
    let refuse =
        |findings: Vec<Finding>| WorldError::Findings { name: source.shown(), text: source.text.clone(), findings };
    if let Some(version) = stated_version(&source.text).filter(|version| *version != i128::from(VERSION)) {
        // A newer file is refused by its number and not by a field that this build does not know.
        let reason = format!("the sweep is of version {version}");
        return Err(refuse(vec![Finding::at("version", reason, format!("this program reads version {VERSION}"))]));
    }
    let file: SweepFile = whole(&source.text).map_err(refuse)?;
    debug_assert_eq!(file.version, VERSION, "any other was refused");
    let mut findings = Findings::default();
    if file.seeds == 0 {
        findings.add("seeds", "a sweep over no seeds", "give 1 or more");
    }
    for (path, _) in file.vary.iter().filter(|(_, values)| values.is_empty()) {
        findings.add(path, "it varies over no values", "give it some, or leave it out");
    }
    if !findings.is_empty() {
        return Err(refuse(findings.into_list()));
    }
    let text = |Raw(value): &Raw| value.clone();
    let vary = file.vary.iter().map(|(path, values)| (path.to_owned(), values.iter().map(text).collect())).collect();
    Ok(Request {
        source: Source::find(&world_beside(&file.world, &source.origin))?,
        set: file.set.iter().map(|(path, value)| Override { path: path.to_owned(), value: text(value) }).collect(),
        vary,
        first_seed: file.seed,
        seeds: file.seeds,
    })
}

fn stated_version(text: &str) -> Option<i128> {
    let scan = Scan::of(text);
    match scan.find("version") {
        Found::Node(node) => match parse_number(scan.slice(node)) {
            Some(Number::Whole(version)) => Some(version),
            _ => None,
        },
        _ => None,
    }
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
