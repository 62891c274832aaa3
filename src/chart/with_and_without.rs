//! The same run with and without forced selling, for the instruments it changed most.

use super::grid::{Grid, columns};
use super::panel::{Panel, padded};
use super::scene::Scene;
use super::series::{self, Track};
use super::swing;
use super::theme::{self, MARGIN, Sign, WIDTH};
use super::view::{Figure, View};
use super::{Window, words};

const MOST: usize = 6;
const STRETCHES: usize = 250;

/// What forced selling did to one instrument.
pub struct Effect<'a> {
    pub with: &'a Track,
    pub without: &'a Track,
    /// How far each went, if the price then is above zero.
    pub depth: Option<Depth>,
    /// Mean distance between the two lines over their mean height: decides what is shown.
    distance: f64,
}

/// How far the two lines went from where they stood at the moment of comparison, as shares of the price then.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Depth {
    pub upwards: bool,
    pub with: f64,
    pub without: f64,
    /// Where they went farthest: index and mark.
    far_with: (usize, f64),
    far_without: (usize, f64),
}

impl Depth {
    /// `with ÷ without`, where it went at all without.
    pub fn times(&self) -> Option<f64> {
        (self.without > 0.0).then(|| self.with / self.without)
    }

    fn verb(&self) -> &'static str {
        if self.upwards { "rose" } else { "fell" }
    }
}

pub fn draw(view: &View) -> Option<Figure> {
    let mut effects = effects(view);
    effects.truncate(MOST);
    if effects.is_empty() {
        return None;
    }
    let (title, caption) = words_for(view, &effects);
    let mut scene = Scene::new(WIDTH, 0.0);
    let subtitle = format!(
        "Price of the instruments that forced orders changed most, {}, {}. Each panel has its own scale.",
        if view.currency().is_empty() { "per unit".into() } else { format!("{} per unit", view.currency()) },
        view.frame.dates()
    );
    let mut y = theme::heading(&mut scene, &title, &subtitle);
    let counted = format!("from here on, {}, changes are counted", since(view));
    y += theme::key(
        &mut scene,
        (MARGIN, y),
        &[
            (Sign::Line(theme::RUN), "with forced orders"),
            (Sign::Dashed(theme::WITHOUT), "same seed, forced orders switched off"),
            (Sign::Block(theme::FORCED.tint(0.18)), "what forced orders did"),
            (Sign::Disc(theme::RUN), "farthest from the price at the start of the count"),
            (Sign::Upright(theme::TEXT), &counted),
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

/// The moment from which changes are counted, in words.
pub fn since(view: &View) -> String {
    match view.picture.compare_from {
        Some(_) => words::moment(view.frame.second(view.compared_from())),
        None => "the start".into(),
    }
}

/// Instruments that both runs have and that forced selling changed, the most changed first.
pub fn effects<'v>(view: &'v View) -> Vec<Effect<'v>> {
    let mut effects: Vec<Effect> = Vec::new();
    for with in &view.tracks {
        let Some(without) = view.without.get(&with.instrument) else { continue };
        let distance = distance(with, without);
        if distance > 0.0 {
            effects.push(Effect { with, without, depth: depth(view, with, without), distance });
        }
    }
    effects.sort_by(|a, b| b.distance.total_cmp(&a.distance));
    effects
}

/// The effect that the title tells: where the lines went farthest apart from the price they were counted from.
pub fn deepest<'e, 'v>(effects: &'e [Effect<'v>]) -> Option<(&'e Effect<'v>, Depth)> {
    let depths = effects.iter().filter_map(|effect| Some((effect, effect.depth?)));
    depths.max_by(|(_, a), (_, b)| (a.with - a.without).total_cmp(&(b.with - b.without)))
}

fn depth(view: &View, with: &Track, without: &Track) -> Option<Depth> {
    let from = view.compared_from();
    let upwards = swing::either(with).is_some_and(|swing| swing.upwards);
    // Each line is counted from its own price; before any forced order they are one.
    let far = |track: &Track| {
        let base = match view.picture.compare_from {
            Some(_) => counted_from(track, from)?,
            None => track.first_price().filter(|price| *price > 0.0)?,
        };
        let marks = track.marks.iter().enumerate().skip(from).filter_map(|(index, mark)| Some((index, (*mark)?)));
        let far = marks.fold((from, base), |far, at| if (at.1 < far.1) != upwards && at.1 != far.1 { at } else { far });
        Some((far, (far.1 / base - 1.0).abs()))
    };
    let id = with.instrument.as_str();
    let ((far_with, with), (far_without, without)) = (far(with)?, far(without)?);
    // The summary knows all ticks, the lines those that are kept; of a stretch of the run it says nothing.
    let told = view.picture.summary.counterfactual.get(id).filter(|_| view.picture.window == Window::ALL);
    let all = told.map(|all| if upwards { (all.rise_with, all.rise_without) } else { (all.with, all.without) });
    // A summary of a former version has no rises: then what is drawn is all that is known.
    let (with, without) = all.map_or((with, without), |all| (all.0.max(with), all.1.max(without)));
    Some(Depth { upwards, with, without, far_with, far_without })
}

/// The price that a line's change is counted from.
fn counted_from(track: &Track, from: usize) -> Option<f64> {
    track.marks[from..].iter().copied().flatten().next().filter(|price| *price > 0.0)
}

