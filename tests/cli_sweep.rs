//! `sweep` through the binary.

use assert_cmd::cargo::cargo_bin_cmd;
use polars::prelude::{DataFrame, DataType, ParquetReader, SerReader};
use std::collections::BTreeMap;
use std::fs;
use std::io::Cursor;
use std::path::Path;
use std::process::Output;
use tempfile::TempDir;

fn firesale(home: &Path, args: &[&str]) -> Output {
    let output = cargo_bin_cmd!("firesale").current_dir(home).args(args).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{args:?}: {said}");
    output
}

fn table(path: &Path) -> DataFrame {
    read(&fs::read(path).unwrap())
}

/// As polars itself reads it.
fn read(bytes: &[u8]) -> DataFrame {
    ParquetReader::new(Cursor::new(bytes)).finish().unwrap()
}

const VARY: [&str; 4] = ["--vary", "traders.fund-a.leverage=3,6", "--vary", "lenders.broker.calls.grace=\"5m\",\"9m\""];

#[test]
fn a_sweep_is_one_row_a_run_and_the_same_bytes_for_any_number_of_jobs() {
    let home = TempDir::new().unwrap();
    for jobs in ["1", "2", "0"] {
        let out = format!("{jobs}.parquet");
        let args = [&["sweep", "two-funds", "--seeds", "2", "--seed", "7", "--jobs", jobs, "--out", &out], &VARY[..]];
        firesale(home.path(), &args.concat());
    }
    let bytes = |jobs: &str| fs::read(home.path().join(format!("{jobs}.parquet"))).unwrap();
    assert!(bytes("1") == bytes("2") && bytes("1") == bytes("0"), "the bytes depend on --jobs");
    let table = table(&home.path().join("1.parquet"));
    assert_eq!(table.height(), 8);
    let names = table.get_column_names();
    let head = ["traders.fund-a.leverage", "lenders.broker.calls.grace", "seed", "status", "reason"];
    assert_eq!(names[..5], head);
    assert_eq!(table.column("traders.fund-a.leverage").unwrap().dtype(), &DataType::Float64);
    let seeds: Vec<Option<u64>> = table.column("seed").unwrap().u64().unwrap().iter().collect();
    assert_eq!(seeds, [7, 8, 7, 8, 7, 8, 7, 8].map(Some));
    for name in ["cascade.size", "accounts.breached", "lenders.total_loss", "expect.met", "audit.cash_residual"] {
        assert!(table.column(name).is_ok(), "{name} is missing");
    }
    assert!(names.iter().all(|name| !name.contains("wall")));
}

#[test]
fn a_sweep_file_says_the_same_as_the_command_line() {
    let home = TempDir::new().unwrap();
    let text = r#"
        Sweep(
            version: 1,
            world: "two-funds",
            vary: {
                "traders.fund-a.leverage": [3, 6],
                "lenders.broker.calls.grace": ["5m", "9m"],
            },
            seeds: 1,
            seed: 7,
        )"#;
    fs::write(home.path().join("mine.ron"), text).unwrap();
    firesale(home.path(), &["sweep", "mine.ron", "--seeds", "2", "--out", "file.parquet"]);
    let args = [&["sweep", "two-funds", "--seeds", "2", "--seed", "7", "--out", "line.parquet"], &VARY[..]];
    firesale(home.path(), &args.concat());
    let bytes = |name: &str| fs::read(home.path().join(name)).unwrap();
    assert!(bytes("file.parquet") == bytes("line.parquet"));
}

/// The command that most tests here run: eight runs, of which some break.
const SMALL: [&str; 12] = [
    "sweep",
    "two-funds",
    "--vary",
    "traders.fund-a.leverage=3..6:4",
    "--seeds",
    "2",
    "--seed",
    "7",
    "--no-charts",
    "--quiet",
    "--jobs",
    "2",
];

fn small<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&SMALL[..], more].concat()
}

fn refused(home: &Path, args: &[&str], code: i32, says: &str) {
    let output = cargo_bin_cmd!("firesale").current_dir(home).args(args).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert!(said.contains(says), "{says:?} is not in {said}");
}

/// A few pseudo-random numbers, the same at each run of the tests.
fn dice(seed: u64) -> impl FnMut(u64) -> u64 {
    let mut state = seed;
    move |sides| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % sides
    }
}

