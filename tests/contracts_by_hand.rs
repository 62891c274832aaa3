//! Futures and perpetuals in a world that acts only as told, with hand-computed cents.

#![allow(clippy::inconsistent_digit_grouping, reason = "cents stand apart from dollars")]

mod support;

use firesale::ledger::Ledger;
use firesale::tick::state::{Status, state};
use firesale::units::Side::{Buy, Sell};
use support::Play;

const CONTRACTS: &str = include_str!("support/contracts.ron");

fn play(sets: &[&str]) -> Play {
    Play::new(&support::plan(CONTRACTS, sets), &support::options(1))
}

/// What the purse through which an instrument's gains are paid holds, in cents.
fn cleared(play: &Play, instrument: &str) -> i128 {
    let ledger: &Ledger = &state(&play.world).ledger;
    ledger.purses.balance(ledger.purses.clearing(play.instrument(instrument))).to_minor()
}

/// One trades with the other at a price in steps.
fn cross(play: &mut Play, instrument: &str, buyer: &str, seller: &str, lots: i64, price: i64) {
    let at = |who: &str| match who {
        "miner" => "miner@custodian".to_owned(),
        who => format!("{who}[{instrument}]@custodian"),
    };
    play.limit(&at(seller), Sell, lots, price);
    play.limit(&at(buyer), Buy, lots, price);
    play.ticks(1);
}

#[test]
fn a_future_is_settled_over_three_days_and_ends_at_its_underlying() {
    let mut play = play(&[]);
    let (ann, bob) = ("ann[dated]@custodian", "bob[dated]@custodian");
    let start = play.cash(ann);
    let rest = play.cash("rest of the market");
    assert_eq!(start, 1_000_000_00);
    // 20 contracts of ten coins at $100.50. The mark was $100.00 and follows the trade. Nothing is paid.
    cross(&mut play, "dated", "ann", "bob", 20, 10_050);
    assert_eq!((play.cash(ann), play.cash(bob)), (start, start));
    assert_eq!(play.mark("dated"), 10_050);
    // Down to $99.00 by the evening, by one contract more.
    cross(&mut play, "dated", "ann", "bob", 1, 9_900);
    assert_eq!(play.cash(ann), start);
    play.ticks(22);
    // At midnight: 20 × 10 × −$1.50 = −$300.00, and nothing on the last one.
    assert_eq!((play.cash(ann) - start, play.cash(bob) - start), (-300_00, 300_00));
    assert_eq!(cleared(&play, "dated"), 0, "all are settled at one price");
    // The second day: 11 contracts are closed at $101.00, where 11 × 10 × $2.00 = $220.00 are paid at once.
    cross(&mut play, "dated", "bob", "ann", 11, 10_100);
    assert_eq!((play.cash(ann) - start, play.lots(ann)), (-80_00, 10));
    assert_eq!(play.cash(bob) - start, 80_00);
    play.ticks(23);
    // At midnight the other ten contracts get their $200.00, at the mark of $101.00.
    assert_eq!((play.cash(ann) - start, play.cash(bob) - start), (120_00, -120_00));
    // The third day, at 22:00, the coin stands at $103.50 where nobody has traded the future: it ends there.
    cross(&mut play, "coin", "ann", "miner", 1, 10_350);
    assert_eq!((play.mark("coin"), play.mark("dated")), (10_350, 10_100));
    play.ticks(20);
    assert_eq!(play.lots(ann), 10);
    play.ticks(1);
    assert_eq!((play.lots(ann), play.lots(bob)), (0, 0));
    assert_eq!(play.mark("dated"), 10_350);
    // 10 × 10 × $2.50 = $250.00.
    assert_eq!((play.cash(ann) - start, play.cash(bob) - start), (370_00, -370_00));
    assert_eq!(cleared(&play, "dated"), 0);
    // The fund had 50 contracts from $100.00 to $103.50, at the broker: 50 × 10 × $3.50 = $1,750.00 more than the
    // $6,000.00 it posted.
    assert_eq!((play.lots("fund@broker"), play.cash("fund@broker")), (0, 7_750_00));
    // The rest of the market lost that, and $10.00 on the puts it wrote on the future.
    assert_eq!(play.cash("rest of the market") - rest, -1_750_00 - 10_00);
    // Nobody can trade it any more.
    cross(&mut play, "dated", "ann", "bob", 1, 10_350);
    assert_eq!((play.lots(ann), play.lots(bob)), (0, 0));
    let summary = play.finish().summary;
    assert_eq!((summary.audit.cash_residual, summary.audit.position_residual), (0, 0));
    assert_eq!(summary.instruments["dated"].end, 103.5);
}

