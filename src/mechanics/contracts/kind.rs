//! What an instrument is, by the questions that others have of it. Which kind it is, is asked here alone.

use super::{FundingPlan, Settles};
use crate::ledger::SlotKind;
use crate::margin::{Payoff, Right};
use ground::units::{InstrumentId, MarketId, Price, Time};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstrumentKind {
    Spot {
        primary: MarketId,
    },
    /// Marked with, and hedged in, the underlying; same lot and step.
    Swap {
        of: InstrumentId,
    },
    /// Exposure between accounts, settled in cash.
    Future {
        primary: MarketId,
        /// What its value follows and what it ends at; itself without one.
        underlying: Option<InstrumentId>,
        settles: Settles,
        /// `Time::NEVER` without one.
        expiry: Time,
    },
    Perpetual {
        primary: MarketId,
        index: Option<InstrumentId>,
        funding: Option<FundingPlan>,
    },
    /// In steps of the underlying.
    Option {
        primary: MarketId,
        of: InstrumentId,
        right: Right,
        strike: Price,
        expiry: Time,
    },
}

impl InstrumentKind {
    /// The market whose book it is marked by and liquidated in; `None` for what has no book of its own.
    pub const fn primary(self) -> Option<MarketId> {
        match self {
            Self::Swap { .. } => None,
            Self::Spot { primary }
            | Self::Future { primary, .. }
            | Self::Perpetual { primary, .. }
            | Self::Option { primary, .. } => Some(primary),
        }
    }

    /// What it is written on.
    pub const fn underlying(self) -> Option<InstrumentId> {
        match self {
            Self::Spot { .. } => None,
            Self::Swap { of } | Self::Option { of, .. } => Some(of),
            Self::Future { underlying, .. } => underlying,
            Self::Perpetual { index, .. } => index,
        }
    }

    /// Exposure between accounts: nothing is paid for it when it is traded.
    pub const fn is_contract(self) -> bool {
        matches!(self, Self::Future { .. } | Self::Perpetual { .. })
    }

    /// Whether there are as many lots short as long: somebody has the other side of every position.
    pub const fn sums_to_zero(self) -> bool {
        !matches!(self, Self::Spot { .. })
    }

    /// When it ends; `Time::NEVER` for what does not.
    pub const fn expiry(self) -> Time {
        match self {
            Self::Future { expiry, .. } | Self::Option { expiry, .. } => expiry,
            Self::Spot { .. } | Self::Swap { .. } | Self::Perpetual { .. } => Time::NEVER,
        }
    }

    /// What a total-return swap is written on, if it is one.
    pub const fn swap_of(self) -> Option<InstrumentId> {
        if let Self::Swap { of } = self { Some(of) } else { None }
    }

    /// Whether whoever holds it owns it outright: shares and coins. Only that can be lent, delivered or burnt.
    pub const fn owned(self) -> bool {
        matches!(self, Self::Spot { .. })
    }

    /// Whether it is priced by a rule from what it is on, and not by its book.
    pub const fn is_priced_by_rule(self) -> bool {
        matches!(self, Self::Option { .. })
    }

    /// Whether what is held was bought with the account's cash, so that its value is in its equity beside it.
    pub const fn is_paid_for(self) -> bool {
        matches!(self, Self::Spot { .. } | Self::Option { .. })
    }

    /// Whether somebody stands behind it who is no holder: a company, or the lender who wrote a swap. Of everything else
    /// holders have both sides among them.
    pub const fn has_issuer(self) -> bool {
        matches!(self, Self::Spot { .. } | Self::Swap { .. })
    }

    /// When variation margin on it is paid, where all its holders are settled at once.
    pub const fn settles(self) -> Option<Settles> {
        if let Self::Future { settles, .. } = self { Some(settles) } else { None }
    }

    /// The market, the index and the terms by which longs pay shorts.
    pub const fn funding(self) -> Option<(MarketId, InstrumentId, FundingPlan)> {
        if let Self::Perpetual { primary, index: Some(index), funding: Some(terms) } = self {
            Some((primary, index, terms))
        } else {
            None
        }
    }

    /// How it is kept in the ledger.
    pub const fn slot(self) -> SlotKind {
        match self {
            Self::Spot { .. } | Self::Option { .. } => SlotKind::Spot,
            Self::Swap { .. } => SlotKind::Swap,
            Self::Future { .. } | Self::Perpetual { .. } => SlotKind::Contract,
        }
    }

    /// When a future ends, `Time::NEVER` without an end.
    pub const fn delivered(self) -> Option<Time> {
        if let Self::Future { expiry, .. } = self { Some(expiry) } else { None }
    }

    /// What it is worth where its underlying ends up.
    pub const fn payoff(self) -> Payoff {
        match self {
            Self::Option { right, strike, expiry, .. } => Payoff::Option { right, strike, expiry },
            _ => Payoff::Linear,
        }
    }

    /// What it ends at when what it is on stands at this price, in its own steps.
    pub fn ends_at(self, underlying: Price) -> Price {
        match self {
            Self::Option { right, strike, .. } => right.intrinsic(underlying, strike),
            _ => underlying,
        }
    }
}
