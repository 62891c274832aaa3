//! What holds for margin models: for all of them, and for those it should hold for. Options to the cent.

use firesale::contracts::option_now;
use firesale::margin::collateral::{Collateral, Item, Tier};
use firesale::margin::models::value_at_risk::Method;
use firesale::margin::models::{About, Breakdown, Scenario, What, Why, reg_t, scan, span, value_at_risk};
use firesale::margin::{
    CallLevel, Every, Facts, MarginFile, MarginPlan, Marks, Payoff, Position, Requirement, Right, Sorted, Terms,
    requirement,
};
use firesale::named::Named;
use firesale::units::{Cash, InstrumentId, Lots, Price, Rate, StepValue, Time};
use language::read::{Described, KindContent, Read};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeSet;
use std::sync::Arc;

#[path = "support/models.rs"]
mod models;

const RATE: usize = 0;
const REG_T: usize = 1;
const TIERED: usize = 2;
const SCAN: usize = 3;
const SPAN: usize = 4;
const VALUE_AT_RISK: usize = 5;
const HEALTH: usize = 6;
const PLAIN_RATE: usize = 7;

/// Four things to own, four contracts on them, four options on them.
const SPOTS: usize = 4;
const LINEAR: usize = 2 * SPOTS;
const ALL: usize = 3 * SPOTS;

struct Case {
    rng: ChaCha8Rng,
    marks: Marks,
    file: MarginFile,
    plan: MarginPlan,
}

fn id(index: usize) -> InstrumentId {
    InstrumentId::from_index(index)
}

fn underlying() -> Vec<Option<InstrumentId>> {
    (0..ALL).map(|index| (index >= SPOTS).then(|| id(index % SPOTS))).collect()
}

fn case(model: usize, seed: u64) -> Case {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let prices: Vec<i64> = (0..SPOTS).map(|_| rng.random_range(1..200_000)).collect();
    let price = |index: usize| match index < LINEAR {
        true => prices[index % SPOTS],
        false => prices[index % SPOTS] / 20,
    };
    let facts = |index: usize, rng: &mut ChaCha8Rng| Facts {
        payoff: match index < LINEAR {
            true => Payoff::Linear,
            false => Payoff::Option {
                right: if rng.random_bool(0.5) { Right::Call } else { Right::Put },
                strike: Price::new(prices[index % SPOTS] * rng.random_range(70..130) / 100),
                expiry: Time::from_seconds(rng.random_range(0..86_400 * 90)),
            },
        },
        underlying: id(index % SPOTS),
        step_size: 0.01,
        daily_volatility: rng.random_range(0.005..0.06),
        ..Facts::unknown(id(index))
    };
    let about: Vec<_> = (0..ALL).map(|index| facts(index, &mut rng)).collect();
    let mut marks = Marks::new((0..ALL).map(|index| (StepValue::new(1), Price::new(price(index))))).with_facts(about);
    let every = if rng.random_bool(0.5) { Every::Day } else { Every::Tick };
    marks.remember(every, 40);
    for _ in 0..rng.random_range(0..60) {
        for spot in 0..SPOTS {
            let old = marks.price(id(spot)).steps();
            let new = Price::new(old + rng.random_range(-old / 20 - 1..=old / 20 + 1));
            marks.set(id(spot), new);
            marks.set(id(spot + SPOTS), new);
        }
        marks.end_row(every);
    }
    let names = models::names(ALL);
    let file = models::any_file(model, &names[..SPOTS], &names[..LINEAR], &mut rng);
    let plan = models::planned(&file, &underlying());
    Case { rng, marks, file, plan }
}

impl Case {
    fn position(&self, index: usize, lots: i64) -> Position {
        let (instrument, lots) = (id(index), Lots::new(lots));
        let value = self.marks.value(instrument, lots);
        Position { instrument, lots, mark: self.marks.price(instrument), value, worth: value }
    }

    /// Up to so many different things, of the first so many there are.
    fn account(&mut self, most: usize, of: usize) -> Vec<Position> {
        let mut held: Vec<usize> = (0..of).collect();
        while held.len() > most || (held.len() > 1 && self.rng.random_bool(0.3)) {
            held.remove(self.rng.random_range(0..held.len()));
        }
        let mut lots = || {
            let most = 10i64.pow(self.rng.random_range(0..6));
            self.rng.random_range(-most..=most)
        };
        let lots: Vec<_> = held.iter().map(|_| lots()).collect();
        held.into_iter().zip(lots).map(|(index, lots)| self.position(index, lots)).collect()
    }

