//! Hand-computed cents.

use super::super::test_world::{FUND, World};
use super::super::{Facts, Terms, standing};
use super::scaling::Stressed;
use super::*;
use crate::margin::CallLevel;
use crate::margin::MarginPlan;
use ground::units::Rate;
use std::sync::Arc;

fn percent(percent: i64) -> Rate {
    Rate::from_billionths(percent * 10_000_000)
}

/// 20 % initial and 10 % maintenance margin.
fn requirement(world: &World, add_ons: AddOns) -> (i128, i128) {
    let margin = MarginPlan::Rate { im: percent(20), mm: percent(10) };
    let terms = Terms { add_ons: Some(Arc::new(add_ons)), ..Terms::plain(margin, CallLevel::Maintenance) };
    let stands = standing(&world.ledger, &world.marks, &terms, FUND);
    (stands.im.to_minor(), stands.mm.to_minor())
}

/// 100 lots at $10.00 and 300 short at $5.00, of instruments of which 50 trade in a day and 1,000 are afloat. An ordinary
/// day moves them by 1 %.
fn world() -> World {
    let mut world = World::new(0, &[(100, 1_000, 0), (-300, 500, 0)], &[]);
    let facts = |index| Facts {
        daily_volume_lots: 50.0,
        float_lots: 1_000.0,
        daily_volatility: 0.01,
        ..Facts::unknown(InstrumentId::from_index(index))
    };
    world.marks = world.marks.with_facts([facts(0), facts(1)]);
    world
}

#[test]
fn the_highest_step_that_is_passed_adds_its_rate_of_the_whole_position() {
    // Two days of volume and six; 10 % and 30 % of the float.
    let days_to_exit = Steps::new(vec![(1.5, percent(5)), (5.0, percent(12))]);
    let share_of_float = Steps::new(vec![(0.1, percent(3))]);
    // Model: 20 % of $2,500.00. Days: 5 % of $1,000.00 and 12 % of $1,500.00. Float: at 10 % nothing, 3 % of $1,500.00.
    let with_both = AddOns { days_to_exit, share_of_float, ..AddOns::default() };
    assert_eq!(requirement(&world(), with_both), (50_000 + 5_000 + 18_000 + 4_500, 25_000 + 27_500));
    assert_eq!(requirement(&world(), AddOns::default()), (50_000, 25_000));
}

#[test]
fn nothing_trading_is_the_highest_step_and_nothing_held_none() {
    let steps = || Steps::new(vec![(2.0, percent(5)), (9.0, percent(7))]);
    let added = |lots, of| {
        let mut world = World::new(0, &[(lots, 1_000, 0)], &[]);
        let facts = Facts { daily_volume_lots: of, ..Facts::unknown(InstrumentId::new(0)) };
        world.marks = world.marks.with_facts([facts]);
        let asked = requirement(&world, AddOns { days_to_exit: steps(), ..AddOns::default() });
        asked.1 - requirement(&world, AddOns::default()).1
    };
    assert_eq!(added(1, 0.0), 70);
    assert_eq!(added(0, 0.0), 0);
    assert_eq!(added(1_000, f64::INFINITY), 0);
}

/// Shares at $10.00, of which 50 are traded in a day, and a swap on them: 40 and 40 are 1.6 days of one market, 40 and
/// 40 the other way nothing. A future has its own buyers.
#[test]
fn shares_and_a_swap_on_them_are_sold_in_one_market() {
    let added = |shares, swap, sold_in| {
        let mut world = World::new(0, &[(shares, 1_000, 0), (swap, 1_000, 0)], &[]);
        let itself = Facts { daily_volume_lots: 50.0, ..Facts::unknown(InstrumentId::new(0)) };
        let on_it = Facts { underlying: itself.underlying, sold_in, ..Facts::unknown(InstrumentId::new(1)) };
        world.marks = world.marks.with_facts([itself, Facts { daily_volume_lots: 50.0, ..on_it }]);
        let days_to_exit = Steps::new(vec![(1.0, percent(5))]);
        let asked = requirement(&world, AddOns { days_to_exit, ..AddOns::default() });
        asked.1 - requirement(&world, AddOns::default()).1
    };
    let (shares, itself) = (InstrumentId::new(0), InstrumentId::new(1));
    assert_eq!(added(40, 40, shares), 4_000);
    assert_eq!(added(60, -40, shares), 0);
    assert_eq!(added(100, -40, shares), 3_000);
    assert_eq!((added(40, 40, itself), added(60, -40, itself)), (0, 3_000));
}

