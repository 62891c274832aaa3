//! What a sweep came to: figure by figure against what was varied, and rule against rule.
//!
//! Read from the table, a column at a time, so that a sweep of long ago is told as one of today.

use super::design::RULE;
use super::identity::VariedText;
use super::rows::{DONE, SEED, STATUS};
use super::spread::number;
use super::table::Table;
use files::stream::Kind;
use ground::ops::ln;
use results::meanings::unit;
use results::sweep::{Along, Band, Difference, Paired, Shape, Swept, SweptPath};
use std::collections::BTreeMap;

/// Of a sample: so many stretches along each path.
const STRETCHES: usize = 10;
/// The quantiles between which ninety in a hundred lie.
const INTERVAL: (f64, f64) = (0.05, 0.95);

/// What a person asks first, most telling first; `*` stands for any name.
const TELLING: [&str; 9] = [
    "instruments.*.fall_compared",
    "lenders.total_loss",
    "cascade.size",
    "accounts.bankrupt",
    "accounts.breached",
    "counterfactual.*.amplification",
    "liquidations.notional",
    "instruments.*.drawdown",
    "waterfall.*",
];
/// So many of them are told where nobody asks for any.
const MOST_TOLD: usize = 3;

/// What was varied, row by row. Held once for all figures.
pub struct Varied<'t> {
    table: &'t Table,
    paths: Vec<SweptPath>,
    /// By path, by row: which of its values.
    place: Vec<Vec<usize>>,
    /// By row: 0 for the world as it is, else which rule.
    rule: Vec<usize>,
    rules: Vec<String>,
    seed: Vec<u64>,
    done: Vec<bool>,
    sampled: bool,
}

/// A figure that can be told: which columns hold numbers.
pub fn figures(table: &Table) -> Vec<&str> {
    let head =
        table.stored.columns.iter().position(|(name, _)| name == super::rows::REASON).map_or(0, |place| place + 1);
    let number = |(_, kind): &&(String, Kind)| matches!(kind, Kind::Number | Kind::Count | Kind::Flag);
    table.stored.columns[head..].iter().filter(number).map(|(name, _)| name.as_str()).collect()
}

impl<'t> Varied<'t> {
    /// # Errors
    /// When the table is damaged.
    pub fn of(table: &'t Table) -> Result<Self, String> {
        let stored = &table.stored;
        let design = &table.about.identity.design;
        let sampled = design.sample.is_some();
        let mut paths = Vec::new();
        let mut place = Vec::new();
        for axis in &design.vary {
            let Some(first) = axis.first() else { continue };
            let (path, places) = if sampled && stored.kind(&first.path) == Some(Kind::Number) {
                stretches(&first.path, &stored.numbers(&first.path)?, first.range.as_deref())
            } else if stored.kind(&first.path) == Some(Kind::Number) {
                values(&first.path, &stored.numbers(&first.path)?)
            } else {
                let texts = stored.texts(&first.path)?;
                let shown: Vec<String> = first.values.iter().map(|value| value.trim_matches('"').to_owned()).collect();
                words(&first.path, &texts, shown)
            };
            let (path, places) = labelled(path, places, first);
            paths.push(path);
            place.push(places);
        }
        let rules = design.against.clone();
        let rule = if rules.is_empty() {
            vec![0; stored.rows]
        } else {
            let said = stored.texts(RULE)?;
            let which = |text: &Option<String>| {
                rules.iter().position(|rule| Some(rule) == text.as_ref()).map_or(0, |place| place + 1)
            };
            said.iter().map(which).collect()
        };
        let seed = stored.numbers(SEED)?.into_iter().map(|seed| seed.unwrap_or_default() as u64).collect();
        let done = stored.texts(STATUS)?.iter().map(|status| status.as_deref() == Some(DONE)).collect();
        Ok(Self { table, paths, place, rule, rules, seed, done, sampled })
    }

