//! A feed that somebody has a hand in.

use ground::units::{Price, Rate};

/// What somebody makes of a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bend {
    /// So much more than it is, as a share.
    By(Rate),
    To(Price),
}

impl Bend {
    pub fn of(self, price: Price) -> Price {
        match self {
            Self::By(rate) => {
                let more = (i128::from(price.steps()) * i128::from(rate.billionths())).div_euclid(1_000_000_000);
                let more = i64::try_from(more).unwrap_or(if more < 0 { i64::MIN } else { i64::MAX });
                Price::new(price.steps().saturating_add(more)).clamped()
            }
            Self::To(price) => price,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bent_price_is_rounded_down_and_stays_in_range() {
        let by = |share: f64| Bend::By(Rate::from_f64(share).unwrap());
        assert_eq!(by(-0.3).of(Price::new(10_001)), Price::new(7_000));
        assert_eq!(by(0.5).of(Price::new(-3)), Price::new(-5));
        assert_eq!(by(1e9).of(Price::FURTHEST), Price::FURTHEST);
        assert_eq!(Bend::To(Price::new(7)).of(Price::new(100)), Price::new(7));
    }
}
