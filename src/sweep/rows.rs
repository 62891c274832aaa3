//! The table of a sweep: one row a run, parameters first, then the seed, then what came of it.
//!
//! A parameter's column bears its path and holds numbers when all its values are numbers, else the
//! text that was given. Where an outcome would bear the same name as a parameter it is called
//! `outcome.<name>`. Runs may differ in shape (a world with one instrument less): the table has every
//! column that any run has, in the order in which they first appear, empty where a run lacks it.

use super::design::{Design, Job};
use super::work::Row;
use files::sheet::{Cells, Column};
use results::figures::Scalar;
use std::collections::BTreeMap;

/// The columns of the runs that came to an end, in design order.
pub fn columns(design: &Design, runs: &[(Job, &Row)]) -> Vec<Column> {
    let mut columns = parameters(design, runs);
    columns.push(Column::new("seed", Cells::Seeds(runs.iter().map(|(job, _)| job.seed).collect())));
    let taken: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
    let outcomes = outcomes(runs);
    columns.extend(outcomes.into_iter().map(|(name, cells)| {
        let name = if taken.contains(&name) { format!("outcome.{name}") } else { name };
        column(&name, &cells)
    }));
    columns
}

fn parameters(design: &Design, runs: &[(Job, &Row)]) -> Vec<Column> {
    let of_path = |(index, path): (usize, &str)| {
        let given = runs.iter().map(|(job, _)| design.values(job.point)[index]);
        // Decided over all values of the design, so that a part of the runs has the same type.
        let numeric = design.values_of(index).iter().all(|value| number(value).is_some());
        let cells = if numeric {
            Cells::Numbers(given.map(number).collect())
        } else {
            Cells::Texts(given.map(|value| Some(value.to_string())).collect())
        };
        Column::new(path, cells)
    };
    design.paths().enumerate().map(of_path).collect()
}

/// A number as a world file writes it.
fn number(text: &str) -> Option<f64> {
    let plain = text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c));
    if plain { text.replace('_', "").parse().ok() } else { None }
}

/// Cells by column, in order of first appearance.
fn outcomes<'a>(runs: &[(Job, &'a Row)]) -> Vec<(String, Vec<Option<&'a Scalar>>)> {
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut table: Vec<(String, Vec<Option<&Scalar>>)> = Vec::new();
    for (index, (_, row)) in runs.iter().enumerate() {
        for (name, cell) in row.names.iter().zip(&row.cells) {
            let place = *places.entry(name.clone()).or_insert_with(|| {
                table.push((name.clone(), vec![None; runs.len()]));
                table.len() - 1
            });
            // Of two outcomes of one name (two figures that a world words alike) the first stays.
            table[place].1[index].get_or_insert(cell);
        }
    }
    table
}

/// The type is that of the first cell: scalars of one name always have one type.
fn column(name: &str, cells: &[Option<&Scalar>]) -> Column {
    let first = cells.iter().flatten().next().expect("a column comes from a run that has it");
    let cells = match first {
        Scalar::Count(_) => {
            Cells::Counts(pick(cells, |cell| if let Scalar::Count(n) = cell { Some(*n) } else { None }))
        }
        Scalar::Number(_) => Cells::Numbers(pick(cells, |cell| if let Scalar::Number(x) = cell { *x } else { None })),
        Scalar::Flag(_) => Cells::Flags(pick(cells, |cell| if let Scalar::Flag(b) = cell { Some(*b) } else { None })),
        Scalar::Text(_) => Cells::Texts(pick(cells, |cell| if let Scalar::Text(t) = cell { t.clone() } else { None })),
    };
    Column::new(name, cells)
}

fn pick<T>(cells: &[Option<&Scalar>], take: impl Fn(&Scalar) -> Option<T>) -> Vec<Option<T>> {
    cells.iter().map(|cell| cell.and_then(&take)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sweep::design::tests::request;
    use std::sync::Arc;

    fn row(columns: &[(&str, Scalar)]) -> Row {
        let names: Vec<String> = columns.iter().map(|(name, _)| (*name).to_owned()).collect();
        let cells = columns.iter().map(|(_, cell)| cell.clone()).collect();
        Row { names: Arc::from(names), cells, missed: 0, balances: true }
    }

    #[test]
    fn parameters_come_first_then_the_seed_then_outcomes() {
        let design = request(
            &[("lenders.broker.capital", &["1e7", "2e7"]), ("lenders.broker.calls.grace", &["\"5m\"", "\"9m\""])],
            1,
        );
        let design = design.check().unwrap();
        let first = row(&[("cascade.size", Scalar::Count(2)), ("lenders.broker.capital", Scalar::Number(Some(1.0)))]);
        let second = row(&[("cascade.size", Scalar::Count(3)), ("extra", Scalar::Flag(true))]);
        let table = columns(&design, &[(design.job(0), &first), (design.job(3), &second)]);
        let expected = [
            "lenders.broker.capital",
            "lenders.broker.calls.grace",
            "seed",
            "cascade.size",
            "outcome.lenders.broker.capital",
            "extra",
        ];
        let names: Vec<&str> = table.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(names, expected);
        assert_eq!(table[0].cells, Cells::Numbers(vec![Some(1e7), Some(2e7)]));
        assert_eq!(table[1].cells, Cells::Texts(vec![Some("\"5m\"".into()), Some("\"9m\"".into())]));
        assert_eq!(table[3].cells, Cells::Counts(vec![Some(2), Some(3)]));
        assert_eq!(table[5].cells, Cells::Flags(vec![None, Some(true)]));
    }

    #[test]
    fn what_is_not_a_number_makes_the_column_text() {
        assert_eq!(number("1_000.5"), Some(1000.5));
        assert_eq!(number("-3"), Some(-3.0));
        for text in ["nan", "inf", "T+1", "\"3\"", "[1]", "true", ""] {
            assert_eq!(number(text), None, "{text}");
        }
    }
}
