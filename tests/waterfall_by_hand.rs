//! Who pays, to the cent, in a market that the test drives itself; and what `check` finds wrong with funds and layers.
//!
//! `fund-a` holds 1 000 shares at $100.00 on $10 000 of its own and is sold out when the mark falls to 97.00, at
//! whatever stands in the book: $90.00 a share is what it owes.

#![allow(clippy::inconsistent_digit_grouping, reason = "1_000_00 is a thousand dollars and no cents")]

mod support;

use firesale::tick::state::Status;
use firesale::units::Side::{Buy, Sell};
use firesale::world::{Origin, Source, load_source};
use results::figures;
use support::{BY_HAND, Play, options, plan, run};

/// The hand-driven world with text replaced, first occurrences only: those of `broker` and `fund-b` come first.
fn text(changes: &[(&str, &str)]) -> String {
    let always = [("grace: \"2m\"", "grace: \"0s\"")];
    always.iter().chain(changes).fold(BY_HAND.to_string(), |text, (from, to)| {
        assert!(text.contains(from), "the world has no {from:?}");
        text.replacen(from, to, 1)
    })
}

fn play(changes: &[(&str, &str)]) -> Play {
    Play::new(&plan(&text(changes), &[]), &options(1))
}

/// `fund-a` breaks in the second tick; in the third its shares meet bids for so many at this price.
fn break_fund_a(play: &mut Play, lots: i64, price: i64) {
    play.limit("buyer@custodian", Buy, 50, 9_700);
    play.limit("buyer@custodian", Buy, lots, price);
    play.ticks(1);
    play.market("seller@custodian", Sell, 50);
    play.ticks(1);
    assert!(matches!(play.status("fund-a@broker"), Status::Breached(_)));
    play.ticks(1);
}

fn paid(play: Play) -> Vec<(String, String, f64)> {
    let rows = play.stop().tables.waterfall;
    rows.into_iter().map(|row| (row.layer.into(), row.payer.into(), row.amount)).collect()
}

fn told(parts: &[(&str, &str, f64)]) -> Vec<(String, String, f64)> {
    parts.iter().map(|(layer, payer, amount)| (layer.to_string(), payer.to_string(), *amount)).collect()
}

const EXCHANGE: (&str, &str) = (
    "waterfall: [LenderCapital]",
    "funds: (insurance: 300.0), waterfall: [AccountRemaining(share: 0.2), InsuranceFund, LenderCapital]",
);

/// Sold at 89.00 it owes $1 000.00. A fifth of the $2 500.00 in its treasury, the fund, the broker.
#[test]
fn the_treasury_of_the_failed_firm_and_the_fund_pay_before_the_broker() {
    let mut play = play(&[EXCHANGE]);
    break_fund_a(&mut play, 5_000, 8_900);
    assert_eq!((play.cash("fund-a@broker"), play.cash("broker")), (0, 19_800_00));
    let expected = [
        ("account_remaining", "fund-a", 500.0),
        ("insurance_fund", "insurance fund", 300.0),
        ("lender_capital", "broker", 200.0),
    ];
    assert_eq!(paid(play), told(&expected));
}

/// Nobody breaks, and nobody is refused: each layer that is stated took nothing, and so many orders were refused for each reason.
#[test]
fn a_layer_that_nothing_reached_took_nothing_which_is_a_number() {
    let mut quiet = play(&[EXCHANGE]);
    quiet.ticks(1);
    let summary = quiet.stop().summary;
    let layers: Vec<(&str, f64)> = summary.waterfall.iter().map(|(layer, took)| (layer.as_str(), *took)).collect();
    assert_eq!(layers, [("account_remaining", 0.0), ("insurance_fund", 0.0), ("lender_capital", 0.0)]);
    assert_eq!(figures::number(&summary, "waterfall.insurance_fund"), Some(0.0));
    assert_eq!(figures::number(&summary, "refusals.halted"), Some(0.0));
    // The lender's capital pays whatever is left, stated or not.
    let mut unstated = play(&[(EXCHANGE.0, "funds: (insurance: 300.0), waterfall: [InsuranceFund]")]);
    unstated.ticks(1);
    assert_eq!(unstated.stop().summary.waterfall["lender_capital"], 0.0);
}

