//! Stage 9: calls unmet past their deadline become breaches; each breached account's lender queues
//! forced orders for the next tick.

use super::treasury::firm_value;
use crate::book::{OrderKind, TimeInForce};
use crate::ledger::Ledger;
use crate::liquidation::{Breach, BreachCause, Candidate, Need, Pace, Target};
use crate::margin::{CallOutcome, Marks, Standing, positions, standing};
use crate::rng;
use crate::tick::clock::Clock;
use crate::tick::open_orders::OpenOrders;
use crate::tick::state::{Calls, Firm, Lender, MarketBook, Scene, Status, Statuses, TheLedger, TheMarks};
use crate::tick::trays::{Defaulting, Forced, Happenings, Intent};
use crate::tick::view::View;
use crate::units::{AccountId, BreachId, Cash, Cause, Deadline, InstrumentId, Lots, Price, Rate, Side, Span, Time};
use crate::world::plan::{MarginPlan, Ordinary};
use bevy_ecs::prelude::{Query, Res, ResMut, Resource};

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
            book.book.cancel(key, &mut happenings.events);
            happenings.until.push((market, happenings.events.len()));
        }
        let id = BreachId::from_index(breaches.all.len());
        let lender = lender_of(account);
        breaches.all.push(Breach {
            id,
            account,
            lender: lender.id,
            cause,
            tick: clock.tick(),
            last_sound: statuses.last_sound[account.index()],
            ticks_worked: 0,
            start: start_of(lender.plan.policy.delay, &clock),
            targets: targets(account, lender, &scene, &ledger.0, &marks.0),
        });
        breaches.active.push(id);
        statuses.set(account, Status::Breached(id));
        id
    };
    for (account, default) in overdue {
        let lender = lender_of(account);
        let no_grace = lender.plan.grace == Deadline::After(Span::ZERO);
        let cause = default.unwrap_or(if no_grace { BreachCause::NoGrace } else { BreachCause::CallUnmet });
        match statuses.of(account) {
            Status::Called(call) => calls.0[call as usize].outcome = CallOutcome::Unmet(clock.end()),
            Status::Healthy if default.is_some() && !lender.failed => {}
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
            let elsewhere = lender_of(*other).id != lender.id && !lender_of(*other).failed;
            if still && elsewhere && lender_of(*other).plan.cross_default {
                if let Status::Called(call) = statuses.of(*other) {
                    calls.0[call as usize].outcome = CallOutcome::Unmet(clock.end());
                }
                declare(*other, BreachCause::CrossDefault(breach), &mut statuses, &mut breaches);
            }
        }
    }
}

/// A delay of `"T+n"` ends with the opening after that close.
fn start_of(delay: Deadline, clock: &Clock) -> Time {
    clock.deadline(delay)
}

/// The model's rates; of a model that has none, what the account's requirement is of its gross value.
fn rates_of(model: &MarginPlan, stands: &Standing, gross: Cash) -> (Rate, Rate) {
    let share = |amount: Cash| match gross.to_minor() {
        0 => Rate::ZERO,
        gross => {
            let billionths = amount.to_minor().saturating_mul(Rate::ONE.billionths().into()) / gross;
            Rate::from_billionths(i64::try_from(billionths).unwrap_or(i64::MAX))
        }
    };
    match *model {
        MarginPlan::Rate { im, mm } => (im, mm),
        _ => (share(stands.im), share(stands.mm)),
    }
}

fn targets(account: AccountId, lender: &Lender, scene: &Scene, ledger: &Ledger, marks: &Marks) -> Vec<Target> {
    let gross: Cash = positions(ledger, marks, account).map(|position| position.value.abs()).sum();
    let stands = standing(ledger, marks, &lender.terms, account);
    let (im, mm) = rates_of(&lender.terms.margin, &stands, gross);
    let need = Need { equity: stands.counted.to_minor(), gross: gross.to_minor(), im, mm };
    positions(ledger, marks, account)
        .map(|position| {
            let lots = lender.plan.policy.much.lots_of(position.lots, need);
            let market = scene.market_of(position.instrument);
            Target::new(position.instrument, market, position.lots, lots, position.mark)
        })
        .filter(|target| target.total.is_positive())
        .collect()
}

