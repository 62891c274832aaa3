//! Remarks on what cannot act, and silence where it can: one world, and what it says after a change.

use crate::{Origin, Source, load_source};
use language::findings::Finding;

const BASE: &str = r#"World(version: 1, title: "base", about: "A case.", seed: 1, currency: (code: "USD", decimals: 2),
 clock: (start: "2024-03-04", tick: "1m", calendar: Continuous(length: "1h")),
 venues: {"m": (maker_fee_bps: 0.0, taker_fee_bps: 0.0)},
 instruments: {"s": Spot(venues: ["m"], price: 100, step: 0.01, lot: 1, float: 1e9, ordinary: (daily_volume: 1_000_000.0, daily_volatility: 0.02, value_volatility: 0.0), formation: Impact(law: Linear(units: 1e12, fall: 0.000001)))},
 lenders: {"x": (capital: 1e9, margin: Rate(im: 0.2, mm: 0.1), calls: (below: Maintenance, checked: EveryTick, grace: "0s"), cross_default: false, liquidation: (first: ProRata, much: All, how: Market, collar: 1.0, delay: "0s"), waterfall: [LenderCapital])},
 traders: {"a": Firm(accounts: {"x": (cash: -50000.0, positions: {"s": 1000.0})}, sources: {}, playbook: [])},
 shocks: [(at: "2024-03-04 00:10", reason: "r", what: Jump({"s": -0.3}))],
)"#;

/// Of the base where each of the first stands as the second.
fn loaded(changes: &[(&str, &str)]) -> Result<Vec<Finding>, Vec<Finding>> {
    let mut text = BASE.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    let source = Source { name: "test".into(), text, origin: Origin::BuiltIn };
    load_source(source, &[]).map(|loaded| loaded.remarks).map_err(|error| error.findings().to_vec())
}

/// The one remark, with its place.
fn says(changes: &[(&str, &str)], path: &str, words: &str) {
    let remarks = loaded(changes).expect("it may be meant");
    let [only] = remarks.as_slice() else { panic!("{changes:?}: {remarks:#?}") };
    assert!(only.path == path && only.reason.contains(words) && only.place.is_some(), "{only:?}");
}

fn silent(changes: &[(&str, &str)]) {
    let remarks = loaded(changes).expect("nothing is wrong with it");
    assert!(remarks.is_empty(), "{changes:?}: {remarks:#?}");
}

const FLOW: &str = "waterfall: [LenderCapital]";

#[test]
fn pots_that_no_layer_draws_on_and_layers_that_take_nothing() {
    silent(&[]);
    let with = |flow: &'static str| [(FLOW, flow)];
    says(&with("waterfall: [LenderCapital], funds: (insurance: 1000.0)"), "lenders.x.funds.insurance", "no layer");
    says(&with("waterfall: [LenderCapital], funds: (backstop: 1000.0)"), "lenders.x.funds.backstop", "no layer");
    silent(&with("waterfall: [InsuranceFund, BackstopVault, LenderCapital], funds: (insurance: 1.0, backstop: 1.0)"));
    silent(&with("waterfall: [AutoDeleveraging(when: FundSpent), LenderCapital], funds: (insurance: 1000.0)"));
    let empty = "waterfall: [InsuranceFund, LenderCapital], funds: (insurance: 0.0)";
    says(&with(empty), "lenders.x.waterfall[0]", "begins empty");
    silent(&with("waterfall: [InsuranceFund, LenderCapital], funds: (insurance: 0.0, feeds: true)"));
    says(&with("waterfall: [AccountRemaining(share: 0.0), LenderCapital]"), "lenders.x.waterfall[0]", "share of 0");
    says(&with("waterfall: [VariationMarginGains(cut: 0.0), LenderCapital]"), "lenders.x.waterfall[0]", "cut of 0");
    silent(&with("waterfall: [AccountRemaining(share: 0.1), LenderCapital]"));
}

#[test]
fn payments_of_which_no_period_ends_in_the_run() {
    let perpetual = |interval: &str| {
        format!(
            "\"p\": Perpetual(venues: [\"m\"], price: 100, step: 0.01, lot: 1, index: \"s\", funding: (interval: \"{interval}\", \
             interest: 0.0001, cap: 0.0005), ordinary: (daily_volume: 1_000_000.0, daily_volatility: 0.02, value_volatility: \
             0.0), formation: Impact(law: Linear(units: 1e12, fall: 0.000001))), \"s\": Spot("
        )
    };
    let at = "instruments.p.funding.interval";
    says(&[("\"s\": Spot(", &perpetual("8h"))], at, "no interval of 8h ends between");
    silent(&[("\"s\": Spot(", &perpetual("1h"))]);
    silent(&[("\"s\": Spot(", &perpetual("8h")), ("length: \"1h\"", "length: \"9h\"")]);
    let settles = |every: &str| format!("{FLOW}, interest: (on_debit: 0.05, settles: \"{every}\")");
    says(&[(FLOW, &settles("8h"))], "lenders.x.interest.settles", "no period of 8h ends between");
    silent(&[(FLOW, &settles("1h"))]);
    silent(&[(FLOW, "waterfall: [LenderCapital], interest: (on_debit: 0.05)")]);
}

