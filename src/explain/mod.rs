//! Why an account stood where it stood at the end of a tick.
//!
//! A run keeps who was called and when, not every sum on the way there. Since the same world, seed and build give
//! the same run, the sums need not be kept: the plan is simulated up to the tick in question ([`replay`]) and the
//! account is taken apart there (`account`) by the same functions that judged it in the run. In come a plan and a
//! moment ([`When`]); out comes an [`Explanation`] in the reader's units. Nothing here changes what is simulated.
//!
//! Known limits: the account is seen at the end of the tick, after its firm has paid what it could and its lender has
//! decided. Where one price alone is tried all other prices stand still; what has no price of its own (a swap, an option)
//! follows what it takes it from.

mod account;
mod moment;
mod replay;
mod words;

pub use account::explain;
pub use moment::When;
pub use replay::{Replayed, Until, replay};

use serde::Serialize;

/// One account at the end of one tick. Money is in major units of the currency, quantities in units of the instrument.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    pub account: String,
    pub trader: String,
    pub lender: String,
    pub tick: u32,
    /// When the tick ended, in ISO 8601.
    pub time: String,
    pub currency: String,
    /// `healthy`, `called`, `breached`, or `closed`.
    pub state: String,
    /// Whether the lender asks for margin at all.
    pub margined: bool,
    /// Below which requirement the lender calls: `maintenance` or `initial`.
    pub called_below: String,
    /// What a call restores: `maintenance` or `initial`.
    pub call_restores: String,
    /// `every tick` or `at the close`.
    pub checked: String,
    pub cash: f64,
    /// Those that are not empty, in the order of the world's instruments.
    pub positions: Vec<PositionExplained>,
    /// What cuts the worth of positions that count as collateral together, by tier: limits that several share.
    pub limits: Vec<Cut>,
    pub equity: f64,
    pub equity_counted: f64,
    /// Between the positions' parts and what is asked in all: charges, credits, scaling, roundings.
    pub adjustments: Vec<Adjustment>,
    /// What the model looked at together, and what was the worst case.
    pub scans: Vec<ScanExplained>,
    pub im: f64,
    pub mm: f64,
    /// Counted equity less initial margin.
    pub excess: f64,
    /// Counted equity less the requirement below which the lender calls.
    pub slack: f64,
    /// What the trader could pay at once from outside the account.
    pub treasury: f64,
    pub call: Option<CallExplained>,
    pub breach: Option<BreachExplained>,
    /// What each instrument's price alone would do, all others still: one for each position, and for options what they are on.
    pub prices: Vec<PricesExplained>,
    /// What a move of all prices on one thing by as much money would do; one for each thing on which prices are held that
    /// can come apart.
    pub together: Vec<TogetherExplained>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PositionExplained {
    pub instrument: String,
    /// Below zero: short.
    pub units: f64,
    pub mark: f64,
    /// Units times mark.
    pub value: f64,
    /// What it adds to equity: its value if it is owned outright, its gain since it was last settled otherwise.
    pub worth: f64,
    /// Part of the worth that the lender does not count: haircut, and what is beyond the instrument's cap.
    pub haircut: f64,
    pub beyond_cap: f64,
    pub counted: f64,
    /// The rule that the model applied to it.
    pub rule: String,
    /// Its part of what the model asks; below zero for what hedges others.
    pub im: f64,
    pub mm: f64,
    /// What would be asked if the account held nothing else.
    pub im_alone: f64,
    pub mm_alone: f64,
    /// What is asked for its size on top, by days of volume and by share of the float.
    pub size_add_on: f64,
}

/// What a limit that several positions share does not count.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cut {
    pub what: String,
    pub amount: f64,
}

/// What stands to no one position.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Adjustment {
    pub what: String,
    pub im: f64,
    pub mm: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ScanExplained {
    pub what: String,
    pub loss: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CallExplained {
    pub raised_time: String,
    pub reason: String,
    pub amount: f64,
    /// None: not before the run ends.
    pub deadline: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BreachExplained {
    pub time: String,
    /// `call unmet`, `no grace`, or `cross default`.
    pub cause: String,
    /// Value at the mark of what is still to be closed.
    pub to_close: f64,
}

/// Distances are shares of the mark.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PricesExplained {
    pub instrument: String,
    pub mark: f64,
    /// The nearest price below and above the mark beyond which the account is on the other side of its lender's call
    /// level: has what is demanded still, and has it not a step further; or, when it is below the level already, has it again.
    pub turns_below: Option<Turn>,
    pub turns_above: Option<Turn>,
    /// The nearer of them for an account that is sound: its liquidation price.
    pub liquidation_price: Option<f64>,
    /// Where equity is zero: not below zero still, or again.
    pub bankruptcy: Option<Turn>,
}

/// Prices of what `instruments` are on, which move with it by as much money each.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TogetherExplained {
    pub instruments: Vec<String>,
    pub prices: PricesExplained,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Turn {
    pub price: f64,
    pub distance: f64,
}
