//! Finding room for words on a plot.

use super::scene::{Point, Scene, TextStyle};
use super::theme;

/// A rectangle of the page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Room {
    pub x0: f64,
    pub y0: f64,
    pub x1: f64,
    pub y1: f64,
}

impl Room {
    fn overlap(&self, other: &Self) -> f64 {
        let wide = self.x1.min(other.x1) - self.x0.max(other.x0);
        let high = self.y1.min(other.y1) - self.y0.max(other.y0);
        if wide > 0.0 && high > 0.0 { wide * high } else { 0.0 }
    }

    fn holds(&self, point: Point) -> bool {
        point.0 >= self.x0 && point.0 <= self.x1 && point.1 >= self.y0 && point.1 <= self.y1
    }

    fn within(&self, other: &Self) -> bool {
        self.x0 >= other.x0 && self.x1 <= other.x1 && self.y0 >= other.y0 && self.y1 <= other.y1
    }
}

/// Places labels one after the other, each where it hides least.
#[derive(Clone, Debug)]
pub struct Labels {
    bounds: Room,
    taken: Vec<Room>,
    lines: Vec<Point>,
}

impl Labels {
    pub fn new(bounds: Room) -> Self {
        Self { bounds, taken: Vec::new(), lines: Vec::new() }
    }

    /// Points of lines that labels should not cover.
    pub fn avoid(&mut self, points: impl Iterator<Item = Point>) {
        self.lines.extend(points);
    }

    /// A polyline that labels should not cover: also between its points.
    pub fn avoid_line(&mut self, strokes: impl Iterator<Item = Vec<Point>>) {
        const APART: f64 = 3.0;
        for stroke in strokes {
            self.lines.extend(stroke.first());
            for pair in stroke.windows(2) {
                let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
                let parts = ((x1 - x0).hypot(y1 - y0) / APART).ceil().clamp(1.0, 400.0) as usize;
                let at = |part: usize| part as f64 / parts as f64;
                self.lines.extend((1..=parts).map(|part| (x0 + at(part) * (x1 - x0), y0 + at(part) * (y1 - y0))));
            }
        }
    }

    /// Writes lines of text right or left of an upright line, at the height at which they hide nothing or least.
    pub fn put_beside(&mut self, scene: &mut Scene, x: f64, lines: &[(String, TextStyle)]) {
        let wide = lines.iter().map(|(line, style)| theme::width_of(line, *style)).fold(0.0, f64::max);
        let high = lines.iter().map(|(_, style)| style.size + 3.0).sum::<f64>();
        let mut best: Option<(f64, Room)> = None;
        for step in 0..24 {
            // From the foot upwards: falling prices leave room at the lower left.
            let y1 = self.bounds.y1 - 4.0 - f64::from(step) / 24.0 * (self.bounds.y1 - self.bounds.y0 - high - 8.0);
            for (side, x0) in [x - wide - 10.0, x + 4.0].into_iter().enumerate() {
                let room = Room { x0, y0: y1 - high, x1: x0 + wide + 6.0, y1 };
                if !room.within(&self.bounds) {
                    continue;
                }
                let taken = self.taken.iter().filter(|taken| room.overlap(taken) > 0.0).count();
                let hidden = self.lines.iter().filter(|point| room.holds(**point)).count();
                let cost = 1_000.0 * taken as f64 + 10.0 * hidden as f64 + f64::from(step) + 0.5 * side as f64;
                if best.is_none_or(|(known, _)| cost < known) {
                    best = Some((cost, room));
                }
            }
        }
        let Some((_, room)) = best else { return };
        self.taken.push(room);
        scene.rect((room.x0, room.y0), (room.x1, room.y1), theme::PAPER, 0.85);
        let mut y = room.y0;
        for (line, style) in lines {
            y += style.size + 3.0;
            let (at, style) =
                if room.x0 < x { ((room.x1 - 3.0, y - 4.0), style.end()) } else { ((room.x0 + 3.0, y - 4.0), *style) };
            scene.text(at, line.as_str(), style);
        }
    }

