//! `firesale list`: the worlds that are built in.

use super::status::{Failure, Status};
use super::table::wrapped;
use super::terminal::Terminal;
use crate::ask::{Listed, worlds};
use unicode_width::UnicodeWidthStr;

pub fn list(terminal: &Terminal) -> Result<Status, Failure> {
    let entries = worlds()?;
    if terminal.json {
        let text = serde_json::to_string_pretty(&entries).expect("plain data");
        terminal.result(&(text + "\n"));
        return Ok(Status::Done);
    }
    let width = entries.iter().map(|entry| entry.name.width()).max().unwrap_or(0);
    for Listed { name, title, about } in &entries {
        if terminal.quiet {
            terminal.result(&format!("{name}\n"));
            continue;
        }
        terminal.result(&format!("{name:width$}  {title}\n"));
        for line in wrapped(about, terminal.width.saturating_sub(4)) {
            terminal.result(&format!("    {line}\n"));
        }
    }
    Ok(Status::Done)
}