#[test]
fn a_future_settled_each_tick_pays_each_tick() {
    let mut play = play(&[]);
    let (ann, bob) = ("ann[freight]@custodian", "bob[freight]@custodian");
    let start = play.cash(ann);
    // Three contracts of 100 at $50.00; a step of 5 cents is $5.00 a contract.
    cross(&mut play, "freight", "ann", "bob", 3, 1_000);
    assert_eq!(play.cash(ann), start);
    // One more at $50.20: the three have gained 4 steps, $60.00.
    cross(&mut play, "freight", "ann", "bob", 1, 1_004);
    assert_eq!((play.cash(ann) - start, play.cash(bob) - start), (60_00, -60_00));
    assert_eq!(cleared(&play, "freight"), 0);
}

#[test]
fn a_perpetual_pays_when_it_is_closed_and_not_before() {
    let mut play = play(&["instruments.perp.funding=None"]);
    let (ann, bob, carl) = ("ann[perp]@custodian", "bob[perp]@custodian", "carl[perp]@custodian");
    let start = play.cash(ann);
    // Long 3 at $100.00 and 4 at $100.05: 700.20 in all, $100.02857… each.
    cross(&mut play, "perp", "ann", "bob", 3, 10_000);
    cross(&mut play, "perp", "ann", "bob", 4, 10_005);
    play.ticks(30);
    assert_eq!((play.cash(ann), play.cash(bob)), (start, start), "no midnight settles it");
    let equity = play.standing(ann).equity.to_minor();
    assert_eq!(equity - start, 7 * 10_005 - 70_020, "15 cents of gain are not paid");
    // Sells 2 of the 7 to Carl at $101.00: 2/7 of 70,020 is 20,005.71, so 20,005 leave the basis: 195 are gained.
    cross(&mut play, "perp", "carl", "ann", 2, 10_100);
    assert_eq!((play.cash(ann) - start, play.lots(ann)), (20_200 - 20_005, 5));
    assert_eq!((play.cash(carl), play.cash(bob)), (start, start));
    // The purse has paid 195 that Bob has yet to pay.
    assert_eq!(cleared(&play, "perp"), -195);
    // Sells 8 at $99.00: closes 5 (495.00 for what cost 500.15) and opens 3 short.
    cross(&mut play, "perp", "carl", "ann", 8, 9_900);
    assert_eq!((play.cash(ann) - start, play.lots(ann)), (195 + 49_500 - 50_015, -3));
    // Buys the 3 back from Bob at $98.00, who is short 7 from 700.20 and now 10: Bob is paid nothing, Ann $3.00.
    cross(&mut play, "perp", "ann", "bob", 3, 9_800);
    assert_eq!((play.cash(ann) - start, play.lots(ann)), (195 - 515 + 300, 0));
    // Bob buys 10 from Carl at $98.00. Bob was short for 700.20 + 294.00 = 994.20 and pays 980.00: $14.20.
    // Carl was long 2 at $101.00 and 8 at $99.00, 994.00, and gets 980.00: −$14.00. Ann lost the 20 cents.
    cross(&mut play, "perp", "bob", "carl", 10, 9_800);
    assert_eq!((play.cash(bob) - start, play.cash(carl) - start), (14_20, -14_00));
    assert_eq!(cleared(&play, "perp"), 0, "all are flat");
}

#[test]
fn a_fund_that_cannot_pay_its_margin_is_sold_out_of_its_future() {
    let mut play = play(&[]);
    // 50 contracts from $100.00 on $6,000.00, with $4,000.00 more to call on. At $80.50 it has lost $9,750.00:
    // $250.00 in all, where 8 % of 50 × 10 × $80.50 = $3,220.00 are the least.
    cross(&mut play, "dated", "ann", "bob", 1, 8_050);
    assert!(matches!(play.status("fund@broker"), Status::Called(_)));
    play.limit("ann[dated]@custodian", Buy, 60, 7_900);
    play.ticks(6);
    // Sold at $79.00: 50 × 10 × −$21.00 = −$10,500.00 on $6,000.00. The broker pays $4,500.00.
    assert_eq!((play.status("fund@broker"), play.lots("fund@broker")), (Status::Closed, 0));
    assert_eq!(play.cash("fund@broker"), 0);
    let summary = play.finish().summary;
    assert_eq!(summary.lenders["broker"].loss, 4_500.0);
    assert_eq!(summary.accounts.breached, 1);
}

