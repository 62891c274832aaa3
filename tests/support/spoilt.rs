//! The text of a world, and the ways in which a person spoils one: a word misspelt, a line lost, a number with a zero
//! too many, one thing where another belongs.

#![allow(dead_code, reason = "each test uses its own part of it")]

use rand::Rng;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use std::ops::Range;

/// Draws that stay the same whatever becomes of a library's distributions.
#[derive(Debug)]
pub struct Draws(ChaCha8Rng);

impl Draws {
    pub fn seeded(seed: u8) -> Self {
        Self(ChaCha8Rng::from_seed([seed; 32]))
    }

    /// A number from 0 and below `end`.
    fn below(&mut self, end: usize) -> usize {
        (self.0.next_u64() % end.max(1) as u64) as usize
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        of.get(self.below(of.len()))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    Word,
    Number,
    /// With its quotes.
    Quoted,
    /// A bracket, a comma or a colon.
    Mark,
}

#[derive(Clone, Debug)]
struct Token {
    sort: Sort,
    at: Range<usize>,
}

/// `name: value` in the text.
#[derive(Clone, Debug)]
pub struct Entry {
    pub name: Range<usize>,
    pub value: Range<usize>,
}

impl Entry {
    fn whole(&self) -> Range<usize> {
        self.name.start..self.value.end
    }
}

/// The text in pieces, without blanks and comments.
#[derive(Debug)]
pub struct Pieces<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    entries: Vec<Entry>,
}

impl<'a> Pieces<'a> {
    pub fn of(text: &'a str) -> Self {
        let tokens = tokens(text);
        let entries = entries(text, &tokens);
        Self { text, tokens, entries }
    }

    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn entry(&self, draws: &mut Draws) -> Option<&Entry> {
        draws.one(&self.entries)
    }

    /// A token of this sort.
    fn token(&self, sort: Sort, draws: &mut Draws) -> Option<Range<usize>> {
        let all: Vec<_> = self.tokens.iter().filter(|token| token.sort == sort).collect();
        draws.one(&all).map(|token| token.at.clone())
    }

    fn at(&self, range: &Range<usize>) -> &'a str {
        &self.text[range.clone()]
    }
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        let run = |keeps: fn(char) -> bool| rest.find(|c| !keeps(c)).unwrap_or(rest.len());
        let (sort, length) = match first {
            '/' if rest.starts_with("//") => (None, rest.find('\n').unwrap_or(rest.len())),
            '"' => (Some(Sort::Quoted), quoted(rest)),
            '-' | '0'..='9' => (Some(Sort::Number), run(|c| c.is_ascii_alphanumeric() || "._-+".contains(c))),
            c if c.is_alphabetic() || c == '_' => (Some(Sort::Word), run(|c| c.is_alphanumeric() || c == '_')),
            c if "()[]{},:".contains(c) => (Some(Sort::Mark), 1),
            c => (None, c.len_utf8()),
        };
        tokens.extend(sort.map(|sort| Token { sort, at: at..at + length }));
        at += length;
    }
    tokens
}

