//! Several venues for one instrument, how its mark is set, and what happens while feeds, venues and lenders fail: in a
//! world that acts only as told, with hand-computed cents. A tick is ten seconds.

#![allow(clippy::inconsistent_digit_grouping, reason = "101_00 is a hundred and one dollars and no cents")]

mod support;

use firesale::tick::state::{Status, state, state_mut};
use firesale::units::Side::{Buy, Sell};
use firesale::world::{Origin, Source, load_source};
use support::Play;

const VENUES: &str = include_str!("support/venues.ron");
const BUYER: &str = "buyer@custodian";
const SELLER: &str = "seller@custodian";
const FUND: &str = "fund@broker";

/// With shocks of what the second of each pair says, at the time that the first does.
fn play(shocks: &[(&str, &str)], sets: &[&str]) -> Play {
    let shock = |(at, what): &(&str, &str)| format!("(at: \"2024-03-04 {at}\", reason: \"Told to.\", what: {what}),");
    let shocks: String = shocks.iter().map(shock).collect();
    let text = VENUES.replace("shocks: []", &format!("shocks: [{shocks}]"));
    Play::new(&support::plan(&text, sets), &support::options(1))
}

/// Somebody bids and asks at a venue, in cents.
fn quote(play: &mut Play, venue: &str, bid: i64, ask: i64) {
    play.limit_at(venue, BUYER, Buy, 1_000, bid);
    play.limit_at(venue, SELLER, Sell, 1_000, ask);
}

/// One trades with the other at a venue and nothing rests.
fn cross(play: &mut Play, venue: &str, lots: i64, price: i64) {
    play.limit_at(venue, SELLER, Sell, lots, price);
    play.limit_at(venue, BUYER, Buy, lots, price);
    play.ticks(1);
}

/// What a firm has outside its accounts, in cents.
fn treasury(play: &Play, firm: &str) -> i128 {
    let id = play.plan.traders.iter().position(|trader| trader.name == firm).expect("a firm");
    let purses = &state(&play.world).ledger.purses;
    purses.balance(purses.treasury(firesale::units::TraderId::from_index(id))).to_minor()
}

const INDEX: &str = "instruments.coin.mark=Index(venues: {\"a\": 0.5, \"b\": 0.3, \"c\": 0.2})";
const STRICT: &str =
    "instruments.coin.mark=Index(venues: {\"a\": 0.5, \"b\": 0.3, \"c\": 0.2}, stray: 0.03, stale: \"1m\")";

#[test]
fn an_index_is_the_weighted_mean_of_its_venues() {
    let mut play = play(&[], &[INDEX]);
    // Mids of 100.00, 101.00 and 105.00: 50 + 30.30 + 21 = 101.30.
    quote(&mut play, "a", 99_00, 101_00);
    quote(&mut play, "b", 100_00, 102_00);
    quote(&mut play, "c", 104_00, 106_00);
    play.ticks(1);
    assert_eq!(play.mark("coin"), 101_30);
    // Each venue shows its own price; positions are carried at the one mark wherever they trade.
    let view = &state(&play.world).view.markets;
    assert_eq!([0, 1, 2].map(|market| view[market].mark.steps()), [100_00, 100_00, 104_00]);
    let rows = play.stop().tables.prices;
    let of = |venue: &str| rows.iter().find(|row| row.venue == venue && row.instrument == "coin").unwrap();
    assert_eq!(["a", "b", "c"].map(|venue| of(venue).mark), [101.3; 3]);
    assert_eq!(["a", "b", "c"].map(|venue| of(venue).mid.unwrap()), [100.0, 101.0, 105.0]);
}

