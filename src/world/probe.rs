//! What a world says of its probe: how to measure, and the bands that the measurements must fall in.
//!
//! ```ron
//! probe: (
//!     seeds: 20,
//!     parent: (sizes: [0.001, 0.01, 0.1, 1.0], over: ["1h"]),
//!     expect: [
//!         (what: ImpactExponent, min: 0.4, max: 0.6, why: "the square-root law"),
//!     ],
//! ),
//! ```

use crate::file::WorldFile;
use engine::plan::Calendar;
use engine::probe_plan::{ProbeExpect, ProbePlan, Quantity};
use ground::units::Span;
use language::findings::Findings;
use language::read::Read;

#[derive(Clone, Debug, Default, Read)]
pub struct ProbeFile {
    /// Which instrument is probed. Left out: the first that has a price of its own.
    #[read(default)]
    pub instrument: Option<String>,
    /// Seeds, when the command line names no number: the first and those that follow it. Left out: 4.
    #[read(default, within = 1.0..=MOST_SEEDS as f64)]
    pub seeds: Option<u32>,
    /// The orders by which impact is measured. Left out: see its fields.
    #[read(default)]
    pub parent: ParentFile,
    /// Bands that a probe of the world as shipped must fall in, over as many seeds as stated or more. A `run` does
    /// not look at them. Left out: none.
    #[read(default)]
    pub expect: Vec<ProbeExpectFile>,
}

#[derive(Clone, Debug, Default, Read)]
pub struct ParentFile {
    /// Shares of the ordinary daily volume, each the size of one order. Left out: from a thousandth to all of it.
    #[read(default, within = 1e-6..=100.0)]
    pub sizes: Vec<f64>,
    /// Trading times over which each size is worked. Left out: a quarter of a day, or of the run if it is shorter.
    #[read(default, some_time)]
    pub over: Vec<Span>,
    /// Trading time from the start of the run to the first trade. Left out: a quarter of the run.
    #[read(default)]
    pub after: Option<Span>,
    /// Trading time from the last trade to the look at what remains. Left out: as long as it was worked.
    #[read(default)]
    pub rest: Option<Span>,
}

#[derive(Clone, Debug, Read)]
pub struct ProbeExpectFile {
    pub what: Quantity,
    pub min: f64,
    pub max: f64,
    /// What the band rests on.
    pub why: String,
}

/// Seeds when nobody says how many.
const SEEDS: u32 = 4;
/// More is a mistake.
const MOST_SEEDS: u32 = 100_000;
const MOST_PARENTS: usize = 100;
/// Shares of a day's volume: a decade and its third, from a thousandth to all of it.
const SIZES: [f64; 7] = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0];

/// What is wrong with what the file says, names apart.
pub fn check(file: &ProbeFile, findings: &mut Findings) {
    let ParentFile { sizes, over, .. } = &file.parent;
    for (name, count) in [("sizes", sizes.len()), ("over", over.len())] {
        if count > MOST_PARENTS {
            let remedy = format!("list at most {MOST_PARENTS}");
            findings.add(format_args!("probe.parent.{name}"), format!("a list of {count}"), remedy);
        }
    }
    for (index, band) in file.expect.iter().enumerate() {
        let path = format!("probe.expect[{index}]");
        for (name, end) in [("min", band.min), ("max", band.max)] {
            if end.is_nan() {
                findings.add(format_args!("{path}.{name}"), "it is not a number", "give a number, or inf");
            }
        }
        if band.min > band.max {
            let reason = format!("the band from {} to {} is empty", band.min, band.max);
            findings.add(format_args!("{path}.min"), reason, "swap min and max");
        }
        if band.why.trim().is_empty() {
            findings.add(format_args!("{path}.why"), "the band rests on nothing", "say in one line what it rests on");
        }
    }
}

/// With every default filled in. What does not fit into the run is a finding; what is left out fits.
pub fn plan(file: &WorldFile, calendar: Option<&Calendar>, findings: &mut Findings) -> ProbePlan {
    let own = file.probe.clone().unwrap_or_default();
    let (ticks, step, day) = calendar
        .map_or((4, 1, 4), |calendar| (calendar.ticks, calendar.tick.as_seconds(), calendar.ticks_in_day() as u32));
    let in_ticks = |span: Span| u32::try_from(span.as_seconds() / step.max(1)).unwrap_or(u32::MAX).max(1);
    let sizes = if own.parent.sizes.is_empty() { SIZES.to_vec() } else { own.parent.sizes };
    let after = own.parent.after.map_or(ticks / 4, in_ticks);
    let left = ticks.saturating_sub(after) / 2;
    let over = if own.parent.over.is_empty() {
        vec![(day / 4).min(left).max(1)]
    } else {
        own.parent.over.iter().map(|span| in_ticks(*span)).collect()
    };
    let rest = own.parent.rest.map(in_ticks);
    if calendar.is_some() && file.probe.is_some() {
        for (index, over) in over.iter().enumerate() {
            let end = u64::from(after) + u64::from(*over) + u64::from(rest.unwrap_or(*over));
            if end > u64::from(ticks) {
                findings.add(
                    format_args!("probe.parent.over[{index}]"),
                    format!("begun after {after} ticks, the order and its rest would end in tick {end} of {ticks}"),
                    "run for longer, begin sooner, or work the order over a shorter time",
                );
            }
        }
    }
    let expect = own.expect.into_iter();
    ProbePlan {
        instrument: own.instrument,
        seeds: own.seeds.unwrap_or(SEEDS),
        sizes,
        over,
        after,
        rest,
        expect: expect.map(|it| ProbeExpect { what: it.what, min: it.min, max: it.max, why: it.why }).collect(),
    }
}
