//! The two streams: results on stdout, everything else on stderr.
//!
//! A reader that goes away (`firesale list | head -1`) is not an error: what is left to print is
//! dropped. A stdout that cannot be written for another reason is one, at the end.

use super::args::Common;
use super::status::Status;
use super::table::WIDTH;
use std::cell::Cell;
use std::env;
use std::io::{self, ErrorKind, IsTerminal, Write};

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
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }

    /// The exit status, given whether all results reached their reader.
    pub fn status_after(&self, status: Status) -> Status {
        if self.lost.get() && status == Status::Done { Status::Environment } else { status }
    }
}
