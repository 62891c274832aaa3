//! What the reference of the language says of a type: made by the derive from the type and its doc comments, so that
//! it cannot say anything else than the reader does.

use super::Bounds;

/// What stands in a place.
#[derive(Clone, Copy, Debug)]
pub enum Described {
    Number,
    Whole {
        low: i128,
        high: i128,
    },
    Flag,
    /// A text, and what it must say.
    Text(&'static str),
    List(fn() -> Described),
    /// From names in quotes.
    Map(fn() -> Described),
    /// It may be `None`.
    Maybe(fn() -> Described),
    /// In parentheses, in this order.
    Several(&'static [fn() -> Described]),
    Kind(&'static Kind),
}

/// A type of the language with a name of its own.
#[derive(Debug)]
pub struct Kind {
    pub name: &'static str,
    /// The module that it stands in: what tells kinds of one name apart.
    pub home: &'static str,
    pub doc: &'static str,
    pub content: KindContent,
}

#[derive(Clone, Copy, Debug)]
pub enum KindContent {
    Fields(&'static [Field]),
    Choices(&'static [Choice]),
    /// It is written as this is.
    Only(fn() -> Described),
}

#[derive(Debug)]
pub struct Field {
    pub name: &'static str,
    pub doc: &'static str,
    pub described: fn() -> Described,
    /// What it is when left out; `None` when it must be there.
    pub absent: Option<fn() -> String>,
    /// What the number may be that stands here; any number if nothing is said.
    pub bounds: Option<Bounds>,
}

/// One variant.
#[derive(Debug)]
pub struct Choice {
    pub name: &'static str,
    pub doc: &'static str,
    pub content: Content,
    /// Whether it is one of the two that stand in for what is no variant at all.
    pub stands_in: bool,
}

/// What stands in the parentheses of a variant.
#[derive(Clone, Copy, Debug)]
pub enum Content {
    Nothing,
    Several(&'static [fn() -> Described]),
    Fields(&'static [Field]),
}

impl Described {
    /// In words, with kinds by their titles.
    pub fn words(&self) -> String {
        match self {
            Self::Number => "a number".to_owned(),
            Self::Whole { low, high } if *low == 0 && *high >= i128::from(u32::MAX) => "a whole number".to_owned(),
            Self::Whole { low, high } => format!("a whole number from {low} to {high}"),
            Self::Flag => "true or false".to_owned(),
            Self::Text(said) => (*said).to_owned(),
            Self::List(of) => format!("a list of {}", plain(&of().words())),
            Self::Map(of) => format!("a map from names to {}", plain(&of().words())),
            Self::Maybe(of) => format!("{}, or None", of().words()),
            Self::Several(of) => {
                format!("({})", of.iter().map(|part| part().words()).collect::<Vec<_>>().join(", "))
            }
            Self::Kind(kind) => kind.title(),
        }
    }

    /// As [`Self::words`], of a number or a length of time that has bounds.
    pub fn words_within(&self, bounds: Bounds) -> String {
        match self {
            Self::Maybe(of) => format!("{}, or None", of().words_within(bounds)),
            Self::List(of) => format!("a list of {}", plain(&of().words_within(bounds))),
            Self::Map(of) => format!("a map from names to {}", plain(&of().words_within(bounds))),
            Self::Whole { .. } => format!("a whole number {}", bounds.words()),
            Self::Text(said) => format!("{said} ({})", bounds.words()),
            _ => format!("{} {}", self.words(), bounds.words()),
        }
    }

    /// The kinds that are named in it.
    pub fn kinds(&self, visit: &mut dyn FnMut(&'static Kind)) {
        match self {
            Self::Number | Self::Whole { .. } | Self::Flag | Self::Text(_) => {}
            Self::List(of) | Self::Map(of) | Self::Maybe(of) => of().kinds(visit),
            Self::Several(of) => of.iter().for_each(|part| part().kinds(visit)),
            Self::Kind(kind) => visit(kind),
        }
    }
}

/// Without the article.
fn plain(words: &str) -> &str {
    words.strip_prefix("a ").unwrap_or(words)
}

impl Kind {
    /// Each kind that its fields and variants name.
    pub fn names(&self, visit: &mut dyn FnMut(&'static Kind)) {
        let mut fields = |fields: &'static [Field]| fields.iter().for_each(|field| (field.described)().kinds(visit));
        match self.content {
            KindContent::Fields(own) => fields(own),
            KindContent::Only(of) => of().kinds(visit),
            KindContent::Choices(choices) => choices.iter().for_each(|choice| match choice.content {
                Content::Nothing => {}
                Content::Several(parts) => parts.iter().for_each(|part| part().kinds(visit)),
                Content::Fields(own) => own.iter().for_each(|field| (field.described)().kinds(visit)),
            }),
        }
    }
}

/// A kind and all that it leads to, each once, in the order in which a reader meets them.
pub fn all(root: &'static Kind) -> Vec<&'static Kind> {
    let mut found: Vec<&'static Kind> = vec![root];
    let mut next = 0;
    while let Some(kind) = found.get(next).copied() {
        next += 1;
        kind.names(&mut |named| {
            if !found.iter().any(|known| std::ptr::eq(*known, named)) {
                found.push(named);
            }
        });
    }
    found
}

impl Described {
    /// The kind that must be made up where this is: what may be none, or empty, needs none.
    fn needed(&self, visit: &mut dyn FnMut(&'static Kind)) {
        match self {
            Self::Several(of) => of.iter().for_each(|part| part().needed(visit)),
            Self::Kind(kind) => visit(kind),
            _ => {}
        }
    }
}

impl Kind {
    /// The kinds that must be made up for one of this kind to stand in.
    fn needs(&self) -> Vec<&'static Kind> {
        let mut found = vec![];
        let mut add = |described: Described| described.needed(&mut |kind| found.push(kind));
        match self.content {
            KindContent::Fields(own) => own.iter().for_each(|field| add((field.described)())),
            KindContent::Only(of) => add(of()),
            KindContent::Choices(choices) => {
                for choice in choices.iter().filter(|choice| choice.stands_in) {
                    match choice.content {
                        Content::Nothing => {}
                        Content::Several(parts) => parts.iter().for_each(|part| add(part())),
                        Content::Fields(own) => own.iter().for_each(|field| add((field.described)())),
                    }
                }
            }
        }
        found
    }
}

/// Those kinds among a kind and all that it leads to of which a stand-in would never end, because it needs another of
/// the same. The derive sees a variant that holds its own enum, and not a circle through several types: a test of each
/// language asks here, so that no text can.
pub fn endless(root: &'static Kind) -> Vec<&'static Kind> {
    let needs_itself = |kind: &&'static Kind| {
        let mut needed = kind.needs();
        let mut next = 0;
        while let Some(at) = needed.get(next).copied() {
            next += 1;
            for more in at.needs() {
                if !needed.iter().any(|known| std::ptr::eq(*known, more)) {
                    needed.push(more);
                }
            }
        }
        needed.iter().any(|needed| std::ptr::eq(*needed, *kind))
    };
    all(root).into_iter().filter(needs_itself).collect()
}
