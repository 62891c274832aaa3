//! `firesale sweep WORLD`: many runs into one table.

use super::args::{ShownArgs, SweepArgs};
use super::cores;
use super::numbers::{counted, thousands};
use super::progress::Progress;
use super::status::{Failure, Status};
use super::stop;
use super::sweep_files::{self, Place};
use super::sweep_told;
use super::terminal::Terminal;
use crate::sweep::file;
use crate::sweep::identity::Identity;
use crate::sweep::journal::{Journal, Tally, beside};
use crate::sweep::request::Request;
use crate::sweep::rows;
use crate::sweep::sample::Sample;
use crate::sweep::table::{Table, from_journal};
use crate::sweep::work::{Manner, Ran, Series, work};
use files::parts;
use serde_json::{Value, json};
use std::io;
use std::path::Path;
use std::sync::Mutex;
use world::Source;

pub fn sweep(args: &SweepArgs, threads: Option<usize>, terminal: &Terminal) -> Result<Status, Failure> {
    stop::listen();
    let design = request(args)?.check()?;
    let misnamed = design.like.figures.misnamed(&args.shown.figure);
    if !misnamed.is_empty() {
        return Err(Failure::World { name: "figures".into(), text: String::new(), findings: misnamed });
    }
    let mut manner = Manner {
        liquidation: !args.mode.without_liquidation,
        counterfactual: args.mode.counterfactual,
        record: args.record,
        jobs: 1,
    };
    let identity = Identity::of(&design, manner, args.shard);
    if let Place::Done(table) = sweep_files::place(&args.out, &identity)? {
        sweep_files::has_series(&table, &args.out)?;
        terminal.note(&format!("{} is done already: nothing was run", args.out.display()));
        clear(&args.out, &identity);
        return show(&table, &args.out, &Shown::of(args), terminal);
    }
    let journal = sweep_files::journal(&args.out, &identity)?;
    // Whoever held the journal may have finished meanwhile.
    if let Place::Done(table) = sweep_files::place(&args.out, &identity)? {
        let _ = journal.remove();
        return show(&table, &args.out, &Shown::of(args), terminal);
    }

    let rows = identity.rows();
    let before = journal.tally.rows();
    if before > 0 {
        let (before, rows) = (thousands(before as u64), thousands(rows as u64));
        terminal.note(&format!("going on: {before} of {rows} runs were done before"));
    }
    manner.jobs = cores::jobs(args.jobs, threads, rows);
    let series = sweep_files::parts(&args.out, &identity)?;
    let progress = Progress::new(terminal, &args.world.world, "runs", rows as u64).after(before as u64);
    let done: Vec<bool> = (0..design.len()).map(|run| journal.has(run)).collect();
    let path = journal.path().display().to_string();
    let of_journal = |error: io::Error| io::Error::new(error.kind(), format!("{path}: {error}"));
    let journal = Mutex::new(journal);
    let broke = Mutex::new(Vec::new());
    let wanted = |run: usize| !done[run] && identity.shard.is_none_or(|shard| shard.has(run));
    let kept = |run: usize, ran: Ran| {
        if ran == Ran::Stopped {
            return Ok(());
        }
        if let Ran::Broke(fault) = &ran {
            lock(&broke).push(format!("{}: {fault}", design.describe(design.job(run))));
        }
        if let (Some(parts), Ran::Row(row)) = (&series, &ran)
            && let Some(kept) = &row.series
        {
            let (origin, keys) = (identity.origin(&design, run), rows::keys(&design, run));
            let Series { tables, without } = &**kept;
            for (table, bytes) in files::contents::series(tables, without.as_ref(), manner.record, &origin, &keys) {
                parts.put(table, run, &bytes)?;
            }
        }
        // Only now: what the journal has is not done again.
        lock(&journal).append(run, &ran).map_err(of_journal)?;
        progress.step(1);
        Ok(())
    };
    let worked = work(&design, manner, &wanted, &stop::asked, &kept);
    progress.finish();
    let journal = journal.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    let done = journal.tally.rows();
    let left = || {
        format!(
            "{} of {} runs are kept in {}",
            thousands(done as u64),
            thousands(rows as u64),
            journal.path().display()
        )
    };
    for broke in broke.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner) {
        terminal.complain(&format!("firesale: a fault of the program in the run with {broke}; please report it\n"));
    }
    if let Err(error) = worked {
        let reason = format!("cannot write {error}");
        return Err(Failure::Environment { reason, kept: format!("{}; the same command goes on", left()) });
    }
    if done < rows {
        terminal.complain(&format!("firesale: stopped; {}; the same command goes on\n", left()));
        if terminal.json {
            let result = json!({ "out": args.out.display().to_string(), "journal": journal.path().display().to_string(), "rows": done, "stopped": rows - done });
            terminal.result(&format!("{result:#}\n"));
        }
        return Ok(Status::Stopped);
    }
    sweep_files::put(&args.out, |out| from_journal(&journal, &design, &identity, out))
        .map_err(|error| Failure::of_output(error, &format!("{}; the same command goes on", left())))?;
    let _ = journal.remove();
    let table = Table::open(&args.out).map_err(|reason| unreadable(&args.out, reason))?;
    sweep_files::has_series(&table, &args.out)?;
    show(&table, &args.out, &Shown::of(args), terminal)
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// A journal that was left behind by a kill in the last moment.
fn clear(table: &Path, identity: &Identity) {
    if beside(table).exists()
        && let Ok(journal) = sweep_files::journal(table, identity)
    {
        let _ = Journal::remove(journal);
    }
}

