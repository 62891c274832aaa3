//! A wheel of things that fall due at a tick: who wakes, which orders expire.
//!
//! Work is in proportion to what is due, not to what waits. What waits lies in chunks that all buckets draw
//! from one pool and give back to it, so that memory follows the largest number that ever waited at once
//! and a steady flow allocates nothing, however unevenly it falls on ticks.

use ground::units::Tick;

/// Items by the tick at which they fall due. What lies more than a turn ahead stays in its bucket for
/// another turn.
#[derive(Clone, Debug)]
pub struct Wheel<T> {
    buckets: Vec<Bucket>,
    /// `CHUNK` places for each chunk.
    places: Vec<(Tick, T)>,
    /// By chunk: the next one of its bucket, or of those that are free.
    next: Vec<u32>,
    free: u32,
    /// What stays for another turn, while a bucket is emptied.
    later: Vec<(Tick, T)>,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    first: u32,
    last: u32,
    /// Places used in the last chunk.
    used: u32,
}

/// Power of two: half a year of one-minute sessions needs a few dozen turns, a day of one-second
/// ticks less than three.
const BUCKETS: usize = 8_192;
const CHUNK: usize = 16;
const NONE: u32 = u32::MAX;

impl Bucket {
    const EMPTY: Self = Self { first: NONE, last: NONE, used: CHUNK as u32 };
}

impl<T> Default for Wheel<T> {
    fn default() -> Self {
        let buckets = vec![Bucket::EMPTY; BUCKETS];
        Self { buckets, places: Vec::new(), next: Vec::new(), free: NONE, later: Vec::new() }
    }
}

impl<T: Copy> Wheel<T> {
    pub fn add(&mut self, due: Tick, item: T) {
        let index = due.index() as usize % BUCKETS;
        if self.buckets[index].used == CHUNK as u32 {
            let chunk = self.take_chunk((due, item));
            let bucket = &mut self.buckets[index];
            match bucket.last {
                NONE => bucket.first = chunk,
                last => self.next[last as usize] = chunk,
            }
            (bucket.last, bucket.used) = (chunk, 0);
        }
        let bucket = &mut self.buckets[index];
        self.places[bucket.last as usize * CHUNK + bucket.used as usize] = (due, item);
        bucket.used += 1;
    }

    /// Hands out all that is due at `now`, in the order in which it was added. Must be called for every tick.
    pub fn take(&mut self, now: Tick, mut hand_out: impl FnMut(T)) {
        let bucket = std::mem::replace(&mut self.buckets[now.index() as usize % BUCKETS], Bucket::EMPTY);
        let mut chunk = bucket.first;
        while chunk != NONE {
            let used = if chunk == bucket.last { bucket.used as usize } else { CHUNK };
            let start = chunk as usize * CHUNK;
            for &(due, item) in &self.places[start..start + used] {
                if due <= now {
                    hand_out(item);
                } else {
                    self.later.push((due, item));
                }
            }
            let next = std::mem::replace(&mut self.next[chunk as usize], self.free);
            self.free = chunk;
            chunk = next;
        }
        let mut later = std::mem::take(&mut self.later);
        later.drain(..).for_each(|(due, item)| self.add(due, item));
        self.later = later;
    }

    /// A chunk that is the last of its bucket. Places must hold something: `filler` until they are used.
    fn take_chunk(&mut self, filler: (Tick, T)) -> u32 {
        let chunk = self.free;
        if chunk == NONE {
            self.places.resize(self.places.len() + CHUNK, filler);
            self.next.push(NONE);
            return u32::try_from(self.next.len() - 1).expect("fewer than 2^36 things wait");
        }
        self.free = std::mem::replace(&mut self.next[chunk as usize], NONE);
        chunk
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

    #[test]
    fn a_crowd_at_one_tick_comes_out_in_the_order_it_went_in() {
        let mut wheel = Wheel::default();
        for item in 0..100 {
            wheel.add(Tick::new(3 + 8_192 * (item % 2)), item);
            wheel.add(Tick::new(4), item);
        }
        let taken = |wheel: &mut Wheel<u32>, now| {
            let mut items = Vec::new();
            wheel.take(Tick::new(now), |item| items.push(item));
            items
        };
        assert_eq!(taken(&mut wheel, 3), (0..100).step_by(2).collect::<Vec<_>>());
        assert_eq!(taken(&mut wheel, 4), (0..100).collect::<Vec<_>>());
        assert_eq!(taken(&mut wheel, 3 + 8_192), (1..100).step_by(2).collect::<Vec<_>>());
    }

    #[test]
    fn memory_follows_what_waits_at_once_and_not_where_it_waited() {
        let mut wheel = Wheel::default();
        for now in 0..30_000 {
            wheel.take(Tick::new(now), |_: u32| ());
            (0..now % 50).for_each(|item| wheel.add(Tick::new(now + 1 + item % 7), item));
        }
        assert!(wheel.places.len() < 8 * 64 + 8 * CHUNK, "{} places", wheel.places.len());
    }
}
