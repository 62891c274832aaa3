//! A world says the same however it is written: in another order, in other units, and with strangers beside it.

#[path = "support/fixtures.rs"]
mod fixtures;
mod support;

use firesale::options::RunOptions;
use firesale::record::run::simulate;
use firesale::results::keep::Keep;
use fixtures::FIXTURES;
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use support::{options, plan};

const PORTFOLIOS: &str = include_str!("support/portfolios.ron");
/// Worlds with trading, and how many ticks of each are compared.
const TRADED: [(&str, &str, u32); 7] = [
    ("two-funds", include_str!("../worlds/two-funds.ron"), 500),
    ("insurance-fund", include_str!("../worlds/insurance-fund.ron"), 500),
    ("brokers-race", include_str!("../worlds/brokers-race.ron"), 700),
    ("isolated-or-cross", include_str!("../worlds/isolated-or-cross.ron"), 700),
    ("arb-capital", include_str!("../worlds/arb-capital.ron"), 500),
    ("clearing-house", include_str!("../worlds/clearing-house.ron"), 700),
    ("helios", include_str!("../worlds/helios.ron"), 500),
];
const MAPS: [&str; 7] = ["venues", "instruments", "lenders", "traders", "positions", "accounts", "pools"];

/// The text without comments, which may stand anywhere and have commas in them.
fn bare(text: &str) -> String {
    let without = |line: &str| {
        let mut quoted = false;
        let end = line.char_indices().find(|&(at, sign)| {
            quoted ^= sign == '"';
            !quoted && line[at..].starts_with("//")
        });
        format!("{}\n", &line[..end.map_or(line.len(), |(at, _)| at)])
    };
    text.lines().map(without).collect()
}

/// Where each `key: {` begins that is followed by names, and where its map ends.
fn maps(text: &str, key: &str) -> Vec<(usize, usize)> {
    let opening = format!("{key}: {{");
    let places = text.match_indices(&opening).map(|(at, _)| at + opening.len());
    places.map(|start| (start, start + entries(&text[start..]).1)).collect()
}

