//! Limit and market orders, time in force, post-only, changes, self-trades, halts.

use super::super::Party;
use super::*;
use Side::{Buy, Sell};

stories! {
    an_order_that_meets_nobody_rests
    better_prices_trade_first_and_at_one_price_the_one_who_waited_longest
    a_fill_tells_both_sides_and_who_took
    a_limit_order_takes_what_it_may_and_rests_with_what_is_left
    a_market_order_never_rests
    immediate_or_cancel_takes_and_goes
    fill_or_kill_fills_whole_or_not_at_all
    fill_or_kill_does_not_count_its_owners_own_orders
    post_only_is_refused_rather_than_take
    reducing_keeps_the_turn
    replacing_loses_the_turn
    replacing_what_is_gone_submits_nothing
    a_key_to_an_order_that_is_gone_finds_nothing
    by_default_the_resting_order_of_a_self_trade_goes
    cancel_incoming_keeps_the_resting_order
    cancel_both_leaves_neither
    a_crowd_may_trade_with_itself
    prices_may_be_negative
    prices_beyond_the_furthest_are_refused
    depth_counts_up_to_a_price
    a_halt_refuses_orders_but_not_cancels
    reduce_only_is_carried
    far_prices_and_near_ones_stand_in_one_order
}

fn an_order_that_meets_nobody_rests<M: Market>() {
    let mut stage = Stage::<M>::new();
    let key = stage.resting(Buy, 5, 100);
    let remaining = Lots::new(5);
    assert_eq!(stage.events, [BookEvent::Rested { owner: 0, tag: 0, key, remaining }]);
    assert_eq!(stage.levels(Buy), [(100, 5, 1)]);
    assert_eq!(stage.levels(Sell), []);
    assert_eq!(stage.book.last_price(), None);
    let kind = limit(100);
    let expected = OrderView { owner: 0, tag: 0, side: Buy, remaining, kind, reduce_only: false };
    assert_eq!(stage.book.order(key), Some(expected));
}

fn better_prices_trade_first_and_at_one_price_the_one_who_waited_longest<M: Market>() {
    let mut stage = Stage::<M>::new();
    stage.resting(Sell, 4, 102);
    stage.resting(Sell, 3, 101);
    stage.resting(Sell, 2, 101);
    stage.limit(Buy, 8, 102);
    // 3 and then 2 at 101, then 3 of the 4 at 102, each at the price of the one who waited.
    assert_eq!(stage.fills(), [(3, 1, 3, 101), (3, 2, 2, 101), (3, 0, 3, 102)]);
    assert_eq!(stage.levels(Sell), [(102, 1, 1)]);
    assert_eq!(stage.levels(Buy), []);
    assert_eq!(stage.book.last_price(), Some(Price::new(102)));
}

fn a_fill_tells_both_sides_and_who_took<M: Market>() {
    let mut stage = Stage::<M>::new();
    stage.submit(Buy, 10, limit(50), |order| order.owner = 7);
    stage.submit(Sell, 4, limit(49), |order| order.owner = 9);
    let fill = Fill {
        price: Price::new(50),
        quantity: Lots::new(4),
        buyer: Party { owner: 7, tag: 0, remaining: Lots::new(6) },
        seller: Party { owner: 9, tag: 1, remaining: Lots::ZERO },
        aggressor: Some(Sell),
    };
    assert_eq!(stage.events, [BookEvent::Fill(fill)]);
    assert_eq!((fill.maker(), fill.taker()), (Some(&fill.buyer), Some(&fill.seller)));
}

fn a_limit_order_takes_what_it_may_and_rests_with_what_is_left<M: Market>() {
    let mut stage = Stage::<M>::new();
    stage.resting(Sell, 3, 100);
    stage.resting(Sell, 3, 103);
    stage.resting(Buy, 10, 101);
    assert_eq!(stage.fills(), [(2, 0, 3, 100)]);
    assert_eq!(stage.levels(Buy), [(101, 7, 1)]);
    assert_eq!(stage.levels(Sell), [(103, 3, 1)]);
}

fn a_market_order_never_rests<M: Market>() {
    let mut stage = Stage::<M>::new();
    stage.resting(Buy, 3, 100);
    stage.resting(Buy, 3, 1);
    assert_eq!(stage.market(Sell, 10), None);
    assert_eq!(stage.fills(), [(0, 2, 3, 100), (1, 2, 3, 1)]);
    assert_eq!(stage.cancels(), [(2, 4, MarketRemainder)]);
    assert!(stage.levels(Sell).is_empty() && stage.levels(Buy).is_empty());
}