/// Sold at 91.00 it has $1 000.00 left: the venue's, where it says so, and its own where not.
#[test]
fn what_is_left_in_a_liquidated_account_feeds_the_fund_where_the_venue_says_so() {
    for (feeds, held) in [(true, 1_300.0), (false, 300.0)] {
        let funds = format!("funds: (insurance: 300.0, feeds: {feeds}), waterfall: [InsuranceFund, LenderCapital]");
        let mut play = play(&[("waterfall: [LenderCapital]", &funds)]);
        break_fund_a(&mut play, 5_000, 9_100);
        let tables = play.stop().tables;
        assert_eq!(tables.funds.last().map(|row| (row.fund.as_str(), row.balance)), Some(("insurance fund", held)));
        let treasury = tables.firms.iter().rfind(|row| row.firm == "fund-a").unwrap().cash_deliverable;
        assert_eq!(treasury, if feeds { 2_500.0 } else { 3_500.0 });
    }
}

/// 100 go at 88.00 and nobody bids for the other 900, which are worth $2 000.00 less than is owed on them. `fund-b` is
/// short 500: it closes them at 90.23, one cent beyond 81 200 / 900, which costs it 500 × 2.23 against the mark. The
/// 400 that nobody is short of are sold at 88.00, and the rest of the 2 000 is the exchange's.
#[test]
fn winners_close_what_the_book_does_not_take_at_the_bankruptcy_price() {
    let layers =
        "funds: (insurance: 0.0), waterfall: [InsuranceFund, AutoDeleveraging(when: FundSpent), LenderCapital]";
    let short = ("leverage: 5.0, portfolio: {\"acme\": 1.0}", "leverage: 5.0, portfolio: {\"acme\": -1.0}");
    let mut play = play(&[("waterfall: [LenderCapital]", layers), short]);
    assert_eq!((play.cash("fund-b@broker"), play.lots("fund-b@broker")), (60_000_00, -500));
    break_fund_a(&mut play, 100, 8_800);
    assert_eq!((play.cash("fund-b@broker"), play.lots("fund-b@broker")), (14_885_00, 0));
    assert_eq!((play.cash("fund-a@broker"), play.lots("fund-a@broker")), (-36_085_00, 400));
    play.limit("buyer@custodian", Buy, 5_000, 8_800);
    play.ticks(1);
    let expected = [
        ("auto_deleveraging", "fund-b@broker", 1_115.0),
        ("insurance_fund", "", 0.0),
        ("auto_deleveraging", "", 0.0),
        ("lender_capital", "broker", 885.0),
    ];
    assert_eq!(paid(play), told(&expected));
}

/// The same, but the fund can pay: nobody is deleveraged until the rule of the exchange says so.
#[test]
fn while_the_fund_can_pay_nobody_is_deleveraged_unless_the_position_is_stuck() {
    let short = ("leverage: 5.0, portfolio: {\"acme\": 1.0}", "leverage: 5.0, portfolio: {\"acme\": -1.0}");
    for (when, ticks, closed) in [("FundSpent", 9, false), ("Stuck(ticks: 3)", 2, false), ("Stuck(ticks: 3)", 3, true)]
    {
        let layers = format!("funds: (insurance: 9000.0), waterfall: [InsuranceFund, AutoDeleveraging(when: {when})]");
        let mut play = play(&[("waterfall: [LenderCapital]", &layers), short]);
        break_fund_a(&mut play, 100, 8_800);
        play.ticks(ticks);
        assert_eq!(play.lots("fund-b@broker") == 0, closed, "{when} after {ticks}");
    }
}

const CLEARING: (&str, &str) = (
    "waterfall: [LenderCapital]",
    "funds: (skin_in_the_game: 100.0, default_fund: {\"fund-b\": 600.0, \"fund-a\": 500.0}), \
     waterfall: [DefaultersContribution, SkinInTheGame, SurvivorsFund, Assessments(cap: 2.0), LenderCapital]",
);
/// Posts $9 000 on 200 shares, paid 600 into the fund, and has 400 left.
const QUIET_MEMBER: (&str, &str) = (
    "equity: 10_000.0, leverage: 5.0, portfolio: {\"acme\": 1.0}, lenders: {\"broker\": 1.0}, posted: 2.0",
    "equity: 10_000.0, leverage: 2.0, portfolio: {\"acme\": 1.0}, lenders: {\"broker\": 1.0}, posted: 4.5",
);

/// Sold at 88.50 it owes 1 500: its own 500, the house's 100, the survivor's 600, and a call for the last 300.
#[test]
fn a_survivor_meets_its_assessment_from_its_treasury() {
    let mut play = play(&[CLEARING, QUIET_MEMBER]);
    assert_eq!(play.cash("broker"), 19_900_00, "the stake is set aside");
    break_fund_a(&mut play, 5_000, 8_850);
    assert_eq!(play.cash("broker"), 19_900_00);
    let outcome = play.stop();
    let call = outcome.tables.calls.last().unwrap();
    assert_eq!((call.account.as_str(), &*call.reason, call.paid), ("fund-b@broker", "assessment", 300.0));
    assert_eq!((outcome.summary.lenders["broker"].loss, outcome.summary.accounts.breached), (100.0, 1));
    let layers: Vec<_> = outcome.tables.waterfall.iter().map(|row| row.amount).collect();
    assert_eq!(layers, [500.0, 100.0, 600.0, 300.0]);
}

