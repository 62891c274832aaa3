//! What a sweep came to, for one figure: against what was varied, or rule against rule.

/// Of some runs: how many, their median, and between what ninety in a hundred lie.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Band {
    pub n: usize,
    pub median: f64,
    pub low: f64,
    pub high: f64,
}

/// What was varied along one axis. Of paths that move together it bears the first.
#[derive(Clone, Debug, PartialEq)]
pub struct SweptPath {
    pub path: String,
    /// What a reader is told of it; empty: its path.
    pub label: String,
    /// Its values in order, as a person reads them.
    pub names: Vec<String>,
    /// Where they lie: the numbers themselves, or 0, 1, 2 for what is none.
    pub at: Vec<f64>,
    pub numeric: bool,
    /// They lie evenly in their logarithms.
    pub log: bool,
}

/// A rule held against the world as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    pub rule: String,
    /// Pairs of runs that differ in nothing but the rule.
    pub pairs: usize,
    /// What came of them; `None` where there is no pair: nothing is known of the rule.
    pub came: Option<Paired>,
}

/// What came of pairs of runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Paired {
    /// Median of the world as it is, and under the rule.
    pub as_it_is: f64,
    pub under: f64,
    pub mean: f64,
    /// In which the mean difference lies with 95 % confidence (Student's t, paired): between seeds, as runs of one seed have
    /// the same draws whatever else is varied. A single seed leaves it unknown.
    pub interval: Option<(f64, f64)>,
    /// Seeds that would tell it to within `precision`.
    pub needed: Option<u64>,
    pub precision: f64,
}

impl Paired {
    /// Whether the interval does not hold zero.
    #[must_use]
    pub fn sure(&self) -> bool {
        self.interval.is_some_and(|(low, high)| low > 0.0 || high < 0.0)
    }
}

/// A figure along one of many paths, over all values of the others.
#[derive(Clone, Debug, PartialEq)]
pub struct Along {
    pub bands: Vec<Band>,
    /// Of all that the figure varies over the runs, the share that goes with this path, less what chance gives as many
    /// values; `None` where it is no more than chance gives.
    pub tells: Option<f64>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// Nothing was varied but the seed: all runs.
    Alone(Band),
    /// One path: by value.
    Curve(Vec<Band>),
    /// Two: by value of the first, then of the second. A band of no run where none came to an end.
    Map(Vec<Vec<Band>>),
    /// By path, by value: over all values of the others.
    Panels(Vec<Along>),
    Rules(Vec<Difference>),
}

/// One figure of a sweep.
#[derive(Clone, Debug, PartialEq)]
pub struct Swept {
    pub world: String,
    pub currency: String,
    pub figure: String,
    /// `ratio`, `units`, `number` or the currency.
    pub unit: String,
    /// Runs that have the figure, and those that have not.
    pub runs: usize,
    pub lacking: usize,
    /// Seeds for each point.
    pub seeds: usize,
    pub paths: Vec<SweptPath>,
    /// Values are the middles of what a sample drew.
    pub sampled: bool,
    pub shape: Shape,
}