fn immediate_or_cancel_takes_and_goes<M: Market>() {
    let mut stage = Stage::<M>::new();
    stage.resting(Sell, 3, 100);
    stage.resting(Sell, 3, 102);
    let key = stage.submit(Buy, 5, limit(101), |order| order.time_in_force = TimeInForce::ImmediateOrCancel);
    assert_eq!(key, None);
    assert_eq!(stage.fills(), [(2, 0, 3, 100)]);
    assert_eq!(stage.cancels(), [(2, 2, ImmediateRemainder)]);
    assert_eq!(stage.levels(Buy), []);
}

fn fill_or_kill_fills_whole_or_not_at_all<M: Market>() {
    let mut stage = Stage::<M>::new();
    stage.resting(Sell, 3, 100);
    stage.resting(Sell, 3, 101);
    let kill = |order: &mut NewOrder| order.time_in_force = TimeInForce::FillOrKill;
    stage.submit(Buy, 7, limit(101), kill);
    assert_eq!(stage.cancels(), [(2, 7, FillOrKillUnfillable)]);
    assert_eq!(stage.fills(), []);
    stage.submit(Buy, 4, limit(100), kill);
    assert_eq!(stage.cancels(), [(3, 4, FillOrKillUnfillable)], "only 3 stand within its limit");
    stage.submit(Buy, 6, limit(101), kill);
    assert_eq!(stage.fills(), [(4, 0, 3, 100), (4, 1, 3, 101)]);
    stage.submit(Buy, 1, OrderKind::Market, kill);
    assert_eq!(stage.cancels(), [(5, 1, FillOrKillUnfillable)]);
}

fn fill_or_kill_does_not_count_its_owners_own_orders<M: Market>() {
    // 3 of owner 0 and 3 of another wait; owner 0 wants 4.
    let outcome = |self_trade| {
        let mut stage = Stage::<M>::with(self_trade);
        stage.resting(Sell, 3, 100);
        stage.resting(Sell, 3, 100);
        stage.submit(Buy, 4, limit(100), |order| {
            order.owner = 0;
            order.time_in_force = TimeInForce::FillOrKill;
        });
        (stage.fills(), stage.cancels())
    };
    let killed = (vec![], vec![(2, 4, FillOrKillUnfillable)]);
    assert_eq!(outcome(SelfTrade::CancelResting), killed);
    assert_eq!(outcome(SelfTrade::CancelIncoming), killed);
    assert_eq!(outcome(SelfTrade::CancelBoth), killed);
    assert_eq!(outcome(SelfTrade::Allow), (vec![(2, 0, 3, 100), (2, 1, 1, 100)], vec![]));
}

fn post_only_is_refused_rather_than_take<M: Market>() {
    let mut stage = Stage::<M>::new();
    stage.resting(Sell, 3, 100);
    let post = |order: &mut NewOrder| order.post_only = true;
    assert_eq!(stage.submit(Buy, 5, limit(100), post), None);
    assert_eq!(stage.cancels(), [(1, 5, PostOnlyWouldCross)]);
    assert!(stage.submit(Buy, 5, limit(99), post).is_some());
    assert_eq!((stage.levels(Buy), stage.levels(Sell)), (vec![(99, 5, 1)], vec![(100, 3, 1)]));
}

fn reducing_keeps_the_turn<M: Market>() {
    let mut stage = Stage::<M>::new();
    let first = stage.resting(Buy, 10, 100);
    stage.resting(Buy, 10, 100);
    assert_eq!(stage.reduce(first, 4), Some(Lots::new(6)));
    assert_eq!(stage.events, [BookEvent::Reduced { owner: 0, tag: 0, remaining: Lots::new(4) }]);
    assert_eq!(stage.levels(Buy), [(100, 14, 2)]);
    assert_eq!(stage.reduce(first, 4), None, "it is no smaller");
    assert_eq!(stage.reduce(first, 5), None, "growing is not reducing");
    assert_eq!(stage.events, []);
    stage.market(Sell, 6);
    assert_eq!(stage.fills(), [(0, 2, 4, 100), (1, 2, 2, 100)]);
}

