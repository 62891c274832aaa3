//! The excess capital premium: what a clearing house asks of a member whose risk outgrows its capital.
//!
//! NSCC: `(VaR − ENC) × VaR ÷ ENC` when the value at risk exceeds the member's excess net capital
//! (its excess capital premium; on 28 January 2021 it came to 2.2 bn for one broker: Risk.net).

use ground::units::Cash;

/// On top of the requirement, rounded up. Nothing when the capital covers the risk. A member with no capital at all
/// would have a premium without end: it is asked for its value at risk once more.
pub fn excess_capital_premium(value_at_risk: Cash, capital: Cash) -> Cash {
    let over = value_at_risk - capital.at_least_zero();
    if !over.is_positive() {
        return Cash::ZERO;
    }
    let capital = if capital.is_positive() { capital.to_minor() } else { return value_at_risk };
    let (over, risk) = (over.to_minor(), value_at_risk.to_minor());
    // over × risk ÷ capital, without forming the product where it would not fit.
    let premium = match over.checked_mul(risk) {
        Some(product) => (product + capital - 1) / capital,
        None => (over / capital + 1).saturating_mul(risk),
    };
    Cash::minor(premium)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_morning_of_28_january_2021() {
        // VaR 1.4 bn, capital 0.544 bn: 0.856 × 1.4 ÷ 0.544 = 2.202 941 176 470 588 2... bn.
        let dollars = |dollars: i128| Cash::minor(dollars * 100);
        let premium = excess_capital_premium(dollars(1_400_000_000), dollars(544_000_000));
        assert_eq!(premium, Cash::minor(220_294_117_648));
    }

    #[test]
    fn who_has_the_capital_pays_no_premium() {
        assert_eq!(excess_capital_premium(Cash::minor(500), Cash::minor(500)), Cash::ZERO);
        assert_eq!(excess_capital_premium(Cash::minor(500), Cash::minor(700)), Cash::ZERO);
        // 1 over 500 of capital, on 501: one and a bit, rounded up.
        assert_eq!(excess_capital_premium(Cash::minor(501), Cash::minor(500)), Cash::minor(2));
        assert_eq!(excess_capital_premium(Cash::minor(501), Cash::ZERO), Cash::minor(501));
    }
}
