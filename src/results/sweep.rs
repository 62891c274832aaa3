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
    /// Median of the world as it is, and under the rule.
    pub as_it_is: f64,
    pub under: f64,
    /// Mean difference, and the interval in which it lies with 95 % confidence (Student's t, paired); equal to the mean
    /// where a single pair leaves it unknown.
    pub mean: f64,
    pub low: f64,
    pub high: f64,
    /// Seeds that would tell it to within `precision`.
    pub needed: Option<u64>,
    pub precision: f64,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// One path: by value.
    Curve(Vec<Band>),
    /// Two: by value of the first, then of the second. A band of no run where none came to an end.
    Map(Vec<Vec<Band>>),
    /// By path, by value: over all values of the others.
    Panels(Vec<Vec<Band>>),
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
