//! Runs held against one another: what differs in what went in, and in what came out.

use crate::figures::Scalar;

/// Runs in the order in which they were named. `values` below are one for each.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Compared {
    pub runs: Vec<ComparedRun>,
    pub inputs: Vec<Input>,
    /// As [`ORDER`] says.
    pub outcomes: Vec<Outcome>,
    /// Figures that all runs have, and have alike.
    pub equal: usize,
    /// Figures that not every run has.
    pub lacking: usize,
    /// Of the first; that of the others is among the inputs where it is another.
    pub currency: String,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct ComparedRun {
    /// By what a reader tells it from the others.
    pub label: String,
    pub folder: String,
    pub world: String,
    /// What to type to get it again.
    pub command: String,
}

/// Something that went in and is not the same for all.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// A path of the world, or a word for what is none.
    pub path: String,
    pub values: Vec<Option<String>>,
}

/// A figure that all runs have and that is not the same for all.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    pub figure: String,
    /// As charts and terminals write numbers.
    pub unit: String,
    pub values: Vec<Scalar>,
    /// Of two runs, the second less the first; of more, the largest less the smallest. Nothing for what is no number.
    pub difference: Option<f64>,
    /// How much that is for a figure of its kind, from 0 to 1.
    pub weight: f64,
}

/// In what order outcomes stand.
pub const ORDER: &str = "the largest for a figure of its kind first";
