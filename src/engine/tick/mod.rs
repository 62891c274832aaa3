//! One tick. Read this folder first.
//!
//! [`schedule`] below names the stages in their order; each is one thin file in [`stages`] that calls
//! the mechanics. What a stage hands to the next lies in a tray ([`trays`]); what lasts lies in
//! components and resources ([`state`]).
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

use crate::gather::Gather;
use crate::shocks;
use crate::traders::{Kind, with_behaviours};
use bevy_ecs::prelude::{IntoScheduleConfigs, ResMut, Schedule, SystemSet, World};
use bevy_ecs::schedule::{Chain, LogLevel, ScheduleBuildSettings, ScheduleConfigs, SingleThreadedExecutor};
use bevy_ecs::system::{IntoSystem, ScheduleSystem, System};
use needs::Needs;
use stages::decide::decide;
use stages::{
    accrue, auctions, contracts, demand, deposits, events, halts, impact, liquidate, margin, mark, matching, payouts,
    pegs, pool, populations, record, screen, settle, standstill, study, treasury, waterfall,
};
use state::Scene;
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

/// What only the troubled need.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, SystemSet)]
struct Unwinding;

/// The schedule of one tick of a world that has been spawned, without what its plan cannot need.
pub fn schedule(world: &mut World) -> Schedule {
    let scene = world.resource::<Scene>();
    let mut behaviours = [false; Kind::COUNT];
    scene.traders.iter().filter_map(|(kind, _)| *kind).for_each(|kind| behaviours[kind as usize] = true);
    let needs = Needs::of(&scene.plan, &world.resource::<Gather>().gauges, behaviours);
    schedule_of(&needs)
}

/// The systems that are needed, in their order.
pub fn schedule_of(needs: &Needs) -> Schedule {
    use Stage::{Decide, Events, Liquidate, Margin, Mark, Match, Record, Screen, Settle, Treasury, Waterfall};
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
    schedule.configure_sets((Decide.run_if(work::anybody_decides), Unwinding.run_if(work::unwinds)));
    let systems = (
        (
            when(needs.shocks, payouts::resume),
            when(needs.shocks && needs.pegs, pegs::go_on),
            auctions::sell_before_the_open.run_if(work::offers),
            when(needs.shocks, shocks::strike_shocks),
            events::walk_values,
            when(needs.impact, impact::hear_news),
            when(needs.auctions, events::open_books),
            events::lapse_orders,
            events::wake_traders,
        )
            .chain()
            .in_set(Events),
        (
            when(needs.demand, demand::move_money),
            (screen::withdraw, screen::screen).chain().run_if(work::screens),
            when(needs.demand, demand::take_demands),
            screen::shrink_reduce_only.run_if(work::shrinks),
        )
            .chain()
            .in_set(Screen),
        (
            matching::match_orders.run_if(work::matches),
            when(needs.impact, impact::form_prices),
            when(needs.demand, demand::clear_markets),
            when(needs.pool, pool::swap),
            when(needs.auctions, matching::uncross),
            when(needs.halts, halts::reopen),
            when(needs.halts, halts::note_trades),
        )
            .chain()
            .in_set(Match),
        (
            settle::settle,
            when(needs.pool, (pool::look_again, pool::provide).chain()),
            when(needs.pegs, pegs::mint_and_burn),
            when(needs.deposits, deposits::pay_out),
        )
            .chain()
            .in_set(Settle),
        (
            mark::set_marks,
            mark::follow_marks,
            mark::publish,
            when(needs.halts, halts::look),
            when(needs.contracts, contracts::expire),
            when(needs.contracts, contracts::pay_variation_margin),
            when(needs.funding, accrue::pay_funding),
            when(needs.interest, accrue::pay_interest),
        )
            .chain()
            .in_set(Mark),
        margin::check_margin.in_set(Margin),
        when(needs.firms, treasury::pay_calls).in_set(Treasury),
        (
            liquidate::declare_breaches.in_set(Unwinding),
            when(needs.agreements, standstill::keep_agreements),
            auctions::hold_auctions.in_set(Unwinding),
            when(needs.deleveraging, waterfall::deleverage),
            liquidate::queue_forced_orders.in_set(Unwinding),
        )
            .chain()
            .in_set(Liquidate),
        (waterfall::close_accounts.in_set(Unwinding), waterfall::fail_lenders.run_if(work::capital_moves))
            .chain()
            .in_set(Waterfall),
        (
            record::gather_markets,
            when(needs.pegs, record::gather_pegs),
            when(needs.pool, record::gather_pools),
            when(needs.deposits, deposits::gather),
            when(needs.study, study::count),
            when(needs.holdings, record::gather_holdings),
            when(needs.funds, waterfall::gather_funds),
            when(needs.watched, record::gather_accounts),
            when(needs.populations, populations::gather_populations),
            record::gather_lenders.run_if(work::lenders_report),
            record::audit,
            advance,
        )
            .chain()
            .in_set(Record),
    );
    schedule.add_systems(needed(systems.into_configs()));
    add_deciding(&mut schedule, needs);
    schedule
}

