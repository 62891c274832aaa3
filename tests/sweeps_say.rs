//! What the head of a shipped sweep says that it shows is what it gives.

use assert_cmd::cargo::cargo_bin_cmd;
use serde_json::Value;
use std::fs;
use tempfile::TempDir;

/// The head of a sweep file in one line, and what the sweep tells.
fn sweep(name: &str) -> (String, Value) {
    let path = format!("{}/worlds/sweeps/{name}.ron", env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(&path).unwrap();
    let head = text.lines().map_while(|line| line.strip_prefix("//")).collect::<Vec<_>>().join(" ");
    let home = TempDir::new().unwrap();
    let args = ["sweep", &path, "--json", "--quiet", "--no-charts", "--out", "s.parquet"];
    let output = cargo_bin_cmd!("firesale").current_dir(home.path()).args(args).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    (head.split_whitespace().collect::<Vec<_>>().join(" "), told["told"].clone())
}

fn millions(amount: &Value) -> String {
    format!("{:.1} m", amount.as_f64().unwrap() / 1e6)
}

#[test]
fn who_pays_says_who_pays() {
    let (head, told) = sweep("who-pays");
    let median = |figure: usize, depth: usize| &told[figure]["by_value"][depth]["median"];
    // From the thinnest market, a quarter as deep as the world's own, to one eight times as deep.
    for depth in 0..6 {
        assert!((median(0, depth).as_f64().unwrap() - 4e6).abs() < 0.15e6, "the fund pays its 4 m: {told}");
    }
    for (depth, said) in
        [(5, "in a market eight times as deep"), (2, "in its own"), (1, "in one half as deep"), (0, "in a quarter")]
    {
        let said = format!("{} {said}", millions(median(1, depth)));
        assert!(head.contains(&said), "{said}: {head}");
    }
    let said = format!("the exchange itself pays {}", millions(median(2, 0)));
    assert!(head.contains(&said), "{said}: {head}");
}

#[test]
fn race_or_standstill_says_who_loses_what() {
    let (head, told) = sweep("race-or-standstill");
    let rule = |figure: usize, rule: usize| &told[figure]["rules"][rule];
    let (together, north, south) = (0, 1, 2);
    for said in [
        format!("keep to their agreement lose {}", millions(&rule(together, 0)["as_it_is"])),
        format!("who race lose {}", millions(&rule(together, 0)["under"])),
        format!("costs the other {} or {};", millions(&rule(north, 2)["mean"]), millions(&rule(south, 1)["mean"])),
        format!("if both do, they lose {}", millions(&rule(together, 3)["under"])),
    ] {
        assert!(head.contains(&said), "{said}: {head}");
    }
}
