//! Aligned columns of text.

/// The widest line a report may have.
pub const WIDTH: usize = 100;
/// The widest a column of names may grow.
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

    /// The lines, head first, two spaces in.
    pub fn lines(&self) -> Vec<String> {
        let columns = self.rows[0].len();
        let width = |column: usize| self.rows.iter().map(|row| shown(row, column).chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let line = |row: &Vec<String>| {
            let mut line = String::from(" ");
            for (column, width) in widths.iter().enumerate() {
                let cell = shown(row, column);
                let gap = " ".repeat(width - cell.chars().count());
                line += &if column == 0 { format!(" {cell}{gap}") } else { format!("  {gap}{cell}") };
            }
            cut(line.trim_end(), WIDTH)
        };
        self.rows.iter().map(line).collect()
    }
}

fn shown(row: &[String], column: usize) -> String {
    if column == 0 { cut(&row[0], NAME_WIDTH) } else { row[column].clone() }
}

/// Text cut to a width, with a mark where it was.
pub fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let mut kept: String = text.chars().take(width.saturating_sub(1)).collect();
    kept.push('…');
    kept
}

/// Text in lines of at most a width, broken at spaces.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(cut(word, width)),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_left_and_numbers_right() {
        let mut table = Table::new(&["lender", "loss"]);
        table.row(vec!["nomura".into(), "$2.5bn".into()]);
        table.row(vec!["ubs".into(), "$0".into()]);
        assert_eq!(table.lines(), ["  lender    loss", "  nomura  $2.5bn", "  ubs         $0"]);
    }

    #[test]
    fn no_line_is_wider_than_the_page() {
        let mut table = Table::new(&["quantity", "simulated"]);
        table.row(vec!["x".repeat(500), "y".repeat(500)]);
        assert!(table.lines().iter().all(|line| line.chars().count() <= WIDTH));
        assert!(wrapped(&"word ".repeat(60), WIDTH).iter().all(|line| line.chars().count() <= WIDTH));
    }
}
