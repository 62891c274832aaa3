//! One side of a book, or its stops: a queue for each price, and always the best of them at hand.
//!
//! Prices come in as *keys*, turned round by the caller where needed so that the smallest key is
//! always the next to be served. A **frame**, a row of queues for consecutive keys with an
//! [`Occupancy`] above it, covers where the trading is; the few keys outside live in a sorted map.
//! The frame starts small and follows the best key: when enough has been done outside it, and a
//! frame moved (or twice as long) would have caught at least half of that, it is moved (or grown).
//! The count that triggers this is proportional to the frame's length, so the cost of moving is paid
//! for by what went before. All of it depends on the keys alone: the same orders, the same frame.
//!
//! Known limits: a frame never shrinks; a market so wide that its busy prices span more than
//! [`LONGEST`] steps pays a map look-up for the far ones.

use super::occupancy::Occupancy;
use super::queue::Queue;
use super::slab::Slab;
use crate::units::Lots;
use std::collections::BTreeMap;

/// The best key of a ladder without orders: behind every other.
pub(super) const NONE: i64 = i64::MAX;

const SHORTEST: usize = 64;
/// About 400 kB of queues, reached only by a ladder that is busy over a range as wide.
pub(super) const LONGEST: usize = 16_384;

#[derive(Clone, Debug)]
pub(super) struct Ladder {
    /// The key of `frame[0]`.
    base: i64,
    frame: Vec<Queue>,
    occupied: Occupancy,
    /// Every queue outside the frame. Never holds an empty one.
    far: BTreeMap<i64, Queue>,
    best: i64,
    strain: Strain,
}

/// What was done outside the frame since it was last judged.
#[derive(Clone, Copy, Debug, Default)]
struct Strain {
    total: usize,
    /// Of these, inside a frame of this length placed around the best key.
    caught_if_moved: usize,
    /// Of these, inside one twice as long.
    caught_if_grown: usize,
}

impl Ladder {
    pub fn new() -> Self {
        Self {
            base: 0,
            frame: Vec::new(),
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

    /// Lets the order in `slot` queue at `key`.
    #[inline]
    pub fn join(&mut self, key: i64, slot: u32, slab: &mut Slab) {
        match self.index(key) {
            Some(index) => {
                let queue = &mut self.frame[index];
                if queue.is_empty() {
                    self.occupied.set(index);
                }
                queue.join(slot, slab);
                self.best = self.best.min(key);
            }
            None => self.join_far(key, slot, slab),
        }
    }

    #[cold]
    fn join_far(&mut self, key: i64, slot: u32, slab: &mut Slab) {
        if self.occupied.is_empty() {
            // Nothing has to move out of the frame, so it goes to where the orders are.
            self.place_frame(self.best.min(key), self.frame.len().max(SHORTEST));
            if self.index(key).is_some() {
                return self.join(key, slot, slab);
            }
        }
        self.far.entry(key).or_insert(Queue::EMPTY).join(slot, slab);
        self.best = self.best.min(key);
        self.feel_strain(key);
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
        self.strain.caught_if_moved += usize::from(frame_around(self.best, len).contains(&key));
        self.strain.caught_if_grown += usize::from(frame_around(self.best, 2 * len).contains(&key));
        if self.strain.total >= (len / 4).max(16) {
            let Strain { total, caught_if_moved, caught_if_grown } = std::mem::take(&mut self.strain);
            if 2 * caught_if_moved >= total {
                self.place_frame(self.best, len);
            } else if 2 * caught_if_grown >= total && len < LONGEST {
                self.place_frame(self.best, 2 * len);
            }
        }
    }

    /// Puts a frame of `len` levels around `key`.
    fn place_frame(&mut self, key: i64, len: usize) {
        let mut next = self.occupied.next(0);
        while let Some(index) = next {
            self.far.insert(self.base + index as i64, self.frame[index]);
            next = self.occupied.next(index + 1);
        }
        let range = frame_around(key, len);
        self.base = range.start;
        self.frame.clear();
        self.frame.resize(len, Queue::EMPTY);
        self.occupied.clear(len);
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