#[test]
fn holidays_that_close_nothing_and_a_start_on_which_nothing_opens() {
    let days = |start: &str, holidays: &str| {
        format!(
            "(start: \"{start}\", tick: \"10m\", calendar: Sessions(open: \"09:30\", close: \"16:00\", days: 2, opening_auction: \
             \"0s\", holidays: [{holidays}]))"
        )
    };
    const CLOCK: &str = "(start: \"2024-03-04\", tick: \"1m\", calendar: Continuous(length: \"1h\"))";
    let of = |start: &str, holidays: &str| days(start, holidays);
    let shock = ("2024-03-04 00:10", "2024-03-05 10:00");
    let at = |index: usize| format!("clock.calendar.sessions.holidays[{index}]");
    // A Friday, and the Monday and Tuesday after it.
    silent(&[(CLOCK, &of("2024-03-01", "\"2024-03-04\"")), shock]);
    let says = |start: &str, holidays: &str, path: &str, words: &str| {
        says(&[(CLOCK, &of(start, holidays)), shock], path, words);
    };
    says("2024-03-04", "\"2024-03-02\"", &at(0), "weekend");
    says("2024-03-04", "\"2024-07-04\"", &at(0), "outside the run");
    says("2024-03-01", "\"2024-03-04\", \"2024-03-04\"", &at(1), "twice");
    says("2024-03-02", "", "clock.start", "no session opens on 2024-03-02: the run begins on 2024-03-04");
    says("2024-03-04", "\"2024-03-04\"", "clock.start", "the run begins on 2024-03-05");
}

#[test]
fn what_is_stated_and_cannot_act() {
    let jump = "Jump({\"s\": -0.3})";
    says(&[(jump, "Jump({\"s\": 0.0})")], "shocks[0].what.jump.s", "does not change");
    says(&[(jump, "Cash(firm: \"a\", amount: 0.0)")], "shocks[0].what.cash.amount", "no money");
    silent(&[(jump, "Cash(firm: \"a\", amount: -1.0)")]);
    let sources = "sources: {}, playbook: []";
    let fund = "sources: {\"t\": MoneyMarketFund(amount: 100.0, ready: \"1h\")}, playbook: []";
    says(&[(sources, fund)], "traders.a.sources.t", "from its cash alone");
    silent(&[(sources, "sources: {\"t\": Cash(amount: 100.0)}, playbook: []")]);
    let talk = |chance: &str| format!("sources: {{}}, playbook: [Talk(extension: \"1h\", probability: {chance})]");
    says(&[(sources, &talk("0.0"))], "traders.a.playbook[0].talk.probability", "ever agrees");
    silent(&[(sources, &talk("0.5"))]);
    says(&[("shocks: [", "volatility: (half_life_days: 1.0, every: \"1m\"), shocks: [")], "volatility", "nobody asks");
    let least = |amount: &str| format!("{FLOW}, failure: (least_capital: {amount})");
    says(&[(FLOW, &least("2e9"))], "lenders.x.failure.least_capital", "fails in the first tick");
    silent(&[(FLOW, &least("1e9"))]);
}

#[test]
fn levels_that_pause_only_before_a_time_that_no_session_has() {
    let venue = "\"m\": (maker_fee_bps: 0.0, taker_fee_bps: 0.0)";
    let levels = |pause: &str, until: &str| {
        format!(
            "\"m\": (maker_fee_bps: 0.0, taker_fee_bps: 0.0, halts: [Levels(levels: [(fall: 0.07{pause})], until: \
             \"{until}\")])"
        )
    };
    let path = "venues.m.halts[0].levels.until";
    says(&[(venue, &levels(", pause: \"15m\"", "00:00"))], path, "a level with a pause stops nothing");
    silent(&[(venue, &levels(", pause: \"15m\"", "00:30"))]);
    // One that closes the session strikes at any time.
    silent(&[(venue, &levels("", "00:00"))]);
}

#[test]
fn interest_that_outgrows_all_numbers_is_found_and_what_stays_countable_is_not() {
    let world = |rate: &str, length: &str| {
        let interest = format!("{FLOW}, interest: (on_credit: {rate}, settles: \"1h\")");
        let rich = "traders: {\"b\": Firm(accounts: {\"x\": (cash: 1e15, positions: {})}, sources: {}, playbook: []), ";
        let length = format!("length: \"{length}\"");
        loaded(&[
            (FLOW, interest.as_str()),
            ("traders: {", rich),
            ("length: \"1h\"", length.as_str()),
            ("tick: \"1m\"", "tick: \"1h\""),
            ("2024-03-04 00:10", "2024-03-04 02:00"),
        ])
    };
    let findings = world("100.0", "900d").expect_err("no number counts it");
    let [only] = findings.as_slice() else { panic!("{findings:#?}") };
    assert_eq!(only.path, "lenders.x.interest.on_credit");
    assert!(only.reason.contains("b@x") && only.reason.contains("within the run"), "{only:?}");
    assert!(world("100.0", "30d").is_ok_and(|remarks| remarks.is_empty()));
    assert!(world("0.05", "900d").is_ok_and(|remarks| remarks.is_empty()));
}

