//! One side of a book, or its stops: a queue for each price, and always the best of them at hand.
//!
//! Prices come in as *keys*, turned round by the caller where needed so that the smallest key is
//! always the next to be served. A **frame**, a row of queues for consecutive keys with an
//! [`Occupancy`] above it, covers where the trading is; the few keys outside live in a sorted map.
//! The frame starts small and follows the best key: when enough has been done outside it, and a
//! frame placed around the best key, longer if need be, would have caught at least half of that, it
//! is placed there.
//! The count that triggers this is proportional to the frame's length, so the cost of moving is paid
//! for by what went before. All of it depends on the keys alone: the same orders, the same frame.
//!
//! Known limits: a frame never shrinks; a market whose busy prices span more than [`LONGEST`] steps, or
//! are few and far between, pays a map look-up for those outside.

use super::occupancy::Occupancy;
use super::order::OrderKey;
use super::queue::{Home, Queue};
use super::slab::{Order, Place, Slab};
use ground::units::{Lots, Side};
use std::collections::BTreeMap;

/// The best key of a ladder without orders: behind every other.
pub(super) const NONE: i64 = i64::MAX;

const SHORTEST: usize = 64;
/// About 400 kB of queues, reached only by a ladder that is busy over a range as wide.
pub(super) const LONGEST: usize = SHORTEST << (LENGTHS - 1);
/// A frame doubles from [`SHORTEST`]; so many lengths there are.
const LENGTHS: usize = 9;
/// A frame grows no longer than this times the number of occupied keys: few keys are found quickly in
/// a map, and memory is for books that use it.
const PLACES_PER_LEVEL: usize = 32;

#[derive(Clone, Debug)]
pub(super) struct Ladder {
    home: Home,
    /// The key of `frame[0]`.
    base: i64,
    frame: Vec<Queue>,
    /// The row that was the frame before the last move; empty, kept for its memory.
    spare: Vec<Queue>,
    occupied: Occupancy,
    /// Every queue outside the frame. Never holds an empty one.
    far: BTreeMap<i64, Queue>,
    best: i64,
    strain: Strain,
}

/// What was done outside the frame since it was last judged.
#[derive(Clone, Copy, Debug, Default)]
struct Strain {
    total: u32,
    /// Of these, how many a frame placed around the best key would have caught only if it were of
    /// length `SHORTEST << i`.
    caught_by: [u32; LENGTHS],
}

impl Ladder {
    pub fn new(place: Place, side: Side) -> Self {
        Self {
            home: Home { place, side },
            base: 0,
            frame: Vec::new(),
            spare: Vec::new(),
            occupied: Occupancy::default(),
            far: BTreeMap::new(),
            best: NONE,
            strain: Strain::default(),
        }
    }

    /// The key served next, [`NONE`] if there is none.
    #[inline]
    pub fn best(&self) -> i64 {
        self.best
    }

    pub fn is_empty(&self) -> bool {
        self.best == NONE
    }

    /// The queue at the best key of a ladder that is not empty.
    #[inline]
    pub fn best_queue(&self) -> &Queue {
        self.queue(self.best).expect("a ladder's best key has a queue")
    }

    #[inline]
    fn index(&self, key: i64) -> Option<usize> {
        let index = key.wrapping_sub(self.base) as u64;
        (index < self.frame.len() as u64).then_some(index as usize)
    }

    fn queue(&self, key: i64) -> Option<&Queue> {
        match self.index(key) {
            Some(index) => Some(&self.frame[index]),
            None => self.far.get(&key),
        }
    }

    /// Lets an order queue at `key`.
    #[inline]
    pub fn join(&mut self, key: i64, order: Order, reduce_only: bool, slab: &mut Slab) -> OrderKey {
        match self.index(key) {
            Some(index) => {
                let queue = &mut self.frame[index];
                if queue.is_empty() {
                    self.occupied.set(index);
                }
                self.best = self.best.min(key);
                queue.join(self.home, key, order, reduce_only, slab)
            }
            None => self.join_far(key, order, reduce_only, slab),
        }
    }

    #[cold]
    fn join_far(&mut self, key: i64, order: Order, reduce_only: bool, slab: &mut Slab) -> OrderKey {
        if self.occupied.is_empty() {
            // Nothing has to move out of the frame, so it goes to where the orders are.
            self.place_frame(self.best.min(key), self.frame.len().max(SHORTEST));
            if self.index(key).is_some() {
                return self.join(key, order, reduce_only, slab);
            }
        }
        let queue = self.far.entry(key).or_insert(Queue::EMPTY);
        let joined = queue.join(self.home, key, order, reduce_only, slab);
        self.best = self.best.min(key);
        self.feel_strain(key);
        joined
    }

