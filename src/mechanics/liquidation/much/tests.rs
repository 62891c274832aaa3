use super::*;
use crate::ledger::{Accounts, Purses, SlotKind};
use crate::liquidation::candidates;
use crate::margin::Facts;
use crate::margin::models::{About, Context, health};
use crate::margin::{MarginFile, MarginPlan};
use crate::waterfall::entries::Entries;
use ground::units::{InstrumentId, LenderId, Price, Rate, StepValue, TraderId};

const FUND: AccountId = AccountId::new(0);

struct Case {
    ledger: Ledger,
    marks: Marks,
    terms: Terms,
}

/// 10 % and 8 %, called below 8 %. Positions as lots, mark, underlying; swaps settled at $100.00 where asked.
fn case(cash: i128, held: &[(i64, i64, u32)], kind: SlotKind) -> Case {
    let mut accounts = Accounts::default();
    let slot = |(index, &(lots, mark, _)): (usize, &(i64, i64, u32))| {
        let settled = if kind == SlotKind::Spot { mark } else { 10_000 };
        (InstrumentId::from_index(index), kind, Lots::new(lots), Price::new(settled))
    };
    accounts.add(LenderId::new(0), Some(TraderId::new(0)), held.iter().enumerate().map(slot));
    let facts = |(index, &(.., underlying)): (usize, &(i64, i64, u32))| Facts {
        underlying: InstrumentId::new(underlying),
        daily_volume_lots: 1e4 * (index + 1) as f64,
        daily_volatility: 0.02,
        ..Facts::unknown(InstrumentId::from_index(index))
    };
    let marks = Marks::new(held.iter().map(|&(_, mark, _)| (StepValue::new(1), Price::new(mark))))
        .with_facts(held.iter().enumerate().map(facts));
    let rate = Rate::from_billionths;
    let margin = MarginPlan::Rate { im: rate(100_000_000), mm: rate(80_000_000) };
    Case {
        ledger: Ledger::new(accounts, Purses::new(vec![Cash::minor(cash)], 0, vec![])),
        marks,
        terms: Terms::plain(margin, CallLevel::Maintenance),
    }
}

fn lots(case: &Case, much: HowMuch, first: WhatFirst) -> Vec<i64> {
    let Case { ledger, marks, terms } = case;
    let sizing = Sizing { ledger, marks, terms, account: FUND, small: Small::default() };
    let all = candidates(first, (ledger, marks, &Entries::default()), terms, FUND);
    sizing.lots(much, first, &all).into_iter().map(Lots::get).collect()
}

/// 200 shares at $5.00 on $60.00 of equity.
fn thin() -> Case {
    case(-94_000, &[(200, 500, 0)], SlotKind::Spot)
}

#[test]
fn what_restores_a_requirement_is_no_more_than_needed() {
    // $1,000.00 at 10 %: $60.00 carry $600.00, so 40 % must go; at 8 % they carry $750.00, so 25 %.
    assert_eq!(lots(&thin(), HowMuch::RestoreInitial, WhatFirst::ProRata), [80]);
    assert_eq!(lots(&thin(), HowMuch::RestoreMaintenance, WhatFirst::ProRata), [50]);
    assert_eq!(lots(&thin(), HowMuch::All, WhatFirst::ProRata), [200]);
}

/// Others sold four times the shortfall and gave no way to choose. $74.00 where $80.00 are demanded: $6.00 missing,
/// and $6.00 ÷ 8 % = $75.00 of stock to go, fifteen of two hundred shares; four times that would be sixty.
#[test]
fn a_small_shortfall_is_met_with_a_small_sale_and_not_with_four_times_that() {
    let case = case(-92_600, &[(200, 500, 0)], SlotKind::Spot);
    assert_eq!(lots(&case, HowMuch::RestoreMaintenance, WhatFirst::ProRata), [15]);
    // To restore 10 %: $74.00 carry $740.00, so 52 go: nobody gets more than was asked for.
    assert_eq!(lots(&case, HowMuch::RestoreInitial, WhatFirst::ProRata), [52]);
}

