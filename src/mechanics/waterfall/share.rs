//! Splitting an amount over several payers, to the unit.

use ground::units::Cash;

/// Splits an amount in proportion to weights, nobody beyond its cap. What the caps leave of one payer's part
/// goes to the others in the same proportion, and the units that do not divide go to the first ones. The parts sum
/// to the amount, or to the caps of those who weigh anything when those are less. Weights and caps below zero count
/// as nothing.
pub fn pro_rata(amount: Cash, payers: &[(Cash, Cash)]) -> Vec<Cash> {
    let weight = |index: usize| payers[index].0.at_least_zero().to_minor();
    let cap = |index: usize| payers[index].1.at_least_zero();
    let mut parts = vec![Cash::ZERO; payers.len()];
    let mut open: Vec<usize> =
        (0..payers.len()).filter(|&index| weight(index) > 0 && cap(index).is_positive()).collect();
    let mut left = amount.at_least_zero();
    // Who would be asked for more than its cap pays the cap, and the rest is asked of the others.
    loop {
        let total: i128 = open.iter().map(|&index| weight(index)).sum();
        let full = |index: usize| part(left, weight(index), total) >= cap(index);
        let (capped, others): (Vec<usize>, Vec<usize>) = open.iter().partition(|&&index| full(index));
        if capped.is_empty() {
            for &index in &open {
                parts[index] = part(left, weight(index), total);
            }
            break;
        }
        for index in capped {
            parts[index] = cap(index);
            left -= cap(index);
        }
        open = others;
    }
    let mut rest = left - open.iter().map(|&index| parts[index]).sum();
    let count = open.len() as i128;
    for (place, &index) in open.iter().enumerate() {
        // Never more than one unit each, but where weights are too wide to divide exactly.
        let behind = count - place as i128;
        let more = Cash::minor((rest.to_minor() + behind - 1).div_euclid(behind)).min(cap(index) - parts[index]);
        let more = if rest.to_minor() <= behind { Cash::minor(rest.to_minor().min(1)).min(more) } else { more };
        parts[index] += more;
        rest -= more;
    }
    parts
}

/// `amount × weight ÷ total`, rounded down.
fn part(amount: Cash, weight: i128, total: i128) -> Cash {
    if total <= 0 {
        return Cash::ZERO;
    }
    let (whole, over) = (amount.to_minor() / total, amount.to_minor() % total);
    let of_rest = over.checked_mul(weight).map_or_else(
        || {
            // Too wide for 128 bits: weights to thirty-one bits, which errs by a billionth, and downwards.
            let narrow = (128 - total.leading_zeros()).saturating_sub(31);
            (over / (total >> narrow).max(1)).saturating_mul(weight >> narrow)
        },
        |product| product / total,
    );
    Cash::minor(whole * weight + of_rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(amount: i128, payers: &[(i128, i128)]) -> Vec<i128> {
        let payers: Vec<_> = payers.iter().map(|&(weight, cap)| (Cash::minor(weight), Cash::minor(cap))).collect();
        pro_rata(Cash::minor(amount), &payers).into_iter().map(Cash::to_minor).collect()
    }

    #[test]
    fn parts_follow_the_weights_and_the_odd_unit_goes_to_the_first() {
        assert_eq!(split(10_000, &[(1, 99_999), (3, 99_999)]), [2_500, 7_500]);
        assert_eq!(split(100, &[(1, 999), (1, 999), (1, 999)]), [34, 33, 33]);
        assert_eq!(split(2, &[(1, 9), (1, 9), (1, 9)]), [1, 1, 0]);
    }

    #[test]
    fn what_a_cap_leaves_over_the_others_pay() {
        // 50 : 50, but the first has 10; the other two carry the rest one to three.
        assert_eq!(split(100, &[(4, 10), (1, 99), (3, 99)]), [10, 23, 67]);
        assert_eq!(split(100, &[(1, 10), (1, 20)]), [10, 20]);
        assert_eq!(split(100, &[(0, 10), (-5, 20), (1, -3)]), [0, 0, 0]);
        assert_eq!(split(100, &[]), [] as [i128; 0]);
    }

    #[test]
    fn amounts_too_wide_to_multiply_still_add_up() {
        let wide = 1_i128 << 94;
        let parts = split(wide, &[(wide, wide), (wide / 3, wide), (7, wide)]);
        assert_eq!(parts.iter().sum::<i128>(), wide);
        assert!(parts[0] > wide / 4 * 2 && parts[1] > wide / 5);
    }
}
