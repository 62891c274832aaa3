//! `firesale probe` from outside: what it writes, the same on one thread and on two, its bands, and what it refuses.

use assert_cmd::cargo::cargo_bin_cmd;
use firesale::files::arrow::ArrowTable;
use std::fs;
use std::path::Path;

fn probe(folder: &Path, args: &[&str]) -> std::process::Output {
    cargo_bin_cmd!("firesale").current_dir(folder).arg("probe").args(args).output().expect("it runs")
}

/// The teaching world with a probe section, at a path of its own.
fn world(folder: &Path, section: &str) {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("worlds/two-funds.ron")).unwrap();
    let text = text.replace("expect: [],", &format!("expect: [],\n    probe: {section},"));
    fs::write(folder.join("small.ron"), text).unwrap();
}

#[test]
fn a_probe_leaves_tables_charts_and_an_answer_the_same_on_any_number_of_threads() {
    let home = tempfile::tempdir().unwrap();
    world(home.path(), "(seeds: 2, parent: (sizes: [0.01, 0.1], over: [\"30m\"]))");
    let own = ["small.ron", "--json"];
    let out = probe(home.path(), &[&own[..], &["--out", "one", "--jobs", "1"]].concat());
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let answer: serde_json::Value = serde_json::from_slice(&out.stdout).expect("json on stdout");
    let figures = answer["figures"].as_array().unwrap();
    let value = |name: &str| {
        let row = figures.iter().find(|row| row["quantity"] == name).unwrap_or_else(|| panic!("no {name}"));
        row["value"].as_f64().unwrap()
    };
    assert!(value("spread_steps") >= 1.0 && value("daily_volatility") > 0.0 && value("kurtosis") > 1.0);
    let impact = answer["impact"].as_array().unwrap();
    assert_eq!(impact.len(), 2);
    assert!(impact[1]["peak_days"].as_f64() > impact[0]["peak_days"].as_f64(), "larger orders move the price more");
    let out = probe(home.path(), &[&own[..], &["--out", "two", "--jobs", "2"]].concat());
    assert!(out.status.success());
    for file in ["probe.parquet", "impact.parquet", "probe.json", "charts/impact.svg", "charts/impact.png"] {
        let bytes =
            |folder: &str| fs::read(home.path().join(folder).join(file)).unwrap_or_else(|_| panic!("no {file}"));
        assert!(bytes("one") == bytes("two"), "{file} differs");
    }
    // Columns say what they are in; a figure says it in its row.
    let table = |file: &str| ArrowTable::of_file(fs::read(home.path().join("one").join(file)).unwrap()).unwrap();
    let (impact, probe_table) = (table("impact.parquet"), table("probe.parquet"));
    assert_eq!(impact.said("peak_ratio", "unit"), Some("ratio"));
    assert_eq!(impact.said("worked_seconds", "unit"), Some("seconds"));
    assert_eq!(probe_table.said("value", "unit"), Some("as `unit` says"));
    for table in [&impact, &probe_table] {
        assert!(table.columns().all(|name| !table.said(name, "meaning").unwrap().is_empty()));
    }
    let again = probe(home.path(), &[&own[..], &["--out", "one"]].concat());
    assert_eq!(again.status.code(), Some(2), "what exists is not overwritten");
}

#[test]
fn a_missed_band_fails_a_probe_of_the_world_as_shipped_and_no_other() {
    let home = tempfile::tempdir().unwrap();
    let band = "(what: SpreadBps, min: 1e6, max: 1e7, why: \"no market is so wide\")";
    world(home.path(), &format!("(seeds: 2, expect: [{band}])"));
    let status = |args: &[&str]| probe(home.path(), &[&["small.ron", "--no-impact"], args].concat());
    let out = status(&["--out", "as-shipped"]);
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    assert_eq!(out.status.code(), Some(1), "{said}");
    assert!(said.contains("SpreadBps") && said.contains("no market is so wide"), "{said}");
    assert_eq!(status(&["--out", "changed", "--set", "seed=2"]).status.code(), Some(0));
    assert_eq!(status(&["--out", "too-few", "--seeds", "1"]).status.code(), Some(0));
}

#[test]
fn wrong_input_is_refused_before_anything_runs() {
    let home = tempfile::tempdir().unwrap();
    for (args, words) in [
        (&["two-funds", "--instrument", "acm"][..], "did you mean \"acme\""),
        (&["two-funds", "--seeds", "0"][..], "seeds"),
    ] {
        let out = probe(home.path(), args);
        let said = String::from_utf8_lossy(&out.stderr).into_owned();
        assert_eq!(out.status.code(), Some(2), "{said}");
        assert!(said.contains(words), "{said}");
    }
    world(
        home.path(),
        "(instrument: \"acne\", seeds: 0, parent: (sizes: [-1.0], over: [\"0s\", \"20d\"]), \
         expect: [(what: TailExponent, min: 5.0, max: 2.0, why: \"\")])",
    );
    let out = probe(home.path(), &["small.ron"]);
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    assert_eq!(out.status.code(), Some(2), "{said}");
    for path in ["probe.instrument", "probe.seeds", "sizes[0]", "over[0]", "over[1]", "expect[0].min", "expect[0].why"]
    {
        assert!(said.contains(path), "{path} is not among {said}");
    }
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1, "nothing was written");
}
