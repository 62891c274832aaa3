//! The summary of a run: the numbers a person reads first and other programs rely on.
//!
//! Field names are the keys of `summary.json`. Money is in major units of the world's currency.
//! Maps are sorted by name, so the same run writes the same bytes. `wall_seconds` is the one field
//! that a clock outside the simulation decides.

use crate::study::StudySummary;
use crate::treasury::TreasurySummary;
use crate::way::Way;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    pub world: String,
    pub title: String,
    pub currency: String,
    pub seed: u64,
    pub ticks: u32,
    pub start: String,
    pub end: String,
    /// `path = value`, as given.
    pub overrides: Vec<String>,
    pub with_liquidation: bool,
    /// Interrupted before its last tick: everything below counts what had happened by then.
    #[serde(default)]
    pub stopped: bool,
    /// How long the simulation took: the one number that two runs of the same world, seed and build
    /// do not share. Every comparison leaves it out.
    pub wall_seconds: f64,
    pub instruments: BTreeMap<String, InstrumentSummary>,
    pub accounts: AccountsSummary,
    pub liquidations: LiquidationsSummary,
    pub lenders: BTreeMap<String, LenderSummary>,
    pub firms: BTreeMap<String, FirmSummary>,
    /// Layer by layer of those that the world states: what it took, zero where nothing reached it.
    pub waterfall: BTreeMap<String, f64>,
    pub cascade: CascadeSummary,
    /// Orders that did not reach a book, by each reason there is.
    pub refusals: BTreeMap<String, u64>,
    /// The same for each watched account that had any, by the reasons it met.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub refusals_by_account: BTreeMap<String, BTreeMap<String, u64>>,
    /// Tail exponents and the like that the world names, by their words.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub returns: BTreeMap<String, f64>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub counterfactual: BTreeMap<String, CounterfactualSummary>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fidelity: Vec<FidelityRow>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub expect: Vec<ExpectRow>,
    /// Coins that are minted and burnt for a sister.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub pegs: BTreeMap<String, PegSummary>,
    /// What lies in pools, by instrument and venue: `coin@curve`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub pools: BTreeMap<String, PoolSummary>,
    /// What the world asks to be studied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub study: Option<StudySummary>,
    /// Of stretches of time that the world's expectations or figures name: each measure by its words.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub measured: BTreeMap<String, f64>,
    pub audit: AuditSummary,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct InstrumentSummary {
    pub start: f64,
    pub min: f64,
    pub max: f64,
    pub end: f64,
    /// Largest fall from a running peak, as a share of the peak.
    pub drawdown: f64,
    /// Largest rise from a running low, as a share of the low.
    #[serde(default)]
    pub rise: f64,
    /// Largest fall after the world's moment of comparison, as a share of the price then.
    pub fall_compared: f64,
    /// Largest rise after it, as a share of the same price.
    #[serde(default)]
    pub rise_compared: f64,
    pub volume_units: f64,
    pub forced_volume_units: f64,
    /// Sold off the book, beside both of them. Left out of the file where it is nothing.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub block_volume_units: f64,
    pub closes: Vec<Close>,
}

/// What is zero is left out.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands it so")]
fn is_nothing(number: &f64) -> bool {
    *number == 0.0
}

/// What became of a peg. Units, and shares of par.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PegSummary {
    pub coin_supply_start: f64,
    pub coin_supply_end: f64,
    pub sister_supply_start: f64,
    pub sister_supply_end: f64,
    pub coin_burnt: f64,
    pub coin_minted: f64,
    pub sister_burnt: f64,
    pub sister_minted: f64,
    /// How far under par coins stood at the mark when they were burnt; what the spread took of par; and the one less the
    /// other, which was left to who burnt them, before what selling the sister cost. Nothing where none was burnt.
    #[serde(default)]
    pub burnt_discount: Option<f64>,
    #[serde(default)]
    pub burnt_spread: Option<f64>,
    #[serde(default)]
    pub burnt_kept: Option<f64>,
}

