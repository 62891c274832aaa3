//! Which runs: every combination of the varied values or a sample of them, each under every rule, each under every seed.
//!
//! A value that the language itself refuses is a mistake of whoever wrote it, and everything of that sort is found before
//! anything runs. A combination that only makes no sense together is a point of the design like any other: its runs are
//! rows that say why there is nothing in them.

use super::sample::{MOST_POINTS, MOST_SOBOL_PATHS, MOST_SOBOL_POINTS, Method, Sample};
use super::spread::{Axis, Spread, number};
use language::findings::Finding;
use language::text::Override;
use rayon::prelude::*;
use std::collections::BTreeSet;
use world::params::{self, Type};
use world::{self, Loaded, Source, WorldError, misread};

/// More runs than this are a mistake in a list of values.
pub const MOST_RUNS: u64 = 10_000_000;
/// So many points, spread over the design, are tried before it is said that none can be run.
const PROBES: usize = 64;
/// So many values of a path are held against the language before anything runs.
const MOST_TRIED: usize = 1000;
/// The column of a table in which rules are told apart.
pub const RULE: &str = "against";

/// What a sweep is asked to do.
#[derive(Clone, Debug)]
pub struct Request {
    pub source: Source,
    /// Changes that all runs share.
    pub set: Vec<Override>,
    /// The first varies slowest. An axis of the path `seed` lists the seeds.
    pub vary: Vec<Axis>,
    /// Instead of every combination.
    pub sample: Option<Sample>,
    /// To hold the world against.
    pub against: Vec<Rule>,
    /// The world's own when absent.
    pub first_seed: Option<u64>,
    pub seeds: Option<u32>,
    /// What a person wants to see of it first.
    pub figures: Vec<String>,
    /// Words for varied paths.
    pub labels: Vec<Label>,
}

/// A change of the world, or some at once, under a name.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    pub name: String,
    pub changes: Vec<Override>,
}

impl Rule {
    /// Named by what it changes.
    pub fn plain(changes: Vec<Override>) -> Self {
        Self { name: words_of_rule(&changes), changes }
    }
}

/// What a reader is told of a path that varies, and of its values in their order.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    pub path: String,
    pub says: String,
    pub values: Vec<String>,
}

/// A checked request.
#[derive(Clone, Debug)]
pub struct Design {
    request: Request,
    seeds: Seeds,
    points: usize,
    /// By axis, by point, where a sample lies.
    drawn: Option<Vec<Vec<f64>>>,
    /// One point that can be run: what the design is of.
    pub like: Like,
}

/// What all points of a design share, told by one of them.
#[derive(Clone, Debug)]
pub struct Like {
    pub currency: String,
    pub data: Vec<(String, String)>,
    /// Whose clock it is.
    pub zone: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seeds {
    From { first: u64, count: u32 },
    Listed(Vec<u64>),
}

/// One run of a design.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Job {
    pub point: usize,
    pub seed: u64,
}

