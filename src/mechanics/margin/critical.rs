//! The prices that matter to one account: where it is worth nothing, and where it crosses its lender's level.
//!
//! - The *bankruptcy price* of an instrument is the price at which the account's equity is zero. Where nothing follows it
//!   equity is linear in it, so this is one division.
//! - A *crossing* is the furthest price, on either side of the mark, up to which the account stays on its side of its
//!   lender's level: for an account in good standing its liquidation price. It is found by search on [`standing`], whatever
//!   the model. Both are at the boundary and on its good side: there the account has what is demanded (is worth nothing, and
//!   owes nothing), and a step beyond it has not.
//!
//! What else moves is the [`Move`]'s affair: an instrument alone, or all that is on one thing together.
//!
//! For one isolated linear position of entry `E` and leverage `L` these are the closed forms of the rule books of
//! crypto exchanges: bankruptcy at `E(1 − 1/L)` long and `E(1 + 1/L)` short; liquidation at `E(1 − 1/L + r)` and
//! `E(1 + 1/L − r)` when the maintenance rate `r` is taken on the value at entry, and at `E(1 − 1/L)/(1 − r)` and
//! `E(1 + 1/L)/(1 + r)` when it is taken on the value at the mark, as the models here do.
//!
//! Limits: the search doubles its step outwards and so takes slack to cross once on the way; a breach that heals
//! again within one such step is passed over. Prices further than a thousandfold, or beyond zero from a mark above
//! it, are not looked at.

use super::{Marks, Move, Terms, equity, standing};
use crate::ledger::Ledger;
use ground::units::{AccountId, Cash, InstrumentId, Lots, Price};

/// Where an account changes sides of its lender's level as prices move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crossings {
    /// Whether it has what is demanded at the marks.
    pub sound: bool,
    /// The nearest price below at which it has that still, and has it not a step lower; or, when it has it not now, has it
    /// again.
    pub below: Option<Price>,
    /// The same above.
    pub above: Option<Price>,
}

/// How far the search goes up, as a multiple of the mark.
const FURTHEST_UP: i64 = 1_000;

/// The price of the instrument at which the account's equity is zero, alone and with what follows it: the whole step at
/// which it is not below zero. `None` when it holds none of it, or no price would do.
pub fn bankruptcy_price(ledger: &Ledger, marks: &Marks, account: AccountId, instrument: InstrumentId) -> Option<Price> {
    let slot = ledger.accounts.slot_of(account, instrument)?;
    let mut alone = Move::alone(marks, instrument);
    if !alone.is_of_one() {
        return alone.bankruptcy(ledger, account);
    }
    bankruptcy_price_of(super::equity(ledger, marks, account), marks, instrument, ledger.accounts.lots(slot))
}

/// The same from an equity at the marks that has so many lots of the instrument in it.
pub fn bankruptcy_price_of(equity: Cash, marks: &Marks, instrument: InstrumentId, lots: Lots) -> Option<Price> {
    if lots.is_zero() {
        return None;
    }
    let step = i128::from(lots.get()) * i128::from(marks.step_value(instrument).get());
    // A long's equity rises with the price and so its price is rounded up; a short's is rounded down.
    let steps = if step > 0 { -equity.to_minor().div_euclid(step) } else { equity.to_minor().div_euclid(-step) };
    let price = i128::from(marks.price(instrument).steps()).checked_add(steps)?;
    i64::try_from(price).ok().map(Price::new).filter(|price| price.is_in_range())
}

impl Move {
    /// Where the account changes sides of its lender's level.
    pub fn crossings(&mut self, ledger: &Ledger, terms: &Terms, account: AccountId) -> Crossings {
        let from = self.from();
        let [below, above] = ends(from);
        let mut has_it = |price| !standing(ledger, self.at(price), terms, account).slack(terms.below).is_negative();
        let sound = has_it(from);
        let [below, above] = [below, above].map(|last| boundary(from, last, &mut has_it));
        Crossings { sound, below, above }
    }

    /// The nearest price at which the account's equity is zero, or the first step on the way there at which it is not below.
    pub fn bankruptcy(&mut self, ledger: &Ledger, account: AccountId) -> Option<Price> {
        let from = self.from();
        let mut owes_nothing = |price| !equity(ledger, self.at(price), account).is_negative();
        let found = ends(from).map(|last| boundary(from, last, &mut owes_nothing));
        found.into_iter().flatten().min_by_key(|price| (*price - from).abs())
    }
}

