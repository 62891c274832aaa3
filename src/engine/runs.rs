//! Lists of accounts in which most follow one another.

use ground::units::AccountId;
use std::iter::FlatMap;
use std::ops::Range;
use std::slice::Iter;

/// Accounts in the order in which they were added, as runs of numbers: a million clients of one lender are one run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountRuns {
    runs: Vec<Range<u32>>,
}

type Each<'a> = FlatMap<Iter<'a, Range<u32>>, std::iter::Map<Range<u32>, fn(u32) -> AccountId>, OfRun>;
type OfRun = fn(&Range<u32>) -> std::iter::Map<Range<u32>, fn(u32) -> AccountId>;

impl AccountRuns {
    pub fn push(&mut self, account: AccountId) {
        let number = account.get();
        match self.runs.last_mut().filter(|run| run.end == number) {
            Some(run) => run.end += 1,
            None => self.runs.push(number..number + 1),
        }
    }

    pub fn len(&self) -> usize {
        self.runs.iter().map(ExactSizeIterator::len).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    pub fn iter(&self) -> Each<'_> {
        let of_run: OfRun = |run| run.clone().map(AccountId::new as fn(u32) -> AccountId);
        self.runs.iter().flat_map(of_run)
    }
}

impl Extend<AccountId> for AccountRuns {
    fn extend<T: IntoIterator<Item = AccountId>>(&mut self, accounts: T) {
        accounts.into_iter().for_each(|account| self.push(account));
    }
}

impl FromIterator<AccountId> for AccountRuns {
    fn from_iter<T: IntoIterator<Item = AccountId>>(accounts: T) -> Self {
        let mut runs = Self::default();
        runs.extend(accounts);
        runs
    }
}

impl<'a> IntoIterator for &'a AccountRuns {
    type Item = AccountId;
    type IntoIter = Each<'a>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_come_back_as_they_were_added_and_those_that_follow_one_another_are_one_run() {
        let numbers = [3, 4, 5, 9, 7, 8, 2];
        let runs: AccountRuns = numbers.into_iter().map(AccountId::new).collect();
        assert!(runs.iter().map(AccountId::get).eq(numbers));
        assert_eq!((runs.len(), runs.runs.len()), (7, 4));
        assert!(AccountRuns::default().is_empty() && AccountRuns::default().iter().next().is_none());
    }
}
