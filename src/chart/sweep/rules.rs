//! Rule against rule: by how much each changes a figure, and whether chance could have done it.

use super::super::panel::{Panel, padded, ticks};
use super::super::scene::Scene;
use super::super::theme::{self, MARGIN, Sign, WIDTH};
use super::super::view::Figure;
use super::super::words::{self, upper};
use super::said::{meaning, name, origin, what};
use results::sweep::{Difference, Swept};

/// The widest column of names, and the most lines of one.
const MOST_NAME: f64 = 260.0;
const MOST_LINES: usize = 4;

pub fn rules(of: &Swept, differences: &[Difference]) -> Option<Figure> {
    let first = differences.first()?;
    let moved = |value: f64| {
        words::error_in_unit(value, if of.unit == "true or false" { "number" } else { &of.unit }, &of.currency)
    };
    let title = title(of, differences, moved);
    let subtitle = format!(
        "{} Under the rule less as it is, run by run on the same draws, {}.",
        meaning(of),
        words::counted(first.pairs, "pair", "pairs")
    );
    let mut scene = Scene::new(WIDTH, 0.0);
    let mut y = theme::heading(&mut scene, &title, &subtitle);
    let signs = [(Sign::Disc(theme::RUN), "mean difference"), (Sign::Line(theme::RUN), "95 % interval")];
    y += theme::key(&mut scene, (MARGIN, y), &signs);
    let low = differences.iter().map(|rule| rule.low).fold(0.0, f64::min);
    let high = differences.iter().map(|rule| rule.high).fold(0.0, f64::max);
    // Names stand beside the plot, each in as many lines as it takes.
    let widest = differences.iter().map(|rule| theme::width_of(&rule.rule, theme::LABEL)).fold(0.0, f64::max);
    let room = widest.min(MOST_NAME) + 4.0;
    let names: Vec<Vec<String>> =
        differences.iter().map(|rule| theme::wrap(&rule.rule, theme::LABEL, room, MOST_LINES)).collect();
    let row = 18.0 + 16.0 * names.iter().map(Vec::len).max().unwrap_or(1) as f64;
    // What is said beside an interval stands on its far side from zero.
    let said = differences.iter().map(|rule| theme::width_of(&moved(rule.mean), theme::LABEL)).fold(0.0, f64::max);
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
            beyond(differences.iter().any(|rule| rule.mean < 0.0)),
            beyond(differences.iter().any(|rule| rule.mean >= 0.0)),
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
        scene.segment((plot.x(rule.low), y), (plot.x(rule.high), y), theme::RUN, 2.0);
        scene.disc((plot.x(rule.mean), y), 4.5, theme::RUN);
        let text = moved(rule.mean);
        let wide = theme::width_of(&text, theme::LABEL);
        let left = if rule.mean < 0.0 { plot.x(rule.low) - 8.0 - wide } else { plot.x(rule.high) + 8.0 };
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

/// How many rules change the figure, and which does so most.
fn title(of: &Swept, differences: &[Difference], moved: impl Fn(f64) -> String) -> String {
    let sure: Vec<&Difference> =
        differences.iter().filter(|rule| rule.pairs > 1 && (rule.low > 0.0 || rule.high < 0.0)).collect();
    let Some(most) = sure.iter().max_by(|a, b| a.mean.abs().total_cmp(&b.mean.abs())) else {
        return format!("No rule changes {} for sure", what(of));
    };
    if let [only] = differences {
        // A path is written as it is.
        let name = if only.rule.contains('=') { only.rule.clone() } else { upper(&only.rule) };
        return format!("{name}: {} changes by {}", what(of), moved(only.mean));
    }
    let one_way = |up: bool| sure.iter().all(|rule| (rule.mean > 0.0) == up);
    let verb = match (one_way(true), one_way(false), sure.len()) {
        (true, _, 1) => "raises",
        (true, ..) => "raise",
        (_, true, 1) => "lowers",
        (_, true, _) => "lower",
        _ => "change",
    };
    let rules = upper(&words::of_all(sure.len(), differences.len(), "rule", "rules"));
    let which = if sure.len() == 1 { "" } else { "the most " };
    // The verb has the sign already.
    let by =
        if verb == "change" { moved(most.mean) } else { moved(most.mean.abs()).trim_start_matches('+').to_owned() };
    format!("{rules} {verb} {} for sure, {which}by {by}: {}", what(of), most.rule)
}
