//! What a world may say around a margin model: collateral, add-ons, modes, volatility. And what is found wrong with it.

use firesale::findings::Finding;
use firesale::margin::collateral::Tier;
use firesale::plan::Plan;
use firesale::units::{InstrumentId, Rate};
use firesale::world::{Origin, Source, WorldError, load_source};

const SMALL: &str = include_str!("world_fixtures/small.ron");

fn read(around: &str, world: &str) -> Result<Plan, WorldError> {
    let at = SMALL.find("calls: (").expect("a lender's calls");
    let text = format!("{}{around}\n{}", &SMALL[..at], &SMALL[at..]);
    let text = text.replacen("shocks:", &format!("{world}\nshocks:"), 1);
    let source = Source { name: "test".to_string(), text, origin: Origin::BuiltIn };
    load_source(source, &[]).map(|loaded| loaded.plan)
}

/// The same without the firms, who would be born broken where what they hold counts for little.
fn read_without_clients(around: &str) -> Result<Plan, WorldError> {
    let at = SMALL.find("calls: (").expect("a lender's calls");
    let (firms, others) = (SMALL.find("\"fund-a\"").expect("a firm"), SMALL.find("\"noise\"").expect("others"));
    let text = format!("{}{around}\n{}{}", &SMALL[..at], &SMALL[at..firms], &SMALL[others..]);
    let source = Source { name: "test".to_string(), text, origin: Origin::BuiltIn };
    load_source(source, &[]).map(|loaded| loaded.plan)
}

fn findings(around: &str, world: &str) -> Vec<Finding> {
    read(around, world).expect_err("this world should not load").findings().to_vec()
}

fn percent(percent: i64) -> Rate {
    Rate::from_billionths(percent * 10_000_000)
}

#[test]
fn left_out_means_counted_in_full_with_nothing_on_top_in_one_pool() {
    let plan = read("", "").expect("it loads");
    let terms = plan.lenders[0].terms();
    assert!(terms.collateral.is_none() && terms.add_ons.is_none() && plan.volatility.is_none());
}

#[test]
fn collateral_is_read_into_whole_numbers() {
    let around = "collateral: (items: {\"STOCK\": (haircut: 0.15, foreign: true, tier: 2, cap: 0.5)},
        tiers: [1.0, 0.4], foreign_haircut: 0.08, own_tokens: 0.05),";
    let plan = read_without_clients(&named(around)).expect("it loads");
    let collateral = plan.lenders[0].collateral.as_ref().expect("there is some");
    let item = collateral.items[0].expect("it is named");
    assert_eq!((item.haircut, item.cap, item.tier), (percent(23), percent(50), Tier::Nth(1)));
    assert_eq!((&*collateral.tier_limits, collateral.own_limit), (&[percent(100), percent(40)][..], percent(5)));
    assert!(collateral.replaces_margin(InstrumentId::new(0), firesale::units::Lots::new(1)));
}

#[test]
fn what_is_not_accepted_counts_for_nothing() {
    let plan = read_without_clients(&named("collateral: (items: {\"STOCK\": (accepted: false)}),")).expect("it loads");
    let item = plan.lenders[0].collateral.as_ref().expect("there is some").items[0].expect("it is named");
    assert_eq!(item.haircut, Rate::ONE);
}

#[test]
fn volatility_is_judged_where_a_lender_follows_it_or_the_world_says_so() {
    let scaling = "add_ons: (volatility: (power: 1.0, floor: 1.0, cap: 4.0)),";
    assert!(read(scaling, "").expect("it loads").volatility.is_some());
    assert!(read("add_ons: (buffer: 0.1),", "").expect("it loads").volatility.is_some());
    assert!(read("add_ons: (days_to_exit: [(over: 2.0, add: 0.1)]),", "").expect("it loads").volatility.is_none());
    let judged = read("", "volatility: (half_life_days: 1.0, every: \"5m\"),").expect("it loads").volatility;
    assert_eq!(judged.expect("the world says so").every_ticks, 5);
}

/// The stock of the small world by its name there.
fn named(around: &str) -> String {
    let plan = read("", "").expect("it loads");
    around.replace("STOCK", &plan.instruments[0].name)
}

