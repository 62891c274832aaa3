//! What a lender charges for money and for borrowed units, and pays on what its clients leave with it.
//!
//! Interest runs to the second: `amount × rate × seconds ÷ (day_count × 86 400)`, simple, without compounding inside a
//! period. The amount of a period is what stood at its beginning: a debit that is built up during a session counts
//! from the next settlement on, as an overnight balance does at a broker. What is paid is rounded to the nearest minor
//! unit, and what that leaves is carried to the next payment: how often a lender charges changes what is owed by
//! interest on interest, but never by a unit for each time.

use ground::units::{Cash, InstrumentId, Rate, Span};
use language::findings::Findings;
use language::named::Named;
use language::read::Read;

/// A lender's charges, as rates a year.
///
/// ```ron
/// interest: (on_debit: 0.055, borrow: {"gme": 0.30}),
/// ```
#[derive(Clone, Debug, PartialEq, Read)]
pub struct InterestFile {
    /// On cash owed to the lender. Left out: nothing.
    #[read(default, within = -1.0..=100.0)]
    pub on_debit: f64,
    /// Paid on cash left with the lender. Left out: nothing.
    #[read(default, within = -1.0..=100.0)]
    pub on_credit: f64,
    /// On the value at mark of units sold short, by instrument. Left out: nothing.
    #[read(default, within = 0.0..=100.0)]
    pub borrow: Named<f64>,
    /// Days in a year of interest. Left out: 360, as in the money market.
    #[read(default = "money_market")]
    pub day_count: u32,
    /// From one settlement to the next, counted from midnight: `"1h"`. Left out: at each close.
    #[read(default)]
    pub settles: Option<Span>,
}

fn money_market() -> u32 {
    360
}

impl InterestFile {
    pub fn check(&self, path: &str, findings: &mut Findings) {
        if !(1..=366).contains(&self.day_count) {
            findings.add(
                format_args!("{path}.day_count"),
                format!("a year of {} days", self.day_count),
                "give 360, 365 or thereabouts",
            );
        }
        if let Some(span) = self.settles
            && (span == Span::ZERO || 86_400 % span.as_seconds() != 0)
        {
            findings.add(
                format_args!("{path}.settles"),
                format!("a day is not a whole number of periods of {span}"),
                "give one that divides a day, such as \"1h\" or \"8h\", or leave it out to settle at each close",
            );
        }
    }
}

/// What is charged in a year: minor units times billionths, summed over whatever is charged for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Yearly(i128);

impl Yearly {
    pub const ZERO: Self = Self(0);

    #[must_use]
    pub fn plus(self, rate: Rate, amount: Cash) -> Self {
        let more = amount.to_minor().checked_mul(i128::from(rate.billionths())).expect("cash overflowed");
        Self(self.0.checked_add(more).expect("cash overflowed"))
    }

    /// To be paid for so long, with what earlier payments left, to the nearest unit.
    pub fn over(self, span: Span, day_count: u32, rest: &mut Rest) -> Cash {
        let year = i128::from(day_count) * 86_400 * i128::from(Rate::ONE.billionths());
        let product = self.0.checked_mul(i128::from(span.as_seconds())).expect("cash overflowed");
        let due = product.checked_add(rest.0).expect("cash overflowed");
        let paid = (due + year / 2).div_euclid(year);
        rest.0 = due - paid * year;
        Cash::minor(paid)
    }
}

/// See `contracts::InterestFile`. Rates a year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InterestPlan {
    pub on_debit: Rate,
    pub on_credit: Rate,
    /// In order of instruments.
    pub borrow: Vec<(InstrumentId, Rate)>,
    pub day_count: u32,
    /// `None`: at each close.
    pub settles: Option<Span>,
}

/// What rounding left of one account's charges at one lender: at most half a minor unit, owed (or, below zero, paid in
/// advance). In minor units times billionths times seconds of the lender's year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rest(i128);

#[cfg(test)]
mod tests {
    use super::*;

    const FIVE_PERCENT: Rate = Rate::from_billionths(50_000_000);

    #[test]
    fn a_weekend_costs_three_days() {
        // 5 % of $1,000,000.00 over three of 360 days: $416.666…
        let over = |yearly: Yearly, seconds, days| yearly.over(Span::seconds(seconds), days, &mut Rest::default());
        let owed = Yearly::ZERO.plus(FIVE_PERCENT, Cash::minor(100_000_000));
        assert_eq!(over(owed, 3 * 86_400, 360), Cash::minor(41_667));
        let paid = Yearly::ZERO.plus(FIVE_PERCENT, Cash::minor(-100_000_000));
        assert_eq!(over(paid, 3 * 86_400, 360), Cash::minor(-41_667));
        assert_eq!(over(owed, 1, 365), Cash::ZERO, "5,000,000 ÷ 31,536,000 of a cent");
        assert_eq!(over(owed, 0, 360), Cash::ZERO);
    }

    /// By arithmetic: 1,000.00 at 5 % over ten of 365 days is 1.3699, and 1.3708 with interest on interest by the hour.
    #[test]
    fn a_loan_costs_the_same_to_the_unit_however_often_it_is_charged() {
        for sign in [1, -1] {
            for period in [60, 3_600, 8 * 3_600, 86_400, 10 * 86_400] {
                let (mut cash, mut rest) = (Cash::minor(sign * 100_000), Rest::default());
                for _ in 0..10 * 86_400 / period {
                    cash += Yearly::ZERO.plus(FIVE_PERCENT, cash).over(Span::seconds(period), 365, &mut rest);
                }
                assert_eq!(cash.to_minor(), sign * 100_137, "every {period} s");
            }
        }
    }
}
