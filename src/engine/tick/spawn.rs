//! A plan becomes a running world: entities, columns, streams.

use super::clock::Clock;
use super::needs::Needs;
use super::open_orders::OpenOrders;
use super::stages::populations::populations;
use super::stages::treasury::firm_value;

use super::state::{
    Accruing, AuctionHouse, Breaches, Calls, Deposits, Firm, Forming, Halts, Hiked, Holders, Lender, Lenders, Lying,
    MarketBook, Markets, Marking, Pacts, Payouts, Pegs, Pots, Premiums, Scene, State, Statuses, Struck, Undoing,
    Values, Wakes, entries,
};
use super::trays::{Defaulting, Demands, Due, Flow, Forced, Happenings, Intents, MarketFlow, Orders};
use super::view::{Opening, View};
use crate::gather::Gather;
use crate::gauges::Gauges;
use crate::options::RunOptions;
use crate::plan::{InstrumentPlan, LenderPlan, MarketPlan, Plan, TraderPlan, opening_marks};
use crate::runs::AccountRuns;
use crate::study::Study;
use crate::traders::desk::{LegPlan, OwnLeg};
use crate::traders::eyes::{ordinary_tick_volatility, ticks_in, ticks_in_day};
use crate::traders::{Birth, Draws, Kind, Leg, Trader};
use bevy_ecs::prelude::{Entity, World};
use ground::rng::{Purpose, name_hash, stream};
use ground::units::{AccountId, Cash, InstrumentId, LenderId, Lots, MarketId, Tick, Time, TraderId};
use mechanics::audit::Auditor;
use mechanics::book::Book;
use mechanics::contracts::ValueWalk;
use mechanics::demand::Clearing;
use mechanics::deposits::DepositsView;
use mechanics::formation::FormationPlan;
use mechanics::impact::Impact;
use mechanics::ledger::{Accounts, Ledger, Purses};
use mechanics::margin::volatility::Volatility;
use mechanics::margin::{Marks, Watch};
use mechanics::pool::{Pool, START, Shares};
use mechanics::treasury::Treasury;
use std::sync::Arc;

/// The world at the beginning of its first tick.
pub fn spawn(plan: &Plan, options: &RunOptions) -> World {
    let plan = Arc::new(plan.clone());
    let mut world = World::new();
    let ledger = opening_ledger(&plan);
    let mut marks = opening_marks(&plan.instruments, plan.clock.time_of(Tick::new(0)));
    plan.looks_back().for_each(|(every, rows)| marks.remember(every, rows));
    let starts: Vec<_> = plan.markets.iter().map(|market| plan.instruments[market.instrument.index()].start).collect();
    let mut wakes = Wakes::new(plan.traders.len());
    let traders = spawn_traders(&mut world, &plan, options.seed, &ledger, &mut wakes);
    let firms: Vec<_> =
        traders.iter().map(|(_, entity)| *entity).filter(|entity| world.get::<Firm>(*entity).is_some()).collect();
    start_firms(&mut world, &firms, &ledger, &marks, plan.clock.time_of(Tick::new(0)));
    let mut behaviours = [false; Kind::COUNT];
    traders.iter().filter_map(|(kind, _)| *kind).for_each(|kind| behaviours[kind as usize] = true);

    let clients = clients(&plan, &ledger);
    let mut gather = Gather::new(options.record, plan.compare_from, &starts, &plan.clock)
        .with_prices_every(plan.prices_every)
        .with_marks_of(crate::asked::markets_asked(&plan));
    gather.gauges = Gauges::new(&plan);
    let pegs = Pegs::new(&plan);
    world.insert_resource(State {
        needs: Needs::of(&plan, &gather.gauges, behaviours),
        clock: Clock::new(plan.clock.clone()),
        entries: entries(&plan, &ledger),
        holders: Holders::new(&plan, &ledger),
        auditor: Auditor::new(&ledger, &marks),
        markets: markets(&plan),
        open: OpenOrders::new(plan.accounts.len()),
        halts: Halts::new(&plan),
        marking: Marking::new(&plan),
        undoing: Undoing::new(&plan),
        view: opening_view(&plan, &pegs),
        pegs,
        values: values(&plan, options.seed),
        wakes,
        struck: Struck::default(),
        lenders: lenders(&plan),
        terms: plan.lenders.iter().map(LenderPlan::terms).collect(),
        hiked: Hiked::default(),
        watch: Watch::new(&ledger.accounts, &marks),
        volatility: plan.volatility.map(|plan| Volatility::new(plan, &marks)),
        statuses: Statuses::new(plan.account_count()),
        calls: Calls::default(),
        breaches: Breaches::default(),
        pacts: Pacts::default(),
        house: AuctionHouse::default(),
        pots: Pots::new(&plan),
        payouts: Payouts::new(plan.lenders.len()),
        deposits: Deposits::new(&plan),
        premiums: Premiums::new(&plan),
        accruing: Accruing::new(&plan, &clients, &ledger, &marks),
        due: Due::default(),
        intents: Intents::default(),
        orders: Orders { by_market: vec![Vec::new(); plan.markets.len()], ..Orders::default() },
        demands: Demands { by_market: vec![Vec::new(); plan.markets.len()] },
        happenings: Happenings::default(),
        flow: Flow { by_market: vec![MarketFlow::default(); plan.markets.len()], ..Flow::default() },
        defaulting: Defaulting::default(),
        forced: Forced::default(),
        gather,
        study: plan.study.as_ref().map(|study| Study::new(study, &plan)),
        scene: Scene {
            trades_in: (0..plan.instruments.len())
                .map(|index| trades_in(&plan, InstrumentId::from_index(index)))
                .collect(),
            traders,
            firms,
            watched: watched(&plan),
            populations: populations(&plan),
            alphabet: alphabet(&plan),
            clients,
            options: options.clone(),
            plan,
        },
        ledger,
        marks,
    });
    world
}

