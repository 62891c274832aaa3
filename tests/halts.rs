//! Halts through the whole engine: who waits, who is refused, at what price it goes on.

#![allow(clippy::inconsistent_digit_grouping, reason = "1_000_00 is a thousand dollars and no cents")]

mod support;

use firesale::rows::HaltRow;
use firesale::tick::state::Status;
use firesale::units::Side::{Buy, Sell};
use firesale::world::{Origin, Source, load_source};
use support::{BY_HAND, Play};

/// The world by hand on an exchange with rules, in which the funds owe nothing.
fn world(halts: &str, shocks: &str) -> String {
    BY_HAND
        .replace("taker_fee_bps: 0.0)}", &format!("taker_fee_bps: 0.0, halts: [{halts}])}}"))
        .replace("leverage: 8.0", "leverage: 0.8")
        .replace("leverage: 5.0", "leverage: 0.5")
        .replace("shocks: []", &format!("shocks: [{shocks}]"))
}

fn play(halts: &str, shocks: &str) -> Play {
    Play::new(&support::plan(&world(halts, shocks), &[]), &support::options(1))
}

const BANDS: &str = "Bands(width: 0.05, reference: \"5m\", limit_state: \"15s\", pause: \"5m\")";

fn halts(play: Play) -> Vec<HaltRow> {
    play.stop().tables.halts
}

/// Bids of 300 at $99.00, 100 at $96.00 and 1 000 at $90.00; a seller who wants none of them too dear.
fn pressed(play: &mut Play) {
    for (lots, price) in [(300, 99_00), (100, 96_00), (1_000, 90_00)] {
        play.limit("buyer@custodian", Buy, lots, price);
    }
    play.ticks(1);
    play.market("seller@custodian", Sell, 1_000);
    play.ticks(1);
}

#[test]
fn nothing_trades_below_the_band() {
    let mut play = play(BANDS, "");
    pressed(&mut play);
    assert_eq!(play.lots("seller@custodian"), 10_000 - 400, "the bid at $90.00 lies below $95.00");
    assert_eq!(play.mark("acme"), 96_00);
    assert!(!play.is_halted(), "a limit state is not yet a pause");
}

/// The mean of the two trades is $97.50 and the lower band $92.62, still above the bid. Who collects meets at
/// $92.00: 200 at a limit of $91.00 against 500 at $92.00, of which some are left over.
#[test]
fn who_presses_for_longer_stops_the_market_until_an_auction() {
    let mut play = play(BANDS, "");
    pressed(&mut play);
    play.market("seller@custodian", Sell, 10);
    play.ticks(1);
    assert!(play.is_halted());
    play.limit("buyer@custodian", Buy, 500, 92_00);
    play.limit("seller@custodian", Sell, 200, 91_00);
    play.ticks(4);
    assert_eq!((play.mark("acme"), play.lots("seller@custodian")), (96_00, 9_600), "all wait, and the mark stands");
    play.ticks(1);
    assert!(!play.is_halted());
    assert_eq!((play.mark("acme"), play.lots("seller@custodian")), (92_00, 9_400));
    let rows = halts(play);
    assert_eq!(rows.len(), 1);
    let HaltRow { rule, orders, time, until, reopened, .. } = &rows[0];
    assert_eq!((rule.as_str(), orders.as_str()), ("price band", "collected"));
    assert_eq!((&**time, until.as_deref()), ("2024-03-04T09:33:00", Some("2024-03-04T09:38:00")));
    assert_eq!(reopened.as_deref(), Some("2024-03-04T09:38:00"));
}

#[test]
fn a_limit_state_that_somebody_meets_stops_nothing() {
    let mut play = play(BANDS, "");
    pressed(&mut play);
    play.limit("buyer@custodian", Buy, 50, 95_50);
    play.ticks(8);
    assert_eq!(halts(play), []);
}

