//! `firesale completions`: the script by which a shell completes commands and options.

use super::args::{Cli, CompletionsArgs};
use super::status::{Failure, Status};
use super::terminal::Terminal;
use clap::CommandFactory;

pub fn completions(args: CompletionsArgs, terminal: &Terminal) -> Result<Status, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "firesale", &mut script);
    terminal.result(&String::from_utf8_lossy(&script));
    Ok(Status::Done)
}
