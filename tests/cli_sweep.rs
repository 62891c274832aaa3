//! `sweep` through the binary.

use assert_cmd::cargo::cargo_bin_cmd;
use polars::prelude::{DataFrame, DataType, ParquetReader, SerReader};
use std::fs::{self, File};
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
    ParquetReader::new(File::open(path).unwrap()).finish().unwrap()
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
    assert_eq!(names[..3], ["traders.fund-a.leverage", "lenders.broker.calls.grace", "seed"]);
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
