//! `compare` through the binary: runs as they lie in folders.

use assert_cmd::cargo::cargo_bin_cmd;
use serde_json::Value;
use std::path::Path;
use std::process::Output;
use tempfile::TempDir;

fn firesale(home: &Path, arguments: &[&str]) -> Output {
    cargo_bin_cmd!("firesale").args(arguments).current_dir(home).output().expect("the program starts")
}

fn runs(home: &Path) {
    for (name, set) in [("three", "traders.fund-a.leverage=3"), ("six", "traders.fund-a.leverage=6")] {
        let ran = firesale(home, &["run", "two-funds", "--set", set, "--no-charts", "--quiet", "--out", name]);
        assert!(ran.status.success());
    }
}

#[test]
fn what_went_in_and_what_came_out_are_told_and_drawn() {
    let home = TempDir::new().unwrap();
    runs(home.path());
    let told = firesale(home.path(), &["compare", "three", "six"]);
    let text = String::from_utf8(told.stdout).unwrap();
    for part in ["traders.fund-a.leverage", "accounts: breached", "are the same in all"] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let told = firesale(home.path(), &["compare", "three", "six", "--json", "--out", "both"]);
    let told: Value = serde_json::from_slice(&told.stdout).unwrap();
    assert_eq!(told["input"][0]["values"], serde_json::json!(["3", "6"]));
    assert_eq!(told["runs"][1]["label"], "fund-a leverage 6");
    let outcome = told["outcome"].as_array().unwrap();
    let broke = outcome.iter().find(|one| one["figure"] == "accounts.breached").unwrap();
    let values = broke["values"].as_array().unwrap();
    assert_eq!(broke["difference"].as_f64().unwrap(), values[1].as_f64().unwrap() - values[0].as_f64().unwrap());
    let page = std::fs::read_to_string(home.path().join("both/compare.html")).unwrap();
    assert!(page.contains("<svg") && page.contains("acme fell") && !page.contains("src=\"http"));
    // What stands there is not written over.
    let again = firesale(home.path(), &["compare", "three", "six", "--out", "both"]);
    assert_eq!(again.status.code(), Some(2));
}

#[test]
fn folders_that_are_no_runs_are_all_found_at_once() {
    let home = TempDir::new().unwrap();
    std::fs::create_dir(home.path().join("empty")).unwrap();
    let told = firesale(home.path(), &["compare", "empty", "absent", "--out", "page"]);
    assert_eq!(told.status.code(), Some(2));
    let words = String::from_utf8(told.stderr).unwrap();
    for part in ["empty", "absent: it is not a folder", "2 findings; nothing was written"] {
        assert!(words.contains(part), "{part} in {words}");
    }
    assert!(!home.path().join("page").exists());
}

#[test]
fn a_run_is_the_same_as_itself() {
    let home = TempDir::new().unwrap();
    runs(home.path());
    let told = firesale(home.path(), &["compare", "six", "six", "--out", "page"]);
    let text = String::from_utf8(told.stdout).unwrap();
    assert!(text.contains("What went in is the same"), "{text}");
    let page = std::fs::read_to_string(home.path().join("page/compare.html")).unwrap();
    assert!(!page.contains("<svg"), "no price differs, and nothing is drawn");
}
