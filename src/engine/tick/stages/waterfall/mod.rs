//! Stage 10: an account that is flat and below zero hands its shortfall down the layers; one that was
//! to be restored, and is, lives on; a lender whose capital is gone fails. When the run is over, what accounts lack at
//! the last marks goes the same way.
//!
//! Auto-deleveraging is a layer too, but it closes positions, so it runs before the forced orders of stage 9.

mod at_the_end;
mod deleverage;
mod fail;
mod hand_down;
mod reach;

pub use at_the_end::settle_what_is_lacking;
pub use deleverage::deleverage;
pub use fail::{fail_lenders, hand_back};

use super::liquidate::Breaches;
use super::payouts::Payouts;
use crate::gather::{FundRecord, Gather};
use crate::plan::{LayerPlan, Plan};
use crate::tick::clock::Clock;
use crate::tick::state::{Calls, Firm, Lender, Scene, Status, Statuses, TheLedger, TheMarks, TheWatch};
use crate::tick::trays::Defaulting;
use bevy_ecs::prelude::{Query, Res, ResMut, Resource};
use ground::units::{AccountId, BreachId, Cash, InstrumentId, LenderId, Lots, Price, TraderId};
use hand_down::Till;
use mechanics::ledger::{Ledger, Slot, Why};
use mechanics::liquidation::HowMuch;
use mechanics::margin::{Call, CallOutcome, CallReason, positions};
use mechanics::waterfall::drawdown::Drawdown;
use mechanics::waterfall::entries::Entries;
use mechanics::waterfall::{Payer, Taken};
use std::collections::BTreeMap;

/// What the waterfall remembers from tick to tick.
#[derive(Clone, Debug, Resource)]
pub struct Pots {
    /// Marks at the last close, by instrument.
    pub closes: Vec<Price>,
    /// Balances as last recorded, by fund.
    seen: Vec<Option<Cash>>,
    /// By breach: lots sold when last looked at, and for how many ticks nothing was.
    stuck: BTreeMap<u32, (Lots, u32)>,
    /// By lender.
    drawdowns: Vec<Drawdown>,
    /// By lender, where a drawdown is the rule: what the insurance fund may pay until the alarm goes on.
    rooms: Vec<Cash>,
}

impl Pots {
    pub fn new(plan: &Plan) -> Self {
        Self {
            closes: plan.instruments.iter().map(|instrument| instrument.start).collect(),
            seen: vec![None; plan.funds.len()],
            stuck: BTreeMap::new(),
            drawdowns: vec![Drawdown::default(); plan.lenders.len()],
            rooms: vec![Cash::ZERO; plan.lenders.len()],
        }
    }
}

/// What open positions cost, where any lender deleverages: at first what their owners say, or else the price at the start.
#[derive(Clone, Debug, Resource)]
pub struct TheEntries(pub Entries);

impl TheEntries {
    pub fn new(plan: &Plan, ledger: &Ledger) -> Self {
        let deleverages = |layer: &LayerPlan| matches!(layer, LayerPlan::AutoDeleveraging { .. });
        if !plan.lenders.iter().any(|lender| lender.waterfall.iter().any(deleverages)) {
            return Self(Entries::default());
        }
        let accounts = &ledger.accounts;
        let cost = |slot: Slot| {
            let start = plan.instruments[accounts.instrument(slot).index()].start;
            i128::from(accounts.lots(slot).get()) * i128::from(start.steps())
        };
        let mut costs: Vec<i128> = (0..accounts.slot_count()).map(Slot::from_index).map(cost).collect();
        // Who says at what price it opened a position has that as its entry, and not the price at the start of the run.
        let firms = plan.traders.iter().filter_map(|trader| trader.firm.as_ref());
        for &(account, instrument, price) in firms.flat_map(|firm| &firm.entries) {
            if let Some(slot) = accounts.slot_of(account, instrument) {
                costs[slot.index()] = i128::from(accounts.lots(slot).get()) * i128::from(price.steps());
            }
        }
        Self(Entries::new(costs))
    }
}

