//! Who covers whom, as is best for the holder: pairs of greatest gain between two sides.
//!
//! One side is what covers a short call (stock, long calls, and short puts, which make a straddle of it), the other what is
//! covered by it or covers a short put (short calls, long puts, short stock). Each pair of one from each side gains so much a
//! unit, and no unit is used twice: a transportation problem. It is solved by the textbook's way, successive best augmenting
//! paths (Ahuja, Magnanti and Orlin, *Network Flows*, 9.7), which is exact. Who holds a great many series on one thing has them
//! paired best first instead, which asks no less: time is bounded whatever a world states.
//!
//! A contract is covered whole or not at all. So pairs are made in quanta of the largest contract, and what is left over in
//! those of the next; among contracts of one size that is exact.

use std::cmp::Reverse;

/// How many on both sides together are paired exactly.
const FEW: usize = 24;

/// So many units, of which only multiples of a quantum can be used.
#[derive(Clone, Copy, Debug)]
pub struct Side {
    pub units: i128,
    pub quantum: i128,
}

/// One of the left, one of the right, and how many units of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    pub left: usize,
    pub right: usize,
    pub units: i128,
}

/// The pairs of greatest gain in all; what gains nothing is not paired. What is returned depends on the order of the sides only
/// where that changes no gain.
pub fn best_pairs(left: &[Side], right: &[Side], gain: impl Fn(usize, usize) -> i128) -> Vec<Pair> {
    let gains: Vec<i128> = (0..left.len() * right.len()).map(|at| gain(at / right.len(), at % right.len())).collect();
    let mut pairs = vec![];
    if gains.iter().all(|gain| *gain <= 0) {
        return pairs;
    }
    let mut open = Open { left: units(left), right: units(right), gains };
    let mut quanta: Vec<i128> = left.iter().chain(right).map(|side| side.quantum.max(1)).collect();
    quanta.sort_unstable_by_key(|quantum| Reverse(*quantum));
    quanta.dedup();
    for quantum in quanta {
        let whole = |sides: &[Side], units: &[i128]| -> Vec<i128> {
            let fits = |side: &Side| quantum % side.quantum.max(1) == 0;
            sides.iter().zip(units).map(|(side, units)| if fits(side) { units / quantum } else { 0 }).collect()
        };
        let flow = open.flow(whole(left, &open.left), whole(right, &open.right));
        for (at, count) in flow.into_iter().enumerate().filter(|(_, count)| *count > 0) {
            let pair = Pair { left: at / right.len(), right: at % right.len(), units: count * quantum };
            open.left[pair.left] -= pair.units;
            open.right[pair.right] -= pair.units;
            pairs.push(pair);
        }
    }
    pairs
}

fn units(sides: &[Side]) -> Vec<i128> {
    sides.iter().map(|side| side.units).collect()
}

/// What is not paired yet, and what each pair would gain, row by row.
struct Open {
    left: Vec<i128>,
    right: Vec<i128>,
    gains: Vec<i128>,
}

impl Open {
    /// How much flows between each two, given what each side has.
    fn flow(&self, left: Vec<i128>, right: Vec<i128>) -> Vec<i128> {
        if left.len() + right.len() > FEW { self.best_first(left, right) } else { self.best_of_all(left, right) }
    }

    fn best_first(&self, mut left: Vec<i128>, mut right: Vec<i128>) -> Vec<i128> {
        let mut flow = vec![0; self.gains.len()];
        let mut order: Vec<usize> = (0..flow.len()).filter(|&at| self.gains[at] > 0).collect();
        order.sort_by_key(|&at| Reverse(self.gains[at]));
        for at in order {
            let (from, to) = (at / right.len(), at % right.len());
            let units = left[from].min(right[to]);
            (flow[at], left[from], right[to]) = (units, left[from] - units, right[to] - units);
        }
        flow
    }

    fn best_of_all(&self, mut left: Vec<i128>, mut right: Vec<i128>) -> Vec<i128> {
        let mut flow = vec![0; self.gains.len()];
        while let Some(path) = self.best_path(&left, &right, &flow) {
            let (first, last) = (path[0], path[path.len() - 1]);
            let taken_back = path.chunks(2).skip(1).zip(path.chunks(2)).map(|(next, before)| (next[0], before[1]));
            let back: Vec<usize> = taken_back.map(|(from, to)| from * right.len() + to).collect();
            let most = back.iter().map(|&at| flow[at]).fold(left[first].min(right[last]), i128::min);
            path.chunks(2).for_each(|pair| flow[pair[0] * right.len() + pair[1]] += most);
            back.into_iter().for_each(|at| flow[at] -= most);
            left[first] -= most;
            right[last] -= most;
        }
        flow
    }

