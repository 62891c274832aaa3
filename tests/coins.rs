//! The small worlds about coins, one piece each: a run on deposits, a lender that takes its borrower's token, a liquidation that
//! does harm, a peg that is defended; each beside its closed form or to the unit.

#![allow(clippy::inconsistent_digit_grouping, reason = "1_000_00 is a thousand dollars and no cents")]

mod support;

use firesale::ops::ln;
use firesale::rows::{AccountRow, DepositRow};
use firesale::run::Outcome;
use firesale::world::{Origin, Source, load_source};
use support::{Play, options, plan, run};

const TOXIC: &str = include_str!("../worlds/toxic-liquidation.ron");
const REFLEXIVE: &str = include_str!("../worlds/collateral-reflexivity.ron");
const DEFENCE: &str = include_str!("../worlds/peg-defence.ron");
const DRAIN: &str = include_str!("../worlds/pool-drain.ron");
const RUN: &str = include_str!("../worlds/run.ron");
const CROWDS: &str = include_str!("../worlds/longs-and-shorts.ron");

fn paths(text: &str, changes: &[(&str, &str)]) -> Vec<String> {
    let text = changes.iter().fold(text.to_owned(), |text, (old, new)| {
        assert!(text.contains(old), "{old}");
        text.replace(old, new)
    });
    let source = Source { name: "world".to_owned(), text, origin: Origin::BuiltIn };
    let error = load_source(source, &[]).expect_err("this world should not load");
    error.findings().iter().map(|finding| finding.path.clone()).collect()
}

/// Collateral and debt of an account, each time that either changed.
fn loans(outcome: &Outcome, account: &str) -> Vec<(f64, f64)> {
    let of = |row: &AccountRow| (row.equity - row.cash, -row.cash);
    let mut all: Vec<(f64, f64)> =
        outcome.tables.accounts.iter().filter(|row| row.account == account).map(of).collect();
    all.dedup();
    all
}

const THRESHOLD: f64 = 0.83;
const BONUS: f64 = 0.05;

/// By the closed form: half of the debt is repaid for collateral worth 1.05 times as much. The gap leaves 820 000 behind
/// 800 000: health 0.8508, and then 0.83 × (820 − 420) ÷ 400 = 0.83, 0.7885, 0.7055, 0.5395, 0.2075. What cannot be repaid at
/// the end is debt less collateral over 1.05.
#[test]
fn below_its_line_each_liquidation_leaves_a_loan_sicker_and_above_it_healthier() {
    let outcome = run(&plan(TOXIC, &[]), &options(1));
    let gap = loans(&outcome, "gap-borrower@protocol");
    let (mut collateral, mut debt) = (820_000.0, 800_000.0);
    let began = gap.iter().position(|(own, _)| (own - collateral).abs() < 1.0).expect("it fell at once");
    for (own, owed) in &gap[began..] {
        if *owed <= 0.0 {
            break;
        }
        assert!(
            (own - collateral).abs() < 2.0 && (owed - debt).abs() < 2.0,
            "{own} {owed} against {collateral} {debt}"
        );
        (collateral, debt) = (collateral - (1.0 + BONUS) * debt / 2.0, debt / 2.0);
    }
    let lost = outcome.summary.lenders["protocol"].loss;
    assert!((lost - (800_000.0 - 820_000.0 / (1.0 + BONUS))).abs() < 1.0, "{lost}");
    // Each liquidation moves health the way that the line says: up above it, down below it.
    let line = THRESHOLD * (1.0 + BONUS);
    let mut seen = [0, 0];
    for account in ["slow-borrower@protocol", "gap-borrower@protocol"] {
        for pair in loans(&outcome, account).windows(2).filter(|pair| pair[1].1 < pair[0].1 && pair[1].1 > 1.0) {
            let [before, after] = [pair[0], pair[1]].map(|(collateral, debt)| THRESHOLD * collateral / debt);
            assert_eq!(after > before, before > line, "{account}: {before} to {after}");
            seen[usize::from(before > line)] += 1;
        }
    }
    assert_eq!(seen, [5, 2]);
}

/// A gap of 15 % leaves a health of 0.8819, above the line: nothing is lost. One of 17 % leaves 0.8611: below.
#[test]
fn the_line_parts_gaps_that_cost_the_protocol_from_those_that_do_not() {
    for (gap, harm) in [(-0.15, false), (-0.155, false), (-0.17, true)] {
        let outcome = run(&plan(TOXIC, &[&format!("shocks[10].what.jump.gap={gap}")]), &options(1));
        let health = THRESHOLD * 1_000_000.0 * (1.0 + gap) / 800_000.0;
        assert_eq!(health < THRESHOLD * (1.0 + BONUS), harm, "{health}");
        assert_eq!(outcome.summary.lenders["protocol"].loss > 0.0, harm, "{gap}");
    }
}

