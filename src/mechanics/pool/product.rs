//! The constant product: the money over the lots is the price.

use super::{PARTS, ceil};
use ethnum::U256;
use ground::units::{Rate, Side};

/// What lots cost who buys them, or bring who sells them, with `held` lots and `money` in the pool; the fee is taken off
/// what is put in. There are more than `lots` held where lots are bought.
pub fn worth((held, money): (U256, U256), fee: Rate, side: Side, lots: U256) -> U256 {
    let kept = U256::from((PARTS - i128::from(fee.billionths())).unsigned_abs());
    let parts = U256::from(PARTS.unsigned_abs());
    match side {
        Side::Buy => ceil(money * lots * parts, (held - lots) * kept),
        Side::Sell => money * lots * kept / (held * parts + lots * kept),
    }
}

/// Lots by which the pool has more, or fewer, once the price is `ratio` times what it is: it goes with their inverse square.
pub fn lots_until(held: f64, ratio: f64) -> f64 {
    held * (1.0 / ratio.max(f64::MIN_POSITIVE).sqrt() - 1.0)
}