    pub fn take(&mut self, room: Room) {
        self.taken.push(room);
    }

    /// Writes the text near a marker, on a faint plate. A label that would cover another is left out.
    pub fn put(&mut self, scene: &mut Scene, at: Point, text: &str, style: TextStyle) -> bool {
        let (wide, high) = (theme::width_of(text, style), style.size);
        let gap = 9.0;
        let beside = at.1 - high / 2.0;
        let corners = [
            (at.0 - wide / 2.0, at.1 - gap - high),
            (at.0 - wide / 2.0, at.1 + gap),
            (at.0 + gap, beside),
            (at.0 - gap - wide, beside),
            (at.0 + gap, at.1 - gap - high),
            (at.0 - gap - wide, at.1 - gap - high),
            (at.0 + gap, at.1 + gap),
            (at.0 - gap - wide, at.1 + gap),
            (at.0 - wide / 2.0, at.1 - 2.2 * gap - high),
            (at.0 - wide / 2.0, at.1 + 2.2 * gap),
            (at.0 - wide / 2.0, at.1 - 4.0 * gap - high),
            (at.0 - wide / 2.0, at.1 + 4.0 * gap),
            (at.0 + 4.0 * gap, beside),
            (at.0 - 4.0 * gap - wide, beside),
        ];
        let mut best: Option<(f64, Room)> = None;
        for (rank, (x, y)) in corners.into_iter().enumerate() {
            let room = Room { x0: x - 3.0, y0: y - 2.0, x1: x + wide + 3.0, y1: y + high + 2.0 };
            if !room.within(&self.bounds) || self.taken.iter().any(|taken| room.overlap(taken) > 0.0) {
                continue;
            }
            let hidden = self.lines.iter().filter(|point| room.holds(**point)).count();
            let cost = rank as f64 + 4.0 * hidden as f64;
            if best.is_none_or(|(known, _)| cost < known) {
                best = Some((cost, room));
            }
        }
        let Some((_, room)) = best else { return false };
        self.taken.push(room);
        scene.rect((room.x0, room.y0), (room.x1, room.y1), theme::PAPER, 0.8);
        let start = TextStyle { anchor: super::scene::Anchor::Start, ..style };
        scene.text((room.x0 + 3.0, room.y1 - 2.0 - 0.18 * high), text, start);
        true
    }
}

/// Moves heights apart until neighbours are `gap` from one another, inside the limits where they fit, keeping their
/// order.
pub fn spread(heights: &[f64], gap: f64, (low, high): (f64, f64)) -> Vec<f64> {
    let mut order: Vec<usize> = (0..heights.len()).collect();
    order.sort_by(|a, b| heights[*a].total_cmp(&heights[*b]));
    let mut out = heights.to_vec();
    let mut free = low;
    for index in &order {
        out[*index] = out[*index].max(free);
        free = out[*index] + gap;
    }
    let mut limit = high;
    for index in order.iter().rev() {
        out[*index] = out[*index].min(limit);
        limit = out[*index] - gap;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crowded_heights_are_moved_apart_in_order() {
        assert_eq!(spread(&[10.0, 11.0, 50.0], 12.0, (0.0, 100.0)), [10.0, 22.0, 50.0]);
        assert_eq!(spread(&[99.0, 98.0], 12.0, (0.0, 100.0)), [100.0, 88.0]);
        assert!(spread(&[], 12.0, (0.0, 100.0)).is_empty());
    }

    #[test]
    fn labels_never_cover_one_another() {
        let mut scene = Scene::new(300.0, 300.0);
        let mut labels = Labels::new(Room { x0: 0.0, y0: 0.0, x1: 300.0, y1: 300.0 });
        let placed = (0..40).filter(|_| labels.put(&mut scene, (150.0, 150.0), "66.35", theme::LABEL)).count();
        assert!((2..=10).contains(&placed), "{placed}");
        for (index, room) in labels.taken.iter().enumerate() {
            assert!(labels.taken[..index].iter().all(|other| room.overlap(other) == 0.0));
        }
    }
}
