//! Shortfalls handed down in hand-computed cents, layer by layer and in several orders.

use super::*;
use crate::waterfall::auto_deleveraging::{Ranking, Trigger};
use ground::units::Rate;

const HOUSE: LenderId = LenderId::new(0);
const HALF: Rate = Rate::from_billionths(500_000_000);
const WHOLE: Rate = Rate::ONE;

const fn cash(minor: i128) -> Cash {
    Cash::minor(minor)
}

const fn fund(id: u32) -> Payer {
    Payer::Fund(FundId::new(id))
}

const fn firm(id: u32) -> Payer {
    Payer::Treasury(TraderId::new(id))
}

fn pots(pots: &[(Payer, i128)]) -> Vec<Source> {
    pots.iter().map(|(payer, room)| Source::pot(*payer, cash(*room))).collect()
}

/// Layer, payer and cents of each part.
fn told(shortfall: i128, layers: &[(LayerPlan, Vec<Source>)]) -> Vec<(&'static str, Option<Payer>, i128)> {
    let taken = distribute(cash(shortfall), layers, HOUSE);
    taken.into_iter().map(|part| (part.layer.word(), part.payer, part.amount.to_minor())).collect()
}

/// A clearing house's own order, B8: $60.00 of the defaulter, $25.00 of its own, three survivors with $100.00,
/// 50.00 and 50.00 in the fund.
fn clearing_house() -> Vec<(LayerPlan, Vec<Source>)> {
    let survivors = [(2, 10_000), (3, 5_000), (4, 5_000)];
    let assessed = |&(id, weight): &(u32, i128)| Source {
        payer: firm(id),
        weight: cash(weight),
        room: cash(weight),
        ready: cash(99_999),
        held: Cash::ZERO,
    };
    vec![
        (LayerPlan::DefaultersContribution, pots(&[(fund(0), 6_000)])),
        (LayerPlan::SkinInTheGame, pots(&[(fund(1), 2_500)])),
        (LayerPlan::SurvivorsFund, pots(&survivors.map(|(id, room)| (fund(id), room)))),
        (LayerPlan::Assessments { cap: WHOLE }, survivors.iter().map(assessed).collect()),
        (LayerPlan::LenderCapital, vec![]),
    ]
}

#[test]
fn a_small_default_is_paid_by_the_defaulter_alone() {
    assert_eq!(told(5_999, &clearing_house()), [("defaulters_contribution", Some(fund(0)), 5_999)]);
}

#[test]
fn the_house_stakes_its_own_before_it_touches_the_survivors() {
    // $145.01: 60.00 of the defaulter, 25.00 of the house, 60.01 of the fund as 30.01, 15.00, 15.00.
    let expected = [
        ("defaulters_contribution", Some(fund(0)), 6_000),
        ("skin_in_the_game", Some(fund(1)), 2_500),
        ("survivors_fund", Some(fund(2)), 3_001),
        ("survivors_fund", Some(fund(3)), 1_500),
        ("survivors_fund", Some(fund(4)), 1_500),
    ];
    assert_eq!(told(14_501, &clearing_house()), expected);
}

#[test]
fn a_default_beyond_the_fund_and_all_assessments_costs_the_house_its_capital() {
    // 60 + 25 + 200 + 200 = $485.00 stand before the capital.
    let taken = told(50_000, &clearing_house());
    assert_eq!(taken.last(), Some(&("lender_capital", Some(Payer::House(HOUSE)), 1_500)));
    let assessed: Vec<_> = taken.iter().filter(|part| part.0 == "assessments").map(|part| part.2).collect();
    assert_eq!(assessed, [10_000, 5_000, 5_000]);
}

#[test]
fn the_order_of_the_layers_decides_who_pays() {
    let mut layers = clearing_house();
    layers.swap(1, 2);
    // The same $145.01 with the survivors before the house: 60.00, then 85.01 as 42.51, 21.25, 21.25.
    let expected = [
        ("defaulters_contribution", Some(fund(0)), 6_000),
        ("survivors_fund", Some(fund(2)), 4_251),
        ("survivors_fund", Some(fund(3)), 2_125),
        ("survivors_fund", Some(fund(4)), 2_125),
    ];
    assert_eq!(told(14_501, &layers), expected);
    layers.reverse();
    assert_eq!(told(14_501, &layers), [("lender_capital", Some(Payer::House(HOUSE)), 14_501)]);
}