    /// Left, right, left, right: each left and the right after it are paired, each right and the left after it unpaired.
    fn best_path(&self, left: &[i128], right: &[i128], flow: &[i128]) -> Option<Vec<usize>> {
        let columns = right.len();
        // The best gain of a path to each, and who stands before it there.
        let mut to_left: Vec<Option<(i128, Option<usize>)>> =
            left.iter().map(|units| (*units > 0).then_some((0, None))).collect();
        let mut to_right: Vec<Option<(i128, usize)>> = vec![None; columns];
        for _ in 0..left.len() + columns {
            let mut better = false;
            for (at, gain) in self.gains.iter().enumerate() {
                let (from, to) = (at / columns, at % columns);
                if let Some((so_far, _)) = to_left[from]
                    && *gain > 0
                    && to_right[to].is_none_or(|(best, _)| so_far + gain > best)
                {
                    (to_right[to], better) = (Some((so_far + gain, from)), true);
                }
                if let Some((so_far, _)) = to_right[to]
                    && flow[at] > 0
                    && to_left[from].is_none_or(|(best, _)| so_far - gain > best)
                {
                    (to_left[from], better) = (Some((so_far - gain, Some(to))), true);
                }
            }
            if !better {
                break;
            }
        }
        let ends = (0..columns).filter(|&to| right[to] > 0);
        let best = ends.filter_map(|to| to_right[to].map(|(gain, _)| (gain, Reverse(to)))).max()?;
        let (gain, Reverse(mut to)) = best;
        if gain <= 0 {
            return None;
        }
        let mut path = vec![];
        loop {
            let (_, from) = to_right[to].expect("a path leads to it");
            path.extend([to, from]);
            match to_left[from].expect("a path leads to it").1 {
                Some(before) => to = before,
                None => break,
            }
        }
        path.reverse();
        Some(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sides(units: &[i128]) -> Vec<Side> {
        units.iter().map(|&units| Side { units, quantum: 1 }).collect()
    }

    fn gained(pairs: &[Pair], gain: impl Fn(usize, usize) -> i128) -> i128 {
        pairs.iter().map(|pair| pair.units * gain(pair.left, pair.right)).sum()
    }

    /// Every way there is.
    fn by_trial(left: &mut [i128], right: &mut [i128], gain: &dyn Fn(usize, usize) -> i128) -> i128 {
        let Some(from) = left.iter().position(|units| *units > 0) else { return 0 };
        left[from] -= 1;
        let mut best = by_trial(left, right, gain);
        for to in 0..right.len() {
            if right[to] > 0 {
                right[to] -= 1;
                best = best.max(gain(from, to) + by_trial(left, right, gain));
                right[to] += 1;
            }
        }
        left[from] += 1;
        best
    }

    #[test]
    fn the_best_of_all_is_not_the_best_first() {
        // The first and the first gain 5, but then the others gain nothing: 4 and 4 are more.
        let gain = |left: usize, right: usize| [[5, 4], [4, 0]][left][right];
        assert_eq!(gained(&best_pairs(&sides(&[1, 1]), &sides(&[1, 1]), gain), gain), 8);
    }

    proptest! {
        #[test]
        fn pairs_gain_what_the_best_of_all_trials_gains(
            mut left in prop::collection::vec(0..=2_i128, 1..=3),
            mut right in prop::collection::vec(0..=2_i128, 1..=3),
            gains in prop::collection::vec(-3..=9_i128, 9),
        ) {
            let gain = |left: usize, right: usize| gains[left * 3 + right];
            let pairs = best_pairs(&sides(&left), &sides(&right), gain);
            prop_assert_eq!(gained(&pairs, gain), by_trial(&mut left, &mut right, &gain));
        }
    }

    #[test]
    fn a_contract_is_covered_whole_or_not_at_all() {
        // 150 shares cover one call of a hundred, and then five of ten.
        let (stock, calls) = ([Side { units: 150, quantum: 1 }], [(200, 100), (70, 10)]);
        let calls = calls.map(|(units, quantum)| Side { units, quantum });
        let pairs = best_pairs(&stock, &calls, |_, call| [2, 1][call]);
        let pair = |right, units| Pair { left: 0, right, units };
        assert_eq!(pairs, [pair(0, 100), pair(1, 50)]);
    }

    #[test]
    fn a_great_many_are_paired_in_no_time_and_use_nothing_twice() {
        let many = sides(&[3; 400]);
        let pairs = best_pairs(&many, &many, |left, right| ((left * 7 + right * 13) % 31) as i128);
        let of = |at: usize| pairs.iter().filter(|pair| pair.left == at).map(|pair| pair.units).sum::<i128>();
        assert!((0..400).all(|at| of(at) <= 3));
        // All but those that would gain nothing.
        assert!(pairs.iter().map(|pair| pair.units).sum::<i128>() > 1_100);
    }
}
