//! `firesale show`: a world as it is written.

use super::args::ShowArgs;
use super::status::{Failure, Status};
use super::terminal::Terminal;
use world::Source;

pub fn show(args: &ShowArgs, terminal: &Terminal) -> Result<Status, Failure> {
    let Source { name, text, .. } = Source::find(&args.world)?;
    if terminal.json {
        let shown = serde_json::json!({ "name": name, "text": text });
        terminal.result(&(serde_json::to_string_pretty(&shown).expect("plain data") + "\n"));
    } else {
        terminal.copy(&text);
    }
    Ok(Status::Done)
}