#[test]
fn killed_at_any_moment_it_goes_on_and_nothing_is_lost_or_done_twice() {
    let home = TempDir::new().unwrap();
    fn args(out: &str) -> [&str; 10] {
        let vary = "traders.fund-a.leverage=3..6:4";
        ["sweep", "two-funds", "--vary", vary, "--seeds", "25", "--no-charts", "--quiet", "--out", out]
    }
    firesale(home.path(), &args("whole.parquet"));
    let mut dice = dice(13);
    let mut kills = 0;
    for round in 0..2 {
        let out = format!("killed-{round}.parquet");
        loop {
            let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("firesale"));
            let mut child = command.current_dir(home.path()).args(args(&out)).spawn().unwrap();
            let until = std::time::Duration::from_millis(200 + dice(1800));
            std::thread::sleep(until);
            if child.try_wait().unwrap().is_some() {
                break;
            }
            child.kill().unwrap();
            child.wait().unwrap();
            kills += 1;
        }
        let bytes = |name: &str| fs::read(home.path().join(name)).unwrap();
        assert!(bytes("whole.parquet") == bytes(&out), "after {kills} kills");
        assert!(!home.path().join(format!("{out}.journal")).exists());
    }
    assert!(kills > 1, "{kills} kills prove nothing");
}

#[test]
fn parts_from_several_machines_make_up_the_whole_byte_for_byte() {
    let home = TempDir::new().unwrap();
    firesale(home.path(), &small(&["--out", "whole.parquet"]));
    for part in ["1/3", "2/3", "3/3"] {
        let out = format!("part-{}.parquet", &part[..1]);
        firesale(home.path(), &small(&["--shard", part, "--out", &out]));
    }
    let parts = ["part-3.parquet", "part-1.parquet", "part-2.parquet"];
    firesale(home.path(), &[&["gather"], &parts[..], &["--no-charts", "--out", "again.parquet"]].concat());
    let bytes = |name: &str| fs::read(home.path().join(name)).unwrap();
    assert!(bytes("whole.parquet") == bytes("again.parquet"));
    assert!(bytes("whole.parquet.json") == bytes("again.parquet.json"));
    refused(home.path(), &["gather", "part-1.parquet", "part-3.parquet"], 2, "missing: 2/3");
    refused(home.path(), &["gather", "part-1.parquet", "part-1.parquet", "part-3.parquet"], 2, "given twice");
    refused(home.path(), &["gather", "whole.parquet", "part-1.parquet"], 2, "but a whole");
    assert!(!home.path().join("sweep.parquet").exists());
}

/// All that lies in a folder, by path.
fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            all.extend(tree(&path).into_iter().map(|(inner, bytes)| (format!("{name}/{inner}"), bytes)));
        } else {
            all.insert(name, fs::read(path).unwrap());
        }
    }
    all
}

#[test]
fn series_of_each_run_lie_beside_the_table_and_join_to_it_however_they_came_there() {
    let home = TempDir::new().unwrap();
    let at = |name: &str| home.path().join(name);
    let record = |more: &[&'static str]| small(&[&["--record", "prices,firms", "--counterfactual"], more].concat());
    let mut alone = record(&["--out", "whole.parquet"]);
    let jobs = alone.iter().position(|word| *word == "--jobs").unwrap() + 1;
    alone[jobs] = "1";
    firesale(home.path(), &alone);
    let whole = tree(&at("whole.parts"));
    let runs = table(&at("whole.parquet")).height();
    assert_eq!(whole.len(), 1 + 3 * runs, "{:?}", whole.keys());
    // Rows bear the parameters and the seed of their run, as the table has them.
    let prices = read(&whole["prices/0000003.parquet"]);
    let keys = &prices.get_column_names()[..2];
    assert_eq!(keys, ["traders.fund-a.leverage", "seed"]);
    for key in ["traders.fund-a.leverage", "seed"] {
        let of_run = table(&at("whole.parquet")).column(key).unwrap().get(3).unwrap().into_static();
        assert_eq!(prices.column(key).unwrap().get(0).unwrap(), of_run);
    }
    // On two threads; after a kill, with one file half written; and from parts.
    firesale(home.path(), &record(&["--out", "two.parquet"]));
    assert!(tree(&at("two.parts")) == whole, "they depend on --jobs");
    let args = record(&["--out", "killed.parquet"]);
    let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("firesale"));
    let mut child = command.current_dir(home.path()).args(&args).spawn().unwrap();
    while fs::read_dir(at("killed.parts/prices")).map_or(0, Iterator::count) == 0 && child.try_wait().unwrap().is_none()
    {
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    let _ = child.kill();
    child.wait().unwrap();
    firesale(home.path(), &args);
    let mut after = tree(&at("killed.parts"));
    after.retain(|name, _| !name.ends_with(".unfinished"));
    assert!(after == whole, "{:?}", after.keys());
    for part in ["1/2", "2/2"] {
        let out = format!("part-{}.parquet", &part[..1]);
        firesale(home.path(), &[&record(&["--shard", part, "--out"])[..], &[&out]].concat());
    }
    firesale(home.path(), &["gather", "part-2.parquet", "part-1.parquet", "--no-charts", "--out", "again.parquet"]);
    assert!(tree(&at("again.parts")) == whole);
    // What is not ours stays, and what is lost is told.
    fs::create_dir(at("mine.parts")).unwrap();
    fs::write(at("mine.parts/notes.txt"), "x").unwrap();
    refused(home.path(), &record(&["--out", "mine.parquet"]), 2, "not of this sweep");
    assert!(!at("mine.parquet.journal").exists());
    fs::remove_file(at("part-1.parts/firms/0000000.parquet")).unwrap();
    refused(home.path(), &["gather", "part-1.parquet", "part-2.parquet", "--out", "more.parquet"], 2, "left some");
}

#[test]
fn the_same_command_again_has_nothing_to_do_and_another_is_refused() {
    let home = TempDir::new().unwrap();
    firesale(home.path(), &small(&["--out", "s.parquet"]));
    let before = fs::read(home.path().join("s.parquet")).unwrap();
    firesale(home.path(), &small(&["--out", "s.parquet"]));
    refused(home.path(), &["sweep", "two-funds", "--seeds", "3", "--out", "s.parquet"], 2, "over other values");
    refused(home.path(), &["sweep", "archegos-2021", "--out", "s.parquet"], 2, "another world");
    assert!(before == fs::read(home.path().join("s.parquet")).unwrap());
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 2);
}

