//! How the values of instruments move together.
//!
//! Each instrument's value walks by draws of its own. Where a world states correlations, the draws of the instruments
//! it names are mixed so that any two of them have the stated correlation: with the Cholesky factor `L` of the matrix,
//! the mixed draw is `L z`. The first named keeps its own draws as they are, and so does everyone not named: nothing
//! else in a run changes when a correlation is added.
//!
//! A list of correlations must be one that draws can have: a matrix without negative eigenvalues. What nobody states
//! is zero. A shock replaces some of them, against what the world states; lenders who net by an offset of their own are
//! not told.
//!
//! Source: Glasserman, "Monte Carlo Methods in Financial Engineering" (2003), section 2.3.3.

use crate::stated::Stated;
use ground::units::InstrumentId;
use language::findings::Findings;
use language::read::Read;
use std::collections::BTreeMap;

/// Any two of the instruments named move together like this.
#[derive(Clone, Debug, PartialEq, Read)]
pub struct CorrelationFile {
    /// At least two.
    pub of: Vec<String>,
    #[read(within = -1.0..=1.0)]
    pub is: f64,
}

/// No more instruments than this move together: the matrix is looked at in cubic time.
pub const MOST: usize = 200;
/// More entries than this say the same pairs again.
const MOST_ENTRIES: usize = 20_000;

/// Mixes the draws of a tick.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mixing {
    who: Vec<InstrumentId>,
    /// Lower triangle, row by row: row `i` has `i + 1` numbers.
    lower: Vec<f64>,
}

impl Mixing {
    pub fn is_empty(&self) -> bool {
        self.who.is_empty()
    }

    /// Replaces the draws of those who move together; by instrument.
    pub fn mix(&self, draws: &mut [f64]) {
        // From the last to the first: each row looks only at draws above it, which are still their own.
        for row in (0..self.who.len()).rev() {
            let first = row * (row + 1) / 2;
            let parts = self.lower[first..=first + row].iter().zip(&self.who);
            draws[self.who[row].index()] = parts.map(|(weight, other)| weight * draws[other.index()]).sum();
        }
    }
}

/// From what the world states and, on top, what a shock replaces. `None` when no draws can have them, or when they
/// are not numbers at all. Names that do not exist are passed over.
pub fn mixing(stated: &[&[CorrelationFile]], position: impl Fn(&str) -> Option<usize>) -> Option<Mixing> {
    let mut who: Vec<usize> = Vec::new();
    let all = || stated.iter().flat_map(|list| list.iter());
    for place in all().flat_map(|entry| &entry.of).filter_map(|name| position(name)) {
        if !who.contains(&place) {
            who.push(place);
        }
        if who.len() > MOST {
            return None;
        }
    }
    let size = who.len();
    let mut matrix = vec![0.0; size * size];
    for index in 0..size {
        matrix[index * size + index] = 1.0;
    }
    for entry in all() {
        let places: Vec<usize> = entry.of.iter().filter_map(|name| position(name)).collect();
        for (index, one) in places.iter().enumerate() {
            for other in places[..index].iter().filter(|other| *other != one) {
                let at = |place: &usize| who.iter().position(|it| it == place).expect("it is listed");
                let (one, other) = (at(one), at(other));
                matrix[one * size + other] = entry.is;
                matrix[other * size + one] = entry.is;
            }
        }
    }
    let lower = cholesky(&matrix, size)?;
    Some(Mixing { who: who.into_iter().map(InstrumentId::from_index).collect(), lower })
}

/// The lower triangle of a factor, row by row, if the matrix has one. A matrix on the edge (of perfect correlations)
/// has.
fn cholesky(matrix: &[f64], size: usize) -> Option<Vec<f64>> {
    /// What rounding makes of zero.
    const NOTHING: f64 = 1e-9;
    let mut lower = vec![0.0; size * (size + 1) / 2];
    let at = |row: usize, column: usize| row * (row + 1) / 2 + column;
    for row in 0..size {
        for column in 0..=row {
            let known: f64 = (0..column).map(|k| lower[at(row, k)] * lower[at(column, k)]).sum();
            let rest = matrix[row * size + column] - known;
            if !rest.is_finite() {
                return None;
            }
            lower[at(row, column)] = if row == column {
                if rest < -NOTHING {
                    return None;
                }
                rest.max(0.0).sqrt()
            } else {
                let pivot = lower[at(column, column)];
                if pivot * pivot > NOTHING {
                    rest / pivot
                } else if rest.abs() > 1e-6 {
                    return None;
                } else {
                    0.0
                }
            };
        }
    }
    Some(lower)
}

/// Correlations that draws can have, between instruments with news of their own: a list that replaces others, or stands
/// by itself.
pub fn check_together(
    path: &str,
    list: &[CorrelationFile],
    replaced: &[CorrelationFile],
    stated: &Stated<'_>,
    findings: &mut Findings,
) {
    let before = findings.list().len();
    check(path, list, findings, |name, path, findings| {
        let Some(about) = stated.instrument(name, path, findings) else { return };
        if let Some(of) = about.follows() {
            findings.add(path, format!("\"{name}\" is {}", about.what()), format!("name \"{of}\""));
        } else if about.booked().is_some_and(|own| own.ordinary.value_volatility == 0.0) {
            let remedy = "give it a `value_volatility`, or leave it out";
            findings.add(path, format!("the value of \"{name}\" does not move by itself"), remedy);
        }
    });
    let position = |name: &str| stated.instruments.position(name);
    let are_correlations = replaced.iter().chain(list).all(|entry| (-1.0..=1.0).contains(&entry.is));
    if are_correlations && findings.list().len() == before && mixing(&[replaced, list], position).is_none() {
        findings.add(
            path,
            format!("no values can move together like this (or more than {MOST} would)"),
            "bring the numbers nearer to zero, or state those between all that share one",
        );
    }
}

