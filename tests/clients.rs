//! Crowds of clients: what they start with, whom a shock breaks, and what a world may not say of them.

mod support;

use firesale::ledger::Held;
use firesale::options::RunOptions;
use firesale::plan::Plan;
use firesale::tick::state::state;
use firesale::units::{AccountId, Cash, InstrumentId, LenderId, Lots};
use firesale::world::{Origin, Source, load_source};
use std::collections::BTreeMap;
use support::{Play, options, plan, run};

/// Two perpetuals whose prices follow two coins, an exchange that asks for 1 % and closes below 0.5 %, and a thousand clients
/// who hold both. What is sold moves nothing, so that who breaks can be counted by hand.
const CROWD: &str = r#"World(
    version: 1, title: "Crowd", about: "Clients, and nobody else.", seed: 1, currency: (code: "USD", decimals: 6),
    clock: (start: "2024-03-04 00:00", tick: "1m", calendar: Continuous(length: "1h")),
    venues: {"spot": (maker_fee_bps: 0.0, taker_fee_bps: 0.0)},
    instruments: {
        "btc": Spot(venues: ["spot"], price: 60_000.0, step: 1.0, lot: 0.001, float: 2e7, formation: Impact(law: Linear(units: 1e12, fall: 1e-9)),
            ordinary: (daily_volume: 1e9, daily_volatility: 0.03, value_volatility: 0.0)),
        "eth": Spot(venues: ["spot"], price: 3_000.0, step: 0.1, lot: 0.01, float: 2e8, formation: Impact(law: Linear(units: 1e12, fall: 1e-9)),
            ordinary: (daily_volume: 1e9, daily_volatility: 0.03, value_volatility: 0.0)),
        "btc-perp": Perpetual(venues: ["spot"], price: 60_000.0, step: 1.0, lot: 0.001, index: "btc", formation: Impact(law: Linear(units: 1e12, fall: 1e-9)),
            ordinary: (daily_volume: 1e9, daily_volatility: 0.03, value_volatility: 0.0)),
        "eth-perp": Perpetual(venues: ["spot"], price: 3_000.0, step: 0.1, lot: 0.01, index: "eth", formation: Impact(law: Linear(units: 1e12, fall: 1e-9)),
            ordinary: (daily_volume: 1e9, daily_volatility: 0.03, value_volatility: 0.0)),
    },
    lenders: {
        "exchange": (capital: 1e7, margin: Rate(im: 0.01, mm: 0.005), calls: (below: Maintenance, checked: EveryTick, grace: "0s"),
            cross_default: false, liquidation: (first: ProRata, much: All, how: Market, collar: 1.0, delay: "0s"),
            waterfall: [LenderCapital]),
    },
    traders: {
        "clients": Clients(count: 1_000, instruments: ["btc-perp", "eth-perp"], positions: 2,
            stake: (lender: "exchange", equity: 5_000.0, leverage: 10.0, sizes: Some(Pareto(exponent: 1.5))),
            leverages: Some(LogNormal(sigma: 0.7)), most_leverage: 75.0, entries: 0.1),
    },
    shocks: [(at: "2024-03-04 00:10", reason: "News.", what: Value({"btc": -0.15, "eth": -0.1}))],
    expect: [],
)"#;

fn findings(text: &str) -> Vec<(String, String)> {
    let source = Source { name: "test".to_owned(), text: text.to_owned(), origin: Origin::BuiltIn };
    let error = load_source(source, &[]).map(|_| ()).expect_err("this world should not load");
    error.findings().iter().map(|it| (it.path.clone(), it.reason.clone())).collect()
}

/// A crowd is listed nowhere, and is there all the same.
#[test]
fn what_strikes_a_crowd_strikes_somebody() {
    let remarks = |what: &str| {
        let text = CROWD.replace("Value({\"btc\": -0.15, \"eth\": -0.1})", what);
        let source = Source { name: "test".to_owned(), text, origin: Origin::BuiltIn };
        load_source(source, &[]).map(|loaded| loaded.remarks).expect("a world that loads")
    };
    for what in [
        "Margin(lender: \"exchange\", margin: Rate(im: 0.05, mm: 0.02))",
        "WithdrawalHalt(lender: \"exchange\", for: \"10m\")",
    ] {
        let of_shocks: Vec<_> = remarks(what).into_iter().filter(|remark| remark.path.starts_with("shocks")).collect();
        assert_eq!(of_shocks, [], "{what}");
    }
}

