//! Which runs: every combination of the varied values, each under every seed.

use language::findings::Finding;
use language::text::Override;
use rayon::prelude::*;
use world::{self, Loaded, Source, WorldError};

/// More runs than this are a mistake in a list of values.
pub const MOST_RUNS: u64 = 10_000_000;

/// What a sweep is asked to do.
#[derive(Clone, Debug)]
pub struct Request {
    pub source: Source,
    /// Changes that all runs share.
    pub set: Vec<Override>,
    /// Path and values; the first varies slowest.
    pub vary: Vec<(String, Vec<String>)>,
    /// The world's own when absent.
    pub first_seed: Option<u64>,
    pub seeds: u32,
}

/// A checked request: every point of it loads.
#[derive(Clone, Debug)]
pub struct Design {
    request: Request,
    first_seed: u64,
    points: usize,
}

/// One run of a design.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Job {
    pub point: usize,
    pub seed: u64,
}

impl Request {
    /// Loads every point, in parallel, and keeps none.
    ///
    /// # Errors
    /// Everything that is wrong with any point, each finding once.
    pub fn check(self) -> Result<Design, WorldError> {
        let mut findings = self.about_the_request();
        let points = self.points();
        let runs = points.and_then(|points| points.checked_mul(self.seeds.into()));
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
        // Loaded plans are dropped at once, so a large design costs no memory.
        let checked: Vec<Result<u64, WorldError>> =
            (0..points).into_par_iter().map(|point| self.load(point).map(|loaded| loaded.plan.seed)).collect();
        let mut world_seed = 0;
        for result in checked.into_iter().rev() {
            match result {
                Ok(seed) => world_seed = seed,
                Err(WorldError::Findings { findings: more, .. }) => findings.splice(0..0, more).for_each(drop),
                Err(unreadable) => return Err(unreadable),
            }
        }
        let mut once: Vec<Finding> = Vec::new();
        for finding in findings {
            if !once.contains(&finding) {
                once.push(finding);
            }
        }
        let first_seed = self.first_seed.unwrap_or(world_seed);
        if first_seed.checked_add(self.seeds.into()).is_none() {
            let reason = format!("the seeds from {first_seed} on are too large to count");
            once.push(Finding::whole(reason, "give a smaller --seed"));
        }
        if once.is_empty() { Ok(Design { request: self, first_seed, points }) } else { Err(self.refuse(once)) }
    }

    fn refuse(&self, findings: Vec<Finding>) -> WorldError {
        WorldError::Findings { name: self.source.shown(), text: self.source.text.clone(), findings }
    }

    fn about_the_request(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (index, (path, _)) in self.vary.iter().enumerate() {
            if path == "seed" {
                findings.push(Finding::at(
                    path,
                    "seeds are not varied as a field",
                    "use --seed for the first and --seeds for how many",
                ));
            }
            if self.vary[..index].iter().any(|(known, _)| known == path) {
                findings.push(Finding::at(path, "it is varied twice", "give all its values in one list"));
            }
            if self.set.iter().any(|set| set.path == *path) {
                findings.push(Finding::at(path, "it is both set and varied", "leave one of the two out"));
            }
        }
        findings
    }

    /// How many combinations there are, unless there are too many to count.
    fn points(&self) -> Option<u64> {
        self.vary.iter().try_fold(1_u64, |points, (_, values)| points.checked_mul(values.len() as u64))
    }

    /// The values of one combination, in the order of `vary`.
    fn values(&self, point: usize) -> Vec<&str> {
        let mut rest = point;
        let mut values: Vec<&str> = Vec::with_capacity(self.vary.len());
        for (_, of_path) in self.vary.iter().rev() {
            values.push(&of_path[rest % of_path.len()]);
            rest /= of_path.len();
        }
        values.reverse();
        values
    }

    fn load(&self, point: usize) -> Result<Loaded, WorldError> {
        let mut overrides = self.set.clone();
        let varied = self.vary.iter().zip(self.values(point));
        overrides.extend(varied.map(|((path, _), value)| Override { path: path.clone(), value: value.to_owned() }));
        world::load_source(self.source.clone(), &overrides)
    }
}

