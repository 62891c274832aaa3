//! The reference as text: one section a kind, in Markdown that also reads well on a terminal.

use super::{Choice, Content, Described, Field, Kind, KindContent};
use std::fmt::Write;

impl Kind {
    /// What a person calls it: `Lender` for `LenderFile`; for the parameters that stand with a mechanism, that mechanism.
    pub fn title(&self) -> String {
        let mut homes = self.home.rsplit("::");
        match self.name {
            "Params" | "File" => {
                let own = homes.next().unwrap_or_default();
                format!("{} ({})", camel(own), homes.next().unwrap_or_default())
            }
            name => name.strip_suffix("File").unwrap_or(name).to_owned(),
        }
    }
}

/// `market_maker` as `MarketMaker`.
fn camel(snake: &str) -> String {
    let word =
        |word: &str| word.chars().take(1).flat_map(char::to_uppercase).chain(word.chars().skip(1)).collect::<String>();
    snake.split('_').map(word).collect()
}

/// One kind: its doc, and what it is made of.
pub fn section(kind: &Kind) -> String {
    let mut page = format!("## {}\n", kind.title());
    if !kind.doc.is_empty() {
        let _ = write!(page, "\n{}\n", kind.doc);
    }
    page.push('\n');
    match kind.content {
        KindContent::Fields(fields) => fields.iter().for_each(|field| line(&mut page, "", field)),
        KindContent::Only(of) => {
            let _ = writeln!(page, "Written as {}.", of().words());
        }
        KindContent::Choices(choices) => {
            page.push_str("One of:\n\n");
            choices.iter().for_each(|choice| page.push_str(&of_choice(choice)));
        }
    }
    page
}

/// One variant, with its fields beneath it.
pub fn of_choice(choice: &Choice) -> String {
    let mut page = format!("- `{}`", choice.name);
    match choice.content {
        Content::Several(parts) => {
            let parts: Vec<String> = parts.iter().map(|part| part().words()).collect();
            let _ = write!(page, "({})", parts.join(", "));
        }
        Content::Fields(_) => page.push_str("(...)"),
        Content::Nothing => {}
    }
    let said = if choice.doc.is_empty() { first_sentence(&held_doc(choice)) } else { flowing(choice.doc) };
    if !said.is_empty() {
        let _ = write!(page, ": {said}");
    }
    page.push('\n');
    if let Content::Fields(fields) = choice.content {
        fields.iter().for_each(|field| line(&mut page, "  ", field));
    }
    page
}

/// What is said of the one kind that a variant holds.
fn held_doc(choice: &Choice) -> String {
    match choice.content {
        Content::Several([only]) => match only() {
            Described::Kind(kind) => flowing(kind.doc),
            _ => String::new(),
        },
        _ => String::new(),
    }
}

fn first_sentence(text: &str) -> String {
    text.find(". ").map_or(text, |end| &text[..=end]).to_owned()
}

/// One field: its name, what stands there, what leaving it out means.
pub fn line(page: &mut String, indent: &str, field: &Field) {
    let described = (field.described)();
    let words = field.bounds.map_or_else(|| described.words(), |bounds| described.words_within(bounds));
    let _ = write!(page, "{indent}- `{}`: {words}", field.name);
    match field.absent {
        // The doc says it in words.
        Some(_) if field.doc.contains("Left out") => page.push_str("; may be left out"),
        Some(absent) => {
            let _ = write!(page, "; left out: `{}`", absent());
        }
        None if matches!((field.described)(), Described::Maybe(_)) => page.push_str("; left out: `None`"),
        None => {}
    }
    if field.doc.is_empty() {
        page.push_str(".\n");
    } else {
        let _ = writeln!(page, ". {}", flowing(field.doc));
    }
}

/// A doc comment as one paragraph; what links to code names it.
fn flowing(doc: &str) -> String {
    let mut text = doc.split_whitespace().collect::<Vec<_>>().join(" ");
    while let Some((start, end)) = link(&text) {
        let name = text[start + 2..end].rsplit("::").next().unwrap_or_default().to_owned();
        text.replace_range(start..end + 2, &format!("`{name}`"));
    }
    text
}

/// Where the first link such as ``[`crate::halts`]`` begins, and where its name ends.
fn link(text: &str) -> Option<(usize, usize)> {
    let start = text.find("[`")?;
    Some((start, start + text[start..].find("`]")?))
}
