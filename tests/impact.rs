//! Markets without a book, through the whole engine: what funds are called for and sold out at, to the cent.

#![allow(clippy::inconsistent_digit_grouping, reason = "1_000_00 is a thousand dollars and no cents")]

mod support;

use firesale::tick::state::Status;
use firesale::units::Side::{Buy, Sell};
use firesale::world::{Origin, Source, load_source};
use support::{BY_HAND, Play};

/// The world by hand in which `acme` has no book, with shocks.
fn world(formation: &str, shocks: &str) -> String {
    let formation = format!("float: 1_000_000.0, formation: {formation},");
    BY_HAND.replace("float: 1_000_000.0,", &formation).replace("shocks: []", &format!("shocks: [{shocks}]"))
}

fn play(formation: &str, shocks: &str) -> Play {
    Play::new(&support::plan(&world(formation, shocks), &[]), &support::options(1))
}

const LINEAR: &str = "Impact(law: Linear(units: 100.0, fall: 0.01))";

fn shock(minute: u32, what: &str) -> String {
    format!("(at: \"2024-03-04 09:{minute}\", reason: \"by hand\", what: {what}),")
}

#[test]
fn who_sells_sells_to_the_rest_of_the_market_halfway() {
    let mut play = play(LINEAR, "");
    play.ticks(1);
    play.market("seller@custodian", Sell, 500);
    play.ticks(1);
    assert_eq!(play.mark("acme"), 95_00);
    assert_eq!(play.quotes_seen(), (Some(95_00), Some(95_00)));
    // 500 × 97.50.
    assert_eq!(play.cash("seller@custodian"), 1_000_000_00 + 48_750_00);
    assert_eq!((play.lots("rest of acme"), play.cash("rest of acme")), (500, -48_750_00));
    let trades = play.stop().tables.trades;
    assert_eq!(trades.len(), 1);
    assert_eq!((trades[0].buyer.as_str(), &*trades[0].aggressor), ("rest of acme", "sell"));
}

#[test]
fn buyers_and_sellers_of_a_tick_meet_at_one_price_and_the_rest_takes_what_is_over() {
    let mut play = play(LINEAR, "");
    play.ticks(1);
    play.market("seller@custodian", Sell, 500);
    play.market("buyer@custodian", Buy, 300);
    play.ticks(1);
    assert_eq!(play.mark("acme"), 98_00);
    assert_eq!((play.lots("rest of acme"), play.lots("buyer@custodian")), (200, 10_300));
    // 300 at 99.00 from one to the other, 200 at 99.00 to the rest.
    assert_eq!(play.cash("buyer@custodian"), 1_000_000_00 - 29_700_00);
    assert_eq!(play.cash("rest of acme"), -19_800_00);
}

#[test]
fn the_rest_of_the_market_goes_short_when_more_is_bought_than_it_has() {
    let mut play = play(LINEAR, "");
    play.ticks(1);
    play.market("buyer@custodian", Buy, 1_000);
    play.ticks(1);
    assert_eq!((play.lots("rest of acme"), play.mark("acme")), (-1_000, 110_00));
    assert_eq!(play.status("rest of acme"), Status::Healthy);
}

#[test]
fn a_limit_beyond_the_price_lapses_with_its_tick() {
    let mut play = play(LINEAR, "");
    play.ticks(1);
    play.limit("seller@custodian", Sell, 100, 101_00);
    play.ticks(1);
    assert_eq!((play.mark("acme"), play.lots("seller@custodian")), (100_00, 10_000));
    // The price passes where the limit was, but the order is gone.
    play.market("buyer@custodian", Buy, 400);
    play.ticks(1);
    assert_eq!((play.mark("acme"), play.lots("seller@custodian")), (104_00, 10_000));
}

#[test]
fn a_jump_moves_the_mark_by_its_ratio_at_once_and_restores_nothing() {
    let jumps = shock(32, "Jump({\"acme\": -0.20})") + &shock(34, "Value({\"acme\": 0.25})");
    let mut play = play("Impact(law: Exponential(units: 1_000.0, fall: 0.1, floor: 0.3))", &jumps);
    play.ticks(2);
    assert_eq!(play.mark("acme"), 100_00);
    play.ticks(1);
    assert_eq!(play.mark("acme"), 80_00);
    play.ticks(2);
    assert_eq!(play.mark("acme"), 100_00);
}

/// A fall of 3 % to $97.00 leaves `fund-a` 7 000 on a requirement of 7 760: called for 2 700, of which it has 2 500,
/// and sold out two minutes later. 1 000 shares take 10 % of $97.00 off the price and fetch $92.15: 92 150, of which
/// 90 000 are owed. At $87.30 `fund-b` has 3 650 left on 3 492, and stands.
#[test]
fn a_fund_is_sold_out_to_the_cent() {
    let mut play = play(LINEAR, &shock(31, "Jump({\"acme\": -0.03})"));
    play.ticks(2);
    assert!(matches!(play.status("fund-a@broker"), Status::Called(_)));
    play.ticks(2);
    assert!(matches!(play.status("fund-a@broker"), Status::Breached(_)));
    play.ticks(1);
    assert_eq!(play.mark("acme"), 87_30);
    assert_eq!(play.status("fund-a@broker"), Status::Closed);
    assert_eq!((play.lots("rest of acme"), play.cash("rest of acme")), (1_000, -92_150_00));
    assert_eq!(play.status("fund-b@broker"), Status::Healthy);
    assert_eq!(play.standing("fund-b@broker").equity.to_minor(), 3_650_00);
    let outcome = play.finish();
    assert_eq!(outcome.summary.firms["fund-a"].value_end, 2_500.0 + 2_150.0);
    assert_eq!(outcome.summary.lenders["broker"].loss, 0.0);
    let row = &outcome.tables.cascade[0];
    assert_eq!((&*row.source, row.weight), ("shock", 1.0), "a jump is what broke it");
}

