//! `RegT`: the strategy-based margin of US securities accounts.
//!
//! - Initial: a share of the value of a stock bought or sold short (Regulation T: 50 %).
//! - Maintenance of a long: a share of its value (FINRA 4210: 25 %).
//! - Maintenance of a short: a share of its value (30 %) but no less than so much a unit ($5.00); of a short in a
//!   stock below a price ($5.00), another share (100 %) but no less than another amount a unit ($2.50).
//! - What is not marginable needs its whole value, long or short.
//! - The lender's surcharges are added to the maintenance rates of single instruments.
//! - A short option needs a share of the underlying's value (20 %) less what it is out of the money, and no
//!   less than another share (10 %) of the underlying's value, for a put of the strike's.
//! - A long option has no loan value: it needs what it is worth.
//! - What covers a short option (stock, a long option, a short one of the other right) takes from that, and a long option
//!   that protects stock takes from the stock's maintenance: see `paired.rs` and `collar.rs`.
//! - Nothing needs less initial than maintenance margin.
//!
//! The rules count a short sale's proceeds and an option's premium in the requirement (150 % of a short's
//! value, 100 % of a premium). Here the debt that a short is stands in equity already, so that the requirement
//! is what must be there beyond it: 50 %, and the option's 20 %. The two say the same.
//!
//! Source: Regulation T (12 CFR 220) and FINRA Rule 4210 as brokers' margin schedules quote them (choicetrade.com).
//! Left out: the smaller rates for options on broad indices, bonds, minimum equity, and the premium of a covered put.
//!
//! Scales with quantity and not with price, because of the amounts a unit.

mod collar;
mod paired;
mod pairing;

use super::breakdown::{Adjustment, Breakdown, What, Why};
use super::context::{ByInstrument, Checker, Context, is_rate, rate};
use super::exact::Exact;
use super::{Held, Model, slope_between};
use crate::margin::CallLevel;
use crate::margin::{Bound, Facts, Marks, Payoff, Position, Requirement, Zone};
use ground::units::{InstrumentId, Lots, Price, Rate};
use language::named::Named;
use language::read::Read;
use paired::{Account, Paired};

/// The margin of US securities accounts.
#[derive(Clone, Debug, PartialEq, Read)]
pub struct File {
    /// Share of value to open with. The regulation's: 0.5.
    #[read(rate)]
    pub initial: f64,
    /// Share of a long's value to keep. The rule's: 0.25.
    #[read(rate)]
    pub maintenance_long: f64,
    /// Share of a short's value to keep. The rule's: 0.3.
    #[read(rate)]
    pub maintenance_short: f64,
    /// What a short needs at least. Left out: nothing beyond its rate.
    #[read(default)]
    pub floors: Option<FloorsFile>,
    /// What short options need. Left out: their underlying's whole value.
    #[read(default)]
    pub options: Option<OptionsFile>,
    /// Added to the maintenance rates of single instruments, long and short. Left out: none.
    #[read(default, within = 0.0..=10.0)]
    pub surcharge: Named<f64>,
    /// Instruments that nobody lends on. Left out: none.
    #[read(default)]
    pub not_marginable: Vec<String>,
}

/// In money a unit. The rule's: `(below: 5.0, low_per_unit: 2.5, low_rate: 1.0, per_unit: 5.0)`.
#[derive(Clone, Copy, Debug, PartialEq, Read)]
pub struct FloorsFile {
    /// The price below which a unit is a low-priced one.
    #[read(not_negative)]
    pub below: f64,
    /// The least a low-priced unit needs, and the rate in place of `maintenance_short`.
    #[read(not_negative)]
    pub low_per_unit: f64,
    #[read(rate)]
    pub low_rate: f64,
    /// The least any other unit needs.
    #[read(not_negative)]
    pub per_unit: f64,
}

