//! Stage 9: calls unmet past their deadline become breaches; each breached account's lender queues
//! forced orders for the next tick.

use super::auctions::AuctionHouse;
use super::standstill::{Pacts, Permission};
use super::throttle::Throttle;
use super::treasury::firm_value;
use crate::plan::PolicyPlan;
use crate::tick::clock::Clock;
use crate::tick::open_orders::OpenOrders;
use crate::tick::state::{Calls, Firm, Lender, MarketBook, Scene, Status, Statuses, TheLedger, TheMarks};
use crate::tick::trays::{Defaulting, Forced, Happenings, Intent};
use crate::tick::view::View;
use bevy_ecs::prelude::{Local, Query, Res, ResMut, Resource};
use ground::rng;
use ground::units::{
    AccountId, BreachId, Cause, Deadline, InstrumentId, LenderId, Lots, MarketId, Price, Side, Span, Tick, Time,
};
use mechanics::book::TimeInForce;
use mechanics::ledger::Ledger;
use mechanics::liquidation::{
    Breach, BreachCause, Candidate, How, HowMuch, Pace, Quotes, Route, Sizing, Target, candidates,
};
use mechanics::margin::{CallOutcome, Marks, positions};
use std::collections::BTreeMap;

/// All breaches of the run, by id, and those that are not done.
#[derive(Clone, Debug, Default, Resource)]
pub struct Breaches {
    pub all: Vec<Breach>,
    pub active: Vec<BreachId>,
}

impl Breaches {
    pub fn get_mut(&mut self, id: BreachId) -> &mut Breach {
        &mut self.all[id.index()]
    }

    /// A new one, of an account at a lender. `moments`: the tick it is declared in, the last in which the account was
    /// sound, and before when no order may come.
    pub fn declare(
        &mut self,
        (account, lender): (AccountId, LenderId),
        cause: BreachCause,
        (tick, last_sound, start): (Tick, Tick, Time),
        targets: Vec<Target>,
    ) -> BreachId {
        let id = BreachId::from_index(self.all.len());
        self.all.push(Breach { id, account, lender, cause, tick, last_sound, ticks_worked: 0, start, targets });
        self.active.push(id);
        id
    }

    /// A forced order got on by so many lots: a fill at a price, or an end without one.
    pub fn progress(&mut self, id: BreachId, instrument: InstrumentId, lots: Lots, fill: Option<Price>, now: Time) {
        let target = self.get_mut(id).target_mut(instrument).expect("forced orders come from targets");
        match fill {
            Some(price) => target.fill(lots, price, now),
            None => target.unfilled(lots),
        }
    }
}

