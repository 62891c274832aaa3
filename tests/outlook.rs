//! What `check` says of a world before its first tick: what cannot be meant is found, what may be meant is remarked upon.

use firesale::findings::Finding;
use firesale::options::RunOptions;
use firesale::record::run::simulate;
use firesale::results::keep::Keep;
use firesale::world::{Loaded, Origin, Source, WorldError, load_source};
use std::ops::ControlFlow;

const SMALL: &str = include_str!("world_fixtures/small.ron");
const CLEARED: &str = include_str!("../worlds/insurance-fund.ron");

fn load(text: &str, sets: &[&str]) -> Result<Loaded, WorldError> {
    let overrides: Vec<_> = sets.iter().map(|set| set.parse().expect("path=value")).collect();
    load_source(Source { name: "test".into(), text: text.to_owned(), origin: Origin::BuiltIn }, &overrides)
}

/// The one finding of a world.
fn found(text: &str, sets: &[&str]) -> Finding {
    let findings = load(text, sets).expect_err("it should be refused").findings().to_vec();
    assert_eq!(findings.len(), 1, "{findings:#?}");
    assert!(findings[0].place.is_some(), "{:?}", findings[0]);
    findings[0].clone()
}

fn says(text: &str, sets: &[&str], path: &str, words: &str) {
    let finding = found(text, sets);
    assert_eq!(finding.path, path, "{finding}");
    assert!(finding.reason.contains(words), "{finding}");
}

fn shock(what: &str) -> String {
    format!("shocks=[(at: \"2024-03-04 10:30\", reason: \"drawn\", what: {what})]")
}

fn firm(accounts: &str) -> String {
    let own =
        format!("\"born\": Firm(accounts: {{\"broker\": {accounts}}}, sources: {{}}, playbook: []),\n    \"fund-a\": ");
    SMALL.replacen("\"fund-a\": ", &own, 1)
}

#[test]
fn who_is_bankrupt_before_anything_happens_is_found() {
    let path = "traders.born";
    says(&firm("(cash: -1e6, positions: {\"acme\": 100.0})"), &[], path, "born@broker is bankrupt");
    says(&firm("(cash: -1.0)"), &[], path, "its equity is -1");
    // Where nothing is asked of anybody, too: 800 times the float, sold short.
    let dead = firm("(cash: -1e9, positions: {\"acme\": -4e9})")
        .replace("{\"broker\": (cash: -1e9", "{\"custodian\": (cash: -1e9");
    says(&dead, &[], path, "born@custodian is bankrupt");
}

/// A thousand shares at 100, of which 10 % are to be kept.
#[test]
fn who_is_called_at_once_or_has_exactly_what_it_must_keep_is_remarked_upon() {
    // A world may begin in the middle of a call.
    let called = load(&firm("(cash: -90001.0, positions: {\"acme\": 1000.0})"), &[]).expect("it may be meant");
    assert!(
        called.remarks[0].reason.contains("counts for 9999, where its lender calls below 10000"),
        "{:?}",
        called.remarks
    );
    assert!(load(&firm("(cash: -89999.0, positions: {\"acme\": 1000.0})"), &[]).is_ok());
    // A firm may have what it takes to pay elsewhere, and stand there on purpose.
    let loaded = load(&firm("(cash: -90000.0, positions: {\"acme\": 1000.0})"), &[]).expect("it may be meant");
    assert!(loaded.remarks[0].reason.contains("exactly the 10000"), "{:?}", loaded.remarks);
}

#[test]
fn who_has_more_leverage_than_a_bracket_allows_is_found_with_all_of_its_population() {
    let sets = ["traders.three.stake.leverage=30"];
    says(CLEARED, &sets, "traders.three", "more leverage than its lender's bracket allows");
    assert!(found(CLEARED, &sets).reason.contains("19 more of three"));
}

#[test]
fn makers_whose_numbers_put_bids_below_nothing_are_found() {
    for (set, path) in [
        ("traders.dealer.skew=1000000.0", "traders.dealer.skew"),
        ("traders.dealer.spread_per_volatility=1000", "traders.dealer.spread_per_volatility"),
        ("traders.dealer.half_spread=1.0", "traders.dealer.half_spread"),
        ("traders.dealer.level_gap=0.5", "traders.dealer.level_gap"),
    ] {
        says(SMALL, &[set], path, "less than nothing");
    }
}

