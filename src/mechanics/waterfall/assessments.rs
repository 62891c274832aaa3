//! Assessments: cash calls on the surviving members once the fund is gone, pro rata to their contributions and
//! up to a cap, usually one to 2.75 times the contribution over one run.
//!
//! Each is asked in full at once. It pays from what it has at the clearing house beyond its margin, and then from its
//! treasury. A member that has not the money for all of it fails: the house keeps of what it holds as much as it asked
//! for, the member's own positions are closed out, and what it did not pay is asked of the others. That is how one
//! default becomes several.

use super::{Source, share};
use ground::units::Cash;

/// What one member was asked for, all rounds together, and what it paid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Assessed {
    pub asked: Cash,
    pub paid: Cash,
    /// It was asked for more than it had.
    pub failed: bool,
}

pub fn takes(left: Cash, sources: &[Source]) -> Vec<Assessed> {
    let mut assessed = vec![Assessed::default(); sources.len()];
    let mut left = left;
    while left.is_positive() {
        let open = |(source, so_far): (&Source, &Assessed)| {
            let room = if so_far.failed { Cash::ZERO } else { source.room - so_far.asked };
            (source.weight, room)
        };
        let payers: Vec<_> = sources.iter().zip(&assessed).map(open).collect();
        let asked = share::pro_rata(left, &payers);
        let mut anybody_failed = false;
        for ((asked, so_far), source) in asked.into_iter().zip(&mut assessed).zip(sources) {
            so_far.asked += asked;
            if asked.is_positive() && so_far.paid + asked <= source.ready {
                so_far.paid += asked;
                left -= asked;
            } else if asked.is_positive() {
                let kept = (source.held - so_far.paid).at_least_zero().min(asked);
                so_far.paid += kept;
                left -= kept;
                so_far.failed = true;
                anybody_failed = true;
            }
        }
        if !anybody_failed {
            break;
        }
    }
    assessed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::waterfall::Payer;
    use ground::units::TraderId;

    fn member(id: u32, weight: i128, room: i128, ready: i128) -> Source {
        let cash = Cash::minor;
        let payer = Payer::Treasury(TraderId::new(id));
        Source { payer, weight: cash(weight), room: cash(room), ready: cash(ready), held: Cash::ZERO }
    }

    #[test]
    fn what_the_house_holds_of_a_member_that_fails_stays_with_the_house() {
        // $100 over two equal members: the first has $30 at the house and nothing else, the second pays the rest.
        let members =
            [Source { held: Cash::minor(3_000), ..member(0, 1, 10_000, 3_000) }, member(1, 1, 10_000, 10_000)];
        let found = takes(Cash::minor(10_000), &members);
        let paid: Vec<_> = found.iter().map(|one| (one.paid.to_minor(), one.failed)).collect();
        assert_eq!(paid, [(3_000, true), (7_000, false)]);
    }

    #[test]
    fn a_member_that_cannot_pay_fails_and_the_others_are_asked_for_its_part() {
        // $100 over three equal members: 33.34, 33.33, 33.33. The second has $20 and fails; its 33.33 fall on the
        // other two, 16.67 and 16.66.
        let members = [member(0, 1, 10_000, 10_000), member(1, 1, 10_000, 2_000), member(2, 1, 10_000, 10_000)];
        let found = takes(Cash::minor(10_000), &members);
        let paid: Vec<_> = found.iter().map(|one| (one.paid.to_minor(), one.failed)).collect();
        assert_eq!(paid, [(5_001, false), (0, true), (4_999, false)]);
    }

    #[test]
    fn nobody_is_asked_for_more_than_the_cap() {
        let members = [member(0, 1, 3_000, 99_999), member(1, 3, 4_000, 99_999)];
        let found = takes(Cash::minor(10_000), &members);
        assert_eq!(found.iter().map(|one| one.paid.to_minor()).collect::<Vec<_>>(), [3_000, 4_000]);
    }

    #[test]
    fn one_failure_may_bring_the_next() {
        // Each has the money for a third, none for a half.
        let members = [member(0, 1, 9_000, 0), member(1, 1, 9_000, 4_000), member(2, 1, 9_000, 4_000)];
        let found = takes(Cash::minor(9_000), &members);
        // 30 each: the first fails, the others pay 30; then 15 each more than the $40 they have: both fail.
        assert!(found.iter().all(|one| one.failed));
        assert_eq!(found.iter().map(|one| one.paid.to_minor()).collect::<Vec<_>>(), [0, 3_000, 3_000]);
    }
}