#[test]
fn two_sweeps_do_not_write_one_table() {
    let home = TempDir::new().unwrap();
    let long = ["sweep", "two-funds", "--seeds", "100000", "--quiet"];
    let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("firesale"));
    let mut first = command.current_dir(home.path()).args(long).spawn().unwrap();
    let journal = home.path().join("sweep.parquet.journal");
    let rows = || fs::read_to_string(&journal).map_or(0, |text| text.lines().count());
    while rows() < 4 {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    refused(home.path(), &long, 2, "another sweep is writing");
    first.kill().unwrap();
    first.wait().unwrap();
    refused(home.path(), &["sweep", "two-funds", "--seeds", "5", "--quiet"], 2, "unfinished sweep over other seeds");
    assert!(rows() >= 4);
}

#[test]
fn a_folder_that_is_taken_away_in_the_middle_loses_no_row() {
    let home = TempDir::new().unwrap();
    let args = ["sweep", "two-funds", "--seeds", "60", "--no-charts", "--quiet", "--out", "folder/s.parquet"];
    let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("firesale"));
    let mut child = command.current_dir(home.path()).args(args).spawn().unwrap();
    let journal = home.path().join("folder/s.parquet.journal");
    while fs::read_to_string(&journal).map_or(0, |text| text.lines().count()) < 4 {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    fs::remove_dir_all(home.path().join("folder")).unwrap();
    assert!(child.wait().unwrap().success());
    assert_eq!(table(&home.path().join("folder/s.parquet")).height(), 60);
}

#[test]
fn values_that_make_no_sense_together_are_a_row_that_says_so() {
    let home = TempDir::new().unwrap();
    let vary = "lenders.broker.margin=Rate(im: 0.15, mm: 0.1),Rate(im: 0.1, mm: 0.15)";
    firesale(home.path(), &["sweep", "two-funds", "--vary", vary, "--no-charts"]);
    let table = table(&home.path().join("sweep.parquet"));
    let texts = |name: &str| -> Vec<Option<String>> {
        let texts = table.column(name).unwrap().cast(&DataType::String).unwrap();
        texts.str().unwrap().iter().map(|text| text.map(str::to_owned)).collect()
    };
    assert_eq!(texts("status"), ["done", "infeasible"].map(|word| Some(word.to_owned())));
    assert!(texts("reason")[1].as_ref().unwrap().contains("lenders.broker.margin"));
    assert_eq!(table.column("cascade.size").unwrap().i64().unwrap().get(1), None);
}

