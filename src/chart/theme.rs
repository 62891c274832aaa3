//! Colours, sizes and the frame that every chart shares: heading above, origin below.
//!
//! The palette is Okabe and Ito's, told apart by readers with any form of colour blindness: Okabe and Ito,
//! "Color Universal Design" (2008). Each colour has one meaning throughout: vermilion is forced selling, black
//! with markers is history, dashed blue is the run without forced selling, orange is a call. No meaning
//! rests on colour alone.

use super::render::text_width;
use super::scene::{Dash, Point, Scene, TextStyle};
use ground::ops::powf;

/// Red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ink(pub u8, pub u8, pub u8);

impl Ink {
    /// The opaque colour that this one at `share` looks like on white paper.
    pub fn tint(self, share: f64) -> Self {
        let channel = |value: u8| (255.0 - (255.0 - f64::from(value)) * share).round() as u8;
        Self(channel(self.0), channel(self.1), channel(self.2))
    }

    /// The same hue, as much darker as text of it on paper must be.
    pub fn for_text(self) -> Self {
        if self == PAPER {
            return self;
        }
        let darker = |part: u32| {
            let channel = |value: u8| (u32::from(value) * part / 100) as u8;
            Self(channel(self.0), channel(self.1), channel(self.2))
        };
        (0..=100).rev().map(darker).find(|ink| contrast(*ink, PAPER) >= CONTRAST).unwrap_or(TEXT)
    }

    /// WCAG's relative luminance.
    fn luminance(self) -> f64 {
        let linear = |value: u8| {
            let share = f64::from(value) / 255.0;
            if share <= 0.04045 { share / 12.92 } else { powf((share + 0.055) / 1.055, 2.4) }
        };
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }
}

pub const PAPER: Ink = Ink(255, 255, 255);
pub const TEXT: Ink = Ink(28, 32, 38);
pub const SOFT: Ink = Ink(95, 103, 115);
pub const GRID: Ink = Ink(229, 232, 236);
pub const EDGE: Ink = Ink(176, 183, 192);
/// What the simulation did: prices, equity, values.
pub const RUN: Ink = Ink(62, 76, 94);
pub const FORCED: Ink = Ink(213, 94, 0);
pub const HISTORY: Ink = Ink(0, 0, 0);
pub const WITHOUT: Ink = Ink(0, 114, 178);
pub const CALL: Ink = Ink(230, 159, 0);
pub const CASH: Ink = Ink(0, 158, 115);
pub const SHOCK: Ink = Ink(86, 180, 233);
/// What trading on news did.
pub const NEWS: Ink = Ink(204, 121, 167);
/// Assessments for others' shortfalls.
pub const ASSESSED: Ink = Ink(240, 228, 66);
/// What no order did.
pub const NOBODY: Ink = CASH;
/// Voluntary trading, where no other grey stands beside it: [`MUTED`] at six tenths.
pub const OTHERS: Ink = Ink(196, 200, 206);
/// What is shown for comparison only.
pub const MUTED: Ink = Ink(156, 163, 173);

/// Several things of one kind in one plot, each with its name beside its line.
pub const PEERS: [Ink; 8] = [RUN, WITHOUT, FORCED, CASH, NEWS, CALL, SHOCK, MUTED];

pub const DASHED: Dash = Dash { on: 6.0, off: 4.0 };
pub const DOTTED: Dash = Dash { on: 2.0, off: 3.0 };

pub const WIDTH: f64 = 960.0;
/// From the page's left edge to the words, and from its right edge to the end of every plot.
pub const MARGIN: f64 = 24.0;

pub const TITLE: TextStyle = TextStyle::new(20.0, TEXT).bold();
pub const SUBTITLE: TextStyle = TextStyle::new(13.5, SOFT);
pub const LABEL: TextStyle = TextStyle::new(12.0, TEXT);
pub const AXIS: TextStyle = TextStyle::new(12.0, SOFT);
pub const PANEL: TextStyle = TextStyle::new(13.0, TEXT).bold();
pub const NOTE: TextStyle = TextStyle::new(11.0, SOFT);

/// Least contrast of text with what it stands on: WCAG 2.2, success criterion 1.4.3.
pub const CONTRAST: f64 = 4.5;

