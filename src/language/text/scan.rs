//! One walk over the text of a world, to know where everything stands.
//!
//! RON itself is read by the `ron` firesale. It says what a text means, but not where a value stood once it
//! has been read, and it stops at the first thing it does not like. This scanner knows nothing of
//! types: it turns the text into a tree of structs, maps, lists and leaves, each with the bytes it
//! spans, so that a path leads to a place and a place to a path. It mends what has one obvious
//! repair (a forgotten comma, `=` for `:`), notes it as a problem and goes on, so that one slip does not hide
//! all others. It never looks deeper than [`DEEPEST`] levels and never keeps more than [`MOST_NODES`].

use super::lex::{self, Cursor};
use std::ops::Range;

pub const DEEPEST: usize = 64;
pub const MOST_NODES: usize = 300_000;
/// After so many repairs this is some other kind of file.
const MOST_PROBLEMS: usize = 100;

pub type NodeId = usize;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `(field: value, ...)`
    Struct,
    /// `(value, ...)`, also empty.
    Tuple,
    /// `{ key: value, ... }`
    Map,
    /// `[value, ...]`
    List,
    /// A bare identifier: `true`, `None`, a variant without fields.
    Word,
    Number,
    /// A string, with its escapes resolved.
    Text(String),
    /// Characters and byte strings, which no world needs.
    Other,
}

#[derive(Clone, Debug)]
pub struct Key {
    pub text: String,
    pub range: Range<usize>,
}

#[derive(Clone, Debug)]
pub struct Node {
    pub shape: Shape,
    /// The identifier before a parenthesis: a variant or the name of a struct. For a word, the word.
    pub name: Option<Range<usize>>,
    /// For an entry of a struct or a map.
    pub key: Option<Key>,
    /// From the name or the first character to the last.
    pub value: Range<usize>,
    pub children: Vec<NodeId>,
    pub parent: Option<NodeId>,
}

/// Something that is no RON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub range: Range<usize>,
    pub reason: String,
    pub remedy: String,
}

#[derive(Clone, Debug)]
pub struct Scan<'t> {
    pub text: &'t str,
    pub nodes: Vec<Node>,
    /// `None` when there is nothing in the text, or nothing that could be made out. When the walk was cut
    /// short, what it saw until then.
    pub root: Option<NodeId>,
    pub problems: Vec<Problem>,
    /// The walk had to stop: the tree is not all of the text.
    pub cut_short: bool,
}

impl<'t> Scan<'t> {
    pub fn of(text: &'t str) -> Self {
        let scan = Self { text, nodes: vec![], root: None, problems: vec![], cut_short: false };
        let mut walk = Walk { cursor: Cursor::new(text), scan };
        if let Err(problem) = walk.document() {
            walk.scan.cut_short = true;
            walk.scan.problems.push(problem);
        }
        walk.scan
    }

    /// Whether a text is one RON value and nothing else.
    pub fn is_one_value(text: &str) -> bool {
        let scan = Scan::of(text);
        scan.root.is_some() && scan.problems.is_empty()
    }

    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id]
    }

    /// The text of a node's value.
    pub fn slice(&self, id: NodeId) -> &'t str {
        &self.text[self.nodes[id].value.clone()]
    }

    /// The variant or struct name of a node, or its word.
    pub fn name(&self, id: NodeId) -> Option<&'t str> {
        self.nodes[id].name.clone().map(|range| &self.text[range])
    }

    /// What to underline: a leaf's value; of anything larger its key or its first line.
    pub fn mark(&self, id: NodeId) -> Range<usize> {
        let node = &self.nodes[id];
        match (&node.shape, &node.key) {
            (Shape::Struct | Shape::Tuple | Shape::Map | Shape::List, Some(key)) => key.range.clone(),
            (Shape::Struct | Shape::Tuple | Shape::Map | Shape::List, None) => {
                let line = self.text[node.value.clone()].lines().next().map_or(0, |line| line.trim_end().len());
                node.value.start..node.value.start + line
            }
            _ => node.value.clone(),
        }
    }
}

