//! A built-in world runs from its file to its summary.

use firesale::run::{Keep, RunOptions, simulate};
use firesale::world;
use std::ops::ControlFlow;

#[test]
fn two_funds_runs() {
    let loaded = world::load(&std::env::var("WORLD").unwrap_or("two-funds".into()), &[]).expect("it loads");
    let options = RunOptions { seed: 1, liquidation: true, record: Keep::ALL, audit_every_tick: true };
    let outcome = simulate(&loaded.plan, &options, &mut |_| ControlFlow::Continue(()));
    println!("{}", serde_json::to_string_pretty(&outcome.summary).unwrap());
    for row in outcome.tables.calls { println!("{row:?}"); }
    for row in outcome.tables.liquidations { println!("{row:?}"); }
    for row in outcome.tables.events { println!("{row:?}"); }
    for row in outcome.tables.cascade { println!("{row:?}"); }
    for row in outcome.tables.prices.iter().step_by(20) { println!("{} {:?} {} {:?} vol {} forced {} depth {} {}", row.time, row.bid, row.mark, row.ask, row.volume_units, row.forced_volume_units, row.bid_depth_1pct_units, row.ask_depth_1pct_units); }
}
