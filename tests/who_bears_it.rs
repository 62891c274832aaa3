//! Where a loss ends, in worlds small enough to add it up: once, with who can bear it, and whatever the order of the file.

mod support;

use firesale::record::run::Outcome;
use std::fmt::Write;
use support::{options, plan};

/// A lender of a tenth and a twentieth that gives no time.
struct Lender<'a> {
    name: &'a str,
    capital: f64,
    /// What follows in its text.
    more: &'a str,
}

/// A client with a thousand units of something at a lender.
struct Client<'a> {
    name: &'a str,
    lender: &'a str,
    cash: f64,
    positions: &'a str,
}

/// A share and a perpetual at 100, an hour of ticks of a minute, and a fall at ten past.
fn world(lenders: &[Lender<'_>], clients: &[Client<'_>], shocks: &str) -> String {
    let deep = "ordinary: (daily_volume: 1_000_000.0, daily_volatility: 0.02, value_volatility: 0.0), \
                formation: Impact(law: Linear(units: 1e12, fall: 0.000001))";
    let mut text = format!(
        "World(version: 1, title: \"Who bears it\", about: \"A test.\", seed: 1, currency: (code: \"USD\", decimals: 2),\n\
         clock: (start: \"2024-03-04\", tick: \"1m\", calendar: Continuous(length: \"1h\")),\n\
         venues: {{\"m\": (maker_fee_bps: 0.0, taker_fee_bps: 0.0)}},\n\
         instruments: {{\"share\": Spot(venues: [\"m\"], price: 100.0, step: 0.01, lot: 1.0, float: 1e9, {deep}),\n\
         \"perpetual\": Perpetual(venues: [\"m\"], price: 100.0, step: 0.01, lot: 1.0, {deep})}},\n lenders: {{\n"
    );
    for Lender { name, capital, more } in lenders {
        let (waterfall, more) = match more.strip_prefix("waterfall") {
            Some(_) => (*more, ""),
            None => ("waterfall: [LenderCapital]", *more),
        };
        writeln!(
            text,
            "\"{name}\": (capital: {capital:?}, margin: Rate(im: 0.1, mm: 0.05), calls: (below: Maintenance, checked: EveryTick, \
             grace: \"0s\"), cross_default: false, liquidation: (first: ProRata, much: All, how: Market, collar: 1.0, \
             delay: \"1m\"), {waterfall}, {more}),"
        )
        .expect("text is written to memory");
    }
    text.push_str("}, traders: {\n");
    for Client { name, lender, cash, positions } in clients {
        writeln!(
            text,
            "\"{name}\": Firm(accounts: {{\"{lender}\": (cash: {cash:?}, positions: {{{positions}}})}}, sources: {{}}, playbook: []),"
        )
        .expect("text is written to memory");
    }
    write!(text, "}}, shocks: [{shocks}])").expect("text is written to memory");
    text
}

fn fall(by: f64) -> String {
    let at = "at: \"2024-03-04 00:10\", reason: \"a fall\"";
    format!("({at}, what: Jump({{\"share\": {by:?}, \"perpetual\": {by:?}}}))")
}

fn run(text: &str) -> Outcome {
    support::run(&plan(text, &[]), &options(1))
}

fn losses(outcome: &Outcome) -> Vec<(String, f64)> {
    outcome.summary.lenders.iter().map(|(name, lender)| (name.clone(), lender.loss)).collect()
}

const A: Client<'static> = Client { name: "a", lender: "x", cash: -80_000.0, positions: "\"share\": 1000.0" };
const B: Client<'static> = Client { name: "b", lender: "y", cash: -80_000.0, positions: "\"share\": 1000.0" };

/// At 40, `a` and `b` lack 40,000 each. x has 10,000 and owes y 100,000, of which y loses 30,000; y has 15,000, lacks 40,000 and
/// those 30,000, and owes z, who loses 55,000. 10 + 15 + 55 = 80: what the clients lack.
#[test]
fn a_loss_is_counted_where_it_stays_and_who_is_wound_up_first_is_not_who_is_declared_first() {
    let x = || Lender { name: "x", capital: 10_000.0, more: "failure: (creditors: {\"y\": 100_000.0})" };
    let y = || Lender { name: "y", capital: 15_000.0, more: "failure: (creditors: {\"z\": 100_000.0})" };
    let z = || Lender { name: "z", capital: 10_000.0, more: "" };
    let borne = [("x", 10_000.0), ("y", 15_000.0), ("z", 55_000.0)].map(|(name, loss)| (name.to_owned(), loss));
    for order in [[x(), y(), z()], [z(), y(), x()], [y(), z(), x()]] {
        let outcome = run(&world(&order, &[A, B], &fall(-0.6)));
        assert_eq!(losses(&outcome), borne);
    }
}

