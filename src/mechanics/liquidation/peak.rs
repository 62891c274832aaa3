//! How much of a position it helps to close.
//!
//! What closing frees rises with each lot as long as the position is more than a hedge of something else, and falls from
//! there on: a requirement is convex in what is held, for it is a largest loss, or a sum of sizes.

use ground::units::Cash;

/// The part of so many at which this is largest, if it rises and then falls, and how large. `last` is what it is at the
/// last. Parts are rounded to lots, so that two neighbours may mislead: what is an eighth of the range apart is compared.
pub fn peak(parts: i64, last: Cash, mut at: impl FnMut(i64) -> Cash) -> (i64, Cash) {
    let (mut low, mut high) = (0, parts);
    // Mostly it rises to the end.
    if parts <= 0 || (last >= at(high - 1) && last >= at(high - (high / 8).max(1))) {
        return (parts.max(0), last);
    }
    while high - low > 2 {
        let step = ((high - low) / 8).max(1);
        let middle = low + (high - low) / 2;
        let beyond = (middle + step).min(high);
        if at(middle) < at(beyond) { low = middle } else { high = beyond.min(high - 1) }
    }
    let around = (low..=high).map(|part| (at(part), part)).chain([(last, parts)]);
    let (most, part) = around.max_by_key(|(most, part)| (*most, -part)).expect("the last is one");
    (part, most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_finds_the_top_of_a_tent_and_the_end_of_a_slope() {
        for top in [0, 1, 2, 3, 17, 499, 500, 501, 998, 999, 1_000] {
            let tent = |part: i64| Cash::minor(i128::from(-(part - top).abs()));
            assert_eq!(peak(1_000, tent(1_000), tent), (top, Cash::ZERO), "{top}");
        }
        let flat = |_| Cash::minor(7);
        assert_eq!(peak(1_000, Cash::minor(7), flat), (1_000, Cash::minor(7)));
        // Of two lots a part: the neighbour is as good, and what is rounded is found all the same.
        let stairs = |part: i64| Cash::minor(i128::from(part / 2 * 2));
        assert_eq!(peak(1_001, stairs(1_001), stairs), (1_001, Cash::minor(1_000)));
        assert_eq!(peak(0, Cash::minor(-3), |_| unreachable!()), (0, Cash::minor(-3)));
    }
}