#[test]
fn everything_wrong_around_a_model_is_found_at_once() {
    let around = "collateral: (
            items: {\"STOCK\": (haircut: 1.5, tier: 3, cap: -0.1), \"nothing\": ()},
            other: (own_token: true, tier: 1), tiers: [2.0], foreign_haircut: -1.0, own_tokens: 7.0,
        ),
        add_ons: (
            days_to_exit: [(over: 5.0, add: 0.1), (over: 2.0, add: 0.2)],
            share_of_float: [(over: -1.0, add: 99.0)],
            volatility: (power: -1.0, floor: 1e308, cap: 0.5, stressed: (weight: 2.0, ratio: -3.0)),
            buffer: -0.25,
        ),
        mode: Segmented(groups: {\"a\": [\"STOCK\", \"nobody\"], \"b\": [\"STOCK\"], \"other\": []}),";
    let found = findings(&named(around), "volatility: (half_life_days: 0.0, every: \"0s\"),");
    let stock = &read("", "").expect("it loads").instruments[0].name;
    let lender = &read("", "").expect("it loads").lenders[0].name;
    let at = format!("lenders.{lender}");
    let expected = [
        (format!("{at}.collateral.items.{stock}.haircut"), "outside 0 to 1"),
        (format!("{at}.collateral.items.{stock}.tier"), "there is no tier 3"),
        (format!("{at}.collateral.items.{stock}.cap"), "outside 0 to 1"),
        (format!("{at}.collateral.items.nothing"), "there is no instrument"),
        (format!("{at}.collateral.other.tier"), "a tier of their own"),
        (format!("{at}.collateral.tiers[0]"), "outside 0 to 1"),
        (format!("{at}.collateral.foreign_haircut"), "outside 0 to 1"),
        (format!("{at}.collateral.own_tokens"), "outside 0 to 1"),
        (format!("{at}.add_ons.days_to_exit[1]"), "does not follow"),
        (format!("{at}.add_ons.share_of_float[0].over"), "not a number from 0"),
        (format!("{at}.add_ons.share_of_float[0].add"), "outside 0 to 10"),
        (format!("{at}.add_ons.volatility.power"), "outside 0 to 4"),
        (format!("{at}.add_ons.volatility.floor"), "outside 0 to 100"),
        (format!("{at}.add_ons.volatility.cap"), "outside 1 to 1000"),
        (format!("{at}.add_ons.volatility.stressed.weight"), "outside 0 to 1"),
        (format!("{at}.add_ons.volatility.stressed.ratio"), "outside 0 to 100"),
        (format!("{at}.add_ons.buffer"), "outside 0 to 10"),
        (format!("{at}.mode.segmented.groups.a[1]"), "there is no instrument"),
        (format!("{at}.mode.segmented.groups.b[0]"), "already stands in group"),
        (format!("{at}.mode.segmented.groups.other"), "the pool of what no group names"),
        ("volatility.half_life_days".to_string(), "outside"),
        ("volatility.every".to_string(), "some time apart"),
    ];
    for (path, words) in &expected {
        let finding = found.iter().find(|finding| finding.path == *path);
        let finding = finding.unwrap_or_else(|| panic!("nothing about {path} in {found:#?}"));
        assert!(finding.to_string().contains(words), "{finding} does not say {words:?}");
        assert!(finding.place.is_some(), "{finding} has no place");
    }
    assert_eq!(found.len(), expected.len(), "{found:#?}");
}

#[test]
fn a_swap_is_no_collateral() {
    let text = include_str!("world_fixtures/every_part.ron");
    let swap = text[..text.find(": Swap(").expect("a swap")].rsplit('"').nth(1).expect("its name");
    let at = text.find("calls: (").expect("a lender's calls");
    let text = format!("{}collateral: (items: {{\"{swap}\": ()}}),\n{}", &text[..at], &text[at..]);
    let source = Source { name: "test".to_string(), text: text.clone(), origin: Origin::BuiltIn };
    let error = load_source(source, &[]).expect_err("this world should not load");
    assert!(error.findings()[0].reason.contains("owned outright"), "{error}");
}
