//! How far a price fell from a high or rose from a low: the one measure that titles, panels, tiles and tables share.
//!
//! It is counted on what is drawn, the price before the first tick and the marks, over the whole run: the largest share lost from a
//! running high, which finance calls the maximum drawdown, or won from a running low. Where rows are kept of some ticks only, what
//! lies between two of them is not drawn: then the share is the run's own, and what is drawn of it is told apart.

use super::frame::Frame;
use super::series::Track;
use super::words;
use ground::ops::ln;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Swing {
    pub upwards: bool,
    /// It began at the price before the first tick, and `from` is that tick.
    pub from_start: bool,
    /// Indices of the frame between which it happened, and the marks there.
    pub from: usize,
    pub to: usize,
    pub start: f64,
    pub end: f64,
    /// The share over all ticks of the run, where that is another than the one drawn.
    whole: Option<f64>,
}

/// Shares are told apart from here on: what is less is how numbers are written.
const APART: f64 = 1e-9;

/// The largest swing of a track in one direction; `None` where the price never went that way.
pub fn largest(track: &Track, upwards: bool) -> Option<Swing> {
    let marks = || track.marks.iter().enumerate().filter_map(|(index, mark)| Some((index, (*mark)?)));
    // Prices that cross zero have no shares: their swings are compared in money.
    let shares = marks().map(|(_, mark)| mark).chain(track.start).all(|mark| mark > 0.0);
    // (index, price, whether that is the price before it).
    let before = marks().next().zip(track.start).filter(|((_, mark), start)| mark != start);
    let mut turn = before.map(|((index, _), start)| (index, start, true));
    let mut best: Option<Swing> = None;
    for (index, mark) in marks() {
        let (from, start, from_start) = *turn.get_or_insert((index, mark, false));
        if (mark < start) == upwards && mark != start {
            turn = Some((index, mark, false));
            continue;
        }
        let swing = Swing { upwards, from_start, from, to: index, start, end: mark, whole: None };
        let size = |swing: &Swing| if shares { swing.share().unwrap_or(0.0) } else { (swing.end - swing.start).abs() };
        if mark != start && best.as_ref().is_none_or(|known| size(&swing) > size(known)) {
            best = Some(swing);
        }
    }
    let whole = track.whole.map(|whole| if upwards { whole.rise } else { whole.fall });
    best.map(|swing| {
        let apart = |whole: &f64| swing.drawn().is_some_and(|drawn| *whole > drawn + APART);
        Swing { whole: whole.filter(apart), ..swing }
    })
}

/// The larger of the two: by how often it halves or doubles the price, so that a fall weighs as the rise that undoes it. A rise
/// out of the low to which the fall led is its recovery, and weighs by what it goes beyond where the fall began.
pub fn either(track: &Track) -> Option<Swing> {
    let (fall, rise) = (largest(track, false), largest(track, true));
    let recovers = fall.zip(rise).is_some_and(|(fall, rise)| fall.to == rise.from && !rise.from_start);
    let size = |swing: &Swing| {
        let start = match fall {
            Some(fall) if recovers && swing.upwards => fall.start.min(swing.end),
            _ => swing.start,
        };
        match swing.drawn() {
            Some(_) => ln(swing.end / start).abs(),
            None => (swing.end - start).abs(),
        }
    };
    [fall, rise].into_iter().flatten().max_by(|a, b| size(a).total_cmp(&size(b)))
}

impl Swing {
    /// Of the price that it began from, over all ticks; `None` where that or the end is not positive.
    pub fn share(&self) -> Option<f64> {
        self.whole.or_else(|| self.drawn())
    }

    /// The same of the line that is drawn.
    pub fn drawn(&self) -> Option<f64> {
        (self.start > 0.0 && self.end > 0.0).then(|| (self.end / self.start - 1.0).abs())
    }

    /// Whether the line that is drawn shows all of it.
    pub fn is_drawn(&self) -> bool {
        self.whole.is_none()
    }

    /// `fell 59 %`, or in money where shares have no meaning.
    pub fn verb(&self, price: impl Fn(f64) -> String) -> String {
        let verb = if self.upwards { "rose" } else { "fell" };
        // A fall to nothing is one of the whole, though it is no ratio that could be undone.
        let to_nothing = (self.start > 0.0 && self.end == 0.0).then_some(1.0);
        match self.share().or(to_nothing) {
            Some(share) => format!("{verb} {}", words::percent(share)),
            None => format!("{verb} by {} to {}", price((self.end - self.start).abs()), price(self.end)),
        }
    }

    /// `from 22 to 26 March`, `on 6 May between 14:32 and 14:46`, `from the start to 10:31 on 4 March`.
    pub fn when(&self, frame: &Frame) -> String {
        let (from, to) = (frame.second(self.from), frame.second(self.to));
        if self.from_start {
            return format!("from the start to {} on {}", words::clock(to), words::day(to));
        }
        if from.div_euclid(86_400) == to.div_euclid(86_400) {
            format!("on {} between {} and {}", words::day(from), words::clock(from), words::clock(to))
        } else {
            format!("from {} to {}", words::day(from), words::day(to))
        }
    }

