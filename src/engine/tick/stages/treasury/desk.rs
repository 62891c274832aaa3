//! One firm's treasurer in one tick: the playbook, stage by stage, and the payments.

use super::OpenCall;
use super::sight::{Sight, clip_of};
use crate::gather::Gather;
use crate::tick::clock::Clock;
use crate::tick::state::{Calls, Firm, Lender, Lenders, Payouts, Scene, Status, Statuses};
use crate::tick::trays::{Intent, Intents};
use crate::tick::view::View;
use ground::rng::{name_hash, turn, uniform};
use ground::units::{AccountId, Cash, Cause, InstrumentId, Lots, Side, Span, Time};
use mechanics::book::{OrderKind, TimeInForce};
use mechanics::ledger::{Ledger, Why};
use mechanics::liquidation::peak::peak;
use mechanics::margin::{CallOutcome, Marks, Position, positions, standing_if_cut};
use mechanics::treasury::derisk::{Cut, rank};
use mechanics::treasury::step::{Step, What};
use mechanics::treasury::{Pay, StagePlan};
use mechanics::waterfall::entries::Entries;
use std::sync::Arc;

pub struct Treasurer<'a> {
    pub scene: &'a Scene,
    pub clock: &'a Clock,
    pub view: &'a View,
    pub marks: &'a Marks,
    pub lenders: &'a Lenders,
    pub firm: &'a mut Firm,
    pub ledger: &'a mut Ledger,
    pub entries: &'a mut Entries,
    pub statuses: &'a mut Statuses,
    pub calls: &'a mut Calls,
    pub payouts: &'a Payouts,
    pub intents: &'a mut Intents,
    pub gather: &'a mut Gather,
    /// Orders left so far in this tick.
    pub orders: u32,
    /// Until when money has come in.
    pub now: Time,
}