#[test]
fn a_breached_account_whose_future_ends_is_closed_without_a_trade() {
    let mut play =
        play(&["instruments.dated.expiry=\"2024-03-04 08:00\"", "instruments.put.expiry=\"2024-03-04 08:00\""]);
    cross(&mut play, "dated", "ann", "bob", 1, 8_050);
    // Nobody bids. At 08:00 it ends at the coin's $100.00, where the fund has lost nothing.
    play.ticks(5);
    assert!(matches!(play.status("fund@broker"), Status::Breached(_)));
    play.ticks(4);
    assert_eq!((play.status("fund@broker"), play.lots("fund@broker")), (Status::Closed, 0));
    let tables = play.finish().tables;
    let liquidation = &tables.liquidations[0];
    assert_eq!(liquidation.filled_units, 0.0);
}

#[test]
fn a_custodian_covers_a_short_with_all_that_its_client_owns() {
    let mut play = play(&[]);
    let (ann, bob) = ("ann[perp]@custodian", "bob[perp]@custodian");
    // A million dollars at $100.00: ten thousand contracts short or long, and not one more.
    play.limit(ann, Sell, 10_001, 10_000);
    play.ticks(1);
    assert_eq!(play.quotes_of("perp"), (None, None));
    assert_eq!(play.lots(ann), 0);
    play.limit(ann, Sell, 10_000, 10_000);
    play.limit(bob, Buy, 10_000, 10_000);
    play.ticks(1);
    assert_eq!(play.lots(ann), -10_000);
}

#[test]
fn longs_pay_shorts_what_the_premium_of_the_interval_says() {
    let mut play = play(&[]);
    let (ann, bob) = ("ann[perp]@custodian", "bob[perp]@custodian");
    let start = play.cash(ann);
    cross(&mut play, "perp", "ann", "bob", 100, 10_000);
    play.ticks(6);
    assert_eq!(play.cash(ann), start);
    // At 08:00, with nobody in the book: 0.01 % of 100 × $100.00.
    play.ticks(1);
    assert_eq!((play.cash(ann) - start, play.cash(bob) - start), (-1_00, 1_00));
    // For the next eight hours somebody bids $101.00, one per cent above the coin: 0.95 % of
    // 100 × $100.00, since nobody asks and nothing trades there.
    play.limit("carl[perp]@custodian", Buy, 1, 10_100);
    play.ticks(8);
    assert_eq!(play.mark("perp"), 10_000);
    assert_eq!((play.cash(ann) - start, play.cash(bob) - start), (-96_00, 96_00));
    assert_eq!((cleared(&play, "perp"), play.cash("carl[perp]@custodian")), (0, start));
    let events = play.stop().tables.events;
    let funding: Vec<_> = events.iter().filter(|row| row.kind == "funding").map(|row| row.text.as_str()).collect();
    assert_eq!(funding, ["0.0100 % of value from longs to shorts", "0.9500 % of value from longs to shorts"]);
}

#[test]
fn interest_runs_over_the_weekend_and_a_short_pays_for_what_it_borrowed() {
    let charges = "lenders.broker.interest=(on_debit: 0.05, borrow: {\"acme\": 0.3})";
    let mut play = Play::by_hand(&["clock.start=\"2024-03-01\"", charges]);
    // Friday, from 09:30 to 10:00, on the $90,000.00 and $40,000.00 that the funds began with: 26.04 and 11.57 cents.
    let (a, b, punter) = ("fund-a@broker", "fund-b@broker", "punter@broker");
    assert_eq!((play.cash(a), play.cash(b)), (-90_000_00, -40_000_00));
    play.limit(punter, Sell, 100, 10_000);
    play.limit("buyer@custodian", Buy, 100, 10_000);
    play.ticks(30);
    assert_eq!((play.cash(a), play.cash(b)), (-90_000_26, -40_000_12));
    assert_eq!(play.cash(punter), 13_000_00, "it borrowed nothing at the opening");
    // Monday at the close, three days later: 5 % ÷ 120 of $90,000.26 is $37.5001, and $0.0004 were left; of $40,000.12
    // it is $16.6667, less the $0.0043 that were paid in advance; and 30 % ÷ 120 of 100 shares at $100.00.
    play.ticks(30);
    assert_eq!((play.cash(a), play.cash(b)), (-90_037_76, -40_016_78));
    assert_eq!(play.cash(punter), 12_975_00);
    // The house got it all: 26 + 12 + 37.50 + 16.66 + 25.00.
    assert_eq!(play.cash("broker"), 20_000_00 + 26 + 12 + 37_50 + 16_66 + 25_00);
}

