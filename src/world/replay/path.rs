//! Rows against the clock: whether they are a path, and from which tick each value holds.

use super::rows::{Many, Rows};
use engine::plan::Calendar;
use ground::moments::Moment;
use ground::units::{Span, Tick, Time};
use language::findings::Findings;

/// The first price lies within this factor of the price at which the instrument starts, or its unit is another.
const WIDEST_START: f64 = 2.0;

/// Ticks and values. `start`: the price at the start; `gap`: longest trading time without a row.
pub fn path(
    path: &str,
    rows: &Rows,
    calendar: &Calendar,
    until: Moment,
    (start, gap): (f64, Span),
    findings: &mut Findings,
) -> (Vec<Tick>, Vec<f64>) {
    let [mut order, mut twice, mut outside, mut gaps] = [(); 4].map(|()| Many::default());
    let (begin, end) = (calendar.sessions[0].open, calendar.sessions[calendar.sessions.len() - 1].close);
    if until.time() <= begin || until.time() > end {
        findings.add(
            path.replace(".path", ".until"),
            format!("{until} lies outside the run"),
            format!("give a moment after {begin} and up to {end}"),
        );
    }
    let mut latest: Option<Time> = None;
    let mut sorted: Vec<(Time, f64, u32)> = Vec::with_capacity(rows.time.len());
    for (index, &time) in rows.time.iter().enumerate() {
        let place = rows.place[index];
        match latest {
            Some(before) if time < before => order.add(place, || format!("{time} comes after {before}")),
            Some(before) if time == before => twice.add(place, || format!("{time} has a price already")),
            _ => {
                latest = Some(time);
                sorted.push((time, rows.price[index], place));
            }
        }
        if time <= until.time() && !in_session(calendar, time) {
            outside.add(place, || format!("at {time} the market of this world is closed"));
        }
    }
    let (mut from, mut values): (Vec<Tick>, Vec<f64>) = (Vec::new(), Vec::new());
    let mut before = begin;
    let used = || sorted.iter().filter(|(time, ..)| *time < until.time());
    for &(time, price, place) in used() {
        let tick = tick_at(calendar, time);
        let traded = trading_time(calendar, before, time);
        if traded > gap {
            gaps.add(place, || format!("nothing since {before}, which is {traded} of trading"));
        }
        before = time;
        if from.last() == Some(&tick) {
            values.pop();
        } else {
            from.push(tick);
        }
        values.push(price / start);
    }
    let traded = trading_time(calendar, before, until.time());
    if traded > gap {
        let last = rows.place.last().copied().unwrap_or(0);
        gaps.add(last, || format!("nothing from {before} to {until}, which is {traded} of trading"));
    }
    if let Some((_, first, _)) = used().next()
        && !(1.0 / WIDEST_START..=WIDEST_START).contains(&(first / start))
    {
        findings.add(
            path,
            format!("its first price, {first}, is not near the {start} at which the instrument starts"),
            "give both in the same unit of currency, or correct the instrument's `price`",
        );
    }
    order.report(path, "sort the rows by time", findings);
    twice.report(path, "keep one row for each moment", findings);
    outside.report(
        path,
        "remove these rows, or let the world's clock begin earlier or its sessions be longer",
        findings,
    );
    gaps.report(path, "fill the gap, or state a larger `largest_gap`", findings);
    (from, values)
}

fn session_of(calendar: &Calendar, time: Time) -> Option<usize> {
    calendar.sessions.partition_point(|session| session.open <= time).checked_sub(1)
}

/// Between the open and the close of a session, both included.
fn in_session(calendar: &Calendar, time: Time) -> bool {
    session_of(calendar, time).is_some_and(|index| time <= calendar.sessions[index].close)
}

/// As [`Calendar::tick_at`], for millions of rows.
fn tick_at(calendar: &Calendar, time: Time) -> Tick {
    let Some(index) = session_of(calendar, time) else { return Tick::new(0) };
    let (session, step) = (&calendar.sessions[index], calendar.tick.as_seconds().max(1));
    let ticks = ((time - session.open).as_seconds() + step - 1) / step;
    session.first.after(u32::try_from(ticks).unwrap_or(u32::MAX).min(session.ticks))
}

fn trading_time(calendar: &Calendar, from: Time, to: Time) -> Span {
    let ticks = tick_at(calendar, to).index().saturating_sub(tick_at(calendar, from).index());
    Span::seconds(i64::from(ticks) * calendar.tick.as_seconds())
}
