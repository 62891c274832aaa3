//! Blocks at stated moments, in steps and among several lenders, by hand and to the cent.
//!
//! The fund of `liquidation_stories` carries a thousand shares through swaps: 10 000 lie with its lenders, 2 500 it keeps.
//! Somebody sells 50 at 97 in tick 1, calls are not met, and at the end of tick 3, at 09:34, it is in breach at a mark of 97.
//! The bids then: 250 at 97, 200 at 95, 250 at 88, 400 at 80. Tick `t` ends at 09:31 and `t` minutes; a session is half an
//! hour, and there are two of them.
//!
//! The keeper has a million. What a block is worth to it: 97 less 0.7 × 2 % × √(size ÷ 1 000), less 1 %, less 10 for it all.

#![allow(clippy::inconsistent_digit_grouping, reason = "1_000_00 is a thousand dollars and no cents")]

mod support;

use firesale::analysis::measure;
use firesale::measures::Measure;
use firesale::record::run::Outcome;
use firesale::tick::state::Status;
use firesale::units::Side::{Buy, Sell};
use firesale::world::{Origin, Source, load_source};
use support::{BY_HAND, Play, options, plan};

/// The world, with the fund's swaps divided among its two lenders and other lines of its file put in.
fn text(shares: &str, keeper: &str, more: &str) -> String {
    let keeper = format!(
        r#""keeper": Keeper(
            count: 1, instruments: ["acme"], stake: (lender: "custodian", cash_days: 10.0, units_days: 0.0),
            profit: 0.01, cost: 10.0, delay: "0s", {keeper}
        ),
        "punter":"#
    );
    BY_HAND
        .replace("\"punter\":", &keeper)
        .replace("\"acme\": Spot(", "\"acme-swap\": Swap(of: \"acme\"), \"acme\": Spot(")
        .replace(
            "leverage: 8.0, portfolio: {\"acme\": 1.0}, lenders: {\"broker\": 1.0}, posted: 1.0",
            &format!("leverage: 8.0, portfolio: {{\"acme-swap\": 1.0}}, lenders: {{{shares}}}, posted: 1.0"),
        )
        .replace("shocks: [],", &format!("{more} shocks: [],"))
}

const ALONE: &str = "\"broker\": 1.0";
const BOTH: &str = "\"broker\": 0.6, \"rival\": 0.4";
const IDLE: &str = "resale: 0.0";

/// Up to the end of tick 3.
fn broken(text: &str, sets: &[&str]) -> Play {
    let sets = [&["lenders.broker.cross_default=true", "lenders.rival.cross_default=true"], sets].concat();
    let mut play = Play::new(&plan(text, &sets), &options(1));
    for (lots, price) in [(300, 9_700), (200, 9_500), (250, 8_800), (400, 8_000)] {
        play.limit("buyer@custodian", Buy, lots, price);
    }
    play.ticks(1);
    play.market("seller@custodian", Sell, 50);
    play.ticks(3);
    assert!(matches!(play.status("fund-a@broker"), Status::Breached(_)));
    play
}

/// What was sold off the book: in which tick, how much, and at what price. The largest of a tick first.
fn sales(outcome: &Outcome) -> Vec<(u32, f64, Option<f64>)> {
    let mut sales: Vec<_> =
        outcome.tables.auctions.iter().map(|row| (row.tick, row.quantity_units, row.price)).collect();
    sales.sort_by(|a, b| (a.0, b.1).partial_cmp(&(b.0, a.1)).unwrap());
    sales
}

fn volume(outcome: &Outcome, day: &str) -> f64 {
    let measured = Measure::Volume { instrument: "acme".into(), day: day.parse().unwrap() };
    measure(&measured, &outcome.summary).expect("a day of the run")
}

