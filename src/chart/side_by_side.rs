//! Markets that began alike, in one frame: what differs between them is what the world is about.
//!
//! Drawn where three or more instruments begin at one price. Below the prices each has a lane with its halts.

use super::frame::Closed;
use super::labels;
use super::panel::{Panel, padded};
use super::scene::Scene;
use super::series::{self, Strokes, Track};
use super::swing::{self, Swing};
use super::theme::{self, Ink, MARGIN, Sign, WIDTH};
use super::view::{Figure, View};
use super::words;
use ground::ops::ln;
use results::stamp::Stamp;

const LEAST: usize = 3;
const LANE: f64 = 22.0;
const STRETCHES: usize = 500;

pub fn draw(view: &View) -> Option<Figure> {
    let alike = alike(view);
    if alike.len() < LEAST {
        return None;
    }
    let upwards = upwards(&alike);
    let title = title(view, &alike, upwards);
    let mut scene = Scene::new(WIDTH, 0.0);
    let halted = alike.iter().any(|track| !halts(view, track).is_empty());
    let mut subtitle = format!("Prices in one frame, {} per unit, {}.", view.unit(), view.frame.dates());
    if halted {
        subtitle += " Below: when each stood still.";
    }
    let mut y = theme::heading(&mut scene, &title, &subtitle);
    let mut entries = vec![(Sign::Disc(theme::TEXT), "farthest")];
    if halted {
        entries.push((Sign::Bar(theme::TEXT), "halted"));
    }
    y += theme::key(&mut scene, (MARGIN, y), &entries);
    let lines: Vec<Strokes> =
        alike.iter().map(|track| series::thin(&track.line(&view.frame), view.frame.span(), STRETCHES)).collect();
    let up = padded(series::extent(&lines).unwrap_or((0.0, 1.0)), 0.05, 0.05);
    let names = alike.iter().map(|track| theme::width_of(&end_words(view, track), theme::LABEL.bold()));
    let right = WIDTH - MARGIN - names.fold(40.0, f64::max) - 10.0;
    let left = MARGIN + 12.0 + Panel::price_axis_width(up, 6).max(lane_names(view, &alike));
    let plot = Panel { left, top: y + 8.0, right, bottom: y + 338.0, across: view.frame.span(), up };
    plot.price_axis(&mut scene, 6);
    plot.session_lines(&mut scene, &view.frame);
    let mut ends: Vec<(f64, usize)> = Vec::new();
    for (index, (track, line)) in alike.iter().zip(&lines).enumerate() {
        plot.plot(&mut scene, line, ink(index), 1.75, None);
        ends.push((plot.y(track.last_mark().unwrap_or(0.0)), index));
    }
    for (index, track) in alike.iter().enumerate() {
        if let Some(swing) = swing::largest(track, upwards) {
            let at = plot.at(view.frame.place(swing.to), swing.end);
            scene.disc(at, 5.0, theme::PAPER);
            scene.disc(at, 3.75, ink(index));
        }
    }
    let heights: Vec<f64> = ends.iter().map(|(height, _)| *height).collect();
    for ((_, index), height) in ends.iter().zip(labels::spread(&heights, 15.0, (plot.top + 4.0, plot.bottom))) {
        let style = theme::LABEL.ink(ink(*index)).bold();
        scene.text((plot.right + 8.0, height + 4.0), end_words(view, alike[*index]), style);
    }
    plot.edge(&mut scene);
    let foot = if halted { draw_halts(view, &mut scene, &plot, &alike) } else { plot };
    foot.time_axis(&mut scene, &view.frame, 64.0);
    theme::footing(&mut scene, &view.origin(), foot.bottom + 26.0);
    let caption = "All begin at one price, and what comes from outside comes to all alike where the world makes them twins. Look \
                   for where a line leaves the others: what it does from there on its own rules did. A disc marks how far each \
                   went."
        .to_string();
    Some(Figure { name: "side_by_side".into(), title, caption, scene })
}

/// All are told in the direction in which the one went that went farthest: it is what stands out in the picture.
fn upwards(alike: &[&Track]) -> bool {
    let size = |swing: &Swing| match swing.share() {
        Some(_) => ln(swing.end / swing.start).abs(),
        None => (swing.end - swing.start).abs(),
    };
    let farthest = alike.iter().filter_map(|track| swing::either(track)).max_by(|a, b| size(a).total_cmp(&size(b)));
    farthest.is_some_and(|swing| swing.upwards)
}

