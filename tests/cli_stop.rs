//! Ctrl-C: what is complete is kept, and says that it is not the whole.
#![cfg(unix)]

use assert_cmd::cargo::cargo_bin;
use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;
use tempfile::TempDir;

/// A world that no test waits for.
fn long_world(home: &Path) {
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/worlds/two-funds.ron")).unwrap();
    let long = text.replace("days: 2,", "days: 2000,");
    assert_ne!(long, text);
    fs::write(home.join("long.ron"), long).unwrap();
}

/// Starts, waits until the work has begun, and interrupts.
fn interrupted(home: &Path, args: &[&str]) -> ExitStatus {
    let mut child: Child = Command::new(cargo_bin!("firesale"))
        .current_dir(home)
        .args(args)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    lines.next().expect("a line when the work begins").unwrap();
    thread::sleep(Duration::from_millis(300));
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let rest: Vec<String> = lines.map_while(Result::ok).collect();
    let status = child.wait().unwrap();
    assert!(!rest.iter().any(|line| line.contains("fault")), "{rest:?}");
    status
}

#[test]
fn an_interrupted_run_keeps_what_it_has_beside_the_place_of_the_whole_one() {
    let home = TempDir::new().unwrap();
    long_world(home.path());
    let status = interrupted(home.path(), &["run", "long.ron", "--no-charts", "--record", "prices"]);
    assert_eq!(status.code(), Some(130));
    let runs: Vec<_> =
        fs::read_dir(home.path().join("output/long")).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(runs.len(), 1, "{runs:?}");
    assert!(runs[0].to_string_lossy().ends_with("-stopped"), "{runs:?}");
    let json = |name: &str| -> Value { serde_json::from_slice(&fs::read(runs[0].join(name)).unwrap()).unwrap() };
    assert_eq!(json("manifest.json")["stopped"], true);
    let summary = json("summary.json");
    assert_eq!(summary["stopped"], true);
    let ticks = summary["ticks"].as_u64().unwrap();
    assert!(ticks > 0 && ticks < 2_000 * 390, "{ticks}");
    assert!(runs[0].join("prices.parquet").exists());
}

#[test]
fn an_interrupted_run_waits_for_no_chart_and_can_be_drawn_later() {
    let home = TempDir::new().unwrap();
    long_world(home.path());
    let status = interrupted(home.path(), &["run", "long.ron", "--out", "kept"]);
    assert_eq!(status.code(), Some(130));
    let kept = home.path().join("kept");
    assert!(
        kept.join("prices.parquet").exists() && !kept.join("charts").exists() && !kept.join("report.html").exists()
    );
    let drawn = Command::new(cargo_bin!("firesale")).current_dir(home.path()).args(["chart", "kept"]).output().unwrap();
    assert!(drawn.status.success(), "{drawn:?}");
    assert!(kept.join("report.html").exists() && fs::read_dir(kept.join("charts")).unwrap().count() > 1);
}

#[test]
fn an_interrupted_sweep_keeps_the_runs_that_came_to_an_end_for_the_same_command_to_go_on() {
    let home = TempDir::new().unwrap();
    let status = interrupted(home.path(), &["sweep", "two-funds", "--seeds", "100000"]);
    assert_eq!(status.code(), Some(130));
    assert!(home.path().join("sweep.parquet.journal").exists());
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
}
