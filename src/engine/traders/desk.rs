//! Who trades more than one thing: legs and accounts.
//!
//! Most behaviours trade one instrument on its first venue, through one account; a world says so in a line. A desk
//! names *legs*: an instrument in a role (the future, the basket, the hedge), on a venue of its choice, through one
//! of its *accounts*, each with its own money and positions at its own lender. A desk with accounts at two lenders is
//! margined twice: it can be rich at one and called by the other.
//!
//! A world names legs and accounts by name; the plan resolves them once for a population ([`LegPlan`]), and at birth
//! each member learns its own accounts ([`OwnLeg`]). Nothing is looked up by name, and nothing allocated, when it
//! decides.
//!
//! Known limits: money does not move between a desk's accounts within a run; the first leg is its home, and
//! in an auction of a breached position it bids for that alone.

use super::{Endowment, Leg, Sizes};
use ground::units::{InstrumentId, LenderId, Lots, MarketId};
use language::findings::LARGEST;
use language::named::Named;
use language::read::Read;

/// One thing that a desk trades.
#[derive(Clone, Debug, PartialEq, Read)]
pub struct LegFile {
    pub instrument: String,
    /// Left out: the first venue of the instrument.
    #[read(default)]
    pub venue: Option<String>,
    /// Through which of its accounts. Left out: the only one.
    #[read(default)]
    pub lender: Option<String>,
}

/// One account of each member at the start.
#[derive(Clone, Debug, PartialEq, Read)]
pub struct Balance {
    /// Money in it, beside the positions. Negative is borrowed.
    #[read(within = -LARGEST..=LARGEST)]
    pub cash: f64,
    /// Units by instrument; negative is short. Left out: none.
    #[read(default, within = -LARGEST..=LARGEST)]
    pub positions: Named<f64>,
}

/// A leg as parameters name it, with the place among them where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Role<'a> {
    pub path: String,
    /// Where its instrument is named.
    pub named_at: String,
    pub instrument: &'a str,
    pub venue: Option<&'a str>,
    pub lender: Option<&'a str>,
}

impl LegFile {
    pub fn role(&self, path: impl Into<String>) -> Role<'_> {
        let path = path.into();
        Role {
            named_at: format!("{path}.instrument"),
            path,
            instrument: &self.instrument,
            venue: self.venue.as_deref(),
            lender: self.lender.as_deref(),
        }
    }
}

impl Role<'_> {
    /// The lender through whose account it is traded: the one named, or the only one there is.
    pub fn at<'b>(&'b self, accounts: &'b Named<Balance>) -> Option<&'b str> {
        match self.lender {
            Some(lender) => accounts.get(lender).map(|_| lender),
            None => accounts.names().next().filter(|_| accounts.len() == 1),
        }
    }
}

/// A leg of every member of a population, by ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LegPlan {
    pub lender: LenderId,
    pub instrument: InstrumentId,
    pub market: MarketId,
}

/// A leg of one member, and what it holds of it when it is born.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnLeg {
    pub leg: Leg,
    pub held: Lots,
}

impl<'a> Endowment<'a> {
    /// The accounts of a desk; of everyone else, none that a world names one by one.
    pub fn accounts(&self) -> Option<&'a Named<Balance>> {
        match self {
            Self::Accounts(accounts) => Some(accounts),
            _ => None,
        }
    }

    /// How large the members of a population are beside each other, if they differ.
    pub fn sizes(&self) -> Option<Sizes> {
        match self {
            Self::Stake(stake) => stake.sizes,
            Self::Levered(stake) | Self::Exposed { stake, .. } => stake.sizes,
            Self::Units { .. } | Self::Accounts(_) => None,
        }
    }

    /// How large members' leverage is beside each other, if it differs.
    pub fn leverages(&self) -> Option<Sizes> {
        if let Self::Exposed { leverages, .. } = self { *leverages } else { None }
    }

    /// The one lender of who is no desk.
    pub fn lender(&self) -> Option<&'a str> {
        match self {
            Self::Stake(stake) => Some(&stake.lender),
            Self::Levered(stake) | Self::Exposed { stake, .. } => Some(&stake.lender),
            Self::Units { lender, .. } => Some(lender),
            Self::Accounts(_) => None,
        }
    }

    /// The venue on which who is no desk trades, if it is said.
    pub fn venue(&self) -> Option<&'a str> {
        match self {
            Self::Stake(stake) => stake.venue.as_deref(),
            Self::Levered(stake) | Self::Exposed { stake, .. } => stake.venue.as_deref(),
            Self::Units { .. } | Self::Accounts(_) => None,
        }
    }
}

/// What a population of desks says whose fields have the usual names: `count`, `accounts`, `spread`.
macro_rules! desk_fields {
    () => {
        fn count(&self) -> u32 {
            self.count
        }

        fn instruments(&self) -> Vec<(String, &str)> {
            Vec::new()
        }

        fn endowment(&self) -> crate::traders::Endowment<'_> {
            crate::traders::Endowment::Accounts(&self.accounts)
        }

        fn spread(&self) -> Option<&Spread> {
            Some(&self.spread).filter(|spread| !spread.is_empty())
        }
    };
}
pub(super) use desk_fields;