/// Line and column of a byte, in characters, from one.
pub fn line_and_column(text: &str, byte: usize) -> (usize, usize) {
    let mut byte = byte.min(text.len());
    while !text.is_char_boundary(byte) {
        byte -= 1;
    }
    let before = &text[..byte];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

struct Walk<'t> {
    cursor: Cursor<'t>,
    scan: Scan<'t>,
}

impl Walk<'_> {
    fn document(&mut self) -> Result<(), Problem> {
        self.cursor.skip_blank()?;
        while self.cursor.rest().starts_with("#![") {
            self.attribute()?;
        }
        if self.cursor.at_end() {
            return Err(self.problem_here("there is nothing in it", "start from the world that is nearest to yours"));
        }
        let root = self.value(None, None, 0)?;
        self.scan.root = Some(root);
        self.cursor.skip_blank()?;
        if !self.cursor.at_end() {
            return Err(self.problem_here(
                "the world has ended, but the text goes on",
                "remove the rest, or the parenthesis that closes the world too early",
            ));
        }
        Ok(())
    }

    fn attribute(&mut self) -> Result<(), Problem> {
        let start = self.cursor.position();
        let Some(end) = self.cursor.rest().find(']') else {
            return Err(problem(start..start + 3, "this attribute is never closed", "remove it"));
        };
        self.cursor.advance(end + 1);
        self.cursor.skip_blank()
    }

    fn value(&mut self, key: Option<Key>, parent: Option<NodeId>, depth: usize) -> Result<NodeId, Problem> {
        if self.scan.problems.len() >= MOST_PROBLEMS {
            return Err(self.problem_here("too much of this is no RON", "is this the right file?"));
        }
        if depth > DEEPEST {
            return Err(self.problem_here(
                format!("nested deeper than {DEEPEST} levels"),
                "no world is as deep as this; is this the right file?",
            ));
        }
        if self.scan.nodes.len() >= MOST_NODES {
            return Err(self.problem_here(
                format!("more than {MOST_NODES} values"),
                "state populations by their count, and only the history that is compared with",
            ));
        }
        let start = self.cursor.position();
        let id = self.scan.nodes.len();
        let value = start..start;
        self.scan.nodes.push(Node { shape: Shape::Word, name: None, key, value, children: vec![], parent });
        match self.cursor.peek() {
            Some('"') => {
                let text = self.cursor.string()?;
                self.scan.nodes[id].shape = Shape::Text(text);
            }
            Some('\'') => {
                self.cursor.character()?;
                self.scan.nodes[id].shape = Shape::Other;
            }
            Some('[') => self.container(id, ']', depth)?,
            Some('{') => self.container(id, '}', depth)?,
            Some('(') => self.container(id, ')', depth)?,
            Some(c) if c.is_ascii_digit() || matches!(c, '+' | '-' | '.') => {
                self.cursor.number();
                self.scan.nodes[id].shape = Shape::Number;
            }
            Some(_) if self.cursor.at_raw_string() => {
                let text = self.cursor.raw_string()?;
                self.scan.nodes[id].shape = Shape::Text(text);
            }
            Some(c) if lex::starts_identifier(c) => self.word(id, depth)?,
            Some(c) => {
                return Err(self.problem_here(
                    format!("{c:?} stands where a value should"),
                    "write a number, a text in quotes, a (struct), a {map}, a [list] or a name",
                ));
            }
            None => return Err(self.problem_here("the text ends where a value should stand", "complete it")),
        }
        self.scan.nodes[id].value = start..self.cursor.position();
        Ok(id)
    }

    fn word(&mut self, id: NodeId, depth: usize) -> Result<(), Problem> {
        let range = self.cursor.identifier();
        if matches!(&self.scan.text[range.clone()], "NaN" | "inf") {
            self.scan.nodes[id].shape = Shape::Number;
            return Ok(());
        }
        self.scan.nodes[id].name = Some(range.clone());
        let back = self.cursor.position();
        self.cursor.skip_blank()?;
        match self.cursor.peek() {
            Some('(') => self.container(id, ')', depth),
            // Bytes: b"..."
            Some('"') if &self.scan.text[range] == "b" && back == self.cursor.position() => {
                self.scan.nodes[id].shape = Shape::Other;
                self.scan.nodes[id].name = None;
                self.cursor.string().map(|_| ())
            }
            _ => {
                self.cursor.go_to(back);
                Ok(())
            }
        }
    }

    fn container(&mut self, id: NodeId, close: char, depth: usize) -> Result<(), Problem> {
        let open = self.cursor.position();
        if depth == 0 {
            // Known from here on, so that a walk that is cut short leaves what it saw.
            self.scan.root = Some(id);
        }
        self.cursor.advance(1);
        self.cursor.skip_blank()?;
        self.scan.nodes[id].shape = match close {
            ']' => Shape::List,
            '}' => Shape::Map,
            _ if self.cursor.at_field() => Shape::Struct,
            _ => Shape::Tuple,
        };
        loop {
            self.cursor.skip_blank()?;
            match self.cursor.peek() {
                Some(c) if c == close => {
                    self.cursor.advance(1);
                    return Ok(());
                }
                Some(c @ (')' | ']' | '}')) => {
                    let (line, _) = line_and_column(self.scan.text, open);
                    return Err(self.problem_here(
                        format!("'{c}' closes what was opened on line {line} and needs '{close}'"),
                        "check the brackets between there and here",
                    ));
                }
                None => {
                    let opened = &self.scan.text[open..=open];
                    return Err(problem(
                        open..open + 1,
                        format!("this '{opened}' is never closed"),
                        format!("close it with '{close}'"),
                    ));
                }
                Some(_) => {}
            }
            let key = match self.scan.nodes[id].shape {
                Shape::Struct => Some(self.field()?),
                Shape::Map => Some(self.map_key()?),
                _ => None,
            };
            let child = self.value(key, Some(id), depth + 1)?;
            self.scan.nodes[id].children.push(child);
            self.comma(close)?;
        }
    }

    fn field(&mut self) -> Result<Key, Problem> {
        if !self.cursor.peek().is_some_and(lex::starts_identifier) {
            return Err(self.problem_here("a field's name should stand here", "write it as name: value"));
        }
        let range = self.cursor.identifier();
        let text = self.scan.text[range.clone()].trim_start_matches("r#").to_string();
        self.colon()?;
        Ok(Key { text, range })
    }

    fn map_key(&mut self) -> Result<Key, Problem> {
        let start = self.cursor.position();
        let text = match self.cursor.peek() {
            Some('"') => self.cursor.string()?,
            _ if self.cursor.at_raw_string() => self.cursor.raw_string()?,
            Some(c) if lex::starts_identifier(c) || c.is_ascii_digit() => {
                self.cursor.bare_name();
                let range = start..self.cursor.position();
                let name = self.scan.text[range.clone()].to_string();
                self.scan.problems.push(problem(
                    range,
                    format!("the name {name} stands without quotes"),
                    format!("write \"{name}\""),
                ));
                name
            }
            _ => return Err(self.problem_here("a name in quotes should stand here", "write it as \"name\": value")),
        };
        let range = start..self.cursor.position();
        self.colon()?;
        Ok(Key { text, range })
    }

    fn colon(&mut self) -> Result<(), Problem> {
        self.cursor.skip_blank()?;
        match self.cursor.peek() {
            Some(':') => self.cursor.advance(1),
            Some('=') => {
                let problem = self.problem_here("'=' stands where ':' should", "write ':'");
                self.scan.problems.push(problem);
                self.cursor.advance(1);
            }
            _ => return Err(self.problem_here("a ':' is missing", "write it as name: value")),
        }
        self.cursor.skip_blank()
    }

    /// After an entry: a comma, or the end of the container, which is left standing.
    fn comma(&mut self, close: char) -> Result<(), Problem> {
        let end = self.cursor.position();
        self.cursor.skip_blank()?;
        match self.cursor.peek() {
            Some(',') => self.cursor.advance(1),
            Some(';') => {
                let problem = self.problem_here("';' stands where ',' should", "write ','");
                self.scan.problems.push(problem);
                self.cursor.advance(1);
            }
            Some(c) if c == close => {}
            Some(')' | ']' | '}') | None => {}
            Some(c) if lex::starts_value(c) && self.cursor.position() > end => {
                self.scan.problems.push(problem(
                    end.saturating_sub(1)..end,
                    "a comma is missing after this",
                    "separate entries with ','",
                ));
            }
            Some(c) => {
                return Err(self.problem_here(
                    format!("{c:?} stands where ',' or '{close}' should"),
                    "texts, days and lengths of time stand in quotes; entries are separated by ','",
                ));
            }
        }
        Ok(())
    }

    fn problem_here(&self, reason: impl Into<String>, remedy: impl Into<String>) -> Problem {
        let at = self.cursor.position();
        let width = self.cursor.peek().map_or(0, char::len_utf8);
        problem(at..at + width, reason, remedy)
    }
}