    fn needs(&self, held: &[Position]) -> Requirement {
        self.plan.requirement(&self.marks, held.iter().copied())
    }
}

fn gross(held: &[Position]) -> Cash {
    held.iter().map(|position| position.value.abs()).sum()
}

const SEEDS: u64 = 400;

#[test]
fn every_model_is_among_those_tested() {
    let tested: BTreeSet<&str> = (0..models::MODELS).map(|model| case(model, 0).file.variant()).collect();
    let Described::Kind(kind) = MarginFile::described() else { panic!("a kind") };
    let KindContent::Choices(choices) = kind.content else { panic!("choices") };
    let asks = choices.iter().map(|choice| choice.name).filter(|name| *name != "Unmargined");
    assert_eq!(asks.collect::<BTreeSet<_>>(), tested, "each has a line in tests/support/models.rs");
}

#[test]
fn no_requirement_is_negative_or_has_less_to_open_with_than_to_keep() {
    for model in 0..models::MODELS {
        for seed in 0..SEEDS {
            let mut case = case(model, seed);
            for of in [LINEAR, ALL] {
                let held = case.account(6, of);
                let needs = case.needs(&held);
                assert!(!needs.mm.is_negative() && needs.mm <= needs.im, "{:?}: {needs:?} of {held:?}", case.file);
            }
            assert_eq!(case.needs(&[]), Requirement::ZERO);
            assert_eq!(case.needs(&[case.position(0, 0)]), Requirement::ZERO);
        }
    }
}

#[test]
fn what_it_is_made_of_adds_up_to_the_unit() {
    for model in 0..models::MODELS {
        for seed in 0..SEEDS {
            let mut case = case(model, seed);
            let held = case.account(6, ALL);
            let told = case.plan.breakdown(&case.marks, held.iter().copied());
            assert_eq!(told.total, case.needs(&held));
            assert_eq!(told.stated(), told.total, "{:?}: {told:#?}", case.file);
            assert_eq!(told.lines.len(), held.iter().filter(|position| !position.lots.is_zero()).count());
            let rounding = told.adjustments.iter().find(|item| item.what == What::Rounding);
            let most = Cash::minor(2 * (told.lines.len() + told.adjustments.len()) as i128 + 2);
            assert!(rounding.is_none_or(|item| item.amount.mm.abs() <= most), "{:?}: {told:#?}", case.file);
        }
    }
}

/// Linear positions; no spread charge, whose amount has nothing to do with value.
#[test]
fn netting_models_never_ask_for_more_than_gross_nor_than_position_by_position() {
    for model in [SCAN, SPAN] {
        for seed in 0..SEEDS {
            let mut case = case(model, seed);
            let by_value = |commodity: &span::CommodityFile| {
                commodity.spread_charge == 0.0 && matches!(commodity.price_scan, span::PriceScanFile::Rate(_))
            };
            if let MarginFile::Span(file) = &case.file
                && !file.commodities.iter().all(|(_, commodity)| by_value(commodity))
            {
                continue;
            }
            let held = case.account(6, LINEAR);
            let mm = case.needs(&held).mm;
            assert!(mm <= gross(&held), "{:?}: {mm} of {held:?}", case.file);
            let alone: Cash = held.iter().map(|position| case.needs(&[*position]).mm).sum();
            assert!(mm <= alone, "{:?}: {mm}, alone {alone}: {held:?}", case.file);
        }
    }
    for model in [RATE, PLAIN_RATE, HEALTH, TIERED] {
        for seed in 0..SEEDS {
            let mut case = case(model, seed);
            let held = case.account(6, ALL);
            assert!(case.needs(&held).im <= gross(&held) + Cash::minor(1), "{:?}", case.file);
        }
    }
}

/// All but brackets, which are there so that it does not hold.
#[test]
fn so_many_times_the_positions_need_so_many_times_the_margin() {
    for model in [RATE, REG_T, SCAN, SPAN, VALUE_AT_RISK, HEALTH, PLAIN_RATE] {
        for seed in 0..SEEDS {
            let mut case = case(model, seed);
            // What a stock covers are whole contracts, which does not scale.
            let of = if model == REG_T { LINEAR } else { ALL };
            let held = case.account(6, of);
            let times = case.rng.random_range(2..40);
            let more: Vec<_> =
                held.iter().map(|own| case.position(own.instrument.index(), times * own.lots.get())).collect();
            let (once, often) = (case.needs(&held), case.needs(&more));
            for (once, often) in [(once.im, often.im), (once.mm, often.mm)] {
                let expected = Cash::minor(once.to_minor() * i128::from(times));
                let off = expected - often;
                // Once is rounded up by less than a unit, and that is what is multiplied (twice where IM is of MM).
                let most = 2 * i128::from(times) + 2;
                assert!(off.abs() <= Cash::minor(most), "{:?}: {expected} is not {often}", case.file);
            }
        }
    }
}

