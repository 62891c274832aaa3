//! A wheel of things that fall due at a tick: who wakes, which orders expire.
//!
//! Work and memory are in proportion to what is due, not to what waits. Buckets keep their
//! capacity, so that a steady flow allocates nothing.

use crate::units::Tick;

/// Items by the tick at which they fall due. What lies more than a turn ahead stays in its bucket for
/// another turn.
#[derive(Clone, Debug)]
pub struct Wheel<T> {
    buckets: Vec<Vec<(Tick, T)>>,
    /// What stays for another turn, while a bucket is emptied.
    later: Vec<(Tick, T)>,
}

/// Power of two: half a year of one-minute sessions needs a few dozen turns, a day of one-second
/// ticks less than three.
const BUCKETS: usize = 8_192;

impl<T> Default for Wheel<T> {
    fn default() -> Self {
        Self { buckets: (0..BUCKETS).map(|_| Vec::new()).collect(), later: Vec::new() }
    }
}

impl<T> Wheel<T> {
    pub fn add(&mut self, due: Tick, item: T) {
        self.buckets[due.index() as usize % BUCKETS].push((due, item));
    }

    /// Hands out all that is due at `now`, in the order in which it was added. Must be called for every tick.
    pub fn take(&mut self, now: Tick, mut hand_out: impl FnMut(T)) {
        let bucket = &mut self.buckets[now.index() as usize % BUCKETS];
        for (due, item) in bucket.drain(..) {
            if due <= now {
                hand_out(item);
            } else {
                self.later.push((due, item));
            }
        }
        bucket.append(&mut self.later);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_item_falls_due_once_at_its_tick_however_far_ahead() {
        let mut wheel = Wheel::default();
        let dues = [0, 5, 5, 8_191, 8_192, 8_197, 20_000];
        for due in dues {
            wheel.add(Tick::new(due), due);
        }
        let mut seen = Vec::new();
        for now in 0..20_001 {
            wheel.take(Tick::new(now), |due| seen.push((now, due)));
        }
        assert_eq!(seen, dues.map(|due| (due, due)));
    }
}