#[test]
fn a_grace_that_outlasts_the_run() {
    let grace = |grace: &str| format!("grace: \"{grace}\"");
    let path = "lenders.x.calls.grace";
    says(&[("grace: \"0s\"", &grace("1h"))], path, "no call is due before the run ends");
    says(&[("grace: \"0s\"", &grace("T+1"))], path, "no call is due before the run ends");
    silent(&[("grace: \"0s\"", &grace("59m"))]);
    silent(&[("grace: \"0s\"", &grace("T+0"))]);
}

#[test]
fn what_is_sold_at_the_pace_of_no_trade_and_in_a_book_that_nobody_quotes() {
    let path = "lenders.x.liquidation.how";
    let share = ("how: Market", "how: ShareOfVolume(share: 0.2)");
    says(&[share], path, "nobody trades \"s\" by choice");
    let option = "instruments: {\"c\": Option(of: \"s\", right: Call, strike: 120, expiry: \"2024-03-08 00:00\", venues: [\"m\"], \
                  lot: 1.0, implied_volatility: 0.3, ordinary: (daily_volume: 1e6, daily_volatility: 0.02, value_volatility: 0.0)), ";
    let writer = "traders: {\"w\": Firm(accounts: {\"x\": (cash: 1e6, positions: {\"c\": -10.0})}, sources: {}, playbook: []), \
                  \"h\": Firm(accounts: {\"x\": (cash: 1e6, positions: {\"c\": 10.0})}, sources: {}, playbook: []), ";
    says(&[("instruments: {", option), ("traders: {", writer)], "instruments.c", "nobody quotes \"c\"");
}

#[test]
fn a_stake_that_no_layer_draws_on_a_limit_on_nothing_and_a_pact_of_strangers_are_remarked_upon() {
    let funds =
        ("waterfall: [LenderCapital]", "funds: Some((skin_in_the_game: Some(5.0))), waterfall: [LenderCapital]");
    says(&[funds], "lenders.x.funds.skin_in_the_game", "pays for no loss");
    let collateral = |rest: &str| {
        format!("collateral: Some((items: {{\"s\": (haircut: 0.1, margined: true)}}, {rest})), margin: Rate")
    };
    for (rest, path) in [
        ("tiers: [0.5]", "lenders.x.collateral.tiers[0]"),
        ("own_tokens: 0.5", "lenders.x.collateral.own_tokens"),
        ("foreign_haircut: 0.1", "lenders.x.collateral.foreign_haircut"),
    ] {
        says(&[("margin: Rate", &collateral(rest))], path, "no item");
    }
    let lenders = BASE.lines().find(|line| line.trim_start().starts_with("lenders:")).expect("they are a line");
    let one = lenders.trim_start().trim_start_matches("lenders: {").trim_end_matches("},");
    let two = format!(
        "lenders: {{{one}, {}}}, agreements: [(lenders: [\"x\", \"y\"], kind: Standstill(length: \"10m\", notice: \"5m\"))],",
        one.replacen("\"x\"", "\"y\"", 1)
    );
    says(&[(lenders.trim_start(), &two)], "agreements[0]", "no client");
}

#[test]
fn a_block_that_no_keeper_wants_is_remarked_upon() {
    let block = ("how: Market", "how: BlockAuction(after: \"5m\", reserve: 0.3)");
    let keeper = |what: &str| {
        format!(
            "\"k\": Keeper(count: 1, instruments: [\"{what}\"], stake: (lender: \"x\", cash_days: 1.0, units_days: 0.0), profit: 0.01, cost: 0.0, delay: \"0s\", resale: 0.1), \"a\": Firm"
        )
    };
    let other =
        BASE.lines().find(|line| line.trim_start().starts_with("instruments:")).expect("they are a line").trim_start();
    let two = other.trim_end_matches("},").to_owned()
        + ", "
        + &other["instruments: {".len()..].trim_end_matches("},").replacen("\"s\"", "\"t\"", 1)
        + "},";
    let of_other = [block, (other, two.as_str()), ("\"a\": Firm", &keeper("t"))];
    says(&of_other, "lenders.x.liquidation", "nobody bids for \"s\"");
    let its_own = [block, ("\"a\": Firm", &keeper("s"))];
    assert!(loaded(&its_own).is_ok_and(|remarks| remarks.is_empty()));
}
