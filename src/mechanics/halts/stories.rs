//! Timelines worked out by hand.

#![allow(clippy::inconsistent_digit_grouping, reason = "100_00 is a hundred dollars and no cents")]

use super::bands::Seen;
use super::levels::Level;
use super::{
    Bands, BandsPlan, DailyPlan, Levels, LevelsPlan, Pause, Rule, Stop, Tier, Velocity, VelocityPlan, Width, around,
};
use ground::units::{Lots, Price, Rate, Span, Time};

fn rate(percent: i64) -> Rate {
    Rate::from_billionths(percent * 10_000_000)
}

/// Seconds after half past nine.
fn at(seconds: i64) -> Time {
    Time::from_seconds(9 * 3_600 + 1_800 + seconds)
}

const fn price(cents: i64) -> Price {
    Price::new(cents)
}

fn bands() -> Bands {
    let plan = BandsPlan {
        width: Width::Stated { usual: rate(5), closing: rate(10) },
        reference: Span::seconds(300),
        limit_state: Span::seconds(15),
        pause: Span::seconds(300),
        closing: Span::seconds(1_500),
    };
    Bands::new(plan, price(100_00), 100)
}

fn seen(second: i64, bid: i64, ask: i64) -> Seen {
    Seen {
        end: at(second),
        to_close: Span::seconds(23_400 - second),
        bid: Some(price(bid)),
        ask: Some(price(ask)),
        held_back_buyers: false,
        held_back_sellers: false,
    }
}

fn limits(bands: &Bands) -> (i64, i64) {
    let (low, high) = bands.limits();
    (low.steps(), high.steps())
}

#[test]
fn a_band_follows_the_mean_of_the_trades_of_five_minutes() {
    let mut bands = bands();
    assert_eq!(limits(&bands), (95_00, 105_00));
    for (second, cents) in [(1, 100_00), (1, 101_00), (2, 102_00)] {
        bands.trade(at(second), price(cents), Lots::new(10));
    }
    assert_eq!(bands.look(&seen(2, 101_00, 102_00)), None);
    // The mean of three is 101.00; five percent are 5.05.
    assert_eq!(limits(&bands), (95_95, 106_05));
    // Five minutes after the first two only the third is left, a second later none: the reference stays.
    bands.look(&seen(301, 101_00, 102_00));
    assert_eq!(limits(&bands), (96_90, 107_10));
    bands.look(&seen(302, 101_00, 102_00));
    assert_eq!(limits(&bands), (96_90, 107_10));
}

#[test]
fn fifteen_seconds_at_the_band_are_a_pause_of_five_minutes() {
    let mut bands = bands();
    assert_eq!(bands.look(&seen(10, 94_00, 95_01)), None);
    // From the eleventh second the offer stands at the band.
    for second in 11..26 {
        assert_eq!(bands.look(&seen(second, 94_00, 95_00)), None, "second {second}");
    }
    let pause = Pause { rule: Rule::Bands, until: at(26 + 300), collects: true };
    assert_eq!(bands.look(&seen(26, 94_00, 95_00)), Some(pause));
    // The auction's price is the new reference.
    bands.restart(price(92_00));
    assert_eq!(limits(&bands), (87_40, 96_60));
}

#[test]
fn a_limit_state_that_is_met_in_time_is_forgotten() {
    let mut bands = bands();
    for second in 0..14 {
        assert_eq!(bands.look(&seen(second, 94_00, 95_00)), None);
    }
    assert_eq!(bands.look(&seen(14, 95_00, 95_10)), None, "somebody bought");
    for second in 15..30 {
        assert_eq!(bands.look(&seen(second, 94_00, 95_00)), None, "second {second}");
    }
    assert!(bands.look(&seen(30, 94_00, 95_00)).is_some());
}

#[test]
fn sellers_who_find_nobody_above_the_band_press_as_offers_do() {
    let mut bands = bands();
    let pressed = |second| Seen { held_back_sellers: true, ..seen(second, 94_00, 101_00) };
    assert_eq!(bands.look(&pressed(0)), None);
    assert!(bands.look(&pressed(15)).is_some());
    let mut bands = self::bands();
    let up = |second| Seen { held_back_buyers: true, ask: None, ..seen(second, 99_00, 0) };
    assert_eq!(bands.look(&up(0)), None);
    assert!(bands.look(&up(60)).is_some(), "a tick of a minute is longer than any limit state");
}