fn replacing_loses_the_turn<M: Market>() {
    let mut stage = Stage::<M>::new();
    let first = stage.resting(Buy, 10, 100);
    stage.resting(Buy, 10, 100);
    stage.events.clear();
    let successor = NewOrder::limit(0, 7, Buy, Lots::new(10), Price::new(100));
    let replaced = stage.book.replace(first, &successor, &mut stage.events);
    assert!(matches!(replaced, Some(Some(_))));
    assert_eq!(stage.cancels(), [(0, 10, Replaced)]);
    stage.market(Sell, 12);
    assert_eq!(stage.fills(), [(1, 2, 10, 100), (7, 2, 2, 100)]);
}

fn replacing_what_is_gone_submits_nothing<M: Market>() {
    let mut stage = Stage::<M>::new();
    let key = stage.resting(Buy, 10, 100);
    stage.market(Sell, 10);
    stage.events.clear();
    let successor = NewOrder::limit(0, 7, Buy, Lots::new(10), Price::new(100));
    assert_eq!(stage.book.replace(key, &successor, &mut stage.events), None);
    assert_eq!(stage.events, []);
    assert_eq!(stage.levels(Buy), []);
}

fn a_key_to_an_order_that_is_gone_finds_nothing<M: Market>() {
    let mut stage = Stage::<M>::new();
    let key = stage.resting(Buy, 5, 100);
    assert_eq!(stage.cancel(key), Some(Lots::new(5)));
    assert_eq!(stage.cancels(), [(0, 5, Requested)]);
    // Another order may live where the first one did.
    let other = stage.resting(Buy, 6, 100);
    assert_ne!(key, other);
    assert_eq!(stage.cancel(key), None);
    assert_eq!(stage.reduce(key, 1), None);
    assert_eq!(stage.book.order(key), None);
    assert_eq!(stage.events, []);
    assert_eq!(stage.levels(Buy), [(100, 6, 1)]);
}

/// Owner 0 sells 3 and another sells 3 behind it; then owner 0 buys 5 at the same price.
fn meet_oneself<M: Market>(self_trade: SelfTrade) -> Stage<M> {
    let mut stage = Stage::with(self_trade);
    stage.resting(Sell, 3, 100);
    stage.resting(Sell, 3, 100);
    stage.submit(Buy, 5, limit(100), |order| order.owner = 0);
    stage
}

fn by_default_the_resting_order_of_a_self_trade_goes<M: Market>() {
    let stage = meet_oneself::<M>(SelfTrade::default());
    assert_eq!(stage.cancels(), [(0, 3, CancelReason::SelfTrade)]);
    assert_eq!(stage.fills(), [(2, 1, 3, 100)]);
    assert_eq!((stage.levels(Buy), stage.levels(Sell)), (vec![(100, 2, 1)], vec![]));
}

fn cancel_incoming_keeps_the_resting_order<M: Market>() {
    let stage = meet_oneself::<M>(SelfTrade::CancelIncoming);
    assert_eq!(stage.cancels(), [(2, 5, CancelReason::SelfTrade)]);
    assert_eq!(stage.fills(), []);
    assert_eq!((stage.levels(Buy), stage.levels(Sell)), (vec![], vec![(100, 6, 2)]));
}

fn cancel_both_leaves_neither<M: Market>() {
    let stage = meet_oneself::<M>(SelfTrade::CancelBoth);
    assert_eq!(stage.cancels(), [(0, 3, CancelReason::SelfTrade), (2, 5, CancelReason::SelfTrade)]);
    assert_eq!((stage.levels(Buy), stage.levels(Sell)), (vec![], vec![(100, 3, 1)]));
}

fn a_crowd_may_trade_with_itself<M: Market>() {
    let stage = meet_oneself::<M>(SelfTrade::Allow);
    assert_eq!(stage.fills(), [(2, 0, 3, 100), (2, 1, 2, 100)]);
    assert_eq!(stage.levels(Sell), [(100, 1, 1)]);
}

fn prices_may_be_negative<M: Market>() {
    let mut stage = Stage::<M>::new();
    stage.resting(Buy, 1, -40);
    stage.resting(Buy, 1, -37);
    stage.resting(Sell, 2, -35);
    stage.resting(Sell, 2, 2);
    stage.market(Sell, 2);
    assert_eq!(stage.fills(), [(1, 4, 1, -37), (0, 4, 1, -40)]);
    stage.market(Buy, 3);
    assert_eq!(stage.fills(), [(5, 2, 2, -35), (5, 3, 1, 2)]);
}

