//! A market whose price forms in a constant-product pool, through the whole engine, to the cent.

#![allow(clippy::inconsistent_digit_grouping, reason = "1_000_00 is a thousand dollars and no cents")]

mod support;

use firesale::tick::state::Status;
use firesale::units::Side::{Buy, Sell};
use firesale::world::{Origin, Source, load_source};
use support::{BY_HAND, Play};

/// The world by hand in which `acme` trades in a pool of 10 000 shares and the million that they are worth.
fn world(pool: &str) -> String {
    BY_HAND.replace("float: 1_000_000.0,", &format!("float: 1_000_000.0, pools: {{\"exchange\": {pool}}},"))
}

fn play(pool: &str) -> Play {
    Play::new(&support::plan(&world(pool), &[]), &support::options(1))
}

const POOL: &str = "(units: 10_000.0, fee: 0.0)";

/// 1 000 000 × 500 ÷ 10 500 = 47 619.05 for 500 shares: 95.23 each, rounded for the pool.
#[test]
fn who_sells_sells_to_the_pool_along_its_curve() {
    let mut play = play(POOL);
    play.ticks(1);
    assert_eq!(play.mark("acme"), 100_00);
    play.market("seller@custodian", Sell, 500);
    play.ticks(1);
    assert_eq!(play.cash("seller@custodian"), 1_000_000_00 + 47_615_00);
    assert_eq!((play.lots("pool of acme at exchange"), play.cash("pool of acme at exchange")), (10_500, 952_385_00));
    // 952 385 ÷ 10 500 = 90.703; the next share is sold for a little less and bought for a little more.
    assert_eq!(play.mark("acme"), 90_70);
    assert_eq!(play.quotes_seen(), (Some(90_69), Some(90_72)));
    let trades = play.stop().tables.trades;
    assert_eq!(
        (trades.len(), trades[0].buyer.as_str(), &*trades[0].aggressor),
        (1, "pool of acme at exchange", "sell")
    );
}

#[test]
fn orders_of_a_tick_trade_one_after_the_other_and_not_with_each_other() {
    let mut play = play(POOL);
    play.ticks(1);
    play.market("seller@custodian", Sell, 500);
    play.market("buyer@custodian", Buy, 500);
    play.ticks(1);
    let trades = play.stop().tables.trades;
    assert_eq!(trades.len(), 2);
    assert!(trades.iter().all(|trade| [&*trade.buyer, &*trade.seller].contains(&"pool of acme at exchange")));
}

/// At 99.00 on average 1 000 000 ÷ 99 − 10 000 = 101.01 shares can be sold; what is left lapses.
#[test]
fn a_limit_cuts_the_order_and_the_rest_of_it_lapses() {
    let mut play = play(POOL);
    play.ticks(1);
    play.limit("seller@custodian", Sell, 1_000, 99_00);
    play.ticks(2);
    assert_eq!(play.lots("seller@custodian"), 10_000 - 101);
    assert_eq!(play.cash("seller@custodian"), 1_000_000_00 + 101 * 99_00);
}

#[test]
fn the_fee_stays_in_the_pool() {
    let mut play = play("(units: 10_000.0, fee: 0.003)");
    play.ticks(1);
    play.market("seller@custodian", Sell, 500);
    play.ticks(1);
    // Of 500 shares 498.5 count: 1 000 000 × 498.5 ÷ 10 498.5 = 47 483.0, or 94.96 each.
    assert_eq!(play.cash("seller@custodian"), 1_000_000_00 + 500 * 94_96);
    play.market("buyer@custodian", Buy, 500);
    play.ticks(1);
    let (lots, cash) = (play.lots("pool of acme at exchange"), play.cash("pool of acme at exchange"));
    assert_eq!(lots, 10_000);
    assert!(cash > 1_000_000_00, "{cash}");
}

/// A stranger sells 154 shares for 98.48 each, which leaves 984 834.08 against 10 154: a price of 96.99. At that `fund-a` has
/// 6 990 on a requirement of 7 759.20 and cannot pay. Its 1 000 shares fetch 984 834.08 × 1 000 ÷ 11 154 = 88 294.25,
/// or 88.29 each: 88 290 where 90 000 are owed. At 896 544.08 ÷ 11 154 = 80.38 `fund-b` goes the same way.
#[test]
fn a_sale_into_the_pool_breaks_one_fund_and_its_sale_the_other() {
    let mut play = play(POOL);
    play.ticks(1);
    play.market("seller@custodian", Sell, 154);
    play.ticks(1);
    assert_eq!((play.mark("acme"), play.cash("pool of acme at exchange")), (96_99, 984_834_08));
    assert!(matches!(play.status("fund-a@broker"), Status::Called(_)));
    play.ticks(3);
    assert_eq!(play.status("fund-a@broker"), Status::Closed);
    assert_eq!((play.lots("pool of acme at exchange"), play.cash("pool of acme at exchange")), (11_154, 896_544_08));
    assert_eq!(play.mark("acme"), 80_38);
    assert!(matches!(play.status("fund-b@broker"), Status::Called(_) | Status::Breached(_)));
    let outcome = play.finish();
    assert_eq!(outcome.summary.accounts.breached, 2);
    assert_eq!(outcome.summary.audit.cash_residual, 0);
}