    /// Those that vary, of those that tell most.
    ///
    /// # Errors
    /// As [`Varied::of`].
    pub fn telling(&self) -> Result<Vec<String>, String> {
        let all = figures(self.table);
        let mut told: Vec<String> = Vec::new();
        let mut seen: Vec<Vec<Option<f64>>> = Vec::new();
        let mut constant: Option<String> = None;
        for pattern in TELLING {
            let (head, tail) = pattern.split_once('*').unwrap_or((pattern, ""));
            let fits = |name: &&&str| {
                if pattern.contains('*') { name.starts_with(head) && name.ends_with(tail) } else { **name == pattern }
            };
            for name in all.iter().filter(fits) {
                let cells = self.table.stored.numbers(name)?;
                let mut there = cells.iter().flatten();
                let first = there.next();
                if there.any(|cell| Some(cell) != first) {
                    // One of many like it says enough, and so does one of two that are the same.
                    if !seen.contains(&cells) {
                        told.push((*name).to_owned());
                        seen.push(cells);
                    }
                    break;
                }
                constant = constant.or(first.map(|_| (*name).to_owned()));
            }
            if told.len() == MOST_TOLD {
                break;
            }
        }
        Ok(if told.is_empty() { constant.into_iter().collect() } else { told })
    }

    /// A figure against what was varied, or rule against rule where there are rules.
    ///
    /// # Errors
    /// As [`Varied::of`].
    pub fn told(&self, figure: &str, precision: Option<f64>) -> Result<Swept, String> {
        let cells = self.table.stored.numbers(figure)?;
        let finite = |cell: &Option<f64>| cell.filter(|number| number.is_finite());
        let cells: Vec<Option<f64>> =
            cells.iter().zip(&self.done).map(|(cell, done)| finite(cell).filter(|_| *done)).collect();
        let shape =
            if self.rules.is_empty() { self.shape(&cells) } else { Shape::Rules(self.differences(&cells, precision)) };
        let identity = &self.table.about.identity;
        let runs = cells.iter().flatten().count();
        Ok(Swept {
            world: identity.world.name.clone(),
            currency: identity.currency.clone(),
            figure: figure.to_owned(),
            unit: unit(figure, &identity.currency),
            runs,
            lacking: cells.len() - runs,
            seeds: match &identity.design.seeds {
                super::identity::SeedsText::From { count, .. } => *count as usize,
                super::identity::SeedsText::Listed(seeds) => seeds.len(),
            },
            paths: self.paths.clone(),
            sampled: self.sampled,
            shape,
        })
    }

    fn shape(&self, cells: &[Option<f64>]) -> Shape {
        let along = |path: usize| {
            let mut groups = vec![Vec::new(); self.paths[path].at.len()];
            for (row, cell) in cells.iter().enumerate() {
                groups[self.place[path][row]].extend(*cell);
            }
            let tells = tells(&groups);
            Along { bands: groups.into_iter().map(band).collect(), tells }
        };
        match self.paths.len() {
            0 => Shape::Alone(band(cells.iter().flatten().copied().collect())),
            1 => Shape::Curve(along(0).bands),
            2 if !self.sampled => {
                let (across, up) = (self.paths[0].at.len(), self.paths[1].at.len());
                let mut groups = vec![vec![Vec::new(); up]; across];
                for (row, cell) in cells.iter().enumerate() {
                    groups[self.place[0][row]][self.place[1][row]].extend(*cell);
                }
                Shape::Map(groups.into_iter().map(|column| column.into_iter().map(band).collect()).collect())
            }
            paths => Shape::Panels((0..paths).map(along).collect()),
        }
    }

