//! Known answers of the market module, and its closed forms by simulation.

use super::{Change, MOST, MintFault, Minted, Module, Offered, SPREAD_PARTS};
use ground::ops::powf;
use proptest::prelude::*;

/// A millionth of the unit of account.
const MICRO: u128 = 1_000_000;

fn module(base: u128, recovery: u32) -> Module {
    Module::new(base * MICRO, recovery, 0).expect("a module")
}

#[test]
fn a_tenth_of_the_pool_pays_an_eleventh_for_itself() {
    let mut module = module(1_000, 36);
    let minted = module.swap(Offered::Coin, 100 * MICRO).expect("it is taken");
    assert_eq!(minted, Minted { paid: 90_909_090, spread: 9_090_910 });
    // All of the offer, and not what was paid for it.
    assert_eq!(module.d(), 100 * MICRO as i128);
}

/// 1,000 of the sister at 1.7 move the pools by 1,700, and as much coin moves them back.
#[test]
fn what_goes_there_and_back_leaves_the_pools_at_rest() {
    let mut module = module(1_000_000, 36);
    module.shift(Offered::Sister, 1_700 * MICRO).expect("it fits");
    assert_eq!(module.d(), -1_700 * MICRO as i128);
    module.shift(Offered::Coin, 1_700 * MICRO).expect("it fits");
    assert_eq!(module.d(), 0);
}

#[test]
fn the_sister_moves_the_pools_by_what_was_paid_out() {
    let mut module = Module::new(1_000_000 * MICRO, 36, SPREAD_PARTS / 200).expect("a module");
    let minted = module.swap(Offered::Sister, 100 * MICRO).expect("it is taken");
    // Half a per cent is more than the pools ask.
    assert_eq!(minted, Minted { paid: 99_500_000, spread: 500_000 });
    assert_eq!(module.d(), -99_500_000);
}

#[test]
fn the_next_unit_costs_what_the_closed_form_says() {
    for net in [-300_000, -1_000, 0, 1_000, 50_000, 700_000, 5_000_000_i128] {
        let mut module = module(1_000_000, 36);
        module.d = net * MICRO as i128;
        let offered = if net < 0 { Offered::Sister } else { Offered::Coin };
        let minted = module.quote(offered, MICRO).expect("a price");
        let spread = minted.spread as f64 / MICRO as f64;
        assert!((spread - module.marginal_spread(offered)).abs() < 4e-6, "{net}: {spread}");
    }
}

#[test]
fn there_is_room_up_to_the_unit_that_costs_too_much() {
    for (offered, net) in [(Offered::Coin, 300_000), (Offered::Coin, -300_000), (Offered::Sister, 300_000)] {
        let mut module = module(1_000_000, 36);
        module.d = net * MICRO as i128;
        let room = module.room(offered, 0.5);
        module.swap(offered, room as u128).expect("it is taken");
        let next = module.quote(offered, MICRO).expect("a price");
        assert!((next.paid as f64 / MICRO as f64 - 0.5).abs() < 1e-5, "{offered:?} {net}: {next:?}");
    }
    let module = Module::new(1_000, 36, SPREAD_PARTS / 100).expect("a module");
    assert_eq!(module.room(Offered::Coin, 0.995), 0.0, "less than the least spread is never paid");
    assert_eq!(module.room(Offered::Coin, f64::NAN), 0.0);
}

#[test]
fn a_steady_flow_holds_the_pools_at_its_recovery_times_itself() {
    let mut module = module(50_000_000, 36);
    let flow = 20_000 * MICRO;
    for _ in 0..2_000 {
        module.recover();
        module.swap(Offered::Coin, flow).expect("it is taken");
    }
    let held = module.d() as f64 / (flow * 36) as f64;
    assert!((held - 1.0).abs() < 1e-6, "{held}");
}

/// What goes through in a day when somebody offers, at each block, until the next unit would cost `spread`.
fn a_day_at(base: u128, blocks: u32, spread: f64) -> f64 {
    let mut module = module(base, 36);
    let full = (base * MICRO) as f64 * (powf(1.0 - spread, -0.5) - 1.0);
    let mut offered = 0;
    // Once to fill the pools, then a day.
    for block in 0..=blocks {
        module.recover();
        let room = (full as i128 - module.d()).max(0).unsigned_abs();
        module.swap(Offered::Coin, room).expect("it is taken");
        offered += if block == 0 { 0 } else { room };
    }
    offered as f64 / MICRO as f64
}

