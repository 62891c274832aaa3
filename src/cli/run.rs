//! `firesale run WORLD`: load, simulate, draw, write, print.

use super::args::RunArgs;
use super::clock::now;
use super::numbers;
use super::progress::Progress;
use super::report;
use super::source;
use super::status::{Failure, Status};
use super::stop;
use super::terminal::Terminal;
use crate::pictures;
use crate::sweep::once::{Mode, Once, once};
use files::contents::write_tables;
use files::folder::{Existing, FolderError, Staging};
use files::manifest::{FileEntry, Manifest, Options, PROGRAM, WorldSource, folder_name, sha256};
use files::tables::SCHEMA_VERSION;
use results::summary::Summary;
use serde::Serialize;
use std::path::{Path, PathBuf};
use world::replay::data::{DATA_FOLDER, Data};
use world::{self, Loaded, Origin};

pub fn run(args: &RunArgs, terminal: &Terminal) -> Result<Status, Failure> {
    stop::listen();
    let loaded = source::loaded(&args.world.world, &args.world.set, args.world.seed)?;
    let mode = Mode {
        seed: args.world.seed.unwrap_or(loaded.plan.seed),
        liquidation: !args.mode.without_liquidation,
        counterfactual: args.mode.counterfactual,
        record: args.record,
        side_by_side: true,
    };
    let manifest = manifest(args, &loaded, mode);
    let (target, existing) = target(args, &manifest);
    // Opened before the run: a place that cannot be written should not cost a simulation.
    let staging =
        Staging::open(&target, existing).map_err(|error| Failure::of_output(error, "nothing was run or written"))?;

    let started = now();
    let mut run = simulate(&loaded, mode, &manifest.command, terminal)?;
    run.outcome.summary.wall_seconds = started.elapsed().as_secs_f64();

    let written = write(staging, args, &loaded, &run, manifest);
    let folder = written.as_ref().ok().map(|written| written.folder.as_path());
    print(&loaded, &run, folder, terminal);
    match written {
        Ok(written) => {
            terminal.note(&written.line());
            Ok(if written.charts.is_some() { status(&run) } else { Status::Stopped })
        }
        Err(error) => Err(Failure::of_output(error, "nothing was kept of this run on disk")),
    }
}

fn status(run: &Once) -> Status {
    if run.outcome.stopped {
        Status::Stopped
    } else if run.balances() && run.missed() == 0 {
        Status::Done
    } else {
        Status::Failed
    }
}

fn simulate(loaded: &Loaded, mode: Mode, command: &str, terminal: &Terminal) -> Result<Once, Failure> {
    let runs = if mode.counterfactual { 2 } else { 1 };
    let ticks = runs * u64::from(loaded.plan.clock.ticks);
    let progress = Progress::new(terminal, &format!("{}, seed {}", loaded.plan.name, mode.seed), "ticks", ticks);
    let step = || {
        progress.step(1);
        stop::flow()
    };
    let run = once(loaded, mode, &step);
    progress.finish();
    run.map_err(|fault| Failure::Fault { fault, during: command.to_owned() })
}

/// Where the run goes, and whether an equal run may stand there.
fn target(args: &RunArgs, manifest: &Manifest) -> (PathBuf, Existing) {
    match &args.out {
        Some(out) => (out.clone(), Existing::Refuse),
        None => {
            let home = Path::new("output").join(folder_name(&manifest.world.name));
            (home.join(manifest.run_name()), Existing::ReplaceRun)
        }
    }
}

fn manifest(args: &RunArgs, loaded: &Loaded, mode: Mode) -> Manifest {
    let options = Options {
        liquidation: mode.liquidation,
        counterfactual: mode.counterfactual,
        record: args.record.names(),
        charts: !args.no_charts,
    };
    Manifest {
        program: PROGRAM.into(),
        build: env!("CARGO_PKG_VERSION").into(),
        schema_version: SCHEMA_VERSION,
        command: command(args, mode),
        seed: mode.seed,
        overrides: loaded.overrides.iter().map(|set| format!("{}={}", set.path, set.value)).collect(),
        defaults: world::defaults(&loaded.file),
        options,
        stopped: false,
        currency: loaded.plan.currency.code.clone(),
        zone: loaded.file.clock.zone.clone(),
        files: Vec::new(),
        world: WorldSource {
            name: loaded.plan.name.clone(),
            built_in: loaded.origin == Origin::BuiltIn,
            sha256: sha256(loaded.text.as_bytes()),
            text: loaded.text.clone(),
            data: data_files(loaded),
        },
    }
}

/// The data files of a world, each once.
fn data_files(loaded: &Loaded) -> Vec<FileEntry> {
    let files = loaded.file.data.iter().filter_map(|(path, data)| match data {
        Data::Bytes { sha256, .. } => Some(FileEntry { path: path.clone(), rows: None, sha256: Some(sha256.clone()) }),
        Data::Unreadable { .. } => None,
    });
    files.collect()
}

