//! Call auctions: the price, who trades, and what comes after.

use super::*;
use Side::{Buy, Sell};

stories! {
    an_auction_collects_orders_that_cross
    the_most_is_traded
    then_the_least_is_left_over
    buyers_left_over_press_the_price_up
    sellers_left_over_press_it_down
    without_pressure_the_price_is_nearest_to_the_reference
    equal_surpluses_on_either_side_leave_it_to_the_reference
    market_orders_alone_trade_at_the_reference
    a_lone_market_side_does_not_stretch_the_range
    nothing_that_can_trade_gives_no_price
    in_an_auction_market_orders_come_first_then_price_then_time
    unfilled_market_orders_go_and_the_rest_trades_on
    an_auction_refuses_what_cannot_wait
    post_only_in_an_auction_is_judged_on_entry
    stops_follow_an_auction
    a_stop_that_fell_due_in_an_auction_acts_when_trading_resumes
    self_trades_are_allowed_in_an_auction
    a_collected_order_can_be_cancelled_and_reduced
}

fn auction<M: Market>() -> Stage<M> {
    let mut stage = Stage::<M>::new();
    stage.book.start_auction();
    stage
}

fn clearing(price: i64, volume: i64, imbalance: i64) -> Option<Clearing> {
    Some(Clearing { price: Price::new(price), volume: Lots::new(volume), imbalance: Lots::new(imbalance) })
}

impl<M: Market> Stage<M> {
    fn indicative(&self, reference: i64) -> Option<Clearing> {
        self.book.indicative(Price::new(reference))
    }
}

fn an_auction_collects_orders_that_cross<M: Market>() {
    let mut stage = auction::<M>();
    stage.resting(Buy, 5, 110);
    let key = stage.resting(Sell, 5, 90);
    assert_eq!(stage.events, [BookEvent::Rested { owner: 1, tag: 1, key, remaining: Lots::new(5) }]);
    assert_eq!(stage.book.phase(), Phase::Auction);
    let market = stage.market(Sell, 3).expect("it waits");
    assert_eq!(stage.book.order(market).map(|order| order.kind), Some(OrderKind::Market));
}

fn the_most_is_traded<M: Market>() {
    let mut stage = auction::<M>();
    // demand  103: 2   102: 5   101: 9   100: 9
    // supply  103: 13  102: 8   101: 4   100: 1
    stage.resting(Buy, 2, 103);
    stage.resting(Buy, 3, 102);
    stage.resting(Buy, 4, 101);
    stage.resting(Sell, 1, 100);
    stage.resting(Sell, 3, 101);
    stage.resting(Sell, 4, 102);
    stage.resting(Sell, 5, 103);
    // min: 2, 5, 4, 1.
    assert_eq!(stage.indicative(100), clearing(102, 5, -3));
    assert_eq!(stage.uncross(100), clearing(102, 5, -3));
    assert_eq!(stage.book.phase(), Phase::Continuous);
    assert_eq!(stage.book.last_price(), Some(Price::new(102)));
    assert_eq!(stage.fills(), [(0, 3, 1, 102), (0, 4, 1, 102), (1, 4, 2, 102), (1, 5, 1, 102)]);
    assert_eq!(stage.levels(Buy), [(101, 4, 1)]);
    assert_eq!(stage.levels(Sell), [(102, 3, 1), (103, 5, 1)]);
}

fn then_the_least_is_left_over<M: Market>() {
    let mut stage = auction::<M>();
    // 10 trade anywhere from 90 to 100; down to 96 buyers of 3 more are left over, above it nobody.
    stage.resting(Buy, 10, 100);
    stage.resting(Buy, 3, 96);
    stage.resting(Sell, 10, 90);
    assert_eq!(stage.indicative(90), clearing(97, 10, 0));
    assert_eq!(stage.indicative(98), clearing(98, 10, 0));
    assert_eq!(stage.indicative(200), clearing(100, 10, 0));
}

fn buyers_left_over_press_the_price_up<M: Market>() {
    let mut stage = auction::<M>();
    stage.resting(Buy, 15, 100);
    stage.resting(Sell, 10, 90);
    assert_eq!(stage.indicative(95), clearing(100, 10, 5));
}

fn sellers_left_over_press_it_down<M: Market>() {
    let mut stage = auction::<M>();
    stage.resting(Buy, 10, 100);
    stage.resting(Sell, 15, 90);
    assert_eq!(stage.indicative(95), clearing(90, 10, -5));
}

