//! The language of margin models: what each example becomes, and what is wrong with others, all at once.

use firesale::margin::MarginPlan;
use firesale::world::{Origin, Override, Source, WorldError, load_source};

const SMALL: &str = include_str!("world_fixtures/small.ron");
const RATE: &str = "margin: Rate(im: 0.15, mm: 0.10)";

fn world(margin: &str) -> Source {
    assert!(SMALL.contains(RATE));
    let text = SMALL.replacen(RATE, &format!("margin: {margin}"), 1);
    Source { name: "test".to_string(), text, origin: Origin::BuiltIn }
}

/// The plan of a lender with this margin.
fn loads(margin: &str) -> MarginPlan {
    // So little leverage that the funds can post for any of them.
    let sets = ["traders.fund-a.leverage=0.4", "traders.fund-b.leverage=0.4"];
    let sets: Vec<Override> = sets.iter().map(|set| set.parse().expect("a path and a value")).collect();
    match load_source(world(margin), &sets) {
        Ok(loaded) => loaded.plan.lenders[0].margin.clone(),
        Err(error) => panic!("{margin}: {:#?}", error.findings()),
    }
}

/// Each of these, in this order, and nothing else: path below the model, and words of the finding.
fn says(margin: &str, model: &str, expected: &[(&str, &str)]) {
    let Err(WorldError::Findings { findings, .. }) = load_source(world(margin), &[]) else {
        panic!("{margin} should not load")
    };
    let mut found: Vec<_> = findings.iter().filter(|finding| finding.path.contains("margin")).collect();
    for (path, words) in expected {
        let path = format!("lenders.broker.margin.{model}.{path}");
        let index = found.iter().position(|finding| finding.path == path && finding.to_string().contains(words));
        let index = index.unwrap_or_else(|| panic!("nothing about {path} and {words:?} in {findings:#?}"));
        assert!(found[index].place.is_some(), "{}", found[index]);
        found.remove(index);
    }
    assert!(found.is_empty(), "{found:#?}");
}

const REG_T: &str = "RegT(initial: 0.5, maintenance_long: 0.25, maintenance_short: 0.3,
    floors: (below: 5.0, low_per_unit: 2.5, low_rate: 1.0, per_unit: 5.0), options: (rate: 0.2, least: 0.1),
    surcharge: {\"acme\": 0.15})";
const TIERED: &str = "Tiered(brackets: [
    (up_to: 50_000.0, rate: 0.004, max_leverage: 125.0), (up_to: 600_000.0, rate: 0.005, max_leverage: 100.0, deduction: 50.0),
    (rate: 0.0065, max_leverage: 75.0, deduction: 950.0)], leverage: 20.0)";
const SCAN: &str = "Scan(range: (down: 0.15, up: 0.15), option_minimum: 0.375, im_factor: 1.2,
    groups: {\"broad indices\": (members: [\"acme\"], range: (down: 0.08, up: 0.06), offset: 0.9)})";
const SPAN: &str = "Span(commodities: {\"acme\": (price_scan: PerContract(20.0), volatility_scan: 0.35)},
    extreme: (multiple: 3.0, cover: 0.33), im_factor: 1.1)";
const VALUE_AT_RISK: &str = "ValueAtRisk(method: FilteredHistorical(lambda: 0.97), confidence: 0.99, horizon_days: 2.0,
    window: 250, every: Day, expected_shortfall: true)";
const HEALTH: &str = "Health(collateral: {\"acme\": (loan_to_value: 0.805, threshold: 0.83)})";

#[test]
fn each_model_has_a_sentence_in_the_language() {
    assert!(matches!(loads(REG_T), MarginPlan::RegT(_)));
    assert!(matches!(loads(TIERED), MarginPlan::Tiered(_)));
    assert!(matches!(loads(SCAN), MarginPlan::Scan(_)));
    assert!(matches!(loads(SPAN), MarginPlan::Span(_)));
    assert!(matches!(loads(VALUE_AT_RISK), MarginPlan::ValueAtRisk(_)));
    assert!(matches!(loads(HEALTH), MarginPlan::Health(_)));
    assert!(matches!(loads("Rate(im: 0.15, mm: 0.1)"), MarginPlan::Rate { .. }));
    let own = "Rate(im: 0.15, mm: 0.1, short: (im: 0.3, mm: 0.2), per_instrument: {\"acme\": (im: 0.2, mm: 0.2)})";
    assert!(matches!(loads(own), MarginPlan::Rates(_)));
}