#[test]
fn an_account_below_zero_is_sold_whole() {
    let case = case(-100_001, &[(200, 500, 0)], SlotKind::Spot);
    assert_eq!(lots(&case, HowMuch::RestoreMaintenance, WhatFirst::ProRata), [200]);
}

#[test]
fn an_account_that_has_recovered_sells_nothing() {
    let case = case(-50_000, &[(200, 500, 0)], SlotKind::Spot);
    assert_eq!(lots(&case, HowMuch::RestoreInitial, WhatFirst::ProRata), [0]);
}

#[test]
fn swaps_and_shorts_are_sized_by_the_same_rule() {
    // Short 200 at $5.00 with $1,060.00 of cash.
    let short = case(106_000, &[(-200, 500, 0)], SlotKind::Spot);
    assert_eq!(lots(&short, HowMuch::RestoreMaintenance, WhatFirst::ProRata), [50]);
    // 10 lots of a swap settled at $100.00 and now at $96.00, with $100.00: $60.00 of $960.00. At 8 % they
    // carry $750.00: seven lots of $96.00 are $672.00, eight are $768.00, so three must go.
    let swap = case(10_000, &[(10, 9_600, 0)], SlotKind::Swap);
    assert_eq!(lots(&swap, HowMuch::RestoreMaintenance, WhatFirst::ProRata), [3]);
}

#[test]
fn an_order_sells_its_first_choice_whole_before_the_next() {
    // Two stocks of $500.00 each on $60.00; the first is the less liquid. To carry 8 %, $250.00 must go.
    let case = case(-94_000, &[(100, 500, 0), (100, 500, 1)], SlotKind::Spot);
    assert_eq!(lots(&case, HowMuch::RestoreMaintenance, WhatFirst::MostLiquid), [0, 50]);
    assert_eq!(lots(&case, HowMuch::RestoreMaintenance, WhatFirst::MarginFreed), [0, 50]);
    assert_eq!(lots(&case, HowMuch::RestoreMaintenance, WhatFirst::ProRata), [25, 25]);
    // Initial: $400.00.
    assert_eq!(lots(&case, HowMuch::RestoreInitial, WhatFirst::MostLiquid), [0, 80]);
}

#[test]
fn what_hedges_nothing_goes_before_what_does() {
    // $500.00 long against $500.00 short of the same thing, and $200.00 of something else, on $60.00: 8 % of
    // $1,200.00 are $96.00. $60.00 carry $750.00, so $450.00 go: the $200.00 first, then a quarter of the pair.
    let case = case(-14_000, &[(100, 500, 0), (-100, 500, 0), (40, 500, 2)], SlotKind::Spot);
    assert_eq!(lots(&case, HowMuch::RestoreMaintenance, WhatFirst::KeepHedges), [25, 25, 40]);
}

fn health(case: &Case) -> f64 {
    let Case { ledger, marks, terms } = case;
    let sizing = Sizing { ledger, marks, terms, account: FUND, small: Small::default() };
    let held: Vec<Position> = positions(ledger, marks, FUND).collect();
    let stands = standing(ledger, marks, terms, FUND);
    sizing.health(&held, Debt::of(&held, stands.equity), &stands)
}

/// Ten ether at a threshold of 83 %: at 2 000 against 16 600 that is one, at 1 900 it is 15 770 / 16 600 = 0.95. With 5 000
/// owed in kind and 2 000 in cash it is (16 600 + 2 000) / 5 000.
#[test]
fn the_health_of_a_loan_is_what_may_be_owed_over_what_is() {
    let protocol = |mut case: Case| {
        let ether = health::CountsFile { loan_to_value: 0.805, threshold: 0.83 };
        let file = health::File { collateral: [("ether".to_owned(), ether)].into_iter().collect() };
        case.terms.margin = MarginFile::Health(file).plan(&Context::new(
            [About { name: "ether", underlying: None, contract: None }],
            2,
            390.0,
        ));
        case
    };
    let factor = |cash, held: &[(i64, i64, u32)]| self::health(&protocol(case(cash, held, SlotKind::Spot)));
    assert_eq!(factor(-1_660_000, &[(10, 200_000, 0)]), 1.0);
    assert_eq!(factor(-1_660_000, &[(10, 190_000, 0)]), 0.95);
    assert_eq!(factor(0, &[(10, 190_000, 0), (-10, 166_000, 1)]), 0.95);
    assert_eq!(factor(200_000, &[(10, 200_000, 0), (-5, 100_000, 1)]), 3.72);
    assert_eq!(factor(0, &[(0, 1, 0), (5, 100_000, 1)]), f64::INFINITY);
}

