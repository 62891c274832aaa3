//! A price path from a file that drives what informed traders think an instrument is worth, up to a chosen time.
//!
//! ```text
//! replay: [(instrument: "viac", path: "viac.csv", until: "2021-03-22 16:00", largest_gap: "2h")],
//! ```
//!
//! The file is CSV with a header, or Parquet, by the ending of its name. Its columns are `time` (a moment, or ISO 8601 as
//! text, on the world's clock), `price` (currency per unit) and, where it holds more than one instrument, `instrument` (rows of others
//! are passed over). From the tick that begins at or after a row's time the instrument's value is that price, as a multiple
//! of the price it starts at, until the next row; from `until` on it walks on by itself from where it is. Its own draws
//! are made all the time, so what comes afterwards is drawn as it would be without a replay.
//!
//! World files come from strangers. A path leads into the folder of its world and nowhere else ([`data`]), files and
//! rows are counted before they are read (`rows`), and everything that is wrong with a file is found at once, each kind
//! with the first row that has it (`path`). Rows after `until` are read and not used.
//!
//! Known limit: a value is a step function; nothing is interpolated.

pub mod data;
mod path;
mod rows;
#[cfg(test)]
mod tests;

use crate::file::{InstrumentFile, WorldFile};
use data::Data;
use engine::plan::ReplayPlan;
use engine::plan::{Calendar, InstrumentPlan};
use ground::moments::Moment;
use ground::units::{InstrumentId, Span};
use language::findings::Findings;
use language::read::Read;
use std::collections::BTreeSet;

/// As a world states it.
#[derive(Clone, Debug, PartialEq, Read)]
pub struct ReplayFile {
    pub instrument: String,
    /// Beside the world's file or in a folder below that: `"prices.csv"`.
    pub path: String,
    /// When the value begins to walk by itself.
    pub until: Moment,
    /// Longest trading time without a row. Left out: an ordinary day's.
    #[read(default)]
    pub largest_gap: Option<Span>,
}

/// The paths of a world. Instruments that are unusable are for others to report.
pub fn plans(
    file: &WorldFile,
    calendar: Option<&Calendar>,
    instruments: &[InstrumentPlan],
    unusable: &[bool],
    findings: &mut Findings,
) -> Vec<ReplayPlan> {
    let mut plans = Vec::new();
    let mut seen = BTreeSet::new();
    for (index, replay) in file.replay.iter().enumerate() {
        let at = format!("replay[{index}]");
        if !seen.insert(replay.instrument.as_str()) {
            findings.add(
                format_args!("{at}.instrument"),
                format!("\"{}\" is replayed twice", replay.instrument),
                "keep one of the two",
            );
            continue;
        }
        let Some(id) = file.instruments.position(&replay.instrument) else { continue };
        let Some(calendar) = calendar.filter(|_| !unusable[id]) else { continue };
        if let Some(plan) = plan(&at, replay, file, calendar, (id, &instruments[id]), findings) {
            plans.push(plan);
        }
    }
    plans
}

fn plan(
    at: &str,
    replay: &ReplayFile,
    file: &WorldFile,
    calendar: &Calendar,
    (id, about): (usize, &InstrumentPlan),
    findings: &mut Findings,
) -> Option<ReplayPlan> {
    let at_path = format!("{at}.path");
    let (bytes, sha256) = match file.data.get(&replay.path)? {
        Data::Bytes { bytes, sha256 } => (bytes, sha256),
        Data::Unreadable { reason, remedy } => {
            findings.add(at_path, reason.clone(), remedy.clone());
            return None;
        }
    };
    let mut local = Findings::default();
    let below_zero = file.instruments.get(&replay.instrument).is_some_and(InstrumentFile::may_be_below_zero);
    let rows = rows::read(&at_path, &replay.path, bytes, (&replay.instrument, below_zero), &mut local);
    let plan = rows.map(|rows| {
        let until = calendar.tick_at(replay.until.time());
        let gap = replay
            .largest_gap
            .unwrap_or(Span::seconds((calendar.ticks_in_day() * calendar.tick.as_seconds() as f64) as i64));
        let start = about.price_of(about.start);
        let (from, values) = path::path(&at_path, &rows, calendar, replay.until, (start, gap), &mut local);
        let instrument = InstrumentId::from_index(id);
        ReplayPlan { instrument, path: replay.path.clone(), sha256: sha256.clone(), until, from, values }
    });
    for found in local.into_list() {
        findings.add(found.path, found.reason, found.remedy);
    }
    plan
}

/// What is wrong with it besides its data: names and times.
pub fn check(file: &WorldFile, findings: &mut Findings) {
    for (index, replay) in file.replay.iter().enumerate() {
        if replay.largest_gap == Some(Span::ZERO) {
            findings.add(
                format_args!("replay[{index}].largest_gap"),
                "no time at all",
                "give a length of trading time such as \"2h\", or leave it out for a day",
            );
        }
    }
}
