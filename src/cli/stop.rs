//! Ctrl-C: the first asks the work to stop where it is whole, the second ends the program.

use std::ops::ControlFlow;
use std::process;
use std::sync::atomic::{AtomicBool, Ordering};

static ASKED: AtomicBool = AtomicBool::new(false);

/// From now on Ctrl-C (and the termination signal) asks. Where a handler cannot be set, Ctrl-C kills, and
/// since output appears whole or not at all, that harms nothing.
pub fn listen() {
    let _ = ctrlc::set_handler(|| {
        if ASKED.swap(true, Ordering::Relaxed) {
            process::exit(130);
        }
    });
}

pub fn asked() -> bool {
    ASKED.load(Ordering::Relaxed)
}

/// What a run's progress callback answers.
pub fn flow() -> ControlFlow<()> {
    if asked() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
}
