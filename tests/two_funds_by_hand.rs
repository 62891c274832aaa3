//! Two funds, one lender, one book, no chance: the whole loop to the cent.
//!
//! The bids, once and for all: 300 at 97, 200 at 95, 250 at 88, 400 at 80, 150 at 75, 1 000 at 70.
//!
//! | tick | what happens | |
//! |---|---|---|
//! | 1 | somebody sells 50 at 97 | mark 97 |
//! | | `fund-a` owes 90 000 on 1 000 shares: equity 7 000, maintenance 7 760 | called for 9 700 − 7 000 = 2 700 |
//! | | its treasury holds 2 500 | not paid |
//! | 3 | two minutes are over | breach |
//! | 4 | 1 000 sold: 250 × 97 + 200 × 95 + 250 × 88 + 300 × 80 = 89 250 | mark 80 |
//! | | 89 250 − 90 000 | shortfall 750 |
//! | | `fund-b` owes 40 000 on 500 shares: equity 0, maintenance 3 200 | called for 4 000 |
//! | 6 | two minutes are over, nothing is in its treasury | breach |
//! | 7 | 500 sold: 100 × 80 + 150 × 75 + 250 × 70 = 36 750 | mark 70 |
//! | | 36 750 − 40 000 | shortfall 3 250 |
//!
//! The lender began with 20 000 and ends with 16 000.

#![allow(clippy::inconsistent_digit_grouping, reason = "1_000_00 is a thousand dollars and no cents")]

mod support;

use firesale::record::run::Outcome;
use firesale::tick::state::Status;
use firesale::units::Side::{Buy, Sell};
use support::Play;

fn bids(play: &mut Play) {
    for (lots, price) in [(300, 9_700), (200, 9_500), (250, 8_800), (400, 8_000), (150, 7_500), (1_000, 7_000)] {
        play.limit("buyer@custodian", Buy, lots, price);
    }
}

/// Up to the end of tick 1: the bids stand, 50 were sold.
fn first_push() -> Play {
    let mut play = Play::by_hand(&[]);
    bids(&mut play);
    play.ticks(1);
    play.market("seller@custodian", Sell, 50);
    play.ticks(1);
    play
}

fn whole_story() -> Outcome {
    first_push().finish()
}

#[test]
fn the_funds_start_as_the_world_says() {
    let play = Play::by_hand(&[]);
    assert_eq!((play.cash("fund-a@broker"), play.lots("fund-a@broker")), (-90_000_00, 1_000));
    assert_eq!((play.cash("fund-b@broker"), play.lots("fund-b@broker")), (-40_000_00, 500));
    assert_eq!(play.cash("broker"), 20_000_00);
    assert_eq!(play.mark("acme"), 100_00);
}

#[test]
fn the_first_fund_is_called_breached_sold_out_and_short() {
    let mut play = first_push();
    assert_eq!(play.mark("acme"), 97_00);
    assert!(matches!(play.status("fund-a@broker"), Status::Called(_)));
    let stands = play.standing("fund-a@broker");
    assert_eq!((stands.equity.to_minor(), stands.im.to_minor(), stands.mm.to_minor()), (7_000_00, 9_700_00, 7_760_00));

    play.ticks(1);
    assert!(matches!(play.status("fund-a@broker"), Status::Called(_)), "a minute is left");
    play.ticks(1);
    assert!(matches!(play.status("fund-a@broker"), Status::Breached(_)));
    assert_eq!(play.lots("fund-a@broker"), 1_000, "nothing is sold in the tick of the breach");

    play.ticks(1);
    assert_eq!(play.mark("acme"), 80_00);
    assert_eq!(play.status("fund-a@broker"), Status::Closed);
    assert_eq!((play.cash("fund-a@broker"), play.lots("fund-a@broker")), (0, 0), "the lender paid what was missing");
    assert_eq!(play.cash("broker"), 20_000_00 - 750_00);
    assert!(matches!(play.status("fund-b@broker"), Status::Called(_)));
    assert_eq!(play.standing("fund-b@broker").equity.to_minor(), 0);

    play.ticks(2);
    assert!(matches!(play.status("fund-b@broker"), Status::Breached(_)));
    play.ticks(1);
    assert_eq!(play.mark("acme"), 70_00);
    assert_eq!(play.status("fund-b@broker"), Status::Closed);
    assert_eq!(play.cash("broker"), 16_000_00);
    // 300 + 200 + 250 + 400 + 150 + 250 shares for what was paid for them.
    assert_eq!(play.lots("buyer@custodian"), 10_000 + 1_550);
    assert_eq!(play.cash("buyer@custodian"), 1_000_000_00 - 4_850_00 - 89_250_00 - 36_750_00);
}

