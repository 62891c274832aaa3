//! What a world asks to be studied.
//!
//! ```ron
//! study: (
//!     from: "2024-03-04 12:00",
//!     quotes: ["share"],
//!     queues: [(instrument: "share", order: 1.0, deepest: 5, widest: 2, waits: "patient")],
//!     rounds: [(trader: "maker", length: "200s")],
//! )
//! ```

use crate::traders::TraderFile;
use crate::traders::eyes::ticks_in;
use crate::world::file::WorldFile;
use crate::world::plan::Plan;
use ground::moments::Moment;
use ground::units::{AccountId, InstrumentId, Lots, Span, Tick};
use language::findings::Findings;
use language::read::Read;

#[derive(Clone, Debug, Default, Read)]
pub struct StudyFile {
    /// Counting begins here, once the market has found its ordinary state. Rounds always begin with the first tick.
    /// Left out: at the start.
    #[read(default)]
    pub from: Option<Moment>,
    /// Instruments of which the spread and the moves are measured. Left out: none.
    #[read(default)]
    pub quotes: Vec<String>,
    /// Left out: none.
    #[read(default)]
    pub queues: Vec<QueuesFile>,
    /// Left out: none.
    #[read(default)]
    pub rounds: Vec<RoundsFile>,
}

#[derive(Clone, Debug, Read)]
pub struct QueuesFile {
    pub instrument: String,
    /// Units of an order: queues are counted in orders.
    pub order: f64,
    /// Longest queue and widest spread (in price steps) that are told apart.
    pub deepest: u32,
    pub widest: u32,
    /// Trader, with one member for this instrument, whose orders are followed. Left out: nobody's.
    #[read(default)]
    pub waits: Option<String>,
}

#[derive(Clone, Debug, Read)]
pub struct RoundsFile {
    /// A trader with one member in all.
    pub trader: String,
    pub length: Span,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StudyPlan {
    pub from: Tick,
    pub quotes: Vec<InstrumentId>,
    pub queues: Vec<QueuesPlan>,
    pub rounds: Vec<RoundsPlan>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueuesPlan {
    pub instrument: InstrumentId,
    pub order: Lots,
    pub deepest: u32,
    pub widest: u32,
    pub waits: Option<AccountId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoundsPlan {
    pub account: AccountId,
    pub instrument: InstrumentId,
    /// In ticks.
    pub length: u32,
}

/// Rows of the table at most, for one instrument: a hundred to each side.
const DEEPEST: u32 = 100;
const WIDEST: u32 = 20;

impl StudyFile {
    pub fn check(&self, file: &WorldFile, findings: &mut Findings) {
        let known = |path: String, name: &str, findings: &mut Findings| match file.instruments.get(name) {
            Some(instrument) if instrument.venues().is_empty() => {
                findings.add(path, format!("\"{name}\" has no market of its own"), "name one that is traded");
            }
            Some(_) => {}
            None => findings.add(path, format!("there is no instrument \"{name}\""), "name one of `instruments`"),
        };
        for (index, name) in self.quotes.iter().enumerate() {
            known(format!("study.quotes[{index}]"), name, findings);
        }
        for (index, own) in self.queues.iter().enumerate() {
            let path = format!("study.queues[{index}]");
            known(format!("{path}.instrument"), &own.instrument, findings);
            findings.positive(format_args!("{path}.order"), own.order);
            findings.within(format_args!("{path}.deepest"), f64::from(own.deepest), 1.0, f64::from(DEEPEST));
            findings.within(format_args!("{path}.widest"), f64::from(own.widest), 1.0, f64::from(WIDEST));
            if let Some(trader) = &own.waits {
                alone(format!("{path}.waits"), trader, Some(&own.instrument), file, findings);
            }
        }
        for (index, own) in self.rounds.iter().enumerate() {
            let path = format!("study.rounds[{index}]");
            alone(format!("{path}.trader"), &own.trader, None, file, findings);
            let tick = file.clock.tick.as_seconds();
            if own.length == Span::ZERO || (tick > 0 && own.length.as_seconds() % tick != 0) {
                let reason = format!("rounds of {} are not a whole number of ticks of {}", own.length, file.clock.tick);
                findings.add(format_args!("{path}.length"), reason, "give a multiple of the tick");
            }
        }
    }

    /// Ids for names. What does not exist, `check` has found.
    pub fn plan(&self, file: &WorldFile, plan: &Plan) -> StudyPlan {
        let instrument = |name: &str| file.instruments.position(name).map(InstrumentId::from_index);
        let member = |name: &str, of: Option<InstrumentId>| {
            let population = |full: &str| full.split('[').next() == Some(name);
            let who = plan.traders.iter().find(|trader| {
                population(&trader.name)
                    && of.is_none_or(|of| trader.instrument == Some(of))
                    && !trader.accounts.is_empty()
            })?;
            Some((who.accounts[0], who.instrument?))
        };
        let queues = self.queues.iter().filter_map(|own| {
            let id = instrument(&own.instrument)?;
            Some(QueuesPlan {
                instrument: id,
                order: plan.instruments[id.index()].lots_of(own.order).max(Lots::new(1)),
                deepest: own.deepest.clamp(1, DEEPEST),
                widest: own.widest.clamp(1, WIDEST),
                waits: own.waits.as_ref().and_then(|trader| member(trader, Some(id))).map(|(account, _)| account),
            })
        });
        let rounds = self.rounds.iter().filter_map(|own| {
            let (account, instrument) = member(&own.trader, None)?;
            Some(RoundsPlan { account, instrument, length: ticks_in(plan, own.length) })
        });
        StudyPlan {
            from: self.from.map_or(Tick::new(0), |from| plan.clock.tick_at(from.time())),
            quotes: self.quotes.iter().filter_map(|name| instrument(name)).collect(),
            queues: queues.collect(),
            rounds: rounds.collect(),
        }
    }
}

/// A trader that decides, of which there is one for the instrument (or at all).
fn alone(path: String, name: &str, instrument: Option<&str>, file: &WorldFile, findings: &mut Findings) {
    let Some(trader) = file.traders.get(name) else {
        findings.add(path, format!("there is no trader \"{name}\""), "name one of `traders`");
        return;
    };
    let Some(joins) = TraderFile::joins(trader) else {
        findings.add(path, format!("\"{name}\" is a firm"), "name a trader of one instrument");
        return;
    };
    let trades = joins.instruments();
    match instrument {
        Some(instrument) if !trades.iter().any(|(_, traded)| *traded == instrument) => {
            findings.add(path, format!("\"{name}\" does not trade \"{instrument}\""), "name a trader who does");
        }
        Some(_) if joins.count() == 1 => {}
        None if joins.count() == 1 && trades.len() == 1 => {}
        _ => findings.add(path, format!("\"{name}\" has several members"), "name a trader with one member"),
    }
}
