//! Stage 9: calls unmet past their deadline become breaches; each breached account's lender queues
//! forced orders for the next tick.

use super::throttle::Throttle;
use super::treasury::firm_value;
use crate::plan::PolicyPlan;
use crate::tick::clock::Clock;
use crate::tick::state::{
    Accounts, Breaches, Credit, Firm, Lender, Markets, Now, Permission, Resting, Scene, SellingOut, Status, Statuses,
    TheLedger,
};
use crate::tick::trays::{Defaulting, Forced, Intent};
use crate::tick::view::View;
use bevy_ecs::prelude::{Local, Query, Res, ResMut};
use ground::rng;
use ground::units::{AccountId, BreachId, Cause, Deadline, Lots, MarketId, Side, Span, Time};
use mechanics::book::TimeInForce;
use mechanics::ledger::Ledger;
use mechanics::liquidation::{self, BreachCause, How, HowMuch, Pace, Quotes, Route, Target};
use mechanics::margin::{CallOutcome, Marks};
use std::collections::BTreeMap;

/// Turns overdue calls, and the defaults that follow from them, into breaches.
pub fn declare_breaches(
    Now { scene, clock }: Now<'_>,
    Credit { lenders, marks }: Credit<'_>,
    Accounts { ledger, mut statuses, mut calls }: Accounts<'_>,
    mut firms: Query<&mut Firm>,
    mut resting: Resting<'_>,
    mut breaches: ResMut<Breaches>,
    mut latest: Local<BTreeMap<AccountId, BreachId>>,
    mut defaulting: ResMut<Defaulting>,
) {
    let mut overdue: Vec<_> = statuses
        .unhealthy()
        .filter_map(|account| match statuses.of(account) {
            Status::Called(call) if calls.0[call as usize].deadline <= clock.end() => Some((account, None)),
            _ => None,
        })
        .chain(defaulting.0.drain(..).map(|(account, breach)| (account, Some(BreachCause::Assessment(breach)))))
        .collect();
    // Who breaks at one moment is unwound, and goes down the waterfall, in an order that the world's file does not decide.
    overdue.sort_by(|(one, _), (other, _)| {
        scene.plan.accounts[one.index()].name.cmp(&scene.plan.accounts[other.index()].name)
    });
    let lender_of = |account| {
        let lender = ledger.0.accounts.lender(account);
        &lenders[lender]
    };
    let mut declare = |account: AccountId, cause: BreachCause, statuses: &mut Statuses, breaches: &mut Breaches| {
        resting.withdraw(account);
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

/// What is to be closed of an account that is breached now.
pub(super) fn targets(
    account: AccountId,
    lender: &Lender,
    scene: &Scene,
    ledger: &Ledger,
    marks: &Marks,
) -> Vec<Target> {
    let market = |instrument| scene.market_of(instrument);
    liquidation::targets(account, &lender.plan.policy, &lender.terms, (ledger, marks), market)
}

/// Each active breach leaves this tick's forced orders, and puts up what is to be auctioned.
pub fn queue_forced_orders(
    Now { scene, clock }: Now<'_>,
    view: Res<View>,
    Credit { lenders, marks }: Credit<'_>,
    ledger: Res<TheLedger>,
    books: Res<Markets>,
    SellingOut { pacts, mut house, mut breaches }: SellingOut<'_>,
    mut forced: ResMut<Forced>,
    mut throttle: Local<Throttle>,
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
        let lender = &lenders[breach.lender];
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
        let candidates = liquidation::open_candidates(breach, policy, &lender.terms, ledger, marks);
        let ticks_worked = breach.ticks_worked;
        breach.ticks_worked += u32::from(!next_is_auction);
        let sees = |target: &Target| {
            let there = || super::route::markets(policy.route, &scene, target.market).map(|id| view.market(id));
            liquidation::Sight {
                closed: there().all(|market| market.halted),
                pace: Pace {
                    voluntary_volume: there().map(|market| market.voluntary_volume).sum(),
                    ticks_per_hour: 3_600.0 / scene.plan.clock.tick.as_seconds() as f64,
                    ticks_worked,
                    auction: next_is_auction || view.market(target.market).auction,
                },
            }
        };
        let allow = |target: &Target, lots: Lots| {
            let off_book = matches!(target.how(how), How::Auction(_));
            let parts = route(policy.route, (target.market, target.side, lots), &scene, &view, &books, off_book);
            let allowed = parts.into_iter().map(|(id, lots)| {
                let market = &books[id];
                throttle.allow(breach.lender, id, target.side, lots, || {
                    let on_offer = house.on_offer(breach.lender, id, target.side);
                    let share = policy.throttle.expect("it is asked where there is one");
                    super::throttle::budget(market, target.side, view.market(id).mark, share, on_offer)
                })
            });
            allowed.sum()
        };
        let wanted = liquidation::wanted(&breach.targets, &candidates, policy, how, sees, allow);
        let targets = breach.targets.len();
        let ranks = ranks(breach.targets.iter().map(|it| scene.plan.instruments[it.instrument.index()].name.as_str()));
        for (index, lots) in wanted.into_iter().enumerate().filter(|(_, lots)| lots.is_positive()) {
            let target = &mut breach.targets[index];
            let market = view.market(target.market);
            let how = match target.how(how) {
                How::Auction(auction) => {
                    let about = &scene.plan.instruments[target.instrument.index()];
                    house.put_up(*id, breach.lender, target, lots, auction, market.mark, about, &clock);
                    continue;
                }
                how => how,
            };
            let parts = route(policy.route, (target.market, target.side, lots), &scene, &view, &books, false);
            let venue = |id: MarketId| scene.plan.venues[scene.plan.markets[id.index()].venue.index()].name.as_str();
            let places = self::ranks(parts.iter().map(|(id, _)| venue(*id)));
            for (place, (id, lots)) in places.into_iter().zip(parts) {
                let market = view.market(id);
                let quotes = Quotes { bid: market.bid, ask: market.ask, mark: market.mark };
                target.order(lots);
                let number = ranks[index] + place * targets;
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
    books: &Markets,
    off_book: bool,
) -> Vec<(MarketId, Lots)> {
    let route = if off_book { Route::Primary } else { route };
    super::route::spread(route, (primary, side, lots), scene, view, books)
}

/// Where each name stands among them in the alphabet: the order in which a world declares things is no advantage.
fn ranks<'a>(names: impl Iterator<Item = &'a str>) -> Vec<usize> {
    let names: Vec<&str> = names.collect();
    names.iter().map(|name| names.iter().filter(|other| *other < name).count()).collect()
}

/// By the account's name: a breach's number depends on who else broke before.
fn turn(scene: &Scene, account: AccountId, tick: u32, index: usize) -> u64 {
    let name = rng::name_hash(&scene.plan.accounts[account.index()].name);
    rng::turn(scene.options.seed, name, tick, u32::try_from(index).unwrap_or(u32::MAX))
}
