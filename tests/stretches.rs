//! Measures of a stretch of time, and those who sell before a halt, through the whole engine.

#![allow(clippy::inconsistent_digit_grouping, reason = "1_000_00 is a thousand dollars and no cents")]

mod support;

use firesale::measures::words_of;
use firesale::units::Side::{Buy, Sell};
use firesale::world::{Origin, Source, load_source};
use support::{BY_HAND, Play};

/// The world by hand, in which the funds owe nothing, with these expectations.
fn expecting(bands: &[&str]) -> String {
    let bands: Vec<_> = bands.iter().map(|what| format!("(what: {what}, min: -1e9, max: 1e9, why: \"x\")")).collect();
    BY_HAND
        .replace("leverage: 8.0", "leverage: 0.8")
        .replace("leverage: 5.0", "leverage: 0.5")
        .replace("expect: []", &format!("expect: [{}]", bands.join(", ")))
}

/// Minute by minute the only sale is at $98.00, $94.00, $97.00, $99.00.
#[test]
fn falls_recoveries_volume_and_holdings_are_counted_between_moments() {
    let stretch = "instrument: \"acme\", from: \"2024-03-04 09:31\", until: \"2024-03-04 09:34\"";
    let text = expecting(&[
        &format!("Fall({stretch})"),
        &format!("Recovery({stretch}, within: \"2m\")"),
        &format!("Traded({stretch})"),
        "Held(trader: \"seller\", instrument: \"acme\", at: \"2024-03-04 09:33\")",
        "Reached(instrument: \"acme\", from: \"2024-03-04 09:30\", fall: 0.05)",
        "Reached(instrument: \"acme\", from: \"2024-03-04 09:30\", fall: 0.5)",
    ]);
    let mut play = Play::new(&support::plan(&text, &[]), &support::options(1));
    for (lots, price) in [(10, 98_00), (20, 94_00), (30, 97_00), (40, 99_00)] {
        play.limit("buyer@custodian", Buy, lots, price);
        play.market("seller@custodian", Sell, lots);
        play.ticks(1);
    }
    let plan = play.plan.clone();
    let summary = play.stop().summary;
    let shown: Vec<_> = plan.expect.iter().map(|band| summary.measured.get(&words_of(&band.what)).copied()).collect();
    let fall = 4.0 / 98.0;
    assert_eq!(shown, [Some(fall), Some(5.0 / 4.0), Some(90.0), Some(10_000.0 - 60.0), Some(120.0), None]);
}

fn findings(text: String) -> Vec<String> {
    let source = Source { name: "test".to_owned(), text, origin: Origin::BuiltIn };
    let error = load_source(source, &[]).expect_err("this world should not load");
    error.findings().iter().map(|finding| finding.path.clone()).collect()
}

#[test]
fn stretches_that_measure_nothing_are_found_all_at_once() {
    let found = findings(expecting(&[
        "Fall(instrument: \"acme\", from: \"2024-03-04 09:34\", until: \"2024-03-04 09:31\")",
        "Recovery(instrument: \"amce\", from: \"2024-03-04 09:31\", until: \"2024-03-04 09:34\", within: \"0s\")",
        "Traded(instrument: \"acme\", from: \"2023-03-04 09:34\", until: \"2024-03-04 09:35\")",
        "Held(trader: \"nobody\", instrument: \"acme\", at: \"2024-03-04 09:33\")",
        "Reached(instrument: \"acme\", from: \"2024-03-04 09:30\", fall: NaN)",
    ]));
    assert_eq!(
        found,
        [
            "expect[0].what.fall.until",
            "expect[1].what.recovery.instrument",
            "expect[1].what.recovery.within",
            "expect[2].what.traded.from",
            "expect[3].what.held.trader",
            "expect[4].what.reached.fall",
        ]
    );
}
