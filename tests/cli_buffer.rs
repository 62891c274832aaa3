//! `firesale buffer` from outside: what it writes, the same on one thread and on two, and what it refuses.

use assert_cmd::cargo::cargo_bin_cmd;
use std::fs;
use std::path::Path;

fn buffer(folder: &Path, args: &[&str]) -> std::process::Output {
    cargo_bin_cmd!("firesale").current_dir(folder).arg("buffer").args(args).output().expect("it runs")
}

/// Helios needs 20 for the gap, times its size, and 20 for the hike, whatever the gap. Factors of half and more spread
/// over six runs: the fifth of six needs is between 20 + 20 × 1.25 and 20 + 20 × 1.5.
#[test]
fn a_buffer_is_sized_with_table_chart_and_answer() {
    let home = tempfile::tempdir().unwrap();
    let own = ["helios", "--firm", "helios", "--survive", "0.8", "--seeds", "6", "--scale-shocks", "0.5:1.5", "--json"];
    let out = buffer(home.path(), &[&own[..], &["--out", "one", "--jobs", "1"]].concat());
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let answer: serde_json::Value = serde_json::from_slice(&out.stdout).expect("json on stdout");
    let amount = answer["buffer"].as_f64().expect("a buffer suffices");
    assert!((20e6 + 20e6 * 1.16..=20e6 + 20e6 * 1.34).contains(&amount), "{amount}");
    assert_eq!(answer["buffer_high"], serde_json::Value::Null, "six runs bound nothing from above");
    let out = buffer(home.path(), &[&own[..], &["--out", "two", "--jobs", "2"]].concat());
    assert!(out.status.success());
    for file in ["needs.parquet", "survival.parquet", "answer.json", "charts/buffer.svg", "charts/buffer.png"] {
        let bytes =
            |folder: &str| fs::read(home.path().join(folder).join(file)).unwrap_or_else(|_| panic!("no {file}"));
        assert!(bytes("one") == bytes("two"), "{file} differs");
    }
    let again = buffer(home.path(), &[&own[..], &["--out", "one"]].concat());
    assert_eq!(again.status.code(), Some(2), "what exists is not overwritten");
}

#[test]
fn wrong_input_is_refused_before_anything_runs() {
    let home = tempfile::tempdir().unwrap();
    for (args, words) in [
        (&["helios", "--firm", "helio"][..], "did you mean \"helios\""),
        (&["helios", "--firm", "helios", "--survive", "1.5"][..], "a share above 0"),
        (&["helios", "--firm", "helios", "--scale-shocks", "2:1"][..], "the lower first"),
        (&["helios", "--firm", "helios", "--scale-shocks", "NaN:1"][..], "the lower first"),
        (&["helios", "--firm", "helios", "--seeds", "0"][..], "seeds"),
    ] {
        let out = buffer(home.path(), args);
        let said = String::from_utf8_lossy(&out.stderr).into_owned();
        assert_eq!(out.status.code(), Some(2), "{said}");
        assert!(said.contains(words), "{said}");
    }
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0, "nothing was written");
}