/// From a world or from a sweep file, with what the command line adds.
fn request(args: &SweepArgs) -> Result<Request, Failure> {
    let source = Source::find(&args.world.world)?;
    let mut request = if file::is_sweep(&source.text) { file::read(&source)? } else { Request::plain(source) };
    request.set.extend(args.world.set.iter().cloned());
    request.vary.extend(args.vary.iter().cloned());
    request.against.extend(args.against.iter().cloned());
    if let (Some(method), Some(points)) = (args.sample, args.points) {
        request.sample = Some(Sample { method, points });
    }
    request.first_seed = args.world.seed.or(request.first_seed);
    request.seeds = args.seeds.or(request.seeds);
    if args.precision.is_some() && request.against.is_empty() {
        return Err(Failure::Input {
            what: "--precision".into(),
            reason: "there is no difference to be known: no rule is held against the world".into(),
            remedy: "say what is changed with --against PATH=VALUE".into(),
        });
    }
    Ok(request)
}

/// What is shown of a table, and how.
pub struct Shown<'a> {
    pub figures: &'a [String],
    pub precision: Option<f64>,
    pub charts: bool,
}

impl<'a> Shown<'a> {
    fn of(args: &'a SweepArgs) -> Self {
        Self { figures: &args.shown.figure, precision: args.precision, charts: !args.no_charts }
    }

    pub fn plain(shown: &'a ShownArgs, charts: bool) -> Self {
        Self { figures: &shown.figure, precision: None, charts }
    }
}

pub fn unreadable(path: &Path, reason: String) -> Failure {
    Failure::Input { what: path.display().to_string(), reason, remedy: "give the table of a sweep".into() }
}

/// Says what came of a table that is whole, prints and draws it.
pub fn show(table: &Table, path: &Path, shown: &Shown<'_>, terminal: &Terminal) -> Result<Status, Failure> {
    let tally = table.about.tally;
    complain(tally, terminal);
    let told = sweep_told::told(table, path, shown)?;
    // A part of a sweep is told when it is gathered.
    let charts: Vec<chart::Chart> = match table.about.identity.shard {
        Some(_) => Vec::new(),
        None if shown.charts => chart::sweep_charts(&told),
        None => Vec::new(),
    };
    let drawn = sweep_files::put_charts(table, path, &charts);
    if terminal.json {
        let mut result = json!({
            "out": path.display().to_string(),
            "rows": tally.rows(),
            "done": tally.done,
            "infeasible": tally.infeasible,
            "failed": tally.failed,
            "missed": tally.missed,
            "audit_failed": tally.unbalanced,
            "series": table.about.identity.series(),
            "told": told.iter().map(sweep_told::as_json).collect::<Vec<Value>>(),
        });
        if let Ok(drawn) = &drawn {
            result["charts"] = json!(drawn);
        }
        terminal.result(&format!("{result:#}\n"));
    } else if !terminal.quiet {
        let mut text = format!("{}, one row each, in {}\n", counted(tally.rows() as u64, "run"), path.display());
        if !table.about.identity.record.is_empty() {
            let (series, folder) = (table.about.identity.series().join(", "), parts::beside(path));
            text += &format!("{series} of each in {}\n", folder.display());
        }
        if table.about.identity.shard.is_none() {
            text += &sweep_told::text(&told, terminal.width);
        }
        for path in drawn.iter().flatten().filter(|path| path.extension().is_some_and(|ending| ending == "png")) {
            text += &format!("See {}\n", path.display());
        }
        terminal.result(&text);
    }
    drawn?;
    let failed = tally.failed + tally.unbalanced + tally.missed > 0;
    Ok(if failed { Status::Failed } else { Status::Done })
}

fn complain(tally: Tally, terminal: &Terminal) {
    let say = |count: usize, what: &str| {
        if count > 0 {
            terminal.complain(&format!("firesale: {} {what}\n", counted(count as u64, "run")));
        }
    };
    say(tally.failed, "broke down by a fault of the program; the column `reason` tells each");
    say(tally.unbalanced, "failed the audit");
    say(tally.missed, "missed an enforced expectation");
    if tally.infeasible > 0 && !terminal.quiet {
        say(tally.infeasible, "could not be: the values make no sense together; the column `reason` tells each");
    }
}