#[test]
fn bands_are_wider_in_the_last_twenty_five_minutes() {
    let mut bands = bands();
    bands.look(&seen(23_400 - 1_501, 99_00, 101_00));
    assert_eq!(limits(&bands), (95_00, 105_00));
    bands.look(&seen(23_400 - 1_500, 99_00, 101_00));
    assert_eq!(limits(&bands), (90_00, 110_00));
}

fn levels() -> Levels {
    let pause = Stop::For(Span::seconds(900));
    let level = |percent, stop| Level { fall: rate(percent), stop };
    Levels::new(LevelsPlan {
        levels: vec![level(7, pause), level(13, pause), level(20, Stop::TillClose)],
        until: Some(15 * 3_600 + 25 * 60),
    })
}

fn look(levels: &mut Levels, time: Time, marks: &[i64]) -> Option<Pause> {
    let close = at(23_400);
    levels.look(time, close, marks.iter().map(|mark| (price(*mark), price(100_00))))
}

#[test]
fn seven_and_thirteen_percent_stop_for_a_quarter_of_an_hour_and_twenty_for_the_day() {
    let mut levels = levels();
    assert_eq!(look(&mut levels, at(60), &[93_01]), None);
    let pause = |level, until| Some(Pause { rule: Rule::Level(level), until, collects: true });
    assert_eq!(look(&mut levels, at(120), &[93_00]), pause(1, at(120 + 900)));
    assert_eq!(look(&mut levels, at(1_080), &[92_00]), None, "once a session");
    // Two stocks: the index is their mean, and it has lost 13.5 %.
    assert_eq!(look(&mut levels, at(1_200), &[90_00, 83_00]), pause(2, at(1_200 + 900)));
    assert_eq!(look(&mut levels, at(3_000), &[80_00]), pause(3, at(23_400)));
    levels.begin_session();
    assert_eq!(look(&mut levels, at(60), &[80_00]), pause(3, at(23_400)), "levels passed over do not strike");
}

#[test]
fn after_twenty_five_past_three_only_the_last_level_counts() {
    let late = Time::from_seconds(15 * 3_600 + 25 * 60);
    assert_eq!(look(&mut levels(), late, &[87_00]), None);
    assert!(look(&mut levels(), late, &[79_00]).is_some());
}

#[test]
fn three_and_a_half_percent_in_an_hour_are_two_minutes_of_rest() {
    let plan = VelocityPlan {
        width: Rate::from_billionths(35_000_000),
        within: Span::seconds(3_600),
        pause: Span::seconds(120),
        collects: false,
    };
    let mut velocity = Velocity::new(plan);
    assert_eq!(velocity.look(at(0), price(100_00)), None);
    assert_eq!(velocity.look(at(60), price(96_51)), None);
    // 100.00 is older than an hour now: 96.40 against 96.51 is nothing, and against 100.00 would be enough.
    assert_eq!(velocity.look(at(3_661), price(96_40)), None);
    // Up from the low of the hour, 96.40, by 3.5 %: 99.774.
    assert_eq!(velocity.look(at(3_700), price(99_77)), None);
    let pause = Pause { rule: Rule::Velocity, until: at(3_760 + 120), collects: false };
    assert_eq!(velocity.look(at(3_760), price(99_78)), Some(pause));
    assert_eq!(velocity.look(at(3_880), price(97_00)), None, "the count begins anew");
}

#[test]
fn a_width_is_to_the_nearest_step_on_both_sides() {
    assert_eq!(around(price(10), rate(5)), (price(9), price(11)));
    assert_eq!(around(price(-100), rate(5)), (price(-105), price(-95)));
    assert_eq!(around(Price::FURTHEST, rate(500)).1, Price::FURTHEST);
}

