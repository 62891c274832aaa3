//! Hand-computed prices.

#![allow(clippy::inconsistent_digit_grouping, reason = "100_00 is a hundred dollars and no cents")]

use super::{FillsAt, Impact, ImpactPlan, Law, LawFile, Wish, clear};
use crate::contracts::Ordinary;
use crate::contracts::ValueWalk;
use Side::{Buy, Sell};
use ground::units::{AccountId, Lots, Price, Side, Span};

/// $100.00 in cents; a thousand lots a day, 2 % a day.
const START: Price = Price::new(100_00);
const ORDINARY: Ordinary = Ordinary {
    daily_volume_units: 1_000.0,
    daily_volatility: 0.02,
    value_volatility: 0.0,
    value_walk: ValueWalk::Geometric,
};

fn market_with(law: LawFile, fills_at: FillsAt, half_life: Option<Span>) -> Impact {
    let law = law.law(&ORDINARY, 1.0);
    let plan = ImpactPlan { law, fills_at, half_life, rest: AccountId::new(0), lowest: Price::new(1) };
    Impact::new(&plan, START, Span::seconds(60))
}

fn market(law: LawFile) -> Impact {
    market_with(law, FillsAt::Middle, None)
}

fn wish(side: Side, lots: i64, limit: Option<i64>) -> Wish {
    Wish { side, lots: Lots::new(lots), limit: limit.map(Price::new) }
}

/// What the wishes got, at what price; the market has moved.
fn trade(market: &mut Impact, wishes: &[Wish]) -> (Option<i64>, Vec<i64>) {
    let mut filled = Vec::new();
    let price = clear(market, wishes, &mut filled);
    let net: i64 = wishes.iter().zip(&filled).map(|(wish, lots)| wish.side.signed(*lots).get()).sum();
    market.push(Lots::new(net));
    (price.map(Price::steps), filled.into_iter().map(Lots::get).collect())
}

fn mark(market: &Impact) -> i64 {
    market.mark().steps()
}

const LINEAR: LawFile = LawFile::Linear { units: 100.0, fall: 0.01 };

#[test]
fn a_linear_law_moves_the_price_as_far_by_each_further_lot() {
    let mut market = market(LINEAR);
    // 500 lots take 5 % off. They trade halfway.
    assert_eq!(trade(&mut market, &[wish(Sell, 500, None)]), (Some(97_50), vec![500]));
    assert_eq!(mark(&market), 95_00);
    assert_eq!(trade(&mut market, &[wish(Sell, 500, None)]).0, Some(92_50));
    assert_eq!(mark(&market), 90_00);
    // What is bought back leaves the price where it was.
    trade(&mut market, &[wish(Buy, 1_000, None)]);
    assert_eq!(mark(&market), 100_00);
}

/// `Y σ √(Q/V)` with Y = 0.7 and σ = 2 %: 14 bp, 44 bp, 1.4 %, 2.4 % for 1 %, 10 %, 100 %, 300 % of a day.
#[test]
fn a_square_root_law_gives_the_figures_of_its_table() {
    for (lots, after) in [(10, 99_86), (100, 99_56), (1_000, 98_60), (3_000, 97_58)] {
        let mut market = market(LawFile::SquareRoot { coefficient: 0.7 });
        trade(&mut market, &[wish(Sell, lots, None)]);
        assert_eq!(mark(&market), after, "{lots} lots");
    }
}

#[test]
fn a_block_costs_the_same_in_ten_parts_as_at_once() {
    for law in
        [LINEAR, LawFile::SquareRoot { coefficient: 0.7 }, LawFile::Exponential { units: 500.0, fall: 0.1, floor: 0.5 }]
    {
        let (mut whole, mut parts) = (market(law), market(law));
        trade(&mut whole, &[wish(Sell, 1_000, None)]);
        (0..10).for_each(|_| drop(trade(&mut parts, &[wish(Sell, 100, None)])));
        assert_eq!(mark(&whole), mark(&parts), "{law:?}");
    }
}

