//! Survival against liquid buffer, with the answer marked.

use super::panel::{Panel, ticks};
use super::scene::Scene;
use super::theme::{self, MARGIN, Sign, WIDTH};
use super::view::Figure;
use super::words;
use results::buffer::{Answer, Point};

/// What the chart is of.
#[derive(Clone, Copy, Debug)]
pub struct BufferPicture<'a> {
    pub firm: &'a str,
    pub world: &'a str,
    pub currency: &'a str,
    pub runs: usize,
    /// Least and most by which the world's shocks were multiplied in these runs.
    pub shocks: (f64, f64),
    pub curve: &'a [Point],
    pub answer: &'a Answer,
}

pub fn draw(picture: &BufferPicture<'_>) -> Figure {
    let BufferPicture { firm, world, currency, runs, shocks, curve, answer } = *picture;
    let mut scene = Scene::new(WIDTH, 0.0);
    let title = match answer.buffer {
        Some(buffer) => format!(
            "{firm} needs {} of liquid buffer to survive {} of the runs of {world}",
            words::money(buffer, currency),
            words::percent(answer.wanted)
        ),
        None => format!("No buffer lets {firm} survive {} of the runs of {world}", words::percent(answer.wanted)),
    };
    let stress = match shocks {
        (least, most) if least == 1.0 && most == 1.0 => "the world's own shocks".to_owned(),
        (least, most) => format!("its shocks multiplied by {} to {}", words::short(least), words::short(most)),
    };
    let subtitle = format!(
        "Share of {}, with {stress}, in which every call is paid in full and in time.",
        words::counted(runs, "run", "runs")
    );
    let mut y = theme::heading(&mut scene, &title, &subtitle);
    y += theme::key(
        &mut scene,
        (MARGIN, y),
        &[
            (Sign::Line(theme::RUN), "survived"),
            (Sign::Block(theme::RUN.tint(0.18)), "95 % interval"),
            (Sign::Dashed(theme::FORCED), "wanted"),
        ],
    );
    let most = curve.last().map_or(1.0, |point| point.buffer).max(answer.buffer.unwrap_or(0.0));
    let across = (0.0, if most > 0.0 && most.is_finite() { most * 1.08 } else { 1.0 });
    let plot =
        Panel { left: MARGIN + 46.0, top: y + 14.0, right: WIDTH - MARGIN, bottom: y + 334.0, across, up: (0.0, 1.0) };
    plot.value_axis(&mut scene, 5, words::percent);
    plot.edge(&mut scene);
    for tick in ticks(across, 6) {
        let x = plot.x(tick);
        scene.segment((x, plot.bottom), (x, plot.bottom + 4.0), theme::EDGE, 1.0);
        scene.text((x, plot.bottom + 18.0), words::short(tick), theme::AXIS.middle());
    }
    let unit = if currency.is_empty() { "buffer".to_owned() } else { format!("buffer, {currency}") };
    scene.text((plot.right, plot.bottom + 36.0), unit, theme::AXIS.end());
    let until = |value: fn(&Point) -> f64| -> Vec<(f64, f64)> {
        let mut line: Vec<(f64, f64)> = Vec::with_capacity(2 * curve.len() + 1);
        for point in curve {
            if let Some(last) = line.last().copied() {
                line.push((point.buffer, last.1));
            }
            line.push((point.buffer, value(point)));
        }
        if let Some(last) = line.last().copied() {
            line.push((across.1, last.1));
        }
        line
    };
    let mut outline: Vec<_> = until(|point| point.high).iter().map(|(x, y)| plot.at(*x, *y)).collect();
    outline.extend(until(|point| point.low).iter().rev().map(|(x, y)| plot.at(*x, *y)));
    scene.area(outline, theme::RUN, 0.18);
    scene.stroke(until(|point| point.survival).iter().map(|(x, y)| plot.at(*x, *y)).collect(), theme::RUN, 2.0, None);
    let wanted = plot.y(answer.wanted);
    scene.stroke(vec![(plot.left, wanted), (plot.right, wanted)], theme::FORCED, 1.25, Some(theme::DASHED));
    if let Some(buffer) = answer.buffer {
        let x = plot.x(buffer);
        scene.stroke(vec![(x, wanted), (x, plot.bottom)], theme::FORCED, 1.25, Some(theme::DASHED));
        scene.disc((x, wanted), 4.0, theme::FORCED);
        let label = words::money(buffer, currency);
        scene.text((x - 8.0, plot.bottom - 10.0), label, theme::LABEL.end());
    }
    let origin = format!("Firesale, {world}, {}", words::counted(runs, "run", "runs"));
    theme::footing(&mut scene, &origin, plot.bottom + 44.0);
    let caption =
        "Each step is a run's need: the peak of what the firm paid to its lenders before anything came back. \
                   With less, it would have missed a call; what then follows is not counted."
            .to_owned();
    Figure { name: "buffer".into(), title, caption, scene }
}

#[cfg(test)]
mod tests {
    use super::super::render;
    use super::*;

    fn picture<'a>(curve: &'a [Point], answer: &'a Answer) -> BufferPicture<'a> {
        BufferPicture { firm: "helios", world: "helios", currency: "USD", runs: 200, shocks: (0.5, 2.0), curve, answer }
    }

    #[test]
    fn the_title_states_the_answer_and_odd_numbers_reach_no_picture() {
        let answer = Answer { wanted: 0.99, buffer: Some(40e6), low: 30e6, high: None, runs_to_bound: 368 };
        let point = |buffer, survival| Point { buffer, survival, low: survival * 0.9, high: survival };
        let curve = [point(0.0, 0.0), point(20e6, 0.5), point(40e6, 1.0)];
        let figure = draw(&picture(&curve, &answer));
        assert_eq!(figure.title, "helios needs $40m of liquid buffer to survive 99\u{a0}% of the runs of helios");
        let says = |text: &str| {
            figure
                .scene
                .marks
                .iter()
                .any(|mark| matches!(mark, super::super::scene::Mark::Text { text: own, .. } if own.contains(text)))
        };
        assert!(says("multiplied by 0.5 to 2"));
        for curve in [vec![], vec![point(f64::NAN, f64::NAN)], vec![point(0.0, 1.0)]] {
            let svg = render::svg(&draw(&picture(&curve, &answer)).scene, "buffer");
            assert!(!svg.contains("NaN") && !svg.contains("inf"));
        }
    }
}
