//! `firesale params`: every path of a world that may be varied.

use super::args::ParamsArgs;
use super::source;
use super::status::{Failure, Status};
use super::table::wrapped;
use super::terminal::Terminal;
use crate::ask;
use language::text::near;
use world::params::{Param, Type};

pub fn params(args: &ParamsArgs, terminal: &Terminal) -> Result<Status, Failure> {
    let all = ask::params(source::source(&args.world)?, &args.set)?;
    let under = args.under.as_deref().unwrap_or_default();
    let shown: Vec<&Param> = all.iter().filter(|param| param.path.starts_with(under)).collect();
    if shown.is_empty() {
        let paths: Vec<&str> = all.iter().map(|param| param.path.as_str()).collect();
        return Err(Failure::Input {
            what: under.to_owned(),
            reason: "no path of this world begins so".into(),
            remedy: near::remedy(under, &paths),
        });
    }
    let text = if terminal.json {
        serde_json::to_string_pretty(&ask::params_json(shown)).expect("plain data") + "\n"
    } else {
        shown.iter().map(|param| told(param, terminal.width)).collect()
    };
    terminal.result(&text);
    Ok(Status::Done)
}

/// `path = value`, and beneath what may stand there and what is said of it.
fn told(param: &Param, width: usize) -> String {
    let mut text = match &param.value {
        Some(value) => format!("{} = {}\n", param.path, one_line(value)),
        None => format!("{}   (left out: {})\n", param.path, param.left_out.as_deref().unwrap_or("nothing")),
    };
    let mut said = vec![match &param.kind {
        Type::Choice(names) => format!("one of {}", names.join(", ")),
        _ => param.words.clone(),
    }];
    said.extend((!param.bounds.is_empty()).then(|| param.bounds.clone()));
    said.extend((!param.unit.is_empty()).then(|| match param.unit.as_str() {
        "ratio" => "a plain ratio".to_owned(),
        unit => format!("in {unit}"),
    }));
    if let Some(role) = param.role {
        let range = param.range.map(|(low, high)| format!(", from {low} to {high}")).unwrap_or_default();
        said.push(format!("{}{range}", role.word()));
    }
    for line in wrapped(&said.join("; "), width.saturating_sub(4)) {
        text += &format!("    {line}\n");
    }
    for note in [param.why.as_deref().unwrap_or_default(), &param.doc] {
        for line in wrapped(note, width.saturating_sub(4)).iter().filter(|line| !line.is_empty()) {
            text += &format!("    {line}\n");
        }
    }
    text
}

/// A value that runs over many lines in few letters.
fn one_line(value: &str) -> String {
    const LONGEST: usize = 60;
    let line = value.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((cut, _)) => format!("{}...", &line[..cut]),
        None => line,
    }
}