/// By account: money in minor units, and lots by instrument with the price at which they were opened.
type Members = BTreeMap<AccountId, (i128, Vec<(InstrumentId, i64, i64)>)>;

fn members(plan: &Plan) -> Members {
    let mut all = Members::new();
    for crowd in &plan.crowds {
        crowd.each(&plan.instruments, |member, cash, held| {
            let held = held.iter().map(|one| (one.instrument, one.lots.get(), one.entry.steps())).collect();
            all.insert(crowd.account(member), (cash.to_minor(), held));
        });
    }
    all
}

#[test]
fn every_client_has_a_twin_with_as_much_on_the_other_side_and_none_is_beyond_the_most() {
    let plan = plan(CROWD, &[]);
    let all: Vec<_> = members(&plan).into_values().collect();
    assert_eq!(all.len(), 1_000);
    for twins in all.chunks(2) {
        assert_eq!(twins[0].0, twins[1].0);
        for (one, other) in twins[0].1.iter().zip(&twins[1].1) {
            assert_eq!((one.0, one.1), (other.0, -other.1));
        }
    }
    let value = |(id, lots, _): &(InstrumentId, i64, i64)| {
        let about = &plan.instruments[id.index()];
        about.step_value.value(Lots::new(*lots), about.start).abs().to_minor()
    };
    let leverage = |(cash, held): &(i128, Vec<_>)| held.iter().map(value).sum::<i128>() as f64 / *cash as f64;
    let leverages: Vec<f64> = all.iter().map(leverage).collect();
    assert!(leverages.iter().all(|own| *own <= 75.0));
    // Stated are 10 times and 5,000 on average; drawn, a thousand come near it, and the largest is worth many of the mean.
    let mean = |all: &[f64]| all.iter().sum::<f64>() / all.len() as f64;
    assert!((8.0..12.0).contains(&mean(&leverages)), "{}", mean(&leverages));
    let money: Vec<f64> = all.iter().map(|own| own.0 as f64 / 1e6).collect();
    let largest = money.iter().copied().fold(0.0, f64::max);
    assert!((3_500.0..7_500.0).contains(&mean(&money)) && largest > 50_000.0, "{} {largest}", mean(&money));
    // Both signs in both contracts, and half of the pairs hold against each other what a hedge would.
    let against = all.iter().filter(|(_, held)| (held[0].1 > 0) != (held[1].1 > 0)).count();
    assert!((400..600).contains(&against), "{against}");
}

#[test]
fn the_ledger_has_what_the_plan_draws_and_members_are_found_by_name() {
    let plan = plan(CROWD, &[]);
    let play = Play::new(&plan, &options(7));
    for (account, (cash, held)) in members(&plan) {
        let name = plan.account_name(account).into_owned();
        assert_eq!(play.account(&name), account, "{name}");
        assert_eq!(play.cash(&name), cash);
        assert_eq!(held.len(), 2);
    }
    let crowd = &plan.crowds[0];
    let last = crowd.account(999);
    assert_eq!(plan.account_name(last), "clients[999]@exchange");
    assert_eq!(plan.trader_name(crowd.trader(999)), "clients[999]");
    assert_eq!(
        (crowd.named("clients[999]"), crowd.named("clients[1000]"), crowd.named("clients[09]")),
        (Some(999), None, None)
    );
    assert_eq!(plan.accounts_of(crowd.trader(3)).collect::<Vec<_>>(), [crowd.account(3)]);
    assert_eq!(plan.trader_of(last), Some(crowd.trader(999)));
}

