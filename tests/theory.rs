//! Markets of random orders against what theory computes for them.

#![allow(clippy::needless_range_loop, reason = "a queue of so many orders is a number and a place at once")]

use firesale::options::RunOptions;
use firesale::record::run::simulate;
use firesale::results::keep::Keep;
use firesale::world::{Origin, Override, Source, load_source, source::builtin};
use std::ops::ControlFlow;

/// A built-in world with fields changed, run without large tables.
fn run(world: &str, seed: u64, overrides: &[&str]) -> firesale::record::run::Outcome {
    let text = builtin().into_iter().find(|(name, _)| *name == world).expect("a built-in world").1.to_string();
    let overrides: Vec<Override> = overrides.iter().map(|set| set.parse().expect("a path and a value")).collect();
    let source = Source { name: world.to_string(), text, origin: Origin::BuiltIn };
    let loaded = load_source(source, &overrides).unwrap_or_else(|error| panic!("{error}"));
    let options = RunOptions { seed, liquidation: true, record: Keep::NOTHING, audit_every_tick: false };
    simulate(&loaded.plan, &options, &mut |_| ControlFlow::Continue(()))
}

/// Rates of Cont, Stoikov and Talreja at the best prices when the spread is one step, a minute.
const ARRIVALS: f64 = 1.85;
const CANCEL: f64 = 0.71;
const MARKET: f64 = 0.94;
/// Queues are cut off here: nobody has seen one as long.
const LONGEST: usize = 40;

/// Probability that the queue of the ask is gone before that of the bid, by both lengths, where an event happens at the
/// rates given: two birth-and-death chains that know nothing of each other. Solved by relaxation.
fn up_first() -> Vec<Vec<f64>> {
    let mut chance = vec![vec![0.5; LONGEST + 1]; LONGEST + 1];
    for queue in 0..=LONGEST {
        chance[0][queue] = 0.0;
        chance[queue][0] = 1.0;
    }
    let rates = |queue: usize| (if queue < LONGEST { ARRIVALS } else { 0.0 }, MARKET + CANCEL * queue as f64);
    for _ in 0..3_000 {
        for bid in 1..=LONGEST {
            for ask in 1..=LONGEST {
                let ((bid_up, bid_down), (ask_up, ask_down)) = (rates(bid), rates(ask));
                let flow = bid_up * chance[(bid + 1).min(LONGEST)][ask]
                    + bid_down * chance[bid - 1][ask]
                    + ask_up * chance[bid][(ask + 1).min(LONGEST)]
                    + ask_down * chance[bid][ask - 1];
                chance[bid][ask] = flow / (bid_up + bid_down + ask_up + ask_down);
            }
        }
    }
    chance
}

/// Probability that the last of `bid` orders trades before the queue of the ask is gone, when it is not cancelled and
/// what comes behind it does not matter.
fn trades_first() -> Vec<Vec<f64>> {
    let mut chance = vec![vec![0.5; LONGEST + 1]; LONGEST + 1];
    chance[0] = vec![1.0; LONGEST + 1];
    chance.iter_mut().skip(1).for_each(|row| row[0] = 0.0);
    for _ in 0..3_000 {
        for place in 1..=LONGEST {
            for ask in 1..=LONGEST {
                // Those ahead are cancelled; itself it is not.
                let ahead = MARKET + CANCEL * (place - 1) as f64;
                let joins = if ask < LONGEST { ARRIVALS } else { 0.0 };
                let gone = MARKET + CANCEL * ask as f64;
                let flow = ahead * chance[place - 1][ask]
                    + joins * chance[place][(ask + 1).min(LONGEST)]
                    + gone * chance[place][ask - 1];
                chance[place][ask] = flow / (ahead + joins + gone);
            }
        }
    }
    chance
}

/// States of one instrument with enough observations: (bid, ask, share, error).
fn observed(outcome: &firesale::record::run::Outcome, instrument: &str, event: &str) -> Vec<(usize, usize, f64, f64)> {
    let rows = outcome.tables.study.iter();
    rows.filter(|row| row.instrument == instrument && row.event == event && row.spread_steps == 1 && row.observed >= 40)
        .map(|row| (row.bid_queue_orders as usize, row.ask_queue_orders as usize, row.share, row.standard_error))
        .collect()
}

#[test]
fn what_is_computed_is_symmetric() {
    let chance = up_first();
    for bid in 1..=5 {
        assert!((chance[bid][bid] - 0.5).abs() < 1e-9);
        for ask in 1..=5 {
            assert!((chance[bid][ask] + chance[ask][bid] - 1.0).abs() < 1e-9);
        }
    }
}