#[test]
fn seven_percent_stop_the_whole_venue_for_a_quarter_of_an_hour_once() {
    let levels =
        "Levels(levels: [(fall: 0.07, pause: \"15m\"), (fall: 0.13, pause: \"15m\"), (fall: 0.2)], until: \"15:25\")";
    let mut play = play(levels, "");
    play.limit("buyer@custodian", Buy, 10, 93_00);
    play.limit("buyer@custodian", Buy, 1_000, 79_00);
    play.ticks(1);
    play.market("seller@custodian", Sell, 10);
    play.ticks(1);
    assert_eq!(play.mark("acme"), 93_00);
    assert!(play.is_halted());
    // It collects, and sells at $79.00 when the market opens again at 09:47: 21 % below the last close, and so to the end.
    play.market("seller@custodian", Sell, 10);
    play.ticks(16);
    assert_eq!(play.mark("acme"), 79_00);
    assert!(play.is_halted());
    play.ticks(12 + 1);
    assert!(!play.is_halted(), "a new session");
    let rows = halts(play);
    let told: Vec<_> = rows.iter().map(|row| (row.rule.as_str(), &*row.time, row.reopened.as_deref())).collect();
    assert_eq!(
        told,
        [
            ("market-wide level 1", "2024-03-04T09:32:00", Some("2024-03-04T09:47:00")),
            ("market-wide level 3", "2024-03-04T09:47:00", Some("2024-03-05T09:30:00")),
        ]
    );
}

#[test]
fn a_rush_is_refused_for_two_minutes_and_orders_with_it() {
    let mut play = play("Velocity(width: 0.035, within: \"1h\", pause: \"2m\")", "");
    play.limit("buyer@custodian", Buy, 10, 96_00);
    play.limit("buyer@custodian", Buy, 100, 95_00);
    play.ticks(1);
    play.market("seller@custodian", Sell, 10);
    play.ticks(1);
    assert!(play.is_halted());
    play.market("seller@custodian", Sell, 10);
    play.ticks(1);
    assert_eq!(play.lots("seller@custodian"), 9_990);
    play.ticks(1);
    play.market("seller@custodian", Sell, 10);
    play.ticks(1);
    assert_eq!((play.lots("seller@custodian"), play.mark("acme")), (9_980, 95_00));
    let outcome = play.stop();
    assert_eq!(outcome.summary.refusals["halted"], 1);
    assert_eq!(outcome.tables.halts[0].orders, "refused");
    let halted: Vec<_> = outcome.tables.prices.iter().filter(|row| row.halted).map(|row| row.tick).collect();
    assert_eq!(halted, [1, 2], "from the end of the second minute to the end of the fourth");
}

#[test]
fn beyond_a_daily_limit_orders_wait_at_it_all_day_and_go_on_the_next() {
    let mut play = play("DailyLimit(width: 0.05)", "");
    play.limit("buyer@custodian", Buy, 100, 94_00);
    play.ticks(1);
    play.market("seller@custodian", Sell, 50);
    play.limit("seller@custodian", Sell, 30, 90_00);
    play.ticks(1);
    assert_eq!(play.lots("seller@custodian"), 10_000);
    assert_eq!(play.quotes(), (Some(94_00), Some(95_00)), "who would sell at $90.00 waits at the limit");
    assert!(!play.is_halted());
    play.ticks(28);
    // The last mark was $95.00: today nothing trades below $90.25.
    play.market("seller@custodian", Sell, 50);
    play.ticks(1);
    assert_eq!(play.lots("seller@custodian"), 9_950);
}

