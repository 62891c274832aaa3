//! Small multiples: equal panels in rows, each with its own heading.

use super::theme::{MARGIN, WIDTH};

/// Where the panels of a grid lie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grid {
    pub columns: usize,
    pub top: f64,
    /// Room left of each plot for its axis.
    pub axis: f64,
    /// Room above each plot for its heading.
    pub head: f64,
    pub plot_height: f64,
    /// Room beneath each plot for its axis.
    pub foot: f64,
}

/// One plot of a grid.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

const BETWEEN: f64 = 22.0;

impl Grid {
    pub fn cell(&self, index: usize) -> Cell {
        let (column, row) = (index % self.columns, index / self.columns);
        let wide = (WIDTH - 2.0 * MARGIN - BETWEEN * (self.columns - 1) as f64) / self.columns as f64;
        let x = MARGIN + column as f64 * (wide + BETWEEN);
        let top = self.top + row as f64 * self.row_height() + self.head;
        Cell { left: x + self.axis, top, right: x + wide, bottom: top + self.plot_height }
    }

    fn row_height(&self) -> f64 {
        self.head + self.plot_height + self.foot
    }

    /// Where a grid of so many cells ends.
    pub fn bottom(&self, cells: usize) -> f64 {
        self.top + cells.div_ceil(self.columns) as f64 * self.row_height()
    }
}

/// How many columns suit a number of panels.
pub fn columns(cells: usize, most: usize) -> usize {
    match cells {
        0 | 1 => 1,
        2 | 4 => 2.min(most),
        _ => 3.clamp(1, most).max(if cells > 9 { most } else { 1 }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_fill_rows_and_stay_on_the_page() {
        let grid = Grid { columns: 3, top: 100.0, axis: 40.0, head: 20.0, plot_height: 80.0, foot: 24.0 };
        assert_eq!(grid.cell(0).left, MARGIN + 40.0);
        assert_eq!(grid.cell(2).right, WIDTH - MARGIN);
        assert_eq!(grid.cell(3).top, 100.0 + 124.0 + 20.0);
        assert_eq!(grid.bottom(4), 100.0 + 248.0);
        assert_eq!((columns(1, 4), columns(4, 4), columns(8, 4), columns(12, 4)), (1, 2, 3, 4));
    }
}
