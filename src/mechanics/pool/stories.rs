//! Pools worked out on paper.

use super::{Curve, Pool, Stable, Swap};
use ground::units::{Cash, Lots, Price, Rate, Side, StepValue};
use proptest::prelude::*;

/// A step of a lot is a cent.
fn pool(lots: i64, cents: i128, fee_in_thousandths: i64) -> Pool {
    let fee = Rate::from_billionths(fee_in_thousandths * 1_000_000);
    Pool::new(Lots::new(lots), Cash::minor(cents), fee, StepValue::new(1), Curve::Product)
}

#[test]
fn the_price_is_the_money_over_the_lots() {
    assert_eq!(pool(1_000, 10_000_000, 0).price(), Some(Price::new(10_000)));
    assert_eq!(pool(0, 10, 0).price(), None);
    assert_eq!(pool(10, 0, 0).price(), None);
}

#[test]
fn a_quarter_more_lots_take_a_fifth_of_the_money() {
    let mut pool = pool(1_000, 10_000_000, 0);
    // 10,000,000 × 250 / 1,250 = 2,000,000 for 250 lots: 8,000 each.
    let swap = pool.quote(Side::Sell, Lots::new(250), None).expect("it buys");
    assert_eq!(swap, Swap { lots: Lots::new(250), price: Price::new(8_000) });
    pool.take(Side::Sell, swap);
    assert_eq!((pool.lots, pool.money), (Lots::new(1_250), Cash::minor(8_000_000)));
    // The next lot is worth 8,000,000 / 1,250: by the square of four fifths.
    assert_eq!(pool.price(), Some(Price::new(6_400)));
}

/// The same pool as large as lots may be counted, a step worth a million: the product has 141 bits.
#[test]
fn the_largest_pool_trades_like_a_small_one() {
    let step = StepValue::new(1_000_000);
    let money = i128::from(Lots::LARGEST.get()) * 10_000 * 1_000_000;
    let pool = Pool::new(Lots::LARGEST, Cash::minor(money), Rate::ZERO, step, Curve::Product);
    let quarter = Lots::new(Lots::LARGEST.get() / 4);
    assert_eq!(pool.quote(Side::Sell, quarter, None), Some(Swap { lots: quarter, price: Price::new(8_000) }));
}

#[test]
fn the_fee_is_taken_from_what_is_put_in() {
    // Of 250 lots 249.25 count: 10,000,000 × 249.25 / 1,249.25 = 1,995,197.12, or 7,980.79 each.
    assert_eq!(pool(1_000, 10_000_000, 3).average(Side::Sell, Lots::new(250)), Some(Price::new(7_980)));
    // 200 lots cost 10,000,000 × 200 / 800 = 2,500,000, of which the money is 99.7 %: 12,537.6 each.
    assert_eq!(pool(1_000, 10_000_000, 3).average(Side::Buy, Lots::new(200)), Some(Price::new(12_538)));
}

#[test]
fn a_limit_is_on_the_average_and_cuts_the_lots() {
    let pool = pool(1_000, 10_000_000, 0);
    // At 9,000 on average: 10,000,000 / (1,000 + x) = 9,000 for x = 111.1.
    let swap = pool.quote(Side::Sell, Lots::new(500), Some(Price::new(9_000))).expect("some");
    assert_eq!(swap, Swap { lots: Lots::new(111), price: Price::new(9_000) });
    assert_eq!(pool.quote(Side::Sell, Lots::new(500), Some(Price::new(10_000))), None);
    assert_eq!(pool.quote(Side::Buy, Lots::new(500), Some(Price::new(9_999))), None);
}

#[test]
fn nobody_can_buy_the_last_lot_or_sell_for_nothing() {
    assert_eq!(pool(10, 1_000, 0).average(Side::Buy, Lots::new(10)), None);
    assert_eq!(pool(10, 1_000, 0).quote(Side::Buy, Lots::new(50), None).map(|swap| swap.lots), Some(Lots::new(9)));
    // A thousand lots would bring less than a cent each.
    assert_eq!(pool(10, 1_000, 0).average(Side::Sell, Lots::new(1_000)), None);
}

#[test]
fn depth_is_what_moves_the_price_by_the_band() {
    let pool = pool(1_000_000, 10_000_000_000, 0);
    // 1,000,000 × (1 / √0.99 − 1) = 5,037.8.
    assert_eq!(pool.depth(Side::Buy, 0.01), Lots::new(5_037));
    assert_eq!(pool.depth(Side::Sell, 0.01), Lots::new(4_962));
}

