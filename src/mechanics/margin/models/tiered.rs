//! `Tiered`: brackets of notional value, each with its maintenance rate and its highest leverage.
//!
//! - `MM = value × rate − deduction` by the bracket that a position's value falls into. The deduction makes the
//!   brackets meet: `deduction(n) = cap(n−1) × (rate(n) − rate(n−1)) + deduction(n−1)`, which is the same as
//!   each slice of the value paying its own bracket's rate.
//! - `IM = value / leverage`, on the whole value: the highest leverage of the bracket, or what the account
//!   chose if that is less. It is never below MM.
//!
//! Positions do not help each other, and the value of a position at a negative price counts by its size. How
//! crypto exchanges margin perpetuals: Binance publishes the deduction as "cum", Bybit as "mm deduction".
//!
//! Limits: brackets go by single positions and not by all positions and orders in one thing.

use super::breakdown::{Breakdown, Why};
use super::context::{ByInstrument, Checker, Context, is_rate, rate};
use super::exact::Exact;
use super::{Held, Model, slope_between};
use crate::margin::CallLevel;
use crate::margin::{Bound, Facts, Marks, Position, Requirement, Zone};
use ground::units::{Cash, InstrumentId, Lots, Rate};
use language::named::Named;
use language::read::Read;

/// No exchange has as many.
const MOST_BRACKETS: usize = 200;
const MOST_LEVERAGE: f64 = 1_000.0;

/// Brackets of notional value, as on crypto exchanges.
#[derive(Clone, Debug, PartialEq, Read)]
pub struct File {
    /// From the smallest value up.
    pub brackets: Vec<BracketFile>,
    /// Brackets of single instruments in place of these. Left out: none.
    #[read(default)]
    pub per_instrument: Named<Vec<BracketFile>>,
    /// The leverage that accounts choose, where their bracket allows it. Left out: the highest allowed.
    #[read(default, within = 1.0..=MOST_LEVERAGE)]
    pub leverage: Option<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Read)]
pub struct BracketFile {
    /// The largest value that belongs to it, in money. Left out: there is no larger one, as in the last bracket.
    #[read(default)]
    pub up_to: Option<f64>,
    /// Share of value to keep.
    #[read(rate)]
    pub rate: f64,
    /// Value a unit of initial margin carries.
    #[read(within = 1.0..=MOST_LEVERAGE)]
    pub max_leverage: f64,
    /// What the exchange publishes as deducted, in money; it must be what makes the brackets meet. Left out: that.
    #[read(default)]
    pub deduction: Option<f64>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    brackets: ByInstrument<Vec<Bracket>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Bracket {
    /// `None`: no largest.
    up_to: Option<Cash>,
    rate: Rate,
    deduction: Exact,
    leverage: Rate,
}

impl Model for File {
    type Plan = Plan;

    fn check(&self, checker: &mut Checker<'_>) {
        check_brackets("brackets", &self.brackets, checker);
        for (name, brackets) in self.per_instrument.iter() {
            let field = format!("per_instrument.{name}");
            checker.instrument(&field, name);
            check_brackets(&field, brackets, checker);
        }
    }

    fn plan(&self, context: &Context<'_>) -> Plan {
        let convert = |brackets: &[BracketFile]| convert(brackets, self.leverage, |amount| context.money(amount));
        Plan { brackets: ByInstrument::new(&self.per_instrument, convert(&self.brackets), context, |own| convert(own)) }
    }

    fn requirement(plan: &Plan, _marks: &Marks, positions: impl Iterator<Item = Position>) -> Requirement {
        let (mut im, mut mm) = (Exact::ZERO, Exact::ZERO);
        for position in positions {
            let (own_im, own_mm) = need(plan, &position);
            im += own_im;
            mm += own_mm;
        }
        Requirement { im: im.rounded_up(), mm: mm.rounded_up() }
    }

    fn breakdown(plan: &Plan, marks: &Marks, held: &Held, total: Requirement) -> Breakdown {
        Breakdown::adding_up(held, total, |position| {
            let why = match bracket_of(plan.brackets.of(position.instrument), position.value.abs()) {
                None => Why::Nothing,
                Some((index, &Bracket { rate, deduction, leverage, .. })) => {
                    Why::Bracket { index, rate, deduction: deduction.rounded_up(), leverage }
                }
            };
            (Self::requirement(plan, marks, std::iter::once(*position)), why)
        })
    }