#[test]
fn a_venue_that_strays_or_is_out_of_reach_does_not_count() {
    let mut play = play(&[("00:01:00", "Outage(venue: \"a\", for: \"5m\")")], &[STRICT]);
    quote(&mut play, "a", 99_00, 101_00);
    quote(&mut play, "b", 100_00, 102_00);
    quote(&mut play, "c", 120_00, 122_00);
    play.ticks(6);
    // 121.00 is more than 3 % from the median of 101.00: (50 + 30.30) ÷ 0.8 = 100.375.
    assert_eq!(play.mark("coin"), 100_37);
    // The first venue is gone. Its last word was at 00:01:00 and counts up to a minute later.
    play.ticks(6);
    assert_eq!(play.mark("coin"), 100_37);
    // Then the other two are left, whose median is 111.00: both stray from it, and nobody says anything better.
    play.ticks(1);
    assert_eq!(play.mark("coin"), 100_37);
    // Once the third comes to its senses it counts: (0.3 × 101 + 0.2 × 103) ÷ 0.5 = 101.80.
    play.limit_at("c", SELLER, Sell, 1_000, 120_00);
    play.ticks(1);
    play.limit_at("c", BUYER, Buy, 1_000, 102_00);
    play.limit_at("c", SELLER, Sell, 1_000, 104_00);
    play.ticks(1);
    assert_eq!(play.mark("coin"), 101_80);
}

#[test]
fn a_book_median_follows_the_average_basis_between_index_and_last_price() {
    let mut play = play(&[], &[]);
    let (bull, bear) = ("bull@custodian", "bear@custodian");
    quote(&mut play, "a", 99_90, 100_10);
    play.limit_at("a", bear, Sell, 1, 101_00);
    play.limit_at("a", bull, Buy, 1, 101_00);
    play.ticks(1);
    // The last price is 101.00 and the book empty: index 100.00, no basis, 101.00.
    assert_eq!((play.mark("coin"), play.mark("perp")), (100_00, 100_00));
    // Mids of 100.30, 100.35, 100.38 and the same again. Three ticks are 30 seconds.
    play.limit_at("a", bear, Sell, 10, 100_40);
    let mut marks = Vec::new();
    for bid in [100_20, 100_30, 100_36] {
        play.limit_at("a", bull, Buy, 10, bid);
        play.ticks(1);
        marks.push(play.mark("perp"));
    }
    play.ticks(1);
    marks.push(play.mark("perp"));
    // 30; (30 + 35) ÷ 2; (30 + 35 + 38) ÷ 3; (35 + 38 + 38) ÷ 3, rounded down.
    assert_eq!(marks, [10_030, 10_032, 10_034, 10_037]);
    // A single print, up or down, moves it no further than to the next of the three.
    play.limit_at("a", bear, Sell, 10, 100_36);
    play.ticks(1);
    play.limit_at("a", bull, Buy, 1, 50_00);
    play.limit_at("a", bear, Sell, 21, 50_00);
    play.ticks(1);
    assert_eq!(play.mark("perp"), 100_00, "the index: the last price is far below it");
}

#[test]
fn a_time_weighted_mark_takes_three_ticks_to_follow_a_print() {
    let mut play = play(&[], &["instruments.coin.mark=TimeWeighted(over: \"30s\", of: Last)"]);
    let mut marks = Vec::new();
    for price in [100_00, 103_00, 106_00] {
        cross(&mut play, "a", 1, price);
        marks.push(play.mark("coin"));
    }
    play.ticks(1);
    marks.push(play.mark("coin"));
    assert_eq!(marks, [100_00, 101_50, 103_00, 105_00]);
    assert_eq!(play.status(FUND), Status::Healthy);
}

#[test]
fn one_print_breaks_an_account_that_is_marked_by_it_and_not_one_that_is_marked_by_the_average() {
    for (mark, breached) in [("Last", true), ("TimeWeighted(over: \"30s\", of: Last)", false)] {
        let mut play = play(&[], &[&format!("instruments.coin.mark={mark}")]);
        cross(&mut play, "a", 1, 100_00);
        play.ticks(2);
        // 80.00 is below 86.96; (100 + 100 + 80) ÷ 3 = 93.33 is not.
        cross(&mut play, "a", 1, 80_00);
        assert_eq!(matches!(play.status(FUND), Status::Breached(_)), breached, "{mark}");
    }
}

