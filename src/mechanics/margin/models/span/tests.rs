//! Requirements by hand, in dollars.

use super::super::tests::{dollars, marks_of, positions};
use super::*;
use ground::units::{Cash, Time};

fn in_money(amount: f64) -> Commodity {
    Commodity {
        price: PriceScan::PerContract(amount * 100.0),
        volatility: 0.35,
        spread_charge: 10_000.0,
        short_option_minimum: 5_000.0,
        contract: None,
    }
}

/// $10,000 a contract of the first, $5,000 of the second, 4.3 % of anything else; 70 % forgiven for one of
/// the first against two of the second.
fn exchange() -> Plan {
    let (one, two) = (InstrumentId::new(0), InstrumentId::new(1));
    let other = Commodity { price: PriceScan::Rate(0.043), ..in_money(0.0) };
    Plan {
        commodities: ByInstrument::from_parts(vec![(one, in_money(10_000.0)), (two, in_money(5_000.0))], other),
        extreme: ExtremeFile { multiple: 3.0, cover: 0.33 },
        credits: vec![Credit { between: [(one, 1.0), (two, 2.0)], rate: 0.7 }],
        im_factor: rate(1.1),
    }
}

/// Futures, whose prices may fall below zero.
fn futures(held: &[(i64, i64)]) -> Marks {
    let marks = marks_of(held, 0.01);
    let ids: Vec<_> = (0..held.len()).map(InstrumentId::from_index).collect();
    let facts: Vec<_> = ids.iter().map(|id| Facts { delivered: Some(Time::NEVER), ..*marks.facts(*id) }).collect();
    marks.with_facts(facts)
}

fn needs(held: &[(i64, i64)]) -> Requirement {
    File::requirement(&exchange(), &futures(held), positions(held).into_iter())
}

#[test]
fn a_future_needs_its_scan_range_to_the_unit() {
    for lots in [1_i64, -1, 3, 7_777, -123_456] {
        let mm = Cash::minor(i128::from(lots.abs() * 1_000_000));
        assert_eq!(needs(&[(lots, 450_000)]), Requirement { im: rate(1.1).of_rounded_up(mm), mm }, "{lots}");
    }
    // 4.3 % of 3 × $2,000.00.
    assert_eq!(needs(&[(0, 1), (0, 1), (3, 200_000)]).mm, dollars(258.0));
}

/// A range of $10 and a charge of $100 for a contract of a hundred, of oil that is dealt in by the unit.
#[test]
fn a_contract_is_the_largest_future() {
    use super::super::months::tests::{JUNE, OIL, SEPTEMBER, SMALL_JUNE, SMALL_SEPTEMBER, marks, positions};
    let oil = Commodity { contract: Some(100.0), ..in_money(10.0) };
    let plan = Plan {
        commodities: ByInstrument::from_parts(vec![(InstrumentId::from_index(OIL), oil)], in_money(0.0)),
        credits: vec![],
        im_factor: Rate::ONE,
        ..exchange()
    };
    let asked = |held: &[(usize, i64)]| {
        let marks = marks();
        File::requirement(&plan, &marks, positions(&marks, held).into_iter()).mm
    };
    assert_eq!(asked(&[(JUNE, 10), (SEPTEMBER, -10)]), dollars(1_000.0));
    assert_eq!(asked(&[(SMALL_JUNE, 100), (SMALL_SEPTEMBER, -100)]), dollars(1_000.0));
    assert_eq!([asked(&[(JUNE, -1)]), asked(&[(SMALL_JUNE, 10)]), asked(&[(OIL, 100)])], [dollars(10.0); 3]);
}

/// A share at $45.00 under a range of $100: what is owned outright cannot lose more than it is worth.
#[test]
fn what_does_not_fall_below_zero_needs_no_more_than_its_price() {
    let held = [(1, 4_500)];
    let asked = |marks: &Marks| File::requirement(&exchange(), marks, positions(&held).into_iter()).mm;
    assert_eq!(asked(&marks_of(&held, 0.01)), dollars(45.0));
    assert_eq!(asked(&futures(&held)), dollars(10_000.0));
}

#[test]
fn the_extreme_moves_count_where_their_cover_exceeds_the_range() {
    let plan = Plan { extreme: ExtremeFile { multiple: 2.0, cover: 0.6 }, ..exchange() };
    let held = [(1, 450_000)];
    let stands = File::requirement(&plan, &futures(&held), positions(&held).into_iter());
    // 2 × 60 % of $10,000.
    assert_eq!(stands.mm, dollars(12_000.0));
}

#[test]
fn commodities_that_offset_are_forgiven_a_share() {
    // 10 of one against 15 of the other make 7.5 spreads: 70 % of 7.5 × $10,000 and of 15 × $5,000.
    let held = [(10, 450_000), (-15, 200_000)];
    let mm = 100_000.0 + 75_000.0 - 0.7 * (75_000.0 + 75_000.0);
    assert_eq!(needs(&held).mm, dollars(mm));
    // On the same side nothing is.
    assert_eq!(needs(&[(10, 450_000), (15, 200_000)]).mm, dollars(175_000.0));
    let explained =
        File::breakdown(&exchange(), &futures(&held), &Held::of(positions(&held).into_iter()), needs(&held));
    assert_eq!(explained.stated(), explained.total);
    assert_eq!(explained.adjustments[0].amount.mm, dollars(-105_000.0));
    assert_eq!(explained.lines[0].part.mm, dollars(100_000.0));
}

#[test]
fn the_bound_of_a_range_in_money_is_that_of_the_position_alone() {
    let bound = |instrument: u32, delivered, lots| {
        let id = InstrumentId::new(instrument);
        let facts = Facts { delivered, ..Facts::unknown(id) };
        File::bound(&exchange(), CallLevel::Maintenance, &facts, id, Lots::new(lots), Zone::FromZero)
    };
    let future = Some(Time::NEVER);
    assert_eq!(bound(0, future, 1), Bound::slope(1_000_000_000, 1_000_000_000));
    assert_eq!(bound(2, future, 1), Bound::slope(956_999_998, 1_043_000_002));
    // What does not fall below zero needs no more than its price.
    assert_eq!(bound(0, None, 1), Bound::slope(0, 1_000_000_000));
    assert_eq!(bound(0, None, -1), Bound::slope(-1_000_000_000, -1_000_000_000));
}
