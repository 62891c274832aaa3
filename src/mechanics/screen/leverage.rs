//! Sixth check: gross exposure against equity, with the worse side of all orders filled. Options count by their deltas.

use super::Refusal;
use ground::units::Cash;

/// Without equity there is no leverage low enough.
pub fn check(gross: Cash, equity: Cash, most: f64) -> Result<(), Refusal> {
    let carried = most * equity.at_least_zero().to_minor() as f64;
    if gross.to_minor() as f64 > carried { Err(Refusal::Leverage) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_thousand_carry_a_hundred_thousand_at_ten_and_not_a_cent_more() {
        let at = |gross, equity| check(Cash::minor(gross), Cash::minor(equity), 10.0);
        assert_eq!((at(10_000_000, 1_000_000), at(10_000_001, 1_000_000)), (Ok(()), Err(Refusal::Leverage)));
        assert_eq!((at(1, -1), at(0, -1)), (Err(Refusal::Leverage), Ok(())));
    }
}