#[test]
fn an_option_is_paid_for_when_traded_and_pays_what_it_is_worth_when_it_ends() {
    let mut play = play(&[]);
    let (holder, writer) = ("holder[call]@custodian", "writer[call]@broker");
    // The holder begins with two calls on a hundred coins, which the rest of the market wrote for their price.
    assert_eq!(play.lots(holder), 2);
    let written_for = play.cash("rest of the market");
    let mark = play.mark("call");
    // 20 % a year over two days is 1.48 %: at $101.00 on $100.00 a call is worth some 25 cents by the model.
    assert!((15..35).contains(&mark), "{mark}");
    assert!(written_for > 0);
    let (had, wrote) = (play.cash(holder), play.cash(writer));
    // Three more at $2.00 a coin: 3 × 100 × $2.00. It is marked by its model all the same.
    play.limit(writer, Sell, 3, 200);
    play.limit(holder, Buy, 3, 200);
    play.ticks(1);
    assert_eq!((play.cash(holder) - had, play.cash(writer) - wrote), (-600_00, 600_00));
    assert!((15..35).contains(&play.mark("call")));
    let stands = play.standing(writer);
    assert_eq!(stands.equity.to_minor(), play.cash(writer) - 3 * 100 * i128::from(play.mark("call")));
    // It ends in the money: the coin is at $103.50, $2.50 over the strike.
    cross(&mut play, "coin", "ann", "miner", 1, 10_350);
    play.ticks(46);
    assert_eq!((play.lots(holder), play.lots(writer), play.mark("call")), (0, 0, 250));
    assert_eq!((play.cash(holder) - had, play.cash(writer) - wrote), (-600_00 + 1_250_00, 600_00 - 750_00));
    assert_eq!(cleared(&play, "call"), 0);
    // The put on the future, struck at $104.00, ends with it and at its last price: $0.50 on ten coins.
    let (had, lots) = (play.cash("holder[put]@custodian"), play.lots("holder[put]@custodian"));
    assert_eq!(lots, 2);
    play.ticks(22);
    assert_eq!((play.mark("dated"), play.mark("put")), (10_350, 50));
    assert_eq!(play.cash("holder[put]@custodian") - had, 2 * 10 * 50);
    assert_eq!(play.finish().summary.audit.cash_residual, 0);
}

#[test]
fn an_option_out_of_the_money_ends_for_nothing() {
    let mut play = play(&[]);
    let had = play.cash("holder[call]@custodian");
    play.ticks(48);
    assert_eq!((play.mark("call"), play.lots("holder[call]@custodian")), (0, 0));
    assert_eq!(play.cash("holder[call]@custodian"), had);
}

#[test]
fn terms_that_make_no_sense_are_found_all_at_once() {
    let wrong = [
        "instruments.dated.expiry=\"2024-03-03 22:00\"",
        "instruments.dated.underlying=\"perp\"",
        "instruments.perp.funding.interval=\"7h\"",
        "instruments.perp.funding.cap=0.5",
        "instruments.perp.ordinary.value_volatility=0.1",
        "instruments.call.strike=0.0",
        "instruments.call.implied_volatility=1e308",
        "instruments.put.of=\"call\"",
        "lenders.broker.interest=(on_debit: 1e9, day_count: 0, settles: \"7h\", borrow: {\"perp\": 0.1, \"gold\": 0.1})",
    ];
    let overrides: Vec<_> = wrong.iter().map(|set| set.parse().expect("an override")).collect();
    let (name, text) = ("test".to_owned(), CONTRACTS.to_owned());
    let source = firesale::world::Source { name, text, origin: firesale::world::Origin::BuiltIn };
    let error = firesale::world::load_source(source, &overrides).expect_err("nothing of this can run").to_string();
    for path in [
        "instruments.dated.expiry:",
        "instruments.dated.underlying:",
        "instruments.perp.funding.interval:",
        "instruments.perp.funding.cap:",
        "instruments.perp.ordinary.value_volatility:",
        "instruments.call.strike:",
        "instruments.call.implied_volatility:",
        "instruments.put.of:",
        "lenders.broker.interest.on_debit:",
        "lenders.broker.interest.day_count:",
        "lenders.broker.interest.settles:",
        "lenders.broker.interest.borrow.perp:",
        "lenders.broker.interest.borrow.gold:",
    ] {
        assert_eq!(error.matches(path).count(), 1, "{path} in {error}");
    }
}