/// At 88.00 it owes 2 000 and the call is for 800, of which `fund-b` has 400. It is solvent, and fails.
#[test]
fn a_member_that_cannot_meet_its_assessment_is_closed_out_itself() {
    let mut play = play(&[CLEARING, QUIET_MEMBER]);
    break_fund_a(&mut play, 5_000, 8_800);
    assert_eq!(play.cash("broker"), 19_100_00);
    play.ticks(2);
    assert_eq!((play.lots("fund-b@broker"), play.status("fund-b@broker")), (0, Status::Closed));
    let outcome = play.stop();
    let expected = [
        ("defaulters_contribution", "contribution of fund-a", 500.0),
        ("skin_in_the_game", "skin in the game", 100.0),
        ("survivors_fund", "contribution of fund-b", 600.0),
        ("assessments", "fund-b", 0.0),
        ("lender_capital", "broker", 800.0),
    ];
    let rows: Vec<_> =
        outcome.tables.waterfall.iter().map(|row| (row.layer.to_string(), row.payer.to_string(), row.amount)).collect();
    assert_eq!(rows, told(&expected));
    let second = &outcome.tables.liquidations[1];
    assert_eq!((second.account.as_str(), &*second.cause), ("fund-b@broker", "assessment unpaid"));
    let edge = outcome.tables.cascade.iter().find(|edge| edge.breach == 1).unwrap();
    assert_eq!((&*edge.source, edge.from_account.as_deref()), ("assessment", Some("fund-a@broker")));
    // It owed nothing: 200 × 88 = 17 600 pay back the 11 000 and leave 6 600, beside the 400.
    let firm = outcome.tables.firms.iter().rfind(|row| row.firm == "fund-b").unwrap();
    assert_eq!((firm.value, firm.cash_deliverable), (7_000.0, 7_000.0));
}

/// The other way round: who sold short gained 12 a share since the open; half of that is the most it is cut.
#[test]
fn winners_give_up_part_of_the_gain_of_the_day() {
    let short = ("leverage: 5.0, portfolio: {\"acme\": 1.0}", "leverage: 5.0, portfolio: {\"acme\": -1.0}");
    let mut play = play(&[("[LenderCapital]", "[VariationMarginGains(cut: 0.25), LenderCapital]"), short]);
    break_fund_a(&mut play, 5_000, 8_800);
    // 500 × 12 = 6 000; a quarter is 1 500 of the 2 000.
    assert_eq!(play.cash("fund-b@broker"), 60_000_00 - 1_500_00);
    let expected = [("variation_margin_gains", "fund-b@broker", 1_500.0), ("lender_capital", "broker", 500.0)];
    assert_eq!(paid(play), told(&expected));
}

/// 900 unsold shares lack $2 000.00 at the mark and the broker has 500: it is closed in that tick, 1 500 short. `fund-b`
/// owes 11 000 on 200 shares: 15 400 of its 17 600 may be pledged, so 4 400 of its 6 600 are a claim. `rival` lent
/// 2 000. They bear the 1 500 as 44 to 20: 1 031.25 and 468.75.
fn failing(rehypothecation: &str, rival: &str) -> Play {
    let failure = format!(
        "failure: (administrator_sells: false, segregation: (rehypothecation: {rehypothecation}), \
         creditors: {{\"rival\": 2000.0}}), \
         waterfall: [LenderCapital]"
    );
    let capital = format!("capital: {rival},");
    let mut play = play(&[
        ("capital: 20_000.0", "capital: 500.0"),
        ("capital: 20_000.0,", &capital),
        ("waterfall: [LenderCapital]", &failure),
        QUIET_MEMBER,
    ]);
    break_fund_a(&mut play, 100, 8_800);
    play
}

