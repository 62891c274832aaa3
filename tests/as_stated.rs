//! Rules judged by what they are about: what an order does to the risk, what a fund still holds, what a position cost, what
//! leaves an account better off. Worlds of a page, and sums that fit beside them.

mod support;

use firesale::record::run::Outcome;
use firesale::units::Side;
use support::{Play, options, plan};

/// The third market of the world.
const PERPETUAL: usize = 2;

const LENDER: &str = r#"capital: 1e9, calls: (below: Maintenance, checked: EveryTick, grace: "0s"), cross_default: false,
    waterfall: [LenderCapital], liquidation: (first: ProRata, much: All, how: Market, collar: 1.0, delay: "0s"),
    margin: Rate(im: 0.2, mm: 0.1)"#;

/// Two shares and a perpetual on the first, all at 100, whose prices only shocks move; `lenders`, `traders` and what else there is.
fn world(lenders: &str, traders: &str, rest: &str) -> String {
    let market = r#"ordinary: (daily_volume: 1e6, daily_volatility: 0.02, value_volatility: 0.0), venues: ["m"], price: 100.0,
        step: 0.01, lot: 1.0, formation: Impact(law: Linear(units: 1e15, fall: 0.000001))"#;
    format!(
        r#"World(version: 1, title: "A case", about: "A case.", seed: 1, currency: (code: "USD", decimals: 2),
            clock: (start: "2024-03-04 00:00", tick: "10m", calendar: Continuous(length: "6h")),
            venues: {{"m": (maker_fee_bps: 0.0, taker_fee_bps: 0.0)}},
            instruments: {{
                "a": Spot({market}, float: 1e6), "b": Spot({market}, float: 1e6), "p": Perpetual({market}, index: "a"),
            }},
            lenders: {{{lenders}}}, traders: {{{traders}}}, {rest})"#
    )
}

/// The one lender's, with parts of it as they are stated here.
fn lender(changes: &[(&str, &str)]) -> String {
    let mut text = LENDER.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    format!("\"x\": ({text})")
}

fn firm(name: &str, cash: f64, positions: &str) -> String {
    format!(
        "\"{name}\": Firm(accounts: {{\"x\": (cash: {cash:?}, positions: {{{positions}}})}}, sources: {{}}, playbook: []), "
    )
}

fn jump(at: &str, what: &str) -> String {
    format!("(at: \"2024-03-04 {at}\", reason: \"a move\", what: Jump({{{what}}})), ")
}

fn run(lenders: &str, traders: &str, shocks: &str) -> Outcome {
    support::run(&plan(&world(lenders, traders, &format!("shocks: [{shocks}]")), &[]), &options(1))
}

/// Units of each that forced orders traded, in the order of names.
fn forced(outcome: &Outcome) -> Vec<(String, f64)> {
    let mut sums = std::collections::BTreeMap::new();
    for sale in &outcome.tables.liquidations {
        *sums.entry(sale.instrument.to_string()).or_insert(0.0) += sale.filled_units;
    }
    sums.into_iter().filter(|(_, units)| *units != 0.0).collect()
}

/// 1,000 shares on 20,000: 15 % of the price are scanned and 1.4 times that opens, so that 1,000 are missing to open anything.
/// Short 1,000 perpetuals nothing can be lost; what adds to the risk is refused, and so is a second hedge.
#[test]
fn who_is_short_of_initial_margin_may_hedge_and_may_not_add() {
    let scan = lender(&[("Rate(im: 0.2, mm: 0.1)", "Scan(range: (down: 0.15, up: 0.15), im_factor: 1.4)")]);
    let traders = firm("h", -80_000.0, "\"a\": 1_000.0, \"p\": 0.0");
    let mut play = Play::new(&plan(&world(&scan, &traders, "shocks: []"), &[]), &options(1));
    play.ticks(1);
    play.limit_in(PERPETUAL, "h@x", Side::Buy, 10, 10_000);
    play.ticks(1);
    assert_eq!(play.held("h@x", "p"), 0, "what adds is refused");
    play.limit_in(PERPETUAL, "h@x", Side::Sell, 1_000, 9_900);
    play.ticks(1);
    assert_eq!(play.held("h@x", "p"), -1_000);
}

