//! What stages hand on to one another.
//!
//! The parts of a tick that may change a tray; `tests/tick_order.rs` holds this table against what each takes out of the
//! state. Who may change one either fills it or takes from it.
//!
//! | tray | may be changed by, in the order of a tick | only looked at by |
//! |---|---|---|
//! | [`Due`] | events::wake_traders, the behaviours |  |
//! | [`Intents`] | the behaviours, demand::move_money, screen::withdraw, screen::screen, demand::take_demands, pool::provide, pegs::mint_and_burn, deposits::pay_out, treasury::pay_calls, waterfall::fail_lenders |  |
//! | [`Forced`] | screen::screen, liquidate::queue_forced_orders, waterfall::fail_lenders |  |
//! | [`Defaulting`] | liquidate::declare_breaches, waterfall::close_accounts, waterfall::fail_lenders |  |
//! | [`Orders`] | screen::screen, matching::match_orders, impact::form_prices, demand::clear_markets, pool::swap |  |
//! | [`Demands`] | demand::take_demands, demand::clear_markets |  |
//! | [`Happenings`] | halts::reopen_after_the_night, events::lapse_orders, screen::withdraw, screen::shrink_reduce_only, matching::match_orders, impact::form_prices, demand::clear_markets, pool::swap, matching::uncross, halts::reopen, settle::settle, contracts::expire, liquidate::declare_breaches | halts::note_trades |
//! | [`Flow`] | settle::settle | mark::set_marks, mark::publish, record::gather_markets |
//!
//! What is put into `Forced` and `Defaulting` is for the next tick; so is what the treasury and failing lenders leave in
//! `Intents`, and what is taken back from the books at expiry or by a breach. A tray keeps its capacity when it is emptied,
//! so a steady state allocates nothing.

use super::turns::Turns;
use crate::traders::Kind;
use bevy_ecs::prelude::Entity;
use ground::units::{AccountId, Cash, Cause, InstrumentId, Lots, MarketId, Side};
use mechanics::book::{BookEvent, OrderKind, TimeInForce};
use mechanics::demand::Curve;
use mechanics::liquidation::BreachCause;
use mechanics::mint_burn::Offered;
use mechanics::pool::Provision;

/// Traders who act in this tick, by behaviour.
#[derive(Debug)]
pub struct Due {
    pub by_kind: [Vec<Entity>; Kind::COUNT],
}

impl Default for Due {
    fn default() -> Self {
        Self { by_kind: std::array::from_fn(|_| Vec::new()) }
    }
}

/// An order somebody wants to place.
#[derive(Clone, Copy, Debug)]
pub struct Intent {
    pub account: AccountId,
    /// A spot instrument, or a swap: then the lender trades the underlying on the account's behalf.
    pub instrument: InstrumentId,
    /// Where it is to be matched: a market of the instrument, or of what a swap is on.
    pub market: MarketId,
    pub side: Side,
    pub lots: Lots,
    pub kind: OrderKind,
    pub time_in_force: TimeInForce,
    pub post_only: bool,
    pub reduce_only: bool,
    /// Ticks until what rests of it lapses; 0 for good till cancelled.
    pub life: u32,
    pub cause: Cause,
    /// Its place among the orders of the tick: latency class first, then a number drawn from the seed.
    pub turn: (u8, u64),
}

#[derive(Debug, Default)]
pub struct Intents {
    pub orders: Vec<Intent>,
    /// Accounts whose resting orders are to be withdrawn before anything is matched.
    pub withdrawals: Vec<AccountId>,
    /// Single orders, by their tags among the open orders, that their owners withdraw.
    pub cancels: Vec<u32>,
    pub demands: Vec<Demand>,
    /// What the investors of an account bring or, negative, take.
    pub flows: Vec<(AccountId, Cash)>,
    /// What is to be burnt for its sister.
    pub redemptions: Vec<Redemption>,
    /// What goes into pools and out of them.
    pub providing: Vec<Providing>,
    /// Deposits that are to be paid out.
    pub asked: Vec<Asked>,
}

/// What somebody takes out of a pool or adds to it, without trading.
#[derive(Clone, Copy, Debug)]
pub struct Providing {
    pub account: AccountId,
    pub market: MarketId,
    pub provision: Provision,
    /// Its place among those who do, see [`Intent::turn`].
    pub turn: (u8, u64),
}

