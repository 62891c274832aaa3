//! Stage 9: calls unmet past their deadline become breaches; each breached account's lender queues
//! forced orders for the next tick.

use super::throttle::Throttle;
use super::treasury::has_failed;
use crate::plan::PolicyPlan;
use crate::tick::clock::Clock;
use crate::tick::state::{
    Breaches, Firms, Lender, Lenders, Markets, Offer, Pacts, Permission, Scene, Starts, State, Status, Statuses,
};
use crate::tick::trays::Intent;
use crate::tick::view::View;
use ground::moments::Start;
use ground::rng;
use ground::units::{AccountId, BreachId, Cash, Cause, Deadline, LenderId, Lots, MarketId, Side, Span, Time, TraderId};
use mechanics::book::TimeInForce;
use mechanics::ledger::{Accounts, Ledger};
use mechanics::liquidation::{self, BreachCause, Found, How, HowMuch, Pace, Programme, Quotes, Route, Target};
use mechanics::margin::{CallOutcome, Marks, standing};
use mechanics::waterfall::entries::Entries;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Turns overdue calls, and the defaults that follow from them, into breaches.
pub fn declare_breaches(state: &mut State, firms: &mut Firms<'_, '_>) {
    let State {
        ref scene,
        ref clock,
        ref lenders,
        ref marks,
        ref ledger,
        ref entries,
        ref open,
        markets: ref mut books,
        ref mut happenings,
        ref mut statuses,
        ref mut calls,
        ref mut breaches,
        ref mut defaulting,
        ..
    } = *state;
    let mut overdue: Vec<_> = statuses
        .unhealthy()
        .filter_map(|account| match statuses.of(account) {
            Status::Called(call) if clock.is_over(calls.0[call as usize].deadline) => Some((account, None)),
            _ => None,
        })
        .chain(defaulting.0.drain(..).map(|(account, cause)| (account, Some(cause))))
        .collect();
    // Who breaks at one moment is unwound, and goes down the waterfall, in an order that the world's file does not decide.
    overdue.sort_by(|(one, _), (other, _)| scene.plan.by_name(*one, *other));
    let lender_of = |account| {
        let lender = ledger.accounts.lender(account);
        &lenders[lender]
    };
    let mut declare =
        |(account, hike): (AccountId, Cash), cause: BreachCause, statuses: &mut Statuses, breaches: &mut Breaches| {
            for (market, key) in open.of_account(account) {
                books.cancel(market, key, happenings);
            }
            let id = BreachId::from_index(breaches.all.len());
            let lender = lender_of(account);
            let start = starts_of(&lender.plan.policy, account, id, clock, breaches);
            let last_sound = statuses.last_sound[account.index()];
            let mut all = found(account, lender, scene, (ledger, marks, entries));
            all.0.hike = hike;
            breaches.declare((account, lender.id), cause, (clock.tick(), last_sound, start), all);
            statuses.set(account, Status::Breached(id));
            id
        };
    for (account, default) in overdue {
        let lender = lender_of(account);
        let no_grace = lender.plan.grace == Deadline::After(Span::ZERO);
        let cause = default.unwrap_or(if no_grace { BreachCause::NoGrace } else { BreachCause::CallUnmet });
        let hike = match statuses.of(account) {
            Status::Called(call) => {
                let call = &mut calls.0[call as usize];
                call.outcome =
                    CallOutcome::Unmet(if default.is_some() { clock.end() } else { call.deadline.max(clock.end()) });
                call.hike
            }
            Status::Healthy if default.is_some() && !lender.is_frozen() => Cash::ZERO,
            _ => continue,
        };
        let breach = declare((account, hike), cause, statuses, breaches);
        let trader = ledger.accounts.trader(account).expect("a house account is never called");
        if let Ok(mut firm) = firms.get_mut(scene.entity(trader)) {
            has_failed(&mut firm, clock.tick(), (ledger, marks), clock.end());
        }
        for other in close_too(scene, &ledger.accounts, (trader, lender.id)) {
            let still = matches!(statuses.of(other), Status::Healthy | Status::Called(_));
            if still && !lender_of(other).is_frozen() {
                if let Status::Called(call) = statuses.of(other) {
                    calls.0[call as usize].outcome = CallOutcome::Unmet(clock.end());
                }
                declare((other, Cash::ZERO), BreachCause::CrossDefault(breach), statuses, breaches);
            }
        }
    }
}

