//! The world as it runs: what stages share.
//!
//! All of it is one resource, [`State`], with a field for each thing: a stage takes it once and names what it looks at
//! (`ref`) and what it changes (`ref mut`) where it begins, so that the compiler holds it to that. A resource of
//! its own for each thing would be looked up by each system that might want it, and in most seconds of a quiet market
//! that was dearer than everything that happened. Firms and behaviours are components of their traders' entities.

mod accruals;
mod auction_house;
mod breaches;
mod halts;
mod holders;
mod lender;
mod market;
mod marking;
mod pacts;
mod payouts;
mod deposits;
mod pegs;
mod pots;
mod undoing;
mod values;
mod wakes;

pub use accruals::{Accruing, Premiums, Running, owed};
pub use auction_house::{AuctionHouse, Lot, Offer};
pub use breaches::{Breaches, Starts};
pub use deposits::{Deposits, Holder, Taken};
pub use halts::{Halts, MarketHalts, show};
pub use holders::Holders;
pub use lender::{FROZEN, Lender, Lenders};
pub use market::{Forming, Lying, MarketBook, Markets};
pub use marking::{Around, ForcedQuotes, Marking, Shown, read};
pub use pacts::{Pacts, Permission, agreement_of};
pub use payouts::Payouts;
pub use pegs::Pegs;
pub use pots::{LastClose, Pots, entries};
pub use undoing::{Traded, Undoing};
pub use values::Values;
pub use wakes::Wakes;

use super::clock::Clock;
use super::needs::Needs;
use super::open_orders::OpenOrders;
use super::stages::populations::Population;
use super::trays::{Defaulting, Demands, Due, Flow, Forced, Happenings, Intents, Orders};
use super::view::View;
use crate::gather::Gather;
use crate::options::RunOptions;
use crate::plan::Plan;
use crate::runs::AccountRuns;
use crate::study::Study;
use crate::traders::Kind;
use bevy_ecs::prelude::{Component, Entity, Query, Resource, World};
use ground::index_set::IndexSet;
use ground::rng::Stream;
use ground::units::{AccountId, BreachId, Cash, InstrumentId, MarketId, Tick, TraderId};
use mechanics::audit::Auditor;
use mechanics::ledger::Ledger;
use mechanics::margin::volatility::Volatility;
use mechanics::margin::{Call, Marks, Terms, Watch};
use mechanics::treasury::Treasury;
use mechanics::waterfall::entries::Entries;
use std::sync::Arc;

/// All that lasts from tick to tick, or lies in a tray between two stages.
#[derive(Debug, Resource)]
pub struct State {
    /// What the plan can ever need of a tick.
    pub needs: Needs,
    pub scene: Scene,
    pub clock: Clock,

    // Who holds what, and what it is worth.
    pub ledger: Ledger,
    pub marks: Marks,
    /// What open positions cost, where any lender deleverages.
    pub entries: Entries,
    pub holders: Holders,
    pub auditor: Auditor,

    // Where it is traded.
    pub markets: Markets,
    pub open: OpenOrders,
    pub halts: Halts,
    pub marking: Marking,
    pub undoing: Undoing,
    pub pegs: Pegs,

    // Who decides, on what, and when.
    pub view: View,
    pub values: Values,
    pub wakes: Wakes,
    pub struck: Struck,

    // What is lent, and how it is taken back.
    pub lenders: Lenders,
    /// By lender: its terms in force.
    pub terms: Vec<Terms>,
    pub hiked: Hiked,
    /// Which accounts can have changed sides.
    pub watch: Watch,
    /// How volatile the market is judged to be, where anybody needs to know.
    pub volatility: Option<Volatility>,
    pub statuses: Statuses,
    pub calls: Calls,
    pub breaches: Breaches,
    pub pacts: Pacts,
    pub house: AuctionHouse,
    pub pots: Pots,
    pub payouts: Payouts,
    pub deposits: Deposits,
    pub premiums: Premiums,
    pub accruing: Accruing,

    // The trays, in the order in which a tick fills them.
    pub due: Due,
    pub intents: Intents,
    pub orders: Orders,
    pub demands: Demands,
    pub happenings: Happenings,
    pub flow: Flow,
    pub defaulting: Defaulting,
    pub forced: Forced,

    // What is kept of it.
    pub gather: Gather,
    /// Where a world asks for it.
    pub study: Option<Study>,
}

/// The world as it stands.
pub fn state(world: &World) -> &State {
    world.resource::<State>()
}

pub fn state_mut(world: &mut World) -> &mut State {
    world.resource_mut::<State>().into_inner()
}

/// What is left of a world once nobody moves in it.
pub fn leave(mut world: World) -> State {
    world.remove_resource::<State>().expect("a world that was spawned has its state")
}

