//! Lenders that fail together, and owe each other: who loses how much, all at once.
//!
//! What one of them recovers from another is among what it can pay, and so on round a circle. The payments that agree with
//! each other, all claims on one lender ranking alike and the lender keeping nothing while a claim is unpaid, are a *clearing
//! vector*; of several the one that pays most is taken. Source: L. Eisenberg and T. Noe, "Systemic risk in financial
//! systems", Management Science 47 (2001) 236-249; theirs is that there is one that pays most (Theorem 1).
//!
//! What each lacks is counted up from nothing until none adds to another. Where nobody is in a circle that ends after a
//! lap of as many rounds as there are lenders. In a circle each lap may add little: as what is lacking grows ever slower with what
//! is lacked elsewhere (it is concave), the step of a lap is taken as many times over as still leaves each lacking no less than
//! it was said to.

use super::claims::{Claim, settle};
use ground::units::Cash;

/// A lender that has failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owing {
    /// What it has at the marks less all that it owes; what the others owe it counts in full.
    pub capital: Cash,
    pub claims: Vec<Cash>,
    /// Which of these claims are of which of the others, by their places.
    pub to: Vec<(usize, usize)>,
}

/// What becomes of each claim on each of them.
pub fn clear(all: &[Owing]) -> Vec<Vec<Claim>> {
    let mut lacking = vec![Cash::ZERO; all.len()];
    for _ in 0..MOST_LAPS {
        let next = lap(all, &lacking);
        let steps: Vec<Cash> = next.iter().zip(&lacking).map(|(next, now)| *next - *now).collect();
        if next == lacking {
            break;
        }
        lacking = next;
        let mut times = 1;
        while let Some(far) = ahead(all, &lacking, &steps, times) {
            (lacking, times) = (far, times * 2);
        }
    }
    all.iter().zip(lacking).map(|(own, lacking)| settle(lacking, &own.claims)).collect()
}

/// Each lap and what it leads to leave a part of what was left to count, and none needs so many.
const MOST_LAPS: usize = 10_000;

/// Once round the longest circle that there can be.
fn lap(all: &[Owing], lacking: &[Cash]) -> Vec<Cash> {
    (0..all.len()).fold(lacking.to_vec(), |lacking, _| lack(all, &lacking))
}

/// So many steps on; nothing where one of them would lack less than that.
fn ahead(all: &[Owing], lacking: &[Cash], steps: &[Cash], times: i128) -> Option<Vec<Cash>> {
    let far: Option<Vec<Cash>> = lacking
        .iter()
        .zip(steps)
        .map(|(now, step)| Some(*now + Cash::minor(step.to_minor().checked_mul(times)?)))
        .collect();
    let far: Vec<Cash> = far?.into_iter().zip(all).map(|(lacking, own)| lacking.min(own.owed())).collect();
    let goes_on = far != lacking && far.iter().zip(&lap(all, &far)).all(|(far, beyond)| beyond >= far);
    goes_on.then_some(far)
}

/// What each lacks, up to all that it owes, where each of the others lacks so much.
fn lack(all: &[Owing], lacking: &[Cash]) -> Vec<Cash> {
    let lost: Vec<Vec<Claim>> = all.iter().zip(lacking).map(|(own, lacking)| settle(*lacking, &own.claims)).collect();
    let lacks =
        |(place, own): (usize, &Owing)| (losses_of(all, &lost, place) - own.capital).at_least_zero().min(own.owed());
    all.iter().enumerate().map(lacks).collect()
}

/// What one of them loses to the others.
fn losses_of(all: &[Owing], lost: &[Vec<Claim>], place: usize) -> Cash {
    let to_it = |(own, lost): (&Owing, &Vec<Claim>)| -> Cash {
        own.to.iter().filter(|(_, creditor)| *creditor == place).map(|(claim, _)| lost[*claim].lost).sum()
    };
    all.iter().zip(lost).map(to_it).sum()
}

impl Owing {
    fn owed(&self) -> Cash {
        self.claims.iter().copied().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owing(capital: i128, claims: &[i128], to: &[(usize, usize)]) -> Owing {
        let claims = claims.iter().map(|claim| Cash::minor(*claim)).collect();
        Owing { capital: Cash::minor(capital), claims, to: to.to_vec() }
    }

    fn lost(all: &[Owing]) -> Vec<Vec<i128>> {
        clear(all).iter().map(|claims| claims.iter().map(|claim| claim.lost.to_minor()).collect()).collect()
    }

    #[test]
    fn a_loss_goes_down_a_chain_whoever_comes_first() {
        // The first lacks 60 of 100, half of it owed to the second, which has 20 and so lacks 10 of its own 50.
        let first = owing(-60, &[50, 50], &[(1, 1)]);
        let second = owing(20, &[50], &[]);
        assert_eq!(lost(&[first.clone(), second.clone()]), [vec![30, 30], vec![10]]);
        let turned = owing(-60, &[50, 50], &[(1, 0)]);
        assert_eq!(lost(&[second, turned]), [vec![10], vec![30, 30]]);
    }

    #[test]
    fn what_comes_round_a_circle_is_lost_again_until_it_rests() {
        // Each owes the other 100 and its clients 100; the first lacks 30, the second has nothing beside its loan.
        // a = 30 + b ÷ 2 and b = a ÷ 2: 40 and 20, less a unit that cannot be divided.
        let all = [owing(-30, &[100, 100], &[(1, 1)]), owing(0, &[100, 100], &[(1, 0)])];
        assert_eq!(lost(&all), [[20, 19], [10, 9]]);
        for (own, claims) in all.iter().zip(clear(&all)) {
            let place = usize::from(*own == all[1]);
            let all_lost: Cash = claims.iter().map(|claim| claim.lost).sum();
            assert_eq!(all_lost, losses_of(&all, &clear(&all), place) - own.capital, "what is lost is what is lacking");
        }
    }

    #[test]
    fn where_all_is_owed_in_the_circle_no_more_is_paid_than_somebody_has() {
        // Round after round adds 500 of thousands of millions.
        let much = 1 << 60;
        let all = [owing(-1_000, &[much], &[(0, 1)]), owing(500, &[much], &[(0, 0)])];
        assert_eq!(lost(&all), [[much], [much - 500]], "what the second has goes to the first, who pays nobody");
    }

    #[test]
    fn a_circle_of_large_sums_is_settled_to_the_unit() {
        let much = 1_000_000_000_007;
        let all = [
            owing(-much / 3, &[much, 3], &[(0, 1)]),
            owing(17, &[much, 11], &[(0, 2)]),
            owing(5, &[much, 1], &[(0, 0)]),
        ];
        let cleared = clear(&all);
        for (place, own) in all.iter().enumerate() {
            let all_lost: Cash = cleared[place].iter().map(|claim| claim.lost).sum();
            let owed: Cash = own.claims.iter().copied().sum();
            assert_eq!(all_lost, (losses_of(&all, &cleared, place) - own.capital).at_least_zero().min(owed));
        }
    }
}