/// From money k for each fall by a factor of e, N units sold from the price p bring k ln(1 + N p / k). The seller's 200 000
/// and the 5 000 000 of the loan are 104 million at the first price; k is 40 million over ln(0.995 / 0.001). What the
/// seller got is not the lender's, so the loan recovers k ln((1 + 104 / k) / (1 + 4 / k)).
#[test]
fn a_lender_that_takes_its_borrowers_token_recovers_what_the_book_gives() {
    let k = 40.0 / ln(0.995 / 0.001);
    let recovered = k * ln((1.0 + 104.0 / k) / (1.0 + 4.0 / k));
    for seed in [1, 2, 3] {
        let outcome = run(&plan(REFLEXIVE, &[]), &options(seed));
        let lost = outcome.summary.lenders["lender"].loss / 1e6;
        assert!((lost - (50.0 - recovered)).abs() < 2.0, "{seed}: {lost} against {}", 50.0 - recovered);
        assert!(outcome.summary.instruments["coin"].end > 0.95 * outcome.summary.instruments["coin"].start);
        assert!(outcome.tables.liquidations.iter().all(|row| row.instrument == "token"));
        assert_eq!(outcome.summary.audit.cash_residual, 0);
    }
    // With ten times the money behind the token its seller does not break the loan.
    let deep = run(&plan(REFLEXIVE, &["traders.bids.stake.cash_days=0.25"]), &options(1));
    assert_eq!(deep.summary.lenders["lender"].loss, 0.0);
}

/// The wall stands while the money lasts, to the step; then there is a gap to the next one, and then to the bids.
#[test]
fn a_defended_price_is_pinned_until_the_money_is_gone() {
    let outcome = run(&plan(DEFENCE, &[]), &options(1));
    let coin: Vec<_> = outcome.tables.prices.iter().filter(|row| row.instrument == "coin").collect();
    let spent = |price: f64| -> f64 {
        let own =
            outcome.tables.trades.iter().filter(|row| row.buyer == "foundation@custodian" && row.instrument == "coin");
        own.filter(|row| (row.price - price).abs() < 1e-9).map(|row| row.price * row.quantity_units).sum()
    };
    assert!((4_900_000.0..=5_000_000.0).contains(&spent(0.98)), "{}", spent(0.98));
    // What is left of the reserve when the first stage is over.
    assert!(spent(0.90) > 1_000_000.0, "{}", spent(0.90));
    let gone = coin.iter().position(|row| row.mark < 0.975).expect("the wall breaks");
    // It gives way over a few minutes, while the last of the money goes.
    let under = coin[..gone].iter().filter(|row| row.mark < 0.98 - 1e-9).count();
    assert!(gone > 600 && under < 15, "{under} of {gone}");
    let next = coin.iter().position(|row| row.mark < 0.899).expect("and so does the next");
    let pinned = coin[..next].iter().filter(|row| (row.mark - 0.90).abs() < 1e-9).count();
    assert!(pinned > 60, "{pinned}");
    assert!(coin.last().unwrap().mark < 0.85);
}

/// Its books close to the unit: what it had, and got for its reserve, less what it paid is what it has; and so for each thing.
#[test]
fn the_books_of_a_defender_close_to_the_unit() {
    let mut play = Play::new(&plan(DEFENCE, &[]), &options(2));
    play.ticks(2_880);
    let (cash, held) =
        (play.cash("foundation@custodian"), ["coin", "gold", "bond"].map(|id| play.held("foundation@custodian", id)));
    let outcome = play.finish();
    let (mut money, mut lots) = (500_000_000_000_i128, [0_i64, 2_000_000, 3_000_000]);
    // By instrument: lots in a unit, and millionths of a dollar in a lot at one dollar.
    let scale = [(1.0, 1e6), (1_000.0, 1e3), (100.0, 1e4)];
    for row in &outcome.tables.trades {
        let which = ["coin", "gold", "bond"].iter().position(|id| *id == row.instrument).unwrap();
        let (in_unit, in_lot) = scale[which];
        let count = (row.quantity_units * in_unit).round() as i64;
        let paid = i128::from(count) * (row.price * in_lot).round() as i128;
        for (account, sign) in [(&row.buyer, 1), (&row.seller, -1)] {
            if account == "foundation@custodian" {
                lots[which] += sign * count;
                money -= i128::from(sign) * paid;
            }
        }
    }
    assert_eq!((money, lots), (cash, held));
    assert!(held[1] == 0 && held[0] > 5_000_000, "{held:?}");
}

