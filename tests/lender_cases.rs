//! What lenders ask for and who loses, in worlds small enough for the answer to be worked out beside them.

mod support;

use firesale::plan::Plan;
use firesale::record::run::Outcome;
use firesale::rows::WaterfallRow;
use firesale::world::{Origin, Source, load_source};
use support::{options, plan};

const CALL: &str = include_str!("cases/call.ron");
const CLEARING_HOUSE: &str = include_str!("cases/ccp-fail.ron");
const DRAWDOWN: &str = include_str!("cases/adl-bybit.ron");
const DEAD_AT_START: &str = include_str!("cases/lender-dead-at-start.ron");

fn run(plan: &Plan) -> Outcome {
    support::run(plan, &options(1))
}

/// Calls as amount, reason and outcome.
fn calls(sets: &[&str]) -> Vec<(f64, String, String)> {
    let rows = run(&plan(CALL, sets)).tables.calls;
    rows.into_iter().map(|row| (row.amount, row.reason.into(), row.outcome.into())).collect()
}

/// 26,600 of stock, 20,000 of debt: 6,600 where 6,650 are asked. The client has 100 and pays 50; it is not asked again.
#[test]
fn a_maintenance_call_on_securities_is_for_what_is_missing_to_maintenance() {
    assert_eq!(calls(&[]), [(50.0, "maintenance".to_owned(), "met".to_owned())]);
}

/// The practice of futures: half of 26,600 is 13,300, and 6,700 are missing to that. The client has not got it.
#[test]
fn a_lender_may_ask_for_what_restores_the_initial_requirement() {
    let all = calls(&["lenders.br.calls.restores=Initial"]);
    assert_eq!((all.len(), all[0].0, all[0].1.as_str()), (1, 6_700.0, "maintenance"));
    assert_ne!(all[0].2, "met");
    // Who calls below the initial requirement asks for it unless it says otherwise, and may not say otherwise.
    assert_eq!(calls(&["lenders.br.calls.below=Initial"])[0].0, 6_700.0);
    let asked_for_less = ["lenders.br.calls.below=Initial", "lenders.br.calls.restores=Maintenance"];
    let found = std::panic::catch_unwind(|| plan(CALL, &asked_for_less)).is_err();
    assert!(found, "the call would be met and raised again at once");
}

/// What is missing, and why it is called for, where the price falls by so much and maintenance becomes so much, each at its
/// moment of two days.
fn fall_and_change(fall: (&str, f64), change: (&str, f64), sets: &[&str]) -> Vec<(f64, String)> {
    let shocks = format!(
        "shocks=[(at: \"2024-03-{}\", reason: \"a fall\", what: Jump({{\"a\": {:?}}})), (at: \"2024-03-{}\", reason: \"a change\", \
         what: Margin(lender: \"br\", margin: RegT(initial: 0.5, maintenance_long: {:?}, maintenance_short: 0.3)))]",
        fall.0, fall.1, change.0, change.1
    );
    calls(&[&[shocks.as_str()], sets].concat()).into_iter().map(|(amount, reason, _)| (amount, reason)).collect()
}

/// A thousand shares on a debt of 20,000, and a quarter to keep.
#[test]
fn a_call_is_for_a_change_of_margin_only_if_the_former_margin_would_not_have_brought_it() {
    let at = "04 10:00";
    let one = |fall, mm| fall_and_change((at, fall), (at, mm), &[]);
    let (hike, maintenance) = ("margin hike".to_owned(), "maintenance".to_owned());
    // At 26.60 there are 6,600. Asked are 6,650, after a cut to 24.9 % 6,623.40, after a hike to 26 % 6,916.
    assert_eq!(one(-0.335, 0.249), [(23.4, maintenance.clone())], "less is asked than before");
    assert_eq!(one(-0.335, 0.26), [(316.0, maintenance.clone())], "the fall was enough");
    // At 26.80 there are 6,800: enough for 6,700, too little for 6,968.
    assert_eq!(one(-0.33, 0.26), [(168.0, hike.clone())]);
    assert_eq!(one(-0.33, 0.25), []);
    // Who looks at the close calls hours after the hike, and for it.
    let closing = ["lenders.br.calls.checked=AtClose"];
    assert_eq!(fall_and_change((at, -0.33), ("04 11:00", 0.26), &closing), [(168.0, hike)]);
    assert_eq!(fall_and_change((at, -0.335), ("04 11:00", 0.26), &closing), [(316.0, maintenance.clone())]);
    // What was asked when it last looked was 26 %: the fall of the next day is what the call is for.
    assert_eq!(fall_and_change(("05 10:00", -0.33), (at, 0.26), &closing), [(168.0, maintenance)]);
}