/// Turns overdue calls, and the defaults that follow from them, into breaches.
pub fn declare_breaches(
    scene: Res<Scene>,
    clock: Res<Clock>,
    marks: Res<TheMarks>,
    ledger: Res<TheLedger>,
    lenders: Query<&Lender>,
    mut firms: Query<&mut Firm>,
    open: Res<OpenOrders>,
    mut books: Query<&mut MarketBook>,
    mut statuses: ResMut<Statuses>,
    mut calls: ResMut<Calls>,
    mut breaches: ResMut<Breaches>,
    mut happenings: ResMut<Happenings>,
    mut latest: Local<BTreeMap<AccountId, BreachId>>,
    mut defaulting: ResMut<Defaulting>,
) {
    let happenings = &mut *happenings;
    let overdue: Vec<_> = statuses
        .unhealthy()
        .filter_map(|account| match statuses.of(account) {
            Status::Called(call) if calls.0[call as usize].deadline <= clock.end() => Some((account, None)),
            _ => None,
        })
        .chain(defaulting.0.drain(..).map(|(account, breach)| (account, Some(BreachCause::Assessment(breach)))))
        .collect();
    let lender_of = |account| {
        let lender = ledger.0.accounts.lender(account);
        lenders.get(scene.lenders[lender.index()]).expect("every lender is an entity")
    };
    let mut declare = |account: AccountId, cause: BreachCause, statuses: &mut Statuses, breaches: &mut Breaches| {
        for (market, key) in open.of_account(account) {
            let mut book = books.get_mut(scene.markets[market.index()]).expect("every market is an entity");
            book.cancel(key, &mut happenings.events);
            happenings.until.push((market, happenings.events.len()));
        }
        let id = BreachId::from_index(breaches.all.len());
        let lender = lender_of(account);
        let start = start_of(&lender.plan.policy, account, id, &clock, &mut latest, breaches);
        let last_sound = statuses.last_sound[account.index()];
        let all = targets(account, lender, &scene, &ledger.0, &marks.0);
        breaches.declare((account, lender.id), cause, (clock.tick(), last_sound, start), all);
        statuses.set(account, Status::Breached(id));
        id
    };
    for (account, default) in overdue {
        let lender = lender_of(account);
        let no_grace = lender.plan.grace == Deadline::After(Span::ZERO);
        let cause = default.unwrap_or(if no_grace { BreachCause::NoGrace } else { BreachCause::CallUnmet });
        match statuses.of(account) {
            Status::Called(call) => calls.0[call as usize].outcome = CallOutcome::Unmet(clock.end()),
            Status::Healthy if default.is_some() && !lender.is_frozen() => {}
            _ => continue,
        }
        let breach = declare(account, cause, &mut statuses, &mut breaches);
        let trader = ledger.0.accounts.trader(account).expect("a house account is never called");
        let Ok(mut firm) = firms.get_mut(scene.traders[trader.index()].1) else { continue };
        if firm.failed.is_none() {
            let value = firm_value(&firm, &ledger.0, &marks.0, clock.end());
            firm.failed = Some((clock.tick(), value));
        }
        for other in &firm.accounts {
            let still = matches!(statuses.of(*other), Status::Healthy | Status::Called(_));
            // At one lender the accounts of one client are pools, and pools stand apart.
            let elsewhere = lender_of(*other).id != lender.id && !lender_of(*other).is_frozen();
            if still && elsewhere && lender_of(*other).plan.cross_default {
                if let Status::Called(call) = statuses.of(*other) {
                    calls.0[call as usize].outcome = CallOutcome::Unmet(clock.end());
                }
                declare(*other, BreachCause::CrossDefault(breach), &mut statuses, &mut breaches);
            }
        }
    }
}

/// A delay of `"T+n"` ends with the opening after that close; a cooldown runs from the last step's end.
/// `latest` is the latest breach of each account whose lender lets time pass between two.
fn start_of(
    policy: &PolicyPlan,
    account: AccountId,
    id: BreachId,
    clock: &Clock,
    latest: &mut BTreeMap<AccountId, BreachId>,
    breaches: &Breaches,
) -> Time {
    let start = clock.deadline(policy.delay);
    if policy.cooldown == Span::ZERO {
        return start;
    }
    let before = latest.insert(account, id);
    before.map_or(start, |before| start.max(breaches.all[before.index()].last_active() + policy.cooldown))
}

pub(super) fn targets(
    account: AccountId,
    lender: &Lender,
    scene: &Scene,
    ledger: &Ledger,
    marks: &Marks,
) -> Vec<Target> {
    let policy = &lender.plan.policy;
    let close = |lots: Vec<Lots>| {
        let targets = positions(ledger, marks, account).zip(lots).map(|(position, lots)| {
            let market = scene.market_of(position.instrument);
            Target::new(position.instrument, market, position.lots, lots, position.mark)
        });
        targets.filter(|target| target.total.is_positive()).collect()
    };
    if policy.much == HowMuch::All {
        return close(positions(ledger, marks, account).map(|position| position.lots.abs()).collect());
    }
    let sizing = Sizing { ledger, marks, terms: &lender.terms, account, small: policy.small };
    let all = candidates(policy.first, ledger, marks, &lender.terms, account);
    close(sizing.lots(policy.much, policy.first, &all))
}