/// Selling 5 % of what there is takes 5 % off: β = −ln 0.95 / 0.05 = 1.0259 a unit of market capitalisation, so half
/// of it takes 1 − e^(−0.51293) = 40.13 %.
#[test]
fn an_exponential_law_falls_by_the_same_share_each_time() {
    let mut market = market(LawFile::Exponential { units: 5_000.0, fall: 0.05, floor: 0.0 });
    trade(&mut market, &[wish(Sell, 5_000, None)]);
    assert_eq!(mark(&market), 95_00);
    trade(&mut market, &[wish(Sell, 5_000, None)]);
    assert_eq!(mark(&market), 90_25);
    trade(&mut market, &[wish(Sell, 40_000, None)]);
    assert_eq!(mark(&market), 59_87);
}

/// 100 lots at an even pace over 100 minutes take 1 % off at their end; a minute's lot, alone, (100 ÷ 1)^½ times a lot's share
/// of that: 10 bp. After a minute √2 − 1 of it is left, after 99 minutes √100 − √99.
#[test]
fn a_propagator_forgets_as_the_root_of_time() {
    let law = LawFile::Propagator { units: 100.0, fall: 0.01, over: Span::seconds(6_000), exponent: 0.5, lasting: 0.0 };
    let mut market = market(law);
    market.begin_tick(1.0);
    assert_eq!(market.volume_to_move(-0.01), Lots::new(-10), "a tenth of what it takes at that pace");
    assert_eq!(trade(&mut market, &[wish(Sell, 10, None)]), (Some(99_50), vec![10]));
    assert_eq!(mark(&market), 99_00);
    market.begin_tick(1.0);
    assert_eq!(mark(&market), 99_59);
    (0..98).for_each(|_| market.begin_tick(1.0));
    assert_eq!(mark(&market), 99_95);
    let mut even = market_with(law, FillsAt::Middle, None);
    for _ in 0..100 {
        even.begin_tick(1.0);
        trade(&mut even, &[wish(Sell, 1, None)]);
    }
    assert_eq!(mark(&even), 99_00);
}

/// At $50 buyers take whatever comes. 100 lots take a fifth of what is above: 100 → 90 → 82 → 75.60.
#[test]
fn a_floor_holds_whatever_is_sold() {
    let mut market = market(LawFile::Exponential { units: 100.0, fall: 0.1, floor: 0.5 });
    for after in [90_00, 82_00, 75_60] {
        trade(&mut market, &[wish(Sell, 100, None)]);
        assert_eq!(mark(&market), after);
    }
    trade(&mut market, &[wish(Sell, 1_000_000, None)]);
    assert_eq!(mark(&market), 50_00);
    assert_eq!(market.volume_to_move(-0.5), Lots::new(-(1 << 40)), "no sale takes it below");
}

/// One bank with assets of 100 and equity of 10, one asset in which a sale of 1 costs a thousandth: a shock of 1 %
/// takes 1 off its equity, and to be nine times in debt again it sells 9, which takes another 0.9 % off.
#[test]
fn the_toy_of_greenwood_landier_and_thesmar_comes_out() {
    let mut market = market_with(LawFile::Linear { units: 1.0, fall: 1e-3 }, FillsAt::Start, None);
    market.jump(-0.01);
    assert_eq!(mark(&market), 99_00);
    let (assets, equity) = (100.0 * 0.99, 10.0 - 1.0);
    let sale = assets - (1.0 + 9.0) * equity;
    assert_eq!(sale, 9.0);
    trade(&mut market, &[wish(Sell, 9, None)]);
    // 0.9 % of $99.00 is 89.1 cents.
    assert_eq!(mark(&market), 98_11);
}

