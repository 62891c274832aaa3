//! `firesale list`: the worlds that are built in.

use super::status::{Failure, Status};
use super::table::wrapped;
use super::terminal::Terminal;
use serde::Serialize;
use unicode_width::UnicodeWidthStr;

#[derive(Serialize)]
struct Entry {
    name: &'static str,
    title: String,
    /// What it shows, in a sentence.
    about: String,
}

pub fn list(terminal: &Terminal) -> Result<Status, Failure> {
    let mut entries = Vec::new();
    for (name, _) in world::builtin() {
        let plan = world::load(name, &[])?.plan;
        entries.push(Entry { name, title: plan.title, about: first_sentence(&plan.about) });
    }
    if terminal.json {
        let text = serde_json::to_string_pretty(&entries).expect("plain data");
        terminal.result(&(text + "\n"));
        return Ok(Status::Done);
    }
    let width = entries.iter().map(|entry| entry.name.width()).max().unwrap_or(0);
    for Entry { name, title, about } in &entries {
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

/// What a world says of itself begins with what it shows.
fn first_sentence(about: &str) -> String {
    let text = about.split_whitespace().collect::<Vec<_>>().join(" ");
    let end = text.find(". ").map_or(text.len(), |place| place + 1);
    text[..end].to_owned()
}