/// Of thin's debt of $940.00 a half is $470.00; with five in a hundred $493.50 of stock at $5.00: 98.7 shares.
#[test]
fn a_close_factor_is_a_share_of_the_debt_with_a_bonus_and_everything_below_its_threshold() {
    let half =
        HowMuch::CloseFactor { share: 0.5, full_below: Some(0.95), whole_below: None, least_left: None, bonus: 0.05 };
    // $60.00 on $1,000.00 at 8 %: (1,000 − 80) ÷ (1,000 − 60) = 0.9787.
    assert_eq!(lots(&thin(), half, WhatFirst::ProRata), [99]);
    // Nothing left: 920 ÷ 1,000 is below 0.95; and half of $1,000.00, with the bonus, is $525.00.
    let gone = case(-100_000, &[(200, 500, 0)], SlotKind::Spot);
    assert_eq!(lots(&gone, half, WhatFirst::ProRata), [200]);
    assert_eq!(
        lots(
            &gone,
            HowMuch::CloseFactor { share: 0.5, full_below: None, whole_below: None, least_left: None, bonus: 0.05 },
            WhatFirst::ProRata
        ),
        [105]
    );
    // The debt is larger than the first of two positions with half of it: $493.50 of $500.00.
    let two = case(-94_000, &[(100, 500, 0), (100, 500, 1)], SlotKind::Spot);
    assert_eq!(lots(&two, half, WhatFirst::MostLiquid), [0, 99]);
}

/// Aave, "Liquidations": ten ether at 1 180 against 10 000 of debt; half of it, 5 000 × 1.05 ÷ 1 180 = 4.4492 ether. At
/// a lot of a ten-thousandth and in cents.
#[test]
fn half_of_ten_thousand_with_the_bonus_is_4_4492_ether_at_1180() {
    let case = case(-100_000_000, &[(100_000, 1_180, 0)], SlotKind::Spot);
    let half = HowMuch::CloseFactor { share: 0.5, full_below: None, whole_below: None, least_left: None, bonus: 0.05 };
    assert_eq!(lots(&case, half, WhatFirst::ProRata), [44_492]);
}

/// The same collateral against the same debt, owed in cash or in coins worth a cent: health and what is sold are equal.
#[test]
fn debt_in_kind_and_in_cash_come_to_the_same() {
    let cash = case(-100_000, &[(220, 500, 0)], SlotKind::Spot);
    let kind = case(0, &[(220, 500, 0), (-100_000, 1, 1)], SlotKind::Spot);
    let debts = [&cash, &kind].map(|case| {
        let held: Vec<Position> = positions(&case.ledger, &case.marks, FUND).collect();
        Debt::of(&held, standing(&case.ledger, &case.marks, &case.terms, FUND).equity)
    });
    assert_eq!(debts.map(Debt::all), [Cash::minor(100_000); 2]);
    // $525.00 are 105 shares at $5.00; the coins bought back are half of the debt, at least.
    let half = HowMuch::CloseFactor { share: 0.5, full_below: None, whole_below: None, least_left: None, bonus: 0.05 };
    assert_eq!(lots(&cash, half, WhatFirst::ProRata), [105]);
    let closed = lots(&kind, half, WhatFirst::ProRata);
    assert_eq!(closed, [105, 50_000]);
    // $1,012.00 may be owed on the shares, and it is $1,000.00; the margin on what is owed in kind changes nothing.
    assert_eq!([&cash, &kind].map(health), [1.012; 2]);
    let full = |below| HowMuch::CloseFactor {
        share: 0.5,
        full_below: Some(below),
        whole_below: None,
        least_left: None,
        bonus: 0.05,
    };
    for (below, sold) in [(1.0, 105), (1.02, 210)] {
        let [cash, kind] = [&cash, &kind].map(|case| lots(case, full(below), WhatFirst::ProRata)[0]);
        assert_eq!((cash, kind), (sold, sold), "in full below {below}");
    }
    // Only owed in kind, with the cash from it as collateral: half is bought back.
    let short = case(106_000, &[(-200, 500, 0)], SlotKind::Spot);
    assert_eq!(lots(&short, half, WhatFirst::ProRata), [100]);
}

