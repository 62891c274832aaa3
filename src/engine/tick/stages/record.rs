//! Stage 11: rows are gathered and the books audited.

use super::treasury::{Sight, deliverable, firm_value, paper_profit};
use crate::gather::{AccountRecord, FirmRecord, Gather, LenderRecord, PegRecord, PoolRecord, PriceRecord};
use crate::tick::clock::Clock;
use crate::tick::state::{Breaches, Firms, Holders, Lender, Lying, MarketBook, Scene, State, Status};
use ground::units::{AccountId, Cash, InstrumentId, Lots, Side};
use mechanics::ledger::Ledger;
use mechanics::margin::{CallLevel, MarginPlan, Terms, equity, positions, standing};

/// Depth is counted within this share of the mark.
const DEPTH_BAND: f64 = 0.01;
/// The terms of who has no lender.
const NOTHING_ASKED: Terms = Terms::plain(MarginPlan::Unmargined, CallLevel::Maintenance);

pub fn gather_markets(state: &mut State) {
    let State {
        ref clock,
        ref view,
        ref marks,
        ref flow,
        ref halts,
        markets: ref books,
        ref holders,
        ref ledger,
        ref mut house,
        ref mut gather,
        ..
    } = *state;
    gather.close(clock.is_last_of_session());
    for (index, market) in books.iter().enumerate() {
        let seen = &view.markets[index];
        let traded = flow.by_market[index];
        let depth = |side: Side| {
            if gather.keeps_prices(clock.tick()) { market.depth(side, seen.mark, DEPTH_BAND) } else { Lots::ZERO }
        };
        let record = PriceRecord {
            tick: clock.tick(),
            market: market.id,
            bid: seen.bid,
            ask: seen.ask,
            // The instrument's, on whichever venue.
            mark: marks.price(market.instrument),
            bid_depth: depth(Side::Buy),
            ask_depth: depth(Side::Sell),
            volume: traded.volume,
            forced_volume: traded.forced_volume,
            block_volume: house.sold.remove(&market.id).unwrap_or_default(),
            open_interest: gather
                .keeps_prices(clock.tick())
                .then(|| open_interest(holders, ledger, market.instrument))
                .flatten(),
            halted: seen.halted || halts.is_paused(market.id),
        };
        gather.price(clock.session(), record);
    }
    gather.pushes(clock.tick(), &flow.pushes);
}

/// What is long of a contract, which is what is short of it. `None` of what has an issuer.
fn open_interest(holders: &Holders, ledger: &Ledger, instrument: InstrumentId) -> Option<Lots> {
    let long = ledger.accounts.held_by_all(instrument).long;
    (!holders.of(instrument).is_empty()).then(|| Lots::new(i64::try_from(long).unwrap_or(i64::MAX)))
}

pub fn gather_pegs(state: &mut State) {
    let State { ref scene, ref clock, ref marks, ref pegs, ref mut gather, .. } = *state;
    let tick = clock.tick();
    let records = pegs.0.iter().zip(&scene.plan.pegs).enumerate().map(|(peg, (own, plan))| PegRecord {
        tick,
        peg,
        view: own.view,
        coin: marks.price(plan.coin),
        sister: marks.price(plan.sister),
        more: [plan.coin, plan.sister].map(|id| marks.issued_since(id)),
    });
    gather.pegs(tick, records);
    let Gather { gauges, last_pegs, .. } = gather;
    gauges.pegs(&scene.plan, tick, last_pegs);
}

pub fn gather_pools(state: &mut State) {
    let State { ref clock, ref markets, ref mut gather, .. } = *state;
    let tick = clock.tick();
    let record = |market: &MarketBook| {
        let Lying { pool, shares, .. } = market.lying()?;
        let (market, price) = (market.id, pool.price());
        Some(PoolRecord { tick, market, price, lots: pool.lots, money: pool.money, shares: shares.all() })
    };
    gather.pools(tick, markets.iter().filter_map(record));
}

/// What the world wants to know that somebody held.
pub fn gather_holdings(state: &mut State) {
    let State { ref clock, ref ledger, ref mut gather, .. } = *state;
    gather.gauges.holdings(clock.tick(), ledger);
}