#[test]
fn margin_follows_volatility_between_a_floor_and_a_cap() {
    let scaling = Scaling { power: 1.0, floor: 1.0, cap: 4.0, stressed: None };
    let add_ons = || AddOns { scaling: Some(scaling), ..AddOns::default() };
    let mut world = world();
    let with = |world: &World| requirement(world, add_ons());
    assert_eq!(with(&world), (50_000, 25_000));
    // The first doubles: its $1,000.00 count twice, the other's $1,500.00 once: 3,500 ÷ 2,500 = 1.4.
    world.marks.estimate_volatility(InstrumentId::new(0), 0.02);
    assert_eq!(with(&world), (70_000, 35_000));
    // Calm does not count below the floor, nor a storm above the cap: (4 × 1,000 + 1,500) ÷ 2,500 = 2.2.
    world.marks.estimate_volatility(InstrumentId::new(0), 1.0);
    world.marks.estimate_volatility(InstrumentId::new(1), 0.001);
    assert_eq!(with(&world), (110_000, 55_000));
    world.marks.estimate_volatility(InstrumentId::new(0), f64::NAN);
    assert_eq!(with(&world).0, 50_000, "no number is no more than the floor");
}

/// What needs a tenth of a percent and lies still takes nothing off what needs half and has grown ten times as wild.
#[test]
fn what_is_calm_and_needs_little_dilutes_nothing() {
    let scaling = Scaling { power: 1.0, floor: 1.0, cap: 10.0, stressed: None };
    let rates = [percent(50), Rate::from_billionths(1_000_000)];
    let margin = |position: Position| rates[position.instrument.index()].of_rounded_up(position.value.abs());
    let alone = |position| Requirement { im: margin(position), mm: margin(position) };
    let add_ons = AddOns { scaling: Some(scaling), ..AddOns::default() };
    let mut world = World::new(0, &[(1_000, 11_000, 0), (900, 100_000, 0)], &[]);
    let facts = |index| Facts { daily_volatility: 0.01, ..Facts::unknown(InstrumentId::from_index(index)) };
    world.marks = world.marks.with_facts([facts(0), facts(1)]);
    world.marks.estimate_volatility(InstrumentId::new(0), 0.1);
    world.marks.estimate_volatility(InstrumentId::new(1), 0.01);
    let held: Vec<Position> = super::super::positions(&world.ledger, &world.marks, FUND).collect();
    let model = Requirement { im: Cash::minor(5_500_000 + 90_000), mm: Cash::minor(5_500_000 + 90_000) };
    let asked = add_ons.on_top_of(model, &world.marks, held.iter().copied(), alone);
    // $55,000 ten times, and $900 once; a mean is rounded up to a billionth.
    assert_eq!(asked.im.to_minor() / 10, (55_000_000 + 90_000) / 10);
    assert_eq!(asked.im, asked.mm);
}

#[test]
fn the_power_bends_and_stress_is_mixed_in_by_variance() {
    let root = Scaling { power: 0.5, floor: 0.0, cap: 10.0, stressed: None };
    assert!((root.multiplier(9.0) - 3.0).abs() < 1e-12);
    // ¾ × 1 + ¼ × 9 = 3.
    let stressed = Stressed { weight: 0.25, ratio: 3.0 };
    assert!((stressed.mixed_with(1.0) - 3f64.sqrt()).abs() < 1e-12);
    // ¾ × 9 + ¼ × 9 = 9: in a storm like the stressed one nothing is added.
    assert!((stressed.mixed_with(3.0) - 3.0).abs() < 1e-12);
}

#[test]
fn the_buffer_is_built_in_calm_and_used_up_in_stress() {
    let buffer = Buffer { share: 0.25 };
    let paid = [0.8, 1.0, 1.1, 1.25, 2.0].map(|calculated| buffer.on_top_of(calculated));
    assert_eq!(paid, [1.0, 1.25, 1.25, 1.25, 2.0]);
    // On a model that follows volatility by itself only the factor is needed.
    assert_eq!([0.5, 1.0, 1.25, 3.0].map(|ratio| buffer.factor(ratio)), [1.25, 1.25, 1.0, 1.0]);
    let scaling = Some(Scaling { power: 1.0, floor: 1.0, cap: 4.0, stressed: None });
    let mut world = world();
    let with = |world: &World| requirement(world, AddOns { scaling, buffer: Some(buffer), ..AddOns::default() });
    assert_eq!(with(&world), (62_500, 31_250));
    // Both at 1.2 times ordinary: what the buffer holds is enough, and nobody pays more.
    for instrument in [0, 1] {
        world.marks.estimate_volatility(InstrumentId::new(instrument), 0.012);
    }
    assert_eq!(with(&world), (62_500, 31_250));
}