    /// Runs are paired that differ in nothing but the rule.
    fn differences(&self, cells: &[Option<f64>], precision: Option<f64>) -> Vec<Difference> {
        let rules = self.rules.len() + 1;
        let seeds = self.seed.len() / rules.max(1);
        debug_assert!(seeds * rules == self.seed.len() || self.table.about.identity.shard.is_some());
        // Rows of one combination and seed, by rule: a shard may hold only some of them.
        let mut pairs: BTreeMap<(usize, u64), Vec<Option<f64>>> = BTreeMap::new();
        let each = self.table.about.identity.design.runs / self.points();
        let shard = self.table.about.identity.shard;
        for (row, cell) in cells.iter().enumerate() {
            let run = shard.map_or(row, |shard| row * shard.of as usize + shard.part as usize - 1);
            let combination = run / each / rules;
            let by_rule = pairs.entry((combination, self.seed[row])).or_insert_with(|| vec![None; rules]);
            by_rule[self.rule[row]] = *cell;
        }
        let of = |rule: usize| {
            let both: Vec<(u64, f64, f64)> =
                pairs.iter().filter_map(|((_, seed), by_rule)| Some((*seed, by_rule[0]?, by_rule[rule]?))).collect();
            difference(self.rules[rule - 1].clone(), &both, precision)
        };
        (1..rules).map(of).collect()
    }

    /// Combinations times rules.
    fn points(&self) -> usize {
        let design = &self.table.about.identity.design;
        let seeds = match &design.seeds {
            super::identity::SeedsText::From { count, .. } => *count as usize,
            super::identity::SeedsText::Listed(seeds) => seeds.len(),
        };
        (design.runs / seeds.max(1)).max(1)
    }
}

/// By seed, and under each combination of what else was varied: the figure as it is and under the rule.
fn difference(rule: String, both: &[(u64, f64, f64)], precision: Option<f64>) -> Difference {
    // Runs of one seed share their draws, whatever is varied beside: they are one observation, and not as many as there are
    // combinations.
    let mut by_seed: BTreeMap<u64, Vec<f64>> = BTreeMap::new();
    for (seed, before, after) in both {
        by_seed.entry(*seed).or_default().push(after - before);
    }
    let moved: Vec<f64> = by_seed.values().map(|all| all.iter().sum::<f64>() / all.len() as f64).collect();
    let n = moved.len();
    if n == 0 {
        return Difference { rule, pairs: 0, came: None };
    }
    let mean = moved.iter().sum::<f64>() / n as f64;
    let square = moved.iter().map(|one| (one - mean) * (one - mean)).sum::<f64>();
    let deviation = (n > 1).then(|| (square / (n - 1) as f64).sqrt());
    let precision = precision.unwrap_or(mean.abs() / 10.0);
    let needed = |deviation: f64| {
        let seeds = (1.96 * deviation / precision) * (1.96 * deviation / precision);
        (seeds.ceil() as u64).max(2)
    };
    let interval = |deviation: f64| {
        let half = student(n - 1) * deviation / (n as f64).sqrt();
        (mean - half, mean + half)
    };
    let median = |side: fn(&(u64, f64, f64)) -> f64| band(both.iter().map(side).collect()).median;
    let came = Paired {
        as_it_is: median(|pair| pair.1),
        under: median(|pair| pair.2),
        mean,
        interval: deviation.map(interval),
        needed: deviation.filter(|_| precision > 0.0).map(needed),
        precision,
    };
    Difference { rule, pairs: both.len(), came: Some(came) }
}

