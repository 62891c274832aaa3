//! Momentum traders: they buy what has risen and sell what has fallen.
//!
//! - At random moments, `pace` apart on average, a member compares the price with the one `lookback`
//!   ago.
//! - A move beyond `threshold` sets its wanted position: the full `limit` in the direction of a move
//!   of `threshold` times two or more, in proportion below that; a smaller move wants none.
//! - It trades towards that with market orders no larger than `clip`.
//!
//! Source: the chartists of Chiarella and Iori (2002); positive feedback after De Long, Shleifer,
//! Summers and Waldmann, Journal of Finance 45 (1990) 379-395.

use super::{Stake, check_count};
use crate::units::Span;
use crate::world::findings::Findings;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Members for each instrument.
    pub count: u32,
    pub instruments: Vec<String>,
    pub stake: Stake,
    /// Trading time over which the move is measured.
    pub lookback: Span,
    /// Smallest move that counts, as a share of the price.
    pub threshold: f64,
    /// Largest position of a member either way, as a share of the ordinary daily volume.
    pub limit: f64,
    /// Mean time between two looks at the market.
    pub pace: Span,
    /// Largest single order, as a share of the ordinary daily volume.
    pub clip: f64,
}

impl Params {
    pub fn check(&self, path: &str, findings: &mut Findings) {
        check_count(path, self.count, findings);
        self.stake.check(&format!("{path}.stake"), findings);
        for (name, span) in [("lookback", self.lookback), ("pace", self.pace)] {
            if span == Span::ZERO {
                findings.add(format_args!("{path}.{name}"), "no time at all", "give a length such as \"30m\"");
            }
        }
        findings.within(format_args!("{path}.threshold"), self.threshold, 1e-6, 10.0);
        findings.positive(format_args!("{path}.limit"), self.limit);
        findings.positive(format_args!("{path}.clip"), self.clip);
    }
}
