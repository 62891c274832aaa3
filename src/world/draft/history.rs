//! What is placed in time: shocks, the start of the comparison, reference figures, expectations.
//!
//! A shock outside the run, or a day without a session, is a mistake and not an idle line: it would
//! silently change nothing.

use super::accounts::{People, margin_context};
use super::clock::{bounds, session_on};
use super::markets::Markets;
use crate::file::{ReferencePointFile, WorldFile};
use engine::measures::Measure;
use engine::plan::{Calendar, Expectation, PointKind, Reference, ReferenceFigure, ReferenceLoss, ReferencePrice};
use engine::shocks::{Drafted, ShockPlan};
use engine::traders::Joins;
use ground::moments::{Day, When};
use ground::units::{InstrumentId, LenderId, Tick, Time};
use language::findings::Findings;
use mechanics::mint_burn::PegPlan;
use std::fmt::Display;

pub fn shocks(
    file: &WorldFile,
    calendar: Option<&Calendar>,
    markets: &Markets,
    people: &People,
    pegs: &[PegPlan],
    findings: &mut Findings,
) -> Vec<ShockPlan> {
    if let Some(calendar) = calendar {
        begin_in_time(file, calendar, findings);
    }
    let ranges = people.ranges.iter().map(|(first, count)| *first..first + count);
    let drafted = Drafted {
        calendar,
        decimals: file.currency.decimals,
        venues: &markets.venues,
        instruments: &markets.instruments,
        unusable: &markets.unusable,
        markets: &markets.markets,
        lenders: &people.lenders,
        traders: &people.traders,
        accounts: &people.accounts,
        pegs,
        populations: &file.traders.names().zip(ranges).collect(),
        correlations: &file.correlations,
        margin: &margin_context(file, markets),
    };
    engine::shocks::plans(&file.shocks, &drafted, findings)
}

/// Who begins after the last tick never does anything. One who was to begin before the first begins at the start.
fn begin_in_time(file: &WorldFile, calendar: &Calendar, findings: &mut Findings) {
    let last = calendar.time_of(Tick::new(calendar.ticks - 1));
    for (name, trader) in file.traders.iter() {
        let Some((field, begins)) = trader.joins().and_then(Joins::begins) else { continue };
        if begins.time() > last {
            findings.add(
                format_args!("traders.{name}.{field}"),
                format!("{begins} lies after the run"),
                format!("give a moment up to the last tick's beginning, {last}"),
            );
        }
    }
}

pub fn compare_from(file: &WorldFile, calendar: Option<&Calendar>, findings: &mut Findings) -> Option<Tick> {
    let calendar = calendar?;
    match file.compare_from? {
        When::Close(day) => {
            let session = session(calendar, day, "compare_from", findings)?;
            Some(Tick::new(session.first.index() + session.ticks - 1))
        }
        When::At(moment) => {
            let (begin, end) = bounds(calendar);
            if moment.time() < begin || moment.time() >= end {
                findings.add(
                    "compare_from",
                    format!("{moment} lies outside the run"),
                    format!("give a moment from {begin} to before {end}"),
                );
                return None;
            }
            // The last tick that has ended by then.
            calendar.tick_at(moment.time()).index().checked_sub(1).map(Tick::new)
        }
    }
}

pub fn reference(file: &WorldFile, calendar: Option<&Calendar>, findings: &mut Findings) -> Reference {
    let sources = file.reference.sources.iter().map(|(name, text)| (name.to_owned(), text.clone())).collect();
    let mut built = Reference { sources, ..Reference::default() };
    let fitted_to = match (file.reference.fitted_to, calendar) {
        (Some(day), Some(calendar)) => session(calendar, day, "reference.fitted_to", findings).map(|own| own.close),
        _ => None,
    };
    for (index, prices) in file.reference.prices.iter().enumerate() {
        let Some(instrument) = file.instruments.position(&prices.instrument) else { continue };
        for (point_index, point) in prices.points.iter().enumerate() {
            let path = format!("reference.prices[{index}].points[{point_index}]");
            let (kind, at, price) = match point {
                ReferencePointFile::Close(day, price) => (PointKind::Close, When::Close(*day), *price),
                ReferencePointFile::Low(day, price) => (PointKind::Low, When::Close(*day), *price),
                ReferencePointFile::High(day, price) => (PointKind::High, When::Close(*day), *price),
                ReferencePointFile::At(moment, price) => (PointKind::Moment, When::At(*moment), *price),
            };
            let Some(calendar) = calendar else { continue };
            let at = match at {
                When::Close(day) => session(calendar, day, &path, findings).map(|session| session.close),
                When::At(moment) => {
                    let (begin, end) = bounds(calendar);
                    let inside = moment.time() >= begin && moment.time() <= end;
                    if !inside {
                        let remedy = format!("give a moment from {begin} to {end}, or leave the point out");
                        findings.add(&path, format!("{moment} lies outside the run"), remedy);
                    }
                    inside.then(|| moment.time())
                }
            };
            let Some(at) = at else { continue };
            let instrument = InstrumentId::from_index(instrument);
            let fitted = fitted_to.is_some_and(|last| at <= last);
            built.prices.push(ReferencePrice { instrument, kind, at, price, source: prices.source.clone(), fitted });
        }
    }
    if fitted_to.is_some() && !built.prices.is_empty() && !built.prices.iter().any(|price| price.fitted) {
        let first = built.prices.iter().map(|price| price.at).min();
        findings.add(
            "reference.fitted_to",
            format!("no price of the reference is as early as that: the first is of {}", first.unwrap_or(Time::NEVER)),
            "give the last day that shaped the world, or leave it out",
        );
    }
    for loss in &file.reference.losses {
        let Some(lender) = file.lenders.position(&loss.lender) else { continue };
        let lender = LenderId::from_index(lender);
        built.losses.push(ReferenceLoss { lender, amount: loss.amount, source: loss.source.clone() });
    }
    for (index, figure) in file.reference.figures.iter().enumerate() {
        measure_days(&format!("reference.figures[{index}].what"), &figure.what, calendar, findings);
        let (what, source) = (figure.what.clone(), figure.source.clone());
        built.figures.push(ReferenceFigure { what, history: figure.history, source, fitted: figure.fitted });
    }
    built
}