#[test]
fn what_is_wrong_with_a_pool_is_found() {
    let findings = |pool: &str| {
        let source = Source { name: "by-hand".into(), origin: Origin::BuiltIn, text: world(pool) };
        let refused = load_source(source, &[]).expect_err("it is refused");
        refused.findings().iter().map(|finding| finding.to_string()).collect::<Vec<_>>().join("\n")
    };
    let path = "instruments.acme.pools.exchange";
    assert!(findings("(units: 0.0, fee: 0.003)").contains(&format!("{path}.units")));
    assert!(findings("(units: 2_000_000.0, fee: 0.0)").contains("and there are 1000000"));
    assert!(findings("(units: 10.0, fee: 0.9)").contains(&format!("{path}.fee")));
    assert!(findings("(units: 10.0, fee: 0.0, money: 0.0)").contains("a pool with one side has no price"));
    let stable = |inner: &str| findings(&format!("(units: 10.0, fee: 0.0, curve: StableSwap({inner}))"));
    assert!(stable("amplification: 0, par: 100.0").contains("curve.stable_swap.amplification"));
    assert!(stable("amplification: 100, par: -1.0").contains("curve.stable_swap.par"));
    assert!(
        findings("(units: 10.0, fee: 0.0), \"nowhere\": (units: 10.0, fee: 0.0)").contains("nobody could trade there")
    );
}

/// The exchange and a pool of 10 000 shares beside it, with more traders.
fn beside(pool: &str, traders: &str) -> String {
    let venue = "\"exchange\": (maker_fee_bps: 0.0, taker_fee_bps: 0.0)";
    let pools = format!("\"curve\": (units: 10_000.0, fee: 0.0{pool})");
    BY_HAND
        .replace(venue, &format!("{venue}, {}", venue.replace("exchange", "curve")))
        .replace("venues: [\"exchange\"]", "venues: [\"exchange\", \"curve\"]")
        .replace("float: 1_000_000.0,", &format!("float: 1_000_000.0, pools: {{{pools}}},"))
        .replace("traders: {", &format!("traders: {{ {traders}"))
}

/// Beside the book of the exchange lies a pool of 10 000 shares at par in which 100 shares hardly move the price.
#[test]
fn a_pool_lies_on_one_venue_and_a_book_on_another() {
    let text = beside(", curve: StableSwap(amplification: 100, par: 100.0)", "");
    let mut play = Play::new(&support::plan(&text, &[]), &support::options(1));
    play.ticks(1);
    play.limit("buyer@custodian", Buy, 100, 90_00);
    play.limit_at("curve", "seller@custodian", Sell, 5_000, 1_00);
    play.ticks(1);
    // A sixth of all that lies there costs 0.5 %: at a constant product it would have cost a third of the price.
    let got = play.cash("seller@custodian") - 1_000_000_00;
    assert!((5_000 * 99_00..5_000 * 100_00).contains(&got), "{got}");
    assert_eq!(play.lots("pool of acme at curve"), 15_000);
    // The mark is that of the first venue, where nothing has traded yet; the pool's price is its own.
    assert_eq!(play.mark("acme"), 100_00);
    assert_eq!(play.finish().summary.audit.cash_residual, 0);
}

/// Of 10 000 shares and their million a quarter goes: then the sale of 500 shares brings 750 000 × 500 ÷ 8 000 = 46 875, and not
/// 47 619.
#[test]
fn a_pool_can_lose_its_liquidity() {
    let provider = "\"provider\": LiquidityProvider(count: 1, pool: (instrument: \"acme\", venue: \"curve\"), share: 0.5, \
        accounts: {\"custodian\": (cash: 0.0)}, every: \"1m\", \
        moves: [(when: From(\"2024-03-04 09:31\"), does: Leaves(part: 0.5))]),";
    let mut play = Play::new(&support::plan(&beside("", provider), &[]), &support::options(1));
    play.ticks(1);
    assert_eq!(play.lots("pool of acme at curve"), 10_000);
    play.ticks(1);
    assert_eq!((play.lots("pool of acme at curve"), play.cash("pool of acme at curve")), (7_500, 750_000_00));
    assert_eq!((play.lots("provider@custodian"), play.cash("provider@custodian")), (2_500, 250_000_00));
    play.limit_at("curve", "seller@custodian", Sell, 500, 1_00);
    play.ticks(1);
    assert_eq!(play.cash("seller@custodian"), 1_000_000_00 + 500 * 93_75);
    let outcome = play.finish();
    assert_eq!((outcome.summary.audit.cash_residual, outcome.summary.audit.position_residual), (0, 0));
    let pool = &outcome.summary.pools["acme@curve"];
    assert_eq!((pool.units_start, pool.units_end, pool.money_end), (10_000.0, 8_000.0, 703_125.0));
    assert_eq!(pool.liquidity_left, 0.75);
    assert!(!outcome.tables.pools.is_empty());
}

