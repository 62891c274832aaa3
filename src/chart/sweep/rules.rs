//! Rule against rule: by how much each changes a figure, and whether chance could have done it.

use super::super::panel::{Panel, padded, ticks};
use super::super::scene::Scene;
use super::super::theme::{self, MARGIN, Sign, WIDTH};
use super::super::view::Figure;
use super::super::words::{self, upper};
use super::said::{meaning, name, origin, what};
use results::sweep::{Difference, Paired, Swept};

/// The widest column of names, and the most lines of one.
const MOST_NAME: f64 = 260.0;
const MOST_LINES: usize = 4;

pub fn rules(of: &Swept, differences: &[Difference]) -> Option<Figure> {
    let known: Vec<(&Difference, &Paired)> =
        differences.iter().filter_map(|rule| Some((rule, rule.came.as_ref()?))).collect();
    let (first, _) = known.first()?;
    let moved = |value: f64| {
        words::error_in_unit(value, if of.unit == "true or false" { "number" } else { &of.unit }, &of.currency)
    };
    let title = title(of, differences, &known, moved);
    let subtitle = format!(
        "{} Under the rule less as it is, run by run on the same draws, {}.",
        meaning(of),
        words::counted(first.pairs, "pair", "pairs")
    );
    let mut scene = Scene::new(WIDTH, 0.0);
    let mut y = theme::heading(&mut scene, &title, &subtitle);
    let signs = [(Sign::Disc(theme::RUN), "mean difference"), (Sign::Line(theme::RUN), "95 % interval")];
    y += theme::key(&mut scene, (MARGIN, y), &signs);
    let ends = |came: &Paired| came.interval.unwrap_or((came.mean, came.mean));
    let low = known.iter().map(|(_, came)| ends(came).0).fold(0.0, f64::min);
    let high = known.iter().map(|(_, came)| ends(came).1).fold(0.0, f64::max);
    // Names stand beside the plot, each in as many lines as it takes.
    let widest = differences.iter().map(|rule| theme::width_of(&rule.rule, theme::LABEL)).fold(0.0, f64::max);
    let room = widest.min(MOST_NAME) + 4.0;
    let names: Vec<Vec<String>> =
        differences.iter().map(|rule| theme::wrap(&rule.rule, theme::LABEL, room, MOST_LINES)).collect();
    let row = 18.0 + 16.0 * names.iter().map(Vec::len).max().unwrap_or(1) as f64;
    // What is said beside an interval stands on its far side from zero.
    let said = known.iter().map(|(_, came)| theme::width_of(&moved(came.mean), theme::LABEL)).fold(0.0, f64::max);
    let (left, right) = (MARGIN + room + 14.0, WIDTH - MARGIN);
    let margin = (said + 18.0) / (right - left);
    let beyond = |there: bool| if there { margin } else { 0.04 };
    let plot = Panel {
        left,
        top: y + 10.0,
        right,
        bottom: y + 10.0 + row * differences.len() as f64,
        across: padded(
            (low, high),
            beyond(known.iter().any(|(_, came)| came.mean < 0.0)),
            beyond(known.iter().any(|(_, came)| came.mean >= 0.0)),
        ),
        up: (0.0, differences.len() as f64),
    };
    for tick in ticks(plot.across, 6) {
        let x = plot.x(tick);
        let ink = if tick == 0.0 { theme::TEXT } else { theme::GRID };
        scene.segment((x, plot.top), (x, plot.bottom), ink, 1.0);
        scene.text((x, plot.bottom + 18.0), moved(tick), theme::AXIS.middle());
    }
    plot.edge(&mut scene);
    for (index, rule) in differences.iter().enumerate() {
        let y = plot.top + row * (index as f64 + 0.5);
        let first = y + 4.0 - 8.0 * (names[index].len() as f64 - 1.0);
        for (line, name) in names[index].iter().enumerate() {
            scene.text((plot.left - 14.0, first + 16.0 * line as f64), name.clone(), theme::LABEL.end());
        }
        let Some(came) = &rule.came else {
            scene.text((plot.x(0.0) + 8.0, y + 4.0), "no pair of runs", theme::AXIS);
            continue;
        };
        let (low, high) = ends(came);
        scene.segment((plot.x(low), y), (plot.x(high), y), theme::RUN, 2.0);
        scene.disc((plot.x(came.mean), y), 4.5, theme::RUN);
        let text = moved(came.mean);
        let wide = theme::width_of(&text, theme::LABEL);
        let left = if came.mean < 0.0 { plot.x(low) - 8.0 - wide } else { plot.x(high) + 8.0 };
        // No line of the axis goes through it.
        scene.rect((left - 2.0, y - 8.0), (left + wide + 2.0, y + 8.0), theme::PAPER, 1.0);
        scene.text((left, y + 4.0), text, theme::LABEL);
    }
    scene.text((plot.right, plot.bottom + 38.0), format!("change of {}", what(of)), theme::AXIS.end());
    theme::footing(&mut scene, &origin(of), plot.bottom + 46.0);
    let caption = "Where the line does not cross zero the rule makes a difference that chance does not explain. Both runs of a pair have the \
                   same draws, so what is left between them is the rule."
        .to_owned();
    Some(Figure { name: name(of), title, caption, scene })
}

/// How many rules change the figure, which does so most, and of which nothing is known.
fn title(
    of: &Swept,
    differences: &[Difference],
    known: &[(&Difference, &Paired)],
    moved: impl Fn(f64) -> String,
) -> String {
    let unknown: Vec<String> =
        differences.iter().filter(|rule| rule.came.is_none()).map(|rule| rule.rule.clone()).collect();
    let rest = match unknown.len() {
        0 => String::new(),
        1..=3 => format!("; of {} no pair of runs tells", words::listed(&unknown)),
        some => format!("; of {some} others no pair of runs tells"),
    };
    let sure: Vec<&(&Difference, &Paired)> = known.iter().filter(|(_, came)| came.sure()).collect();
    let Some((most, came)) = sure.iter().max_by(|a, b| a.1.mean.abs().total_cmp(&b.1.mean.abs())) else {
        return format!("No rule changes {} for sure{rest}", what(of));
    };
    if let [(only, came)] = known {
        // A path is written as it is.
        let name = if only.rule.contains('=') { only.rule.clone() } else { upper(&only.rule) };
        return format!("{name}: {} changes by {}{rest}", what(of), moved(came.mean));
    }
    let one_way = |up: bool| sure.iter().all(|(_, came)| (came.mean > 0.0) == up);
    let verb = match (one_way(true), one_way(false), sure.len()) {
        (true, _, 1) => "raises",
        (true, ..) => "raise",
        (_, true, 1) => "lowers",
        (_, true, _) => "lower",
        _ => "change",
    };
    let rules = upper(&words::of_all(sure.len(), known.len(), "rule", "rules"));
    let which = if sure.len() == 1 { "" } else { "the most " };
    // The verb has the sign already.
    let by =
        if verb == "change" { moved(came.mean) } else { moved(came.mean.abs()).trim_start_matches('+').to_owned() };
    format!("{rules} {verb} {} for sure, {which}by {by}: {}{rest}", what(of), most.rule)
}
