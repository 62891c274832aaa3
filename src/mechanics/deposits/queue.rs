//! Who has asked for a deposit, in turn, and what has been paid out.

use ground::units::{AccountId, Lots, Span};
use std::collections::{BTreeMap, VecDeque};

const SECONDS_A_DAY: i128 = 86_400;

#[derive(Clone, Debug, Default)]
pub struct Queue {
    waiting: VecDeque<(AccountId, Lots)>,
    /// All that waits.
    queued: Lots,
    /// By account, all that was paid out so far.
    pub paid_out: BTreeMap<AccountId, Lots>,
}

impl Queue {
    /// All that waits.
    #[must_use]
    pub fn queued(&self) -> Lots {
        self.queued
    }

    /// Somebody asks for so much, behind all others.
    pub fn ask(&mut self, account: AccountId, lots: Lots) {
        if lots.is_positive() {
            self.waiting.push_back((account, lots));
            self.queued += lots;
        }
    }

    /// A tick from `from` to `until`, in seconds after the start, of a lender that pays out so much in a day. A day is shared
    /// out over its seconds so that no lot is lost to rounding.
    pub fn pay_out(&mut self, a_day: Option<Lots>, (from, until): (i64, i64)) {
        let by = |seconds: i64, a_day: Lots| (i128::from(a_day.get()) * i128::from(seconds)).div_euclid(SECONDS_A_DAY);
        let most = |a_day: Lots| i64::try_from(by(until, a_day) - by(from, a_day)).map_or(Lots::LARGEST, Lots::new);
        let mut left = a_day.map_or(self.queued, most);
        while left.is_positive() {
            let Some((account, lots)) = self.waiting.front_mut() else { break };
            let paid = left.min(*lots);
            *self.paid_out.entry(*account).or_default() += paid;
            *lots -= paid;
            left -= paid;
            self.queued -= paid;
            if lots.is_zero() {
                self.waiting.pop_front();
            }
        }
    }

    /// How long who asks now would wait for the first unit.
    #[must_use]
    pub fn wait(&self, a_day: Option<Lots>) -> Span {
        let seconds = |a_day: Lots| i128::from(self.queued.get()) * SECONDS_A_DAY / i128::from(a_day.get().max(1));
        Span::seconds(a_day.map_or(0, |a_day| i64::try_from(seconds(a_day)).unwrap_or(i64::MAX / 4)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paid(queue: &Queue) -> Vec<(u32, i64)> {
        queue.paid_out.iter().map(|(account, lots)| (account.get(), lots.get())).collect()
    }

    #[test]
    fn who_asks_first_is_paid_first_and_no_lot_is_lost_to_rounding() {
        let mut queue = Queue::default();
        queue.ask(AccountId::new(7), Lots::new(100));
        queue.ask(AccountId::new(3), Lots::new(60));
        queue.ask(AccountId::new(3), Lots::ZERO);
        // 1,000 a day are 0.69 a minute: 41 in an hour, and 83 in two.
        for minute in 0..120 {
            queue.pay_out(Some(Lots::new(1_000)), (60 * minute, 60 * minute + 60));
        }
        assert_eq!(paid(&queue), [(7, 83)]);
        assert_eq!((queue.queued(), queue.wait(Some(Lots::new(1_000)))), (Lots::new(77), Span::seconds(6_652)));
        queue.pay_out(Some(Lots::new(1_000)), (7_200, 10_800));
        assert_eq!(paid(&queue), [(3, 25), (7, 100)]);
        queue.pay_out(None, (0, 0));
        assert_eq!((paid(&queue), queue.wait(None)), (vec![(3, 60), (7, 100)], Span::ZERO));
    }
}