#[test]
fn queues_say_where_the_middle_goes_next_as_often_as_theory_computes() {
    // Two days: the markets are independent of one another, and so is what they draw.
    let outcome = run("zero-intelligence", 1, &["clock.calendar.length=2d"]);
    let (up, trades) = (up_first(), trades_first());
    for (event, instrument, computed) in
        [("mid moves up next", "queues", up), ("order trades before mid moves", "queues-tagged", trades)]
    {
        let states = observed(&outcome, instrument, event);
        assert!(states.len() >= 4, "{event}: {} states", states.len());
        for (bid, ask, share, error) in states {
            let expected = computed[bid][ask];
            // The error that a share of this probability has, should the observed one be nearer to none or all.
            let off = (share - expected).abs();
            assert!(off < 4.5 * error.max(0.01), "{event}, {bid} and {ask}: {share} +- {error}, computed {expected}");
        }
    }
}

#[test]
fn a_maker_that_leans_earns_a_little_less_and_risks_half() {
    let outcome = run("inventory-maker", 1, &["clock.calendar.length=40000s"]);
    let study = outcome.summary.study.expect("the world asks for it");
    let of = |strategy: &str| &study.rounds[&format!("maker-{strategy}-g01")];
    let (leans, stands) = (of("inventory"), of("symmetric"));
    assert_eq!((leans.rounds, stands.rounds), (200, 200));
    // Two hundred rounds: means to 1 % and 1.3 %, deviations to 5 %, three times over.
    let near =
        |found: f64, known: f64, share: f64| assert!((found / known - 1.0).abs() < share, "{found}, not {known}");
    near(leans.mean_profit, 64.8, 0.04);
    near(stands.mean_profit, 68.2, 0.05);
    near(leans.sd_profit, 6.5, 0.17);
    near(stands.sd_profit, 12.7, 0.17);
    near(leans.sd_inventory, 2.95, 0.17);
    near(stands.sd_inventory, 8.5, 0.17);
}

/// What is wrong with a built-in world once these fields are changed: paths.
fn wrong(world: &str, overrides: &[&str]) -> Vec<String> {
    let text = builtin().into_iter().find(|(name, _)| *name == world).expect("a built-in world").1.to_string();
    let overrides: Vec<Override> = overrides.iter().map(|set| set.parse().expect("a path and a value")).collect();
    let source = Source { name: world.to_string(), text, origin: Origin::BuiltIn };
    let error = load_source(source, &overrides).expect_err("something is wrong");
    let findings = error.findings();
    assert!(findings.iter().all(|finding| !finding.reason.is_empty() && !finding.remedy.is_empty()));
    findings.iter().map(|finding| finding.path.clone()).collect()
}

#[test]
fn what_is_wrong_with_rates_and_studies_is_found_at_once() {
    let found = wrong(
        "zero-intelligence",
        &[
            "traders.crowd.per=\"0s\"",
            "traders.crowd.market=-1.0",
            "traders.crowd.cancel=[]",
            "traders.flow-eps-001.limit=Uniform(rate: 0.01, steps: 0)",
            "traders.flow-eps-002.limit=PowerLaw(at_one: 1e308, exponent: 1e9, steps: 10)",
            "study.quotes=[\"nothing\"]",
            "study.queues=[(instrument: \"queues\", order: 0.0, deepest: 0, widest: 2, waits: \"patient\")]",
        ],
    );
    for path in [
        "traders.crowd.per",
        "traders.crowd.market",
        "traders.crowd.cancel",
        "traders.flow-eps-001.limit",
        "traders.flow-eps-002.limit.power_law.exponent",
        "study.quotes[0]",
        "study.queues[0].order",
        "study.queues[0].deepest",
        "study.queues[0].waits",
    ] {
        assert!(found.iter().any(|known| known == path), "{path} is not among {found:?}");
    }
}

#[test]
fn a_round_that_is_no_whole_number_of_ticks_is_found() {
    let found = wrong(
        "inventory-maker",
        &[
            "instruments.inventory-g01.ordinary.value_walk=Rounds(length: \"0s\", volatility: -1.0)",
            "instruments.inventory-g01.ordinary.value_volatility=0.1",
            "study.rounds=[(trader: \"takers\", length: \"200s\"), (trader: \"maker-inventory-g01\", length: \"0s\")]",
        ],
    );
    for path in [
        "instruments.inventory-g01.ordinary.value_walk.rounds.length",
        "instruments.inventory-g01.ordinary.value_walk.rounds.volatility",
        "instruments.inventory-g01.ordinary.value_volatility",
        "study.rounds[0].trader",
        "study.rounds[1].length",
    ] {
        assert!(found.iter().any(|known| known == path), "{path} is not among {found:?}");
    }
}