/// What is to be added lies with a lender that pays nothing out for three minutes: it is added when that is over.
#[test]
fn nothing_is_added_from_an_account_that_is_not_paid_out() {
    let provider = "\"provider\": LiquidityProvider(count: 1, pool: (instrument: \"acme\", venue: \"curve\"), share: 0.0, \
        accounts: {\"custodian\": (cash: 100_000.0, positions: {\"acme\": 1_000.0})}, every: \"1m\", \
        moves: [(when: From(\"2024-03-04 09:30\"), does: Adds(units: 1_000.0, money: 100_000.0))]),";
    let halt = "shocks: [(at: \"2024-03-04 09:30\", reason: \"x\", what: WithdrawalHalt(lender: \"custodian\", for: \"3m\"))],";
    let text = beside("", provider);
    let held = text.replace("shocks: [],", halt);
    assert_ne!(held, text);
    let lies = |text: &str, ticks| {
        let mut play = Play::new(&support::plan(text, &[]), &support::options(1));
        play.ticks(ticks);
        play.lots("pool of acme at curve")
    };
    assert_eq!((lies(&text, 1), lies(&held, 3), lies(&held, 5)), (11_000, 10_000, 11_000));
}

/// At a constant product of 10 000 and a million, 500 shares sold take the price to 90.70; the arbitrageur buys there and sells
/// to the bid of 99 in the book until the pool is at 99 too, and what it has at both places is what it began with.
#[test]
fn an_arbitrageur_ties_the_pool_to_the_book() {
    let arbitrageur = "\"arbitrageur\": CrossVenueArbitrageur(count: 1, instrument: \"acme\", \
        places: [(venue: \"exchange\"), (venue: \"curve\")], \
        accounts: {\"custodian\": (cash: 100_000.0, positions: {\"acme\": 1_000.0})}, \
        edge: 0.0, clip: 1.0, inventory: 0.1, leverage: 1.0, every: \"1m\"),";
    let mut play = Play::new(&support::plan(&beside("", arbitrageur), &[]), &support::options(1));
    play.limit("buyer@custodian", Buy, 5_000, 99_00);
    play.limit("seller@custodian", Sell, 100, 101_00);
    play.limit_at("curve", "seller@custodian", Sell, 500, 1_00);
    play.ticks(20);
    let lots = play.lots("pool of acme at curve");
    assert!((10_045..10_065).contains(&lots), "{lots}");
    assert_eq!(play.lots("arbitrageur@custodian"), 1_000);
    assert!(play.cash("arbitrageur@custodian") > 100_000_00);
    assert_eq!(play.finish().summary.audit.cash_residual, 0);
}

#[test]
fn what_is_wrong_with_a_provider_is_found() {
    let findings = |inner: &str| {
        let provider = format!("\"provider\": LiquidityProvider({inner}, every: \"1m\"),");
        let text = beside("", &provider);
        let source = Source { name: "by-hand".into(), origin: Origin::BuiltIn, text };
        let refused = load_source(source, &[]).expect_err("it is refused");
        refused.findings().iter().map(|finding| finding.to_string()).collect::<Vec<_>>().join("\n")
    };
    let at = |venue: &str, lender: &str, share: f64, moves: &str| {
        findings(&format!(
            "count: 2, pool: (instrument: \"acme\", venue: \"{venue}\"), share: {share:?}, \
             accounts: {{\"{lender}\": (cash: 0.0)}}, moves: [{moves}]"
        ))
    };
    let leaves = "(when: Below(99.0), does: Leaves(part: 1.0))";
    assert!(at("exchange", "custodian", 0.1, leaves).contains("\"acme\" has no pool on \"exchange\""));
    assert!(at("curve", "custodian", 0.6, leaves).contains("have 1.2 of the pool in all"));
    assert!(at("curve", "broker", 0.1, leaves).contains("does not follow it into the pool"));
    assert!(at("curve", "custodian", 0.0, leaves).contains("it has nothing in the pool by then"));
    assert!(at("curve", "custodian", 0.1, "").contains("it would do nothing"));
    assert!(
        at("curve", "custodian", 0.1, "(when: Below(-1.0), does: Adds(units: 0.0, money: 0.0))")
            .contains("nothing is added")
    );
}

/// 2.00 on each of 10,000 shares that lie there is their providers' and not the pool's: its price stays.
#[test]
fn a_dividend_on_what_lies_in_a_pool_moves_no_price() {
    let dividend =
        "(at: \"2024-03-04 09:31\", reason: \"a dividend\", what: Dividend(instrument: \"acme\", amount: 2.0))";
    let text = world(POOL).replace("shocks: []", &format!("shocks: [{dividend}]"));
    let outcome = support::run(&support::plan(&text, &[]), &support::options(1));
    assert!(outcome.tables.prices.iter().all(|row| row.mark == 100.0));
}
