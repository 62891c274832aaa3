//! One step that a firm took, as it is recorded.

use ground::units::{AccountId, Cash, Tick, Time, TraderId};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A source was drawn on; the money is on its way.
    Draw,
    /// Money from a source came in.
    Arrival,
    /// A source could not give in time, and was left alone.
    TooLate,
    /// A line that was not committed was withdrawn.
    Withdrawn,
    /// Units were sold in the market.
    Sale,
    /// An order to cut a position was left.
    Cut,
    /// An order to buy more of what it holds was left; what was posted for it is the amount.
    Support,
    /// Collateral was handed over.
    Delivery,
    /// Interest since the last close.
    Interest,
    /// A call was paid, in full or in part.
    Payment,
    /// A lender gave time.
    TimeGranted,
    /// A lender gave none.
    TimeRefused,
    /// An event took more than there was; the rest is owed.
    Owed,
}

impl What {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Draw => "draw",
            Self::Arrival => "arrival",
            Self::TooLate => "too late",
            Self::Withdrawn => "withdrawn",
            Self::Sale => "sale",
            Self::Cut => "cut",
            Self::Support => "support",
            Self::Delivery => "delivery",
            Self::Interest => "interest",
            Self::Payment => "payment",
            Self::TimeGranted => "time granted",
            Self::TimeRefused => "time refused",
            Self::Owed => "owed",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    pub tick: Tick,
    pub firm: TraderId,
    pub what: What,
    /// Position among the firm's sources.
    pub source: Option<usize>,
    /// The account that is called, sold from, or asked for.
    pub account: Option<AccountId>,
    pub amount: Cash,
    /// What the step cost: fees, discounts, slippage against the mark, interest.
    pub cost: Cash,
    /// When the money is there, or the new deadline.
    pub arrives: Option<Time>,
}