#[test]
fn a_lender_without_capital_at_the_mark_fails_before_the_last_share_is_sold() {
    let mut play = failing("Limit(of_debit: 1.4)", "20_000.0");
    assert_eq!(play.cash("fund-b@broker"), -11_000_00 - 1_031_25);
    assert_eq!((play.cash("rival"), play.cash("broker")), (20_000_00 - 468_75, 0));
    // What fund-a lacked is paid out of the broker's 500 and of the 1 500 that others bear.
    assert_eq!(play.status("fund-a@broker").word(), "breached");
    // Nothing more is sold, and nobody there can trade.
    play.limit("buyer@custodian", Buy, 5_000, 8_800);
    play.limit("punter@broker", Buy, 1, 9_000);
    play.ticks(2);
    assert_eq!((play.lots("fund-a@broker"), play.lots("punter@broker")), (900, 0));
    let outcome = play.stop();
    assert!(outcome.summary.lenders["broker"].failed && !outcome.summary.lenders["rival"].failed);
    assert_eq!(outcome.summary.lenders["rival"].loss, 468.75);
    let claims: Vec<_> = outcome
        .tables
        .claims
        .iter()
        .map(|row| (row.claimant.as_str(), row.kind.as_str(), row.equity, row.claim, row.lost, row.recovered))
        .collect();
    let expected = [
        ("fund-b@broker", "client", 6_600.0, 4_400.0, 1_031.25, 3_368.75),
        ("punter@broker", "client", 3_000.0, 0.0, 0.0, 0.0),
        ("rival", "creditor", 2_000.0, 2_000.0, 468.75, 1_531.25),
    ];
    assert_eq!(claims, expected);
}

#[test]
fn what_is_kept_apart_is_lost_to_nobody_and_what_may_all_be_pledged_is_a_claim() {
    // Nothing pledged: the creditor bears the 1 500 alone.
    let play = failing("None", "20_000.0");
    assert_eq!((play.cash("fund-b@broker"), play.cash("rival")), (-11_000_00, 18_500_00));
    // All of it: 6 600 to 2 000, of 1 500: 1 151.16 and 348.84, the odd cent with the first.
    let play = failing("Unlimited", "20_000.0");
    assert_eq!((play.cash("fund-b@broker"), play.cash("rival")), (-11_000_00 - 1_151_17, 20_000_00 - 348_83));
}

#[test]
fn a_creditor_that_cannot_bear_its_loss_fails_in_the_same_tick() {
    let outcome = failing("Limit(of_debit: 1.4)", "468.74").stop();
    assert!(outcome.summary.lenders["broker"].failed && outcome.summary.lenders["rival"].failed);
    let ticks: Vec<_> =
        outcome.tables.events.iter().filter(|row| row.kind == "lender failed").map(|row| row.tick).collect();
    assert_eq!(ticks, [2, 2]);
    assert!(!failing("Limit(of_debit: 1.4)", "468.75").stop().summary.lenders["rival"].failed);
}

#[test]
fn an_administrator_goes_on_selling() {
    let failure = ("waterfall: [LenderCapital]", "failure: (administrator_sells: true), waterfall: [LenderCapital]");
    let mut play = play(&[("capital: 20_000.0", "capital: 500.0"), failure]);
    break_fund_a(&mut play, 100, 8_800);
    play.limit("buyer@custodian", Buy, 5_000, 8_800);
    play.ticks(1);
    assert_eq!((play.cash("fund-a@broker"), play.lots("fund-a@broker")), (0, 0));
    let summary = play.stop().summary;
    assert_eq!((summary.lenders["broker"].loss, summary.lenders["broker"].failed), (2_000.0, true));
}

/// A perpetual at one exchange, and firms that hold it; what happens at 00:10 is a jump of its price.
fn perpetual(price: &str, layers: &str, firms: &str, jump: &str) -> String {
    format!(
        "World(version: 1, title: \"Deleveraging\", about: \"For tests.\", seed: 1, \
         currency: (code: \"USD\", decimals: 2), \
         clock: (start: \"2024-03-04\", tick: \"1m\", calendar: Continuous(length: \"30m\")), \
         venues: {{\"m\": (maker_fee_bps: 0.0, taker_fee_bps: 0.0)}}, \
         instruments: {{\"pp\": Perpetual(venues: [\"m\"], price: {price}, step: 0.01, lot: 1, \
            ordinary: (daily_volume: 1e6, daily_volatility: 0.02, value_volatility: 0.0), \
            formation: Impact(law: Linear(units: 1e12, fall: 0.000001)))}}, \
         lenders: {{\"x\": (capital: 1e9, margin: Rate(im: 0.01, mm: 0.005), \
            calls: (below: Maintenance, checked: EveryTick, grace: \"0s\"), cross_default: false, \
            liquidation: (first: ProRata, much: All, how: Market, collar: 1.0, delay: \"1m\"), {layers})}}, \
         traders: {{{firms}}}, \
         shocks: [(at: \"2024-03-04 00:10\", reason: \"A jump.\", what: Jump({{\"pp\": {jump}}}))])"
    )
}