/// The entries of a map whose brace has just been opened, and where it closes.
fn entries(text: &str) -> (Vec<&str>, usize) {
    let (mut depth, mut quoted, mut from, mut all) = (0, false, 0, vec![]);
    for (at, sign) in text.char_indices() {
        match sign {
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' | '[' | '{' => depth += 1,
            '}' if depth == 0 => {
                all.push(text[from..at].trim());
                all.retain(|entry| !entry.is_empty());
                return (all, at);
            }
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                all.push(text[from..at].trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    panic!("a map that does not end: {text}")
}

/// The same world with the maps of this name the other way round. `None` when none has more than one entry.
fn turned(text: &str, key: &str) -> Option<String> {
    let mut turned = text.to_owned();
    for (start, end) in maps(text, key).into_iter().rev() {
        let mut all = entries(&text[start..]).0;
        all.reverse();
        turned.replace_range(start..end, &all.join(", "));
    }
    (maps(text, key).iter().any(|(start, _)| entries(&text[*start..]).0.len() > 1)).then_some(turned)
}

/// Every number of some tables, as lines in an order of their own.
fn told(text: &str, ticks: u32, options: &RunOptions) -> BTreeSet<String> {
    let stop = |tick| if tick < ticks { ControlFlow::Continue(()) } else { ControlFlow::Break(()) };
    let outcome = simulate(&fixtures::load(text.to_owned()).expect("it loads").plan, options, &mut |tick| stop(tick));
    let tables = &outcome.tables;
    let lines = tables.accounts.iter().map(|row| format!("{row:?}"));
    let lines = lines.chain(tables.prices.iter().map(|row| format!("{row:?}")));
    let lines = lines.chain(tables.trades.iter().map(|row| format!("{row:?}")));
    let lines = lines.chain(tables.firms.iter().map(|row| format!("{row:?}")));
    let lines = lines.chain(tables.lenders.iter().map(|row| format!("{row:?}")));
    let lines = lines.chain(tables.waterfall.iter().map(|row| format!("{row:?}")));
    let lines = lines.chain(tables.pools.iter().map(|row| format!("{row:?}")));
    let lines = lines.chain(tables.pegs.iter().map(|row| format!("{row:?}")));
    let summary = &outcome.summary;
    lines
        .chain([format!("{:?}", summary.liquidations)])
        .chain(summary.firms.iter().map(|firm| format!("{firm:?}")))
        .collect()
}

fn first_difference(one: &BTreeSet<String>, other: &BTreeSet<String>) -> String {
    let all: Vec<_> = one.symmetric_difference(other).take(4).collect();
    format!("{all:#?}")
}

#[test]
fn the_order_in_which_a_world_declares_things_changes_no_number() {
    // Pools, pegs, auctions and every trader are in the fixtures.
    let fixtures = FIXTURES.into_iter().map(|(name, text)| (name, text, 240));
    let all = TRADED.into_iter().chain([("portfolios", PORTFOLIOS, u32::MAX)]).chain(fixtures);
    let mut compared = 0;
    for (name, text, ticks) in all {
        let text = bare(text);
        let before = told(&text, ticks, &options(1));
        for key in MAPS {
            let Some(turned) = turned(&text, key) else { continue };
            assert_ne!(text, turned);
            let after = told(&turned, ticks, &options(1));
            assert!(before == after, "{name}, {key}: {}", first_difference(&before, &after));
            compared += 1;
        }
    }
    assert!(compared > 15, "{compared} comparisons");
}

/// A lender with add-ons that follow volatility, somebody with an account there who does nothing, and an estimate of
/// volatility that the world asks for.
#[test]
fn strangers_beside_a_world_change_no_number_of_it() {
    const LENDER: &str = "\"stranger\": (capital: 1e8, margin: ValueAtRisk(method: Ewma(lambda: 0.94), confidence: 0.99, \
        horizon_days: 1.0, window: 90, every: Tick), calls: (below: Maintenance, checked: EveryTick, grace: \"T+2\"), \
        cross_default: false, liquidation: (first: ProRata, much: All, how: Market, collar: 1.0, delay: \"0s\"), \
        waterfall: [LenderCapital], add_ons: (volatility: (power: 1.0, floor: 0.5, cap: 9.0), buffer: 0.25)), ";
    const TRADER: &str =
        "\"nobody\": Firm(accounts: {\"stranger\": (cash: 1000.0, positions: {})}, sources: {}, playbook: []), ";
    for (name, text, ticks) in TRADED.into_iter().chain([("portfolios", PORTFOLIOS, u32::MAX)]) {
        let text = bare(text);
        let mut more = text.clone();
        for (key, entry) in [("traders", TRADER), ("lenders", LENDER)] {
            let start = maps(&more, key)[0].0;
            more.insert_str(start, entry);
        }
        let end = more.rfind(')').expect("a world ends");
        // What is estimated where a lender follows it anyway is that lender's affair.
        if name != "portfolios" {
            more.insert_str(end, ", volatility: (half_life_days: 0.5, every: \"15m\")");
            more = more.replace(",\n, volatility", ",\nvolatility");
        }
        let strangers = |line: &String| line.contains("nobody") || line.contains("stranger");
        let before = told(&text, ticks, &options(1));
        let after: BTreeSet<String> =
            told(&more, ticks, &options(1)).into_iter().filter(|line| !strangers(line)).collect();
        assert!(before == after, "{name}: {}", first_difference(&before, &after));
        // Nor does what is written down.
        let unrecorded = RunOptions { record: Keep { trades: false, ..Keep::ALL }, ..options(1) };
        let kept: BTreeSet<String> = told(&text, ticks, &unrecorded);
        let gone = before.difference(&kept).find(|line| !line.starts_with("TradeRow"));
        assert!(gone.is_none() && kept.is_subset(&before), "{name}: {gone:?}");
    }
}

/// Equity and requirements of all accounts at all ticks, in cents.
fn standings(text: &str) -> Vec<(String, [i64; 4])> {
    let outcome = support::run(&plan(text, &[]), &options(1));
    let cents = |amount: f64| (amount * 100.0).round() as i64;
    let row = |row: &firesale::rows::AccountRow| {
        (format!("{} {}", row.account, row.tick), [row.equity, row.equity_counted, row.im, row.mm].map(cents))
    };
    outcome.tables.accounts.iter().filter(|row| row.trader == "hedged").map(row).collect()
}

#[test]
fn a_portfolio_in_other_lots_steps_and_decimals_needs_the_same() {
    let text = bare(PORTFOLIOS);
    let before = standings(&text);
    assert!(before.len() > 300, "{} standings", before.len());
    assert!(before.iter().all(|(_, sums)| sums[0] > 0 && sums[2] > 0), "{:?}", &before[..7]);
    // What is asked by the contract hangs on how large one is, and that is meant.
    let by_contract = [
        ("spread_charge: 20.0, short_option_minimum: 5.0", "spread_charge: 0.0"),
        ("credits: [(between: ((\"index\", 1.0), (\"stock\", 6.0)), rate: 0.3)]", "credits: []"),
    ];
    let text = by_contract.into_iter().fold(text, |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replace(from, to)
    });
    let before = standings(&text);
    // Finer lots and steps need finer money.
    let ways = [
        ("money in hundredths of cents", "decimals: 2", "decimals: 4"),
        ("stock by the tenth of a share", "price: 40.0, step: 0.01, lot: 1.0", "price: 40.0, step: 0.01, lot: 0.1"),
        ("bonds in tenths of a cent", "price: 100.0, step: 0.01, lot: 1.0", "price: 100.0, step: 0.001, lot: 1.0"),
        ("near futures of one unit", "price: 200.0, step: 0.1, lot: 10.0", "price: 200.0, step: 0.1, lot: 1.0"),
        ("far futures in the steps of the near", "step: 0.5, lot: 10.0", "step: 0.1, lot: 10.0"),
        ("far futures of five units", "step: 0.5, lot: 10.0", "step: 0.5, lot: 5.0"),
        ("calls on ten shares", "lot: 100.0, implied_volatility: 0.32", "lot: 10.0, implied_volatility: 0.32"),
    ];
    for (name, from, to) in ways {
        let other = text.replacen(from, to, 1);
        assert_ne!(text, other, "{name}");
        let other = other.replacen("decimals: 2", "decimals: 4", 1);
        for ((account, one), (_, two)) in before.iter().zip(standings(&other)) {
            // A cent for each rounding.
            let near = one.iter().zip(two).all(|(one, two)| (one - two).abs() <= 2);
            assert!(near, "{name}: {account}: {one:?} and {two:?}");
        }
    }
}