/// Each active breach leaves this tick's forced orders, and puts up what is to be auctioned.
pub fn queue_forced_orders(
    scene: Res<Scene>,
    clock: Res<Clock>,
    view: Res<View>,
    marks: Res<TheMarks>,
    ledger: Res<TheLedger>,
    lenders: Query<&Lender>,
    books: Query<&MarketBook>,
    pacts: Res<Pacts>,
    mut throttle: Local<Throttle>,
    mut house: ResMut<AuctionHouse>,
    mut breaches: ResMut<Breaches>,
    mut forced: ResMut<Forced>,
) {
    if !scene.options.liquidation {
        return;
    }
    throttle.begin();
    let Breaches { all, active } = &mut *breaches;
    let (ledger, marks) = (&ledger.0, &marks.0);
    let next_is_auction = if clock.is_last_of_session() {
        clock.next_session_has_auction()
    } else {
        clock.is_auction() && !clock.is_uncross()
    };
    for id in active.iter() {
        let breach = &mut all[id.index()];
        if clock.end() < breach.start {
            continue;
        }
        let lender = lenders.get(scene.lenders[breach.lender.index()]).expect("every lender is an entity");
        if lender.is_frozen() {
            continue;
        }
        let policy = &lender.plan.policy;
        let how = match pacts.permits(&scene.plan, ledger, breach, clock.end()) {
            Permission::Wait => continue,
            Permission::OwnWay => policy.how,
            Permission::Agreed(how) => how,
        };
        if !breach.has_begun() && breach.tick != clock.tick() && policy.much != HowMuch::All {
            // Prices have moved since the breach, and it may need more, or less, or nothing.
            breach.targets = targets(breach.account, lender, &scene, ledger, marks);
        }
        let candidates = open_candidates(breach, policy, lender, ledger, marks);
        let ticks_worked = breach.ticks_worked;
        breach.ticks_worked += u32::from(!next_is_auction);
        let mut wanted: Vec<Lots> = Vec::with_capacity(breach.targets.len());
        for (index, target) in breach.targets.iter().enumerate() {
            let market = view.market(target.market);
            let there = || super::route::markets(policy.route, &scene, target.market).map(|id| view.market(id));
            let closed = there().all(|market| market.halted);
            let pace = Pace {
                voluntary_volume: there().map(|market| market.voluntary_volume).sum(),
                ticks_per_hour: 3_600.0 / scene.plan.clock.tick.as_seconds() as f64,
                ticks_worked,
                auction: next_is_auction || market.auction,
            };
            let how = if target.to_book { How::Market } else { how };
            let off_book = matches!(how, How::Auction(_));
            let lots = if (closed && !off_book) || !policy.first.may_go(index, &candidates) {
                Lots::ZERO
            } else {
                // What is working now lapses at the beginning of the next tick, before the order that is left here
                // comes to the book.
                how.lots_now(target.free(), target.total, pace).min(Lots::LARGEST).max(Lots::ZERO)
            };
            let naked = candidates[index].unhedged;
            let lots = if policy.first.in_step() && naked.is_positive() { lots.min(naked) } else { lots };
            let lots = match policy.throttle {
                Some(share) if lots.is_positive() => {
                    let parts =
                        route(policy.route, (target.market, target.side, lots), &scene, &view, &books, off_book);
                    let allowed = parts.into_iter().map(|(id, lots)| {
                        let market = books.get(scene.markets[id.index()]).expect("every market is an entity");
                        throttle.allow(breach.lender, id, target.side, lots, || {
                            let on_offer = house.on_offer(breach.lender, id, target.side);
                            super::throttle::budget(market, target.side, view.market(id).mark, share, on_offer)
                        })
                    });
                    allowed.sum()
                }
                _ => lots,
            };
            wanted.push(lots);
        }
        if policy.first.in_step() && candidates.iter().all(|it| !it.open || !it.unhedged.is_positive()) {
            keep_in_step(&mut wanted, &breach.targets);
        }
        let targets = breach.targets.len();
        for (index, lots) in wanted.into_iter().enumerate().filter(|(_, lots)| lots.is_positive()) {
            let target = &mut breach.targets[index];
            let market = view.market(target.market);
            let how = match if target.to_book { How::Market } else { how } {
                How::Auction(auction) => {
                    let about = &scene.plan.instruments[target.instrument.index()];
                    house.put_up(*id, breach.lender, target, lots, auction, market.mark, about, &clock);
                    continue;
                }
                how => how,
            };
            let parts = route(policy.route, (target.market, target.side, lots), &scene, &view, &books, false);
            for (place, (id, lots)) in parts.into_iter().enumerate() {
                let market = view.market(id);
                let quotes = Quotes { bid: market.bid, ask: market.ask, mark: market.mark };
                target.order(lots);
                let number = index + place * targets;
                forced.0.push(Intent {
                    account: breach.account,
                    instrument: target.instrument,
                    market: id,
                    side: target.side,
                    lots,
                    kind: how.order(target.side, quotes, policy.collar, ticks_worked),
                    time_in_force: TimeInForce::GoodTillCancel,
                    post_only: false,
                    reduce_only: true,
                    life: 1,
                    cause: Cause::Forced(breach.id),
                    turn: (1, turn(&scene, breach.account, clock.tick().after(1).index(), number)),
                });
            }
        }
    }
}