/// Who went farthest and who least, by as much as the words tell apart: who never went that way went by nothing.
fn title(view: &View, alike: &[&Track], upwards: bool) -> String {
    let mut far: Vec<(&Track, Option<Swing>)> =
        alike.iter().map(|track| (*track, swing::largest(track, upwards))).collect();
    let size = |swing: &Option<Swing>| match swing {
        Some(swing) => swing.share().unwrap_or_else(|| (swing.end - swing.start).abs()),
        None => 0.0,
    };
    far.sort_by(|a, b| size(&b.1).total_cmp(&size(&a.1)));
    let said = |(track, swing): &(&Track, Option<Swing>)| match swing {
        Some(swing) => match swing.share() {
            Some(share) => words::percent(share),
            None => view.price(&track.instrument, (swing.end - swing.start).abs()),
        },
        None => words::percent(0.0),
    };
    let began = format!("Of {} that began alike", words::counted(alike.len(), "market", "markets"));
    let verb = if upwards { "rose" } else { "fell" };
    let (farthest, nearest) = (said(&far[0]), said(&far[far.len() - 1]));
    // Below what the words tell apart somebody may have moved all the same.
    let not_said = |as_far: &str| as_far == words::percent(0.0);
    if farthest == nearest {
        return match far.iter().any(|(_, swing)| swing.is_some()) {
            false => format!("{began}, none moved"),
            true if not_said(&farthest) => format!("{began}, none moved by as much as {}", words::percent(0.001)),
            true => format!("{began}, all {verb} by {farthest}"),
        };
    }
    // Who is told the same as the first or the last shares its place.
    let equals = |as_far: &str| far.iter().filter(|one| said(one) == as_far).collect::<Vec<_>>();
    let names = |equals: &[&(&Track, Option<Swing>)]| {
        let names: Vec<String> =
            equals.iter().map(|(track, _)| view.instrument(&track.instrument).to_owned()).collect();
        if names.len() > 3 { format!("{} of them", words::count(names.len() as u64)) } else { words::listed(&names) }
    };
    let (most, least) = (equals(&farthest), equals(&nearest));
    let how_little = match least.iter().any(|(_, swing)| swing.is_some()) {
        false => format!("did not {}", if upwards { "rise" } else { "fall" }),
        true if not_said(&nearest) => "hardly at all".to_owned(),
        true => format!("least, by {nearest}"),
    };
    format!("{began}, {} {verb} most, by {farthest}, and {} {how_little}", names(&most), names(&least))
}

/// A lane a market beneath the prices, with its halts. Returns where the axis of time goes.
fn draw_halts(view: &View, scene: &mut Scene, plot: &Panel, alike: &[&Track]) -> Panel {
    let lanes = Panel { top: plot.bottom + 14.0, bottom: plot.bottom + 18.0 + LANE * alike.len() as f64, ..*plot };
    for (index, track) in alike.iter().enumerate() {
        let y = lanes.top + LANE * (index as f64 + 0.5);
        scene.segment((lanes.left, y), (lanes.right, y), theme::GRID, 1.0);
        let name = theme::LABEL.ink(ink(index)).end();
        scene.text((lanes.left - 8.0, y + 4.0), view.instrument(&track.instrument), name);
        let halts = halts(view, track);
        for (from, to) in &halts {
            scene.rect((lanes.x(*from), y - 6.0), (lanes.x(*to).max(lanes.x(*from) + 2.0), y + 6.0), ink(index), 1.0);
        }
        let words = if halts.is_empty() { "no halt".into() } else { words::counted(halts.len(), "halt", "halts") };
        scene.text((lanes.right + 8.0, y + 4.0), words, theme::AXIS);
    }
    lanes
}

fn ink(index: usize) -> Ink {
    theme::PEERS[index % theme::PEERS.len()]
}

/// Most that began at one price: beyond eight, lines cannot be told apart.
fn alike<'v>(view: &'v View) -> Vec<&'v Track> {
    let start = |track: &Track| track.first_price().map(f64::to_bits);
    let groups = view.tracks.iter().map(|track| {
        view.tracks.iter().filter(|other| start(track).is_some() && start(other) == start(track)).collect::<Vec<_>>()
    });
    let largest = groups.max_by_key(Vec::len).unwrap_or_default();
    if largest.len() > theme::PEERS.len() { Vec::new() } else { largest }
}