#[test]
fn news_that_no_price_can_follow_is_found() {
    let one = "(at: \"2024-03-04 10:30\", reason: \"drawn\", what: Value({\"acme\": 1000.0}))";
    says(SMALL, &[&format!("shocks=[{}]", [one; 60].join(", "))], "shocks", "a price counts up to");
    assert!(load(SMALL, &[&format!("shocks=[{one}]")]).is_ok());
}

#[test]
fn what_lasts_longer_than_the_run_or_was_before_it_is_found() {
    for (what, path, words) in [
        ("Halt(venue: \"exchange\", pause: \"100d\")", "shocks[0].what.halt.pause", "longer than the whole run"),
        ("Outage(venue: \"exchange\", for: \"100d\")", "shocks[0].what.outage.for", "longer than the whole run"),
        (
            "StaleFeed(instrument: \"acme\", for: \"100d\")",
            "shocks[0].what.stale_feed.for",
            "longer than the whole run",
        ),
        (
            "Oracle(instrument: \"acme\", says: Ratio(0.1), for: \"100d\")",
            "shocks[0].what.oracle.for",
            "longer than the whole run",
        ),
        (
            "WithdrawalHalt(lender: \"broker\", for: \"100d\")",
            "shocks[0].what.withdrawal_halt.for",
            "longer than the whole run",
        ),
        (
            "CancelTrades(instrument: \"acme\", from: \"1990-03-05 10:00\", to: \"1990-03-05 10:10\", beyond: 0.1)",
            "shocks[0].what.cancel_trades.to",
            "no trades before",
        ),
    ] {
        says(SMALL, &[&shock(what)], path, words);
    }
    let rule = "venues.exchange.halts=[Velocity(width: 0.1, within: \"5m\", pause: \"300d\")]";
    says(SMALL, &[rule], "venues.exchange.halts[0].velocity.pause", "longer than the whole run");
}

#[test]
fn halts_that_nobody_can_feel_are_found() {
    let empty = SMALL.replacen("venues: {", "venues: {\"empty\": (maker_fee_bps: 0.0, taker_fee_bps: 0.0),", 1);
    says(&empty, &[&shock("Halt(venue: \"empty\")")], "shocks[0].what.halt.venue", "nobody can feel it");
    let rule = "venues.empty.halts=[Velocity(width: 0.1, within: \"5m\", pause: \"3m\")]";
    says(&empty, &[rule], "venues.empty.halts[0]", "nobody can feel it");
    let wide = "venues.exchange.halts=[Bands(width: 3.0, reference: \"5m\", limit_state: \"15s\", pause: \"5m\")]";
    let loaded = load(SMALL, &[wide]).expect("it may be meant");
    assert!(loaded.remarks[0].reason.contains("never strikes on the way down"), "{:?}", loaded.remarks);
}

/// Where prices form by impact nothing can wait at a limit: what is traded there trades beyond it.
#[test]
fn limits_that_hold_nothing_back_for_want_of_a_book_are_remarked_upon() {
    let impact = "instruments.acme.formation=Impact(law: Linear(units: 50_000.0, fall: 0.01))";
    let rule = "venues.exchange.halts=[DailyLimit(width: 0.05)]";
    let bands = "venues.exchange.halts=[Bands(width: 0.05, reference: \"5m\", limit_state: \"1m\", pause: \"5m\")]";
    for rule in [rule, bands, "venues.exchange.halts=[LimitUpLimitDown(tier: One)]"] {
        assert_eq!(remarked(SMALL, &[rule]), NONE);
        assert_eq!(remarked(SMALL, &[impact, rule]), ["venues.exchange.halts[0]"], "{rule}");
    }
    let elsewhere = "venues.exchange.halts=[DailyLimit(width: 0.05, instruments: Some([\"beta\"]))]";
    assert_eq!(remarked(&with_beta(0.0), &[impact, elsewhere]), NONE);
    // One of two has a book.
    assert_eq!(remarked(&with_beta(0.0), &[impact, rule]), NONE);
    let fast = "venues.exchange.halts=[Velocity(width: 0.05, within: \"5m\", pause: \"3m\")]";
    assert_eq!(remarked(SMALL, &[impact, fast]), NONE);
    // It falls by a tenth at once, and what it trades at is below the limit indeed.
    let plan = load(SMALL, &[impact, rule, &shock("Jump({\"acme\": -0.10})")]).expect("it may be meant").plan;
    let options = RunOptions { seed: 1, liquidation: true, record: Keep::ALL, audit_every_tick: false };
    let outcome = simulate(&plan, &options, &mut |_| ControlFlow::Continue(()));
    assert!(outcome.tables.trades.iter().any(|trade| trade.price < 95.0 && trade.tick < 390));
}