fn prices_beyond_the_furthest_are_refused<M: Market>() {
    let mut stage = Stage::<M>::new();
    let furthest = Price::FURTHEST.steps();
    stage.resting(Buy, 1, -furthest);
    stage.resting(Sell, 1, furthest);
    stage.limit(Buy, 1, -furthest - 1);
    assert_eq!(stage.cancels(), [(2, 1, PriceOutOfRange)]);
    stage.stop(Buy, 1, furthest + 1);
    assert_eq!(stage.cancels(), [(3, 1, PriceOutOfRange)]);
    stage.submit(Buy, 1, stop_limit(1, i64::MIN), |_| {});
    assert_eq!(stage.cancels(), [(4, 1, PriceOutOfRange)]);
    stage.market(Buy, 1);
    stage.market(Sell, 1);
    assert_eq!(stage.fills(), [(0, 6, 1, -furthest)]);
}

fn depth_counts_up_to_a_price<M: Market>() {
    let mut stage = Stage::<M>::new();
    for (lots, price) in [(1, 99), (2, 98), (4, 95), (8, 50)] {
        stage.resting(Buy, lots, price);
        stage.resting(Sell, lots, 200 - price);
    }
    assert_eq!(stage.book.depth(Buy, Price::new(95)), Lots::new(7));
    assert_eq!(stage.book.depth(Buy, Price::new(96)), Lots::new(3));
    assert_eq!(stage.book.depth(Buy, Price::new(100)), Lots::ZERO);
    assert_eq!(stage.book.depth(Sell, Price::new(105)), Lots::new(7));
    assert_eq!(stage.book.depth(Sell, Price::new(1_000)), Lots::new(15));
    assert_eq!(stage.book.volume_at_best(Sell), Lots::new(1));
}

fn a_halt_refuses_orders_but_not_cancels<M: Market>() {
    let mut stage = Stage::<M>::new();
    let first = stage.resting(Buy, 5, 100);
    let second = stage.resting(Buy, 5, 99);
    stage.book.halt();
    assert_eq!(stage.limit(Sell, 5, 100), None);
    assert_eq!(stage.cancels(), [(2, 5, Halted)]);
    assert_eq!(stage.stop(Sell, 5, 90), None);
    assert_eq!(stage.reduce(first, 2), Some(Lots::new(3)));
    assert_eq!(stage.cancel(second), Some(Lots::new(5)));
    stage.book.resume(&mut stage.events);
    assert_eq!(stage.book.phase(), Phase::Continuous);
    stage.limit(Sell, 5, 100);
    assert_eq!(stage.fills(), [(0, 4, 2, 100)]);
}

fn reduce_only_is_carried<M: Market>() {
    let mut stage = Stage::<M>::new();
    let resting = stage.submit(Buy, 5, limit(100), |order| order.reduce_only = true).expect("it rests");
    let other = stage.resting(Buy, 5, 100);
    let parked = stage.submit(Sell, 5, stop_limit(90, 80), |order| order.reduce_only = true).expect("it is parked");
    let is_reduce_only = |key| stage.book.order(key).expect("it waits").reduce_only;
    assert_eq!([resting, other, parked].map(is_reduce_only), [true, false, true]);
}

fn far_prices_and_near_ones_stand_in_one_order<M: Market>() {
    let mut stage = Stage::<M>::new();
    let prices = [1_000_000_000, 100, -5_000, 101, 1 << 39, 99, 7_000];
    for price in prices {
        stage.resting(Sell, 1, price);
    }
    let mut sorted = prices;
    sorted.sort_unstable();
    assert_eq!(stage.levels(Sell), sorted.map(|price| (price, 1, 1)));
    stage.market(Buy, 7);
    let traded: Vec<i64> = stage.fills().iter().map(|fill| fill.3).collect();
    assert_eq!(traded, sorted);
}

#[test]
#[should_panic(expected = "an order's quantity is out of range")]
fn an_order_for_nothing_is_a_fault() {
    Stage::<Book>::new().limit(Buy, 0, 100);
}

#[test]
#[should_panic(expected = "an order reduced to nothing is a cancel")]
fn a_reduction_to_nothing_is_a_fault() {
    let mut stage = Stage::<Book>::new();
    let key = stage.resting(Buy, 1, 100);
    stage.reduce(key, 0);
}

#[test]
fn a_key_costs_no_more_when_it_may_be_missing() {
    assert_eq!(size_of::<Option<OrderKey>>(), 8);
}