fn end_words(view: &View, track: &Track) -> String {
    let price = track.last_mark().map_or_else(String::new, |price| view.price(&track.instrument, price));
    format!("{} {price}", view.instrument(&track.instrument))
}

fn lane_names(view: &View, tracks: &[&Track]) -> f64 {
    tracks.iter().map(|track| theme::width_of(view.instrument(&track.instrument), theme::LABEL)).fold(0.0, f64::max)
}

/// Stretches in which an instrument stood still, as the table of halts has them.
fn halts(view: &View, track: &Track) -> Vec<(f64, f64)> {
    let rows = view.picture.tables.halts.iter().filter(|halt| halt.instrument == track.instrument);
    rows.filter_map(|halt| {
        let from = view.frame.place_within(words::seconds(&halt.time)?, Closed::SessionAfter)?;
        let until = halt.reopened.or(halt.until).map_or(i64::MAX, Stamp::seconds);
        Some((from, view.frame.place_within(until, Closed::SessionBefore)?))
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn markets_that_began_alike_are_in_one_frame_and_others_are_not() {
        let mut sample = sample::crash();
        assert_eq!(draw(&View::of(&sample.picture())), None);
        // Each as a share of its own start, times a hundred.
        let starts: Vec<(_, f64)> =
            sample.tables.prices[..3].iter().map(|row| (row.instrument.clone(), row.mark)).collect();
        for row in &mut sample.tables.prices {
            row.mark *= 100.0 / starts.iter().find(|(id, _)| *id == row.instrument).unwrap().1;
        }
        sample.summary.instruments.clear();
        let first = sample.tables.prices[0].mark;
        sample.tables.prices[..3].iter_mut().for_each(|row| row.mark = first);
        let picture = sample.picture();
        let view = View::of(&picture);
        let figure = draw(&view).unwrap();
        let fell = |id: &str| {
            let track = view.tracks.iter().find(|track| track.instrument == id).unwrap();
            words::percent(swing::largest(track, false).unwrap().share().unwrap())
        };
        assert_eq!(
            figure.title,
            format!(
                "Of 3\u{a0}markets that began alike, Media Corp fell most, by {}, and Soap & Co (control) least, by {}",
                fell("MEDIA"),
                fell("SOAP")
            )
        );
    }

    /// The title where the marks of the three are these, from one price on.
    fn told(marks: [[f64; 2]; 3]) -> String {
        let mut sample = sample::crash();
        sample.tables.prices.retain(|row| row.tick < 2);
        for row in &mut sample.tables.prices {
            let place = ["MEDIA", "CABLE", "SOAP"].iter().position(|id| *id == row.instrument).unwrap();
            row.mark = marks[place][row.tick as usize];
        }
        let picture = sample.picture();
        let title = draw(&View::of(&picture)).unwrap().title.replace(words::TIED, " ");
        title.strip_prefix("Of 3 markets that began alike, ").unwrap().to_owned()
    }

    #[test]
    fn who_stood_still_moved_least_and_equals_share_a_place() {
        assert_eq!(
            told([[50.0, 45.0], [50.0, 49.0], [50.0, 50.0]]),
            "Media Corp fell most, by 10 %, and Soap & Co (control) did not fall"
        );
        assert_eq!(
            told([[50.0, 45.0], [50.0, 50.0], [50.0, 50.0]]),
            "Media Corp fell most, by 10 %, and Cable Inc and Soap & Co (control) did not fall"
        );
        assert_eq!(
            told([[50.0, 45.0], [50.0, 45.0], [50.0, 40.0]]),
            "Soap & Co (control) fell most, by 20 %, and Media Corp and Cable Inc least, by 10 %"
        );
        // One that falls by 30 % stands out among two that rise by 1 and 2.
        assert_eq!(
            told([[50.0, 35.0], [50.0, 50.5], [50.0, 51.0]]),
            "Media Corp fell most, by 30 %, and Cable Inc and Soap & Co (control) did not fall"
        );
        assert_eq!(told([[50.0, 45.0]; 3]), "all fell by 10 %");
        assert_eq!(told([[50.0, 55.0]; 3]), "all rose by 10 %");
        assert_eq!(told([[50.0, 50.0]; 3]), "none moved");
        assert_eq!(told([[50.0, 49.99], [50.0, 50.0], [50.0, 50.0]]), "none moved by as much as 0.1 %");
    }
}
