//! What a lender charges for money and for borrowed units, and pays on what its clients leave with it.
//!
//! Interest runs to the second: `amount × rate × seconds ÷ (day_count × 86 400)`, simple, without compounding inside a
//! period. The amount of a period is what stood at its beginning: a debit that is built up during a session counts
//! from the next settlement on, as an overnight balance does at a broker. What a client owes is rounded up to a minor
//! unit, what it is owed down, once a period.

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
    #[read(default)]
    pub on_debit: f64,
    /// Paid on cash left with the lender. Left out: nothing.
    #[read(default)]
    pub on_credit: f64,
    /// On the value at mark of units sold short, by instrument. Left out: nothing.
    #[read(default)]
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
        for (field, rate) in [("on_debit", self.on_debit), ("on_credit", self.on_credit)] {
            findings.within(format_args!("{path}.{field}"), rate, -1.0, 100.0);
        }
        for (name, rate) in self.borrow.iter() {
            findings.within(format_args!("{path}.borrow.{name}"), *rate, 0.0, 100.0);
        }
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

    /// Owed for so long. Rounded up: who owes pays the fraction, who is owed goes without it.
    pub fn over(self, span: Span, day_count: u32) -> Cash {
        let year = i128::from(day_count) * 86_400 * i128::from(Rate::ONE.billionths());
        let product = self.0.checked_mul(i128::from(span.as_seconds())).expect("cash overflowed");
        Cash::minor(-(-product).div_euclid(year))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weekend_costs_three_days() {
        // 5 % of $1,000,000.00 over three of 360 days: $416.666…, and a cent for the fraction.
        let owed = Yearly::ZERO.plus(Rate::from_billionths(50_000_000), Cash::minor(100_000_000));
        assert_eq!(owed.over(Span::seconds(3 * 86_400), 360), Cash::minor(41_667));
        let paid = Yearly::ZERO.plus(Rate::from_billionths(50_000_000), Cash::minor(-100_000_000));
        assert_eq!(paid.over(Span::seconds(3 * 86_400), 360), Cash::minor(-41_666));
        assert_eq!(owed.over(Span::seconds(1), 365), Cash::minor(1), "5,000,000 ÷ 31,536,000 of a cent");
        assert_eq!(owed.over(Span::ZERO, 360), Cash::ZERO);
    }
}
