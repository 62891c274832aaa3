//! One tick. Read this folder first.
//!
//! [`schedule`] below names the stages in their order. Each is one system, a list of thin functions of [`stages`] that call
//! the mechanics. What a stage hands to the next lies in a tray ([`trays`]); trays and what lasts are one resource,
//! the [`state`], out of which each function takes what it names.
//!
//! 1. *events*: blocks are sold that were on offer over night; shocks strike, values walk, books open, orders lapse, traders wake
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
//! One schedule, one thread, one explicit chain; bevy is told to refuse any pair of systems whose
//! order would be left to chance.

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
use bevy_ecs::prelude::{IntoScheduleConfigs, ResMut, Schedule, SystemSet, World};
use bevy_ecs::schedule::{LogLevel, ScheduleBuildSettings, SingleThreadedExecutor};
use bevy_ecs::system::{IntoSystem, RunSystemOnce, System};
use shocks::Officials;
use stages::auctions::Bidders;
use stages::decide::decide;
use stages::{
    accrue, auctions, contracts, demand, deposits, events, halts, impact, liquidate, margin, mark, matching, payouts,
    pegs, pool, populations, record, screen, settle, standstill, study, treasury, waterfall,
};
use state::{Firms, State};
use std::any::TypeId;

/// The stages, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, SystemSet)]
pub enum Stage {
    Events,
    Decide,
    Screen,
    Match,
    Settle,
    Mark,
    Margin,
    Treasury,
    Liquidate,
    Waterfall,
    Record,
}

impl Stage {
    pub const ORDER: [Self; 11] = [
        Self::Events,
        Self::Decide,
        Self::Screen,
        Self::Match,
        Self::Settle,
        Self::Mark,
        Self::Margin,
        Self::Treasury,
        Self::Liquidate,
        Self::Waterfall,
        Self::Record,
    ];
}

/// The schedule of one tick of a world that has been spawned: the stages one after the other, and of the behaviours those
/// that somebody in it has.
pub fn schedule(world: &mut World) -> Schedule {
    use Stage::{Decide, Events, Liquidate, Margin, Mark, Match, Record, Screen, Settle, Treasury, Waterfall};
    let behaviours = state::state(world).needs.behaviours;
    let mut schedule = Schedule::default();
    schedule.set_executor(SingleThreadedExecutor::default());
    schedule.set_build_settings(ScheduleBuildSettings {
        // Most of what a short run costs would be to look for what is not there.
        ambiguity_detection: if cfg!(debug_assertions) { LogLevel::Error } else { LogLevel::Ignore },
        ..ScheduleBuildSettings::default()
    });
    schedule.configure_sets(
        (Events, Decide, Screen, Match, Settle, Mark, Margin, Treasury, Liquidate, Waterfall, Record).chain(),
    );
    schedule.add_systems((
        begin.in_set(Events),
        screen_intents.in_set(Screen),
        match_intents.in_set(Match),
        settle_up.in_set(Settle),
        mark_all.in_set(Mark),
        check_margin.in_set(Margin),
        find_cash.in_set(Treasury),
        liquidate_accounts.in_set(Liquidate),
        close_out.in_set(Waterfall),
        take_down.in_set(Record),
    ));
    add_deciding(&mut schedule, behaviours);
    schedule
}

