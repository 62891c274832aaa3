//! From the plain numbers of a world file to whole ones.
//!
//! A number that settles (money, a lot, a price step) is taken as the decimal that was written: 0.1
//! is one tenth and not the binary fraction nearest to it. So `lot × step × 10^decimals` is a whole
//! number exactly when it is one on paper. Quantities that a rule derives (a firm's portfolio from its
//! leverage, a member's stake from a day's volume) are floating until they are cut to whole lots.

use crate::units::{Cash, Lots};
use std::fmt;

/// `mantissa × 10^exponent`, the shortest decimal that reads back as the number stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    mantissa: i128,
    exponent: i32,
}

impl Decimal {
    /// `None` for what is not a finite number.
    pub fn of(value: f64) -> Option<Self> {
        if !value.is_finite() {
            return None;
        }
        let text = format!("{value:e}");
        let (digits, exponent) = text.split_once('e')?;
        let fraction = digits.split_once('.').map_or(0, |(_, fraction)| fraction.len());
        let mantissa: i128 = digits.replace('.', "").parse().ok()?;
        let exponent: i32 = exponent.parse().ok()?;
        Some(Self { mantissa, exponent: exponent - i32::try_from(fraction).ok()? })
    }

    pub fn times(self, other: Self) -> Option<Self> {
        Some(Self { mantissa: self.mantissa.checked_mul(other.mantissa)?, exponent: self.exponent + other.exponent })
    }

    /// Times `10^digits`.
    pub fn shifted(self, digits: u8) -> Self {
        Self { exponent: self.exponent + i32::from(digits), ..self }
    }

    /// The number, when it is whole and fits.
    pub fn whole(self) -> Option<i128> {
        let power = power_of_ten(self.exponent.unsigned_abs());
        if self.mantissa == 0 {
            Some(0)
        } else if self.exponent >= 0 {
            self.mantissa.checked_mul(power?)
        } else {
            power.filter(|power| self.mantissa % power == 0).map(|power| self.mantissa / power)
        }
    }

    /// The nearest whole number, halves away from zero; `None` when it does not fit.
    pub fn nearest(self) -> Option<i128> {
        if self.exponent >= 0 || self.mantissa == 0 {
            return self.whole();
        }
        let Some(power) = power_of_ten(self.exponent.unsigned_abs()) else { return Some(0) };
        let away = if self.mantissa < 0 { -(power / 2) } else { power / 2 };
        Some(self.mantissa.checked_add(away)? / power)
    }

    /// How often `unit` goes into this, when it does so exactly.
    pub fn multiple_of(self, unit: Self) -> Option<i128> {
        let lowest = self.exponent.min(unit.exponent);
        let scaled = |number: Self| {
            let power = power_of_ten((number.exponent - lowest).unsigned_abs())?;
            number.mantissa.checked_mul(power)
        };
        let (number, unit) = (scaled(self)?, scaled(unit)?);
        (unit != 0 && number % unit == 0).then(|| number / unit)
    }
}

/// As a person writes it.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match format!("{}e{}", self.mantissa, self.exponent).parse::<f64>() {
            Ok(number) => number.fmt(f),
            Err(_) => write!(f, "{}e{}", self.mantissa, self.exponent),
        }
    }
}

fn power_of_ten(exponent: u32) -> Option<i128> {
    10i128.checked_pow(exponent)
}

/// An amount in major units as written, to the nearest minor unit. The error is the reason.
pub fn cash(amount: f64, decimals: u8) -> Result<Cash, String> {
    let minor = Decimal::of(amount).and_then(|amount| amount.shifted(decimals).nearest()).map(Cash::minor);
    minor.filter(|cash| cash.abs() <= Cash::LARGEST_STATED).ok_or_else(|| {
        let largest = Cash::LARGEST_STATED.to_major(decimals);
        format!("{amount:e} is more money than this build counts (up to {largest:.1e} with {decimals} decimals)")
    })
}