/// The rule's, for options on shares: `(rate: 0.2, least: 0.1)`.
#[derive(Clone, Copy, Debug, PartialEq, Read)]
pub struct OptionsFile {
    /// Share of the underlying's value, from which what the option is out of the money is taken.
    #[read(rate)]
    pub rate: f64,
    /// The least: share of the underlying's value for a call, of the strike's for a put.
    #[read(rate)]
    pub least: f64,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    stocks: ByInstrument<Stock>,
    floors: Option<FloorsFile>,
    option_rate: Rate,
    option_least: Rate,
    /// Whether a long option takes from what stock is kept with: where the lender says what options need.
    protects: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Stock {
    initial: Rate,
    long: Rate,
    short: Rate,
    /// What the lender adds by itself, which is in both rates.
    surcharge: Rate,
    marginable: bool,
}

impl Stock {
    /// Of a short in what is low-priced.
    fn low(&self, floors: FloorsFile) -> Rate {
        self.short.max(plus(rate(floors.low_rate), self.surcharge))
    }
}

impl Model for File {
    type Plan = Plan;

    fn check(&self, checker: &mut Checker<'_>) {
        let fields = [("maintenance_long", self.maintenance_long), ("maintenance_short", self.maintenance_short)];
        for (field, maintenance) in fields {
            if is_rate(maintenance) && is_rate(self.initial) && maintenance > self.initial {
                checker.add(
                    field,
                    format!("the maintenance rate {maintenance} is above the initial rate {}", self.initial),
                    "swap them: who may open a position must be able to keep it",
                );
            }
        }
        if let Some(options) = self.options
            && is_rate(options.rate)
            && is_rate(options.least)
            && options.least > options.rate
        {
            checker.add(
                "options.least",
                format!("the least rate {} is above the rate {}", options.least, options.rate),
                "swap them: the least is what stays of it far out of the money",
            );
        }
        for name in self.surcharge.names() {
            checker.instrument(&format!("surcharge.{name}"), name);
        }
        for (index, name) in self.not_marginable.iter().enumerate() {
            let field = format!("not_marginable[{index}]");
            checker.instrument(&field, name);
            if self.surcharge.get(name).is_some() {
                checker.add(
                    &field,
                    format!("\"{name}\" has a surcharge and is not marginable"),
                    "say one: what is not marginable needs its whole value already",
                );
            }
        }
    }

    fn plan(&self, context: &Context<'_>) -> Plan {
        let stock = |surcharge: f64| Stock {
            initial: rate(self.initial),
            long: plus(rate(self.maintenance_long), rate(surcharge)),
            short: plus(rate(self.maintenance_short), rate(surcharge)),
            surcharge: rate(surcharge),
            marginable: true,
        };
        let mut stocks = ByInstrument::new(&self.surcharge, stock(0.0), context, |surcharge| stock(*surcharge));
        for id in self.not_marginable.iter().filter_map(|name| context.id(name)) {
            let (all, surcharge) = (Rate::ONE, Rate::ZERO);
            let without = Stock { initial: all, long: all, short: all, surcharge, marginable: false };
            stocks.state(id, without);
        }
        let OptionsFile { rate: option_rate, least } = self.options.unwrap_or(OptionsFile { rate: 1.0, least: 1.0 });
        let protects = self.options.is_some();
        Plan { stocks, floors: self.floors, option_rate: rate(option_rate), option_least: rate(least), protects }
    }

    fn requirement(plan: &Plan, marks: &Marks, positions: impl Iterator<Item = Position>) -> Requirement {
        Self::requirement_beside(plan, marks, positions, &[])
    }

    fn requirement_beside(
        plan: &Plan,
        marks: &Marks,
        positions: impl Iterator<Item = Position>,
        beside: &[Position],
    ) -> Requirement {
        let held = &Held::of(positions);
        let paired = Paired::of(plan, marks, Account { held, beside });
        let (mut im, mut mm) = (-paired.together.0, -paired.together.1);
        for position in held.iter() {
            let need = need(plan, marks, &paired, position);
            im += need.im;
            mm += need.mm;
        }
        Requirement { im: im.max(mm).rounded_up(), mm: mm.rounded_up() }
    }

