//! Stage 5, after orders have been settled: coins and their sisters are burnt and minted for each other.
//!
//! The chain is no venue: there is no book, and whoever offers is served at the oracle's price, in the order of turns. What
//! an account offers it must own, beyond what its resting orders have to deliver; what it lacks by now is not offered. While
//! its lender pays nothing out no coin leaves for the chain.

use crate::tick::state::{State, Status};
use crate::tick::trays::Redemption;
use ground::units::{InstrumentId, Lots, Side, Tick};
use mechanics::ledger::Ledger;
use mechanics::margin::Marks;
use mechanics::mint_burn::{Exchanged, Offered, Peg, PegPlan};
use mechanics::waterfall::entries::Entries;

/// Chains that stood still go on.
pub fn go_on(state: &mut State) {
    let State { ref clock, ref mut pegs, ref mut view, .. } = *state;
    for (seen, peg) in view.pegs.iter_mut().zip(&mut pegs.0) {
        peg.go_on(clock.now());
        *seen = peg.view;
    }
}

pub fn mint_and_burn(state: &mut State) {
    let State {
        ref scene,
        ref clock,
        ref lenders,
        ref statuses,
        ref payouts,
        ref mut marks,
        ref mut ledger,
        ref mut entries,
        ref mut intents,
        ref mut pegs,
        ref mut view,
        ..
    } = *state;
    let started = clock.calendar().time_of(Tick::new(0));
    let seconds = clock.end().seconds() - started.seconds();
    for (peg, plan) in pegs.0.iter_mut().zip(&scene.plan.pegs) {
        peg.pass(clock.tick().index(), seconds, marks.price(plan.sister));
    }
    intents.redemptions.sort_unstable_by_key(|redemption| redemption.turn);
    for redemption in intents.redemptions.drain(..) {
        let lender = ledger.accounts.lender(redemption.account);
        let open = !lenders[lender].failed && !payouts.are_stopped(lender);
        if open && statuses.of(redemption.account) == Status::Healthy {
            let plan = &scene.plan.pegs[redemption.peg];
            let peg = &mut pegs.0[redemption.peg];
            if let Some(done) = redeem(peg, plan, (ledger, entries, marks), &redemption) {
                if redemption.offered == Offered::Coin {
                    let coin = &scene.plan.instruments[plan.coin.index()];
                    peg.view.burnt_at(done, coin.step_value.value(done.burnt, marks.price(plan.coin)));
                }
                let own = view.redeemed.entry((redemption.account, redemption.peg)).or_default();
                own.add(redemption.offered, done);
            }
        }
    }
    for (seen, peg) in view.pegs.iter_mut().zip(&pegs.0) {
        *seen = peg.view;
    }
}

/// What comes of one offer; nothing where it is not taken.
fn redeem(
    peg: &mut Peg,
    plan: &PegPlan,
    (ledger, entries, marks): (&mut Ledger, &mut Entries, &mut Marks),
    redemption: &Redemption,
) -> Option<Exchanged> {
    let Redemption { account, offered, lots, .. } = *redemption;
    let (gives, gets) = sides(plan, offered);
    let (from, to) = (ledger.accounts.slot_of(account, gives)?, ledger.accounts.slot_of(account, gets)?);
    let free = ledger.accounts.lots(from) - ledger.accounts.open_orders(from, Side::Sell);
    let room = Lots::LARGEST - ledger.accounts.lots(to);
    let done = peg.exchange(offered, lots.min(free), room)?;
    entries.note(from, ledger.accounts.lots(from), -done.burnt, marks.price(gives));
    entries.note(to, ledger.accounts.lots(to), done.minted, marks.price(gets));
    ledger.burn(gives, account, done.burnt);
    ledger.mint(gets, account, done.minted);
    marks.issued(gives, -done.burnt);
    marks.issued(gets, done.minted + done.kept);
    Some(done)
}

/// What is given up and what is got.
fn sides(plan: &PegPlan, offered: Offered) -> (InstrumentId, InstrumentId) {
    match offered {
        Offered::Coin => (plan.coin, plan.sister),
        Offered::Sister => (plan.sister, plan.coin),
    }
}