impl Crossings {
    /// The nearer of them for an account in good standing; `None` when there is none, or when it is below its level
    /// already.
    pub fn liquidation_price(&self, from: Price) -> Option<Price> {
        let both = [self.below, self.above].into_iter().flatten();
        both.filter(|_| self.sound).min_by_key(|price| (*price - from).abs())
    }
}

/// How far is looked, down and up.
fn ends(from: Price) -> [Price; 2] {
    let lowest = if from.steps() > 0 { Price::new(0) } else { mark_times(from, FURTHEST_UP) };
    [lowest, mark_times(Price::new(from.steps().abs().max(1)), FURTHEST_UP)]
}

/// On the way from `from` to `last`: the last price at which it holds if it holds now, the first if it does not.
fn boundary(from: Price, last: Price, holds: &mut impl FnMut(Price) -> bool) -> Option<Price> {
    let now = holds(from);
    let otherwise = search(from, last, &mut |price| holds(price) != now)?;
    Some(if now { otherwise - (last - from).signum() } else { otherwise })
}

fn mark_times(mark: Price, times: i64) -> Price {
    Price::new(mark.steps().saturating_mul(times)).clamped()
}

/// The first price on the way from `from` (where `crossed` is false) to `last` where it is true.
fn search(from: Price, last: Price, crossed: &mut impl FnMut(Price) -> bool) -> Option<Price> {
    let way = (last - from).signum();
    let furthest = (last - from).abs();
    let at = |away: i64| from + way * away;
    let (mut near, mut step) = (0i64, 1i64);
    let mut far = loop {
        let next = near.saturating_add(step).min(furthest);
        if next == near {
            return None;
        }
        if crossed(at(next)) {
            break next;
        }
        (near, step) = (next, step.saturating_mul(2));
    };
    while far - near > 1 {
        let middle = near + (far - near) / 2;
        if crossed(at(middle)) { far = middle } else { near = middle }
    }
    Some(at(far))
}

#[cfg(test)]
mod tests {
    use super::super::Facts;
    use super::super::test_world::{FUND, World};
    use super::*;
    use proptest::prelude::*;

    const FIRST: InstrumentId = InstrumentId::new(0);

    /// One swap of a hundred lots entered at $100.00, `cash` cents beside it.
    fn isolated(lots: i64, cash: i128) -> World {
        World::new(cash, &[], &[(lots, 10_000, 10_000)])
    }

    fn bankruptcy(world: &World) -> Option<i64> {
        bankruptcy_price(&world.ledger, &world.marks, FUND, FIRST).map(Price::steps)
    }

    fn liquidation(world: &World, terms: &Terms) -> Option<i64> {
        let mut alone = Move::alone(&world.marks, FIRST);
        alone.crossings(&world.ledger, terms, FUND).liquidation_price(alone.from()).map(Price::steps)
    }

    #[test]
    fn the_bankruptcy_price_of_one_isolated_position_is_the_closed_form() {
        // Ten times: E(1 − 1/10) = $90.00 and E(1 + 1/10) = $110.00.
        assert_eq!(bankruptcy(&isolated(100, 100_000)), Some(9_000));
        assert_eq!(bankruptcy(&isolated(-100, 100_000)), Some(11_000));
        // Fifty times: $98.00 and $102.00.
        assert_eq!(bankruptcy(&isolated(100, 20_000)), Some(9_800));
        assert_eq!(bankruptcy(&isolated(-100, 20_000)), Some(10_200));
    }

    #[test]
    fn between_two_steps_bankruptcy_is_the_one_at_which_nothing_is_owed() {
        // $1,000.01 on 100 lots: $89.9999 long is $90.00, $110.0001 short is $110.00.
        assert_eq!(bankruptcy(&isolated(100, 100_001)), Some(9_000));
        assert_eq!(bankruptcy(&isolated(-100, 100_001)), Some(11_000));
        // $999.99: $90.0001 and $109.9999.
        assert_eq!(bankruptcy(&isolated(100, 99_999)), Some(9_001));
        assert_eq!(bankruptcy(&isolated(-100, 99_999)), Some(10_999));
        assert_eq!(bankruptcy(&isolated(0, 99_999)), None);
    }

    #[test]
    fn the_bankruptcy_price_in_cross_margin_is_given_the_other_marks() {
        // $500.00 of cash and $200.00 of another stock behind 100 lots of the swap at $100.00: $93.00.
        let world = World::new(50_000, &[(10, 2_000, 0)], &[(100, 10_000, 10_000)]);
        let swap = InstrumentId::new(1);
        assert_eq!(bankruptcy_price(&world.ledger, &world.marks, FUND, swap), Some(Price::new(9_300)));
        // And ten shares are worth minus $500.00 together at minus $50.00 each.
        assert_eq!(bankruptcy_price(&world.ledger, &world.marks, FUND, FIRST), Some(Price::new(-5_000)));
    }

