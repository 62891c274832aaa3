//! A sale in the market: units of something liquid are sold there, and the proceeds can be used once settled.
//!
//! Orders are at market and no larger than a share of an ordinary day's volume a tick, so what they fetch is for
//! the market to say. The account keeps what is sold beyond the need.

use ground::units::Deadline;
use language::read::Read;

#[derive(Clone, Debug, PartialEq, Read)]
pub struct Params {
    /// Where the units are held.
    pub lender: String,
    pub instrument: String,
    /// Most that is sold. Left out: all that is held at the start.
    #[read(default, not_negative)]
    pub units: Option<f64>,
    /// From the trade to the money.
    pub ready: Deadline,
    /// Largest order a tick, as a share of an ordinary day's volume.
    #[read(within = 1e-9..=100.0)]
    pub clip: f64,
}
