//! What is often wanted together, as one parameter of a system. A system takes a bundle apart in its list of parameters:
//! that list still names each thing it touches.

use super::{
    AuctionHouse, Breaches, Calls, Lenders, Markets, Pacts, Payouts, Pots, Scene, Statuses, TheEntries, TheLedger,
    TheMarks, TheWatch, Undoing,
};
use crate::tick::clock::Clock;
use crate::tick::open_orders::OpenOrders;
use crate::tick::trays::{Defaulting, Forced, Happenings, Intents, Orders};
use crate::tick::view::View;
use bevy_ecs::prelude::{Res, ResMut};
use bevy_ecs::system::SystemParam;
use ground::units::AccountId;

/// The world as it was planned, and the time.
#[derive(SystemParam)]
pub struct Now<'w> {
    pub scene: Res<'w, Scene>,
    pub clock: Res<'w, Clock>,
}

/// On what terms accounts are kept, and what is in them worth.
#[derive(SystemParam)]
pub struct Credit<'w> {
    pub lenders: Res<'w, Lenders>,
    pub marks: Res<'w, TheMarks>,
}

/// What accounts hold, and how they stand with their lenders.
#[derive(SystemParam)]
pub struct Accounts<'w> {
    pub ledger: ResMut<'w, TheLedger>,
    pub statuses: ResMut<'w, Statuses>,
    pub calls: ResMut<'w, Calls>,
}

/// Who has which order in which book.
#[derive(SystemParam)]
pub struct Resting<'w> {
    pub open: Res<'w, OpenOrders>,
    pub books: ResMut<'w, Markets>,
    pub happenings: ResMut<'w, Happenings>,
}

impl Resting<'_> {
    /// Takes back all that an account has in the books.
    pub fn withdraw(&mut self, account: AccountId) {
        for (market, key) in self.open.of_account(account) {
            self.books.cancel(market, key, &mut self.happenings);
        }
    }
}

/// What a trader can see.
#[derive(SystemParam)]
pub struct Seen<'w> {
    pub view: Res<'w, View>,
    pub ledger: Res<'w, TheLedger>,
    pub marks: Res<'w, TheMarks>,
    pub watch: Res<'w, TheWatch>,
    pub open: Res<'w, OpenOrders>,
    pub books: Res<'w, Markets>,
}

/// Orders on their way into the books.
#[derive(SystemParam)]
pub struct Placing<'w> {
    pub intents: ResMut<'w, Intents>,
    pub forced: ResMut<'w, Forced>,
    pub open: ResMut<'w, OpenOrders>,
    pub orders: ResMut<'w, Orders>,
}

/// How breached accounts are sold out.
#[derive(SystemParam)]
pub struct SellingOut<'w> {
    pub pacts: Res<'w, Pacts>,
    pub house: ResMut<'w, AuctionHouse>,
    pub breaches: ResMut<'w, Breaches>,
}

/// What remembers trades: how far breaches are, what positions cost, what may be cancelled.
#[derive(SystemParam)]
pub struct Remembering<'w> {
    pub breaches: ResMut<'w, Breaches>,
    pub entries: ResMut<'w, TheEntries>,
    pub undoing: ResMut<'w, Undoing>,
}

/// What becomes of accounts that are done.
#[derive(SystemParam)]
pub struct Ending<'w> {
    pub breaches: ResMut<'w, Breaches>,
    pub pots: ResMut<'w, Pots>,
    pub payouts: ResMut<'w, Payouts>,
    pub defaulting: ResMut<'w, Defaulting>,
}