/// Where lots go. What is offered in an auction stands beside one book only.
fn route(
    route: Route,
    (primary, side, lots): (MarketId, Side, Lots),
    scene: &Scene,
    view: &View,
    books: &Query<&MarketBook>,
    off_book: bool,
) -> Vec<(MarketId, Lots)> {
    let route = if off_book { Route::Primary } else { route };
    super::route::spread(route, (primary, side, lots), scene, view, books)
}

/// What the order of its positions is decided by, target by target.
fn open_candidates(
    breach: &Breach,
    policy: &PolicyPlan,
    lender: &Lender,
    ledger: &Ledger,
    marks: &Marks,
) -> Vec<Candidate> {
    let all = candidates(policy.first, ledger, marks, &lender.terms, breach.account);
    let place = |target: &Target| {
        let slot = ledger.accounts.slot_of(breach.account, target.instrument).expect("a target has a slot");
        let first = ledger.accounts.slots(breach.account).next().expect("it has one slot at least");
        slot.index() - first.index()
    };
    let candidate = |target: &Target| Candidate { open: target.free().is_positive(), ..all[place(target)] };
    breach.targets.iter().map(candidate).collect()
}

/// Hedges and hedged go at the pace of the slowest, as a share of what is left of each.
fn keep_in_step(wanted: &mut [Lots], targets: &[Target]) {
    let left = |target: &Target| i128::from(target.free().get());
    let open = || targets.iter().zip(wanted.iter()).filter(|(target, _)| target.free().is_positive());
    // The least of wanted over left, as a fraction.
    let slowest = open().map(|(target, lots)| (i128::from(lots.get()), left(target))).min_by(|a, b| {
        // a.0 / a.1 against b.0 / b.1, in whole numbers.
        (a.0 * b.1).cmp(&(b.0 * a.1))
    });
    let Some((lots, of)) = slowest else { return };
    for (wanted, target) in wanted.iter_mut().zip(targets) {
        let share = (left(target) * lots + of - 1) / of;
        *wanted = (*wanted).min(Lots::new(share as i64));
    }
}

/// By the account's name: a breach's number depends on who else broke before.
fn turn(scene: &Scene, account: AccountId, tick: u32, index: usize) -> u64 {
    let name = rng::name_hash(&scene.plan.accounts[account.index()].name);
    rng::turn(scene.options.seed, name, tick, u32::try_from(index).unwrap_or(u32::MAX))
}
