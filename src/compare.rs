//! Finished runs held against one another: what differs in their worlds, seeds and switches, and in their figures.
//!
//! Worlds are compared as they ran, with their overrides in place, path by path ([`language::text::differences`]); a value
//! that a world leaves out and another writes down differs, even where it is the one that stands in for it.

use chart::words::spoken;
use files::manifest::Manifest;
use language::text::{Override, apply, differences};
use results::compare::{Compared, ComparedRun, Input, Outcome};
use results::figures::{Scalar, figures};
use results::meanings::{Unit, kind_of, unit, unit_of};
use results::summary::Summary;
use std::collections::BTreeMap;

/// A run as it lies in a folder.
#[derive(Clone, Copy, Debug)]
pub struct Lying<'a> {
    /// As it was named.
    pub folder: &'a str,
    pub manifest: &'a Manifest,
    pub summary: &'a Summary,
}

/// Values of more inputs than these name no run; its folder does.
const MOST_NAMED: usize = 2;
/// Nor do values longer than this.
const LONGEST_VALUE: usize = 24;

/// # Errors
/// When the overrides of a run do not fit its world: by its place, and why.
pub fn compare(runs: &[Lying<'_>]) -> Result<Compared, (usize, String)> {
    let texts = runs.iter().enumerate().map(|(place, run)| text(run.manifest).map_err(|words| (place, words)));
    let texts: Vec<String> = texts.collect::<Result<_, _>>()?;
    let inputs = inputs(runs, &texts.iter().map(String::as_str).collect::<Vec<_>>());
    let labels = labels(runs, &inputs);
    let (outcomes, equal, lacking) = outcomes(runs);
    let run = |(run, label): (&Lying<'_>, String)| ComparedRun {
        label,
        folder: run.folder.to_owned(),
        world: run.manifest.world.name.clone(),
        command: run.manifest.command.clone(),
    };
    Ok(Compared {
        runs: runs.iter().zip(labels).map(run).collect(),
        inputs,
        outcomes,
        equal,
        lacking,
        currency: runs.first().map(|run| run.manifest.currency.clone()).unwrap_or_default(),
    })
}

/// The world as it ran.
fn text(manifest: &Manifest) -> Result<String, String> {
    let overrides = manifest.overrides.iter().map(|set| set.parse::<Override>());
    let overrides: Vec<Override> = overrides.collect::<Result<_, _>>()?;
    let (text, _, findings) = apply(&manifest.world.text, &overrides);
    match findings.first() {
        None => Ok(text),
        Some(finding) => Err(format!("{}: {}", finding.path, finding.reason)),
    }
}

fn inputs(runs: &[Lying<'_>], texts: &[&str]) -> Vec<Input> {
    let switch = |on: bool| if on { "on" } else { "off" }.to_owned();
    let data = |manifest: &Manifest| {
        let hashes = manifest.world.data.iter().map(|file| {
            let hash = file.sha256.as_deref().unwrap_or_default();
            format!("{} {}", file.path, &hash[..hash.len().min(8)])
        });
        Some(hashes.collect::<Vec<_>>().join(", ")).filter(|all| !all.is_empty())
    };
    let of = |path: &str, value: &dyn Fn(&Manifest) -> Option<String>| Input {
        path: path.to_owned(),
        values: runs.iter().map(|run| value(run.manifest)).collect(),
    };
    let mut inputs = vec![
        of("world", &|manifest| Some(manifest.world.name.clone())),
        of("seed", &|manifest| Some(manifest.seed.to_string())),
        of("version of the program", &|manifest| Some(manifest.build.clone())),
        of("forced selling", &|manifest| Some(switch(manifest.options.liquidation))),
        of("stopped before its end", &|manifest| Some(if manifest.stopped { "yes" } else { "no" }.to_owned())),
        of("data", &data),
    ];
    // What stood in for what no world says.
    let mut defaults: Vec<&String> = runs.iter().flat_map(|run| run.manifest.defaults.keys()).collect();
    defaults.sort();
    defaults.dedup();
    inputs.extend(
        defaults
            .into_iter()
            .map(|path| of(&format!("{path} (left out)"), &|manifest: &Manifest| manifest.defaults.get(path).cloned())),
    );
    let own_seed = |path: &str| path == "seed";
    let of_text = differences(texts).into_iter().filter(|found| !own_seed(&found.path));
    inputs.extend(of_text.map(|found| Input { path: found.path, values: found.values }));
    inputs.retain(|input| input.values.windows(2).any(|pair| pair[0] != pair[1]));
    inputs
}

/// By what went in where that is little, else by folder.
fn labels(runs: &[Lying<'_>], inputs: &[Input]) -> Vec<String> {
    let value = |input: &Input, run: usize| match (&input.values[run], input.path.as_str()) {
        (None, path) => format!("no {}", spoken(path)),
        (Some(value), "world") => value.clone(),
        (Some(value), path) => format!("{} {}", spoken(path), value.trim_matches('"')),
    };
    let by_input = |run: usize| inputs.iter().map(|input| value(input, run)).collect::<Vec<_>>().join(", ");
    let all = 0..runs.len();
    let short = |input: &Input| input.values.iter().flatten().all(|value| value.chars().count() <= LONGEST_VALUE);
    let named = (1..=MOST_NAMED).contains(&inputs.len()) && inputs.iter().all(short);
    let mut labels: Vec<String> = match named {
        true => all.map(by_input).collect(),
        false => runs.iter().map(|run| last_of(run.folder)).collect(),
    };
    let twice = |labels: &[String]| (1..labels.len()).any(|at| labels[..at].contains(&labels[at]));
    if twice(&labels) {
        labels = runs.iter().map(|run| run.folder.to_owned()).collect();
    }
    // The same folder twice, even.
    if twice(&labels) {
        labels = labels.into_iter().enumerate().map(|(place, label)| format!("{label} ({})", place + 1)).collect();
    }
    labels
}

fn last_of(folder: &str) -> String {
    folder.trim_end_matches(['/', '\\']).rsplit(['/', '\\']).next().unwrap_or(folder).to_owned()
}

fn outcomes(runs: &[Lying<'_>]) -> (Vec<Outcome>, usize, usize) {
    let all: Vec<Vec<(String, Scalar)>> = runs.iter().map(|run| figures(run.summary)).collect();
    let Some((first, others)) = all.split_first() else { return (Vec::new(), 0, 0) };
    let others: Vec<BTreeMap<&str, &Scalar>> =
        others.iter().map(|own| own.iter().map(|(name, value)| (name.as_str(), value)).collect()).collect();
    let (mut found, mut equal, mut shared) = (Vec::new(), 0, 0);
    let sizes = Sizes::of(&all);
    for (name, value) in first {
        let values: Option<Vec<&Scalar>> = others.iter().map(|own| own.get(name.as_str()).copied()).collect();
        let Some(mut values) = values else { continue };
        shared += 1;
        values.insert(0, value);
        if values.windows(2).all(|pair| pair[0] == pair[1]) {
            equal += 1;
            continue;
        }
        let (difference, weight) = apart(name, &values, &sizes);
        let currency = &runs[0].manifest.currency;
        let values = values.into_iter().cloned().collect();
        found.push(Outcome { figure: name.clone(), unit: unit(name, currency), values, difference, weight });
    }
    // Among those that come or go as a whole, the larger first; what is no number last.
    let size = |outcome: &Outcome| outcome.difference.map_or(-1.0, f64::abs);
    found.sort_by(|one, other| other.weight.total_cmp(&one.weight).then(size(other).total_cmp(&size(one))));
    let mut names: Vec<&str> = all.iter().flatten().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    (found, equal, names.len() - shared)
}

/// The one number without a unit that has a measure of its own.
const BRANCHING: &str = "cascade.branching_ratio";

/// The largest figure of each kind and of each unit, in any run.
struct Sizes<'a> {
    kinds: BTreeMap<&'a str, f64>,
    units: [f64; 2],
}

impl<'a> Sizes<'a> {
    fn of(runs: &'a [Vec<(String, Scalar)>]) -> Self {
        let mut sizes = Self { kinds: BTreeMap::new(), units: [0.0; 2] };
        for (name, value) in runs.iter().flatten() {
            let (Some(kind), Scalar::Number(Some(number))) = (kind_of(name), value) else { continue };
            let largest = sizes.kinds.entry(kind).or_default();
            *largest = largest.max(number.abs());
            if let Some(unit) = unit_of(name).and_then(wide) {
                sizes.units[unit] = sizes.units[unit].max(number.abs());
            }
        }
        sizes
    }
}

/// Units that many kinds of figure share and that can be set against one another across kinds.
fn wide(unit: Unit) -> Option<usize> {
    match unit {
        Unit::Money => Some(0),
        Unit::Units => Some(1),
        _ => None,
    }
}

/// How far apart values are, and how much that is for a figure of its kind, from 0 to 1.
///
/// - A share is one of a whole, so it is set against 1; a yes and a no are as far apart as can be. So is a branching ratio: at 1
///   each breach brings another.
/// - Of counts only that weighs which lies beyond one standard deviation of what chance alone sets between two counts: one
///   order instead of none is nothing, a hundred instead of none nine tenths.
/// - Else the largest figure of the kind is the measure: what one lender lost is set against the largest loss of any. A sum
///   or a number of units that was none in one of the runs, alone of its kind, is set against the largest sum, or number of
///   units, of all; else each that starts from none would come before all others, however small.
fn apart(name: &str, values: &[&Scalar], sizes: &Sizes<'_>) -> (Option<f64>, f64) {
    let numbers: Option<Vec<f64>> = values
        .iter()
        .map(|value| match value {
            Scalar::Text(_) => None,
            value => value.number(),
        })
        .collect();
    let Some(numbers) = numbers else {
        // What happened in some and never in others comes first; two moments, or a number that only some have, last.
        let happens = |value: &&&Scalar| matches!(value, Scalar::Text(Some(_)));
        let happened = values.iter().filter(happens).count();
        return (None, if happened > 0 && happened < values.len() { 1.0 } else { 0.0 });
    };
    let low = numbers.iter().copied().fold(f64::INFINITY, f64::min);
    let high = numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let own = low.abs().max(high.abs());
    let (between, size) = match unit_of(name) {
        _ if name.ends_with(BRANCHING) => (high - low, own.max(1.0)),
        Some(Unit::Ratio | Unit::Flag) => (high - low, own.max(1.0)),
        Some(Unit::Count) => ((high - low - (high.abs() + low.abs()).sqrt()).max(0.0), own),
        unit => {
            let of_kind = kind_of(name).and_then(|kind| sizes.kinds.get(kind)).copied().unwrap_or(own);
            let from_none = low == 0.0 || high == 0.0;
            let of_all = unit.and_then(wide).filter(|_| from_none).map_or(0.0, |unit| sizes.units[unit]);
            (high - low, if of_kind > own { of_kind } else { own.max(of_all) })
        }
    };
    let weight = between / size;
    let difference = if numbers.len() == 2 { numbers[1] - numbers[0] } else { high - low };
    (Some(difference), if weight.is_finite() { weight.min(1.0) } else { 0.0 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use files::manifest::{Options, WorldSource};
    use results::samples;

    fn manifest(seed: u64, overrides: &[&str], text: &str) -> Manifest {
        Manifest {
            program: "firesale".into(),
            build: "0.1.0".into(),
            schema_version: 5,
            command: String::new(),
            seed,
            overrides: overrides.iter().map(|set| (*set).to_owned()).collect(),
            defaults: std::collections::BTreeMap::new(),
            options: Options { liquidation: true, counterfactual: false, record: vec![], charts: false },
            stopped: false,
            currency: "USD".into(),
            zone: None,
            files: vec![],
            world: WorldSource {
                name: "w".into(),
                built_in: false,
                sha256: String::new(),
                text: text.into(),
                data: vec![],
            },
        }
    }

    fn held(runs: &[(&str, &Manifest, &Summary)]) -> Compared {
        let lying = runs.iter().map(|(folder, manifest, summary)| Lying { folder, manifest, summary });
        compare(&lying.collect::<Vec<_>>()).unwrap()
    }

    const TEXT: &str = "World(traders: {\"a\": Firm(leverage: 3, cash: 1)})";

    #[test]
    fn an_override_and_an_edited_text_are_the_same_difference() {
        let summary = samples::summary();
        let plain = manifest(1, &[], TEXT);
        let set = manifest(1, &["traders.a.leverage=6"], TEXT);
        let edited = manifest(1, &[], &TEXT.replace("leverage: 3", "leverage: 6"));
        for other in [&set, &edited] {
            let found = held(&[("x/one", &plain, &summary), ("x/two", other, &summary)]);
            let [input] = &found.inputs[..] else { panic!("{:?}", found.inputs) };
            assert_eq!(input.path, "traders.a.leverage");
            assert_eq!(input.values, [Some("3".to_owned()), Some("6".to_owned())]);
            assert_eq!(found.runs[1].label, "a leverage 6");
            assert!(found.outcomes.is_empty() && found.equal > 10 && found.lacking == 0);
        }
        let same = held(&[("x/one", &set, &summary), ("x/two", &edited, &summary)]);
        assert!(same.inputs.is_empty(), "{:?}", same.inputs);
        assert_eq!(same.runs[0].label, "one");
    }

    #[test]
    fn figures_stand_beside_each_other_the_largest_difference_first() {
        let (one, mut other) = (samples::summary(), samples::summary());
        other.cascade.size += 1;
        let viac = other.instruments.get_mut("viac").unwrap();
        (viac.drawdown, viac.end) = (viac.drawdown / 2.0, viac.end * 1.01);
        let gone = other.lenders.len();
        other.lenders.clear();
        assert!(gone > 0);
        let (a, b) = (manifest(1, &[], TEXT), manifest(2, &[], TEXT));
        let found = held(&[("one", &a, &one), ("two", &b, &other)]);
        let names: Vec<&str> = found.outcomes.iter().map(|outcome| outcome.figure.as_str()).collect();
        let place = |name: &str| names.iter().position(|own| *own == name).unwrap();
        assert!(place("instruments.viac.drawdown") < place("instruments.viac.end"), "{names:?}");
        assert!(place("instruments.viac.end") < place("cascade.size"), "one more breach may be chance: {names:?}");
        assert!(found.outcomes.windows(2).all(|pair| pair[0].weight >= pair[1].weight));
        let fall = &found.outcomes[place("instruments.viac.drawdown")];
        assert_eq!((fall.weight, fall.unit.as_str()), (one.instruments["viac"].drawdown / 2.0, "ratio"));
        assert!(fall.difference.unwrap() < 0.0, "the second less the first");
        assert!(found.lacking >= 3 * gone, "{}", found.lacking);
        assert_eq!(found.runs[0].label, "seed 1");
    }

    fn weight(name: &str, values: [Scalar; 2], others: &[(&str, f64)]) -> f64 {
        let others = others.iter().map(|(name, value)| ((*name).to_owned(), Scalar::from(*value)));
        let of = |value: &Scalar| (name.to_owned(), value.clone());
        let all = [others.chain([of(&values[0])]).collect(), vec![of(&values[1])]];
        apart(name, &values.iter().collect::<Vec<_>>(), &Sizes::of(&all)).1
    }

    #[test]
    fn what_starts_from_none_weighs_as_much_as_it_is_for_its_kind() {
        let money = |low: f64, high: f64| [Scalar::from(low), Scalar::from(high)];
        // One of many losses: 1 of 100 lost by another.
        let near = |own: f64, wanted: f64| assert!((own - wanted).abs() < 1e-12, "{own}, not {wanted}");
        near(weight("lenders.a.loss", money(0.0, 1.0), &[("lenders.b.loss", 100.0)]), 0.01);
        // Alone of its kind: 1 of the 50 that the largest sum of all is. One that was there before is set against itself.
        near(weight("liquidations.notional", money(0.0, 1.0), &[("lenders.b.loss", 50.0)]), 0.02);
        near(weight("liquidations.notional", money(1.0, 4.0), &[("lenders.b.loss", 50.0)]), 0.75);
        // At a branching ratio of 1 each breach brings another: a fiftieth of one is little, even where there was none; from 2 to
        // 3 is a third.
        near(weight("cascade.branching_ratio", money(0.0, 0.02), &[]), 0.02);
        near(weight("cascade.branching_ratio", money(2.0, 3.0), &[]), 1.0 / 3.0);
        // A share is one of a whole: a fall of 0.1 % instead of none is a thousandth.
        near(weight("instruments.a.drawdown", money(0.0, 0.001), &[]), 0.001);
    }

    #[test]
    fn counts_weigh_what_chance_does_not_explain() {
        let counts = |low: u32, high: u32| weight("liquidations.orders", [low.into(), high.into()], &[]);
        // 100 - 10 of 100; 200 - 100 - the root of 300, 17.3, of 200.
        assert!((counts(0, 100) - 0.9).abs() < 1e-12, "{}", counts(0, 100));
        assert!((counts(100, 200) - 0.413_397).abs() < 1e-6, "{}", counts(100, 200));
        assert_eq!((counts(0, 1), counts(9, 10)), (0.0, 0.0));
    }

    #[test]
    fn what_happened_in_one_run_only_comes_first_and_another_moment_last() {
        let moment = |at: Option<&str>| Scalar::Text(at.map(str::to_owned));
        let weight = |one, other| weight("firms.a.failed", [moment(one), moment(other)], &[]);
        assert_eq!(weight(None, Some("2024-03-04T10:00:00")), 1.0);
        assert_eq!(weight(Some("2024-03-04T10:00:00"), Some("2024-03-04T11:00:00")), 0.0);
    }
}
