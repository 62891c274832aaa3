//! Random streams: one for each (seed, who, purpose).
//!
//! A stream is named by words, not by numbers that shift: adding, removing or silencing one trader,
//! or switching liquidation off, leaves the draws of all others as they were. ChaCha with eight
//! rounds gives the same numbers on every platform.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

pub type Stream = ChaCha8Rng;

/// What a stream is for. Numbers are part of what makes a run repeatable: never reuse one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A trader's decisions.
    Decide = 1,
    /// The walk of the value that informed traders agree on.
    Value = 2,
    /// A trader's fixed traits, drawn once.
    Traits = 3,
    /// Whether and when a lender breaks an agreement with others.
    Betrayal = 8,
    /// Whether a lender grants a firm time.
    Talk = 6,
    /// Where the points of a sampled sweep lie.
    Design = 20,
}

/// The stream of one subject for one purpose.
pub fn stream(seed: u64, subject: &str, purpose: Purpose) -> Stream {
    let name = name_hash(subject);
    let mut key = [0; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    key[8..16].copy_from_slice(&name.to_le_bytes());
    key[16..24].copy_from_slice(&(purpose as u64).to_le_bytes());
    Stream::from_seed(key)
}

/// Where an order stands in the queue of its tick. Depends on the seed, the trader's name, the tick
/// and how many orders the trader sent before in that tick, and on nothing that others do.
pub fn turn(seed: u64, name: u64, tick: u32, sequence: u32) -> u64 {
    let moment = (u64::from(tick) << 32) | u64::from(sequence);
    mix(seed ^ mix(name ^ mix(moment)))
}

/// A 64-bit name for a word (FNV-1a, then mixed).
pub fn name_hash(word: &str) -> u64 {
    let hash = word
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    mix(hash)
}

/// The finaliser of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
/// generators", OOPSLA 2014): a bijection that spreads every bit.
const fn mix(mut x: u64) -> u64 {
    x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// Uniform on [0, 1), from 53 bits.
pub fn uniform(stream: &mut Stream) -> f64 {
    use rand::Rng;
    (stream.next_u64() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
}

/// Exponential with this mean.
pub fn exponential(stream: &mut Stream, mean: f64) -> f64 {
    -mean * crate::ops::ln(1.0 - uniform(stream))
}

/// Standard normal, by the polar method of Marsaglia and Bray (SIAM Review 6 (1964) 260-264).
pub fn normal(stream: &mut Stream) -> f64 {
    loop {
        let (x, y) = (2.0 * uniform(stream) - 1.0, 2.0 * uniform(stream) - 1.0);
        let square = x * x + y * y;
        if square > 0.0 && square < 1.0 {
            return x * (-2.0 * crate::ops::ln(square) / square).sqrt();
        }
    }
}

/// Whole ticks to wait at a constant rate, with this mean: at least one.
pub fn wait_ticks(stream: &mut Stream, mean_ticks: f64) -> u32 {
    (exponential(stream, mean_ticks).ceil() as u32).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_depends_on_seed_name_and_purpose_alone() {
        let first = |seed, name, purpose| uniform(&mut stream(seed, name, purpose));
        let base = first(1, "noise[viac,0]", Purpose::Decide);
        assert_eq!(base, first(1, "noise[viac,0]", Purpose::Decide));
        assert_ne!(base, first(2, "noise[viac,0]", Purpose::Decide));
        assert_ne!(base, first(1, "noise[viac,1]", Purpose::Decide));
        assert_ne!(base, first(1, "noise[viac,0]", Purpose::Value));
    }

    #[test]
    fn draws_have_the_moments_they_should() {
        let mut stream = stream(7, "moments", Purpose::Traits);
        let n = 100_000;
        let (mut sum, mut squares, mut waits) = (0.0, 0.0, 0.0);
        for _ in 0..n {
            let x = normal(&mut stream);
            sum += x;
            squares += x * x;
            waits += exponential(&mut stream, 3.0);
        }
        let n = f64::from(n);
        assert!((sum / n).abs() < 0.02, "mean {}", sum / n);
        assert!((squares / n - 1.0).abs() < 0.02, "variance {}", squares / n);
        assert!((waits / n - 3.0).abs() < 0.05, "mean wait {}", waits / n);
    }
}