/// The length of a text in quotes at the start of this one: to its closing quote, or to the end of all.
fn quoted(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

fn entries(text: &str, tokens: &[Token]) -> Vec<Entry> {
    let is = |token: &Token, marks: &str| token.sort == Sort::Mark && marks.contains(&text[token.at.clone()]);
    let mut entries = Vec::new();
    for (colon, token) in tokens.iter().enumerate().skip(1) {
        if !is(token, ":") {
            continue;
        }
        let mut depth = 0_usize;
        let value = tokens[colon + 1..].iter().take_while(|token| {
            if is(token, "([{") {
                depth += 1;
            } else if is(token, ")]}") && depth > 0 {
                depth -= 1;
            } else if depth == 0 && is(token, ",:)]}") {
                return false;
            }
            true
        });
        let value: Vec<_> = value.collect();
        if let (Some(first), Some(last)) = (value.first(), value.last()) {
            entries.push(Entry { name: tokens[colon - 1].at.clone(), value: first.at.start..last.at.end });
        }
    }
    entries
}

/// What is written in place of a part of the text.
struct Edit {
    at: Range<usize>,
    with: String,
}

type Way = fn(&Pieces, &mut Draws) -> Option<Edit>;

/// After these the text has nearly always brackets that close.
const SLIPS: [Way; 13] = [
    misspelt_word,
    misspelt_words_in_quotes,
    another_word,
    another_in_quotes,
    number_out_of_place,
    value_of_no_kind,
    value_of_another,
    value_wrapped,
    entry_left_out,
    entry_twice,
    names_swapped,
    unknown_entry,
    name_of_another,
];

/// After these it hardly is.
const TEARS: [Way; 4] = [mark_left_out, mark_too_many, end_lost, piece_lost];

/// The text with one thing wrong that still lets it be read to its end, and what was done to it: where, what stood
/// there and what stands there now.
pub fn slipped(text: &str, draws: &mut Draws) -> (String, String) {
    spoilt(text, &SLIPS, draws)
}

/// The same, but the text is torn.
pub fn torn(text: &str, draws: &mut Draws) -> (String, String) {
    spoilt(text, &TEARS, draws)
}

fn spoilt(text: &str, ways: &[Way], draws: &mut Draws) -> (String, String) {
    let pieces = Pieces::of(text);
    loop {
        let edit = draws.one(ways).and_then(|way| way(&pieces, draws));
        // A way may find nothing of its kind, or leave all as it was.
        let Some(Edit { at, with }) = edit.filter(|edit| text[edit.at.clone()] != edit.with) else { continue };
        let line = text[..at.start].matches('\n').count() + 1;
        let done = format!("line {line}: {} -> {}", in_short(&text[at.clone()]), in_short(&with));
        let mut new = text.to_owned();
        new.replace_range(at, &with);
        return (new, done);
    }
}

fn in_short(text: &str) -> String {
    const MOST: usize = 48;
    let words: Vec<_> = text.split_whitespace().collect();
    let line = words.join(" ");
    let (length, half) = (line.chars().count(), MOST / 2);
    if length == 0 {
        return "nothing".to_owned();
    }
    if length <= MOST {
        return line;
    }
    let (start, end): (String, String) =
        (line.chars().take(half).collect(), line.chars().skip(length - half).collect());
    format!("{start} ... {end}")
}

/// A letter lost, doubled, changed, or exchanged with the next.
fn misspell(word: &str, draws: &mut Draws) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    if letters.is_empty() {
        return "x".to_owned();
    }
    let at = draws.below(letters.len());
    match draws.below(4) {
        0 => drop(letters.remove(at)),
        1 => letters.insert(at, letters[at]),
        2 => letters[at] = char::from(b'a' + draws.below(26) as u8),
        _ => letters.swap(at, (at + 1) % word.chars().count()),
    }
    letters.into_iter().collect()
}

fn misspelt_word(pieces: &Pieces, draws: &mut Draws) -> Option<Edit> {
    let at = pieces.token(Sort::Word, draws)?;
    Some(Edit { with: misspell(pieces.at(&at), draws), at })
}

fn misspelt_words_in_quotes(pieces: &Pieces, draws: &mut Draws) -> Option<Edit> {
    let at = pieces.token(Sort::Quoted, draws)?;
    let inner = pieces.at(&at).trim_matches('"');
    Some(Edit { with: format!("\"{}\"", misspell(inner, draws)), at })
}

fn another_word(pieces: &Pieces, draws: &mut Draws) -> Option<Edit> {
    let (at, other) = (pieces.token(Sort::Word, draws)?, pieces.token(Sort::Word, draws)?);
    Some(Edit { at, with: pieces.at(&other).to_owned() })
}

fn another_in_quotes(pieces: &Pieces, draws: &mut Draws) -> Option<Edit> {
    let (at, other) = (pieces.token(Sort::Quoted, draws)?, pieces.token(Sort::Quoted, draws)?);
    Some(Edit { at, with: pieces.at(&other).to_owned() })
}

fn number_out_of_place(pieces: &Pieces, draws: &mut Draws) -> Option<Edit> {
    const OTHERS: [&str; 16] = [
        "0",
        "-1",
        "1.5",
        "1e30",
        "1e-9",
        "NaN",
        "inf",
        "-inf",
        "0x10",
        "1_000_000",
        "99999999999999999999",
        "1,5",
        "\"1\"",
        "\"10m\"",
        "true",
        "None",
    ];
    let at = pieces.token(Sort::Number, draws)?;
    let number = pieces.at(&at);
    let with = match draws.below(5) {
        0 => format!("-{number}"),
        1 => format!("{number}000"),
        _ => (*draws.one(&OTHERS)?).to_owned(),
    };
    Some(Edit { at, with })
}

