//! Auto-deleveraging, before the forced orders of the tick are placed: what is left of a bankrupt account is
//! closed against its winners when its lender's rule says so.
//!
//! Where the rule is a drawdown of the insurance fund it is judged on what the fund would have lost: the fund pays down
//! to the drawdown, and what an account lacks beyond that is taken from the winners (Bybit: a fund of a million and 30 %
//! pay 300,000 of a loss of 350,000, and 50,000 are the winners').

use super::reach::Reach;
use crate::plan::LayerPlan;
use crate::plan::LenderPlan;
use crate::tick::clock::Clock;
use crate::tick::state::{Breaches, Holders, Lender, Lenders, Pots, Scene, State, Status, Statuses};
use ground::units::{AccountId, Cash, InstrumentId, LenderId, Lots, Price, Side};
use mechanics::ledger::Ledger;
use mechanics::liquidation::Breach;
use mechanics::margin::{Marks, Position, equity, positions};
use mechanics::waterfall::auto_deleveraging::{Close, Opposite, Queue, Ranking, Trigger, bankruptcy_price};
use mechanics::waterfall::entries::Entries;
use mechanics::waterfall::funds::drawdown_of;
use std::collections::BTreeMap;

pub fn deleverage(state: &mut State) {
    let State {
        ref scene,
        ref clock,
        ref lenders,
        ref marks,
        ref statuses,
        ref holders,
        ref mut entries,
        ref mut ledger,
        ref mut breaches,
        ref mut pots,
        ref mut gather,
        ..
    } = *state;
    if !scene.options.liquidation || !scene.plan.lenders.iter().any(LenderPlan::deleverages) {
        return;
    }
    note_drawdowns(clock, lenders, ledger, pots);
    let mut queues = BTreeMap::new();
    // By lender, what is left of what stands before the winners for accounts that are still being sold.
    let mut promised: BTreeMap<LenderId, Cash> = BTreeMap::new();
    let Breaches { all, active, .. } = breaches;
    for id in active.iter() {
        let breach = &mut all[id.index()];
        let lender = &lenders[breach.lender];
        let Some(layer) = layer_of(lender).filter(|_| !lender.is_frozen() && clock.end() >= breach.start) else {
            continue;
        };
        let LayerPlan::AutoDeleveraging { rank, .. } = layer else { continue };
        let lacking = -equity(ledger, marks, breach.account);
        let reach = Reach { scene, ledger, marks, statuses, last_close: &pots.last_close };
        if !lacking.is_positive() {
            continue;
        }
        let room = pots.rooms[lender.id.index()].min(lacking);
        let promised = promised.entry(lender.id).or_default();
        let due = is_due(&reach, lender, layer, breach, lacking, &mut pots.stuck, (room, *promised));
        // The fund's part is left owing, and paid when the account is closed: nobody else can count on it.
        pots.rooms[lender.id.index()] -= room;
        if !due {
            *promised += lacking;
            continue;
        }
        let lacking = lacking - room;
        let held: Vec<Position> =
            positions(ledger, marks, breach.account).filter(|position| !position.lots.is_zero()).collect();
        let gross: Cash = held.iter().map(|position| position.value.abs()).sum();
        for position in held {
            let Some(price) = bankruptcy_price(position.lots, position.mark, lacking, gross) else { continue };
            let key = (lender.id, position.instrument, position.lots.is_negative());
            let queue = queues
                .entry(key)
                .or_insert_with(|| opposed((scene, holders), ledger, marks, statuses, entries, key, rank));
            let forgone = |lots: Lots| {
                let value = |price| marks.step_value(position.instrument).value(lots, price);
                (value(price) - value(position.mark)).abs()
            };
            for Close { account: winner, lots, rank } in queue.take(position.lots) {
                close(scene, ledger, entries, lender, breach, winner, (&position, lots, price), marks);
                let of = (breach.account, breach.id);
                gather.deleveraged(clock.tick(), of, (layer, winner, rank), forgone(lots));
                if forgone(lots).is_positive() {
                    gather.bankrupt.insert(breach.account);
                }
            }
        }
    }
}

fn layer_of(lender: &Lender) -> Option<LayerPlan> {
    let mut layers = lender.plan.waterfall.iter().copied();
    layers.find(|layer| matches!(layer, LayerPlan::AutoDeleveraging { .. }))
}