/// The accounts of a client that has failed one lender at those others that may close them out for it. At one lender the
/// accounts of one client are pools, and pools stand apart.
pub(super) fn close_too<'a>(
    scene: &'a Scene,
    accounts: &'a Accounts,
    (client, failed): (TraderId, LenderId),
) -> impl Iterator<Item = AccountId> + 'a {
    scene.plan.accounts_of(client).filter(move |other| {
        let lender = accounts.lender(*other);
        lender != failed && scene.plan.lenders[lender.index()].cross_default
    })
}

/// A delay of `"T+n"` ends with the opening after that close; a cooldown runs from the last step's end.
fn starts_of(policy: &PolicyPlan, account: AccountId, id: BreachId, clock: &Clock, breaches: &mut Breaches) -> Starts {
    let mut earliest = clock.end();
    if policy.cooldown != Span::ZERO
        && let Some(before) = breaches.latest.insert(account, id)
    {
        earliest = earliest.max(breaches.all[before.index()].last_active() + policy.cooldown);
    }
    let at = |start: Start| begins(start, clock).max(earliest);
    Starts { start: at(policy.delay), moments: policy.programme.moments(at) }
}

/// When what there is cause for now begins.
fn begins(start: Start, clock: &Clock) -> Time {
    match start {
        Start::Later(deadline) => clock.deadline(deadline),
        Start::At(moment) => moment.time(),
    }
}

/// What an account holds that is breached now, and what is to be closed of it.
pub(super) fn found(
    account: AccountId,
    lender: &Lender,
    scene: &Scene,
    (ledger, marks, entries): (&Ledger, &Marks, &Entries),
) -> (Found, Vec<Target>) {
    let targets = targets(account, lender, scene, (ledger, marks, entries));
    let much = (lender.plan.policy.much, &targets[..]);
    let found = liquidation::found(account, much, (ledger, marks), |instrument| scene.market_of(instrument));
    (found, targets)
}

/// What is to be closed of an account at the marks of now.
fn targets(account: AccountId, lender: &Lender, scene: &Scene, books: (&Ledger, &Marks, &Entries)) -> Vec<Target> {
    let market = |instrument| scene.market_of(instrument);
    liquidation::targets(account, &lender.plan.policy, &lender.terms, books, market)
}

/// A breach that is worked on in this tick.
struct Working<'a> {
    id: BreachId,
    programme: &'a Programme,
    /// The agreement that it is sold under, with its client, where members sell together.
    common: Option<(TraderId, usize)>,
}

/// Who may go on selling, and where each stands in its list of steps.
fn at_work<'a>(
    (scene, clock): (&'a Scene, &Clock),
    (lenders, ledger, marks, entries): (&'a Lenders, &Ledger, &Marks, &Entries),
    pacts: &Pacts,
    Breaches { all, active, .. }: &mut Breaches,
) -> Vec<Working<'a>> {
    let mut working = Vec::with_capacity(active.len());
    for id in active.iter() {
        let breach = &mut all[id.index()];
        let lender = &lenders[breach.lender];
        let policy = &lender.plan.policy;
        if lender.is_frozen() {
            continue;
        }
        let (agreed, programme) = match pacts.permits(&scene.plan, ledger, breach, clock.end()) {
            Permission::Wait => continue,
            Permission::OwnWay => (None, &policy.programme),
            Permission::Agreed(agreement, programme) => (Some(agreement), programme),
        };
        let together = agreed.filter(|agreement| scene.plan.agreements[*agreement].meanwhile.is_some());
        // What is over in the night is over before the next open.
        let delay_is_over = breach.start <= clock.next_begins();
        let begun = together.is_some() || delay_is_over;
        if !begun && programme.apart.is_empty() {
            continue;
        }
        if !breach.has_begun() && breach.tick != clock.tick() && policy.much != HowMuch::All {
            // Prices have moved since the breach, and it may need more, or less, or nothing.
            breach.choose_anew(targets(breach.account, lender, scene, (ledger, marks, entries)));
        } else if breach.has_begun()
            && policy
                .much
                .restores()
                .is_some_and(|level| !standing(ledger, marks, &lender.terms, breach.account).slack(level).is_negative())
        {
            // The price has done the rest.
            breach.stop();
        }
        if breach.agreed != agreed {
            let moments = programme.moments(|start| begins(start, clock).max(clock.end()));
            breach.go_over(agreed, moments);
        }
        breach.follow(programme, clock.next_begins(), begun);
        let client = ledger.accounts.trader(breach.account);
        working.push(Working { id: *id, programme, common: client.zip(together) });
    }
    working
}

