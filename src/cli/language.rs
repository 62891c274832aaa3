//! `firesale language`: the reference of the world language, whole or a part of it.

use super::args::LanguageArgs;
use super::status::{Failure, Status};
use super::terminal::Terminal;
use language::read::{Bounds, Choice, Content, Field, Found, Kind, KindContent, look_up, page, reference};
use serde_json::{Value, json};

pub fn language(args: &LanguageArgs, terminal: &Terminal) -> Result<Status, Failure> {
    let root = world::language();
    let found = match &args.what {
        None => reference::all(root).into_iter().map(Found::Kind).collect(),
        Some(asked) => look_up(root, asked).map_err(|remedy| Failure::Input {
            what: asked.clone(),
            reason: "the language of worlds has nothing of this name".into(),
            remedy,
        })?,
    };
    let text = if terminal.json {
        let all: Vec<Value> = found.iter().map(shown).collect();
        serde_json::to_string_pretty(&all).expect("plain data") + "\n"
    } else {
        found.iter().map(told).collect::<Vec<_>>().join("\n")
    };
    terminal.result(&text);
    Ok(Status::Done)
}

fn told(found: &Found) -> String {
    match found {
        Found::Kind(kind) => page::section(kind),
        Found::Choice(choice) => {
            let kinds = match choice.content {
                Content::Several(parts) => parts.iter().map(|part| part()).collect(),
                _ => vec![],
            };
            let mut text = page::of_choice(choice);
            for kind in kinds {
                kind.kinds(&mut |kind| text.push_str(&format!("\n{}", page::section(kind))));
            }
            text
        }
        Found::Field(field) => {
            let mut text = String::new();
            page::line(&mut text, "", field);
            (field.described)().kinds(&mut |kind| text.push_str(&format!("\n{}", page::section(kind))));
            text
        }
    }
}

fn shown(found: &Found) -> Value {
    match found {
        Found::Kind(kind) => of_kind(kind),
        Found::Choice(choice) => of_choice(choice),
        Found::Field(field) => of_field(field),
    }
}

fn of_kind(kind: &Kind) -> Value {
    let (key, content): (&str, Vec<Value>) = match kind.content {
        KindContent::Fields(fields) => ("fields", fields.iter().map(of_field).collect()),
        KindContent::Choices(choices) => ("kinds", choices.iter().map(of_choice).collect()),
        KindContent::Only(of) => ("written_as", vec![Value::from(of().words())]),
    };
    json!({ "name": kind.title(), "doc": kind.doc, key: content })
}

fn of_choice(choice: &Choice) -> Value {
    let content = match choice.content {
        Content::Nothing => Value::Null,
        Content::Several(parts) => parts.iter().map(|part| Value::from(part().words())).collect(),
        Content::Fields(fields) => fields.iter().map(of_field).collect(),
    };
    json!({ "name": choice.name, "doc": choice.doc, "holds": content })
}

fn of_field(field: &Field) -> Value {
    let absent = field.absent.map(|absent| absent());
    let bounds = field.bounds.map(Bounds::words);
    json!({ "name": field.name, "type": (field.described)().words(), "bounds": bounds, "doc": field.doc, "left_out": absent })
}
