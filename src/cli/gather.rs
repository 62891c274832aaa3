//! `firesale gather PARTS`: the table of a sweep out of those of its parts.

use super::args::GatherArgs;
use super::status::{Failure, Status};
use super::sweep::{Shown, show, unreadable};
use super::sweep_files::{self, Place};
use super::terminal::Terminal;
use crate::sweep::identity::Identity;
use crate::sweep::table::{Table, from_parts, misfits};
use language::findings::Finding;

pub fn gather(args: &GatherArgs, terminal: &Terminal) -> Result<Status, Failure> {
    let mut parts = Vec::new();
    let mut findings = Vec::new();
    for path in &args.parts {
        match Table::open(path) {
            Ok(table) => parts.push((path, table)),
            Err(reason) => {
                let remedy = "give tables that `firesale sweep --shard` wrote";
                findings.push(Finding::at(path.display(), reason, remedy));
            }
        }
    }
    let tables: Vec<Table> = parts.iter().map(|(_, table)| table.clone()).collect();
    for (place, reason) in misfits(&tables) {
        let path = place.map(|place| parts[place].0.display().to_string()).unwrap_or_default();
        findings.push(Finding::at(path, reason, "give each part of one sweep once"));
    }
    if !findings.is_empty() {
        return Err(Failure::World { name: "parts".into(), text: String::new(), findings });
    }
    let whole = Identity { shard: None, ..tables[0].about.identity.clone() };
    let shown = Shown::plain(&args.shown, !args.no_charts);
    if let Place::Done(table) = sweep_files::place(&args.out, &whole)? {
        terminal.note(&format!("{} is done already", args.out.display()));
        return show(&table, &args.out, &shown, terminal);
    }
    sweep_files::put(&args.out, |out| from_parts(tables, out))
        .map_err(|error| Failure::of_output(error, "the parts are as they were"))?;
    let table = Table::open(&args.out).map_err(|reason| unreadable(&args.out, reason))?;
    show(&table, &args.out, &shown, terminal)
}
