//! The world `brokers-race`: waiting together beats racing, and who breaks the agreement first loses less than who is
//! left.

use firesale::options::RunOptions;
use firesale::record::run::simulate;
use firesale::results::keep::Keep;
use std::ops::ControlFlow;

#[test]
fn agreement_loses_less_than_a_race_and_the_defector_less_than_the_betrayed() {
    let plan = firesale::world::load("brokers-race", &[]).unwrap_or_else(|error| panic!("{error}")).plan;
    for seed in [1, 2] {
        let options = RunOptions { seed, liquidation: true, record: Keep::NOTHING, audit_every_tick: false };
        let outcome = simulate(&plan, &options, &mut |_| ControlFlow::Continue(()));
        let loss = |lender: &str| outcome.summary.lenders[lender].loss;
        assert!(
            loss("pact-fast") + loss("pact-slow") < 0.6 * (loss("race-fast") + loss("race-slow")),
            "seed {seed}: together they lose less when they wait"
        );
        assert!(loss("race-fast") < loss("race-slow"), "seed {seed}: in a race the fast one loses less");
        assert!(loss("betrayal-fast") < loss("betrayal-slow"), "seed {seed}: the first to defect loses less");
        // By a law alone, and whatever the seed: selling costs the second three times as much where impact stays, and less
        // than half as much again where it passes. The news cost either 1.8 m.
        let dearer = |market: &str| {
            let cost = |which: &str| loss(&format!("{market}-{which}")) - 1_800_000.0;
            cost("second") / cost("first")
        };
        assert!((dearer("propped") - 3.0).abs() < 0.005, "{}", dearer("propped"));
        assert!((dearer("passing") - 1.43).abs() < 0.03, "{}", dearer("passing"));
        let defections = outcome.tables.events.iter().filter(|row| row.kind == "defection").count();
        assert_eq!(defections, 1, "seed {seed}");
    }
}
