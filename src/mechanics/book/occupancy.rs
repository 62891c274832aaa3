//! Which of a row of levels hold orders: one bit a level, and above it one bit a word, so that the
//! next occupied level is found in a few steps however wide the gap. Emptied sides are exactly what
//! a cascade makes.

#[derive(Clone, Debug, Default)]
pub(super) struct Occupancy {
    words: Vec<u64>,
    /// Bit `i` is set where `words[i]` is not zero.
    summary: Vec<u64>,
}

impl Occupancy {
    /// For `len` levels, none occupied.
    pub fn clear(&mut self, len: usize) {
        let words = len.div_ceil(64);
        self.words.clear();
        self.words.resize(words, 0);
        self.summary.clear();
        self.summary.resize(words.div_ceil(64), 0);
    }

    pub fn is_empty(&self) -> bool {
        self.summary.iter().all(|&word| word == 0)
    }

    pub fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    pub fn set(&mut self, index: usize) {
        self.words[index / 64] |= 1 << (index % 64);
        self.summary[index / 4096] |= 1 << (index / 64 % 64);
    }

    pub fn unset(&mut self, index: usize) {
        let word = &mut self.words[index / 64];
        *word &= !(1 << (index % 64));
        if *word == 0 {
            self.summary[index / 4096] &= !(1 << (index / 64 % 64));
        }
    }

    /// The first occupied level at or after `from`.
    pub fn next(&self, from: usize) -> Option<usize> {
        let word = from / 64;
        let rest = self.words.get(word)? & (u64::MAX << (from % 64));
        if rest != 0 {
            return Some(word * 64 + rest.trailing_zeros() as usize);
        }
        let word = self.next_word(word + 1)?;
        Some(word * 64 + self.words[word].trailing_zeros() as usize)
    }

    /// The first word at or after `from` that is not zero.
    fn next_word(&self, from: usize) -> Option<usize> {
        let first = from / 64;
        let mut rest = self.summary.get(first)? & (u64::MAX << (from % 64));
        let mut index = first;
        while rest == 0 {
            index += 1;
            rest = *self.summary.get(index)?;
        }
        Some(index * 64 + rest.trailing_zeros() as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_occupied_level_is_found_across_words_and_summaries() {
        let mut occupancy = Occupancy::default();
        occupancy.clear(16_384);
        assert!(occupancy.is_empty());
        assert_eq!(occupancy.next(0), None);
        let set = [0, 63, 64, 4_095, 4_096, 12_345, 16_383];
        for index in set {
            occupancy.set(index);
        }
        assert_eq!(occupancy.count(), set.len());
        for from in 0..16_384 {
            assert_eq!(occupancy.next(from), set.into_iter().find(|&index| index >= from), "from {from}");
        }
        assert_eq!(occupancy.next(16_384), None);
        for index in set {
            occupancy.unset(index);
        }
        assert!(occupancy.is_empty());
        assert_eq!(occupancy.next(0), None);
    }

    #[test]
    fn a_row_shorter_than_a_word_works() {
        let mut occupancy = Occupancy::default();
        occupancy.clear(10);
        occupancy.set(9);
        assert_eq!(occupancy.next(3), Some(9));
        assert_eq!(occupancy.next(10), None);
    }
}