#[test]
fn a_swap_lender_sells_its_hedge_in_a_block_at_noon_and_another_before_the_open() {
    let apart = r#"lenders.broker.liquidation.apart=[(of: ["acme-swap"], steps: [
        (from: "2024-03-04 09:40", share: 0.6, how: BlockAuction(after: "2m", reserve: 0.05)),
        (from: "2024-03-05 08:00", how: BlockAuction(after: "1h", reserve: 0.05)),
    ])]"#;
    let mut play = broken(&text(ALONE, IDLE, ""), &[apart]);
    assert_eq!((play.held("fund-a@broker", "acme-swap"), play.held("broker", "acme")), (1_000, 1_000));
    play.ticks(7);
    assert_eq!(play.held("fund-a@broker", "acme-swap"), 1_000, "put up at 09:40, and bids are opened at 09:42");
    play.ticks(1);
    // 97 × (1 − 1.0844 % − 1 %) − 10 ÷ 600 = 94.961: 600 shares, out of the lender's hedge and the fund's swap alike.
    assert_eq!((play.held("fund-a@broker", "acme-swap"), play.held("broker", "acme")), (400, 400));
    assert_eq!(play.cash("keeper@custodian"), 1_000_000_00 - 600 * 94_96 - 10_00);
    play.ticks(18);
    assert_eq!(play.held("fund-a@broker", "acme-swap"), 400, "the session is over");
    play.ticks(1);
    // 97 × (1 − 0.8854 % − 1 %) − 10 ÷ 400 = 95.146, sold at 09:00, before the first order of the second day.
    assert_eq!((play.held("fund-a@broker", "acme-swap"), play.held("broker", "acme")), (0, 0));
    assert_eq!(play.cash("keeper@custodian"), 1_000_000_00 - 600 * 94_96 - 400 * 95_14 - 20_00);
    assert_eq!((play.status("fund-a@broker"), play.mark("acme")), (Status::Closed, 97_00));
    let outcome = play.stop();
    assert_eq!(sales(&outcome), [(11, 600.0, Some(94.96)), (30, 400.0, Some(95.14))]);
    let times: Vec<_> = outcome.tables.auctions.iter().map(|row| row.time.to_string()).collect();
    assert_eq!(times, ["2024-03-04T09:42:00", "2024-03-05T09:00:00"], "the second in the tick that opens the day");
    assert_eq!(outcome.tables.liquidations[0].last_fill_time, Some("2024-03-05T09:00:00".into()));
    // What it had less what the swaps lost: 600 × 5.04 and 400 × 4.86.
    assert_eq!(outcome.summary.firms["fund-a"].value_end, 12_500.0 - 3_024.0 - 1_944.0);
    assert_eq!(outcome.summary.lenders["broker"].loss, 0.0);
    assert_eq!(outcome.summary.liquidations.slippage, 600.0 * 2.04 + 400.0 * 1.86);

    // Blocks are on the tape and in the day's volume, and in nobody's book.
    let blocks: Vec<_> = outcome.tables.prices.iter().filter(|row| row.block_volume_units > 0.0).collect();
    let shown: Vec<_> = blocks.iter().map(|row| (row.tick, row.block_volume_units, row.volume_units)).collect();
    assert_eq!(shown, [(11, 600.0, 0.0), (30, 400.0, 0.0)]);
    assert_eq!((volume(&outcome, "2024-03-04"), volume(&outcome, "2024-03-05")), (650.0, 400.0));
    let acme = &outcome.summary.instruments["acme"];
    assert_eq!((acme.volume_units, acme.forced_volume_units, acme.block_volume_units), (50.0, 0.0, 1_000.0));
}

#[test]
fn what_nobody_bids_for_goes_with_the_volume_as_the_rest_does() {
    // Nobody pays 97 × 0.99; the step ends, and half of all volume is as much as the others trade.
    let sets = [
        r#"lenders.broker.liquidation.how=ShareOfVolume(share: 0.5)"#,
        r#"lenders.broker.liquidation.apart=[(steps: [
            (from: "2024-03-04 09:40", share: 0.5, how: BlockAuction(after: "2m", reserve: 0.01, unsold: LeaveIt)),
        ])]"#,
    ];
    let mut play = broken(&text(ALONE, IDLE, ""), &sets);
    play.ticks(8);
    assert_eq!(play.held("fund-a@broker", "acme-swap"), 1_000);
    play.market("seller@custodian", Sell, 30);
    play.ticks(2);
    assert_eq!(play.held("fund-a@broker", "acme-swap"), 970);
    assert_eq!(sales(&play.stop()), [(11, 500.0, None)]);
}

#[test]
fn a_delay_can_be_a_moment_and_one_that_is_past_is_none() {
    for (moment, first) in [("2024-03-04 09:38", 7), ("2024-03-04 09:00", 3), ("2024-03-05 09:10", 29)] {
        let delay = format!("lenders.broker.liquidation.delay=\"{moment}\"");
        let mut play = broken(&text(ALONE, IDLE, ""), &[&delay]);
        play.ticks(first - 3);
        assert_eq!(play.held("fund-a@broker", "acme-swap"), 1_000, "{moment}");
        play.ticks(1);
        assert_eq!(play.held("fund-a@broker", "acme-swap"), 0, "{moment}");
    }
}

const PACT: &str = r#"agreements: [(
        lenders: ["broker", "rival"], from: "2024-03-04 09:37",
        kind: Together(how: ShareOfVolume(share: 0.1), apart: [(of: ["acme-swap"], steps: [
            (), (from: "2024-03-04 09:45", how: BlockAuction(after: "2m", reserve: 0.1)),
        ])]),
    )],"#;
const OWN_WAYS: [&str; 2] = [
    "lenders.broker.liquidation.how=ShareOfVolume(share: 0.5)",
    "lenders.rival.liquidation.how=ShareOfVolume(share: 0.5)",
];

