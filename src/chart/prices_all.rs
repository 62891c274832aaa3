//! Every instrument on one scale: indexed to 100 at the start, those nobody was forced to trade as controls.

use super::frame::Frame;
use super::grid::{Grid, columns};
use super::panel::{Panel, padded};
use super::scene::Scene;
use super::series::{self, Strokes, Track};
use super::swing;
use super::theme::{self, MARGIN, Sign, WIDTH};
use super::view::{Figure, View};
use super::words;

const MOST: usize = 24;
const STRETCHES: usize = 150;

pub fn draw(view: &View) -> Option<Figure> {
    let indexed: Vec<(&Track, Strokes)> =
        view.tracks.iter().filter_map(|track| Some((track, indexed(track, &view.frame)?))).collect();
    if indexed.len() < 2 {
        return None;
    }
    let (title, caption) = words_for(view, &indexed);
    let left_out = indexed.len().saturating_sub(MOST);
    let shown = &indexed[..indexed.len().min(MOST)];
    let mut scene = Scene::new(WIDTH, 0.0);
    let mut subtitle = format!("Prices indexed to 100 at the start, {}, all on one scale.", view.frame.dates());
    if left_out > 0 {
        subtitle += &format!(" {left_out} further instruments are not shown.");
    }
    let mut y = theme::heading(&mut scene, &title, &subtitle);
    let mut entries = vec![];
    if shown.iter().any(|(track, _)| track.forced_units() > 0.0) {
        entries.push((Sign::Line(theme::RUN), "before the first forced order"));
        entries.push((Sign::Line(theme::FORCED), "from the first forced order on"));
    }
    if shown.iter().any(|(track, _)| track.forced_units() <= 0.0) {
        entries.push((Sign::Line(theme::MUTED), "never traded by force (control)"));
    }
    y += theme::key(&mut scene, (MARGIN, y), &entries);
    let extent = series::extent(shown.iter().map(|(_, line)| line)).unwrap_or((90.0, 110.0));
    let up = padded((extent.0.min(100.0), extent.1.max(100.0)), 0.06, 0.06);
    let columns = columns(shown.len(), 4);
    let plot_height = if columns < 3 { 200.0 } else { 120.0 };
    let grid = Grid { columns, top: y + 4.0, axis: 34.0, head: 26.0, plot_height, foot: 32.0 };
    for (index, (track, line)) in shown.iter().enumerate() {
        let cell = grid.cell(index);
        let panel = Panel {
            left: cell.left,
            top: cell.top,
            right: cell.right - 30.0,
            bottom: cell.bottom,
            across: view.frame.span(),
            up,
        };
        one(view, &mut scene, &panel, track, line);
    }
    theme::footing(&mut scene, &view.origin(), grid.bottom(shown.len()));
    Some(Figure { name: "prices_all".into(), title, caption, scene })
}

/// The price as a share of its start, times 100. An instrument that starts at or below zero has no index.
fn indexed(track: &Track, frame: &Frame) -> Option<Strokes> {
    let start = track.first_price().filter(|start| *start > 0.0)?;
    let mut line = track.line(frame);
    line.iter_mut().flatten().for_each(|point| point.1 *= 100.0 / start);
    Some(series::thin(&line, frame.span(), STRETCHES))
}

fn one(view: &View, scene: &mut Scene, panel: &Panel, track: &Track, line: &Strokes) {
    panel.value_axis(scene, 5, words::short);
    panel.session_lines(scene, &view.frame);
    panel.time_axis(scene, &view.frame, 58.0);
    let name = view.instrument(&track.instrument);
    let room = panel.right + 30.0 - panel.left;
    let control = track.forced_units() <= 0.0;
    let style = if control { theme::PANEL.ink(theme::SOFT) } else { theme::PANEL };
    scene.text((panel.left, panel.top - 8.0), theme::fit(name, style, room), style);
    let ink = if control { theme::MUTED } else { theme::RUN };
    panel.plot(scene, line, ink, 1.75, None);
    let mut end = ink;
    if let Some(index) = track.first_forced() {
        let from = view.frame.place(index);
        let after: Strokes = line
            .iter()
            .map(|stroke| stroke.iter().copied().filter(|(place, _)| *place >= from).collect::<Vec<_>>())
            .filter(|stroke| !stroke.is_empty())
            .collect();
        panel.plot(scene, &after, theme::FORCED, 2.0, None);
        end = theme::FORCED;
    }
    if let Some((_, value)) = line.last().and_then(|stroke| stroke.last()) {
        let ink = if control { theme::SOFT } else { end };
        scene.text((panel.right + 5.0, panel.y(*value) + 4.0), format!("{value:.0}"), theme::LABEL.ink(ink).bold());
    }
}

fn words_for(view: &View, indexed: &[(&Track, Strokes)]) -> (String, String) {
    let word = view.forced_word(None);
    let mut forced = indexed.iter().filter(|(track, _)| track.forced_units() > 0.0).peekable();
    let rose = |track: &Track| swing::either(track).is_some_and(|swing| swing.upwards);
    let upwards = forced.peek().is_some() && forced.all(|(track, _)| rose(track));
    let (verb, turn) = if upwards { ("rose", "low") } else { ("fell", "peak") };
    let split = |forced: bool| {
        let falls = indexed.iter().filter(|(track, _)| (track.forced_units() > 0.0) == forced);
        let fall = |track: &Track| swing::largest(track, upwards).and_then(|swing| swing.share()).unwrap_or(0.0);
        let mut falls: Vec<f64> = falls.map(|(track, _)| fall(track)).collect();
        falls.sort_by(f64::total_cmp);
        falls
    };
    let (forced, control) = (split(true), split(false));
    let range = |falls: &[f64]| {
        let (low, high) = (falls[0], falls[falls.len() - 1]);
        if falls.len() == 1 || words::percent(low) == words::percent(high) {
            words::percent(high)
        } else {
            format!("{} to {}", words::percent(low), words::percent(high))
        }
    };
    let title = match (forced.is_empty(), control.is_empty()) {
        (false, false) => {
            format!(
                "Instruments with {word} {verb} {} from their {turn}, the others {}",
                range(&forced),
                range(&control)
            )
        }
        (false, true) => format!("All saw {word}, and {verb} {} from their {turn}", range(&forced)),
        _ => format!("Nobody was forced to trade: instruments fell {} from their peak", range(&control)),
    };
    let mut caption = format!(
        "Every panel has the same scale, so a steeper line is a larger move. In {} the line turns vermilion where \
         the first forced order went to market. ",
        words::counted(forced.len(), "panel", "panels")
    );
    if forced.is_empty() {
        caption = "Every panel has the same scale, so a steeper line is a larger move. ".into();
    }
    if !control.is_empty() && !forced.is_empty() {
        caption += "The grey lines are controls: nobody was forced to trade those instruments. If they moved as much \
                    as the others, the move would not be the forced orders' doing.";
    }
    (title, caption.trim_end().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instrument_that_starts_below_zero_has_no_index() {
        let frame = Frame::from_times([(0, 0), (1, 60)].into_iter());
        let track = |start: f64| Track {
            instrument: "A".into(),
            start: None,
            whole: None,
            marks: vec![Some(start), Some(30.0)],
            volume: vec![0.0; 2],
            forced: vec![0.0; 2],
            halted: vec![false; 2],
        };
        assert_eq!(indexed(&track(-5.0), &frame), None);
        assert_eq!(indexed(&track(20.0), &frame), Some(vec![vec![(0.0, 100.0), (60.0, 150.0)]]));
    }
}
