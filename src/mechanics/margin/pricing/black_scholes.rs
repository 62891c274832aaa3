//! European options by Black and Scholes, with greeks.
//!
//! Source: Black & Scholes, "The Pricing of Options and Corporate Liabilities", JPE 81 (1973); Merton (1973) for
//! the carry; Black (1976) for futures; J. Hull, "Options, Futures, and Other Derivatives", for the greeks.
//!
//! One formula for both kinds of underlying: a spot grows at `carry` (its interest less its yield), a
//! forward or a future has a carry of zero. Both discount at `rate`.
//!
//! At the edges:
//! - at expiry, or without volatility, an option is worth its discounted intrinsic value on the forward, its delta
//!   jumps from 0 to 1 there (½ at the strike), and it has no gamma or vega;
//! - a strike of zero or less on a price above zero is always in the money: it is a forward;
//! - at a price of zero or below, where no return is defined, the normal model stands in (Bachelier 1900) with a
//!   deviation of `volatility × max(|price|, |strike|)`: crude oil at −$37 had options too. The two models do not
//!   meet at zero; a caller that crosses zero sees a step.
//!
//! Whatever goes in that is not a finite number comes out as not a number, and nothing panics.

use super::normal::{cumulative, density};
use crate::margin::Right;
use ground::ops::{exp, ln};

/// All that an option's worth hangs on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quote {
    pub right: Right,
    /// Of the underlying: a spot price, or a forward with `carry` zero.
    pub price: f64,
    pub strike: f64,
    /// Until expiry, in years.
    pub years: f64,
    /// Standard deviation of a year's return.
    pub volatility: f64,
    /// Continuously compounded, a year.
    pub rate: f64,
    /// What the underlying's price grows by on its way to the forward: `rate` for a share without dividends, zero
    /// for a future.
    pub carry: f64,
}

impl Quote {
    /// On a forward or a future, undiscounted: what margin scans use, in which a few days' interest does not matter.
    pub const fn on_forward(right: Right, price: f64, strike: f64, years: f64, volatility: f64) -> Self {
        Self { right, price, strike, years, volatility, rate: 0.0, carry: 0.0 }
    }

    /// On a share that pays nothing.
    pub const fn on_spot(right: Right, price: f64, strike: f64, years: f64, volatility: f64, rate: f64) -> Self {
        Self { right, price, strike, years, volatility, rate, carry: rate }
    }
}

/// How an option's worth changes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Greeks {
    /// By the price of the underlying.
    pub delta: f64,
    /// Of delta, by the price of the underlying.
    pub gamma: f64,
    /// By volatility: for a change of 1, which is a hundred percentage points.
    pub vega: f64,
    /// By the passing of time: a year's worth.
    pub theta: f64,
    /// By the rate, the carry moving with it where it is the rate: for a change of 1.
    pub rho: f64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Valued {
    pub price: f64,
    pub greeks: Greeks,
}

/// Without the greeks: half the work.
pub fn price(quote: &Quote) -> f64 {
    match model(quote) {
        Model::Nothing => f64::NAN,
        Model::Intrinsic { forward, discount } => discount * intrinsic(quote.right, forward, quote.strike),
        Model::LogNormal(terms) => {
            let sign = sign(quote.right);
            let (n1, n2) = (cumulative(sign * terms.d1), cumulative(sign * terms.d2));
            (sign * terms.discount * (terms.forward * n1 - quote.strike * n2)).max(0.0)
        }
        Model::Normal { forward, deviation, discount } => {
            let (sign, away) = (sign(quote.right), (forward - quote.strike) / deviation);
            discount * (sign * (forward - quote.strike) * cumulative(sign * away) + deviation * density(away))
        }
    }
}

pub fn value(quote: &Quote) -> Valued {
    let worth = price(quote);
    let greeks = match model(quote) {
        Model::LogNormal(terms) => log_normal_greeks(quote, &terms, worth),
        // The edges are few, and their greeks are those of the closed forms' limits.
        Model::Normal { forward, deviation, discount } => {
            let (sign, away) = (sign(quote.right), (forward - quote.strike) / deviation);
            let growth = forward / quote.price;
            let growth = if growth.is_finite() { growth } else { 1.0 };
            Greeks {
                delta: discount * growth * sign * cumulative(sign * away),
                gamma: discount * growth * growth * density(away) / deviation,
                vega: discount * deviation / quote.volatility * density(away),
                theta: quote.rate * worth - discount * deviation / (2.0 * quote.years) * density(away),
                rho: -quote.years * worth,
            }
        }
        Model::Intrinsic { forward, discount } => {
            let growth = forward / quote.price;
            let growth = if growth.is_finite() { growth } else { 1.0 };
            let inside = sign(quote.right) * (forward - quote.strike);
            let share = if inside > 0.0 { 1.0 } else { 0.0 };
            let share = if inside == 0.0 { 0.5 } else { share };
            Greeks { delta: sign(quote.right) * discount * growth * share, ..Greeks::default() }
        }
        Model::Nothing => Greeks { delta: f64::NAN, gamma: f64::NAN, vega: f64::NAN, theta: f64::NAN, rho: f64::NAN },
    };
    Valued { price: worth, greeks }
}

