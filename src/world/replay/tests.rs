//! Paths read, refused and followed. The small world runs from 2024-03-04 09:30, two days to 16:00, minute by minute.

use super::rows::{Rows, read};
use crate::{Loaded, Origin, Source, load_source};
use files::sheet::{self, Column};
use ground::units::Tick;
use language::findings::{Finding, Findings};
use std::path::Path;

const SMALL: &str = include_str!("../../../tests/world_fixtures/small.ron");

/// Loads the small world, in which acme starts at 100, with a replay of a file of this text.
fn load(replay: &str, files: &[(&str, &[u8])]) -> Result<Loaded, Vec<Finding>> {
    let folder = tempfile::tempdir().expect("a place to write");
    for (name, bytes) in files {
        std::fs::write(folder.path().join(name), bytes).expect("written");
    }
    let text = SMALL.replace("shocks: [", &format!("replay: [{replay}],\n    shocks: ["));
    assert_ne!(text, SMALL);
    let origin = Origin::File(folder.path().join("small.ron"));
    let source = Source { name: "small".into(), text, origin };
    load_source(source, &[]).map_err(|error| error.findings().to_vec())
}

fn csv(until: &str, text: &str) -> Result<Loaded, Vec<Finding>> {
    let replay = format!("(instrument: \"acme\", path: \"acme.csv\", until: \"{until}\", largest_gap: \"30m\")");
    load(&replay, &[("acme.csv", text.as_bytes())])
}

fn reasons(result: Result<Loaded, Vec<Finding>>) -> Vec<String> {
    let findings = result.expect_err("it should be refused");
    findings.iter().map(|finding| format!("{}: {}", finding.path, finding.reason)).collect()
}

#[test]
fn each_price_holds_from_the_tick_that_begins_at_its_time() {
    let loaded = csv(
        "2024-03-04 09:35",
        "time,price\n2024-03-04T09:30:00,100\n2024-03-04 09:31:30,101\n2024-03-04 09:31:59,102.5\n\
         2024-03-04 09:33,98\n2024-03-04 12:00,1\n",
    );
    let plan = &loaded.expect("a path").plan.replay[0];
    let ticks = [0, 2, 3].map(Tick::new);
    assert_eq!((plan.from.as_slice(), plan.until), (&ticks[..], Tick::new(5)));
    assert_eq!(plan.values, [1.0, 1.025, 0.98], "of two that fall into a tick the later, and nothing after the end");
    assert_eq!(plan.sha256.len(), 64);
}

#[test]
fn what_is_wrong_with_a_path_is_found_all_at_once_with_its_first_row() {
    let found = reasons(csv(
        "2024-03-04 12:00",
        "time,price\n2024-03-04 09:30,100\n2024-03-04 09:40,101\n2024-03-04 09:40,102\n2024-03-04 09:35,100\n\
         2024-03-04 10:20,99\nyesterday,99\n2024-03-04 10:30,-3\n2024-03-04 10:31,NaN\n2024-03-04 10:32,cheap\n\
         2024-03-03 12:00,90\n",
    ));
    let starts = [
        "replay[0].path: row 3: 2024-03-04T09:40:00 has a price already",
        "replay[0].path: row 4: 2024-03-04T09:35:00 comes after 2024-03-04T09:40:00, and so with 1 more rows",
        "replay[0].path: row 5: nothing since 2024-03-04T09:40:00, which is 40m of trading",
        "replay[0].path: row 6: \"yesterday\" is no moment",
        "replay[0].path: row 7: \"-3\" is no price, and so with 2 more rows",
        "replay[0].path: row 10: at 2024-03-03T12:00:00 the market of this world is closed",
    ];
    for start in starts {
        assert!(found.iter().any(|reason| reason.starts_with(start)), "no {start:?} in {found:#?}");
    }
}

#[test]
fn prices_in_another_unit_are_found() {
    let found = reasons(csv("2024-03-04 09:35", "time,price\n2024-03-04 09:30,10000\n"));
    assert!(found[0].contains("10000, is not near the 100"), "{found:?}");
}

