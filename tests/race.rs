//! The race of lenders who share a client, against theory: what each of `n` equal lenders loses, one after the other and all
//! together, where the price forms by a law alone.
//!
//! A client holds as many shares of one thing with each of its lenders. News takes a fifth off, to 100, all are in
//! breach at once, and each sells its part at an even pace. What a lender pays for selling is what its shares were worth at
//! the breach less what they fetched. It is told here in multiples of what the whole part of one moves the price by.

mod support;

use firesale::record::run::Outcome;
use support::Play;

/// Shares that each lender has to sell, and minutes that it takes.
const PART: u32 = 1_200;
const MINUTES: u32 = 120;

/// One lender begins as many minutes after the breach as `delays` says for each of them.
fn world(law: &str, how: &str, delays: &[u32]) -> String {
    let lenders: String = delays
        .iter()
        .enumerate()
        .map(|(index, delay)| {
            format!(
                r#""lender-{index}": (
            capital: 1e9, margin: Rate(im: 0.15, mm: 0.14),
            calls: (below: Maintenance, checked: EveryTick, grace: "0s"), cross_default: true,
            liquidation: (first: ProRata, much: All, how: {how}, collar: 1.0, delay: "{delay}m"),
            waterfall: [LenderCapital],
        ),"#
            )
        })
        .collect();
    let n = delays.len();
    let shares: String = (0..n).map(|index| format!("\"lender-{index}\": {}, ", 1.0 / n as f64)).collect();
    let equity = f64::from(PART) * 125.0 * n as f64 / 5.0;
    let length = delays.iter().max().unwrap() + 3 * MINUTES;
    format!(
        r#"World(
    version: 1, title: "Race", about: "For a test.", seed: 1,
    currency: (code: "USD", decimals: 4),
    clock: (start: "2024-03-04 00:00", tick: "1m", calendar: Continuous(length: "{length}m")),
    venues: {{"exchange": (maker_fee_bps: 0.0, taker_fee_bps: 0.0)}},
    instruments: {{
        "acme": Spot(venues: ["exchange"], price: 125.0, step: 0.0001, lot: 1.0, float: 1e7,
            ordinary: (daily_volume: {PART}.0, daily_volatility: 0.1, value_volatility: 0.0),
            formation: Impact(law: {law})),
    }},
    lenders: {{{lenders}}},
    traders: {{
        "client": LeveragedFirm(equity: {equity}, leverage: 5.0, portfolio: {{"acme": 1.0}}, lenders: {{{shares}}}, posted: 1.0),
    }},
    shocks: [(at: "2024-03-04 00:05", reason: "News.", what: Jump({{"acme": -0.2}}))],
)"#
    )
}

/// What a share cost each lender to sell, on average, over `unit`.
fn costs(law: &str, how: &str, delays: &[u32], unit: f64) -> Vec<f64> {
    let mut play = Play::new(&support::plan(&world(law, how, delays), &[]), &support::options(1));
    play.ticks(delays.iter().max().unwrap() + 3 * MINUTES - 1);
    let outcome: Outcome = play.stop();
    let cost = |index: usize| {
        let account = format!("client@lender-{index}");
        let row = outcome.tables.liquidations.iter().find(|row| row.account == account).expect("it was sold out");
        assert!((row.filled_units - f64::from(PART)).abs() < 1e-9, "all of it, {index}: {}", row.filled_units);
        (100.0 - row.average_price.expect("it was sold")) / unit
    };
    (0..delays.len()).map(cost).collect()
}

fn near(costs: &[f64], theory: &[f64], within: f64) {
    assert_eq!(costs.len(), theory.len());
    let far = costs.iter().zip(theory).any(|(cost, theory)| (cost - theory).abs() > within);
    assert!(!far, "{costs:?} for {theory:?}");
}

fn in_turn(n: u32) -> Vec<u32> {
    (0..n).map(|place| place * MINUTES).collect()
}

const EVENLY: &str = "Slices(over_hours: 2.0)";
/// One part takes 5 dollars off 100: five take a quarter.
const LINEAR: &str = "Linear(units: 1_200.0, fall: 0.05)";

/// Who is `k`-th sells from `Γx(k − 1)` to `Γxk` below, and pays `Γx(k − ½)`; all together pay `Γxn/2` each. The sum is the
/// same: whoever goes first gains what whoever is last loses, and the race is for nothing.
#[test]
fn where_impact_stays_the_race_is_a_zero_sum_and_first_gains_what_last_loses() {
    let turns = costs(LINEAR, EVENLY, &in_turn(5), 5.0);
    near(&turns, &[0.5, 1.5, 2.5, 3.5, 4.5], 1e-6);
    let together = costs(LINEAR, EVENLY, &[0; 5], 5.0);
    near(&together, &[2.5; 5], 1e-6);
    assert!((turns.iter().sum::<f64>() - together.iter().sum::<f64>()).abs() < 1e-5);
    // In one order each it is the same: all that counts is who stands before whom.
    near(&costs(LINEAR, "Market", &in_turn(5), 5.0), &[0.5, 1.5, 2.5, 3.5, 4.5], 1e-6);
}

