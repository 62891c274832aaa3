//! A plot's frame: scales, grid, axes, and lines within it.

use super::frame::Frame;
use super::scene::{Point, Scene};
use super::series::Strokes;
use super::theme::{self, Ink};
use super::words;

/// A rectangle of the page and the ranges it shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Panel {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
    pub across: (f64, f64),
    pub up: (f64, f64),
}

impl Panel {
    pub fn x(&self, place: f64) -> f64 {
        self.left + share(place, self.across) * (self.right - self.left)
    }

    pub fn y(&self, value: f64) -> f64 {
        self.bottom - share(value, self.up) * (self.bottom - self.top)
    }

    pub fn at(&self, place: f64, value: f64) -> Point {
        (self.x(place), self.y(value))
    }

    /// The strokes of a line as points of the page.
    pub fn points<'a>(&'a self, line: &'a Strokes) -> impl Iterator<Item = Vec<Point>> + 'a {
        line.iter().map(|stroke| stroke.iter().map(|(place, value)| self.at(*place, *value)).collect())
    }

    pub fn width(&self) -> f64 {
        self.right - self.left
    }

    /// Horizontal grid lines with their values at the left; the unit belongs on the highest.
    pub fn value_axis(&self, scene: &mut Scene, wanted: usize, write: impl Fn(f64) -> String) {
        for tick in ticks(self.up, wanted) {
            let y = self.y(tick);
            let ink = if tick == 0.0 { theme::EDGE } else { theme::GRID };
            scene.segment((self.left, y), (self.right, y), ink, 1.0);
            scene.text((self.left - 7.0, y + 4.0), write(tick), theme::AXIS.end());
        }
    }

    /// The same for prices.
    pub fn price_axis(&self, scene: &mut Scene, wanted: usize) {
        let step = step(self.up, wanted);
        self.value_axis(scene, wanted, |value| words::price_tick(value, step));
    }

    /// Room that the labels of a price axis take.
    pub fn price_axis_width(up: (f64, f64), wanted: usize) -> f64 {
        let step = step(up, wanted);
        let wide = |tick: f64| theme::width_of(&words::price_tick(tick, step), theme::AXIS);
        ticks(up, wanted).into_iter().map(wide).fold(0.0, f64::max)
    }

    /// Faint lines between sessions.
    pub fn session_lines(&self, scene: &mut Scene, frame: &Frame) {
        let gaps = frame.gaps();
        // Months of sessions would be a hatching.
        if gaps.len() > 40 {
            return;
        }
        for place in gaps.into_iter().filter(|place| *place > self.across.0 && *place < self.across.1) {
            let x = self.x(place);
            scene.segment((x, self.top), (x, self.bottom), theme::GRID, 1.0);
        }
    }

    /// Dates and hours beneath, the axis line itself.
    pub fn time_axis(&self, scene: &mut Scene, frame: &Frame, apart: f64) {
        scene.segment((self.left, self.bottom), (self.right, self.bottom), theme::EDGE, 1.0);
        let mut free = f64::NEG_INFINITY;
        for mark in frame.marks(self.across, self.width(), apart) {
            let x = self.x(mark.place);
            if x < self.left - 0.5 || x > self.right + 0.5 {
                continue;
            }
            scene.segment((x, self.bottom), (x, self.bottom + 4.0), theme::EDGE, 1.0);
            let wide = theme::width_of(&mark.label, theme::AXIS);
            // Labels begin at their tick; the last one may not leave the page.
            let start = (x - 2.0).min(theme::WIDTH - 6.0 - wide);
            if start > free {
                scene.text((start, self.bottom + 18.0), mark.label, theme::AXIS);
                free = start + wide + 8.0;
            }
        }
    }

    /// A line within the panel's ranges. A stroke of one point becomes a short dash.
    pub fn plot(&self, scene: &mut Scene, line: &Strokes, ink: Ink, width: f64, dash: Option<super::scene::Dash>) {
        for stroke in line {
            let mut points: Vec<Point> = stroke.iter().map(|(place, value)| self.at(*place, *value)).collect();
            if let [only] = points[..] {
                points = vec![(only.0 - 3.0, only.1), (only.0 + 3.0, only.1)];
            }
            scene.stroke(points, ink, width, dash);
        }
    }

    /// A line that keeps its value until the next point.
    pub fn plot_steps(&self, scene: &mut Scene, line: &Strokes, ink: Ink, width: f64) {
        for stroke in stepped(line) {
            scene.line(stroke.iter().map(|(place, value)| self.at(*place, *value)).collect(), ink, width);
        }
    }