fn value_of_no_kind(pieces: &Pieces, draws: &mut Draws) -> Option<Edit> {
    const OTHERS: [&str; 13] =
        ["()", "[]", "{}", "[[()]]", "'x'", "\"\"", "true", "Some(1)", "None", "Zork", "Zork(1)", "(a: 1)", "7"];
    let at = pieces.entry(draws)?.value.clone();
    Some(Edit { at, with: (*draws.one(&OTHERS)?).to_owned() })
}

fn value_of_another(pieces: &Pieces, draws: &mut Draws) -> Option<Edit> {
    let (entry, other) = (pieces.entry(draws)?, pieces.entry(draws)?);
    Some(Edit { at: entry.value.clone(), with: pieces.at(&other.value).to_owned() })
}

fn value_wrapped(pieces: &Pieces, draws: &mut Draws) -> Option<Edit> {
    let at = pieces.entry(draws)?.value.clone();
    let value = pieces.at(&at);
    let with = match draws.below(5) {
        0 => format!("Some({value})"),
        1 => format!("[{value}]"),
        2 => format!("({value})"),
        3 => format!("\"{}\"", value.replace('"', "")),
        _ => format!("Times({value})"),
    };
    Some(Edit { at, with })
}

/// With the comma behind it, where there is one.
fn entry_left_out(pieces: &Pieces, draws: &mut Draws) -> Option<Edit> {
    let mut at = pieces.entry(draws)?.whole();
    at.end += usize::from(pieces.text[at.end..].starts_with(','));
    Some(Edit { at, with: String::new() })
}

fn entry_twice(pieces: &Pieces, draws: &mut Draws) -> Option<Edit> {
    let at = pieces.entry(draws)?.whole();
    let entry = pieces.at(&at);
    Some(Edit { with: format!("{entry}, {entry}"), at })
}

/// Of an entry and the next: one that follows it, or the first one inside.
fn names_swapped(pieces: &Pieces, draws: &mut Draws) -> Option<Edit> {
    let first = draws.below(pieces.entries.len());
    let (one, other) = (&pieces.entries.get(first)?.name, &pieces.entries.get(first + 1)?.name);
    let between = pieces.text.get(one.end..other.start)?;
    Some(Edit { at: one.start..other.end, with: format!("{}{between}{}", pieces.at(other), pieces.at(one)) })
}

fn unknown_entry(pieces: &Pieces, draws: &mut Draws) -> Option<Edit> {
    const OTHERS: [&str; 4] =
        ["colour: 3, ", "\"zork\": 1, ", "note: \"see below\", ", "margin: Rate(im: 0.1, mm: 0.1), "];
    let before = pieces.entry(draws)?.name.start;
    Some(Edit { at: before..before, with: (*draws.one(&OTHERS)?).to_owned() })
}

fn name_of_another(pieces: &Pieces, draws: &mut Draws) -> Option<Edit> {
    let (entry, other) = (pieces.entry(draws)?, pieces.entry(draws)?);
    Some(Edit { at: entry.name.clone(), with: pieces.at(&other.name).to_owned() })
}

fn mark_left_out(pieces: &Pieces, draws: &mut Draws) -> Option<Edit> {
    Some(Edit { at: pieces.token(Sort::Mark, draws)?, with: String::new() })
}

fn mark_too_many(pieces: &Pieces, draws: &mut Draws) -> Option<Edit> {
    const OTHERS: [&str; 13] = ["(", ")", "[", "]", "{", "}", ",", ":", "\"", ";", "=", "/*", "'"];
    let before = draws.one(&pieces.tokens)?.at.start;
    Some(Edit { at: before..before, with: (*draws.one(&OTHERS)?).to_owned() })
}

fn end_lost(pieces: &Pieces, draws: &mut Draws) -> Option<Edit> {
    let from = draws.one(&pieces.tokens)?.at.start;
    Some(Edit { at: from..pieces.text.len(), with: String::new() })
}

/// A few tokens that stand in a row.
fn piece_lost(pieces: &Pieces, draws: &mut Draws) -> Option<Edit> {
    let first = draws.below(pieces.tokens.len());
    let last = (first + draws.below(8)).min(pieces.tokens.len().checked_sub(1)?);
    Some(Edit { at: pieces.tokens[first].at.start..pieces.tokens[last].at.end, with: String::new() })
}