/// 300 of a thousand parts of the fund may go. Two accounts that lack 175,000 each lack as much as one that lacks 350,000: the
/// fund pays 300,000, and the winner 50,000.
#[test]
fn a_fund_is_promised_once() {
    let rule = "waterfall: [InsuranceFund, AutoDeleveraging(when: Drawdown(from: 0.3, until: 0.25, over: \"8h\")), LenderCapital], \
                funds: (insurance: 1_000_000.0)";
    let spent =
        "waterfall: [InsuranceFund, AutoDeleveraging(when: FundSpent), LenderCapital], funds: (insurance: 300_000.0)";
    let winner = Client { name: "w", lender: "x", cash: 5_000_000.0, positions: "\"perpetual\": -10_000.0" };
    let loser = |name, lots: &'static str| Client {
        name,
        lender: "x",
        cash: if lots == "\"perpetual\": 10_000.0" { 150_000.0 } else { 75_000.0 },
        positions: lots,
    };
    let paid = |text: &str| -> (f64, f64, f64) {
        let outcome = run(text);
        let of = |layer: &str| -> f64 {
            let rows = outcome.tables.waterfall.iter().filter(|row| &*row.layer == layer);
            rows.map(|row| row.amount).sum()
        };
        (of("insurance_fund"), of("auto_deleveraging"), outcome.summary.lenders["x"].loss)
    };
    let lender = |more| [Lender { name: "x", capital: 1e9, more }];
    let (one, other) = (loser("l", "\"perpetual\": 5_000.0"), loser("m", "\"perpetual\": 5_000.0"));
    // From 100 to 50: 250,000 lost each, 75,000 there.
    assert_eq!(paid(&world(&lender(rule), &[one, other, winner], &fall(-0.5))), (300_000.0, 50_000.0, 0.0));
    let winner = Client { name: "w", lender: "x", cash: 5_000_000.0, positions: "\"perpetual\": -10_000.0" };
    let whole = loser("l", "\"perpetual\": 10_000.0");
    assert_eq!(paid(&world(&lender(rule), &[whole, winner], &fall(-0.5))), (300_000.0, 50_000.0, 0.0));
    // A fund of 300,000 that pays until it is spent pays the first of two, and the second is the winner's.
    let winner = Client { name: "w", lender: "x", cash: 5_000_000.0, positions: "\"perpetual\": -10_000.0" };
    let (one, other) = (loser("l", "\"perpetual\": 5_000.0"), loser("m", "\"perpetual\": 5_000.0"));
    let (fund, _, lost) = paid(&world(&lender(spent), &[one, other, winner], &fall(-0.5)));
    assert_eq!((fund, lost), (175_000.0, 0.0));
}

/// `d` lacks 20,000. `b` has gained 40,000 on perpetuals since the last close, and half of that may be taken; `c` has gained on
/// shares that it owns, and nobody owes it any variation margin.
#[test]
fn a_haircut_of_gains_takes_from_who_has_variation_margin_to_come() {
    let more = "waterfall: [VariationMarginGains(cut: 0.5), LenderCapital]";
    let clients = [
        Client { name: "b", lender: "x", cash: 50_000.0, positions: "\"perpetual\": 1000.0" },
        Client { name: "c", lender: "x", cash: 50_000.0, positions: "\"share\": 1000.0" },
        Client { name: "d", lender: "x", cash: 20_000.0, positions: "\"perpetual\": -1000.0" },
    ];
    let outcome = run(&world(&[Lender { name: "x", capital: 1e9, more }], &clients, &fall(0.4)));
    let rows =
        outcome.tables.waterfall.iter().filter(|row| &*row.layer == "variation_margin_gains" && row.amount > 0.0);
    let paid: Vec<_> = rows.map(|row| (row.payer.to_string(), row.amount)).collect();
    assert_eq!(paid, [("b@x".to_owned(), 20_000.0)]);
}

/// A client of two lenders lacks 40,000 at each when the run ends, and has 10,000 in its till: the first by name has it.
#[test]
fn at_the_end_the_first_by_name_is_paid_and_not_the_first_in_the_file() {
    let more = "waterfall: [AccountRemaining(share: 1.0), LenderCapital]";
    let lenders = || ["x", "y"].map(|name| Lender { name, capital: 1e9, more });
    let text = |order: [Lender<'_>; 2]| {
        let text = world(&order, &[A], &fall(-0.6)).replace("grace: \"0s\"", "grace: \"2h\"");
        let (client, cash) =
            (r#""a": Firm(accounts: {"x": (cash: -80000.0, positions: {"share": 1000.0})}, sources: {}"#, 10_000.0);
        assert!(text.contains(client));
        let both = r#"{"x": (cash: -80000.0, positions: {"share": 1000.0}), "y": (cash: -80000.0, positions: {"share": 1000.0})}"#;
        text.replace(client, &format!("\"a\": Firm(accounts: {both}, sources: {{\"till\": Cash(amount: {cash:?})}}"))
    };
    let [x, y] = lenders();
    let forward = losses(&run(&text([x, y])));
    let [x, y] = lenders();
    assert_eq!(losses(&run(&text([y, x]))), forward);
    assert_eq!(forward, [("x".to_owned(), 30_000.0), ("y".to_owned(), 40_000.0)]);
}
