//! A firm that sells what it has for the money that it is called for: what was sold pays once, what cannot be sold in time pays
//! nothing, and neither does what lies where nobody can reach it.
//!
//! In all of them a firm holds 1,000 at x on 15,000 of its own and owes 10 % of what they are worth: a fall of 8 % leaves 7,000
//! against 9,200, and 2,200 are missing. What it can sell are 100 at a custodian.

mod support;

use firesale::record::run::Outcome;
use support::cases::{LENDER, firm, forced, jump, run};

fn lenders(grace: &str) -> String {
    let called = LENDER.replace("grace: \"0s\"", &format!("grace: \"{grace}\""));
    let custodian = LENDER.replace("Rate(im: 0.2, mm: 0.1)", "Unmargined");
    format!("\"x\": ({called}), \"y\": ({called}), \"k\": ({custodian}), ")
}

/// The firm, with sources and a playbook.
fn seller(also: &str, sources: &str, playbook: &str) -> String {
    format!(
        r#""f": Firm(accounts: {{
            "x": (cash: -85_000.0, positions: {{"a": 1_000.0}}), {also}
            "k": (cash: 0.0, positions: {{"b": 100.0}}),
        }}, sources: {{{sources}}}, playbook: [{playbook}]), "#
    )
}

fn sale(clip: f64, rest: &str) -> String {
    format!(r#""s": Sale(lender: "k", instrument: "b", ready: "30m", clip: {clip:?}{rest}), "#)
}

const FALL: &str = "\"a\": -0.08";

fn outcomes(outcome: &Outcome) -> Vec<(String, f64, String)> {
    let row = |call: &firesale::results::rows::CallRow| (call.lender.to_string(), call.paid, call.outcome.to_string());
    outcome.tables.calls.iter().map(row).collect()
}

fn steps(outcome: &Outcome, what: &str) -> Vec<f64> {
    outcome.tables.treasury.iter().filter(|row| &*row.step == what).map(|row| row.amount).collect()
}

/// 2,200 and, on half as many shares with 7,000, another 1,600: 22 and 16 are sold for them.
#[test]
fn what_was_sold_for_two_calls_pays_both_once() {
    let also = r#""y": (cash: -43_000.0, positions: {"a": 500.0}),"#;
    let traders = seller(also, &sale(1.0, ""), "Draw(sources: [\"s\"])");
    let outcome = run(&lenders("1h"), &traders, &jump("00:30", FALL));
    let mut sold = steps(&outcome, "sale");
    sold.sort_by(f64::total_cmp);
    assert_eq!(sold, [1_600.0, 2_200.0]);
    let mut calls = outcomes(&outcome);
    calls.sort_by(|one, other| one.0.cmp(&other.0));
    assert_eq!(calls, [("x".into(), 2_200.0, "met".into()), ("y".into(), 1_600.0, "met".into())]);
}

/// A share a tick, the last of which to be paid for in time trades half an hour before the call is due, two hours after it came: nine bring
/// 900, and 1,300 come out of the cash beside it. Where the market of what is to be sold is closed all of it does.
#[test]
fn what_cannot_be_sold_in_time_is_no_cover() {
    let sources = |clip: f64| format!("{}\"l\": Cash(amount: 5_000.0)", sale(clip, ""));
    let both = "Draw(sources: [\"s\", \"l\"])";
    let slow = run(&lenders("2h"), &seller("", &sources(0.000_001), both), &jump("00:30", FALL));
    assert_eq!(outcomes(&slow), [("x".into(), 2_200.0, "met".into())]);
    assert_eq!(steps(&slow, "draw"), [900.0, 1_300.0]);
    let halt = r#"(at: "2024-03-04 00:20", reason: "a halt", what: Halt(venue: "m", pause: Some("5h"))), "#;
    let closed = run(&lenders("2h"), &seller("", &sources(1.0), both), &format!("{halt}{}", jump("00:30", FALL)));
    assert_eq!(outcomes(&closed), [("x".into(), 2_200.0, "met".into())]);
    assert_eq!(steps(&closed, "draw"), [2_200.0], "of the cash");
}

/// Of 25 that may be sold five are, before the price is back; for the next call, of 1,660, seventeen are.
#[test]
fn what_was_not_sold_may_be_sold_another_time() {
    let traders = seller("", &sale(0.000_005, ", units: Some(25.0)").replace("30m", "10m"), "Draw(sources: [\"s\"])");
    let shocks = [jump("00:30", FALL), jump("00:40", "\"a\": 0.1"), jump("01:30", "\"a\": -0.085")].concat();
    let outcome = run(&lenders("2h"), &traders, &shocks);
    let told: Vec<_> = outcomes(&outcome).into_iter().map(|(_, _, outcome)| outcome).collect();
    assert_eq!(told, ["lapsed", "met"]);
}

/// Sold out of the market, 22 pay for the whole call: no position is cut, and no time asked for.
#[test]
fn a_sale_that_is_arranged_is_cover_for_the_stages_after_it() {
    let playbook = "Draw(sources: [\"s\"]), Derisk(clip: 1.0), Talk(extension: \"1h\", probability: 1.0)";
    let outcome = run(&lenders("4h"), &seller("", &sale(1.0, ""), playbook), &jump("00:30", FALL));
    assert_eq!(outcomes(&outcome), [("x".into(), 2_200.0, "met".into())]);
    assert_eq!((steps(&outcome, "cut"), steps(&outcome, "time granted")), (vec![], vec![]));
}

/// 1,000 on a loan of 80,000 that is lent 80 % of their worth: nothing comes free until the loan is paid back, and all of them bring
/// 20,000. For 2,200 there are 822 to be sold, and those who count what can be delivered count 20,000.
#[test]
fn what_was_lent_on_what_is_sold_is_paid_back_first() {
    let also = r#""y": (cash: -80_000.0, positions: {"b": 1_000.0}),"#;
    let of_y = sale(1.0, "").replace("lender: \"k\"", "lender: \"y\"");
    let outcome = run(&lenders("2h"), &seller(also, &of_y, "Draw(sources: [\"s\"])"), &jump("00:30", FALL));
    assert_eq!(outcomes(&outcome), [("x".into(), 2_200.0, "met".into())]);
    assert_eq!(steps(&outcome, "sale"), [82_200.0]);
    let firm = outcome.tables.firms.iter().find(|row| row.tick == 0).expect("a row of the first tick");
    assert_eq!(firm.cash_deliverable, 20_000.0);
}

/// The custodian has lent 1,000 to somebody who fails with all of it, and fails with it: what lies there is frozen. Neither is it
/// sold, nor sold in a block, nor delivered, and none of it counts.
#[test]
fn nothing_comes_from_a_lender_that_has_failed() {
    let fails = LENDER.replace("capital: 1e9", "capital: 100.0, failure: Some((creditors: {\"k\": 1_000.0}))");
    let takes = LENDER
        .replace("grace: \"0s\"", "grace: \"2h\"")
        .replace("margin: ", "collateral: Some((items: {\"b\": (haircut: 0.1)})), margin: ");
    let custodian = LENDER.replace("Rate(im: 0.2, mm: 0.1)", "Unmargined").replace("1e9", "500.0");
    let lenders = format!("\"x\": ({takes}), \"z\": ({fails}), \"k\": ({custodian}), ");
    let other = r#""o": Firm(accounts: {"z": (cash: -8_000.0, positions: {"b": 100.0})}, sources: {}, playbook: []), "#;
    let block = r#""s": FireSale(lender: "k", instrument: "b", ready: "10m", discount: 0.1), "#.to_owned();
    for (sources, stage) in [
        (sale(1.0, ""), "Draw(sources: [\"s\"])"),
        (block, "Draw(sources: [\"s\"])"),
        (String::new(), "Deliver(from: \"k\", assets: {\"b\": 0.0})"),
    ] {
        let traders =
            format!("{}{other}", seller("", &sources, stage)).replace("\"a\": 1_000.0}", "\"a\": 1_000.0, \"b\": 0.0}");
        let shocks = [jump("00:30", "\"b\": -0.45"), jump("01:30", FALL)].concat();
        let outcome = run(&lenders, &traders, &shocks);
        assert!(outcome.summary.lenders["k"].failed, "{stage}");
        let calls: Vec<_> = outcomes(&outcome).into_iter().filter(|(lender, ..)| lender == "x").collect();
        assert_eq!(calls, [("x".into(), 0.0, "unmet".into())], "{stage}: {sources}");
        // Until x has closed it out and hands back what is left.
        let between = outcome.tables.firms.iter().filter(|row| &*row.firm == "f" && (5..20).contains(&row.tick));
        assert!(between.into_iter().all(|row| row.cash_deliverable == 0.0), "{stage}: {sources}");
    }
}

/// A client long at one lender and short at another, which is no firm: it fails the first, and the other need not wait for its own call.
#[test]
fn who_fails_one_lender_is_closed_out_by_the_other_whoever_it_is() {
    let at_once = LENDER.to_owned();
    let too = LENDER.replace("cross_default: false", "cross_default: true").replace("grace: \"0s\"", "grace: \"3h\"");
    let lenders = format!("\"x\": ({at_once}), \"y\": ({too}), ");
    let client = r#""f": BasisArbitrageur(count: 1, future: (instrument: "p", lender: Some("y")),
        basket: [(instrument: "a", units: 1.0, lender: Some("x"))], accounts: {
            "x": (cash: -85_000.0, positions: {"a": 1_000.0}), "y": (cash: 50_000.0, positions: {"p": -1_000.0}),
        }, enter: 1_000.0, leave: -1.0, leverage: 100_000.0, limit: 1_000_000.0, clip: 0.0001, every: "5h"), "#;
    let outcome = run(&lenders, client, &jump("00:30", "\"a\": -0.08, \"p\": -0.08"));
    assert_eq!(forced(&outcome), [("a".to_owned(), 1_000.0), ("p".to_owned(), 1_000.0)]);
}

