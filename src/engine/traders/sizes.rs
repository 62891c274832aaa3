//! How large the members of a population are beside each other.
//!
//! A population states what its mean member starts with. Sizes name a distribution of which the members are the evenly
//! spaced quantiles, scaled so that their mean is exactly what is stated: nothing is left to chance, so what a population
//! holds together is the same at every seed and hangs on the count only in its last digits. Which member has which size
//! follows a fixed order without a pattern, so that size goes with nothing else that follows members' numbers.

use ground::ops::{exp, powf};
use ground::rng::{Stream, normal, uniform};
use language::read::Read;
use mechanics::margin::pricing::quantile;

#[derive(Clone, Copy, Debug, PartialEq, Read)]
pub enum Sizes {
    /// The logarithm is normal with this standard deviation.
    LogNormal {
        #[read(within = 0.0..=5.0)]
        sigma: f64,
    },
    /// A share `x^-exponent` of members is larger than `x` times the smallest. Wealth and deposits have exponents a little
    /// above 1.
    Pareto {
        #[read(within = 0.5..=100.0)]
        exponent: f64,
    },
}

impl Sizes {
    /// By member: its size over the mean.
    pub fn of(self, members: u32) -> Vec<f64> {
        self.in_order(members, GOLDEN)
    }

    /// The same for something else in which members differ: in another order, so that it does not go with size.
    pub fn of_another(self, members: u32) -> Vec<f64> {
        self.in_order(members, SILVER)
    }

    /// One drawn by chance, over the mean of all that could be: for populations of which nobody keeps a list.
    pub fn draw(self, draws: &mut Stream) -> f64 {
        match self {
            Self::LogNormal { sigma } => exp(sigma * normal(draws) - sigma * sigma / 2.0),
            Self::Pareto { exponent } => powf(1.0 - uniform(draws), -1.0 / exponent) * (exponent - 1.0) / exponent,
        }
    }

    /// Whether what is drawn has a mean that it could be measured by.
    pub fn has_mean(self) -> bool {
        !matches!(self, Self::Pareto { exponent } if exponent <= 1.0)
    }

    fn in_order(self, members: u32, section: f64) -> Vec<f64> {
        let raw: Vec<f64> = (0..members).map(|member| self.quantile(rank(member, members, section), members)).collect();
        let mean = raw.iter().sum::<f64>() / f64::from(members.max(1));
        raw.into_iter().map(|size| size / mean).collect()
    }

    fn quantile(self, rank: u32, members: u32) -> f64 {
        let above = 1.0 - (f64::from(rank) + 0.5) / f64::from(members);
        match self {
            Self::LogNormal { sigma } => exp(-sigma * quantile(above)),
            Self::Pareto { exponent } => powf(above, -1.0 / exponent),
        }
    }
}

/// Of all members: the golden section, and that of the square root of two.
const GOLDEN: f64 = 0.618_033_988_749_895;
const SILVER: f64 = 0.414_213_562_373_095;

/// The rank of a member by size: steps of about this section of all of them, which meet each once.
fn rank(member: u32, members: u32, section: f64) -> u32 {
    let mut step = (f64::from(members) * section) as u32;
    while step < members && common(step, members) != 1 {
        step += 1;
    }
    (u64::from(member) * u64::from(step) % u64::from(members.max(1))) as u32
}

/// The greatest common divisor.
fn common(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { common(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rank_is_taken_once() {
        for members in [1, 2, 3, 6, 7, 100, 1_000, 4_096] {
            for section in [GOLDEN, SILVER] {
                let mut ranks: Vec<u32> = (0..members).map(|member| rank(member, members, section)).collect();
                ranks.sort_unstable();
                assert_eq!(ranks, (0..members).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn two_things_in_which_members_differ_do_not_go_together() {
        let (sizes, others) =
            (Sizes::LogNormal { sigma: 0.5 }.of(1_000), Sizes::LogNormal { sigma: 0.5 }.of_another(1_000));
        let together: f64 = sizes.iter().zip(&others).map(|(one, other)| (one - 1.0) * (other - 1.0)).sum();
        let alone: f64 = sizes.iter().map(|one| (one - 1.0) * (one - 1.0)).sum();
        assert!((together / alone).abs() < 0.05, "{}", together / alone);
    }

    #[test]
    fn sizes_have_the_mean_that_is_stated_and_the_tail_that_is_named() {
        for sizes in [Sizes::LogNormal { sigma: 1.5 }, Sizes::Pareto { exponent: 1.2 }] {
            let all = sizes.of(1_000);
            assert!((all.iter().sum::<f64>() / 1_000.0 - 1.0).abs() < 1e-12);
        }
        let mut all = Sizes::Pareto { exponent: 1.5 }.of(1_000);
        all.sort_by(f64::total_cmp);
        // Above the member of rank 990 are 9.5 of 1 000: it is 0.0095^(−1/1.5) = 22.3 times the smallest there can be.
        assert!((all[990] / all[0] - 22.29).abs() < 0.02, "{}", all[990] / all[0]);
        assert_eq!(Sizes::LogNormal { sigma: 0.0 }.of(3), [1.0; 3]);
    }
}
