//! Faults that other simulators had to mend, and some that this one had: each test fails on its fault.

#![allow(clippy::inconsistent_digit_grouping, reason = "1_000_00 is a thousand dollars and no cents")]

mod support;

use firesale::tick::state::Status;
use firesale::units::Side::{Buy, Sell};
use support::{BY_HAND, Play};

/// The last trade was at 100. Somebody offers at 120, and at once a member on margin buys there. Carried at the stale
/// 100 its 3 000 would be 1 000 the moment it entered.
#[test]
fn an_account_is_not_judged_at_the_mark_from_before_its_own_trade() {
    let mut play = Play::by_hand(&[]);
    play.ticks(1);
    play.limit("seller@custodian", Sell, 100, 12_000);
    play.limit("punter@broker", Buy, 100, 12_000);
    play.ticks(1);
    assert_eq!(play.lots("punter@broker"), 100);
    assert_eq!(play.mark("acme"), 120_00);
    assert_eq!(play.standing("punter@broker").equity.to_minor(), 3_000_00);
    assert_eq!(play.status("punter@broker"), Status::Healthy);
}

/// What it would lose against the mark at once is asked for before it trades: a dollar too little, and it may not.
#[test]
fn an_order_that_would_break_its_account_on_entry_does_not_reach_the_book() {
    let mut play = Play::by_hand(&["traders.punter.stake.cash_days=0.02999"]);
    play.ticks(1);
    play.limit("seller@custodian", Sell, 100, 12_000);
    play.limit("punter@broker", Buy, 100, 12_000);
    play.ticks(1);
    assert_eq!(play.lots("punter@broker"), 0);
    assert_eq!(play.stop().summary.refusals["not_enough_excess_margin"], 1);
}

/// Ten shares go at 60 into an empty book, and within the same minute 99 is bid and 101 asked again.
#[test]
fn one_print_outside_the_quotes_breaks_nobody() {
    let mut play = Play::by_hand(&["lenders.broker.calls.grace=\"0s\""]);
    play.limit("buyer@custodian", Buy, 10, 6_000);
    play.ticks(1);
    play.market("seller@custodian", Sell, 10);
    play.late_limit("buyer@custodian", Buy, 100, 9_900);
    play.late_limit("seller@custodian", Sell, 100, 10_100);
    play.ticks(1);
    assert_eq!(play.mark("acme"), 99_00);
    assert_eq!(play.status("fund-a@broker"), Status::Healthy);
    let outcome = play.stop();
    assert_eq!(outcome.tables.trades[0].price, 60.0);
    assert_eq!((outcome.summary.accounts.called, outcome.summary.instruments["acme"].min), (0, 99.0));
}

/// A far quote that nobody trades on moves no mark either.
#[test]
fn a_quote_that_nobody_meets_breaks_nobody() {
    let mut play = Play::by_hand(&["lenders.broker.calls.grace=\"0s\""]);
    play.limit("buyer@custodian", Buy, 10, 100);
    play.ticks(2);
    assert_eq!(play.mark("acme"), 100_00);
}

fn partly_liquidated(much: &str, bid: i64) -> Play {
    let much = format!("lenders.broker.liquidation.much={much}");
    let mut play = Play::by_hand(&["lenders.broker.calls.grace=\"0s\"", &much]);
    play.limit("buyer@custodian", Buy, 50, 9_700);
    play.limit("buyer@custodian", Buy, 5_000, bid);
    play.ticks(1);
    play.market("seller@custodian", Sell, 50);
    // The breach, then the sale.
    play.ticks(2);
    play
}

/// 7 000 of equity carry 87 500 at 8 %, which is 902.06 shares at 97; and 70 000 at 10 %, 721.6 shares.
#[test]
fn what_restores_a_requirement_is_sold_and_not_a_share_more() {
    for (much, kept) in [("RestoreMaintenance", 902), ("RestoreInitial", 721), ("All", 0)] {
        let play = partly_liquidated(much, 9_700);
        assert_eq!(play.lots("fund-a@broker"), kept, "{much}");
        let status = if kept == 0 { Status::Closed } else { Status::Healthy };
        assert_eq!(play.status("fund-a@broker"), status, "{much}");
        if kept > 0 {
            let stands = play.standing("fund-a@broker");
            assert_eq!(stands.equity.to_minor(), 7_000_00, "{much}");
            let least = if much == "RestoreInitial" { stands.im } else { stands.mm };
            assert!(stands.equity >= least, "{much}");
        }
    }
}

/// 98 shares bring 95 instead of 97, and the other 902 are worth that much less: the account lacks margin again.
#[test]
fn an_account_that_was_sold_down_by_too_little_is_called_again() {
    let mut play = partly_liquidated("RestoreMaintenance", 9_500);
    let stands = play.standing("fund-a@broker");
    assert_eq!(stands.equity.to_minor(), -90_000_00 + 1_000 * 95_00);
    assert!(stands.equity < stands.mm);
    play.ticks(1);
    let outcome = play.stop();
    let called: Vec<_> = outcome.tables.calls.iter().map(|call| call.tick).collect();
    assert_eq!(called, [1, 3]);
}