#[test]
fn a_stale_feed_keeps_an_account_alive_until_it_wakes() {
    let stale = [("00:01:00", "StaleFeed(instrument: \"coin\", for: \"1m\")")];
    let sets = ["instruments.coin.mark=Last"];
    let mut quick = play(&[], &sets);
    let mut slow = play(&stale, &sets);
    for play in [&mut quick, &mut slow] {
        play.ticks(6);
        cross(play, "a", 1, 80_00);
    }
    assert!(matches!(quick.status(FUND), Status::Breached(_)));
    assert_eq!((slow.status(FUND), slow.mark("coin")), (Status::Healthy, 100_00));
    // Traders see the market as it is.
    assert_eq!(state(&slow.world).view.markets[0].mark.steps(), 80_00);
    slow.ticks(5);
    assert_eq!((slow.status(FUND), slow.mark("coin")), (Status::Healthy, 100_00));
    slow.ticks(1);
    assert_eq!(slow.mark("coin"), 80_00);
    assert!(matches!(slow.status(FUND), Status::Breached(_)));
}

#[test]
fn a_bent_oracle_alone_has_an_account_sold_out_at_a_price_that_never_moved() {
    for says in ["Ratio(-0.2)", "Price(80)"] {
        let oracle = format!("Oracle(instrument: \"coin\", says: {says}, for: \"10s\")");
        let mut play = play(&[("00:01:00", &oracle)], &[]);
        quote(&mut play, "a", 99_90, 100_10);
        play.ticks(6);
        assert_eq!((play.mark("coin"), play.status(FUND)), (100_00, Status::Healthy));
        play.ticks(1);
        assert_eq!(play.mark("coin"), 80_00);
        assert!(matches!(play.status(FUND), Status::Breached(_)));
        assert_eq!(treasury(&play, "fund"), 0);
        play.ticks(1);
        // 500 coins at 99.90 and 40,000.00 of debt.
        assert_eq!((play.mark("coin"), play.status(FUND)), (100_00, Status::Closed));
        assert_eq!(treasury(&play, "fund"), 9_950_00);
        let outcome = play.stop();
        assert_eq!(outcome.tables.cascade.len(), 1);
        assert_eq!(outcome.tables.cascade[0].source, "shock", "nobody pushed the price");
        assert_eq!((outcome.summary.audit.cash_residual, outcome.summary.audit.position_residual), (0, 0));
    }
}

#[test]
fn what_is_on_a_bent_price_follows_it() {
    let oracle = "Oracle(instrument: \"coin\", says: Ratio(0.1), for: \"20s\")";
    let mut play = play(&[("00:01:00", oracle)], &[]);
    quote(&mut play, "a", 99_90, 100_10);
    play.limit_at("a", "bear@custodian", Sell, 1, 101_00);
    play.limit_at("a", "bull@custodian", Buy, 1, 101_00);
    play.ticks(7);
    // Index 110.00, without quotes no basis of its own, last price 101.00: the middle one of 110, 110 and 101.
    assert_eq!((play.mark("coin"), play.mark("perp")), (110_00, 110_00));
    play.ticks(2);
    assert_eq!((play.mark("coin"), play.mark("perp")), (100_00, 100_00));
}

/// The buyer takes back all orders.
fn withdraw(play: &mut Play, account: &str) {
    let account = play.account(account);
    state_mut(&mut play.world).intents.withdrawals.push(account);
}

#[test]
fn in_an_outage_orders_can_be_neither_withdrawn_nor_left_and_in_a_halt_they_can_be_withdrawn() {
    let outage = "Outage(venue: \"a\", for: \"30s\")";
    let halt = "Halt(venue: \"a\", pause: \"30s\")";
    for (what, stays) in [(outage, true), (halt, false)] {
        let mut play = play(&[("00:01:00", what)], &["instruments.coin.mark=Last"]);
        play.limit_at("a", BUYER, Buy, 100, 99_00);
        play.limit_at("b", BUYER, Buy, 100, 98_00);
        play.ticks(6);
        withdraw(&mut play, BUYER);
        // Somebody would sell into it, and does so elsewhere.
        play.limit_at("a", SELLER, Sell, 100, 80_00);
        cross(&mut play, "b", 1, 80_00);
        assert_eq!(play.quotes_at("a").0, stays.then_some(99_00), "{what}");
        assert_eq!(play.quotes_at("b").0, None, "there it can be withdrawn");
        // Margin runs on the last mark, whatever other venues say.
        assert_eq!((play.mark("coin"), play.status(FUND)), (100_00, Status::Healthy));
        play.ticks(2);
        play.limit_at("a", SELLER, Sell, 40, 99_00);
        play.ticks(1);
        let traded = if stays { 40 } else { 0 };
        assert_eq!(play.lots(BUYER), 10_000 + 1 + traded, "{what}");
        let outcome = play.stop();
        assert_eq!(outcome.tables.halts[0].rule, if stays { "outage" } else { "venue" });
    }
}

