//! The volatility at which an option has a given price.

use super::black_scholes::{Quote, price, value};

/// Far above any market's.
const HIGHEST: f64 = 100.0;

/// The `volatility` of the quote is not looked at. `None` when no volatility gives the price: below what exercise
/// brings, above what the underlying (for a put, the strike) is worth, or not a number.
///
/// Newton's steps inside a bracket that bisection narrows where they would leave it (a deep option hardly
/// answers to volatility): it cannot fail to converge.
pub fn implied_volatility(quote: &Quote, worth: f64) -> Option<f64> {
    let at = |volatility| Quote { volatility, ..*quote };
    let (mut low, mut high) = (0.0, HIGHEST);
    let (least, most) = (price(&at(low)), price(&at(high)));
    if !(worth >= least && worth <= most && least < most) {
        return None;
    }
    // Where vega is greatest (Manaster and Koehler 1982), or anywhere when that is nowhere.
    let mut guess = (2.0 * ground::ops::ln(quote.price / quote.strike).abs() / quote.years).sqrt();
    for _ in 0..200 {
        if !(guess > low && guess < high) {
            guess = 0.5 * (low + high);
        }
        let valued = value(&at(guess));
        let error = valued.price - worth;
        if error > 0.0 {
            high = guess
        } else {
            low = guess
        }
        if error == 0.0 || high - low < 1e-12 * high {
            break;
        }
        let next = guess - error / valued.greeks.vega;
        if (next - guess).abs() < 1e-14 * guess {
            break;
        }
        guess = next;
    }
    Some(guess.clamp(low, high))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::margin::Right;

    #[test]
    fn it_finds_the_volatility_that_made_the_price() {
        for right in [Right::Call, Right::Put] {
            for strike in [70.0, 95.0, 100.0, 140.0] {
                for volatility in [0.08, 0.25, 0.9, 3.0] {
                    for years in [0.02, 0.5, 3.0] {
                        let quote = Quote::on_spot(right, 100.0, strike, years, volatility, 0.03);
                        let worth = price(&quote);
                        let Some(found) = implied_volatility(&quote, worth) else { panic!("{quote:?}") };
                        // Where a price hardly answers to volatility, any that gives it is right.
                        let again = price(&Quote { volatility: found, ..quote });
                        assert!((again - worth).abs() < 1e-9, "{quote:?}: {found}");
                        if value(&quote).greeks.vega > 1e-3 {
                            assert!((found - volatility).abs() < 1e-6, "{quote:?}: {found}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn a_price_that_no_volatility_gives_has_none() {
        let quote = Quote::on_forward(Right::Call, 100.0, 90.0, 0.5, f64::NAN);
        assert_eq!(implied_volatility(&quote, 9.0), None);
        assert_eq!(implied_volatility(&quote, 101.0), None);
        assert_eq!(implied_volatility(&quote, f64::NAN), None);
        assert_eq!(implied_volatility(&Quote { years: 0.0, ..quote }, 12.0), None);
    }
}