/// What to type in a shell to get this run again.
fn command(args: &RunArgs, mode: Mode) -> String {
    let mut words = vec!["firesale".to_owned(), "run".to_owned(), args.world.world.clone()];
    words.extend(["--seed".to_owned(), mode.seed.to_string()]);
    for set in &args.world.set {
        words.extend(["--set".to_owned(), format!("{}={}", set.path, set.value)]);
    }
    let kept = args.record.names();
    if kept.len() < results::keep::Keep::NAMES.len() {
        words.extend(["--record".to_owned(), if kept.is_empty() { "none".into() } else { kept.join(",") }]);
    }
    let switches = [
        (args.mode.without_liquidation, "--without-liquidation"),
        (args.mode.counterfactual, "--counterfactual"),
        (args.no_charts, "--no-charts"),
    ];
    words.extend(switches.iter().filter(|(on, _)| *on).map(|(_, switch)| (*switch).to_owned()));
    words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
}

/// A word as a POSIX shell reads it.
pub fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=,:+@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// What was placed on disk.
struct Written {
    folder: PathBuf,
    tables: usize,
    /// `None` where the program was asked to stop before they were all drawn.
    charts: Option<usize>,
}

impl Written {
    fn line(&self) -> String {
        let tables = numbers::counted(self.tables as u64, "table");
        let folder = self.folder.display();
        match self.charts {
            Some(charts) => format!("wrote {folder} ({tables}, {})", numbers::counted(charts as u64, "chart")),
            None => {
                format!("wrote {folder} ({tables}; its charts were not waited for, and `firesale chart` draws them)")
            }
        }
    }
}

fn write(
    mut staging: Staging,
    args: &RunArgs,
    loaded: &Loaded,
    run: &Once,
    mut manifest: Manifest,
) -> Result<Written, FolderError> {
    let Once { outcome, without } = run;
    let without = without.as_ref().map(|without| &without.tables);
    write_tables(&mut staging, &outcome.tables, without, args.record, &manifest.origin())?;
    let tables = staging.entries().len();
    let mut drawn = Some(0);
    if !args.no_charts {
        let wanted = || !stop::asked();
        let all = pictures::draw(&loaded.plan, &outcome.summary, &outcome.tables, without, &manifest.world, &wanted);
        if let Some((charts, page)) = &all {
            for chart in charts {
                staging.write(&format!("charts/{}.svg", chart.name), chart.svg.as_bytes(), None)?;
                staging.write(&format!("charts/{}.png", chart.name), &chart.png, None)?;
            }
            staging.write("report.html", page.as_bytes(), None)?;
        }
        drawn = all.map(|(charts, _)| charts.len());
    }
    // A built-in world's data are part of the program; a stranger's might change, and the run could not be had again.
    for (path, data) in &loaded.file.data {
        if let (Origin::File(_), Data::Bytes { bytes, .. }) = (&loaded.origin, data) {
            staging.write(&format!("{DATA_FOLDER}/{path}"), bytes, None)?;
        }
    }
    staging.write_volatile("summary.json", summary_json(&outcome.summary).as_bytes())?;
    manifest.stopped = outcome.stopped || drawn.is_none();
    manifest.files = staging.entries().to_vec();
    staging.write_unlisted("manifest.json", manifest.to_json().as_bytes())?;
    if manifest.stopped && args.out.is_none() {
        // A part of a run never takes the place of the whole one.
        staging.rename(&format!("{}-stopped", manifest.run_name()));
    }
    Ok(Written { folder: staging.place()?, tables, charts: drawn })
}

fn summary_json(summary: &Summary) -> String {
    serde_json::to_string_pretty(summary).expect("a summary is plain data") + "\n"
}

/// The summary and where the rest is.
#[derive(Serialize)]
struct Printed<'a> {
    #[serde(flatten)]
    summary: &'a Summary,
    folder: String,
}

fn print(loaded: &Loaded, run: &Once, folder: Option<&Path>, terminal: &Terminal) {
    let summary = &run.outcome.summary;
    if terminal.json {
        // Without a folder the failure is the one result.
        if let Some(folder) = folder {
            let text = serde_json::to_string_pretty(&Printed { summary, folder: folder.display().to_string() })
                .expect("plain data");
            terminal.result(&(text + "\n"));
        }
    } else if !terminal.quiet {
        terminal.result(&report::text(&loaded.plan, summary, folder, (terminal.colour, terminal.width)));
    }
    for line in report::failures(summary, run.balances()) {
        terminal.complain(&format!("firesale: {line}\n"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_with_blanks_or_quotes_is_quoted_for_the_shell() {
        assert_eq!(quoted("traders.archegos.leverage=3"), "traders.archegos.leverage=3");
        assert_eq!(quoted("title=\"it's\""), r#"'title="it'\''s"'"#);
        assert_eq!(quoted(""), "''");
    }
}
