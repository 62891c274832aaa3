//! The letters of RON: blanks and comments, identifiers, numbers, strings.

use super::scan::{Problem, problem};
use std::ops::Range;

#[derive(Clone, Debug)]
pub struct Cursor<'t> {
    text: &'t str,
    position: usize,
}

pub fn starts_identifier(c: char) -> bool {
    c == '_' || c.is_alphabetic()
}

fn continues_identifier(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// Whether a value or a key can begin with this.
pub fn starts_value(c: char) -> bool {
    starts_identifier(c) || c.is_ascii_digit() || matches!(c, '"' | '\'' | '(' | '[' | '{' | '+' | '-' | '.')
}

impl<'t> Cursor<'t> {
    pub fn new(text: &'t str) -> Self {
        Self { text, position: 0 }
    }

    pub fn position(&self) -> usize {
        self.position
    }

    pub fn go_to(&mut self, position: usize) {
        self.position = position;
    }

    pub fn rest(&self) -> &'t str {
        &self.text[self.position..]
    }

    pub fn at_end(&self) -> bool {
        self.position == self.text.len()
    }

    pub fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub fn advance(&mut self, bytes: usize) {
        self.position += bytes;
    }

    fn skip_while(&mut self, like: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.position += rest.find(|c| !like(c)).unwrap_or(rest.len());
    }

    /// White space and comments.
    pub fn skip_blank(&mut self) -> Result<(), Problem> {
        loop {
            self.skip_while(char::is_whitespace);
            if self.rest().starts_with("//") {
                self.skip_while(|c| c != '\n');
            } else if self.rest().starts_with("/*") {
                self.block_comment()?;
            } else {
                return Ok(());
            }
        }
    }

    /// Block comments nest.
    fn block_comment(&mut self) -> Result<(), Problem> {
        let start = self.position;
        let mut depth = 0usize;
        loop {
            let rest = self.rest();
            if rest.starts_with("/*") {
                depth += 1;
                self.advance(2);
            } else if rest.starts_with("*/") {
                depth -= 1;
                self.advance(2);
                if depth == 0 {
                    return Ok(());
                }
            } else if let Some(c) = rest.chars().next() {
                self.advance(c.len_utf8());
            } else {
                return Err(problem(start..start + 2, "this comment is never closed", "close it with */"));
            }
        }
    }

    /// At a letter; raw identifiers (`r#type`) included.
    pub fn identifier(&mut self) -> Range<usize> {
        let start = self.position;
        if self.rest().starts_with("r#") {
            self.advance(2);
        }
        self.skip_while(continues_identifier);
        start..self.position
    }

    /// A name that should stand in quotes.
    pub fn bare_name(&mut self) {
        self.skip_while(|c| continues_identifier(c) || c == '-');
    }

    /// Whatever looks like a number, or like a day or a length of time without its quotes.
    pub fn number(&mut self) {
        self.skip_while(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.' | '_'));
    }

    /// Whether `name :` follows, which makes a parenthesis a struct.
    pub fn at_field(&self) -> bool {
        let mut ahead = self.clone();
        if !ahead.peek().is_some_and(starts_identifier) || ahead.at_raw_string() {
            return false;
        }
        ahead.identifier();
        ahead.skip_blank().is_ok() && matches!(ahead.peek(), Some(':' | '='))
    }

    /// Whether `r"` or `r#"` follows, with any number of `#`.
    pub fn at_raw_string(&self) -> bool {
        let Some(rest) = self.rest().strip_prefix('r').or_else(|| self.rest().strip_prefix("br")) else { return false };
        rest.trim_start_matches('#').starts_with('"')
    }

    pub fn raw_string(&mut self) -> Result<String, Problem> {
        let start = self.position;
        self.skip_while(|c| matches!(c, 'b' | 'r'));
        let hashes = self.rest().len() - self.rest().trim_start_matches('#').len();
        self.advance(hashes + 1);
        let end = format!("\"{}", "#".repeat(hashes));
        let Some(length) = self.rest().find(&end) else {
            return Err(problem(start..start + 1, "this text is never closed", format!("close it with {end}")));
        };
        let text = self.rest()[..length].to_string();
        self.advance(length + end.len());
        Ok(text)
    }

    pub fn character(&mut self) -> Result<(), Problem> {
        let start = self.position;
        self.advance(1);
        if self.rest().starts_with('\\') {
            self.advance(1);
        }
        if let Some(c) = self.peek() {
            self.advance(c.len_utf8());
        }
        match self.rest().find('\'') {
            Some(length) if length <= 12 => {
                self.advance(length + 1);
                Ok(())
            }
            _ => Err(problem(start..start + 1, "a single ' opens no text", "write texts in \"double quotes\"")),
        }
    }

    /// At the opening quote.
    pub fn string(&mut self) -> Result<String, Problem> {
        let start = self.position;
        self.advance(1);
        let mut text = String::new();
        while let Some(c) = self.peek() {
            self.advance(c.len_utf8());
            match c {
                '"' => return Ok(text),
                '\\' => text.extend(self.escape()?),
                _ => text.push(c),
            }
        }
        Err(problem(start..start + 1, "this text is never closed", "close it with \""))
    }

    /// After a backslash. A line break continues the text on the next line, without its indentation.
    fn escape(&mut self) -> Result<Option<char>, Problem> {
        let start = self.position - 1;
        let c = self.peek();
        self.advance(c.map_or(0, char::len_utf8));
        let resolved = match c {
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('0') => '\0',
            Some(c @ ('\\' | '"' | '\'')) => c,
            Some('\n' | '\r') => {
                self.skip_while(char::is_whitespace);
                return Ok(None);
            }
            Some('x') => {
                let digits = self.rest().get(..2).unwrap_or_default();
                let code = u8::from_str_radix(digits, 16).map_err(|_| self.bad_escape(start))?;
                self.advance(2);
                char::from(code)
            }
            Some('u') => {
                let inside = self.rest().strip_prefix('{').and_then(|rest| rest.split_once('}')).map(|(code, _)| code);
                let code = inside.filter(|code| code.len() <= 6).ok_or_else(|| self.bad_escape(start))?;
                let resolved = u32::from_str_radix(code, 16).ok().and_then(char::from_u32);
                let resolved = resolved.ok_or_else(|| self.bad_escape(start))?;
                self.advance(code.len() + 2);
                resolved
            }
            _ => return Err(self.bad_escape(start)),
        };
        Ok(Some(resolved))
    }

    fn bad_escape(&self, start: usize) -> Problem {
        problem(start..self.position, "this is no escape", "write \\\\ for a backslash")
    }
}
