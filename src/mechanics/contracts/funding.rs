//! What longs of a perpetual pay to shorts.
//!
//! Rates are in billionths. Each division is rounded down, once. What the division of a payment leaves of a holder's
//! share is carried to its next one, so that a thousand payments are within a minor unit of their sum.

use ground::units::{Cash, Lots, Price, Rate, Span};

const ONE: i128 = 1_000_000_000;
const THOUSAND: i128 = 1_000;
/// The interest of a funding term is for so long.
const EIGHT_HOURS: i128 = 8 * 3_600;

/// What somebody gets, or pays, who trades an order of the impact size at once: the sum over the levels it goes
/// through of `lots × price`, and of lots, both in thousandths, for the last level is taken in part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Impact {
    step_lots: i128,
    lots: i128,
}

impl Impact {
    /// Goes through levels, best first, until their value reaches `size`: of the last it takes no more than is missing, of the
    /// best one at least a thousandth of a lot. A book that is worth less is gone through to its end. `None` when it is empty.
    pub fn of(
        levels: impl Iterator<Item = (Price, Lots)>,
        size: Cash,
        value: impl Fn(Price, Lots) -> Cash,
    ) -> Option<Self> {
        let mut impact = Self::default();
        let mut worth = Cash::ZERO;
        for (price, lots) in levels {
            let (all, level) = (i128::from(lots.get()) * THOUSAND, value(price, lots));
            let missing = size - worth;
            let taken = if level.is_positive() && level > missing {
                // Where the product is beyond all numbers, the quotient is whole enough.
                let exact = all.checked_mul(missing.to_minor()).map(|part| -(-part).div_euclid(level.to_minor()));
                exact.unwrap_or_else(|| all / (level.to_minor() / missing.to_minor().max(1))).max(1)
            } else {
                all
            };
            impact.step_lots += i128::from(price.steps()) * taken;
            impact.lots += taken;
            worth += level;
            if worth >= size {
                break;
            }
        }
        (impact.lots > 0).then_some(impact)
    }

    /// How far the average price is above the index, as a share of it.
    fn above(self, index: i128) -> i128 {
        let (over, of) = (self.step_lots - index * self.lots, index * self.lots);
        over.checked_mul(ONE)
            .map_or_else(|| (over / THOUSAND * ONE).div_euclid(of / THOUSAND), |exact| exact.div_euclid(of))
    }
}

/// `[max(0, impact bid − index) − max(0, index − impact ask)] ÷ index`; nothing for an index that is not above zero.
pub fn premium(bid: Option<Impact>, ask: Option<Impact>, index: Price) -> i128 {
    let index = i128::from(index.steps());
    if index <= 0 {
        return 0;
    }
    let over = bid.map_or(0, |bid| bid.above(index).max(0));
    let under = ask.map_or(0, |ask| (-ask.above(index)).max(0));
    over - under
}

/// The rate of one interval, from the sum and number of its premiums.
pub fn rate(terms: &FundingPlan, premiums: i128, samples: u32) -> Rate {
    let average = if samples == 0 { 0 } else { premiums.div_euclid(i128::from(samples)) };
    let of = |rate: Rate| i128::from(rate.billionths());
    let for_eight_hours = average + (of(terms.interest) - average).clamp(-of(terms.cap), of(terms.cap));
    let rate = (for_eight_hours * i128::from(terms.interval.as_seconds())).div_euclid(EIGHT_HOURS);
    let at_most = of(terms.at_most);
    Rate::from_billionths(rate.clamp(-at_most, at_most) as i64)
}

/// What rounding left of one holder's payments: less than a minor unit, still to pay or paid in advance. In minor units
/// times billionths, which are fewer than a billion either way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rest(i32);

/// What each of the positions pays, one after the other.
#[derive(Clone, Copy, Debug)]
pub struct Shares {
    rate: Rate,
    /// Of all so far, in minor units times billionths.
    sum: i128,
    paid: i128,
}

impl Shares {
    /// At a rate, given what earlier payments left to everybody who is to pay now.
    pub fn new(rate: Rate, rests: &[Rest]) -> Self {
        // Rests of all sum to nothing; so those who left hold the opposite of what the others do.
        let sum = -rests.iter().map(|rest| i128::from(rest.0)).sum::<i128>();
        Self { rate, sum, paid: sum.div_euclid(ONE) }
    }

    /// What the next one pays, given its value and what earlier payments left it: the rate of the value, each within a minor
    /// unit, and together exactly as much as all values together would. Positions that sum to zero pay zero, whoever has
    /// left since.
    pub fn next(&mut self, value: Cash, rest: &mut Rest) -> Cash {
        let own = value.to_minor().checked_mul(i128::from(self.rate.billionths())).expect("cash overflowed");
        let own = own + i128::from(rest.0);
        self.sum = self.sum.checked_add(own).expect("cash overflowed");
        let share = self.sum.div_euclid(ONE) - self.paid;
        self.paid += share;
        *rest = Rest(i32::try_from(own - share * ONE).expect("a rest is less than a unit"));
        Cash::minor(share)
    }
}

/// See `contracts::FundingFile`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FundingPlan {
    pub interval: Span,
    /// For eight hours.
    pub interest: Rate,
    pub cap: Rate,
    pub impact: Cash,
    pub at_most: Rate,
}

