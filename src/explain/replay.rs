//! A run simulated up to a tick.

use super::moment::{When, tick_ended_by};
use bevy_ecs::prelude::World;
use engine::options::RunOptions;
use engine::plan::Plan;
use engine::tick;
use engine::tick::spawn::spawn;
use engine::tick::state::state;
use ground::units::{AccountId, Tick};
use std::ops::ControlFlow;

/// When the replay is to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// After this tick.
    Tick(Tick),
    /// After the tick in which the account breaks; `or_end`: or after the last, if it never does.
    Breach { or_end: bool },
}

/// How a replay ended.
pub enum Replayed {
    /// The world at the end of this tick.
    At(Box<World>, Tick),
    /// The account never broke.
    NoBreach,
    /// Somebody asked to stop.
    Stopped,
}

impl Until {
    /// # Errors
    /// When the run has no such tick: reason and remedy.
    pub fn of(when: Option<When>, plan: &Plan) -> Result<Self, (String, String)> {
        let last = plan.clock.ticks.saturating_sub(1);
        match when {
            None => Ok(Self::Breach { or_end: true }),
            Some(When::Breach) => Ok(Self::Breach { or_end: false }),
            Some(When::End) => Ok(Self::Tick(Tick::new(last))),
            Some(When::Tick(tick)) if tick <= last => Ok(Self::Tick(Tick::new(tick))),
            Some(When::Tick(tick)) => {
                Err((format!("the run has no tick {tick}"), format!("give a tick from 0 to {last}")))
            }
            Some(When::At(moment)) => tick_ended_by(&plan.clock, moment)
                .map(Self::Tick)
                .map_err(|remedy| (format!("no tick of the run has ended by {moment}, or all have"), remedy)),
        }
    }
}

/// Runs the plan until then. After each tick `progress` hears how many are done and may stop it.
///
/// # Panics
/// When the books do not balance, as any run.
pub fn replay(
    plan: &Plan,
    options: &RunOptions,
    account: AccountId,
    until: Until,
    progress: &mut dyn FnMut(u32) -> ControlFlow<()>,
) -> Replayed {
    let mut world = spawn(plan, options);
    let mut schedule = tick::schedule(&mut world);
    for index in 0..plan.clock.ticks {
        schedule.run(&mut world);
        let tick = Tick::new(index);
        let last = index + 1 == plan.clock.ticks;
        let there = match until {
            Until::Tick(until) => tick == until,
            Until::Breach { or_end } => {
                let broke = |world: &World| state(world).breaches.all.iter().any(|it| it.account == account);
                broke(&world) || (last && or_end)
            }
        };
        if there {
            return Replayed::At(Box::new(world), tick);
        }
        if progress(index + 1).is_break() {
            return Replayed::Stopped;
        }
    }
    Replayed::NoBreach
}
