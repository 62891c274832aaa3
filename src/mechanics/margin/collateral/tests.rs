//! Hand-computed cents, and what holds for any holdings and rules.

use super::super::test_world::{FUND, World};
use super::super::{Standing, Terms, positions, standing};
use super::*;
use crate::margin::CallLevel;
use crate::margin::MarginPlan;
use proptest::prelude::*;
use std::sync::Arc;

fn percent(percent: i64) -> Rate {
    Rate::from_billionths(percent * 10_000_000)
}

const PLAIN: Item = Item { haircut: Rate::ZERO, cap: Rate::ONE, tier: Tier::None, margined: false };

fn rules(items: &[Item], tier_limits: &[i64], own_limit: i64) -> Collateral {
    Collateral {
        items: items.iter().copied().map(Some).collect(),
        tier_limits: tier_limits.iter().map(|limit| percent(*limit)).collect(),
        own_limit: percent(own_limit),
    }
}

/// 20 % initial and 10 % maintenance margin.
fn terms(collateral: Collateral) -> Terms {
    let margin = MarginPlan::Rate { im: percent(20), mm: percent(10) };
    Terms { collateral: Some(Arc::new(collateral)), ..Terms::plain(margin, CallLevel::Maintenance) }
}

fn stands(world: &World, terms: &Terms) -> Standing {
    standing(&world.ledger, &world.marks, terms, FUND)
}

#[test]
fn a_haircut_is_the_margin_of_what_it_is_on() {
    // $1,000.00 owed against 100 shares at $20.00 with a haircut of 15 %: $1,700.00 of $2,000.00 count. The short of
    // 10 at $30.00 is a debt in full and needs $60.00.
    let world = World::new(-100_000, &[(100, 2_000, 0), (-10, 3_000, 0)], &[]);
    let item = Item { haircut: percent(15), ..PLAIN };
    let on_shares = stands(&world, &terms(rules(&[item, item], &[], 0)));
    assert_eq!(on_shares.equity, Cash::minor(70_000));
    assert_eq!((on_shares.counted, on_shares.im), (Cash::minor(40_000), Cash::minor(6_000)));
    // Margined as well: 20 % of $2,300.00.
    let both = Item { margined: true, ..item };
    let on_shares = stands(&world, &terms(rules(&[both, item], &[], 0)));
    assert_eq!((on_shares.counted, on_shares.im), (Cash::minor(40_000), Cash::minor(46_000)));
}

#[test]
fn a_haircut_rounds_against_the_account() {
    // 15 % of 7 cents is 1.05: two cents do not count.
    let world = World::new(0, &[(7, 1, 0)], &[]);
    let item = Item { haircut: percent(15), ..PLAIN };
    assert_eq!(stands(&world, &terms(rules(&[item], &[], 0))).counted, Cash::minor(5));
}

#[test]
fn a_cap_is_a_share_of_cash_and_of_what_the_haircuts_leave() {
    // $100.00 in cash, $300.00 in shares less 20 % are $240.00: the pool is $340.00, half of it $170.00.
    let world = World::new(10_000, &[(10, 3_000, 0)], &[]);
    let collateral = rules(&[Item { haircut: percent(20), cap: percent(50), ..PLAIN }], &[], 0);
    let breakdown = collateral.breakdown(Cash::minor(10_000), positions(&world.ledger, &world.marks, FUND));
    let expected = Counted {
        instrument: InstrumentId::new(0),
        tier: Tier::None,
        value: Cash::minor(30_000),
        haircut: Cash::minor(6_000),
        over_cap: Cash::minor(7_000),
        counted: Cash::minor(17_000),
    };
    assert_eq!((breakdown.pool, breakdown.items), (Cash::minor(34_000), vec![expected]));
    assert_eq!(stands(&world, &terms(collateral)).counted, Cash::minor(27_000));
}

