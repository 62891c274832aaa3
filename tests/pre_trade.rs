//! Checks before a trade, in a running world and over random orders.

#![allow(clippy::inconsistent_digit_grouping, reason = "1_000_00 is a thousand dollars and no cents")]

mod support;

use firesale::book::{OrderKind, TimeInForce};
use firesale::margin::CallLevel;
use firesale::margin::{Marks, ProposedOrder, Terms, excess_after, standing};
use firesale::plan::MarginPlan;
use firesale::screen::{AccountState, Asked, Check, Known, LimitsPlan, Off, Refusal, admit};
use firesale::tick::state::{Status, state_mut};
use firesale::tick::trays::Intent;
use firesale::units::Side::{Buy, Sell};
use firesale::units::{
    AccountId, Cash, Cause, InstrumentId, LenderId, Lots, MarketId, Price, Rate, Side, StepValue, TraderId,
};
use proptest::prelude::*;
use support::{BY_HAND, Play, plan};

/// A reduce-only order at a price in steps; otherwise as [`Play::limit`].
fn reduce_only(play: &mut Play, account: &str, side: Side, lots: i64, price: i64) {
    let id = play.account(account);
    state_mut(&mut play.world).intents.orders.push(Intent {
        account: id,
        instrument: InstrumentId::new(0),
        market: MarketId::new(0),
        side,
        lots: Lots::new(lots),
        kind: OrderKind::Limit { price: Price::new(price) },
        time_in_force: TimeInForce::GoodTillCancel,
        post_only: false,
        reduce_only: true,
        life: 0,
        cause: Cause::Voluntary,
        turn: (0, u64::MAX),
    });
}

fn refusals(play: Play) -> Vec<(String, String)> {
    play.stop().tables.refusals.into_iter().map(|row| (row.account.into(), row.reason.into())).collect()
}

/// 3 000 dollars carry 300 shares at 10 %; the lender allows no more than five times.
#[test]
fn a_refused_order_leaves_a_row_and_is_counted_by_reason_and_by_account() {
    let mut play = Play::by_hand(&["lenders.broker.limits=(leverage: 5.0)"]);
    play.ticks(1);
    play.limit("punter@broker", Buy, 150, 10_000);
    play.limit("punter@broker", Buy, 1, 10_000);
    play.ticks(1);
    let outcome = play.stop();
    let row = &outcome.tables.refusals[0];
    assert_eq!((row.tick, row.account.as_str(), &*row.reason), (1, "punter@broker", "leverage limit"));
    assert_eq!((row.instrument.as_str(), &*row.side, row.quantity_units), ("acme", "buy", 1.0));
    assert_eq!(outcome.tables.refusals.len(), 1);
    assert_eq!(outcome.summary.refusals["leverage_limit"], 1);
    assert_eq!(outcome.summary.refusals_by_account["punter@broker"]["leverage_limit"], 1);
}

/// Knight's router had no such limit on the morning of 1 August 2012.
#[test]
fn a_fat_finger_is_stopped_unless_the_check_is_off_for_the_account() {
    let limits = "lenders.broker.limits=(fat_finger: (days_of_volume: 0.1, price: 0.05)";
    let sent = |limits: &str| {
        let mut play = Play::by_hand(&[limits]);
        play.ticks(1);
        play.limit("punter@broker", Buy, 101, 10_000);
        play.limit("punter@broker", Buy, 10, 10_501);
        play.limit("punter@broker", Buy, 10, 10_500);
        play.ticks(1);
        refusals(play).into_iter().map(|(_, reason)| reason).collect::<Vec<_>>()
    };
    // A tenth of a day is 100 shares; 5 % above 100.00 is 105.00.
    assert_eq!(sent(&format!("{limits})")), ["fat finger size", "fat finger price"]);
    assert_eq!(sent(&format!("{limits}, off: {{\"punter\": [FatFinger]}})")), [""; 0]);
    assert_eq!(sent(&format!("{limits}, off_for: [\"punter@broker\"])")), [""; 0]);
}

/// With a line of credit and no question asked at the end, 3 000 dollars buy a hundred thousand's worth.
#[test]
fn an_account_that_is_asked_for_no_excess_borrows_up_to_its_credit() {
    let mut play = Play::by_hand(&["lenders.broker.limits=(credit: 97_000.0, off: {\"punter\": [Excess]})"]);
    play.ticks(1);
    play.limit("seller@custodian", Sell, 2_000, 10_000);
    play.limit("punter@broker", Buy, 1_000, 10_000);
    play.limit("punter@broker", Buy, 1, 10_000);
    play.ticks(1);
    assert_eq!((play.lots("punter@broker"), play.cash("punter@broker")), (1_000, -97_000_00));
    assert_eq!(refusals(play), [("punter@broker".to_owned(), "credit limit".to_owned())]);
}