/// Whether this account's winners are to close it now.
fn is_due(
    reach: &Reach<'_>,
    lender: &Lender,
    layer: LayerPlan,
    breach: &Breach,
    lacking: Cash,
    stuck: &mut BTreeMap<u32, (Lots, u32)>,
    (room, promised): (Cash, Cash),
) -> bool {
    let place = lender.plan.waterfall.iter().position(|other| *other == layer).unwrap_or(0);
    let before = &lender.plan.waterfall[..place];
    let cover = |own: bool| {
        reach.cover(lender, &[breach.account], |other| before.contains(&other) && (!own || other.is_the_accounts_own()))
    };
    let own = cover(true);
    let shared = cover(false) - own;
    let spent = own + (shared - promised).at_least_zero() < lacking;
    let LayerPlan::AutoDeleveraging { when, .. } = layer else { return false };
    let by_rule = match when {
        Trigger::FundSpent => false,
        Trigger::Stuck { ticks } => {
            let filled = breach.targets.iter().map(|target| target.filled).sum();
            let (known, quiet) = stuck.entry(breach.id.get()).or_insert((filled, 0));
            *quiet = if *known == filled { *quiet + 1 } else { 0 };
            *known = filled;
            *quiet > ticks
        }
        Trigger::Drawdown { .. } => lacking > room,
    };
    spent || by_rule
}

/// Where a drawdown of the insurance fund is the rule, what the fund may still pay.
fn note_drawdowns(clock: &Clock, lenders: &Lenders, ledger: &Ledger, pots: &mut Pots) {
    for (index, lender) in lenders.iter().enumerate() {
        let Some((from, until, over)) = drawdown_of(&lender.plan.waterfall) else { continue };
        let Some(fund) = lender.plan.funds.insurance else { continue };
        let balance = ledger.purses.balance(ledger.purses.fund(fund));
        pots.drawdowns[index].note(clock.end(), balance, over, from, until);
        let pays_before = lender.plan.waterfall.iter().find(|layer| is_fund_or_deleveraging(layer));
        pots.rooms[index] = match pays_before {
            Some(LayerPlan::InsuranceFund) => pots.drawdowns[index].room(balance, from),
            _ => Cash::ZERO,
        };
    }
}

fn is_fund_or_deleveraging(layer: &LayerPlan) -> bool {
    matches!(layer, LayerPlan::InsuranceFund | LayerPlan::AutoDeleveraging { .. })
}

/// The lender's clients that hold the opposite and are not in default themselves, by rank.
fn opposed(
    (scene, holders): (&Scene, &Holders),
    ledger: &Ledger,
    marks: &Marks,
    statuses: &Statuses,
    entries: &Entries,
    (lender, instrument, short): (LenderId, InstrumentId, bool),
    ranking: Ranking,
) -> Queue {
    let opposite = |account: AccountId| {
        if ledger.accounts.lender(account) != lender {
            return None;
        }
        let slot = ledger.accounts.slot_of(account, instrument)?;
        let lots = ledger.accounts.lots(slot);
        let stands = matches!(statuses.of(account), Status::Healthy | Status::Called(_));
        (stands && !lots.is_zero() && lots.is_negative() != short).then(|| Opposite {
            account,
            // Where ranks tie the name decides, and not who is declared first.
            turn: scene.alphabet[account.index()],
            lots,
            value: marks.value(instrument, lots),
            entry: marks.step_value(instrument).of_steps(entries.cost(slot)),
            equity: equity(ledger, marks, account),
        })
    };
    // Of what has an issuer no list of holders is kept.
    match holders.of(instrument) {
        [] => Queue::new(scene.clients[lender.index()].iter().filter_map(opposite), ranking),
        holders => {
            let clients = holders.iter().copied().filter(|account| ledger.accounts.trader(*account).is_some());
            Queue::new(clients.filter_map(opposite), ranking)
        }
    }
}

/// The bankrupt account and a winner close so many lots against each other.
fn close(
    scene: &Scene,
    ledger: &mut Ledger,
    entries: &mut Entries,
    lender: &Lender,
    breach: &mut Breach,
    winner: AccountId,
    (position, lots, price): (&Position, Lots, Price),
    marks: &Marks,
) {
    let (instrument, step_value) = (position.instrument, marks.step_value(position.instrument));
    let side = Side::closing(position.lots);
    for (account, change) in [(breach.account, side.signed(lots)), (winner, -side.signed(lots))] {
        let slot = ledger.accounts.slot_of(account, instrument).expect("who holds it has a slot for it");
        entries.note(slot, ledger.accounts.lots(slot), change, price);
        if ledger.accounts.kind(slot).is_swap() {
            ledger.change_swap(instrument, step_value, account, lender.plan.house, change, price);
        }
    }
    if !scene.is_swap(instrument) {
        let (buyer, seller) = match side {
            Side::Sell => (winner, breach.account),
            Side::Buy => (breach.account, winner),
        };
        ledger.exchange(instrument, step_value, buyer, seller, lots, price);
    }
    if let Some(target) = breach.target_mut(instrument) {
        target.taken_over(lots);
    }
}