/// 1,000 shares at $1.10 against $1,000.00 of debt, at 10 % and 8 %: health (1,100 − 88) ÷ 1,000 = 1.012. One step below at
/// $0.99 it is 0.9108, and all of the debt with the bonus is more than is owned; at $1.08 and a threshold of 1 all of it is
/// $1,050.00, and 27 shares stay.
#[test]
fn who_is_very_sick_repays_the_whole_debt_and_keeps_what_is_beyond_it() {
    let whole =
        HowMuch::CloseFactor { share: 0.5, full_below: Some(0.9999), whole_below: None, least_left: None, bonus: 0.05 };
    let case = case(-100_000, &[(1_000, 108, 0)], SlotKind::Spot);
    // (1,080 − 86.40) ÷ 1,000 = 0.9936. 1,050 ÷ 1.08 = 972.2.
    assert_eq!(lots(&case, whole, WhatFirst::ProRata), [973]);
}

#[test]
fn a_debt_that_is_small_or_would_leave_little_is_repaid_whole() {
    let half = HowMuch::CloseFactor { share: 0.5, full_below: None, whole_below: None, least_left: None, bonus: 0.05 };
    let case = case(-100_000, &[(1_000, 108, 0)], SlotKind::Spot);
    let closed = |whole_below: i128, least_left: i128| {
        let Case { ledger, marks, terms } = &case;
        let small = Small { whole_below: Cash::minor(whole_below), least_left: Cash::minor(least_left) };
        let all = candidates(WhatFirst::ProRata, (ledger, marks, &Entries::default()), terms, FUND);
        let sizing = Sizing { ledger, marks, terms, account: FUND, small };
        sizing.lots(half, WhatFirst::ProRata, &all)[0].get()
    };
    // Half of $1,000.00 with the bonus is $525.00: 486.1 shares.
    assert_eq!(closed(0, 0), 487);
    // The debt is less than $1,000.01; it is not less than $1,000.00.
    assert_eq!((closed(100_001, 0), closed(100_000, 0)), (973, 487));
    // $500.00 of debt would be left, and $555.00 of shares.
    assert_eq!((closed(0, 50_001), closed(0, 50_000)), (973, 487));
}

/// A thousand shares at $98.00 against 900 of a contract on them, and a scan of 15 %: of 100 that nothing hedges $1,470.00 are
/// asked, of $1,400.00. They carry 95.2, so five go, of the larger leg, whichever the order begins with; with the smaller leg
/// alone nothing is mended.
#[test]
fn of_a_hedge_goes_no_more_than_leaves_the_account_better_off() {
    let scan = crate::margin::models::scan::File {
        range: crate::margin::models::scan::RangeFile { down: 0.15, up: 0.15 },
        groups: Default::default(),
        option_minimum: 0.0,
        im_factor: 1.0,
    };
    let names = [("a", None), ("p", Some(InstrumentId::new(0)))];
    let about = names.map(|(name, underlying)| About { name, underlying, contract: None });
    let mut case = case(-840_000, &[(1_000, 9_800, 0), (-900, 9_800, 0)], SlotKind::Spot);
    case.terms.margin = MarginFile::Scan(scan).plan(&Context::new(about, 2, 390.0));
    for first in [WhatFirst::LargestLoss, WhatFirst::MostLiquid, WhatFirst::MarginFreed, WhatFirst::KeepHedges] {
        assert_eq!(lots(&case, HowMuch::RestoreMaintenance, first), [5, 0], "{first:?}");
    }
    // Below zero no part is enough.
    let Case { ledger, .. } = self::case(-980_001, &[(1_000, 9_800, 0), (-900, 9_800, 0)], SlotKind::Spot);
    let gone = Case { ledger, ..case };
    assert_eq!(lots(&gone, HowMuch::RestoreMaintenance, WhatFirst::LargestLoss), [1_000, 900]);
}