/// What everybody sees before anything has happened.
fn opening_view(plan: &Plan, pegs: &Pegs) -> View {
    let opening = |market: &MarketPlan| {
        let about = &plan.instruments[market.instrument.index()];
        Opening { instrument: market.instrument, start: about.start, volatility: ordinary_tick_volatility(plan, about) }
    };
    let openings: Vec<_> = plan.markets.iter().map(opening).collect();
    let mut view = View::new(&openings, plan.instruments.len(), longest_lookback(plan));
    view.pegs = pegs.0.iter().map(|peg| peg.view).collect();
    view.payouts_stopped = vec![false; plan.lenders.len()];
    let promised = |lender: &LenderPlan| {
        let terms = lender.deposits.as_ref()?;
        Some(DepositsView { rate: terms.rate.to_f64(), ..DepositsView::default() })
    };
    view.deposits = plan.lenders.iter().map(promised).collect();
    view
}

/// What each firm is worth before anything happens.
fn start_firms(world: &mut World, firms: &[Entity], ledger: &Ledger, marks: &Marks, now: Time) {
    for entity in firms {
        let mut firm = world.get_mut::<Firm>(*entity).expect("every firm is an entity");
        firm.treasury.start = firm_value(&firm, ledger, marks, now);
    }
}

/// Money and positions as they are before the first tick.
pub fn opening_ledger(plan: &Plan) -> Ledger {
    let mut accounts = Accounts::default();
    for account in &plan.accounts {
        let slots = account.slots.iter().map(|(id, lots)| {
            let instrument = &plan.instruments[id.index()];
            (*id, instrument.kind.slot(), *lots, instrument.start)
        });
        accounts.add(account.lender, account.trader, slots);
    }
    let mut cash: Vec<Cash> = Vec::with_capacity(plan.account_count());
    cash.extend(plan.accounts.iter().map(|account| account.cash));
    let members = plan.crowds.iter().map(|crowd| crowd.members as usize);
    let slots = plan.crowds.iter().map(|crowd| crowd.members as usize * crowd.positions);
    accounts.idle_from_here(members.sum(), slots.sum());
    for crowd in &plan.crowds {
        crowd.each(&plan.instruments, |member, own, held| {
            let slots = held.iter().map(|one| {
                let instrument = &plan.instruments[one.instrument.index()];
                (one.instrument, instrument.kind.slot(), one.lots, instrument.start)
            });
            accounts.add(crowd.lender, Some(crowd.trader(member)), slots);
            cash.push(own);
        });
    }
    let treasuries = plan.traders.iter().map(|trader| trader.treasury).collect();
    let funds = plan.funds.iter().map(|fund| fund.cash).collect();
    Ledger::new(
        accounts,
        Purses::new(cash, plan.venues.len(), treasuries).with_clearing(plan.instruments.len()).with_funds(funds),
    )
}

fn trades_in(plan: &Plan, instrument: InstrumentId) -> MarketId {
    let kind = plan.instruments[instrument.index()].kind;
    match kind.swap_of() {
        Some(of) => trades_in(plan, of),
        None => kind.primary().expect("only a swap has no book"),
    }
}