#[test]
fn the_width_of_a_band_goes_by_tier_last_close_and_time_of_day() {
    // Reference and last close in cents, and how many cents to either side: by day and at the close, tier 1 and tier 2.
    for (reference, close, one, one_late, two, two_late) in [
        (50_00, 50_00, 2_50, 5_00, 5_00, 5_00),
        (50_00, 3_01, 2_50, 5_00, 5_00, 5_00),
        // At three dollars exactly the wider band counts, and doubles for both.
        (3_00, 3_00, 60, 1_20, 60, 1_20),
        (2_80, 75, 56, 1_12, 56, 1_12),
        // 75 % of 70 cents are 52.5: fifteen cents are less. Of 16 cents 75 % are twelve.
        (70, 74, 15, 30, 15, 30),
        (16, 74, 12, 24, 12, 24),
    ] {
        let steps = |tier, late| Width::Tier(tier).steps(price(reference), price(close), 100, late);
        let found = [steps(Tier::One, false), steps(Tier::One, true), steps(Tier::Two, false), steps(Tier::Two, true)];
        assert_eq!(found, [one, one_late, two, two_late], "reference {reference}, close {close}");
    }
}

#[test]
fn the_last_close_decides_how_wide_a_band_is_all_day() {
    let plan = BandsPlan {
        width: Width::Tier(Tier::One),
        reference: Span::seconds(300),
        limit_state: Span::seconds(15),
        pause: Span::seconds(300),
        closing: Span::seconds(1_500),
    };
    let mut bands = Bands::new(plan, price(3_10), 100);
    // 5 % of 3.10 are 15.5 cents, to the nearest.
    assert_eq!(limits(&bands), (2_94, 3_26));
    bands.restart(price(2_90));
    assert_eq!(limits(&bands), (2_75, 3_05), "an auction below three dollars leaves the width at 5 %");
    bands.begin_session(price(2_90));
    assert_eq!(limits(&bands), (232, 348), "the next day it is 20 %");
}

/// Chicago's limits for stock-index futures by day, on the clock of New York.
#[test]
fn a_daily_limit_can_widen_with_the_time_of_day_and_bind_falls_only() {
    let clock = |hour: i64, minute: i64| Time::from_seconds(hour * 3_600 + minute * 60);
    let daily = DailyPlan { width: rate(7), later: vec![(15 * 3_600 + 25 * 60, rate(20))], down_only: true };
    assert_eq!(daily.limits(price(100_00), clock(9, 30)), (price(93_00), Price::FURTHEST));
    assert_eq!(daily.limits(price(100_00), clock(15, 24)).0, price(93_00));
    assert_eq!(daily.limits(price(100_00), clock(15, 25)).0, price(80_00));
    let night = DailyPlan { down_only: false, later: vec![(16 * 3_600, rate(7))], width: rate(20) };
    assert_eq!(night.limits(price(100_00), clock(16, 0)), (price(93_00), price(107_00)));
}

#[test]
fn a_collecting_rush_is_the_stop_logic_of_futures_exchanges() {
    let plan = VelocityPlan {
        width: Rate::from_billionths(10_000_000),
        within: Span::seconds(5),
        pause: Span::seconds(5),
        collects: true,
    };
    let mut velocity = Velocity::new(plan);
    assert_eq!(velocity.next_below(), None);
    assert_eq!(velocity.look(at(0), price(100_00)), None);
    assert_eq!(velocity.next_below(), Some(price(99_00)));
    assert_eq!(velocity.look(at(1), price(99_01)), None);
    let pause = Pause { rule: Rule::Velocity, until: at(2 + 5), collects: true };
    assert_eq!(velocity.look(at(2), price(98_90)), Some(pause));
}

#[test]
fn everybody_can_work_out_where_the_next_level_lies() {
    let mut levels = levels();
    assert_eq!(levels.next_fall(at(60)), Some(rate(7)));
    look(&mut levels, at(120), &[93_00]);
    assert_eq!(levels.next_fall(at(180)), Some(rate(13)));
    let late = Time::from_seconds(15 * 3_600 + 26 * 60);
    assert_eq!(levels.next_fall(late), Some(rate(20)), "the second stops nothing so late");
}
