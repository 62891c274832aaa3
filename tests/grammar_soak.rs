//! Worlds drawn over the grammar are answered with findings, or run: without a fault, with books that balance, with
//! figures that are numbers, and so that `explain` says what the tables say.
//!
//! A failure prints the seed and the world. `SOAK_SEED=17 SOAK_RUNS=1` draws one again, `SOAK_RUNS=10000` more of them.

#![allow(clippy::disallowed_methods, reason = "how long an answer takes is what is held here")]

#[path = "support/grammar.rs"]
mod grammar;

use firesale::explain::explain;
use firesale::fault::{guarded, install_hook};
use firesale::options::RunOptions;
use firesale::plan::Plan;
use firesale::record::run::finish;
use firesale::results::figures::{Scalar, figures};
use firesale::results::keep::Keep;
use firesale::rng::{Purpose, Stream, stream, uniform};
use firesale::tick;
use firesale::tick::spawn::spawn;
use firesale::units::{AccountId, Tick};
use firesale::world::{Loaded, Origin, Source, load_source};
use rayon::prelude::*;
use std::time::{Duration, Instant};

/// So many ticks of a world are run, and only of one that so many accounts trade in.
const MOST_TICKS: u32 = 60;
const MOST_ACCOUNTS: usize = 400;
/// A world of a few kilobytes is judged within this, in a build without optimisation on a machine with other work.
const LONGEST: Duration = Duration::from_secs(20);

const BASES: [&str; 9] = [
    include_str!("world_fixtures/every_part.ron"),
    include_str!("world_fixtures/every_part.ron"),
    include_str!("world_fixtures/small.ron"),
    include_str!("world_fixtures/two_coins.ron"),
    include_str!("support/two_stocks.ron"),
    include_str!("../worlds/clearing-house.ron"),
    include_str!("../worlds/isolated-or-cross.ron"),
    include_str!("../worlds/peg.ron"),
    include_str!("../worlds/helios.ron"),
];

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// Everything in it is drawn from its seed.
fn world(seed: u64) -> String {
    let mut dice = stream(seed, "grammar", Purpose::Traits);
    match seed % 12 {
        0 => grammar::invented(&mut dice),
        _ => grammar::changed(BASES[(seed as usize / 12) % BASES.len()], &mut dice),
    }
}

fn load(text: String) -> Result<Loaded, ()> {
    let source = Source { name: "drawn".to_owned(), text, origin: Origin::BuiltIn };
    load_source(source, &[]).map_err(|error| {
        assert!(!error.findings().is_empty(), "it is refused without a finding");
    })
}

/// Whether it could be run.
fn soak(text: String) -> bool {
    let begun = Instant::now();
    let loaded = load(text);
    assert!(begun.elapsed() < LONGEST, "it took {:?} to judge", begun.elapsed());
    let Ok(loaded) = loaded else { return false };
    let plan = &loaded.plan;
    if plan.accounts.len() > MOST_ACCOUNTS {
        return false;
    }
    run(plan);
    true
}

fn run(plan: &Plan) {
    let options = RunOptions { seed: plan.seed, liquidation: true, record: Keep::ALL, audit_every_tick: true };
    let mut world = spawn(plan, &options);
    let mut schedule = tick::schedule(&mut world);
    let mut dice: Stream = stream(plan.seed, "explained", Purpose::Decide);
    let mut explained = Vec::new();
    let ticks = plan.clock.ticks.min(MOST_TICKS);
    for index in 0..ticks {
        schedule.run(&mut world);
        if uniform(&mut dice) < 0.1 {
            let clients = plan.accounts.iter().enumerate().filter(|(_, account)| account.trader.is_some());
            let ids = clients.map(|(index, _)| AccountId::from_index(index)).take(20);
            explained.extend(ids.map(|id| explain(&world, id, Tick::new(index))));
        }
    }
    let outcome = finish(plan, world, ticks < plan.clock.ticks);
    let audit = &outcome.summary.audit;
    assert_eq!((audit.cash_residual, audit.position_residual), (0, 0), "the books balance");
    for (name, figure) in figures(&outcome.summary) {
        if let Scalar::Number(Some(number)) = figure {
            assert!(number.is_finite(), "{name} is {number}");
        }
    }
    for row in &outcome.tables.prices {
        assert!(row.mark.is_finite() && row.volume_units.is_finite(), "{row:?}");
    }
    let rows = &outcome.tables.accounts;
    for now in explained {
        let Some(row) = rows.iter().find(|row| row.tick == now.tick && row.account == now.account) else { continue };
        let then = [row.equity, row.equity_counted, row.im, row.mm, row.cash];
        assert_eq!(then, [now.equity, now.equity_counted, now.im, now.mm, now.cash], "{row:?}");
        assert_eq!(*row.state, *now.state, "{row:?}");
    }
}

#[test]
fn worlds_over_the_grammar_are_answered_or_run_whole() {
    install_hook();
    let (first, runs) = (number("SOAK_SEED", 1), number("SOAK_RUNS", 3000));
    let whole = |seed: u64| {
        let text = world(seed);
        let whole = guarded(|| soak(text.clone())).unwrap_or_else(|fault| panic!("SOAK_SEED={seed}: {fault}\n{text}"));
        u64::from(whole)
    };
    let ran: u64 = (first..first + runs).into_par_iter().map(whole).sum();
    println!("{ran} of {runs} worlds could be run");
    // Most have something wrong with them; so many have not that the engine is met.
    assert!(runs < 400 || ran * 12 > runs, "only {ran} of {runs} could be run");
}

#[test]
fn every_base_is_sound() {
    for text in BASES {
        assert!(load(text.to_owned()).is_ok(), "{}", &text[..200]);
    }
}
