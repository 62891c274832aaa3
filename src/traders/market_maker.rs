//! A market maker that leans against its inventory, widens with volatility and has its limits.
//!
//! - Before each requote its old quotes lapse; it quotes `levels` prices on both sides of a
//!   reservation price that moves against its inventory.
//! - The half spread is the larger of a minimum and a multiple of recent volatility over the time
//!   to the next requote.
//! - Size shrinks as volatility rises above the ordinary and as inventory nears its limit; on the
//!   side that would add to a full inventory it quotes nothing.
//! - Beyond `withdraw_at` times ordinary volatility it quotes nothing at all, until calm returns.
//! - Once its loss since the start of the day exceeds its limit it stops for the day.
//!
//! Source: reservation price and spread after Avellaneda and Stoikov, "High-frequency trading in a
//! limit order book", Quantitative Finance 8 (2008) 217-224; the limits are those desks trade under.

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
    /// How often it requotes.
    pub every: Span,
    /// Prices quoted on each side.
    pub levels: u32,
    /// Distance between its levels, as a share of the price.
    pub level_gap: f64,
    /// Quoted at each level, as a share of the ordinary daily volume.
    pub size: f64,
    /// Smallest half spread, as a share of the price.
    pub half_spread: f64,
    /// Half spread for each unit of recent volatility to the next requote.
    pub spread_per_volatility: f64,
    /// Inventory it will not exceed, as a share of the ordinary daily volume.
    pub inventory_limit: f64,
    /// How far the reservation price moves at full inventory, in half spreads.
    pub skew: f64,
    /// Multiple of ordinary volatility at which it stops quoting.
    pub withdraw_at: f64,
    /// Loss in a day at which it stops, as a share of the value of an ordinary day's volume.
    pub loss_limit: f64,
}

impl Params {
    pub fn check(&self, path: &str, findings: &mut Findings) {
        check_count(path, self.count, findings);
        self.stake.check(&format!("{path}.stake"), findings);
        if self.every == Span::ZERO {
            findings.add(format_args!("{path}.every"), "requotes without end", "give a length such as \"1m\"");
        }
        if self.levels == 0 || self.levels > 100 {
            findings.add(format_args!("{path}.levels"), format!("{} levels", self.levels), "give 1 to 100");
        }
        findings.within(format_args!("{path}.level_gap"), self.level_gap, 0.0, 1.0);
        findings.positive(format_args!("{path}.size"), self.size);
        findings.within(format_args!("{path}.half_spread"), self.half_spread, 0.0, 1.0);
        findings.not_negative(format_args!("{path}.spread_per_volatility"), self.spread_per_volatility);
        findings.positive(format_args!("{path}.inventory_limit"), self.inventory_limit);
        findings.not_negative(format_args!("{path}.skew"), self.skew);
        findings.positive(format_args!("{path}.withdraw_at"), self.withdraw_at);
        findings.positive(format_args!("{path}.loss_limit"), self.loss_limit);
    }
}
