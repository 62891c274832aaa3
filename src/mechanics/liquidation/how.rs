//! How orders are placed: how many lots this tick, and at what price.

use super::How;
use crate::book::OrderKind;
use ground::units::{Lots, Price, Side};

/// What the market was like in the last tick, and how far trading time has come.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Traded by others than lenders selling clients out, in lots.
    pub voluntary_volume: Lots,
    pub ticks_per_hour: f64,
    /// Ticks in which the breach was worked on so far.
    pub ticks_worked: u32,
    /// Orders collect for a call auction.
    pub auction: bool,
    /// Its part in what all those who sell under one cap have left; 1 for who sells alone.
    pub part: f64,
}

impl How {
    /// Lots to order now, of `free` that are still to go and that no order is working on, out of `total` at
    /// the start.
    pub fn lots_now(self, free: Lots, total: Lots, pace: Pace) -> Lots {
        let wanted = match self {
            Self::Market | Self::Chase { .. } | Self::Auction(_) => free,
            // A share of all that trades is `share / (1 − share)` of what the others trade. Counting
            // others alone keeps several such sellers from chasing each other's volume.
            Self::ShareOfVolume { share } if !pace.auction => {
                Lots::new((pace.voluntary_volume.get() as f64 * share / (1.0 - share) * pace.part).ceil() as i64)
            }
            Self::Slices { over_hours } if !pace.auction => {
                let progress = f64::from(pace.ticks_worked + 1) / (over_hours * pace.ticks_per_hour).max(1.0);
                let done = (total - free).get() as f64;
                Lots::new((total.get() as f64 * progress.min(1.0) - done).max(0.0).ceil() as i64)
            }
            Self::ShareOfVolume { .. } | Self::Slices { .. } => Lots::ZERO,
        };
        wanted.min(free)
    }

    /// The order to place, in a market that stands so.
    pub fn order(self, side: Side, quotes: Quotes, collar: f64, ticks_worked: u32) -> OrderKind {
        let Self::Chase { step } = self else { return within_collar(side, quotes.mark, collar) };
        // It joins the best offer of its own side, and a step a tick goes towards, and then through, the other.
        let near = match side {
            Side::Sell => quotes.ask,
            Side::Buy => quotes.bid,
        };
        let mark = quotes.mark.steps() as f64;
        let away = (mark.abs() * step * f64::from(ticks_worked)).ceil();
        let price = beyond(side, near.unwrap_or(quotes.mark), away);
        let furthest = beyond(side, quotes.mark, (mark.abs() * collar).ceil());
        // A collar of 1 is none.
        let bounded = match side {
            _ if collar >= 1.0 => price,
            Side::Sell => price.max(furthest),
            Side::Buy => price.min(furthest),
        };
        OrderKind::Limit { price: bounded }
    }
}

/// What can be seen of the market an order goes to.
#[derive(Clone, Copy, Debug)]
pub struct Quotes {
    pub bid: Option<Price>,
    pub ask: Option<Price>,
    pub mark: Price,
}

/// At any price, or no further from the mark than the collar.
fn within_collar(side: Side, mark: Price, collar: f64) -> OrderKind {
    if collar >= 1.0 {
        return OrderKind::Market;
    }
    OrderKind::Limit { price: beyond(side, mark, ((mark.steps() as f64).abs() * collar).ceil()) }
}

/// So many steps worse for who trades on this side.
fn beyond(side: Side, from: Price, steps: f64) -> Price {
    let steps = steps as i64;
    let price = match side {
        Side::Sell => from.steps().saturating_sub(steps),
        Side::Buy => from.steps().saturating_add(steps),
    };
    Price::new(price).clamped()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACE: Pace =
        Pace { voluntary_volume: Lots::new(900), ticks_per_hour: 60.0, ticks_worked: 0, auction: false, part: 1.0 };

    #[test]
    fn a_tenth_of_all_volume_is_a_ninth_of_the_others() {
        let how = How::ShareOfVolume { share: 0.1 };
        assert_eq!(how.lots_now(Lots::new(5_000), Lots::new(5_000), PACE), Lots::new(100));
        assert_eq!(how.lots_now(Lots::new(30), Lots::new(5_000), PACE), Lots::new(30));
    }

    #[test]
    fn slices_keep_to_the_schedule_and_catch_up_when_behind() {
        let how = How::Slices { over_hours: 2.0 };
        let total = Lots::new(1_200);
        assert_eq!(how.lots_now(total, total, PACE), Lots::new(10));
        // After 59 ticks half is due with the next; 500 went, or are on their way, so 100 more.
        let later = Pace { ticks_worked: 59, ..PACE };
        assert_eq!(how.lots_now(Lots::new(700), total, later), Lots::new(100));
        assert_eq!(how.lots_now(Lots::new(600), total, later), Lots::ZERO);
    }

    #[test]
    fn a_chase_begins_at_its_own_touch_and_gives_way_a_step_a_tick_down_to_the_collar() {
        let how = How::Chase { step: 0.001 };
        let quotes = Quotes { bid: Some(Price::new(9_990)), ask: Some(Price::new(10_020)), mark: Price::new(10_000) };
        let price = |side, collar, ticks| how.order(side, quotes, collar, ticks).limit().map(Price::steps);
        let sells = [0, 1, 2, 3, 9].map(|ticks| price(Side::Sell, 0.005, ticks).unwrap());
        assert_eq!(sells, [10_020, 10_010, 10_000, 9_990, 9_950]);
        let buys = [0, 1, 4, 9].map(|ticks| price(Side::Buy, 1.0, ticks).unwrap());
        assert_eq!(buys, [9_990, 10_000, 10_030, 10_080]);
    }

    #[test]
    fn an_order_goes_no_further_than_its_collar() {
        let quotes = Quotes { bid: None, ask: None, mark: Price::new(10_000) };
        assert_eq!(How::Market.order(Side::Sell, quotes, 1.0, 0), OrderKind::Market);
        assert_eq!(How::Market.order(Side::Sell, quotes, 0.05, 0), OrderKind::Limit { price: Price::new(9_500) });
        assert_eq!(How::Market.order(Side::Buy, quotes, 0.05, 0), OrderKind::Limit { price: Price::new(10_500) });
    }

    #[test]
    fn only_a_market_order_goes_into_the_auction() {
        let pace = Pace { auction: true, ..PACE };
        assert_eq!(How::Market.lots_now(Lots::new(7), Lots::new(9), pace), Lots::new(7));
        assert_eq!(How::ShareOfVolume { share: 0.5 }.lots_now(Lots::new(7), Lots::new(9), pace), Lots::ZERO);
    }
}
