//! A set of accounts that gives its members back in order.

use crate::units::AccountId;

const WORD: usize = 64;

/// One bit an account, and one bit above for every word that is not empty: adding is idempotent and
/// constant, draining costs a glance at a word for each 4,096 accounts plus the members themselves.
#[derive(Clone, Debug)]
pub struct DueSet {
    members: Vec<u64>,
    words: Vec<u64>,
}

impl DueSet {
    pub fn new(accounts: usize) -> Self {
        let words = accounts.div_ceil(WORD);
        Self { members: vec![0; words], words: vec![0; words.div_ceil(WORD)] }
    }

    pub fn add(&mut self, account: AccountId) {
        let word = account.index() / WORD;
        self.members[word] |= 1 << (account.index() % WORD);
        self.words[word / WORD] |= 1 << (word % WORD);
    }

    pub fn remove(&mut self, account: AccountId) {
        let word = account.index() / WORD;
        self.members[word] &= !(1 << (account.index() % WORD));
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

    /// Appends the members by id and empties the set.
    pub fn drain_into(&mut self, accounts: &mut Vec<AccountId>) {
        for (high, bits) in self.words.iter_mut().enumerate() {
            for low in ones(std::mem::take(bits)) {
                let word = high * WORD + low;
                let members = std::mem::take(&mut self.members[word]);
                accounts.extend(ones(members).map(|bit| AccountId::from_index(word * WORD + bit)));
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

    #[test]
    fn members_come_out_once_and_by_id() {
        let mut due = DueSet::new(10_000);
        let mut always = DueSet::new(10_000);
        for id in [9_999, 64, 63, 0, 4_096, 63, 700] {
            due.add(AccountId::new(id));
        }
        due.remove(AccountId::new(700));
        always.add(AccountId::new(5_000));
        due.add_all(&always);
        let mut out = Vec::new();
        due.drain_into(&mut out);
        assert_eq!(out, [0, 63, 64, 4_096, 5_000, 9_999].map(AccountId::new));
        out.clear();
        due.drain_into(&mut out);
        assert!(out.is_empty());
        due.add_all(&always);
        due.drain_into(&mut out);
        assert_eq!(out, [AccountId::new(5_000)]);
    }
}