/// A derived number of lots, cut towards zero. What lies within a billionth of the next whole lot,
/// where only binary rounding can have kept it from it, counts as that lot. The error is the reason.
pub fn lots(units: f64, lot: f64) -> Result<Lots, String> {
    let exact = units / lot;
    let nudged = exact + exact.signum() * (1e-9 + exact.abs() * 1e-14);
    if nudged.is_finite() && nudged.abs() <= Lots::LARGEST.get() as f64 {
        Ok(Lots::new(nudged as i64))
    } else {
        Err(format!("{units:e} units are more lots than this build counts (up to {})", Lots::LARGEST.get()))
    }
}

/// A percentage that is not quite all of a hundred, so written that nobody takes it for all: what to write, and with how many
/// decimals. Of any other number it is that number, and none.
#[must_use]
pub fn short_of_all(percent: f64) -> (f64, usize) {
    /// What is nearer to all is cut off there.
    const NEAREST: f64 = 99.9999;
    let missing = 100.0 - percent.abs();
    if missing <= 0.0 {
        return (percent, 0);
    }
    let decimals = [0.5, 0.05, 0.005, 0.0005].iter().position(|half| missing >= *half).unwrap_or(4);
    (percent.clamp(-NEAREST, NEAREST), decimals)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(value: f64) -> Decimal {
        Decimal::of(value).unwrap()
    }

    #[test]
    fn a_stated_number_is_the_decimal_that_was_written() {
        assert_eq!(decimal(0.1).shifted(2).whole(), Some(10));
        assert_eq!(decimal(1.15).shifted(2).whole(), Some(115));
        assert_eq!(decimal(0.005).shifted(2).whole(), None);
        assert_eq!(decimal(2.5e10).whole(), Some(25_000_000_000));
        assert_eq!(decimal(-0.0).whole(), Some(0));
        assert_eq!(Decimal::of(f64::NAN), None);
        assert_eq!(Decimal::of(f64::INFINITY), None);
    }

    #[test]
    fn halves_go_away_from_zero_and_dust_goes_to_it() {
        assert_eq!(decimal(0.005).shifted(2).nearest(), Some(1));
        assert_eq!(decimal(-0.005).shifted(2).nearest(), Some(-1));
        assert_eq!(decimal(0.0049).shifted(2).nearest(), Some(0));
        assert_eq!(decimal(1e-300).nearest(), Some(0));
        assert_eq!(decimal(1e300).nearest(), None);
    }

    #[test]
    fn a_price_is_a_multiple_of_its_step_on_paper() {
        assert_eq!(decimal(66.35).multiple_of(decimal(0.01)), Some(6_635));
        assert_eq!(decimal(66.355).multiple_of(decimal(0.01)), None);
        assert_eq!(decimal(1e20).multiple_of(decimal(1e-300)), None);
        assert_eq!(decimal(1.0).multiple_of(decimal(0.0)), None);
    }

    #[test]
    fn money_beyond_counting_is_refused() {
        assert_eq!(cash(1_000_000.01, 2), Ok(Cash::minor(100_000_001)));
        assert_eq!(cash(-0.25, 2), Ok(Cash::minor(-25)));
        assert!(cash(1e300, 2).is_err());
        assert!(cash(1e27, 2).is_err());
        assert!(cash(f64::NAN, 2).is_err());
    }

    #[test]
    fn lots_are_cut_towards_zero_but_not_by_binary_dust() {
        assert_eq!(lots(0.3, 0.1), Ok(Lots::new(3)));
        assert_eq!(lots(2.9, 1.0), Ok(Lots::new(2)));
        assert_eq!(lots(-2.9, 1.0), Ok(Lots::new(-2)));
        assert!(lots(1e30, 1.0).is_err());
        assert!(lots(1.0, 0.0).is_err());
        assert!(lots(f64::NAN, 1.0).is_err());
    }
}