/// Each sells on its own until 09:37; then both under one cap; from 09:45 in one block.
fn pact(text: &str, more: &[&str]) -> Play {
    let mut play = broken(text, &[&OWN_WAYS[..], more].concat());
    let left = |play: &Play| [play.held("fund-a@broker", "acme-swap"), play.held("fund-a@rival", "acme-swap")];
    // Somebody sells 40, and either lender as much again: 600 and 400 are left to be 560 and 360.
    play.market("seller@custodian", Sell, 40);
    play.ticks(2);
    assert_eq!(left(&play), [560, 360]);
    // A tenth of all volume is a ninth of 90, for both of them together: 10 × 560 ÷ 920, and the rest.
    play.market("seller@custodian", Sell, 90);
    play.ticks(2);
    assert_eq!(left(&play), [553, 356], "7 and 4: each rounds up");
    play
}

#[test]
fn lenders_who_have_begun_go_over_to_selling_together() {
    let mut play = pact(&text(BOTH, IDLE, PACT), &[]);
    play.ticks(8);
    assert_eq!(play.held("fund-a@broker", "acme-swap"), 553, "put up at 09:45, and bids are opened at 09:47");
    play.ticks(1);
    // One block of 909: 97 × (1 − 1.33480 % − 1 %) − 10 ÷ 909 = 94.724, for both of them.
    assert_eq!((play.held("broker", "acme"), play.held("rival", "acme")), (0, 0));
    let outcome = play.stop();
    assert_eq!(sales(&outcome), [(16, 553.0, Some(94.72)), (16, 356.0, Some(94.72))]);
    let told: Vec<_> = outcome.tables.events.iter().map(|row| (row.tick, &*row.kind)).collect();
    assert!(told.contains(&(6, "sale together")), "{told:?}");
    // 91 went at 97, of which there were enough.
    let lost = 91.0 * 3.0 + 909.0 * 5.28;
    assert!((outcome.summary.firms["fund-a"].value_end - (12_500.0 - lost)).abs() < 1e-6);
}

#[test]
fn the_order_in_which_lenders_and_members_are_declared_changes_nothing() {
    let forth = text(BOTH, IDLE, PACT);
    let back = forth
        .replace(BOTH, "\"rival\": 0.4, \"broker\": 0.6")
        .replace("lenders: [\"broker\", \"rival\"]", "lenders: [\"rival\", \"broker\"]")
        .replace("\"broker\": (", "\"between\": (")
        .replace("\"rival\": (", "\"broker\": (")
        .replace("\"between\": (", "\"rival\": (");
    assert_ne!(forth, back);
    let told = |text: &str| {
        let mut play = pact(text, &[]);
        play.ticks(10);
        let outcome = play.stop();
        let mut sold: Vec<_> = outcome.tables.auctions.iter().map(|row| (row.lender.clone(), row.price)).collect();
        sold.sort_by(|a, b| a.partial_cmp(b).unwrap());
        (sold, outcome.summary.firms["fund-a"].value_end, outcome.summary.instruments["acme"].clone())
    };
    assert_eq!(told(&forth), told(&back));
}

#[test]
fn who_leaves_the_pact_sells_its_own_way_and_the_others_follow() {
    let leaving = PACT.replace("    )],", "        defect: {\"rival\": LossAbove(amount: 2_000.0)},\n    )],");
    let mut play = pact(&text(BOTH, IDLE, &leaving), &[]);
    // Through 29 at 97, 200 at 95 and 250 at 88. At 80 the rival's 400 swaps have lost 8 000, of which it has the 4 000
    // that were posted and 1 080 that were paid on its call.
    play.limit("buyer@custodian", Buy, 400, 80_00);
    play.market("seller@custodian", Sell, 480);
    play.ticks(1);
    assert_eq!(play.mark("acme"), 80_00);
    play.ticks(1);
    // As many as the others traded, and so all it has; the other still keeps to a ninth of 480, now alone.
    assert_eq!((play.held("fund-a@rival", "acme-swap"), play.held("fund-a@broker", "acme-swap")), (0, 553 - 54));
    play.market("seller@custodian", Sell, 20);
    play.ticks(2);
    assert_eq!(play.held("fund-a@broker", "acme-swap"), 553 - 54 - 20, "half of the volume, as it did before");
    let outcome = play.stop();
    let broke = outcome.tables.events.iter().find(|row| row.kind == "defection").expect("it is on record");
    assert_eq!((broke.tick, broke.text.as_str()), (8, "rival breaks the agreement"));
}