impl Design {
    /// How many runs there are.
    pub fn len(&self) -> usize {
        self.points * self.request.seeds as usize
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A run by its place in the table: seeds vary fastest.
    pub fn job(&self, index: usize) -> Job {
        let seeds = self.request.seeds as usize;
        Job { point: index / seeds, seed: self.first_seed + (index % seeds) as u64 }
    }

    /// The varied paths.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.request.vary.iter().map(|(path, _)| path.as_str())
    }

    /// All values of one varied path, in the order given.
    pub fn values_of(&self, path: usize) -> &[String] {
        &self.request.vary[path].1
    }

    /// The values of a run's point, in the order of the paths.
    pub fn values(&self, point: usize) -> Vec<&str> {
        self.request.values(point)
    }

    /// The world of one point.
    ///
    /// # Errors
    /// Never after the check, as the text is kept.
    pub fn load(&self, point: usize) -> Result<Loaded, WorldError> {
        self.request.load(point)
    }

    /// A run in words: `traders.archegos.leverage=3, seed 7`.
    pub fn describe(&self, job: Job) -> String {
        let values = self.paths().zip(self.values(job.point)).map(|(path, value)| format!("{path}={value}, "));
        format!("{}seed {}", values.collect::<String>(), job.seed)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub fn request(vary: &[(&str, &[&str])], seeds: u32) -> Request {
        let owned = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect();
        Request {
            source: Source::find("two-funds").unwrap(),
            set: Vec::new(),
            vary: vary.iter().map(|(path, values)| ((*path).to_owned(), owned(values))).collect(),
            first_seed: Some(5),
            seeds,
        }
    }

    const LEVERAGE: &str = "traders.fund-a.leverage";
    const CAPITAL: &str = "lenders.broker.capital";

    #[test]
    fn the_first_path_varies_slowest_and_seeds_fastest() {
        let design = request(&[(LEVERAGE, &["3", "5"]), (CAPITAL, &["1e7", "2e7", "3e7"])], 2).check().unwrap();
        assert_eq!(design.len(), 12);
        let runs: Vec<String> = (0..12).map(|index| design.describe(design.job(index))).collect();
        assert_eq!(runs[0], format!("{LEVERAGE}=3, {CAPITAL}=1e7, seed 5"));
        assert_eq!(runs[1], format!("{LEVERAGE}=3, {CAPITAL}=1e7, seed 6"));
        assert_eq!(runs[2], format!("{LEVERAGE}=3, {CAPITAL}=2e7, seed 5"));
        assert_eq!(runs[11], format!("{LEVERAGE}=5, {CAPITAL}=3e7, seed 6"));
    }

    #[test]
    fn a_request_that_contradicts_itself_is_refused_all_at_once() {
        let mut request = request(&[("seed", &["1"]), (LEVERAGE, &["3"]), (LEVERAGE, &["4"])], 1);
        request.set.push(Override { path: LEVERAGE.into(), value: "2".into() });
        let error = request.check().unwrap_err();
        let reasons: Vec<&str> = error.findings().iter().map(|finding| finding.reason.as_str()).collect();
        assert_eq!(
            reasons,
            [
                "seeds are not varied as a field",
                "it is both set and varied",
                "it is varied twice",
                "it is both set and varied"
            ]
        );
    }

    #[test]
    fn more_runs_than_anyone_waits_for_are_refused_before_anything_is_loaded() {
        let many: Vec<String> = (0..4_000).map(|value| value.to_string()).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let error = request(&[(LEVERAGE, &many), (CAPITAL, &many)], 1).check().unwrap_err();
        assert!(error.findings()[0].reason.contains("more than 10000000 runs"));
        let error = Request { first_seed: Some(u64::MAX), ..request(&[], 2) }.check().unwrap_err();
        assert!(error.findings()[0].reason.contains("too large to count"));
    }
}
