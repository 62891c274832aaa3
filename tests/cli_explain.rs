//! `firesale explain` through the binary.

use assert_cmd::cargo::cargo_bin_cmd;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Output;
use tempfile::TempDir;

const BY_HAND: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/by_hand.ron");

fn firesale(home: &Path, args: &[&str]) -> Output {
    cargo_bin_cmd!("firesale").current_dir(home).args(args).output().unwrap()
}

fn explain(args: &[&str]) -> Output {
    let home = TempDir::new().unwrap();
    firesale(home.path(), &[&["explain"], args].concat())
}

fn explained(args: &[&str]) -> Value {
    let output = explain(&[args, &["--json", "--quiet"]].concat());
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn refused(args: &[&str]) -> String {
    let output = explain(&[args, &["--quiet"]].concat());
    assert_eq!(output.status.code(), Some(2), "{args:?}");
    assert!(output.stdout.is_empty());
    String::from_utf8(output.stderr).unwrap()
}

fn number(value: &Value, path: &str) -> f64 {
    value.pointer(path).and_then(Value::as_f64).unwrap_or_else(|| panic!("no number at {path} in {value:#}"))
}

/// `fund-a` holds 1 000 shares at 100.00 on 10 000 of its own; the broker wants 10 % and calls below 8 %.
#[test]
fn an_account_is_taken_apart_to_the_cent() {
    let told = explained(&[BY_HAND, "--account", "fund-a@broker", "--tick", "0"]);
    assert_eq!(told["positions"][0]["rule"], "10 % and 8 % of value");
    assert_eq!((number(&told, "/cash"), number(&told, "/equity")), (-90_000.0, 10_000.0));
    let held = &told["positions"][0];
    assert_eq!((number(held, "/units"), number(held, "/value"), number(held, "/worth")), (1_000.0, 1e5, 1e5));
    assert_eq!((number(held, "/im"), number(held, "/mm")), (10_000.0, 8_000.0));
    assert_eq!((number(&told, "/im"), number(&told, "/mm")), (10_000.0, 8_000.0));
    assert_eq!((number(&told, "/excess"), number(&told, "/slack")), (0.0, 2_000.0));
    assert_eq!((told["state"].as_str(), told["time"].as_str()), (Some("healthy"), Some("2024-03-04T09:31:00")));
    assert_eq!(told["adjustments"], Value::Array(vec![]));
    let sentence = told["sentence"].as_str().unwrap();
    assert!(sentence.starts_with("healthy: equity $10k is $2k above the $8k maintenance margin"), "{sentence}");
}

/// The closed forms of exchanges' rule books for one position of entry E and leverage L: bankruptcy at E(1 − 1/L) long and
/// E(1 + 1/L) short, liquidation at E(1 − 1/L + r) and E(1 + 1/L − r), where r E is what must be kept for each unit. Here
/// that is a rate of the mark, so the rate is set to be r of the entry at that very price.
#[test]
fn one_position_breaks_and_is_worthless_at_the_prices_of_the_closed_forms() {
    for leverage in [2.0_f64, 4.0, 5.0, 10.0] {
        for r in [0.01, 0.02, 0.05] {
            for side in [1.0, -1.0] {
                let liquidation = 100.0 * (1.0 - side / leverage + side * r);
                let bankruptcy = 100.0 * (1.0 - side / leverage);
                let mm = 100.0 * r / liquidation;
                let sets = [
                    format!("lenders.broker.margin.rate.mm={mm:.9}"),
                    format!("traders.fund-a.leverage={leverage:?}"),
                    // All of its equity is in the account.
                    format!("traders.fund-a.posted={:?}", 10.0 / leverage),
                    format!("traders.fund-a.portfolio={{\"acme\": {side:?}}}"),
                ];
                let mut args = vec![BY_HAND, "--account", "fund-a", "--tick", "0"];
                sets.iter().for_each(|set| args.extend(["--set", set]));
                let told = explained(&args);
                let prices = &told["prices"][0];
                let (breaks, nothing) = (number(prices, "/liquidation_price"), number(prices, "/bankruptcy/price"));
                let context = format!("{leverage} times, {r}, {side}: {prices:#}");
                // The last step at which it stands is at most one from the form, on the near side of it.
                assert!(side * (breaks - liquidation) > -1e-9 && (liquidation - breaks).abs() < 0.0101, "{context}");
                assert!((nothing - bankruptcy).abs() < 1e-9, "{context}");
                assert!((number(prices, "/bankruptcy/distance") + side / leverage).abs() < 1e-9, "{context}");
            }
        }
    }
}

#[test]
fn a_called_account_reads_as_a_sentence_and_aligned_sums() {
    let output = explain(&["two-funds", "--account", "fund-a", "--tick", "2024-03-04 10:31", "--quiet"]);
    let page = String::from_utf8(output.stdout).unwrap();
    assert!(page.starts_with("fund-a at broker, two-funds, seed 1: end of tick 60, 4 Mar 10:31\n"), "{page}");
    assert!(page.contains("called: equity $4.21m is below the $5.52m maintenance margin; "), "{page}");
    assert!(page.lines().all(|line| line.chars().count() <= 100), "{page}");
    // The last column of a table ends at one place.
    let asked = page
        .lines()
        .skip_while(|line| !line.contains("what broker asks"))
        .take_while(|line| !line.contains("It calls"));
    let widths: Vec<usize> = asked.map(|line| line.chars().count()).collect();
    assert!(widths.len() == 5 && widths.iter().all(|width| *width == widths[0]), "{page}");
    for word in ["sound again at", "worth nothing at", "required", "counted less required", "to pay calls with"] {
        assert!(page.contains(word), "{word}: {page}");
    }
}

#[test]
fn the_breach_is_found_and_the_same_from_a_world_and_from_a_finished_run() {
    let home = TempDir::new().unwrap();
    let sets = ["--seed", "3", "--set", "traders.fund-a.leverage=5.5"];
    let ran =
        firesale(home.path(), &[&["run", "two-funds", "--quiet", "--no-charts", "--out", "run"][..], &sets].concat());
    assert!(ran.status.success());
    let asked = ["--account", "fund-a", "--tick", "breach", "--json", "--quiet"];
    let from_run = firesale(home.path(), &[&["explain", "run"][..], &asked].concat());
    let from_world = firesale(home.path(), &[&["explain", "two-funds"][..], &sets, &asked].concat());
    assert!(from_run.status.success(), "{}", String::from_utf8_lossy(&from_run.stderr));
    assert_eq!(String::from_utf8(from_run.stdout.clone()).unwrap(), String::from_utf8(from_world.stdout).unwrap());
    let told: Value = serde_json::from_slice(&from_run.stdout).unwrap();
    assert_eq!((told["state"].as_str(), told["breach"]["cause"].as_str()), (Some("breached"), Some("call unmet")));
    // Left out, the breach is what is meant.
    let left_out = firesale(home.path(), &["explain", "run", "--account", "fund-a", "--json", "--quiet"]);
    assert_eq!(left_out.stdout, from_run.stdout);
}

#[test]
fn a_run_of_another_build_or_with_other_figures_is_refused_with_what_to_do() {
    let home = TempDir::new().unwrap();
    assert!(firesale(home.path(), &["run", "two-funds", "--quiet", "--no-charts", "--out", "run"]).status.success());
    let asked = ["explain", "run", "--account", "fund-a", "--tick", "60", "--quiet"];
    let manifest = home.path().join("run/manifest.json");
    let text = fs::read_to_string(&manifest).unwrap();
    let said = |args: &[&str]| {
        let output = firesale(home.path(), args);
        assert_eq!(output.status.code(), Some(2));
        String::from_utf8(output.stderr).unwrap()
    };
    // The same version that runs it otherwise: here the seed is not the one the tables were made with.
    fs::write(&manifest, text.replace("\"seed\": 1,", "\"seed\": 2,")).unwrap();
    assert!(said(&asked).contains("run it again: firesale run two-funds --seed 1"));
    fs::write(&manifest, text.replace("\"build\": \"", "\"build\": \"9.")).unwrap();
    let refusal = said(&asked);
    assert!(refusal.contains("made by version 9.") && refusal.contains("run it again"), "{refusal}");
    fs::write(&manifest, &text).unwrap();
    assert!(said(&["explain", "run", "--seed", "3"]).contains("its own seed"));
    fs::write(&manifest, "{}").unwrap();
    assert!(said(&asked).contains("manifest.json"));
}

#[test]
fn a_wrong_account_or_tick_is_refused_with_the_nearest() {
    assert!(refused(&["two-funds", "--account", "fund-c"]).contains("did you mean \"fund-a\" or \"fund-b\"?"));
    assert!(refused(&["two-funds", "--account", "fund-a@brokr"]).contains("did you mean \"fund-a@broker\"?"));
    assert!(refused(&["two-funds"]).contains("write one of \"fund-a@broker\""));
    assert!(refused(&["archegos-2021", "--account", "archegos"]).contains("archegos@nomura"));
    assert!(refused(&["two-funds", "--account", "fund-a", "--tick", "780"]).contains("from 0 to 779"));
    assert!(
        refused(&["two-funds", "--account", "fund-a", "--tick", "2024-03-09 10:00"]).contains("give a moment from")
    );
    assert!(refused(&["two-funds", "--account", "fund-a", "--tick", "noon"]).contains("neither a tick"));
    assert!(refused(&["nowhere", "--account", "x"]).contains("no such world"));
    let calm = [BY_HAND, "--account", "fund-a", "--tick", "breach"];
    assert!(refused(&calm).contains("fund-a@broker never broke in this run"));
}

/// At a custodian there is nothing to fall short of, and at the end is the last tick.
#[test]
fn who_borrows_nothing_is_told_so() {
    let told = explained(&[BY_HAND, "--account", "buyer", "--tick", "end"]);
    assert_eq!((told["tick"].as_u64(), told["margined"].as_bool()), (Some(59), Some(false)));
    assert_eq!(told["prices"][0]["liquidation_price"], Value::Null);
    assert!(told["sentence"].as_str().unwrap().contains("custodian lends nothing"));
}

/// A tenth of the stock does not count, and its size adds 5 % of its value.
#[test]
fn haircuts_and_add_ons_are_told_apart() {
    let told = explained(&[
        BY_HAND,
        "--account",
        "fund-b",
        "--tick",
        "0",
        "--set",
        "lenders.broker.collateral=(items: {\"acme\": (haircut: 0.1, margined: true)})",
        "--set",
        "lenders.broker.add_ons=(days_to_exit: [(over: 0.4, add: 0.05)])",
        "--set",
        "traders.fund-a.leverage=2",
        "--set",
        "traders.fund-a.posted=3.0",
        "--set",
        "traders.fund-b.equity=20_000",
        "--set",
        "traders.fund-b.leverage=2.5",
        "--set",
        "traders.fund-b.posted=2.0",
    ]);
    // 500 shares at 100.00, half a day's volume.
    let held = &told["positions"][0];
    assert_eq!((number(held, "/haircut"), number(held, "/counted")), (5_000.0, 45_000.0));
    assert_eq!((number(held, "/im"), number(held, "/mm"), number(held, "/size_add_on")), (5_000.0, 4_000.0, 2_500.0));
    assert_eq!((number(&told, "/im"), number(&told, "/mm")), (7_500.0, 6_500.0));
    let (equity, counted) = (number(&told, "/equity"), number(&told, "/equity_counted"));
    assert_eq!(equity - counted, 5_000.0);
    assert_eq!(number(&told, "/slack"), counted - 6_500.0);
}

/// Binance's formula for a position in a bracket: (wallet + deduction − Q E) / (Q (r − 1)) long. With 1 000 shares at 100.00
/// on 20 000, a rate of 4 % and 1 500 deducted: (20 000 + 1 500 − 100 000) / (1 000 × (0.04 − 1)) = 81.7708.
#[test]
fn in_a_bracket_the_liquidation_price_is_that_of_the_exchange() {
    let told = explained(&[
        BY_HAND,
        "--account",
        "fund-a",
        "--tick",
        "0",
        "--set",
        "lenders.broker.margin=Tiered(brackets: [(up_to: 50_000.0, rate: 0.01, max_leverage: 20.0), \
         (rate: 0.04, max_leverage: 10.0)])",
        "--set",
        "traders.fund-a.equity=20_000",
        "--set",
        "traders.fund-a.leverage=5",
        "--set",
        "traders.fund-a.posted=2.0",
    ]);
    assert_eq!(number(&told, "/equity"), 20_000.0);
    let held = &told["positions"][0];
    assert_eq!((number(held, "/im"), number(held, "/mm")), (10_000.0, 2_500.0));
    assert_eq!(held["rule"], "bracket 2, 4 % less 1500, up to 10 times");
    let prices = &told["prices"][0];
    assert_eq!((number(prices, "/liquidation_price"), number(prices, "/bankruptcy/price")), (81.78, 80.0));
}

/// 10 of the near month long and 10 of the far one short on 300, where a spread needs 200: a dollar each takes ten. One row
/// has one meaning: the near month stands still where the far one is tried, and where both move nothing breaks the account.
#[test]
fn one_month_alone_breaks_a_spread_and_all_months_together_do_not() {
    let world = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/calendar-blowout.ron");
    let world = world.to_str().unwrap();
    let told = explained(&[world, "--account", "spread", "--tick", "0"]);
    let [near, far] = [&told["prices"][0], &told["prices"][1]];
    assert_eq!((near["instrument"].as_str(), far["instrument"].as_str()), (Some("x2"), Some("x3")));
    assert_eq!((number(near, "/liquidation_price"), number(far, "/liquidation_price")), (90.0, 110.0));
    assert_eq!((number(near, "/bankruptcy/price"), number(far, "/bankruptcy/price")), (70.0, 130.0));
    let together = &told["together"][0];
    assert_eq!(together["instruments"], serde_json::json!(["x2", "x3"]));
    assert_eq!(together["prices"]["instrument"], "x-cash");
    assert_eq!(
        (&together["prices"]["liquidation_price"], &together["prices"]["bankruptcy"]),
        (&Value::Null, &Value::Null)
    );
    let page = String::from_utf8(explain(&[world, "--account", "spread", "--tick", "0", "--quiet"]).stdout).unwrap();
    assert!(page.contains("breaks beyond") && page.contains("110.00") && page.contains("together"), "{page}");
    // And so it comes: it stands at 110.00, and a cent further it is called.
    for (jump, state) in [(0.10, "healthy"), (0.1001, "breached")] {
        let jump = format!("shocks[0].what.jump.x3={jump}");
        let told = explained(&[world, "--account", "spread", "--tick", "2024-03-04 12:15", "--set", &jump]);
        assert_eq!(told["state"], state, "{jump}: {told:#}");
    }
}