fn without_pressure_the_price_is_nearest_to_the_reference<M: Market>() {
    let mut stage = auction::<M>();
    stage.resting(Buy, 10, 100);
    stage.resting(Sell, 10, 90);
    assert_eq!(stage.indicative(95), clearing(95, 10, 0));
    assert_eq!(stage.indicative(80), clearing(90, 10, 0));
    assert_eq!(stage.indicative(120), clearing(100, 10, 0));
}

fn equal_surpluses_on_either_side_leave_it_to_the_reference<M: Market>() {
    let mut stage = auction::<M>();
    // At 100 buyers of 4 are left over, at 101 sellers of 4: the reference decides between the two.
    stage.resting(Buy, 10, 101);
    stage.resting(Buy, 4, 100);
    stage.resting(Sell, 10, 100);
    stage.resting(Sell, 4, 101);
    assert_eq!(stage.indicative(90), clearing(100, 10, 4));
    assert_eq!(stage.indicative(101), clearing(101, 10, -4));
    assert_eq!(stage.indicative(110), clearing(101, 10, -4));
}

fn market_orders_alone_trade_at_the_reference<M: Market>() {
    let mut stage = auction::<M>();
    stage.market(Buy, 10);
    stage.market(Sell, 7);
    assert_eq!(stage.indicative(123), clearing(123, 7, 3));
    // A stub quote far below does not drag them down: at 123 as much trades.
    stage.resting(Buy, 5, 1);
    assert_eq!(stage.uncross(123), clearing(123, 7, 3));
    assert_eq!(stage.fills(), [(0, 1, 7, 123)]);
    assert_eq!(stage.cancels(), [(0, 3, MarketRemainder)]);
    assert_eq!(stage.levels(Buy), [(1, 5, 1)]);
}

fn a_lone_market_side_does_not_stretch_the_range<M: Market>() {
    let mut stage = auction::<M>();
    stage.market(Sell, 10);
    stage.resting(Buy, 10, 90);
    assert_eq!(stage.indicative(80), clearing(90, 10, 0), "the only buyer's price, not the reference");
}

fn nothing_that_can_trade_gives_no_price<M: Market>() {
    let mut stage = auction::<M>();
    assert_eq!(stage.indicative(100), None);
    stage.market(Buy, 5);
    assert_eq!(stage.indicative(100), None);
    stage.resting(Buy, 5, 100);
    assert_eq!(stage.uncross(100), None);
    assert_eq!(stage.cancels(), [(0, 5, MarketRemainder)]);
    assert_eq!(stage.book.last_price(), None);
    assert_eq!(stage.levels(Buy), [(100, 5, 1)]);
}

fn in_an_auction_market_orders_come_first_then_price_then_time<M: Market>() {
    let mut stage = auction::<M>();
    stage.resting(Buy, 2, 100);
    stage.resting(Buy, 2, 101);
    stage.resting(Buy, 2, 101);
    stage.market(Buy, 2);
    stage.market(Buy, 2);
    stage.resting(Sell, 7, 100);
    // 10 wanted at 100, 8 at 101, 7 offered: 7 trade at either, and at 101 fewer are left over.
    assert_eq!(stage.uncross(100), clearing(101, 7, 1));
    assert_eq!(stage.fills(), [(3, 5, 2, 101), (4, 5, 2, 101), (1, 5, 2, 101), (2, 5, 1, 101)]);
    let BookEvent::Fill(fill) = stage.events[0] else { panic!("a fill comes first") };
    assert_eq!((fill.aggressor, fill.maker(), fill.taker()), (None, None, None));
    assert_eq!(stage.levels(Buy), [(101, 1, 1), (100, 2, 1)]);
}

fn unfilled_market_orders_go_and_the_rest_trades_on<M: Market>() {
    let mut stage = auction::<M>();
    stage.market(Sell, 10);
    stage.market(Sell, 1);
    stage.resting(Buy, 4, 100);
    stage.resting(Sell, 6, 105);
    assert_eq!(stage.uncross(100), clearing(100, 4, -7));
    assert_eq!(stage.fills(), [(2, 0, 4, 100)]);
    assert_eq!(stage.cancels(), [(0, 6, MarketRemainder), (1, 1, MarketRemainder)]);
    stage.limit(Buy, 1, 105);
    assert_eq!(stage.fills(), [(4, 3, 1, 105)]);
}

