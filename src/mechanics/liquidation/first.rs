//! What goes first: the order in which a breached account's positions are closed.
//!
//! The same order says which positions are worked on in a tick ([`WhatFirst::may_go`]) and, when only a part of the
//! account must go, which part ([`WhatFirst::tranches`]).

use super::WhatFirst;
use ground::units::{Cash, Lots};
use std::cmp::Ordering;

/// What the choice looks at in one position.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// Value lost since a contract was last settled, or since what is owned was bought; negative for a gain.
    pub loss: Cash,
    /// Days of ordinary volume that the position is.
    pub days: f64,
    /// What closing it takes off the requirement for each unit of money that this is expected to cost; negative when
    /// closing it adds to the requirement. Zero where nobody asks.
    pub freed: f64,
    /// Lots, without sign, that no other position hedges. Zero where nobody asks.
    pub unhedged: Lots,
    /// Of its name: who goes first of two that are alike is not who is declared first.
    pub turn: u64,
    /// Whether anything of it is still to go.
    pub open: bool,
}

impl WhatFirst {
    /// Whether the position at `index` may be worked on now, given all of the account's positions in
    /// instrument order. Ties are broken by name.
    pub fn may_go(self, index: usize, all: &[Candidate]) -> bool {
        let open = || (0..all.len()).filter(|place| all[*place].open);
        match self {
            Self::ProRata => all[index].open,
            Self::LargestLoss | Self::MostLiquid | Self::MarginFreed => {
                open().min_by(|a, b| self.rank(*a, *b, all)) == Some(index)
            }
            Self::KeepHedges => {
                let naked = |place: usize| all[place].unhedged.is_positive();
                all[index].open && (naked(index) || !open().any(naked))
            }
        }
    }

    /// Whether positions must be closed at the same pace, share by share.
    pub const fn in_step(self) -> bool {
        matches!(self, Self::KeepHedges)
    }

    /// Parts of the account in the order in which they go: places, and lots without sign. Positions in one tranche
    /// go at the same pace. Together they are everything: `lots` of each.
    pub fn tranches(self, all: &[Candidate], lots: &[Lots]) -> Vec<Vec<(usize, Lots)>> {
        let whole = |place: usize| (place, lots[place].abs());
        let places = || (0..all.len()).filter(|place| !lots[*place].is_zero());
        match self {
            Self::ProRata => vec![places().map(whole).collect()],
            Self::LargestLoss | Self::MostLiquid | Self::MarginFreed => {
                let mut order: Vec<_> = places().collect();
                order.sort_by(|a, b| self.rank(*a, *b, all));
                order.into_iter().map(|place| vec![whole(place)]).collect()
            }
            Self::KeepHedges => {
                let naked = |place: usize| all[place].unhedged.min(lots[place].abs());
                let first = places().map(|place| (place, naked(place)));
                let then = places().map(|place| (place, lots[place].abs() - naked(place)));
                vec![
                    first.filter(|(_, lots)| lots.is_positive()).collect(),
                    then.filter(|(_, lots)| lots.is_positive()).collect(),
                ]
            }
        }
    }

    /// Which of two goes before the other.
    fn rank(self, a: usize, b: usize, all: &[Candidate]) -> Ordering {
        let (one, other) = (&all[a], &all[b]);
        let by_rule = match self {
            Self::LargestLoss => other.loss.cmp(&one.loss),
            Self::MostLiquid => one.days.total_cmp(&other.days),
            Self::MarginFreed => other.freed.total_cmp(&one.freed),
            Self::ProRata | Self::KeepHedges => Ordering::Equal,
        };
        by_rule.then(one.turn.cmp(&other.turn)).then(a.cmp(&b))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidates() -> [Candidate; 3] {
        let candidate = |loss, days, freed, unhedged, open| Candidate {
            loss: Cash::minor(loss),
            days,
            freed,
            unhedged: Lots::new(unhedged),
            turn: 0,
            open,
        };
        [candidate(10, 3.0, -2.0, 0, true), candidate(500, 9.0, 40.0, 30, true), candidate(900, 0.1, 90.0, 100, false)]
    }

    fn goes(first: WhatFirst, all: &[Candidate]) -> Vec<bool> {
        (0..all.len()).map(|index| first.may_go(index, all)).collect()
    }

    #[test]
    fn the_largest_loss_that_is_still_open_goes_first() {
        assert_eq!(goes(WhatFirst::LargestLoss, &candidates()), [false, true, false]);
    }

    #[test]
    fn the_position_that_is_smallest_against_its_market_goes_first() {
        assert_eq!(goes(WhatFirst::MostLiquid, &candidates()), [true, false, false]);
    }

    #[test]
    fn what_frees_most_margin_for_its_slippage_goes_first_and_a_hedge_last() {
        assert_eq!(goes(WhatFirst::MarginFreed, &candidates()), [false, true, false]);
    }

    #[test]
    fn pro_rata_works_on_all_that_is_open() {
        assert_eq!(goes(WhatFirst::ProRata, &candidates()), [true, true, false]);
    }

    #[test]
    fn what_is_hedged_waits_for_what_is_not() {
        let mut all = candidates();
        assert_eq!(goes(WhatFirst::KeepHedges, &all), [false, true, false]);
        all[1].unhedged = Lots::ZERO;
        assert_eq!(goes(WhatFirst::KeepHedges, &all), [true, true, false]);
    }

    #[test]
    fn tranches_are_everything_in_the_order_of_the_rule() {
        let lots = [Lots::new(-50), Lots::new(80), Lots::new(100)];
        let all = candidates();
        let plain = |first: WhatFirst| -> Vec<Vec<(usize, i64)>> {
            let tranches = first.tranches(&all, &lots);
            tranches.iter().map(|tranche| tranche.iter().map(|(place, lots)| (*place, lots.get())).collect()).collect()
        };
        assert_eq!(plain(WhatFirst::ProRata), [vec![(0, 50), (1, 80), (2, 100)]]);
        assert_eq!(plain(WhatFirst::LargestLoss), [[(2, 100)], [(1, 80)], [(0, 50)]]);
        assert_eq!(plain(WhatFirst::MostLiquid), [[(2, 100)], [(0, 50)], [(1, 80)]]);
        assert_eq!(plain(WhatFirst::MarginFreed), [[(2, 100)], [(1, 80)], [(0, 50)]]);
        assert_eq!(plain(WhatFirst::KeepHedges), [vec![(1, 30), (2, 100)], vec![(0, 50), (1, 50)]]);
    }
}
