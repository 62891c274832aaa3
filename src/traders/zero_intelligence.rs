//! Zero-intelligence flow: orders that come and go at constant rates, whatever the price has done.
//!
//! - Each member acts at random moments (a Poisson process).
//! - An action is a market order, buy or sell with equal chance, or a limit order at a random distance
//!   behind the opposite best price.
//! - A limit order lives for an exponentially distributed time and is then cancelled.
//!
//! Source: Smith, Farmer, Gillemot and Krishnamurthy, "Statistical theory of the continuous double
//! auction", Quantitative Finance 3 (2003) 481-514; rates by distance after Cont, Stoikov and Talreja,
//! "A stochastic model for order book dynamics", Operations Research 58 (2010) 549-563. Here rates
//! are stated in shares of the instrument's ordinary daily volume, so that one line serves
//! instruments of every size.

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
    /// Market orders of all members together in a day, as a share of the ordinary daily volume.
    pub market_orders: f64,
    /// Limit orders for each market order, by volume.
    pub limit_ratio: f64,
    /// Mean size of an order, as a share of the ordinary daily volume. Sizes are exponential.
    pub mean_size: f64,
    /// Mean distance of a limit order from the opposite best price, as a share of the price.
    /// Distances are exponential.
    pub mean_distance: f64,
    /// Mean life of a limit order.
    pub mean_life: Span,
}

impl Params {
    pub fn check(&self, path: &str, findings: &mut Findings) {
        check_count(path, self.count, findings);
        self.stake.check(&format!("{path}.stake"), findings);
        findings.not_negative(format_args!("{path}.market_orders"), self.market_orders);
        findings.not_negative(format_args!("{path}.limit_ratio"), self.limit_ratio);
        findings.positive(format_args!("{path}.mean_size"), self.mean_size);
        findings.within(format_args!("{path}.mean_distance"), self.mean_distance, 1e-9, 10.0);
        if self.mean_life == Span::ZERO {
            findings.add(format_args!("{path}.mean_life"), "orders that live no time", "give a length such as \"10m\"");
        }
    }
}