    /// Volume between the two moments, and the part of it that was forced.
    pub fn traded(&self, track: &Track) -> (f64, f64) {
        let between = if self.from_start { self.from } else { self.from + 1 }..=self.to;
        (track.volume[between.clone()].iter().sum(), track.forced[between].iter().sum())
    }

    /// Share of the swing that was undone by the end of the run.
    pub fn undone(&self, track: &Track) -> Option<f64> {
        let last = track.last_mark()?;
        Some((last - self.end) / (self.start - self.end))
    }
}

#[cfg(test)]
pub mod tests {
    use super::super::series::Whole;
    use super::*;

    pub fn track(marks: &[f64]) -> (Track, Frame) {
        let frame = Frame::from_times((0..marks.len()).map(|day| (day as u32, day as i64 * 86_400)));
        let track = Track {
            instrument: "A".into(),
            start: None,
            whole: None,
            marks: marks.iter().copied().map(Some).collect(),
            volume: vec![10.0; marks.len()],
            forced: vec![4.0; marks.len()],
            halted: vec![false; marks.len()],
        };
        (track, frame)
    }

    #[test]
    fn a_fall_is_counted_from_the_running_high_and_a_rise_from_the_running_low() {
        let (track, frame) = track(&[100.0, 120.0, 90.0, 99.0]);
        let fall = largest(&track, false).unwrap();
        assert_eq!((fall.from, fall.to, fall.share()), (1, 2, Some(0.25)));
        assert_eq!(fall.verb(|p| p.to_string()), "fell 25\u{a0}%");
        assert_eq!(fall.when(&frame), "from 2\u{a0}January to 3\u{a0}January");
        assert_eq!((fall.traded(&track), fall.undone(&track)), ((10.0, 4.0), Some(0.3)));
        let rise = largest(&track, true).unwrap();
        assert_eq!((rise.from, rise.to), (0, 1));
        assert!((rise.share().unwrap() - 0.2).abs() < 1e-12);
        assert_eq!(either(&track), Some(fall));
        // Down by 5.8 and up again by 7.5 %: 1.3 % of that is more than the recovery of the fall. Down by 10 and up by a half is a rise.
        assert!(!either(&self::track(&[100.0, 94.2, 101.3]).0).unwrap().upwards);
        assert!(either(&self::track(&[100.0, 90.0, 135.0]).0).unwrap().upwards);
        // Up by two thirds and down by half: the fall is the larger.
        assert!(!either(&self::track(&[60.0, 100.0, 50.0]).0).unwrap().upwards);
    }

    #[test]
    fn what_the_first_tick_moved_is_counted_with_what_it_traded() {
        let (mut fell, frame) = track(&[60.0, 70.0]);
        fell.start = Some(100.0);
        let fall = largest(&fell, false).unwrap();
        assert_eq!(fall.verb(|price| price.to_string()), "fell 40\u{a0}%");
        assert_eq!(fall.when(&frame), "from the start to 00:00 on 1\u{a0}January");
        assert_eq!((fall.traded(&fell), fall.undone(&fell)), ((10.0, 4.0), Some(0.25)));
        assert_eq!(fell.line(&frame), [[(0.0, 100.0), (0.0, 60.0), (86_400.0, 70.0)]]);
        // A first tick without a move leaves everything as it was.
        let (mut still, frame) = track(&[100.0, 90.0]);
        let fall = largest(&still, false);
        still.start = Some(100.0);
        assert_eq!(largest(&still, false), fall);
        assert_eq!(still.line(&frame), [[(0.0, 100.0), (86_400.0, 90.0)]]);
    }

    #[test]
    fn where_some_ticks_are_not_drawn_the_share_is_that_of_all() {
        // Drawn are 100 and 40; between two rows the run stood at 25.
        let (mut fell, _) = track(&[100.0, 40.0, 50.0]);
        fell.whole = Some(Whole { fall: 0.75, rise: 1.0, low: 25.0 });
        let fall = largest(&fell, false).unwrap();
        assert_eq!((fall.share(), fall.is_drawn()), (Some(0.75), false));
        assert!((fall.drawn().unwrap() - 0.6).abs() < 1e-12);
        assert_eq!(fall.verb(|price| price.to_string()), "fell 75\u{a0}%");
        fell.whole = Some(Whole { fall: 0.6, rise: 0.25, low: 40.0 });
        assert!(largest(&fell, false).unwrap().is_drawn());
    }

    #[test]
    fn prices_below_zero_have_no_percentages_and_still_ones_no_swing() {
        let (oil, _) = track(&[20.0, 18.27, -37.63, 10.01]);
        let fall = largest(&oil, false).unwrap();
        assert_eq!(fall.share(), None);
        assert_eq!(fall.verb(|p| words::price(p, Some(2))), "fell by 57.63 to −37.63");
        let worthless = largest(&track(&[0.5, 0.01, 0.0]).0, false).unwrap();
        assert_eq!(worthless.verb(|p| p.to_string()), "fell 100\u{a0}%");
        assert_eq!(largest(&track(&[5.0, 5.0]).0, false), None);
        assert_eq!(largest(&track(&[5.0, 6.0]).0, false), None);
    }
}
