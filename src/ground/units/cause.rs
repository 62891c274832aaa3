//! Why an order exists.

use super::BreachId;

/// Decides what an order's trades are recorded as and who is held to have pushed the price; the book
/// treats all alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    Voluntary,
    /// Its trader acts out a shock of the world.
    Shock,
    /// A lender placed it for a breached account.
    Forced(BreachId),
}

impl Cause {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Voluntary => "voluntary",
            Self::Shock => "shock",
            Self::Forced(_) => "forced",
        }
    }

    pub const fn is_forced(self) -> bool {
        matches!(self, Self::Forced(_))
    }
}