/// What became of a pool. Units, and currency.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PoolSummary {
    /// Empty where one side has run out.
    pub price_end: Option<f64>,
    pub units_start: f64,
    pub units_end: f64,
    pub money_start: f64,
    pub money_end: f64,
    /// Shares that providers have at the end, over those they had at the start.
    pub liquidity_left: f64,
}

/// The day's prices of one instrument, marks at ticks.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Close {
    pub date: String,
    pub open: f64,
    pub high: f64,
    pub low: f64,
    pub close: f64,
    pub volume_units: f64,
    pub forced_volume_units: f64,
    /// Sold off the book, beside both of them. Left out of the file where it is nothing.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub block_volume_units: f64,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AccountsSummary {
    pub total: u32,
    pub called: u32,
    pub breached: u32,
    /// Accounts for which others had to pay: flat and below zero, or below zero when their lender failed or the run ended.
    pub bankrupt: u32,
    /// At a lender that failed, when the run ended.
    #[serde(default)]
    pub frozen: u32,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LiquidationsSummary {
    pub orders: u64,
    pub volume: f64,
    pub notional: f64,
    /// The part of it that was bought, of those who were short; the rest was sold.
    #[serde(default)]
    pub bought_notional: f64,
    pub slippage: f64,
}

impl LiquidationsSummary {
    /// `None` where no order was filled.
    #[must_use]
    pub fn way(&self) -> Option<Way> {
        Way::of(self.notional > self.bought_notional, self.bought_notional > 0.0)
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LenderSummary {
    pub capital: f64,
    pub loss: f64,
    pub failed: bool,
    pub forced_notional: f64,
    /// The part of it that was bought, of those who were short; the rest was sold.
    #[serde(default)]
    pub forced_bought: f64,
    /// When half of what it had to close was closed.
    pub half_sold: Option<String>,
    /// What it had not closed by the end of the run, at mark.
    pub unsold: f64,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FirmSummary {
    pub value_start: f64,
    pub value_end: f64,
    pub cash_deliverable_start: f64,
    pub cash_deliverable_min: f64,
    /// When a call first went unmet.
    pub failed: Option<String>,
    /// Equity at mark at that moment: a firm can fail while this is positive.
    pub value_at_failure: Option<f64>,
    /// For a firm whose balance sheet the world states.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub treasury: Option<TreasurySummary>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CascadeSummary {
    /// Accounts breached.
    pub size: u32,
    /// Longest chain of breaches in which each helped to break the next.
    pub depth: u32,
    /// Mean weighted offspring of a breach.
    pub branching_ratio: f64,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CounterfactualSummary {
    /// Largest fall after the moment of comparison, as a share of the price then.
    pub with: f64,
    pub without: f64,
    /// `with ÷ without`; absent when nothing fell without.
    pub amplification: Option<f64>,
    pub end_with: f64,
    pub end_without: f64,
    /// Largest rise after the moment of comparison, as a share of the price then.
    #[serde(default)]
    pub rise_with: f64,
    #[serde(default)]
    pub rise_without: f64,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FidelityRow {
    pub quantity: String,
    pub unit: String,
    pub history: f64,
    pub simulated: f64,
    /// Simulated less history, in the same unit.
    pub error: f64,
    pub source: String,
    /// Whether the world was fitted to it: then it is no test.
    #[serde(default, skip_serializing_if = "is_not")]
    pub fitted: bool,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // What serde asks for.
fn is_not(it: &bool) -> bool {
    !it
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ExpectRow {
    pub quantity: String,
    pub unit: String,
    pub min: f64,
    pub max: f64,
    /// Absent where the run has no such number: a day it did not reach, a share of no loss.
    pub simulated: Option<f64>,
    pub met: bool,
    /// Under `--set` a missed band is reported, not enforced.
    pub enforced: bool,
}

/// Both must be zero.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AuditSummary {
    /// Minor units that appeared or vanished.
    pub cash_residual: i64,
    /// Lots that appeared or vanished.
    pub position_residual: i64,
}
