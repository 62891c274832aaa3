//! Stage 6, last: what runs with time is paid: funding between the holders of a perpetual, interest and borrow fees
//! between clients and their lenders.
//!
//! Funding is worked out from the premium of each tick and paid at the end of each interval, for all holders at once.
//! Interest and fees of a period rest on what stood at its beginning, see `contracts/interest.rs`: only accounts that
//! stood to pay or to be paid then are visited, and all of a charging lender's clients once a period to see who is next.
//! An account that is closed within a period pays for the part of it that had run before what is left is handed back.
//! Between two settlements what has accrued is not in equity; at each it is, because it is paid.

use crate::plan::{InterestPlan, LenderPlan};
use crate::runs::AccountRuns;
use crate::tick::state::{Lender, Running, State, Status, Statuses, owed};
use ground::units::{AccountId, Cash, InstrumentId, Lots, Side, Span, Time};
use mechanics::contracts::funding::{self, Impact};
use mechanics::contracts::interest::{Rest, Yearly};
use mechanics::ledger::{Ledger, Why};
use mechanics::margin::Marks;
use std::collections::BTreeMap;

/// Payments that stand in the journal together.
const TOGETHER: usize = 1 << 16;

/// How often a multiple of `interval`, counted from midnight, lies after one moment and not after the other.
fn crossings(from: Time, to: Time, interval: Span) -> i64 {
    let interval = interval.as_seconds();
    to.seconds().div_euclid(interval) - from.seconds().div_euclid(interval)
}

/// Takes the premium of the tick, and pays at the end of an interval. Intervals that end in a time without ticks are paid by
/// who holds when it begins, at the last marks, and the rate that was found before it holds for each.
pub fn pay_funding(state: &mut State) {
    let State {
        ref scene,
        ref clock,
        ref marks,
        ref holders,
        ref statuses,
        markets: ref books,
        ref mut premiums,
        ref mut ledger,
        ref mut auditor,
        ref mut gather,
        ..
    } = *state;
    let before = ledger.journal.entries().len();
    let until = clock.next_begins();
    let from = std::mem::replace(&mut premiums.until, until);
    for (at, plan) in scene.plan.instruments.iter().enumerate() {
        let Some((primary, index, terms)) = plan.kind.funding() else { continue };
        let instrument = InstrumentId::from_index(at);
        if !clock.is_auction() {
            let market = &books[primary];
            let impact = |side| {
                let value = |price, lots| plan.step_value.value(lots, price).abs();
                match market.formed() {
                    // Without a book the rest of the market stands on both sides at the one price there is.
                    Some(price) => Impact::of(std::iter::once((price, Lots::LARGEST)), terms.impact, value),
                    None => {
                        let levels = market.book().into_iter().flat_map(|book| book.levels(side));
                        Impact::of(levels.map(|level| (level.price, level.quantity)), terms.impact, value)
                    }
                }
            };
            let price = plan.nearest_price(scene.plan.instruments[index.index()].price_of(marks.price(index)));
            let (sum, samples) = &mut premiums.of[at];
            *sum += funding::premium(impact(Side::Buy), impact(Side::Sell), price);
            *samples += 1;
        }
        let crossings = crossings(from, until, terms.interval);
        if crossings == 0 {
            continue;
        }
        let (sum, samples) = std::mem::take(&mut premiums.of[at]);
        let rate = funding::rate(&terms, sum, samples);
        premiums.last[at] = rate;
        for _ in 0..crossings {
            let accounts = holders.of(instrument);
            let rests = &mut premiums.rests[at];
            rests.resize(accounts.len(), funding::Rest::default());
            let mut shares = funding::Shares::new(rate, rests);
            for (account, rest) in accounts.iter().zip(rests) {
                // Nobody but the auditor asks who paid funding, and a million holders would fill the journal.
                if ledger.journal.entries().len() >= before + TOGETHER {
                    auditor.check_so_far(ledger);
                    ledger.journal.fold(before);
                }
                let share = shares.next(value(ledger, marks, *account, instrument), rest);
                // An account that is closed owes nothing more: its lender has the fraction of a unit that is left of it.
                let payer = match statuses.of(*account) {
                    Status::Closed => scene.plan.lenders[ledger.accounts.lender(*account).index()].house,
                    _ => *account,
                };
                let (payer, clearing) = (ledger.purses.account(payer), ledger.purses.clearing(instrument));
                ledger.transfer(payer, clearing, share, Why::Funding);
            }
            gather.funding(clock.tick(), instrument, rate);
        }
    }
}