#[test]
fn the_summary_says_the_same() {
    let summary = whole_story().summary;
    let broker = &summary.lenders["broker"];
    assert_eq!((broker.capital, broker.loss, broker.failed), (16_000.0, 4_000.0, false));
    assert_eq!((broker.forced_notional, broker.unsold), (126_000.0, 0.0));
    assert_eq!(summary.waterfall["lender_capital"], 4_000.0);
    assert_eq!((summary.accounts.called, summary.accounts.breached, summary.accounts.bankrupt), (2, 2, 2));
    let sold = &summary.liquidations;
    assert_eq!((sold.orders, sold.volume, sold.notional), (2, 1_500.0, 126_000.0));
    // Against 97 and 80: 97 000 − 89 250, and 40 000 − 36 750.
    assert_eq!(sold.slippage, 7_750.0 + 3_250.0);
    let acme = &summary.instruments["acme"];
    assert_eq!((acme.start, acme.min, acme.max, acme.end), (100.0, 70.0, 100.0, 70.0));
    assert_eq!((acme.volume_units, acme.forced_volume_units), (1_550.0, 1_500.0));
    assert!((acme.drawdown - 0.3).abs() < 1e-12);
    let fund = &summary.firms["fund-a"];
    // 97 000 − 90 000 and 2 500, at the end of the minute that begins at 09:33.
    assert_eq!(fund.value_at_failure, Some(9_500.0));
    assert_eq!(fund.failed.as_deref(), Some("2024-03-04T09:34:00"));
    // An account is all that a lender can reach: the treasury stays with the fund.
    assert_eq!(fund.value_end, 2_500.0);
    assert_eq!(summary.firms["fund-b"].value_end, 0.0);
    assert_eq!((summary.audit.cash_residual, summary.audit.position_residual), (0, 0));
}

#[test]
fn the_tables_say_who_owed_what_when() {
    let tables = whole_story().tables;
    let calls: Vec<_> =
        tables.calls.iter().map(|call| (call.tick, call.account.as_str(), call.amount, &*call.outcome)).collect();
    // `fund-a`'s call asks for no more while the price rests. `fund-b`'s likewise.
    assert_eq!(calls, [(1, "fund-a@broker", 2_700.0, "unmet"), (4, "fund-b@broker", 4_000.0, "unmet")]);
    assert_eq!(tables.calls[0].deadline, Some("2024-03-04T09:34:00".into()));
    let shortfalls: Vec<_> = tables.waterfall.iter().map(|row| (row.tick, row.account.as_str(), row.amount)).collect();
    assert_eq!(shortfalls, [(4, "fund-a@broker", 750.0), (7, "fund-b@broker", 3_250.0)]);
    let sales: Vec<_> = tables
        .liquidations
        .iter()
        .map(|row| (row.tick, row.filled_units, row.notional, row.breach_price, row.average_price))
        .collect();
    assert_eq!(sales, [(3, 1_000.0, 89_250.0, 97.0, Some(89.25)), (6, 500.0, 36_750.0, 80.0, Some(73.5))]);
    let forced: Vec<_> = tables
        .trades
        .iter()
        .filter(|trade| trade.cause == "forced")
        .map(|trade| (trade.tick, trade.quantity_units, trade.price))
        .collect();
    assert_eq!(
        forced,
        [
            (4, 250.0, 97.0),
            (4, 200.0, 95.0),
            (4, 250.0, 88.0),
            (4, 300.0, 80.0),
            (7, 100.0, 80.0),
            (7, 150.0, 75.0),
            (7, 250.0, 70.0)
        ]
    );
}

/// `fund-b` had its initial margin until the end of tick 3, and all that was sold after that was `fund-a`'s. The
/// fifty shares of tick 1 broke `fund-a`, and have nothing to do with `fund-b`.
#[test]
fn the_second_fund_was_broken_by_the_first_alone() {
    let outcome = whole_story();
    let edges: Vec<_> = outcome
        .tables
        .cascade
        .iter()
        .map(|row| (row.account.as_str(), &*row.source, row.from_account.as_deref(), row.weight))
        .collect();
    assert_eq!(
        edges,
        [("fund-a@broker", "voluntary", None, 1.0), ("fund-b@broker", "forced", Some("fund-a@broker"), 1.0)]
    );
    let cascade = outcome.summary.cascade;
    assert_eq!((cascade.size, cascade.depth, cascade.branching_ratio), (2, 2, 0.5));
}

#[test]
fn without_forced_orders_the_second_fund_stands() {
    let plan = support::plan(support::BY_HAND, &[]);
    let mut play = Play::new(&plan, &firesale::options::RunOptions { liquidation: false, ..support::options(1) });
    bids(&mut play);
    play.ticks(1);
    play.market("seller@custodian", Sell, 50);
    let summary = play.finish().summary;
    assert_eq!(summary.accounts.breached, 1);
    assert_eq!(summary.instruments["acme"].end, 97.0);
    // 7 000 of equity are left at the mark: the lender lacks nothing yet, and has 97 000 unsold.
    let broker = &summary.lenders["broker"];
    assert_eq!((broker.loss, broker.unsold), (0.0, 97_000.0));
}
