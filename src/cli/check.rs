//! `firesale check WORLD`: everything that is wrong with a world or a sweep, or how large it is, and what may be meant but
//! does nothing.

use super::args::CheckArgs;
use super::complain;
use super::numbers::counted;
use super::status::{Failure, Status};
use super::terminal::Terminal;
use crate::sweep::design::Request;
use crate::sweep::file;
use mechanics::contracts::REST_OF_MARKET;
use serde_json::json;
use std::collections::BTreeMap;
use world::{self, Source};

pub fn check(args: &CheckArgs, terminal: &Terminal) -> Result<Status, Failure> {
    let source = Source::find(&args.world)?;
    if file::is_sweep(&source.text) {
        let mut request = file::read(&source)?;
        request.set.extend(args.set.iter().cloned());
        return check_sweep(request, terminal);
    }
    let shown = source.shown();
    let loaded = world::load_source(source, &args.set)?;
    let (plan, remarks) = (loaded.plan, loaded.remarks);
    // Who has no short among the traders for what they are long, or the other way round.
    let rest = plan.accounts.iter().find(|account| account.name == REST_OF_MARKET);
    let rest: Vec<(&str, f64)> = rest
        .into_iter()
        .flat_map(|account| &account.slots)
        .map(|(id, lots)| (plan.instruments[id.index()].name.as_str(), plan.instruments[id.index()].units_of(*lots)))
        .filter(|(_, units)| *units != 0.0)
        .collect();
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
        let report = json!({
            "world": plan.name, "title": plan.title, "findings": [], "remarks": complain::listed(&remarks), "size": counts,
            "rest_of_market": rest.iter().copied().collect::<BTreeMap<_, _>>(),
        });
        terminal.result(&format!("{report:#}\n"));
    } else if !terminal.quiet {
        let size: Vec<String> = size.iter().map(|(what, count)| counted(*count as u64, what)).collect();
        let mut text = format!("ok: {}\n", size.join(", "));
        for (instrument, units) in rest {
            let (side, others) = if units > 0.0 { ("long", "short") } else { ("short", "long") };
            let units = units.abs();
            text += &format!(
                "{instrument}: its holders are {units} more {others} than {side} at the start; the {REST_OF_MARKET} stands opposite\n"
            );
        }
        terminal.result(&text);
    }
    complain::remark(&shown, &remarks, terminal);
    Ok(Status::Done)
}

/// Loads every world that the sweep would run.
fn check_sweep(request: Request, terminal: &Terminal) -> Result<Status, Failure> {
    let world = request.source.name.clone();
    let design = request.check()?;
    if terminal.json {
        let report = json!({ "world": world, "findings": [], "size": { "runs": design.len() } });
        terminal.result(&format!("{report:#}\n"));
    } else if !terminal.quiet {
        terminal.result(&format!("ok: {} of {world}\n", counted(design.len() as u64, "run")));
    }
    Ok(Status::Done)
}
