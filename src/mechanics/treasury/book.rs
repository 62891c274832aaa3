//! What a firm has arranged: money set aside for calls, money on its way, debts.
//!
//! Money that was drawn for a call is *pledged* to it: another call may not count on it. When the call is paid the
//! pledge is spent; when the call lapses or goes unmet it is released, and the money is free for the next.

use super::debt::Debt;
use super::plan::{FirmPlan, SourceKind};
use super::step::What;
use super::strain::{self, Strain};
use ground::units::{AccountId, Cash, InstrumentId, Lots, Price, Rate, Time};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Money drawn from one source for one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pledge {
    /// Which call; `None` once that is over.
    pub call: Option<u32>,
    pub source: usize,
    pub amount: Cash,
    pub arrives: Time,
    pub arrived: bool,
    /// What it costs and what is owed on it a year, as it was when it was drawn.
    pub fee: Cash,
    pub rate: Rate,
    /// What changes hands when it arrives, for a sale that was agreed on.
    pub block: Option<Block>,
}

impl Pledge {
    /// Money that costs nothing and is still to come.
    pub fn new(call: Option<u32>, source: usize, amount: Cash, arrives: Time) -> Self {
        Self { call, source, amount, arrives, arrived: false, fee: Cash::ZERO, rate: Rate::ZERO, block: None }
    }
}

/// Units sold at an agreed price and not yet delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    pub account: AccountId,
    pub instrument: InstrumentId,
    pub lots: Lots,
    pub price: Price,
}

/// Units that are being sold in the market.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Selling {
    pub call: u32,
    pub source: usize,
    pub account: AccountId,
    pub instrument: InstrumentId,
    /// Still to be sold.
    pub lots: Lots,
    /// Of these in the order that the market has.
    pub ordered: Lots,
}

/// A firm's treasury as it stands, beside the money in its purses.
#[derive(Clone, Debug, Default)]
pub struct Treasury {
    pub plan: Arc<FirmPlan>,
    /// By source: drawn so far, arrived or not.
    pub drawn: Vec<Cash>,
    /// By source: units sold or promised so far.
    pub sold: Vec<Lots>,
    pub pledges: Vec<Pledge>,
    pub selling: Vec<Selling>,
    pub debts: Vec<Debt>,
    /// What funding shocks have done to its sources, the latest last.
    pub strains: Vec<Strain>,
    /// Calls about which the lender was asked for time.
    pub asked: Vec<u32>,
    /// What was said about which source for which call: it is said once.
    pub told: Vec<(u32, usize, What)>,
    /// By debt: interest that is on record.
    pub noted: BTreeMap<usize, Cash>,
    /// By price that it holds up: at what price.
    pub held_up: Vec<Price>,
    /// Value at the start.
    pub start: Cash,
    /// Whether the world states its balance sheet.
    pub is_stated: bool,
}

impl Treasury {
    pub fn new(plan: Arc<FirmPlan>) -> Self {
        let sources = plan.sources.len();
        Self { drawn: vec![Cash::ZERO; sources], sold: vec![Lots::ZERO; sources], plan, ..Self::default() }
    }

    /// A source on the terms of the moment.
    pub fn terms(&self, source: usize, now: Time) -> SourceKind {
        strain::terms(&self.strains, self.plan.sources[source].kind, now)
    }

    /// What is pledged to a call: there, or there by `by` from a source from which something still comes.
    pub fn cover(&self, call: u32, by: Time, comes: impl Fn(usize) -> bool) -> Cash {
        let in_time = |pledge: &Pledge| pledge.arrives <= by && comes(pledge.source);
        let counts = |pledge: &&Pledge| pledge.call == Some(call) && (pledge.arrived || in_time(pledge));
        self.pledges.iter().filter(counts).map(|pledge| pledge.amount).sum()
    }

    /// What is there for a call.
    pub fn ready_for(&self, call: u32) -> Cash {
        let counts = |pledge: &&Pledge| pledge.call == Some(call) && pledge.arrived;
        self.pledges.iter().filter(counts).map(|pledge| pledge.amount).sum()
    }

    /// Money in the purse that belongs to a call.
    pub fn set_aside(&self) -> Cash {
        let counts = |pledge: &&Pledge| pledge.call.is_some() && pledge.arrived;
        self.pledges.iter().filter(counts).map(|pledge| pledge.amount).sum()
    }

