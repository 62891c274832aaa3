//! Prices of a run as a matrix of fixed size, for whoever calibrates or learns: a row for each row of the table `prices`, a column
//! for each series that was asked for, and no cell that is not a number.
//!
//! - A column is `INSTRUMENT.COLUMN`, of the instrument's first market, or `INSTRUMENT@VENUE.COLUMN`. `COLUMN` is a number of the
//!   table `prices`, `halted` as 0 or 1, or `log_return`: of the mark, from the row before; 0 in the first.
//! - What is empty (a side without orders) has the last value that there was, at first the first that there will be, else the mark.
//! - A run that is shorter than the rows asked for goes on with the last value of what is a level, and with 0 of what flows
//!   (volumes, returns). A longer one is cut.
//! - `flag` is a column too: 1 in each row in which a market that was asked for is halted, or a cell is not the run's own.

use super::Answer;
use ground::ops::ln;
use results::rows::PriceRow;
use std::collections::BTreeSet;

#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    pub rows: usize,
    pub columns: usize,
    /// Row by row.
    pub cells: Vec<f64>,
    /// Rows in which a market is halted or a cell is not the run's own.
    pub flags: Vec<bool>,
}

/// A column that there is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnError {
    pub column: String,
    pub reason: String,
    pub remedy: String,
}

/// The column of flags.
const FLAG: &str = "flag";
const RETURN: &str = "log_return";
const COLUMNS: [&str; 11] = [
    "mark",
    "mid",
    "bid",
    "ask",
    "bid_depth_1pct_units",
    "ask_depth_1pct_units",
    "volume_units",
    "forced_volume_units",
    "open_interest_units",
    "halted",
    RETURN,
];

/// What a row says under a name; nothing where it is empty.
fn cell(row: &PriceRow, column: &str) -> Option<f64> {
    match column {
        "mid" => row.mid,
        "bid" => row.bid,
        "ask" => row.ask,
        "bid_depth_1pct_units" => Some(row.bid_depth_1pct_units),
        "ask_depth_1pct_units" => Some(row.ask_depth_1pct_units),
        "volume_units" => Some(row.volume_units),
        "forced_volume_units" => Some(row.forced_volume_units),
        "open_interest_units" => row.open_interest_units,
        "halted" => Some(f64::from(u8::from(row.halted))),
        _ => Some(row.mark),
    }
}

/// Whether it is counted over the time of a row, and not how something stands at its end.
fn flows(column: &str) -> bool {
    matches!(column, "volume_units" | "forced_volume_units" | RETURN)
}

impl Answer {
    /// # Errors
    /// With every column that there is not.
    pub fn matrix(&self, columns: &[&str], rows: usize) -> Result<Matrix, Vec<ColumnError>> {
        let prices = &self.tables.prices;
        let mut wrong = Vec::new();
        let mut found = Vec::new();
        for column in columns {
            match market(prices, column) {
                Ok(market) => found.push(market),
                Err(error) => wrong.push(error),
            }
        }
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let mut flags = vec![false; rows];
        let mut cells = vec![0.0; rows * columns.len()];
        for (place, market) in found.iter().enumerate() {
            let Some((own, name)) = market else { continue };
            for (row, value) in series(own, name, &mut flags).into_iter().enumerate() {
                cells[row * columns.len() + place] = value;
            }
        }
        for place in (0..columns.len()).filter(|place| found[*place].is_none()) {
            for (row, flag) in flags.iter().enumerate() {
                cells[row * columns.len() + place] = f64::from(u8::from(*flag));
            }
        }
        Ok(Matrix { rows, columns: columns.len(), cells, flags })
    }
}

/// The rows of one market, and the name of the column in them.
type Market<'a> = (Vec<&'a PriceRow>, &'a str);

/// Nothing for the flags.
fn market<'a>(prices: &'a [PriceRow], column: &'a str) -> Result<Option<Market<'a>>, ColumnError> {
    if column == FLAG {
        return Ok(None);
    }
    let wrong = |reason: String, remedy: String| Err(ColumnError { column: column.to_owned(), reason, remedy });
    let Some((of, name)) = column.rsplit_once('.') else {
        return wrong("it names no instrument".into(), "write INSTRUMENT.COLUMN, such as acme.mark, or flag".into());
    };
    if !COLUMNS.contains(&name) {
        return wrong(format!("there is no series `{name}`"), language::text::near::remedy(name, &COLUMNS));
    }
    let named = |row: &&PriceRow| row.instrument == of;
    let own: Vec<&PriceRow> = match prices.iter().find(named) {
        Some(first) => prices.iter().filter(named).filter(|row| row.venue == first.venue).collect(),
        None => match of.rsplit_once('@') {
            Some((of, venue)) => prices.iter().filter(|row| row.instrument == of && row.venue == venue).collect(),
            None => Vec::new(),
        },
    };
    if own.is_empty() {
        let names: BTreeSet<&str> = prices.iter().map(|row| row.instrument.as_str()).collect();
        let names: Vec<&str> = names.into_iter().collect();
        return wrong(format!("there are no prices of `{of}`"), language::text::near::remedy(of, &names));
    }
    Ok(Some((own, name)))
}

