//! A firm's two ledgers: what it is worth at mark, and the cash it can deliver against the calls due.

use super::frame::Closed;
use super::labels::{Labels, Room};
use super::panel::{Panel, padded};
use super::scene::Scene;
use super::series::{self, Strokes};
use super::theme::{self, MARGIN, Sign, WIDTH};
use super::view::{Figure, View};
use super::words;
use results::rows::{CallRow, FirmRow};
use results::stamp::Stamp;

const STRETCHES: usize = 500;

pub fn draw(view: &View) -> Vec<Figure> {
    view.told_firms().into_iter().filter_map(|firm| one(view, firm)).collect()
}

fn one(view: &View, firm: &str) -> Option<Figure> {
    let rows: Vec<&FirmRow> = view.picture.tables.firms.iter().filter(|row| row.firm == firm).collect();
    let line = |pick: fn(&FirmRow) -> f64| {
        let line = series::strokes_of(&view.frame, rows.iter().map(|row| (row.tick, pick(row))));
        series::thin(&line, view.frame.span(), STRETCHES)
    };
    let (value, cash) = (line(|row| row.value), line(|row| row.cash_deliverable));
    let due = demands(view, firm, &rows);
    let calls = series::thin(&series::strokes(&view.frame, |index| due[index]), view.frame.span(), STRETCHES);
    // Whom nobody asked for money has nothing to set its cash against.
    if value.iter().map(Vec::len).sum::<usize>() < 2 || due.iter().flatten().all(|due| *due <= 0.0) {
        return None;
    }
    let summary = view.picture.summary.firms.get(firm);
    let failed = summary.and_then(|firm| firm.failed.as_deref());
    let value_then = summary.and_then(|firm| firm.value_at_failure).filter(|value| value.is_finite());
    let name = view.firm(firm);
    let call = unmet(view, firm, failed, &due, &rows);
    let title = title(view, (firm, name), failed, value_then, call, &cash);
    let mut scene = Scene::new(WIDTH, 0.0);
    let unit = view.unit();
    let subtitle = format!("{name}, {unit}, {}. Above: what it is worth. Below: what it can pay.", view.frame.dates());
    let y = theme::heading(&mut scene, &title, &subtitle);

    let top = y + 22.0;
    let left = MARGIN + 48.0;
    let across = view.frame.span();
    let right = WIDTH - MARGIN - 62.0;
    let up = {
        let (low, high) = series::extent([&value]).unwrap_or((0.0, 1.0));
        padded((low.min(0.0), high.max(0.0)), 0.05, 0.08)
    };
    let above = Panel { left, top, right, bottom: top + 190.0, across, up };
    above.value_axis(&mut scene, 5, words::short);
    above.session_lines(&mut scene, &view.frame);
    above.edge(&mut scene);
    scene.text((left, top - 8.0), "Value: equity at mark", theme::PANEL);
    let up = {
        let (low, high) = series::extent([&cash, &calls]).unwrap_or((0.0, 1.0));
        padded((low.min(0.0), high.max(0.0)), 0.02, 0.1)
    };
    let top = above.bottom + 64.0;
    let below = Panel { top, bottom: top + 170.0, up, ..above };
    below.value_axis(&mut scene, 4, words::short);
    below.session_lines(&mut scene, &view.frame);
    scene.text((left, top - 32.0), "Cash it can deliver, against calls due", theme::PANEL);
    theme::key(
        &mut scene,
        (left, top - 26.0),
        &[(Sign::Line(theme::CASH), "deliverable cash"), (Sign::Block(theme::CALL.tint(0.5)), "calls due")],
    );
    below.fill(&mut scene, &super::panel::stepped(&calls), 0.0, theme::CALL, 0.4);
    below.plot_steps(&mut scene, &calls, theme::CALL, 1.5);
    below.plot(&mut scene, &cash, theme::CASH, 2.0, None);
    above.plot(&mut scene, &value, theme::RUN, 2.0, None);
    end(&mut scene, &above, &value, theme::RUN);
    end_pair(&mut scene, &below, &cash, &calls);
    let mut labels = Labels::new(Room { x0: above.left, y0: above.top, x1: above.right, y1: above.bottom });
    labels.avoid_line(above.points(&value));
    mark_failure(view, &mut scene, (&above, &below), failed, value_then, &mut labels);
    below.time_axis(&mut scene, &view.frame, 64.0);
    theme::footing(&mut scene, &view.origin(), below.bottom + 26.0);
    let caption = caption(view, failed, value_then, call, &calls);
    Some(Figure { name: format!("two_ledgers_{}", words::stem(firm)), title, caption, scene })
}