/// 1 000 shares are held; 800 wait to be sold, and 500 more that may only reduce.
#[test]
fn a_reduce_only_order_gives_way_to_what_else_closes_the_position() {
    let mut play = Play::by_hand(&[]);
    play.ticks(1);
    reduce_only(&mut play, "fund-a@broker", Sell, 500, 10_100);
    play.ticks(1);
    play.limit("fund-a@broker", Sell, 800, 10_100);
    play.ticks(1);
    // Everything that is offered is bought: 800 and what was left of the other.
    play.limit("buyer@custodian", Buy, 5_000, 10_100);
    play.ticks(1);
    assert_eq!(play.lots("fund-a@broker"), 0);
}

#[test]
fn a_reduce_only_order_shrinks_with_the_position_and_is_cancelled_when_there_is_none() {
    let mut play = Play::by_hand(&[]);
    play.ticks(1);
    reduce_only(&mut play, "fund-b@broker", Sell, 500, 10_200);
    play.ticks(1);
    assert_eq!(play.quotes().1, Some(10_200));
    // 300 are sold lower down: 200 may stay.
    play.limit("buyer@custodian", Buy, 300, 9_900);
    play.limit("fund-b@broker", Sell, 300, 9_900);
    play.ticks(2);
    assert_eq!(play.lots("fund-b@broker"), 200);
    play.limit("buyer@custodian", Buy, 5_000, 10_200);
    play.ticks(1);
    assert_eq!(play.lots("fund-b@broker"), 0);
    // Flat: nothing of it may come any more.
    reduce_only(&mut play, "fund-b@broker", Sell, 1, 10_200);
    reduce_only(&mut play, "fund-b@broker", Buy, 1, 10_200);
    play.ticks(1);
    let refused = refusals(play);
    assert_eq!(refused.iter().filter(|(_, reason)| reason == "would not reduce").count(), 2, "{refused:?}");
}

#[test]
fn two_reduce_only_orders_together_close_the_position_and_no_more() {
    let mut play = Play::by_hand(&[]);
    play.ticks(1);
    reduce_only(&mut play, "fund-b@broker", Sell, 400, 10_100);
    reduce_only(&mut play, "fund-b@broker", Sell, 400, 10_100);
    play.limit("buyer@custodian", Buy, 5_000, 10_100);
    play.ticks(2);
    assert_eq!(play.lots("fund-b@broker"), 0);
}

/// An account is sold out and closed at 97; half an hour later its owner is handed shares.
#[test]
fn units_for_a_closed_account_are_not_made_and_that_is_told() {
    let shock = "shocks=[(at: \"2024-03-04 09:50\", reason: \"An offering.\", \
                 what: Issue(instrument: \"acme\", units: 100, to: \"fund-a\"))]";
    let mut play = Play::by_hand(&["lenders.broker.calls.grace=\"0s\"", shock]);
    play.limit("buyer@custodian", Buy, 50, 9_700);
    play.limit("buyer@custodian", Buy, 5_000, 9_700);
    play.ticks(1);
    play.market("seller@custodian", Sell, 50);
    play.ticks(3);
    assert_eq!(play.status("fund-a@broker"), Status::Closed);
    play.ticks(20);
    assert_eq!(play.lots("fund-a@broker"), 0);
    let events = play.stop().tables.events;
    assert!(events.iter().any(|event| event.kind == "undelivered" && event.subject == "fund-a@broker"), "{events:?}");
}

/// Every fill that one side was forced into is in the forced volume, whichever side pushed.
#[test]
fn forced_volume_is_the_sum_of_fills_with_a_forced_side() {
    let plan = firesale::world::load("two-funds", &[]).expect("a built-in world").plan;
    let outcome = support::run(&plan, &support::options(1));
    let forced: f64 = outcome
        .tables
        .trades
        .iter()
        .filter(|trade| trade.cause == "forced" || trade.resting_cause == "forced")
        .map(|trade| trade.quantity_units)
        .sum();
    assert!(forced > 0.0 && outcome.tables.trades.iter().any(|trade| trade.resting_cause == "forced"));
    assert_eq!(forced, outcome.summary.instruments["acme"].forced_volume_units);
}

#[test]
fn limits_that_make_no_sense_are_found_all_at_once() {
    let limits = "lenders.broker.limits=(fat_finger: (), position: {\"acem\": -1}, \
                  concentration: (share_of_float: 5), leverage: 0, credit: -3, \
                  off_for: [\"nobody\", \"buyer\"], off: {\"buyer\": [], \"punter\": [Credit, Credit]})";
    let source = firesale::world::Source {
        name: "test".to_owned(),
        text: BY_HAND.to_owned(),
        origin: firesale::world::Origin::BuiltIn,
    };
    let set = limits.parse().expect("an override");
    let error = firesale::world::load_source(source, &[set]).expect_err("it makes no sense");
    let mut paths: Vec<_> = error
        .findings()
        .iter()
        .map(|found| found.path.trim_start_matches("lenders.broker.limits.").to_owned())
        .collect();
    paths.sort();
    let expected = [
        "concentration.share_of_float",
        "credit",
        "fat_finger",
        "leverage",
        "off.buyer",
        "off.buyer",
        "off.buyer",
        "off.punter[1]",
        "off_for[0]",
        "off_for[1]",
        "position.acem",
        "position.acem",
    ];
    assert_eq!(paths, expected, "{error}");
}

