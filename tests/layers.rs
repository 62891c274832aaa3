//! Which crate may know which, and what the lower ones never touch.

use std::fs;
use std::path::{Path, PathBuf};

/// Each crate with the crates of the house that it may know, from the bottom up. The same list stands in `src/lib.rs`.
const LAYERS: [(&str, &[&str]); 9] = [
    ("ground", &[]),
    ("results", &["derive"]),
    ("language", &["derive", "ground"]),
    ("mechanics", &["ground", "language"]),
    ("engine", &["ground", "language", "mechanics", "results"]),
    ("files", &["ground", "results"]),
    ("world", &["engine", "files", "ground", "language", "mechanics", "results"]),
    ("record", &["engine", "ground", "mechanics", "results"]),
    ("chart", &["ground", "results"]),
];

/// These could run in a page: nothing of the machine they run on reaches them.
const BARE: [&str; 6] = ["ground", "results", "language", "mechanics", "engine", "record"];

/// What the machine offers, as a source file would name it.
const MACHINE: [&str; 8] =
    ["std::fs", "std::env", "std::net", "std::process", "std::thread", "std::time", "std::io", "rayon::"];

fn folder(layer: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(layer)
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Whether a folder of `src/` is a crate.
fn is_crate(name: &str) -> bool {
    folder(name).join("Cargo.toml").is_file()
}

/// What a crate needs of other crates, besides for its tests.
fn needs(layer: &str) -> Vec<String> {
    let manifest = text(&folder(layer).join("Cargo.toml"));
    let section = manifest.lines().skip_while(|line| *line != "[dependencies]").skip(1);
    let lines = section.take_while(|line| !line.starts_with('['));
    lines.filter_map(|line| line.split(['.', ' ', '=']).next()).map(str::to_owned).collect()
}

/// All sources below a folder.
fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries {
        let path = entry.expect("an entry of a folder").path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            into.push(path);
        }
    }
}

#[test]
fn each_crate_knows_those_below_it_and_no_other() {
    for (layer, may) in LAYERS {
        let needs = needs(layer);
        let mut house: Vec<&str> = needs.iter().map(String::as_str).filter(|name| is_crate(name)).collect();
        house.sort_unstable();
        assert_eq!(house, may, "{layer}");
    }
}

#[test]
fn only_files_knows_the_data_frames_and_only_charts_the_plotter() {
    for (layer, _) in LAYERS {
        let needs = needs(layer);
        for (name, owner) in [("polars", "files"), ("plotters", "chart"), ("bevy_ecs", "engine")] {
            let allowed = layer == owner || (name, layer) == ("bevy_ecs", "record");
            let is = |need: &String| need == name || need.strip_prefix(name).is_some_and(|rest| rest.starts_with('-'));
            assert!(allowed || !needs.iter().any(is), "{layer} needs {name}");
        }
    }
}

#[test]
fn the_lower_crates_open_no_file_start_no_thread_and_ask_no_clock() {
    for layer in BARE {
        let mut paths = Vec::new();
        sources(&folder(layer), &mut paths);
        assert!(!paths.is_empty(), "{layer} has no sources");
        for path in paths {
            for (number, line) in text(&path).lines().enumerate() {
                let code = line.split("//").next().unwrap_or_default();
                for name in MACHINE {
                    assert!(!code.contains(name), "{}:{}: {name}", path.display(), number + 1);
                }
            }
        }
    }
}

/// So that whoever has only Rust can build and test all that the README tells, and the door for Python takes nothing from below
/// that the library does not hand out.
#[test]
fn the_door_for_python_is_a_member_and_no_default_one() {
    let manifest = text(&Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"));
    let list = |key: &str| {
        let from = manifest.find(&format!("\n{key} = [")).unwrap_or_else(|| panic!("no {key}"));
        manifest[from..].split(']').next().unwrap_or_default().to_owned()
    };
    assert!(list("members").contains("\"src/python\""));
    assert!(!list("default-members").contains("python"));
    for name in ["bevy_ecs", "engine", "mechanics", "polars", "polars-arrow", "record"] {
        assert!(!needs("python").iter().any(|need| need == name), "python needs {name}");
    }
}
