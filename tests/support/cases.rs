//! A world of a page in which only shocks move prices, put together from its lenders, its traders and its shocks.

use firesale::record::run::Outcome;

pub const LENDER: &str = r#"capital: 1e9, calls: (below: Maintenance, checked: EveryTick, grace: "0s"), cross_default: false,
    waterfall: [LenderCapital], liquidation: (first: ProRata, much: All, how: Market, collar: 1.0, delay: "0s"),
    margin: Rate(im: 0.2, mm: 0.1)"#;

/// Two shares and a perpetual on the first, all at 100, whose prices only shocks move; `lenders`, `traders` and what else there is.
pub fn world(lenders: &str, traders: &str, rest: &str) -> String {
    let market = r#"ordinary: (daily_volume: 1e6, daily_volatility: 0.02, value_volatility: 0.0), venues: ["m"], price: 100.0,
        step: 0.01, lot: 1.0, formation: Impact(law: Linear(units: 1e15, fall: 0.000001))"#;
    format!(
        r#"World(version: 1, title: "A case", about: "A case.", seed: 1, currency: (code: "USD", decimals: 2),
            clock: (start: "2024-03-04 00:00", tick: "10m", calendar: Continuous(length: "6h")),
            venues: {{"m": (maker_fee_bps: 0.0, taker_fee_bps: 0.0)}},
            instruments: {{
                "a": Spot({market}, float: 1e6), "b": Spot({market}, float: 1e6), "p": Perpetual({market}, index: "a"),
            }},
            lenders: {{{lenders}}}, traders: {{{traders}}}, {rest})"#
    )
}

/// The one lender's, with parts of it as they are stated here.
pub fn lender(changes: &[(&str, &str)]) -> String {
    let mut text = LENDER.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    format!("\"x\": ({text})")
}

pub fn firm(name: &str, cash: f64, positions: &str) -> String {
    format!(
        "\"{name}\": Firm(accounts: {{\"x\": (cash: {cash:?}, positions: {{{positions}}})}}, sources: {{}}, playbook: []), "
    )
}

pub fn jump(at: &str, what: &str) -> String {
    format!("(at: \"2024-03-04 {at}\", reason: \"a move\", what: Jump({{{what}}})), ")
}

pub fn run(lenders: &str, traders: &str, shocks: &str) -> Outcome {
    super::run(&super::plan(&world(lenders, traders, &format!("shocks: [{shocks}]")), &[]), &super::options(1))
}

/// Units of each that forced orders traded, in the order of names.
pub fn forced(outcome: &Outcome) -> Vec<(String, f64)> {
    let mut sums = std::collections::BTreeMap::new();
    for sale in &outcome.tables.liquidations {
        *sums.entry(sale.instrument.to_string()).or_insert(0.0) += sale.filled_units;
    }
    sums.into_iter().filter(|(_, units)| *units != 0.0).collect()
}
