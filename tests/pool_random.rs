//! A pool among random swaps, through the whole engine: whatever is sold to it and bought from it, nothing appears or
//! vanishes, and its providers never lose to a trade.

#![allow(clippy::inconsistent_digit_grouping, reason = "1_000_00 is a thousand dollars and no cents")]

mod support;

use firesale::units::Side::{Buy, Sell};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use support::{BY_HAND, Play};

/// `acme` trades in a pool of 10 000 shares and a million.
fn play(pool: &str) -> Play {
    let pools = format!("float: 1_000_000.0, pools: {{\"exchange\": (units: 10_000.0, {pool})}},");
    Play::new(&support::plan(&BY_HAND.replace("float: 1_000_000.0,", &pools), &[]), &support::options(1))
}

/// What lies in the pool, in shares and cents. Books are added up after each tick, and each is audited.
fn swap_at_random(pool: &str, seed: u64, mut look: impl FnMut((i64, i128))) {
    let mut play = play(pool);
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let (mut traded, ticks) = (0, i64::from(play.plan.clock.ticks));
    for _ in 0..play.plan.clock.ticks {
        let before = play.lots("pool of acme at exchange");
        for _ in 0..rng.random_range(0..4) {
            let (account, side) = *[
                ("seller@custodian", Sell),
                ("buyer@custodian", Buy),
                ("seller@custodian", Buy),
                ("fund-a@broker", Sell),
            ]
            .get(rng.random_range(0..4))
            .expect("one of four");
            let lots = if rng.random_bool(0.1) { 20_000 } else { rng.random_range(1..800) };
            match rng.random_bool(0.5) {
                true => play.market(account, side, lots),
                false => play.limit(account, side, lots, rng.random_range(60_00..150_00)),
            }
        }
        play.ticks(1);
        let now = (play.lots("pool of acme at exchange"), play.cash("pool of acme at exchange"));
        assert!(now.0 > 0 && now.1 > 0, "{pool}, seed {seed}: one side is gone, {now:?}");
        traded += i64::from(now.0 != before);
        look(now);
    }
    assert!(traded > ticks / 3, "{pool}, seed {seed}: only {traded} ticks with trades");
    let outcome = play.finish();
    let audit = &outcome.summary.audit;
    assert_eq!((audit.cash_residual, audit.position_residual), (0, 0), "{pool}, seed {seed}");
}

#[test]
fn the_product_of_what_lies_in_a_pool_never_falls() {
    for fee in ["fee: 0.0", "fee: 0.003"] {
        for seed in 0..6 {
            let mut least = 0;
            swap_at_random(fee, seed, |(lots, cash)| {
                let product = i128::from(lots) * cash;
                assert!(product >= least, "{fee}, seed {seed}: {product} after {least}");
                least = product;
            });
            assert!(least > 10_000 * 1_000_000_00, "what rounding and fees leave is the pool's");
        }
    }
}

#[test]
fn what_lies_in_a_pool_of_like_coins_is_worth_no_less_at_its_own_price_after_swaps_both_ways() {
    for seed in 0..6 {
        let mut reached = (0, 0);
        swap_at_random("fee: 0.0004, curve: StableSwap(amplification: 100, par: 100.0)", seed, |now| reached = now);
        // Far from par shares count for more than money or less; what is left at par cannot have shrunk.
        let (lots, cash) = reached;
        assert!(i128::from(lots) * 100_00 + cash > 1_950_000_00, "seed {seed}: {lots} and {cash}");
    }
}
