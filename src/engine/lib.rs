//! The running market: a plan, one tick after the other, who trades, and what is gathered on the way.
//!
//! Start with [`tick`]: its doc is the list of a tick's stages, and its schedule is that list as code. A
//! [`plan::Plan`] is a checked world in whole numbers; [`tick::spawn`] makes a world of entities of it, and after the
//! last tick [`gather`] holds what happened, as ids and whole numbers.
//!
//! The ECS (`bevy_ecs`) holds the population: traders, accounts, instruments, venues, lenders. Stages are thin and
//! call [`mechanics`]; a trader sees the published view and leaves intents, no more.
//!
//! A trader, and a shock, is one file and a line in a list: [`traders`], [`shocks`].
//!
//! It may know [`ground`], [`language`], [`mechanics`] and the plain rows of [`results`]. It opens no file, starts no
//! thread, asks no wall clock, and draws only from the streams of [`ground::rng`].

pub mod plan;
pub mod measures;
pub mod asked;
pub mod correlations;
pub mod crowd;
pub mod runs;
pub mod probe_plan;
pub mod options;
pub mod tick;
pub mod traders;
pub mod shocks;
pub mod stated;
pub mod study;
pub mod gather;
pub mod gauges;
