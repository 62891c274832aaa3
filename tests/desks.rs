//! Traders of more than one thing, by hand and in the small: arbitrage across venues and between a future and its
//! underlying, hedges, official purchases, values that move together.

#![allow(clippy::inconsistent_digit_grouping, reason = "1_000_00 is a thousand dollars and no cents")]

mod support;

use firesale::tick::state::state;
use firesale::units::Side::{Buy, Sell};
use firesale::world::{Origin, Source, load_source};
use support::Play;

const DESKS: &str = include_str!("support/desks.ron");
const PEOPLE: &str = "people@street";
/// Markets, in the order of the file.
const X: usize = 0;
const Y: usize = 1;
const FUTURE: usize = 2;

/// The world with these desks and shocks.
fn text(desks: &str, shocks: &str) -> String {
    DESKS.replace("// The desk.", desks).replace("shocks: []", &format!("shocks: [{shocks}]"))
}

fn play(desks: &str, shocks: &str) -> Play {
    Play::new(&support::plan(&text(desks, shocks), &[]), &support::options(1))
}

fn findings(text: &str) -> Vec<String> {
    let source = Source { name: "test".to_owned(), text: text.to_owned(), origin: Origin::BuiltIn };
    let error = load_source(source, &[]).expect_err("this world should not load");
    error.findings().iter().map(|finding| finding.path.clone()).collect()
}

const ARBITRAGEUR: &str = r#""arb": CrossVenueArbitrageur(count: 1, instrument: "coin",
    places: [(venue: "x"), (venue: "y")], accounts: {"a": (cash: 10000.0)},
    edge: 0.005, clip: 0.04, inventory: 0.02, leverage: 5.0, every: "1m"),"#;

#[test]
fn an_arbitrageur_buys_where_it_is_cheap_sells_where_it_is_dear_and_catches_up() {
    let mut play = play(ARBITRAGEUR, "");
    play.limit_in(X, PEOPLE, Sell, 50, 100_00);
    play.limit_in(Y, PEOPLE, Buy, 30, 101_00);
    play.ticks(2);
    // Forty at $100.00, and no more than thirty at $101.00.
    assert_eq!((play.held("arb@a", "coin"), play.cash("arb@a")), (10, 10_000_00 - 40 * 100_00 + 30 * 101_00));
    play.limit_in(Y, PEOPLE, Buy, 100, 101_00);
    play.ticks(2);
    // It wants thirty more of what is there, ten, and forty are sold.
    assert_eq!((play.held("arb@a", "coin"), play.cash("arb@a")), (-20, 9_030_00 - 10 * 100_00 + 40 * 101_00));
}

#[test]
fn fees_and_the_edge_are_taken_off_the_gap() {
    for (fee, lots) in [("0.0", 40), ("30.0", 0)] {
        let text = text(ARBITRAGEUR, "").replace(
            "\"y\": (maker_fee_bps: 0.0, taker_fee_bps: 0.0)",
            &format!("\"y\": (maker_fee_bps: 0.0, taker_fee_bps: {fee})"),
        );
        let mut play = Play::new(&support::plan(&text, &[]), &support::options(1));
        // 0.7 % apart: above the edge of 0.5 %, but not after 0.3 % of fees.
        play.limit_in(X, PEOPLE, Sell, 50, 100_00);
        play.limit_in(Y, PEOPLE, Buy, 20, 100_70);
        play.ticks(2);
        assert_eq!(play.held("arb@a", "coin"), lots / 2, "{fee}");
    }
}

#[test]
fn with_an_account_at_each_venue_it_runs_out_of_margin_and_the_gap_stays() {
    let desk = r#""arb": CrossVenueArbitrageur(count: 1, instrument: "coin",
        places: [(venue: "x", lender: "a"), (venue: "y", lender: "b")], accounts: {"a": (cash: 1000.0), "b": (cash: 1000.0)},
        edge: 0.005, clip: 1.0, inventory: 1.0, leverage: 2.0, every: "1m"),"#;
    let mut play = play(desk, "");
    play.limit_in(X, PEOPLE, Sell, 1_000, 100_00);
    play.limit_in(Y, PEOPLE, Buy, 1_000, 101_00);
    play.ticks(10);
    // Twice $1 000 carry twenty coins, long at one lender and short at the other.
    assert_eq!((play.held("arb@a", "coin"), play.held("arb@b", "coin")), (20, -20));
}

