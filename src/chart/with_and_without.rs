//! The same run with and without forced selling, for the instruments it changed most.

use super::grid::{Grid, columns};
use super::panel::{Panel, padded};
use super::scene::Scene;
use super::series::{self, Track};
use super::theme::{self, MARGIN, Sign, WIDTH};
use super::view::{Figure, View};
use super::words;

const MOST: usize = 6;
const STRETCHES: usize = 250;

/// What forced selling did to one instrument.
struct Effect<'a> {
    with: &'a Track,
    without: &'a Track,
    /// Largest falls, as shares, and their ratio.
    fall: Option<(f64, f64, Option<f64>)>,
    /// Mean distance between the two lines over their mean height: decides what is shown.
    distance: f64,
}

pub fn draw(view: &View) -> Option<Figure> {
    let effects = effects(view);
    if effects.is_empty() {
        return None;
    }
    let (title, caption) = words_for(view, &effects);
    let mut scene = Scene::new(WIDTH, 0.0);
    let subtitle = format!(
        "Price of the instruments that forced selling changed most, {}, {}. Each panel has its own scale.",
        if view.currency().is_empty() { "per unit".into() } else { format!("{} per unit", view.currency()) },
        view.frame.dates()
    );
    let mut y = theme::heading(&mut scene, &title, &subtitle);
    y += theme::key(
        &mut scene,
        (MARGIN, y),
        &[
            (Sign::Line(theme::RUN), "with forced selling"),
            (Sign::Dashed(theme::WITHOUT), "same seed, forced selling switched off"),
            (Sign::Block(theme::FORCED.tint(0.18)), "what forced selling did"),
        ],
    );
    let columns = columns(effects.len(), 3);
    let plot_height = [280.0, 210.0, 160.0][columns - 1];
    let grid = Grid { columns, top: y + 4.0, axis: 44.0, head: 46.0, plot_height, foot: 34.0 };
    for (index, effect) in effects.iter().enumerate() {
        panel(view, &mut scene, grid.cell(index), effect);
    }
    theme::footing(&mut scene, &view.origin(), grid.bottom(effects.len()));
    Some(Figure { name: "with_and_without".into(), title, caption, scene })
}

/// Instruments that both runs have and that forced selling changed, the most changed first.
fn effects<'v>(view: &'v View) -> Vec<Effect<'v>> {
    let mut effects: Vec<Effect> = Vec::new();
    for with in &view.tracks {
        let Some(without) = view.without.get(&with.instrument) else { continue };
        let distance = distance(with, without);
        if distance > 0.0 {
            let known = view.picture.summary.counterfactual.get(&with.instrument);
            let fall = known.map(|row| (row.with, row.without, row.amplification));
            effects.push(Effect { with, without, fall, distance });
        }
    }
    effects.sort_by(|a, b| b.distance.total_cmp(&a.distance));
    effects.truncate(MOST);
    effects
}

fn distance(with: &Track, without: &Track) -> f64 {
    let (mut apart, mut height) = (0.0, 0.0);
    for (with, without) in with.marks.iter().zip(&without.marks) {
        if let (Some(with), Some(without)) = (with, without) {
            apart += (with - without).abs();
            height += without.abs();
        }
    }
    if height > 0.0 { apart / height } else { apart }
}

fn panel(view: &View, scene: &mut Scene, cell: super::grid::Cell, effect: &Effect) {
    let frame = &view.frame;
    let thin = |track: &Track| series::thin(&track.line(frame), frame.span(), STRETCHES);
    let (with, without) = (thin(effect.with), thin(effect.without));
    let up = padded(series::extent([&with, &without]).unwrap_or((0.0, 1.0)), 0.06, 0.08);
    let plot =
        Panel { left: cell.left, top: cell.top, right: cell.right, bottom: cell.bottom, across: frame.span(), up };
    plot.price_axis(scene, 4);
    plot.session_lines(scene, frame);
    plot.time_axis(scene, frame, 62.0);
    between(view, scene, &plot, effect);
    plot.plot(scene, &without, theme::WITHOUT, 1.75, Some(theme::DASHED));
    plot.plot(scene, &with, theme::RUN, 1.75, None);
    let room = plot.right - plot.left;
    let name = theme::fit(view.instrument(&effect.with.instrument), theme::PANEL, room);
    scene.text((plot.left, plot.top - 26.0), name, theme::PANEL);
    let note = longest_that_fits(&annotations(effect), room);
    scene.text((plot.left, plot.top - 9.0), note, theme::LABEL);
}

