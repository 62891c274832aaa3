//! What a firm owes outside its accounts, with simple interest to the second.

use ground::units::{Cash, Rate, Time};

/// Seconds in a year of 365 days.
const YEAR: i128 = 365 * 86_400;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Debt {
    /// The source it came from; `None` for what an event took beyond what was there.
    pub source: Option<usize>,
    pub principal: Cash,
    pub rate: Rate,
    pub since: Time,
}

impl Debt {
    /// Interest by now, rounded up once, in favour of who lent.
    pub fn interest(&self, now: Time) -> Cash {
        let seconds = i128::from((now - self.since).as_seconds().max(0));
        let year = self.rate.of_rounded_up(self.principal).to_minor();
        let (whole, rest) = (year / YEAR, year % YEAR);
        Cash::minor(whole * seconds + (rest * seconds + YEAR - 1) / YEAR)
    }

    pub fn owed(&self, now: Time) -> Cash {
        self.principal + self.interest(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_at_five_per_cent_and_a_second_of_it() {
        let rate = Rate::from_billionths(50_000_000);
        let debt = Debt { source: None, principal: Cash::minor(1_000_000), rate, since: Time::from_seconds(7) };
        assert_eq!(debt.owed(Time::from_seconds(7)), Cash::minor(1_000_000));
        assert_eq!(debt.interest(Time::from_seconds(8)), Cash::minor(1));
        assert_eq!(debt.interest(Time::from_seconds(7 + 365 * 86_400)), Cash::minor(50_000));
        assert_eq!(debt.interest(Time::from_seconds(0)), Cash::ZERO);
    }
}