    /// Lots of something that are promised or being sold.
    pub fn promised(&self, account: AccountId, instrument: InstrumentId) -> Lots {
        let blocks = self.pledges.iter().filter(|pledge| !pledge.arrived).filter_map(|pledge| pledge.block);
        let blocks = blocks.filter(|it| (it.account, it.instrument) == (account, instrument)).map(|it| it.lots);
        let sales = self.selling.iter().filter(|it| (it.account, it.instrument) == (account, instrument));
        blocks.chain(sales.map(|it| it.lots)).fold(Lots::ZERO, |sum, lots| sum + lots)
    }

    pub fn pledge(&mut self, pledge: Pledge) {
        self.drawn[pledge.source] += pledge.amount;
        self.pledges.push(pledge);
    }

    /// Takes what a call was paid from what is there for it, in the order in which it was pledged.
    pub fn spend(&mut self, call: u32, mut amount: Cash) {
        for pledge in self.pledges.iter_mut().filter(|pledge| pledge.call == Some(call) && pledge.arrived) {
            let part = pledge.amount.min(amount);
            pledge.amount -= part;
            amount -= part;
        }
        self.pledges.retain(|pledge| pledge.amount.is_positive());
    }

    /// Ends what was arranged for calls that are over. What is on its way still comes.
    pub fn release(&mut self, is_open: impl Fn(u32) -> bool) {
        for pledge in &mut self.pledges {
            pledge.call = pledge.call.filter(|call| is_open(*call));
        }
        self.pledges.retain(|pledge| pledge.call.is_some() || !pledge.arrived);
        let sold = &mut self.sold;
        self.selling.retain(|sale| {
            let goes_on = is_open(sale.call);
            // What was not sold may be sold another time.
            if !goes_on {
                sold[sale.source] -= sale.lots;
            }
            goes_on
        });
        self.asked.retain(|call| is_open(*call));
        self.told.retain(|(call, ..)| is_open(*call));
    }

    /// Nothing is arranged, on its way or owed, and no price is held up.
    pub fn is_idle(&self) -> bool {
        self.pledges.is_empty() && self.selling.is_empty() && self.debts.is_empty() && self.held_up.is_empty()
    }

    pub fn owed(&self, now: Time) -> Cash {
        self.debts.iter().map(|debt| debt.owed(now)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::treasury::{SourceKind, SourcePlan};
    use ground::units::{Deadline, Span};

    fn treasury() -> Treasury {
        let source =
            |name: &str| SourcePlan { name: name.into(), ready: Deadline::After(Span::ZERO), kind: SourceKind::Cash };
        Treasury::new(Arc::new(FirmPlan { sources: vec![source("a"), source("b")], ..FirmPlan::default() }))
    }

    fn pledge(call: u32, source: usize, amount: i128, arrives: i64, arrived: bool) -> Pledge {
        let (amount, arrives) = (Cash::minor(amount), Time::from_seconds(arrives));
        Pledge { arrived, ..Pledge::new(Some(call), source, amount, arrives) }
    }

    #[test]
    fn money_pledged_to_one_call_covers_no_other() {
        let mut treasury = treasury();
        treasury.pledge(pledge(1, 0, 200, 0, true));
        treasury.pledge(pledge(1, 1, 300, 50, false));
        treasury.pledge(pledge(2, 1, 50, 90, false));
        let cover = |call, by| treasury.cover(call, by, |_| true);
        assert_eq!(cover(1, Time::from_seconds(50)), Cash::minor(500));
        assert_eq!(cover(1, Time::from_seconds(49)), Cash::minor(200), "too late is no cover");
        assert_eq!(cover(2, Time::NEVER), Cash::minor(50));
        let comes_no_more = treasury.cover(1, Time::NEVER, |source| source != 1);
        assert_eq!(comes_no_more, Cash::minor(200), "what comes no more is no cover");
        assert_eq!(treasury.set_aside(), Cash::minor(200));
        assert_eq!(treasury.drawn, [Cash::minor(200), Cash::minor(350)]);
    }

    #[test]
    fn what_was_set_aside_for_a_call_that_is_over_is_free_again() {
        let mut treasury = treasury();
        treasury.pledge(pledge(1, 0, 200, 0, true));
        treasury.pledge(pledge(1, 1, 300, 50, false));
        treasury.spend(1, Cash::minor(150));
        assert_eq!(treasury.ready_for(1), Cash::minor(50));
        treasury.release(|_| false);
        assert_eq!(treasury.set_aside(), Cash::ZERO);
        assert_eq!(treasury.pledges.len(), 1, "what is on its way still comes");
    }
}