/// A fund of 8,000 that took a fifth of 4,000 has 3,200: a call of 3,888 is not paid out of it.
#[test]
fn a_fund_gives_what_is_in_it() {
    let patient = lender(&[("grace: \"0s\"", "grace: \"2h\"")]);
    let client = r#""f": Firm(accounts: {"x": (cash: -85_000.0, positions: {"a": 1_000.0})},
        sources: {"fund": MoneyMarketFund(amount: 8_000.0, ready: "10m")}, playbook: [Draw(sources: ["fund"])])"#;
    let dearer = r#"(at: "2024-03-04 00:10", reason: "a run on funds", what: Funding(firms: ["f"],
        sources: [MoneyMarketFund], change: Dearer(fee: 0.2), lasts: Some("2h"))), "#;
    let shocks = format!("{dearer}{}{}", jump("00:30", "\"a\": -0.1"), jump("03:00", "\"a\": -0.048"));
    let outcome = run(&patient, client, &shocks);
    let calls: Vec<_> =
        outcome.tables.calls.iter().map(|call| (call.amount, call.paid, call.outcome.to_string())).collect();
    assert_eq!(calls, [(4_000.0, 4_000.0, "met".to_owned()), (3_888.0, 0.0, "unmet".to_owned())]);
}

/// 22,000 on 100,000 and a fall of 8 %: 14,000 carry 70,000 at a fifth, so 240 of 1,000 go at 92, ten a tick over four hours. When the
/// price has risen by a fifth 32,000 and more stand against 21,000: nothing more goes.
#[test]
fn a_partial_sale_ends_when_the_price_has_done_the_rest() {
    let slices = lender(&[
        ("Rate(im: 0.2, mm: 0.1)", "Rate(im: 0.3, mm: 0.2)"),
        ("much: All, how: Market", "much: RestoreMaintenance, how: Slices(over_hours: 4.0)"),
    ]);
    let client = firm("t", -78_000.0, "\"a\": 1_000.0");
    let fall = jump("00:20", "\"a\": -0.08");
    let outcome = run(&slices, &client, &fall);
    assert_eq!(forced(&outcome), [("a".to_owned(), 240.0)]);
    let outcome = run(&slices, &client, &format!("{fall}{}", jump("00:50", "\"a\": 0.2")));
    let [(_, sold)] = forced(&outcome)[..] else { panic!("{:?}", forced(&outcome)) };
    assert!((20.0..=40.0).contains(&sold), "{sold}");
    assert_eq!(outcome.tables.accounts.last().expect("rows").state.to_string(), "healthy");
}

/// Opened at 150 and at 90, both near 100 now: the first has lost 51,000 and the second gained.
#[test]
fn the_largest_loss_is_counted_from_the_price_at_which_a_position_was_opened() {
    let first = lender(&[("first: ProRata, much: All", "first: LargestLoss, much: RestoreMaintenance")]);
    let client = r#""t": Firm(accounts: {"x": (cash: -178_000.0, positions: {"a": 1_000.0, "b": 1_000.0},
        entry: {"a": 150.0, "b": 90.0})}, sources: {}, playbook: [])"#;
    let outcome = run(&first, client, &jump("00:30", "\"a\": -0.01, \"b\": -0.02"));
    let sold: Vec<String> = forced(&outcome).into_iter().map(|(name, _)| name).collect();
    assert_eq!(sold, ["a"]);
}