#[test]
fn more_of_the_same_never_needs_less() {
    for model in 0..models::MODELS {
        for seed in 0..SEEDS {
            let mut case = case(model, seed);
            let index = case.rng.random_range(0..LINEAR);
            let lots = case.rng.random_range(1..10_000) * if case.rng.random_bool(0.5) { 1 } else { -1 };
            let (one, more) =
                (case.needs(&[case.position(index, lots)]), case.needs(&[case.position(index, 2 * lots)]));
            assert!(one.im <= more.im && one.mm <= more.mm, "{:?}: {lots} of {index}: {one:?} {more:?}", case.file);
        }
    }
}

/// A position in something that nothing held is on, where the model nets nothing across underlyings.
#[test]
fn what_a_model_does_not_offset_never_helps() {
    for model in [RATE, REG_T, TIERED, SCAN, SPAN, HEALTH, PLAIN_RATE] {
        for seed in 0..SEEDS {
            let mut case = case(model, seed);
            match &mut case.file {
                MarginFile::Scan(file) => file.groups = Named::default(),
                MarginFile::Span(file) => file.credits.clear(),
                _ => {}
            }
            case.plan = models::planned(&case.file, &underlying());
            let held = case.account(6, ALL);
            let on = |position: &Position| position.instrument.index() % SPOTS;
            let (before, added): (Vec<_>, Vec<_>) = held.into_iter().partition(|position| on(position) != 0);
            let all: Vec<_> = before.iter().chain(&added).copied().collect();
            let (without, with) = (case.needs(&before), case.needs(&all));
            assert!(without.im <= with.im && without.mm <= with.mm, "{:?}: {without:?} {with:?}", case.file);
        }
    }
}

#[test]
fn no_number_makes_a_model_panic() {
    for model in 0..models::MODELS {
        for seed in 0..60 {
            let mut case = case(model, seed);
            for volatility in [0.0, 1e-300, 1e308, f64::INFINITY, f64::NAN, -1.0] {
                for price in [0, 1, -1, -3_763, 1 << 30, -(1 << 30)] {
                    (0..ALL).for_each(|index| case.marks.set_volatility(id(index), volatility));
                    for spot in 0..SPOTS {
                        case.marks.set(id(spot), Price::new(price));
                        case.marks.set(id(spot + SPOTS), Price::new(price));
                    }
                    let held = case.account(6, ALL);
                    let needs = case.needs(&held);
                    assert!(!needs.mm.is_negative() && needs.mm <= needs.im, "{:?}: {needs:?}", case.file);
                    case.plan.breakdown(&case.marks, held.iter().copied());
                }
            }
        }
    }
}

/// What is named as collateral covers and hedges what it would otherwise, whatever its haircut.
#[test]
fn declaring_what_is_held_as_collateral_never_makes_a_model_ask_for_more() {
    let (mut both, mut hedging) = (0, 0);
    for (model, seed) in (0..models::MODELS).flat_map(|model| (0..SEEDS).map(move |seed| (model, seed))) {
        let mut case = case(model, seed);
        let held = case.account(6, ALL);
        let mut item = || {
            let haircut = Rate::from_billionths(case.rng.random_range(0..=1_000_000_000));
            let item = Item { haircut, cap: Rate::ONE, tier: Tier::None, margined: false };
            case.rng.random_bool(0.7).then_some(item)
        };
        let items = (0..ALL).map(|index| if index < SPOTS { item() } else { None }).collect();
        let collateral = Collateral { items, tier_limits: [].into(), own_limit: Rate::ZERO };
        let plain = Terms::plain(case.plan.clone(), CallLevel::Maintenance);
        let sorted = Sorted::of(&case.plan, &collateral, &case.marks, held.iter().copied());
        let named = Terms { collateral: Some(Arc::new(collateral)), ..plain.clone() };
        let [before, after] = [&plain, &named].map(|terms| requirement(terms, &case.marks, held.iter().copied()));
        assert!(after.mm <= before.mm && after.im <= before.im, "{:?}: {before:?} {after:?}: {held:#?}", case.file);
        // Nothing is lost and nothing is there twice.
        for position in &held {
            let lots = |of: &[Position]| -> i64 {
                of.iter().filter(|it| it.instrument == position.instrument).map(|it| it.lots.get()).sum()
            };
            assert_eq!(lots(&sorted.margined) + lots(&sorted.beside), position.lots.get());
            both += usize::from(lots(&sorted.margined) != 0 && lots(&sorted.beside) != 0);
        }
        hedging += usize::from(!sorted.beside.is_empty() && after.mm < before.mm);
    }
    assert!(both > 20 && hedging > 200, "{both} hedge in part, {hedging} are asked for less");
}