/// At the prices after the news: who has less than half a hundredth of what it holds, long and short, is sold out, and
/// nobody else is.
#[test]
fn a_shock_breaks_exactly_whom_arithmetic_breaks() {
    let plan = plan(CROWD, &[]);
    let outcome = run(&plan, &RunOptions { audit_every_tick: true, ..options(3) });
    let after: BTreeMap<&str, f64> = BTreeMap::from([("btc-perp", 51_000.0), ("eth-perp", 2_700.0)]);
    for (name, price) in &after {
        let last = outcome.tables.prices.iter().rfind(|row| row.instrument == **name).expect("it has prices");
        assert!((last.mark - price).abs() < 1e-6, "{name} stands at {}", last.mark);
    }
    let mut expected: Vec<String> = Vec::new();
    for (account, (cash, held)) in members(&plan) {
        let (mut equity, mut gross) = (cash as f64 / 1e6, 0.0);
        for (id, lots, _) in held {
            let about = &plan.instruments[id.index()];
            let (units, price) = (about.units_of(Lots::new(lots)), after[about.name.as_str()]);
            equity += units * (price - about.price_of(about.start));
            gross += units.abs() * price;
        }
        if equity < 0.005 * gross {
            expected.push(plan.account_name(account).into_owned());
        }
    }
    let mut broke: Vec<_> = outcome.tables.liquidations.iter().map(|row| row.account.clone()).collect();
    broke.sort_unstable();
    broke.dedup();
    expected.sort_unstable();
    assert!(expected.len() > 20 && expected.len() < 500, "{} of a thousand", expected.len());
    assert_eq!(broke, expected);
    assert_eq!(outcome.summary.accounts.total, 1_000);
    // What they lacked somebody lost, and nobody gained it: the audit held in every tick.
    assert_eq!(outcome.summary.accounts.breached as usize, expected.len());
}

#[test]
fn the_seed_of_a_run_changes_no_client() {
    let drawn = |sets: &[&str]| members(&plan(CROWD, sets));
    assert_eq!(drawn(&[]), drawn(&["seed=99"]));
    assert_ne!(drawn(&[]), drawn(&["traders.clients.entries=0.2"]));
}

#[test]
fn what_is_wrong_with_a_crowd_is_said_all_at_once() {
    let wrong = CROWD
        .replace("count: 1_000", "count: 7")
        .replace("positions: 2", "positions: 3")
        .replace("most_leverage: 75.0", "most_leverage: 5.0")
        .replace("sizes: Some(Pareto(exponent: 1.5))", "sizes: Some(Pareto(exponent: 0.9)), venue: Some(\"spot\")")
        .replace("[\"btc-perp\", \"eth-perp\"]", "[\"btc-perp\", \"eth\"]")
        .replace("calls: (below", "mode: Isolated, calls: (below");
    let found = findings(&wrong);
    for path in ["count", "positions", "most_leverage", "stake.sizes", "stake.venue", "instruments[1]", "stake.lender"]
    {
        assert!(found.iter().any(|(at, _)| *at == format!("traders.clients.{path}")), "{path}: {found:?}");
    }
    // One lot of bitcoin is 60; half of 5 at ten times is 25.
    let small = CROWD.replace("equity: 5_000.0", "equity: 5.0");
    assert!(
        findings(&small).iter().any(|(at, why)| at == "traders.clients.stake" && why.contains("less than one lot"))
    );
}

/// They send no orders, have no treasury, and hold what they are said to hold: whoever asks them for anything else is told.
#[test]
fn what_a_crowd_cannot_do_is_asked_of_it_nowhere() {
    let add = |text: &str| CROWD.replacen("expect: []", &format!("{text}, expect: []"), 1);
    let held = "what: Held(trader: \"clients\", instrument: \"btc\", at: \"2024-03-04 00:30\"), min: -1e9, max: 1e9, why: \"\"";
    let cash = "shocks: [(at: \"2024-03-04 00:05\", reason: \"Cash.\", what: Cash(firm: \"clients\", amount: -5.0)), ";
    let fund = "funds: (default_fund: {\"clients\": 5.0}), waterfall: [SurvivorsFund, LenderCapital]";
    let wrong = [
        ("latency.clients", "sends no orders", add("latency: {\"clients\": 0}")),
        (
            "study.rounds[0].trader",
            "does nothing in any round",
            add("study: (rounds: [(trader: \"clients\", length: \"1m\")])"),
        ),
        (
            "expect[0].what.held.instrument",
            "does not trade",
            CROWD.replacen("expect: []", &format!("expect: [({held})]"), 1),
        ),
        ("shocks[0].what.cash.firm", "has no treasury", CROWD.replacen("shocks: [", cash, 1)),
        (
            "lenders.exchange.funds.default_fund.clients",
            "is no firm",
            CROWD.replacen("waterfall: [LenderCapital]", fund, 1),
        ),
    ];
    for (path, reason, text) in wrong {
        let found = findings(&text);
        assert!(found.iter().any(|(at, why)| at == path && why.contains(reason)), "{path}: {found:?}");
    }
}