fn an_auction_refuses_what_cannot_wait<M: Market>() {
    let mut stage = auction::<M>();
    let now = |order: &mut NewOrder| order.time_in_force = TimeInForce::ImmediateOrCancel;
    let whole = |order: &mut NewOrder| order.time_in_force = TimeInForce::FillOrKill;
    stage.submit(Buy, 1, limit(100), now);
    assert_eq!(stage.cancels(), [(0, 1, AuctionCollects)]);
    stage.submit(Buy, 1, limit(100), whole);
    assert_eq!(stage.cancels(), [(1, 1, AuctionCollects)]);
    stage.submit(Buy, 1, OrderKind::Market, whole);
    assert_eq!(stage.cancels(), [(2, 1, AuctionCollects)]);
    assert!(stage.submit(Buy, 1, OrderKind::Market, now).is_some(), "a market order goes at the uncross anyway");
    assert!(stage.submit(Buy, 1, stop_limit(110, 111), whole).is_some(), "a stop's time has not come");
}

fn post_only_in_an_auction_is_judged_on_entry<M: Market>() {
    let mut stage = auction::<M>();
    let post = |order: &mut NewOrder| order.post_only = true;
    assert!(stage.submit(Buy, 1, limit(100), post).is_some());
    assert_eq!(stage.submit(Sell, 1, limit(100), post), None);
    assert_eq!(stage.cancels(), [(1, 1, PostOnlyWouldCross)]);
    stage.market(Sell, 1);
    assert_eq!(stage.submit(Buy, 1, limit(50), post), None, "a market order would trade with it");
    assert_eq!(stage.cancels(), [(3, 1, PostOnlyWouldCross)]);
}

fn stops_follow_an_auction<M: Market>() {
    let mut stage = auction::<M>();
    stage.stop(Sell, 3, 95);
    stage.resting(Buy, 5, 94);
    stage.resting(Sell, 2, 94);
    assert_eq!(stage.uncross(100), clearing(94, 2, 3));
    // Two at the auction's price, then the stop's three at what is left of the same bid.
    assert_eq!(stage.fills(), [(1, 2, 2, 94), (1, 0, 3, 94)]);
    assert_eq!(stage.triggered(), [0]);
}

fn a_stop_that_fell_due_in_an_auction_acts_when_trading_resumes<M: Market>() {
    let mut stage = Stage::<M>::new();
    stage.resting(Buy, 9, 90);
    stage.market(Sell, 1);
    stage.book.start_auction();
    assert!(stage.stop(Sell, 2, 95).is_some(), "parked although the last trade was below its trigger");
    stage.events.clear();
    stage.book.resume(&mut stage.events);
    assert_eq!(stage.triggered(), [2]);
    assert_eq!(stage.fills(), [(0, 2, 2, 90)]);
}

fn self_trades_are_allowed_in_an_auction<M: Market>() {
    let mut stage = auction::<M>();
    stage.submit(Buy, 5, limit(100), |order| order.owner = 1);
    stage.submit(Sell, 5, limit(100), |order| order.owner = 1);
    assert_eq!(stage.uncross(100), clearing(100, 5, 0));
    assert_eq!(stage.fills(), [(0, 1, 5, 100)]);
}

fn a_collected_order_can_be_cancelled_and_reduced<M: Market>() {
    let mut stage = auction::<M>();
    let first = stage.market(Buy, 5).expect("it waits");
    let second = stage.market(Buy, 5).expect("it waits");
    stage.resting(Sell, 10, 100);
    assert_eq!(stage.indicative(100), clearing(100, 10, 0));
    assert_eq!(stage.reduce(first, 2), Some(Lots::new(3)));
    stage.book.halt();
    assert_eq!(stage.cancel(second), Some(Lots::new(5)));
    assert_eq!(stage.uncross(100), clearing(100, 2, -8));
    assert_eq!(stage.fills(), [(0, 2, 2, 100)]);
}

#[test]
#[should_panic(expected = "a crossed book needs an uncross")]
fn a_crossed_book_cannot_simply_resume() {
    let mut stage = auction::<Book>();
    stage.resting(Buy, 1, 100);
    stage.resting(Sell, 1, 100);
    stage.book.resume(&mut stage.events);
}
