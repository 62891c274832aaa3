//! The treasury of a firm, as a summary tells it.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One firm's treasury over the run. Money is in major units.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TreasurySummary {
    /// By source: what was drawn, whether or not it has come in.
    pub drawn: BTreeMap<String, f64>,
    /// Fees, discounts, slippage of sales against the mark, interest.
    pub cost: f64,
    /// Owed to sources and for what events took, at the end, with interest.
    pub owed_end: f64,
    /// What its positions had gained since they were opened.
    pub paper_profit_start: f64,
    pub paper_profit_end: f64,
    /// When it was first worth less than nothing.
    pub insolvent: Option<String>,
    /// Session by session.
    pub closes: Vec<FirmClose>,
}

/// A firm at the close of a session.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FirmClose {
    pub date: String,
    pub value: f64,
    pub cash_deliverable: f64,
    pub paper_profit: f64,
    /// What lenders demanded in calls raised in this session.
    pub called: f64,
    /// What was not paid of calls that went unmet in this session.
    pub shortfall: f64,
}
