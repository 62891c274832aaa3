//! `firesale man`: the manual page, of the program or of one command.

use super::args::{Cli, ManArgs};
use super::status::{Failure, Status};
use super::terminal::Terminal;
use clap::CommandFactory;
use language::text::near;

pub fn man(args: &ManArgs, terminal: &Terminal) -> Result<Status, Failure> {
    let mut page = Vec::new();
    let mut whole = Cli::command();
    // Commands inherit the options of all, and are called by the full name.
    whole.build();
    let of = match &args.command {
        None => whole,
        Some(name) => match whole.find_subcommand(name) {
            Some(own) => own.clone(),
            None => {
                let names: Vec<&str> = whole.get_subcommands().map(clap::Command::get_name).collect();
                let remedy = near::remedy(name, &names);
                return Err(Failure::Input { what: name.clone(), reason: "there is no such command".into(), remedy });
            }
        },
    };
    clap_mangen::Man::new(of).render(&mut page).expect("memory can be written to");
    terminal.result(&String::from_utf8_lossy(&page));
    Ok(Status::Done)
}