/// Mean distance of two lines over the mean height of the second.
pub(super) fn distance(with: &Track, without: &Track) -> f64 {
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
    count(view, scene, &plot, effect);
    let room = plot.right - plot.left;
    let name = theme::fit(view.instrument(&effect.with.instrument), theme::PANEL, room);
    scene.text((plot.left, plot.top - 26.0), name, theme::PANEL);
    let note = longest_that_fits(&annotations(view, effect), room);
    scene.text((plot.left, plot.top - 9.0), note, theme::LABEL);
}

/// Marks what the words count: from where, and how far each line went.
fn count(view: &View, scene: &mut Scene, plot: &Panel, effect: &Effect) {
    let Some(depth) = effect.depth else { return };
    let from = view.compared_from();
    let x = plot.x(view.frame.place(from));
    scene.stroke(vec![(x, plot.top), (x, plot.bottom)], theme::TEXT, 1.0, Some(theme::DOTTED));
    for ((index, mark), ink) in [(depth.far_without, theme::WITHOUT), (depth.far_with, theme::RUN)] {
        let at = plot.at(view.frame.place(index), mark);
        scene.disc(at, 5.0, theme::PAPER);
        scene.disc(at, 3.75, ink);
    }
}

/// What a panel says, at length and ever shorter, for panels too narrow for the whole.
fn annotations(view: &View, effect: &Effect) -> Vec<String> {
    match effect.depth {
        Some(depth) => {
            let (verb, deep) = (depth.verb(), if depth.upwards { "high" } else { "deep" });
            let (with, without) = (words::percent(depth.with), words::percent(depth.without));
            let plain = [format!("{verb} {with}, without it {without}"), format!("{with}, not {without}")];
            // What rounds to once as deep is not told so.
            let Some(times) = depth.times().map(words::times).filter(|times| times != "1") else { return plain.into() };
            vec![
                format!("{verb} {with}, without it {without}: {times} times as {deep}"),
                format!("{verb} {with}, without it {without}: {times} times"),
                format!("{with} instead of {without}: {times} times"),
            ]
            .into_iter()
            .chain(plain)
            .collect()
        }
        None => match (effect.with.last_mark(), effect.without.last_mark()) {
            (Some(with), Some(without)) => {
                let [with, without] = [with, without].map(|price| view.price(&effect.with.instrument, price));
                vec![format!("ends at {with}, without it {without}")]
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
    let since = match view.picture.compare_from {
        Some(_) => format!("After {}, f", since(view)),
        None => "F".into(),
    };
    let title = match deepest(effects) {
        Some((effect, depth)) => {
            let name = view.instrument(&effect.with.instrument);
            let (with, without) = (words::percent(depth.with), words::percent(depth.without));
            let (noun, deep) = if depth.upwards { ("rise", "high") } else { ("fall", "deep") };
            match depth.times().filter(|times| *times > 1.0) {
                Some(times) if words::times(times) != "1" => format!(
                    "{since}orced orders made the {noun} of {name} {} times as {deep}: {with} instead of {without}",
                    words::times(times)
                ),
                None if depth.with > depth.without => {
                    format!(
                        "{since}orced orders made {name} {} {with}; without them {without}",
                        if depth.upwards { "rise" } else { "fall" }
                    )
                }
                _ => format!(
                    "{since}orced orders hardly deepened any {noun}: {name} {} {with} with them, {without} without",
                    depth.verb()
                ),
            }
        }
        None => {
            let first = &effects[0];
            let name = view.instrument(&first.with.instrument);
            format!("Forced orders moved {name} by {} on average", words::percent(first.distance))
        }
    };
    let mut caption = String::from(
        "Both lines come from the same world and the same random draws; in the dashed one no lender ever closes a client \
         out. What lies between them is what forced orders did. Where the lines come together again, the price was pushed \
         and recovered; where they stay apart, the loss lasted.",
    );
    caption += &match view.picture.compare_from {
        Some(_) => format!(
            " Changes are counted from the price at {}, the dotted line, to the disc: what came before is not the forced \
             orders' doing.",
            self::since(view)
        ),
        None => " Changes are counted from the price at the start to the disc.".into(),
    };
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
            "After 24\u{a0}Mar\u{a0}16:00, forced orders made the fall of Media Corp 127 times as deep: 68\u{a0}% instead of 0.5\u{a0}%"
        );
        // The title's numbers are those of the lines that are drawn: from the dotted line to the discs.
        let effect = &effects(&view)[0];
        let from = view.compared_from();
        let fall = |track: &Track| {
            let marks: Vec<f64> = track.marks[from..].iter().copied().flatten().collect();
            1.0 - marks.iter().copied().fold(f64::INFINITY, f64::min) / marks[0]
        };
        let (with, without) = (fall(effect.with), fall(effect.without));
        for number in [words::percent(with), words::percent(without), words::times(with / without)] {
            assert!(figure.title.contains(&number), "{number}: {}", figure.title);
        }
        let marked = |ink| {
            figure
                .scene
                .marks
                .iter()
                .filter(|mark| matches!(mark, super::super::scene::Mark::Disc { ink: own, .. } if *own == ink))
                .count()
        };
        assert_eq!((marked(theme::RUN), marked(theme::WITHOUT)), (3, 2), "two panels and the key");
    }

    #[test]
    fn a_narrow_panel_says_less_and_is_not_cut_in_the_middle_of_it() {
        let sample = sample::crash();
        let picture = sample.picture();
        let view = View::of(&picture);
        let texts = annotations(&view, &effects(&view)[0]);
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
