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
    let mut series = Vec::new();
    for (path, table) in &parts {
        match sweep_files::has_series(table, path) {
            Ok(own) => series.extend(own),
            Err(Failure::Input { what, reason, remedy }) => findings.push(Finding::at(what, reason, remedy)),
            Err(other) => return Err(other),
        }
    }
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
        sweep_files::has_series(&table, &args.out)?;
        terminal.note(&format!("{} is done already", args.out.display()));
        return show(&table, &args.out, &shown, terminal);
    }
    if let Some(all) = sweep_files::parts(&args.out, &whole)? {
        for (own, table) in series.iter().flat_map(|own| whole.series().into_iter().map(move |table| (own, table))) {
            all.take(own, &table).map_err(|error| Failure::Environment {
                reason: format!("cannot write {}: {error}", all.folder().display()),
                kept: "the parts are as they were; the same command goes on".into(),
            })?;
        }
    }
    sweep_files::put(&args.out, |out| from_parts(tables, out))
        .map_err(|error| Failure::of_output(error, "the parts are as they were"))?;
    let table = Table::open(&args.out).map_err(|reason| unreadable(&args.out, reason))?;
    show(&table, &args.out, &shown, terminal)
}
