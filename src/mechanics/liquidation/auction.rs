//! Sales off the book: the prices at which auctions sell.
//!
//! The lender sells a long and buys back a short; prices mirror each other. Prices are decided in floating point and
//! become whole steps by one rounding, in favour of the account that is sold out; cash then moves exactly.
//!
//! - *Block*: sealed bids, best first, each at its own price.
//! - *Backstop*: a fixed discount to the mark.
//! - *Dutch*: the price falls by steps until somebody takes it. Maker's Liquidations 2.0 of 2021 sell so.
//! - *English*: bids rise by a least increment until time is up. Maker's auctions of March 2020 did, in lots of 50 ETH
//!   with increments of 3 %, and many lots met a single bid of nothing (facts of 12 March 2020).

use ground::units::{Price, Side, Span};

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Auction {
    Block { after: Span, reserve: f64 },
    Backstop { discount: f64 },
    Dutch { start: f64, cut: f64, every: Span, tail: Span },
    English { lot_units: f64, increment: f64, length: Span },
}

impl Auction {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Block { .. } => "block",
            Self::Backstop { .. } => "backstop",
            Self::Dutch { .. } => "dutch",
            Self::English { .. } => "english",
        }
    }

    /// How long one offer stands. Who is on the backstop is asked once.
    pub const fn length(self) -> Span {
        match self {
            Self::Block { after, .. } => after,
            Self::Backstop { .. } => Span::ZERO,
            Self::Dutch { tail, .. } => tail,
            Self::English { length, .. } => length,
        }
    }
}

/// The mark, worse by a share of it for the account that trades on this side.
pub fn off_mark(side: Side, mark: Price, share: f64) -> Price {
    let steps = (mark.steps() as f64).abs() * share;
    rounded(side, mark.steps() as f64 + worse(side) * steps)
}

/// A Dutch auction's price so long after it opened at this mark.
pub fn dutch_price(side: Side, mark: Price, start: f64, cut: f64, every: Span, elapsed: Span) -> Price {
    let cuts = (elapsed.as_seconds() / every.as_seconds().max(1)).clamp(0, i64::from(i32::MAX)) as i32;
    // A product by squaring: the same bits everywhere.
    let factor = start * powi(1.0 - cut, cuts);
    let mark = mark.steps() as f64;
    // Below zero a better price is one closer to zero or above it, for who sells.
    let selling = (side == Side::Sell) == (mark >= 0.0);
    let steps = if selling { mark * factor } else { mark / factor };
    rounded(side, steps)
}

/// The least that beats a standing bid: better for the account by a share of it, and by a step at least.
pub fn bid_to_beat(side: Side, standing: Price, increment: f64) -> Price {
    let more = ((standing.steps() as f64).abs() * increment).ceil().max(1.0);
    rounded(side, standing.steps() as f64 - worse(side) * more)
}

/// The direction of a price that is worse for who trades on this side.
const fn worse(side: Side) -> f64 {
    match side {
        Side::Sell => -1.0,
        Side::Buy => 1.0,
    }
}

/// To the next step that is better for who trades on this side, inside the range of prices.
fn rounded(side: Side, steps: f64) -> Price {
    let nearest = steps.round();
    let steps = match side {
        // On a step but for the last bits of a product.
        _ if (steps - nearest).abs() <= 1e-9 * steps.abs().max(1.0) => nearest,
        Side::Sell => steps.ceil(),
        Side::Buy => steps.floor(),
    };
    Price::new(steps as i64).clamped()
}

fn powi(base: f64, mut exponent: i32) -> f64 {
    let (mut square, mut product) = (base, 1.0);
    while exponent > 0 {
        if exponent & 1 == 1 {
            product *= square;
        }
        square *= square;
        exponent >>= 1;
    }
    product
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARK: Price = Price::new(10_000);

    #[test]
    fn a_discount_is_against_the_account_on_either_side() {
        assert_eq!(off_mark(Side::Sell, MARK, 0.05), Price::new(9_500));
        assert_eq!(off_mark(Side::Buy, MARK, 0.05), Price::new(10_500));
        // What is owed at a negative price is handed over for more.
        assert_eq!(off_mark(Side::Sell, Price::new(-100), 0.05), Price::new(-105));
    }

    #[test]
    fn a_dutch_price_falls_a_cut_at_a_time() {
        let at =
            |side, minutes: i64| dutch_price(side, MARK, 1.2, 0.1, Span::seconds(60), Span::seconds(minutes * 60i64));
        let falls = [0, 1, 2, 3].map(|minutes| at(Side::Sell, minutes).steps());
        assert_eq!(falls, [12_000, 10_800, 9_720, 8_748]);
        // 10 000 ÷ 1.2, ÷ 1.08, ÷ 0.972.
        assert_eq!([0, 1, 2].map(|minutes| at(Side::Buy, minutes).steps()), [8_333, 9_259, 10_288]);
    }

    #[test]
    fn a_bid_is_beaten_by_its_increment_or_a_step() {
        assert_eq!(bid_to_beat(Side::Sell, MARK, 0.03), Price::new(10_300));
        assert_eq!(bid_to_beat(Side::Sell, Price::new(0), 0.03), Price::new(1));
        assert_eq!(bid_to_beat(Side::Buy, MARK, 0.03), Price::new(9_700));
    }
}