#[test]
fn an_exchange_draws_on_the_treasury_the_fund_and_the_vault() {
    let layers = |share| {
        vec![
            (
                LayerPlan::AccountRemaining { share, other_pools: true },
                pots(&[(firm(0), 3_001), (Payer::Account(AccountId::new(5)), 500)]),
            ),
            (LayerPlan::InsuranceFund, pots(&[(fund(0), 4_000)])),
            (LayerPlan::AutoDeleveraging { when: Trigger::FundSpent, rank: Ranking::default() }, vec![]),
            (LayerPlan::BackstopVault, pots(&[(fund(1), 700)])),
        ]
    };
    // Half of $30.01 and of $5.00 is 15.00 and 2.50. Nobody is left to deleverage, and the exchange pays $32.50 though
    // it named no capital.
    let expected = [
        ("account_remaining", Some(firm(0)), 1_500),
        ("account_remaining", Some(Payer::Account(AccountId::new(5))), 250),
        ("insurance_fund", Some(fund(0)), 4_000),
        ("auto_deleveraging", None, 0),
        ("backstop_vault", Some(fund(1)), 700),
        ("lender_capital", Some(Payer::House(HOUSE)), 3_250),
    ];
    assert_eq!(told(9_700, &layers(HALF)), expected);
    let whole = told(3_100, &layers(WHOLE));
    assert_eq!(whole[0].2 + whole[1].2, 3_100);
    assert_eq!(whole.len(), 2);
}

#[test]
fn an_empty_fund_says_so_and_takes_nothing() {
    let layers = [(LayerPlan::InsuranceFund, pots(&[(fund(0), 0)])), (LayerPlan::BackstopVault, vec![])];
    let expected =
        [("insurance_fund", None, 0), ("backstop_vault", None, 0), ("lender_capital", Some(Payer::House(HOUSE)), 1)];
    assert_eq!(told(1, &layers), expected);
}

#[test]
fn winners_are_cut_pro_rata_up_to_their_share_and_to_what_they_still_have() {
    // Gains of $80.00, 20.00 and 60.00; at most half of each; the last has only $10.00 left in its account.
    let account = |id| Payer::Account(AccountId::new(id));
    let winner = |id, gain, room| Source { weight: cash(gain), ..Source::pot(account(id), cash(room)) };
    let winners = vec![winner(0, 8_000, 99_999), winner(1, 2_000, 2_000), winner(2, 6_000, 1_000)];
    let layers = [(LayerPlan::VariationMarginGains { cut: HALF }, winners)];
    // $48.00: by gain 24, 6 and 18; the last can give 10, so 38 fall on the others four to one: 30.40 and 7.60.
    let expected = [
        ("variation_margin_gains", Some(account(0)), 3_040),
        ("variation_margin_gains", Some(account(1)), 760),
        ("variation_margin_gains", Some(account(2)), 1_000),
    ];
    assert_eq!(told(4_800, &layers), expected);
    // $70.00: 40.00, 10.00 and 10.00 are the most there is; the house pays the rest.
    let most: Vec<_> = told(7_000, &layers).iter().map(|part| part.2).collect();
    assert_eq!(most, [4_000, 1_000, 1_000, 1_000]);
}

#[test]
fn a_member_that_cannot_pay_its_assessment_says_what_it_was_asked_for() {
    let mut layers = clearing_house();
    for source in &mut layers[3].1 {
        source.ready = if source.payer == firm(3) { cash(100) } else { source.ready };
    }
    // $325.00: 285.00 before the assessments, then 40.00 as 20, 10 and 10. The second fails; its 10.00 fall on the
    // others two to one.
    let taken = distribute(cash(32_500), &layers, HOUSE);
    let assessed: Vec<_> = taken
        .iter()
        .filter(|part| part.layer.word() == "assessments")
        .map(|part| (part.asked.to_minor(), part.amount.to_minor(), part.failed()))
        .collect();
    assert_eq!(assessed, [(2_667, 2_667, false), (1_000, 0, true), (1_333, 1_333, false)]);
}
