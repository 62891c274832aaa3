//! Why an order did not reach the book. The first check to fail, in this order, is the reason.

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    /// The account is being unwound, or was closed.
    AccountState,
    /// The account has no place for this instrument.
    UnknownInstrument,
    Halted,
    /// The limit lies further from zero than any price may.
    PriceRange,
    /// Position and open orders would exceed what an account may hold.
    PositionLimit,
    /// A custodian lends neither money nor units.
    Funds,
    /// Equity would not carry the initial margin of what the account would hold.
    Excess,
}

impl Refusal {
    pub const ALL: [Self; 7] = [
        Self::AccountState,
        Self::UnknownInstrument,
        Self::Halted,
        Self::PriceRange,
        Self::PositionLimit,
        Self::Funds,
        Self::Excess,
    ];

    pub const fn word(self) -> &'static str {
        match self {
            Self::AccountState => "account state",
            Self::UnknownInstrument => "unknown instrument",
            Self::Halted => "halted",
            Self::PriceRange => "price out of range",
            Self::PositionLimit => "position limit",
            Self::Funds => "not enough cash or units",
            Self::Excess => "not enough excess margin",
        }
    }
}
