//! A coin, the sister that is minted for it, and those who burn one for the other, through the whole engine.

#![allow(clippy::inconsistent_digit_grouping, reason = "1_000_00 is a thousand dollars and no cents")]

mod support;

use firesale::units::Side::Sell;
use firesale::world::{Origin, Source, load_source};
use support::{BY_HAND, Play, options, plan, run};

const PEG: &str = include_str!("../worlds/peg.ron");

/// Bids for a thousand dollars at each of 400 prices between 100 and 1, evenly in the logarithm: 400 000 over ln 100, or
/// 86 859 for each fall by a factor of e. Who sells for 100 000 takes the price down to 100 × exp(−100 000 ÷ 86 859) = 31.62.
#[test]
fn a_fixed_sum_sold_into_standing_bids_lowers_the_price_by_the_same_factor_each_time() {
    let bids = "\"bids\": StandingBids(count: 400, instruments: [\"acme\"],
        stake: (lender: \"custodian\", cash_days: 0.01, units_days: 0.0), lowest: 0.01, highest: 1.0),
        \"buyer\": Zero";
    // Hundredths of a share, so that no bid has to leave much of its thousand unspent.
    let text =
        BY_HAND.replace("\"buyer\": Zero", bids).replace("decimals: 2", "decimals: 4").replace("lot: 1.0", "lot: 0.01");
    let mut play =
        Play::new(&plan(&text, &["traders.fund-a.leverage=0.5", "traders.fund-b.leverage=0.5"]), &options(1));
    play.ticks(2);
    let (best, none) = play.quotes();
    assert_eq!(none, None);
    // The first of them stands half a step of the logarithm below the start: 100 × exp(−ln 100 ÷ 800).
    assert_eq!(best, Some(99_42));
    let before = play.cash("seller@custodian");
    let mut sold = 0;
    while sold < 100_000_0000 {
        play.market("seller@custodian", Sell, 2_000);
        play.ticks(1);
        sold = play.cash("seller@custodian") - before;
    }
    let best = play.quotes().0.expect("there is money further down") as f64;
    assert!((best / 31_62.0 - 1.0).abs() < 0.02, "{best}");
}

/// What a peg came to can be held to a band, and a name that no peg has is found.
#[test]
fn a_band_may_name_a_peg_that_there_is() {
    let named = |figure: &str| PEG.replace("Summary(\"instruments.coin.min\"), min: 0.95, max: 0.995", figure);
    let minted = named("Summary(\"pegs.module.sister_minted\"), min: 1.0, max: 1.0e8");
    assert_ne!(minted, PEG);
    assert!(run(&plan(&minted, &[]), &options(1)).summary.expect.iter().all(|row| row.met));
    for wrong in ["pegs.modul.sister_minted", "pegs.module.sister_mint"] {
        let text = named(&format!("Summary(\"{wrong}\"), min: 0.0, max: 1.0"));
        let error =
            load_source(Source { name: "peg".to_owned(), text, origin: Origin::BuiltIn }, &[]).expect_err(wrong);
        assert_eq!(error.findings().iter().map(|it| it.path.as_str()).collect::<Vec<_>>(), ["expect[0].what"]);
    }
}

/// A fifth of the coins is sold over two days. Redeemers keep the coin near par; what they burn is minted as the sister,
/// whose price falls for it.
#[test]
fn redeemers_hold_the_peg_and_the_sister_pays_for_it() {
    let held = run(&plan(PEG, &[]), &options(1));
    let coin = &held.summary.instruments["coin"];
    let sister = &held.summary.instruments["sister"];
    let peg = &held.summary.pegs["module"];
    assert!(coin.end > 0.97, "{coin:?}");
    assert!(peg.coin_burnt > 1e6, "{peg:?}");
    assert!((peg.coin_supply_end - (1e8 - peg.coin_burnt + peg.coin_minted)).abs() < 1.0);
    assert!(sister.end < 0.99 * sister.start, "{sister:?}");
    assert_eq!(held.summary.audit.cash_residual, 0);
    // The same seller and redeemers without money: the coin falls further, the sister does not.
    let alone = run(&plan(PEG, &["traders.redeemer.accounts.custodian.cash=0.0"]), &options(1));
    assert!(alone.summary.instruments["coin"].end < coin.end - 0.03, "{:?}", alone.summary.instruments["coin"]);
    assert!(alone.summary.pegs["module"].coin_burnt == 0.0);
    assert!(alone.summary.instruments["sister"].end > sister.end);
    // What is in the table is what the summary ends with.
    let last = held.tables.pegs.last().expect("the peg has rows");
    assert_eq!((last.coin_burnt_units, last.sister_supply_units), (peg.coin_burnt, peg.sister_supply_end));
}

/// Of the discount at which coins are burnt the spread takes a part. Redeemers bid as much as leaves them paid for the risk, so what
/// is left comes of how long they wait and how much the sister moves meanwhile: more than twice as much where what is minted takes
/// two hours and not five minutes. Where they have eight thousand in all others sell lower before they can bid again, which
/// adds a little.
#[test]
fn what_redeemers_keep_comes_of_their_money_and_of_how_long_they_wait() {
    let kept = |set: &[&str]| {
        let peg = run(&plan(PEG, set), &options(1)).summary.pegs["module"].clone();
        let (discount, spread) = (peg.burnt_discount.expect("some were burnt"), peg.burnt_spread.expect("as well"));
        let kept = peg.burnt_kept.expect("as well");
        assert!((discount - spread - kept).abs() < 1e-12 && spread >= 0.005, "{discount} {spread} {kept}");
        kept
    };
    let plain = kept(&[]);
    let poor = kept(&["traders.redeemer.accounts.custodian.cash=400.0"]);
    let slow = kept(&["traders.redeemer.delay=\"2h\""]);
    assert!(plain > 0.0 && poor > 1.1 * plain && slow > 2.0 * plain, "{plain} {poor} {slow}");
    // Nobody burns: there is nothing to say.
    let none = run(&plan(PEG, &["traders.redeemer.accounts.custodian.cash=0.0"]), &options(1));
    assert_eq!(none.summary.pegs["module"].burnt_kept, None);
}

/// A redeemer bids what leaves it `edge` and pay for its risk, however little money the others have left: so money decides how much
/// is burnt and how far the coin falls, and what is kept of each coin hardly at all. At seeds 1 to 3 twenty thousand dollars in all
/// burn 2.7 to 2.9 million and keep 0.0017 to 0.0019, four thousand times as much 12.0 to 12.2 million at 0.0024 to 0.0030.
#[test]
fn money_decides_how_much_is_burnt_and_hardly_what_is_kept_of_it() {
    let burnt = |cash: &str| {
        let outcome = run(&plan(PEG, &[&format!("traders.redeemer.accounts.custodian.cash={cash}")]), &options(1));
        let peg = &outcome.summary.pegs["module"];
        (peg.coin_burnt, peg.burnt_kept.expect("some were burnt"), outcome.summary.instruments["coin"].min)
    };
    let (poor, rich) = (burnt("1000.0"), burnt("4000000.0"));
    assert!(3.0 * poor.0 < rich.0 && poor.2 < rich.2 - 0.05, "{poor:?} {rich:?}");
    // The edge is a tenth of a per cent.
    assert!([poor.1, rich.1].iter().all(|kept| (0.001..0.004).contains(kept)), "{poor:?} {rich:?}");
}

/// The sister begins at 4 times what is outstanding of the coin. It loses a sixth, while an eighth of the coins is burnt: 3.83
/// times at the lowest. Holders who want 1 behind each coin stay; those who want 3.9 leave once there is less, though the
/// coin itself stands hardly below par.
#[test]
fn who_looks_at_what_stands_behind_the_coin_leaves_when_it_is_too_little() {
    let holders = |backing: &str, peg: &str| {
        let holders = format!(
            "\"holders\": Depositor(count: 50, instruments: [\"coin\"],
                stake: (lender: \"custodian\", cash_days: 0.0, units_days: 0.002), par: 1.0, bears: 2.0, wary: 0.0,
                neighbours: 0, herd: 1.0, peg: \"{peg}\", backing: {backing}, pace: \"1h\", exit: \"1h\", every: \"5m\"),
            \"seller\": Block"
        );
        PEG.replace("\"seller\": Block", &holders).replace(
            "expect: [",
            "expect: [
                (what: Held(trader: \"holders\", instrument: \"coin\", at: \"2024-03-05 23:59\"), min: 0.0, max: 1.0e9, why: \"x\"),
                (what: Outstanding(instrument: \"sister\", at: \"2024-03-05 23:59\"), min: 0.0, max: 1.0e9, why: \"x\"),",
        )
    };
    let left = |backing: &str| {
        let outcome = run(&plan(&holders(backing, "module"), &[]), &options(1));
        let measured = outcome.summary.measured;
        // What is measured of the supply is what the peg ends with.
        let supply = measured.iter().find(|(name, _)| name.starts_with("sister")).expect("it is measured").1;
        assert!((supply / outcome.summary.pegs["module"].sister_supply_end - 1.0).abs() < 1e-3);
        *measured.iter().find(|(name, _)| name.starts_with("holders")).expect("it is measured").1
    };
    assert_eq!(left("1.0"), 1_000_000.0);
    // Somebody may still be selling when the world ends.
    assert!(left("3.9") < 20_000.0);
    let source = Source { name: "peg".to_owned(), text: holders("1.0", "modul"), origin: Origin::BuiltIn };
    let error = load_source(source, &[]).expect_err("there is no such peg");
    assert_eq!(error.findings()[0].path, "traders.holders.peg");
}

#[test]
fn what_is_wrong_with_a_peg_is_said_all_at_once() {
    let findings = |changes: &[(&str, &str)]| -> Vec<String> {
        let text = changes.iter().fold(PEG.to_owned(), |text, (old, new)| {
            assert!(text.contains(old), "{old}");
            text.replace(old, new)
        });
        let source = Source { name: "peg".to_owned(), text, origin: Origin::BuiltIn };
        let error = load_source(source, &[]).expect_err("this world should not load");
        error.findings().iter().map(|finding| finding.path.clone()).collect()
    };
    let wrong = [
        ("sister: \"sister\", par: 1.0", "sister: \"brother\", par: 0.0"),
        ("recovery: 36, blocks_a_day: 12_762", "recovery: 0, blocks_a_day: 0"),
        ("peg: \"module\"", "peg: \"modul\""),
    ];
    let found = findings(&wrong);
    for path in [
        "pegs.module.sister",
        "pegs.module.par",
        "pegs.module.recovery",
        "pegs.module.blocks_a_day",
        "traders.redeemer.peg",
    ] {
        assert!(found.iter().any(|own| own == path), "{path}: {found:?}");
    }
    // Burnt for itself, in two pegs at once, through a lender that lends on it, and by legs of the wrong sides.
    assert_eq!(findings(&[("sister: \"sister\", par", "sister: \"coin\", par")])[0], "pegs.module.sister");
    let twice = "pegs: {\n        \"other\": (coin: \"sister\", sister: \"coin\", par: 1.0, base_pool: 1.0, recovery: 1, \
                 blocks_a_day: 1, least_spread: 0.0, oracle_every: \"1m\"),";
    assert_eq!(findings(&[("pegs: {", twice)]), ["pegs.module.coin", "pegs.module.sister"]);
    let lends = findings(&[("margin: Unmargined", "margin: Rate(im: 0.5, mm: 0.4)")]);
    assert!(lends.iter().any(|path| path == "traders.redeemer.accounts.custodian"), "{lends:?}");
    let swapped = [(
        "coin: (instrument: \"coin\"), sister: (instrument: \"sister\")",
        "coin: (instrument: \"sister\"), sister: (instrument: \"coin\")",
    )];
    assert_eq!(findings(&swapped), ["traders.redeemer.coin.instrument", "traders.redeemer.sister.instrument"]);
}

/// The tick of a minute that begins at noon of the first day.
const NOON: usize = 720;

/// The world of the peg, with these shocks.
fn struck(shocks: &str) -> String {
    let text = PEG.replace("    expect: [", &format!("    shocks: [{shocks}],\n    expect: ["));
    assert_ne!(text, PEG);
    text
}

fn paths(text: String) -> Vec<String> {
    let source = Source { name: "peg".to_owned(), text, origin: Origin::BuiltIn };
    let error = load_source(source, &[]).expect_err("this world should not load");
    error.findings().iter().map(|finding| finding.path.clone()).collect()
}

/// From the tick in which governance acts the spread is that of the new pools, `1 − (a / (a + d))²`, at the same `d`: not
/// what has gone through them is changed, but what it costs.
#[test]
fn governance_changes_what_the_pools_charge_from_its_moment_on() {
    let narrow = ["pegs.module.base_pool=1e6"];
    let shock = r#"(at: "2024-03-04 12:00", reason: "A vote.",
        what: Governance(peg: "module", base_pool: 4e6, recovery: 18)),"#;
    let [before, after] = [PEG, &struck(shock)].map(|text| run(&plan(text, &narrow), &options(1)).tables.pegs);
    let noon = NOON;
    assert_eq!(before[..noon], after[..noon]);
    let of_pool = |base: f64, d: f64| (1.0 - (base / (base + d)).powi(2)).max(0.005);
    for (base, row) in [(1e6, &after[noon - 1]), (4e6, &after[noon]), (4e6, &after[noon + 300])] {
        assert!((row.spread - of_pool(base, row.pool_delta)).abs() < 1e-6, "{base}: {row:?}");
    }
    assert!(after[noon - 1].spread > 0.05 && after[noon].spread < after[noon - 1].spread - 0.02, "{:?}", after[noon]);
    // Wider, and quicker to recover: in the hours that follow the coin stands nearer to par.
    let mean =
        [before, after].map(|rows| rows[noon + 60..noon + 360].iter().map(|row| row.coin_price).sum::<f64>() / 300.0);
    assert!(mean[1] > mean[0] + 0.02, "{mean:?}");
}

/// A least spread of all there is ends it: nothing is burnt any more, though coins are offered.
#[test]
fn governance_can_end_all_minting() {
    let shock = r#"(at: "2024-03-04 12:00", reason: "The end.", what: Governance(peg: "module", least_spread: 1.0)),"#;
    let rows = run(&plan(&struck(shock), &[]), &options(1)).tables.pegs;
    let noon = NOON;
    let burnt = |tick: usize| rows[tick].coin_burnt_units;
    assert!(burnt(noon - 1) > 0.0);
    assert_eq!(burnt(noon - 1), burnt(rows.len() - 1));
    assert_eq!(rows[noon].spread, 1.0);
}

/// Four hours without a block: nothing is burnt, minted, or recovered, the oracle says what it said, and both books trade.
#[test]
fn while_a_chain_stands_still_only_the_books_go_on() {
    let shock = r#"(at: "2024-03-04 12:00", reason: "A halt.", what: ChainHalt(peg: "module", for: "4h")),"#;
    let outcome = run(&plan(&struck(shock), &[]), &options(1));
    let rows = &outcome.tables.pegs;
    let noon = NOON;
    let (first, last, then) = (&rows[noon], &rows[noon + 239], &rows[noon + 240]);
    assert!(!rows[noon - 1].halted && first.halted && last.halted && !then.halted);
    assert!(last.time.contains("16:00"), "{}", last.time);
    let still = |row: &firesale::rows::PegRow| {
        (row.coin_burnt_units, row.sister_minted_units, row.pool_delta, row.spread, row.oracle_price)
    };
    assert!(rows[noon..noon + 240].iter().all(|row| still(row) == still(first)));
    assert_eq!(first.coin_burnt_units, rows[noon - 1].coin_burnt_units);
    assert_ne!(first.sister_price, last.sister_price);
    // With the first block after it what has waited is taken.
    assert!(then.coin_burnt_units > last.coin_burnt_units, "{then:?}");
    for instrument in ["coin", "sister"] {
        let meanwhile = outcome.tables.prices.iter().filter(|row| (noon..noon + 240).contains(&(row.tick as usize)));
        assert!(meanwhile.filter(|row| row.instrument == instrument).map(|row| row.volume_units).sum::<f64>() > 0.0);
    }
    assert_eq!(outcome.summary.audit.cash_residual, 0);
}

#[test]
fn shocks_to_a_peg_that_mean_nothing_are_found_all_at_once() {
    let shocks = r#"
        (at: "2024-03-04 12:00", reason: "x", what: Governance(peg: "modul", base_pool: 1.0)),
        (at: "2024-03-04 12:00", reason: "x", what: Governance(peg: "module")),
        (at: "2024-03-04 12:00", reason: "x", what: Governance(peg: "module", base_pool: -1.0, recovery: 0, least_spread: 1.5)),
        (at: "2024-03-04 12:00", reason: "x", what: Governance(peg: "module", base_pool: 2e19)),
        (at: "2024-03-04 12:00", reason: "x", what: ChainHalt(peg: "modul", for: "1h")),
        (at: "2024-03-04 12:00", reason: "x", what: ChainHalt(peg: "module", lenders: ["bank", "custodian", "custodian"], for: "1h")),
        (at: "2025-03-04 12:00", reason: "x", what: ChainHalt(peg: "module", for: "1h")),"#;
    assert_eq!(
        paths(struck(shocks)),
        [
            "shocks[0].what.governance.peg",
            "shocks[1].what.governance",
            "shocks[2].what.governance.base_pool",
            "shocks[2].what.governance.recovery",
            "shocks[2].what.governance.least_spread",
            "shocks[3].what.governance.base_pool",
            "shocks[4].what.chain_halt.peg",
            "shocks[5].what.chain_halt.lenders[0]",
            "shocks[5].what.chain_halt.lenders[2]",
            "shocks[6].at",
        ]
    );
    // A pool that fits and leaves no room for the coins there are would take none of them.
    let full = r#"(at: "2024-03-04 12:00", reason: "x", what: Governance(peg: "module", base_pool: 1.93428e13)),"#;
    assert_eq!(paths(struck(full).replace("decimals: 6", "decimals: 12")), ["shocks[0].what.governance.base_pool"]);
    let full = PEG.replace("decimals: 6", "decimals: 12").replace("base_pool: 10_000_000.0", "base_pool: 1.93428e13");
    assert_eq!(paths(full), ["pegs.module.base_pool"]);
    // Nobody redeems: nobody would feel either.
    let unfelt = r#"
        (at: "2024-03-04 12:00", reason: "x", what: Governance(peg: "module", base_pool: 1e6)),
        (at: "2024-03-04 12:00", reason: "x", what: ChainHalt(peg: "module", for: "1h")),"#;
    let text = struck(unfelt);
    let (from, until) = (text.find("        \"redeemer\"").unwrap(), text.find("    },\n\n    shocks").unwrap_or(0));
    let until = if until > from { until } else { text[from..].find("\n    },").unwrap() + from + 1 };
    let alone = format!("{}{}", &text[..from], &text[until..]);
    assert_eq!(paths(alone), ["shocks[0].what.governance.peg", "shocks[1].what.chain_halt.peg"]);
}

/// Coins that are issued are there like those that are minted: they are part of the supply, and stand to be backed.
#[test]
fn what_is_issued_is_supply_and_lowers_what_stands_behind_a_coin() {
    let ends = |shock: &str| {
        let text = PEG.replace("    expect: [", &format!("    shocks: [{shock}],\n\n    expect: ["));
        let outcome = run(&plan(&text, &["traders.redeemer.accounts.custodian.cash=0.0"]), &options(1));
        let row = outcome.tables.pegs.last().expect("rows of the peg").clone();
        (row.coin_supply_units + row.coin_burnt_units - row.coin_minted_units, row.backing.expect("coins are left"))
    };
    let issue = "(at: \"2024-03-04 01:00\", reason: \"more of them\", what: Issue(instrument: \"coin\", units: 1e9, to: \"seller\"))";
    let ((before, backed), (after, backed_then)) = (ends(""), ends(issue));
    assert_eq!(after, before + 1e9);
    assert!(backed_then < backed, "{backed_then} {backed}");
}