/// `c√Q` stays: the `k`-th pays the mean of the root from `k − 1` to `k`, `⅔(k^1.5 − (k − 1)^1.5)`, and all together `⅔√5`.
/// Last pays 3.2 times what first does, where a straight line makes it nine.
#[test]
fn under_a_square_root_that_stays_the_first_is_less_far_ahead() {
    let law = "SquareRoot(coefficient: 1.0)";
    near(&costs(law, EVENLY, &in_turn(5), 10.0), &[0.667, 1.219, 1.578, 1.869, 2.120], 1e-3);
    near(&costs(law, EVENLY, &[0; 5], 10.0), &[1.491; 5], 1e-3);
}

/// A propagator with exponent `β`, by which a part sold over two hours takes 5 dollars off at its end. Alone it costs
/// `1 ÷ (2 − β)` of that. Who begins a wait of `w` after another's end pays that and, on average over its own two hours,
/// what the other has left: `((2 + u)^(2 − β) − 2(1 + u)^(2 − β) + u^(2 − β)) ÷ (2 − β)`, `u = w ÷ 2h`.
#[test]
fn where_impact_fades_the_second_pays_its_own_cost_and_what_the_first_has_left() {
    for beta in [0.3, 0.5] {
        let law = format!("Propagator(units: 1_200.0, fall: 0.05, over: \"2h\", exponent: {beta})");
        let power = |x: f64| x.powf(2.0 - beta);
        // A minute is not a moment: its orders trade with all of the minute's fading, and half of its own impact.
        let n = f64::from(MINUTES);
        let own = 1.0 / (2.0 - beta) + 0.5 / n - 0.5 * n.powf(beta - 1.0);
        for wait in [0, 30, 120, 480, 1_200] {
            let u = f64::from(wait) / f64::from(MINUTES);
            let left = (power(2.0 + u) - 2.0 * power(1.0 + u) + power(u)) / (2.0 - beta);
            near(&costs(&law, EVENLY, &[0, MINUTES + wait], 5.0), &[own, own + left], 0.003);
        }
        // Together either pays for both.
        near(&costs(&law, EVENLY, &[0, 0], 5.0), &[2.0 * own; 2], 0.002);
    }
}

/// How much more the last of five pays than the first, with an hour between: all of four parts where impact stays, and
/// less and less of it the faster it fades.
#[test]
fn being_first_is_worth_most_where_impact_stays() {
    let delays: Vec<u32> = (0..5).map(|place| place * (MINUTES + 60)).collect();
    let gap = |law: &str| {
        let costs = costs(law, EVENLY, &delays, 5.0);
        costs[4] - costs[0]
    };
    let stays = gap(LINEAR);
    let slowly = gap("Propagator(units: 1_200.0, fall: 0.05, over: \"2h\", exponent: 0.2)");
    let quickly = gap("Propagator(units: 1_200.0, fall: 0.05, over: \"2h\", exponent: 0.5)");
    let fades = gap("Linear(units: 1_200.0, fall: 0.05), decay: \"20m\"");
    assert!((stays - 4.0).abs() < 1e-6);
    assert!(stays > slowly && slowly > quickly && quickly > fades, "{stays} {slowly} {quickly} {fades}");
    assert!(fades < 0.05, "after nine half-lives it is no race at all: {fades}");
}

/// With both layers at once, one that fades and one that stays, what the last pays beyond the first is that of either layer in
/// proportion: the more of a price was held up, the more it is worth to be first.
#[test]
fn with_both_layers_being_first_is_worth_more_the_more_of_the_level_was_artificial() {
    let delays: Vec<u32> = (0..5).map(|place| place * (MINUTES + 60)).collect();
    let gap = |lasting: f64| {
        let law = format!("Propagator(units: 1_200.0, fall: 0.05, over: \"2h\", exponent: 0.5, lasting: {lasting})");
        let costs = costs(&law, EVENLY, &delays, 5.0);
        costs[4] - costs[0]
    };
    let fades = gap(0.0);
    assert!((gap(1.0) - 4.0).abs() < 1e-4);
    for lasting in [0.1, 0.33, 0.7] {
        let theory = (1.0 - lasting) * fades + lasting * 4.0;
        assert!((gap(lasting) - theory).abs() < 1e-4, "{lasting}: {} for {theory}", gap(lasting));
    }
}

/// Bernardo and Welch: who may have to sell later, with probability `s`, sells now if the average price in the run is
/// better than the price after it, weighed with `s`. Both are what lenders pay here: all together, and last. So the
/// run begins above `n ÷ (2n − 1)`: never for one alone, at two thirds for two, five ninths for five.
#[test]
fn a_run_begins_at_lower_odds_the_more_there_are_to_run() {
    for n in 1..=6_u32 {
        let together = costs(LINEAR, EVENLY, &vec![0; n as usize], 5.0)[0];
        let last = costs(LINEAR, EVENLY, &in_turn(n), 5.0)[n as usize - 1];
        let theory = f64::from(n) / f64::from(2 * n - 1);
        assert!((together / last - theory).abs() < 1e-6, "{n}: {} for {theory}", together / last);
    }
}
