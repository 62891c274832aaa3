//! Wrong input, through the binary: one clear message, exit status 2 or 3, nothing written.

use assert_cmd::cargo::cargo_bin_cmd;
use std::fs;
use std::path::Path;
use std::process::Output;
use tempfile::TempDir;

fn firesale(home: &Path, args: &[&str]) -> Output {
    cargo_bin_cmd!("firesale").current_dir(home).args(args).output().unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).unwrap().next().is_none()
}

/// Runs and expects refusal: this status, words on stderr, a folder as empty as before.
fn refused(args: &[&str], status: i32, words: &[&str]) {
    let home = TempDir::new().unwrap();
    let output = firesale(home.path(), args);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(status), "{args:?}: {said}");
    for word in words {
        assert!(said.contains(word), "{args:?}: `{word}` is not in: {said}");
    }
    assert!(stdout(&output).is_empty(), "{args:?} printed a result: {}", stdout(&output));
    assert!(is_empty(home.path()), "{args:?} left something");
}

#[test]
fn an_unknown_world_is_refused_with_what_it_may_have_meant() {
    for command in ["run", "check", "sweep"] {
        refused(&[command, "two-fund"], 2, &["two-fund", "no such world", "two-funds"]);
    }
}

#[test]
fn a_command_line_that_makes_no_sense_is_refused() {
    refused(&[], 2, &["Usage"]);
    refused(&["walk", "two-funds"], 2, &["walk"]);
    refused(&["run"], 2, &["WORLD"]);
    refused(&["run", "two-funds", "--seed", "-1"], 2, &["--seed"]);
    refused(&["run", "two-funds", "--set", "leverage"], 2, &["leverage", "PATH=VALUE"]);
    refused(&["run", "two-funds", "--record", "price"], 2, &["price", "prices"]);
    refused(&["run", "two-funds", "--threads", "0"], 2, &["--threads"]);
    refused(&["run", "two-funds", "--counterfactual", "--without-liquidation"], 2, &["cannot be used with"]);
    refused(&["sweep", "two-funds", "--vary", "a.b=[1,2"], 2, &["stays open"]);
    refused(&["sweep", "two-funds", "--vary", "a.b=1,,2"], 2, &["empty value"]);
    refused(&["sweep", "two-funds", "--seeds", "0"], 2, &["--seeds"]);
}

#[test]
fn an_out_that_exists_is_refused_and_untouched() {
    let home = TempDir::new().unwrap();
    fs::create_dir(home.path().join("mine")).unwrap();
    fs::write(home.path().join("mine/notes.txt"), "mine").unwrap();
    for (args, out) in [(["run", "two-funds", "--out"], "mine"), (["sweep", "two-funds", "--out"], "mine/notes.txt")] {
        let output = firesale(home.path(), &[&args[..], &[out]].concat());
        assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
        assert!(stderr(&output).contains("exists") && stderr(&output).contains("--out"), "{}", stderr(&output));
    }
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
    assert_eq!(fs::read_dir(home.path().join("mine")).unwrap().count(), 1);
    assert_eq!(fs::read(home.path().join("mine/notes.txt")).unwrap(), b"mine");
}

#[test]
fn a_place_that_cannot_be_written_is_an_error_of_the_environment() {
    let home = TempDir::new().unwrap();
    fs::write(home.path().join("file"), "").unwrap();
    for args in [["run", "two-funds", "--out", "file/run"], ["sweep", "two-funds", "--out", "file/sweep.parquet"]] {
        let output = firesale(home.path(), &args);
        assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
        assert!(stderr(&output).contains("cannot write into file"), "{}", stderr(&output));
        assert!(stderr(&output).contains("nothing was run or written"), "{}", stderr(&output));
    }
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
}