fn last(line: &Strokes) -> Option<f64> {
    line.last().and_then(|stroke| stroke.last()).map(|point| point.1)
}

fn end(scene: &mut Scene, panel: &Panel, line: &Strokes, ink: theme::Ink) {
    if let Some(value) = last(line) {
        scene.text((panel.right + 7.0, panel.y(value) + 4.0), words::short(value), theme::LABEL.ink(ink).bold());
    }
}

fn end_pair(scene: &mut Scene, panel: &Panel, cash: &Strokes, calls: &Strokes) {
    let ends: Vec<(f64, theme::Ink)> = [(last(cash), theme::CASH), (last(calls), theme::TEXT)]
        .into_iter()
        .filter_map(|(v, ink)| Some((v?, ink)))
        .collect();
    let heights: Vec<f64> = ends.iter().map(|(value, _)| panel.y(*value)).collect();
    let heights = super::labels::spread(&heights, 15.0, (panel.top + 4.0, panel.bottom));
    for ((value, ink), y) in ends.into_iter().zip(heights) {
        scene.text((panel.right + 7.0, y + 4.0), words::short(value), theme::LABEL.ink(ink).bold());
    }
}

/// The moment of failure: a line through each plot, and its words where the value is not.
fn mark_failure(
    view: &View,
    scene: &mut Scene,
    (above, below): (&Panel, &Panel),
    failed: Option<&str>,
    then: Option<f64>,
    labels: &mut Labels,
) {
    let Some(place) = failed.and_then(words::seconds).and_then(|at| view.frame.place_within(at, Closed::SessionAfter))
    else {
        return;
    };
    let x = above.x(place);
    for panel in [above, below] {
        scene.stroke(vec![(x, panel.top), (x, panel.bottom)], theme::FORCED, 1.5, Some(theme::DASHED));
    }
    let style = theme::LABEL.ink(theme::FORCED).bold();
    let mut lines = vec![(format!("a call goes unmet, {}", words::moment_of(failed.unwrap_or_default())), style)];
    if let Some(value) = then {
        let at = above.at(place, value);
        theme::cross(scene, at, theme::FORCED);
        labels.take(Room { x0: at.0 - 6.0, y0: at.1 - 6.0, x1: at.0 + 6.0, y1: at.1 + 6.0 });
        lines.push((format!("value then: {}", view.money(value)), style));
    }
    labels.put_beside(scene, x, &lines);
}

/// What was demanded of a firm at each index of the frame: calls, and assessments for others' defaults, which no call is.
fn demands(view: &View, firm: &str, rows: &[&FirmRow]) -> Vec<Option<f64>> {
    let mut due = vec![None; view.frame.len()];
    for row in rows {
        if let Some(index) = view.frame.index_of(row.tick) {
            due[index] = Some(row.calls_due);
        }
    }
    let calls = view.picture.tables.calls.iter().filter(|call| call.trader == firm && call.amount.is_finite());
    for call in calls.filter(|call| call.reason == "assessment") {
        // One that is due after the run is due in all of it.
        let until = call.settled_time.or(call.deadline).map_or(i64::MAX, Stamp::seconds);
        let Some(from) = view.frame.index_of(call.tick) else { continue };
        for (index, due) in due.iter_mut().enumerate().skip(from) {
            // One that was settled in the tick in which it was raised was due in that tick.
            if index > from && view.frame.second(index) >= until {
                break;
            }
            *due = Some(due.unwrap_or(0.0) + call.amount);
        }
    }
    due
}

/// What a firm that failed had been asked for, what it paid of that, and the cash it could still have delivered just before it
/// failed.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Unmet {
    asked: f64,
    paid: f64,
    cash: f64,
}