#[test]
fn a_day_lets_through_what_was_published() {
    // 50 m SDR at 1.443 dollars, blocks of six seconds, a spread of 2 %: 293.0 m dollars.
    let through = a_day_at(50_000_000, 14_400, 0.02) * 1.443 / 1e6;
    assert!((through - 293.0).abs() < 0.05, "{through}");
}

#[test]
fn the_valve_opens_wider_the_deeper_the_coin_stands_under_its_peg() {
    // 67 m dollars, blocks of 6.77 seconds; by price of the coin, in billions a day.
    for (price, known) in [(0.98, 0.24), (0.95, 0.62), (0.90, 1.28), (0.80, 2.80), (0.50, 9.84), (0.30, 19.6)] {
        let through = a_day_at(67_000_000, 12_762, 1.0 - price) / 1e9;
        assert!((through / known - 1.0).abs() < 0.01, "{price}: {through}");
    }
}

#[test]
fn governance_changes_the_pools_and_not_what_has_gone_through_them() {
    let mut module = module(1_000, 36);
    module.swap(Offered::Coin, 100 * MICRO).expect("it is taken");
    let pools = |base: u128, recovery| Change { base: Some(base), recovery: Some(recovery), least_spread: None };
    module.govern(pools(4_000 * MICRO, 18)).expect("a module");
    assert_eq!(module.d(), 100 * MICRO as i128);
    assert_eq!(module.govern(pools(0, 18)), Err(MintFault::Shape));
    assert_eq!(module.govern(pools(1, 0)), Err(MintFault::Shape));
    // A pool that had given out more than it would now hold keeps one unit.
    module.swap(Offered::Sister, 3_000 * MICRO).expect("it is taken");
    module.govern(pools(MICRO, 18)).expect("a module");
    assert_eq!(module.d(), 1 - MICRO as i128);
}

/// Terra's last act: a spread of all there is.
#[test]
fn at_a_spread_of_one_nobody_is_minted_anything() {
    let mut module = module(1_000, 36);
    let all = Change { least_spread: Some(SPREAD_PARTS), ..Change::default() };
    module.govern(all).expect("a module");
    let minted = module.quote(Offered::Coin, 100 * MICRO).expect("a price");
    assert_eq!(minted, Minted { paid: 0, spread: 100 * MICRO });
    assert_eq!((module.room(Offered::Coin, 0.01), module.marginal_spread(Offered::Coin)), (0.0, 1.0));
    // What is left out stays: the pools pay as before once the spread is back.
    module.govern(Change { least_spread: Some(0), ..Change::default() }).expect("a module");
    assert_eq!(module.quote(Offered::Coin, 100 * MICRO).expect("a price").paid, 90_909_090);
}

#[test]
fn what_is_too_large_changes_nothing() {
    let mut module = module(1_000, 36);
    assert_eq!(module.swap(Offered::Coin, MOST), Err(MintFault::TooLarge));
    assert_eq!(module.quote(Offered::Coin, MOST + 1), Err(MintFault::TooLarge));
    assert_eq!(module.d(), 0);
}

proptest! {
    #[test]
    fn nobody_is_paid_more_than_was_offered_and_nothing_is_lost(
        offers in prop::collection::vec((any::<bool>(), 0..10_000_000 * MICRO), 1..60),
        recovery in 1_u32..100,
        least in 0..SPREAD_PARTS / 10,
    ) {
        let mut module = Module::new(1_000_000 * MICRO, recovery, least).expect("a module");
        for (coin, worth) in offers {
            let offered = if coin { Offered::Coin } else { Offered::Sister };
            if let Ok(minted) = module.swap(offered, worth) {
                prop_assert_eq!(minted.paid + minted.spread, worth);
                prop_assert!(minted.spread * SPREAD_PARTS >= worth * least);
            }
            module.recover();
            prop_assert!(module.coin_pool() >= 1);
        }
    }

    #[test]
    fn in_parts_one_pays_no_more_spread_than_at_once(first in 1..MICRO, second in 1..MICRO) {
        let whole = module(10, 36).swap(Offered::Coin, first + second).expect("it is taken");
        let mut parts = module(10, 36);
        let one = parts.swap(Offered::Coin, first).expect("it is taken");
        let two = parts.swap(Offered::Coin, second).expect("it is taken");
        // The same curve, so the same sum, but that each part may be rounded down by one.
        prop_assert!((one.paid + two.paid).abs_diff(whole.paid) <= 1);
    }
}
