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
        let defections = outcome.tables.events.iter().filter(|row| row.kind == "defection").count();
        assert_eq!(defections, 1, "seed {seed}");
    }
}