#[test]
fn a_file_without_the_columns_is_refused() {
    for (text, words) in [
        ("when,price\n2024-03-04 09:30,100\n", "a column `when`"),
        ("time\n2024-03-04 09:30\n", "no column `price`"),
        ("time,price,price\n", "two columns `price`"),
        ("time,price,instrument\n2024-03-04 09:30,100,other\n", "no rows of \"acme\""),
        ("time,price\n1,2,3\n", "cannot be read as CSV"),
        ("", "no column `time`"),
    ] {
        let found = reasons(csv("2024-03-04 09:35", text));
        assert!(found[0].contains(words), "{text:?}: {found:?}");
    }
}

#[test]
fn a_path_stays_in_the_folder_of_its_world() {
    for path in
        ["/etc/hosts", "../acme.csv", "data/../../acme.csv", "", "..", "C:\\\\acme.csv", "acme.csv/", "nothing.csv"]
    {
        let replay = format!("(instrument: \"acme\", path: \"{path}\", until: \"2024-03-04 09:35\")");
        let found = reasons(load(&replay, &[]));
        assert!(found.iter().all(|reason| reason.starts_with("replay[0].path")), "{path}: {found:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_out_of_the_folder_is_refused() {
    let (folder, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let secret = outside.path().join("secret.csv");
    std::fs::write(&secret, "time,price\n2024-03-04 09:30,100\n").unwrap();
    std::os::unix::fs::symlink(&secret, folder.path().join("acme.csv")).unwrap();
    let text = SMALL.replace(
        "shocks: [",
        "replay: [(instrument: \"acme\", path: \"acme.csv\", until: \"2024-03-04 09:35\")], shocks: [",
    );
    let origin = Origin::File(Path::new(folder.path()).join("small.ron"));
    let error = load_source(Source { name: "small".into(), text, origin }, &[]).unwrap_err();
    assert!(error.findings()[0].reason.contains("leaves the folder"), "{error}");
}

#[test]
fn names_times_and_news_that_contradict_a_replay_are_found() {
    let one = "(instrument: \"acme\", path: \"a.csv\", until: \"2024-03-04 12:00\", largest_gap: \"1d\")";
    let twice = format!("{one}, {one}, (instrument: \"amce\", path: \"a.csv\", until: \"2024-03-04 12:00\")");
    let found = reasons(load(&twice, &[("a.csv", b"time,price\n2024-03-04 09:30,100\n")]));
    for path in ["replay[1].instrument", "replay[2].instrument", "shocks[0].what.value.acme"] {
        assert!(found.iter().any(|reason| reason.starts_with(path)), "{path}: {found:#?}");
    }
    let late = "(instrument: \"acme\", path: \"a.csv\", until: \"2031-03-04 12:00\", largest_gap: \"0s\")";
    let found = reasons(load(late, &[("a.csv", b"time,price\n2024-03-04 09:30,100\n")]));
    for path in ["replay[0].until", "replay[0].largest_gap"] {
        assert!(found.iter().any(|reason| reason.starts_with(path)), "{path}: {found:#?}");
    }
}

#[test]
fn a_parquet_file_says_the_same_as_its_csv() {
    let times = ["2024-03-04T09:30:00", "2024-03-04T09:31:00", "soon"];
    let columns = vec![
        Column::texts("instrument", ["acme", "other", "acme"].into_iter()),
        Column::texts("time", times.into_iter()),
        Column::numbers("price", [100.0, 5.0, 101.0].into_iter()),
    ];
    let bytes = sheet::bytes(3, columns);
    let rows = |name: &str, bytes: &[u8]| -> (Option<Rows>, Vec<Finding>) {
        let mut findings = Findings::default();
        let rows = read("replay[0].path", name, bytes, ("acme", false), &mut findings);
        (rows, findings.into_list())
    };
    let text = "instrument,time,price\nacme,2024-03-04T09:30:00,100\nother,2024-03-04T09:31:00,5\nacme,soon,101\n";
    let (from_parquet, from_csv) = (rows("p.parquet", &bytes), rows("p.CSV", text.as_bytes()));
    assert_eq!(from_parquet, from_csv);
    assert_eq!((from_csv.0.unwrap().place, from_csv.1.len()), (vec![1], 1));
    assert!(rows("p.parquet", b"PAR1").1[0].reason.contains("Parquet"));
    assert!(rows("p.xlsx", b"").1[0].reason.contains("neither CSV nor Parquet"));
}
