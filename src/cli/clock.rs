//! The clock on the wall, for progress and for how long a run took. Nothing that is simulated asks it.

use std::time::Instant;

#[expect(clippy::disallowed_methods, reason = "the one clock, outside the simulation")]
pub fn now() -> Instant {
    Instant::now()
}
