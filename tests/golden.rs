//! The summary of each built-in world at seed 1, kept as text: a change in what a world does shows as a change
//! in a file.
//!
//! After a change that is meant, `FIRESALE_GOLDEN=write cargo test --test golden` writes the files anew; the
//! difference then belongs into the same commit. `FIRESALE_BINARY=target/release/firesale cargo test --test golden`
//! lets that program make the summaries, and so compares one build profile with another.

use firesale::options::RunOptions;
use firesale::record::run::simulate;
use firesale::results::keep::Keep;
use firesale::world::source::builtin;
use rayon::prelude::*;
use serde_json::{Map, Value};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::Command;

#[path = "support/golden.rs"]
mod golden;
#[path = "support/large.rs"]
mod large;

fn simulated_here(world: &str) -> Value {
    let plan = firesale::world::load(world, &large::smaller(world)).unwrap_or_else(|error| panic!("{error}")).plan;
    let options = RunOptions { seed: 1, liquidation: true, record: Keep::NOTHING, audit_every_tick: false };
    let outcome = simulate(&plan, &options, &mut |_| ControlFlow::Continue(()));
    // Through text, as a file would go.
    let text = serde_json::to_string(&outcome.summary).expect("plain data");
    serde_json::from_str(&text).expect("what was just written")
}

fn simulated_by(binary: &Path, world: &str) -> Value {
    let home = tempfile::tempdir().expect("a place to write");
    let out = home.path().join("run");
    // A world that misses an expectation ends with 1: that is for the world's own test.
    let output = Command::new(binary)
        .args(["run", world, "--seed", "1", "--record", "none", "--no-charts", "--quiet", "--out"])
        .arg(&out)
        .args(large::smaller(world).iter().flat_map(|set| ["--set".to_owned(), set.to_string()]))
        .output()
        .unwrap_or_else(|error| panic!("{}: {error}", binary.display()));
    let text = std::fs::read(out.join("summary.json"))
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    serde_json::from_slice(&text).expect("a summary")
}

/// What the simulation decides: nothing that a clock, a title or a second look at history does. Each day is one
/// line.
fn kept(summary: &Value) -> Value {
    let all = summary.as_object().expect("a summary is an object");
    let left_out = ["wall_seconds", "title", "fidelity", "expect", "counterfactual", "overrides"];
    let mut kept: Map<String, Value> =
        all.iter().filter(|(key, _)| !left_out.contains(&key.as_str())).map(|(k, v)| (k.clone(), v.clone())).collect();
    for instrument in kept["instruments"].as_object_mut().expect("instruments by name").values_mut() {
        for day in instrument["closes"].as_array_mut().expect("days") {
            let part = |key: &str| day[key].as_str().map_or_else(|| day[key].to_string(), str::to_owned);
            let parts = ["date", "open", "high", "low", "close", "volume_units", "forced_volume_units"].map(part);
            *day = Value::String(parts.join(" "));
        }
    }
    Value::Object(kept)
}

#[test]
fn every_built_in_world_does_at_seed_1_what_it_did_before() {
    let binary = golden::other_binary();
    let told = |(world, _): (&'static str, &str)| {
        let summary = binary.as_deref().map_or_else(|| simulated_here(world), |binary| simulated_by(binary, world));
        (world, format!("{:#}\n", kept(&summary)))
    };
    let all: Vec<_> = builtin().into_par_iter().map(told).collect();
    for (world, text) in all {
        let file = golden::file(&format!("{world}.json"));
        if golden::anew() {
            std::fs::write(&file, &text).expect("the golden file can be written");
            continue;
        }
        let before = std::fs::read_to_string(&file).unwrap_or_else(|_| panic!("{world} has no golden file; see above"));
        let lines = before.lines().zip(text.lines()).enumerate();
        let differing: Vec<_> = lines.filter(|(_, (one, other))| one != other).take(8).collect();
        assert!(before == text, "{world} differs, line by line (before, now): {differing:#?}");
    }
}
