//! A firm's two ledgers: what it is worth at mark, and the cash it can deliver against the calls due.

use super::frame::Closed;
use super::panel::{Panel, padded};
use super::scene::Scene;
use super::series::{self, Strokes};
use super::theme::{self, MARGIN, Sign, WIDTH};
use super::view::{Figure, View};
use super::words;
use results::rows::FirmRow;

const STRETCHES: usize = 500;

pub fn draw(view: &View) -> Vec<Figure> {
    view.firms().into_iter().filter_map(|firm| one(view, firm)).collect()
}

fn one(view: &View, firm: &str) -> Option<Figure> {
    let rows: Vec<&FirmRow> = view.picture.tables.firms.iter().filter(|row| row.firm == firm).collect();
    let line = |pick: fn(&FirmRow) -> f64| {
        let line = series::strokes_of(&view.frame, rows.iter().map(|row| (row.tick, pick(row))));
        series::thin(&line, view.frame.span(), STRETCHES)
    };
    let (value, cash, calls) = (line(|row| row.value), line(|row| row.cash_deliverable), line(|row| row.calls_due));
    if value.iter().map(Vec::len).sum::<usize>() < 2 {
        return None;
    }
    let summary = view.picture.summary.firms.get(firm);
    let failed = summary.and_then(|firm| firm.failed.as_deref());
    let value_then = summary.and_then(|firm| firm.value_at_failure).filter(|value| value.is_finite());
    let name = view.firm(firm);
    let title = title(view, name, failed, value_then, &cash);
    let mut scene = Scene::new(WIDTH, 0.0);
    let unit = if view.currency().is_empty() { "money" } else { view.currency() };
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
    mark_failure(view, &mut scene, &above, &below, failed, value_then);
    below.time_axis(&mut scene, &view.frame, 64.0);
    theme::footing(&mut scene, &view.origin(), below.bottom + 26.0);
    let caption = caption(view, failed, value_then, &calls);
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

fn mark_failure(view: &View, scene: &mut Scene, above: &Panel, below: &Panel, failed: Option<&str>, then: Option<f64>) {
    let Some(place) = failed.and_then(words::seconds).and_then(|at| view.frame.place_within(at, Closed::SessionAfter))
    else {
        return;
    };
    let x = above.x(place);
    scene.stroke(vec![(x, above.top - 4.0), (x, below.bottom)], theme::FORCED, 1.5, Some(theme::DASHED));
    let mut lines = vec![format!("a call goes unmet, {}", words::moment_of(failed.unwrap_or_default()))];
    if let Some(value) = then {
        theme::cross(scene, above.at(place, value), theme::FORCED);
        lines.push(format!("value then: {}", view.money(value)));
    }
    let style = theme::LABEL.ink(theme::FORCED).bold();
    let wide = lines.iter().map(|line| theme::width_of(line, style)).fold(0.0, f64::max);
    let left_side = x - above.left > wide + 14.0;
    // The side of the line and the end of the panel where the value is not.
    let high = then.is_some_and(|value| above.y(value) < (above.top + above.bottom) / 2.0);
    let mut y = if high { above.bottom - 14.0 * lines.len() as f64 - 2.0 } else { above.top + 12.0 };
    let from = if left_side { x - wide - 11.0 } else { x + 5.0 };
    scene.rect((from, y - 13.0), (from + wide + 6.0, y + 14.0 * lines.len() as f64 - 8.0), theme::PAPER, 0.85);
    for line in lines {
        let (at, style) = if left_side { (x - 8.0, style.end()) } else { (x + 8.0, style) };
        scene.text((at, y), line, style);
        y += 15.0;
    }
}

fn title(view: &View, name: &str, failed: Option<&str>, then: Option<f64>, cash: &Strokes) -> String {
    match (failed, then) {
        (Some(at), Some(value)) if value > 0.0 => {
            format!("{name} ran out of cash on {} while still worth {}", day(at), view.money(value))
        }
        (Some(at), Some(value)) => {
            format!("{name} failed a call on {}, already worth less than nothing ({})", day(at), view.money(value))
        }
        (Some(at), None) => format!("{name} failed a call on {}", day(at)),
        (None, _) => {
            let least = series::extent([cash]).map_or(0.0, |extent| extent.0);
            format!("{name} met every call; its deliverable cash never fell below {}", view.money(least))
        }
    }
}

fn day(iso: &str) -> String {
    words::seconds(iso).map_or_else(|| iso.to_string(), words::day)
}

fn caption(view: &View, failed: Option<&str>, then: Option<f64>, calls: &Strokes) -> String {
    let mut out = String::from(
        "A firm fails when it cannot pay, not when it is worth nothing. Look for the moment at which the calls due \
         (orange) rise above the cash it can deliver (green). ",
    );
    if let (Some(_), Some(value)) = (failed, then) {
        out += &match value > 0.0 {
            true => format!(
                "At that moment the value above was still {}: the firm was solvent on paper and out of money. ",
                view.money(value)
            ),
            false => "By then its value had gone too. ".to_string(),
        };
    }
    let most = series::extent([calls]).map_or(0.0, |extent| extent.1);
    if most > 0.0 {
        out += &format!("At most {} was due at once.", view.money(most));
    } else {
        out += "Nothing was ever called.";
    }
    out.trim_end().to_string()
}
