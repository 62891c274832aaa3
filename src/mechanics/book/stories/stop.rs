//! Stops: when they are triggered, in what order, and what they set off.

use super::*;
use Side::{Buy, Sell};

stories! {
    a_stop_waits_out_of_sight
    a_sell_stop_is_triggered_by_a_trade_at_its_trigger
    a_buy_stop_is_triggered_by_a_trade_above_its_trigger
    a_stop_whose_trigger_was_passed_already_acts_at_once
    a_triggered_stop_limit_rests_at_its_limit
    the_trigger_that_the_price_met_first_comes_first
    stops_trigger_stops
    a_triggered_stop_stays_triggered_if_the_price_turns
    a_parked_stop_can_be_reduced_and_cancelled
    time_in_force_counts_from_the_trigger
    a_quote_alone_triggers_nothing
}

/// Trades one lot at a price, between strangers.
fn print<M: Market>(stage: &mut Stage<M>, price: i64) {
    stage.resting(Sell, 1, price);
    stage.limit(Buy, 1, price);
    assert!(stage.fills().iter().any(|fill| fill.3 == price));
}

fn a_stop_waits_out_of_sight<M: Market>() {
    let mut stage = Stage::<M>::new();
    let key = stage.stop(Sell, 5, 90).expect("it is parked");
    assert_eq!(stage.events, [BookEvent::Parked { owner: 0, tag: 0, key }]);
    assert_eq!(stage.levels(Sell), []);
    let kind = OrderKind::Stop { trigger: Price::new(90) };
    assert_eq!(stage.book.order(key).map(|order| order.kind), Some(kind));
}

fn a_sell_stop_is_triggered_by_a_trade_at_its_trigger<M: Market>() {
    let mut stage = Stage::<M>::new();
    let key = stage.stop(Sell, 5, 90).expect("it is parked");
    stage.resting(Buy, 1, 91);
    stage.resting(Buy, 1, 90);
    stage.resting(Buy, 9, 88);
    stage.market(Sell, 1);
    assert!(stage.triggered().is_empty(), "91 is above the trigger");
    stage.market(Sell, 1);
    assert_eq!(stage.triggered(), [0]);
    // The trade at 90, then the stop's five at the next bid.
    assert_eq!(stage.fills(), [(2, 5, 1, 90), (3, 0, 5, 88)]);
    assert_eq!(stage.book.order(key), None);
    assert_eq!(stage.book.last_price(), Some(Price::new(88)));
}

fn a_buy_stop_is_triggered_by_a_trade_above_its_trigger<M: Market>() {
    let mut stage = Stage::<M>::new();
    stage.stop(Buy, 5, 110);
    stage.resting(Sell, 1, 115);
    stage.resting(Sell, 9, 120);
    stage.market(Buy, 1);
    assert_eq!(stage.triggered(), [0]);
    assert_eq!(stage.fills(), [(3, 1, 1, 115), (0, 2, 5, 120)]);
}

fn a_stop_whose_trigger_was_passed_already_acts_at_once<M: Market>() {
    let mut stage = Stage::<M>::new();
    print(&mut stage, 100);
    stage.resting(Buy, 9, 95);
    assert_eq!(stage.stop(Sell, 4, 100), None);
    assert_eq!(stage.triggered(), [3]);
    assert_eq!(stage.fills(), [(2, 3, 4, 95)]);
}

fn a_triggered_stop_limit_rests_at_its_limit<M: Market>() {
    let mut stage = Stage::<M>::new();
    let parked = stage.submit(Sell, 5, stop_limit(90, 89), |_| {}).expect("it is parked");
    stage.resting(Buy, 1, 90);
    stage.resting(Buy, 2, 89);
    stage.resting(Buy, 9, 80);
    stage.market(Sell, 1);
    assert_eq!(stage.fills(), [(1, 4, 1, 90), (2, 0, 2, 89)]);
    assert_eq!(stage.levels(Sell), [(89, 3, 1)]);
    assert_eq!(stage.book.order(parked), None, "the parked order's key is stale");
    let Some(&BookEvent::Rested { tag: 0, key, remaining, .. }) = stage.events.last() else { panic!("it rests last") };
    assert_eq!(remaining, Lots::new(3));
    assert_eq!(stage.book.order(key).map(|order| order.kind), Some(limit(89)));
}