fn firm(name: &str, cash: f64, units: f64, entry: Option<f64>) -> String {
    let entry = entry.map_or(String::new(), |price| format!(", entry: {{\"pp\": {price:?}}}"));
    format!(
        "\"{name}\": Firm(accounts: {{\"x\": (cash: {cash:?}, positions: {{\"pp\": {units:?}}}{entry})}}, \
         sources: {{}}, playbook: []), "
    )
}

/// Two longs of 10 with $500.00 at a mark of 105: bought at 50 one gained 110 %, bought at 150 the other lost 30 %.
#[test]
fn winners_are_ranked_from_the_price_at_which_they_say_they_opened() {
    let firms = [
        firm("loser", 500.0, 10.0, Some(150.0)),
        firm("winner", 500.0, 10.0, Some(50.0)),
        firm("dead", 20.0, -10.0, None),
        firm("other", 9_000.0, -10.0, None),
    ];
    let layers = "waterfall: [AutoDeleveraging(when: FundSpent), LenderCapital]";
    let world = perpetual("100.0", layers, &firms.concat(), "0.05");
    let rows = run(&plan(&world, &[]), &options(1)).tables.waterfall;
    assert_eq!(rows.first().map(|row| row.payer.as_str()), Some("winner@x"), "{rows:?}");
}

/// Bybit's rule: a fund of a million, a drawdown of 30 % and a loss of 350,000. A short of 10,000 from 640 with 100,000
/// stands at 685. The fund pays 300,000, and 50,000 the winner, who closes at 680 instead of 685.
#[test]
fn a_drawdown_is_judged_on_the_loss_and_the_fund_pays_down_to_it() {
    let firms = [firm("dead", 100_000.0, -10_000.0, None), firm("l1", 5_000_000.0, 10_000.0, None)];
    let layers = "waterfall: [InsuranceFund, AutoDeleveraging(when: Drawdown(from: 0.3, until: 0.25, over: \"8h\")), \
                  LenderCapital], funds: (insurance: 1000000.0)";
    let world = perpetual("640.0", layers, &firms.concat(), "0.0703125");
    let rows = run(&plan(&world, &[]), &options(1)).tables.waterfall;
    let paid: Vec<_> = rows.iter().map(|row| (&*row.layer, row.payer.as_str(), row.amount)).collect();
    assert_eq!(paid, [("auto_deleveraging", "l1@x", 50_000.0), ("insurance_fund", "insurance fund", 300_000.0)]);
}

#[test]
fn everything_wrong_with_funds_layers_and_failure_is_found_at_once() {
    let broken = "funds: (skin_in_the_game: 50000.0, feeds: true, backstop: -1.0, \
                  default_fund: {\"fund-c\": 5.0, \"buyer\": 5.0, \"fund-b\": 9e9}), \
                  failure: (least_capital: -5.0, capital_of_debits: 2.0, \
                  segregation: (rehypothecation: Limit(of_debit: -1.0)), \
                  creditors: {\"broker\": 1.0, \"nobody\": 1.0, \"rival\": NaN}), \
                  waterfall: [AccountRemaining(share: 1.5), InsuranceFund, LenderCapital, LenderCapital, \
                  AutoDeleveraging(when: Drawdown(from: 0.2, until: 0.3, over: \"8h\")), \
                  Assessments(cap: -1.0), VariationMarginGains(cut: 2.0)]";
    let source = Source {
        name: "test".to_owned(),
        text: text(&[("waterfall: [LenderCapital]", broken)]),
        origin: Origin::BuiltIn,
    };
    let error = load_source(source, &[]).expect_err("this world should not load");
    let mut paths: Vec<_> = error.findings().iter().map(|finding| finding.path.as_str()).collect();
    paths.sort_unstable();
    paths.dedup();
    let expected = [
        "failure.capital_of_debits",
        "failure.creditors.broker",
        "failure.creditors.nobody",
        "failure.creditors.rival",
        "failure.least_capital",
        "failure.segregation.rehypothecation.limit.of_debit",
        "funds.backstop",
        "funds.default_fund.buyer",
        "funds.default_fund.fund-b",
        "funds.default_fund.fund-c",
        "funds.feeds",
        "funds.skin_in_the_game",
        "waterfall[0].share",
        "waterfall[1]",
        "waterfall[3]",
        "waterfall[4]",
        "waterfall[4].auto_deleveraging.when.drawdown.until",
        "waterfall[5]",
        "waterfall[5].cap",
        "waterfall[6]",
        "waterfall[6].cut",
    ];
    assert_eq!(paths, expected.map(|path| format!("lenders.broker.{path}")));
}
