//! `run`, `chart`, `list` and `check` through the binary.

use assert_cmd::cargo::{cargo_bin, cargo_bin_cmd};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

fn firesale(home: &Path, args: &[&str]) -> Output {
    let output = cargo_bin_cmd!("firesale").current_dir(home).args(args).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{args:?}: {said}");
    output
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// Every file of a folder by relative name; how long the run took is taken out of the summary.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
            let mut bytes = fs::read(&path).unwrap();
            if name == "summary.json" {
                let text = String::from_utf8(bytes).unwrap();
                let kept: Vec<&str> = text.lines().filter(|line| !line.contains("\"wall_seconds\"")).collect();
                assert_eq!(kept.len() + 1, text.lines().count(), "wall_seconds is one line");
                bytes = kept.join("\n").into_bytes();
            }
            files.insert(name, bytes);
        }
    }
    files
}

#[test]
fn a_run_leaves_its_folder_and_says_where() {
    let home = TempDir::new().unwrap();
    let output = firesale(home.path(), &["run", "two-funds"]);
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(printed.contains("output/two-funds/seed-1"), "{printed}");
    assert!(printed.lines().all(|line| line.chars().count() <= 100 || line.starts_with("See ")), "{printed}");
    let folder = home.path().join("output/two-funds/seed-1");
    let files = contents(&folder);
    for name in ["manifest.json", "summary.json", "report.html", "prices.parquet", "events.parquet", "cascade.parquet"]
    {
        assert!(files.contains_key(name), "{name} is missing from {:?}", files.keys());
    }
    let manifest = json(&folder.join("manifest.json"));
    assert_eq!(manifest["command"], "firesale run two-funds --seed 1");
    assert_eq!(manifest["stopped"], false);
    let listed: Vec<&str> =
        manifest["files"].as_array().unwrap().iter().map(|file| file["path"].as_str().unwrap()).collect();
    assert_eq!(listed.len() + 1, files.len(), "all but itself: {listed:?}");
}

#[test]
fn the_same_run_twice_gives_the_same_bytes_and_takes_the_same_place() {
    let home = TempDir::new().unwrap();
    let args = ["run", "two-funds", "--quiet", "--counterfactual", "--seed", "3"];
    firesale(home.path(), &args);
    let world = home.path().join("output/two-funds");
    let only = |folder: &Path| {
        let mut entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let entry = entries.next().unwrap();
        assert!(entries.next().is_none(), "more than one entry");
        entry
    };
    let folder = only(&world);
    let first = contents(&folder);
    firesale(home.path(), &args);
    assert_eq!(only(&world), folder);
    assert!(contents(&folder) == first, "two runs differ");
    firesale(home.path(), &[&args[..], &["--threads", "1", "--out", "alone"]].concat());
    let alone = contents(&home.path().join("alone"));
    for (name, bytes) in &first {
        assert!(alone[name] == *bytes, "{name} depends on the number of threads or the place");
    }
}

#[test]
fn what_is_recorded_changes_no_other_file() {
    let home = TempDir::new().unwrap();
    firesale(home.path(), &["run", "two-funds", "--quiet", "--no-charts", "--out", "all"]);
    firesale(home.path(), &["run", "two-funds", "--quiet", "--no-charts", "--record", "none", "--out", "none"]);
    let (all, none) = (contents(&home.path().join("all")), contents(&home.path().join("none")));
    for table in ["prices", "trades", "accounts", "firms", "lenders", "cascade"] {
        let file = format!("{table}.parquet");
        assert!(all.contains_key(&file) && !none.contains_key(&file), "{file}");
    }
    for (name, bytes) in none.iter().filter(|(name, _)| *name != "manifest.json") {
        assert!(all[name] == *bytes, "{name} depends on what is recorded");
    }
    assert!(!none.contains_key("report.html"));
}

