//! Where waiting orders live: in blocks of eight that stand in one queue together.
//!
//! A deep book's speed is the number of distant cache lines it touches, and how many of them it must
//! wait for in turn. So an order is 16 bytes, the orders of a block lie side by side, what they have
//! in common is said once in the block's 32-byte head, and an order's slot alone tells where both
//! are. A slot is used once in its block's life; a block is free when none of its orders waits any
//! more, and the last freed is used first.
//!
//! A block's generation grows by one each time it is freed, so that a key to an order that is gone
//! finds nothing. After 2^32 - 1 lives of one block generations repeat; a key would have to be kept
//! through all of them to be mistaken.
//!
//! Known limit: orders that leave in random order leave blocks partly used: at worst one order holds
//! the 160 bytes of a block.

use super::order::OrderKey;
use ground::units::{Lots, Side};
use std::num::NonZeroU32;

/// No block.
pub(super) const NIL: u32 = u32::MAX;

/// Orders in a block, as many as `Block::waiting` has bits.
pub(super) const BLOCK_LEN: u32 = 8;

/// Which structure of the book holds the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// At a limit, in the ladder of its side.
    Resting,
    /// A stop, in the ladder of stops of its side.
    Parked,
    /// A market order that awaits the uncross.
    AwaitsUncross,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Order {
    pub remaining: Lots,
    pub owner: u32,
    pub tag: u32,
}

/// What the orders of a block share, and where the block stands.
#[derive(Clone, Copy, Debug)]
#[repr(align(32))]
pub(super) struct Block {
    /// The key in its ladder at which the queue stands.
    pub key: i64,
    generation: NonZeroU32,
    pub previous: u32,
    pub next: u32,
    /// Bit `i` is set while the `i`th order waits.
    pub waiting: u8,
    pub reduce_only: u8,
    /// How many slots were given out in this life.
    pub used: u8,
    pub place: Place,
    pub side: Side,
}

const _: () = assert!(size_of::<Order>() == 16 && size_of::<Block>() == 32);

#[derive(Clone, Debug)]
pub(super) struct Slab {
    /// By slot.
    orders: Vec<Order>,
    /// By slot / 8.
    blocks: Vec<Block>,
    free: Vec<u32>,
}

impl Slab {
    pub const fn new() -> Self {
        Self { orders: Vec::new(), blocks: Vec::new(), free: Vec::new() }
    }

    /// A block for the end of a queue, after the block `previous`.
    pub fn insert_block(&mut self, place: Place, side: Side, key: i64, previous: u32) -> u32 {
        let index = match self.free.pop() {
            Some(index) => index,
            None => self.grow(),
        };
        let block = &mut self.blocks[index as usize];
        let generation = block.generation;
        *block = Block { key, generation, previous, next: NIL, waiting: 0, reduce_only: 0, used: 0, place, side };
        index
    }

    #[cold]
    fn grow(&mut self) -> u32 {
        let index = u32::try_from(self.blocks.len()).ok().filter(|&index| index < NIL / BLOCK_LEN);
        let index = index.expect("a book holds fewer than 2^29 blocks of orders");
        self.blocks.push(Block {
            key: 0,
            generation: NonZeroU32::MIN,
            previous: NIL,
            next: NIL,
            waiting: 0,
            reduce_only: 0,
            used: 0,
            place: Place::Resting,
            side: Side::Buy,
        });
        let vacant = Order { remaining: Lots::ZERO, owner: 0, tag: 0 };
        self.orders.extend([vacant; BLOCK_LEN as usize]);
        index
    }

    /// Frees a block in which no order waits.
    pub fn remove_block(&mut self, index: u32) {
        let block = &mut self.blocks[index as usize];
        assert!(block.waiting == 0, "a block was freed while an order in it waits");
        block.generation = block.generation.checked_add(1).unwrap_or(NonZeroU32::MIN);
        self.free.push(index);
    }

    /// Fills the next slot of a block that is not used up.
    #[inline]
    pub fn insert(&mut self, index: u32, order: Order, reduce_only: bool) -> OrderKey {
        let block = &mut self.blocks[index as usize];
        let position = block.used;
        block.waiting |= 1 << position;
        block.reduce_only |= u8::from(reduce_only) << position;
        block.used = position + 1;
        let slot = index * BLOCK_LEN + u32::from(position);
        self.orders[slot as usize] = order;
        OrderKey { slot, generation: block.generation }
    }

    /// The order behind a key and its block, unless the order is gone.
    #[inline]
    pub fn find(&self, key: OrderKey) -> Option<(&Order, &Block)> {
        let block = self.blocks.get((key.slot / BLOCK_LEN) as usize)?;
        let waits = block.generation == key.generation && block.waiting & (1 << (key.slot % BLOCK_LEN)) != 0;
        waits.then(|| (&self.orders[key.slot as usize], block))
    }

    pub fn order(&self, slot: u32) -> &Order {
        &self.orders[slot as usize]
    }

    pub fn order_mut(&mut self, slot: u32) -> &mut Order {
        &mut self.orders[slot as usize]
    }

    pub fn block(&self, index: u32) -> &Block {
        &self.blocks[index as usize]
    }

    pub fn block_mut(&mut self, index: u32) -> &mut Block {
        &mut self.blocks[index as usize]
    }

    pub fn block_of(&self, slot: u32) -> &Block {
        self.block(slot / BLOCK_LEN)
    }

    pub fn is_reduce_only(&self, slot: u32) -> bool {
        self.block_of(slot).reduce_only & (1 << (slot % BLOCK_LEN)) != 0
    }
}