fn unmet(view: &View, firm: &str, failed: Option<&str>, due: &[Option<f64>], rows: &[&FirmRow]) -> Option<Unmet> {
    let failed = words::seconds(failed?)?;
    let at = (0..view.frame.len()).rev().find(|index| view.frame.second(*index) <= failed)?;
    let asked = |index: usize| due[index].filter(|due| *due > 0.0);
    // What was raised and given up on in one tick was due in that tick only.
    let index = at.checked_sub(1).filter(|before| asked(*before).is_some()).unwrap_or(at);
    let row = rows.iter().find(|row| row.tick == view.frame.tick(index))?;
    let cash = Some(row.cash_deliverable).filter(|cash| cash.is_finite())?;
    let still_due = asked(index)?;
    // What is due falls as it is paid: what was asked is what the calls say that stood open then.
    let open = |call: &&CallRow| {
        call.trader == firm
            && call.amount.is_finite()
            && call.time.seconds() <= failed
            && call.settled_time.is_none_or(|settled| settled.seconds() >= failed)
            && (call.outcome == "unmet" || call.outcome == "open")
    };
    let calls: Vec<&CallRow> = view.picture.tables.calls.iter().filter(open).collect();
    let sum = |of: fn(&CallRow) -> f64| calls.iter().map(|call| of(call)).sum::<f64>();
    Some(match calls.is_empty() {
        true => Unmet { asked: still_due, paid: 0.0, cash },
        false => Unmet { asked: sum(|call| call.amount), paid: sum(|call| call.paid), cash },
    })
}

/// What became of the calls on a firm that did not fail, after its name: one that nobody paid was not met.
fn met(view: &View, firm: &str) -> String {
    let calls: Vec<&CallRow> = view.picture.tables.calls.iter().filter(|call| call.trader == firm).collect();
    let ended = |outcome: &str| calls.iter().filter(|call| call.outcome == outcome).count();
    let rest: Vec<String> = [
        (ended("unmet"), "went unmet"),
        (ended("open"), "stood open at the end"),
        (ended("lapsed"), "lapsed as the account healed without it"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, what)| format!("{} {what}", words::count(count as u64)))
    .collect();
    let all = words::counted(calls.len(), "call", "calls");
    match (ended("met"), calls.len()) {
        (_, 0) => "was asked for money".into(),
        (met, all) if met == all => "met every call".into(),
        (0, 1) => format!("did not meet its call: it {}", rest[0].trim_start_matches("1 ")),
        (0, _) => format!("met none of {all}: {}", words::listed(&rest)),
        (met, _) => format!("met {} of {all}: {}", words::count(met as u64), words::listed(&rest)),
    }
}

fn title(
    view: &View,
    (firm, name): (&str, &str),
    failed: Option<&str>,
    then: Option<f64>,
    call: Option<Unmet>,
    cash: &Strokes,
) -> String {
    let Some(at) = failed else {
        let least = series::extent([cash]).map_or(0.0, |extent| extent.0);
        let met = met(view, firm);
        return match view.money(least) {
            none if none == view.money(0.0) => format!("{name} {met}, and kept no cash to spare"),
            least => format!("{name} {met}; its deliverable cash never fell below {least}"),
        };
    };
    let mut title = match call {
        Some(Unmet { asked, paid, cash }) => {
            let lacks = cash < asked - paid;
            let (asked, day) = (view.money(asked), day(at));
            match (paid > 0.0, lacks) {
                (true, true) => {
                    let (paid, cash) = (view.money(paid), view.money(cash));
                    format!("{name} was to pay {asked} by {day}, paid {paid} of it and had {cash} left in cash")
                }
                (true, false) => format!("{name} paid {} of the {asked} due by {day}", view.money(paid)),
                (false, true) => {
                    format!("{name} was to pay {asked} by {day} and had {} in cash", view.money(cash))
                }
                (false, false) => format!("{name} did not pay the {asked} due by {day}"),
            }
        }
        None => format!("{name} failed a call on {}", day(at)),
    };
    title += &match then {
        Some(value) if value > 0.0 => format!(", while worth {}", view.money(value)),
        Some(value) => format!("; it was worth {}, less than nothing", view.money(value)),
        None => String::new(),
    };
    title
}

fn day(iso: &str) -> String {
    words::seconds(iso).map_or_else(|| iso.to_string(), words::day)
}

