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

    /// The lines, head first, two spaces in, no wider than the page. Nothing is cut: where the page is too narrow, heads are
    /// broken between words, then names and what stands in the cells; where not even single words stand side by side each row
    /// becomes a paragraph, a number to a line.
    pub fn lines(&self, page: usize) -> Vec<String> {
        let Some(widths) = self.widths(page) else { return self.paragraphs(page) };
        let (name, numbers) = (widths[0], &widths[1..]);
        let mut lines = Vec::new();
        for row in &self.rows {
            let cells: Vec<Vec<String>> = row.iter().zip(&widths).map(|(cell, width)| broken(cell, *width)).collect();
            let high = cells.iter().map(Vec::len).max().unwrap_or(1);
            for place in 0..high {
                let at = |cell: &'_ [String]| cell.get(place).cloned().unwrap_or_default();
                let part = at(&cells[0]);
                let mut line = format!("  {part}{}", " ".repeat(name.saturating_sub(part.width())));
                for (cell, width) in cells[1..].iter().zip(numbers) {
                    let part = at(cell);
                    line += &format!("  {}{part}", " ".repeat(width.saturating_sub(part.width())));
                }
                lines.push(line.trim_end().to_owned());
            }
        }
        lines
    }

    /// How wide each column is, so that all stand side by side; nothing where they cannot.
    fn widths(&self, page: usize) -> Option<Vec<usize>> {
        let (head, rows) = self.rows.split_first().expect("a table has a head");
        let columns = 0..head.len();
        let widest = |column: usize| rows.iter().map(|row| row[column].width()).max().unwrap_or(0);
        let word = |cell: &str| broken(cell, 1).iter().map(|word| word.width()).max().unwrap_or(0);
        let longest = |column: usize| self.rows.iter().map(|row| word(&row[column])).max().unwrap_or(0);
        let mut widths: Vec<usize> = columns.clone().map(|column| widest(column).max(head[column].width())).collect();
        let room = page.saturating_sub(2 * head.len());
        widths[0] = widths[0].min(NAME_WIDTH);
        // What a column can do without: its head on one line, then a cell on one line.
        let heads: Vec<usize> = columns.clone().map(|column| widest(column).max(word(&head[column]))).collect();
        let names = NARROWEST_NAME.min(widths[0]).max(longest(0).min(widths[0]));
        let words: Vec<usize> = columns.map(|column| if column == 0 { names } else { longest(column) }).collect();
        for (first, least) in [(1, &heads), (0, &words)] {
            while widths.iter().sum::<usize>() > room {
                // The widest gives way first.
                let spare = (first..widths.len()).filter(|column| widths[*column] > least[*column]);
                let Some(column) = spare.max_by_key(|column| (widths[*column], usize::MAX - column)) else { break };
                widths[column] -= 1;
            }
        }
        if widths.iter().sum::<usize>() > room {
            return None;
        }
        // A column of numbers that was broken may need less than it was left.
        let needs = |(column, width): (usize, usize)| {
            if column == 0 {
                return width;
            }
            let lines = self.rows.iter().flat_map(|row| broken(&row[column], width));
            lines.map(|line| line.width()).max().unwrap_or(0)
        };
        Some(widths.into_iter().enumerate().map(needs).collect())
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

/// A cell in lines of at most a width; how far its first words are set in, all of its lines are. What stands in brackets begins a
/// line of its own where it does not fit whole, and an amount keeps its unit.
fn broken(cell: &str, width: usize) -> Vec<String> {
    if cell.width() <= width {
        return vec![cell.to_owned()];
    }
    let inset = cell.len() - cell.trim_start().len();
    let room = width.saturating_sub(inset).max(1);
    let text = sentence(cell.trim_start());
    let parts = match text.split_once(" (") {
        Some((before, within)) if text.ends_with(')') => vec![before.to_owned(), format!("({within}")],
        _ => vec![text],
    };
    let lines = parts.iter().flat_map(|part| wrapped(part, room));
    lines.map(|line| format!("{}{line}", " ".repeat(inset))).collect()
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
    fn where_a_page_is_narrow_heads_break_first_and_cells_after_them() {
        let mut table = Table::new(&["lender", "forced sales", "half sold by", "loss"]);
        table.row(vec!["credit-suisse".into(), "$6.0bn".into(), "8 Apr 12:41".into(), "$4.8bn".into()]);
        assert_eq!(
            table.lines(48),
            [
                "  lender         forced    half sold    loss",
                "                  sales           by",
                "  credit-suisse  $6.0bn  8 Apr 12:41  $4.8bn"
            ]
        );
        // What chance makes of it goes under a median.
        let mut table = Table::new(&["fund-a leverage", "broker: total loss", "accounts: breached"]);
        table.row(vec!["2".into(), "$1.2m ($100k to $3m)".into(), "3 (2 to 5)".into()]);
        assert_eq!(
            table.lines(46),
            [
                "  fund-a leverage   broker: total   accounts:",
                "                             loss    breached",
                "  2                         $1.2m  3 (2 to 5)",
                "                   ($100k to $3m)"
            ]
        );
    }

    #[test]
    fn where_not_even_words_fit_a_row_is_a_paragraph() {
        let mut table = Table::new(&["lender", "forced sales", "half sold by", "loss"]);
        table.row(vec!["credit-suisse".into(), "$6.0bn".into(), "8 Apr 12:41".into(), "$4.8bn".into()]);
        assert_eq!(
            table.lines(28),
            [
                "  lender",
                "  credit-suisse",
                "    forced sales: $6.0bn",
                "    half sold by: 8 Apr",
                "    12:41",
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
