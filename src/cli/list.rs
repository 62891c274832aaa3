//! `firesale list`: the worlds that are built in.

use super::status::{Failure, Status};
use super::terminal::Terminal;
use serde::Serialize;

#[derive(Serialize)]
struct Entry {
    name: &'static str,
    title: String,
}

pub fn list(terminal: &Terminal) -> Result<Status, Failure> {
    let mut entries = Vec::new();
    for (name, _) in world::builtin() {
        entries.push(Entry { name, title: world::load(name, &[])?.plan.title });
    }
    if terminal.json {
        let text = serde_json::to_string_pretty(&entries).expect("plain data");
        terminal.result(&(text + "\n"));
        return Ok(Status::Done);
    }
    let width = entries.iter().map(|entry| entry.name.chars().count()).max().unwrap_or(0);
    for Entry { name, title } in &entries {
        let line = if terminal.quiet { (*name).to_owned() } else { format!("{name:width$}  {title}") };
        terminal.result(&(line + "\n"));
    }
    Ok(Status::Done)
}