fn markets(plan: &Plan) -> Markets {
    let market = |(index, market): (usize, &MarketPlan)| MarketBook {
        id: MarketId::from_index(index),
        instrument: market.instrument,
        forming: forming(plan, market),
    };
    Markets::new(plan.markets.iter().enumerate().map(market).collect())
}

fn forming(plan: &Plan, market: &MarketPlan) -> Forming {
    let about = &plan.instruments[market.instrument.index()];
    match &market.formation {
        FormationPlan::Book => Forming::Book(Book::with_self_trade(plan.venues[market.venue.index()].self_trades)),
        FormationPlan::Impact(own) => Forming::Impact(Impact::new(own, about.start, plan.clock.tick)),
        FormationPlan::Demand { rest } => Forming::Demand(Clearing::new(about.start, about.step_value, *rest)),
        FormationPlan::Pool(own) => {
            let account = &plan.accounts[own.account.index()];
            let held =
                account.slots.iter().find(|(id, _)| *id == market.instrument).map_or(Lots::ZERO, |(_, lots)| *lots);
            let pool = Pool::new(held, account.cash, own.fee, about.step_value, own.curve);
            Forming::Pool(Lying { pool, account: own.account, shares: shares(plan, market) })
        }
    }
}

/// Who provides a pool, each for the share that its population states.
fn shares(plan: &Plan, market: &MarketPlan) -> Shares {
    let own = plan.traders.iter().filter_map(|trader| {
        let (_, all) = trader.params.joins()?.provides()?;
        let leg = trader.legs.first().filter(|leg| plan.markets[leg.market.index()] == *market)?;
        let at = |account: &&AccountId| plan.accounts[account.index()].lender == leg.lender;
        let share = all / f64::from(trader.members.max(1)) * START as f64;
        Some((*trader.accounts.iter().find(at)?, share as u128))
    });
    Shares::new(own)
}

fn lenders(plan: &Plan) -> Lenders {
    let lender = |(index, lender): (usize, &crate::plan::LenderPlan)| Lender {
        id: LenderId::from_index(index),
        terms: lender.terms(),
        plan: lender.clone(),
        loss: Cash::ZERO,
        passed_on: Cash::ZERO,
        failed: false,
        changed: false,
        selling: false,
        assessed: vec![Cash::ZERO; lender.funds.contributions.len()],
    };
    Lenders::new(plan.lenders.iter().enumerate().map(lender).collect())
}

fn spawn_traders(
    world: &mut World,
    plan: &Plan,
    seed: u64,
    ledger: &Ledger,
    wakes: &mut Wakes,
) -> Vec<(Option<Kind>, Entity)> {
    let opening = opening_marks(&plan.instruments, plan.clock.time_of(Tick::new(0)));
    let supported = |trader: &TraderPlan| trader.firm.clone().map_or(vec![], |own| own.supports.clone()).into_iter();
    let spawn = |(index, trader): (usize, &TraderPlan)| {
        let id = TraderId::from_index(index);
        let mut entity = world.spawn_empty();
        let Some(instrument) = trader.instrument else {
            entity.insert(Firm {
                id,
                accounts: trader.accounts.clone(),
                failed: None,
                treasury: Treasury {
                    held_up: supported(trader).map(|it| opening.price(it.instrument)).collect(),
                    is_stated: trader.firm.is_some(),
                    ..Treasury::new(trader.firm.clone().unwrap_or_default())
                },
                luck: stream(seed, &trader.name, Purpose::Talk),
            });
            return (None, entity.id());
        };
        let account = trader.accounts[0];
        let legs: Vec<_> = trader.legs.iter().map(|leg| own_leg(ledger, trader, leg)).collect();
        let home = legs.first().map_or_else(|| home(plan, account, instrument), |own| own.leg);
        let about = &plan.instruments[instrument.index()];
        let subject = subject(trader, &plan.lucks[instrument.index()]);
        let mut draws = stream(seed, &subject, Purpose::Decide);
        let (account, held) = (home.account, held(ledger, home.account, instrument));
        let place = (trader.member, trader.members);
        let mut traits = stream(seed, &subject, Purpose::Traits);
        let own = (&mut draws, &mut traits);
        let mut birth = Birth { plan, about, place, account, held, legs: &legs, draws: own.0, traits: own.1 };
        let Some(born) = trader.params.bear(&mut birth, &mut entity) else {
            unreachable!("who trades one instrument decides for itself")
        };
        let name = name_hash(&subject);
        let who = Trader { id, home, name, latency: trader.latency.unwrap_or(born.latency) };
        entity.insert((who, Draws(draws)));
        wakes.wheel.add(Tick::new(born.first_wake), id);
        (Some(born.kind), entity.id())
    };
    plan.traders.iter().enumerate().map(spawn).collect()
}

