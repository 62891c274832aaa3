//! What options are carried at: their worth by the model, whatever their own thin books say.

use crate::margin::pricing::{Quote, annual, price, years_until};
use crate::margin::{Facts, Marks, Payoff, Right};
use ground::units::{InstrumentId, Price};

/// The Black-Scholes worth on an underlying at this price, without interest, to the nearest step. Worth nothing is
/// worth zero; what is no number is worth what it would be if it ended now.
#[allow(clippy::float_arithmetic, reason = "a price is a judgement, not a settlement")]
pub fn option_mark(right: Right, underlying: Price, strike: Price, years: f64, volatility: f64) -> Price {
    let quote = Quote::on_forward(right, underlying.steps() as f64, strike.steps() as f64, years, volatility);
    let worth = price(&quote);
    if worth.is_finite() { Price::new(worth.round() as i64).clamped() } else { right.intrinsic(underlying, strike) }
}

/// The mark of an option now. `None` for what is no option.
pub fn option_now(marks: &Marks, instrument: InstrumentId) -> Option<Price> {
    let Facts { payoff: Payoff::Option { right, strike, expiry }, underlying, .. } = *marks.facts(instrument) else {
        return None;
    };
    let (years, volatility) = (years_until(marks.now(), expiry), annual(marks.volatility(instrument)));
    Some(option_mark(right, marks.price(underlying), strike, years, volatility))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_at_the_money_is_worth_its_time() {
        // Four months at 30 %: 0.4 × 0.3 × √⅓ × 100 = 6.93 by the rule of thumb; 6.90 by the model.
        let mark = |right| option_mark(right, Price::new(10_000), Price::new(10_000), 1.0 / 3.0, 0.3).steps();
        assert!((688..=692).contains(&mark(Right::Call)), "{}", mark(Right::Call));
        assert_eq!(mark(Right::Call), mark(Right::Put), "without interest a call and a put at the money are one price");
    }

    #[test]
    fn at_its_end_it_is_worth_what_it_pays() {
        let mark = |right, price| option_mark(right, Price::new(price), Price::new(100), 0.0, 0.3).steps();
        assert_eq!((mark(Right::Call, 130), mark(Right::Call, 70)), (30, 0));
        assert_eq!((mark(Right::Put, 130), mark(Right::Put, -20)), (0, 120));
    }
}