/// A firm that goes back to its leverage sells for any shock, and each sale is a shock. With a leverage of 8, three
/// tenths of the float, and a drop of 40 % if all of it were sold, a shock is amplified 1 ÷ (1 − 7 × 0.3 × 0.4) = 6.25
/// times: to first order, so the shock is a millionth.
#[test]
fn a_leverage_target_amplifies_a_shock_by_its_closed_form() {
    let float = 1e12;
    let law = LawFile::Linear { units: float, fall: 0.4 }.law(&ORDINARY, 1.0);
    let plan =
        ImpactPlan { law, fills_at: FillsAt::Start, half_life: None, rest: AccountId::new(0), lowest: Price::new(1) };
    let start = 1_000_000_000;
    let mut market = Impact::new(&plan, Price::new(start), Span::seconds(60));
    market.jump(-1e-6);
    let (mut lots, mut cash) = (0.3 * float, -0.3 * float * start as f64 * 7.0 / 8.0);
    for _ in 0..200 {
        let price = mark(&market) as f64;
        let sale = lots - 8.0 * (lots * price + cash) / price;
        trade(&mut market, &[wish(Sell, sale.round() as i64, None)]);
        (lots, cash) = (lots - sale.round(), cash + sale.round() * price);
    }
    let fall = start - mark(&market);
    assert!((fall - 6_250).abs() <= 10, "1 000 steps became {fall}");
}

#[test]
fn orders_trade_where_the_law_of_the_world_says() {
    for (fills_at, price) in [(FillsAt::Start, 100_00), (FillsAt::Middle, 95_00), (FillsAt::End, 90_00)] {
        let mut market = market_with(LINEAR, fills_at, None);
        assert_eq!(trade(&mut market, &[wish(Sell, 1_000, None)]).0, Some(price));
        assert_eq!(mark(&market), 90_00);
    }
}

#[test]
fn only_net_volume_moves_the_price() {
    let mut market = market(LINEAR);
    let orders = [wish(Buy, 700, None), wish(Sell, 500, None), wish(Sell, 400, None)];
    assert_eq!(trade(&mut market, &orders), (Some(99_00), vec![700, 500, 400]));
    assert_eq!(mark(&market), 98_00);
}

#[test]
fn a_limit_that_the_price_does_not_reach_gets_nothing() {
    let mut market = market(LINEAR);
    let orders = [wish(Sell, 400, None), wish(Sell, 100, Some(99_00)), wish(Buy, 100, Some(97_00))];
    assert_eq!(trade(&mut market, &orders), (Some(98_00), vec![400, 0, 0]));
    // 200 bought move the price by 2 %, and it trades at $97.00, no higher.
    assert_eq!(trade(&mut market, &[wish(Buy, 200, Some(97_00))]), (Some(97_00), vec![200]));
    assert_eq!(mark(&market), 98_00);
}

#[test]
fn many_at_one_limit_get_what_keeps_the_price_there_the_first_first() {
    let mut market = market(LawFile::Linear { units: 50.0, fall: 0.01 });
    // At a limit of $99.00 no more can be sold than take the price to $98.00: 100.
    let orders = [wish(Sell, 80, Some(99_00)), wish(Sell, 300, Some(99_00)), wish(Sell, 10, Some(99_50))];
    assert_eq!(trade(&mut market, &orders), (Some(99_00), vec![80, 20, 0]));
    assert_eq!(mark(&market), 98_00);
    // The same from the other side: 50 take it from $98.00 to $99.00, and there are 40 more for those who sell.
    let orders = [wish(Buy, 60, Some(98_50)), wish(Sell, 40, None), wish(Buy, 90, Some(98_50))];
    assert_eq!(trade(&mut market, &orders), (Some(98_50), vec![60, 40, 30]));
    assert_eq!(mark(&market), 99_00);
}