/// A unit of something else, a call that is worth nothing and what is not accepted lift no haircut.
#[test]
fn what_is_counted_less_what_is_required_does_not_leap_when_a_trifle_is_held_beside_collateral() {
    let scan = |offset: f64| {
        let range = scan::RangeFile { down: 0.15, up: 0.15 };
        let group = scan::GroupFile { members: models::names(2), range, offset };
        let groups = [("both".to_owned(), group)].into_iter().collect();
        MarginFile::Scan(scan::File { range, groups, option_minimum: 0.0, im_factor: 1.0 })
    };
    let stands = |offset: f64, haircut: i64, held: [i64; 2]| {
        let marks = Marks::new([(StepValue::new(1), Price::new(10_000)), (StepValue::new(1), Price::new(100))]);
        let item = Item {
            haircut: Rate::from_billionths(haircut * 10_000_000),
            cap: Rate::ONE,
            tier: Tier::None,
            margined: false,
        };
        let items = [Some(item), None].into();
        let collateral = Collateral { items, tier_limits: [].into(), own_limit: Rate::ZERO };
        let margin = models::planned(&scan(offset), &[None, None]);
        let terms =
            Terms { collateral: Some(Arc::new(collateral.clone())), ..Terms::plain(margin, CallLevel::Maintenance) };
        let position = |(index, lots): (usize, i64)| {
            let (instrument, lots) = (id(index), Lots::new(lots));
            let value = marks.value(instrument, lots);
            Position { instrument, lots, mark: marks.price(instrument), value, worth: value }
        };
        let held: Vec<Position> = held.into_iter().enumerate().map(position).filter(|it| !it.lots.is_zero()).collect();
        let sorted = Sorted::of(&terms.margin, &collateral, &marks, held.iter().copied());
        let worth: Cash = held.iter().map(|position| position.worth).sum();
        let counted = worth - collateral.cut(Cash::ZERO, sorted.pledged.iter().copied());
        (counted, requirement(&terms, &marks, held.iter().copied()).mm)
    };
    // $100,000 of the first at a haircut of a half; a unit of the second short, at $1: its debt and 15 cents, which the first
    // hedges by what the group says.
    assert_eq!(stands(0.0, 50, [1_000, 0]), (dollars(50_000.0), Cash::ZERO));
    assert_eq!(stands(0.0, 50, [1_000, -1]), (dollars(49_999.0), dollars(0.15)));
    assert_eq!(stands(0.9, 50, [1_000, -1]), (dollars(49_999.0), dollars(0.0)));
    // What is not accepted counts for nothing, and hedges all the same.
    assert_eq!(stands(0.9, 100, [1_000, -1]), (dollars(-1.0), dollars(0.0)));
    assert_eq!(stands(0.9, 100, [1_000, 1]), (dollars(1.0), dollars(0.15)));
}

const STOCK: usize = 0;
const CALL: usize = 1;
const PUT: usize = 2;

/// A stock, a call and a put on 100 of it, marks in cents; no volatility and no time left but a day, so that an
/// option is worth what exercise brings.
struct Options {
    marks: Marks,
}

impl Options {
    fn new(stock: i64, call: (i64, i64), put: (i64, i64)) -> Self {
        let option = |index: usize, right, strike| Facts {
            payoff: Payoff::Option { right, strike: Price::new(strike), expiry: Time::from_seconds(86_400) },
            underlying: id(STOCK),
            step_size: 0.01,
            lot_units: 100.0,
            ..Facts::unknown(id(index))
        };
        let stock_facts = Facts { step_size: 0.01, ..Facts::unknown(id(STOCK)) };
        let marks = Marks::new(
            [(1, stock), (100, call.1), (100, put.1)]
                .map(|(step_value, mark)| (StepValue::new(step_value), Price::new(mark))),
        );
        let facts = [stock_facts, option(CALL, Right::Call, call.0), option(PUT, Right::Put, put.0)];
        Self { marks: marks.with_facts(facts) }
    }

