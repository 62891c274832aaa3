//! A sweep written down: which world, what varies, how many seeds.
//!
//! ```ron
//! Sweep(
//!     version: 1,
//!     world: "archegos-2021",
//!     vary: {
//!         "traders.archegos.leverage": [3, 5, 7],
//!         "traders.archegos.capital": "log 1e9..1e10:4",
//!     },
//!     seeds: 20,
//! )
//! ```
//!
//! What stands in quotes is read as behind `--vary PATH=`, see [`super::spread`].

use super::request::{Label, Request, Rule};
use super::sample::{Method, Sample};
use super::spread::{Axis, Lane, Spread};
use super::written::Written;
use language::findings::{Finding, Findings};
use language::named::Named;
use language::read::{Raw, Read, whole, with_findings};
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
    /// By path a list of values, or a range in quotes such as `"2..6:5"`; the first path varies slowest. `seed` may be among
    /// them.
    vary: Named<Raw>,
    /// More paths, those of one entry moving together. Left out: none.
    #[read(default)]
    together: Vec<Named<Raw>>,
    /// A sample instead of every combination. Left out: every combination.
    #[read(default)]
    sample: Option<SampleFile>,
    /// Rules to hold the world against: by name, each some changes. Left out: none.
    #[read(default)]
    against: Named<Named<Raw>>,
    /// Seeds for each combination. Left out: 1, or those that `vary` lists.
    #[read(default)]
    seeds: Option<u32>,
    /// Left out: the world's.
    #[read(default)]
    seed: Option<u64>,
    /// What to print and to draw, most telling first. Left out: what varies most.
    #[read(default)]
    figures: Vec<String>,
    /// By varied path, what tables and charts call it. Left out: its path.
    #[read(default)]
    labels: Named<LabelFile>,
}

/// What a reader is told of a path.
#[derive(Debug, Read)]
struct LabelFile {
    /// What varies: `"leverage of both funds"`.
    says: String,
    /// A name for each of its listed values, in their order. Left out: the values.
    #[read(default)]
    values: Vec<String>,
}

/// How many points, and how they are drawn.
#[derive(Debug, Read)]
enum SampleFile {
    LatinHypercube { points: u32 },
    Sobol { points: u32 },
    Random { points: u32 },
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
    let written = |findings: Vec<Finding>| Written { source: source.clone(), findings };
    let refuse = |findings: Vec<Finding>| written(Vec::new()).refuse(findings);
    if let Some(version) = stated_version(&source.text).filter(|version| *version != i128::from(VERSION)) {
        // A newer file is refused by its number and not by a field that this build does not know.
        let reason = format!("the sweep is of version {version}");
        return Err(refuse(vec![Finding::at("version", reason, format!("this program reads version {VERSION}"))]));
    }
    let (file, found) = with_findings::<SweepFile>(&source.text);
    let Some(file) = file else { return Err(refuse(found)) };
    debug_assert!(!found.is_empty() || file.version == VERSION, "any other was refused");
    let mut findings = Findings::default();
    found.into_iter().for_each(|finding| findings.push(finding));
    if file.seeds == Some(0) {
        findings.add("seeds", "a sweep over no seeds", "give 1 or more");
    }
    let sample = file.sample.as_ref().map(|sample| match *sample {
        SampleFile::LatinHypercube { points } => Sample { method: Method::LatinHypercube, points },
        SampleFile::Sobol { points } => Sample { method: Method::Sobol, points },
        SampleFile::Random { points } => Sample { method: Method::Random, points },
    });
    if sample.is_some_and(|sample| sample.points == 0) {
        findings.add("sample.points", "a sample of no points", "give 1 or more");
    }
    let mut vary = Vec::new();
    for (path, written) in file.vary.iter() {
        vary.extend(spread(path, written, &mut findings).map(|spread| Axis { lanes: lanes(path, &spread) }));
    }
    for together in &file.together {
        let lanes =
            together.iter().filter_map(|(path, written)| Some(lanes(path, &spread(path, written, &mut findings)?)));
        let lanes: Vec<Lane> = lanes.flatten().collect();
        if !lanes.is_empty() {
            vary.push(Axis { lanes });
        }
    }
    let named = findings.list().iter().all(|finding| finding.path != "world");
    let about = if named { world_of(&file.world, &source.origin, &mut findings) } else { None };
    let text = |Raw(value): &Raw| value.clone();
    let changes = |named: &Named<Raw>| -> Vec<Override> {
        named.iter().map(|(path, value)| Override { path: path.to_owned(), value: text(value) }).collect()
    };
    let request = Request {
        source: about.clone().unwrap_or_else(|| Source::written("")),
        set: changes(&file.set),
        vary,
        sample,
        against: file
            .against
            .iter()
            .map(|(name, rule)| Rule { name: name.to_owned(), changes: changes(rule) })
            .collect(),
        first_seed: file.seed,
        seeds: file.seeds,
        figures: file.figures,
        labels: file
            .labels
            .iter()
            .map(|(path, label)| Label {
                path: path.to_owned(),
                says: label.says.clone(),
                values: label.values.clone(),
            })
            .collect(),
        written: Some(written(findings.into_list())),
    };
    match (about, &request.written) {
        // What can be said of it without a world.
        (None, Some(own)) => Err(refuse([own.findings.clone(), request.about_the_request()].concat())),
        _ => Ok(request),
    }
}

