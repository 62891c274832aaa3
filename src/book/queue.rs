//! The orders at one price, first come first served, with their total and their number.
//!
//! A list of [`Block`]s, each of which names up to eleven orders in order of arrival. An order that
//! leaves from the middle is crossed off in its block; a block with nobody left is unlinked. So each
//! order's departure costs its own cache line and its block's, however long the queue.

use super::slab::{BLOCK_LEN, Block, NIL, Node, Slab};
use crate::units::Lots;

#[derive(Clone, Copy, Debug)]
pub(super) struct Queue {
    head: u32,
    tail: u32,
    pub quantity: Lots,
    pub orders: u32,
}

impl Queue {
    pub const EMPTY: Self = Self { head: NIL, tail: NIL, quantity: Lots::ZERO, orders: 0 };

    pub const fn is_empty(&self) -> bool {
        self.orders == 0
    }

    /// The slot of the order that has waited longest. Only of a queue that is not empty.
    #[inline]
    pub fn front(&self, slab: &Slab) -> u32 {
        let block = slab.block(self.head);
        block.slots[block.waiting.trailing_zeros() as usize]
    }

    /// The orders in turn.
    pub fn nodes<'a>(&self, slab: &'a Slab) -> impl Iterator<Item = &'a Node> + use<'a> {
        let first = (self.head != NIL).then(|| slab.block(self.head));
        let blocks = std::iter::successors(first, |block| (block.next != NIL).then(|| slab.block(block.next)));
        blocks.flat_map(|block| {
            let waits = |position: &usize| block.waiting & (1 << position) != 0;
            (0..BLOCK_LEN).filter(waits).map(|position| slab.node(block.slots[position]))
        })
    }

    /// Lets the order in `slot` join the end of this queue, which stands at `key`.
    #[inline]
    pub fn join(&mut self, key: i64, slot: u32, quantity: Lots, slab: &mut Slab) {
        if self.tail == NIL || usize::from(slab.block(self.tail).used) == BLOCK_LEN {
            self.lengthen(key, slab);
        }
        let block = slab.block_mut(self.tail);
        let position = block.used;
        block.slots[usize::from(position)] = slot;
        block.waiting |= 1 << position;
        block.used += 1;
        let node = slab.node_mut(slot);
        node.block = self.tail;
        node.position = position;
        self.quantity += quantity;
        self.orders += 1;
    }

    fn lengthen(&mut self, key: i64, slab: &mut Slab) {
        let block = slab.insert_block(key, self.tail);
        if self.tail == NIL {
            self.head = block;
        } else {
            slab.block_mut(self.tail).next = block;
        }
        self.tail = block;
    }

    /// Takes the order in `slot`, with what it has left, out of the queue.
    #[inline]
    pub fn leave(&mut self, slot: u32, slab: &mut Slab) {
        let &Node { remaining, block: index, position, .. } = slab.node(slot);
        self.quantity -= remaining;
        self.orders -= 1;
        let block = slab.block_mut(index);
        block.waiting &= !(1 << position);
        if block.waiting == 0 {
            self.unlink(index, slab);
        }
    }

    fn unlink(&mut self, index: u32, slab: &mut Slab) {
        let &Block { previous, next, .. } = slab.block(index);
        if previous == NIL {
            self.head = next;
        } else {
            slab.block_mut(previous).next = next;
        }
        if next == NIL {
            self.tail = previous;
        } else {
            slab.block_mut(next).previous = previous;
        }
        slab.remove_block(index);
    }
}
