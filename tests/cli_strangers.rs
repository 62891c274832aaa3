//! What comes from strangers, through the binary: text that a terminal would obey, paths that no text can say, threads by
//! the thousand, places under which nothing could ever be written.

#![allow(clippy::disallowed_methods, reason = "how long an answer takes is what is held here")]

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const SMALL: &str = include_str!("world_fixtures/small.ron");
/// Colour, bell, a title for the window, and letters from right to left.
const WILD: &str = r"\u{1b}[31m\u{7}\u{1b}]0;theirs\u{7}\u{202e}";

fn firesale<T: AsRef<OsStr>>(home: &Path, args: &[T]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_firesale"));
    command.current_dir(home).args(args).output().expect("the binary runs")
}

fn obeyed(text: &[u8]) -> bool {
    String::from_utf8_lossy(text).chars().any(firesale::shown::obeyed)
}

fn small() -> String {
    SMALL.replacen("days: 2", "days: 1", 1).replacen("tick: \"1m\"", "tick: \"30m\"", 1)
}

#[test]
fn no_text_of_a_stranger_reaches_a_terminal_as_an_order() {
    let home = TempDir::new().unwrap();
    let wild = small().replacen("Two funds", WILD, 1).replacen("\"USD\"", &format!("\"{WILD}\""), 1);
    fs::write(home.path().join("wild.ron"), wild).unwrap();
    let broken = small().replacen("\"fund-a\"", &format!("\"{WILD}\""), 1);
    fs::write(home.path().join("broken.ron"), broken).unwrap();
    let set = "traders.\u{1b}[31m.x=1";
    let commands: [&[&str]; 8] = [
        &["run", "wild.ron", "--out", "run"],
        &["run", "wild.ron", "--out", "json", "--json"],
        &["check", "wild.ron", "--json"],
        &["explain", "run", "--account", "fund-a", "--tick", "3"],
        &["check", "broken.ron"],
        &["check", "broken.ron", "--json"],
        &["check", "wild.ron", "--set", set],
        &["check", "no\u{1b}[31m.ron"],
    ];
    for args in commands {
        let output = firesale(home.path(), args);
        assert!(!obeyed(&output.stdout) && !obeyed(&output.stderr), "{args:?}: {output:?}");
        assert!(output.status.code().is_some_and(|code| code <= 2), "{args:?}: {output:?}");
    }
    let page = fs::read(home.path().join("run/report.html")).unwrap();
    assert!(!obeyed(&page), "the report");
}

/// What is kept is not what is shown: a copy of a world is the world.
#[test]
fn a_world_is_copied_as_it_is() {
    let home = TempDir::new().unwrap();
    let text = format!("// \u{202e}{SMALL}");
    fs::write(home.path().join("wild.ron"), &text).unwrap();
    assert_eq!(firesale(home.path(), &["show", "wild.ron"]).stdout, text.as_bytes());
}

#[cfg(unix)]
#[test]
fn any_path_that_the_system_allows_will_do() {
    use std::os::unix::ffi::OsStrExt;
    let home = TempDir::new().unwrap();
    fs::write(home.path().join("small.ron"), small()).unwrap();
    let no_text = OsStr::from_bytes(b"\xff");
    for json in [&[][..], &[OsStr::new("--json")]] {
        let words = ["run", "small.ron", "--no-charts", "--out"].map(OsStr::new);
        let output = firesale(home.path(), &[&words[..], &[no_text], json].concat());
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        assert!(home.path().join(no_text).join("manifest.json").is_file());
        fs::remove_dir_all(home.path().join(no_text)).unwrap();
    }
}

#[test]
fn a_place_where_nothing_could_ever_be_is_refused_before_any_run() {
    let home = TempDir::new().unwrap();
    fs::write(home.path().join("small.ron"), small()).unwrap();
    let long = "a".repeat(300);
    for (command, out, code) in [
        ("sweep", "res/", 2),
        ("sweep", "..", 2),
        ("sweep", long.as_str(), 3),
        ("run", "..", 2),
        ("run", long.as_str(), 3),
    ] {
        let output = firesale(home.path(), &[command, "small.ron", "--out", out]);
        assert_eq!(output.status.code(), Some(code), "{command} {out}: {output:?}");
        assert!(output.stdout.is_empty(), "{command} {out}: {output:?}");
    }
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
    assert_eq!(firesale(home.path(), &["run", "small.ron", "--out", "x/."]).status.code(), Some(0));
    assert!(home.path().join("x/manifest.json").is_file());
}

/// Fifteen thousand threads took eleven minutes to stop.
#[test]
fn threads_are_as_many_as_there_are_cores_or_runs_at_most() {
    let home = TempDir::new().unwrap();
    fs::write(home.path().join("small.ron"), small()).unwrap();
    let begun = Instant::now();
    for args in [
        &["run", "small.ron", "--threads", "5000", "--out", "run"][..],
        &["sweep", "small.ron", "--jobs", "100000", "--seeds", "3", "--out", "s.parquet"],
    ] {
        assert_eq!(firesale(home.path(), args).status.code(), Some(0), "{args:?}");
    }
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
}