#[test]
fn a_venue_that_stops_refuses_everybody_and_margin_runs_on() {
    let shocks = "(at: \"2024-03-04 09:32\", reason: \"Power is out.\", what: Halt(venue: \"exchange\", pause: \"10m\")),
        (at: \"2024-03-04 09:34\", reason: \"A hike.\", what: Margin(lender: \"broker\", margin: Rate(im: 1.0, mm: 0.9)))";
    let text = world("", shocks).replace("leverage: 0.8", "leverage: 8.0");
    let mut play = Play::new(&support::plan(&text, &[]), &support::options(1));
    play.limit("buyer@custodian", Buy, 5_000, 90_00);
    play.ticks(3);
    assert!(play.is_halted());
    play.ticks(2);
    assert!(matches!(play.status("fund-a@broker"), Status::Called(_)), "at the last mark, $100.00");
    play.ticks(4);
    assert!(matches!(play.status("fund-a@broker"), Status::Breached(_)));
    assert_eq!(play.lots("fund-a@broker"), 1_000, "and nobody can sell");
    play.ticks(5);
    assert_eq!(play.status("fund-a@broker"), Status::Closed);
    assert_eq!(halts(play)[0].reopened.as_deref(), Some("2024-03-04T09:42:00"));
}

#[test]
fn a_lender_sells_in_the_auction_that_ends_a_pause() {
    let shocks = "(at: \"2024-03-04 09:32\", reason: \"News pending.\", what: Halt(venue: \"exchange\", pause: \"10m\", collects: true)),
        (at: \"2024-03-04 09:34\", reason: \"A hike.\", what: Margin(lender: \"broker\", margin: Rate(im: 1.0, mm: 0.9)))";
    let text = world("", shocks).replace("leverage: 0.8", "leverage: 8.0");
    let mut play = Play::new(&support::plan(&text, &[]), &support::options(1));
    play.limit("buyer@custodian", Buy, 5_000, 90_00);
    play.ticks(11);
    assert_eq!(play.lots("fund-a@broker"), 1_000);
    play.ticks(1);
    assert_eq!((play.lots("fund-a@broker"), play.mark("acme")), (0, 90_00));
}

#[test]
fn without_a_book_a_market_stands_still_at_its_last_mark() {
    let shocks = "(at: \"2024-03-04 09:32\", reason: \"Closed.\", what: Halt(venue: \"exchange\", pause: \"2m\", collects: true)),
        (at: \"2024-03-04 09:32\", reason: \"Bad news.\", what: Value({\"acme\": -0.2}))";
    let law = "float: 1_000_000.0, formation: Impact(law: Linear(units: 100.0, fall: 0.01)),";
    let text = world("", shocks).replace("float: 1_000_000.0,", law);
    let mut play = Play::new(&support::plan(&text, &[]), &support::options(1));
    play.ticks(3);
    assert_eq!((play.mark("acme"), play.quotes_seen()), (100_00, (None, None)));
    play.market("seller@custodian", Sell, 100);
    play.ticks(1);
    assert_eq!(play.lots("seller@custodian"), 10_000);
    assert_eq!(play.mark("acme"), 80_00);
}

fn findings(text: String) -> Vec<String> {
    let source = Source { name: "test".to_owned(), text, origin: Origin::BuiltIn };
    let error = load_source(source, &[]).expect_err("this world should not load");
    error.findings().iter().map(|finding| finding.path.clone()).collect()
}

#[test]
fn halts_that_contradict_are_found_all_at_once() {
    let wide = BANDS.replace("0.05", "0.2");
    let rules = [
        "Bands(width: 0.0, reference: \"0s\", limit_state: \"15s\", pause: \"0s\", instruments: [\"acme\", \"acme\", \"amce\"])",
        "Levels(levels: [(fall: 0.13), (fall: 0.07, pause: \"0s\")])",
        "Levels(levels: [])",
        &wide,
        "DailyLimit(width: 0.15)",
        "Velocity(width: NaN, within: \"1h\", pause: \"2m\")",
    ];
    let at = |rest: &str| format!("venues.exchange.halts{rest}");
    let shock = "(at: \"2024-03-04 09:32\", reason: \"x\", what: Halt(venue: \"moon\", pause: \"0s\"))";
    assert_eq!(
        findings(world(&rules.join(", "), shock)),
        [
            at("[0].width"),
            at("[0].reference"),
            at("[0].pause"),
            at("[0].instruments[1]"),
            at("[0].instruments[2]"),
            at("[1].levels[1]"),
            at("[1].levels[1].fall"),
            at("[1].levels[1].pause"),
            at("[2].levels"),
            at("[3]"),
            at("[3].width"),
            at("[5].width"),
            "shocks[0].what.halt.venue".to_owned(),
            "shocks[0].what.halt.pause".to_owned(),
        ]
    );
    let law = "float: 1_000_000.0, formation: Impact(law: Linear(units: 100.0, fall: 0.01)),";
    let named = BANDS.replace("pause: \"5m\"", "pause: \"5m\", instruments: [\"acme\"]");
    assert_eq!(findings(world(&named, "").replace("float: 1_000_000.0,", law)), [at("[0].instruments[0]")]);
}
