//! Flags over a plot: what happened to a market from outside, numbered in the order of time, and what each number says.

use super::frame::Closed;
use super::scene::Scene;
use super::theme::{self, MARGIN, WIDTH};
use super::view::View;
use super::{ShockNote, Window, words};

/// More are in the report.
const LISTED: usize = 8;

pub struct Flag<'a> {
    pub number: usize,
    pub place: f64,
    /// From the axis upwards.
    pub row: usize,
    pub note: &'a ShockNote,
}

/// Shocks inside the run that strike this instrument or none alone, numbered in the order of time, stacked where they crowd.
pub fn flags<'a>(view: &View<'a>, instrument: &str) -> Vec<Flag<'a>> {
    let own = |note: &&ShockNote| note.instruments.is_empty() || note.instruments.iter().any(|id| id == instrument);
    let shocks = view.picture.shocks.iter().filter(own);
    let mut placed: Vec<(i64, &ShockNote)> =
        shocks.filter_map(|note| Some((words::seconds(&note.time)?, note))).collect();
    placed.sort_by_key(|(second, _)| *second);
    let mut flags: Vec<Flag> = Vec::new();
    // A flag is 17 wide on a plot of about 840.
    let wide = view.frame.span().1 * 19.0 / 840.0;
    for (second, note) in placed {
        if !happened(view, second) {
            continue;
        }
        let Some(place) = view.frame.place_within(second, Closed::SessionAfter) else { continue };
        let row = (0..4)
            .find(|row| flags.iter().filter(|flag| flag.row == *row).all(|flag| (flag.place - place).abs() >= wide))
            .unwrap_or(3);
        flags.push(Flag { number: flags.len() + 1, place, row, note });
        if flags.len() == 24 {
            break;
        }
    }
    flags
}

/// Whether what was to happen then did: the first row is that of the end of the first tick, the last perhaps not that of
/// the last tick.
fn happened(view: &View, second: i64) -> bool {
    let summary = view.picture.summary;
    let frame = &view.frame;
    if view.picture.window != Window::ALL {
        // Only what lies in the stretch is among the shocks.
        return frame.last_second().is_some_and(|last| second <= last);
    }
    let start = words::seconds(&summary.start).or(frame.first_second());
    let end = words::seconds(&summary.end).max(frame.last_second());
    start.is_some_and(|start| second >= start) && end.is_some_and(|end| second <= end)
}

/// What each number stands for, below the plot; returns where that ends.
pub fn list(scene: &mut Scene, mut y: f64, flags: &[Flag]) -> f64 {
    if flags.is_empty() {
        return y;
    }
    y += 6.0;
    for flag in flags.iter().take(LISTED) {
        theme::flag(scene, (MARGIN + 9.0, y + 8.0), flag.number);
        let text = format!("{}:\u{a0} {}", words::moment_of(&flag.note.time), flag.note.text);
        for line in theme::wrap(&text, theme::LABEL, WIDTH - 2.0 * MARGIN - 28.0, 2) {
            scene.text((MARGIN + 26.0, y + 12.0), line, theme::LABEL);
            y += 16.0;
        }
        y += 6.0;
    }
    if flags.len() > LISTED {
        let more = format!("and {} more, listed in the report", flags.len() - LISTED);
        scene.text((MARGIN + 26.0, y + 12.0), more, theme::AXIS);
        y += 22.0;
    }
    y
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn what_strikes_in_the_first_tick_is_drawn_at_the_left_edge_and_what_comes_after_the_run_is_not() {
        let mut sample = sample::crash();
        let start = words::seconds(&sample.summary.start).unwrap();
        let note = |second: i64, text: &str| ShockNote {
            time: results::stamp::Stamp::of(second).to_string(),
            text: text.into(),
            instruments: vec![],
        };
        let last = words::seconds(&sample.summary.end).unwrap();
        sample.summary.start = results::stamp::Stamp::of(start - 60).to_string();
        sample.shocks =
            vec![note(start - 60, "at the very start"), note(start + 60, "later"), note(last + 60, "never")];
        let picture = sample.picture();
        let flags: Vec<(usize, f64, String)> = flags(&View::of(&picture), "MEDIA")
            .into_iter()
            .map(|flag| (flag.number, flag.place, flag.note.text.clone()))
            .collect();
        assert_eq!(flags, [(1, 0.0, "at the very start".to_owned()), (2, 60.0, "later".to_owned())]);
    }
}