/// Two accounts of one firm. One ends below zero, the other is fine: its lender pays to the cent, the other's money
/// is not touched, and nothing is dropped.
#[test]
fn a_deficit_in_one_account_is_neither_dropped_nor_taken_from_another() {
    let mut play = Play::by_hand(&[
        "lenders.broker.calls.grace=\"0s\"",
        "traders.fund-a.lenders={\"broker\": 0.5, \"rival\": 0.5}",
        "lenders.rival.margin=Rate(im: 0.10, mm: 0.01)",
    ]);
    assert_eq!((play.cash("fund-a@broker"), play.cash("fund-a@rival")), (-45_000_00, -45_000_00));
    play.limit("buyer@custodian", Buy, 50, 9_700);
    play.limit("buyer@custodian", Buy, 5_000, 8_900);
    play.ticks(1);
    play.market("seller@custodian", Sell, 50);
    play.ticks(2);
    // 500 × 89 = 44 500.
    assert_eq!((play.cash("broker"), play.cash("rival")), (20_000_00 - 500_00, 20_000_00));
    assert_eq!((play.cash("fund-a@broker"), play.cash("fund-a@rival")), (0, -45_000_00));
    // The other, called and not yet due, lacks as much at the same mark when the run is stopped.
    let summary = play.stop().summary;
    assert_eq!((summary.lenders["broker"].loss, summary.lenders["rival"].loss), (500.0, 500.0));
    assert_eq!(summary.waterfall["lender_capital"], 1_000.0);
}

/// Short 1 000 on 10 000 posted: 110 000 in cash. At 103 it owes 103 000 with 7 000 of equity; bought in at 112.
#[test]
fn cash_is_conserved_when_leverage_meets_shorting() {
    let mut play = Play::by_hand(&["lenders.broker.calls.grace=\"0s\"", "traders.fund-a.portfolio={\"acme\": -1.0}"]);
    assert_eq!((play.cash("fund-a@broker"), play.lots("fund-a@broker")), (110_000_00, -1_000));
    play.limit("seller@custodian", Sell, 50, 10_300);
    play.limit("seller@custodian", Sell, 5_000, 11_200);
    play.ticks(1);
    play.market("buyer@custodian", Buy, 50);
    play.ticks(1);
    assert!(matches!(play.status("fund-a@broker"), Status::Breached(_)));
    play.ticks(1);
    assert_eq!((play.cash("fund-a@broker"), play.lots("fund-a@broker")), (0, 0));
    assert_eq!(play.cash("broker"), 20_000_00 - 2_000_00);
    let outcome = play.stop();
    let sale = &outcome.tables.liquidations[0];
    assert_eq!((&*sale.side, sale.notional, sale.slippage), ("buy", 112_000.0, 9_000.0));
}

/// At 103.00 and 96.00 alternately the book takes a hundred a tick: what an order leaves unsold is ordered again in the
/// very next tick, so the lender is in the market each tick and not each second one.
#[test]
fn a_forced_order_that_is_not_filled_is_renewed_in_the_next_tick() {
    let mut play = Play::by_hand(&["lenders.broker.calls.grace=\"0s\"", "lenders.broker.liquidation.collar=0.001"]);
    play.limit("buyer@custodian", Buy, 50, 9_700);
    play.ticks(1);
    play.market("seller@custodian", Sell, 50);
    play.ticks(1);
    for _ in 0..5 {
        play.limit("buyer@custodian", Buy, 100, 9_700);
        play.ticks(1);
    }
    let outcome = play.stop();
    let forced: Vec<_> = outcome
        .tables
        .trades
        .iter()
        .filter(|trade| trade.cause == "forced")
        .map(|t| (t.tick, t.quantity_units))
        .collect();
    assert_eq!(forced, [(2, 100.0), (3, 100.0), (4, 100.0), (5, 100.0), (6, 100.0)]);
}

/// The breach is at the end of the first day. The second opens with an auction, of an odd or an even number of ticks:
/// an order at any price takes part in it either way.
#[test]
fn a_forced_order_is_in_the_opening_auction_however_long_that_lasts() {
    for minutes in 1..=4 {
        let auction = format!("clock.calendar.sessions.opening_auction=\"{minutes}m\"");
        let mut play =
            Play::by_hand(&[&auction, "lenders.broker.calls.grace=\"0s\"", "lenders.broker.calls.checked=AtClose"]);
        play.limit("buyer@custodian", Buy, 50, 9_700);
        play.limit("buyer@custodian", Buy, 5_000, 9_600);
        play.ticks(10);
        play.market("seller@custodian", Sell, 50);
        play.ticks(20);
        assert!(matches!(play.status("fund-a@broker"), Status::Breached(_)));
        play.ticks(minutes);
        let outcome = play.stop();
        let forced: Vec<_> = outcome
            .tables
            .trades
            .iter()
            .filter(|trade| trade.seller == "fund-a@broker")
            .map(|trade| (trade.tick, trade.quantity_units, &*trade.aggressor))
            .collect();
        assert_eq!(forced, [(30 + minutes - 1, 1_000.0, "auction")], "{minutes} minutes");
    }
}