#[cfg(test)]
mod tests {
    use super::*;
    use ground::units::Span;

    fn terms(hours: i64) -> FundingPlan {
        FundingPlan {
            interval: Span::seconds(hours * 3_600),
            interest: Rate::from_billionths(100_000),
            cap: Rate::from_billionths(500_000),
            impact: Cash::ZERO,
            at_most: Rate::from_billionths(20_000_000),
        }
    }

    fn levels(levels: &[(i64, i64)]) -> impl Iterator<Item = (Price, Lots)> {
        levels.iter().map(|&(price, lots)| (Price::new(price), Lots::new(lots)))
    }

    fn cents(price: Price, lots: Lots) -> Cash {
        Cash::minor(i128::from(price.steps() * lots.get()))
    }

    #[test]
    fn near_the_index_longs_pay_the_interest_and_far_from_it_the_premium_less_the_cap() {
        // P + clamp(0.01 % − P, ±0.05 %).
        let rate = |premium: i128| rate(&terms(8), premium, 1).billionths();
        assert_eq!(rate(0), 100_000);
        assert_eq!(rate(550_000), 100_000, "0.055 %, less 0.045 %");
        assert_eq!(rate(1_000_000), 500_000, "0.1 % less 0.05 %");
        assert_eq!(rate(-1_000_000), -500_000);
        assert_eq!(rate(90_000_000), 20_000_000, "no more than 2 %");
    }

    #[test]
    fn a_shorter_interval_pays_its_part_and_premiums_are_averaged() {
        assert_eq!(rate(&terms(1), 0, 0).billionths(), 12_500);
        // 0.1 % and 0.3 % average 0.2 %: less 0.05 %, half of that in four hours.
        assert_eq!(rate(&terms(4), 4_000_000, 2).billionths(), 750_000);
    }

    #[test]
    fn the_premium_is_what_an_order_of_the_impact_size_would_get_beyond_the_index() {
        let bids = [(10_100, 50), (10_000, 100), (9_000, 100)];
        // $5,050.00 at the best, and of the next level nine lots and a half for the $950.00 that are missing: 10,084.03 on average.
        let of = |size| Impact::of(levels(&bids), Cash::minor(size), cents);
        assert_eq!(premium(of(600_000), None, Price::new(10_000)), 8_403_361);
        assert_eq!(premium(of(0), None, Price::new(10_000)), 10_000_000);
        let asks = Impact::of(levels(&[(9_900, 10)]), Cash::ZERO, cents);
        assert_eq!(premium(None, asks, Price::new(10_000)), -10_000_000);
        assert_eq!(premium(of(0), asks, Price::new(0)), 0, "no share of nothing");
        assert_eq!(premium(Impact::of(levels(&[]), Cash::ZERO, cents), None, Price::new(10_000)), 0);
        // A book of the largest orders at the highest price, in the smallest units of money, breaks no number.
        let vast = (Price::FURTHEST.steps(), Lots::LARGEST.get());
        let minor =
            |price: Price, lots: Lots| Cash::minor(i128::from(price.steps()) * i128::from(lots.get()) * 1_000_000);
        let whole = minor(Price::FURTHEST, Lots::LARGEST);
        for size in [Cash::minor(1), whole - Cash::minor(1), whole + whole] {
            let bids = Impact::of(levels(&vec![vast; 300]), size, minor);
            assert_eq!(premium(bids, None, Price::new(vast.0 / 2)), ONE);
        }
    }

    #[test]
    fn what_longs_pay_is_what_shorts_get_to_the_unit() {
        let mut rests = [Rest::default(); 5];
        let paid = pay(&[333, 333, -665, 1_000, -1_001], &mut rests);
        // 1 % of 333, 666, 1, 1 001 and 0, rounded down: 3, 6, 0, 10, 0.
        assert_eq!(paid, [3, 3, -6, 10, -10]);
        assert_eq!(paid.iter().sum::<i128>(), 0);
    }

    /// 1 %, in minor units.
    fn pay(values: &[i128], rests: &mut [Rest]) -> Vec<i128> {
        let mut shares = Shares::new(Rate::from_billionths(10_000_000), rests);
        values.iter().zip(rests).map(|(value, rest)| shares.next(Cash::minor(*value), rest).to_minor()).collect()
    }

    #[test]
    fn a_hundred_payments_of_a_fraction_of_a_unit_come_to_what_they_sum_to() {
        let (values, mut rests, mut all) = ([49, 51, -149, 49], [Rest::default(); 4], [0; 4]);
        for _ in 0..100 {
            let paid = pay(&values, &mut rests);
            assert_eq!(paid.iter().sum::<i128>(), 0);
            all.iter_mut().zip(paid).for_each(|(all, paid)| *all += paid);
        }
        // A hundred times 1 % of the value is the value.
        assert_eq!(all, values);
    }

    #[test]
    fn who_leaves_with_a_fraction_makes_the_others_neither_pay_nor_get_a_unit_more() {
        let mut rests = [Rest::default(); 3];
        pay(&[50, 50, -100], &mut rests);
        assert_ne!(rests[0], Rest::default());
        for _ in 0..100 {
            assert_eq!(pay(&[130, -130], &mut rests[1..]).iter().sum::<i128>(), 0);
        }
    }
}