/// The world that is named, if it is there and is one.
fn world_of(name: &str, origin: &Origin, findings: &mut Findings) -> Option<Source> {
    match Source::find(&world_beside(name, origin)) {
        Ok(world) if is_sweep(&world.text) => {
            findings.add("world", format!("{name} is a sweep and not a world"), "name the world that it sweeps over");
            None
        }
        Ok(world) => Some(world),
        Err(WorldError::Unreadable { what, reason, remedy }) => {
            findings.add("world", format!("{what}: {reason}"), remedy);
            None
        }
        Err(WorldError::Findings { name, findings: found, .. }) => {
            for finding in found {
                findings.add("world", format!("{name}: {}", finding.reason), finding.remedy);
            }
            None
        }
    }
}

/// `a; b` are two paths with the same values.
fn lanes(paths: &str, spread: &Spread) -> Vec<Lane> {
    let paths = paths.split(';').map(str::trim).filter(|path| !path.is_empty());
    paths.map(|path| Lane { path: path.to_owned(), spread: spread.clone() }).collect()
}

/// A list of values, or in quotes what would stand on the command line.
fn spread(path: &str, Raw(written): &Raw, findings: &mut Findings) -> Option<Spread> {
    if written.starts_with('"') {
        let text: String = whole(written).ok()?;
        return Spread::read(&text).map_err(|reason| findings.add(path, reason, "correct the range")).ok();
    }
    if !written.starts_with('[') {
        findings.add(path, "it is neither a list of values nor a range in quotes", "write [2, 3, 4] or \"2..4:3\"");
        return None;
    }
    // What is wrong with the text as such was found when the whole was read.
    let values: Vec<Raw> = whole(written).ok()?;
    let values: Vec<String> = values.into_iter().map(|Raw(value)| value).collect();
    if values.is_empty() {
        findings.add(path, "it varies over no values", "give it some, or leave it out");
        return None;
    }
    if let Some(twice) =
        values.iter().enumerate().find_map(|(place, value)| values[..place].contains(value).then_some(value))
    {
        findings.add(path, format!("{twice} is given twice"), "give each value once");
    }
    Some(Spread::Values(values))
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
        assert_eq!(request.seeds, Some(4));
        assert_eq!(request.set, [Override { path: "lenders.broker.calls.grace".into(), value: "\"20m\"".into() }]);
        assert_eq!(request.vary[0], Axis::read("traders.fund-a.leverage=3,6.5").unwrap());
        let margins = Axis::read("lenders.broker.margin=Rate(im: 0.15, mm: 0.10),Unmargined").unwrap();
        assert_eq!(request.vary[1], margins);
    }

    #[test]
    fn ranges_samples_rules_and_paths_that_move_together_are_written_as_on_the_command_line() {
        let text = r#"
            Sweep(
                version: 1,
                world: "two-funds",
                vary: { "traders.fund-a.leverage": "2..6:5" },
                together: [{ "a": [1, 2], "b": "log 1..10:2" }],
                sample: Sobol(points: 16),
                against: { "cross default": { "lenders.broker.cross_default": true } },
                labels: { "traders.fund-a.leverage": (says: "leverage", values: []) },
                figures: ["cascade.size"],
            )"#;
        let request = read(&source(text)).unwrap();
        assert_eq!(request.vary[0], Axis::read("traders.fund-a.leverage=2,3,4,5,6").unwrap());
        assert_eq!(request.vary[1], Axis::read("a=1,2; b=1,10").unwrap());
        assert_eq!(request.sample, Some(Sample { method: Method::Sobol, points: 16 }));
        assert_eq!(request.against[0].name, "cross default");
        assert_eq!(request.against[0].changes, ["lenders.broker.cross_default=true".parse().unwrap()]);
        assert_eq!(request.labels[0].says, "leverage");
        assert_eq!((request.seeds, request.figures), (None, vec!["cascade.size".to_owned()]));
    }

    #[test]
    fn what_is_wrong_with_a_sweep_file_is_said() {
        for (text, reason) in [
            (GOOD.replace("version: 1", "version: 9"), "the sweep is of version 9"),
            (GOOD.replace("seeds: 4", "seeds: 0"), "a sweep over no seeds"),
            (GOOD.replace("seeds: 4", "seedz: 4"), "seedz"),
            (GOOD.replace("[3, /* the shipped one */ 6.5]", "[]"), "it varies over no values"),
            (GOOD.replace("[3, /* the shipped one */ 6.5]", "3"), "neither a list"),
            (GOOD.replace("[3, /* the shipped one */ 6.5]", "\"6..3:2\""), "ends before it begins"),
            (GOOD.replace("[3, /* the shipped one */ 6.5]", "[3, 3]"), "3 is given twice"),
            (GOOD.replace("two-funds", "no-such-world"), "no such world"),
            ("Sweep(".to_owned(), ""),
        ] {
            let checked = read(&source(&text)).and_then(|request| request.check().map(|_| ()));
            let error = checked.unwrap_err().to_string();
            assert!(error.contains(reason), "{reason} is not in {error}");
        }
    }

    /// Places and paths of all that is wrong with a sweep file, and a word of each reason.
    fn wrong(text: &str, reasons: &[(&str, &str, &str)]) {
        let error = read(&source(text)).and_then(|request| request.check().map(|_| ())).unwrap_err();
        let WorldError::Findings { name, findings, .. } = &error else { panic!("{error:?}") };
        assert_eq!(name, "folder/mine.ron");
        let found: Vec<String> = findings.iter().map(ToString::to_string).collect();
        assert_eq!(found.len(), reasons.len(), "{found:#?}");
        for (finding, (at, path, reason)) in findings.iter().zip(reasons) {
            let range = finding.range.clone().map(|range| &text[range]);
            assert_eq!((finding.path.as_str(), range), (*path, Some(*at)), "{found:#?}");
            assert!(finding.reason.contains(reason), "{reason}: {found:#?}");
        }
    }

    #[test]
    fn everything_that_is_wrong_with_a_sweep_file_is_said_at_once_where_it_stands() {
        wrong(
            r#"Sweep(version: 1, world: "nope", vary: {"foo": [1,1], "traders.x": "2..3"}, seeds: 0, bar: 3)"#,
            &[
                ("\"nope\"", "world", "no such world"),
                ("\"foo\"", "foo", "1 is given twice"),
                ("\"2..3\"", "traders.x", "no number of values"),
                ("0", "seeds", "a sweep over no seeds"),
                ("3", "bar", "no field bar"),
            ],
        );
        wrong(
            r#"Sweep(version: 1, world: "two-funds", set: {"lenders.broker.capitol": 1}, vary: {"traders.fund-a.leverage": [3,-1,"x"],
                "nope": [1]}, against: {"a rule": {"lenders.broker.capital": "much"}}, seeds: 2, figures: ["cascade.size", "zork"],
                labels: {"foo": (says: "x")})"#,
            &[
                ("1", "lenders.broker.capitol", "there is no field capitol"),
                ("-1", "traders.fund-a.leverage", "-1 is outside"),
                ("\"x\"", "traders.fund-a.leverage", "where a number should"),
                ("1", "nope", "there is no field nope"),
                ("\"much\"", "lenders.broker.capital", "where a number should (as the rule a rule has it)"),
                ("\"zork\"", "zork", "no such figure"),
                ("\"foo\"", "labels.foo", "it has a label and does not vary"),
            ],
        );
    }

    #[test]
    fn a_worlds_path_counts_from_the_sweep_file() {
        let origin = Origin::File("a/b.ron".into());
        assert_eq!(world_beside("worlds/c.ron", &origin), "a/worlds/c.ron");
        assert_eq!(world_beside("/c.ron", &origin), "/c.ron");
        assert_eq!(world_beside("two-funds", &origin), "two-funds");
    }
}
