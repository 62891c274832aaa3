//! A stretch of a run, drawn alone: the rows, the history and the shocks of it.
//!
//! Sums over a run, such as what a lender lost, stay those of the whole run.

use super::words;
use super::{History, ShockNote};
use results::rows::Tables;

/// Civil seconds, both ends included; an end that is left out is that of the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window {
    pub from: Option<i64>,
    pub to: Option<i64>,
}

impl Window {
    pub const ALL: Self = Self { from: None, to: None };

    pub fn holds(self, second: i64) -> bool {
        self.from.is_none_or(|from| second >= from) && self.to.is_none_or(|to| second <= to)
    }

    /// Of a text: a day is held where any moment of it is.
    fn holds_moment(self, iso: &str) -> bool {
        let Some(second) = words::seconds(iso) else { return self == Self::ALL };
        let last = if words::is_date(iso) { second + 86_399 } else { second };
        self.from.is_none_or(|from| last >= from) && self.to.is_none_or(|to| second <= to)
    }

    /// Of tables those rows that have a moment in it.
    pub fn of_tables(self, mut tables: Tables) -> Tables {
        if self == Self::ALL {
            return tables;
        }
        // Each table is named here, on one side or the other: a new one does not compile until it is.
        macro_rules! cut {
            ([$($table:ident),*], without a moment: [$($sum:ident),*]) => {
                let Tables { $($table,)* $($sum: _,)* } = &mut tables;
                $($table.retain(|row| self.holds(row.time.seconds()));)*
            };
        }
        cut!(
            [
                prices, trades, accounts, firms, populations, calls, liquidations, auctions, waterfall, funds, claims,
                treasury, lenders, cascade, halts, events, refusals, pegs, pools, deposits
            ],
            // Sums over the run.
            without a moment: [study, rounds]
        );
        tables
    }

    pub fn of_history(self, mut history: History) -> History {
        history.prices.retain(|price| self.holds_moment(&price.time));
        history
    }

    pub fn of_shocks(self, mut shocks: Vec<ShockNote>) -> Vec<ShockNote> {
        shocks.retain(|shock| self.holds_moment(&shock.time));
        shocks
    }

    /// For the last line of a chart; nothing where all is drawn.
    pub fn said(self) -> Option<String> {
        const DAY: i64 = 86_400;
        let whole_day = |at: i64, edge: i64| at.rem_euclid(DAY) == edge;
        let said = |at: i64, edge: i64| if whole_day(at, edge) { words::day_short(at) } else { words::moment(at) };
        let ends = (self.from.map(|from| said(from, 0)), self.to.map(|to| said(to, DAY - 1)));
        Some(match ends {
            (None, None) => return None,
            (Some(from), None) => format!("Drawn from {from}"),
            (None, Some(to)) => format!("Drawn to {to}"),
            (Some(from), Some(to)) => format!("Drawn from {from} to {to}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn a_window_holds_both_its_ends_and_a_day_that_reaches_into_it() {
        let at = |iso: &str| words::seconds(iso);
        let window = Window { from: at("2024-03-04T10:00:00"), to: at("2024-03-05T11:00:00") };
        let held = ["2024-03-04T09:59:59", "2024-03-04T10:00:00", "2024-03-05T11:00:00", "2024-03-05T11:00:01"];
        assert_eq!(held.map(|iso| window.holds_moment(iso)), [false, true, true, false]);
        let days = ["2024-03-03", "2024-03-04", "2024-03-05", "2024-03-06"];
        assert_eq!(days.map(|day| window.holds_moment(day)), [false, true, true, false]);
    }

    #[test]
    fn rows_outside_are_not_drawn_and_the_last_line_says_so() {
        let sample = sample::crash();
        let times: Vec<i64> = sample.tables.prices.iter().map(|row| row.time.seconds()).collect();
        let (first, last) = (times[0], times[times.len() - 1]);
        let middle = i64::midpoint(first, last);
        let window = Window { from: Some(middle), to: None };
        let kept = window.of_tables(sample.tables.clone()).prices;
        assert_eq!(kept.len(), times.iter().filter(|time| **time >= middle).count());
        assert!(kept.len() > 10 && kept.len() < times.len());
        assert_eq!(window.said(), Some(format!("Drawn from {}", words::moment(middle))));
        let days = Window { from: words::seconds("2024-03-04"), to: words::seconds("2024-03-05T23:59:59") };
        assert_eq!(days.said().unwrap(), "Drawn from 4\u{a0}Mar to 5\u{a0}Mar");
        assert_eq!((Window::ALL.said(), Window::ALL.of_tables(sample.tables.clone())), (None, sample.tables));
    }
}