#[test]
fn a_chart_is_drawn_over_our_own_and_never_over_anothers() {
    let home = TempDir::new().unwrap();
    let args: Vec<&str> =
        small(&["--figure", "cascade.size"]).into_iter().filter(|arg| *arg != "--no-charts").collect();
    firesale(home.path(), &args);
    let png = home.path().join("sweep-cascade-size.png");
    let drawn = fs::read(&png).unwrap();
    let again = ["chart", "sweep.parquet", "--figure", "cascade.size", "--quiet"];
    firesale(home.path(), &again);
    assert!(fs::read(&png).unwrap() == drawn);
    fs::write(&png, "my own").unwrap();
    refused(home.path(), &again, 2, "in the way of a chart");
    assert_eq!(fs::read(&png).unwrap(), b"my own");
    refused(home.path(), &["chart", "sweep.parquet", "--figure", "cascade.sise"], 2, "cascade.size");
}

#[test]
fn a_figure_that_no_run_has_is_refused_before_the_first() {
    let home = TempDir::new().unwrap();
    refused(home.path(), &small(&["--figure", "cascade.sise"]), 2, "cascade.size");
    refused(home.path(), &small(&["--figure", "zork"]), 2, "begins with accounts, audit, cascade");
    let sweep = "Sweep(version: 1, world: \"two-funds\", vary: {}, seeds: 2, figures: [\"zork\"])";
    fs::write(home.path().join("my.ron"), sweep).unwrap();
    refused(home.path(), &["check", "my.ron"], 2, "the sweep has no such figure");
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1, "nothing was written");
}

#[test]
fn a_sweep_over_seeds_alone_tells_its_medians() {
    let home = TempDir::new().unwrap();
    let args = ["sweep", "two-funds", "--seeds", "3", "--no-charts", "--figure", "waterfall.lender_capital"];
    let said = String::from_utf8(firesale(home.path(), &args).stdout).unwrap();
    assert!(said.contains("Medians over 3 seeds") && said.contains("all runs"), "{said}");
}

#[test]
fn one_run_a_value_has_no_median() {
    let home = TempDir::new().unwrap();
    let args = ["sweep", "two-funds", "--vary", "traders.fund-a.leverage=3,4", "--no-charts"];
    let said = String::from_utf8(firesale(home.path(), &args).stdout).unwrap();
    assert!(said.contains("One run each.") && !said.contains("Medians"), "{said}");
}

#[test]
fn a_rule_is_held_against_the_world_on_the_same_draws() {
    let home = TempDir::new().unwrap();
    let args =
        ["sweep", "two-funds", "--seeds", "4", "--against", "traders.fund-a.leverage=2", "--json", "--no-charts"];
    let output = firesale(home.path(), &[&args[..], &["--figure", "instruments.acme.fall_compared"]].concat());
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let rule = &json["told"][0]["rules"][0];
    assert_eq!((rule["pairs"].as_u64(), rule["rule"].as_str()), (Some(4), Some("traders.fund-a.leverage=2")));
    let (mean, as_it_is, under) = (rule["mean"].as_f64(), rule["as_it_is"].as_f64(), rule["under"].as_f64());
    assert!(mean < Some(0.0) && under < as_it_is, "less leverage, less of a fall: {rule}");
    assert_eq!(table(&home.path().join("sweep.parquet")).height(), 8);
}

#[test]
fn a_sweep_reports_as_json() {
    let home = TempDir::new().unwrap();
    let output = firesale(home.path(), &["sweep", "two-funds", "--seeds", "3", "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["rows"], 3);
    assert_eq!(json["out"], "sweep.parquet");
    assert!(home.path().join("sweep.parquet").exists());
}

#[test]
fn shipped_sweeps_are_sound_and_none_is_listed_as_a_world() {
    let home = TempDir::new().unwrap();
    let listed = String::from_utf8(firesale(home.path(), &["list", "--quiet"]).stdout).unwrap();
    let sweeps = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/worlds/sweeps")).unwrap();
    let mut seen = 0;
    for sweep in sweeps {
        let path = sweep.unwrap().path();
        let said = String::from_utf8(firesale(home.path(), &["check", path.to_str().unwrap()]).stdout).unwrap();
        assert!(said.starts_with("ok: ") && said.contains(" runs of "), "{said}");
        let name = path.file_stem().unwrap().to_str().unwrap();
        assert!(listed.lines().all(|world| world != name), "{name} is a sweep");
        seen += 1;
    }
    assert!(seen > 0 && !listed.is_empty());
}

#[test]
fn a_sweep_where_a_world_is_meant_is_named_as_one() {
    let home = TempDir::new().unwrap();
    fs::write(home.path().join("my sweep.ron"), "Sweep(version: 1, world: \"two-funds\", vary: {}, seeds: 1)").unwrap();
    let output = cargo_bin_cmd!("firesale").current_dir(home.path()).args(["run", "my sweep.ron"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("firesale sweep 'my sweep.ron'"), "{said}");
    assert!(!home.path().join("output").exists());
}
