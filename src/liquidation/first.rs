//! What goes first: the order in which a breached account's positions are closed.

use super::WhatFirst;
use crate::units::Cash;

/// What the choice looks at in one position.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// Value lost since the position was last settled; negative for a gain.
    pub loss: Cash,
    /// Days of ordinary volume that the position is.
    pub days: f64,
    /// Whether anything of it is still to go.
    pub open: bool,
}

impl WhatFirst {
    /// Whether the position at `index` may be worked on now, given all of the account's positions in
    /// instrument order. Ties go to the earlier one.
    pub fn may_go(self, index: usize, all: &[Candidate]) -> bool {
        let open = || all.iter().enumerate().filter(|(_, candidate)| candidate.open);
        match self {
            Self::ProRata => all[index].open,
            Self::LargestLoss => {
                open()
                    .max_by_key(|(place, candidate)| (candidate.loss, std::cmp::Reverse(*place)))
                    .map(|(place, _)| place)
                    == Some(index)
            }
            Self::MostLiquid => {
                open().min_by(|(_, a), (_, b)| a.days.total_cmp(&b.days)).map(|(place, _)| place) == Some(index)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidates() -> [Candidate; 3] {
        let candidate = |loss, days, open| Candidate { loss: Cash::minor(loss), days, open };
        [candidate(10, 3.0, true), candidate(500, 9.0, true), candidate(900, 0.1, false)]
    }

    #[test]
    fn the_largest_loss_that_is_still_open_goes_first() {
        let all = candidates();
        let goes: Vec<_> = (0..3).map(|index| WhatFirst::LargestLoss.may_go(index, &all)).collect();
        assert_eq!(goes, [false, true, false]);
    }

    #[test]
    fn the_position_that_is_smallest_against_its_market_goes_first() {
        let all = candidates();
        let goes: Vec<_> = (0..3).map(|index| WhatFirst::MostLiquid.may_go(index, &all)).collect();
        assert_eq!(goes, [true, false, false]);
    }

    #[test]
    fn pro_rata_works_on_all_that_is_open() {
        let all = candidates();
        let goes: Vec<_> = (0..3).map(|index| WhatFirst::ProRata.may_go(index, &all)).collect();
        assert_eq!(goes, [true, true, false]);
    }
}
