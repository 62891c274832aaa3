//! How wide the bands of limit up-limit down are: by the last close, and by the stock's tier.
//!
//! | last close | tier 1 | tier 2 |
//! |---|---|---|
//! | above $3 | 5 % | 10 % |
//! | $0.75 to $3 | 20 % | 20 % |
//! | below $0.75 | $0.15 or 75 %, whichever is less | the same |
//!
//! In the last twenty-five minutes of a session they are twice that, but for tier 2 above $3. Tier 1 are the stocks of
//! the S&P 500 and the Russell 1000 and some funds, tier 2 all others.
//!
//! Source: National Market System Plan to Address Extraordinary Market Volatility, as amended in 2020. Not in it: bands
//! of leveraged funds, which are wider by their leverage.

use super::share;
use ground::units::{Price, Rate};
use language::read::Read;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Read)]
pub enum Tier {
    One,
    Two,
}

/// How wide a band is, to either side of its reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    /// As the world says.
    Stated { usual: Rate, closing: Rate },
    /// As the plan says.
    Tier(Tier),
}

impl Width {
    /// Steps to either side of a reference, after that last close. `dollar`: steps in a unit of the currency.
    pub fn steps(self, reference: Price, close: Price, dollar: i64, closing: bool) -> i64 {
        let tier = match self {
            Self::Stated { usual, closing: late } => {
                return share(reference, if closing { late } else { usual }.billionths()).abs();
            }
            Self::Tier(tier) => tier,
        };
        let percent = |percent: i64| share(reference, percent * 10_000_000).abs();
        // Compared in hundredths of steps: a step may be larger than a cent.
        let (cents, dollar) = (i128::from(close.steps()) * 100, i128::from(dollar));
        let twice = if closing { 2 } else { 1 };
        if cents > 300 * dollar {
            match tier {
                Tier::One => percent(5 * twice),
                Tier::Two => percent(10),
            }
        } else if cents >= 75 * dollar {
            percent(20 * twice)
        } else {
            // To the nearest step.
            let fixed = (2 * i128::from(15 * twice) * dollar + 100).div_euclid(200);
            percent(75 * twice).min(i64::try_from(fixed).unwrap_or(i64::MAX))
        }
    }
}