/// See [`Along::tells`]: the correlation ratio (what the means of the groups vary, over what all varies) of `k` groups of `n` runs
/// is (k - 1)/(n - 1) in the mean where the groups mean nothing, and from two deviations above that on is no chance (under the
/// normal law it has the beta distribution of (k - 1)/2 and (n - k)/2).
fn tells(groups: &[Vec<f64>]) -> Option<f64> {
    let groups: Vec<&Vec<f64>> = groups.iter().filter(|group| !group.is_empty()).collect();
    let (n, k) = (groups.iter().map(|group| group.len()).sum::<usize>() as f64, groups.len() as f64);
    let mean = |group: &[f64]| group.iter().sum::<f64>() / group.len() as f64;
    let all: Vec<f64> = groups.iter().flat_map(|group| group.iter().copied()).collect();
    if k < 2.0 || n <= k {
        return None;
    }
    let middle = mean(&all);
    let square = |value: f64| (value - middle) * (value - middle);
    let total: f64 = all.iter().map(|value| square(*value)).sum();
    let between: f64 = groups.iter().map(|group| group.len() as f64 * square(mean(group))).sum();
    let chance = (k - 1.0) / (n - 1.0);
    let deviation = (2.0 * (k - 1.0) * (n - k) / (n + 1.0)).sqrt() / (n - 1.0);
    let ratio = between / total;
    (total > 0.0 && ratio > chance + 2.0 * deviation).then(|| (ratio - chance) / (1.0 - chance))
}

/// Student's t of 97.5 % by degrees of freedom, from the usual table; between its lines the wider holds.
fn student(freedom: usize) -> f64 {
    const FIRST: [f64; 30] = [
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
        2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
    ];
    match freedom {
        0 => f64::INFINITY,
        1..=30 => FIRST[freedom - 1],
        31..40 => 2.042,
        40..60 => 2.021,
        60..120 => 2.000,
        120..1000 => 1.980,
        _ => 1.962,
    }
}

/// Of no value: a band of none.
fn band(mut values: Vec<f64>) -> Band {
    values.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let place = share * (values.len() - 1) as f64;
        let (below, part) = (place.floor() as usize, place.fract());
        let above = (below + 1).min(values.len() - 1);
        values[below] + part * (values[above] - values[below])
    };
    if values.is_empty() {
        return Band::default();
    }
    Band { n: values.len(), median: at(0.5), low: at(INTERVAL.0), high: at(INTERVAL.1) }
}

/// The distinct numbers, in order.
fn values(path: &str, cells: &[Option<f64>]) -> (SweptPath, Vec<usize>) {
    let mut at: Vec<f64> = cells.iter().flatten().copied().collect();
    at.sort_by(f64::total_cmp);
    at.dedup();
    let place = |cell: &Option<f64>| cell.and_then(|cell| at.binary_search_by(|known| known.total_cmp(&cell)).ok());
    let places = cells.iter().map(|cell| place(cell).unwrap_or(0)).collect();
    let names = at.iter().map(ToString::to_string).collect();
    (SweptPath { path: path.to_owned(), label: String::new(), names, log: is_log(&at), at, numeric: true }, places)
}

/// Whether factors between neighbours are more alike than differences.
fn is_log(at: &[f64]) -> bool {
    if at.len() < 3 || at[0] <= 0.0 {
        return false;
    }
    let uneven = |steps: Vec<f64>| {
        let (least, most) =
            (steps.iter().copied().fold(f64::INFINITY, f64::min), steps.iter().copied().fold(0.0, f64::max));
        most / least
    };
    let factors = uneven(at.windows(2).map(|pair| ln(pair[1] / pair[0])).collect());
    let differences = uneven(at.windows(2).map(|pair| pair[1] - pair[0]).collect());
    factors < differences && at[at.len() - 1] / at[0] >= 8.0
}

/// What a sample drew, in stretches of equal length.
fn stretches(path: &str, cells: &[Option<f64>], range: Option<&str>) -> (SweptPath, Vec<usize>) {
    let log = range.is_some_and(|range| range.starts_with("log "));
    let ends = range.and_then(|range| {
        let (low, high) = range.trim_start_matches("log ").split_once("..")?;
        Some((number(low)?, number(high)?))
    });
    let mut distinct: Vec<f64> = cells.iter().flatten().copied().collect();
    distinct.sort_by(f64::total_cmp);
    distinct.dedup();
    let Some((low, high)) = ends.filter(|_| distinct.len() > STRETCHES) else { return values(path, cells) };
    let scale = |number: f64| if log { ln(number) } else { number };
    let (from, to) = (scale(low), scale(high));
    let place = |cell: &Option<f64>| {
        let share = (scale(cell.unwrap_or(low)) - from) / (to - from);
        ((share * STRETCHES as f64) as usize).min(STRETCHES - 1)
    };
    let places = cells.iter().map(place).collect();
    let middle = |stretch: usize| {
        let along = from + (stretch as f64 + 0.5) / STRETCHES as f64 * (to - from);
        if log { ground::ops::exp(along) } else { along }
    };
    let at: Vec<f64> = (0..STRETCHES).map(middle).collect();
    let names = at.iter().map(|at| chart::words::short(*at).replace('−', "-")).collect();
    (SweptPath { path: path.to_owned(), label: String::new(), names, at, numeric: true, log }, places)
}

