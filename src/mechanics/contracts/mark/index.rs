//! One price from those of several venues.

use super::Averaged;
use ground::units::{Price, Rate};

/// A venue's price that may count, and its weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fresh {
    pub price: Price,
    pub weight: i64,
}

/// The mean or median of what is fresh, without what strays from the median by more than `stray`, a share of it. `None`
/// when nothing is fresh. Sorts what it is given.
///
/// The median that strays are judged by counts each venue once, whatever its weight: a heavy venue that is wrong must
/// not be the measure of itself.
pub fn index_of(fresh: &mut Vec<Fresh>, how: Averaged, stray: Option<Rate>) -> Option<Price> {
    fresh.sort_unstable_by_key(|it| (it.price, it.weight));
    if let Some(stray) = stray
        && !fresh.is_empty()
    {
        let centre = twice_the_median(fresh);
        // 2 × |price − median| against stray × |2 × median|.
        let allowed = i128::from(stray.billionths()) * centre.abs();
        fresh.retain(|it| (2 * i128::from(it.price.steps()) - centre).abs() * 1_000_000_000 <= allowed);
    }
    let all: i128 = fresh.iter().map(|it| i128::from(it.weight)).sum();
    if all <= 0 {
        return None;
    }
    let steps = match how {
        Averaged::Mean => {
            let sum: i128 = fresh.iter().map(|it| i128::from(it.price.steps()) * i128::from(it.weight)).sum();
            sum.div_euclid(all)
        }
        Averaged::Median => weighted_median(fresh, all),
    };
    Some(Price::new(i64::try_from(steps).expect("an average lies between what it is of")))
}

/// Of prices in order, each counted once.
fn twice_the_median(fresh: &[Fresh]) -> i128 {
    let (low, high) = (fresh[(fresh.len() - 1) / 2], fresh[fresh.len() / 2]);
    i128::from(low.price.steps()) + i128::from(high.price.steps())
}

/// The first price with at least half of the weight up to it; half way to the next when it is half exactly.
fn weighted_median(fresh: &[Fresh], all: i128) -> i128 {
    let mut sum = 0;
    for (place, it) in fresh.iter().enumerate() {
        sum += i128::from(it.weight);
        let price = i128::from(it.price.steps());
        if 2 * sum == all
            && let Some(next) = fresh.get(place + 1)
        {
            return (price + i128::from(next.price.steps())).div_euclid(2);
        }
        if 2 * sum >= all {
            return price;
        }
    }
    unreachable!("all of the weight is half of it at least")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(prices: &[(i64, i64)], how: Averaged, stray: Option<f64>) -> Option<i64> {
        let mut fresh: Vec<Fresh> =
            prices.iter().map(|&(price, weight)| Fresh { price: Price::new(price), weight }).collect();
        index_of(&mut fresh, how, stray.and_then(Rate::from_f64)).map(Price::steps)
    }

    #[test]
    fn a_mean_counts_each_venue_by_its_weight_and_is_rounded_down() {
        // (2 × 100 + 1 × 101 + 1 × 104) ÷ 4 = 101.25.
        assert_eq!(index(&[(104, 1), (100, 2), (101, 1)], Averaged::Mean, None), Some(101));
        assert_eq!(index(&[(-3, 1), (-2, 1)], Averaged::Mean, None), Some(-3));
        assert_eq!(index(&[], Averaged::Mean, None), None);
    }

    #[test]
    fn a_median_has_half_of_the_weight_on_either_side() {
        assert_eq!(index(&[(100, 1), (101, 1), (500, 1)], Averaged::Median, None), Some(101));
        assert_eq!(index(&[(100, 1), (105, 1)], Averaged::Median, None), Some(102));
        // The last has more than half of the weight.
        assert_eq!(index(&[(100, 1), (101, 1), (500, 3)], Averaged::Median, None), Some(500));
    }

    #[test]
    fn a_venue_that_strays_is_left_out_however_heavy_it_is() {
        // 3 % around the median of 100, 101 and 120: 101 ± 3.03.
        let prices = [(100, 1), (101, 1), (120, 8)];
        assert_eq!(index(&prices, Averaged::Mean, None), Some(116));
        assert_eq!(index(&prices, Averaged::Mean, Some(0.03)), Some(100));
        assert_eq!(index(&prices, Averaged::Median, Some(0.03)), Some(100));
        // Two that disagree stray from their middle alike: nobody is left to ask.
        assert_eq!(index(&[(100, 1), (200, 1)], Averaged::Mean, Some(0.1)), None);
        assert_eq!(index(&[(-100, 1), (-101, 1), (-150, 1)], Averaged::Mean, Some(0.03)), Some(-101));
    }
}
