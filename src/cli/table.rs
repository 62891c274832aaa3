//! Aligned columns of text, in as wide a page as there is.

use textwrap::{Options, wrap};
use unicode_width::UnicodeWidthStr;

/// The widest line a report has, and the width of one that no terminal shows.
pub const WIDTH: usize = 100;
/// Names are wrapped rather than narrower than this; then each row becomes a paragraph.
const NARROWEST_NAME: usize = 12;
/// The widest a column of names grows before it is wrapped.
const NAME_WIDTH: usize = 48;

/// A small table: the first column is names and stands left, the others are numbers and stand right.
#[derive(Debug)]
pub struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    pub fn new(head: &[&str]) -> Self {
        Self { rows: vec![head.iter().map(|cell| (*cell).to_owned()).collect()] }
    }

    pub fn row(&mut self, cells: Vec<String>) {
        debug_assert_eq!(cells.len(), self.rows[0].len(), "a cell a column");
        self.rows.push(cells);
    }

    pub fn is_empty(&self) -> bool {
        self.rows.len() == 1
    }

    /// The lines, head first, two spaces in, no wider than the page. Nothing is cut: names are wrapped, and where
    /// not even the numbers stand side by side each row becomes a paragraph, a number to a line.
    pub fn lines(&self, page: usize) -> Vec<String> {
        let widest = |column: usize| self.rows.iter().map(|row| row[column].width()).max().unwrap_or(0);
        let numbers: Vec<usize> = (1..self.rows[0].len()).map(widest).collect();
        let taken: usize = numbers.iter().map(|width| width + 2).sum();
        let left = page.saturating_sub(2 + taken);
        if left < NARROWEST_NAME.min(widest(0)) {
            return self.paragraphs(page);
        }
        let name = widest(0).min(left).min(NAME_WIDTH.max(NARROWEST_NAME));
        let mut lines = Vec::new();
        for row in &self.rows {
            let mut first = true;
            for part in wrapped(&row[0], name) {
                let mut line = format!("  {part}{}", " ".repeat(name.saturating_sub(part.width())));
                if first {
                    for (cell, width) in row[1..].iter().zip(&numbers) {
                        line += &format!("  {}{cell}", " ".repeat(width - cell.width()));
                    }
                }
                lines.push(line.trim_end().to_owned());
                first = false;
            }
        }
        lines
    }

    fn paragraphs(&self, page: usize) -> Vec<String> {
        let (head, rows) = self.rows.split_first().expect("a table has a head");
        let mut lines = vec![format!("  {}", head[0])];
        for row in rows {
            lines.extend(wrapped(&row[0], page.saturating_sub(2)).into_iter().map(|part| format!("  {part}")));
            for (named, cell) in head[1..].iter().zip(&row[1..]).filter(|(_, cell)| !cell.is_empty()) {
                let line = format!("{named}: {cell}");
                lines.extend(wrapped(&line, page.saturating_sub(4)).into_iter().map(|part| format!("    {part}")));
            }
        }
        lines
    }
}

/// Text in lines of at most a width, broken at spaces. A word, and so a number, stays whole even where it is wider.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let words = Options::new(width.max(1)).break_words(false).word_splitter(textwrap::WordSplitter::NoHyphenation);
    let lines = wrap(text, words).into_iter().map(|line| whole(&line));
    lines.collect()
}

/// An amount and what belongs to it are joined by this while a text is wrapped: `$2.9` must not part from `bn`.
const JOINT: char = '\u{a0}';

fn whole(line: &str) -> String {
    line.replace(JOINT, " ")
}

/// A sentence whose amounts stay with their units.
pub fn sentence(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    let mut words = text.split(' ').peekable();
    while let Some(word) = words.next() {
        joined += word;
        if let Some(next) = words.peek() {
            let number = word.ends_with(|letter: char| letter.is_ascii_digit());
            let unit = next.starts_with('%')
                || ["bn", "m", "k", "points"].contains(&next.trim_end_matches(['.', ',', ';', ')']));
            joined.push(if number && unit { JOINT } else { ' ' });
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_left_and_numbers_right() {
        let mut table = Table::new(&["lender", "loss"]);
        table.row(vec!["nomura".into(), "$2.5bn".into()]);
        table.row(vec!["ubs".into(), "$0".into()]);
        assert_eq!(table.lines(WIDTH), ["  lender    loss", "  nomura  $2.5bn", "  ubs         $0"]);
    }

    #[test]
    fn a_name_is_wrapped_and_its_numbers_stand_on_its_first_line() {
        let mut table = Table::new(&["quantity", "simulated"]);
        table.row(vec!["the close of the day after".into(), "-27.6 %".into()]);
        assert_eq!(
            table.lines(30),
            ["  quantity           simulated", "  the close of the     -27.6 %", "  day after"]
        );
    }

    #[test]
    fn where_numbers_do_not_fit_a_row_is_a_paragraph() {
        let mut table = Table::new(&["lender", "forced sales", "half sold by", "loss"]);
        table.row(vec!["credit-suisse".into(), "$6.0bn".into(), "8 Apr 12:41".into(), "$4.8bn".into()]);
        assert_eq!(
            table.lines(40),
            [
                "  lender",
                "  credit-suisse",
                "    forced sales: $6.0bn",
                "    half sold by: 8 Apr 12:41",
                "    loss: $4.8bn"
            ]
        );
    }

    #[test]
    fn amounts_keep_their_units_and_no_word_is_cut() {
        let text = sentence("Lenders lost 2.9 bn of it, that is 43 % of all");
        let lines = wrapped(&text, 15);
        assert!(lines.iter().any(|line| line.contains("2.9 bn")), "{lines:?}");
        assert!(lines.iter().any(|line| line.contains("43 %")), "{lines:?}");
        assert_eq!(wrapped("an-account-with-a-long-name@its-lender", 10), ["an-account-with-a-long-name@its-lender"]);
    }
}
