//! Why an order did not reach the book. The first check to fail, in this order, is the reason.

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    /// The account is being unwound, or was closed.
    AccountState,
    /// The account has no place for this instrument.
    UnknownInstrument,
    Halted,
    /// The limit lies further from zero than any price may, or is a bid below one step for what can be owned.
    PriceRange,
    /// More at once than anybody means to trade.
    FatFingerSize,
    /// Further through the mark than anybody means to pay.
    FatFingerPrice,
    /// It was to reduce a position and there is none on its side, or none that other orders do not close already.
    ReduceOnly,
    /// Position and open orders would exceed what the account may hold.
    PositionLimit,
    /// Position and open orders would be too large a part of all there is.
    Concentration,
    /// Exposure would be too large a multiple of equity.
    Leverage,
    /// The account would owe more than its lender lends it.
    Credit,
    /// A custodian lends neither money nor units.
    Funds,
    /// Equity would not carry the initial margin of what the account would hold.
    Excess,
}

impl Refusal {
    pub const ALL: [Self; 13] = [
        Self::AccountState,
        Self::UnknownInstrument,
        Self::Halted,
        Self::PriceRange,
        Self::FatFingerSize,
        Self::FatFingerPrice,
        Self::ReduceOnly,
        Self::PositionLimit,
        Self::Concentration,
        Self::Leverage,
        Self::Credit,
        Self::Funds,
        Self::Excess,
    ];

    pub const fn word(self) -> &'static str {
        match self {
            Self::AccountState => "account state",
            Self::UnknownInstrument => "unknown instrument",
            Self::Halted => "halted",
            Self::PriceRange => "price out of range",
            Self::FatFingerSize => "fat finger size",
            Self::FatFingerPrice => "fat finger price",
            Self::ReduceOnly => "would not reduce",
            Self::PositionLimit => "position limit",
            Self::Concentration => "concentration limit",
            Self::Leverage => "leverage limit",
            Self::Credit => "credit limit",
            Self::Funds => "not enough cash or units",
            Self::Excess => "not enough excess margin",
        }
    }
}
