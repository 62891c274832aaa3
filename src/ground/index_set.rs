//! A set of small numbers that gives its members back in order.

const WORD: usize = 64;

/// One bit a number, and above that one bit for every word of bits that is not empty, and so on up to a single word: adding is
/// idempotent and constant, and going through the members costs what they cost, however many others there could be.
#[derive(Clone, Debug, Default)]
pub struct IndexSet {
    /// The members, then which words below are not empty; one word in the last. None for no numbers at all.
    levels: Vec<Vec<u64>>,
}

impl IndexSet {
    /// For numbers below `size`.
    pub fn new(size: usize) -> Self {
        let mut levels = Vec::new();
        let mut words = size.div_ceil(WORD);
        while words > 0 {
            levels.push(vec![0; words]);
            words = if words == 1 { 0 } else { words.div_ceil(WORD) };
        }
        Self { levels }
    }

    pub fn add(&mut self, index: usize) {
        let mut at = index;
        for level in &mut self.levels {
            let word = &mut level[at / WORD];
            let is_told_above = *word != 0;
            *word |= 1 << (at % WORD);
            if is_told_above {
                return;
            }
            at /= WORD;
        }
    }

    pub fn contains(&self, index: usize) -> bool {
        self.levels[0][index / WORD] & 1 << (index % WORD) != 0
    }

    /// Whether it was not there before.
    pub fn insert(&mut self, index: usize) -> bool {
        let is_new = !self.contains(index);
        self.add(index);
        is_new
    }

    pub fn remove(&mut self, index: usize) {
        let mut at = index;
        for level in &mut self.levels {
            let word = &mut level[at / WORD];
            *word &= !(1 << (at % WORD));
            if *word != 0 {
                return;
            }
            at /= WORD;
        }
    }

    /// All of another for as many numbers.
    pub fn add_all(&mut self, other: &Self) {
        if !self.levels.is_empty() {
            join(&mut self.levels, &other.levels, 0);
        }
    }

    pub fn is_empty(&self) -> bool {
        self.levels.last().is_none_or(|top| top[0] == 0)
    }

    /// The members, the smallest first.
    pub fn iter(&self) -> impl Iterator<Item = usize> {
        std::iter::successors(self.from(0), |last| self.from(last + 1))
    }

    /// The smallest member that is not below this number.
    fn from(&self, index: usize) -> Option<usize> {
        let mut at = index;
        for (height, level) in self.levels.iter().enumerate() {
            let word = level.get(at / WORD)?;
            let bits = word & (u64::MAX << (at % WORD));
            if bits != 0 {
                let found = at / WORD * WORD + bits.trailing_zeros() as usize;
                let down = self.levels[..height].iter().rev();
                return Some(down.fold(found, |word, level| word * WORD + level[word].trailing_zeros() as usize));
            }
            at = at / WORD + 1;
        }
        None
    }

    /// Hands out the members, the smallest first, and empties the set.
    pub fn drain(&mut self, mut hand_out: impl FnMut(usize)) {
        if !self.levels.is_empty() {
            take(&mut self.levels, 0, &mut hand_out);
        }
    }
}

/// Hands out what is below a word of the highest level.
fn take<F: FnMut(usize)>(levels: &mut [Vec<u64>], word: usize, hand_out: &mut F) {
    let (top, below) = levels.split_last_mut().expect("there is a level");
    for low in ones(std::mem::take(&mut top[word])) {
        let found = word * WORD + low;
        if below.is_empty() { hand_out(found) } else { take(below, found, hand_out) }
    }
}

/// Adds what is below a word of the highest level.
fn join(levels: &mut [Vec<u64>], others: &[Vec<u64>], word: usize) {
    let ((top, below), (other, others)) =
        (levels.split_last_mut().expect("there is a level"), others.split_last().expect("there is a level"));
    top[word] |= other[word];
    if !below.is_empty() {
        ones(other[word]).for_each(|low| join(below, others, word * WORD + low));
    }
}

/// The places of the bits that are set, from the lowest.
fn ones(mut bits: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = bits.trailing_zeros() as usize;
        bits &= bits.wrapping_sub(1);
        (place < WORD).then_some(place)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drained(set: &mut IndexSet) -> Vec<usize> {
        let mut out = Vec::new();
        set.drain(|index| out.push(index));
        out
    }

    /// Up to three levels and none, with numbers at the ends of words and at random; against a list.
    #[test]
    fn whatever_comes_and_goes_the_set_is_what_a_list_is() {
        let mut state = 7_u64;
        let mut next = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % below
        };
        for size in [1, 63, 64, 65, 4_096, 4_097, 262_144, 300_000] {
            let (mut set, mut list) = (IndexSet::new(size), std::collections::BTreeSet::new());
            for _ in 0..300 {
                let index = [next(size), size - 1, next(size) / 64 * 64][next(3)];
                if next(3) > 0 {
                    assert_eq!(set.insert(index), list.insert(index));
                } else {
                    set.remove(index);
                    list.remove(&index);
                }
                assert_eq!((set.is_empty(), set.contains(index)), (list.is_empty(), list.contains(&index)));
            }
            assert!(set.iter().eq(list.iter().copied()), "{size}");
            let mut other = IndexSet::new(size);
            other.add(size / 2);
            other.add_all(&set);
            list.insert(size / 2);
            assert!(drained(&mut other).into_iter().eq(list) && other.is_empty() && other.iter().next().is_none());
        }
        let mut none = IndexSet::new(0);
        none.add_all(&IndexSet::new(0));
        assert!(none.is_empty() && none.iter().next().is_none() && drained(&mut none).is_empty());
    }

    #[test]
    fn a_member_is_new_once() {
        let mut set = IndexSet::new(100);
        assert_eq!([70, 71, 70].map(|index| set.insert(index)), [true, true, false]);
        set.remove(70);
        assert_eq!([71, 70].map(|index| set.insert(index)), [false, true]);
    }

    #[test]
    fn members_come_out_once_and_in_order() {
        let mut due = IndexSet::new(10_000);
        let mut always = IndexSet::new(10_000);
        for index in [9_999, 64, 63, 0, 4_096, 63, 700] {
            due.add(index);
        }
        due.remove(700);
        always.add(5_000);
        due.add_all(&always);
        assert_eq!(due.iter().collect::<Vec<_>>(), [0, 63, 64, 4_096, 5_000, 9_999]);
        assert!(!due.is_empty());
        assert_eq!(drained(&mut due), [0, 63, 64, 4_096, 5_000, 9_999]);
        assert!(due.is_empty() && drained(&mut due).is_empty());
        due.add_all(&always);
        assert_eq!(drained(&mut due), [5_000]);
    }
}
