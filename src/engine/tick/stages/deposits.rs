//! Stage 5, at its end: deposits are paid out in turn, and interest on them is paid.

use crate::gather::DepositRecord;
use crate::tick::state::{Holder, State, Taken};
use ground::units::{AccountId, Cash, LenderId, Lots, Span, Tick, Time};
use mechanics::contracts::interest::{Rest, Yearly};
use mechanics::deposits::{DepositsPlan, DepositsView};
use mechanics::ledger::{Ledger, Why};

/// Rows of one class of depositors in a run, about.
const MOST_ROWS: u32 = 400;
/// In a year of interest.
const DAYS: u32 = 365;

pub fn pay_out(state: &mut State) {
    let State {
        ref scene,
        ref clock,
        ref lenders,
        ref payouts,
        ref mut ledger,
        ref mut intents,
        ref mut deposits,
        ref mut view,
        ..
    } = *state;
    let start = clock.calendar().time_of(Tick::new(0)).seconds();
    // Nights and weekends are days too.
    let (from, until) = (clock.now().seconds() - start, clock.next_begins().seconds() - start);
    intents.asked.sort_unstable_by_key(|asked| asked.turn);
    for asked in intents.asked.drain(..) {
        if let Some(taken) = &mut deposits.0[ledger.accounts.lender(asked.account).index()] {
            taken.queue.ask(asked.account, asked.lots);
        }
    }
    for (index, (taken, plan)) in deposits.0.iter_mut().zip(&scene.plan.lenders).enumerate() {
        let (Some(taken), Some(terms)) = (taken, &plan.deposits) else { continue };
        let id = LenderId::from_index(index);
        if lenders[id].failed {
            continue;
        }
        if !payouts.are_stopped(id) {
            taken.queue.pay_out(terms.pays_a_day, (from, until));
        }
        let period = terms.settles.as_seconds();
        let ended = Time::from_seconds(clock.next_begins().seconds().div_euclid(period) * period);
        if ended > taken.since {
            let span = ended - std::mem::replace(&mut taken.since, ended);
            pay_interest(taken, terms, span, ledger, plan.house);
        }
        let rate = if taken.promised { terms.rate } else { terms.earns };
        view.deposits[index] = Some(DepositsView { rate: rate.to_f64(), wait: taken.queue.wait(terms.pays_a_day) });
        for (account, lots) in &taken.queue.paid_out {
            view.paid_out.insert(*account, *lots);
        }
    }
}

/// For the periods that end before the next tick, the first from when the run began, on what lies there now: who has sold forgoes
/// it.
fn pay_interest(taken: &mut Taken, terms: &DepositsPlan, span: Span, ledger: &mut Ledger, house: AccountId) {
    let Taken { holders, queue, rests, rest_of_all, promised: keeps_promise, .. } = taken;
    // What was paid out lies there no more, though its holder has not sold it yet.
    let lies = |ledger: &Ledger, holder: &Holder| {
        let slot = ledger.accounts.slot_of(holder.account, terms.instrument).expect("a holder has a slot");
        let paid_out = queue.paid_out.get(&holder.account).copied().unwrap_or_default();
        terms.worth(ledger.accounts.lots(slot).min(holder.lots - paid_out).max(Lots::ZERO))
    };
    let all: Cash = holders.iter().map(|holder| lies(ledger, holder)).sum();
    let yearly = |rate| Yearly::ZERO.plus(rate, all);
    let earned = yearly(terms.earns).over(span, DAYS, rest_of_all);
    let promised = yearly(terms.rate).over(span, DAYS, &mut Rest::default());
    // The last of the capital is not touched: a lender that has none fails.
    *keeps_promise &= ledger.cash(house) > promised - earned;
    let rate = if *keeps_promise { terms.rate } else { terms.earns };
    let (house, outside) = (ledger.purses.account(house), ledger.purses.outside());
    ledger.transfer(outside, house, earned, Why::Interest);
    for holder in holders.iter() {
        let rest = rests.entry(holder.account).or_default();
        let due = Yearly::ZERO.plus(rate, lies(ledger, holder)).over(span, DAYS, rest);
        let own = ledger.purses.account(holder.account);
        ledger.transfer(house, own, due, Why::Interest);
    }
}

/// How those with deposits fare, by their size, every few ticks.
pub fn gather(state: &mut State) {
    let State { ref scene, ref clock, ref marks, ref ledger, ref deposits, ref view, ref mut gather, .. } = *state;
    let (tick, ticks) = (clock.tick(), scene.plan.clock.ticks);
    let apart = ticks.div_ceil(MOST_ROWS).max(1);
    if !gather.keeps_accounts() || (!tick.index().is_multiple_of(apart) && tick.index() + 1 != ticks) {
        return;
    }
    for (index, (taken, plan)) in deposits.0.iter().zip(&scene.plan.lenders).enumerate() {
        let (Some(taken), Some(terms)) = (taken, &plan.deposits) else { continue };
        for (class, holders) in taken.classes().into_iter().enumerate().filter(|(_, holders)| !holders.is_empty()) {
            let mut record = DepositRecord {
                tick,
                lender: LenderId::from_index(index),
                class,
                holders: holders.len() as u32,
                begun: Lots::ZERO,
                kept: Lots::ZERO,
                paid_out: Lots::ZERO,
                worth: Cash::ZERO,
                seen: view.deposits[index].unwrap_or_default(),
            };
            for holder in holders {
                let slot = ledger.accounts.slot_of(holder.account, terms.instrument).expect("a holder has a slot");
                let kept = ledger.accounts.lots(slot);
                record.begun += holder.lots;
                record.kept += kept;
                record.paid_out += taken.queue.paid_out.get(&holder.account).copied().unwrap_or_default();
                record.worth += ledger.cash(holder.account) - holder.cash + marks.value(terms.instrument, kept);
            }
            gather.deposits.push(record);
        }
    }
}
