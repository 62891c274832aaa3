//! How orders are placed: how many lots this tick.

use super::How;
use crate::units::Lots;

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
}

impl How {
    /// Lots to order now, of `free` that are still to go and that no order is working on, out of `total` at
    /// the start.
    pub fn lots_now(self, free: Lots, total: Lots, pace: Pace) -> Lots {
        let wanted = match self {
            Self::Market => free,
            // A share of all that trades is `share / (1 − share)` of what the others trade. Counting
            // others alone keeps several such sellers from chasing each other's volume.
            Self::ShareOfVolume { share } if !pace.auction => {
                Lots::new((pace.voluntary_volume.get() as f64 * share / (1.0 - share)).ceil() as i64)
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
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACE: Pace = Pace { voluntary_volume: Lots::new(900), ticks_per_hour: 60.0, ticks_worked: 0, auction: false };

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
    fn only_a_market_order_goes_into_the_auction() {
        let pace = Pace { auction: true, ..PACE };
        assert_eq!(How::Market.lots_now(Lots::new(7), Lots::new(9), pace), Lots::new(7));
        assert_eq!(How::ShareOfVolume { share: 0.5 }.lots_now(Lots::new(7), Lots::new(9), pace), Lots::ZERO);
    }
}
