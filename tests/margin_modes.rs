//! The same positions and the same prices under the three margin modes, to the cent.
//!
//! `fund` owns 40 000 and is long 1 000 of `acme` and 1 000 of `beta`, each at 100. The broker wants 10 % and calls below
//! 8 %. `acme` falls while `beta` rises.

#![allow(clippy::inconsistent_digit_grouping, reason = "1_000_00 is a thousand dollars and no cents")]

mod support;

use firesale::tick::state::{Status, state};
use firesale::units::Side::{Buy, Sell};
use firesale::units::TraderId;
use support::{BY_HAND, Play, options, plan};

const ISOLATED: &str = "lenders.broker.mode=Isolated";

fn world() -> String {
    let acme = BY_HAND.find("\"acme\": Spot(").expect("a stock");
    let end = acme + BY_HAND[acme..].find("\n        ),\n").expect("its end") + "\n        ),\n".len();
    let beta = BY_HAND[acme..end].replace("acme", "beta");
    let funds = BY_HAND.find("\"fund-a\"").expect("a fund");
    let others = funds + BY_HAND[funds..].find("// A million").expect("the others");
    let fund = "\"fund\": LeveragedFirm(equity: 40_000.0, leverage: 5.0, portfolio: {\"acme\": 0.5, \"beta\": 0.5},
        lenders: {\"broker\": 1.0}, posted: 2.0),\n";
    let others = BY_HAND[others..].replace("[\"acme\"]", "[\"acme\", \"beta\"]");
    format!("{}{beta}{}{fund}{others}", &BY_HAND[..end], &BY_HAND[end..funds])
}

fn play(sets: &[&str]) -> Play {
    Play::new(&plan(&world(), sets), &options(1))
}

/// `acme` down to this price, where there are bids for all that may be sold; `beta` up to 115.
fn prices_part(play: &mut Play, acme: i64) {
    play.limit("buyer[acme]@custodian", Buy, 3_000, acme);
    play.limit("seller[beta]@custodian", Sell, 50, 115_00);
    play.ticks(1);
    play.market("seller[acme]@custodian", Sell, 50);
    play.market("buyer[beta]@custodian", Buy, 50);
    play.ticks(1);
    assert_eq!((play.mark("acme"), play.mark("beta")), (acme, 115_00));
}

fn treasury(play: &Play) -> i128 {
    let purses = &state(&play.world).ledger.purses;
    let fund = play.plan.traders.iter().position(|trader| trader.name == "fund").expect("the fund");
    purses.balance(purses.treasury(TraderId::from_index(fund))).to_minor()
}

#[test]
fn in_one_pool_the_gain_carries_the_loss() {
    let mut play = play(&[]);
    prices_part(&mut play, 75_00);
    // 40 000 − 25 000 + 15 000, against 8 % of 75 000 and of 115 000.
    let stands = play.standing("fund@broker");
    assert_eq!((stands.counted.to_minor(), stands.mm.to_minor()), (30_000_00, 15_200_00));
    play.ticks(5);
    assert_eq!((play.status("fund@broker"), play.lots("fund@broker")), (Status::Healthy, 2_000));
}

/// Isolated mode must not switch liquidation off, as it did elsewhere.
#[test]
fn of_isolated_pools_one_is_lost_and_the_other_kept() {
    let mut play = play(&[ISOLATED]);
    assert_eq!((play.cash("fund@broker/acme"), play.lots("fund@broker/acme")), (-80_000_00, 1_000));
    assert_eq!((play.cash("fund@broker/beta"), play.lots("fund@broker/beta")), (-80_000_00, 1_000));
    prices_part(&mut play, 75_00);
    // 20 000 − 25 000: the pool is gone, and more.
    assert_eq!(play.standing("fund@broker/acme").equity.to_minor(), -5_000_00);
    assert_eq!(play.standing("fund@broker/beta").equity.to_minor(), 35_000_00);
    assert!(matches!(play.status("fund@broker/acme"), Status::Called(_)));
    play.ticks(5);
    assert_eq!((play.status("fund@broker/acme"), play.lots("fund@broker/acme")), (Status::Closed, 0));
    assert_eq!((play.status("fund@broker/beta"), play.lots("fund@broker/beta")), (Status::Healthy, 1_000));
    assert_eq!(play.cash("broker"), 20_000_00 - 5_000_00, "what the pool could not pay nobody else pays");
    assert_eq!(treasury(&play), 0);
}

#[test]
fn what_a_closed_pool_leaves_returns_to_the_client() {
    let mut play = play(&[ISOLATED]);
    prices_part(&mut play, 84_00);
    // 20 000 − 16 000 is below 8 % of 84 000. It is sold at 84: 84 000 − 80 000 are left.
    play.ticks(5);
    assert_eq!(play.status("fund@broker/acme"), Status::Closed);
    assert_eq!((treasury(&play), play.cash("broker")), (4_000_00, 20_000_00));
}

#[test]
fn a_firm_feeds_any_of_its_pools_from_its_treasury() {
    let mut play = play(&[ISOLATED, "traders.fund.posted=1.5"]);
    assert_eq!(treasury(&play), 10_000_00);
    prices_part(&mut play, 90_00);
    // 15 000 − 10 000 against 7 200: called for what is missing to 9 000, and it is paid.
    assert_eq!(play.status("fund@broker/acme"), Status::Healthy);
    assert_eq!(play.standing("fund@broker/acme").equity.to_minor(), 9_000_00);
    assert_eq!((treasury(&play), play.lots("fund@broker/acme")), (6_000_00, 1_000));
}

#[test]
fn pools_stand_apart_even_where_a_default_elsewhere_counts() {
    let mut play = play(&[ISOLATED, "lenders.broker.cross_default=true"]);
    prices_part(&mut play, 75_00);
    play.ticks(5);
    assert_eq!(play.status("fund@broker/beta"), Status::Healthy);
}

#[test]
fn a_pool_gets_equity_in_proportion_to_its_margin() {
    // 150 000 long and 50 000 short: 15 000 and 5 000 of margin, so 30 000 and 10 000 of the 40 000 posted.
    let sets = ["traders.fund.portfolio.acme=0.75", "traders.fund.portfolio.beta=-0.25", ISOLATED];
    let play = play(&sets);
    assert_eq!((play.cash("fund@broker/acme"), play.lots("fund@broker/acme")), (-120_000_00, 1_500));
    assert_eq!((play.cash("fund@broker/beta"), play.lots("fund@broker/beta")), (60_000_00, -500));
}

#[test]
fn a_group_is_one_pool_and_the_rest_another() {
    let together = "lenders.broker.mode=Segmented(groups: {\"stocks\": [\"acme\", \"beta\"]})";
    assert_eq!(play(&[together]).lots("fund@broker"), 2_000, "all of it in one pool is one account");
    let apart = "lenders.broker.mode=Segmented(groups: {\"stocks\": [\"acme\"]})";
    let play = play(&[apart]);
    assert_eq!((play.lots("fund@broker/stocks"), play.lots("fund@broker/other")), (1_000, 1_000));
}
