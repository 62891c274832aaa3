//! Holding a price up: a firm that is large in something buys more of it when it falls, for what its own positions would
//! lose.
//!
//! - While the mark is below that of the last close it buys, at no more than that, `share` of what others traded in the last
//!   tick; in the same tick it posts the margin that the larger position needs.
//! - It pays calls first, and buys only with money beyond what it `keeps`: when that is gone it buys no more, and what it
//!   held up has one buyer less.
//! - It starts afresh from each close: it holds up the price that it finds.
//!
//! Source: what a jury found Archegos to have done with its purchases of total-return swaps in March 2021 (SEC complaint
//! 22-cv-03402, 27 April 2022). No published rule tells its pace: `share` and `keeps` are for a world to justify.

use ground::units::{AccountId, Cash, InstrumentId, Lots};
use language::read::Read;

/// One price that a firm holds up.
#[derive(Clone, Debug, PartialEq, Read)]
pub struct SupportFile {
    /// Something that it holds there.
    pub instrument: String,
    /// Where it buys more.
    pub lender: String,
    /// Its purchases as a share of what others traded in the last tick.
    #[read(within = 1e-6..=0.95)]
    pub share: f64,
    /// Money that it keeps for calls, in major units: with no more than that it buys nothing.
    #[read(not_negative)]
    pub keeps: f64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SupportPlan {
    pub account: AccountId,
    pub instrument: InstrumentId,
    pub share: f64,
    pub keeps: Cash,
}

impl SupportPlan {
    /// What it would buy after a tick in which others traded so much.
    pub fn pace(&self, volume: Lots) -> Lots {
        Lots::new((volume.get() as f64 * self.share) as i64)
    }
}

/// As much of `wanted` as its margin can be posted for. `needs` is the money that so many lots ask for, and grows with them.
pub fn affordable(wanted: Lots, free: Cash, needs: impl Fn(Lots) -> Cash) -> Lots {
    let need = needs(wanted);
    if need <= free {
        return wanted;
    }
    let part = free.at_least_zero().to_minor() as f64 / need.to_minor() as f64;
    let lots = Lots::new((wanted.get() as f64 * part) as i64);
    // A requirement that is no straight line may ask for more: then it waits for the next tick.
    if needs(lots) <= free { lots } else { Lots::ZERO }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_buys_its_share_of_what_others_traded() {
        let (account, instrument) = (AccountId::new(0), InstrumentId::new(0));
        let own = SupportPlan { account, instrument, share: 0.25, keeps: Cash::ZERO };
        assert_eq!(own.pace(Lots::new(1_000)), Lots::new(250));
        assert_eq!(own.pace(Lots::new(3)), Lots::ZERO, "less than a lot is none");
    }

    #[test]
    fn it_buys_no_more_than_it_can_post_margin_for() {
        // Fifteen minor units a lot; what is free beyond ten lots is not enough for eleven.
        let needs = |lots: Lots| Cash::minor(i128::from(lots.get()) * 15);
        assert_eq!(affordable(Lots::new(8), Cash::minor(150), needs), Lots::new(8));
        assert_eq!(affordable(Lots::new(100), Cash::minor(150), needs), Lots::new(10));
        assert_eq!(affordable(Lots::new(100), Cash::minor(-1), needs), Lots::ZERO);
        let steep = |lots: Lots| Cash::minor(if lots.is_zero() { 0 } else { 200 });
        assert_eq!(affordable(Lots::new(100), Cash::minor(150), steep), Lots::ZERO, "a minimum that it cannot meet");
    }
}
