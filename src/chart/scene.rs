//! A drawing as a list of marks: lines, areas, boxes, circles and texts, in pixels of a page 960 wide.
//!
//! Charts leave marks here instead of drawing at once. So one scene gives both formats, a test can ask what was
//! drawn, and nothing a chart does depends on a backend. Coordinates grow to the right and downwards; text
//! stands on its baseline.

use super::theme::Ink;

pub type Point = (f64, f64);

/// Which end of a text its point is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Mark {
    Line {
        points: Vec<Point>,
        ink: Ink,
        width: f64,
        dash: Option<Dash>,
    },
    /// A filled polygon.
    Area {
        points: Vec<Point>,
        ink: Ink,
        alpha: f64,
    },
    Box {
        x0: f64,
        y0: f64,
        x1: f64,
        y1: f64,
        ink: Ink,
        alpha: f64,
    },
    Disc {
        at: Point,
        radius: f64,
        ink: Ink,
    },
    Text {
        at: Point,
        text: String,
        size: f64,
        bold: bool,
        ink: Ink,
        anchor: Anchor,
    },
}

/// Lengths of stroke and gap.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dash {
    pub on: f64,
    pub off: f64,
}

/// Marks in drawing order on a white page.
#[derive(Clone, Debug, PartialEq)]
pub struct Scene {
    pub width: f64,
    pub height: f64,
    pub marks: Vec<Mark>,
}

impl Scene {
    pub fn new(width: f64, height: f64) -> Self {
        Self { width, height, marks: Vec::new() }
    }

    /// The same drawing as large as it fits in the middle of a page of that size.
    pub fn fitted(&self, width: f64, height: f64) -> Self {
        let factor = (width / self.width).min(height / self.height);
        let (left, top) = ((width - factor * self.width) / 2.0, (height - factor * self.height) / 2.0);
        let at = |(x, y): Point| (left + factor * x, top + factor * y);
        let all = |points: &[Point]| points.iter().map(|point| at(*point)).collect();
        let mark = |mark: &Mark| match mark {
            Mark::Line { points, ink, width, dash } => Mark::Line {
                points: all(points),
                ink: *ink,
                width: factor * width,
                dash: dash.map(|dash| Dash { on: factor * dash.on, off: factor * dash.off }),
            },
            Mark::Area { points, ink, alpha } => Mark::Area { points: all(points), ink: *ink, alpha: *alpha },
            Mark::Box { x0, y0, x1, y1, ink, alpha } => {
                let ((x0, y0), (x1, y1)) = (at((*x0, *y0)), at((*x1, *y1)));
                Mark::Box { x0, y0, x1, y1, ink: *ink, alpha: *alpha }
            }
            Mark::Disc { at: middle, radius, ink } => {
                Mark::Disc { at: at(*middle), radius: factor * radius, ink: *ink }
            }
            Mark::Text { at: foot, text, size, bold, ink, anchor } => Mark::Text {
                at: at(*foot),
                text: text.clone(),
                size: factor * size,
                bold: *bold,
                ink: *ink,
                anchor: *anchor,
            },
        };
        Self { width, height, marks: self.marks.iter().map(mark).collect() }
    }

    pub fn line(&mut self, points: Vec<Point>, ink: Ink, width: f64) {
        self.stroke(points, ink, width, None);
    }

    /// A line that may be dashed. Fewer than two points leave no mark.
    pub fn stroke(&mut self, points: Vec<Point>, ink: Ink, width: f64, dash: Option<Dash>) {
        if points.len() > 1 {
            self.marks.push(Mark::Line { points, ink, width, dash });
        }
    }

    pub fn segment(&mut self, from: Point, to: Point, ink: Ink, width: f64) {
        self.line(vec![from, to], ink, width);
    }

    pub fn area(&mut self, points: Vec<Point>, ink: Ink, alpha: f64) {
        if points.len() > 2 {
            self.marks.push(Mark::Area { points, ink, alpha });
        }
    }

    pub fn rect(&mut self, from: Point, to: Point, ink: Ink, alpha: f64) {
        let (x0, x1) = (from.0.min(to.0), from.0.max(to.0));
        let (y0, y1) = (from.1.min(to.1), from.1.max(to.1));
        if x1 > x0 && y1 > y0 {
            self.marks.push(Mark::Box { x0, y0, x1, y1, ink, alpha });
        }
    }

    pub fn disc(&mut self, at: Point, radius: f64, ink: Ink) {
        self.marks.push(Mark::Disc { at, radius, ink });
    }

    /// Text is darkened until it can be read on paper; white and black text on colours stays what it is.
    pub fn text(&mut self, at: Point, text: impl Into<String>, style: TextStyle) {
        let text = text.into();
        if !text.is_empty() {
            let TextStyle { size, bold, ink, anchor } = style;
            let ink = ink.for_text();
            self.marks.push(Mark::Text { at, text, size, bold, ink, anchor });
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TextStyle {
    pub size: f64,
    pub bold: bool,
    pub ink: Ink,
    pub anchor: Anchor,
}

impl TextStyle {
    pub const fn new(size: f64, ink: Ink) -> Self {
        Self { size, bold: false, ink, anchor: Anchor::Start }
    }

    pub const fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    pub const fn anchor(self, anchor: Anchor) -> Self {
        Self { anchor, ..self }
    }

    pub const fn middle(self) -> Self {
        self.anchor(Anchor::Middle)
    }

    pub const fn end(self) -> Self {
        self.anchor(Anchor::End)
    }

    pub const fn ink(self, ink: Ink) -> Self {
        Self { ink, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::super::theme;
    use super::*;

    #[test]
    fn a_drawing_fills_the_shorter_side_of_a_page_and_stands_in_the_middle_of_the_longer() {
        let mut scene = Scene::new(960.0, 480.0);
        scene.disc((0.0, 0.0), 4.0, theme::RUN);
        scene.disc((960.0, 480.0), 4.0, theme::RUN);
        // Half as wide is half as high: 240 of 440, with 100 above and below.
        let fitted = scene.fitted(480.0, 440.0);
        assert_eq!((fitted.width, fitted.height), (480.0, 440.0));
        let discs: Vec<(Point, f64)> = fitted
            .marks
            .iter()
            .map(|mark| if let Mark::Disc { at, radius, .. } = mark { (*at, *radius) } else { panic!("a disc") })
            .collect();
        assert_eq!(discs, [((0.0, 100.0), 2.0), ((480.0, 340.0), 2.0)]);
    }
}
