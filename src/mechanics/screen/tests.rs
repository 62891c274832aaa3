//! The order of the checks, and each in its place.

use super::*;
use crate::margin::test_world::{FUND, World};
use ground::units::Rate;

const STOCK: InstrumentId = InstrumentId::new(0);

/// $100.00 of equity: 10 shares at $20.00 bought with $100.00 of the lender's money, who wants half.
fn leveraged() -> World {
    World::new(-10_000, &[(10, 2_000, 0)], &[])
}

/// What fails each of the checks, in their order; each world fails its own and all that follow.
fn strict() -> LimitsPlan {
    LimitsPlan {
        order: vec![Lots::new(2)],
        position: vec![Lots::new(12)],
        collar: Some(Rate::from_billionths(100_000_000)),
        share_of_float: Some(Rate::from_billionths(50_000_000)),
        leverage: Some(2.0),
        credit: Some(Cash::minor(10_000)),
        ..LimitsPlan::default()
    }
}

fn known<'a>(world: &'a World, limits: Option<&'a LimitsPlan>) -> Known<'a> {
    static TERMS: Terms = World::rate(500_000_000, 250_000_000);
    Known {
        ledger: &world.ledger,
        marks: &world.marks,
        terms: &TERMS,
        limits,
        state: AccountState::Open,
        mark: Price::new(2_000),
        bid: None,
        ask: None,
        halted: false,
        held_back: Cash::ZERO,
        waiting: Lots::ZERO,
    }
}

fn asked(side: Side, lots: i64, price: i64) -> Asked {
    Asked {
        account: FUND,
        instrument: STOCK,
        side,
        lots: Lots::new(lots),
        kind: OrderKind::Limit { price: Price::new(price) },
        reduce_only: false,
        forced: false,
    }
}

/// One order that every check would refuse; each time the first that does is made to let it pass.
#[test]
fn the_first_check_to_fail_is_the_reason() {
    let mut world = leveraged();
    let mut facts = *world.marks.facts(STOCK);
    facts.float_lots = 200.0;
    world.marks = world.marks.with_facts([facts]);
    let order = asked(Side::Buy, 3, 2_201);
    let mut limits = strict();
    let mut reasons = Vec::new();
    let mut state = AccountState::Closed;
    let mut halted = true;
    loop {
        let known = Known { state, halted, ..known(&world, Some(&limits)) };
        let Err(reason) = admit(&known, &order) else { break };
        reasons.push(reason);
        match reason {
            Refusal::AccountState => state = AccountState::Open,
            Refusal::Halted => halted = false,
            Refusal::FatFingerSize => limits.order.clear(),
            Refusal::FatFingerPrice => limits.collar = None,
            Refusal::PositionLimit => limits.position.clear(),
            Refusal::Concentration => limits.share_of_float = None,
            Refusal::Leverage => limits.leverage = None,
            Refusal::Credit => limits.credit = None,
            Refusal::Excess => limits.off.entry(FUND).or_default().add(Check::Excess),
            other => panic!("{other:?}"),
        }
    }
    let expected = [
        Refusal::AccountState,
        Refusal::Halted,
        Refusal::FatFingerSize,
        Refusal::FatFingerPrice,
        Refusal::PositionLimit,
        Refusal::Concentration,
        Refusal::Leverage,
        Refusal::Credit,
        Refusal::Excess,
    ];
    assert_eq!(reasons, expected);
    assert!(reasons.is_sorted(), "as the list of reasons has them");
}

#[test]
fn an_order_that_only_reduces_is_asked_for_its_size_and_price_alone() {
    let world = leveraged();
    let limits = LimitsPlan { leverage: Some(0.001), credit: Some(Cash::ZERO), ..strict() };
    let ask = |order| admit(&known(&world, Some(&limits)), &order).map(|(_, lots)| lots.get());
    assert_eq!(ask(asked(Side::Sell, 2, 1_800)), Ok(2));
    assert_eq!(ask(asked(Side::Sell, 3, 1_800)), Err(Refusal::FatFingerSize));
    assert_eq!(ask(asked(Side::Sell, 2, 1_799)), Err(Refusal::FatFingerPrice));
}

#[test]
fn a_market_order_counts_at_the_quote_it_will_meet() {
    let world = leveraged();
    let limits = strict();
    let order = Asked { kind: OrderKind::Market, ..asked(Side::Sell, 2, 0) };
    let at = |bid: i64| {
        let known = Known { bid: Some(Price::new(bid)), ..known(&world, Some(&limits)) };
        admit(&known, &order).map(|(_, lots)| lots.get())
    };
    assert_eq!((at(1_800), at(1_799)), (Ok(2), Err(Refusal::FatFingerPrice)));
}

/// Equity is $100.00 and half of what is held is wanted: at 10 shares all of it. A second order in the same minute
/// must not forget what the first would lose.
#[test]
fn what_other_orders_would_lose_at_once_is_held_back() {
    // $150.00 of equity carries 15 shares at $20.00. Four at $21.00 lose $4.00 and leave $6.00.
    let world = World::new(-5_000, &[(10, 2_000, 0)], &[]);
    let ask = |held_back| {
        let known = Known { held_back: Cash::minor(held_back), ..known(&world, None) };
        admit(&known, &asked(Side::Buy, 4, 2_100)).map(|(_, lots)| lots.get())
    };
    assert_eq!((ask(600), ask(601)), (Ok(4), Err(Refusal::Excess)));
}

#[test]
fn a_forced_order_is_never_larger_than_the_position_and_never_on_its_other_side() {
    let world = leveraged();
    let limits = strict();
    let forced = |side, lots| {
        let order = Asked { forced: true, reduce_only: true, ..asked(side, lots, 2_000) };
        let known = Known { state: AccountState::Unwinding, ..known(&world, Some(&limits)) };
        admit(&known, &order).map(|(_, lots)| lots.get())
    };
    assert_eq!(forced(Side::Sell, 10), Ok(10));
    assert_eq!(forced(Side::Sell, 11), Ok(10));
    assert_eq!(forced(Side::Buy, 1), Err(Refusal::ReduceOnly));
}

#[test]
fn a_check_is_off_for_those_it_names_and_for_nobody_else() {
    let world = leveraged();
    let mut limits = LimitsPlan { position: vec![Lots::new(10)], ..LimitsPlan::default() };
    let ask = |limits: &LimitsPlan| admit(&known(&world, Some(limits)), &asked(Side::Buy, 1, 2_000)).map(|_| ());
    limits.off.entry(ground::units::AccountId::new(7)).or_default().add(Check::Position);
    assert_eq!(ask(&limits), Err(Refusal::PositionLimit));
    limits.off.entry(FUND).or_default().add(Check::Position);
    assert_eq!(ask(&limits), Err(Refusal::Excess));
    limits.off.entry(FUND).or_default().add(Check::Excess);
    assert_eq!(ask(&limits), Ok(()));
}
