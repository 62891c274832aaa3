//! What one book says a price is: by a single print, by a quote that nobody trades on, or only by both together.

use ground::units::{Price, Rate, Span};
use language::read::Read;

/// How the mark follows the book. One line a rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Read)]
pub enum MarkRule {
    /// The middle one of best bid, best ask and last price: the last price while it lies inside the spread, else
    /// the quote that has passed it. A single print far outside the quotes cannot move it, nor can a quote that
    /// nobody trades on. While a side of the book is empty the quote of the other is half a price and no price: the
    /// mark is that of the last trade if there was one in the tick, and else stays.
    #[default]
    MiddleOfThree,
    /// The last price traded, wherever the quotes are.
    Last,
    /// Half way between best bid and best ask, half a step rounded down; the last mark while a side is empty.
    Mid,
}

/// What a market shows at the end of a tick, but for what lenders force: a quote that nobody takes must not move the mark
/// by which the next one is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quotes {
    pub bid: Option<Price>,
    pub ask: Option<Price>,
    /// Of the last trade; `None` before there was any.
    pub last: Option<Price>,
    /// That trade was in this tick.
    pub traded: bool,
}

impl MarkRule {
    /// The mark now, given the mark before.
    pub fn mark(self, quotes: Quotes, before: Price) -> Price {
        let Quotes { bid, ask, last, traded } = quotes;
        match self {
            Self::MiddleOfThree => match (bid, ask) {
                (Some(bid), Some(ask)) => last.unwrap_or(before).min(ask).max(bid),
                _ => last.filter(|_| traded).unwrap_or(before),
            },
            Self::Last => last.unwrap_or(before),
            Self::Mid => match (bid, ask) {
                (Some(bid), Some(ask)) => Price::new((bid.steps() + ask.steps()).div_euclid(2)),
                _ => before,
            },
        }
    }
}

/// The middle one of index and funding, index and average basis, and last price.
///
/// `funding`: the last rate, the time until the next and the interval. `basis`: the average, in steps.
pub fn book_median(index: Price, funding: Option<(Rate, Span, Span)>, basis: i64, last: Price) -> Price {
    let carried = funding.map_or(0, |(rate, left, interval)| {
        let carried = i128::from(index.steps()) * i128::from(rate.billionths()) * i128::from(left.as_seconds());
        carried.div_euclid(1_000_000_000 * i128::from(interval.as_seconds().max(1)))
    });
    let carried = i64::try_from(carried).unwrap_or(if carried < 0 { i64::MIN } else { i64::MAX });
    let with = |more: i64| Price::new(index.steps().saturating_add(more)).clamped();
    let mut three = [with(carried), with(basis), last];
    three.sort_unstable();
    three[1]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(rule: MarkRule, bid: Option<i64>, ask: Option<i64>, last: Option<i64>) -> i64 {
        let quotes =
            Quotes { bid: bid.map(Price::new), ask: ask.map(Price::new), last: last.map(Price::new), traded: false };
        rule.mark(quotes, Price::new(100)).steps()
    }

    #[test]
    fn a_print_outside_the_quotes_moves_only_the_rule_that_follows_prints() {
        let marks = |rule| mark(rule, Some(98), Some(103), Some(60));
        assert_eq!(marks(MarkRule::MiddleOfThree), 98);
        assert_eq!(marks(MarkRule::Last), 60);
        assert_eq!(marks(MarkRule::Mid), 100);
    }

    #[test]
    fn half_a_step_is_rounded_down_below_zero_too() {
        assert_eq!(mark(MarkRule::Mid, Some(-4), Some(-1), None), -3);
        assert_eq!(mark(MarkRule::Mid, Some(1), Some(4), None), 2);
    }

    #[test]
    fn a_missing_side_leaves_the_mark_where_it_was() {
        assert_eq!(mark(MarkRule::Mid, None, Some(90), Some(95)), 100);
        assert_eq!(mark(MarkRule::MiddleOfThree, None, Some(90), None), 100);
        assert_eq!(mark(MarkRule::MiddleOfThree, Some(120), None, Some(95)), 100);
        assert_eq!(mark(MarkRule::Last, None, None, None), 100);
    }

    #[test]
    fn what_trades_while_a_side_is_empty_is_the_mark() {
        let at = |price| Some(Price::new(price));
        let quotes = Quotes { bid: None, ask: at(97), last: at(91), traded: true };
        assert_eq!(MarkRule::MiddleOfThree.mark(quotes, Price::new(100)), Price::new(91));
        let stale = Quotes { traded: false, ..quotes };
        assert_eq!(MarkRule::MiddleOfThree.mark(stale, Price::new(100)), Price::new(100));
    }

    #[test]
    fn two_of_three_must_move_for_the_book_median_to_move() {
        let funding = |left: i64| Some((Rate::from_f64(0.001).unwrap(), Span::seconds(left), Span::seconds(28_800)));
        let median =
            |left, basis, last| book_median(Price::new(10_000), funding(left), basis, Price::new(last)).steps();
        // 10,000 × (1 + 0.1 % × 4 h ÷ 8 h) = 10,005; 10,000 + 20; last.
        assert_eq!(median(14_400, 20, 9_000), 10_005);
        assert_eq!(median(14_400, 20, 10_011), 10_011);
        assert_eq!(median(14_400, 20, 11_000), 10_020);
        // The nearer the payment, the less of it is in the price.
        assert_eq!(median(0, 20, 9_000), 10_000);
        assert_eq!(book_median(Price::new(10_000), None, -7, Price::new(9_000)).steps(), 9_993);
        // 10,000 × 0.1 % × 1 s ÷ 8 h, rounded down.
        assert_eq!(median(1, -7, 10_011), 10_000);
    }
}