/// A deposit that its owner wants to have back.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    pub account: AccountId,
    pub lots: Lots,
    /// Its place among those who ask, see [`Intent::turn`].
    pub turn: (u8, u64),
}

/// Units that somebody wants to burn for what they are pegged to, or for what is pegged to them.
#[derive(Clone, Copy, Debug)]
pub struct Redemption {
    pub account: AccountId,
    /// Index among the plan's pegs.
    pub peg: usize,
    pub offered: Offered,
    pub lots: Lots,
    /// Its place among those who redeem, see [`Intent::turn`].
    pub turn: (u8, u64),
}

/// What somebody wants to hold at each price, where prices form so.
#[derive(Clone, Copy, Debug)]
pub struct Demand {
    pub account: AccountId,
    pub instrument: InstrumentId,
    pub curve: Curve,
    pub cause: Cause,
    /// Its place among those who would trade, see [`Intent::turn`].
    pub turn: (u8, u64),
}

/// Demand of those who take part in this tick.
#[derive(Debug, Default)]
pub struct Demands {
    pub by_market: Vec<Vec<Demand>>,
}

/// Forced orders for the next tick.
#[derive(Debug, Default)]
pub struct Forced(pub Vec<Intent>);

/// Accounts to be closed out for what happened elsewhere: of members that could not pay an assessment, of clients that failed a
/// lender as it failed itself.
#[derive(Debug, Default)]
pub struct Defaulting(pub Vec<(AccountId, BreachCause)>);

/// An intent that passed the screen. Its record among the open orders is the book's tag.
#[derive(Clone, Copy, Debug)]
pub struct Admitted {
    pub turn: (u8, u64),
    /// The account that trades in the book: the account itself, or its lender's house for a swap.
    pub owner: AccountId,
    pub tag: u32,
    pub side: Side,
    pub lots: Lots,
    pub kind: OrderKind,
    pub time_in_force: TimeInForce,
    pub post_only: bool,
    pub reduce_only: bool,
}

#[derive(Debug, Default)]
pub struct Orders {
    pub by_market: Vec<Vec<Admitted>>,
    pub turns: Turns,
}

/// What the books answered, market by market, in order of happening.
#[derive(Debug, Default)]
pub struct Happenings {
    pub events: Vec<BookEvent>,
    /// Market and one past its last event, in `events`.
    pub until: Vec<(MarketId, usize)>,
}

impl Happenings {
    /// What has been added up to here happened in this market.
    pub fn note(&mut self, market: MarketId) {
        self.until.push((market, self.events.len()));
    }
}

/// What traded in one market in this tick.
#[derive(Clone, Copy, Debug, Default)]
pub struct MarketFlow {
    pub volume: Lots,
    pub forced_volume: Lots,
}

/// Aggressive volume by its cause: who pushed the price, and how hard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Push {
    pub market: MarketId,
    pub side: Side,
    pub cause: Cause,
    pub lots: Lots,
}

#[derive(Debug, Default)]
pub struct Flow {
    pub by_market: Vec<MarketFlow>,
    /// This tick's pushes; once settled, one for each market, side and cause that occurred, in that order.
    pub pushes: Vec<Push>,
}

impl Flow {
    pub fn push(&mut self, market: MarketId, side: Side, cause: Cause, lots: Lots) {
        match self.pushes.last_mut() {
            Some(last) if (last.market, last.side, last.cause) == (market, side, cause) => last.lots += lots,
            _ => self.pushes.push(Push { market, side, cause, lots }),
        }
    }

    /// Makes one push of those that are alike. At the end, because looking for its like at each push would take
    /// as long as there are causes, and a cascade has one for each account.
    pub fn gather(&mut self) {
        self.pushes.sort_unstable_by_key(|push| (push.market, push.side, push.cause));
        self.pushes.dedup_by(|push, first| {
            let alike = (push.market, push.side, push.cause) == (first.market, first.side, first.cause);
            if alike {
                first.lots += push.lots;
            }
            alike
        });
    }

    pub fn clear(&mut self) {
        self.by_market.fill(MarketFlow::default());
        self.pushes.clear();
    }
}