/// With what a reader is told of it and its values. Values with names are no numbers to a reader, and stand as they were given.
fn labelled(path: SweptPath, places: Vec<usize>, of: &VariedText) -> (SweptPath, Vec<usize>) {
    let path = SweptPath { label: of.label.clone(), ..path };
    if of.value_labels.is_empty() {
        return (path, places);
    }
    let same = |value: &str, name: &str| match (number(value), number(name)) {
        (Some(value), Some(name)) => value == name,
        _ => value.trim_matches('"') == name,
    };
    let given: Vec<usize> =
        path.names.iter().map(|name| of.values.iter().position(|value| same(value, name)).unwrap_or(0)).collect();
    let places = places.into_iter().map(|place| given[place]).collect();
    let at = (0..of.value_labels.len()).map(|place| place as f64).collect();
    (SweptPath { names: of.value_labels.clone(), at, numeric: false, log: false, ..path }, places)
}

/// Words keep the order in which they were given.
fn words(path: &str, cells: &[Option<String>], given: Vec<String>) -> (SweptPath, Vec<usize>) {
    let mut names = given;
    let mut places = Vec::with_capacity(cells.len());
    for cell in cells {
        let cell = cell.clone().unwrap_or_default();
        let place = names.iter().position(|name| *name == cell).unwrap_or_else(|| {
            names.push(cell);
            names.len() - 1
        });
        places.push(place);
    }
    let at = (0..names.len()).map(|place| place as f64).collect();
    (SweptPath { path: path.to_owned(), label: String::new(), names, at, numeric: false, log: false }, places)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_band_is_the_median_and_where_ninety_in_a_hundred_lie() {
        let of_hundred = band((0..=100).map(f64::from).collect());
        assert_eq!((of_hundred.n, of_hundred.median, of_hundred.low, of_hundred.high), (101, 50.0, 5.0, 95.0));
        assert_eq!(band(vec![3.0]), Band { n: 1, median: 3.0, low: 3.0, high: 3.0 });
        assert_eq!(band(vec![]).n, 0);
    }

    #[test]
    fn paired_differences_have_the_interval_of_students_t() {
        // Differences 1, 2, 3: mean 2, deviation 1, half width 4.303 / sqrt(3).
        let told = difference("rule".into(), &[(1, 0.0, 1.0), (2, 5.0, 7.0), (3, 1.0, 4.0)], Some(0.5));
        let came = told.came.unwrap();
        assert_eq!((told.pairs, came.mean, came.as_it_is, came.under), (3, 2.0, 1.0, 4.0));
        assert!((came.interval.unwrap().1 - 2.0 - 4.303 / 3.0_f64.sqrt()).abs() < 1e-9);
        // (1.96 / 0.5)^2 = 15.4.
        assert_eq!(came.needed, Some(16));
        let alone = difference("rule".into(), &[(1, 0.0, 1.0)], None).came.unwrap();
        assert_eq!((alone.mean, alone.interval, alone.needed, alone.sure()), (1.0, None, None, false));
        assert_eq!(difference("rule".into(), &[], None).came, None, "of no pair nothing is known");
    }

    #[test]
    fn runs_of_one_seed_are_one_observation_however_much_is_varied_beside() {
        let once = [(1, 0.0, 1.0), (2, 5.0, 7.0), (3, 1.0, 4.0)];
        // What is varied beside does nothing: eight times the pairs, and no more is known.
        let eight: Vec<(u64, f64, f64)> = (0..8).flat_map(|_| once).collect();
        let told = difference("rule".into(), &eight, Some(0.5));
        assert_eq!((told.pairs, told.came), (24, difference("rule".into(), &once, Some(0.5)).came));
        // It doubles what the rule does: by seed 1.5, 3 and 4.5, and what lies between the combinations is no chance.
        let doubled: Vec<(u64, f64, f64)> = once
            .into_iter()
            .flat_map(|(seed, from, to)| [(seed, from, to), (seed, from, from + 2.0 * (to - from))])
            .collect();
        let came = difference("rule".into(), &doubled, None).came.unwrap();
        assert!((came.interval.unwrap().1 - 3.0 - 4.303 * 1.5 / 3.0_f64.sqrt()).abs() < 1e-9);
    }

    #[test]
    fn a_path_tells_what_goes_with_it_beyond_chance() {
        // All that varies goes with the groups; none of it; and a two-valued figure of which each group has both.
        let apart = tells(&[vec![1.0; 5], vec![2.0; 5]]).unwrap();
        assert!((apart - 1.0).abs() < 1e-12, "{apart}");
        assert_eq!(tells(&[vec![1.0, 2.0, 3.0], vec![1.0, 2.0, 3.0]]), None);
        let two = |ones: usize| [vec![1.0; ones], vec![0.0; 20 - ones]].concat();
        assert_eq!(
            tells(&[two(8), two(11), two(9), two(12), two(10)]),
            None,
            "medians of 0 and of 1, and it is chance"
        );
        assert_eq!(tells(&[vec![1.0; 3], vec![1.0; 3]]), None, "what does not vary goes with nothing");
        assert_eq!(tells(&[vec![1.0], vec![2.0]]), None, "one run each says nothing");
    }

    #[test]
    fn what_lies_evenly_in_logarithms_is_drawn_so() {
        assert!(is_log(&[1e6, 1e7, 1e8]) && is_log(&[1.0, 2.0, 4.0, 8.0]));
        assert!(!is_log(&[2.0, 3.0, 4.0]) && !is_log(&[0.0, 1.0, 10.0]) && !is_log(&[1.0, 100.0]));
    }

    #[test]
    fn values_with_names_stand_as_they_were_given() {
        let of = VariedText {
            path: "a".into(),
            values: vec!["-0.1".into(), "-0.5".into()],
            range: None,
            label: "news".into(),
            value_labels: vec!["mild".into(), "grave".into()],
        };
        let (path, places) = values("a", &[Some(-0.1), Some(-0.5), Some(-0.1)]);
        let (path, places) = labelled(path, places, &of);
        assert_eq!((path.label.as_str(), path.numeric, places), ("news", false, vec![0, 1, 0]));
        assert_eq!((path.names, path.at), (vec!["mild".to_owned(), "grave".to_owned()], vec![0.0, 1.0]));
    }

    #[test]
    fn values_are_in_order_and_words_as_they_were_given() {
        let (path, places) = values("a", &[Some(3.0), Some(1.0), Some(3.0)]);
        assert_eq!((path.at, places), (vec![1.0, 3.0], vec![1, 0, 1]));
        let (path, places) = words("a", &[Some("y".into()), Some("x".into())], vec!["y".into(), "x".into()]);
        assert_eq!((path.names, places), (vec!["y".to_owned(), "x".to_owned()], vec![0, 1]));
        let (path, places) =
            stretches("a", &(0..40).map(|n| Some(f64::from(n) / 10.0)).collect::<Vec<_>>(), Some("0..4"));
        assert_eq!((path.at.len(), path.at[0], places[39], places[3]), (10, 0.2, 9, 0));
    }
}
