//! `firesale sweep WORLD`: many runs into one table.

use super::args::SweepArgs;
use super::cores;
use super::numbers::counted;
use super::progress::Progress;
use super::status::{Failure, Status};
use super::stop;
use super::terminal::Terminal;
use crate::sweep::design::{Design, Job, Request};
use crate::sweep::file;
use crate::sweep::rows::columns;
use crate::sweep::work::{Manner, Ran, Row, work};
use files::folder::{Existing, StagedFile, check_free};
use files::sheet;
use serde_json::json;
use world::Source;

pub fn sweep(args: &SweepArgs, threads: Option<usize>, terminal: &Terminal) -> Result<Status, Failure> {
    stop::listen();
    let design = request(args)?.check()?;
    let kept = "nothing was run or written";
    check_free(&args.out, Existing::Refuse).map_err(|error| Failure::of_output(error, kept))?;
    let out = StagedFile::open(&args.out).map_err(|error| Failure::of_output(error, kept))?;

    let manner = Manner {
        liquidation: !args.mode.without_liquidation,
        counterfactual: args.mode.counterfactual,
        jobs: cores::jobs(args.jobs, threads, design.len()),
    };
    let progress = Progress::new(terminal, &args.world.world, "runs", design.len() as u64);
    let runs = work(&design, manner, &stop::asked, &|| progress.step(1));
    progress.finish();

    let tally = Tally::of(&design, &runs);
    let bytes = sheet::bytes(tally.rows.len(), columns(&design, &tally.rows));
    out.place(&bytes, false).map_err(|error| Failure::of_output(error, "nothing was kept of this sweep"))?;
    tally.print(args, terminal);
    Ok(tally.status())
}

/// From a world or from a sweep file, with what the command line adds.
fn request(args: &SweepArgs) -> Result<Request, Failure> {
    let source = Source::find(&args.world.world)?;
    let mut request = if file::is_sweep(&source.text) {
        file::read(&source)?
    } else {
        Request { source, set: Vec::new(), vary: Vec::new(), first_seed: None, seeds: 1 }
    };
    request.set.extend(args.world.set.iter().cloned());
    request.vary.extend(args.vary.iter().cloned());
    request.first_seed = args.world.seed.or(request.first_seed);
    request.seeds = args.seeds.unwrap_or(request.seeds);
    Ok(request)
}

/// What came of the runs.
struct Tally<'a> {
    rows: Vec<(Job, &'a Row)>,
    /// In words: parameters, seed, fault.
    broke: Vec<String>,
    stopped: usize,
    missed: usize,
    unbalanced: Vec<String>,
}

impl<'a> Tally<'a> {
    fn of(design: &Design, runs: &'a [(Job, Ran)]) -> Self {
        let mut tally = Self { rows: Vec::new(), broke: Vec::new(), stopped: 0, missed: 0, unbalanced: Vec::new() };
        for (job, ran) in runs {
            match ran {
                Ran::Row(row) => {
                    tally.rows.push((*job, row));
                    tally.missed += usize::from(row.missed > 0);
                    if !row.balances {
                        tally.unbalanced.push(design.describe(*job));
                    }
                }
                Ran::Broke(fault) => tally.broke.push(format!("{}: {fault}", design.describe(*job))),
                Ran::Stopped => tally.stopped += 1,
            }
        }
        tally
    }

    fn status(&self) -> Status {
        if self.stopped > 0 {
            Status::Stopped
        } else if self.broke.is_empty() && self.unbalanced.is_empty() && self.missed == 0 {
            Status::Done
        } else {
            Status::Failed
        }
    }

    fn print(&self, args: &SweepArgs, terminal: &Terminal) {
        for broke in &self.broke {
            terminal.complain(&format!("firesale: a fault of the program in the run with {broke}; please report it\n"));
        }
        for run in &self.unbalanced {
            terminal.complain(&format!("firesale: the audit failed in the run with {run}\n"));
        }
        if self.missed > 0 {
            let missed = counted(self.missed as u64, "run");
            terminal.complain(&format!("firesale: {missed} missed an enforced expectation\n"));
        }
        if self.stopped > 0 {
            let stopped = counted(self.stopped as u64, "run");
            terminal
                .complain(&format!("firesale: stopped; {stopped} did not come to an end and are not in the table\n"));
        }
        if terminal.json {
            let result = json!({
                "out": args.out.display().to_string(),
                "rows": self.rows.len(),
                "broke": self.broke,
                "stopped": self.stopped,
                "missed": self.missed,
                "audit_failed": self.unbalanced,
            });
            terminal.result(&format!("{result:#}\n"));
        } else if !terminal.quiet {
            let rows = counted(self.rows.len() as u64, "run");
            terminal.result(&format!("{rows}, one row each, in {}\n", args.out.display()));
        }
    }
}