#[test]
fn rates_over_one_or_the_wrong_way_round_are_found() {
    let rate = "Rate(im: 0.1, mm: 0.2, short: (im: 15.0, mm: 0.2), per_instrument: {\"amce\": (im: -1.0, mm: 0.0)})";
    let found = [
        ("mm", "above the initial rate"),
        ("short.im", "outside 0.000000001 to 10"),
        ("per_instrument.amce", "did you mean \"acme\"?"),
        ("per_instrument.amce.im", "-1 is not a rate"),
        ("per_instrument.amce.mm", "0 is not a rate"),
    ];
    says(rate, "rate", &found);
    let reg_t = "RegT(initial: 0.2, maintenance_long: 0.25, maintenance_short: NaN,
        floors: (below: -5.0, low_per_unit: 2.5, low_rate: 3.0, per_unit: 1e300), options: (rate: 0.1, least: 0.2),
        surcharge: {\"acme\": 20.0}, not_marginable: [\"acme\", \"acmee\"])";
    let found = [
        ("maintenance_long", "above the initial rate"),
        ("maintenance_short", "NaN"),
        ("floors.below", "-5"),
        ("floors.low_rate", "3 is not a rate"),
        ("floors.per_unit", "1e300"),
        ("options.least", "above the rate"),
        ("surcharge.acme", "outside 0 to 10"),
        ("not_marginable[0]", "has a surcharge"),
        ("not_marginable[1]", "did you mean \"acme\"?"),
    ];
    says(reg_t, "reg_t", &found);
    let health = "Health(collateral: {\"acme\": (loan_to_value: 0.9, threshold: 0.8), \"gold\": (loan_to_value: 0.1, threshold: 1.1)})";
    let found = [
        ("collateral.acme.threshold", "below the loan-to-value"),
        ("collateral.gold", "there is no instrument"),
        ("collateral.gold.threshold", "outside 0 to 1"),
    ];
    says(health, "health", &found);
}

#[test]
fn brackets_that_overlap_fall_or_leave_gaps_are_found() {
    let brackets = "Tiered(brackets: [
        (up_to: 100.0, rate: 0.02, max_leverage: 40.0), (up_to: 100.0, rate: 0.01, max_leverage: 50.0),
        (rate: 0.03, max_leverage: 20.0), (up_to: 300.0, rate: 0.05, max_leverage: 30.0, deduction: 7.0)],
        per_instrument: {\"acme\": []}, leverage: 0.5)";
    let found = [
        ("leverage", "outside 1 to 1000"),
        ("brackets[1].up_to", "they overlap"),
        ("brackets[1].rate", "falls from 0.02 to 0.01"),
        ("brackets[1].max_leverage", "rises from 40 to 50"),
        ("brackets[2].up_to", "never reached"),
        ("brackets[3].up_to", "above 300"),
        ("brackets[3].max_leverage", "initial margin is below"),
        ("brackets[3].max_leverage", "rises from 20 to 30"),
        ("brackets[3].deduction", "not what makes the brackets meet"),
        ("per_instrument.acme", "there are 0 brackets"),
    ];
    says(brackets, "tiered", &found);
}

#[test]
fn scans_with_offsets_that_are_none_are_found() {
    let scan = "Scan(range: (down: 0.0, up: 20.0), im_factor: 0.5, option_minimum: -1.0, groups: {
        \"one\": (members: [\"acme\", \"acme\"], range: (down: 0.1, up: 0.1), offset: 1.5),
        \"two\": (members: [], range: (down: 0.1, up: inf), offset: -0.1)})";
    let found = [
        ("range.down", "0 is not a rate"),
        ("range.up", "outside 0.000000001 to 10"),
        ("option_minimum", "-1"),
        ("im_factor", "outside 1 to 10"),
        ("groups.one.offset", "outside 0 to 1"),
        ("groups.one.members[1]", "already"),
        ("groups.two.range.up", "inf is not a finite number"),
        ("groups.two.offset", "outside 0 to 1"),
        ("groups.two.members", "empty"),
    ];
    says(scan, "scan", &found);
    let span = "Span(commodities: {\"acme\": (price_scan: Rate(1.5), volatility_scan: 3.0, spread_charge: -1.0),
        \"wheat\": (price_scan: PerContract(-5.0), short_option_minimum: NaN)}, others: 0.0,
        extreme: (multiple: 0.0, cover: 2.0), im_factor: 0.0,
        credits: [(between: ((\"acme\", 1.0), (\"acme\", 0.0)), rate: 1.2), (between: ((\"acme\", 1.0), (\"corn\", 1.0)), rate: 0.5)])";
    let found = [
        ("others", "0 is not a rate"),
        ("im_factor", "outside 1 to 10"),
        ("extreme.multiple", "outside 1 to 10"),
        ("extreme.cover", "outside 0 to 1"),
        ("commodities.acme.price_scan", "1.5 is not a rate"),
        ("commodities.acme.volatility_scan", "outside 0 to 1"),
        ("commodities.acme.spread_charge", "-1"),
        ("commodities.wheat", "there is no instrument"),
        ("commodities.wheat.price_scan", "-5"),
        ("commodities.wheat.short_option_minimum", "NaN"),
        ("credits[0].rate", "outside 0 to 1"),
        ("credits[0].between", "outside 0.000001"),
        ("credits[0].between", "both sides"),
        ("credits[1].between", "\"corn\" is none of the commodities"),
    ];
    says(span, "span", &found);
}

#[test]
fn a_value_at_risk_of_no_sense_or_no_end_is_found() {
    let model =
        "ValueAtRisk(method: Ewma(lambda: 1.0), confidence: 0.5, horizon_days: 0.0, window: 1_000_000, every: Tick,
        ordinary_correlation: -0.5, im_factor: 99.0)";
    let found = [
        ("confidence", "0.5 is not a confidence"),
        ("horizon_days", "outside"),
        ("ordinary_correlation", "outside 0 to 1"),
        ("im_factor", "outside 1 to 10"),
        ("method.ewma.lambda", "1 is not a weight"),
        ("window", "a window of 1000000 rows"),
    ];
    says(model, "value_at_risk", &found);
}
