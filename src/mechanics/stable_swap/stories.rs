//! Known answers: the three-coin pool of mainnet, and a pool of two coins that one of them is sold into.

use super::{FEE_PARTS, PoolFault, RATE_UNIT, StableSwap, balance_of, invariant};
use ethnum::U256;
use proptest::prelude::*;

const UNIT: u128 = RATE_UNIT;

fn mainnet() -> Vec<U256> {
    // In the common unit: the second and third coin have six decimals.
    [295_949_605_740_077_243_186_725_223, 284_320_067_518_878 * 10_u128.pow(12), 288_200_854_907_854 * 10_u128.pow(12)]
        .map(U256::new)
        .to_vec()
}

#[test]
fn the_three_coin_pool_of_mainnet_to_the_last_digit() {
    let d = invariant(&mainnet(), 2000).expect("it rests");
    assert_eq!(d, U256::new(868_470_467_876_941_593_674_366_120));
    let supply = U256::new(849_743_149_250_065_202_008_212_976);
    assert_eq!(d * U256::new(UNIT) / supply, U256::new(1_022_038_799_187_029_697));
    // The balance of the second coin were that of the first 516.
    let mut balances = mainnet();
    balances[0] = U256::new(516 * UNIT);
    let y = balance_of(&balances, 1, d, 2000).expect("it rests");
    assert_eq!(y, U256::new(5_158_083_263_917_095_751_784_137_788));
}

fn two(first: u128, second: u128, fee: u128) -> StableSwap {
    StableSwap::new(100, fee, vec![UNIT; 2], vec![first * UNIT, second * UNIT]).expect("a pool")
}

#[test]
fn a_balanced_pool_has_the_sum_for_its_invariant() {
    assert_eq!(two(350, 350, 0).invariant(), U256::new(700 * UNIT));
}

/// What one coin more would bring.
fn marginal(pool: &StableSwap) -> f64 {
    pool.quote(0, 1, UNIT).expect("a price") as f64 / UNIT as f64
}

#[test]
fn a_pool_of_700_million_gives_way_only_when_one_coin_has_almost_gone() {
    let known = [
        (50, 1.0000),
        (60, 0.9957),
        (70, 0.9889),
        (80, 0.9720),
        (85, 0.9501),
        (90, 0.8940),
        (95, 0.6861),
        (98, 0.2827),
    ];
    for (share, price) in known {
        let pool = two(7_000_000 * share, 7_000_000 * (100 - share), 0);
        assert!((marginal(&pool) - price).abs() < 0.00006, "{share}: {}", marginal(&pool));
    }
}

#[test]
fn eighty_five_million_sold_into_it_and_three_hundred() {
    let mut pool = two(350_000_000, 350_000_000, 0);
    let got = pool.swap(0, 1, 85_000_000 * UNIT).expect("it is filled");
    assert!((got as f64 / UNIT as f64 / 1e6 - 84.784).abs() < 0.0005, "{got}");
    assert!((marginal(&pool) - 0.9946).abs() < 0.00006);
    let mut pool = two(350_000_000, 350_000_000, 0);
    let got = pool.swap(0, 1, 300_000_000 * UNIT).expect("it is filled");
    assert!((got as f64 / UNIT as f64 / 300e6 - 0.9737).abs() < 0.00006);
    assert!((marginal(&pool) - 0.8502).abs() < 0.00006);
}

#[test]
fn who_leaves_takes_the_part_that_the_shares_are() {
    let mut pool = two(300, 100, 0);
    let shares = pool.shares();
    assert_eq!(pool.leave(shares / 4).expect("there are so many"), [75 * UNIT, 25 * UNIT]);
    assert_eq!(pool.leave(shares), Err(PoolFault::TooMuch));
}

#[test]
fn a_share_of_a_balanced_pool_left_in_one_coin_brings_nearly_one() {
    let mut pool = two(500, 500, 0);
    let got = pool.leave_in_one(0, UNIT).expect("one coin");
    assert!(got <= UNIT && UNIT - got < UNIT / 1000, "{got}");
}

#[test]
fn what_cannot_be_reckoned_is_a_fault_and_changes_nothing() {
    let empty = StableSwap::new(100, 0, vec![UNIT; 2], vec![0, 5]);
    assert_eq!(empty, Err(PoolFault::Empty));
    assert_eq!(StableSwap::new(0, 0, vec![UNIT; 2], vec![5, 5]), Err(PoolFault::Shape));
    assert_eq!(StableSwap::new(100, FEE_PARTS, vec![UNIT; 2], vec![5, 5]), Err(PoolFault::Shape));
    assert_eq!(StableSwap::new(100, 0, vec![UNIT], vec![5]), Err(PoolFault::Shape));
    let mut pool = two(350, 350, 0);
    let before = pool.clone();
    assert_eq!(pool.swap(0, 1, u128::MAX), Err(PoolFault::TooLarge));
    assert_eq!(pool.swap(0, 0, 1), Err(PoolFault::Shape));
    assert_eq!(pool, before);
}

/// One thing that somebody does with a pool.
#[derive(Clone, Copy, Debug)]
enum Deed {
    Swap(bool, u128),
    Add(u128, u128),
    Leave(u128),
    LeaveInOne(bool, u128),
}

fn deed() -> impl Strategy<Value = Deed> {
    let amount = 0..2_000 * UNIT;
    prop_oneof![
        (any::<bool>(), amount.clone()).prop_map(|(way, amount)| Deed::Swap(way, amount)),
        (amount.clone(), amount.clone()).prop_map(|(first, second)| Deed::Add(first, second)),
        amount.clone().prop_map(Deed::Leave),
        (any::<bool>(), amount).prop_map(|(coin, shares)| Deed::LeaveInOne(coin, shares)),
    ]
}

proptest! {
    #[test]
    fn those_who_stay_never_lose_by_what_others_do(
        deeds in prop::collection::vec(deed(), 1..40),
        fee in 0..FEE_PARTS / 50,
        amplification in 1_u64..5_000,
    ) {
        let mut pool = StableSwap::new(amplification, fee, vec![UNIT; 2], vec![1_000 * UNIT; 2]).expect("a pool");
        for deed in deeds {
            let before = pool.virtual_price().expect("it rests");
            let shares = pool.shares();
            // The last provider of all may leave nothing behind; those are not the ones that could lose.
            let result = match deed {
                Deed::Swap(way, amount) => pool.swap(usize::from(way), usize::from(!way), amount).map(|_| ()),
                Deed::Add(first, second) => pool.add(&[first, second]).map(|_| ()),
                Deed::Leave(part) => pool.leave(part % (shares / 2 + 1)).map(|_| ()),
                Deed::LeaveInOne(coin, part) => {
                    pool.leave_in_one(usize::from(coin), part % (shares / 2 + 1)).map(|_| ())
                }
            };
            if result.is_ok() {
                let after = pool.virtual_price().expect("it rests");
                // Newton's method stops within a unit of D.
                prop_assert!(after.unwrap_or(0) + 4 >= before.unwrap_or(0), "{deed:?}: {before:?} {after:?}");
            }
        }
    }

    #[test]
    fn there_and_back_never_gains(offered in UNIT..900 * UNIT, fee in 0..FEE_PARTS / 100) {
        let mut pool = StableSwap::new(100, fee, vec![UNIT; 2], vec![1_000 * UNIT, 700 * UNIT]).expect("a pool");
        let got = pool.swap(0, 1, offered).expect("it is filled");
        let back = pool.swap(1, 0, got).expect("it is filled");
        prop_assert!(back <= offered);
    }
}
