//! How much of the most it recently held a fund has lost: what switches auto-deleveraging on and off.

use ground::units::{Cash, Rate, Span, Time};
use std::collections::VecDeque;

/// The balances that can still be the highest of the window, oldest first and falling, and whether the alarm is on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drawdown {
    highs: VecDeque<(Time, Cash)>,
    pub on: bool,
}

impl Drawdown {
    /// Takes in the balance of now, and says whether the alarm is on: from when the balance stands this share under the
    /// highest within `window` by the clock, or is gone, until it stands no more than `until` under it.
    pub fn note(&mut self, now: Time, balance: Cash, window: Span, from: Rate, until: Rate) -> bool {
        while self.highs.back().is_some_and(|&(_, high)| high <= balance) {
            self.highs.pop_back();
        }
        self.highs.push_back((now, balance));
        while self.highs.front().is_some_and(|&(then, _)| then + window <= now) {
            self.highs.pop_front();
        }
        let highest = self.highs.front().map_or(balance, |&(_, high)| high).at_least_zero();
        let lost = highest - balance;
        let threshold = if self.on { until } else { from };
        let deep = lost.is_positive() && lost >= threshold.of_rounded_up(highest);
        self.on = deep || !balance.is_positive();
        self.on
    }

    /// What the fund may pay from this balance, as noted last, until the alarm goes on; nothing once it is. A loss that is
    /// larger is the fund's down to that, and beyond it the winners'.
    pub fn room(&self, balance: Cash, from: Rate) -> Cash {
        if self.on {
            return Cash::ZERO;
        }
        let highest = self.highs.front().map_or(balance, |&(_, high)| high).at_least_zero();
        (from.of_rounded_down(highest) - (highest - balance)).at_least_zero()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_goes_on_at_thirty_per_cent_and_off_at_less_than_twenty_five() {
        let mut fund = Drawdown::default();
        let (from, until) = (Rate::from_billionths(300_000_000), Rate::from_billionths(250_000_000));
        let mut note =
            |tick, balance| fund.note(Time::from_seconds(tick), Cash::minor(balance), Span::seconds(100), from, until);
        assert!(!note(0, 10_000));
        assert!(!note(1, 7_001));
        assert!(note(2, 7_000));
        assert!(note(3, 7_500), "25 % is not yet above it");
        assert!(!note(4, 7_501));
    }

    #[test]
    fn a_fund_pays_down_to_where_the_alarm_goes_on_and_nothing_from_there() {
        let mut fund = Drawdown::default();
        let (from, until) = (Rate::from_billionths(300_000_000), Rate::from_billionths(250_000_000));
        let mut room = |tick, balance| {
            fund.note(Time::from_seconds(tick), Cash::minor(balance), Span::seconds(100), from, until);
            fund.room(Cash::minor(balance), from).to_minor()
        };
        assert_eq!(room(0, 10_000), 3_000);
        assert_eq!(room(1, 8_000), 1_000);
        assert_eq!(room(2, 7_000), 0);
        assert_eq!(room(3, 7_600), 600);
    }

    #[test]
    fn what_was_held_before_the_window_is_forgotten_and_an_empty_fund_never_rests() {
        let mut fund = Drawdown::default();
        let (from, until) = (Rate::from_billionths(300_000_000), Rate::from_billionths(250_000_000));
        let mut note =
            |tick, balance| fund.note(Time::from_seconds(tick), Cash::minor(balance), Span::seconds(10), from, until);
        assert!(!note(0, 10_000));
        assert!(note(9, 5_000));
        assert!(!note(10, 5_000), "the 10 000 of ten seconds ago are out of the window");
        assert!(note(11, 0));
        assert!(note(500, 0));
    }
}
