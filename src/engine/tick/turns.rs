//! In which turn the orders of a tick reach the book.
//!
//! First by latency class, the fastest first, then by a turn that is drawn from the seed, evenly over all of 64 bits. So the
//! orders of each class are thrown into about as many buckets as there are orders, by the upper bits of their turns, which
//! puts nearly all of them in their place; insertion does the rest. Where turns should not be even the result is the same and only comes later.

use super::trays::Admitted;
use crate::traders::SLOWEST;

/// Sorts; what it holds is kept for its memory.
#[derive(Debug, Default)]
pub struct Turns {
    queue: Vec<Queued>,
    /// By bucket: where its next order goes.
    ends: Vec<u32>,
}

/// An order by its place in the list. Latency class first, then turn; places tell apart what is equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Queued {
    class: u8,
    turn: u64,
    place: u32,
}

impl Turns {
    /// The places in `list`, in turn.
    pub fn sort(&mut self, list: &[Admitted]) -> impl Iterator<Item = usize> {
        // A row of buckets for each class that there is.
        let bits = list.len().max(2).ilog2();
        let slowest = list.iter().map(|order| order.turn.0).max().unwrap_or(0).min(SLOWEST);
        let bucket = |order: &Admitted| {
            let (class, turn) = order.turn;
            (usize::from(class.min(slowest)) << bits) + (turn >> (64 - bits)) as usize
        };
        self.ends.clear();
        self.ends.resize((usize::from(slowest) + 1) << bits, 0);
        list.iter().for_each(|order| self.ends[bucket(order)] += 1);
        let mut start = 0;
        for end in &mut self.ends {
            start += std::mem::replace(end, start);
        }
        self.queue.clear();
        self.queue.resize(list.len(), Queued { class: 0, turn: 0, place: 0 });
        for (order, place) in list.iter().zip(0..) {
            let end = &mut self.ends[bucket(order)];
            let (class, turn) = order.turn;
            self.queue[*end as usize] = Queued { class, turn, place };
            *end += 1;
        }
        insertion_sort(&mut self.queue);
        self.queue.iter().map(|queued| queued.place as usize)
    }
}

fn insertion_sort(queue: &mut [Queued]) {
    for mut place in 1..queue.len() {
        while place > 0 && queue[place] < queue[place - 1] {
            queue.swap(place, place - 1);
            place -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ground::rng::turn;
    use ground::units::{AccountId, Lots, Side};
    use mechanics::book::{OrderKind, TimeInForce};

    fn order(turn: (u8, u64)) -> Admitted {
        Admitted {
            turn,
            owner: AccountId::new(0),
            tag: 0,
            side: Side::Buy,
            lots: Lots::new(1),
            kind: OrderKind::Market,
            time_in_force: TimeInForce::ImmediateOrCancel,
            post_only: false,
            reduce_only: false,
        }
    }

    #[test]
    fn orders_come_by_class_then_turn_then_place() {
        let mut turns = Turns::default();
        for count in [0, 1, 2, 3, 100, 1_000] {
            for crowded in [false, true] {
                let turn = |name| if crowded { name % 7 } else { turn(1, name, 5, 0) };
                let list: Vec<_> = (0..count).map(|name| order(((name % 3) as u8, turn(name)))).collect();
                let mut expected: Vec<usize> = (0..list.len()).collect();
                expected.sort_by_key(|place| list[*place].turn);
                assert_eq!(turns.sort(&list).collect::<Vec<_>>(), expected);
            }
        }
    }
}
