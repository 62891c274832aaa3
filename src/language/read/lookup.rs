//! Finding something in the reference: by the path that findings and `--set` use, or by the name of a kind.

use super::reference::all;
use super::{Choice, Content, Described, Field, Kind, KindContent};
use crate::text::near;

/// What was asked for.
#[derive(Clone, Copy, Debug)]
pub enum Found {
    Kind(&'static Kind),
    Choice(&'static Choice),
    Field(&'static Field),
}

/// All that a word or a path means.
///
/// # Errors
/// The remedy, when it means nothing.
pub fn look_up(root: &'static Kind, asked: &str) -> Result<Vec<Found>, String> {
    if let Some(found) = by_path(root, asked) {
        return Ok(vec![found]);
    }
    let kinds = all(root);
    let same = |name: &str| name.eq_ignore_ascii_case(asked);
    let named = kinds.iter().copied().filter(|kind| {
        let title = kind.title();
        same(kind.name) || same(&title) || title.split(' ').next().is_some_and(same)
    });
    let mut found: Vec<Found> = named.map(Found::Kind).collect();
    let variants = kinds.iter().flat_map(|kind| choices(kind));
    found.extend(variants.filter(|choice| same(choice.name)).map(Found::Choice));
    if !found.is_empty() {
        return Ok(found);
    }
    let titles: Vec<String> = kinds.iter().map(|kind| kind.title()).collect();
    let mut words: Vec<&str> = titles.iter().map(String::as_str).collect();
    words.extend(kinds.iter().flat_map(|kind| choices(kind)).map(|choice| choice.name));
    Err(match near::near(asked, &words).as_slice() {
        [] => "give a path such as lenders.broker.margin, or the name of a kind; `firesale language` prints all"
            .to_owned(),
        _ => near::remedy(asked, &words),
    })
}

fn choices(kind: &'static Kind) -> impl Iterator<Item = &'static Choice> {
    match kind.content {
        KindContent::Choices(choices) => choices.iter(),
        KindContent::Fields(_) | KindContent::Only(_) => [].iter(),
    }
}

/// `lenders.broker.margin.rate.im`, step by step: fields by name, entries of maps by any name, of lists by any number,
/// variants by their name in small letters.
fn by_path(root: &'static Kind, path: &str) -> Option<Found> {
    let steps = path.split(['.', '[']).map(|step| step.trim_end_matches(']')).filter(|step| !step.is_empty());
    let mut at = Here::Is(Described::Kind(root));
    let mut found = Found::Kind(root);
    for step in steps {
        (at, found) = at.step(step)?;
    }
    if let (Found::Field(_), Here::Is(Described::Kind(kind))) = (found, at) {
        found = Found::Kind(kind);
    }
    Some(found)
}

enum Here {
    Is(Described),
    Inside(&'static [Field]),
}

impl Here {
    fn step(self, step: &str) -> Option<(Self, Found)> {
        match self {
            Self::Inside(fields) => into_field(fields, step),
            Self::Is(Described::Maybe(of)) => Self::Is(of()).step(step),
            Self::Is(Described::Map(of) | Described::List(of)) => match of() {
                Described::Kind(kind) => Some((Self::Is(Described::Kind(kind)), Found::Kind(kind))),
                _ => None,
            },
            Self::Is(Described::Kind(kind)) => match kind.content {
                KindContent::Fields(fields) => into_field(fields, step),
                KindContent::Only(of) => Self::Is(of()).step(step),
                KindContent::Choices(choices) => {
                    let small = |name: &str| {
                        name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase()
                    };
                    let choice = choices.iter().find(|choice| small(choice.name) == small(step));
                    match choice {
                        Some(choice) => match choice.content {
                            Content::Fields(fields) => Some((Self::Inside(fields), Found::Choice(choice))),
                            Content::Several([only]) => Some((Self::Is(only()), Found::Choice(choice))),
                            _ => Some((Self::Inside(&[]), Found::Choice(choice))),
                        },
                        // The name of a variant may be left out of a path.
                        None => choices.iter().find_map(|choice| match choice.content {
                            Content::Fields(fields) => into_field(fields, step),
                            Content::Several([only]) => match only() {
                                Described::Kind(own) => Self::Is(Described::Kind(own)).step(step),
                                _ => None,
                            },
                            _ => None,
                        }),
                    }
                }
            },
            Self::Is(_) => None,
        }
    }
}

fn into_field(fields: &'static [Field], step: &str) -> Option<(Here, Found)> {
    let field = fields.iter().find(|field| field.name == step)?;
    Some((Here::Is((field.described)()), Found::Field(field)))
}
