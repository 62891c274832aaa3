//! Each way of liquidating by hand, to the cent.
//!
//! The world of `two_funds_by_hand`: `fund-a` owes 90 000 on 1 000 shares. Somebody sells 50 at 97 in tick 1, the call
//! is not met, and at the end of tick 3 the account is in breach at a mark of 97. The bids then: 250 at 97, 200 at
//! 95, 250 at 88, 400 at 80, 150 at 75, 1 000 at 70.
//!
//! A keeper beside them has a million. For 1 000 shares, an ordinary day's volume, it expects to lose 0.7 × 2 % = 1.4 %
//! on selling them on, wants 1 %, and pays 10 for the transaction: 97 × 0.976 − 0.01 = 94.662, so 94.66.

#![allow(clippy::inconsistent_digit_grouping, reason = "1_000_00 is a thousand dollars and no cents")]

mod support;

use firesale::tick::state::Status;
use firesale::units::Side::{Buy, Sell};
use firesale::world::{Origin, Source, load_source};
use support::{BY_HAND, Play, options, plan};

const AGREED: &str = r#"agreements: [(
        lenders: ["broker", "rival"],
        kind: Standstill(length: "10m"),
        defect: {"rival": LossAbove(amount: 4_000.0)},
    )],
    shocks: [],"#;

fn text(keeper: &str) -> String {
    let keeper = format!(
        r#""keeper": Keeper(
            count: 1, instruments: ["acme"], stake: (lender: "custodian", cash_days: 10.0, units_days: 0.0),
            profit: 0.01, cost: 10.0, delay: "0s", resale: 0.0, {keeper}
        ),
        "punter":"#
    );
    BY_HAND.replace("\"punter\":", &keeper)
}

/// Up to the end of tick 3.
fn broken(keeper: &str, how: &str, sets: &[&str]) -> Play {
    let how = format!("lenders.broker.liquidation.how={how}");
    let sets: Vec<_> = std::iter::once(how.as_str()).chain(sets.iter().copied()).collect();
    let mut play = Play::new(&plan(&text(keeper), &sets), &options(1));
    fall_to_97(&mut play);
    play.ticks(2);
    assert!(matches!(play.status("fund-a@broker"), Status::Breached(_)));
    play
}

fn fall_to_97(play: &mut Play) {
    for (lots, price) in [(300, 9_700), (200, 9_500), (250, 8_800), (400, 8_000), (150, 7_500), (1_000, 7_000)] {
        play.limit("buyer@custodian", Buy, lots, price);
    }
    play.ticks(1);
    play.market("seller@custodian", Sell, 50);
    play.ticks(1);
}