    /// The area between a line and a constant.
    pub fn fill(&self, scene: &mut Scene, line: &Strokes, base: f64, ink: Ink, alpha: f64) {
        for stroke in line {
            let (Some(first), Some(last)) = (stroke.first(), stroke.last()) else { continue };
            let mut points = vec![self.at(first.0, base)];
            points.extend(stroke.iter().map(|(place, value)| self.at(*place, *value)));
            points.push(self.at(last.0, base));
            scene.area(points, ink, alpha);
        }
    }

    pub fn edge(&self, scene: &mut Scene) {
        scene.segment((self.left, self.bottom), (self.right, self.bottom), theme::EDGE, 1.0);
    }
}

/// Adds the corner points of a line that jumps at each point.
pub fn stepped(line: &Strokes) -> Strokes {
    line.iter()
        .map(|stroke| {
            let mut out: Vec<(f64, f64)> = Vec::with_capacity(2 * stroke.len());
            for (place, value) in stroke {
                if let Some(last) = out.last().copied().filter(|last| last.1 != *value) {
                    out.push((*place, last.1));
                }
                out.push((*place, *value));
            }
            out
        })
        .collect()
}

fn share(value: f64, range: (f64, f64)) -> f64 {
    let width = range.1 - range.0;
    if width > 0.0 { ((value - range.0) / width).clamp(-0.02, 1.02) } else { 0.5 }
}

/// A range a little wider than the values, never of zero width.
pub fn padded((low, high): (f64, f64), below: f64, above: f64) -> (f64, f64) {
    let width = high - low;
    if width > low.abs().max(high.abs()) * 1e-9 {
        (low - below * width, high + above * width)
    } else {
        let pad = (low.abs() * 0.05).max(1e-9);
        let pad = if low == 0.0 && high == 0.0 { 1.0 } else { pad };
        (low - pad, high + pad)
    }
}

fn step(up: (f64, f64), wanted: usize) -> f64 {
    let ticks = ticks(up, wanted);
    if ticks.len() > 1 { ticks[1] - ticks[0] } else { up.1 - up.0 }
}

/// Round values inside a range, about as many as wanted and at least two: an axis with one number has no scale.
pub fn ticks(range: (f64, f64), wanted: usize) -> Vec<f64> {
    let mut finer = (wanted..wanted + 12).map(|wanted| about(range, wanted));
    finer.find(|ticks| ticks.len() > 1).unwrap_or_else(|| about(range, wanted))
}

/// Steps of 1, 2 or 5 times a power of ten.
fn about((low, high): (f64, f64), wanted: usize) -> Vec<f64> {
    let width = high - low;
    if !(width > 0.0 && width.is_finite()) {
        return Vec::new();
    }
    let rough = width / wanted.max(1) as f64;
    let mut power: f64 = 1.0;
    while power > rough {
        power /= 10.0;
    }
    while power * 10.0 <= rough {
        power *= 10.0;
    }
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|m| m * power).find(|step| *step >= rough * 0.999);
    let step = step.unwrap_or(10.0 * power);
    let first = (low / step).ceil() as i64;
    let last = (high / step).floor() as i64;
    (first..=last.min(first.saturating_add(50))).map(|n| n as f64 * step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_inside() {
        assert_eq!(ticks((0.0, 10.0), 5), [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]);
        assert_eq!(ticks((-37.6, 18.0), 4), [-20.0, 0.0]);
        assert_eq!(ticks((0.95, 1.0), 5).len(), 6);
        assert!(ticks((1.0, 1.0), 5).is_empty());
        assert!(ticks((f64::NAN, 1.0), 5).is_empty());
        assert!(ticks((0.0, 1e15), 5).len() < 12);
        // Volumes whose highest lies just below the step that two labels would have.
        for most in [9.9, 19.0, 4.9, 1.01, 0.019, 7e6] {
            assert!(ticks((0.0, most), 2).len() > 1, "{most}");
        }
    }

    #[test]
    fn equal_values_still_span_a_range() {
        for value in [0.0, 5.0, -3.0, 1e12] {
            let (low, high) = padded((value, value), 0.1, 0.1);
            assert!(low < value && value < high, "{value}");
        }
    }

    #[test]
    fn places_and_values_map_to_the_corners() {
        let panel = Panel { left: 10.0, top: 20.0, right: 110.0, bottom: 70.0, across: (0.0, 4.0), up: (0.0, 2.0) };
        assert_eq!(panel.at(0.0, 0.0), (10.0, 70.0));
        assert_eq!(panel.at(4.0, 2.0), (110.0, 20.0));
    }

    #[test]
    fn steps_keep_a_value_until_the_next() {
        assert_eq!(stepped(&vec![vec![(0.0, 1.0), (2.0, 3.0)]]), vec![vec![(0.0, 1.0), (2.0, 1.0), (2.0, 3.0)]]);
    }
}
