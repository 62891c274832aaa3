//! A study, with ids for names.

use crate::file::WorldFile;
use engine::plan::Plan;
use engine::study::{DEEPEST, QueuesPlan, RoundsPlan, StudyFile, StudyPlan, WIDEST};
use engine::traders::eyes::ticks_in;
use ground::units::{InstrumentId, Lots, Tick};

/// What does not exist, `check` has found.
pub fn study(study: &StudyFile, file: &WorldFile, plan: &Plan) -> StudyPlan {
    let instrument = |name: &str| file.instruments.position(name).map(InstrumentId::from_index);
    let member = |name: &str, of: Option<InstrumentId>| {
        let population = |full: &str| full.split('[').next() == Some(name);
        let who = plan.traders.iter().find(|trader| {
            population(&trader.name) && of.is_none_or(|of| trader.instrument == Some(of)) && !trader.accounts.is_empty()
        })?;
        Some((who.accounts[0], who.instrument?))
    };
    let queues = study.queues.iter().filter_map(|own| {
        let id = instrument(&own.instrument)?;
        Some(QueuesPlan {
            instrument: id,
            order: plan.instruments[id.index()].lots_of(own.order).max(Lots::new(1)),
            deepest: own.deepest.clamp(1, DEEPEST),
            widest: own.widest.clamp(1, WIDEST),
            waits: own.waits.as_ref().and_then(|trader| member(trader, Some(id))).map(|(account, _)| account),
        })
    });
    let rounds = study.rounds.iter().filter_map(|own| {
        let (account, instrument) = member(&own.trader, None)?;
        Some(RoundsPlan { account, instrument, length: ticks_in(plan, own.length) })
    });
    StudyPlan {
        from: study.from.map_or(Tick::new(0), |from| plan.clock.tick_at(from.time())),
        quotes: study.quotes.iter().filter_map(|name| instrument(name)).collect(),
        queues: queues.collect(),
        rounds: rounds.collect(),
    }
}