pub fn gather_accounts(state: &mut State, firms: &Firms<'_, '_>) {
    let State {
        ref scene,
        ref clock,
        ref lenders,
        ref marks,
        ref ledger,
        ref entries,
        ref statuses,
        ref calls,
        ref payouts,
        ref view,
        ref mut gather,
        ..
    } = *state;
    let sight = Sight { scene, clock, view, ledger, marks, lenders, statuses, payouts };
    let tick = clock.tick();
    for &account in &scene.watched {
        let id = ledger.accounts.lender(account);
        let lender = &lenders[id];
        // The rest of the market has no lender, wherever its money is kept: nothing is asked of it.
        let (stands, word) = match scene.plan.is_rest(account) {
            true => (standing(ledger, marks, &NOTHING_ASKED, account), Status::Healthy.word()),
            false => (standing(ledger, marks, &lender.terms, account), lender.word(statuses.of(account))),
        };
        let gross = positions(ledger, marks, account).map(|position| position.value.abs()).sum();
        gather.account(AccountRecord { tick, account, stands, cash: ledger.cash(account), gross, status: word });
    }
    for &entity in &scene.firms {
        let firm = firms.get(entity).expect("every firm is an entity");
        let gross = firm.accounts.iter().flat_map(|a| positions(ledger, marks, *a)).map(|p| p.value.abs()).sum();
        let calls_due = firm
            .accounts
            .iter()
            .filter_map(|account| match statuses.of(*account) {
                Status::Called(call) => Some(calls.0[call as usize].missing),
                _ => None,
            })
            .sum();
        let next = |account: &AccountId| match statuses.of(*account) {
            Status::Called(call) => Some(calls.0[call as usize].deadline),
            _ => None,
        };
        let grace = |account: &AccountId| clock.deadline(lenders[ledger.accounts.lender(*account)].plan.grace);
        // A call that came now would be due after its lender's grace.
        let calls = |account: &&AccountId| {
            let lender = &lenders[ledger.accounts.lender(**account)];
            lender.terms.margin.lends() && !lender.failed && statuses.of(**account) != Status::Closed
        };
        let could = || firm.accounts.iter().filter(calls).map(grace).min();
        let due = firm.accounts.iter().filter_map(next).min().or_else(could);
        gather.firm(FirmRecord {
            tick,
            firm: firm.id,
            value: firm_value(firm, ledger, marks, clock.end()),
            deliverable: deliverable(firm, &sight, due),
            calls_due,
            gross,
            paper: paper_profit(firm, ledger, marks, entries),
            closing: clock.is_last_of_session(),
        });
    }
}

/// Clients of a lender that are looked at in a tick, on average, for its rows while it sells.
const CLIENTS_A_TICK: usize = 1_000;

/// Whether a lender has a row in this tick: something happened to it, all of them have, or it is selling clients out. One
/// with very many clients has a row every few ticks while it sells.
pub fn reports(clock: &Clock, scene: &Scene, breaches: &Breaches, lender: &Lender) -> bool {
    let tick = clock.tick().index();
    if lender.changed || clock.is_last_of_session() || tick == 0 {
        return true;
    }
    let apart = 1 + scene.clients[lender.id.index()].len() / CLIENTS_A_TICK;
    let sells = || breaches.active.iter().any(|id| breaches.all[id.index()].lender == lender.id);
    (tick as usize).is_multiple_of(apart) && (lender.selling || sells())
}

pub fn gather_lenders(state: &mut State) {
    let State { ref scene, ref clock, ref marks, ref ledger, ref breaches, ref mut lenders, ref mut gather, .. } =
        *state;
    let tick = clock.tick();
    for lender in lenders.iter_mut() {
        if !reports(clock, scene, breaches, lender) {
            continue;
        }
        lender.changed = false;
        let id = lender.id;
        // Lots have one price, so what clients hold together is worth what they hold one by one.
        let exposure = ledger.accounts.held_by_clients(id).map(|(instrument, held)| {
            let price = i128::from(marks.price(instrument).steps());
            marks.step_value(instrument).of_steps(held.gross() * price).abs()
        });
        let unsold: Cash = breaches
            .active
            .iter()
            .map(|id| &breaches.all[id.index()])
            .filter(|breach| breach.lender == id)
            .flat_map(|breach| &breach.targets)
            .map(|target| marks.value(target.instrument, target.remaining).abs())
            .sum();
        lender.selling = unsold != Cash::ZERO;
        gather.lender(LenderRecord {
            tick,
            lender: id,
            capital: equity(ledger, marks, lender.plan.house) + lender.stake(ledger),
            exposure: exposure.sum(),
            unsold,
            loss: lender.borne(),
            funds: lender.plan.funds.ids().map(|fund| ledger.purses.balance(ledger.purses.fund(fund))).sum(),
            failed: lender.failed,
        });
    }
}

/// The books balance, or the run ends here: a fault of the program, never of the world.
pub fn audit(state: &mut State) {
    let State { ref scene, ref mut ledger, ref mut auditor, .. } = *state;
    auditor.check_tick(ledger);
    if scene.options.audit_every_tick {
        let residuals = auditor.check_all(ledger);
        assert!(residuals.fault.is_none(), "the books do not balance: {residuals:?}");
    }
    ledger.journal.clear();
}
