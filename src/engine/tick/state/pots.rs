//! What the waterfall remembers from tick to tick.

use crate::plan::{LenderPlan, Plan};
use ground::columns::Wide;
use ground::units::{AccountId, Cash, Lots, Price};
use mechanics::ledger::{Ledger, Slot};
use mechanics::waterfall::drawdown::Drawdown;
use mechanics::waterfall::entries::Entries;
use std::collections::BTreeMap;

/// What the waterfall remembers from tick to tick.
#[derive(Clone, Debug)]
pub struct Pots {
    pub last_close: LastClose,
    /// Balances as last recorded, by fund.
    pub(crate) seen: Vec<Option<Cash>>,
    /// By breach: lots sold when last looked at, and for how many ticks nothing was.
    pub(crate) stuck: BTreeMap<u32, (Lots, u32)>,
    /// By lender.
    pub(crate) drawdowns: Vec<Drawdown>,
    /// By lender, where a drawdown is the rule: what the insurance fund may pay until the alarm goes on.
    pub(crate) rooms: Vec<Cash>,
}

/// What gains are counted from.
#[derive(Clone, Debug)]
pub struct LastClose {
    /// By instrument.
    pub marks: Vec<Price>,
    /// What has been cut of an account's gains since, for whoever failed.
    pub cut: BTreeMap<AccountId, Cash>,
}

impl Pots {
    pub fn new(plan: &Plan) -> Self {
        Self {
            last_close: LastClose {
                marks: plan.instruments.iter().map(|instrument| instrument.start).collect(),
                cut: BTreeMap::new(),
            },
            seen: vec![None; plan.funds.len()],
            stuck: BTreeMap::new(),
            drawdowns: vec![Drawdown::default(); plan.lenders.len()],
            rooms: vec![Cash::ZERO; plan.lenders.len()],
        }
    }
}

/// What open positions cost, where any lender deleverages or an owner says at what price it opened one: at first what their owners say, or else the price at the start.
pub fn entries(plan: &Plan, ledger: &Ledger) -> Entries {
    let firms = || plan.traders.iter().filter_map(|trader| trader.firm.as_ref());
    if !plan.lenders.iter().any(LenderPlan::deleverages) && firms().all(|firm| firm.entries.is_empty()) {
        return Entries::default();
    }
    let accounts = &ledger.accounts;
    let cost = |slot: Slot| {
        let start = plan.instruments[accounts.instrument(slot).index()].start;
        i128::from(accounts.lots(slot).get()) * i128::from(start.steps())
    };
    let mut costs: Wide = (0..accounts.slot_count()).map(Slot::from_index).map(cost).collect();
    // Who says at what price it opened a position has that as its entry, and not the price at the start of the run.
    for &(account, instrument, price) in firms().flat_map(|firm| &firm.entries) {
        if let Some(slot) = accounts.slot_of(account, instrument) {
            costs.set(slot.index(), i128::from(accounts.lots(slot).get()) * i128::from(price.steps()));
        }
    }
    for crowd in &plan.crowds {
        crowd.each(&plan.instruments, |member, _, held| {
            for (slot, one) in accounts.slots(crowd.account(member)).zip(held) {
                costs.set(slot.index(), i128::from(one.lots.get()) * i128::from(one.entry.steps()));
            }
        });
    }
    Entries::new(costs)
}
