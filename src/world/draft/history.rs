//! What is placed in time: shocks, the start of the comparison, reference figures, expectations.
//!
//! A shock outside the run, or a day without a session, is a mistake and not an idle line: it would
//! silently change nothing.

use super::accounts::{People, margin_context};
use super::clock::{bounds, session_on};
use super::markets::Markets;
use crate::file::{ReferencePointFile, ShockKindFile, WorldFile};
use engine::correlations::{self, CorrelationFile, Mixing};
use engine::measures::Measure;
use engine::plan::{
    Calendar, Expectation, PointKind, Reference, ReferenceFigure, ReferenceLoss, ReferencePrice, ShockKind, ShockPlan,
};
use engine::traders::TraderFile;
use ground::moments::{Day, Moment, When};
use ground::numbers::{Decimal, cash, lots};
use ground::units::{AccountId, Cash, InstrumentId, LenderId, Tick, TraderId, VenueId};
use language::findings::Findings;
use language::named::Named;
use mechanics::halts::Stop;
use std::fmt::Display;

/// In minor units: a dividend for one lot is no larger, so that no account's overflows.
const MOST_A_LOT: u128 = 1 << 60;

pub fn shocks(
    file: &WorldFile,
    calendar: Option<&Calendar>,
    markets: &Markets,
    people: &People,
    findings: &mut Findings,
) -> Vec<ShockPlan> {
    let mut plans = Vec::with_capacity(file.shocks.len());
    if let Some(calendar) = calendar {
        sellers_in_time(file, calendar, findings);
    }
    for (index, shock) in file.shocks.iter().enumerate() {
        let path = format!("shocks[{index}]");
        if let Some(calendar) = calendar {
            shock_in_time(&path, shock.at, calendar, findings);
        }
        let Some(kind) = shock_kind(&path, &shock.what, file, markets, people, findings) else { continue };
        plans.push(ShockPlan { at: shock.at.time(), reason: shock.reason.clone(), kind });
    }
    // The order of the file decides between shocks of the same moment.
    plans.sort_by_key(|shock| shock.at);
    plans
}

/// A seller who begins after the last tick never sells. One who was to begin before the first sells from the
/// start.
fn sellers_in_time(file: &WorldFile, calendar: &Calendar, findings: &mut Findings) {
    let last = calendar.time_of(Tick::new(calendar.ticks - 1));
    for (name, trader) in file.traders.iter() {
        if let TraderFile::BlockSeller(seller) = trader
            && seller.from.time() > last
        {
            findings.add(
                format_args!("traders.{name}.from"),
                format!("{} lies after the run", seller.from),
                format!("give a moment up to the last tick's beginning, {last}"),
            );
        }
    }
}

/// A shock is applied in the first tick that begins at or after it, so there must be one.
fn shock_in_time(path: &str, at: Moment, calendar: &Calendar, findings: &mut Findings) {
    let (begin, _) = bounds(calendar);
    let last = calendar.time_of(Tick::new(calendar.ticks - 1));
    if at.time() < begin || at.time() > last {
        findings.add(
            format_args!("{path}.at"),
            format!("{at} lies outside the run"),
            format!("give a moment from {begin} to the last tick's beginning, {last}"),
        );
    }
}