    fn held(&self, lots: [i64; 3]) -> Vec<Position> {
        let position = |(index, lots): (usize, i64)| {
            let (instrument, lots) = (id(index), Lots::new(lots));
            let value = self.marks.value(instrument, lots);
            Position { instrument, lots, mark: self.marks.price(instrument), value, worth: value }
        };
        lots.into_iter().enumerate().map(position).collect()
    }

    fn needs(&self, plan: &MarginPlan, lots: [i64; 3]) -> Requirement {
        plan.requirement(&self.marks, self.held(lots).into_iter())
    }

    fn told(&self, plan: &MarginPlan, lots: [i64; 3]) -> Breakdown {
        plan.breakdown(&self.marks, self.held(lots).into_iter())
    }
}

fn dollars(amount: f64) -> Cash {
    Cash::minor((amount * 100.0).round() as i128)
}

/// In dollars and cents.
fn of_options(file: &MarginFile) -> MarginPlan {
    use firesale::margin::models::Context;
    let about = |(name, underlying)| About { name, underlying, contract: None };
    let instruments = [("stock", None), ("call", Some(id(STOCK))), ("put", Some(id(STOCK)))].map(about);
    file.plan(&Context::new(instruments, 2, 390.0))
}

fn reg_t() -> MarginPlan {
    of_options(&MarginFile::RegT(reg_t::File {
        initial: 0.5,
        maintenance_long: 0.25,
        maintenance_short: 0.3,
        floors: Some(reg_t::FloorsFile { below: 5.0, low_per_unit: 2.5, low_rate: 1.0, per_unit: 5.0 }),
        options: Some(reg_t::OptionsFile { rate: 0.2, least: 0.1 }),
        surcharge: Named::default(),
        not_marginable: vec![],
    }))
}

#[test]
fn reg_t_asks_a_fifth_of_the_underlying_less_what_a_short_option_is_out_of_the_money() {
    // Stock at $100; calls at 110 for $2; puts at 90 for $1.
    let world = Options::new(10_000, (11_000, 200), (9_000, 100));
    // Call: 20 % of $100 less $10 is $10, as much as the least 10 %; on 2 × 100 that is $2,000.
    assert_eq!(world.needs(&reg_t(), [0, -2, 0]).mm, dollars(2_000.0));
    // Put: 20 % of $100 less $10 is $10, more than 10 % of the strike.
    assert_eq!(world.needs(&reg_t(), [0, 0, -1]).mm, dollars(1_000.0));
    // Far out of the money the least counts: 10 % of $60 for the call, of $90 for the put.
    let fallen = Options::new(6_000, (11_000, 5), (2_000, 5));
    assert_eq!(fallen.needs(&reg_t(), [0, -1, 0]).mm, dollars(600.0));
    assert_eq!(fallen.needs(&reg_t(), [0, 0, -1]).mm, dollars(200.0));
    assert_eq!(fallen.told(&reg_t(), [0, -1, 0]).lines[0].why, Why::ShortOptionMinimum);
    // In the money nothing is taken off: 20 % of $120.
    let risen = Options::new(12_000, (11_000, 1_100), (9_000, 10));
    let needs = risen.needs(&reg_t(), [0, -1, 0]);
    assert_eq!((needs.im, needs.mm), (dollars(2_400.0), dollars(2_400.0)));
}

#[test]
fn reg_t_asks_nothing_for_what_is_covered_and_all_of_what_is_bought() {
    let world = Options::new(10_000, (11_000, 200), (9_000, 100));
    // 250 shares cover two of three calls: a quarter of $25,000, and $1,000 for the third. The premium of two, $400, has
    // paid for a part of the shares.
    let needs = world.needs(&reg_t(), [250, -3, 0]);
    assert_eq!(needs, Requirement { im: dollars(12_500.0 + 1_000.0 - 400.0), mm: dollars(6_250.0 + 1_000.0) });
    let told = world.told(&reg_t(), [250, -3, 0]);
    assert_eq!(told.lines[1].why, Why::Covered { stock: Lots::new(2), spread: Lots::ZERO, straddle: Lots::ZERO });
    assert_eq!((told.lines[1].alone.mm, told.lines[1].part.mm), (dollars(3_000.0), dollars(1_000.0)));
    // A long stock covers no put, a short one does.
    assert_eq!(world.needs(&reg_t(), [100, 0, -1]).mm, dollars(2_500.0 + 1_000.0));
    assert_eq!(world.needs(&reg_t(), [-100, 0, -1]).mm, dollars(3_000.0));
    // 5 calls cost $1,000 and carry no loan.
    assert_eq!(world.needs(&reg_t(), [0, 5, 0]), Requirement { im: dollars(1_000.0), mm: dollars(1_000.0) });
}

