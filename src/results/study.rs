//! What theory says of a market, as it was counted.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The part `study` of a summary. Maps are by the names of instruments and traders.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StudySummary {
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub quotes: BTreeMap<String, QuotesSummary>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub queues: BTreeMap<String, QueuesSummary>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rounds: BTreeMap<String, RoundsSummary>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct QuotesSummary {
    /// Ticks at whose end there were both a bid and an ask.
    pub ticks: u64,
    /// Best ask less best bid, mean over those ticks, in currency.
    pub mean_spread: f64,
    /// Mean square of the move of the middle in a tick, over the seconds in a tick: currency² a second. The diffusion
    /// rate of the middle at the shortest time there is.
    pub diffusion_per_second: f64,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct QueuesSummary {
    /// Moves of the middle.
    pub epochs: u64,
    /// The part of them that went up.
    pub up_share: f64,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RoundsSummary {
    pub rounds: u64,
    pub mean_profit: f64,
    pub sd_profit: f64,
    /// In units, at the end of a round.
    pub mean_inventory: f64,
    pub sd_inventory: f64,
}