fn last(outcome: &Outcome, size: &str) -> DepositRow {
    outcome.tables.deposits.iter().rfind(|row| row.size == size).expect("there are depositors").clone()
}

/// Nothing strikes: the reserve runs out by itself, to the hour that its size and the deposits say, and then some leave.
#[test]
fn a_run_begins_when_the_reserve_is_used_up_and_the_large_lose_less() {
    for seed in 1..=3 {
        let outcome = run(&plan(RUN, &[]), &options(seed));
        // 11.5 % of 60 million is 18 904 a day and 787.7 an hour: the 26th payment would take more than 20 000.
        let fell = outcome.tables.deposits.iter().find(|row| row.rate < 0.1).expect("the rate falls");
        let hours = f64::from(fell.tick + 1) * 5.0 / 60.0;
        assert!((25.0..27.6).contains(&hours), "{seed}: {hours}");
        let before = outcome.tables.deposits.iter().take_while(|row| row.rate > 0.1);
        assert!(before.map(|row| row.units).fold(f64::INFINITY, f64::min) > 0.0);
        let [large, small] = ["largest hundredth", "smaller half"].map(|size| last(&outcome, size));
        assert!(large.worth_ratio > small.worth_ratio + 0.03, "{seed}: {large:?} {small:?}");
        // No more is paid out in six days than six times what is paid out in one.
        let paid: f64 = outcome.tables.deposits.iter().rev().take(4).map(|row| row.paid_out_units).sum();
        assert!(paid <= 5.0 * 12_000_000.0 && paid > 30_000_000.0, "{paid}");
        assert_eq!(outcome.summary.audit.cash_residual, 0);
    }
    // While the reserve lasts nobody leaves.
    let calm = run(&plan(RUN, &["lenders.protocol.capital=1e6"]), &options(1));
    assert!(calm.tables.deposits.iter().all(|row| row.rate > 0.1 && row.units == row.start_units));
    assert!(calm.summary.instruments["coin"].end > 0.99);
}