/// 20,000 are owed for an hour, from the opening to the sale of the stock at 26.60: 20,000 × 0.36 ÷ 360 ÷ 24 = 0.83. Of the
/// 26,600 there are 6,599.17 left, beside the 1 of the till.
#[test]
fn who_is_sold_out_pays_the_interest_that_has_run_up_however_often_its_lender_charges() {
    let at_the_end = |own: &[&str]| {
        let sets = ["lenders.br.calls.grace=\"0s\"", "traders.l.sources.till.cash.amount=1.0"];
        let outcome = run(&plan(CALL, &[&sets, own].concat()));
        outcome.tables.firms.last().expect("rows of the firm").value
    };
    assert_eq!(at_the_end(&[]), 6_601.0);
    for settles in ["None", "Some(\"15m\")", "Some(\"1h\")"] {
        let interest = format!("lenders.br.interest=Some((on_debit: 0.36, settles: {settles}))");
        assert_eq!(at_the_end(&[&interest]), 6_600.17, "{settles}");
    }
}

/// Bought at 40 with half of it borrowed and a quarter to keep: the price of the call is 40 × (1 − 0.5) ÷ (1 − 0.25), 26.67
/// to the cent. A short with half of it posted and 30 % to keep is called above 40 × 1.5 ÷ 1.3, 46.15.
#[test]
fn the_price_of_a_margin_call_is_that_of_the_formula_to_the_cent() {
    let long =
        |jump: &str| calls(&[&format!("shocks[0].what.jump.a={jump}")]).iter().map(|call| call.0).collect::<Vec<_>>();
    assert_eq!((long("-0.33325"), long("-0.3335")), (vec![], vec![5.0]));
    let short = |jump: &str| {
        let account = "traders.l.accounts.br=(cash: 60000.0, positions: {\"a\": -1000.0})";
        let all = calls(&[account, &format!("shocks[0].what.jump.a={jump}")]);
        all.iter().map(|call| call.0).collect::<Vec<_>>()
    };
    assert_eq!((short("0.15375"), short("0.154")), (vec![], vec![8.0]));
}

/// What a world's members paid, by payer, whatever the order of rows.
fn assessed(text: &str) -> Vec<(String, f64)> {
    let rows = run(&plan(text, &[])).tables.waterfall;
    let part = |row: WaterfallRow| (row.layer == "assessments").then_some((row.payer.to_string(), row.amount));
    let mut parts: Vec<_> = rows.into_iter().filter_map(part).collect();
    parts.sort_by(|one, other| one.0.cmp(&other.0));
    parts
}

/// 6,000 over 6 to 3 to 1. Each has more than its part at the house; `c` has nearly nothing beside, and stands.
#[test]
fn a_member_pays_an_assessment_from_what_it_has_at_the_house() {
    let expected = [("a@ch", 3_600.0), ("b@ch", 1_800.0), ("c@ch", 600.0)];
    assert_eq!(assessed(CLEARING_HOUSE), expected.map(|(payer, amount)| (payer.to_owned(), amount)));
    let summary = run(&plan(CLEARING_HOUSE, &[])).summary;
    assert_eq!((summary.accounts.breached, summary.lenders["ch"].loss), (1, 3_000.0));
}

/// 1,000 over 7 to 7 to 1 leave a cent: whose it is depends on names and not on the order in which they are written.
#[test]
fn the_order_of_members_changes_nobodys_part() {
    let odd = CLEARING_HOUSE.replace("\"a\": 6000.0, \"b\": 3000.0", "\"a\": 7000.0, \"b\": 7000.0");
    let turned = odd.replace(
        "\"d\": 1000.0, \"a\": 7000.0, \"b\": 7000.0, \"c\": 1000.0",
        "\"c\": 1000.0, \"b\": 7000.0, \"a\": 7000.0, \"d\": 1000.0",
    );
    // Members are declared the other way round, too.
    let (head, rest) = turned.split_once("traders: {\n").expect("it has traders");
    let (traders, tail) = rest.split_once("\n },").expect("they end");
    let mut lines: Vec<&str> = traders.trim_end().trim_end_matches(',').split(",\n").collect();
    lines.reverse();
    let turned = format!("{head}traders: {{\n{}\n }},{tail}", lines.join(",\n"));
    assert_ne!(odd, turned);
    assert_eq!(assessed(&odd), assessed(&turned));
}

/// Short of 10,000 from 640 with 100,000, at 685.
#[test]
fn a_fund_pays_down_to_its_drawdown_and_the_winners_the_rest() {
    let summary = run(&plan(DRAWDOWN, &[])).summary;
    let paid: Vec<_> = summary.waterfall.iter().map(|(layer, amount)| (layer.as_str(), *amount)).collect();
    let paid: Vec<_> = paid.into_iter().filter(|(_, amount)| *amount != 0.0).collect();
    assert_eq!(paid, [("auto_deleveraging", 50_000.0), ("insurance_fund", 300_000.0)]);
}

/// 4,000 million shares at 100, and 1,000 million: 401,000 million, and nobody sells it a share.
#[test]
fn a_client_that_owes_more_than_it_has_before_anything_happens_is_refused() {
    let source = Source { name: "dead".into(), origin: Origin::BuiltIn, text: DEAD_AT_START.to_owned() };
    let refused = load_source(source, &[]).expect_err("it is refused");
    let said = refused.findings()[0].to_string();
    assert!(
        said.contains("traders.f: f@l is bankrupt before anything happens") && said.contains("-401000000000"),
        "{said}"
    );
}