#[test]
fn thinner_markets_fall_further_under_the_same_sale() {
    let thin = shock(31, "Liquidity({\"acme\": 0.25})") + &shock(33, "Liquidity({\"acme\": 1.0})");
    let mut play = play(LINEAR, &thin);
    play.ticks(2);
    assert_eq!(play.mark("acme"), 100_00, "thin is not cheap");
    play.market("seller@custodian", Sell, 100);
    play.ticks(1);
    assert_eq!(play.mark("acme"), 96_00);
    play.market("seller@custodian", Sell, 100);
    play.ticks(1);
    assert_eq!(play.mark("acme"), 95_00, "and it heals");
}

const CONTRACTS: &str = include_str!("support/contracts.ron");

/// A future that is on a coin and jumps alone, on which 20 contracts of ten coins were bought from the rest of the market
/// at $100.50, halfway to $101.00. It falls by a fifth to $80.80. That breaks the fund, whose 50 contracts are sold to the rest
/// of the market and take 2.5 % of $80.00 off: at midnight 200 × $21.70 change hands.
#[test]
fn a_future_without_a_book_is_settled_against_the_rest_of_the_market() {
    let text = CONTRACTS
        .replace(
            "underlying: \"coin\",",
            "underlying: \"coin\", formation: Impact(law: Linear(units: 200.0, fall: 0.01)),",
        )
        .replace(
            "shocks: []",
            "shocks: [(at: \"2024-03-04 05:00\", reason: \"A gap.\", what: Jump({\"dated\": -0.2}))]",
        );
    let mut play = Play::new(&support::plan(&text, &[]), &support::options(1));
    let (ann, start) = ("ann[dated]@custodian", 1_000_000_00);
    play.market(ann, Buy, 20);
    play.ticks(1);
    assert_eq!((play.mark("dated"), play.lots(ann), play.cash(ann)), (101_00, 20, start));
    play.ticks(5);
    assert_eq!((play.mark("dated"), play.mark("coin")), (80_80, 100_00));
    play.ticks(18);
    assert_eq!((play.mark("dated"), play.lots("fund@broker"), play.lots("rest of dated")), (78_80, 0, 30));
    assert_eq!(play.cash(ann) - start, -4_340_00);
}

fn findings(text: String) -> Vec<String> {
    let source = Source { name: "test".to_owned(), text, origin: Origin::BuiltIn };
    let error = load_source(source, &[]).expect_err("this world should not load");
    error.findings().iter().map(|finding| finding.path.clone()).collect()
}

#[test]
fn what_is_wrong_with_a_law_is_said_all_at_once() {
    let exponential = "Impact(law: Exponential(units: -1.0, fall: 0.8, floor: 0.5), decay: \"0s\")";
    let shocks = shock(31, "Jump({\"acme\": -1.0, \"amce\": 0.1})")
        + &shock(32, "Liquidity({\"acme\": 0.0})")
        + &shock(32, "Volatility({\"acme\": Times(-1.0)})")
        + &shock(33, "Volatility({})");
    let at = "instruments.acme.formation.impact";
    assert_eq!(
        findings(world(exponential, &shocks)),
        [
            &format!("{at}.law.exponential.units"),
            &format!("{at}.law.exponential.fall"),
            &format!("{at}.decay"),
            "shocks[0].what.jump.acme",
            "shocks[0].what.jump.amce",
            "shocks[1].what.liquidity.acme",
            "shocks[2].what.volatility.acme",
            "shocks[3].what",
        ]
    );
    for law in ["Linear(units: 1.0, fall: 0.0)", "Linear(units: NaN, fall: 1e308)", "SquareRoot(coefficient: 0.0)"] {
        assert!(!findings(world(&format!("Impact(law: {law})"), "")).is_empty(), "{law}");
    }
    let calm =
        world("Impact(law: SquareRoot(coefficient: 0.7))", "").replace("daily_volatility: 0.02", "daily_volatility: 0");
    assert_eq!(findings(calm), [format!("{at}.law.square_root")]);
    let two = world("Impact(law: SquareRoot(coefficient: 0.7))", "")
        .replace("venues: {", "venues: {\"other\": (maker_fee_bps: 0.0, taker_fee_bps: 0.0), ")
        .replace("venues: [\"exchange\"]", "venues: [\"exchange\", \"other\"]");
    assert_eq!(findings(two), ["instruments.acme.venues"]);
}

#[test]
fn in_a_book_a_jump_is_news() {
    let text = BY_HAND.replace("shocks: []", &format!("shocks: [{}]", shock(31, "Jump({\"acme\": -0.20})")));
    let mut play = Play::new(&support::plan(&text, &[]), &support::options(1));
    play.limit("buyer@custodian", Buy, 10, 99_00);
    play.ticks(2);
    assert_eq!(play.quotes().0, Some(99_00), "nothing is cancelled");
    assert_eq!(play.value("acme"), 0.8);
}

#[test]
fn another_volatility_regime_is_what_options_are_priced_with() {
    let changes = shock(31, "Volatility({\"acme\": Plus(0.02)})") + &shock(33, "Volatility({\"acme\": Times(1.0)})");
    let mut play = play(LINEAR, &changes);
    assert_eq!(play.volatility("acme"), 0.02);
    play.ticks(2);
    assert_eq!(play.volatility("acme"), 0.04);
    play.ticks(2);
    assert_eq!(play.volatility("acme"), 0.02);
}