/// A withdrawal halt bites: while the protocol pays nothing out, nobody's deposit is sold.
#[test]
fn a_halt_of_withdrawals_stops_the_sales_until_it_is_over() {
    let halt = r#"    shocks: [(at: "2024-03-05 06:00", reason: "A halt.", what: WithdrawalHalt(lender: "protocol", for: "1d"))],
    expect: ["#;
    let text = RUN.replace("    expect: [", halt);
    let outcome = run(&plan(&text, &[]), &options(1));
    let paid = |tick: u32| -> f64 {
        let upto = outcome.tables.deposits.iter().filter(|row| row.tick <= tick);
        upto.rev().take(4).map(|row| row.paid_out_units).sum()
    };
    // From half past five of the second day: row ticks are five apart.
    assert_eq!(paid(360), paid(645));
    assert!(paid(700) > paid(645));
}

#[test]
fn what_is_wrong_with_deposits_is_said_all_at_once() {
    let found = paths(
        RUN,
        &[
            (
                "rate: 0.195, earns: 0.08, pays_a_day: Some(12_000_000.0)",
                "rate: 0.05, earns: 0.08, pays_a_day: Some(0.0), settles: \"7h\"",
            ),
            ("lender: \"custodian\", cash_days: 0.01", "lender: \"protocol\", cash_days: 0.01"),
        ],
    );
    for path in [
        "lenders.protocol.deposits.earns",
        "lenders.protocol.deposits.pays_a_day",
        "lenders.protocol.deposits.settles",
        "traders.dealer",
    ] {
        assert!(found.iter().any(|own| own == path), "{path}: {found:?}");
    }
    assert_eq!(
        paths(RUN, &[("(instrument: \"coin\", par", "(instrument: \"coyn\", par")]),
        ["lenders.protocol.deposits.instrument"]
    );
    let lent = [(
        "capital: 20_000.0,\n            margin: Unmargined",
        "capital: 20_000.0,\n            margin: Rate(im: 0.5, mm: 0.4)",
    )];
    assert!(paths(RUN, &lent).contains(&"lenders.protocol.margin".to_owned()));
    let nobody = [("stake: (lender: \"protocol\", cash_days: 0.0", "stake: (lender: \"custodian\", cash_days: 0.0")];
    assert_eq!(paths(RUN, &nobody), ["lenders.protocol.deposits"]);
}

/// Longs and shorts of a perpetual: as much of the one as of the other, at each tick; members differ in money and in leverage.
#[test]
fn open_interest_is_what_the_longs_have_and_the_shorts_owe() {
    let world = plan(CROWDS, &[]);
    let perpetual = world.instruments.iter().position(|about| about.name == "perpetual").unwrap();
    let held = |account: &firesale::plan::AccountPlan| -> i64 {
        account.slots.iter().find(|(id, _)| id.index() == perpetual).map_or(0, |(_, lots)| lots.get())
    };
    assert_eq!(world.accounts.iter().map(held).sum::<i64>(), 0);
    let longs: Vec<_> = world.accounts.iter().filter(|own| own.name.starts_with("longs[")).collect();
    let leverage =
        |own: &&firesale::plan::AccountPlan| held(own) as f64 * 0.001 * 30_000.0 / (own.cash.to_minor() as f64 / 1e6);
    let mut all: Vec<f64> = longs.iter().map(leverage).collect();
    all.sort_by(f64::total_cmp);
    assert!((all.iter().sum::<f64>() / all.len() as f64 - 10.0).abs() < 0.1, "the mean is what is stated");
    assert!(all[0] < 3.0 && all[all.len() - 1] > 30.0, "{} {}", all[0], all[all.len() - 1]);
    let outcome = run(&world, &options(1));
    let rows: Vec<_> = outcome.tables.prices.iter().filter(|row| row.instrument == "perpetual").collect();
    assert!(rows.iter().all(|row| row.open_interest_units.is_some_and(|units| units > 0.0)));
    // Those who are closed out were long, or short, of something: there is less of it after the fall.
    let (first, last) = (rows[0].open_interest_units.unwrap(), rows[rows.len() - 1].open_interest_units.unwrap());
    assert!(last < 0.95 * first, "{first} {last}");
    assert!(
        outcome.tables.prices.iter().filter(|row| row.instrument == "btc").all(|row| row.open_interest_units.is_none())
    );
    let broken = |population: &str| {
        let rows = outcome.tables.populations.iter().filter(|row| row.population == population);
        rows.map(|row| row.broken).max().unwrap_or(0)
    };
    assert!(broken("longs") > 20 && broken("shorts") < broken("longs") / 2, "{} {}", broken("longs"), broken("shorts"));
    let spot = paths(CROWDS, &[("instruments: [\"perpetual\"], side: Long", "instruments: [\"btc\"], side: Long")]);
    assert!(spot.contains(&"traders.longs.instruments[0]".to_owned()), "{spot:?}");
}

/// By the curve alone, of amplification 100, three quarters of coins leave a price between 0.9889 (at 70 %) and 0.9720 (at 80 %).
#[test]
fn a_provider_who_leaves_moves_no_price_and_the_same_sale_then_empties_its_pool() {
    let outcome = run(&plan(DRAIN, &[]), &options(1));
    let rows: Vec<_> = outcome.tables.pools.iter().filter(|row| row.pool == "drained@pool").collect();
    let left = rows.iter().position(|row| row.liquidity_left < 1.0).expect("it leaves");
    assert!((rows[left].liquidity_left - 0.2).abs() < 1e-6, "{:?}", rows[left]);
    let (before, after) = (rows[left - 1].price.expect("full"), rows[left].price.expect("not empty"));
    assert!((before - after).abs() < 0.001, "{before} and then {after}");
    let [kept, drained] = ["kept@pool", "drained@pool"].map(|pool| &outcome.summary.pools[pool]);
    let coins = kept.units_end / (kept.units_end + kept.money_end);
    let price = kept.price_end.expect("it has both");
    assert!((0.7..0.8).contains(&coins) && (0.9720..0.9889).contains(&price), "{coins} {price}");
    // A fifth of the pool, and less than a tenth of its money is left.
    assert!(drained.money_end < 0.1 * kept.money_end && drained.units_end < kept.units_end, "{drained:?}");
    let low = |outcome: &Outcome, coin: &str| outcome.summary.instruments[coin].min;
    assert!(low(&outcome, "drained") < low(&outcome, "kept") - 0.1);
    // Nobody ties the pool to the book: the book hears nothing of it.
    let apart = run(&plan(DRAIN, &["traders.arbitrageur-drained.edge=1.0"]), &options(1));
    assert!(apart.summary.pools["drained@pool"].price_end.expect("a coin is left") < 0.01);
    assert!(low(&apart, "drained") > 0.97, "{}", low(&apart, "drained"));
    // Nobody leaves: both end alike.
    let stays = run(&plan(DRAIN, &["traders.provider.share=0.001"]), &options(1));
    assert!((low(&stays, "drained") - low(&stays, "kept")).abs() < 0.02);
}
