//! `firesale check WORLD`: everything that is wrong with a world, or how large it is.

use super::args::CheckArgs;
use super::numbers::counted;
use super::status::{Failure, Status};
use super::terminal::Terminal;
use crate::world;
use serde_json::json;

pub fn check(args: &CheckArgs, terminal: &Terminal) -> Result<Status, Failure> {
    let plan = world::load(&args.world.world, &args.world.set)?.plan;
    let size = [
        ("instrument", plan.instruments.len()),
        ("market", plan.markets.len()),
        ("lender", plan.lenders.len()),
        ("trader", plan.traders.len()),
        ("account", plan.accounts.len()),
        ("session", plan.clock.sessions.len()),
        ("tick", plan.clock.ticks as usize),
        ("shock", plan.shocks.len()),
        ("expectation", plan.expect.len()),
    ];
    if terminal.json {
        let counts: serde_json::Map<_, _> = size.iter().map(|(what, n)| (format!("{what}s"), json!(n))).collect();
        let report = json!({ "world": plan.name, "title": plan.title, "findings": [], "size": counts });
        terminal.result(&format!("{report:#}\n"));
    } else if !terminal.quiet {
        let size: Vec<String> = size.iter().map(|(what, count)| counted(*count as u64, what)).collect();
        terminal.result(&format!("ok: {}\n", size.join(", ")));
    }
    Ok(Status::Done)
}