pub(super) fn problem(range: Range<usize>, reason: impl Into<String>, remedy: impl Into<String>) -> Problem {
    Problem { range, reason: reason.into(), remedy: remedy.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reasons(text: &str) -> Vec<String> {
        Scan::of(text).problems.into_iter().map(|problem| problem.reason).collect()
    }

    #[test]
    fn every_value_knows_its_bytes() {
        let text = "World(\n  a: 1.5, // one, two: (three\n  b: [\"x)\", r#\"y\"z\"#],\n  c: {\"k\": V(d: -2)},\n)";
        let scan = Scan::of(text);
        assert_eq!(scan.problems, []);
        let root = scan.root.unwrap();
        assert_eq!(scan.name(root), Some("World"));
        let [a, b, c] = scan.node(root).children[..] else { panic!("three fields") };
        assert_eq!(scan.slice(a), "1.5");
        assert_eq!(scan.node(scan.node(b).children[1]).shape, Shape::Text("y\"z".to_string()));
        let variant = scan.node(c).children[0];
        assert_eq!((scan.name(variant), scan.slice(variant)), (Some("V"), "V(d: -2)"));
        assert_eq!(line_and_column(text, scan.node(variant).value.start), (4, 12));
    }

    #[test]
    fn what_has_one_repair_is_mended_and_noted() {
        let scan = Scan::of("(a: 1\n b = 2; c: {d: 3})");
        assert!(!scan.cut_short);
        assert_eq!(scan.problems.len(), 4);
        assert_eq!(scan.node(scan.root.unwrap()).children.len(), 3);
    }

    #[test]
    fn what_cannot_be_mended_ends_the_walk_with_a_reason() {
        assert_eq!(reasons(""), ["there is nothing in it"]);
        assert_eq!(reasons("  // only a comment"), ["there is nothing in it"]);
        assert_eq!(reasons("(a: 1"), ["this '(' is never closed"]);
        assert_eq!(reasons("(a: [1)"), ["')' closes what was opened on line 1 and needs ']'"]);
        assert_eq!(reasons("(a: \"x"), ["this text is never closed"]);
        assert_eq!(reasons("(a: 1) b"), ["the world has ended, but the text goes on"]);
        assert_eq!(reasons("/* open"), ["this comment is never closed"]);
        assert_eq!(reasons("\u{0}\u{1}"), ["'\\0' stands where a value should"]);
    }

    #[test]
    fn a_thousand_levels_are_refused_and_do_no_harm() {
        for (open, close) in [("[", "]"), ("(", ")"), ("Some(", ")"), ("(a:", ")"), ("{\"a\":", "}")] {
            let text = format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
            assert_eq!(reasons(&text), ["nested deeper than 64 levels"]);
        }
    }

    #[test]
    fn nothing_needs_more_values_than_fit() {
        assert_eq!(reasons(&format!("[{}]", "1,".repeat(MOST_NODES))), ["more than 300000 values"]);
    }
}