    /// Takes the order in `slot`, which queues at `key`, out.
    #[inline]
    pub fn leave(&mut self, key: i64, slot: u32, slab: &mut Slab) {
        match self.index(key) {
            Some(index) => {
                let queue = &mut self.frame[index];
                queue.leave(slot, slab);
                if queue.is_empty() {
                    self.occupied.unset(index);
                    if key == self.best {
                        self.best = self.find_best(index);
                    }
                }
            }
            None => self.leave_far(key, slot, slab),
        }
    }

    #[cold]
    fn leave_far(&mut self, key: i64, slot: u32, slab: &mut Slab) {
        let queue = self.far.get_mut(&key).expect("an order queues where its price says");
        queue.leave(slot, slab);
        if queue.is_empty() {
            self.far.remove(&key);
            if key == self.best {
                self.best = self.find_best(0);
            }
        }
        self.feel_strain(key);
    }

    /// An order that stays in the queue at `key` became smaller by `quantity`.
    #[inline]
    pub fn shrink(&mut self, key: i64, quantity: Lots) {
        match self.index(key) {
            Some(index) => self.frame[index].quantity -= quantity,
            None => self.far.get_mut(&key).expect("an order queues where its price says").quantity -= quantity,
        }
    }

    /// The smallest key in use, given that none in the frame lies before index `from`.
    fn find_best(&self, from: usize) -> i64 {
        let framed = self.occupied.next(from).map_or(NONE, |index| self.base + index as i64);
        match self.far.first_key_value() {
            Some((&key, _)) => framed.min(key),
            None => framed,
        }
    }

    /// All queues, best first.
    pub fn queues(&self) -> impl Iterator<Item = (i64, &Queue)> {
        let end = self.base + self.frame.len() as i64;
        let before = self.far.range(..self.base).map(|(&key, queue)| (key, queue));
        let after = self.far.range(end..).map(|(&key, queue)| (key, queue));
        let mut next = self.occupied.next(0);
        let framed = std::iter::from_fn(move || {
            let index = next?;
            next = self.occupied.next(index + 1);
            Some((self.base + index as i64, &self.frame[index]))
        });
        before.chain(framed).chain(after)
    }

    /// All queues, the worst first. Looks at every level of the frame: for auctions.
    pub fn queues_from_worst(&self) -> impl Iterator<Item = (i64, &Queue)> {
        let end = self.base + self.frame.len() as i64;
        let before = self.far.range(..self.base).rev().map(|(&key, queue)| (key, queue));
        let after = self.far.range(end..).rev().map(|(&key, queue)| (key, queue));
        let framed = self.frame.iter().enumerate().rev().filter(|(_, queue)| !queue.is_empty());
        after.chain(framed.map(|(index, queue)| (self.base + index as i64, queue))).chain(before)
    }

    /// The total at all keys up to and including `last`.
    pub fn quantity_to(&self, last: i64) -> Lots {
        self.queues().take_while(|&(key, _)| key <= last).map(|(_, queue)| queue.quantity).sum()
    }

    fn feel_strain(&mut self, key: i64) {
        let len = self.frame.len();
        if self.best == NONE {
            self.strain = Strain::default();
            return;
        }
        self.strain.total += 1;
        if let Some(i) = (0..LENGTHS).find(|i| frame_around(self.best, SHORTEST << i).contains(&key)) {
            self.strain.caught_by[i] += 1;
        }
        if self.strain.total as usize >= (len / 4).max(16) {
            let strain = std::mem::take(&mut self.strain);
            let enough = |len: &usize| {
                let caught: u32 = (0..LENGTHS).filter(|i| SHORTEST << i <= *len).map(|i| strain.caught_by[i]).sum();
                2 * caught >= strain.total
            };
            let levels = self.occupied.count() + self.far.len();
            let longest = (PLACES_PER_LEVEL * levels).clamp(len, LONGEST);
            let lengths = (0..LENGTHS).map(|i| SHORTEST << i).filter(|&new| len <= new && new <= longest);
            if let Some(len) = lengths.into_iter().find(enough) {
                self.place_frame(self.best, len);
            }
        }
    }

