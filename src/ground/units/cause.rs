//! Why an order exists.

use super::BreachId;

/// Decides what an order's trades are recorded as and who is held to have pushed the price; the book
/// treats all alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    Voluntary,
    /// Voluntary, and it carries the price where news has said that it should be. No order has this cause: it is told
    /// afterwards, of volume that pushed.
    News,
    /// Its trader acts out a shock of the world.
    Shock,
    /// A lender placed it for a breached account.
    Forced(BreachId),
}

impl Cause {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Voluntary => "voluntary",
            Self::News => "news",
            Self::Shock => "shock",
            Self::Forced(_) => "forced",
        }
    }

    pub const fn is_forced(self) -> bool {
        matches!(self, Self::Forced(_))
    }
}
