//! How large a buffer survives how many runs.

/// One step of the curve: with at least this buffer so large a share of the runs is survived.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    pub buffer: f64,
    pub survival: f64,
    /// Wilson's interval at 95 %.
    pub low: f64,
    pub high: f64,
}

/// The smallest buffer with the wanted survival.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Answer {
    pub wanted: f64,
    /// `None`: more runs are lost whatever the buffer than the wanted share allows.
    pub buffer: Option<f64>,
    pub low: f64,
    /// `None`: so few runs bound it from below only.
    pub high: Option<f64>,
    /// Runs from which on an upper bound can be told.
    pub runs_to_bound: u64,
}
