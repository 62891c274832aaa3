//! Nodes waiting under prices.
//!
//! A ladder holds the nodes that wait for one instrument's price to go one way: *down* (it comes due once
//! the price is at or below its trigger) or *up*. Prices are counted in rungs that grow with the price, as
//! floating-point numbers do: one price step each up to 2^15 steps, above that between 0.3 and 0.6 of
//! a basis point. One scale thus serves any price from minus to plus the furthest, and nothing
//! needs re-centring when a price wanders. A rung is due as a whole, so a node may be called early, never late.
//!
//! On a rung nodes form a doubly linked list by index: adding and removing is constant, and memory is
//! only taken when a price region is used for the first time.

use ground::units::Price;

/// Rungs for each doubling of the price.
const BLOCK: i32 = 1 << BLOCK_BITS;
const BLOCK_BITS: u32 = 14;
/// Depth 0 is the price 0; the furthest price is 2^40, thus on rung 28 × 2^14 at most.
const BLOCKS: usize = 58;
const NONE: u32 = u32::MAX;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Down,
    Up,
}

#[derive(Clone, Copy, Debug)]
struct Node {
    previous: u32,
    next: u32,
    /// Where in `heads` the list begins; `NONE` when the node waits nowhere.
    rung: u32,
}

#[derive(Clone, Debug)]
struct Ladder {
    /// Where in `heads` each block of rungs begins; `NONE` until used.
    blocks: [u32; BLOCKS],
    /// No node waits deeper than this. Deeper is sooner due.
    deepest: i32,
}

/// Two ladders for each instrument, and the nodes that wait on them.
#[derive(Clone, Debug)]
pub struct Ladders {
    ladders: Vec<Ladder>,
    nodes: Vec<Node>,
    heads: Vec<u32>,
    /// One bit a rung: whether a node waits there.
    occupied: Vec<u64>,
    /// The nodes come to while lists are being taken; empty in between.
    front: Vec<u32>,
}

impl Ladders {
    pub fn new(instruments: usize, nodes: usize) -> Self {
        assert!(nodes < NONE as usize, "more than 2^32 nodes");
        let idle = Node { previous: NONE, next: NONE, rung: NONE };
        let empty = Ladder { blocks: [NONE; BLOCKS], deepest: i32::MIN };
        Self {
            ladders: vec![empty; 2 * instruments],
            nodes: vec![idle; nodes],
            heads: Vec::new(),
            occupied: Vec::new(),
            front: Vec::new(),
        }
    }

    pub fn nodes(&self) -> usize {
        self.nodes.len()
    }

    /// Reads the node and tells nothing of meaning.
    pub fn fetch(&self, node: usize) -> usize {
        self.nodes[node].rung as usize
    }

    pub fn make_room(&mut self, nodes: usize) {
        assert!(nodes < NONE as usize, "more than 2^32 nodes");
        let idle = Node { previous: NONE, next: NONE, rung: NONE };
        self.nodes.resize(self.nodes.len().max(nodes), idle);
    }

    /// Lets a node wait until the price has gone `way` to `trigger` or beyond. It must not be waiting.
    pub fn wait(&mut self, node: usize, instrument: usize, way: Way, trigger: Price) {
        debug_assert!(self.nodes[node].rung == NONE);
        let depth = depth(way, trigger);
        let ladder = &mut self.ladders[2 * instrument + way as usize];
        ladder.deepest = ladder.deepest.max(depth);
        let (block, offset) = place(depth);
        if ladder.blocks[block] == NONE {
            ladder.blocks[block] = u32::try_from(self.heads.len()).expect("more than 2^32 rungs");
            self.heads.resize(self.heads.len() + BLOCK as usize, NONE);
            self.occupied.resize(self.heads.len() / 64, 0);
        }
        let rung = ladder.blocks[block] + offset;
        let head = std::mem::replace(&mut self.heads[rung as usize], node as u32);
        self.nodes[node] = Node { previous: NONE, next: head, rung };
        if head == NONE {
            self.occupied[rung as usize / 64] |= 1 << (rung % 64);
        } else {
            self.nodes[head as usize].previous = node as u32;
        }
    }

    /// Whether it was waiting or not.
    pub fn stop_waiting(&mut self, node: usize) {
        let Node { previous, next, rung } = self.nodes[node];
        if rung == NONE {
            return;
        }
        self.nodes[node].rung = NONE;
        if next != NONE {
            self.nodes[next as usize].previous = previous;
        }
        if previous != NONE {
            self.nodes[previous as usize].next = next;
        } else {
            self.heads[rung as usize] = next;
            if next == NONE {
                self.occupied[rung as usize / 64] &= !(1 << (rung % 64));
            }
        }
    }