/// The table of rules.md B6b: $700m at an amplification of 100, without a fee; the marginal price by the share that is the
/// coin, and what 85 and 300 million bring.
#[test]
fn a_stable_swap_holds_its_price_until_it_has_almost_run_out() {
    let pool = |share: f64| {
        let million = |share: f64| (share * 700_000_000.0_f64).round();
        // A lot is a coin; a step a ten thousandth of a dollar.
        let curve = Curve::Stable(Stable { amplification: 100, par: Cash::minor(1_000_000) });
        let money = Cash::minor(million(1.0 - share) as i128 * 1_000_000);
        Pool::new(Lots::new(million(share) as i64), money, Rate::ZERO, StepValue::new(1), curve)
    };
    let shares = [(0.5, 10_000), (0.6, 9_957), (0.7, 9_889), (0.8, 9_720), (0.85, 9_501), (0.9, 8_940), (0.95, 6_861)];
    for (share, price) in shares {
        let steps = pool(share).price().expect("a price").steps() as f64 / 100.0;
        assert!((steps - f64::from(price)).abs() <= 0.6, "{share}: {steps}");
    }
    for (lots, average) in [(85_000_000, 84_784.0 / 85_000.0), (300_000_000, 0.9737)] {
        let price = pool(0.5).average(Side::Sell, Lots::new(lots)).expect("it buys");
        assert!((price.steps() as f64 / 1e6 - average).abs() < 5e-5, "{price:?}");
    }
    let mut sold = pool(0.5);
    let swap = sold.quote(Side::Sell, Lots::new(300_000_000), None).expect("it buys");
    sold.take(Side::Sell, swap);
    assert!((sold.price().expect("a price").steps() as f64 / 1e6 - 0.8502).abs() < 1e-4);
    // The other side costs as much above par as this one brings below it.
    let (bid, ask) = (pool(0.5).best(Side::Buy), pool(0.5).best(Side::Sell));
    assert!(bid < ask && ask.expect("an ask").steps() - bid.expect("a bid").steps() <= 4, "{bid:?} {ask:?}");
}

proptest! {
    #[test]
    fn a_stable_swap_never_loses_to_who_comes_and_goes(
        orders in prop::collection::vec((any::<bool>(), 1_i64..9_000), 1..30),
        fee in 0_i64..50, amplification in 1_u64..3_000,
    ) {
        let curve = Curve::Stable(Stable { amplification, par: Cash::minor(1_000_000) });
        let fee = Rate::from_billionths(fee * 1_000_000);
        let mut pool = Pool::new(Lots::new(10_000), Cash::minor(10_000_000_000), fee, StepValue::new(1), curve);
        let balanced = |pool: &Pool| {
            let Curve::Stable(stable) = pool.curve else { unreachable!() };
            stable.pool(pool.filled()?, pool.fee).ok().map(|pool| pool.invariant())
        };
        for (buys, lots) in orders {
            let side = if buys { Side::Buy } else { Side::Sell };
            // Of a pool that is all but drained of one side no balance can be found any more, and it quotes nothing.
            let Some(before) = balanced(&pool) else { break };
            if let Some(swap) = pool.quote(side, Lots::new(lots), None) {
                pool.take(side, swap);
            }
            // Newton's method finds the balance to the unit below.
            prop_assert!(balanced(&pool).is_none_or(|after| after + 2 >= before));
        }
    }

    #[test]
    fn the_product_never_falls_and_no_order_does_worse_than_its_limit(
        orders in prop::collection::vec((any::<bool>(), 1_i64..5_000, prop::option::of(1_i64..60_000)), 1..60),
        fee in 0_i64..50,
    ) {
        let mut pool = pool(10_000, 100_000_000, fee);
        for (buys, lots, limit) in orders {
            let side = if buys { Side::Buy } else { Side::Sell };
            let before = pool.money.to_minor() * i128::from(pool.lots.get());
            if let Some(swap) = pool.quote(side, Lots::new(lots), limit.map(Price::new)) {
                prop_assert!(swap.lots.is_positive() && swap.lots.get() <= lots);
                if let Some(limit) = limit {
                    prop_assert!(side.signed(Lots::new(limit - swap.price.steps())).get() >= 0);
                }
                pool.take(side, swap);
            }
            prop_assert!(pool.money.to_minor() * i128::from(pool.lots.get()) >= before);
            prop_assert!(pool.lots.is_positive() && pool.money.is_positive());
        }
    }

    #[test]
    fn selling_back_what_was_bought_never_gains(lots in 1_i64..9_000, fee in 0_i64..50) {
        let mut pool = pool(10_000, 100_000_000, fee);
        let bought = pool.quote(Side::Buy, Lots::new(lots), None).expect("it sells");
        pool.take(Side::Buy, bought);
        let sold = pool.quote(Side::Sell, bought.lots, None).expect("it buys");
        prop_assert!(sold.price <= bought.price);
    }
}
