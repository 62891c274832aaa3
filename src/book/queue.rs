//! The orders at one price, first come first served: a doubly linked list through the slab, with
//! its total and its length.

use super::slab::{NIL, Node, Slab};
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
    pub fn front(&self) -> u32 {
        self.head
    }

    /// The orders in turn, with their slots.
    pub fn nodes<'a>(&self, slab: &'a Slab) -> impl Iterator<Item = (u32, &'a Node)> + use<'a> {
        let mut slot = self.head;
        (0..self.orders).map(move |_| {
            let node = slab.node(slot);
            let this = std::mem::replace(&mut slot, node.next);
            (this, node)
        })
    }

    /// Lets the order in `slot` join the end.
    pub fn join(&mut self, slot: u32, slab: &mut Slab) {
        let node = slab.node_mut(slot);
        node.previous = self.tail;
        let quantity = node.remaining;
        if self.orders == 0 {
            self.head = slot;
        } else {
            slab.node_mut(self.tail).next = slot;
        }
        self.tail = slot;
        self.quantity += quantity;
        self.orders += 1;
    }

    /// Takes the order in `slot`, with what it has left, out of the queue.
    pub fn leave(&mut self, slot: u32, slab: &mut Slab) {
        let node = slab.node(slot);
        let (previous, next) = (node.previous, node.next);
        self.quantity -= node.remaining;
        self.orders -= 1;
        if self.orders == 0 {
            (self.head, self.tail) = (NIL, NIL);
        } else if self.head == slot {
            // The new head keeps a dangling `previous`: nobody reads a head's, and not writing it
            // spares a cache line in every sweep.
            self.head = next;
        } else if self.tail == slot {
            self.tail = previous;
        } else {
            slab.node_mut(previous).next = next;
            slab.node_mut(next).previous = previous;
        }
    }
}