fn value(ledger: &Ledger, marks: &Marks, account: AccountId, instrument: InstrumentId) -> Cash {
    let slot = ledger.accounts.slot_of(account, instrument).expect("holders have a slot");
    marks.value(instrument, ledger.accounts.lots(slot))
}

/// What has run up since the last payment, as an account is closed.
pub fn pay_what_has_run(plan: &LenderPlan, running: &mut Running, account: AccountId, now: Time, ledger: &mut Ledger) {
    let (Some(terms), Some(yearly)) = (&plan.interest, running.yearly.remove(&account)) else { return };
    charge(plan, terms, account, yearly, now - running.since, &mut running.rests, ledger);
}

fn charge(
    plan: &LenderPlan,
    terms: &InterestPlan,
    account: AccountId,
    (interest, fees): (Yearly, Yearly),
    span: Span,
    rests: &mut BTreeMap<AccountId, (Rest, Rest)>,
    ledger: &mut Ledger,
) {
    let (own, house) = (ledger.purses.account(account), ledger.purses.account(plan.house));
    let (of_interest, of_fees) = rests.entry(account).or_default();
    ledger.transfer(own, house, interest.over(span, terms.day_count, of_interest), Why::Interest);
    ledger.transfer(own, house, fees.over(span, terms.day_count, of_fees), Why::BorrowFee);
}

pub fn pay_interest(state: &mut State) {
    let State { ref scene, ref clock, ref lenders, ref marks, ref statuses, ref mut accruing, ref mut ledger, .. } =
        *state;
    let now = clock.end();
    for (lender, running) in lenders.iter().zip(&mut accruing.lenders) {
        let Some(terms) = &lender.plan.interest else { continue };
        let due = match terms.settles {
            None => clock.is_last_of_session(),
            Some(period) => crossings(running.since, now, period) > 0,
        };
        if !due {
            continue;
        }
        pay_all(lender, running, now, statuses, ledger);
        running.yearly = owed((terms, lender.failed), &scene.clients[lender.id.index()], ledger, marks);
    }
}

/// A lender fails: what has run up to then is paid, and is among the claims on it. From now on it is owed interest and owes none.
/// Source: that interest on claims ends with the filing is 11 U.S.C. § 502(b)(2).
pub fn end_credit(
    lender: &Lender,
    clients: &AccountRuns,
    running: &mut Running,
    now: Time,
    (statuses, ledger, marks): (&Statuses, &mut Ledger, &Marks),
) {
    if let Some(terms) = &lender.plan.interest {
        pay_all(lender, running, now, statuses, ledger);
        running.yearly = owed((terms, true), clients, ledger, marks);
    }
}

/// Pays what has run up since the last payment, and begins anew.
fn pay_all(lender: &Lender, running: &mut Running, now: Time, statuses: &Statuses, ledger: &mut Ledger) {
    let Some(terms) = &lender.plan.interest else { return };
    let span = now - std::mem::replace(&mut running.since, now);
    let closed = |account: &AccountId| statuses.of(*account) == Status::Closed;
    for (account, yearly) in running.yearly.iter().filter(|(account, _)| !closed(account)) {
        charge(&lender.plan, terms, *account, *yearly, span, &mut running.rests, ledger);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_ends_where_its_multiple_is_reached_and_not_before() {
        let eight = Span::seconds(8 * 3_600);
        let at = |hours: i64| Time::from_seconds(hours * 3_600);
        assert_eq!(crossings(at(7), at(8), eight), 1);
        assert_eq!(crossings(at(8), at(15), eight), 0);
        assert_eq!(crossings(at(16), at(33), eight), 2, "over a night without ticks");
    }
}