const CARRY: &str = r#""carry": BasisArbitrageur(count: 1, future: (instrument: "coin-future"),
    basket: [(instrument: "coin", units: 1.0)], accounts: {"a": (cash: 10000.0)},
    enter: 0.02, leave: 0.005, leverage: 4.0, limit: 6.0, clip: 0.04, every: "1m"),"#;

#[test]
fn cash_and_carry_builds_up_at_one_basis_and_is_taken_down_at_the_other() {
    let mut play = play(CARRY, "");
    play.limit_in(X, PEOPLE, Sell, 120, 100_00);
    play.limit_in(FUTURE, PEOPLE, Buy, 120, 103_00);
    play.ticks(4);
    assert_eq!((play.held("carry@a", "coin-future"), play.held("carry@a", "coin")), (-120, 120));
    // The basis closes: 0.4 % for who buys the future and sells the coin.
    play.limit_in(X, PEOPLE, Buy, 1_000, 100_00);
    play.limit_in(FUTURE, PEOPLE, Sell, 1_000, 100_40);
    play.ticks(5);
    assert_eq!((play.held("carry@a", "coin-future"), play.held("carry@a", "coin")), (0, 0));
    // 120 at three dollars, less what is left of the basis.
    assert_eq!(play.cash("carry@a"), 10_000_00 + 120 * (3_00 - 40));
}

#[test]
fn a_wider_basis_drives_the_carry_out_at_any_price() {
    let mut play = play(CARRY, "");
    play.limit_in(X, PEOPLE, Sell, 160, 100_00);
    play.limit_in(FUTURE, PEOPLE, Buy, 160, 103_00);
    play.ticks(5);
    assert_eq!(play.held("carry@a", "coin-future"), -160);
    // The future is at $150: 160 × 47 are lost, $2 480 are left, and they carry 160 × 250. A leverage of four is
    // 4 × 2 480 ÷ 250, 39 of each.
    play.limit_in(X, PEOPLE, Buy, 1_000, 100_00);
    play.limit_in(FUTURE, PEOPLE, Buy, 1_000, 150_00);
    play.limit_in(FUTURE, PEOPLE, Sell, 1_000, 150_02);
    play.ticks(2);
    let (future, coin) = (play.held("carry@a", "coin-future"), play.held("carry@a", "coin"));
    assert!((-40..=-38).contains(&future) && (38..=40).contains(&coin), "{future} {coin}");
}

#[test]
fn a_hedger_of_something_outside_sells_what_only_resembles_it() {
    let desk = r#""airline": Hedger(count: 1, hedge: (instrument: "coin-future"),
        exposure: Outside(instrument: "twin", units: 100.0), accounts: {"a": (cash: 10000.0)},
        ratio: 1.0, band: 0.1, clip: 1.0, every: "1m"),"#;
    let mut play = play(desk, "");
    // A hundred at $50 are fifty at $100.
    play.limit_in(FUTURE, PEOPLE, Buy, 30, 100_00);
    play.ticks(2);
    assert_eq!(play.held("airline@a", "coin-future"), -30);
    play.limit_in(FUTURE, PEOPLE, Buy, 30, 100_00);
    play.ticks(2);
    assert_eq!((play.held("airline@a", "coin-future"), play.held("airline@a", "twin")), (-50, 0));
}

#[test]
fn who_has_sold_calls_buys_as_the_price_rises() {
    let desk = r#""writer": OptionDeltaHedger(count: 1, underlying: (instrument: "coin"), options: [(instrument: "coin-call")],
        accounts: {"a": (cash: 20000.0, positions: {"coin-call": -100.0})}, band: 0.0, clip: 1.0, every: "1m"),"#;
    let mut play = play(desk, "");
    // At the money, a year at 20 %: N(0.1) = 0.5398.
    play.limit_in(X, PEOPLE, Sell, 53, 100_00);
    play.ticks(2);
    assert_eq!(play.held("writer@a", "coin"), 53);
    // At $130: N((ln 1.3 + 0.02) ÷ 0.2) = N(1.412) = 0.9210.
    play.limit_in(X, PEOPLE, Buy, 1_000, 129_99);
    play.limit_in(X, PEOPLE, Sell, 1_000, 130_01);
    play.ticks(3);
    assert_eq!(play.held("writer@a", "coin"), 92);
}