#[test]
fn a_premium_that_no_book_can_measure_is_found() {
    let perpetual = "\"coin\": Perpetual(venues: [\"exchange\"], price: 100.0, step: 0.01, lot: 1.0, index: \"acme\", \
                     funding: (interval: \"1h\", interest: 0.0, cap: 0.001, impact: 1e12), ordinary: (daily_volume: 1000.0, \
                     daily_volatility: 0.02, value_volatility: 0.0)), \"acme\": ";
    let text = SMALL.replacen("\"acme\": ", perpetual, 1);
    says(&text, &[], "instruments.coin.funding.impact", "no book holds it");
}

#[test]
fn money_that_never_helps_and_contracts_of_one_side_are_remarked_upon() {
    let loaded = load(SMALL, &["lenders.broker.calls.grace=\"0s\""]).expect("it may be meant");
    assert!(loaded.remarks.iter().any(|remark| remark.path == "traders.fund-a.posted"), "{:?}", loaded.remarks);
    assert!(load(SMALL, &[]).expect("it is sound").remarks.is_empty());
    let future = "\"dated\": Future(venues: [\"exchange\"], price: 100.0, step: 0.01, lot: 1.0, settles: AtClose, expiry: \
                  \"2024-03-05 15:00\", underlying: \"acme\", ordinary: (daily_volume: 1000.0, daily_volatility: 0.02, \
                  value_volatility: 0.0)), \"acme\": ";
    let text = firm("(cash: 1e6, positions: {\"dated\": 100.0})").replacen("\"acme\": ", future, 1);
    let loaded = load(&text, &[]).expect("it may be meant");
    assert!(loaded.remarks.iter().any(|remark| remark.path == "instruments.dated"), "{:?}", loaded.remarks);
}

#[test]
fn news_that_nobody_hears_and_depth_that_nobody_gives_are_remarked_upon() {
    // Firms trade there, and nobody else.
    let houses = include_str!("world_fixtures/houses.ron");
    let of_acme = |sets: &[&str]| -> Vec<(String, String)> {
        let loaded = load(houses, sets).unwrap_or_else(|wrong| panic!("{:?}", wrong.findings()));
        let own = loaded.remarks.iter().map(|own| (own.path.clone(), own.reason.clone()));
        own.filter(|(_, reason)| reason.contains("nobody who")).collect()
    };
    let deaf = of_acme(&[]);
    let paths: Vec<&str> = deaf.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["instruments.acme.ordinary.value_volatility", "shocks[0].what.value.acme"]);
    assert!(deaf.iter().all(|(_, reason)| reason.contains("moves no price")), "{deaf:#?}");
    let depth = "shocks[0].what=Liquidity({\"acme\": 0.5})";
    assert!(of_acme(&[depth])[1].1.contains("there is as much as before"), "{:#?}", of_acme(&[depth]));
    // Where prices form by impact the rest of the market hears, and gives the depth.
    let impact = [
        "instruments.acme.formation=Impact(law: Linear(units: 50_000.0, fall: 0.01))",
        "instruments.acme.venues=[\"floor\"]",
        "traders.carry.basket[0].venue=None",
        "shocks[2].what.halt.venue=floor",
    ];
    assert_eq!(of_acme(&impact), []);
    assert_eq!(of_acme(&[&impact[..], &[depth]].concat()), []);
}

/// A second stock, which nobody holds or trades.
fn with_beta(value_volatility: f64) -> String {
    let beta = format!(
        "\"beta\": Spot(venues: [\"exchange\"], price: 100.0, step: 0.01, lot: 1.0, float: 5_000_000.0, ordinary: \
         (daily_volume: 500_000.0, daily_volatility: 0.02, value_volatility: {value_volatility:?})),\n        \"acme\": Spot("
    );
    SMALL.replacen("\"acme\": Spot(", &beta, 1)
}

