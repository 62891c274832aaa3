//! The table of a sweep: one row a run, parameters first, then the seed and how the run ended, then what came of it.
//!
//! A parameter's column bears its path and holds numbers when all its values are numbers, else the text that was given. Where
//! a figure would bear the same name as a column before it, it is called `outcome.<name>`. Figures come in the order of their
//! names. Runs may differ in shape (a world with one instrument less): the table has every figure that any run has, empty
//! where a run lacks it. So the columns depend on which runs there are and not on which came first.
//!
//! A moment is a timestamp by the clock of the world, without a zone; one that never came is empty.

use super::design::{Design, RULE};
use super::spread::number;
use super::work::Ran;
use files::parquet::Key;
use files::sheet::Cells;
use files::stream::{Field, Kind};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use results::figures::Scalar;
use results::meanings::{meaning, unit};
use std::collections::BTreeMap;

/// How a run ended: in a row of every table.
pub const STATUS: &str = "status";
pub const REASON: &str = "reason";
pub const SEED: &str = "seed";
pub const DONE: &str = "done";
pub const INFEASIBLE: &str = "infeasible";
pub const FAILED: &str = "failed";

/// A column and where its cells come from.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    pub field: Field,
    source: Source,
}

#[derive(Clone, Debug, PartialEq)]
enum Source {
    Path(usize),
    Rule,
    Seed,
    Status,
    Reason,
    /// By its name among the figures.
    Figure(String),
}

/// The columns of a design whose runs have these figures.
pub fn columns(design: &Design, figures: &BTreeMap<String, char>) -> Vec<Column> {
    let currency = &design.like.currency;
    let mut columns: Vec<Column> = Vec::new();
    let mut add = |name: &str, kind: Kind, unit: &str, meaning: String, source: Source| {
        let taken = columns.iter().any(|known| known.field.name == name);
        let name = if taken { format!("outcome.{name}") } else { name.to_owned() };
        let said = [("unit", unit.to_owned()), ("meaning", meaning)];
        let said = said.into_iter().filter(|(_, words)| !words.is_empty()).collect();
        columns.push(Column { field: Field { name, kind, said }, source });
    };
    for (place, (path, numeric)) in design.paths().enumerate() {
        let kind = if numeric { Kind::Number } else { Kind::Text };
        add(path, kind, "", "Parameter: what the world had here.".into(), Source::Path(place));
    }
    if !design.request().against.is_empty() {
        let rule = "The rule that was changed; empty for the world as it is.";
        add(RULE, Kind::Text, "", rule.into(), Source::Rule);
    }
    add(SEED, Kind::Seed, "", "Seed of all random draws.".into(), Source::Seed);
    let ends = format!("How the run ended: {DONE}, {INFEASIBLE} (its values make no sense together) or {FAILED}.");
    add(STATUS, Kind::Text, "", ends, Source::Status);
    add(REASON, Kind::Text, "", "Why there is nothing in the row; empty when there is.".into(), Source::Reason);
    for (name, letter) in figures {
        let kind = match letter {
            'c' => Kind::Count,
            'n' => Kind::Number,
            'f' => Kind::Flag,
            // The only texts among figures are moments.
            _ => Kind::Moment,
        };
        add(name, kind, &unit(name, currency), meaning(name).to_owned(), Source::Figure(name.clone()));
    }
    columns
}

/// What tells a run from all others, as its row of the table has it: its parameters, its rule and its seed, by their columns.
pub fn keys(design: &Design, run: usize) -> Vec<(String, Key)> {
    let job = design.job(run);
    let values = design.values(job.point).into_iter();
    let mut keys: Vec<(String, Key)> = columns(design, &BTreeMap::new())
        .into_iter()
        .filter_map(|column| match column.source {
            Source::Path(_) => Some((column.field.name, column.field.kind)),
            _ => None,
        })
        .zip(values)
        .map(|((name, kind), value)| {
            let key = if kind == Kind::Number { Key::Number(number(&value)) } else { Key::Text(bare(&value)) };
            (name, key)
        })
        .collect();
    if !design.request().against.is_empty() {
        keys.push((RULE.to_owned(), Key::Text(design.rule_words(design.rule(job.point)))));
    }
    keys.push((SEED.to_owned(), Key::Seed(job.seed)));
    keys
}

/// Cells in the making, a row at a time.
pub struct Batch<'d> {
    design: &'d Design,
    columns: &'d [Column],
    cells: Vec<Cells>,
    pub rows: usize,
}

impl<'d> Batch<'d> {
    pub fn new(design: &'d Design, columns: &'d [Column]) -> Self {
        let cells = columns.iter().map(|column| match column.field.kind {
            Kind::Text => Cells::Texts(Vec::new()),
            Kind::Number => Cells::Numbers(Vec::new()),
            Kind::Count | Kind::Moment => Cells::Counts(Vec::new()),
            Kind::Seed => Cells::Seeds(Vec::new()),
            Kind::Flag => Cells::Flags(Vec::new()),
        });
        Self { design, columns, cells: cells.collect(), rows: 0 }
    }