/// What is wrong with a list in itself; `name` says what is wrong with a name.
fn check(
    path: &str,
    list: &[CorrelationFile],
    findings: &mut Findings,
    mut name: impl FnMut(&str, &str, &mut Findings),
) {
    if list.len() > MOST_ENTRIES {
        findings.add(path, format!("{} entries", list.len()), "name several instruments in one entry");
        return;
    }
    let mut known: BTreeMap<[&str; 2], (usize, f64)> = BTreeMap::new();
    for (index, entry) in list.iter().enumerate() {
        let path = format!("{path}[{index}]");
        if entry.of.len() < 2 || entry.of.len() > MOST {
            let remedy = format!("name 2 to {MOST} instruments");
            findings.add(format_args!("{path}.of"), format!("{} instruments move together", entry.of.len()), remedy);
            continue;
        }
        for (place, own) in entry.of.iter().enumerate() {
            let path = format!("{path}.of[{place}]");
            name(own, &path, findings);
            if entry.of[..place].contains(own) {
                findings.add(path, format!("\"{own}\" is named twice"), "name it once");
            }
        }
        let pairs =
            entry.of.iter().enumerate().flat_map(|(at, one)| entry.of[..at].iter().map(move |other| [one, other]));
        let again = pairs.filter(|[one, other]| one != other).find_map(|pair| {
            let mut pair = pair.map(String::as_str);
            pair.sort_unstable();
            let (first, is) = *known.entry(pair).or_insert((index, entry.is));
            (is.to_bits() != entry.is.to_bits()).then_some((pair, first, is))
        });
        let sound = (-1.0..=1.0).contains(&entry.is);
        if let Some(([one, other], first, is)) = again.filter(|_| sound) {
            let message =
                format!("\"{one}\" and \"{other}\" move together at {}, and at {is} in entry {first}", entry.is);
            findings.add(format_args!("{path}.of"), message, "say one for each pair");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ground::rng::{Purpose, normal, stream};

    fn entry(of: &[&str], is: f64) -> CorrelationFile {
        CorrelationFile { of: of.iter().map(|name| (*name).to_owned()).collect(), is }
    }

    fn position(name: &str) -> Option<usize> {
        ["a", "b", "c", "d"].iter().position(|own| *own == name)
    }

    #[test]
    fn two_draws_are_mixed_as_by_hand() {
        let mixing = mixing(&[&[entry(&["b", "d"], 0.6)]], position).expect("a matrix");
        // The first keeps its draw; the other is 0.6 of it and 0.8 of its own.
        let mut draws = [9.0, 1.0, 9.0, 2.0];
        mixing.mix(&mut draws);
        assert_eq!(draws, [9.0, 1.0, 9.0, 0.6 + 0.8 * 2.0]);
    }

    #[test]
    fn draws_have_the_correlations_stated() {
        let list = [entry(&["a", "b", "c"], 0.5), entry(&["c", "d"], -0.3)];
        let mixing = mixing(&[&list], position).expect("a matrix");
        let mut draws = stream(5, "values", Purpose::Value);
        let mut sums = [[0.0; 4]; 4];
        const COUNT: usize = 40_000;
        for _ in 0..COUNT {
            let mut tick = [0.0; 4];
            tick.iter_mut().for_each(|draw| *draw = normal(&mut draws));
            mixing.mix(&mut tick);
            for (row, one) in tick.iter().enumerate() {
                for (column, other) in tick.iter().enumerate() {
                    sums[row][column] += one * other / COUNT as f64;
                }
            }
        }
        let expected = [[1.0, 0.5, 0.5, 0.0], [0.5, 1.0, 0.5, 0.0], [0.5, 0.5, 1.0, -0.3], [0.0, 0.0, -0.3, 1.0]];
        for (row, of) in sums.iter().zip(&expected) {
            for (sum, expected) in row.iter().zip(of) {
                // Four standard errors of a product of normals.
                assert!((sum - expected).abs() < 4.0 * 1.5 / (COUNT as f64).sqrt(), "{sums:?}");
            }
        }
    }

    #[test]
    fn what_no_draws_can_have_is_refused_and_perfect_correlation_is_not() {
        // a moves with b and with c, and these two against each other.
        let impossible = [entry(&["a", "b"], 0.9), entry(&["a", "c"], 0.9), entry(&["b", "c"], -0.9)];
        assert_eq!(mixing(&[&impossible], position), None);
        assert_eq!(mixing(&[&[entry(&["a", "b"], f64::NAN)]], position), None);
        let one = mixing(&[&[entry(&["a", "b", "c"], 1.0)]], position).expect("all the same");
        let mut draws = [0.7, 5.0, -3.0, 1.0];
        one.mix(&mut draws);
        assert_eq!(draws, [0.7, 0.7, 0.7, 1.0]);
    }

    #[test]
    fn a_shock_replaces_what_it_names_and_leaves_the_rest() {
        let stated = [entry(&["a", "b", "c"], 0.5)];
        let shocked = mixing(&[&stated, &[entry(&["a", "b"], 0.0)]], position).expect("a matrix");
        let mut draws = [1.0, 1.0, 0.0, 0.0];
        shocked.mix(&mut draws);
        assert_eq!(draws[..3], [1.0, 1.0, 1.0], "c is half of each, and they are apart");
    }
}