#[test]
fn where_one_lot_moves_the_price_by_dollars_nobody_trades_beyond_a_limit() {
    let mut market = market(LawFile::Linear { units: 1.0, fall: 0.1 });
    // One lot bought trades at $105.00, two at $110.00.
    assert_eq!(trade(&mut market, &[wish(Buy, 5, Some(107_00))]), (Some(107_00), vec![1]));
    assert_eq!(mark(&market), 110_00);
    assert_eq!(trade(&mut market, &[wish(Buy, 5, Some(112_00)), wish(Sell, 1, Some(150_00))]), (None, vec![0, 0]));
    assert_eq!(mark(&market), 110_00);
}

#[test]
fn news_and_jumps_move_the_price_by_their_ratio_whatever_was_sold() {
    let mut market = market(LINEAR);
    trade(&mut market, &[wish(Sell, 1_000, None)]);
    market.begin_tick(0.8);
    assert_eq!(mark(&market), 72_00);
    market.jump(-0.5);
    assert_eq!(mark(&market), 36_00);
    market.begin_tick(1.0);
    market.jump(1.0);
    assert_eq!(mark(&market), 90_00);
}

#[test]
fn impact_fades_by_half_in_each_half_life() {
    let mut market = market_with(LINEAR, FillsAt::Middle, Some(Span::seconds(120)));
    trade(&mut market, &[wish(Sell, 1_000, None)]);
    let marks: Vec<_> = (0..4)
        .map(|_| {
            market.begin_tick(1.0);
            mark(&market)
        })
        .collect();
    // Two ticks of a minute to a half life: 10 % → 7.07 % → 5 % → 3.54 % → 2.5 %.
    assert_eq!(marks, [92_93, 95_00, 96_46, 97_50]);
}

#[test]
fn thin_markets_move_further_but_do_not_move_by_getting_thin() {
    let mut market = market(LINEAR);
    trade(&mut market, &[wish(Sell, 500, None)]);
    market.set_liquidity(0.25);
    assert_eq!(mark(&market), 95_00);
    trade(&mut market, &[wish(Sell, 100, None)]);
    assert_eq!(mark(&market), 91_00);
    let mut market = market_with(LawFile::SquareRoot { coefficient: 0.5 }, FillsAt::Middle, None);
    market.set_volatility(3.0);
    trade(&mut market, &[wish(Sell, 1_000, None)]);
    assert_eq!(mark(&market), 97_00, "a day's volume moves the price by half of three times 2 %");
}

#[test]
fn depth_is_the_volume_that_moves_the_price_so_far() {
    let mut market = market(LINEAR);
    assert_eq!(market.volume_to_move(-0.01), Lots::new(-100));
    trade(&mut market, &[wish(Sell, 5_000, None)]);
    // At half of the undisturbed price 1 % is half as much.
    assert_eq!(market.volume_to_move(0.01), Lots::new(50));
    let root = market_with(LawFile::SquareRoot { coefficient: 0.5 }, FillsAt::Middle, None);
    assert_eq!(root.volume_to_move(-0.01), Lots::new(-1_000));
}

#[test]
fn no_number_breaks_a_price() {
    let laws = [
        Law::Linear { per_lot: 1e300 },
        Law::Linear { per_lot: 1e-300 },
        Law::Exponential { per_lot: 1e300, floor: 0.0 },
        Law::SquareRoot { day_move: 1e300, day_lots: 1e-300 },
    ];
    for law in laws {
        let plan = ImpactPlan {
            law,
            fills_at: FillsAt::Middle,
            half_life: None,
            rest: AccountId::new(0),
            lowest: Price::new(1),
        };
        for side in [Buy, Sell] {
            let mut market = Impact::new(&plan, START, Span::seconds(60));
            for _ in 0..3 {
                let orders =
                    [wish(side, 1 << 40, None), wish(side, 1 << 40, Some(1)), wish(side.opposite(), 7, Some(5))];
                trade(&mut market, &orders);
                assert!(market.mark().is_in_range() && market.mark().steps() >= 1, "{law:?}");
                market.volume_to_move(0.01);
                market.begin_tick(f64::INFINITY);
            }
        }
    }
}
