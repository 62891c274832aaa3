//! Where waiting orders live, and the blocks of which their queues are made.
//!
//! Both are vectors whose freed slots are used again, the last freed first. A deep book's speed is
//! the number of distant cache lines it touches: an order is 32 bytes, a block of a queue is one
//! line and names eleven orders, and the free slots are listed apart, so that to store an order is
//! only to write.
//!
//! A slot's generation grows by one each time it is freed, so that a key to an order that is gone
//! finds nothing. After 2^32 - 1 orders in one slot generations repeat; a key would have to be kept
//! through all of them to be mistaken.

use super::order::OrderKey;
use crate::units::{Lots, Side};
use std::num::NonZeroU32;

/// No slot, no block.
pub(super) const NIL: u32 = u32::MAX;

/// Orders a block names.
pub(super) const BLOCK_LEN: usize = 11;

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

#[derive(Clone, Copy, Debug)]
#[repr(align(32))]
pub(super) struct Node {
    pub remaining: Lots,
    pub owner: u32,
    pub tag: u32,
    generation: NonZeroU32,
    /// Where its queue names it.
    pub block: u32,
    pub position: u8,
    pub place: Place,
    pub side: Side,
    pub reduce_only: bool,
}

/// A stretch of a queue.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(super) struct Block {
    /// The ladder's key at which the queue stands.
    pub key: i64,
    pub slots: [u32; BLOCK_LEN],
    pub previous: u32,
    pub next: u32,
    /// Bit `i` is set while the order in `slots[i]` waits.
    pub waiting: u16,
    /// How many of `slots` were ever given out.
    pub used: u8,
}

const _: () = assert!(size_of::<Node>() == 32 && size_of::<Block>() == 64);

#[derive(Clone, Debug)]
pub(super) struct Slab {
    nodes: Vec<Node>,
    /// The keys that the next orders get.
    free: Vec<OrderKey>,
    blocks: Vec<Block>,
    free_blocks: Vec<u32>,
}

impl Slab {
    pub const fn new() -> Self {
        Self { nodes: Vec::new(), free: Vec::new(), blocks: Vec::new(), free_blocks: Vec::new() }
    }

    /// Stores an order that is not yet in any queue.
    #[inline]
    pub fn insert(
        &mut self,
        place: Place,
        side: Side,
        owner: u32,
        tag: u32,
        remaining: Lots,
        reduce_only: bool,
    ) -> OrderKey {
        let (block, position) = (NIL, 0);
        let key = match self.free.pop() {
            Some(key) => key,
            None => self.grow(),
        };
        let generation = key.generation;
        self.nodes[key.slot as usize] =
            Node { remaining, owner, tag, generation, block, position, place, side, reduce_only };
        key
    }

    #[cold]
    fn grow(&mut self) -> OrderKey {
        let slot = u32::try_from(self.nodes.len()).expect("a book holds fewer than 2^32 - 1 orders");
        assert!(slot != NIL, "a book holds fewer than 2^32 - 1 orders");
        let generation = NonZeroU32::MIN;
        self.nodes.push(Node {
            remaining: Lots::ZERO,
            owner: 0,
            tag: 0,
            generation,
            block: NIL,
            position: 0,
            place: Place::Free,
            side: Side::Buy,
            reduce_only: false,
        });
        OrderKey { slot, generation }
    }

    /// Frees a slot whose order has left its queue.
    pub fn remove(&mut self, slot: u32) {
        let node = &mut self.nodes[slot as usize];
        assert!(node.place != Place::Free, "a slot was freed twice");
        node.place = Place::Free;
        let generation = node.generation.checked_add(1).unwrap_or(NonZeroU32::MIN);
        node.generation = generation;
        self.free.push(OrderKey { slot, generation });
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

    /// The key at which the order's queue stands.
    pub fn key_of(&self, node: &Node) -> i64 {
        self.blocks[node.block as usize].key
    }

    /// A block for the end of a queue at `key`, after `previous`.
    pub fn insert_block(&mut self, key: i64, previous: u32) -> u32 {
        let block = Block { key, slots: [NIL; BLOCK_LEN], previous, next: NIL, waiting: 0, used: 0 };
        if let Some(index) = self.free_blocks.pop() {
            self.blocks[index as usize] = block;
            return index;
        }
        let index = u32::try_from(self.blocks.len()).expect("there are no more blocks than orders");
        self.blocks.push(block);
        index
    }

    /// Frees a block that names no waiting order.
    pub fn remove_block(&mut self, index: u32) {
        self.free_blocks.push(index);
    }

    pub fn block(&self, index: u32) -> &Block {
        &self.blocks[index as usize]
    }

    pub fn block_mut(&mut self, index: u32) -> &mut Block {
        &mut self.blocks[index as usize]
    }
}
