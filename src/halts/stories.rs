//! Timelines worked out by hand.

#![allow(clippy::inconsistent_digit_grouping, reason = "100_00 is a hundred dollars and no cents")]

use super::bands::Seen;
use super::levels::Level;
use super::{Bands, BandsPlan, Levels, LevelsPlan, Pause, Rule, Stop, Velocity, VelocityPlan, around};
use crate::units::{Lots, Price, Rate, Span, Time};

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
        width: rate(5),
        reference: Span::seconds(300),
        limit_state: Span::seconds(15),
        pause: Span::seconds(300),
        closing: Span::seconds(1_500),
        closing_width: rate(10),
    };
    Bands::new(plan, price(100_00))
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
