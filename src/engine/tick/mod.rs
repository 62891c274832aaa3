//! One tick. Read this folder first.
//!
//! The functions below are the stages in their order, each a list of thin functions of [`stages`] that call the mechanics.
//! What a stage hands to the next lies in a tray ([`trays`]); trays and what lasts are one resource, the [`state`], out of
//! which each function takes what it names.
//!
//! 1. *events*: pauses of the night are over; blocks are sold that were on offer in it; shocks strike, values walk, books open, orders lapse, traders wake
//! 2. *decide*: each trader that is due sees the last published view and leaves intents
//! 3. *screen*: each intent becomes an order or a recorded refusal; forced orders come through here too
//! 4. *match*: orders meet the books in an order drawn from the seed
//! 5. *settle*: fills become double-entry transfers and positions; coins are burnt and minted for their sisters,
//!    deposits are paid out in turn
//! 6. *mark*: marks are set, the view is published, variation margin moves, what expires is paid out, funding and interest are
//! 7. *margin*: equity against requirement; calls
//! 8. *treasury*: firms pay calls while they can
//! 9. *liquidate*: overdue calls become breaches; agreements between lenders hold or break; what is on auction is
//!    sold; auto-deleveraging; forced orders for the next tick
//! 10. *waterfall*: flat accounts are closed and shortfalls handed down; lenders without capital fail
//! 11. *record*: rows and the audit
//!
//! What a plan cannot need is left out ([`needs`]), and what has nothing to do in a tick is not run ([`work`]).
//!
//! One [`schedule`], one thread, one explicit chain: what comes before the traders decide, each behaviour, and what comes
//! after; bevy is told to refuse any pair of systems whose order would be left to chance.

pub mod clock;
pub mod needs;
pub mod open_orders;
pub mod spawn;
pub mod stages;
pub mod state;
pub mod trays;
pub mod view;
pub mod turns;
pub mod wheel;
pub mod work;

use crate::shocks;
use crate::traders::{Kind, with_behaviours};
use bevy_ecs::prelude::{IntoScheduleConfigs, ResMut, Schedule, World};
use bevy_ecs::schedule::{Chain, LogLevel, ScheduleBuildSettings, ScheduleConfigs, SingleThreadedExecutor};
use bevy_ecs::system::{IntoSystem, RunSystemOnce, ScheduleSystem};
use shocks::Officials;
use stages::auctions::Bidders;
use stages::decide::decide;
use stages::{
    accrue, auctions, contracts, demand, deposits, events, halts, impact, liquidate, margin, mark, matching, payouts,
    pegs, pool, populations, record, screen, settle, standstill, study, treasury, waterfall,
};
use state::{Firms, State};
use std::any::TypeId;

/// The schedule of one tick of a world that has been spawned: what comes before anybody decides, the behaviours that
/// somebody in it has, and what comes of their decisions.
pub fn schedule(world: &mut World) -> Schedule {
    let mut schedule = Schedule::default();
    schedule.set_executor(SingleThreadedExecutor::default());
    schedule.set_build_settings(ScheduleBuildSettings {
        // Most of what a short run costs would be to look for what is not there.
        ambiguity_detection: if cfg!(debug_assertions) { LogLevel::Error } else { LogLevel::Ignore },
        ..ScheduleBuildSettings::default()
    });
    let systems = systems_of(state::state(world).needs.behaviours);
    let all = ScheduleConfigs::Configs {
        configs: systems.into_iter().map(|(_, system)| system).collect(),
        collective_conditions: Vec::new(),
        metadata: Chain::Unchained,
    };
    schedule.add_systems(all.chain());
    schedule
}

/// All systems that a schedule can have, in their order: what a test of the order of a tick holds the schedule against.
pub fn systems() -> Vec<TypeId> {
    systems_of([true; Kind::COUNT]).into_iter().map(|(id, _)| id).collect()
}

fn systems_of(behaviours: [bool; Kind::COUNT]) -> Vec<(TypeId, ScheduleConfigs<ScheduleSystem>)> {
    fn one<M>(system: impl IntoSystem<(), (), M>) -> (TypeId, ScheduleConfigs<ScheduleSystem>) {
        let system: ScheduleSystem = Box::new(IntoSystem::into_system(system));
        (system.system_type(), system.into_configs())
    }
    let mut systems = vec![one(before_deciding)];
    macro_rules! add {
        ($($name:ident($module:ident::$component:ident),)*) => {
            $(if behaviours[Kind::$name as usize] {
                systems.push(one(decide::<crate::traders::$module::$component>));
            })*
        };
    }
    with_behaviours!(add);
    systems.push(one(after_deciding));
    systems
}

fn before_deciding(
    mut state: ResMut<State>,
    firms: Firms<'_, '_>,
    officials: Officials<'_, '_>,
    bidders: Bidders<'_, '_>,
) {
    events(&mut state, firms, officials, &bidders);
}