#[test]
fn the_items_of_a_tier_share_its_limit() {
    // $200.00 of cash; $500.00 and $300.00 in the second tier, which may be 40 % of $1,000.00.
    let world = World::new(20_000, &[(1, 50_000, 0), (1, 30_000, 0)], &[]);
    let item = Item { tier: Tier::Nth(1), ..PLAIN };
    let collateral = rules(&[item, item], &[100, 40], 0);
    let breakdown = collateral.breakdown(Cash::minor(20_000), positions(&world.ledger, &world.marks, FUND));
    assert_eq!(breakdown.over_limit, [(Tier::Nth(1), Cash::minor(40_000))]);
    assert_eq!(stands(&world, &terms(collateral)).counted, Cash::minor(60_000));
}

#[test]
fn a_lenders_own_token_counts_for_little_and_makes_no_room() {
    // $100.00 of cash, $900.00 of tokens of which a tenth of the pool, $10.00, counts, and a coin worth $300.00
    // capped at half of the pool of $400.00.
    let world = World::new(10_000, &[(9, 10_000, 0), (1, 30_000, 0)], &[]);
    let token = Item { tier: Tier::OwnToken, ..PLAIN };
    let coin = Item { cap: percent(50), ..PLAIN };
    let counted = |own_limit| stands(&world, &terms(rules(&[token, coin], &[], own_limit))).counted;
    assert_eq!(counted(10), Cash::minor(10_000 + 4_000 + 20_000));
    assert_eq!(counted(0), Cash::minor(10_000 + 20_000));
}

#[test]
fn a_price_below_zero_makes_collateral_a_debt_in_full() {
    let world = World::new(50_000, &[(10, -3_763, 0)], &[]);
    let stands = stands(&world, &terms(rules(&[Item { haircut: percent(15), ..PLAIN }], &[], 0)));
    assert_eq!((stands.counted, stands.im), (Cash::minor(50_000 - 37_630), Cash::ZERO));
}

fn any_item() -> impl Strategy<Value = Item> {
    let tier = prop_oneof![Just(Tier::None), Just(Tier::Nth(0)), Just(Tier::Nth(1)), Just(Tier::OwnToken)];
    (0..=100i64, 0..=100i64, tier, prop::bool::ANY).prop_map(|(haircut, cap, tier, free)| Item {
        haircut: percent(haircut),
        cap: if free { Rate::ONE } else { percent(cap) },
        tier,
        margined: false,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn more_collateral_never_hurts_and_no_more_counts_than_is_there(
        items in prop::collection::vec(any_item(), 1..5),
        lots in prop::collection::vec(-50..200i64, 5),
        prices in prop::collection::vec(-20..5_000i64, 5),
        (cash, limits) in (-100_000..100_000i128, (0..=100i64, 0..=100i64, 0..=100i64)),
        (which, more, more_cash) in (0..5usize, 1..100i64, 0..10_000i128),
    ) {
        let spots = |grown: usize, by: i64| -> Vec<(i64, i64, i64)> {
            let lots = |index: usize| if index == grown { lots[index].max(0) + by } else { lots[index] };
            (0..items.len()).map(|index| (lots(index), prices[index], 0)).collect()
        };
        let terms = terms(rules(&items, &[limits.0, limits.1], limits.2));
        let which = which % items.len();
        let before = stands(&World::new(cash, &spots(which, 0), &[]), &terms);
        let positives: i128 = spots(which, 0).iter().map(|spot| i128::from(spot.0 * spot.1).max(0)).sum();
        prop_assert!(before.counted <= before.equity);
        prop_assert!(before.counted.to_minor() <= positives + cash.max(0));
        let richer = stands(&World::new(cash + more_cash, &spots(which, 0), &[]), &terms);
        prop_assert!(richer.counted - before.counted >= Cash::minor(more_cash), "cash counts in full");
        if prices[which] >= 0 {
            let after = stands(&World::new(cash, &spots(which, more), &[]), &terms);
            prop_assert!(after.excess() >= before.excess(), "{before:?} {after:?}");
        }
    }
}