/// Each active breach leaves this tick's forced orders.
pub fn queue_forced_orders(
    scene: Res<Scene>,
    clock: Res<Clock>,
    view: Res<View>,
    marks: Res<TheMarks>,
    ledger: Res<TheLedger>,
    lenders: Query<&Lender>,
    mut breaches: ResMut<Breaches>,
    mut forced: ResMut<Forced>,
) {
    if !scene.options.liquidation || breaches.active.is_empty() {
        return;
    }
    let Breaches { all, active } = &mut *breaches;
    let ticks_per_hour = 3_600.0 / scene.plan.clock.tick.as_seconds() as f64;
    for id in active.iter() {
        let breach = &mut all[id.index()];
        if clock.end() < breach.start {
            continue;
        }
        let lender = lenders.get(scene.lenders[breach.lender.index()]).expect("every lender is an entity");
        if lender.is_frozen() {
            continue;
        }
        let policy = lender.plan.policy;
        let candidates: Vec<_> = breach
            .targets
            .iter()
            .map(|target| candidate(target, breach.account, &ledger.0, &marks.0, &scene.plan.instruments))
            .collect();
        let next_is_auction = if clock.is_last_of_session() {
            clock.next_session_has_auction()
        } else {
            clock.is_auction() && !clock.is_uncross()
        };
        let ticks_worked = breach.ticks_worked;
        breach.ticks_worked += u32::from(!next_is_auction);
        for index in 0..breach.targets.len() {
            let target = &mut breach.targets[index];
            let market = view.market(target.market);
            let voluntary_volume = market.voluntary_volume;
            let pace = Pace { voluntary_volume, ticks_per_hour, ticks_worked, auction: next_is_auction };
            // What is working now lapses at the beginning of the next tick, before the order that is left here
            // comes to the book.
            let free = target.remaining;
            if market.halted || !policy.first.may_go(index, &candidates) || !free.is_positive() {
                continue;
            }
            let lots = policy.how.lots_now(free, target.total, pace).min(Lots::LARGEST);
            if !lots.is_positive() {
                continue;
            }
            target.order(lots);
            forced.0.push(Intent {
                account: breach.account,
                instrument: target.instrument,
                side: target.side,
                lots,
                kind: kind(policy.collar, target.side, market.mark),
                time_in_force: TimeInForce::GoodTillCancel,
                post_only: false,
                reduce_only: true,
                life: 1,
                cause: Cause::Forced(*id),
                turn: (1, turn(&scene, breach.account, clock.tick().after(1).index(), index)),
            });
        }
    }
}

/// At any price, or no further from the mark than the collar.
fn kind(collar: f64, side: Side, mark: Price) -> OrderKind {
    if collar >= 1.0 {
        return OrderKind::Market;
    }
    let away = ((mark.steps() as f64).abs() * collar).ceil() as i64;
    let price = match side {
        Side::Sell => mark - away,
        Side::Buy => mark + away,
    };
    OrderKind::Limit { price: price.clamped() }
}

/// By the account's name: a breach's number depends on who else broke before.
fn turn(scene: &Scene, account: AccountId, tick: u32, index: usize) -> u64 {
    let name = rng::name_hash(&scene.plan.accounts[account.index()].name);
    rng::turn(scene.options.seed, name, tick, u32::try_from(index).unwrap_or(u32::MAX))
}

fn candidate(
    target: &Target,
    account: AccountId,
    ledger: &Ledger,
    marks: &Marks,
    instruments: &[crate::world::plan::InstrumentPlan],
) -> Candidate {
    let slot = ledger.accounts.slot_of(account, target.instrument).expect("a target has a slot");
    let lots = ledger.accounts.lots(slot);
    let settled = marks.step_value(target.instrument).value(lots, ledger.accounts.settled(slot));
    let plan = &instruments[target.instrument.index()];
    let Ordinary { daily_volume_units, .. } = plan.ordinary;
    Candidate {
        loss: settled - marks.value(target.instrument, lots),
        days: plan.units_of(lots.abs()) / daily_volume_units,
        open: target.remaining.is_positive(),
    }
}