/// What a panel says, at length and ever shorter, for panels too narrow for the whole.
fn annotations(effect: &Effect) -> Vec<String> {
    match effect.fall {
        Some((with, without, times)) => {
            let (with, without) = (words::percent(with), words::percent(without));
            let plain = [format!("fell {with}, without it {without}"), format!("{with}, not {without}")];
            let Some(times) = times.map(words::times) else { return plain.into() };
            vec![
                format!("fell {with}, without it {without}: {times} times as deep"),
                format!("fell {with}, without it {without}: {times} times"),
                format!("{with} instead of {without}: {times} times"),
            ]
            .into_iter()
            .chain(plain)
            .collect()
        }
        None => match (effect.with.last_mark(), effect.without.last_mark()) {
            (Some(with), Some(without)) => {
                vec![format!("ends at {}, without {}", words::price(with), words::price(without))]
            }
            _ => Vec::new(),
        },
    }
}

/// The longest of some texts that has room, or what of the last fits.
fn longest_that_fits(texts: &[String], room: f64) -> String {
    let whole = texts.iter().find(|text| theme::width_of(text, theme::LABEL) <= room);
    whole.cloned().unwrap_or_else(|| texts.last().map_or_else(String::new, |text| theme::fit(text, theme::LABEL, room)))
}

/// Shades the distance between the two lines, session by session.
fn between(view: &View, scene: &mut Scene, plot: &Panel, effect: &Effect) {
    let both = |index: usize| Some((effect.with.marks[index]?, effect.without.marks[index]?));
    for session in view.frame.sessions() {
        let count = session.last - session.first + 1;
        let stride = count.div_ceil(STRETCHES).max(1);
        let indices = (session.first..=session.last).step_by(stride).chain([session.last]);
        let points: Vec<(f64, f64, f64)> =
            indices.filter_map(|index| both(index).map(|(a, b)| (view.frame.place(index), a, b))).collect();
        let mut outline: Vec<_> = points.iter().map(|(place, with, _)| plot.at(*place, *with)).collect();
        outline.extend(points.iter().rev().map(|(place, _, without)| plot.at(*place, *without)));
        scene.area(outline, theme::FORCED, 0.16);
    }
}

fn words_for(view: &View, effects: &[Effect]) -> (String, String) {
    let most = effects
        .iter()
        .filter(|effect| effect.fall.is_some_and(|(_, _, times)| times.is_some_and(f64::is_finite)))
        .max_by(|a, b| {
            let deeper = |effect: &Effect| effect.fall.map_or(0.0, |(with, without, _)| with - without);
            deeper(a).total_cmp(&deeper(b))
        });
    let title = match most.and_then(|effect| effect.fall.map(|fall| (effect, fall))) {
        Some((effect, (with, without, Some(times)))) if times > 1.0 => format!(
            "Forced selling made {}'s fall {} times as deep: {} instead of {}",
            view.instrument(&effect.with.instrument),
            words::times(times),
            words::percent(with),
            words::percent(without)
        ),
        Some((effect, (with, without, _))) => format!(
            "Forced selling did not deepen the fall: {} fell {} with it, {} without",
            view.instrument(&effect.with.instrument),
            words::percent(with),
            words::percent(without)
        ),
        None => {
            let first = &effects[0];
            format!(
                "Forced selling moved {} by {} on average",
                view.instrument(&first.with.instrument),
                words::percent(first.distance)
            )
        }
    };
    let caption =
        "Both lines come from the same world and the same random draws; in the dashed one no lender ever sells a \
                   client out. What lies between them is what forced selling did. Where the lines come together again, \
                   the price was pushed and recovered; where they stay apart, the loss lasted."
            .to_string();
    (title, caption)
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn the_most_changed_instruments_come_first_and_unchanged_ones_not_at_all() {
        let sample = sample::crash();
        let picture = sample.picture();
        let view = View::of(&picture);
        let ids: Vec<&str> = effects(&view).iter().map(|effect| effect.with.instrument.as_str()).collect();
        assert_eq!(ids, ["MEDIA", "CABLE"]);
        let figure = draw(&view).unwrap();
        assert_eq!(
            figure.title,
            "Forced selling made Media Corp's fall 4.8 times as deep: 58\u{a0}% instead of 12\u{a0}%"
        );
    }

    #[test]
    fn a_narrow_panel_says_less_and_is_not_cut_in_the_middle_of_it() {
        let sample = sample::crash();
        let picture = sample.picture();
        let view = View::of(&picture);
        let texts = annotations(&effects(&view)[0]);
        let lengths: Vec<f64> = texts.iter().map(|text| theme::width_of(text, theme::LABEL)).collect();
        assert!(lengths.windows(2).all(|pair| pair[0] > pair[1]), "{texts:?}");
        assert!(texts[0].ends_with("times as deep"));
        for room in [400.0, 240.0, 200.0, 170.0] {
            let note = longest_that_fits(&texts, room);
            assert!(texts.contains(&note), "{room}: {note}");
        }
    }

    #[test]
    fn without_a_second_run_there_is_no_chart() {
        let sample = sample::crash();
        let picture = super::super::Picture { without: None, ..sample.picture() };
        assert_eq!(draw(&View::of(&picture)), None);
    }
}