fn the_trigger_that_the_price_met_first_comes_first<M: Market>() {
    let mut stage = Stage::<M>::new();
    stage.stop(Sell, 1, 90);
    stage.stop(Sell, 1, 95);
    stage.stop(Sell, 1, 90);
    stage.stop(Sell, 1, 85);
    stage.resting(Buy, 1, 88);
    stage.resting(Buy, 9, 86);
    stage.market(Sell, 1);
    // The price fell to 88: past 95 first, then past both at 90 (the earlier first), not past 85.
    assert_eq!(stage.triggered(), [1, 0, 2]);
    assert_eq!(stage.fills(), [(4, 6, 1, 88), (5, 1, 1, 86), (5, 0, 1, 86), (5, 2, 1, 86)]);
}

fn stops_trigger_stops<M: Market>() {
    let mut stage = Stage::<M>::new();
    // A ladder of stops each of which sells one lot into the next lower bid: one trade fells all.
    for trigger in (1..=1_000).rev() {
        stage.resting(Buy, 1, trigger);
        stage.stop(Sell, 1, trigger);
    }
    stage.market(Sell, 1);
    assert_eq!(stage.triggered().len(), 1_000);
    assert_eq!(stage.fills().len(), 1_000);
    assert_eq!(stage.book.last_price(), Some(Price::new(1)));
    // Of 1,001 lots offered 1,000 were wanted: the last stop found nobody.
    assert_eq!(stage.cancels(), [(1_999, 1, MarketRemainder)]);
}

fn a_triggered_stop_stays_triggered_if_the_price_turns<M: Market>() {
    let mut stage = Stage::<M>::new();
    // Found due together when the auction ends at 100: a buy stop at 100 and sell stops at 100.
    stage.book.start_auction();
    stage.stop(Sell, 1, 100);
    stage.stop(Buy, 2, 100);
    stage.limit(Buy, 1, 100);
    stage.limit(Sell, 1, 100);
    stage.limit(Sell, 2, 105);
    stage.limit(Buy, 5, 99);
    stage.uncross(100);
    // The buy stop lifts the price to 105; the sell stop was in line already and sells at 99.
    assert_eq!(stage.triggered(), [1, 0]);
    assert_eq!(stage.fills(), [(2, 3, 1, 100), (1, 4, 2, 105), (5, 0, 1, 99)]);
}

fn a_parked_stop_can_be_reduced_and_cancelled<M: Market>() {
    let mut stage = Stage::<M>::new();
    let first = stage.stop(Sell, 5, 90).expect("it is parked");
    let second = stage.stop(Sell, 5, 90).expect("it is parked");
    assert_eq!(stage.reduce(first, 2), Some(Lots::new(3)));
    assert_eq!(stage.cancel(second), Some(Lots::new(5)));
    stage.resting(Buy, 9, 80);
    stage.market(Sell, 1);
    assert_eq!(stage.fills(), [(2, 3, 1, 80), (2, 0, 2, 80)]);
}

fn time_in_force_counts_from_the_trigger<M: Market>() {
    let mut stage = Stage::<M>::new();
    stage.submit(Sell, 5, stop_limit(90, 85), |order| order.time_in_force = TimeInForce::ImmediateOrCancel);
    stage.submit(Sell, 5, stop_limit(90, 80), |order| order.time_in_force = TimeInForce::FillOrKill);
    stage.submit(Sell, 5, stop_limit(90, 80), |order| order.post_only = true);
    stage.resting(Buy, 1, 90);
    stage.resting(Buy, 3, 85);
    stage.resting(Buy, 1, 80);
    stage.market(Sell, 1);
    assert_eq!(stage.triggered(), [0, 1, 2]);
    assert_eq!(stage.fills(), [(3, 6, 1, 90), (4, 0, 3, 85)]);
    let cancels = [(0, 2, ImmediateRemainder), (1, 5, FillOrKillUnfillable), (2, 5, PostOnlyWouldCross)];
    assert_eq!(stage.cancels(), cancels);
}

fn a_quote_alone_triggers_nothing<M: Market>() {
    let mut stage = Stage::<M>::new();
    stage.stop(Sell, 5, 90);
    stage.resting(Sell, 5, 70);
    assert!(stage.triggered().is_empty());
    stage.resting(Buy, 5, 60);
    assert!(stage.triggered().is_empty());
}