#[test]
fn an_order_that_lapses_in_an_outage_is_gone_before_anything_trades_after_it() {
    let mut play = play(&[("00:01:00", "Outage(venue: \"a\", for: \"1m\")")], &[]);
    // It lives for nine ticks: up to 00:01:30.
    play.limit_for("a", BUYER, Buy, 100, 99_00, 9);
    play.ticks(11);
    assert_eq!(play.quotes_at("a").0, Some(99_00));
    play.ticks(1);
    play.limit_at("a", SELLER, Sell, 100, 99_00);
    play.ticks(1);
    assert_eq!((play.quotes_at("a"), play.lots(BUYER)), ((None, Some(99_00)), 10_000));
}

#[test]
fn what_a_lender_does_not_pay_out_counts_and_cannot_be_had() {
    let shocks = [
        ("00:00:50", "WithdrawalHalt(lender: \"broker\", for: \"1m\")"),
        ("00:01:00", "Oracle(instrument: \"coin\", says: Ratio(-0.2), for: \"10s\")"),
    ];
    let mut play = play(&shocks, &[]);
    quote(&mut play, "a", 99_90, 100_10);
    play.ticks(8);
    assert_eq!(play.status(FUND), Status::Closed);
    // What the same sale brought in the world without the stop is there and not paid out.
    assert_eq!((treasury(&play, "fund"), play.cash(FUND)), (0, 9_950_00));
    play.ticks(3);
    assert_eq!((treasury(&play, "fund"), play.cash(FUND)), (0, 9_950_00));
    // The stop ends at 00:01:50, where the twelfth tick begins.
    play.ticks(1);
    assert_eq!((treasury(&play, "fund"), play.cash(FUND)), (9_950_00, 0));
    let rows = play.stop().tables.firms;
    let of = |tick: u32| rows.iter().find(|row| row.tick == tick).map(|row| (row.value, row.cash_deliverable)).unwrap();
    assert_eq!(of(10), (9_950.0, 0.0), "two ledgers");
    assert_eq!(of(11), (9_950.0, 9_950.0));
}

#[test]
fn an_account_that_was_sold_out_in_a_dip_gets_its_coins_back_when_the_trades_are_cancelled() {
    let cancel = "CancelTrades(instrument: \"coin\", venue: \"c\", from: \"2024-03-04 00:00:50\", to: \"2024-03-04 00:01:20\", \
                  beyond: 0.1)";
    let mut play = play(&[("00:02:00", cancel)], &["instruments.coin.mark=Last"]);
    cross(&mut play, "a", 1, 100_00);
    play.ticks(4);
    let (bought, sold) = (play.cash(BUYER), play.cash(SELLER));
    // From 00:00:50: 89.99 is more than a tenth from 100.00, 90.00 is not, and the other venue cancels nothing. The
    // taker, who came second, pays a thousandth: 9.00 and 9.00 (8.999).
    cross(&mut play, "c", 100, 90_00);
    cross(&mut play, "c", 100, 89_99);
    cross(&mut play, "b", 100, 80_00);
    // After the window.
    cross(&mut play, "c", 100, 85_00);
    assert_eq!(play.lots(BUYER), 10_401);
    assert_eq!(play.cash(BUYER) - bought, -(9_000_00 + 9_00 + 8_999_00 + 9_00 + 8_000_00 + 8_500_00 + 8_50));
    play.ticks(3);
    assert_eq!(play.lots(BUYER), 10_401);
    play.ticks(1);
    assert_eq!((play.lots(BUYER), play.lots(SELLER)), (10_301, 9_699));
    assert_eq!(play.cash(BUYER) - bought, -(9_000_00 + 9_00 + 8_000_00 + 8_500_00 + 8_50));
    assert_eq!(play.cash(SELLER) - sold, 9_000_00 + 8_000_00 + 8_500_00);
    let outcome = play.stop();
    let event = outcome.tables.events.iter().find(|row| row.kind == "trades cancelled").expect("it is told");
    assert_eq!((event.subject.as_str(), event.text.as_str()), ("coin", "1 trades of 100 units undone, 0 stand"));
    assert_eq!((outcome.summary.audit.cash_residual, outcome.summary.audit.position_residual), (0, 0));
}