    /// Takes the lists that a price of `mark` makes due off the ladders of an instrument.
    pub fn take_due(&mut self, instrument: usize, mark: Price) {
        for way in [Way::Down, Way::Up] {
            let ladder = &mut self.ladders[2 * instrument + way as usize];
            let (shallowest, deepest) = (depth(way, mark), ladder.deepest);
            if deepest < shallowest {
                continue;
            }
            ladder.deepest = shallowest - 1;
            let blocks = ladder.blocks;
            let ((first, from), (last, to)) = (place(shallowest), place(deepest));
            for (block, &start) in blocks.iter().enumerate().take(last + 1).skip(first) {
                if start != NONE {
                    let from = if block == first { from } else { 0 };
                    let to = if block == last { to } else { BLOCK as u32 - 1 };
                    self.take_rungs(start + from, start + to);
                }
            }
        }
    }

    /// From rung to rung, both included, in one block.
    fn take_rungs(&mut self, from: u32, to: u32) {
        for word in from / 64..=to / 64 {
            let mut mask = u64::MAX;
            if word == from / 64 {
                mask &= u64::MAX << (from % 64);
            }
            if word == to / 64 {
                mask &= u64::MAX >> (63 - to % 64);
            }
            let mut bits = self.occupied[word as usize] & mask;
            self.occupied[word as usize] &= !mask;
            while bits != 0 {
                let rung = word * 64 + bits.trailing_zeros();
                bits &= bits - 1;
                self.front.push(std::mem::replace(&mut self.heads[rung as usize], NONE));
            }
        }
    }

    /// Hands out the nodes on the lists that were taken; they wait no more. All lists advance side by side, so
    /// that a node far off in memory is not waited for before the next is asked for.
    pub fn hand_out(&mut self, mut due: impl FnMut(usize)) {
        while !self.front.is_empty() {
            self.front.retain_mut(|node| {
                let waiting = &mut self.nodes[*node as usize];
                waiting.rung = NONE;
                due(*node as usize);
                *node = waiting.next;
                *node != NONE
            });
        }
    }
}

/// Deeper on a ladder is sooner due: on the way down the higher price, on the way up the lower.
fn depth(way: Way, price: Price) -> i32 {
    match way {
        Way::Down => scale(price),
        Way::Up => -scale(price),
    }
}

/// The rung of a price: rising with it, every step its own up to 2^15, then 2^14 rungs for each doubling.
fn scale(price: Price) -> i32 {
    debug_assert!(price.is_in_range());
    let size = price.steps().unsigned_abs();
    let doublings = (size >> BLOCK_BITS).checked_ilog2().unwrap_or(0);
    let rung = (doublings << BLOCK_BITS) as i32 + (size >> doublings) as i32;
    if price.steps() < 0 { -rung } else { rung }
}

/// The block of a depth and the place inside it.
fn place(depth: i32) -> (usize, u32) {
    let shifted = depth + (BLOCKS as i32 / 2) * BLOCK;
    ((shifted >> BLOCK_BITS) as usize, (shifted & (BLOCK - 1)) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn due(ladders: &mut Ladders, mark: i64) -> Vec<usize> {
        let mut nodes = Vec::new();
        ladders.take_due(0, Price::new(mark));
        ladders.hand_out(|node| nodes.push(node));
        nodes.sort_unstable();
        nodes
    }

    #[test]
    fn rungs_rise_with_the_price_and_are_never_wider_than_a_basis_point() {
        let furthest = Price::FURTHEST.steps();
        assert!(place(scale(Price::new(furthest))).0 < BLOCKS && place(scale(Price::new(-furthest))).0 > 0);
        let mut price = 1;
        let mut rung = 0;
        while price < furthest {
            let next = scale(Price::new(price));
            assert!(next > rung);
            assert_eq!(scale(Price::new(-price)), -next);
            if price < 1 << 15 {
                assert_eq!(i64::from(next), price);
            } else {
                assert!(scale(Price::new(price - price / 10_000)) < next);
            }
            rung = next;
            price += 1 + price / 10_000;
        }
    }

    #[test]
    fn a_node_waits_until_the_price_has_come_to_its_trigger() {
        let mut ladders = Ladders::new(1, 6);
        ladders.wait(0, 0, Way::Down, Price::new(9_900));
        ladders.wait(1, 0, Way::Down, Price::new(9_900));
        ladders.wait(2, 0, Way::Down, Price::new(-40));
        ladders.wait(3, 0, Way::Up, Price::new(10_050));
        ladders.wait(4, 0, Way::Up, Price::new(5_000_000_000));
        ladders.wait(5, 0, Way::Down, Price::new(9_899));
        ladders.stop_waiting(1);
        assert!(due(&mut ladders, 9_901).is_empty());
        assert!(due(&mut ladders, 10_049).is_empty());
        assert_eq!(due(&mut ladders, 10_050), [3]);
        assert_eq!(due(&mut ladders, 9_900), [0]);
        ladders.wait(0, 0, Way::Down, Price::new(9_800));
        assert_eq!(due(&mut ladders, -39), [0, 5]);
        assert_eq!(due(&mut ladders, -40), [2]);
        assert_eq!(due(&mut ladders, 1 << 39), [4]);
        assert!(due(&mut ladders, -(1 << 39)).is_empty());
    }
}