/// As many numbers as there are flags.
fn series(own: &[&PriceRow], name: &str, flags: &mut [bool]) -> Vec<f64> {
    let first = own.iter().find_map(|row| cell(row, name));
    let mut last = first.unwrap_or(own[0].mark);
    let mut before = own[0].mark;
    let mut values = Vec::with_capacity(flags.len());
    for (row, flag) in own.iter().zip(flags.iter_mut()) {
        *flag |= row.halted;
        if name == RETURN {
            last = if row.mark > 0.0 && before > 0.0 { ln(row.mark / before) } else { 0.0 };
            *flag |= !(row.mark > 0.0 && before > 0.0);
            before = row.mark;
        } else {
            match cell(row, name).filter(|value| value.is_finite()) {
                Some(value) => last = value,
                None => *flag = true,
            }
        }
        values.push(last);
    }
    let after = if flows(name) { 0.0 } else { last };
    for flag in &mut flags[values.len()..] {
        *flag = true;
        values.push(after);
    }
    values
}

#[cfg(test)]
mod tests {
    use super::super::{Asked, run};
    use super::*;
    use results::keep::Keep;
    use world::Source;

    fn answer() -> Answer {
        let keep = Keep { prices: true, ..Keep::NOTHING };
        run(&Asked { keep, ..Asked::of(Source::find("two-funds").unwrap()) }).unwrap()
    }

    #[test]
    fn a_run_that_is_shorter_is_padded_and_flagged_and_a_longer_one_cut() {
        let answer = answer();
        let own: Vec<&PriceRow> = answer.tables.prices.iter().filter(|row| row.instrument == "acme").collect();
        let ticks = own.len();
        let matrix = answer.matrix(&["acme.mark", "acme.volume_units", "acme.log_return", "flag"], ticks + 2).unwrap();
        assert_eq!((matrix.rows, matrix.columns, matrix.cells.len()), (ticks + 2, 4, 4 * (ticks + 2)));
        let row = |row: usize| &matrix.cells[4 * row..4 * row + 4];
        assert_eq!(row(0)[..2], [own[0].mark, own[0].volume_units]);
        assert!((ground::ops::exp(row(5)[2]) - own[5].mark / own[4].mark).abs() < 1e-12);
        assert_eq!(row(ticks + 1), [own[ticks - 1].mark, 0.0, 0.0, 1.0]);
        assert!(matrix.flags[ticks] && !matrix.flags[0]);
        assert!(matrix.cells.iter().all(|cell| cell.is_finite()));
        let short = answer.matrix(&["acme.mark"], 3).unwrap();
        assert_eq!(short.cells, own[..3].iter().map(|row| row.mark).collect::<Vec<_>>());
        assert_eq!(answer.matrix(&[], 0).unwrap().cells, Vec::<f64>::new());
    }

    #[test]
    fn an_empty_cell_has_the_last_value_and_a_halt_is_flagged() {
        let mut answer = answer();
        answer.tables.prices.truncate(4);
        let mids = [None, Some(9.0), None, Some(8.0)];
        for (place, (row, mid)) in answer.tables.prices.iter_mut().zip(mids).enumerate() {
            (row.mid, row.bid, row.halted, row.instrument) = (mid, None, place == 3, "acme".into());
        }
        let matrix = answer.matrix(&["acme.mid", "acme.bid", "acme.halted"], 4).unwrap();
        let column = |place: usize| matrix.cells.iter().skip(place).step_by(3).copied().collect::<Vec<_>>();
        assert_eq!(column(0), [9.0, 9.0, 9.0, 8.0]);
        assert_eq!(column(1), [answer.tables.prices[0].mark; 4]);
        assert_eq!(column(2), [0.0, 0.0, 0.0, 1.0]);
        assert_eq!(matrix.flags, [true; 4]);
        let matrix = answer.matrix(&["acme.mid"], 4).unwrap();
        assert_eq!(matrix.flags, [true, false, true, true]);
    }

    #[test]
    fn every_column_that_there_is_not_is_told_at_once() {
        let wrong = answer().matrix(&["acme.mark", "acme.marks", "acne.mark", "mark"], 3).unwrap_err();
        assert_eq!(wrong.len(), 3);
        assert!(wrong[0].remedy.contains("mark") && wrong[1].remedy.contains("acme"), "{wrong:?}");
    }
}
