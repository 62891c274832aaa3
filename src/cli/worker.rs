//! `firesale worker`: one request a line on stdin, one answer a line on stdout, until stdin ends.
//!
//! A request is an object: `world` (a name or a path) or `text` (a world itself), `set` (values by path), `seed`, `keep` (names of
//! the larger tables), `without_liquidation`, `counterfactual`, and an `id` of any kind, which comes back. An answer holds
//! what [`ask::run`](crate::ask::run) answers, or `error` with everything that is wrong. A bad request is answered like any
//! other, and the next one is awaited; so is a fault of the program.

use super::args::{WorkerArgs, record};
use super::status::{Failure, Status};
use super::terminal::Terminal;
use crate::ask::{self, Asked, Memory, Refused};
use language::text::Override;
use results::keep::Keep;
use serde_json::{Map, Value, json};
use std::io::{self, BufRead, Read};
use world::Source;

/// A request longer than this is none.
const LONGEST: u64 = 16 << 20;

pub fn worker(_: &WorkerArgs, terminal: &Terminal) -> Result<Status, Failure> {
    let mut input = io::stdin().lock();
    let memory = Memory::default();
    loop {
        let mut line = Vec::new();
        let read = input.by_ref().take(LONGEST).read_until(b'\n', &mut line);
        match read {
            Ok(0) => return Ok(Status::Done),
            Ok(_) if line.iter().all(u8::is_ascii_whitespace) => continue,
            Ok(_) if line.len() as u64 == LONGEST && !line.ends_with(b"\n") => {
                skip_line(&mut input);
                answer(&Value::Null, Err(wrong("the line is too long", "give a request of at most 16 MiB")), terminal);
            }
            Ok(_) => {
                let (id, answered) = serve(&line, &memory);
                answer(&id, answered, terminal);
            }
            Err(error) => {
                let reason = format!("cannot read stdin: {error}");
                return Err(Failure::Environment { reason, kept: "what was asked before is answered".into() });
            }
        }
    }
}

fn skip_line(input: &mut impl BufRead) {
    let mut rest = Vec::new();
    while let Ok(read) = input.by_ref().take(1 << 16).read_until(b'\n', &mut rest) {
        if read == 0 || rest.ends_with(b"\n") {
            break;
        }
        rest.clear();
    }
}

fn answer(id: &Value, answered: Result<Value, Value>, terminal: &Terminal) {
    let mut told = match answered {
        Ok(Value::Object(told)) => told,
        Ok(other) => Map::from_iter([("answer".to_owned(), other)]),
        Err(error) => Map::from_iter([("error".to_owned(), error)]),
    };
    if !id.is_null() {
        told.insert("id".to_owned(), id.clone());
    }
    terminal.result(&format!("{}\n", Value::Object(told)));
}

fn wrong(reason: impl Into<String>, remedy: &str) -> Value {
    json!({ "reason": reason.into(), "remedy": remedy })
}

/// The id of a request, and what came of it.
fn serve(line: &[u8], memory: &Memory) -> (Value, Result<Value, Value>) {
    let request: Map<String, Value> = match serde_json::from_slice(line) {
        Ok(request) => request,
        Err(error) => {
            let remedy = "write an object on one line, such as {\"world\": \"two-funds\", \"seed\": 1}";
            return (Value::Null, Err(wrong(format!("this is no request ({error})"), remedy)));
        }
    };
    let id = request.get("id").cloned().unwrap_or_default();
    let answered = asked(&request)
        .and_then(|asked| memory.run(&asked).map(|answer| answer.to_json()).map_err(|refused| refused.to_json()));
    (id, answered)
}

/// Everything that is wrong with a request, at once.
fn asked(request: &Map<String, Value>) -> Result<Asked, Value> {
    const KNOWN: [&str; 8] = ["id", "world", "text", "set", "seed", "keep", "without_liquidation", "counterfactual"];
    let mut wrongs: Vec<Value> = Vec::new();
    for key in request.keys().filter(|key| !KNOWN.contains(&key.as_str())) {
        wrongs.push(wrong(format!("a request has no `{key}`"), &language::text::near::remedy(key, &KNOWN)));
    }
    let source = match (request.get("world"), request.get("text")) {
        (Some(Value::String(name)), None) => Source::find(name).map_err(|error| Refused::World(error).to_json()),
        (None, Some(Value::String(text))) => Ok(Source::written(text)),
        (Some(_), Some(_)) => Err(wrong("it names two worlds", "give either `world` or `text`")),
        _ => Err(wrong("it names no world", "give `world`, a name or a path, or `text`, a world itself")),
    };
    let set = match request.get("set") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Object(set)) => {
            set.iter().map(|(path, value)| Override { path: path.clone(), value: written(value) }).collect()
        }
        Some(_) => {
            wrongs.push(wrong("`set` is no object", "write {\"traders.fund-a.leverage\": 3}"));
            Vec::new()
        }
    };
    let seed = match request.get("seed") {
        None | Some(Value::Null) => None,
        Some(seed) => seed.as_u64().or_else(|| {
            wrongs.push(wrong("`seed` is no whole number from 0", "give one, or leave it out"));
            None
        }),
    };
    let keep = match request.get("keep") {
        None | Some(Value::Null) => Keep::NOTHING,
        Some(Value::Array(names)) => {
            let names: Vec<&str> = names.iter().filter_map(Value::as_str).collect();
            let names = if names.is_empty() { "none".to_owned() } else { names.join(",") };
            record(&names).unwrap_or_else(|reason| {
                wrongs.push(wrong(reason, "name tables as `--record` does"));
                Keep::NOTHING
            })
        }
        Some(_) => {
            wrongs.push(wrong("`keep` is no list", "write [\"prices\"]"));
            Keep::NOTHING
        }
    };
    let mut flag = |key: &str| match request.get(key) {
        None | Some(Value::Null) => false,
        Some(Value::Bool(flag)) => *flag,
        Some(_) => {
            wrongs.push(wrong(format!("`{key}` is neither true nor false"), "give one of them"));
            false
        }
    };
    let (liquidation, counterfactual) = (!flag("without_liquidation"), flag("counterfactual"));
    if !liquidation && counterfactual {
        wrongs.push(wrong(
            "`without_liquidation` and `counterfactual` are both true",
            "ask for one of them: the second is a run with forced orders beside one without",
        ));
    }
    if let Some(finding) = ask::two_seeds(&set, seed) {
        wrongs.push(wrong(finding.reason, &finding.remedy));
    }
    let source = source.map_err(|wrong| wrongs.insert(0, wrong)).ok();
    match source {
        Some(source) if wrongs.is_empty() => Ok(Asked { source, set, seed, keep, liquidation, counterfactual }),
        _ if wrongs.len() == 1 => Err(wrongs.remove(0)),
        _ => Err(json!({ "findings": wrongs })),
    }
}

/// A value of JSON as the language of worlds writes it.
fn written(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