/// What holds for a quote.
enum Model {
    LogNormal(Terms),
    Normal {
        forward: f64,
        deviation: f64,
        discount: f64,
    },
    Intrinsic {
        forward: f64,
        discount: f64,
    },
    /// Something is not a number.
    Nothing,
}

struct Terms {
    forward: f64,
    discount: f64,
    /// Standard deviation of the return until expiry.
    deviation: f64,
    d1: f64,
    d2: f64,
}

fn model(quote: &Quote) -> Model {
    let Quote { price, strike, years, volatility, rate, carry, .. } = *quote;
    if ![price, strike, years, volatility, rate, carry].iter().all(|number| number.is_finite()) {
        return Model::Nothing;
    }
    let years = years.max(0.0);
    let (forward, discount) = (price * exp(carry * years), exp(-rate * years));
    let deviation = volatility.max(0.0) * years.sqrt();
    if deviation == 0.0 || (price > 0.0 && strike <= 0.0) {
        return Model::Intrinsic { forward, discount };
    }
    if price <= 0.0 {
        let deviation = deviation * price.abs().max(strike.abs());
        return if deviation > 0.0 {
            Model::Normal { forward, deviation, discount }
        } else {
            Model::Intrinsic { forward, discount }
        };
    }
    let d1 = ln(forward / strike) / deviation + 0.5 * deviation;
    Model::LogNormal(Terms { forward, discount, deviation, d1, d2: d1 - deviation })
}

fn sign(right: Right) -> f64 {
    match right {
        Right::Call => 1.0,
        Right::Put => -1.0,
    }
}

/// What exercising brings at this price.
fn intrinsic(right: Right, price: f64, strike: f64) -> f64 {
    (sign(right) * (price - strike)).max(0.0)
}

