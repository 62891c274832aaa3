//! Several plots over one time axis, one beneath the other, each with a scale of its own: linear, or logarithmic where
//! values go over orders of magnitude.

use super::panel::{Panel, padded};
use super::scene::{Dash, Scene};
use super::series::{self, Strokes};
use super::theme::{self, Ink, MARGIN, WIDTH};
use super::view::View;
use super::words;
use ground::ops::ln;

/// One plot of a stack.
#[derive(Clone, Debug)]
pub struct Strip<'a> {
    /// What it shows, and in which unit.
    pub head: String,
    pub lines: Vec<(&'a Strokes, Ink, Option<Dash>)>,
    /// What history says, by place.
    pub history: Vec<(f64, f64)>,
    pub scale: Scale,
    pub height: f64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scale {
    /// From the lowest value to the highest.
    Plain,
    /// From nought.
    FromZero,
    /// From nought, in per cent.
    Rate,
    /// Nought to one, in per cent.
    Share,
    /// Powers of ten; values that are not above nought are left out.
    Log,
}

const AXIS: f64 = 62.0;
const STRETCHES: usize = 400;

/// Draws them from `top` on; the bottom of the lowest axis.
pub fn draw(view: &View, scene: &mut Scene, top: f64, strips: &[Strip<'_>]) -> f64 {
    let mut y = top;
    for (index, strip) in strips.iter().enumerate() {
        let log = strip.scale == Scale::Log;
        let lines: Vec<(Strokes, Ink, Option<Dash>)> = strip
            .lines
            .iter()
            .map(|(line, ink, dash)| {
                let line = if log { logged(line) } else { (*line).clone() };
                (series::thin(&line, view.frame.span(), STRETCHES), *ink, *dash)
            })
            .collect();
        let history = strip.history.iter().filter(|(_, value)| !log || *value > 0.0);
        let history: Vec<(f64, f64)> =
            history.map(|(place, value)| (*place, if log { of_ten(*value) } else { *value })).collect();
        let mut extent = series::extent(lines.iter().map(|(line, ..)| line)).unwrap_or((0.0, 1.0));
        for (_, value) in &history {
            extent = (extent.0.min(*value), extent.1.max(*value));
        }
        let up = match strip.scale {
            Scale::Share => (0.0, 1.04),
            Scale::FromZero | Scale::Rate => padded((0.0, extent.1.max(0.0)), 0.0, 0.1),
            Scale::Plain | Scale::Log => padded(extent, 0.08, 0.1),
        };
        y += 32.0;
        scene.text((MARGIN, y - 9.0), theme::fit(&strip.head, theme::PANEL, WIDTH - 2.0 * MARGIN), theme::PANEL);
        let plot = Panel {
            left: MARGIN + AXIS,
            top: y,
            right: WIDTH - MARGIN,
            bottom: y + strip.height,
            across: view.frame.span(),
            up,
        };
        match strip.scale {
            Scale::Log => log_axis(&plot, scene),
            Scale::Share | Scale::Rate => plot.value_axis(scene, 3, words::percent),
            Scale::FromZero => plot.value_axis(scene, 3, words::short),
            Scale::Plain => plot.price_axis(scene, 3),
        }
        plot.session_lines(scene, &view.frame);
        for (line, ink, dash) in &lines {
            plot.plot(scene, line, *ink, 1.75, *dash);
        }
        for (place, value) in history {
            theme::diamond(scene, plot.at(place, value), theme::HISTORY);
        }
        y += strip.height;
        if index + 1 == strips.len() {
            plot.time_axis(scene, &view.frame, 62.0);
        } else {
            plot.edge(scene);
        }
    }
    y + 28.0
}

/// The logarithm to the base of ten.
pub fn of_ten(value: f64) -> f64 {
    ln(value) / std::f64::consts::LN_10
}

/// The logarithms of a line, without what has none.
pub fn logged(line: &Strokes) -> Strokes {
    let logs = |stroke: &Vec<(f64, f64)>| -> Vec<(f64, f64)> {
        stroke.iter().filter(|(_, value)| *value > 0.0).map(|(place, value)| (*place, of_ten(*value))).collect()
    };
    line.iter().map(logs).filter(|stroke| !stroke.is_empty()).collect()
}

/// Values at which a logarithmic axis has a line: powers of ten, and between them twos and fives where there are few.
pub fn log_ticks((low, high): (f64, f64)) -> Vec<f64> {
    let between: &[f64] = match high - low {
        width if width < 0.35 => &[1.0, 1.1, 1.2, 1.3, 1.5, 1.7, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0],
        width if width < 2.5 => &[1.0, 2.0, 5.0],
        _ => &[1.0],
    };
    let decades = low.floor() as i32..=high.ceil() as i32;
    let every = decades.clone().count().div_ceil(8) as i32;
    let decades = decades.filter(|decade| decade.rem_euclid(every) == 0);
    let all =
        decades.flat_map(|decade| between.iter().map(move |part| part * ground::ops::powf(10.0, f64::from(decade))));
    // What lies on the edge is inside, whatever rounding says.
    all.filter(|value| (low - 1e-9..=high + 1e-9).contains(&of_ten(*value))).collect()
}

/// Lines across a panel whose values are logarithms to the base of ten.
pub fn log_axis(plot: &Panel, scene: &mut Scene) {
    for value in log_ticks(plot.up) {
        let y = plot.y(of_ten(value));
        scene.segment((plot.left, y), (plot.right, y), theme::GRID, 1.0);
        scene.text((plot.left - 7.0, y + 4.0), written(value), theme::AXIS.end());
    }
}

/// `20m`, `500`, `0.02`, `0.000001`: a round value on such an axis.
pub fn written(value: f64) -> String {
    if value >= 1_000.0 {
        words::short(value)
    } else {
        words::price(value, None).trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logarithmic_axis_has_lines_at_round_values_over_any_range() {
        assert_eq!(log_ticks((0.0, 1.0)), [1.0, 2.0, 5.0, 10.0]);
        assert_eq!(log_ticks((-0.1, 3.2)), [1.0, 10.0, 100.0, 1_000.0]);
        // Twelve orders of magnitude have no more lines than can be told apart.
        assert!(log_ticks((-6.0, 6.0)).len() <= 9);
        assert!(log_ticks((1.80, 1.95)).len() >= 2, "{:?}", log_ticks((1.80, 1.95)));
    }

    #[test]
    fn what_is_not_above_nought_has_no_place_on_it() {
        assert_eq!(
            logged(&vec![vec![(0.0, 100.0), (1.0, 0.0), (2.0, 0.01)], vec![(3.0, -1.0)]]),
            [[(0.0, 2.0), (2.0, -2.0)]]
        );
    }

    #[test]
    fn values_on_it_are_written_without_needless_noughts() {
        assert_eq!([1e8, 1e3, 20.0, 1.0, 0.05, 1e-6].map(written), ["100m", "1k", "20", "1", "0.05", "0.000001"]);
    }
}