impl Treasurer<'_> {
    pub(super) fn follow_playbook(&mut self, mut open: Vec<OpenCall>) {
        let is_open = |call| open.iter().any(|it| it.call == call);
        // What the market took is counted before blocks are handed over: both leave the account, and one of them was sold there.
        self.count_sales();
        self.firm.treasury.release(is_open);
        self.take_in();
        let plan = Arc::clone(&self.firm.treasury.plan);
        for stage in &plan.playbook {
            match stage {
                StagePlan::EarliestDeadline => open.sort_unstable(),
                StagePlan::SmallestFirst => open.sort_by_key(|it| (self.missing(it.call), *it)),
                StagePlan::LargestFirst => open.sort_by_key(|it| (-self.missing(it.call), *it)),
                StagePlan::Lenders(first) => {
                    let place = |account| {
                        let lender = self.ledger.accounts.lender(account);
                        first.iter().position(|it| *it == lender).unwrap_or(first.len())
                    };
                    open.sort_by_key(|it| (place(it.account), *it));
                }
                StagePlan::Draw { sources, late } => {
                    for call in &open {
                        sources.iter().for_each(|source| self.draw(call, *source, *late));
                    }
                }
                StagePlan::Deliver { assets } => {
                    self.deliver(&open, assets);
                    // What was met with collateral needs nothing more.
                    open.retain(|it| matches!(self.statuses.of(it.account), Status::Called(_)));
                }
                StagePlan::Derisk { clip } => open.iter().for_each(|call| self.derisk(call, *clip)),
                StagePlan::Talk { extension, probability } => {
                    open.iter_mut().for_each(|call| self.talk(call, *extension, *probability));
                }
            }
        }
        self.continue_sales();
        open.iter().for_each(|call| self.pay(call));
    }

    pub(super) fn lender(&self, account: AccountId) -> &Lender {
        let lender = self.ledger.accounts.lender(account);
        &self.lenders[lender]
    }

    pub(super) fn sight(&self) -> Sight<'_> {
        let Self { scene, clock, view, marks, lenders, payouts, .. } = *self;
        Sight { scene, clock, view, ledger: self.ledger, marks, lenders, statuses: self.statuses, payouts }
    }

    /// What is arranged for a call, there by `by`.
    pub(super) fn arranged(&self, call: u32, by: Time) -> Cash {
        self.sight().arranged(self.firm, call, by)
    }

    /// Until when what a source sells cannot be had, because the lender where it lies pays nothing out.
    pub(super) fn kept_until(&self, source: usize) -> Option<Time> {
        self.sight().held_up(&self.firm.treasury.plan.sources[source].kind)
    }

    /// What a call still demands.
    pub(super) fn missing(&self, call: u32) -> Cash {
        self.calls.0[call as usize].missing
    }

    pub(super) fn note(&mut self, what: What, source: Option<usize>, account: Option<AccountId>, rest: Rest) {
        let Rest { amount, cost, arrives } = rest;
        let (tick, firm) = (self.clock.tick(), self.firm.id);
        self.gather.treasury.push(Step { tick, firm, what, source, account, amount, cost, arrives });
    }

    /// Pays what is there for a call: all of it, or what there is of it, as the firm's way is.
    pub(super) fn pay(&mut self, open: &OpenCall) {
        let treasury = self.ledger.purses.treasury(self.firm.id);
        // An event may have taken money that was set aside.
        let there = self.firm.treasury.ready_for(open.call).min(self.ledger.purses.balance(treasury));
        let missing = self.missing(open.call);
        let whole = there >= missing;
        let amount = there.min(missing);
        if !amount.is_positive() || !(whole || self.firm.treasury.plan.pay == Pay::AsItArrives) {
            return;
        }
        self.ledger.transfer(treasury, self.ledger.purses.account(open.account), amount, Why::CallPaid);
        self.firm.treasury.spend(open.call, amount);
        let call = &mut self.calls.0[open.call as usize];
        call.pay(amount);
        if whole {
            call.outcome = CallOutcome::Met(self.now);
            self.statuses.set(open.account, Status::Healthy);
        }
        self.note(What::Payment, None, Some(open.account), Rest::of(amount));
    }

    /// Asks the lender for time, once, when what is arranged does not suffice.
    fn talk(&mut self, open: &mut OpenCall, extension: Span, probability: f64) {
        let covered = self.arranged(open.call, open.deadline);
        if covered >= self.missing(open.call) || self.firm.treasury.asked.contains(&open.call) {
            return;
        }
        self.firm.treasury.asked.push(open.call);
        let granted = uniform(&mut self.firm.luck) < probability;
        let what = if granted { What::TimeGranted } else { What::TimeRefused };
        if granted {
            let call = &mut self.calls.0[open.call as usize];
            call.deadline = call.deadline + extension;
            open.deadline = call.deadline;
        }
        let amount = self.missing(open.call);
        let rest = Rest { amount, cost: Cash::ZERO, arrives: Some(open.deadline) };
        self.note(what, None, Some(open.account), rest);
    }

    /// Leaves orders that cut the called account's positions, as far as what is arranged does not suffice: those first
    /// that free the most margin for their slippage.
    fn derisk(&mut self, open: &OpenCall, clip: f64) {
        let lender = self.lender(open.account);
        let level = lender.plan.restores;
        let mut need = self.missing(open.call) - self.arranged(open.call, open.deadline);
        if !need.is_positive() {
            return;
        }
        let all: Vec<Position> = positions(self.ledger, self.marks, open.account).collect();
        let terms = &lender.terms;
        let slack = |cut| standing_if_cut(self.ledger, self.marks, terms, open.account, &all, cut).slack(level);
        let mut cuts = Vec::with_capacity(all.len());
        let mut sizes = Vec::with_capacity(all.len());
        for (place, position) in all.iter().enumerate() {
            let about = &self.scene.plan.instruments[position.instrument.index()];
            let day = about.ordinary.daily_volume_units / about.lot_units;
            let most = position.lots.abs().min(clip_of(self.scene, position.instrument, clip)).get();
            // Of what hedges something else no more than leaves the account better off.
            let after =
                |lots: i64| slack((place, Lots::new(position.lots.get() - position.lots.get().signum() * lots)));
            let (lots, best) = peak(most, after(most), after);
            let lots = Lots::new(lots);
            sizes.push(lots);
            cuts.push(Cut {
                freed: best - after(0),
                value: self.marks.value(position.instrument, lots).abs(),
                volatility: about.ordinary.daily_volatility,
                share_of_day: lots.get() as f64 / day,
                turn: self.marks.facts(position.instrument).luck,
            });
        }
        for place in rank(&cuts) {
            if !need.is_positive() {
                break;
            }
            let (position, freed) = (&all[place], cuts[place].freed);
            let part = need.to_minor() as f64 / freed.to_minor() as f64;
            let lots = if part < 1.0 { (sizes[place].get() as f64 * part).ceil() as i64 } else { sizes[place].get() };
            let lots = Lots::new(lots).min(sizes[place]);
            need -= freed;
            self.order(open.account, position.instrument, Side::closing(position.lots), lots);
            let cost = Cash::minor(cuts[place].slippage() as i128);
            let amount = self.marks.value(position.instrument, lots).abs();
            self.note(What::Cut, None, Some(open.account), Rest { amount, cost, arrives: None });
        }
    }

    /// An order of the firm's own for the next tick, at market, that can only reduce what it holds.
    pub(super) fn order(&mut self, account: AccountId, instrument: InstrumentId, side: Side, lots: Lots) {
        if lots.is_positive() {
            let at_once = (OrderKind::Market, TimeInForce::ImmediateOrCancel);
            self.leave(account, instrument, (side, lots), at_once, true);
        }
    }

    /// An order of the firm's own for the next tick.
    pub(super) fn leave(
        &mut self,
        account: AccountId,
        instrument: InstrumentId,
        (side, lots): (Side, Lots),
        (kind, time_in_force): (OrderKind, TimeInForce),
        reduce_only: bool,
    ) {
        let name = name_hash(&self.scene.plan.traders[self.firm.id.index()].name);
        let next = self.clock.tick().after(1).index();
        let turn = turn(self.scene.options.seed, name, next, self.orders);
        self.orders += 1;
        self.intents.orders.push(Intent {
            account,
            instrument,
            market: self.scene.market_of(instrument),
            side,
            lots,
            kind,
            time_in_force,
            post_only: false,
            reduce_only,
            life: 0,
            cause: Cause::Voluntary,
            turn: (1, turn),
        });
    }
}

/// What a step moved, cost, and when it is done.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rest {
    pub amount: Cash,
    pub cost: Cash,
    pub arrives: Option<ground::units::Time>,
}

impl Rest {
    pub fn of(amount: Cash) -> Self {
        Self { amount, ..Self::default() }
    }
}