    /// MM follows value with one of the brackets' rates, and without a jump: any of them may be reached. IM jumps
    /// where the leverage does, so that it has no bound unless one leverage goes for all brackets.
    fn bound(plan: &Plan, level: CallLevel, _facts: &Facts, instrument: InstrumentId, lots: Lots, zone: Zone) -> Bound {
        let brackets = plan.brackets.of(instrument);
        let (Some(first), Some(last)) = (brackets.first(), brackets.last()) else { return Bound::MustScan };
        let (mut lowest, mut highest) = (first.rate, last.rate);
        if level == CallLevel::Initial {
            if brackets.iter().any(|bracket| bracket.leverage != first.leverage) {
                return Bound::MustScan;
            }
            let (low, high) = one_over(first.leverage);
            lowest = lowest.min(low);
            highest = highest.max(high);
        }
        slope_between(lowest, highest, lots, zone)
    }
}

fn convert(brackets: &[BracketFile], chosen: Option<f64>, money: impl Fn(f64) -> Cash) -> Vec<Bracket> {
    let (mut deduction, mut before) = (Exact::ZERO, None::<(Cash, Rate)>);
    let mut plans = Vec::with_capacity(brackets.len().min(MOST_BRACKETS));
    for bracket in brackets.iter().take(MOST_BRACKETS) {
        let (up_to, own) = (bracket.up_to.map(&money), rate(bracket.rate));
        if let Some((cap, previous)) = before {
            deduction += Exact::share(cap, own) - Exact::share(cap, previous);
        }
        before = Some((up_to.unwrap_or_default(), own));
        let leverage = rate(chosen.map_or(bracket.max_leverage, |chosen| chosen.min(bracket.max_leverage)));
        plans.push(Bracket { up_to, rate: own, deduction, leverage });
    }
    plans
}

/// Between which two rates its inverse lies; everything for a leverage that `check` has complained about.
fn one_over(leverage: Rate) -> (Rate, Rate) {
    let (one, leverage) = (i128::from(Rate::ONE.billionths()), i128::from(leverage.billionths()));
    if leverage <= 0 {
        return (Rate::ZERO, Rate::ONE);
    }
    let rate = |billionths: i128| Rate::from_billionths(i64::try_from(billionths).unwrap_or(i64::MAX));
    (rate(one * one / leverage), rate((one * one + leverage - 1) / leverage))
}

fn check_brackets(field: &str, brackets: &[BracketFile], checker: &mut Checker<'_>) {
    if brackets.is_empty() || brackets.len() > MOST_BRACKETS {
        checker.add(
            field,
            format!("there are {} brackets", brackets.len()),
            format!("write 1 to {MOST_BRACKETS}, from the smallest value up; the last without `up_to`"),
        );
        return;
    }
    // Amounts in hundredths are fine enough to tell a wrong deduction from a rounded one.
    let derived = convert(brackets, None, |amount| Context::new([], 2, 1.0).money(amount));
    let (mut reached, mut before) = (0.0, None::<&BracketFile>);
    for (index, bracket) in brackets.iter().enumerate() {
        let path = format!("{field}[{index}]");
        let rate_is_sound = is_rate(bracket.rate);
        let leverage_is_sound = (1.0..=MOST_LEVERAGE).contains(&bracket.max_leverage);
        check_reach(&path, bracket, index + 1 == brackets.len(), &mut reached, checker);
        if rate_is_sound && leverage_is_sound && exceeds(bracket.rate, bracket.max_leverage) {
            checker.add(
                &format!("{path}.max_leverage"),
                format!("at {} to one, initial margin is below the {} to keep", bracket.max_leverage, bracket.rate),
                "lower the leverage: who may open a position must be able to keep it",
            );
        }
        if let Some(before) = before {
            if rate_is_sound && bracket.rate < before.rate {
                checker.add(
                    &format!("{path}.rate"),
                    format!("the rate falls from {} to {}", before.rate, bracket.rate),
                    "let rates rise with value",
                );
            }
            if bracket.max_leverage > before.max_leverage {
                checker.add(
                    &format!("{path}.max_leverage"),
                    format!("the leverage rises from {} to {}", before.max_leverage, bracket.max_leverage),
                    "let leverage fall as value rises",
                );
            }
        }
        if let Some(stated) = bracket.deduction {
            let derived = derived[index].deduction.rounded_up();
            let stated_minor = Context::new([], 2, 1.0).money(stated);
            if !stated.is_finite() || (stated_minor - derived).abs() > Cash::minor(1) {
                checker.add(
                    &format!("{path}.deduction"),
                    format!("{stated} is not what makes the brackets meet"),
                    format!("write {} or leave it out", derived.to_major(2)),
                );
            }
        }
        before = Some(bracket);
    }
}

#[allow(clippy::float_arithmetic, reason = "compares two stated numbers, settles nothing")]
fn exceeds(rate: f64, leverage: f64) -> bool {
    rate * leverage > 1.0 + 1e-9
}

fn check_reach(path: &str, bracket: &BracketFile, is_last: bool, reached: &mut f64, checker: &mut Checker<'_>) {
    let field = format!("{path}.up_to");
    match (bracket.up_to, is_last) {
        (None, true) => {}
        (None, false) => checker.add(
            &field,
            "this bracket has no end and is not the last: what follows is never reached",
            "state the largest value that belongs to it",
        ),
        (Some(up_to), true) => checker.add(
            &field,
            format!("no bracket says what a position above {up_to} needs"),
            "leave `up_to` out of the last bracket",
        ),
        (Some(up_to), false) => {
            checker.amount(&field, up_to);
            if up_to.is_nan() || up_to <= *reached {
                checker.add(
                    &field,
                    format!("it ends at {up_to}, where the one before it ends at {reached}: they overlap"),
                    "let each bracket end above the one before",
                );
            } else {
                *reached = up_to;
            }
        }
    }
}

fn bracket_of(brackets: &[Bracket], value: Cash) -> Option<(usize, &Bracket)> {
    let index = brackets.partition_point(|bracket| bracket.up_to.is_some_and(|up_to| up_to < value));
    let index = index.min(brackets.len().checked_sub(1)?);
    Some((index, &brackets[index]))
}

/// IM and MM of one position.
fn need(plan: &Plan, position: &Position) -> (Exact, Exact) {
    let value = position.value.abs();
    let Some((_, bracket)) = bracket_of(plan.brackets.of(position.instrument), value) else {
        return Default::default();
    };
    let mm = Exact::share(value, bracket.rate) - bracket.deduction;
    (Exact::over(value, bracket.leverage).max(mm), mm)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{dollars, positions};
    use super::*;

    /// Largest value, rate, highest leverage, deduction as published.
    type Row = (f64, f64, f64, f64);

    /// Binance, BTCUSDT, 24 October 2024, as kept by freqtrade.
    const BINANCE: [Row; 12] = [
        (50e3, 0.004, 125.0, 0.0),
        (600e3, 0.005, 100.0, 50.0),
        (3e6, 0.0065, 75.0, 950.0),
        (12e6, 0.01, 50.0, 11_450.0),
        (70e6, 0.02, 25.0, 131_450.0),
        (100e6, 0.025, 20.0, 481_450.0),
        (230e6, 0.05, 10.0, 2_981_450.0),
        (480e6, 0.1, 5.0, 14_481_450.0),
        (600e6, 0.125, 4.0, 26_481_450.0),
        (800e6, 0.15, 3.0, 41_481_450.0),
        (1.2e9, 0.25, 2.0, 121_481_450.0),
        (1.8e9, 0.5, 1.0, 421_481_450.0),
    ];

    /// Bybit, BTCUSDT linear, as its margin parameters state it (the first twenty).
    const BYBIT: [Row; 20] = [
        (2.0e6, 0.005, 100.0, 0.0),
        (2.6e6, 0.0056, 90.0, 1_200.0),
        (3.2e6, 0.0063, 80.0, 3_020.0),
        (3.8e6, 0.0067, 75.0, 4_300.0),
        (4.4e6, 0.0071, 70.0, 5_820.0),
        (5.0e6, 0.0077, 65.0, 8_460.0),
        (5.6e6, 0.0091, 55.0, 15_460.0),
        (8.5e6, 0.01, 50.0, 20_500.0),
        (10e6, 0.013, 45.0, 46_000.0),
        (14e6, 0.015, 40.0, 66_000.0),
        (20e6, 0.016, 35.0, 80_000.0),
        (28e6, 0.02, 30.0, 160_000.0),
        (38e6, 0.025, 25.0, 300_000.0),
        (50e6, 0.029, 20.0, 452_000.0),
        (55e6, 0.03, 19.0, 502_000.0),
        (60e6, 0.035, 18.0, 777_000.0),
        (65e6, 0.036, 17.0, 837_000.0),
        (70e6, 0.038, 16.0, 967_000.0),
        (75e6, 0.04, 15.0, 1_107_000.0),
        (80e6, 0.045, 14.0, 1_482_000.0),
    ];

    fn file(rows: &[Row]) -> File {
        let bracket = |(index, &(up_to, rate, max_leverage, deduction)): (usize, &Row)| BracketFile {
            up_to: (index + 1 < rows.len()).then_some(up_to),
            rate,
            max_leverage,
            deduction: Some(deduction),
        };
        File {
            brackets: rows.iter().enumerate().map(bracket).collect(),
            per_instrument: Named::default(),
            leverage: None,
        }
    }

    fn planned(rows: &[Row]) -> Plan {
        file(rows).plan(&Context::new([], 2, 1_440.0))
    }

    #[test]
    fn the_published_deductions_follow_from_the_brackets_to_the_unit() {
        for rows in [&BINANCE[..], &BYBIT[..]] {
            let plan = planned(rows);
            let brackets = plan.brackets.of(InstrumentId::new(0));
            for (bracket, row) in brackets.iter().zip(rows) {
                assert_eq!(bracket.deduction, Exact::share(dollars(row.3), Rate::ONE), "up to {}", row.0);
            }
        }
    }

    #[test]
    fn a_deduction_is_the_same_as_each_slice_paying_its_own_rate() {
        let plan = planned(&BINANCE);
        for value in [1.0, 49_999.99, 50_000.0, 50_000.01, 7e6, 65e6, 299_999_999.0, 1.79e9, 5e9] {
            let (mut paid, mut from) = (Exact::ZERO, Cash::ZERO);
            for &(up_to, rate_of, _, _) in &BINANCE {
                let to = if up_to == 1.8e9 { dollars(value) } else { dollars(value).min(dollars(up_to)) };
                paid += Exact::share((to - from).at_least_zero(), rate(rate_of));
                from = from.max(to);
            }
            let cents = dollars(value).to_minor() as i64;
            assert_eq!(need(&plan, &positions(&[(1, cents)])[0]).1, paid, "{value}");
        }
    }

    #[test]
    fn a_position_pays_its_own_brackets_rate_and_leverage() {
        // $1,000,000: third bracket. MM 0.65 % − $950 = $5,550; IM 1/75 = $13,333.34 (rounded up).
        let held = positions(&[(-10, 10_000_000)]);
        let stands = File::requirement(&planned(&BINANCE), &Marks::new([]), held.iter().copied());
        assert_eq!(stands, Requirement { im: dollars(13_333.34), mm: dollars(5_550.0) });
        // At a leverage of 20 it is $50,000.
        let chosen = File { leverage: Some(20.0), ..file(&BINANCE) }.plan(&Context::new([], 2, 1_440.0));
        assert_eq!(File::requirement(&chosen, &Marks::new([]), held.iter().copied()).im, dollars(50_000.0));
        // A second one does not make the brackets higher: they go by position.
        let two = positions(&[(-10, 10_000_000), (10, 10_000_000)]);
        assert_eq!(File::requirement(&planned(&BINANCE), &Marks::new([]), two.into_iter()).mm, dollars(11_100.0));
    }

    #[test]
    fn maintenance_is_bounded_over_all_brackets_and_initial_margin_jumps() {
        let plan = planned(&BINANCE);
        let bound = |plan: &Plan, level| {
            File::bound(
                plan,
                level,
                &Facts::unknown(InstrumentId::new(0)),
                InstrumentId::new(0),
                Lots::new(1),
                Zone::FromZero,
            )
        };
        let expected =
            Bound::Slope { low: Rate::from_billionths(500_000_000), high: Rate::from_billionths(996_000_000) };
        assert_eq!(bound(&plan, CallLevel::Maintenance), expected);
        assert_eq!(bound(&plan, CallLevel::Initial), Bound::MustScan);
    }
}