fn begin(mut state: ResMut<State>, mut firms: Firms<'_, '_>, officials: Officials<'_, '_>, bidders: Bidders<'_, '_>) {
    let state = &mut *state;
    if state.needs.shocks {
        payouts::resume(state, &firms);
        pegs::go_on(state);
    }
    if work::offers(state) {
        auctions::sell_before_the_open(state, &bidders);
    }
    if state.needs.shocks {
        shocks::strike_shocks(state, firms.reborrow(), officials);
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

fn screen_intents(mut state: ResMut<State>) {
    let state = &mut *state;
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

fn match_intents(mut state: ResMut<State>) {
    let state = &mut *state;
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

fn settle_up(mut state: ResMut<State>) {
    let state = &mut *state;
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

fn mark_all(mut state: ResMut<State>) {
    let state = &mut *state;
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

fn check_margin(mut state: ResMut<State>) {
    margin::check_margin(&mut state);
}

fn find_cash(mut state: ResMut<State>, mut firms: Firms<'_, '_>) {
    if state.needs.firms {
        treasury::pay_calls(&mut state, &mut firms);
    }
}

fn liquidate_accounts(mut state: ResMut<State>, mut firms: Firms<'_, '_>, bidders: Bidders<'_, '_>) {
    let state = &mut *state;
    let unwinds = work::unwinds(state);
    if unwinds {
        liquidate::declare_breaches(state, &mut firms);
    }
    if state.needs.agreements {
        standstill::keep_agreements(state);
    }
    if unwinds {
        auctions::hold_auctions(state, &bidders);
    }
    if state.needs.deleveraging {
        waterfall::deleverage(state);
    }
    if unwinds {
        liquidate::queue_forced_orders(state);
    }
}

fn close_out(mut state: ResMut<State>, mut firms: Firms<'_, '_>) {
    let state = &mut *state;
    if work::unwinds(state) {
        waterfall::close_accounts(state, &mut firms);
    }
    if work::capital_moves(state) {
        waterfall::fail_lenders(state, &mut firms);
    }
}

fn take_down(mut state: ResMut<State>, firms: Firms<'_, '_>) {
    let state = &mut *state;
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
        record::gather_accounts(state, &firms);
    }
    if state.needs.populations {
        populations::gather_populations(state);
    }
    if work::lenders_report(state) {
        record::gather_lenders(state);
    }
    record::audit(state);
    // The tick is over.
    state.gather.ticks += 1;
    state.clock.advance();
}

/// The run is over, after whichever tick: what accounts lack at the last marks goes the way of all shortfalls.
pub fn end(world: &mut World) {
    fn settle(mut state: ResMut<State>, mut firms: Firms<'_, '_>) {
        waterfall::settle_what_is_lacking(&mut state, &mut firms);
    }
    world.run_system_once(settle).expect("a world that was spawned has its state");
}

/// The behaviours one after the other, in the order of their list.
fn add_deciding(schedule: &mut Schedule, behaviours: [bool; Kind::COUNT]) {
    macro_rules! add {
        ($($name:ident($module:ident::$component:ident),)*) => {
            $(if behaviours[Kind::$name as usize] {
                schedule.add_systems(
                    decide::<crate::traders::$module::$component>
                        .in_set(Stage::Decide)
                        .in_set(Deciding(Kind::$name as usize)),
                );
            })*
        };
    }
    with_behaviours!(add);
    let kinds: Vec<usize> = (0..Kind::COUNT).filter(|kind| behaviours[*kind]).collect();
    for pair in kinds.windows(2) {
        schedule.configure_sets(Deciding(pair[1]).after(Deciding(pair[0])));
    }
}

/// All systems that a schedule can have, in their order, each with its stage: what a test of the order of a tick holds the
/// schedule against.
pub fn systems() -> Vec<(Stage, TypeId)> {
    fn id<M>(system: impl IntoSystem<(), (), M>) -> TypeId {
        System::system_type(&IntoSystem::into_system(system))
    }
    macro_rules! list {
        ($($name:ident($module:ident::$component:ident),)*) => {
            vec![$((Stage::Decide, id(decide::<crate::traders::$module::$component>)),)*]
        };
    }
    let mut all = vec![(Stage::Events, id(begin))];
    all.extend(with_behaviours!(list));
    all.extend([
        (Stage::Screen, id(screen_intents)),
        (Stage::Match, id(match_intents)),
        (Stage::Settle, id(settle_up)),
        (Stage::Mark, id(mark_all)),
        (Stage::Margin, id(check_margin)),
        (Stage::Treasury, id(find_cash)),
        (Stage::Liquidate, id(liquidate_accounts)),
        (Stage::Waterfall, id(close_out)),
        (Stage::Record, id(take_down)),
    ]);
    all
}

/// One behaviour's turn within the decide stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, SystemSet)]
struct Deciding(usize);