impl Seeds {
    pub fn len(&self) -> usize {
        match self {
            Self::From { count, .. } => *count as usize,
            Self::Listed(seeds) => seeds.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn at(&self, place: usize) -> u64 {
        match self {
            Self::From { first, .. } => first + place as u64,
            Self::Listed(seeds) => seeds[place],
        }
    }
}

impl Request {
    /// A world, and nothing varied.
    pub fn plain(source: Source) -> Self {
        Self {
            source,
            set: Vec::new(),
            vary: Vec::new(),
            sample: None,
            against: Vec::new(),
            first_seed: None,
            seeds: None,
            figures: Vec::new(),
            labels: Vec::new(),
        }
    }

    /// # Errors
    /// Everything that is wrong with the request and with any single value, each finding once; or why no point of it can
    /// be run.
    pub fn check(mut self) -> Result<Design, WorldError> {
        let mut findings = self.about_the_request();
        let listed = self.take_listed_seeds(&mut findings);
        let points = self.points();
        let each = listed.as_ref().map_or_else(|| self.seeds.unwrap_or(1).into(), |seeds| seeds.len() as u64);
        let runs = points.and_then(|points| points.checked_mul(each));
        if runs.is_none_or(|runs| runs > MOST_RUNS) {
            findings.push(Finding::whole(
                format!("the sweep has more than {MOST_RUNS} runs"),
                "give fewer values or seeds, or split it",
            ));
        }
        if !findings.is_empty() {
            return Err(self.refuse(findings));
        }
        let points = usize::try_from(points.expect("counted above")).expect("fewer than MOST_RUNS");
        self.know_whole_numbers();
        let misread = self.misread();
        if !misread.is_empty() {
            return Err(self.refuse(misread));
        }
        let first = self.first_seed;
        let mut design = Design {
            drawn: None,
            seeds: Seeds::From { first: first.unwrap_or(0), count: self.seeds.unwrap_or(1) },
            like: Like { currency: String::new(), data: Vec::new(), zone: None },
            points,
            request: self,
        };
        design.draw(first.or_else(|| listed.as_ref().and_then(|seeds| seeds.first().copied())).unwrap_or(0));
        let (like, world_seed) = design.probe()?;
        if first.is_none() && listed.is_none() {
            // A sample of a world that states its own seed is drawn by that.
            design.draw(world_seed);
            design.seeds = Seeds::From { first: world_seed, count: design.request.seeds.unwrap_or(1) };
        }
        if let Some(listed) = listed {
            design.seeds = Seeds::Listed(listed);
        }
        design.like = like;
        if let Seeds::From { first, count } = design.seeds
            && first.checked_add(count.into()).is_none()
        {
            let reason = format!("the seeds from {first} on are too large to count");
            return Err(design.request.refuse(vec![Finding::whole(reason, "give a smaller --seed")]));
        }
        Ok(design)
    }

    fn refuse(&self, findings: Vec<Finding>) -> WorldError {
        WorldError::Findings { name: self.source.shown(), text: self.source.text.clone(), findings: once(findings) }
    }

    fn about_the_request(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        let mut known: BTreeSet<&str> = BTreeSet::new();
        for axis in &self.vary {
            let counts: BTreeSet<Option<usize>> = axis.lanes.iter().map(|lane| lane.spread.count()).collect();
            if counts.len() > 1 {
                let paths: Vec<&str> = axis.lanes.iter().map(|lane| lane.path.as_str()).collect();
                findings.push(Finding::at(
                    paths.join("; "),
                    "paths that move together have different numbers of values",
                    "give each as many",
                ));
            }
            for lane in &axis.lanes {
                let path = &lane.path;
                if !known.insert(path) {
                    findings.push(Finding::at(path, "it is varied twice", "give all its values in one list"));
                }
                if self.set.iter().any(|set| set.path == *path) {
                    findings.push(Finding::at(path, "it is both set and varied", "leave one of the two out"));
                }
                if self.against.iter().flat_map(|rule| &rule.changes).any(|change| change.path == *path) {
                    findings.push(Finding::at(path, "a rule changes what is varied", "leave one of the two out"));
                }
                if self.sample.is_none() && matches!(lane.spread, Spread::Range(_)) {
                    findings.push(Finding::at(
                        path,
                        "the range has no number of values",
                        "write LOW..HIGH:N, or take a sample (--sample latin-hypercube --points 100)",
                    ));
                }
            }
        }
        for (place, rule) in self.against.iter().enumerate() {
            if self.against[..place].iter().any(|other| other.name == rule.name) {
                findings.push(Finding::at("against", format!("there are two rules `{}`", rule.name), "name each once"));
            }
        }
        let lanes = || self.vary.iter().flat_map(|axis| &axis.lanes);
        for Label { path, values, .. } in &self.labels {
            match lanes().find(|lane| lane.path == *path).map(|lane| &lane.spread) {
                None => findings.push(Finding::at(path, "it has a label and does not vary", "remove the label")),
                Some(Spread::Range(_)) if !values.is_empty() => {
                    findings.push(Finding::at(
                        path,
                        "values of a range have names",
                        "list the values, or remove their names",
                    ));
                }
                Some(Spread::Values(own)) if !values.is_empty() && own.len() != values.len() => {
                    let reason = format!("it has {} values and names for {}", own.len(), values.len());
                    findings.push(Finding::at(path, reason, "name each value once, in their order"));
                }
                Some(_) => {}
            }
        }
        if let Some(Sample { method, points }) = self.sample {
            let most = if method == Method::Sobol { MOST_SOBOL_POINTS } else { MOST_POINTS };
            if points > most {
                let reason = format!("{points} points are more than {most}");
                findings.push(Finding::whole(reason, "give fewer --points"));
            }
            if method == Method::Sobol && self.vary.len() > MOST_SOBOL_PATHS {
                let reason = format!("a Sobol' sequence has no more than {MOST_SOBOL_PATHS} dimensions");
                findings.push(Finding::whole(reason, "vary fewer paths, or take a latin-hypercube"));
            }
            if self.vary.iter().all(|axis| axis.lanes[0].path == "seed") {
                findings
                    .push(Finding::whole("there is nothing to sample", "say what varies with --vary PATH=LOW..HIGH"));
            }
        }
        findings
    }

    /// Seeds that are listed like values of a path.
    fn take_listed_seeds(&mut self, findings: &mut Vec<Finding>) -> Option<Vec<u64>> {
        let place = self.vary.iter().position(|axis| axis.lanes.iter().any(|lane| lane.path == "seed"))?;
        let axis = self.vary.remove(place);
        let mut wrong = |reason: &str, remedy: &str| findings.push(Finding::at("seed", reason, remedy));
        if self.seeds.is_some() || self.first_seed.is_some() {
            wrong("seeds are both listed and counted", "leave out --vary seed=..., or --seed and --seeds");
        }
        let Spread::Values(values) = &axis.lanes[0].spread else {
            wrong("the range has no number of values", "write LOW..HIGH:N or a list");
            return None;
        };
        if axis.lanes.len() > 1 {
            wrong("a seed moves together with another path", "give it a --vary of its own");
        }
        let seeds: Vec<Option<u64>> = values.iter().map(|value| value.parse().ok()).collect();
        for value in values.iter().zip(&seeds).filter(|(_, seed)| seed.is_none()).map(|(value, _)| value) {
            wrong(&format!("{value} is no seed"), "give whole numbers from 0");
        }
        seeds.into_iter().collect()
    }

    /// How many combinations there are, unless there are too many to count.
    fn points(&self) -> Option<u64> {
        let rules = self.against.len() as u64 + 1;
        let combinations = match self.sample {
            Some(sample) => u64::from(sample.points),
            None => {
                let counts = self.vary.iter().map(|axis| axis.count().unwrap_or(1) as u64);
                counts.into_iter().try_fold(1_u64, u64::checked_mul)?
            }
        };
        combinations.checked_mul(rules)
    }

    /// Ranges over whole numbers have whole numbers in between.
    fn know_whole_numbers(&mut self) {
        let params = params::of_text(&self.source.text, &self.set, None);
        for lane in self.vary.iter_mut().flat_map(|axis| &mut axis.lanes) {
            if let Spread::Range(range) = &mut lane.spread {
                let found = params::find(&params, &self.source.text, &self.set, &lane.path);
                range.whole = found.is_some_and(|param| param.kind == Type::Whole);
            }
        }
    }

    /// Each value by itself, the other paths at their first: what the language says is wrong with it.
    fn misread(&self) -> Vec<Finding> {
        let first: Vec<Override> = self.vary.iter().flat_map(|axis| axis.at(0.0)).collect();
        let with = |axis: &Axis, values: Vec<Override>| {
            let mut overrides = self.set.clone();
            let own = |set: &&Override| axis.lanes.iter().all(|lane| lane.path != set.path);
            overrides.extend(first.iter().filter(own).cloned());
            overrides.extend(values);
            overrides
        };
        let mut tries: Vec<Vec<Override>> = vec![[self.set.clone(), first.clone()].concat()];
        for axis in &self.vary {
            let all: Vec<Vec<Override>> = match axis.count() {
                // Of very many values, some that are spread over them: the rest would be rows with their reason.
                Some(count) => {
                    let step = count.div_ceil(MOST_TRIED).max(1);
                    let places = (1..count).filter(|place| place % step == 0 || place + 1 == count);
                    places.map(|place| axis.value(place)).collect()
                }
                None => vec![axis.at(1.0)],
            };
            tries.extend(all.into_iter().map(|values| with(axis, values)));
        }
        tries.extend(self.against.iter().map(|rule| [self.set.clone(), first.clone(), rule.changes.clone()].concat()));
        let found: Vec<Vec<Finding>> = tries.par_iter().map(|overrides| misread(&self.source, overrides)).collect();
        once(found.into_iter().flatten().collect())
    }
}

/// Each once, in order.
fn once(findings: Vec<Finding>) -> Vec<Finding> {
    let mut once: Vec<Finding> = Vec::new();
    for finding in findings {
        if !once.contains(&finding) {
            once.push(finding);
        }
    }
    once
}

impl Spread {
    fn count(&self) -> Option<usize> {
        match self {
            Self::Values(values) => Some(values.len()),
            Self::Range(_) => None,
        }
    }

    /// So far along, from 0 to below 1.
    fn at(&self, share: f64) -> String {
        match self {
            Self::Values(values) => values[((share * values.len() as f64) as usize).min(values.len() - 1)].clone(),
            Self::Range(range) => range.at(share),
        }
    }

    /// Whether all that it may be are numbers.
    fn is_numeric(&self) -> bool {
        match self {
            Self::Values(values) => values.iter().all(|value| number(value).is_some()),
            Self::Range(range) => range.unit.is_empty(),
        }
    }
}

impl Axis {
    fn at(&self, share: f64) -> Vec<Override> {
        let own = |lane: &super::spread::Lane| Override { path: lane.path.clone(), value: lane.spread.at(share) };
        self.lanes.iter().map(own).collect()
    }

    /// The values at a place of its lists.
    fn value(&self, place: usize) -> Vec<Override> {
        let own = |lane: &super::spread::Lane| {
            let value = match &lane.spread {
                Spread::Values(values) => values[place].clone(),
                Spread::Range(range) => range.at(0.0),
            };
            Override { path: lane.path.clone(), value }
        };
        self.lanes.iter().map(own).collect()
    }
}

impl Design {
    fn draw(&mut self, seed: u64) {
        if let Some(sample) = self.request.sample {
            let paths: Vec<&str> = self.request.vary.iter().map(|axis| axis.lanes[0].path.as_str()).collect();
            self.drawn = Some(sample.draw(seed, &paths));
        }
    }

    /// The first of some points, spread over the design, that can be run, and the seed of its world.
    fn probe(&self) -> Result<(Like, u64), WorldError> {
        let mut findings = Vec::new();
        let tries = self.points.min(PROBES);
        for place in 0..tries {
            match self.load(place * self.points / tries) {
                Ok(loaded) => {
                    let data = loaded.file.data.iter().filter_map(|(path, data)| match data {
                        world::replay::data::Data::Bytes { sha256, .. } => Some((path.clone(), sha256.clone())),
                        world::replay::data::Data::Unreadable { .. } => None,
                    });
                    let like = Like {
                        currency: loaded.plan.currency.code.clone(),
                        data: data.collect(),
                        zone: loaded.file.clock.zone.clone(),
                    };
                    return Ok((like, loaded.plan.seed));
                }
                Err(WorldError::Findings { findings: more, .. }) => findings.extend(more),
                Err(unreadable) => return Err(unreadable),
            }
        }
        Err(self.request.refuse(findings))
    }

    /// How many runs there are.
    pub fn len(&self) -> usize {
        self.points * self.seeds.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Combinations, each under every rule.
    pub fn points(&self) -> usize {
        self.points
    }

    pub fn request(&self) -> &Request {
        &self.request
    }

    pub fn seeds(&self) -> &Seeds {
        &self.seeds
    }

    /// A run by its place in the table: seeds vary fastest.
    pub fn job(&self, index: usize) -> Job {
        let seeds = self.seeds.len();
        Job { point: index / seeds, seed: self.seeds.at(index % seeds) }
    }

    /// The varied paths, each with whether all its values are numbers.
    pub fn paths(&self) -> impl Iterator<Item = (&str, bool)> {
        let lanes = self.request.vary.iter().flat_map(|axis| &axis.lanes);
        lanes.map(|lane| (lane.path.as_str(), lane.spread.is_numeric()))
    }

    /// Which rule a point is under: 0 for the world as it is.
    pub fn rule(&self, point: usize) -> usize {
        point % (self.request.against.len() + 1)
    }

    /// The name of a rule; empty for the world as it is.
    pub fn rule_words(&self, rule: usize) -> String {
        rule.checked_sub(1).map(|rule| self.request.against[rule].name.clone()).unwrap_or_default()
    }

    /// The values of a run's point, in the order of the paths.
    pub fn values(&self, point: usize) -> Vec<String> {
        self.varied(point).into_iter().map(|set| set.value).collect()
    }

    fn varied(&self, point: usize) -> Vec<Override> {
        let mut rest = point / (self.request.against.len() + 1);
        let axes = &self.request.vary;
        if let Some(drawn) = &self.drawn {
            return axes.iter().zip(drawn).flat_map(|(axis, along)| axis.at(along[rest])).collect();
        }
        let mut places = vec![0; axes.len()];
        for (place, axis) in places.iter_mut().zip(axes).rev() {
            let count = axis.count().unwrap_or(1);
            *place = rest % count;
            rest /= count;
        }
        axes.iter().zip(places).flat_map(|(axis, place)| axis.value(place)).collect()
    }

    /// All changes of one point, in the order in which they are made.
    pub fn overrides(&self, point: usize) -> Vec<Override> {
        let mut overrides = self.request.set.clone();
        overrides.extend(self.varied(point));
        if let Some(rule) = self.rule(point).checked_sub(1) {
            overrides.extend(self.request.against[rule].changes.iter().cloned());
        }
        overrides
    }

    /// The world of one point.
    ///
    /// # Errors
    /// When the values make no sense together.
    pub fn load(&self, point: usize) -> Result<Loaded, WorldError> {
        world::load_source(self.request.source.clone(), &self.overrides(point))
    }

    /// A run in words: `traders.archegos.leverage=3, seed 7`.
    pub fn describe(&self, job: Job) -> String {
        let mut words: String =
            self.varied(job.point).iter().map(|set| format!("{}={}, ", set.path, set.value)).collect();
        let rule = self.rule_words(self.rule(job.point));
        if !rule.is_empty() {
            words += &format!("{rule}, ");
        }
        format!("{words}seed {}", job.seed)
    }
}

/// `a=1; b=2`.
pub fn words_of_rule(rule: &[Override]) -> String {
    rule.iter().map(|set| format!("{}={}", set.path, set.value)).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub fn request(vary: &[&str], seeds: u32) -> Request {
        Request {
            source: Source::find("two-funds").unwrap(),
            set: Vec::new(),
            vary: vary.iter().map(|axis| Axis::read(axis).unwrap()).collect(),
            sample: None,
            against: Vec::new(),
            first_seed: Some(5),
            seeds: Some(seeds),
            figures: Vec::new(),
            labels: Vec::new(),
        }
    }

    pub const LEVERAGE: &str = "traders.fund-a.leverage";
    const CAPITAL: &str = "lenders.broker.capital";

    fn reasons(request: Request) -> Vec<String> {
        request.check().unwrap_err().findings().iter().map(|finding| finding.reason.clone()).collect()
    }

    #[test]
    fn the_first_path_varies_slowest_and_seeds_fastest() {
        let design = request(&[&format!("{LEVERAGE}=3,5"), &format!("{CAPITAL}=1e7,2e7,3e7")], 2).check().unwrap();
        assert_eq!(design.len(), 12);
        let runs: Vec<String> = (0..12).map(|index| design.describe(design.job(index))).collect();
        assert_eq!(runs[0], format!("{LEVERAGE}=3, {CAPITAL}=1e7, seed 5"));
        assert_eq!(runs[1], format!("{LEVERAGE}=3, {CAPITAL}=1e7, seed 6"));
        assert_eq!(runs[2], format!("{LEVERAGE}=3, {CAPITAL}=2e7, seed 5"));
        assert_eq!(runs[11], format!("{LEVERAGE}=5, {CAPITAL}=3e7, seed 6"));
    }

    #[test]
    fn paths_that_move_together_are_one_axis_and_rules_are_another() {
        let mut asked = request(&[&format!("{LEVERAGE}=3,5; {CAPITAL}=1e7,2e7")], 1);
        asked.against = vec![Rule::plain(vec!["lenders.broker.cross_default=true".parse().unwrap()])];
        let design = asked.check().unwrap();
        let runs: Vec<String> = (0..design.len()).map(|index| design.describe(design.job(index))).collect();
        assert_eq!(runs.len(), 4);
        assert_eq!(runs[0], format!("{LEVERAGE}=3, {CAPITAL}=1e7, seed 5"));
        assert_eq!(runs[1], format!("{LEVERAGE}=3, {CAPITAL}=1e7, lenders.broker.cross_default=true, seed 5"));
        assert_eq!(runs[2], format!("{LEVERAGE}=5, {CAPITAL}=2e7, seed 5"));
    }

    #[test]
    fn seeds_may_be_listed_like_any_path() {
        let mut asked = request(&[&format!("{LEVERAGE}=3"), "seed=9,4"], 1);
        (asked.first_seed, asked.seeds) = (None, None);
        let design = asked.check().unwrap();
        assert_eq!([design.job(0).seed, design.job(1).seed], [9, 4]);
        assert_eq!(reasons(request(&["seed=1,x"], 1)), ["seeds are both listed and counted", "x is no seed"]);
    }

    #[test]
    fn a_sample_draws_whole_numbers_where_only_those_may_stand() {
        let mut asked = request(&[&format!("{LEVERAGE}=2..6"), "seed=1..3:3", "clock.calendar.days=1..3"], 1);
        (asked.first_seed, asked.seeds) = (None, None);
        asked.sample = Some(Sample { method: Method::LatinHypercube, points: 8 });
        let design = asked.check().unwrap();
        assert_eq!((design.points(), design.len()), (8, 24));
        for point in 0..8 {
            let values = design.values(point);
            assert!((2.0..=6.0).contains(&values[0].parse::<f64>().unwrap()));
            assert!(values[1].parse::<u32>().is_ok_and(|days| (1..=3).contains(&days)), "{values:?}");
        }
    }

    #[test]
    fn a_request_that_contradicts_itself_is_refused_all_at_once() {
        let mut asked = request(&[&format!("{LEVERAGE}=3"), &format!("{LEVERAGE}=4..5")], 1);
        asked.set.push(Override { path: LEVERAGE.into(), value: "2".into() });
        assert_eq!(
            reasons(asked),
            ["it is both set and varied", "it is varied twice", "the range has no number of values"]
        );
    }

    #[test]
    fn names_are_for_what_varies_each_value_once_and_each_rule_once() {
        let mut asked = request(&[&format!("{LEVERAGE}=3,5")], 1);
        let label = |path: &str, values: &[&str]| Label {
            path: path.into(),
            says: "leverage".into(),
            values: values.iter().map(|value| (*value).to_owned()).collect(),
        };
        asked.labels = vec![label(LEVERAGE, &["low"]), label(CAPITAL, &[])];
        let rule = |value: &str| Rule {
            name: "slower".into(),
            changes: vec![format!("lenders.broker.calls.grace={value}").parse().unwrap()],
        };
        asked.against = vec![rule("1h"), rule("2h")];
        assert_eq!(
            reasons(asked.clone()),
            ["there are two rules `slower`", "it has 2 values and names for 1", "it has a label and does not vary"]
        );
        (asked.labels, asked.against) = (vec![label(LEVERAGE, &["low", "high"])], vec![rule("1h")]);
        let design = asked.check().unwrap();
        assert_eq!(design.describe(design.job(1)), format!("{LEVERAGE}=3, slower, seed 5"));
    }

    #[test]
    fn what_the_language_refuses_is_a_mistake_and_what_makes_no_sense_together_is_a_point() {
        let found = reasons(request(&[&format!("{LEVERAGE}=3,-1,oops"), "traders.nobody.leverage=1"], 1));
        assert!(found.len() >= 3, "{found:?}");
        // Maintenance above initial margin: one of two points can be run.
        let design =
            request(&["lenders.broker.margin=Rate(im: 0.15, mm: 0.1),Rate(im: 0.1, mm: 0.15)"], 1).check().unwrap();
        assert!(design.load(0).is_ok() && design.load(1).is_err());
        let none = request(&["lenders.broker.margin=Rate(im: 0.1, mm: 0.15)"], 1);
        assert!(!reasons(none).is_empty());
    }

    #[test]
    fn more_runs_than_anyone_waits_for_are_refused_before_anything_is_loaded() {
        let many = format!("{LEVERAGE}=1..2:4000");
        let found = reasons(request(&[&many, &format!("{CAPITAL}=1..2:4000")], 1));
        assert!(found[0].contains("more than 10000000 runs"));
        let error = Request { first_seed: Some(u64::MAX), ..request(&[], 2) }.check().unwrap_err();
        assert!(error.findings()[0].reason.contains("too large to count"));
    }
}
