//! What a person types and reads.
//!
//! One file a command (`run`, `sweep`, `check`, `list`, `language`, `chart`, `explain`), each a function from its arguments
//! to an exit status; `args` is the language of the command line, `report` every line of a run's
//! printed summary, `complain` every error. This folder is the only place that prints, reads a clock
//! or hears Ctrl-C. Results go to stdout, everything else to stderr.

mod args;
mod status;
mod terminal;
mod clock;
mod cores;
mod stop;
mod progress;
mod complain;
mod run;
mod sweep;
mod sweep_files;
mod sweep_told;
mod gather;
mod buffer;
mod probe;
mod check;
mod completions;
mod list;
mod man;
mod init;
mod language;
mod show;
mod chart;
mod chart_cut;
mod compare;
mod explain;
mod explain_text;
mod report;
mod numbers;
mod table;
mod tables;
mod params;
mod source;
mod worker;

use args::{Cli, Command};
use clap::Parser;
use ground::{fault, shown};
use status::Failure;
use std::env;
use std::io::{self, Write};
use std::process::ExitCode;
use terminal::Terminal;

/// Reads the command line, does what it says, and answers with the exit status.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        // Help and version are errors to clap; it knows their streams and statuses.
        Err(error) => {
            // What was typed may have come from a stranger, too.
            let plain = error.render().to_string();
            if error.use_stderr() && plain.contains(shown::obeyed) {
                let _ = io::stderr().lock().write_all(shown::shown(&plain).as_bytes());
            } else {
                let _ = error.print();
            }
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let terminal = Terminal::new(&cli.common);
    fault::install_hook();
    let outcome = fault::guarded(|| obey(cli, &terminal)).unwrap_or_else(|fault| {
        let typed: Vec<String> = env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
        Err(Failure::Fault { fault, during: format!("firesale {}", typed.join(" ")) })
    });
    let status = outcome.unwrap_or_else(|failure| complain::about(&failure, &terminal));
    terminal.status_after(status).into()
}

fn obey(cli: Cli, terminal: &Terminal) -> Result<status::Status, Failure> {
    if let Some(threads) = cli.common.threads {
        // Fails only when a pool exists already, and this is the first to ask for one.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(threads.min(cores::cores())).build_global();
    }
    match cli.command {
        Command::Run(args) => run::run(&args, terminal),
        Command::Sweep(args) => sweep::sweep(&args, cli.common.threads, terminal),
        Command::Gather(args) => gather::gather(&args, terminal),
        Command::Check(args) => check::check(&args, terminal),
        Command::List => list::list(terminal),
        Command::Show(args) => show::show(&args, terminal),
        Command::Init(args) => init::init(&args, terminal),
        Command::Language(args) => language::language(&args, terminal),
        Command::Params(args) => params::params(&args, terminal),
        Command::Worker(args) => worker::worker(&args, terminal),
        Command::Tables(args) => tables::tables(&args, terminal),
        Command::Chart(args) => chart::chart(&args, terminal),
        Command::Compare(args) => compare::compare(&args, terminal),
        Command::Explain(args) => explain::run(&args, terminal),
        Command::Probe(args) => probe::probe(&args, cli.common.threads, terminal),
        Command::Buffer(args) => buffer::buffer(&args, cli.common.threads, terminal),
        Command::Completions(args) => completions::completions(args, terminal),
        Command::Man(args) => man::man(&args, terminal),
    }
}