    fn breakdown(plan: &Plan, marks: &Marks, held: &Held, total: Requirement) -> Breakdown {
        Self::breakdown_beside(plan, marks, held, &[], total)
    }

    fn breakdown_beside(plan: &Plan, marks: &Marks, held: &Held, beside: &[Position], total: Requirement) -> Breakdown {
        let mut breakdown = Breakdown { total, ..Breakdown::EMPTY };
        let paired = Paired::of(plan, marks, Account { held, beside });
        for position in held.iter() {
            let part = need(plan, marks, &paired, position);
            let alone = need(plan, marks, &Paired::default(), position);
            let rounded = |need: Need| Requirement { im: need.im.rounded_up(), mm: need.mm.rounded_up() };
            let line = super::Line::new(position, rounded(alone), rounded(part), part.why);
            breakdown.lines.push(line);
        }
        let (im, mm) = paired.together;
        if im.max(mm) > Exact::ZERO {
            let amount = Requirement { im: (-im).rounded_up(), mm: (-mm).rounded_up() };
            breakdown.adjustments.push(Adjustment { what: What::LimitedLoss, amount });
        }
        breakdown.rounded()
    }

    /// Piecewise linear for stocks, but where a floor begins with a jump. What options need hangs on another price and on
    /// what covers them: they must be looked at.
    fn bound(plan: &Plan, level: CallLevel, facts: &Facts, instrument: InstrumentId, lots: Lots, zone: Zone) -> Bound {
        if facts.payoff != Payoff::Linear {
            return Bound::MustScan;
        }
        let own = plan.stocks.of(instrument);
        let (mut lowest, mut highest) = match lots.is_negative() {
            false => (own.long, own.long),
            true => (own.short, own.short),
        };
        if let (true, Some(floors)) = (lots.is_negative(), plan.floors) {
            if jumps(own, floors) {
                return Bound::MustScan;
            }
            lowest = Rate::ZERO;
            highest = highest.max(own.low(floors));
        }
        if level == CallLevel::Initial {
            lowest = lowest.min(own.initial);
            highest = highest.max(own.initial);
        }
        slope_between(lowest, highest, lots, zone)
    }
}

fn plus(one: Rate, other: Rate) -> Rate {
    Rate::from_billionths(one.billionths().saturating_add(other.billionths()))
}

#[derive(Clone, Copy)]
struct Need {
    im: Exact,
    mm: Exact,
    why: Why,
}

/// What one of the positions held needs, options being paired so.
fn need(plan: &Plan, marks: &Marks, paired: &Paired, position: &Position) -> Need {
    match marks.facts(position.instrument).payoff {
        Payoff::Linear => stock(plan, marks, position, paired.protected(marks, position)),
        Payoff::Option { .. } if !position.lots.is_negative() => {
            let worth = Exact::share(position.value.at_least_zero(), Rate::ONE);
            Need { im: worth, mm: worth, why: Why::NoLoanValue }
        }
        Payoff::Option { .. } => paired.short(plan, marks, position),
    }
}

/// Billionths.
const ONE: i128 = Rate::ONE.billionths() as i128;

/// `protected`: by how much less it is kept, and for how many of its lots.
fn stock(plan: &Plan, marks: &Marks, position: &Position, protected: Option<(Exact, Lots)>) -> Need {
    let own = plan.stocks.of(position.instrument);
    let (lots, value) = (position.lots, position.value.abs());
    let initial = Exact::share(value, own.initial);
    let (mut maintenance, mut why) = if !lots.is_negative() {
        (Exact::share(value, own.long), Why::Rates { im: own.initial, mm: own.long })
    } else {
        short(plan, own, marks, position)
    };
    if !own.marginable && matches!(why, Why::Rates { .. }) {
        why = Why::NoLoanValue;
    }
    if let Some((less, lots)) = protected {
        (maintenance, why) = (maintenance - less, Why::Protected(lots));
    }
    Need { im: initial.max(maintenance), mm: maintenance, why }
}

/// What a step's worth of a stock is kept with, in billionths: of as much of it as its price, a step's worth for each step.
fn kept(plan: &Plan, marks: &Marks, instrument: InstrumentId, long: bool) -> i128 {
    let own = plan.stocks.of(instrument);
    let price = marks.price(instrument);
    let by_rate = |rate: Rate| i128::from(price.steps().abs()) * i128::from(rate.billionths());
    if long {
        return by_rate(own.long);
    }
    match plan.floors.map(|floors| short_rule(floors, own, marks, instrument, price)) {
        None => by_rate(own.short),
        Some((rate, floor)) => by_rate(rate).max(in_steps(floor, marks.facts(instrument).step_size)),
    }
}

fn short(plan: &Plan, own: &Stock, marks: &Marks, position: &Position) -> (Exact, Why) {
    let by_rate = |rate| (Exact::share(position.value.abs(), rate), Why::Rates { im: own.initial, mm: rate });
    let Some(floors) = plan.floors else { return by_rate(own.short) };
    // Amounts a unit are prices: of a step each, a lot gains what a step is worth.
    let step_size = marks.facts(position.instrument).step_size;
    let (rate, floor) = short_rule(floors, own, marks, position.instrument, position.mark);
    let lot_steps = i128::from(position.lots.get().abs()) * i128::from(marks.step_value(position.instrument).get());
    let least = Exact::product(lot_steps, in_steps(floor, step_size));
    let (need, why) = by_rate(rate);
    if least > need { (least, Why::FloorPerUnit(floor)) } else { (need, why) }
}

/// The rate and the least amount a unit of a short at this price.
fn short_rule(floors: FloorsFile, own: &Stock, marks: &Marks, instrument: InstrumentId, price: Price) -> (Rate, f64) {
    let step_size = marks.facts(instrument).step_size;
    if i128::from(price.steps().abs()) * ONE < in_steps(floors.below, step_size) {
        (own.low(floors), floors.low_per_unit)
    } else {
        (own.short, floors.per_unit)
    }
}

/// An amount of money a unit, in billionths of a price step.
#[allow(clippy::float_arithmetic, reason = "the edge where a world file is read")]
fn in_steps(amount: f64, step_size: f64) -> i128 {
    /// No price stands further from zero.
    const FURTHEST: f64 = (1u64 << 40) as f64 * 1e9;
    (amount / step_size * 1e9).round().min(FURTHEST) as i128
}

/// Whether what a short needs is not the same just below the price of low-priced units as at it.
#[allow(clippy::float_arithmetic, reason = "compares two stated rules, settles nothing")]
fn jumps(own: &Stock, floors: FloorsFile) -> bool {
    let at = |rate: Rate, floor: f64| (rate.to_f64() * floors.below).max(floor);
    let (low, other) = (at(own.low(floors), floors.low_per_unit), at(own.short, floors.per_unit));
    (low - other).abs() > 1e-9 * floors.below
}

#[cfg(test)]
mod tests {
    use super::super::tests::{dollars, marks_of, positions};
    use super::*;