#[test]
fn portfolio_margin_sees_that_an_option_hedges_a_stock() {
    let range = scan::RangeFile { down: 0.15, up: 0.15 };
    let file = scan::File { range, groups: Named::default(), option_minimum: 0.375, im_factor: 1.0 };
    let plan = of_options(&MarginFile::Scan(file));
    // At the money, worth nothing. 100 shares alone lose $1,500 at −15 %.
    let world = Options::new(10_000, (10_000, 0), (10_000, 0));
    assert_eq!(world.needs(&plan, [100, 0, 0]).mm, dollars(1_500.0));
    // A put for each: nothing is lost at any point, and the least for a contract is 37.5 cents a share, but of a long one
    // what it is worth.
    assert_eq!(world.needs(&plan, [100, 0, 1]).mm, Cash::ZERO);
    assert_eq!(Options::new(10_000, (10_000, 0), (10_000, 20)).needs(&plan, [100, 0, 1]).mm, dollars(20.0));
    let worth = Options::new(10_000, (10_000, 0), (10_000, 100));
    assert_eq!(worth.needs(&plan, [100, 0, 1]).mm, dollars(37.5));
    let told = worth.told(&plan, [100, 0, 1]);
    assert_eq!((told.scans[0].worst, told.adjustments[0].what), (None, What::OptionMinimum { scan: 0 }));
    // A call sold against them leaves the fall; sold without them it loses the rise.
    assert_eq!(world.needs(&plan, [100, -1, 0]).mm, dollars(1_500.0));
    assert_eq!(world.needs(&plan, [0, -1, 0]).mm, dollars(1_500.0));
    assert_eq!(world.told(&plan, [0, -1, 0]).scans[0].worst, Some(Scenario::Point { number: 9 }));
    // Who bought one loses no more than it is worth.
    let dear = Options::new(10_000, (9_000, 700), (10_000, 0));
    assert_eq!(dear.needs(&plan, [0, 1, 0]).mm, dollars(700.0));
}

/// Over ten days a price moves three times as far, and who has paid for an option, or a spread, loses no more for it.
#[test]
fn a_value_at_risk_over_several_days_asks_no_more_than_can_be_lost() {
    let file = |method, days| value_at_risk::File {
        method,
        confidence: 0.9,
        horizon_days: days,
        window: 10,
        every: Every::Day,
        expected_shortfall: false,
        ordinary_correlation: 0.0,
        im_factor: 1.0,
    };
    // A call at 90, worth $10.00 and paid for; and one at 105 sold against it, worth nothing.
    let mut world = Options::new(10_000, (9_000, 1_000), (5_000, 0));
    let facts = |index| Facts { daily_volatility: 0.05, ..*world.marks.facts(id(index)) };
    let facts: Vec<Facts> = (0..3).map(facts).collect();
    world.marks = world.marks.clone().with_facts(facts);
    for method in
        [Method::HistoricalSimulation, Method::Ewma { lambda: 0.94 }, Method::FilteredHistorical { lambda: 0.94 }]
    {
        let asked = |days, lots| world.needs(&of_options(&MarginFile::ValueAtRisk(file(method, days))), lots).mm;
        let (day, fortnight) = (asked(1.0, [0, 1, 0]), asked(10.0, [0, 1, 0]));
        assert!(day <= dollars(1_000.0) && fortnight <= dollars(1_000.0), "{method:?}: {day} {fortnight}");
        // Stock loses the more the longer it is held, and never more than all.
        let (day, fortnight) = (asked(1.0, [100, 0, 0]), asked(10.0, [100, 0, 0]));
        assert!(fortnight.to_minor() * 10 > day.to_minor() * 31 && asked(250.0, [100, 0, 0]) <= dollars(10_000.0));
    }
}