/// A system, or none when it is not needed.
fn when<M>(needed: bool, system: impl IntoScheduleConfigs<ScheduleSystem, M>) -> ScheduleConfigs<ScheduleSystem> {
    if needed {
        return system.into_configs();
    }
    ScheduleConfigs::Configs { configs: Vec::new(), collective_conditions: Vec::new(), metadata: Chain::Unchained }
}

/// The same without the places of what is not needed: a chain would end there.
fn needed(systems: ScheduleConfigs<ScheduleSystem>) -> ScheduleConfigs<ScheduleSystem> {
    match systems {
        ScheduleConfigs::Configs { configs, collective_conditions, metadata } => {
            let some = |own: &ScheduleConfigs<ScheduleSystem>| !matches!(own, ScheduleConfigs::Configs { configs, .. } if configs.is_empty());
            let configs = configs.into_iter().map(needed).filter(some).collect();
            ScheduleConfigs::Configs { configs, collective_conditions, metadata }
        }
        one => one,
    }
}

/// The behaviours one after the other, in the order of their list.
fn add_deciding(schedule: &mut Schedule, needs: &Needs) {
    macro_rules! add {
        ($($name:ident($module:ident::$component:ident),)*) => {
            $(if needs.behaviours[Kind::$name as usize] {
                schedule.add_systems(
                    decide::<crate::traders::$module::$component>
                        .run_if(work::decides::<{ Kind::$name as usize }>)
                        .in_set(Stage::Decide)
                        .in_set(Deciding(Kind::$name as usize)),
                );
            })*
        };
    }
    with_behaviours!(add);
    let kinds: Vec<usize> = (0..Kind::COUNT).filter(|kind| needs.behaviours[*kind]).collect();
    for pair in kinds.windows(2) {
        schedule.configure_sets(Deciding(pair[1]).after(Deciding(pair[0])));
    }
}

/// The behaviours' systems by name, in their order: what a test of the order of a tick holds the schedule against.
pub fn deciding() -> Vec<(&'static str, TypeId)> {
    fn id<M>(system: impl IntoSystem<(), (), M>) -> TypeId {
        System::system_type(&IntoSystem::into_system(system))
    }
    macro_rules! list {
        ($($name:ident($module:ident::$component:ident),)*) => {
            vec![$((stringify!($name), id(decide::<crate::traders::$module::$component>)),)*]
        };
    }
    with_behaviours!(list)
}

/// One behaviour's turn within the decide stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, SystemSet)]
struct Deciding(usize);

/// The tick is over.
fn advance(mut clock: ResMut<clock::Clock>, mut gather: ResMut<Gather>) {
    gather.ticks += 1;
    clock.advance();
}