#[test]
fn cash_of_a_crowd_is_in_minor_units() {
    let all = members(&plan(&CROWD.replace(", sizes: Some(Pareto(exponent: 1.5))", ""), &[]));
    assert!(all.values().all(|(cash, _)| *cash == Cash::minor(5_000_000_000).to_minor()));
}

/// What all clients hold is kept as a sum, and it is the sum of what each holds, whatever is sold, closed and deleveraged.
#[test]
fn what_clients_hold_together_is_what_each_of_them_holds() {
    let deleverages =
        CROWD.replace("waterfall: [LenderCapital]", "waterfall: [AutoDeleveraging(when: FundSpent), LenderCapital]");
    let mut play = Play::new(&plan(&deleverages, &[]), &options(1));
    let mut changed = 0;
    let mut before = Vec::new();
    for _ in 0..30 {
        play.ticks(1);
        let accounts = &state(&play.world).ledger.accounts;
        let sum = |of: &dyn Fn(AccountId) -> bool| {
            let mut sums = vec![Held::default(); play.plan.instruments.len()];
            for slot in accounts.ids().filter(|account| of(*account)).flat_map(|account| accounts.slots(account)) {
                let held = &mut sums[accounts.instrument(slot).index()];
                let lots = i128::from(accounts.lots(slot).get());
                held.long += lots.max(0);
                held.short -= lots.min(0);
            }
            sums
        };
        let (clients, all) = (sum(&|account| accounts.trader(account).is_some()), sum(&|_| true));
        let mut kept = vec![Held::default(); all.len()];
        accounts.held_by_clients(LenderId::new(0)).for_each(|(id, held)| kept[id.index()] = held);
        assert_eq!(kept, clients);
        assert!((0..all.len()).all(|id| accounts.held_by_all(InstrumentId::from_index(id)) == all[id]));
        changed += u32::from(kept != before);
        before = kept;
    }
    assert!(changed > 1, "somebody was sold out");
}

/// Who pushed prices against those that broke, as the table of who broke whom says, each once.
fn sources(world: &str) -> Vec<String> {
    let mut sources: Vec<String> =
        run(&plan(world, &[]), &options(1)).tables.cascade.into_iter().map(|row| row.source.into()).collect();
    sources.sort();
    sources.dedup();
    sources
}

#[test]
fn the_fall_of_an_index_breaks_who_is_long_of_a_perpetual_on_it_and_no_trader_of_that_does() {
    // The rest of the market takes the coins down at once, and the perpetuals with them.
    assert_eq!(sources(CROWD), ["shock"]);
    // A perpetual with a book in which nobody trades has its mark from its index.
    let by_impact = r#"formation: Impact(law: Linear(units: 1e12, fall: 1e-9)),
            ordinary: (daily_volume: 1e9, daily_volatility: 0.03, value_volatility: 0.0)),
    },"#;
    let eth = r#"index: "eth", "#;
    let with_books = CROWD.replace(
        &format!("{eth}{by_impact}"),
        &format!("{eth}mark: BookMedian(basis: \"5m\"), {}", &by_impact[by_impact.find("ordinary").unwrap()..]),
    );
    assert_ne!(with_books, CROWD);
    assert_eq!(sources(&with_books), ["shock"]);
}