fn remarked(text: &str, sets: &[&str]) -> Vec<String> {
    let loaded = load(text, sets).unwrap_or_else(|wrong| panic!("{:?}", wrong.findings()));
    loaded.remarks.into_iter().map(|remark| remark.path).collect()
}

const NONE: [&str; 0] = [];

#[test]
fn volatility_that_nobody_feels_is_remarked_upon_where_the_file_says_it() {
    let wild = "what: Volatility({\"acme\": Times(3.0)})";
    let path = "shocks[0].what.volatility.acme";
    assert_eq!(remarked(SMALL, &[&shock(&wild["what: ".len()..])]), [path], "its value does not walk");
    // Who strikes later may be stated first.
    let two = format!(
        "shocks=[(at: \"2024-03-04 11:30\", reason: \"drawn\", {wild}), \
         (at: \"2024-03-04 10:30\", reason: \"drawn\", what: Value({{\"acme\": -0.06}}))]"
    );
    assert_eq!(remarked(SMALL, &[&two]), [path]);
    let walks = "instruments.acme.ordinary.value_volatility=0.01";
    assert_eq!(remarked(SMALL, &[&two, walks]), NONE);
    // A lender that sells first what frees most margin for what it costs to sell.
    assert_eq!(remarked(SMALL, &[&two, "lenders.broker.liquidation.first=MarginFreed"]), NONE);
}

#[test]
fn a_feed_that_nobody_is_called_at_is_remarked_upon() {
    for (what, word) in [
        ("Oracle(instrument: \"#\", says: Ratio(-0.3), for: \"1h\")", "oracle"),
        ("StaleFeed(instrument: \"#\", for: \"1h\")", "stale_feed"),
    ] {
        let of = |name: &str| shock(&what.replace('#', name));
        assert_eq!(remarked(&with_beta(0.0), &[&of("beta")]), [format!("shocks[0].what.{word}.instrument")]);
        assert_eq!(remarked(&with_beta(0.0), &[&of("acme")]), NONE);
    }
}

/// What a run comes to, but for what it says of itself.
fn tables(text: &str, sets: &[&str]) -> String {
    let plan = load(text, sets).unwrap_or_else(|wrong| panic!("{:?}", wrong.findings())).plan;
    let options = RunOptions { seed: 1, liquidation: true, record: Keep::ALL, audit_every_tick: false };
    let mut outcome = simulate(&plan, &options, &mut |_| ControlFlow::Continue(()));
    // That it struck is said, and that it cancelled nothing.
    outcome.tables.events.retain(|event| event.kind != "shock" && !event.text.starts_with("0 trades of 0 units"));
    format!("{:?}", outcome.tables)
}