fn shock_kind(
    path: &str,
    what: &ShockKindFile,
    file: &WorldFile,
    markets: &Markets,
    people: &People,
    findings: &mut Findings,
) -> Option<ShockKind> {
    match what {
        ShockKindFile::Value(changes) => Some(ShockKind::Value(by_instrument(file, changes))),
        ShockKindFile::Jump(changes) => Some(ShockKind::Jump(by_instrument(file, changes))),
        ShockKindFile::Volatility(changes) => Some(ShockKind::Volatility(by_instrument(file, changes))),
        ShockKindFile::Liquidity(shares) => Some(ShockKind::Liquidity(by_instrument(file, shares))),
        ShockKindFile::Halt { venue, pause, collects } => Some(ShockKind::Halt {
            venue: VenueId::from_index(file.venues.position(venue)?),
            stop: pause.map_or(Stop::TillClose, Stop::For),
            collects: *collects,
        }),
        ShockKindFile::Issue { instrument, units, to } => {
            let index = file.instruments.position(instrument).filter(|index| !markets.unusable[*index])?;
            let id = InstrumentId::from_index(index);
            let (first, count) = people.ranges[file.traders.position(to)?];
            if count > 1 {
                findings.add(
                    format_args!("{path}.what.issue.to"),
                    format!("\"{to}\" is a population of {count} accounts"),
                    "hand the units to a single trader, such as a BlockSeller",
                );
            }
            let account = receiver(first, count, id, people)?;
            let Some(account) = account else {
                findings.add(
                    format_args!("{path}.what.issue.to"),
                    format!("\"{to}\" does not trade {instrument}"),
                    format!("name a trader of {instrument}, such as a BlockSeller"),
                );
                return None;
            };
            if !(units.is_finite() && *units > 0.0) {
                return None;
            }
            match lots(*units, markets.instruments[index].lot_units) {
                Ok(lots) if lots.is_zero() => {
                    findings.add(
                        format_args!("{path}.what.issue.units"),
                        format!("{units} units are less than one lot"),
                        "issue at least one lot",
                    );
                    None
                }
                Ok(lots) => Some(ShockKind::Issue { instrument: id, lots, to: account }),
                Err(reason) => {
                    findings.add(format_args!("{path}.what.issue.units"), reason, "issue fewer units");
                    None
                }
            }
        }
        ShockKindFile::Margin { lender, margin } => {
            let lender = LenderId::from_index(file.lenders.position(lender)?);
            Some(ShockKind::Margin { lender, margin: margin.plan(&margin_context(file, markets)) })
        }
        ShockKindFile::Cash { firm, amount } => {
            let (first, count) = people.ranges[file.traders.position(firm)?];
            if !amount.is_finite() || count == 0 {
                return None;
            }
            match cash(*amount, file.currency.decimals) {
                Ok(amount) => Some(ShockKind::Cash { firm: TraderId::from_index(first), amount }),
                Err(reason) => {
                    findings.add(format_args!("{path}.what.cash.amount"), reason, "give a smaller amount");
                    None
                }
            }
        }
        ShockKindFile::Dividend { instrument, amount } => {
            let index = file.instruments.position(instrument).filter(|index| !markets.unusable[*index])?;
            let minor = Decimal::of(*amount)
                .and_then(|amount| amount.times(Decimal::of(markets.instruments[index].lot_units)?))
                .and_then(|a_lot| a_lot.shifted(file.currency.decimals).whole())
                .filter(|minor| minor.unsigned_abs() <= MOST_A_LOT);
            let Some(minor) = minor else {
                findings.add(
                    format_args!("{path}.what.dividend.amount"),
                    format!("{amount} for a unit is no whole number of the smallest amounts of money for a lot, or too much"),
                    "give `currency.decimals` more decimals, or round the dividend",
                );
                return None;
            };
            Some(ShockKind::Dividend { instrument: InstrumentId::from_index(index), a_lot: Cash::minor(minor) })
        }
        ShockKindFile::StaleFeed { .. }
        | ShockKindFile::Oracle { .. }
        | ShockKindFile::Outage { .. }
        | ShockKindFile::CancelTrades { .. }
        | ShockKindFile::WithdrawalHalt { .. } => {
            super::failures::kind(&format!("{path}.what"), what, file, markets, findings)
        }
        ShockKindFile::Correlation(list) => Some(ShockKind::Correlation(mixing(file, list))),
        ShockKindFile::Funding { firms, sources, change, lasts } => {
            let (sources, change) = (sources.clone(), change.plan());
            Some(ShockKind::Funding { firms: with_treasuries(file, people, firms), sources, change, lasts: *lasts })
        }
        ShockKindFile::Intervention { by, instrument, amount, over } => {
            let index = file.instruments.position(instrument).filter(|index| !markets.unusable[*index])?;
            let instrument = InstrumentId::from_index(index);
            let (first, count) = people.ranges[file.traders.position(by)?];
            let place = (first..first + count).find(|place| people.traders[*place].instrument == Some(instrument))?;
            let account = *people.traders[place].accounts.first()?;
            let by = TraderId::from_index(place);
            if !amount.is_finite() {
                return None;
            }
            match cash(*amount, file.currency.decimals) {
                Ok(amount) => Some(ShockKind::Intervention { by, account, instrument, amount, over: *over }),
                Err(reason) => {
                    findings.add(format_args!("{path}.what.intervention.amount"), reason, "give a smaller amount");
                    None
                }
            }
        }
    }
}

/// How values move together once a shock has replaced these correlations. What no draws can have is for `check` to
/// report.
pub fn mixing(file: &WorldFile, replaced: &[CorrelationFile]) -> Mixing {
    let position = |name: &str| file.instruments.position(name);
    correlations::mixing(&[&file.correlations, replaced], position).unwrap_or_default()
}

/// The firms named, or all of them.
fn with_treasuries(file: &WorldFile, people: &People, names: &[String]) -> Vec<TraderId> {
    let is_meant = |name: &str| names.is_empty() || names.iter().any(|own| own == name);
    let firms =
        file.traders.iter().zip(&people.ranges).filter(|((name, trader), (_, count))| {
            matches!(trader, TraderFile::Firm(_)) && is_meant(name) && *count > 0
        });
    firms.map(|(_, (first, _))| TraderId::from_index(*first)).collect()
}

/// What a shock does to each instrument. A name that does not exist is for `check` to report.
fn by_instrument<T: Copy>(file: &WorldFile, named: &Named<T>) -> Vec<(InstrumentId, T)> {
    let known = |(name, what): (&str, &T)| {
        file.instruments.position(name).map(|index| (InstrumentId::from_index(index), *what))
    };
    named.iter().filter_map(known).collect()
}

/// The first account of a trader that can hold an instrument. The outer `None`: the trader could not be built.
fn receiver(first: usize, count: usize, id: InstrumentId, people: &People) -> Option<Option<AccountId>> {
    if count == 0 {
        return None;
    }
    let holds = |account: &&AccountId| people.accounts[account.index()].slots.iter().any(|(slot, _)| *slot == id);
    Some(people.traders[first].accounts.iter().find(holds).copied())
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
    let mut built = Reference::default();
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
            built.prices.push(ReferencePrice { instrument, kind, at, price, source: prices.source.clone() });
        }
    }
    for loss in &file.reference.losses {
        let Some(lender) = file.lenders.position(&loss.lender) else { continue };
        let lender = LenderId::from_index(lender);
        built.losses.push(ReferenceLoss { lender, amount: loss.amount, source: loss.source.clone() });
    }
    for (index, figure) in file.reference.figures.iter().enumerate() {
        measure_days(&format!("reference.figures[{index}].what"), &figure.what, calendar, findings);
        let (what, source) = (figure.what.clone(), figure.source.clone());
        built.figures.push(ReferenceFigure { what, history: figure.history, source });
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
