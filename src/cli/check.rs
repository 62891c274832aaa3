//! `firesale check WORLD`: everything that is wrong with a world or a sweep, or how large it is, and what may be meant but
//! does nothing.

use super::args::CheckArgs;
use super::complain;
use super::numbers::counted;
use super::status::{Failure, Status};
use super::terminal::Terminal;
use crate::sweep::file;
use crate::sweep::request::Request;
use serde_json::json;
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
    let size = [
        ("instrument", plan.instruments.len()),
        ("market", plan.markets.len()),
        ("lender", plan.lenders.len()),
        ("trader", plan.trader_count()),
        ("account", plan.account_count()),
        ("session", plan.clock.sessions.len()),
        ("tick", plan.clock.ticks as usize),
        ("shock", plan.shocks.len()),
        ("expectation", plan.expect.len()),
    ];
    if terminal.json {
        let counts: serde_json::Map<_, _> = size.iter().map(|(what, n)| (format!("{what}s"), json!(n))).collect();
        let remarks = complain::listed(&remarks);
        let report =
            json!({ "world": plan.name, "title": plan.title, "findings": [], "remarks": remarks, "size": counts });
        terminal.result(&format!("{report:#}\n"));
    } else if !terminal.quiet {
        let size: Vec<String> = size.iter().map(|(what, count)| counted(*count as u64, what)).collect();
        terminal.result(&format!("ok: {}\n", size.join(", ")));
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