    /// Puts a frame of `len` levels around `key`.
    fn place_frame(&mut self, key: i64, len: usize) {
        let range = frame_around(key, len);
        let old_base = std::mem::replace(&mut self.base, range.start);
        let mut old = std::mem::replace(&mut self.frame, std::mem::take(&mut self.spare));
        self.frame.resize(len, Queue::EMPTY);
        self.occupied.clear(len);
        // From frame to frame, and not by way of the map, whose nodes would have to be allocated.
        for (key, queue) in (old_base..).zip(old.drain(..)).filter(|(_, queue)| !queue.is_empty()) {
            match self.index(key) {
                Some(index) => {
                    self.frame[index] = queue;
                    self.occupied.set(index);
                }
                None => {
                    self.far.insert(key, queue);
                }
            }
        }
        self.spare = old;
        for (key, queue) in self.far.extract_if(range, |_, _| true) {
            let index = (key - self.base) as usize;
            self.frame[index] = queue;
            self.occupied.set(index);
        }
        self.strain = Strain::default();
    }
}

/// Three quarters of a frame lie behind the best key, where most orders rest; a quarter is room for
/// better ones.
fn frame_around(best: i64, len: usize) -> std::ops::Range<i64> {
    let start = best - len as i64 / 4;
    start..start + len as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    struct Rows {
        ladder: Ladder,
        slab: Slab,
    }

    impl Rows {
        fn new() -> Self {
            Self { ladder: Ladder::new(Place::Resting, Side::Sell), slab: Slab::new() }
        }

        fn join(&mut self, key: i64) -> u32 {
            let order = Order { remaining: Lots::new(1), owner: 0, tag: 0 };
            self.ladder.join(key, order, false, &mut self.slab).slot
        }

        fn keys(&self) -> Vec<i64> {
            self.ladder.queues().map(|(key, _)| key).collect()
        }
    }

    #[test]
    fn a_frame_follows_the_best_key_across_the_whole_range() {
        let mut rows = Rows::new();
        let mut slots = std::collections::VecDeque::new();
        for step in 0..2_000 {
            let key = step * 1_000 + step % 7;
            slots.push_back((key, rows.join(key)));
            if slots.len() > 5 {
                let (key, slot) = slots.pop_front().expect("it holds six");
                rows.ladder.leave(key, slot, &mut rows.slab);
            }
            assert_eq!(rows.ladder.best(), slots[0].0);
            assert!(rows.ladder.frame.len() <= LONGEST);
        }
        assert!(rows.ladder.base > 1_000_000, "the frame stayed behind");
    }

    #[test]
    fn a_busy_wide_range_makes_the_frame_grow_and_a_lone_far_order_does_not() {
        let mut rows = Rows::new();
        for _ in 0..20 {
            rows.join(0);
        }
        let far = rows.join(1 << 40);
        assert_eq!(rows.ladder.frame.len(), SHORTEST);
        assert_eq!(rows.ladder.far.len(), 1);
        for round in 0..40 {
            for key in (0..1_000).step_by(10) {
                rows.join(key + round % 3);
            }
        }
        assert!(rows.ladder.frame.len() >= 1_024, "{}", rows.ladder.frame.len());
        assert_eq!(rows.ladder.far.len(), 1, "only the far order is outside");
        rows.ladder.leave(1 << 40, far, &mut rows.slab);
        assert!(rows.ladder.far.is_empty());
    }

    #[test]
    fn orders_far_apart_and_busy_do_not_make_the_frame_grow_in_vain() {
        let mut rows = Rows::new();
        rows.join(0);
        for round in 0..1_000 {
            rows.join(1_000_000 + round % 5);
        }
        assert_eq!(rows.ladder.frame.len(), SHORTEST);
        assert_eq!(rows.keys(), [0, 1_000_000, 1_000_001, 1_000_002, 1_000_003, 1_000_004]);
    }

    #[test]
    fn queues_come_in_order_from_either_end() {
        let mut rows = Rows::new();
        let mut expected = BTreeSet::new();
        for step in 0..5_000_i64 {
            let key = step * step * 7_919 % 1_000_003 - 500_000;
            rows.join(key);
            expected.insert(key);
        }
        assert_eq!(rows.keys(), expected.iter().copied().collect::<Vec<_>>());
        let backwards: Vec<i64> = rows.ladder.queues_from_worst().map(|(key, _)| key).collect();
        assert_eq!(backwards, expected.iter().rev().copied().collect::<Vec<_>>());
        let middle = rows.ladder.quantity_to(0);
        let counted = rows.ladder.queues().filter(|&(key, _)| key <= 0).map(|(_, queue)| queue.quantity).sum();
        assert_eq!(middle, counted);
    }
}
