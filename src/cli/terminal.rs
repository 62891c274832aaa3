//! The two streams: results on stdout, everything else on stderr.
//!
//! A reader that goes away (`firesale list | head -1`) is not an error: what is left to print is
//! dropped. A stdout that cannot be written for another reason is one, at the end.
//!
//! Worlds, data and folders come from strangers, and what of them is printed passes here: nothing that a terminal would
//! obey gets by, whoever wrote it. The program's own colours are therefore [`Paint`] until the end.

use super::args::Common;
use super::status::Status;
use super::table::WIDTH;
use ground::shown;
use std::cell::Cell;
use std::env;
use std::io::{self, ErrorKind, IsTerminal, Write};

/// The program's own colours, as characters that no text has. A stranger's that has them gets a colour and no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paint {
    Bold,
    Dim,
    Red,
    Green,
}

/// The end of a painted text, then each paint; with what a terminal takes for it.
const PAINTS: [(char, &str); 5] = [
    ('\u{fdd0}', "\u{1b}[0m"),
    ('\u{fdd1}', "\u{1b}[1m"),
    ('\u{fdd2}', "\u{1b}[2m"),
    ('\u{fdd3}', "\u{1b}[31m"),
    ('\u{fdd4}', "\u{1b}[32m"),
];

impl Paint {
    pub fn on(self, text: &str) -> String {
        let (end, _) = PAINTS[0];
        let (start, _) = PAINTS[1 + self as usize];
        format!("{start}{text}{end}")
    }
}

/// What goes out for a text with paint.
fn painted(text: &str, colour: bool) -> String {
    let mut out = shown::shown(text).into_owned();
    for (mark, code) in PAINTS {
        if out.contains(mark) {
            out = out.replace(mark, if colour { code } else { "" });
        }
    }
    out
}

#[derive(Debug)]
pub struct Terminal {
    pub quiet: bool,
    pub json: bool,
    /// Whether stdout takes colour.
    pub colour: bool,
    /// How wide a page is: as wide as the terminal, within reason, or as wide as any where there is none.
    pub width: usize,
    /// Whether stderr is a terminal, for progress bars and drawn findings.
    pub watched: bool,
    pub colour_err: bool,
    lost: Cell<bool>,
    gone: Cell<bool>,
}

/// `COLUMNS` says it for a terminal that does not.
fn width() -> usize {
    let stated = || env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let seen = terminal_size::terminal_size_of(io::stdout()).map(|(terminal_size::Width(width), _)| usize::from(width));
    seen.or_else(stated).map_or(WIDTH, |width| width.clamp(NARROWEST, WIDTH))
}

/// Below this nothing can be laid out.
const NARROWEST: usize = 40;

impl Terminal {
    pub fn new(common: &Common) -> Self {
        let set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
        let dull = set("NO_COLOR") || env::var_os("TERM").is_some_and(|term| term == "dumb");
        let watched = io::stderr().is_terminal();
        Self {
            quiet: common.quiet,
            json: common.json,
            colour: io::stdout().is_terminal() && !dull,
            width: width(),
            watched,
            colour_err: watched && !dull,
            lost: Cell::new(false),
            gone: Cell::new(false),
        }
    }

    /// The result of the command, on stdout.
    pub fn result(&self, text: &str) {
        self.out(&if self.json { shown::shown_json(text).into_owned() } else { painted(text, self.colour) });
    }

    /// A text as it is, to be kept; shown where a person would read it.
    pub fn copy(&self, text: &str) {
        if io::stdout().is_terminal() { self.result(text) } else { self.out(text) }
    }

    fn out(&self, text: &str) {
        if self.gone.get() || self.lost.get() {
            return;
        }
        let mut out = io::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::BrokenPipe => self.gone.set(true),
            Err(error) => {
                self.lost.set(true);
                self.complain(&format!("firesale: cannot write to stdout: {error}\n"));
            }
        }
    }

    /// For a person at the keyboard; silent with `--quiet`.
    pub fn note(&self, line: &str) {
        if !self.quiet {
            self.complain(&format!("{line}\n"));
        }
    }

    /// An error. Whoever closed stderr does not want to know.
    pub fn complain(&self, text: &str) {
        self.drawn(&shown::shown(text));
    }

    /// On stderr as it is: a drawing with colours, in which the texts were mended before.
    pub fn drawn(&self, text: &str) {
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }

    /// The exit status, given whether all results reached their reader.
    pub fn status_after(&self, status: Status) -> Status {
        if self.lost.get() && status == Status::Done { Status::Environment } else { status }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_programs_own_colours_are_all_that_a_terminal_obeys() {
        let text = format!("{} \u{1b}]0;theirs\u{7}", Paint::Red.on("ours"));
        assert_eq!(painted(&text, true), "\u{1b}[31mours\u{1b}[0m \\u{1b}]0;theirs\\u{7}");
        assert_eq!(painted(&text, false), "ours \\u{1b}]0;theirs\\u{7}");
    }
}