/// The firms, by their entities.
pub type Firms<'w, 's> = Query<'w, 's, &'static mut Firm>;

/// What does not change while the world runs.
#[derive(Clone, Debug)]
pub struct Scene {
    pub plan: Arc<Plan>,
    pub options: RunOptions,
    /// By instrument: where an account's order in it is matched.
    pub trades_in: Vec<MarketId>,
    /// By trader: its entity, and its behaviour if it decides.
    pub traders: Vec<(Option<Kind>, Entity)>,
    /// In trader order.
    pub firms: Vec<Entity>,
    /// Accounts whose rows are written each tick.
    pub watched: Vec<AccountId>,
    /// Those of which bands are gathered.
    pub populations: Vec<Population>,
    /// By account: where its name stands in the alphabet. Empty where nobody is deleveraged.
    pub alphabet: Vec<u32>,
    /// By lender: its clients' accounts.
    pub clients: Vec<AccountRuns>,
}

impl Scene {
    /// The market in which an account's order in this instrument is matched.
    pub fn market_of(&self, instrument: InstrumentId) -> MarketId {
        self.trades_in[instrument.index()]
    }

    /// Nobody's for a member of a crowd, who is in the books alone.
    pub fn entity(&self, trader: TraderId) -> Entity {
        self.traders.get(trader.index()).map_or(Entity::PLACEHOLDER, |(_, entity)| *entity)
    }

    pub fn is_swap(&self, instrument: InstrumentId) -> bool {
        self.plan.instruments[instrument.index()].kind.swap_of().is_some()
    }
}

/// Where an account stands with its lender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Healthy,
    /// A call is open; index among the calls.
    Called(u32),
    /// It is being unwound.
    Breached(BreachId),
    /// It was unwound and settled.
    Closed,
}

impl Status {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Called(_) => "called",
            Self::Breached(_) => "breached",
            Self::Closed => "closed",
        }
    }
}

/// Status by account, and the last tick in which it had its initial requirement.
#[derive(Clone, Debug)]
pub struct Statuses {
    pub status: Vec<Status>,
    pub last_sound: Vec<Tick>,
    /// Accounts that are not healthy and not closed.
    unhealthy: IndexSet,
    /// Healthy accounts that were short when last looked at, whose lender has yet to check.
    short: IndexSet,
}

impl Statuses {
    pub fn new(accounts: usize) -> Self {
        Self {
            status: vec![Status::Healthy; accounts],
            last_sound: vec![Tick::new(0); accounts],
            unhealthy: IndexSet::new(accounts),
            short: IndexSet::new(accounts),
        }
    }

    pub fn of(&self, account: AccountId) -> Status {
        self.status[account.index()]
    }

    pub fn set(&mut self, account: AccountId, status: Status) {
        self.status[account.index()] = status;
        list(&mut self.unhealthy, account, matches!(status, Status::Called(_) | Status::Breached(_)));
    }

    pub fn set_short(&mut self, account: AccountId, short: bool) {
        list(&mut self.short, account, short);
    }

    pub fn all_healthy(&self) -> bool {
        self.unhealthy.is_empty()
    }

    /// By id.
    pub fn unhealthy(&self) -> impl Iterator<Item = AccountId> {
        self.unhealthy.iter().map(AccountId::from_index)
    }

    /// By id.
    pub fn short(&self) -> impl Iterator<Item = AccountId> {
        self.short.iter().map(AccountId::from_index)
    }
}

/// Puts an account on a list, or takes it off.
fn list(accounts: &mut IndexSet, account: AccountId, listed: bool) {
    if listed { accounts.add(account.index()) } else { accounts.remove(account.index()) }
}

/// All calls ever raised, in order; an account has at most one open.
#[derive(Clone, Debug, Default)]
pub struct Calls(pub Vec<Call>);

/// A firm: its treasury is a purse of the ledger, its accounts are these.
#[derive(Clone, Debug, Component)]
pub struct Firm {
    pub id: TraderId,
    pub accounts: Vec<AccountId>,
    pub failed: Option<(Tick, Cash)>,
    pub treasury: Treasury,
    /// For what is left to chance: whether a lender grants time.
    pub luck: Stream,
}

/// The shocks that have not struck yet: how many of the plan's, sorted by time, have.
#[derive(Clone, Debug, Default)]
pub struct Struck(pub usize);

/// Margin models that changed, for the margin stage.
#[derive(Clone, Debug, Default)]
pub struct Hiked {
    /// In this tick.
    pub now: Vec<ground::units::LenderId>,
    /// What each asked before, until it has looked at its clients: who would be short of that as well is not called for the
    /// change.
    pub former: Vec<(ground::units::LenderId, Terms)>,
}
