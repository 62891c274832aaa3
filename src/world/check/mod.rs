//! What must hold between the parts of a world file, and within each.
//!
//! Every check goes on after the first finding. Numbers are only looked at as they are written here;
//! what shows once they are whole numbers is found by `build`.

mod called;
mod contracts;
mod deposits;
mod desks;
mod firms;
mod formation;
mod halts;
mod instruments;
mod latency;
mod lenders;
mod liquidation;
mod limits;
mod names;
mod pegs;
mod reference;
mod replay;
mod stretches;
mod study;
pub mod sizes;
mod traders;
mod value_walk;

use super::file::WorldFile;
use engine::stated::Stated;
use engine::{correlations, shocks};
use language::findings::Findings;
use language::names::{Names, each_named_once, each_once};

/// Sections of which the text could not be read to the end: a name that is not in them may well exist.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gaps {
    pub venues: bool,
    pub instruments: bool,
    pub lenders: bool,
    pub pegs: bool,
    pub traders: bool,
    pub sources: bool,
}

pub fn check(file: &WorldFile, gaps: Gaps, findings: &mut Findings) {
    let mut look = Look {
        file,
        venues: Names::of("venue", "venues", file.venues.names(), gaps.venues),
        instruments: Names::of("instrument", "instruments", file.instruments.names(), gaps.instruments),
        lenders: Names::of("lender", "lenders", file.lenders.names(), gaps.lenders),
        pegs: Names::of("peg", "pegs", file.pegs.names(), gaps.pegs),
        traders: Names::of("trader", "traders", file.traders.names(), gaps.traders),
        sources: Names::of("source", "reference.sources", file.reference.sources.names(), gaps.sources),
        findings,
    };
    names::check(&mut look);
    instruments::check(&mut look);
    formation::check(&mut look);
    value_walk::check(&mut look);
    halts::check(&mut look);
    lenders::check(&mut look);
    pegs::check(&mut look);
    deposits::check(&mut look);
    liquidation::check(&mut look);
    if let Some(volatility) = &file.volatility {
        volatility.check(look.findings);
    }
    contracts::interest(&mut look);
    traders::check(&mut look);
    latency::check(&mut look);
    called::check(&mut look);
    look.ask(|stated, findings| {
        correlations::check_together("correlations", &file.correlations, &[], stated, findings);
        shocks::check(&file.shocks, stated, findings);
    });
    replay::check(&mut look);
    reference::check(&mut look);
    if let Some(study) = &file.study {
        study::check(study, file, look.findings);
    }
    if let Some(probe) = &file.probe {
        if let Some(name) = &probe.instrument {
            look.instruments.has(name, "probe.instrument", look.findings);
        }
        crate::probe::check(probe, look.findings);
    }
}

/// A world under examination.
struct Look<'a> {
    file: &'a WorldFile,
    venues: Names<'a>,
    instruments: Names<'a>,
    lenders: Names<'a>,
    pegs: Names<'a>,
    traders: Names<'a>,
    sources: Names<'a>,
    findings: &'a mut Findings,
}

impl Look<'_> {
    /// Lets a part be checked that stands with its mechanism.
    fn ask(&mut self, check: impl FnOnce(&Stated<'_>, &mut Findings)) {
        let stated = Stated {
            venues: &self.venues,
            instruments: &self.instruments,
            lenders: &self.lenders,
            traders: &self.traders,
            pegs: &self.pegs,
            terms: &self.file.instruments,
            populations: &self.file.traders,
            correlations: &self.file.correlations,
        };
        check(&stated, self.findings);
    }
}
