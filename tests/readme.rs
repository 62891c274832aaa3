//! The README says what the program says: its picture is the one that is drawn now, its numbers are those of the run that
//! it names.
//!
//! `FIRESALE_GOLDEN=write cargo test --test readme` draws the picture and writes the table's numbers anew.

use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

#[path = "support/golden.rs"]
mod golden;

const PICTURE: &str = "assets/readme-viac.png";

fn place(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The run that the README names beneath its table.
fn run(home: &Path) -> Value {
    archegos(home, &["--counterfactual", "--record", "prices"])
}

fn archegos(home: &Path, more: &[&str]) -> Value {
    let program = golden::other_binary().unwrap_or_else(|| env!("CARGO_BIN_EXE_firesale").into());
    let ran = Command::new(program)
        .args([&["run", "archegos-2021", "--quiet", "--out", "out"], more].concat())
        .current_dir(home)
        .status()
        .expect("the program starts");
    assert!(ran.success());
    serde_json::from_slice(&fs::read(home.join("out/summary.json")).expect("a summary")).expect("JSON")
}

/// `-0.273` as `−27.3 %`.
fn percent(ratio: f64) -> String {
    format!("{:.1} %", ratio * 100.0).replace('-', "−")
}

fn billions(amount: f64) -> String {
    if amount.abs() < 0.5e8 { "$0".to_owned() } else { format!("${:.1} bn", amount / 1e9) }
}

fn dollars(price: f64) -> String {
    format!("${price:.2}")
}

/// The last column of the table, by the first.
fn rows(summary: &Value) -> Vec<(&'static str, String)> {
    let simulated = |quantity: &str| -> f64 {
        let rows = summary["fidelity"].as_array().expect("it is set against history");
        let row = rows.iter().find(|row| row["quantity"] == quantity).unwrap_or_else(|| panic!("no {quantity}"));
        row["simulated"].as_f64().expect("the run came so far")
    };
    let loss = |lenders: &[&str]| -> f64 {
        lenders.iter().map(|lender| summary["lenders"][*lender]["loss"].as_f64().expect("a loss")).sum()
    };
    let viac = &summary["counterfactual"]["viac"];
    let fall = |with: &str| percent(-viac[with].as_f64().expect("a fall"));
    vec![
        ("VIAC, close of 25 March (fitted)", dollars(simulated("viac: close 2021-03-25"))),
        (
            "VIAC, close of 25 March to close of 26 March",
            percent(simulated("viac: close 2021-03-25 to close 2021-03-26")),
        ),
        ("VIAC, close of 5 April", dollars(simulated("viac: close 2021-04-05"))),
        ("VIAC, shares traded on 26 March", format!("{:.0} m", simulated("viac: volume on 2021-03-26") / 1e6)),
        (
            "Loss of Goldman, Morgan Stanley, Deutsche and Wells Fargo",
            billions(loss(&["goldman", "morgan-stanley", "deutsche", "wells-fargo"])),
        ),
        ("Loss of Credit Suisse and Nomura", billions(loss(&["credit-suisse", "nomura"]))),
        ("Largest fall of VIAC after 25 March, without forced selling", fall("without")),
        ("The same, with it", fall("with")),
    ]
}

/// The README in one line.
fn in_one_line() -> String {
    let text = fs::read_to_string(place("README.md")).expect("there is a README");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_first_change_gives_what_is_said_of_it() {
    let text = in_one_line();
    let with = |leverage: &str| {
        let home = TempDir::new().expect("a folder");
        let set = format!("traders.archegos.leverage={leverage}");
        archegos(home.path(), &["--set", &set, "--record", "none", "--no-charts"])
    };
    let three = with("3");
    assert_eq!(three["accounts"]["breached"], 0);
    let fall = three["instruments"]["viac"]["drawdown"].as_f64().expect("a fall");
    let said = format!("VIAC falls by {:.0} % from its high all the same", fall * 100.0);
    assert!(text.contains(&said), "{said}");
    let four = with("4");
    let all = |what: &str| -> f64 {
        let lenders = four["lenders"].as_object().expect("lenders").values();
        lenders.map(|lender| lender[what].as_f64().expect("an amount")).sum::<f64>() / 1e9
    };
    assert_eq!(four["accounts"]["breached"], 9);
    let (bought, open) = (all("forced_bought"), all("unsold"));
    let said = format!(
        "they sell ${:.0} bn and buy back ${bought:.0} bn, and ${open:.0} bn is not closed when the run ends",
        all("forced_notional") - bought
    );
    assert!(text.contains(&said), "{said}");
}

#[test]
fn the_picture_and_the_table_are_those_of_the_run_that_is_named() {
    let home = TempDir::new().expect("a folder");
    let summary = run(home.path());
    let drawn = fs::read(home.path().join("out/charts/price_viac.png")).expect("the chart is drawn");
    let mut text = fs::read_to_string(place("README.md")).expect("there is a README");
    if golden::anew() {
        fs::write(place(PICTURE), &drawn).expect("the picture is written");
    }
    for (first, value) in rows(&summary) {
        let line =
            text.lines().find(|line| line.starts_with(&format!("| {first} |"))).unwrap_or_else(|| panic!("{first}"));
        let last = line.trim_end_matches('|').rsplit('|').next().expect("columns").trim();
        if golden::anew() {
            let (start, _) = line.trim_end_matches('|').rsplit_once('|').expect("columns");
            let anew = format!("{start}| {value} |");
            text = text.replace(&line.to_owned(), &anew);
        } else {
            assert_eq!(last, value, "{first}");
        }
    }
    if golden::anew() {
        fs::write(place("README.md"), text).expect("the README is written");
    } else {
        assert!(fs::read(place(PICTURE)).expect("there is a picture") == drawn, "{PICTURE} is not what is drawn now");
    }
}