    #[test]
    fn the_liquidation_price_on_the_value_at_entry_is_the_closed_form() {
        // Four times and r = 5 % of the value at entry: E(1 − 1/4 + 0.05) = $80.00 and E(1 + 1/4 − 0.05) = $120.00.
        // At $80.00 5 % of $100.00 is 6.25 % of the mark; at $120.00 it is a rate of 1/24.
        assert_eq!(liquidation(&isolated(100, 250_000), &World::rate(200_000_000, 62_500_000)), Some(8_000));
        assert_eq!(liquidation(&isolated(-100, 250_000), &World::rate(200_000_000, 41_666_666)), Some(12_000));
    }

    #[test]
    fn the_liquidation_price_on_the_value_at_the_mark_is_the_closed_form() {
        let terms = World::rate(500_000_000, 250_000_000);
        // Half down, a quarter to keep: P0 (1 − 1/2)/(1 − 1/4) = $66.6667. At $66.67 there is enough.
        assert_eq!(liquidation(&isolated(100, 500_000), &terms), Some(6_667));
        // Short, 50 % and 30 %: P0 (1 + 1/2)/(1 + 0.3) = $115.3846.
        let terms = World::rate(500_000_000, 300_000_000);
        assert_eq!(liquidation(&isolated(-100, 500_000), &terms), Some(11_538));
    }

    #[test]
    fn what_nothing_can_break_has_no_liquidation_price() {
        let terms = World::rate(500_000_000, 250_000_000);
        // 100 shares and no debt; no position at all.
        assert_eq!(liquidation(&World::new(0, &[(100, 10_000, 0)], &[]), &terms), None);
        assert_eq!(liquidation(&isolated(0, 500_000), &terms), None);
    }

    #[test]
    fn an_account_in_breach_crosses_back_where_it_would_be_healed() {
        // $1,000.00 on 100 lots at $100.00 with a quarter to keep: sound from 9,000 / 0.75 = $120.00 on.
        let world = isolated(100, 100_000);
        let terms = World::rate(500_000_000, 250_000_000);
        let found = Move::alone(&world.marks, FIRST).crossings(&world.ledger, &terms, FUND);
        assert_eq!(found, Crossings { sound: false, below: None, above: Some(Price::new(12_000)) });
        assert_eq!(liquidation(&world, &terms), None);
    }

    #[test]
    fn a_stock_and_a_swap_on_it_have_one_price() {
        // 100 shares long against a swap on the same 100 short: no price hurts, but gross margin grows with it.
        // Equity is $5,000.00 whatever the price; a quarter of twice $100.00 × 100 is that much exactly.
        let mut world = World::new(-500_000, &[(100, 10_000, 0)], &[(-100, 10_000, 10_000)]);
        let facts = |index| Facts { underlying: FIRST, sold_in: FIRST, ..Facts::unknown(InstrumentId::new(index)) };
        world.marks = world.marks.with_facts([facts(0), facts(1)]);
        let terms = World::rate(500_000_000, 250_000_000);
        let found = Move::alone(&world.marks, FIRST).crossings(&world.ledger, &terms, FUND);
        assert_eq!(found, Crossings { sound: true, below: None, above: Some(Price::new(10_000)) });
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn at_the_boundary_the_account_stands_and_a_step_beyond_it_does_not(
            cash in -200_000..400_000i128,
            (first, second) in ((-100..100i64, 100..20_000i64), (-100..100i64, 100..20_000i64)),
            mm in 10_000_000..400_000_000i64,
        ) {
            let world = World::new(cash, &[(first.0, first.1, 0)], &[(second.0, second.1, second.1)]);
            let terms = World::rate(400_000_000, mm);
            let at = |price| {
                let mut marks = world.marks.clone();
                marks.set(FIRST, price);
                !standing(&world.ledger, &marks, &terms, FUND).slack(terms.below).is_negative()
            };
            let mut alone = Move::alone(&world.marks, FIRST);
            let found = alone.crossings(&world.ledger, &terms, FUND);
            for (price, beyond) in [(found.below, -1), (found.above, 1)] {
                let Some(price) = price else { continue };
                // For who is below the level the boundary is where it is sound again, and the step is back.
                let beyond = if found.sound { beyond } else { -beyond };
                prop_assert!(at(price) && !at(price + beyond), "{found:?}");
            }
            if let Some(price) = found.liquidation_price(alone.from()) {
                prop_assert!(found.sound && [found.below, found.above].contains(&Some(price)));
            }
        }
    }
}