/// Whose stream it is. A trader's name leaves out what goes without saying: its instrument where its population
/// trades one, its number where it is the only one. Its luck must not change when that ceases to go without saying.
fn subject(trader: &TraderPlan, instrument: &str) -> String {
    let population = trader.name.split('[').next().expect("a name has a beginning");
    format!("{population}[{instrument},{}]", trader.member)
}

/// What a trader of one instrument trades: that, on its first venue.
fn home(plan: &Plan, account: AccountId, instrument: InstrumentId) -> Leg {
    let Some(market) = plan.instruments[instrument.index()].kind.primary() else {
        unreachable!("behaviours trade what has a book")
    };
    Leg { account, instrument, market }
}

/// A lender that keeps positions apart has divided a desk's account among pools: the one with a place for the
/// instrument is the leg's.
fn own_leg(ledger: &Ledger, trader: &TraderPlan, leg: &LegPlan) -> OwnLeg {
    let accounts = &ledger.accounts;
    let here = |account: &AccountId| {
        accounts.lender(*account) == leg.lender && accounts.slot_of(*account, leg.instrument).is_some()
    };
    let account = *trader.accounts.iter().find(|account| here(account)).expect("a desk has an account for each leg");
    let held = held(ledger, account, leg.instrument);
    OwnLeg { leg: Leg { account, instrument: leg.instrument, market: leg.market }, held }
}

fn held(ledger: &Ledger, account: AccountId, instrument: InstrumentId) -> Lots {
    let slot = ledger.accounts.slot_of(account, instrument).expect("a trader has a slot for what it trades");
    ledger.accounts.lots(slot)
}

fn watched(plan: &Plan) -> Vec<AccountId> {
    let traders = plan.accounts.iter().enumerate().filter(|(_, account)| account.watched && !plan.is_house(account));
    traders.map(|(index, _)| AccountId::from_index(index)).collect()
}

fn alphabet(plan: &Plan) -> Vec<u32> {
    if !plan.lenders.iter().any(LenderPlan::deleverages) {
        return Vec::new();
    }
    let mut order: Vec<AccountId> = (0..plan.account_count()).map(AccountId::from_index).collect();
    order.sort_by(|one, other| plan.by_name(*one, *other));
    let mut places = vec![0; order.len()];
    (0..).zip(order).for_each(|(place, account)| places[account.index()] = place);
    places
}

fn clients(plan: &Plan, ledger: &Ledger) -> Vec<AccountRuns> {
    let mut clients = vec![AccountRuns::default(); plan.lenders.len()];
    for account in ledger.accounts.ids().filter(|account| ledger.accounts.trader(*account).is_some()) {
        clients[ledger.accounts.lender(account).index()].push(account);
    }
    clients
}

/// In ticks: how far back the trader looks that looks furthest. Before the run there is nothing to see.
pub fn longest_lookback(plan: &Plan) -> u32 {
    let lookback = |trader: &TraderPlan| trader.params.joins().map_or(0, |own| ticks_in(plan, own.lookback()));
    plan.traders.iter().map(lookback).max().unwrap_or(0).min(plan.clock.ticks)
}

fn values(plan: &Plan, seed: u64) -> Values {
    let streams = plan.lucks.iter().map(|name| stream(seed, name, Purpose::Value)).collect();
    let walk = |about: &InstrumentPlan| match about.ordinary.value_walk {
        ValueWalk::Geometric => (about.ordinary.value_volatility / ticks_in_day(plan).sqrt(), 0),
        ValueWalk::Rounds { length, volatility } => {
            let ticks = ticks_in(plan, length);
            (volatility / about.price_of(about.start) / f64::from(ticks).sqrt(), ticks)
        }
    };
    let (step, round) = plan.instruments.iter().map(walk).unzip();
    let count = plan.instruments.len();
    let replayed = vec![0; plan.replay.len()];
    let (mixing, draws) = (plan.mixing.clone(), vec![0.0; count]);
    Values { streams, regime: vec![1.0; count], step, round, mixing, draws, replayed }
}
