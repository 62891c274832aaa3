//! Which way forced orders went. What an account is long of is closed by selling it and what it is short of by buying it
//! back, so words that tell what a lender did are those of what it did.

/// Of forced orders that closed something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Sold,
    Bought,
    Both,
}

impl Way {
    /// `None` where there was neither.
    #[must_use]
    pub fn of(sold: bool, bought: bool) -> Option<Self> {
        match (sold, bought) {
            (true, true) => Some(Self::Both),
            (true, false) => Some(Self::Sold),
            (false, true) => Some(Self::Bought),
            (false, false) => None,
        }
    }

    /// What they did: `sold`, `bought back`, or for both of it `closed`.
    #[must_use]
    pub fn did(self) -> &'static str {
        match self {
            Self::Sold => "sold",
            Self::Bought => "bought back",
            Self::Both => "closed",
        }
    }

    /// What they had to do: `sell`, `buy back`, `close`.
    #[must_use]
    pub fn has_to(self) -> &'static str {
        match self {
            Self::Sold => "sell",
            Self::Bought => "buy back",
            Self::Both => "close",
        }
    }

    /// One order: `sale`, `purchase`, `order`.
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            Self::Sold => "sale",
            Self::Bought => "purchase",
            Self::Both => "order",
        }
    }

    /// `sold out`, `bought in`, `closed out`: of who was left with nothing.
    #[must_use]
    pub fn did_out(self) -> &'static str {
        match self {
            Self::Sold => "sold out",
            Self::Bought => "bought in",
            Self::Both => "closed out",
        }
    }
}