/// What all who sell together have left, by client, agreement, market and side.
type Left = BTreeMap<((TraderId, usize), MarketId, Side), Lots>;

fn left_together(working: &[Working<'_>], breaches: &Breaches) -> Left {
    let mut left = Left::new();
    for Working { id, common, .. } in working {
        let Some(common) = *common else { continue };
        for target in &breaches.all[id.index()].targets {
            *left.entry((common, target.market, target.side)).or_default() += target.free();
        }
    }
    left
}

/// Each active breach leaves this tick's forced orders, and puts up what is to be auctioned.
pub fn queue_forced_orders(state: &mut State) {
    let State {
        ref scene,
        ref clock,
        ref view,
        ref lenders,
        ref marks,
        ref ledger,
        ref entries,
        markets: ref books,
        ref pacts,
        ref mut house,
        ref mut breaches,
        ref mut forced,
        ..
    } = *state;
    if !scene.options.liquidation {
        return;
    }
    let mut throttle = Throttle::default();
    let next_is_auction = if clock.is_last_of_session() {
        clock.next_session_has_auction()
    } else {
        clock.is_auction() && !clock.is_uncross()
    };
    let working = at_work((scene, clock), (lenders, ledger, marks, entries), pacts, breaches);
    let left = left_together(&working, breaches);
    for Working { id, programme, common } in working {
        let breach = breaches.get_mut(id);
        let lender = &lenders[breach.lender];
        let policy = &lender.plan.policy;
        let candidates =
            liquidation::open_candidates(breach, policy, programme, &lender.terms, (ledger, marks, entries));
        let ticks_worked = breach.ticks_worked;
        breach.ticks_worked += u32::from(!next_is_auction);
        let sees = |target: &Target| {
            let there = || super::route::markets(policy.route, scene, target.market).map(|id| view.market(id));
            let all = common.and_then(|common| left.get(&(common, target.market, target.side)));
            liquidation::Sight {
                closed: there().all(|market| market.halted),
                pace: Pace {
                    voluntary_volume: there().map(|market| market.voluntary_volume).sum(),
                    ticks_per_hour: 3_600.0 / scene.plan.clock.tick.as_seconds() as f64,
                    ticks_worked: target.worked(ticks_worked),
                    auction: next_is_auction || view.market(target.market).auction,
                    part: all.map_or(1.0, |all| target.free().get() as f64 / all.get().max(1) as f64),
                },
            }
        };
        let how_of = |target: &Target| target.way(programme).map(|way| target.how(way.how));
        let allow = |target: &Target, lots: Lots| {
            let off_book = matches!(how_of(target), Some(How::Auction(_)));
            let parts = route(policy.route, (target.market, target.side, lots), scene, view, books, off_book);
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
        let wanted = liquidation::wanted(&breach.targets, &candidates, policy, programme, sees, allow);
        let targets = breach.targets.len();
        let ranks = ranks(breach.targets.iter().map(|it| scene.plan.instruments[it.instrument.index()].name.as_str()));
        for (index, lots) in wanted.into_iter().enumerate().filter(|(_, lots)| lots.is_positive()) {
            let target = &mut breach.targets[index];
            let market = view.market(target.market);
            let way = target.way(programme).expect("what waits wants nothing");
            let how = match target.how(way.how) {
                How::Auction(auction) => {
                    let about = &scene.plan.instruments[target.instrument.index()];
                    let offer = Offer { breach: id, lender: breach.lender, auction, way: Arc::clone(way), common };
                    house.put_up(offer, target, lots, market.mark, about, clock);
                    continue;
                }
                how => how,
            };
            let collar = way.collar.unwrap_or(policy.collar);
            let worked = target.worked(ticks_worked);
            let parts = route(policy.route, (target.market, target.side, lots), scene, view, books, false);
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
                    kind: how.order(target.side, quotes, collar, worked),
                    time_in_force: TimeInForce::GoodTillCancel,
                    post_only: false,
                    reduce_only: true,
                    life: 1,
                    cause: Cause::Forced(breach.id),
                    turn: (1, turn(scene, breach.account, clock.tick().after(1).index(), number)),
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
    let name = rng::name_hash(&scene.plan.account_name(account));
    rng::turn(scene.options.seed, name, tick, u32::try_from(index).unwrap_or(u32::MAX))
}