/// Two short 1,000 each, of whom one lacks 30,000 and the other 5,000, one long 1,000, and a lender with 25,000: what one lacks can
/// fall on who has won, and the lender carries the rest, whoever is declared first.
#[test]
fn whether_a_lender_lives_is_not_decided_by_the_order_of_its_clients() {
    let deleverages = lender(&[
        ("capital: 1e9", "capital: 25_000.0, failure: Some((administrator_sells: true))"),
        ("waterfall: [LenderCapital]", "waterfall: [AutoDeleveraging(when: FundSpent), LenderCapital]"),
        ("grace: \"0s\"", "grace: \"1h\""),
    ]);
    let one = firm("b1", 20_000.0, "\"p\": -1_000.0");
    let two = firm("b2", 45_000.0, "\"p\": -1_000.0");
    let winner = firm("w", 100_000.0, "\"p\": 1_000.0");
    for order in [[&one, &two, &winner], [&two, &winner, &one], [&winner, &two, &one]] {
        let outcome = run(&deleverages, &order.map(String::as_str).concat(), &jump("00:30", "\"p\": 0.5"));
        let lender = &outcome.summary.lenders["x"];
        assert_eq!((lender.failed, lender.loss), (false, 5_000.0));
    }
}

/// 60,000 shares where 50,000 are allowed: short 6,000 perpetuals leave less, and 10 more shares do not.
#[test]
fn a_limit_on_the_float_lets_through_what_lowers_it() {
    let limited =
        lender(&[("capital: 1e9", "capital: 1e9, limits: Some((concentration: Some((share_of_float: 0.05))))")]);
    let traders = firm("h", 10_000_000.0, "\"a\": 60_000.0, \"p\": 0.0");
    let mut play = Play::new(&plan(&world(&limited, &traders, "shocks: []"), &[]), &options(1));
    play.ticks(1);
    play.limit_in(PERPETUAL, "h@x", Side::Buy, 10, 10_100);
    play.limit_in(PERPETUAL, "h@x", Side::Sell, 6_000, 9_900);
    play.ticks(1);
    assert_eq!(play.held("h@x", "p"), -6_000);
}

/// 1,000 from 50, and 100 more issued at the mark of 100: what was there has gained 50,000, and what came nothing.
#[test]
fn a_paper_profit_counts_what_came_later_at_what_it_was_worth() {
    let held = r#""f": Firm(accounts: {"x": (cash: 0.0, positions: {"a": 1_000.0}, entry: {"a": 50.0})}, sources: {}, playbook: [])"#;
    let issued =
        r#"(at: "2024-03-04 01:00", reason: "new shares", what: Issue(instrument: "a", to: "f", units: 100.0)), "#;
    let paper = |outcome: &Outcome| outcome.summary.firms["f"].treasury.as_ref().map(|it| it.paper_profit_end);
    assert_eq!(paper(&run(&lender(&[]), held, "")), Some(50_000.0));
    assert_eq!(paper(&run(&lender(&[]), held, issued)), Some(50_000.0));
}

/// 100,000 of a million shares are a tenth of them, at which a lender adds 3 % of ten million; of two million, after an issue to
/// somebody else, they are a twentieth.
#[test]
fn a_share_of_the_float_is_one_of_what_there_is_by_then() {
    let adds = lender(&[(
        "Rate(im: 0.2, mm: 0.1)",
        "Rate(im: 0.2, mm: 0.1), add_ons: (share_of_float: [(over: 0.09, add: 0.03)])",
    )]);
    let holder = firm("h", 0.0, "\"a\": 100_000.0");
    let traders = format!("{holder}{}", firm("n", 0.0, "\"a\": 0.0"));
    let issue =
        "(at: \"2024-03-04 00:30\", reason: \"new shares\", what: Issue(instrument: \"a\", units: 1e6, to: \"n\"))";
    let outcome = run(&adds, &traders, issue);
    let asked = |tick| {
        let row = outcome.tables.accounts.iter().find(|row| row.tick == tick && &*row.account == "h@x");
        row.map(|row| row.mm).expect("a row of each tick")
    };
    assert_eq!([asked(0), asked(10)], [1_300_000.0, 1_000_000.0]);
}