#[test]
fn a_trade_with_an_account_that_was_closed_out_since_stands_and_is_told() {
    let oracle = "Oracle(instrument: \"coin\", says: Ratio(-0.2), for: \"10s\")";
    let cancel = "CancelTrades(instrument: \"coin\", from: \"2024-03-04 00:01:00\", to: \"2024-03-04 00:02:00\", \
                  beyond: 0.2, reference: 100)";
    let shocks = [("00:01:00", oracle), ("00:03:00", cancel)];
    let mut play = play(&shocks, &[]);
    play.limit_at("a", BUYER, Buy, 300, 90_00);
    play.limit_at("a", BUYER, Buy, 1_000, 79_00);
    play.limit_at("a", SELLER, Sell, 1_000, 110_00);
    play.ticks(19);
    // Sold 300 at 90.00 and 200 at 79.00, of which the second are beyond: 42,800 less 40,000.
    assert_eq!((play.status(FUND), play.lots(BUYER), treasury(&play, "fund")), (Status::Closed, 10_500, 2_800_00));
    let outcome = play.stop();
    let texts: Vec<_> = outcome
        .tables
        .events
        .iter()
        .filter(|row| row.kind.contains("cancelled"))
        .map(|row| (row.subject.as_str(), row.text.as_str()))
        .collect();
    assert_eq!(
        texts,
        [
            ("coin", "0 trades of 0 units undone, 1 stand"),
            ("fund@broker", "had been sold out at prices that were cancelled: 0 units undone, 200 stand"),
        ]
    );
}

#[test]
fn an_account_in_liquidation_gets_back_what_was_sold_and_is_sold_out_again() {
    // What goes at 79.00 while the mark is bent comes back.
    let oracle = "Oracle(instrument: \"coin\", says: Ratio(-0.2), for: \"10s\")";
    let cancel = "CancelTrades(instrument: \"coin\", from: \"2024-03-04 00:01:00\", to: \"2024-03-04 00:01:20\", \
                  beyond: 0.2, reference: 100)";
    let shocks = [("00:01:00", oracle), ("00:01:20", cancel)];
    let slices = "lenders.broker.liquidation.how=Slices(over_hours: 0.005)";
    let mut play = play(&shocks, &[slices]);
    play.limit_at("a", BUYER, Buy, 10_000, 79_00);
    play.limit_at("a", SELLER, Sell, 1_000, 121_00);
    play.ticks(8);
    // 0.005 hours are 1.8 ticks: 500 ÷ 1.8 = 277.8.
    assert_eq!((play.lots(FUND), play.lots(BUYER)), (222, 10_278));
    play.ticks(1);
    // They are back, and the second slice of 222 went in the same tick.
    assert_eq!((play.lots(FUND), play.lots(BUYER)), (278, 10_222));
    play.ticks(4);
    assert_eq!((play.status(FUND), play.lots(FUND)), (Status::Closed, 0));
    // All of it at 79.00: 39,500 less 40,000, of which the broker bears the 500.
    let outcome = play.finish();
    assert_eq!(outcome.summary.lenders["broker"].loss, 500.0);
    assert_eq!((outcome.summary.audit.cash_residual, outcome.summary.audit.position_residual), (0, 0));
}