#[test]
fn span_asks_a_minimum_for_short_options_that_no_scenario_reaches() {
    let stock = span::CommodityFile {
        contract: None,
        price_scan: span::PriceScanFile::PerContract(10.0),
        volatility_scan: 0.35,
        spread_charge: 0.0,
        short_option_minimum: 50.0,
    };
    let plan = of_options(&MarginFile::Span(span::File {
        commodities: [("stock".to_string(), stock)].into_iter().collect(),
        others: 1.0,
        extreme: span::ExtremeFile { multiple: 3.0, cover: 0.33 },
        credits: vec![],
        im_factor: 1.1,
    }));
    // $10 a share of scan range: a call at 105 gains 100 × $5 in the range's end; at the extreme (130) 33 % of 100 × $25.
    let near = Options::new(10_000, (10_500, 0), (5_000, 0));
    assert_eq!(near.needs(&plan, [0, -1, 0]), Requirement { im: dollars(907.5), mm: dollars(825.0) });
    let told = near.told(&plan, [0, -1, 0]);
    assert_eq!(told.scans[0].worst, Some(Scenario::Sixteen { number: 15, price: 3.0, volatility: 0.0, cover: 0.33 }));
    // A put at 50 is out of reach: $50 for each of three.
    assert_eq!(near.needs(&plan, [0, 0, -3]).mm, dollars(150.0));
    // 100 shares cover the call: what is left is the fall.
    assert_eq!(near.needs(&plan, [100, -1, 0]).mm, dollars(1_000.0));
}

/// What the account loses if all underlyings move by these ratios and all volatilities by this one of their own, everything
/// valued as marks are; and by how much roundings of marks to their steps may change that.
fn loss_as_marks_are_set(
    case: &Case,
    held: &[Position],
    price: impl Fn(usize) -> f64,
    volatility: f64,
) -> (Cash, Cash) {
    let mut then = case.marks.clone();
    for index in 0..LINEAR {
        let from = case.marks.price(id(index)).steps() as f64;
        then.set(id(index), Price::new((from * (1.0 + price(index % SPOTS))).round() as i64));
    }
    for option in (LINEAR..ALL).map(id) {
        then.set_volatility(option, case.marks.volatility(option) * (1.0 + volatility));
        let mark = option_now(&then, option).expect("an option");
        then.set(option, mark);
    }
    let loss = |position: &Position| position.value - then.value(position.instrument, position.lots);
    // Half a step before and half a step after, and as much again of what an option is on.
    let rounded = |position: &Position| Cash::minor(2 * i128::from(position.lots.get().abs()) + 2);
    (held.iter().map(loss).sum(), held.iter().map(rounded).sum())
}

#[test]
fn a_margin_that_scans_a_move_covers_exactly_that_move_valued_as_marks_are() {
    let mut tight = 0;
    for (model, seed) in [SCAN, SPAN, VALUE_AT_RISK].into_iter().flat_map(|model| (0..SEEDS).map(move |at| (model, at)))
    {
        let mut case = case(model, seed);
        for option in (LINEAR..ALL).map(id) {
            let mark = option_now(&case.marks, option).expect("an option");
            case.marks.set(option, mark);
        }
        let (down, up) = (case.rng.random_range(0.01..0.5), case.rng.random_range(0.01..0.5));
        let point = |point: usize| match point {
            0..5 => -down * (5 - point) as f64 / 5.0,
            _ => up * (point as f64 - 4.0) / 5.0,
        };
        // Returns of the four underlyings, and of the volatility.
        let mut moves: Vec<([f64; SPOTS], f64)> = vec![];
        case.file = match case.file {
            MarginFile::Scan(_) => {
                moves.extend((0..10).map(|at| ([point(at); SPOTS], 0.0)));
                let range = scan::RangeFile { down, up };
                MarginFile::Scan(scan::File { range, groups: Named::default(), option_minimum: 0.0, im_factor: 1.0 })
            }
            MarginFile::Span(_) => {
                let commodity = span::CommodityFile {
                    contract: None,
                    price_scan: span::PriceScanFile::Rate(up),
                    volatility_scan: down,
                    spread_charge: 0.0,
                    short_option_minimum: 0.0,
                };
                for thirds in -3..=3 {
                    moves.extend([-down, down].map(|by| ([f64::from(thirds) / 3.0 * up; SPOTS], by)));
                }
                MarginFile::Span(span::File {
                    commodities: models::names(SPOTS).into_iter().map(|name| (name, commodity)).collect(),
                    others: 1.0,
                    extreme: span::ExtremeFile { multiple: 3.0, cover: 0.33 },
                    credits: vec![],
                    im_factor: 1.0,
                })
            }
            MarginFile::ValueAtRisk(mut file) => {
                (file.method, file.confidence, file.horizon_days) = (Method::HistoricalSimulation, 0.999, 1.0);
                (file.every, file.window, file.expected_shortfall) = (Every::Day, 10, false);
                let known = |back| {
                    Some(
                        [0, 1, 2, 3]
                            .map(|spot| case.marks.history().back(Every::Day, back, id(spot)).unwrap_or(f64::NAN)),
                    )
                };
                let rows = (0..10).filter_map(known).filter(|row| row.iter().all(|by| by.is_finite()));
                moves.extend(rows.map(|row| (row, 0.0)));
                MarginFile::ValueAtRisk(file)
            }
            _ => unreachable!("no scan"),
        };
        case.plan = models::planned(&case.file, &underlying());
        let held = case.account(6, ALL);
        let asked = case.needs(&held).mm;
        for (prices, volatility) in moves {
            let (loss, rounded) = loss_as_marks_are_set(&case, &held, |spot| prices[spot], volatility);
            assert!(loss <= asked + rounded, "{:?}: {asked} for a loss of {loss} by {prices:?}: {held:#?}", case.file);
            tight += usize::from(loss.is_positive() && asked <= loss + rounded);
        }
    }
    assert!(tight > 300, "{tight} times what was asked was what was lost: the property is hardly tested");
}