#[test]
fn charts_drawn_again_are_the_charts_the_run_drew() {
    let home = TempDir::new().unwrap();
    firesale(home.path(), &["run", "two-funds", "--quiet", "--counterfactual", "--out", "run"]);
    let folder = home.path().join("run");
    let before = contents(&folder);
    fs::write(folder.join("report.html"), "spoilt").unwrap();
    firesale(home.path(), &["chart", "run", "--quiet"]);
    let after = contents(&folder);
    assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
    for (name, bytes) in &before {
        assert!(after[name] == *bytes, "{name} differs");
    }
}

#[test]
fn only_the_charts_that_are_named_are_drawn_again() {
    let home = TempDir::new().unwrap();
    firesale(home.path(), &["run", "two-funds", "--quiet", "--out", "run"]);
    let folder = home.path().join("run");
    let before = contents(&folder);
    for name in ["charts/cascade.svg", "charts/unsold.svg", "report.html"] {
        fs::write(folder.join(name), "spoilt").unwrap();
    }
    let output = firesale(home.path(), &["chart", "run", "--only", "cascade"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("drew 1 chart in "), "{said}");
    assert!(contents(&folder)["charts/cascade.svg"] == before["charts/cascade.svg"]);
    assert_eq!(contents(&folder)["charts/unsold.svg"], b"spoilt");
    assert_eq!(contents(&folder)["report.html"], b"spoilt");
}

#[test]
fn a_chart_of_a_stretch_and_of_a_size_is_drawn_and_what_is_wrong_with_either_is_told_at_once() {
    let home = TempDir::new().unwrap();
    firesale(home.path(), &["run", "two-funds", "--quiet", "--out", "run"]);
    let folder = home.path().join("run");
    let start = json(&folder.join("summary.json"))["start"].as_str().unwrap()[..10].to_owned();
    let args = ["chart", "run", "--only", "price_acme", "--to", &start, "--size", "640x400"];
    firesale(home.path(), &args);
    let svg = String::from_utf8(contents(&folder)["charts/price_acme.svg"].clone()).unwrap();
    assert!(svg.contains("width=\"320\" height=\"200\"") && svg.contains("Drawn to "), "{}", &svg[..300]);
    let before = contents(&folder);
    let wrong = |args: &[&str]| {
        let output = cargo_bin_cmd!("firesale").current_dir(home.path()).args(args).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let said = wrong(&["chart", "run", "--from", "noon", "--size", "wide"]);
    for told in ["name the charts with --only", "this is no moment", "this is no size", "4 findings"] {
        assert!(said.contains(told), "{told} in {said}");
    }
    let said = wrong(&["chart", "run", "--only", "price_acme", "--from", "1999-01-01", "--to", "1999-01-02"]);
    assert!(said.contains("has no chart `price_acme`") && said.contains("1 Jan"), "{said}");
    assert!(contents(&folder) == before, "nothing was drawn");
}

#[test]
fn every_name_that_is_no_chart_is_told_at_once_with_those_that_are() {
    let home = TempDir::new().unwrap();
    firesale(home.path(), &["run", "two-funds", "--quiet", "--out", "run"]);
    let folder = home.path().join("run");
    let before = contents(&folder);
    let mut command = cargo_bin_cmd!("firesale");
    let output = command.current_dir(home.path()).args(["chart", "run", "--only", "cascad,cascade,spark"]).output();
    let output = output.unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("no chart `cascad` and none `spark`"), "{said}");
    assert!(said.contains("`cascade`") && said.contains("`unsold`"), "{said}");
    assert!(contents(&folder) == before, "nothing was drawn");
}

#[test]
fn with_json_stdout_is_the_summary_and_nothing_else() {
    let home = TempDir::new().unwrap();
    let output = firesale(home.path(), &["run", "two-funds", "--json", "--out", "run"]);
    let printed: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(printed["world"], "two-funds");
    assert_eq!(printed["folder"], "run");
    let summary = json(&home.path().join("run/summary.json"));
    for (key, value) in summary.as_object().unwrap() {
        assert_eq!(&printed[key], value, "{key}");
    }
}

#[test]
fn a_changed_world_gets_a_place_and_a_command_of_its_own() {
    let home = TempDir::new().unwrap();
    let set = ["--set", "traders.fund-a.leverage=3", "--set", "title=It's another"];
    firesale(home.path(), &[&["run", "two-funds", "--quiet", "--no-charts"], &set[..]].concat());
    let runs = fs::read_dir(home.path().join("output/two-funds")).unwrap();
    let folder = runs.map(|entry| entry.unwrap().path()).next().unwrap();
    assert!(folder.file_name().unwrap().to_string_lossy().starts_with("seed-1-"), "{folder:?}");
    let manifest = json(&folder.join("manifest.json"));
    assert_eq!(manifest["overrides"][0], "traders.fund-a.leverage=3");
    assert_eq!(
        manifest["command"],
        r"firesale run two-funds --seed 1 --set traders.fund-a.leverage=3 --set 'title=It'\''s another' --no-charts"
    );
    assert_eq!(json(&folder.join("summary.json"))["overrides"][0], "traders.fund-a.leverage = 3");
}

#[test]
fn quiet_says_nothing_when_all_is_well() {
    let home = TempDir::new().unwrap();
    let output = firesale(home.path(), &["run", "two-funds", "--quiet", "--out", "run"]);
    assert!(output.stdout.is_empty() && output.stderr.is_empty());
}

#[test]
fn a_world_from_a_file_is_named_by_its_stem_and_stays_inside_output() {
    let home = TempDir::new().unwrap();
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/worlds/two-funds.ron")).unwrap();
    fs::write(home.path().join("...ron"), &text).unwrap();
    fs::write(home.path().join("a b.ron"), &text).unwrap();
    firesale(home.path(), &["run", "./...ron", "--quiet", "--no-charts"]);
    firesale(home.path(), &["run", "a b.ron", "--quiet", "--no-charts"]);
    let mut worlds: Vec<_> =
        fs::read_dir(home.path().join("output")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    worlds.sort();
    assert_eq!(worlds, ["a-b", "world"]);
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 3, "two worlds and output");
}

#[test]
fn a_world_to_start_from_is_written_once_and_runs() {
    let home = TempDir::new().unwrap();
    let status = |args: &[&str]| {
        let ran = Command::new(cargo_bin!("firesale")).current_dir(home.path()).args(args).output().unwrap();
        ran.status.code().expect("no signal ended it")
    };
    assert_eq!(status(&["init", "mine.ron"]), 0);
    assert_eq!(status(&["check", "mine.ron"]), 0);
    // It is the user's from now on.
    fs::write(home.path().join("mine.ron"), "my own").unwrap();
    assert_eq!(status(&["init", "mine.ron", "--from", "peg"]), 2);
    assert_eq!(fs::read_to_string(home.path().join("mine.ron")).unwrap(), "my own");
    assert_eq!(status(&["init", "other.ron", "--from", "no-such-world"]), 2);
    assert_eq!(status(&["init", "no-such-folder/mine.ron"]), 3);
    assert!(!home.path().join("other.ron").exists());
}

#[test]
fn list_names_the_worlds_and_a_reader_that_leaves_is_no_error() {
    let home = TempDir::new().unwrap();
    let output = firesale(home.path(), &["list"]);
    assert!(String::from_utf8(output.stdout).unwrap().contains("two-funds"));
    let json: Value = serde_json::from_slice(&firesale(home.path(), &["list", "--json"]).stdout).unwrap();
    assert!(json.as_array().unwrap().iter().any(|world| world["name"] == "two-funds"));

    let mut child =
        Command::new(cargo_bin!("firesale")).arg("list").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_stdout_that_cannot_be_written_is_an_error_of_the_environment() {
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = Command::new(cargo_bin!("firesale")).arg("list").stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
}

#[test]
fn check_says_how_large_a_sound_world_is() {
    let home = TempDir::new().unwrap();
    let output = firesale(home.path(), &["check", "two-funds"]);
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(printed.starts_with("ok: ") && printed.contains("780 ticks"), "{printed}");
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
}