/// A call of 2,200 that a lender no longer has any reason for, once it asks for nothing.
#[test]
fn a_call_lapses_when_its_lender_asks_for_nothing_any_more() {
    let lenders = format!("\"x\": ({})", LENDER.replace("grace: \"0s\"", "grace: \"2h\""));
    let nothing = r#"(at: "2024-03-04 01:00", reason: "a gift", what: Margin(lender: "x", margin: Unmargined)), "#;
    let outcome = run(&lenders, &firm("f", -85_000.0, "\"a\": 1_000.0"), &format!("{}{nothing}", jump("00:30", FALL)));
    assert_eq!(outcomes(&outcome), [("x".into(), 0.0, "lapsed".into())]);
    assert_eq!(forced(&outcome), []);
}

/// Found at 92.00 and sold an hour later at 87.40: of 1,000 that are worth 2,400 there are 726 to go for a tenth to be covered, and each has lost
/// 4.60 by waiting.
#[test]
fn what_a_delay_costs_is_counted_from_the_breach() {
    let waits = LENDER.replace("delay: \"0s\"", "delay: \"1h\"").replace("much: All", "much: RestoreMaintenance");
    let shocks = [jump("00:30", FALL), jump("01:00", "\"a\": -0.05")].concat();
    let outcome = run(&format!("\"x\": ({waits})"), &firm("f", -85_000.0, "\"a\": 1_000.0"), &shocks);
    let [sale] = &outcome.tables.liquidations[..] else { panic!("one sale") };
    assert_eq!((sale.breach_price, sale.filled_units), (92.0, 726.0));
    assert_eq!(sale.slippage, 726.0 * 4.6);
    let told: Vec<_> =
        outcome.tables.events.iter().filter(|row| &*row.kind == "breach").map(|row| row.text.to_string()).collect();
    assert_eq!(told, ["no grace; 22080 to be closed"]);
}