pub fn close_accounts(
    scene: Res<Scene>,
    clock: Res<Clock>,
    marks: Res<TheMarks>,
    mut firms: Query<&mut Firm>,
    mut lenders: Query<&mut Lender>,
    mut ledger: ResMut<TheLedger>,
    mut statuses: ResMut<Statuses>,
    mut watch: ResMut<TheWatch>,
    mut breaches: ResMut<Breaches>,
    mut calls: ResMut<Calls>,
    mut defaulting: ResMut<Defaulting>,
    pots: Res<Pots>,
    mut payouts: ResMut<Payouts>,
    mut gather: ResMut<Gather>,
) {
    let Breaches { all, active } = &mut *breaches;
    let ledger = &mut ledger.0;
    active.retain(|id| {
        let breach = &mut all[id.index()];
        if !breach.is_done() {
            return true;
        }
        let account = breach.account;
        let mut lender = lenders.get_mut(scene.lenders[breach.lender.index()]).expect("every lender is an entity");
        let flat = ledger.accounts.slots(account).all(|slot| ledger.accounts.lots(slot).is_zero());
        if !flat && lender.plan.policy.much == HowMuch::All {
            // An event handed it more while it was being unwound.
            for left in positions(ledger, &marks.0, account).filter(|position| !position.lots.is_zero()) {
                breach.take_on(left.instrument, scene.market_of(left.instrument), left.lots, left.mark);
            }
            return true;
        }
        if !flat {
            // Sold what was to be sold. If that was not enough, the next check calls again: it must look, for
            // the watch last saw the account below its level and waits for a rise.
            statuses.set(account, Status::Healthy);
            watch.watch.note_changed(account);
            return false;
        }
        let left = ledger.cash(account);
        lender.changed = true;
        let owner = ledger.accounts.trader(account).map(|trader| scene.traders[trader.index()].1);
        let firm = owner.and_then(|owner| firms.get(owner).ok()).map(|firm| firm.id);
        if left.is_negative() {
            let mut till = Till {
                scene: &scene,
                tick: clock.tick(),
                now: clock.end(),
                marks: &marks.0,
                statuses: &statuses,
                closes: &pots.closes,
                ledger,
                calls: &mut calls,
                defaulting: &mut defaulting,
                gather: &mut gather,
            };
            till.make_whole(account, Some(*id), &mut lender, &mut firms);
        } else if lender.plan.funds.feeds
            && let Some(fund) = lender.plan.funds.insurance
        {
            ledger.transfer(ledger.purses.account(account), ledger.purses.fund(fund), left, Why::Fed);
        } else if let Some(firm) = firm.filter(|_| !payouts.are_stopped(lender.id)) {
            ledger.transfer(ledger.purses.account(account), ledger.purses.treasury(firm), left, Why::Returned);
        }
        if let Some(firm) = firm {
            if payouts.are_stopped(lender.id) {
                payouts.wait(account);
            } else {
                release_contribution(ledger, &lender, firm);
            }
        }
        statuses.set(account, Status::Closed);
        false
    });
}

/// Who is no longer a member has its contribution back, as far as it is not used up.
pub fn release_contribution(ledger: &mut Ledger, lender: &Lender, member: TraderId) {
    if let Some(contribution) = lender.plan.funds.contribution(member) {
        let (fund, treasury) = (ledger.purses.fund(contribution.fund), ledger.purses.treasury(contribution.member));
        ledger.transfer(fund, treasury, ledger.purses.balance(fund), Why::Returned);
    }
}

/// A member was assessed: a call that it met, or could not.
fn assess(part: &Taken, lender: &mut Lender, breach: Option<BreachId>, till: &mut Till<'_>) {
    let Some(Payer::Treasury(member)) = part.payer else { return };
    let contributions = &lender.plan.funds.contributions;
    let Some(place) = contributions.iter().position(|contribution| contribution.member == member) else { return };
    lender.assessed[place] += part.asked;
    let accounts = &till.scene.plan.traders[member.index()].accounts;
    let here = |own: &AccountId| till.ledger.accounts.lender(*own) == lender.id;
    let Some(account) = accounts.iter().copied().find(here) else { return };
    till.calls.0.push(Call {
        account,
        raised: till.tick,
        amount: part.asked,
        deadline: till.now,
        reason: CallReason::Assessment,
        outcome: if part.failed() { CallOutcome::Unmet(till.now) } else { CallOutcome::Met(till.now) },
        paid: part.amount,
    });
    if let (true, Some(breach)) = (part.failed(), breach) {
        till.defaulting.0.extend(accounts.iter().copied().filter(here).map(|account| (account, breach)));
    }
}

/// Records what funds hold where that has changed, and at each close; and remembers the closing marks.
pub fn gather_funds(
    scene: Res<Scene>,
    clock: Res<Clock>,
    marks: Res<TheMarks>,
    ledger: Res<TheLedger>,
    mut pots: ResMut<Pots>,
    mut gather: ResMut<Gather>,
) {
    let closing = clock.is_last_of_session();
    for (lender, plan) in scene.plan.lenders.iter().enumerate() {
        for fund in plan.funds.ids() {
            let balance = ledger.0.purses.balance(ledger.0.purses.fund(fund));
            let seen = &mut pots.seen[fund.index()];
            if closing || *seen != Some(balance) {
                *seen = Some(balance);
                let lender = LenderId::from_index(lender);
                gather.fund(FundRecord { tick: clock.tick(), lender, fund, balance });
            }
        }
    }
    if closing {
        for (index, close) in pots.closes.iter_mut().enumerate() {
            *close = marks.0.price(InstrumentId::from_index(index));
        }
    }
}