#[test]
fn a_lender_sells_where_the_depth_is_if_its_policy_says_so() {
    for (route, at_b) in [("Primary", 0), ("ByDepth", 300)] {
        let oracle = "Oracle(instrument: \"coin\", says: Ratio(-0.2), for: \"10s\")";
        let route = format!("lenders.broker.liquidation.route={route}");
        let mut play = play(&[("00:01:00", oracle)], &[&route]);
        // 400 within 1 % of 100.00 at the first venue, 600 at the second, none at the third.
        for (venue, lots) in [("a", 400), ("b", 600)] {
            play.limit_at(venue, BUYER, Buy, lots, 99_50);
            play.limit_at(venue, BUYER, Buy, 1_000, 90_00);
            play.limit_at(venue, SELLER, Sell, 1_000, 100_50);
        }
        play.ticks(8);
        assert_eq!(play.status(FUND), Status::Closed);
        let outcome = play.stop();
        let sold = |venue: &str| -> f64 {
            let here = outcome.tables.trades.iter().filter(|row| row.venue == venue && row.cause == "forced");
            here.map(|row| row.quantity_units).sum()
        };
        // 500 × 600 ÷ 1,000.
        assert_eq!((sold("a"), sold("b"), sold("c")), (500.0 - f64::from(at_b), f64::from(at_b), 0.0));
        assert_eq!(outcome.tables.liquidations[0].filled_units, 500.0);
    }
}

#[test]
fn a_lender_by_depth_goes_round_an_outage() {
    let shocks = [
        ("00:01:00", "Oracle(instrument: \"coin\", says: Ratio(-0.2), for: \"10s\")"),
        ("00:01:10", "Outage(venue: \"a\", for: \"5m\")"),
    ];
    let mut play = play(&shocks, &["lenders.broker.liquidation.route=ByDepth"]);
    for venue in ["a", "b"] {
        play.limit_at(venue, BUYER, Buy, 1_000, 99_50);
        play.limit_at(venue, SELLER, Sell, 1_000, 100_50);
    }
    play.ticks(8);
    // What was on its way to the first venue when that went down is refused there and tried elsewhere.
    assert_eq!(play.lots(FUND), 250);
    play.ticks(1);
    assert_eq!((play.lots(FUND), play.status(FUND)), (0, Status::Closed));
}

/// Of two alike sellers, and twenty times one coin bid for at 100.00 and one at 99.00: how often each of them comes first.
#[test]
fn who_is_quicker_comes_first_and_within_a_class_chance_decides() {
    let firsts = |classes: &str| {
        let seller = |name: &str| {
            format!(
                "\"{name}\": BlockSeller(lender: \"custodian\", instrument: \"coin\", units: 100, from: \"2024-03-04 00:00\", \
                 share: 1.0, every: \"10s\"),"
            )
        };
        let text = VENUES
            .replace("    title:", &format!("    latency: {{{classes}}},\n    title:"))
            .replace("    traders: {", &format!("    traders: {{\n{}{}", seller("one"), seller("two")));
        let mut play = Play::new(&support::plan(&text, &[]), &support::options(3));
        for _ in 0..20 {
            // Each sells as much as was traded in the last tick, at any price.
            cross(&mut play, "a", 1, 100_00);
            play.limit_at("a", BUYER, Buy, 1, 100_00);
            play.limit_at("a", BUYER, Buy, 1, 99_00);
            play.ticks(2);
        }
        ["one@custodian", "two@custodian"].map(|seller| (play.cash(seller) - 20 * 99_00) / 1_00)
    };
    assert_eq!(firsts("\"one\": 2, \"two\": 3"), [20, 0]);
    assert_eq!(firsts("\"one\": 3, \"two\": 2"), [0, 20]);
    // Left out, both are as their kind is; against one that is named slower they are quicker.
    assert_eq!(firsts("\"one\": 2"), [0, 20]);
    let [one, two] = firsts("");
    assert!(one + two == 20 && one >= 4 && two >= 4, "alike: {one} and {two}");
}

/// Where something is wrong with a world.
fn findings(text: &str) -> Vec<String> {
    let source = Source { name: "test".to_owned(), text: text.to_owned(), origin: Origin::BuiltIn };
    let Err(error) = load_source(source, &[]) else { panic!("nothing is wrong") };
    error.findings().iter().map(|finding| finding.path.clone()).collect()
}