/// x owes y 800, y owes z 600 and z owes x 400, and each a client of its own 100. The first loses 2,000 of 1,500, and with what it has lost
/// nobody in the circle has anything left: all claims are lost, of clients and of lenders, and no lender keeps what another lacks.
#[test]
fn lenders_that_owe_each_other_in_a_circle_are_cleared_together() {
    let one = |name: &str, capital: f64, to: &str, loan: f64| {
        let fails = format!(
            "capital: {capital:?}, failure: Some((creditors: {{\"{to}\": {loan:?}}}, segregation: (cash_apart: false)))"
        );
        format!("\"{name}\": ({}), ", LENDER.replace("capital: 1e9", &fails))
    };
    let lenders = [one("x", 1_500.0, "y", 800.0), one("y", 50.0, "z", 600.0), one("z", 5.0, "x", 400.0)];
    let client = |name: &str, at: &str, cash: f64, positions: &str| {
        let account = format!("\"{at}\": (cash: {cash:?}, positions: {{{positions}}})");
        format!("\"{name}\": Firm(accounts: {{{account}}}, sources: {{}}, playbook: []), ")
    };
    let traders = [
        client("f", "x", -8_000.0, "\"a\": 100.0"),
        client("g", "y", 100.0, ""),
        client("h", "z", 100.0, ""),
        client("i", "x", 100.0, ""),
    ];
    for turned in [false, true] {
        let mut lenders = lenders.clone();
        if turned {
            lenders.reverse();
        }
        let outcome = run(&lenders.concat(), &traders.concat(), &jump("00:30", "\"a\": -0.4"));
        let mut lost: Vec<_> = outcome.tables.claims.iter().map(|row| (row.claimant.to_string(), row.lost)).collect();
        lost.sort_by(|one, other| one.0.cmp(&other.0));
        let all = [("g@y", 100.0), ("h@z", 100.0), ("i@x", 100.0), ("x", 400.0), ("y", 800.0), ("z", 600.0)];
        assert_eq!(lost, all.map(|(name, lost)| (name.to_owned(), lost)));
    }
}