/// WCAG's contrast ratio of two colours, between 1 and 21.
pub fn contrast(one: Ink, other: Ink) -> f64 {
    let (one, other) = (one.luminance(), other.luminance());
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// Black or white, whichever reads better on this colour.
pub fn ink_on(ground: Ink) -> Ink {
    if contrast(HISTORY, ground) >= contrast(PAPER, ground) { HISTORY } else { PAPER }
}

pub fn width_of(text: &str, style: TextStyle) -> f64 {
    text_width(text, style.size, style.bold)
}

/// Breaks a text into lines no wider than `room`; beyond `most` lines the rest gives way to an ellipsis.
pub fn wrap(text: &str, style: TextStyle, room: f64, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split([' ', '\n', '\t']).filter(|word| !word.is_empty()) {
        let longer = if line.is_empty() { word.to_string() } else { format!("{line} {word}") };
        if line.is_empty() || width_of(&longer, style) <= room {
            line = longer;
        } else {
            lines.push(std::mem::replace(&mut line, word.to_string()));
        }
        if lines.len() == most {
            let last = lines.pop().unwrap_or_default();
            lines.push(fit(&format!("{last} {line} …"), style, room));
            return lines;
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines.into_iter().map(|line| fit(&line, style, room)).collect()
}

/// The text itself, or as much of its beginning as fits, with an ellipsis.
pub fn fit(text: &str, style: TextStyle, room: f64) -> String {
    if width_of(text, style) <= room {
        return text.to_string();
    }
    let mut kept: Vec<char> = text.chars().take(400).collect();
    while kept.pop().is_some() {
        let shorter: String = kept.iter().collect::<String>().trim_end_matches([' ', ',', '…']).to_string() + "…";
        if width_of(&shorter, style) <= room {
            return shorter;
        }
    }
    String::new()
}

/// Title and subtitle at the top left. Returns the height they took.
pub fn heading(scene: &mut Scene, title: &str, subtitle: &str) -> f64 {
    let room = WIDTH - 2.0 * MARGIN;
    let mut y = 18.0;
    for line in wrap(title, TITLE, room, 2) {
        y += 24.0;
        scene.text((MARGIN, y - 6.0), line, TITLE);
    }
    y += 4.0;
    for line in wrap(subtitle, SUBTITLE, room, 2) {
        y += 18.0;
        scene.text((MARGIN, y - 4.0), line, SUBTITLE);
    }
    y + 8.0
}

/// The first of some titles that fits whole; the last where none does.
pub fn first_heading(titles: impl IntoIterator<Item = String>) -> String {
    let mut last = String::new();
    for title in titles {
        if !wrap(&title, TITLE, WIDTH - 2.0 * MARGIN, 2).iter().any(|line| line.ends_with('…')) {
            return title;
        }
        last = title;
    }
    last
}

/// Where the numbers came from, at the bottom; also fixes the page's height.
pub fn footing(scene: &mut Scene, origin: &str, y: f64) {
    scene.height = (y + 34.0).ceil();
    let line = fit(origin, NOTE, WIDTH - 2.0 * MARGIN);
    scene.text((MARGIN, scene.height - 13.0), line, NOTE);
}

/// How an entry of a key looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sign {
    Line(Ink),
    Dashed(Ink),
    Dotted(Ink),
    Block(Ink),
    Diamond(Ink),
    /// A diamond of which only the edge is drawn.
    Hollow(Ink),
    Bar(Ink),
    Cross(Ink),
    Drop(Ink),
    Disc(Ink),
    /// A dotted line from top to bottom.
    Upright(Ink),
}

/// How one of several equals is drawn: its ink, its dashes and the same in a key. Colour never tells alone.
pub fn peer(place: usize) -> (Ink, Option<Dash>, Sign) {
    let ink = PEERS[place % PEERS.len()];
    match place % 3 {
        0 => (ink, None, Sign::Line(ink)),
        1 => (ink, Some(DASHED), Sign::Dashed(ink)),
        _ => (ink, Some(DOTTED), Sign::Dotted(ink)),
    }
}

/// A row of signs with their words, wrapped where it must be. Returns the height it took.
pub fn key(scene: &mut Scene, from: Point, entries: &[(Sign, &str)]) -> f64 {
    let (mut x, mut y) = (from.0, from.1 + 12.0);
    for (sign, words) in entries {
        let wide = 26.0 + width_of(words, LABEL) + 20.0;
        if x + wide - 20.0 > WIDTH - MARGIN && x > from.0 {
            (x, y) = (from.0, y + 18.0);
        }
        draw_sign(scene, *sign, (x + 9.0, y - 4.0));
        scene.text((x + 24.0, y), *words, LABEL);
        x += wide;
    }
    y + 8.0 - from.1
}

fn draw_sign(scene: &mut Scene, sign: Sign, at: Point) {
    let (left, right) = ((at.0 - 9.0, at.1), (at.0 + 9.0, at.1));
    match sign {
        Sign::Line(ink) => scene.segment(left, right, ink, 2.0),
        Sign::Dashed(ink) => scene.stroke(vec![left, right], ink, 2.0, Some(Dash { on: 5.0, off: 2.5 })),
        Sign::Dotted(ink) => scene.stroke(vec![left, right], ink, 2.0, Some(DOTTED)),
        Sign::Block(ink) => scene.rect((at.0 - 6.0, at.1 - 5.0), (at.0 + 6.0, at.1 + 5.0), ink, 1.0),
        Sign::Diamond(ink) => diamond(scene, at, ink),
        Sign::Hollow(ink) => hollow(scene, at, ink),
        Sign::Bar(ink) => scene.segment((at.0 - 8.0, at.1), (at.0 + 8.0, at.1), ink, 3.0),
        Sign::Cross(ink) => cross(scene, at, ink),
        Sign::Drop(ink) => drop_mark(scene, at, ink),
        Sign::Disc(ink) => scene.disc(at, 3.75, ink),
        Sign::Upright(ink) => scene.stroke(vec![(at.0, at.1 - 7.0), (at.0, at.1 + 7.0)], ink, 1.0, Some(DOTTED)),
    }
}

/// History's marker.
pub fn diamond(scene: &mut Scene, (x, y): Point, ink: Ink) {
    for (reach, ink) in [(6.5, PAPER), (5.0, ink)] {
        scene.area(vec![(x, y - reach), (x + reach, y), (x, y + reach), (x - reach, y)], ink, 1.0);
    }
}

/// The marker of that part of history to which a world was fitted.
pub fn hollow(scene: &mut Scene, at: Point, ink: Ink) {
    diamond(scene, at, ink);
    let (x, y) = at;
    let reach = 3.0;
    scene.area(vec![(x, y - reach), (x + reach, y), (x, y + reach), (x - reach, y)], PAPER, 1.0);
}

/// The marker of a breach.
pub fn cross(scene: &mut Scene, (x, y): Point, ink: Ink) {
    for (ink, width) in [(PAPER, 4.5), (ink, 2.25)] {
        scene.segment((x - 4.5, y - 4.5), (x + 4.5, y + 4.5), ink, width);
        scene.segment((x - 4.5, y + 4.5), (x + 4.5, y - 4.5), ink, width);
    }
}

/// The marker of a call: a triangle that points down.
pub fn drop_mark(scene: &mut Scene, (x, y): Point, ink: Ink) {
    scene.area(vec![(x - 5.0, y - 5.0), (x + 5.0, y - 5.0), (x, y + 4.0)], ink, 1.0);
}

/// A numbered flag.
pub fn flag(scene: &mut Scene, (x, y): Point, number: usize) {
    scene.disc((x, y), 8.5, TEXT);
    let style = TextStyle::new(11.0, PAPER).bold().middle();
    scene.text((x, y + 4.0), number.to_string(), style);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_break_into_lines_that_fit() {
        let text = "one two three four five six seven eight nine ten eleven twelve";
        let lines = wrap(text, LABEL, 120.0, 9);
        assert!(lines.len() > 2);
        assert_eq!(lines.join(" "), text);
        assert!(lines.iter().all(|line| width_of(line, LABEL) <= 120.0));
    }

    #[test]
    fn what_does_not_fit_ends_in_an_ellipsis() {
        let lines = wrap(&"word ".repeat(60), LABEL, 120.0, 2);
        assert_eq!(lines.len(), 2);
        assert!(lines[1].ends_with('…'));
        let endless = fit(&"x".repeat(5_000), LABEL, 80.0);
        assert!(endless.ends_with('…') && width_of(&endless, LABEL) <= 80.0);
    }

    #[test]
    fn every_colour_of_the_palette_can_be_read_as_text() {
        assert!((contrast(HISTORY, PAPER) - 21.0).abs() < 1e-9);
        // WCAG's own example of a grey that just passes.
        assert!((contrast(Ink(118, 118, 118), PAPER) - 4.54).abs() < 0.01);
        for ink in [TEXT, SOFT, RUN, FORCED, HISTORY, WITHOUT, CALL, CASH, SHOCK, NEWS, ASSESSED, MUTED] {
            assert!(contrast(ink.for_text(), PAPER) >= CONTRAST, "{ink:?}");
            assert!(contrast(ink_on(ink), ink) >= CONTRAST, "on {ink:?}");
        }
        assert_eq!(WITHOUT.for_text(), WITHOUT, "what reads well stays as it is");
    }

    #[test]
    fn a_tint_of_one_is_the_ink_and_of_nothing_is_paper() {
        assert_eq!(FORCED.tint(1.0), FORCED);
        assert_eq!(FORCED.tint(0.0), PAPER);
        assert_eq!(MUTED.tint(0.6), OTHERS);
    }
}