pub fn expect(file: &WorldFile, calendar: Option<&Calendar>, findings: &mut Findings) -> Vec<Expectation> {
    for (index, band) in file.expect.iter().enumerate() {
        measure_days(&format!("expect[{index}].what"), &band.what, calendar, findings);
    }
    let plan = |band: &crate::file::ExpectFile| Expectation {
        what: band.what.clone(),
        min: band.min,
        max: band.max,
        why: band.why.clone(),
    };
    file.expect.iter().map(plan).collect()
}

fn measure_days(path: &str, what: &Measure, calendar: Option<&Calendar>, findings: &mut Findings) {
    let Some(calendar) = calendar else { return };
    if let Measure::Fit { points, .. } = what {
        for (index, point) in points.iter().enumerate() {
            // One within another has been found.
            if !matches!(*point.measured, Measure::Fit { .. }) {
                measure_days(
                    &format!("{path}.fit.points[{index}].measured"),
                    &point.measured,
                    Some(calendar),
                    findings,
                );
            }
        }
    }
    let days: &[(&str, Day)] = match what {
        Measure::CloseToClose { from, to, .. } => &[("close_to_close.from", *from), ("close_to_close.to", *to)],
        Measure::LowAgainstClose { low, close, .. } => {
            &[("low_against_close.low", *low), ("low_against_close.close", *close)]
        }
        Measure::Volume { day, .. } => &[("volume.day", *day)],
        Measure::ClosingPrice { day, .. } => &[("closing_price.day", *day)],
        Measure::ForcedVolume { day, .. } => &[("forced_volume.day", *day)],
        Measure::Called { day, .. } => &[("called.day", *day)],
        Measure::Shortfall { day, .. } => &[("shortfall.day", *day)],
        Measure::FirmValue { day, .. } => &[("firm_value.day", *day)],
        Measure::PaperProfit { day, .. } => &[("paper_profit.day", *day)],
        Measure::Deliverable { day, .. } => &[("deliverable.day", *day)],
        Measure::Fall { .. }
        | Measure::Recovery { .. }
        | Measure::Traded { .. }
        | Measure::Held { .. }
        | Measure::Outstanding { .. }
        | Measure::Reached { .. } => {
            super::stretches::in_time(path, what, calendar, findings);
            &[]
        }
        Measure::Drawn { .. }
        | Measure::Loss { .. }
        | Measure::TotalLoss
        | Measure::LossShare { .. }
        | Measure::TailExponent { .. }
        | Measure::Kurtosis { .. }
        | Measure::Fit { .. }
        | Measure::Summary(_) => &[],
    };
    for (field, day) in days {
        session(calendar, *day, format_args!("{path}.{field}"), findings);
    }
}

fn session<'a>(
    calendar: &'a Calendar,
    day: Day,
    path: impl Display,
    findings: &mut Findings,
) -> Option<&'a engine::plan::Session> {
    let found = session_on(calendar, day);
    if found.is_none() {
        let (begin, _) = bounds(calendar);
        let last = calendar.sessions[calendar.sessions.len() - 1].open.to_civil().date();
        let first = begin.to_civil().date();
        let reason = format!("{day} is not a day on which the market is open in this run");
        findings.add(path, reason, format!("give a session's day from {first} to {last}"));
    }
    found
}