#[test]
fn a_backstop_takes_all_of_it_at_the_discount() {
    let mut play = broken("", r#"Backstop(buyers: ["keeper"], discount: 0.05)"#, &[]);
    play.ticks(1);
    // 1 000 at 97 × 0.95 = 92.15: 92 150 against a debt of 90 000.
    assert_eq!(play.status("fund-a@broker"), Status::Closed);
    assert_eq!((play.cash("fund-a@broker"), play.lots("fund-a@broker")), (0, 0));
    assert_eq!(play.lots("keeper@custodian"), 1_000);
    assert_eq!(play.cash("keeper@custodian"), 1_000_000_00 - 92_150_00 - 10_00);
    assert_eq!(play.cash("broker"), 20_000_00);
    // Off the book nothing moves the price, and the other fund is not touched.
    assert_eq!(play.mark("acme"), 97_00);
    assert_eq!(play.status("fund-b@broker"), Status::Healthy);
    let outcome = play.stop();
    assert_eq!(outcome.summary.firms["fund-a"].value_end, 2_500.0 + 2_150.0);
    assert_eq!(outcome.summary.instruments["acme"].forced_volume_units, 0.0);
    assert_eq!(outcome.summary.liquidations.volume, 1_000.0);
    assert_eq!(outcome.summary.liquidations.slippage, 97_000.0 - 92_150.0);
    let row = &outcome.tables.auctions[0];
    assert_eq!((row.way.as_str(), row.price, row.mark), ("backstop", Some(92.15), 97.0));
    assert_eq!(row.bidder.as_deref(), Some("keeper@custodian"));
    assert!((row.discount_ratio.unwrap() - 0.05).abs() < 1e-12);
}

#[test]
fn a_backstop_without_the_money_for_all_takes_what_it_can_pay() {
    let how = r#"Backstop(buyers: ["keeper"], discount: 0.05, unsold: ToTheBook)"#;
    // 46 085 pay for 500 shares and the 10; what is left goes through the book.
    let mut play = broken("", how, &["traders.keeper.stake.cash_days=0.46085"]);
    play.ticks(1);
    assert_eq!((play.lots("keeper@custodian"), play.cash("keeper@custodian")), (500, 0));
    assert_eq!(play.lots("fund-a@broker"), 500);
    play.ticks(1);
    // 46 075 from the keeper, 250 × 97 + 200 × 95 + 50 × 88 = 47 650 from the book.
    assert_eq!(play.lots("fund-a@broker"), 0);
    assert_eq!(play.stop().summary.firms["fund-a"].value_end, 2_500.0 + 46_075.0 + 47_650.0 - 90_000.0);
}

#[test]
fn sealed_bids_pay_what_they_bid() {
    let mut play = broken("", r#"BlockAuction(after: "2m", reserve: 0.05)"#, &[]);
    play.ticks(1);
    assert_eq!(play.lots("fund-a@broker"), 1_000, "bids are opened after two minutes");
    play.ticks(1);
    assert_eq!(play.lots("keeper@custodian"), 1_000);
    assert_eq!(play.stop().summary.firms["fund-a"].value_end, 2_500.0 + 94_660.0 - 90_000.0);
}

#[test]
fn a_bid_below_the_reserve_is_none_and_the_block_goes_to_the_book() {
    // 97 × 0.98 = 95.06 is more than 94.66.
    let mut play = broken("", r#"BlockAuction(after: "2m", reserve: 0.02, unsold: ToTheBook)"#, &[]);
    play.ticks(2);
    assert_eq!((play.lots("fund-a@broker"), play.lots("keeper@custodian")), (1_000, 0));
    play.ticks(1);
    // 250 × 97 + 200 × 95 + 250 × 88 + 300 × 80 = 89 250: the lender loses 750.
    assert_eq!((play.lots("fund-a@broker"), play.cash("broker")), (0, 19_250_00));
    let outcome = play.stop();
    let rows: Vec<_> = outcome.tables.auctions.iter().map(|row| (row.quantity_units, row.bidder.clone())).collect();
    assert_eq!(rows, [(1_000.0, None)], "that it was not sold is on record");
}

#[test]
fn a_block_that_nobody_wants_is_offered_again() {
    let mut play = broken("", r#"BlockAuction(after: "2m", reserve: 0.02)"#, &[]);
    play.ticks(8);
    assert_eq!(play.lots("fund-a@broker"), 1_000);
    let outcome = play.stop();
    assert_eq!(outcome.tables.auctions.len(), 1, "said once");
    // Offered at the ends of ticks 3, 5, 7, 9 and 11.
    assert_eq!(outcome.tables.liquidations[0].orders, 5);
}

#[test]
fn a_falling_price_is_taken_where_it_pays() {
    let mut play = broken("", r#"Dutch(start: 1.1, cut: 0.05, every: "1m", tail: "30m")"#, &[]);
    // 106.70, cut to 101.37 and 96.30, at which not even a part of it pays; then to 91.49.
    play.ticks(2);
    assert_eq!(play.lots("keeper@custodian"), 0);
    play.ticks(1);
    assert_eq!(play.lots("keeper@custodian"), 1_000);
    assert_eq!(play.stop().summary.firms["fund-a"].value_end, 2_500.0 + 91_490.0 - 90_000.0);
}

#[test]
fn two_keepers_bid_each_other_up() {
    let how = r#"English(lot: 1000.0, increment: 0.03, length: "2m")"#;
    let mut play = broken("opening: 0.5", how, &["traders.keeper.count=2"]);
    play.ticks(2);
    // Half of 94.66 is 47.33; the other bids at least 3 % more, 48.75. In the second minute it has its turn first, and has
    // nothing to do; then the one that was outbid bids 50.22, and time is up.
    assert_eq!(play.lots("fund-a@broker"), 0);
    let outcome = play.stop();
    let row = &outcome.tables.auctions[0];
    assert_eq!((row.price, row.bids), (Some(50.22), 3));
    // 50 220 against 90 000: more than the lender has.
    assert_eq!(outcome.summary.lenders["broker"].loss, 39_780.0);
}

/// As on 12 March 2020, when a third of Maker's lots went for nothing.
#[test]
fn a_single_bid_of_nothing_wins_where_nobody_else_bids() {
    let mut play = broken("opening: 0.0", r#"English(lot: 400.0, increment: 0.03, length: "2m")"#, &[]);
    play.ticks(2);
    assert_eq!(play.lots("keeper@custodian"), 1_000);
    assert_eq!(play.cash("keeper@custodian"), 1_000_000_00 - 3 * 10_00, "three lots, three transactions");
    let outcome = play.stop();
    let lots: Vec<_> = outcome.tables.auctions.iter().map(|row| (row.quantity_units, row.price)).collect();
    assert_eq!(lots, [(400.0, Some(0.0)), (400.0, Some(0.0)), (200.0, Some(0.0))]);
    assert_eq!(outcome.summary.lenders["broker"].loss, 90_000.0);
}

#[test]
fn a_keeper_that_is_late_does_not_bid() {
    let how = r#"Backstop(buyers: ["keeper"], discount: 0.05, unsold: ToTheBook)"#;
    let mut play = broken("", how, &["traders.keeper.delay=\"5m\""]);
    play.ticks(2);
    assert_eq!((play.lots("keeper@custodian"), play.lots("fund-a@broker")), (0, 0));
}

#[test]
fn half_of_the_debt_is_repaid_with_a_bonus_where_the_close_factor_is_a_half() {
    let mut play =
        broken("", "Market", &["lenders.broker.liquidation.much=CloseFactor(share: 0.5, full_below: Some(0.95))"]);
    // (97 000 − 7 760) ÷ 90 000 = 0.9916 is above 0.95. 45 000 × 1.05 at 97.00 are 487.1 shares. Of the 46 594.00 that they
    // fetch, 0.05 in 1.05 are for who repays.
    play.ticks(1);
    assert_eq!((play.lots("fund-a@broker"), play.cash("fund-a@broker")), (512, -90_000_00 + 46_594_00 - 2_218_75));
}

#[test]
fn a_throttled_lender_sells_a_fifth_of_what_stands_within_a_hundredth() {
    let mut play = broken("", "Market", &["lenders.broker.liquidation.throttle=(share_of_depth: 0.2)"]);
    // Within 1 % of 97, down to 96.03, stand 250.
    play.ticks(1);
    assert_eq!(play.lots("fund-a@broker"), 950);
    // Then 200.
    play.ticks(1);
    assert_eq!(play.lots("fund-a@broker"), 910);
}

#[test]
fn a_chase_waits_at_its_touch_and_gives_way() {
    let mut play = broken("", "Chase(step: 0.01)", &["lenders.broker.liquidation.collar=0.5"]);
    // Nobody offers, so it begins at the mark of 97 and meets the bid there.
    play.ticks(1);
    assert_eq!((play.lots("fund-a@broker"), play.quotes()), (750, (Some(9_500), Some(9_700))));
    // Its own offer at 97 is the touch; a step down is 0.97.
    play.ticks(1);
    assert_eq!((play.lots("fund-a@broker"), play.quotes()), (750, (Some(9_500), Some(9_603))));
}

/// A fund with half its shares at each of two lenders who agreed not to sell.
fn two_lenders(agreed: &str) -> Play {
    let text = text("").replace("shocks: [],", agreed).replace(
        "leverage: 8.0, portfolio: {\"acme\": 1.0}, lenders: {\"broker\": 1.0}, posted: 1.0",
        "leverage: 8.0, portfolio: {\"acme\": 1.0}, lenders: {\"broker\": 0.5, \"rival\": 0.5}, posted: 1.0",
    );
    let sets = ["lenders.broker.cross_default=true", "lenders.rival.cross_default=true"];
    let mut play = Play::new(&plan(&text, &sets), &options(1));
    fall_to_97(&mut play);
    play.ticks(2);
    for account in ["fund-a@broker", "fund-a@rival"] {
        assert!(matches!(play.status(account), Status::Breached(_)));
    }
    play
}

#[test]
fn without_an_agreement_both_sell_at_once() {
    let mut play = two_lenders("shocks: [],");
    play.ticks(1);
    assert_eq!((play.lots("fund-a@broker"), play.lots("fund-a@rival")), (0, 0));
}

#[test]
fn a_standstill_holds_for_its_time_and_then_both_sell() {
    let mut play = two_lenders(AGREED);
    play.ticks(10);
    assert_eq!((play.lots("fund-a@broker"), play.lots("fund-a@rival")), (500, 500));
    play.ticks(1);
    assert_eq!((play.lots("fund-a@broker"), play.lots("fund-a@rival")), (0, 0));
    let events: Vec<_> = play.stop().tables.events.into_iter().map(|row| (row.tick, row.kind)).collect();
    assert!(events.contains(&(3, "standstill".into())) && events.contains(&(13, "standstill over".into())));
}

#[test]
fn a_lender_that_would_lose_too_much_breaks_it_and_the_other_follows() {
    let mut play = two_lenders(AGREED);
    // 250 at 97, 200 at 95, 250 at 88 and 200 at 80: at 80 the rival would lose 45 000 − 40 000.
    play.market("seller@custodian", Sell, 900);
    play.ticks(1);
    assert_eq!((play.mark("acme"), play.lots("fund-a@rival")), (80_00, 500));
    play.ticks(1);
    assert_eq!((play.lots("fund-a@broker"), play.lots("fund-a@rival")), (500, 0), "the defector is first");
    play.ticks(1);
    assert_eq!(play.lots("fund-a@broker"), 0);
    let outcome = play.stop();
    let broke = outcome.tables.events.iter().find(|row| row.kind == "defection").expect("it is on record");
    assert_eq!((broke.tick, broke.text.as_str()), (4, "rival breaks the standstill"));
    // 200 × 80 + 150 × 75 + 150 × 70 = 37 750 for who sold first; 500 × 70 = 35 000 for the other, who had been paid
    // 1 350 by the fund.
    let paid: Vec<_> = outcome.tables.waterfall.iter().map(|row| (row.account.as_str(), row.amount)).collect();
    let sold = [("fund-a@rival", 45_000.0 - 37_750.0), ("fund-a@broker", 45_000.0 - 1_350.0 - 35_000.0)];
    assert_eq!(paid[..2], sold);
    // The other fund was called and lacks 5 000 at 70 when the run is stopped: 500 shares on 40 000 of debt.
    assert_eq!(paid[2..], [("fund-b@broker", 40_000.0 - 35_000.0)]);
}

fn findings(sets: &[&str], more: &str) -> Vec<String> {
    let text = text("").replace("shocks: [],", more);
    let overrides: Vec<_> = sets.iter().map(|set| set.parse().expect("an override is path=value")).collect();
    let source = Source { name: "test".to_owned(), text, origin: Origin::BuiltIn };
    let error = load_source(source, &overrides).expect_err("this is wrong");
    error.findings().iter().map(|finding| finding.path.clone()).collect()
}

#[test]
fn policies_that_contradict_themselves_are_found_all_at_once() {
    let sets = [
        "lenders.broker.calls.below=Initial",
        "lenders.broker.calls.grace=\"0s\"",
        "lenders.broker.liquidation.much=RestoreMaintenance",
        "lenders.broker.liquidation.how=Dutch(start: 1.5, cut: 0.01, every: \"1m\", tail: \"5m\")",
        "lenders.broker.liquidation.throttle=(share_of_depth: -1.0)",
        "lenders.rival.liquidation.cooldown=\"10m\"",
        "lenders.rival.liquidation.how=Backstop(buyers: [\"nobody\", \"fund-b\"], discount: 2.0)",
    ];
    let agreed = r#"agreements: [(lenders: ["rival"], kind: Standstill(length: "0s"), defect: {"broker": Chance(probability: 2.0)})],
    shocks: [],"#;
    let mut found = findings(&sets, agreed);
    found.sort();
    assert_eq!(
        found,
        [
            "agreements[0].defect.broker",
            "agreements[0].defect.broker.probability",
            "agreements[0].kind.standstill.length",
            "agreements[0].lenders",
            "lenders.broker.liquidation.how.dutch.tail",
            "lenders.broker.liquidation.much",
            "lenders.broker.liquidation.throttle.share_of_depth",
            "lenders.rival.liquidation.cooldown",
            "lenders.rival.liquidation.how.backstop.buyers[0]",
            "lenders.rival.liquidation.how.backstop.buyers[1]",
            "lenders.rival.liquidation.how.backstop.discount",
        ]
    );
}

#[test]
fn an_auction_without_a_keeper_in_the_world_is_found() {
    let text = BY_HAND.replacen("how: Market", "how: English(lot: 10.0, increment: 0.03, length: \"1m\")", 1);
    let source = Source { name: "test".to_owned(), text, origin: Origin::BuiltIn };
    let error = load_source(source, &[]).expect_err("nobody can bid");
    let paths: Vec<_> = error.findings().iter().map(|finding| finding.path.as_str()).collect();
    assert_eq!(paths, ["lenders.broker.liquidation.how.english.bidders"]);
}