#[test]
fn a_buyer_pays_less_for_a_block_with_another_on_offer_and_less_again_with_one_in_its_books() {
    let block = r#"BlockAuction(after: "2m", reserve: 0.2)"#;
    let keeper = "resale: 0.3, risk: 1.0";
    let ways = [format!("lenders.broker.liquidation.how={block}"), format!("lenders.rival.liquidation.how={block}")];
    let price = |shares: &str| {
        let sets: Vec<&str> = ways.iter().map(String::as_str).collect();
        let mut play = broken(&text(shares, keeper, ""), &sets);
        play.ticks(2);
        sales(&play.stop())
    };
    // The keeper wants a standard deviation of what it makes while it sells on at 0.3 of 1 000 a day.
    // All of it: 97 × (2 % × (0.7 + √(1 ÷ 0.9)) + 1 %) + 0.01 = 4.383.
    assert_eq!(price(ALONE), [(5, 1_000.0, Some(92.62))]);
    // A half, with the other half on offer beside it: 97 × (2 % × (0.7 + √(0.5 ÷ 0.9)) + 1 %) + 0.02 = 3.794. Then the
    // other, with the first half in its books: 97 × (2 % × (0.7 + √(1 ÷ 0.9)) + 1 %) + 0.02 = 4.393.
    let halves = price("\"broker\": 0.5, \"rival\": 0.5");
    assert_eq!(halves, [(5, 500.0, Some(93.2)), (5, 500.0, Some(92.61))]);
}

#[test]
fn a_block_buyer_sells_on_with_the_volume_and_no_lower_than_its_stop() {
    let block = r#"lenders.broker.liquidation.how=BlockAuction(after: "2m", reserve: 0.2)"#;
    let mut play = broken(&text(ALONE, "resale: 1.0, stop: 0.01", ""), &[block]);
    play.ticks(2);
    assert_eq!(play.lots("keeper@custodian"), 1_000);
    // It paid 94.66 and the 10: 94.67, and sells no lower than 93.73. So it takes what stands at 97 and 95.
    play.market("seller@custodian", Sell, 10);
    play.ticks(2);
    assert_eq!(play.lots("keeper@custodian"), 990);
    play.market("seller@custodian", Sell, 400);
    play.ticks(2);
    // 240 and 190 stood there; the seller took 400 of them, and the keeper the last 30.
    assert_eq!((play.lots("keeper@custodian"), play.quotes().0), (960, Some(88_00)));
    play.market("seller@custodian", Sell, 100);
    play.ticks(2);
    assert_eq!(play.lots("keeper@custodian"), 960, "88 is below what it would bear");
}

/// The paths of what is found.
fn findings(sets: &[&str], more: &str) -> Vec<String> {
    let text = text(BOTH, IDLE, more);
    let overrides: Vec<_> = sets.iter().map(|set| set.parse().unwrap()).collect();
    let error = load_source(Source { name: "blocks".into(), origin: Origin::BuiltIn, text }, &overrides);
    let error = error.err().map(|error| error.to_string()).unwrap_or_default();
    error.lines().map(str::to_owned).collect()
}

#[test]
fn steps_that_make_no_sense_are_found() {
    let found = |apart: &str| findings(&[&format!("lenders.rival.liquidation.apart={apart}")], "").join("\n");
    for (apart, path, says) in [
        ("[(of: [\"acme\"], steps: [()])]", "apart[0].of[0]", "no client here ever holds \"acme\""),
        ("[(of: [\"nothing\"], steps: [()])]", "apart[0].of[0]", "nothing"),
        ("[(steps: [])]", "apart[0].steps", "there is no step"),
        ("[(steps: [()]), (steps: [()])]", "apart[1]", "all that no list names"),
        (
            "[(of: [\"acme-swap\"], steps: [()]), (of: [\"acme-swap\"], steps: [()])]",
            "apart[1].of[0]",
            "is in another list as well",
        ),
        (
            "[(steps: [(from: \"2024-03-05 09:30\"), (from: \"2024-03-04 09:30\")])]",
            "apart[0].steps[1].from",
            "no later than a step before it",
        ),
        ("[(steps: [(from: \"2024-04-04 09:30\")])]", "apart[0].steps[0].from", "never comes"),
        (
            "[(steps: [(how: BlockAuction(after: \"0s\", reserve: 0.1))])]",
            "steps[0].how.block_auction.after",
            "no time",
        ),
    ] {
        let found = found(apart);
        assert!(found.contains(path) && found.contains(says), "{apart}: {found}");
    }
    let stays =
        findings(&["lenders.broker.liquidation.how=BlockAuction(after: \"1m\", reserve: 0.1, unsold: LeaveIt)"], "");
    assert!(stays.join("\n").contains("left to nobody"), "{stays:?}");
    let endless = PACT.replace(")]),\n", ")]), defect: {\"rival\": Chance(probability: 0.5)},\n");
    assert!(findings(&[], &endless).join("\n").contains("drawn over the length"));
    assert!(findings(&[], PACT).is_empty(), "{:?}", findings(&[], PACT));
}