#[test]
fn an_intervention_buys_the_stated_amount_evenly_over_the_stated_time() {
    let desk = r#""bank": OfficialDesk(instruments: ["twin", "coin"],
        stake: (lender: "street", cash_days: 10.0, units_days: 1.0), every: "1m"),"#;
    let shocks = r#"(at: "2024-03-04 00:05", reason: "A decision.",
        what: Intervention(by: "bank", instrument: "coin", amount: 10000.0, over: "10m")),
        (at: "2024-03-04 00:30", reason: "Another.",
        what: Intervention(by: "bank", instrument: "coin", amount: -2000.0, over: "2m")),"#;
    let mut play = play(desk, shocks);
    let bank = "bank[coin]@street";
    let before = play.held(bank, "coin");
    play.limit_in(X, PEOPLE, Sell, 1_000, 100_00);
    play.ticks(5);
    assert_eq!(play.held(bank, "coin") - before, 0);
    // Ten a minute at $100.
    for minute in 1..=10 {
        play.ticks(1);
        assert_eq!(play.held(bank, "coin") - before, 10 * minute);
    }
    play.ticks(15);
    assert_eq!(play.held(bank, "coin") - before, 100);
    play.limit_in(X, PEOPLE, Buy, 1_000, 99_99);
    play.ticks(10);
    assert!((79..=80).contains(&(play.held(bank, "coin") - before)), "{}", play.held(bank, "coin") - before);
    assert_eq!(play.held("bank[twin]@street", "twin"), before);
}

#[test]
fn values_move_together_until_a_shock_takes_them_apart() {
    let shocks = r#"(at: "2024-03-04 00:20", reason: "What held no longer holds.",
        what: Correlation([(of: ["coin", "twin"], is: 0.0)])),"#;
    let together =
        text("", shocks).replace("shocks:", "correlations: [(of: [\"coin\", \"twin\"], is: 1.0)],\n    shocks:");
    let mut one = Play::new(&support::plan(&together, &[]), &support::options(1));
    let mut alone = play("", "");
    one.ticks(20);
    alone.ticks(20);
    // The first keeps its own draws, whoever moves with it.
    assert_eq!(one.value("coin"), alone.value("coin"));
    assert_eq!(one.value("coin"), one.value("twin"));
    assert_ne!(one.value("coin"), one.value("coin-call"));
    one.ticks(1);
    assert_ne!(one.value("coin"), one.value("twin"));
}

/// Noise and makers on each of two venues, and somebody who anchors the price on the first alone.
fn crowd(arbitrageur: &str) -> String {
    let noise = |name: &str, venue: &str| {
        format!(
            r#""noise-{name}": ZeroIntelligence(count: 4, instruments: ["coin"],
            stake: (lender: "street", cash_days: 30.0, units_days: 20.0, venue: "{venue}"), market_orders: 2.0,
            limit_ratio: 2.0, mean_size: 0.002, mean_distance: 0.002, mean_life: "10m"),
            "maker-{name}": MarketMaker(count: 1, instruments: ["coin"],
            stake: (lender: "street", cash_days: 20.0, units_days: 20.0, venue: "{venue}"), every: "1m", levels: 4,
            level_gap: 0.0005, size: 0.002, half_spread: 0.0004, spread_per_volatility: 0.5, inventory_limit: 0.5,
            follow: 0.3, skew: 1.0, withdraw_at: 20.0, loss_limit: 1.0),"#
        )
    };
    let text = text(&format!("{}{}{arbitrageur}", noise("x", "x"), noise("y", "y")), "");
    text.replace("daily_volume: 1000.0", "daily_volume: 100000.0").replace("length: \"1h\"", "length: \"8h\"")
}

/// Mean distance of the two venues' marks, as a share.
fn gap(arbitrageur: &str, seed: u64) -> f64 {
    let mut play = Play::new(&support::plan(&crowd(arbitrageur), &[]), &support::options(seed));
    let mut sum = 0.0;
    const TICKS: u32 = 420;
    play.ticks(60);
    for _ in 0..TICKS {
        play.ticks(1);
        let marks = &state(&play.world).view.markets;
        sum += ((marks[X].mark - marks[Y].mark) as f64 / marks[X].mark.steps() as f64).abs();
    }
    sum / f64::from(TICKS)
}

