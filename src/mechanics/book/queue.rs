//! The orders at one price, first come first served, with their total and their number: a list of
//! [`Block`]s, each with up to eight orders in order of arrival. An order that leaves from the middle
//! is crossed off in its block, and a block in which nobody waits any more is unlinked, so that a
//! departure costs the same however long the queue.

use super::order::OrderKey;
use super::slab::{BLOCK_LEN, Block, NIL, Order, Place, Slab};
use ground::units::{Lots, Side};

#[derive(Clone, Copy, Debug)]
pub(super) struct Queue {
    head: u32,
    tail: u32,
    pub quantity: Lots,
    pub orders: u32,
}

/// Whose queue it is: the same for all queues of a ladder.
#[derive(Clone, Copy, Debug)]
pub(super) struct Home {
    pub place: Place,
    pub side: Side,
}

impl Queue {
    pub const EMPTY: Self = Self { head: NIL, tail: NIL, quantity: Lots::ZERO, orders: 0 };

    pub const fn is_empty(&self) -> bool {
        self.orders == 0
    }

    /// The slot of the order that has waited longest. Only of a queue that is not empty.
    #[inline]
    pub fn front(&self, slab: &Slab) -> u32 {
        self.head * BLOCK_LEN + slab.block(self.head).waiting.trailing_zeros()
    }

    /// The orders in turn.
    pub fn orders<'a>(&self, slab: &'a Slab) -> impl Iterator<Item = &'a Order> + use<'a> {
        let some = |index: u32| (index != NIL).then_some(index);
        let blocks = std::iter::successors(some(self.head), move |&index| some(slab.block(index).next));
        blocks.flat_map(move |index| {
            let waiting = slab.block(index).waiting;
            let waits = move |position: &u32| waiting & (1 << position) != 0;
            (0..BLOCK_LEN).filter(waits).map(move |position| slab.order(index * BLOCK_LEN + position))
        })
    }

    /// Lets an order join the end of this queue, which stands at `key` of its ladder.
    #[inline]
    pub fn join(&mut self, home: Home, key: i64, order: Order, reduce_only: bool, slab: &mut Slab) -> OrderKey {
        if self.tail == NIL || u32::from(slab.block(self.tail).used) == BLOCK_LEN {
            self.lengthen(home, key, slab);
        }
        self.quantity += order.remaining;
        self.orders += 1;
        slab.insert(self.tail, order, reduce_only)
    }

    fn lengthen(&mut self, home: Home, key: i64, slab: &mut Slab) {
        let block = slab.insert_block(home.place, home.side, key, self.tail);
        if self.tail == NIL {
            self.head = block;
        } else {
            slab.block_mut(self.tail).next = block;
        }
        self.tail = block;
    }

    /// Takes the order in `slot`, with what it has left, out of the queue and out of the book.
    #[inline]
    pub fn leave(&mut self, slot: u32, slab: &mut Slab) {
        self.quantity -= slab.order(slot).remaining;
        self.orders -= 1;
        let index = slot / BLOCK_LEN;
        let block = slab.block_mut(index);
        block.waiting &= !(1 << (slot % BLOCK_LEN));
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
