//! `firesale tables`: what tables there are, and what their columns mean.

use super::args::TablesArgs;
use super::status::{Failure, Status};
use super::table::{Table, wrapped};
use super::terminal::Terminal;
use crate::ask::{self, columns, plain};
use language::text::near;
use results::meanings::Unit;
use results::rows::{TableAbout, every_table};
use results::table::About;

pub fn tables(args: &TablesArgs, terminal: &Terminal) -> Result<Status, Failure> {
    let all = every_table();
    let asked = match &args.name {
        None => all,
        Some(name) => {
            let names: Vec<&str> = all.iter().map(|table| table.name).collect();
            let one = all.iter().find(|table| table.name == name.trim_end_matches(".parquet")).copied();
            vec![one.ok_or_else(|| Failure::Input {
                what: name.clone(),
                reason: "there is no table of this name".into(),
                remedy: near::remedy(name, &names),
            })?]
        }
    };
    let text = if terminal.json {
        serde_json::to_string_pretty(&ask::tables_json(&asked)).expect("plain data") + "\n"
    } else {
        asked.iter().map(|table| told(table, terminal.width)).collect::<Vec<_>>().join("\n")
    };
    terminal.result(&text);
    Ok(Status::Done)
}

fn told(table: &TableAbout, width: usize) -> String {
    let mut lines = vec![format!("{}.parquet", table.name)];
    lines.extend(wrapped(&format!("One row: {}", plain(table.about)), width.saturating_sub(2)).iter().map(indented));
    let mut short = Table::new(&["column", "holds", "in"]);
    for column in columns(table) {
        short.row(vec![column.name.to_owned(), column.kind.word().to_owned(), unit(column)]);
    }
    lines.extend(short.lines(width));
    for column in columns(table) {
        let meaning = format!("{}: {}", column.name, plain(column.meaning()));
        lines.extend(wrapped(&meaning, width.saturating_sub(2)).iter().map(indented));
    }
    lines.join("\n") + "\n"
}

/// What a column counts in. What its kind says already is not said again.
fn unit(column: About) -> String {
    match column.unit() {
        None | Some(Unit::Flag | Unit::Moment | Unit::Count) => String::new(),
        Some(unit) => unit.word("currency"),
    }
}

fn indented(line: &String) -> String {
    format!("  {line}")
}