/// A lender without clients, a stock that nobody has, margin as it was: and what is remarked upon changes nothing indeed.
#[test]
fn what_strikes_where_nobody_is_is_remarked_upon_and_changes_nothing() {
    let start = SMALL.find("\"custodian\": (").expect("a lender");
    let end = start + SMALL[start..].find("\n        ),").expect("its end") + "\n        ),".len();
    let idle = SMALL[start..end].replace("custodian", "idle");
    let text = with_beta(0.0).replacen("\"custodian\": (", &format!("{idle}\n        \"custodian\": ("), 1);
    let nothing = "shocks=[]";
    for (what, none, path) in [
        ("Dividend(instrument: \"#\", amount: 1.0)", ["beta", "acme"], "dividend.instrument"),
        (
            "CancelTrades(instrument: \"#\", from: \"2024-03-04 10:00\", to: \"2024-03-04 10:20\", beyond: 0.0)",
            ["beta", "acme"],
            "cancel_trades.instrument",
        ),
        ("WithdrawalHalt(lender: \"#\", for: \"1h\")", ["idle", "broker"], "withdrawal_halt.lender"),
        ("Margin(lender: \"#\", margin: Rate(im: 0.3, mm: 0.25))", ["idle", "broker"], "margin.lender"),
    ] {
        let [unfelt, felt] = none.map(|name| shock(&what.replace('#', name)));
        assert_eq!(remarked(&text, &[&unfelt]), [format!("shocks[0].what.{path}")]);
        assert_eq!(tables(&text, &[&unfelt]), tables(&text, &[nothing]), "{what}");
        assert_eq!(remarked(&text, &[&felt]), NONE);
        // Payouts that stop are felt by who wants something paid out, and nobody here does.
        if !what.starts_with("Withdrawal") {
            assert_ne!(tables(&text, &[&felt]), tables(&text, &[nothing]), "{what}");
        }
    }
    // What is asked is compared with what is asked by then, and not with what was at the start.
    let margin = |at: &str, mm: f64| {
        format!(
            "(at: \"2024-03-04 {at}\", reason: \"drawn\", what: Margin(lender: \"broker\", margin: Rate(im: 0.15, mm: {mm:?})))"
        )
    };
    let same = format!("shocks=[{}]", margin("10:30", 0.10));
    assert_eq!(remarked(&text, &[&same]), ["shocks[0].what.margin.margin"]);
    assert_eq!(tables(&text, &[&same]), tables(&text, &[nothing]));
    let there_and_back = format!("shocks=[{}, {}]", margin("11:30", 0.10), margin("10:30", 0.12));
    assert_eq!(remarked(&text, &[&there_and_back]), NONE);
    let twice = format!("shocks=[{}, {}]", margin("11:30", 0.12), margin("10:30", 0.12));
    assert_eq!(remarked(&text, &[&twice]), ["shocks[0].what.margin.margin"], "who strikes later may be stated first");
    // Margin that follows volatility judges it from the marks: it does not feel what the ordinary day is said to be.
    let scaled = "lenders.broker.add_ons=Some((volatility: Some((power: 1.0, floor: 1.0, cap: 4.0))))";
    let wild = shock("Volatility({\"acme\": Times(3.0)})");
    assert_eq!(remarked(&text, &[scaled, &wild]), ["shocks[0].what.volatility.acme"]);
    assert_eq!(tables(&text, &[scaled, &wild]), tables(&text, &[scaled, nothing]));
}

#[test]
fn correlations_that_move_no_price_are_remarked_upon() {
    let walks = "instruments.acme.ordinary.value_volatility=0.01";
    let together = shock("Correlation([(of: [\"acme\", \"beta\"], is: 0.9)])");
    let path = "shocks[0].what.correlation";
    assert!(remarked(&with_beta(0.01), &[walks, &together]).iter().any(|remark| remark == path));
    let own = "demand: {\"acme\": ";
    let both =
        with_beta(0.01).replacen(own, "demand: {\"beta\": (lowest: 60.0, highest: 110.0, units: 1e6), \"acme\": ", 1);
    assert_eq!(remarked(&both, &[walks, &together]), NONE);
}

#[test]
fn a_price_held_up_by_a_share_of_no_trade_is_remarked_upon() {
    // Nor would the lender be rid of it.
    let both = ["lenders.broker.liquidation.how", "traders.born.supports[0].instrument"];
    for (name, said) in [("beta", &both[..]), ("acme", &[])] {
        let beta = with_beta(0.0);
        let stock = &beta[beta.find("\"beta\"").expect("it")..beta.find("\"acme\": Spot(").expect("it")];
        let text = firm(&format!("(cash: 1e6, positions: {{\"{name}\": 100.0}})"))
            .replacen("\"acme\": Spot(", &format!("{stock}\"acme\": Spot("), 1)
            .replacen("sources: {}", "sources: {\"till\": Cash(amount: 1e6)}", 1)
            .replacen(
                "playbook: []",
                &format!(
                    "playbook: [], supports: [(instrument: \"{name}\", lender: \"broker\", share: 0.1, keeps: 0.0)]"
                ),
                1,
            );
        assert_eq!(remarked(&text, &[]), said);
    }
}

#[test]
fn who_looks_at_what_comes_from_outside_says_so() {
    let looks =
        [("Outside::Value", ["eyes.value()", "eyes.value_ratio()"]), ("Outside::Depth", ["eyes.liquidity()"; 2])];
    let mut seen = 0;
    for file in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/engine/traders")).expect("a folder") {
        let path = file.expect("a file").path();
        let text = std::fs::read_to_string(&path).expect("a text");
        if !text.contains("impl Behaviour for") {
            continue;
        }
        for (says, calls) in looks {
            let does = calls.iter().any(|call| text.contains(call));
            assert_eq!(does, text.contains(says), "{}: {says}", path.display());
            seen += usize::from(does);
        }
    }
    assert!(seen > 5, "{seen}");
}

