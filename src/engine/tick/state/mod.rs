//! The world as it runs: the components and resources that stages share.
//!
//! Mechanics know nothing of the ECS; the wrappers here are what makes them part of it.

mod market;

pub use market::{Forming, MarketBook};

use crate::options::RunOptions;
use crate::plan::{LenderPlan, Plan};
use crate::traders::Kind;
use bevy_ecs::prelude::{Component, Entity, Resource};
use ground::index_set::IndexSet;
use ground::rng::Stream;
use ground::units::{AccountId, BreachId, Cash, InstrumentId, LenderId, MarketId, Tick, TraderId};
use mechanics::audit::Auditor;
use mechanics::ledger::Ledger;
use mechanics::margin::volatility::Volatility;
use mechanics::margin::{Call, Marks, Terms, Watch};
use mechanics::treasury::Treasury;
use std::sync::Arc;

/// What does not change while the world runs.
#[derive(Clone, Debug, Resource)]
pub struct Scene {
    pub plan: Arc<Plan>,
    pub options: RunOptions,
    /// By market: the instrument's step value and so on are in the plan; this is its entity.
    pub markets: Vec<Entity>,
    /// By lender.
    pub lenders: Vec<Entity>,
    /// By instrument: where an account's order in it is matched.
    pub trades_in: Vec<MarketId>,
    /// By trader: its entity, and its behaviour if it decides.
    pub traders: Vec<(Option<Kind>, Entity)>,
    /// In trader order.
    pub firms: Vec<Entity>,
    /// Accounts whose rows are written each tick.
    pub watched: Vec<AccountId>,
    /// By lender: its clients' accounts.
    pub clients: Vec<Vec<AccountId>>,
}

impl Scene {
    /// The market in which an account's order in this instrument is matched.
    pub fn market_of(&self, instrument: InstrumentId) -> MarketId {
        self.trades_in[instrument.index()]
    }

    pub fn is_swap(&self, instrument: InstrumentId) -> bool {
        self.plan.instruments[instrument.index()].kind.swap_of().is_some()
    }
}

/// What an account at a lender that failed is called.
pub const FROZEN: &str = "frozen";

/// A lender as it stands.
#[derive(Clone, Debug, Component)]
pub struct Lender {
    pub id: LenderId,
    pub plan: LenderPlan,
    /// The terms in force, which a shock may have changed.
    pub terms: Terms,
    /// Losses taken so far.
    pub loss: Cash,
    pub failed: bool,
    /// Whether something happened to it in this tick that is worth a row.
    pub changed: bool,
    /// What each member, in the order of its contributions, was assessed so far.
    pub assessed: Vec<Cash>,
}

impl Lender {
    /// It has failed, and nobody goes on selling its clients out.
    pub fn is_frozen(&self) -> bool {
        self.failed && !self.plan.failure.administrator_sells
    }

    /// What an account here is called: frozen when its lender has failed, until it is closed. Its client can do nothing
    /// with it, whether or not an administrator sells it out.
    pub fn word(&self, status: Status) -> &'static str {
        if self.failed && status != Status::Closed { FROZEN } else { status.word() }
    }
}

#[derive(Debug, Resource)]
pub struct TheLedger(pub Ledger);

/// Which accounts can have changed sides, and each lender's terms in force.
#[derive(Debug, Resource)]
pub struct TheWatch {
    pub watch: Watch,
    pub terms: Vec<Terms>,
}

#[derive(Debug, Resource)]
pub struct TheAuditor(pub Auditor);

#[derive(Debug, Resource)]
pub struct TheMarks(pub Marks);

/// How volatile the market is judged to be, where anybody needs to know.
#[derive(Debug, Resource)]
pub struct TheVolatility(pub Option<Volatility>);

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
#[derive(Clone, Debug, Resource)]
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
#[derive(Clone, Debug, Default, Resource)]
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