#[test]
fn marks_that_cannot_be_are_found_all_at_once() {
    let text = VENUES
        .replace("mark: Mid", "mark: Index(venues: {\"a\": 0.0, \"d\": 1.0, \"b\": NaN}, stray: -1.0, stale: \"0s\")")
        .replace("index: \"coin\", mark: BookMedian(basis: \"30s\")", "mark: BookMedian(basis: \"9s\")")
        .replace("funding: (interval: \"8h\", interest: 0.0001, cap: 0.0005),", "");
    let index = "instruments.coin.mark.index";
    assert_eq!(
        findings(&text),
        [
            format!("{index}.venues.a"),
            format!("{index}.venues.d"),
            format!("{index}.venues.b"),
            format!("{index}.stray"),
            format!("{index}.stale"),
            "instruments.perp.mark".to_owned(),
            "instruments.perp.mark.book_median.basis".to_owned(),
        ]
    );
    let average = "TimeWeighted(over: \"5s\", of: TimeWeighted(over: \"1m\"))";
    let path = "instruments.coin.mark.time_weighted";
    assert_eq!(
        findings(&VENUES.replace("mark: Mid", &format!("mark: {average}"))),
        [format!("{path}.over"), format!("{path}.of"),]
    );
}

#[test]
fn failures_of_what_is_not_there_are_found_all_at_once() {
    let shocks = [
        "StaleFeed(instrument: \"gold\", for: \"0s\")",
        "Oracle(instrument: \"coin\", says: Ratio(-1.0), for: \"1m\")",
        "Oracle(instrument: \"coin\", says: Price(NaN), for: \"1m\")",
        "Oracle(instrument: \"coin\", says: Price(1e17), for: \"1m\")",
        "Outage(venue: \"d\", for: \"0s\")",
        "WithdrawalHalt(lender: \"a\", for: \"0s\")",
        "CancelTrades(instrument: \"perp\", venue: \"b\", from: \"2024-03-04 00:20\", to: \"2024-03-04 00:10\", beyond: -1.0)",
        "CancelTrades(instrument: \"coin\", from: \"2024-03-04 00:20\", to: \"2024-03-04 00:40\", beyond: 0.1)",
    ];
    let shock = |what: &&str| format!("(at: \"2024-03-04 00:30\", reason: \"x\", what: {what}),");
    let text = VENUES
        .replace("shocks: []", &format!("shocks: [{}]", shocks.iter().map(shock).collect::<String>()))
        .replace("    title:", "    latency: {\"fund\": 1, \"bull\": 8, \"nobody\": 0},\n    title:");
    let at = |index: usize, rest: &str| format!("shocks[{index}].what.{rest}");
    let mut found = findings(&text);
    found.sort();
    let mut expected = vec![
        "latency.bull".to_owned(),
        "latency.fund".to_owned(),
        "latency.nobody".to_owned(),
        at(0, "stale_feed.instrument"),
        at(0, "stale_feed.for"),
        at(1, "oracle.says.ratio"),
        at(2, "oracle.says.price"),
        at(3, "oracle.says.price"),
        at(4, "outage.venue"),
        at(4, "outage.for"),
        at(5, "withdrawal_halt.lender"),
        at(5, "withdrawal_halt.for"),
        at(6, "cancel_trades.beyond"),
        at(6, "cancel_trades.to"),
        at(6, "cancel_trades.venue"),
        at(7, "cancel_trades.to"),
    ];
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn what_was_traded_of_an_instrument_is_what_was_traded_on_all_its_venues() {
    let traded = "expect=[(what: Traded(instrument: \"coin\", from: \"2024-03-04 00:00\", until: \"2024-03-04 00:01\"), min: 0.0, max: 100.0, why: \"all\")]";
    let mut play = play(&[], &[traded]);
    // Three units on the first venue, five on the second and nine on the third.
    cross(&mut play, "a", 3, 100_00);
    cross(&mut play, "b", 5, 100_00);
    cross(&mut play, "c", 9, 100_00);
    let outcome = play.finish();
    let coin = &outcome.summary.instruments["coin"];
    assert_eq!((coin.volume_units, coin.closes[0].volume_units), (17.0, 17.0));
    let rows = outcome.tables.prices.iter().filter(|row| row.instrument == "coin");
    assert_eq!(rows.map(|row| row.volume_units).sum::<f64>(), 17.0);
    let measured: Vec<f64> = outcome.summary.measured.into_values().collect();
    assert_eq!(measured, [17.0]);
}