    pub fn push(&mut self, run: usize, ran: &Ran) {
        let job = self.design.job(run);
        let values = self.design.values(job.point);
        let none = BTreeMap::new();
        let figures: BTreeMap<&str, &Scalar> = match ran {
            // Of two figures of one name (two that a world words alike) the first stays.
            Ran::Row(row) => row.figures.iter().rev().map(|(name, cell)| (name.as_str(), cell)).collect(),
            _ => none,
        };
        for (column, cells) in self.columns.iter().zip(&mut self.cells) {
            match (&column.source, cells) {
                (Source::Path(place), Cells::Numbers(cells)) => cells.push(number(&values[*place])),
                (Source::Path(place), Cells::Texts(cells)) => cells.push(Some(bare(&values[*place]))),
                (Source::Rule, Cells::Texts(cells)) => {
                    cells.push(Some(self.design.rule_words(self.design.rule(job.point))));
                }
                (Source::Seed, Cells::Seeds(cells)) => cells.push(job.seed),
                (Source::Status, Cells::Texts(cells)) => {
                    let word = match ran {
                        Ran::Row(_) => DONE,
                        Ran::Infeasible(_) => INFEASIBLE,
                        Ran::Broke(_) | Ran::Stopped => FAILED,
                    };
                    cells.push(Some(word.to_owned()));
                }
                (Source::Reason, Cells::Texts(cells)) => cells.push(match ran {
                    Ran::Infeasible(reason) => Some(reason.clone()),
                    Ran::Broke(fault) => Some(fault.to_string()),
                    Ran::Row(_) | Ran::Stopped => None,
                }),
                (Source::Figure(name), cells) => push(cells, figures.get(name.as_str()).copied()),
                (source, _) => unreachable!("{source:?} has cells of its own kind"),
            }
        }
        self.rows += 1;
    }

    pub fn finish(self) -> (usize, Vec<Cells>) {
        (self.rows, self.cells)
    }
}

fn push(cells: &mut Cells, cell: Option<&Scalar>) {
    match cells {
        Cells::Numbers(cells) => cells.push(cell.and_then(|cell| match cell {
            Scalar::Number(number) => *number,
            _ => None,
        })),
        Cells::Counts(cells) => cells.push(cell.and_then(|cell| match cell {
            Scalar::Count(count) => Some(*count),
            Scalar::Text(moment) => moment.as_deref().and_then(microseconds),
            _ => None,
        })),
        Cells::Flags(cells) => cells.push(cell.and_then(|cell| match cell {
            Scalar::Flag(flag) => Some(*flag),
            _ => None,
        })),
        _ => unreachable!("figures are numbers, counts, flags and moments"),
    }
}

/// A text without the quotes of the language.
fn bare(value: &str) -> String {
    let inner = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inner.filter(|inner| !inner.contains(['"', '\\'])).unwrap_or(value).to_owned()
}

/// Since 1970, by the clock of the world.
fn microseconds(moment: &str) -> Option<i64> {
    let moment: DateTime = moment.parse().ok()?;
    Some(TimeZone::UTC.to_timestamp(moment).ok()?.as_microsecond())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sweep::design::tests::request;
    use crate::sweep::work::Row;

    fn row(columns: &[(&str, Scalar)]) -> Ran {
        let figures = columns.iter().map(|(name, cell)| ((*name).to_owned(), cell.clone())).collect();
        Ran::Row(Row { figures, missed: 0, balances: true, series: None })
    }

    #[test]
    fn parameters_come_first_then_the_seed_and_the_end_then_figures_by_name() {
        let design = request(&["lenders.broker.capital=1e7,2e7", "lenders.broker.calls.grace=\"5m\",9m"], 1);
        let design = design.check().unwrap();
        let first = row(&[("cascade.size", Scalar::Count(2)), ("lenders.broker.capital", Scalar::Number(Some(1.0)))]);
        let second =
            row(&[("cascade.size", Scalar::Count(3)), ("a.failed", Scalar::Text(Some("1970-01-01T00:01:00".into())))]);
        let figures = [("cascade.size", 'c'), ("lenders.broker.capital", 'n'), ("a.failed", 't')];
        let figures = figures.map(|(name, kind)| (name.to_owned(), kind)).into_iter().collect();
        let columns = columns(&design, &figures);
        let names: Vec<&str> = columns.iter().map(|column| column.field.name.as_str()).collect();
        let expected = [
            "lenders.broker.capital",
            "lenders.broker.calls.grace",
            "seed",
            "status",
            "reason",
            "a.failed",
            "cascade.size",
            "outcome.lenders.broker.capital",
        ];
        assert_eq!(names, expected);
        let mut batch = Batch::new(&design, &columns);
        batch.push(0, &first);
        batch.push(3, &second);
        batch.push(1, &Ran::Infeasible("no".into()));
        let (rows, cells) = batch.finish();
        assert_eq!(rows, 3);
        assert_eq!(cells[0], Cells::Numbers(vec![Some(1e7), Some(2e7), Some(1e7)]));
        assert_eq!(cells[1], Cells::Texts(["5m", "9m", "9m"].map(|text| Some(text.to_owned())).to_vec()));
        assert_eq!(cells[4], Cells::Texts(vec![None, None, Some("no".into())]));
        assert_eq!(cells[5], Cells::Counts(vec![None, Some(60_000_000), None]));
        assert_eq!(cells[6], Cells::Counts(vec![Some(2), Some(3), None]));
    }
}
