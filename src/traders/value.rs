//! Value investors: each has its own idea of what the thing is worth and buys below it.
//!
//! - Members' values are spread evenly in the logarithm between a lowest and a highest, so that
//!   together they are a demand curve: how many units change hands when the price moves, and where the
//!   buyers of last resort stand.
//! - A member's wanted holding rises from nothing at its value to its full share of `units` when the
//!   price is `conviction` below it. It starts content: only changes from the starting price make it trade.
//! - News moves all values by the same ratio.
//! - It looks at the market at random moments, `pace` apart on average, and works towards its wanted
//!   holding with orders no larger than `clip`: a limit order near the touch, or with chance
//!   `urgency` a market order.
//!
//! Source: the fundamentalists of Chiarella and Iori, "A simulation analysis of the microstructure of
//! double auction markets", Quantitative Finance 2 (2002) 346-353; the capped demand is that of the
//! value funds of Thurner, Farmer and Geanakoplos, "Leverage causes fat tails and clustered
//! volatility", Quantitative Finance 12 (2012) 695-707.

use super::{Stake, check_count};
use crate::units::Span;
use crate::world::findings::Findings;
use crate::world::named::Named;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Members for each instrument.
    pub count: u32,
    /// The demand curve of each instrument.
    pub demand: Named<Demand>,
    pub stake: Stake,
    /// How far below its value the price must be for a member to hold all it would, as a share.
    pub conviction: f64,
    /// Mean time between two looks at the market.
    pub pace: Span,
    /// Largest single order, as a share of the ordinary daily volume.
    pub clip: f64,
    /// Chance that an order is a market order.
    pub urgency: f64,
    /// Life of its limit orders.
    pub patience: Span,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Demand {
    /// The value of the most cautious member.
    pub lowest: f64,
    /// The value of the most hopeful member.
    pub highest: f64,
    /// Units that all members together would take up over a fall from the highest value to the lowest.
    pub units: f64,
}

impl Params {
    pub fn check(&self, path: &str, findings: &mut Findings) {
        check_count(path, self.count, findings);
        self.stake.check(&format!("{path}.stake"), findings);
        for (instrument, demand) in self.demand.iter() {
            let path = format!("{path}.demand.{instrument}");
            findings.positive(format_args!("{path}.lowest"), demand.lowest);
            findings.positive(format_args!("{path}.highest"), demand.highest);
            findings.positive(format_args!("{path}.units"), demand.units);
            if demand.lowest >= demand.highest {
                findings.add(
                    format_args!("{path}.lowest"),
                    format!("the lowest value {} is not below the highest {}", demand.lowest, demand.highest),
                    "swap them, or spread them",
                );
            }
        }
        findings.within(format_args!("{path}.conviction"), self.conviction, 1e-6, 0.999);
        if self.pace == Span::ZERO {
            findings.add(format_args!("{path}.pace"), "no time between looks", "give a length such as \"30m\"");
        }
        findings.positive(format_args!("{path}.clip"), self.clip);
        findings.within(format_args!("{path}.urgency"), self.urgency, 0.0, 1.0);
        if self.patience == Span::ZERO {
            findings.add(format_args!("{path}.patience"), "orders that live no time", "give a length such as \"30m\"");
        }
    }
}