    const RULE: FloorsFile = FloorsFile { below: 5.0, low_per_unit: 2.5, low_rate: 1.0, per_unit: 5.0 };

    const STOCK: InstrumentId = InstrumentId::new(0);

    fn file() -> File {
        File {
            initial: 0.5,
            maintenance_long: 0.25,
            maintenance_short: 0.3,
            floors: Some(RULE),
            options: Some(OptionsFile { rate: 0.2, least: 0.1 }),
            surcharge: Named::default(),
            not_marginable: vec![],
        }
    }

    fn the_rule() -> Plan {
        file().plan(&Context::new([], 2, 390.0))
    }

    /// Positions as lots and cents; steps of a cent, one unit a lot.
    fn needs(held: &[(i64, i64)]) -> Requirement {
        let marks = marks_of(held, 0.01);
        File::requirement(&the_rule(), &marks, positions(held).into_iter())
    }

    #[test]
    fn half_to_open_a_quarter_to_keep_a_long() {
        assert_eq!(needs(&[(100, 4_000)]), Requirement { im: dollars(2_000.0), mm: dollars(1_000.0) });
    }

    #[test]
    fn a_short_needs_a_rate_or_an_amount_a_share_whichever_is_more() {
        // At $40: 30 % is $12 a share. At $10: 30 % is $3, so $5; half of $10 is $5 as well.
        assert_eq!(needs(&[(-100, 4_000)]), Requirement { im: dollars(2_000.0), mm: dollars(1_200.0) });
        assert_eq!(needs(&[(-100, 1_000)]), Requirement { im: dollars(500.0), mm: dollars(500.0) });
        // At $5: $5. Below it the whole price, and never less than $2.50. IM is never below MM.
        assert_eq!(needs(&[(-100, 500)]), Requirement { im: dollars(500.0), mm: dollars(500.0) });
        assert_eq!(needs(&[(-100, 400)]), Requirement { im: dollars(400.0), mm: dollars(400.0) });
        assert_eq!(needs(&[(-100, 100)]), Requirement { im: dollars(250.0), mm: dollars(250.0) });
    }