#[test]
fn limits_left_out_change_nothing() {
    let with = |sets: &[&str]| support::run(&plan(support::TWO_STOCKS, sets), &support::options(3));
    let (none, wide) = (with(&[]), with(&["lenders.custodian.limits=(fat_finger: (price: 50.0), leverage: 1e5)"]));
    assert_eq!(none.tables.trades, wide.tables.trades);
}

/// One fund with two stocks at one lender.
fn ledger(cash: i128, held: [i64; 2]) -> (firesale::ledger::Ledger, Marks) {
    use firesale::ledger::{Accounts, Ledger, Purses, SlotKind};
    let mut accounts = Accounts::default();
    let slot = |index| (InstrumentId::from_index(index), SlotKind::Spot, Lots::new(held[index]), Price::new(0));
    accounts.add(LenderId::new(0), Some(TraderId::new(0)), [slot(0), slot(1)]);
    let marks = Marks::new([(StepValue::new(1), Price::new(2_000)), (StepValue::new(1), Price::new(500))]);
    (Ledger::new(accounts, Purses::new(vec![Cash::minor(cash)], 1, vec![Cash::ZERO])), marks)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// However many orders are let through: as long as the account was sound, it is with them waiting, and with all
    /// of one side filled at their limits; unless an order only reduced, which is let through at any price, or the
    /// check is off.
    #[test]
    fn an_accepted_order_never_leaves_excess_negative_unless_the_check_is_off(
        cash in 0_i128..3_000_000,
        held in [-300_i64..300, -300_i64..300],
        im in 20_000_000_i64..900_000_000,
        switched_off in any::<bool>(),
        orders in prop::collection::vec((0_usize..2, any::<bool>(), 1_i64..200, 60_i64..140), 1..30),
    ) {
        const FUND: AccountId = AccountId::new(0);
        let (mut ledger, marks) = ledger(cash, held);
        let margin = MarginPlan::Rate { im: Rate::from_billionths(im), mm: Rate::from_billionths(im / 2) };
        let terms = Terms::plain(margin, CallLevel::Maintenance);
        prop_assume!(!standing(&ledger, &marks, &terms, FUND).excess().is_negative());
        let mut limits = LimitsPlan::default();
        if switched_off {
            let mut off = Off::default();
            off.add(Check::Excess);
            limits.off.insert(FUND, off);
        }
        let mut held_back = Cash::ZERO;
        let mut accepted = [Vec::new(), Vec::new()];
        let mut only_risk = true;
        for (index, buys, lots, percent) in orders {
            let (instrument, side) = (InstrumentId::from_index(index), if buys { Buy } else { Sell });
            let mark = marks.price(instrument);
            let price = Price::new(mark.steps() * percent / 100);
            let asked = Asked {
                account: FUND, instrument, side, lots: Lots::new(lots),
                kind: OrderKind::Limit { price }, reduce_only: false, forced: false,
            };
            let desk = Known {
                ledger: &ledger, marks: &marks, terms: &terms, limits: Some(&limits), state: AccountState::Open,
                mark, bid: None, ask: None, halted: false, held_back, waiting: Lots::ZERO,
            };
            let answer = admit(&desk, &asked);
            let order = ProposedOrder { account: FUND, instrument, side, lots: Lots::new(lots), price };
            let excess = excess_after(&ledger, &marks, &terms, &order).expect("it lends") - held_back;
            match answer {
                Ok((slot, _)) => {
                    let open = ledger.accounts.open_orders(slot, side) + Lots::new(lots);
                    let position = ledger.accounts.lots(slot);
                    let reduces = Side::closing(position) == side && open <= position.abs();
                    only_risk &= !reduces;
                    prop_assert!(reduces || switched_off || !excess.is_negative());
                    ledger.accounts.change_open_orders(slot, side, Lots::new(lots));
                    let steps = (side.signed(Lots::new(1)).get() * (price - mark)).max(0);
                    held_back += Cash::minor(i128::from(lots * steps));
                    accepted[index].push((side, lots, price));
                }
                Err(reason) => {
                    prop_assert_eq!(reason, Refusal::Excess);
                    prop_assert!(!switched_off && excess.is_negative());
                }
            }
        }
        if switched_off || !only_risk {
            return Ok(());
        }
        // All of one side of each stock filled at its limits.
        for sides in [[Buy, Buy], [Buy, Sell], [Sell, Buy], [Sell, Sell]] {
            let (mut cash, mut after) = (cash, held);
            for index in 0..2 {
                for (side, lots, price) in accepted[index].iter().filter(|order| order.0 == sides[index]) {
                    after[index] += side.signed(Lots::new(*lots)).get();
                    cash -= i128::from(side.signed(Lots::new(*lots)).get()) * i128::from(price.steps());
                }
            }
            let (filled, _) = self::ledger(cash, after);
            prop_assert!(!standing(&filled, &marks, &terms, FUND).excess().is_negative());
        }
    }
}