fn log_normal_greeks(quote: &Quote, terms: &Terms, worth: f64) -> Greeks {
    let Quote { right, price, strike, years, rate, carry, .. } = *quote;
    let (sign, discounted) = (sign(right), terms.discount * terms.forward);
    let (n1, n2, at) = (cumulative(sign * terms.d1), cumulative(sign * terms.d2), density(terms.d1));
    let root = years.sqrt();
    let decay = discounted * at * terms.deviation / (2.0 * years);
    Greeks {
        delta: sign * discounted / price * n1,
        gamma: discounted * at / (price * price * terms.deviation),
        vega: discounted * at * root,
        theta: -decay - sign * (carry - rate) * discounted * n1 - sign * rate * strike * terms.discount * n2,
        rho: if carry == rate { sign * years * strike * terms.discount * n2 } else { -years * worth },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(one: f64, other: f64, by: f64) {
        assert!((one - other).abs() <= by, "{one} is not {other}");
    }

    #[test]
    fn it_prices_the_example_of_the_textbook() {
        // Hull: S = 42, K = 40, r = 10 %, σ = 20 %, half a year: call 4.76, put 0.81.
        let quote = |right| Quote::on_spot(right, 42.0, 40.0, 0.5, 0.2, 0.1);
        near(price(&quote(Right::Call)), 4.759_42, 1e-5);
        near(price(&quote(Right::Put)), 0.808_60, 1e-5);
        // Hull, the greeks of a call: S = 49, K = 50, r = 5 %, σ = 20 %, 20 weeks.
        let greeks = value(&Quote::on_spot(Right::Call, 49.0, 50.0, 0.3846, 0.2, 0.05)).greeks;
        near(greeks.delta, 0.522, 5e-4);
        near(greeks.gamma, 0.066, 5e-4);
        near(greeks.vega, 12.1, 0.05);
        near(greeks.theta, -4.31, 0.005);
        near(greeks.rho, 8.91, 0.005);
    }

    #[test]
    fn it_prices_an_option_on_a_future() {
        // Hull, Black's model: F = 20, K = 20, r = 9 %, σ = 25 %, four months: put 1.12.
        let quote = Quote { rate: 0.09, ..Quote::on_forward(Right::Put, 20.0, 20.0, 4.0 / 12.0, 0.25) };
        near(price(&quote), 1.12, 0.005);
    }

    fn samples() -> impl Iterator<Item = Quote> {
        let prices = [20.0, 80.0, 100.0, 130.0, 400.0];
        let carries = [(0.0, 0.0), (0.05, 0.05), (0.03, 0.0), (0.05, 0.02)];
        prices.into_iter().flat_map(move |price| {
            [0.01, 0.25, 2.0].into_iter().flat_map(move |years| {
                [0.05, 0.3, 1.2].into_iter().flat_map(move |volatility| {
                    carries.into_iter().map(move |(rate, carry)| Quote {
                        right: Right::Call,
                        price,
                        strike: 100.0,
                        years,
                        volatility,
                        rate,
                        carry,
                    })
                })
            })
        })
    }

    #[test]
    fn a_call_less_a_put_is_a_forward() {
        let below_zero = samples().map(|quote| Quote { price: -quote.price, ..quote });
        for call in samples().chain(below_zero) {
            let put = Quote { right: Right::Put, ..call };
            let forward = exp(-call.rate * call.years) * (call.price * exp(call.carry * call.years) - call.strike);
            near(price(&call) - price(&put), forward, 1e-9 * (call.price.abs() + call.strike));
        }
    }

    #[test]
    fn greeks_are_what_differences_say() {
        for call in samples() {
            for quote in [call, Quote { right: Right::Put, ..call }] {
                let greeks = value(&quote).greeks;
                let difference =
                    |step: f64, by: &dyn Fn(f64) -> Quote| (price(&by(step)) - price(&by(-step))) / (2.0 * step);
                let h = quote.price * 1e-4;
                near(greeks.delta, difference(h, &|by| Quote { price: quote.price + by, ..quote }), 2e-4);
                let delta = |by: f64| value(&Quote { price: quote.price + by, ..quote }).greeks.delta;
                near(greeks.gamma, (delta(h) - delta(-h)) / (2.0 * h), 2e-4);
                let vega = difference(1e-4, &|by| Quote { volatility: quote.volatility + by, ..quote });
                near(greeks.vega, vega, 1e-3 * (1.0 + greeks.vega.abs()));
                let h = quote.years * 1e-4;
                let theta = -difference(h, &|by| Quote { years: quote.years + by, ..quote });
                near(greeks.theta, theta, 1e-3 * (1.0 + greeks.theta.abs()));
                let with = quote.carry == quote.rate;
                let rho = difference(1e-5, &|by| Quote {
                    rate: quote.rate + by,
                    carry: quote.carry + if with { by } else { 0.0 },
                    ..quote
                });
                near(greeks.rho, rho, 1e-3 * (1.0 + greeks.rho.abs()));
            }
        }
    }

    #[test]
    fn at_expiry_and_without_volatility_only_exercise_counts() {
        let call = Quote::on_forward(Right::Call, 110.0, 100.0, 0.0, 0.3);
        assert_eq!(price(&call), 10.0);
        assert_eq!(price(&Quote { volatility: 0.0, years: 1.0, ..call }), 10.0);
        assert_eq!(price(&Quote { right: Right::Put, ..call }), 0.0);
        assert_eq!(value(&call).greeks, Greeks { delta: 1.0, ..Greeks::default() });
        assert_eq!(value(&Quote { price: 100.0, ..call }).greeks.delta, 0.5);
        assert_eq!(price(&Quote { years: -1.0, ..call }), 10.0);
    }

    #[test]
    fn below_zero_options_have_a_price_and_nothing_panics() {
        let call = Quote::on_forward(Right::Call, -37.63, 10.0, 0.1, 0.8);
        let put = Quote { right: Right::Put, ..call };
        assert!(price(&call) >= 0.0 && price(&put) > 47.63);
        assert_eq!(price(&Quote { strike: -5.0, price: 10.0, ..call }), 15.0);
        assert_eq!(price(&Quote { strike: 0.0, price: 0.0, ..call }), 0.0);
        for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert!(price(&Quote { price: number, ..call }).is_nan());
            assert!(value(&Quote { volatility: number, ..call }).greeks.delta.is_nan());
        }
        for extreme in [1e308, -1e308, 5e-324] {
            for quote in [
                Quote { price: extreme, ..call },
                Quote { strike: extreme, ..call },
                Quote { years: extreme, ..call },
                Quote { volatility: extreme, ..call },
                Quote { rate: extreme, carry: extreme, ..call },
            ] {
                let _ = value(&quote);
            }
        }
    }
}
