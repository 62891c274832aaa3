//! Which runs: every combination of the varied values or a sample of them, each under every rule, each under every seed.
//!
//! It is made of a [`Request`] that was checked. A combination that only makes no sense together is a point of the design like
//! any other: its runs are rows that say why there is nothing in them.

use super::known::Known;
use super::request::Request;
use language::text::Override;
use world::{self, Loaded, WorldError};

/// So many points, spread over the design, are tried before it is said that none can be run.
const PROBES: usize = 64;
/// The column of a table in which rules are told apart.
pub const RULE: &str = "against";

/// A checked request.
#[derive(Clone, Debug)]
pub struct Design {
    pub(super) request: Request,
    pub(super) seeds: Seeds,
    pub(super) points: usize,
    /// By axis, by point, where a sample lies.
    pub(super) drawn: Option<Vec<Vec<f64>>>,
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
    pub figures: Known,
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

impl Design {
    pub(super) fn draw(&mut self, seed: u64) {
        if let Some(sample) = self.request.sample {
            let paths: Vec<&str> = self.request.vary.iter().map(|axis| axis.lanes[0].path.as_str()).collect();
            self.drawn = Some(sample.draw(seed, &paths));
        }
    }

    /// The first of some points, spread over the design, that can be run, and the seed of its world.
    pub(super) fn probe(&self) -> Result<(Like, u64), WorldError> {
        let mut findings = Vec::new();
        let tries = self.points.min(PROBES);
        for place in 0..tries {
            match self.load(place * self.points / tries, None) {
                Ok(loaded) => {
                    let data = loaded.file.data.iter().filter_map(|(path, data)| match data {
                        world::replay::data::Data::Bytes { sha256, .. } => Some((path.clone(), sha256.clone())),
                        world::replay::data::Data::Unreadable { .. } => None,
                    });
                    let like = Like {
                        currency: loaded.plan.currency.code.clone(),
                        data: data.collect(),
                        zone: loaded.file.clock.zone.clone(),
                        figures: Known::of(&loaded.plan),
                    };
                    return Ok((like, loaded.plan.seed));
                }
                Err(WorldError::Findings { findings: more, .. }) => findings.extend(more),
                Err(unreadable) => return Err(unreadable),
            }
        }
        // A world that is wrong by itself is wrong in its own text.
        if self.request.written.is_some() {
            world::load_source(self.request.source.clone(), &[])?;
            findings.iter_mut().for_each(|finding| (finding.place, finding.range) = (None, None));
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
    pub fn load(&self, point: usize, known: Option<&Loaded>) -> Result<Loaded, WorldError> {
        world::load_after(known, self.request.source.clone(), &self.overrides(point))
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

#[cfg(test)]
pub(crate) mod tests {
    use super::super::request::{Label, Rule};
    use super::super::sample::{Method, Sample};
    use super::super::spread::Axis;
    use super::*;
    use world::Source;

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
            written: None,
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
        assert!(design.load(0, None).is_ok() && design.load(1, None).is_err());
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
