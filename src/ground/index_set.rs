//! A set of small numbers that gives its members back in order.

const WORD: usize = 64;

/// One bit a number, and one bit above for every word that is not empty: adding is idempotent and
/// constant, draining costs a glance at a word for each 4,096 numbers plus the members themselves.
#[derive(Clone, Debug, Default)]
pub struct IndexSet {
    members: Vec<u64>,
    words: Vec<u64>,
}

impl IndexSet {
    /// For numbers below `size`.
    pub fn new(size: usize) -> Self {
        let words = size.div_ceil(WORD);
        Self { members: vec![0; words], words: vec![0; words.div_ceil(WORD)] }
    }

    pub fn add(&mut self, index: usize) {
        let word = index / WORD;
        self.members[word] |= 1 << (index % WORD);
        self.words[word / WORD] |= 1 << (word % WORD);
    }

    pub fn contains(&self, index: usize) -> bool {
        self.members[index / WORD] & 1 << (index % WORD) != 0
    }

    /// Whether it was not there before.
    pub fn insert(&mut self, index: usize) -> bool {
        let is_new = !self.contains(index);
        self.add(index);
        is_new
    }

    pub fn remove(&mut self, index: usize) {
        let word = index / WORD;
        self.members[word] &= !(1 << (index % WORD));
        if self.members[word] == 0 {
            self.words[word / WORD] &= !(1 << (word % WORD));
        }
    }

    pub fn add_all(&mut self, other: &Self) {
        for (high, &bits) in other.words.iter().enumerate() {
            self.words[high] |= bits;
            for low in ones(bits) {
                self.members[high * WORD + low] |= other.members[high * WORD + low];
            }
        }
    }

    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|bits| *bits == 0)
    }

    /// The members, the smallest first.
    pub fn iter(&self) -> impl Iterator<Item = usize> {
        let words =
            self.words.iter().enumerate().flat_map(|(high, bits)| ones(*bits).map(move |low| high * WORD + low));
        words.flat_map(|word| ones(self.members[word]).map(move |bit| word * WORD + bit))
    }

    /// Hands out the members, the smallest first, and empties the set.
    pub fn drain(&mut self, mut hand_out: impl FnMut(usize)) {
        for (high, bits) in self.words.iter_mut().enumerate() {
            for low in ones(std::mem::take(bits)) {
                let word = high * WORD + low;
                let members = std::mem::take(&mut self.members[word]);
                ones(members).for_each(|bit| hand_out(word * WORD + bit));
            }
        }
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
