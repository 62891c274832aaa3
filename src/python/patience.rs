//! How long somebody waits: until Ctrl-C, which Python only hears when it is asked.

use pyo3::prelude::*;
use std::ops::ControlFlow;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// How often Python is asked.
pub const EVERY: Duration = Duration::from_millis(100);

/// A clock is looked at every so many ticks.
const TICKS: u64 = 64;

#[expect(clippy::disallowed_methods, reason = "it says when Python is asked, and no result depends on that")]
fn now() -> Instant {
    Instant::now()
}

/// Asks Python a few times a second whether to go on. A short run is over before the first time.
pub struct Patience {
    ticks: AtomicU64,
    asked: Mutex<Instant>,
    error: Mutex<Option<PyErr>>,
}

impl Patience {
    pub fn new() -> Self {
        Self { ticks: AtomicU64::new(0), asked: Mutex::new(now()), error: Mutex::new(None) }
    }

    /// At every tick, without the interpreter's lock.
    pub fn step(&self) -> ControlFlow<()> {
        if !self.ticks.fetch_add(1, Ordering::Relaxed).is_multiple_of(TICKS) {
            return ControlFlow::Continue(());
        }
        let Ok(mut asked) = self.asked.try_lock() else { return ControlFlow::Continue(()) };
        if asked.elapsed() < EVERY {
            return ControlFlow::Continue(());
        }
        let heard = Python::attach(|py| py.check_signals());
        *asked = now();
        match heard {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                *self.error.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(error);
                ControlFlow::Break(())
            }
        }
    }

    /// What was heard.
    pub fn error(self) -> Option<PyErr> {
        self.error.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