#[test]
fn with_json_findings_go_to_stdout_as_json_and_nothing_else_does() {
    let home = TempDir::new().unwrap();
    fs::write(home.path().join("broken.ron"), "World(\n  version: 1,\n  oops\n").unwrap();
    let output = firesale(home.path(), &["check", "broken.ron", "--json"]);
    assert_eq!(output.status.code(), Some(2));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let finding = &json["findings"][0];
    assert!(finding["line"].is_u64() && finding["column"].is_u64(), "{json}");
    assert!(finding["path"].is_string() && finding["reason"].is_string() && finding["remedy"].is_string(), "{json}");
    let output = firesale(home.path(), &["run", "no-such-world", "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["findings"][0]["path"], "no-such-world");
}

#[test]
fn findings_off_a_terminal_are_lines_with_their_place() {
    let home = TempDir::new().unwrap();
    fs::write(home.path().join("broken.ron"), "World(\n  version: 1,\n  oops\n").unwrap();
    let output = firesale(home.path(), &["check", "broken.ron"]);
    let said = stderr(&output);
    assert!(said.lines().next().unwrap().starts_with("broken.ron:"), "{said}");
    assert!(!said.contains('\u{1b}'), "{said}");
}

#[test]
fn chart_refuses_what_is_not_a_run() {
    refused(&["chart", "absent"], 2, &["absent", "not a folder"]);
    let home = TempDir::new().unwrap();
    let output = firesale(home.path(), &["chart", "."]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("manifest.json"), "{}", stderr(&output));
    assert!(is_empty(home.path()));
}

#[test]
fn a_wrong_point_of_a_sweep_is_found_before_anything_runs() {
    let home = TempDir::new().unwrap();
    fs::write(home.path().join("s.ron"), "Sweep(version: 1, world: \"two-funds\", vary: {}, seeds: 0)").unwrap();
    let output = firesale(home.path(), &["sweep", "s.ron"]);
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains("no seeds"), "{}", stderr(&output));
    assert!(!home.path().join("sweep.parquet").exists());
    refused(&["sweep", "two-funds", "--vary", "seed=1,2", "--seeds", "2"], 2, &["--seeds"]);
    refused(&["sweep", "two-funds", "--vary", "traders.fund-a.leverage=6..2:3"], 2, &["ends before it begins"]);
    refused(&["sweep", "two-funds", "--vary", "traders.fund-a.leverage=2..6"], 2, &["no number of values", "--sample"]);
    refused(&["sweep", "two-funds", "--vary", "traders.fund-z.leverage=2..6:3"], 2, &["fund-a"]);
    let vary = ["--vary", "traders.fund-a.leverage=3,-1,oops", "--vary", "lenders.broker.calls.grace=5m,9x"];
    refused(&[&["sweep", "two-funds"], &vary[..]].concat(), 2, &["-1 is outside", "oops", "9x", "3 findings"]);
}

#[test]
fn a_sweep_is_no_world_to_any_command_that_takes_one() {
    let home = TempDir::new().unwrap();
    fs::write(home.path().join("my.ron"), "Sweep(version: 1, world: \"two-funds\", vary: {}, seeds: 1)").unwrap();
    for command in [
        &["run", "my.ron"][..],
        &["probe", "my.ron"],
        &["buffer", "my.ron", "--firm", "fund-a"],
        &["explain", "my.ron", "--account", "fund-a"],
        &["params", "my.ron"],
    ] {
        let output = firesale(home.path(), command);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{command:?}: {said}");
        assert!(said.contains("this is a sweep and not a world; type `firesale sweep my.ron`"), "{command:?}: {said}");
    }
}

#[test]
fn two_seeds_for_one_run_are_refused() {
    let words = ["the seed is set to 5 and given as 9"];
    refused(&["run", "two-funds", "--set", "seed=5", "--seed", "9"], 2, &words);
    refused(&["sweep", "two-funds", "--set", "seed=5", "--seed", "9"], 2, &words);
    refused(&["probe", "two-funds", "--set", "seed=5", "--seed", "9"], 2, &words);
    refused(&["explain", "two-funds", "--account", "fund-a", "--set", "seed=5", "--seed", "9"], 2, &words);
}

#[test]
fn what_is_varied_or_changed_by_a_rule_is_told_as_that() {
    let wrong = ["traders.fund-a.leverage: abc stands where a number should; ", "foo: there is no field foo"];
    let sweep = ["sweep", "two-funds", "--vary", "traders.fund-a.leverage=abc,3", "--vary", "foo=1"];
    refused(&sweep, 2, &wrong);
    refused(
        &["sweep", "two-funds", "--against", "slow: lenders.broker.capital=abc"],
        2,
        &["lenders.broker.capital: abc stands where a number should (as the rule slow has it)"],
    );
    refused(&["sweep", "two-funds", "--precision", "3"], 2, &["--precision", "--against PATH=VALUE"]);
}

#[test]
fn a_copy_of_a_world_is_told_as_json_where_json_is_asked_for() {
    let home = TempDir::new().unwrap();
    let told: serde_json::Value =
        serde_json::from_slice(&firesale(home.path(), &["init", "my.ron", "--json"]).stdout).unwrap();
    assert_eq!((told["file"].as_str(), told["from"].as_str()), (Some("my.ron"), Some("two-funds")));
}
