//! Points of a sample: where in the unit cube they lie, the same for the same first seed.
//!
//! - `latin-hypercube`: of N points each path has one in every N-th of its range (McKay, Beckman and Conover,
//!   "A Comparison of Three Methods for Selecting Values of Input Variables", Technometrics 21 (1979) 239-245).
//! - `sobol`: a Sobol' sequence with Owen's scrambling, by the crate `sobol_burley` (Burley, "Practical Hash-based Owen
//!   Scrambling", JCGT 10 (2020)); most even where N is a power of two.
//! - `random`: independent draws.
//!
//! Each path draws from its own stream, so one path more leaves the points of the others as they were (of `sobol`: one more
//! behind them).

use ground::rng::{Purpose, Stream, name_hash, stream, uniform};

/// How points are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    LatinHypercube,
    Sobol,
    Random,
}

/// Which method, and how many points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    pub method: Method,
    pub points: u32,
}

/// More points than a sweep can have.
pub const MOST_POINTS: u32 = 1_000_000;
/// As far as the sequence and its dimensions go.
pub const MOST_SOBOL_POINTS: u32 = 1 << 16;
pub const MOST_SOBOL_PATHS: usize = 256;

impl Method {
    pub const ALL: [Self; 3] = [Self::LatinHypercube, Self::Sobol, Self::Random];

    /// As it is typed.
    pub fn word(self) -> &'static str {
        match self {
            Self::LatinHypercube => "latin-hypercube",
            Self::Sobol => "sobol",
            Self::Random => "random",
        }
    }
}

impl Sample {
    /// By path, by point: at least 0 and below 1.
    pub fn draw(self, seed: u64, paths: &[&str]) -> Vec<Vec<f64>> {
        let along = |(dimension, path): (usize, &&str)| {
            let mut own = stream(seed, &format!("sweep: {path}"), Purpose::Design);
            match self.method {
                Method::LatinHypercube => hypercube(&mut own, self.points),
                Method::Random => (0..self.points).map(|_| uniform(&mut own)).collect(),
                Method::Sobol => {
                    let scramble = (name_hash("sweep") ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)) >> 32;
                    let at = |point| f64::from(sobol_burley::sample(point, dimension as u32, scramble as u32));
                    (0..self.points).map(at).collect()
                }
            }
        };
        paths.iter().enumerate().map(along).collect()
    }
}

/// One draw in every N-th, in an order shuffled by Fisher and Yates.
fn hypercube(stream: &mut Stream, points: u32) -> Vec<f64> {
    let mut strata: Vec<u32> = (0..points).collect();
    for last in (1..strata.len()).rev() {
        let other = (uniform(stream) * (last + 1) as f64) as usize;
        strata.swap(last, other.min(last));
    }
    strata.into_iter().map(|stratum| (f64::from(stratum) + uniform(stream)) / f64::from(points)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draw(method: Method, points: u32, paths: &[&str]) -> Vec<Vec<f64>> {
        Sample { method, points }.draw(7, paths)
    }

    #[test]
    fn a_latin_hypercube_has_one_point_in_each_stratum_of_each_path() {
        for along in draw(Method::LatinHypercube, 50, &["a", "b", "c"]) {
            let mut strata: Vec<usize> = along.iter().map(|share| (share * 50.0) as usize).collect();
            strata.sort_unstable();
            assert_eq!(strata, (0..50).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_scrambled_sobol_sequence_is_as_even_in_each_path_and_in_pairs() {
        let both = draw(Method::Sobol, 64, &["a", "b"]);
        for along in &both {
            let mut strata: Vec<usize> = along.iter().map(|share| (share * 64.0) as usize).collect();
            strata.sort_unstable();
            assert_eq!(strata, (0..64).collect::<Vec<_>>());
        }
        // A (0, 6, 2)-net: one point in each square of an eighth by an eighth.
        let mut squares: Vec<usize> =
            both[0].iter().zip(&both[1]).map(|(x, y)| (x * 8.0) as usize * 8 + (y * 8.0) as usize).collect();
        squares.sort_unstable();
        assert_eq!(squares, (0..64).collect::<Vec<_>>());
    }

    #[test]
    fn points_depend_on_the_seed_and_a_path_keeps_its_own() {
        for method in Method::ALL {
            let one = draw(method, 16, &["a", "b"]);
            assert_eq!(one, draw(method, 16, &["a", "b"]));
            assert_eq!(one[..], draw(method, 16, &["a", "b", "c"])[..2]);
            assert_ne!(one, Sample { method, points: 16 }.draw(8, &["a", "b"]));
            assert!(one.iter().flatten().all(|share| (0.0..1.0).contains(share)));
        }
    }
}