fn caption(view: &View, failed: Option<&str>, then: Option<f64>, call: Option<Unmet>, calls: &Strokes) -> String {
    let mut out = String::from(
        "A firm fails when it cannot pay, not when it is worth nothing. Look for the moment at which what is due (orange) \
         rises above the cash it can deliver (green). ",
    );
    if let (Some(_), Some(value)) = (failed, then) {
        out += &match value > 0.0 {
            true => format!(
                "At that moment the value above was still {}: solvent on paper, and not able to pay. ",
                view.money(value)
            ),
            false => "By then its value had gone too. ".to_string(),
        };
    }
    if let Some(Unmet { cash, .. }) = call.filter(|call| call.cash > 0.0 && call.cash < call.asked - call.paid) {
        out += &format!("The {} that it had was less than what was still asked. ", view.money(cash));
    }
    let most = series::extent([calls]).map_or(0.0, |extent| extent.1);
    out += &format!("At most {} was due at once.", view.money(most));
    out
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn the_title_sets_what_was_asked_against_the_cash_that_is_drawn() {
        let sample = sample::crash();
        let failed = sample.summary.firms["tiger"].failed.clone().unwrap();
        let picture = sample.picture();
        let view = View::of(&picture);
        let figure = draw(&view).remove(0);
        let then = sample.tables.firms.iter().rfind(|row| *row.time < *failed).unwrap();
        let worth = sample.summary.firms["tiger"].value_at_failure.unwrap();
        assert_eq!(
            figure.title,
            format!(
                "Tiger Family Office was to pay {} by 26\u{a0}March and had {} in cash, while worth {}",
                view.money(then.calls_due),
                view.money(then.cash_deliverable),
                view.money(worth)
            )
        );
        assert!(!figure.title.contains("ran out") && then.cash_deliverable > 0.0);
    }

    #[test]
    fn what_was_asked_is_told_with_what_was_paid_of_it_and_not_what_is_left() {
        let mut sample = sample::crash();
        // One call of 40m is paid with the 15m that there are, and the rest goes unmet.
        sample.tables.calls.truncate(1);
        (sample.tables.calls[0].amount, sample.tables.calls[0].paid) = (40e6, 15e6);
        for row in sample.tables.firms.iter_mut().filter(|row| row.calls_due > 0.0) {
            (row.calls_due, row.cash_deliverable) = (25e6, 0.0);
        }
        let title = draw(&View::of(&sample.picture())).remove(0).title.replace(words::TIED, " ");
        let told =
            "Tiger Family Office was to pay $40m by 26 March, paid $15m of it and had $0 left in cash, while worth";
        assert!(title.starts_with(told), "{title}");
    }

    #[test]
    fn only_what_was_paid_was_met() {
        let mut sample = sample::crash();
        sample.summary.firms.get_mut("tiger").unwrap().failed = None;
        let told = |sample: &mut sample::Sample, outcomes: &[&'static str]| {
            sample.tables.calls = sample::crash().tables.calls;
            sample.tables.calls.truncate(outcomes.len());
            for (call, outcome) in sample.tables.calls.iter_mut().zip(outcomes) {
                call.outcome = (*outcome).into();
            }
            let title = draw(&View::of(&sample.picture())).remove(0).title.replace(words::TIED, " ");
            title.split("; ").next().unwrap().to_owned()
        };
        assert_eq!(told(&mut sample, &["met", "met"]), "Tiger Family Office met every call");
        assert_eq!(told(&mut sample, &["open"]), "Tiger Family Office did not meet its call: it stood open at the end");
        assert_eq!(
            told(&mut sample, &["met", "open", "lapsed", "lapsed"]),
            "Tiger Family Office met 1 of 4 calls: 1 stood open at the end and 2 lapsed as the account healed without it"
        );
        assert_eq!(
            told(&mut sample, &["lapsed", "lapsed"]),
            "Tiger Family Office met none of 2 calls: 2 lapsed as the account healed without it"
        );
        assert_eq!(told(&mut sample, &[]), "Tiger Family Office was asked for money");
    }

    #[test]
    fn an_assessment_is_drawn_as_due_and_who_was_never_asked_has_no_chart() {
        let mut sample = sample::crash();
        sample.tables.firms.iter_mut().for_each(|row| row.calls_due = 0.0);
        assert!(draw(&View::of(&sample.picture())).is_empty());
        sample.tables.calls.truncate(1);
        let call = &mut sample.tables.calls[0];
        (call.reason, call.amount) = ("assessment".into(), 4e5);
        call.settled_time = call.deadline;
        let picture = sample.picture();
        let view = View::of(&picture);
        let rows: Vec<&FirmRow> = sample.tables.firms.iter().collect();
        let due = demands(&view, "tiger", &rows);
        let (from, until) = (sample.tables.calls[0].tick, sample.tables.calls[0].deadline.unwrap().seconds());
        for (index, due) in due.iter().enumerate() {
            let open = view.frame.tick(index) >= from && view.frame.second(index) < until;
            assert_eq!(*due, Some(if open { 4e5 } else { 0.0 }), "{index}");
        }
        assert_eq!(draw(&view).len(), 1);
    }
}