    #[test]
    fn a_long_and_a_short_do_not_help_each_other() {
        assert_eq!(needs(&[(100, 4_000), (-100, 4_000)]), Requirement { im: dollars(4_000.0), mm: dollars(2_200.0) });
    }

    #[test]
    fn the_house_may_ask_for_more_and_lend_nothing_on_what_it_does_not_know() {
        let mut plan = the_rule();
        let own =
            Stock { long: rate(0.65), short: rate(0.7), surcharge: rate(0.4), ..*plan.stocks.of(InstrumentId::new(0)) };
        plan.stocks.state(InstrumentId::new(0), own);
        let (all, surcharge) = (Rate::ONE, Rate::ZERO);
        let none = Stock { initial: all, long: all, short: all, surcharge, marginable: false };
        plan.stocks.state(InstrumentId::new(1), none);
        let held = [(100, 4_000), (100, 1_000)];
        let stands = File::requirement(&plan, &marks_of(&held, 0.01), positions(&held).into_iter());
        // 65 % of $4,000 to keep, so as much to open; and all of $1,000.
        assert_eq!(stands, Requirement { im: dollars(2_600.0 + 1_000.0), mm: dollars(2_600.0 + 1_000.0) });
        // A short at $4.00: all of it, and the house's 40 %.
        let held = [(-1_000, 400)];
        let stands = File::requirement(&plan, &marks_of(&held, 0.01), positions(&held).into_iter());
        assert_eq!(stands.mm, dollars(5_600.0));
    }

    #[test]
    fn the_bound_of_the_rule_holds_through_its_floors_and_a_jump_has_none() {
        let plan = the_rule();
        let slope = |low: i64, high: i64| Bound::Slope {
            low: Rate::from_billionths(low * 1_000_000),
            high: Rate::from_billionths(high * 1_000_000),
        };
        let bound = |plan: &Plan, lots| {
            File::bound(plan, CallLevel::Maintenance, &Facts::unknown(STOCK), STOCK, Lots::new(lots), Zone::FromZero)
        };
        assert_eq!(bound(&plan, 1), slope(750, 750));
        assert_eq!(bound(&plan, -1), slope(-2_000, -1_000));
        let jumping = Plan { floors: Some(FloorsFile { per_unit: 6.0, ..RULE }), ..plan };
        assert_eq!(bound(&jumping, -1), Bound::MustScan);
    }
}
