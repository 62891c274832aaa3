//! How far it is: a bar on a terminal, a few plain lines otherwise, nothing with `--quiet`.

use super::clock::now;
use super::numbers::thousands;
use super::terminal::Terminal;
use ground::shown::within_a_line;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Between two plain lines at least this long.
const PLAIN_EVERY: Duration = Duration::from_secs(5);
/// The clock is asked once in this many steps.
const CLOCK_EVERY: u64 = 64;

/// Counts steps from any number of threads.
#[derive(Debug)]
pub enum Progress {
    Silent,
    Bar(ProgressBar),
    Lines {
        label: String,
        unit: &'static str,
        total: u64,
        before: u64,
        done: AtomicU64,
        began: Instant,
        last: Mutex<Instant>,
    },
}

impl Progress {
    /// `steps` of `unit`, a word in the plural, to do under a `label`.
    pub fn new(terminal: &Terminal, label: &str, unit: &'static str, steps: u64) -> Self {
        let label = &*within_a_line(label);
        let unit = if steps == 1 { unit.trim_end_matches('s') } else { unit };
        if terminal.quiet {
            return Self::Silent;
        }
        if terminal.watched {
            let bar = ProgressBar::with_draw_target(Some(steps), ProgressDrawTarget::stderr());
            let style = format!(
                "{{msg}} {{bar:32}} {{percent:>3}} %  {{human_pos}} of {{human_len}} {unit}, {{per_sec}}, {{eta}} left"
            );
            bar.set_style(ProgressStyle::with_template(&style).expect("a template of known fields"));
            bar.set_message(label.to_owned());
            bar.tick();
            return Self::Bar(bar);
        }
        terminal.note(&format!("{label}: {} {unit}", thousands(steps)));
        let (label, done) = (label.to_owned(), AtomicU64::new(0));
        Self::Lines { label, unit, total: steps, before: 0, done, began: now(), last: Mutex::new(now()) }
    }

    /// So many steps were done before: they count as done and not as fast.
    pub fn after(self, steps: u64) -> Self {
        match self {
            Self::Silent => Self::Silent,
            Self::Bar(bar) => {
                bar.set_position(steps);
                bar.reset_eta();
                Self::Bar(bar)
            }
            Self::Lines { label, unit, total, began, last, .. } => {
                Self::Lines { label, unit, total, before: steps, done: AtomicU64::new(steps), began, last }
            }
        }
    }

    /// So many steps more.
    pub fn step(&self, steps: u64) {
        match self {
            Self::Silent => {}
            Self::Bar(bar) => bar.inc(steps),
            Self::Lines { label, unit, total, before, done, began, last } => {
                let done = done.fetch_add(steps, Ordering::Relaxed) + steps;
                if !done.is_multiple_of(CLOCK_EVERY) && *total > CLOCK_EVERY * 100 {
                    return;
                }
                let Ok(mut last) = last.lock() else { return };
                if last.elapsed() >= PLAIN_EVERY {
                    *last = now();
                    let rate = (done - before) as f64 / began.elapsed().as_secs_f64();
                    let left = if rate > 0.0 { (*total - done) as f64 / rate } else { f64::INFINITY };
                    let (done, total) = (thousands(done), thousands(*total));
                    eprintln_quietly(&format!(
                        "{label}: {done} of {total} {unit}, {rate:.1} a second, {left:.0} s left"
                    ));
                }
            }
        }
    }

    /// Takes the bar away: the result speaks for itself.
    pub fn finish(&self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}

fn eprintln_quietly(line: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}