#[test]
fn every_built_in_world_is_sound() {
    for (name, text) in firesale::world::builtin() {
        load(text, &[]).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

/// It holds prices up by swaps, which are traded where their stocks are, and each broker closes what it has to close.
#[test]
fn of_archegos_no_more_is_remarked_upon_than_the_hour_of_the_offering() {
    let (_, text) = firesale::world::builtin().into_iter().find(|(name, _)| *name == "archegos-2021").expect("a world");
    let remarks = load(text, &[]).expect("it is sound").remarks;
    let paths: Vec<_> = remarks.iter().map(|remark| remark.path.as_str()).collect();
    assert_eq!(paths, ["shocks[0].at"], "{remarks:#?}");
}

/// The session of Monday ends at 16:00; the next begins at 09:30.
#[test]
fn a_shock_of_hours_in_which_the_market_is_closed_is_said_to_wait_for_the_opening() {
    let at = |moment: &str| {
        let set = format!("shocks=[(at: \"{moment}\", reason: \"news\", what: Value({{\"acme\": -0.01}}))]");
        let remarks = load(SMALL, &[&set]).expect("it may be meant").remarks;
        let late = remarks.into_iter().filter(|remark| remark.path == "shocks[0].at");
        late.map(|remark| remark.reason).collect::<Vec<_>>()
    };
    let night = "the market is closed at 2024-03-04T20:00:00: it strikes at 2024-03-05T09:30:00";
    let found = at("2024-03-04 20:00");
    assert!(found.len() == 1 && found[0].starts_with(night), "{found:?}");
    // Between two ticks it waits for the next, as everything does.
    assert!(at("2024-03-04 10:30:20").is_empty());
    assert!(at("2024-03-05 09:30").is_empty());
}

#[test]
fn a_seller_that_feeds_on_its_own_sales_is_remarked_upon() {
    let seller = |share: &str| {
        let own = format!(
            "\"block\": BlockSeller(lender: \"custodian\", instrument: \"acme\", units: 1000.0, \
             from: \"2024-03-04 10:30\", share: {share}, every: \"1m\"),\n    \"fund-a\": "
        );
        let text = SMALL.replacen("\"fund-a\": ", &own, 1);
        let remarks = load(&text, &[]).expect("it may be meant").remarks;
        remarks.into_iter().filter(|remark| remark.path == "traders.block.share").count()
    };
    assert_eq!((seller("0.09"), seller("1.0"), seller("1.5")), (0, 0, 1));
}

#[test]
fn a_day_of_fitting_before_all_of_the_history_is_found() {
    let history = |day: &str| {
        format!(
            "reference=(sources: {{\"paper\": \"a paper\"}}, prices: [(instrument: \"acme\", source: \"paper\", points: \
             [Close(\"2024-03-05\", 99.0)])], fitted_to: Some(\"{day}\"))"
        )
    };
    says(SMALL, &[&history("2024-03-04")], "reference.fitted_to", "the first is of 2024-03-05T16:00:00");
    assert!(load(SMALL, &[&history("2024-03-05")]).is_ok());
}

/// Two entries would buy twice the share that each states.
#[test]
fn what_a_firm_holds_up_twice_over_is_found() {
    let own = "(instrument: \"acme\", lender: \"broker\", share: 0.1, keeps: 0.0)";
    let firm = |supports: &str| {
        let own = format!(
            "\"born\": Firm(accounts: {{\"broker\": (cash: 0.0, positions: {{\"acme\": 1000.0}})}}, \
             sources: {{\"till\": Cash(amount: 1e6)}}, playbook: [], supports: [{supports}]),\n    \"fund-a\": "
        );
        SMALL.replacen("\"fund-a\": ", &own, 1)
    };
    assert!(load(&firm(own), &[]).is_ok());
    says(&firm(&format!("{own}, {own}")), &[], "traders.born.supports[1]", "held up twice over");
}