/// While orders collect the book may be crossed by anybody at any price. That is no price.
#[test]
fn an_order_in_a_call_auction_moves_no_mark_before_the_uncrossing() {
    let mut play = Play::by_hand(&["clock.calendar.sessions.opening_auction=\"3m\""]);
    play.limit("buyer@custodian", Buy, 10, 50_000);
    play.ticks(2);
    assert_eq!(play.mark("acme"), 100_00);
    let outcome = play.stop();
    let marks: Vec<_> = outcome.tables.prices.iter().map(|row| row.mark).collect();
    assert_eq!(marks, [100.0, 100.0]);
    assert_eq!(outcome.summary.instruments["acme"].max, 100.0);
}

/// New shares reach an account in the tick in which the last of its own are sold. They go as well: nobody keeps a
/// position in a closed account.
#[test]
fn shares_issued_to_a_breached_account_are_sold_as_well() {
    let shock = "shocks: [(at: \"2024-03-04 09:32\", reason: \"rights\", what: Issue(instrument: \"acme\", units: 10.0, \
                 to: \"fund-a\"))]";
    let plan = support::plan(&BY_HAND.replace("shocks: []", shock), &["lenders.broker.calls.grace=\"0s\""]);
    let mut play = Play::new(&plan, &support::options(1));
    play.limit("buyer@custodian", Buy, 50, 9_700);
    play.limit("buyer@custodian", Buy, 5_000, 9_600);
    play.ticks(1);
    play.market("seller@custodian", Sell, 50);
    play.ticks(2);
    assert_eq!(play.lots("fund-a@broker"), 10);
    // It shows when the account should be closed; then the order is queued, then it trades.
    play.ticks(2);
    assert_eq!((play.lots("fund-a@broker"), play.status("fund-a@broker")), (0, Status::Closed));
    // 1 010 × 96 − 90 000 goes back, to the 2 500 in the treasury.
    assert_eq!(play.stop().summary.firms["fund-a"].value_end, 6_960.0 + 2_500.0);
}

/// A share is worth nothing at the least: nobody bids less than a step for it, and its lender loses no more than it lent.
#[test]
fn what_is_owned_is_sold_for_a_step_at_the_worst() {
    let mut play = Play::by_hand(&["lenders.broker.calls.grace=\"0s\"", "lenders.broker.capital=150000.0"]);
    play.limit("buyer@custodian", Buy, 50, -1_000);
    play.limit("buyer@custodian", Buy, 5_000, 1);
    play.ticks(1);
    assert_eq!(play.quotes(), (Some(1), None), "a bid below nothing is no order");
    play.market("seller@custodian", Sell, 50);
    play.ticks(1);
    assert_eq!(play.mark("acme"), 1);
    assert_eq!(play.standing("fund-a@broker").equity.to_minor(), 10_00 - 90_000_00);
    play.ticks(1);
    // 90 000 and 40 000 owed, and a cent for each of 1 000 and 500 shares.
    assert_eq!(play.cash("broker"), 150_000_00 - 89_990_00 - 39_995_00);
    let summary = play.stop().summary;
    assert!(!summary.lenders["broker"].failed);
    assert_eq!(summary.lenders["broker"].loss, 129_985.0);
}

/// A firm that fails one lender is closed out by another that lends on that condition, in the same tick, although it
/// owes that one nothing yet.
#[test]
fn a_default_at_one_lender_is_a_default_at_those_who_say_so() {
    let mut play = Play::by_hand(&[
        "lenders.broker.calls.grace=\"0s\"",
        "traders.fund-a.lenders={\"broker\": 0.5, \"rival\": 0.5}",
        "lenders.rival.margin=Rate(im: 0.10, mm: 0.01)",
        "lenders.rival.cross_default=true",
    ]);
    play.limit("buyer@custodian", Buy, 50, 9_700);
    play.limit("buyer@custodian", Buy, 5_000, 9_600);
    play.ticks(1);
    play.market("seller@custodian", Sell, 50);
    play.ticks(2);
    // 500 × 96 − 45 000 is left at each, and goes back to the firm, whose treasury held 2 500.
    let summary = play.stop().summary;
    assert_eq!((summary.accounts.breached, summary.accounts.bankrupt), (2, 0));
    assert_eq!(summary.firms["fund-a"].value_end, 2.0 * 3_000.0 + 2_500.0);
    // No price broke the second, so it is no link of a chain of fire sales.
    assert_eq!((summary.cascade.size, summary.cascade.depth), (2, 1));
}
