//! Where waiting orders live: one vector, freed slots used again, the last freed first.
//!
//! A slot's generation grows by one each time it is freed, so that a key to an order that is gone
//! finds nothing. After 2^32 - 1 orders in one slot generations repeat; a key would have to be kept
//! through all of them to be mistaken.

use super::order::OrderKey;
use crate::units::{Lots, Price, Side};
use std::num::NonZeroU32;

/// No slot.
pub(super) const NIL: u32 = u32::MAX;

/// Which structure of the book holds the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Free,
    /// At a limit, in the ladder of its side.
    Resting,
    /// A stop, in the ladder of stops of its side.
    Parked,
    /// A market order that awaits the uncross.
    AwaitsUncross,
}

/// Forty bytes: a deep book's speed is the number of cache lines it touches.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    /// The limit of a resting order, the trigger of a parked one.
    pub price: Price,
    pub remaining: Lots,
    pub owner: u32,
    pub tag: u32,
    /// Neighbours in the queue at this price. The first one's `previous` and the last one's `next`
    /// mean nothing; in a free slot `next` is the next free one.
    pub previous: u32,
    pub next: u32,
    generation: NonZeroU32,
    pub place: Place,
    pub side: Side,
    pub reduce_only: bool,
}

/// An order about to be stored.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tenant {
    pub owner: u32,
    pub tag: u32,
    pub side: Side,
    pub price: Price,
    pub remaining: Lots,
    pub place: Place,
    pub reduce_only: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Slab {
    nodes: Vec<Node>,
    free: u32,
}

impl Slab {
    pub const fn new() -> Self {
        Self { nodes: Vec::new(), free: NIL }
    }

    /// Stores an order that is not yet in any queue.
    pub fn insert(&mut self, tenant: Tenant) -> OrderKey {
        let Tenant { owner, tag, side, price, remaining, place, reduce_only } = tenant;
        let slot = self.free;
        let fresh = |generation| Node {
            price,
            remaining,
            owner,
            tag,
            previous: NIL,
            next: NIL,
            generation,
            place,
            side,
            reduce_only,
        };
        if let Some(node) = self.nodes.get_mut(slot as usize) {
            self.free = node.next;
            let generation = node.generation;
            *node = fresh(generation);
            OrderKey { slot, generation }
        } else {
            let slot = u32::try_from(self.nodes.len()).expect("a book holds fewer than 2^32 - 1 orders");
            assert!(slot != NIL, "a book holds fewer than 2^32 - 1 orders");
            let generation = NonZeroU32::MIN;
            self.nodes.push(fresh(generation));
            OrderKey { slot, generation }
        }
    }

    /// Frees a slot whose order has left its queue.
    pub fn remove(&mut self, slot: u32) {
        let free = self.free;
        let node = &mut self.nodes[slot as usize];
        assert!(node.place != Place::Free, "a slot was freed twice");
        node.place = Place::Free;
        node.generation = node.generation.checked_add(1).unwrap_or(NonZeroU32::MIN);
        node.next = free;
        self.free = slot;
    }

    /// The order behind a key, unless it is gone.
    pub fn find(&self, key: OrderKey) -> Option<&Node> {
        self.nodes.get(key.slot as usize).filter(|node| node.generation == key.generation && node.place != Place::Free)
    }

    pub fn node(&self, slot: u32) -> &Node {
        &self.nodes[slot as usize]
    }

    pub fn node_mut(&mut self, slot: u32) -> &mut Node {
        &mut self.nodes[slot as usize]
    }
}
