//! Names as numbers. Ids are dense from zero in the order of the world file, so that they index
//! columns, and order by id is the order a reader sees in the file.

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u32);

        impl $name {
            pub const fn new(index: u32) -> Self {
                Self(index)
            }

            /// From a position in a column. A plan never holds as many as 2^32 of anything.
            pub fn from_index(index: usize) -> Self {
                Self(u32::try_from(index).expect("more than 2^32 of one kind"))
            }

            pub const fn get(self) -> u32 {
                self.0
            }

            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

id! {
    /// What is traded.
    InstrumentId;
    /// A place of trading.
    VenueId;
    /// One instrument on one venue: an order book.
    MarketId;
    /// Who decides.
    TraderId;
    /// One trader at one lender.
    AccountId;
    /// Who extends leverage and enforces it.
    LenderId;
    /// A pot of money that belongs to no account: an insurance fund, a member's part of a default fund, a line of
    /// a firm's treasury.
    FundId;
    /// One account's failure to meet its lender's demand.
    BreachId;
}
