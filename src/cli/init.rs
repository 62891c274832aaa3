//! `firesale init`: a world file to start one's own from.

use super::args::InitArgs;
use super::status::{Failure, Status};
use super::terminal::Terminal;
use serde_json::json;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use world::Source;

pub fn init(args: &InitArgs, terminal: &Terminal) -> Result<Status, Failure> {
    let Source { text, .. } = Source::find(&args.from)?;
    let shown = args.file.display();
    // What is there is the user's: only a file that did not exist is written.
    let written = OpenOptions::new().write(true).create_new(true).open(&args.file);
    match written.and_then(|mut file| file.write_all(text.as_bytes())) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            return Err(Failure::Input {
                what: shown.to_string(),
                reason: "it exists already".into(),
                remedy: "name a new file".into(),
            });
        }
        Err(error) => {
            return Err(Failure::Environment {
                reason: format!("{shown}: {error}"),
                kept: "nothing was written".into(),
            });
        }
    }
    if terminal.json {
        let result = json!({ "file": shown.to_string(), "from": args.from });
        terminal.result(&format!("{result:#}\n"));
    } else {
        terminal.result(&format!("wrote {shown}, a copy of {}\nNext: firesale run {shown}\n", args.from));
    }
    Ok(Status::Done)
}