/// What brokers' and exchanges' own examples ask at the start, premiums received taken off: what must be there beyond the
/// value of the options.
///
/// Source: Chicago Board Options Exchange, "Margin Requirement Examples for Sample Options-based Positions" (2007; as kept by
/// studylib.net, doc 11615061), the column of strategy-based margin: IBM at 97.73, 100 contracts and 10 000 shares. Its vertical
/// spread is in `option_strategies`. Left out is its long straddle, whose 48 500 are not the sum of the premiums
/// that stand beside it (31 800 and 16 800). Its column of portfolio margin rests on a clearing house's own prices.
#[test]
fn reg_t_asks_what_the_exchange_asks_in_its_examples() {
    // Strike and price in cents.
    type Quoted = (i64, i64);
    const NO_CALL: Quoted = (10_000, 168);
    let examples: [(&str, Quoted, Quoted, [i64; 3], f64); 7] = [
        ("short call", (10_000, 168), (10_000, 318), [0, -100, 0], 172_760.0),
        ("short put", (10_000, 168), (10_000, 318), [0, 0, -100], 195_460.0),
        ("covered call", (10_000, 168), (10_000, 318), [10_000, -100, 0], 471_850.0),
        ("protective put", NO_CALL, (9_500, 102), [10_000, 0, 100], 498_850.0),
        ("synthetic long", (10_000, 168), (10_000, 318), [0, 100, -100], 212_260.0),
        ("risk reversal", (10_500, 40), (9_500, 102), [0, -100, 100], 132_960.0),
        ("collar", (10_500, 40), (9_500, 102), [10_000, -100, 100], 494_850.0),
    ];
    for (name, call, put, lots, asked) in examples {
        let world = Options::new(9_773, call, put);
        assert_eq!(world.needs(&reg_t(), lots).im, dollars(asked), "{name}");
    }
}

/// Others that are worked out in print: the whole requirement, from which the premium is to be taken.
#[test]
fn reg_t_asks_what_textbooks_and_brokers_work_out() {
    // Fincyclopedia, "Writing naked options: an example": five calls at 55 for $4 on a stock at $52, 5 700.
    let world = Options::new(5_200, (5_500, 400), (5_500, 700));
    assert_eq!(world.needs(&reg_t(), [0, -5, 0]).mm, dollars(5_700.0 - 2_000.0));
    // eDeltaPro, "Margin": a put at 200 for $1.20 on a stock at $209, 3 400, of which 3 280 are called for.
    let world = Options::new(20_900, (20_000, 1_020), (20_000, 120));
    assert_eq!(world.needs(&reg_t(), [0, 0, -1]).mm, dollars(3_400.0 - 120.0));
    // A call at 30 for 50 cents on a stock at $26, where a tenth of the stock is the least: 310 (a course's quiz of the
    // exchange's rule, Course Hero 24922).
    let world = Options::new(2_600, (3_000, 50), (3_000, 450));
    assert_eq!(world.needs(&reg_t(), [0, -1, 0]).mm, dollars(310.0 - 50.0));
}
