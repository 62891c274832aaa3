//! Columns of very many numbers of which most are small, or what goes without saying.

use std::collections::BTreeMap;

/// Stands in the column for a number that does not fit there.
const ELSEWHERE: i64 = i64::MIN;

/// Whole numbers of 128 bits that nearly always fit into 64: eight bytes each, and a place of its own for each that does not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wide {
    small: Vec<i64>,
    large: BTreeMap<usize, i128>,
}

impl Wide {
    /// None yet, with room for so many.
    pub fn with_room(count: usize) -> Self {
        Self { small: Vec::with_capacity(count), large: BTreeMap::new() }
    }

    /// So many zeros.
    pub fn zeros(count: usize) -> Self {
        Self { small: vec![0; count], large: BTreeMap::new() }
    }

    pub fn len(&self) -> usize {
        self.small.len()
    }

    pub fn is_empty(&self) -> bool {
        self.small.is_empty()
    }

    pub fn push(&mut self, number: i128) {
        self.small.push(0);
        self.set(self.small.len() - 1, number);
    }

    pub fn pop(&mut self) -> Option<i128> {
        let last = self.small.len().checked_sub(1)?;
        let number = self.get(last);
        self.large.remove(&last);
        self.small.pop();
        Some(number)
    }

    #[inline]
    pub fn get(&self, index: usize) -> i128 {
        match self.small[index] {
            ELSEWHERE => self.large[&index],
            small => i128::from(small),
        }
    }

    #[inline]
    pub fn set(&mut self, index: usize, number: i128) {
        let before = &mut self.small[index];
        match i64::try_from(number) {
            Ok(small) if small != ELSEWHERE && *before != ELSEWHERE => *before = small,
            _ => self.set_large(index, number),
        }
    }

    /// Gives back what was there.
    pub fn replace(&mut self, index: usize, number: i128) -> i128 {
        let before = self.get(index);
        self.set(index, number);
        before
    }

    /// Room for so many more, and not for more than that.
    pub fn reserve_exact(&mut self, more: usize) {
        self.small.reserve_exact(more);
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = i128> {
        (0..self.len()).map(|index| self.get(index))
    }

    /// A large number comes, or one leaves.
    #[cold]
    fn set_large(&mut self, index: usize, number: i128) {
        match i64::try_from(number) {
            Ok(small) if small != ELSEWHERE => {
                self.large.remove(&index);
                self.small[index] = small;
            }
            _ => {
                self.large.insert(index, number);
                self.small[index] = ELSEWHERE;
            }
        }
    }
}

impl FromIterator<i128> for Wide {
    fn from_iter<I: IntoIterator<Item = i128>>(numbers: I) -> Self {
        let numbers = numbers.into_iter();
        let mut column = Self::with_room(numbers.size_hint().0);
        numbers.for_each(|number| column.push(number));
        column
    }
}

/// A column of which the first so many are at hand, and of the rest only those that are not as most are. Who is among the
/// first is whoever it is often asked of; for the others it takes no room until there is something to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tailed<T> {
    ordinary: T,
    near: Vec<T>,
    far: BTreeMap<usize, T>,
}

impl<T: Copy + PartialEq> Tailed<T> {
    /// All of them ordinary, so many of them at hand.
    pub fn new(ordinary: T, near: usize) -> Self {
        Self { ordinary, near: vec![ordinary; near], far: BTreeMap::new() }
    }

    /// So many are at hand; no less than were before.
    pub fn keep_at_hand(&mut self, near: usize) {
        debug_assert!(self.far.is_empty(), "the first come first");
        self.near.resize(self.near.len().max(near), self.ordinary);
    }

    /// How many are.
    pub fn at_hand(&self) -> usize {
        self.near.len()
    }

    #[inline]
    pub fn get(&self, index: usize) -> T {
        match self.near.get(index) {
            Some(own) => *own,
            None => self.far.get(&index).copied().unwrap_or(self.ordinary),
        }
    }

    #[inline]
    pub fn set(&mut self, index: usize, own: T) {
        match self.near.get_mut(index) {
            Some(near) => *near = own,
            None if own == self.ordinary => {
                self.far.remove(&index);
            }
            None => {
                self.far.insert(index, own);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_comes_back_as_it_was_put_in_whatever_its_size() {
        let ends = [0, -1, i128::from(i64::MAX), i128::from(i64::MIN), i128::from(i64::MIN) - 1, i128::MAX, i128::MIN];
        let mut column: Wide = ends.into_iter().collect();
        assert!(column.iter().eq(ends));
        // Each over each: from small to large and back.
        for number in ends {
            for index in 0..ends.len() {
                let before = column.get(index);
                assert_eq!(column.replace(index, number), before);
                assert_eq!(column.get(index), number);
            }
        }
        assert!(column.iter().all(|number| number == i128::MIN));
        (0..ends.len()).for_each(|index| column.set(index, 7));
        assert_eq!(column, ends.iter().map(|_| 7).collect(), "nothing of the large ones is left");
        assert_eq!((column.pop(), column.len()), (Some(7), 6));
    }

    #[test]
    fn a_large_number_that_is_taken_off_leaves_nothing_behind() {
        let mut column: Wide = [1, i128::MAX].into_iter().collect();
        assert_eq!(column.pop(), Some(i128::MAX));
        column.push(3);
        assert_eq!(column, [1, 3].into_iter().collect());
    }

    #[test]
    fn of_the_rest_only_what_is_not_ordinary_is_kept() {
        let mut column = Tailed::new(0, 2);
        column.set(1, 5);
        column.set(1_000_000, 6);
        assert_eq!([0, 1, 2, 1_000_000].map(|index| column.get(index)), [0, 5, 0, 6]);
        assert_eq!((column.near.len(), column.far.len()), (2, 1));
        column.set(1_000_000, 0);
        column.set(1, 0);
        assert_eq!((column.get(1), column.get(1_000_000), column.far.len()), (0, 0, 0));
        column.keep_at_hand(4);
        column.set(3, 9);
        assert_eq!((column.near.len(), column.get(3), column.far.len()), (4, 9, 0));
    }
}
