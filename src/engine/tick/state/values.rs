//! What instruments are worth to those who know.

use crate::correlations::Mixing;
use ground::rng::Stream;

/// What informed traders think each instrument is worth: a walk, one stream an instrument, mixed where the
/// world says that they move together.
#[derive(Debug)]
pub struct Values {
    pub streams: Vec<Stream>,
    /// Standard deviation of a tick's step: in the logarithm or, in rounds, as a share of the start.
    pub step: Vec<f64>,
    /// Ticks after which it starts again; 0 for never.
    pub round: Vec<u32>,
    /// Volatility now, as a multiple of the ordinary.
    pub regime: Vec<f64>,
    /// How values move together.
    pub mixing: Mixing,
    /// The draws of a tick.
    pub draws: Vec<f64>,
    /// By replayed path: rows that hold already.
    pub replayed: Vec<usize>,
}