#[test]
fn two_venues_drift_apart_but_for_an_arbitrageur() {
    let arbitrageur = r#""arb": CrossVenueArbitrageur(count: 1, instrument: "coin",
        places: [(venue: "x"), (venue: "y")], accounts: {"a": (cash: 1e7)},
        edge: 0.0002, clip: 0.004, inventory: 0.01, leverage: 5.0, every: "1m"),"#;
    let (mut all_apart, mut all_tied) = (0.0, 0.0);
    for seed in 1..=6 {
        let (apart, tied) = (gap("", seed), gap(arbitrageur, seed));
        assert!(tied < apart, "seed {seed}: {apart:.5} apart, {tied:.5} tied");
        (all_apart, all_tied) = (all_apart + apart, all_tied + tied);
    }
    assert!(all_tied < all_apart / 2.0, "of six: {all_apart:.5} apart, {all_tied:.5} tied");
}

#[test]
fn what_is_wrong_with_desks_is_said_all_at_once() {
    let desks = r#"
        "one": CrossVenueArbitrageur(count: 1, instrument: "coin", places: [(venue: "x"), (venue: "x")],
            accounts: {"a": (cash: 1.0), "b": (cash: 1.0)}, edge: 0.0, clip: 0.1, inventory: 0.1, leverage: 1.0, every: "1m"),
        "two": BasisArbitrageur(count: 1, future: (instrument: "coin-future", venue: "y"),
            basket: [(instrument: "coin", units: 0.0, lender: "b")], accounts: {"a": (cash: 1.0, positions: {"twin": 1.0})},
            enter: 0.01, leave: 0.02, leverage: 4.0, limit: 3.0, clip: 0.1, every: "0s"),
        "three": OptionDeltaHedger(count: 1, underlying: (instrument: "twin"),
            options: [(instrument: "coin-call"), (instrument: "coin")],
            accounts: {"nowhere": (cash: 1.0)}, band: 0.0, clip: 0.1, every: "1m"),
        "four": Hedger(count: 1, hedge: (instrument: "coin-futures"), exposure: Held(instrument: "coin"),
            accounts: {"street": (cash: -1.0)}, ratio: 1.0, band: 0.0, clip: 0.0, every: "1m"),
        "five": ZeroIntelligence(count: 1, instruments: ["twin"], stake: (lender: "a", cash_days: 1.0, units_days: 1.0,
            venue: "y"), market_orders: 1.0, limit_ratio: 2.0, mean_size: 0.002, mean_distance: 0.002, mean_life: "10m"),"#;
    let shocks = r#"
        (at: "2024-03-04 00:20", reason: "x", what: Correlation([(of: ["coin", "coin-future", "none"], is: 2.0)])),
        (at: "2024-03-04 00:20", reason: "x", what: Funding(sources: [Repo], change: Dearer(), lasts: "0s")),
        (at: "2024-03-04 00:20", reason: "x", what: Intervention(by: "people", instrument: "coin", amount: 0.0, over: "0s")),
        "#;
    assert_eq!(
        findings(&text(desks, shocks)),
        [
            "traders.one.places[0]",
            "traders.one.places[1]",
            "traders.one.places[1]",
            "traders.two.future.venue",
            "traders.two.basket[0].units",
            "traders.two.basket[0].lender",
            "traders.two.accounts.a.positions.twin",
            "traders.two.leave",
            "traders.two.limit",
            "traders.two.every",
            "traders.three.options[0].instrument",
            "traders.three.options[1].instrument",
            "traders.three.accounts.nowhere",
            "traders.four.hedge.instrument",
            "traders.four.accounts.street.cash",
            "traders.four.clip",
            "traders.five.stake.venue",
            "shocks[0].what.correlation[0].of[1]",
            "shocks[0].what.correlation[0].of[2]",
            "shocks[0].what.correlation[0].is",
            "shocks[1].what.funding",
            "shocks[1].what.funding.change.dearer",
            "shocks[1].what.funding.lasts",
            "shocks[2].what.intervention.by",
            "shocks[2].what.intervention.amount",
            "shocks[2].what.intervention.over",
        ]
    );
}

#[test]
fn correlations_that_no_values_can_have_are_refused() {
    let impossible = text("", "").replace(
        "shocks:",
        "correlations: [(of: [\"coin\", \"twin\"], is: 0.5), (of: [\"coin\", \"twin\"], is: -1.5)],\n    shocks:",
    );
    assert_eq!(findings(&impossible), ["correlations[1].is"]);
}

#[test]
fn a_pair_that_is_said_to_move_together_in_two_ways_is_told() {
    let twice = text("", "").replace(
        "shocks:",
        "correlations: [(of: [\"coin\", \"twin\"], is: 0.5), (of: [\"coin\", \"twin\"], is: 0.2)],\n    shocks:",
    );
    assert_eq!(findings(&twice), ["correlations[1].of"]);
}