/// One system, for what it takes is looked up once: in a quiet second a system costs more than what happens in it.
fn after_deciding(mut state: ResMut<State>, mut firms: Firms<'_, '_>, bidders: Bidders<'_, '_>) {
    let state = &mut *state;
    screen(state);
    match_orders(state);
    settle(state);
    mark(state);
    margin(state);
    treasury(state, &mut firms);
    liquidate(state, &mut firms, &bidders);
    waterfall(state, &mut firms);
    record(state, &firms);
    // The tick is over.
    state.gather.ticks += 1;
    state.clock.advance();
}

fn events(state: &mut State, firms: Firms<'_, '_>, officials: Officials<'_, '_>, bidders: &Bidders<'_, '_>) {
    if state.needs.halts {
        halts::reopen_after_the_night(state);
    }
    if state.needs.shocks {
        payouts::resume(state, &firms);
        pegs::go_on(state);
    }
    if work::offers(state) {
        auctions::sell_before_the_open(state, bidders);
    }
    if state.needs.shocks {
        shocks::strike_shocks(state, firms, officials);
    }
    events::walk_values(state);
    if state.needs.impact {
        impact::hear_news(state);
    }
    if state.needs.auctions {
        events::open_books(state);
    }
    events::lapse_orders(state);
    events::wake_traders(state);
}

fn screen(state: &mut State) {
    if state.needs.demand {
        demand::move_money(state);
    }
    if work::screens(state) {
        screen::withdraw(state);
        screen::screen(state);
    }
    if state.needs.demand {
        demand::take_demands(state);
    }
    if work::shrinks(state) {
        screen::shrink_reduce_only(state);
    }
}

fn match_orders(state: &mut State) {
    if work::matches(state) {
        matching::match_orders(state);
    }
    if state.needs.impact {
        impact::form_prices(state);
    }
    if state.needs.demand {
        demand::clear_markets(state);
    }
    if state.needs.pool {
        pool::swap(state);
    }
    if state.needs.auctions {
        matching::uncross(state);
    }
    if state.needs.halts {
        halts::reopen(state);
        halts::note_trades(state);
    }
}

fn settle(state: &mut State) {
    settle::settle(state);
    if state.needs.pool {
        pool::look_again(state);
        pool::provide(state);
    }
    if state.needs.pegs {
        pegs::mint_and_burn(state);
    }
    if state.needs.deposits {
        deposits::pay_out(state);
    }
}

fn mark(state: &mut State) {
    mark::set_marks(state);
    mark::follow_marks(state);
    mark::publish(state);
    if state.needs.halts {
        halts::look(state);
    }
    if state.needs.contracts {
        contracts::expire(state);
        contracts::pay_variation_margin(state);
    }
    if state.needs.funding {
        accrue::pay_funding(state);
    }
    if state.needs.interest {
        accrue::pay_interest(state);
    }
}

fn margin(state: &mut State) {
    margin::check_margin(state);
}

fn treasury(state: &mut State, firms: &mut Firms<'_, '_>) {
    if state.needs.firms {
        treasury::pay_calls(state, firms);
    }
}

fn liquidate(state: &mut State, firms: &mut Firms<'_, '_>, bidders: &Bidders<'_, '_>) {
    let unwinds = work::unwinds(state);
    if unwinds {
        liquidate::declare_breaches(state, firms);
    }
    if state.needs.agreements {
        standstill::keep_agreements(state);
    }
    if unwinds {
        auctions::hold_auctions(state, bidders);
    }
    if state.needs.deleveraging {
        waterfall::deleverage(state);
    }
    if unwinds {
        liquidate::queue_forced_orders(state);
    }
}

fn waterfall(state: &mut State, firms: &mut Firms<'_, '_>) {
    if work::unwinds(state) {
        waterfall::close_accounts(state, firms);
    }
    if work::capital_moves(state) {
        waterfall::fail_lenders(state, firms);
    }
}

fn record(state: &mut State, firms: &Firms<'_, '_>) {
    record::gather_markets(state);
    if state.needs.pegs {
        record::gather_pegs(state);
    }
    if state.needs.pool {
        record::gather_pools(state);
    }
    if state.needs.deposits {
        deposits::gather(state);
    }
    if state.needs.study {
        study::count(state);
    }
    if state.needs.holdings {
        record::gather_holdings(state);
    }
    if state.needs.funds {
        waterfall::gather_funds(state);
    }
    if state.needs.watched {
        record::gather_accounts(state, firms);
    }
    if state.needs.populations {
        populations::gather_populations(state);
    }
    if work::lenders_report(state) {
        record::gather_lenders(state);
    }
    record::audit(state);
}

/// The run is over, after whichever tick: what accounts lack at the last marks goes the way of all shortfalls.
pub fn end(world: &mut World) {
    fn settle(mut state: ResMut<State>, mut firms: Firms<'_, '_>) {
        waterfall::settle_what_is_lacking(&mut state, &mut firms);
    }
    world.run_system_once(settle).expect("a world that was spawned has its state");
}
