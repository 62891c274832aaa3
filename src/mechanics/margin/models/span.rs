//! `Span`: sixteen scenarios of price and volatility, as futures exchanges margin.
//!
//! For each commodity (an instrument with a price scan range, and all that is written on it):
//! - *Scanning risk*: the worst loss over 16 scenarios. In 14 of them the price moves by 0, ±⅓, ±⅔ or ±1 of its scan
//!   range and the volatility up or down by its own; in two the price moves by a multiple of its range, and a
//!   share of the loss counts (CME: 3 and 33 %; older: 2 and 35 %).
//! - *Spread charge*: for each contract long in one month of the commodity against one short in another (`months.rs`), an amount.
//! - *Credit*: two commodities of which one would gain what the other loses, in a stated ratio, are forgiven a share
//!   of the scanning risk of what offsets.
//! - *Short option minimum*: the requirement is no less than an amount for each short option contract.
//!
//! A contract is of the size that the lender states, or the largest future on the commodity, so that ten of a tenth are one;
//! without a future it is a lot of the commodity itself. An option's contract is its own lot.
//!
//! Commodities add up. IM is a multiple of MM. A linear contract by itself needs its scan range, to the unit.
//!
//! SPAN takes the net value of options off the risk and compares with equity that leaves options out. Here equity has
//! the options' value in it, and what it is compared with is the risk: the same inequality.
//!
//! Source: CME Group, "CME SPAN Methodology" and "Risk Arrays": 7 price moves by 2 of volatility, and 2 extreme ones.
//! Left out: delivery (spot) months, tiers of expiries, and the weighting of the spread's price risk; a credit is
//! taken on the scan range itself, and never beyond what the two commodities need by themselves.

#![allow(clippy::float_arithmetic, reason = "a scan is a judgement; it becomes money in one rounding")]

use super::breakdown::{Adjustment, Breakdown, Line, Scan, Scenario, What, Why};
use super::context::{ByInstrument, Checker, Context, rate};
use super::exact::money_up;
use super::exposure::{Exposure, chain};
use super::few::Few;
use super::months;
use super::{Held, Model, Offsets, slope_between};
use crate::margin::CallLevel;
use crate::margin::{Bound, Facts, Marks, Payoff, Position, Requirement, Zone};
use ground::units::{InstrumentId, Lots, Rate};
use language::named::Named;
use language::read::Read;

/// More than any exchange grants one account.
const MOST_CREDITS: usize = 1_000;

/// Sixteen scenarios, as futures exchanges margin.
#[derive(Clone, Debug, PartialEq, Read)]
pub struct File {
    pub commodities: Named<CommodityFile>,
    /// For what belongs to none of these: the price scan range, as a ratio of the price. Left out: the whole price.
    #[read(default = "whole", rate)]
    pub others: f64,
    /// CME's: `(multiple: 3.0, cover: 0.33)`.
    pub extreme: ExtremeFile,
    /// Taken in the order in which they stand. Left out: none.
    #[read(default)]
    pub credits: Vec<CreditFile>,
    /// Initial margin as a multiple of maintenance margin. CME asks 1.1 of speculators. Left out: 1.
    #[read(default = "whole", within = 1.0..=10.0)]
    pub im_factor: f64,
}

fn whole() -> f64 {
    1.0
}

#[derive(Clone, Copy, Debug, PartialEq, Read)]
pub struct CommodityFile {
    pub price_scan: PriceScanFile,
    /// Ratio of the volatility by which it moves. Left out: it does not.
    #[read(default, within = 0.0..=1.0)]
    pub volatility_scan: f64,
    /// Money for each contract long in one month against one short in another. Left out: nothing.
    #[read(default, not_negative)]
    pub spread_charge: f64,
    /// Money for each short option contract. Left out: nothing.
    #[read(default, not_negative)]
    pub short_option_minimum: f64,
    /// Units in what is called a contract. Left out: those of the largest future on the commodity that the world declares, or
    /// without one a lot of the commodity itself.
    #[read(default)]
    pub contract: Option<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Read)]
pub enum PriceScanFile {
    /// Money a contract.
    PerContract(f64),
    /// Ratio of the price.
    Rate(f64),
}

#[derive(Clone, Copy, Debug, PartialEq, Read)]
pub struct ExtremeFile {
    /// How many scan ranges the price moves.
    #[read(within = 1.0..=10.0)]
    pub multiple: f64,
    /// Share of the loss that counts.
    #[read(within = 0.0..=1.0)]
    pub cover: f64,
}

#[derive(Clone, Debug, PartialEq, Read)]
pub struct CreditFile {
    /// Two commodities, each with the number of its contracts that make one spread.
    pub between: ((String, f64), (String, f64)),
    /// Share of the scanning risk of the spread that is forgiven.
    #[read(within = 0.0..=1.0)]
    pub rate: f64,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    commodities: ByInstrument<Commodity>,
    extreme: ExtremeFile,
    credits: Vec<Credit>,
    im_factor: Rate,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Commodity {
    price: PriceScan,
    volatility: f64,
    /// In minor units.
    spread_charge: f64,
    short_option_minimum: f64,
    /// Units in a contract of its futures; `None` without one.
    contract: Option<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum PriceScan {
    /// Minor units a contract.
    PerContract(f64),
    Rate(f64),
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Credit {
    between: [(InstrumentId, f64); 2],
    rate: f64,
}

impl Commodity {
    /// Lots of the commodity in a contract.
    fn contract_lots(&self, marks: &Marks, commodity: InstrumentId) -> f64 {
        self.contract.map_or(1.0, |units| units / marks.facts(commodity).lot_units)
    }

    /// What a step of its price is worth on a contract, in minor units.
    fn step(&self, marks: &Marks, commodity: InstrumentId) -> f64 {
        marks.step_value(commodity).get() as f64 * self.contract_lots(marks, commodity)
    }
}

impl Model for File {
    type Plan = Plan;

    const RESTORES: CallLevel = CallLevel::Initial;

    fn check(&self, checker: &mut Checker<'_>) {
        for (name, own) in self.commodities.iter() {
            let field = format!("commodities.{name}");
            checker.instrument(&field, name);
            match own.price_scan {
                PriceScanFile::PerContract(amount) => checker.amount(&format!("{field}.price_scan"), amount),
                PriceScanFile::Rate(rate) => checker.rate(&format!("{field}.price_scan"), rate),
            }
            if let Some(units) = own.contract {
                checker.within(&format!("{field}.contract"), units, 1e-9, 1e12);
            }
        }
        if self.credits.len() > MOST_CREDITS {
            checker.add("credits", format!("there are {} credits", self.credits.len()), format!("keep {MOST_CREDITS}"));
        }
        for (index, credit) in self.credits.iter().take(MOST_CREDITS).enumerate() {
            let field = format!("credits[{index}]");
            let (one, two) = &credit.between;
            for (name, contracts) in [one, two] {
                checker.within(&format!("{field}.between"), *contracts, 1e-6, 1e6);
                if self.commodities.get(name).is_none() {
                    checker.add(
                        &format!("{field}.between"),
                        format!("\"{name}\" is none of the commodities"),
                        "state its scan range under `commodities`",
                    );
                }
            }
            if one.0 == two.0 {
                checker.add(
                    &format!("{field}.between"),
                    format!("\"{}\" is on both sides", one.0),
                    "name two commodities: within one everything is netted",
                );
            }
        }
    }

    fn plan(&self, context: &Context<'_>) -> Plan {
        let convert = |own: &CommodityFile| Commodity {
            price: match own.price_scan {
                PriceScanFile::PerContract(amount) => PriceScan::PerContract(context.minor(amount)),
                PriceScanFile::Rate(rate) => PriceScan::Rate(rate),
            },
            volatility: own.volatility_scan,
            spread_charge: context.minor(own.spread_charge),
            short_option_minimum: context.minor(own.short_option_minimum),
            contract: own.contract,
        };
        let other = Commodity {
            price: PriceScan::Rate(self.others),
            volatility: 0.0,
            spread_charge: 0.0,
            short_option_minimum: 0.0,
            contract: None,
        };
        let mut commodities = ByInstrument::new(&self.commodities, other, context, convert);
        for (id, own) in commodities.each() {
            own.contract = own.contract.or_else(|| context.contract_on(id));
        }
        let credit = |own: &CreditFile| {
            let ((one, of_one), (two, of_two)) = &own.between;
            let between = [(context.id(one)?, *of_one), (context.id(two)?, *of_two)];
            Some(Credit { between, rate: own.rate })
        };
        Plan {
            commodities,
            extreme: self.extreme,
            credits: self.credits.iter().take(MOST_CREDITS).filter_map(credit).collect(),
            im_factor: rate(self.im_factor),
        }
    }

    fn requirement(plan: &Plan, marks: &Marks, positions: impl Iterator<Item = Position>) -> Requirement {
        let held = &Held::of(positions);
        let mut found = find(plan, marks, &legs(plan, marks, held));
        forgive(plan, &mut found, |_, _| {});
        demanded(plan, found.iter().map(Found::needs).sum())
    }

    fn breakdown(plan: &Plan, marks: &Marks, held: &Held, total: Requirement) -> Breakdown {
        let legs = legs(plan, marks, held);
        let mut found = find(plan, marks, &legs);
        let mut breakdown = Breakdown { total, ..Breakdown::EMPTY };
        let mut credits = Vec::new();
        forgive(plan, &mut found, |credit, forgiven| {
            credits.push((credit.between[0].0, credit.between[1].0, forgiven))
        });
        let cases = cases(plan.extreme);
        for (leg, position) in legs.iter().zip(held.iter()) {
            let scan = found.iter().position(|found| found.commodity == leg.commodity).expect("every leg was scanned");
            let own = plan.commodities.of(leg.commodity);
            let lost = if found[scan].loss > 0.0 { -gain(own, marks, leg, cases[found[scan].case]) } else { 0.0 };
            let alone = Self::requirement(plan, marks, std::iter::once(*position));
            breakdown.lines.push(Line::new(position, alone, demanded(plan, lost), Why::Scanned(scan)));
        }
        let mut adjust = |what, amount: f64| {
            if amount != 0.0 {
                breakdown.adjustments.push(Adjustment { what, amount: demanded(plan, amount) });
            }
        };
        for (scan, found) in found.iter().enumerate() {
            adjust(What::SpreadCharge { scan }, found.spread);
            adjust(What::OptionMinimum { scan }, found.needs() - (found.loss + found.spread - found.credit));
        }
        for (one, two, forgiven) in credits {
            adjust(What::Credit(one, two), -forgiven);
        }
        for found in found.iter() {
            let Case { price, volatility, cover } = cases[found.case];
            let worst = Scenario::Sixteen { number: found.case + 1, price, volatility, cover };
            let loss = money_up(found.loss);
            breakdown.scans.push(Scan {
                over: vec![found.commodity],
                loss,
                worst: (found.loss > 0.0).then_some(worst),
            });
        }
        breakdown.rounded()
    }

    const OFFSETS: Offsets = Offsets::Opposites;

    /// Its commodity, or the first of those that credits tie together with it.
    fn offsets_in(plan: &Plan, marks: &Marks, instrument: InstrumentId) -> InstrumentId {
        let mut first = commodity(plan, marks, instrument);
        // So often that the longest chain of credits has been followed.
        for _ in 0..plan.credits.len() {
            let forgiving = plan.credits.iter().filter(|credit| credit.rate > 0.0);
            let tied = forgiving.map(|credit| credit.between.map(|(on, _)| on));
            let before = first;
            first =
                tied.filter(|pair| pair.contains(&before)).flatten().min().map_or(before, |other| other.min(before));
            if first == before {
                break;
            }
        }
        first
    }

    /// A range in money does not follow the price at all, but where it is more than the whole price, below which nothing but
    /// a future falls; one that is a ratio follows it by no more than that, but for
    /// commodities that stand in credits, whose requirement hangs on a price the account need not hold. Options
    /// hang on other things beside a price.
    fn bound(plan: &Plan, level: CallLevel, facts: &Facts, instrument: InstrumentId, lots: Lots, zone: Zone) -> Bound {
        if facts.payoff != Payoff::Linear {
            return Bound::MustScan;
        }
        let stated = [instrument, facts.underlying].into_iter().find(|on| plan.commodities.stated(*on).is_some());
        let commodity = stated.unwrap_or(facts.underlying);
        let rate_of = match plan.commodities.of(commodity).price {
            PriceScan::PerContract(_) if facts.delivered.is_some() || lots.is_negative() => {
                return slope_between(Rate::ZERO, Rate::ZERO, lots, zone);
            }
            PriceScan::PerContract(_) => {
                // Of the loss of the whole price some multiple is asked.
                let most = match level {
                    CallLevel::Maintenance => Rate::ONE,
                    CallLevel::Initial => plan.im_factor,
                };
                return slope_between(Rate::ZERO, most, lots, zone);
            }
            PriceScan::Rate(rate) => rate * (plan.extreme.multiple * plan.extreme.cover).max(1.0),
        };
        if plan.credits.iter().flat_map(|credit| credit.between).any(|(on, _)| on == commodity) {
            return Bound::MustScan;
        }
        let factor = match level {
            CallLevel::Maintenance => 1.0,
            CallLevel::Initial => plan.im_factor.to_f64(),
        };
        let most = rate(rate_of * factor + 2e-9);
        slope_between(Rate::from_billionths(-most.billionths()), most, lots, zone)
    }
}

/// One position in the scan.
#[derive(Clone, Copy)]
struct Leg {
    instrument: InstrumentId,
    commodity: InstrumentId,
    exposure: Exposure,
    /// Steps of what its own price moves by for a step of its commodity.
    steps: f64,
    /// Lots short of an option.
    short_options: f64,
}

/// The price moves by this multiple of its range, the volatility by this multiple of its own, and this share of the
/// loss counts.
#[derive(Clone, Copy)]
struct Case {
    price: f64,
    volatility: f64,
    cover: f64,
}

fn cases(extreme: ExtremeFile) -> [Case; 16] {
    const THIRDS: [f64; 7] = [0.0, 1.0, -1.0, 2.0, -2.0, 3.0, -3.0];
    std::array::from_fn(|index| match index {
        14 => Case { price: extreme.multiple, volatility: 0.0, cover: extreme.cover },
        15 => Case { price: -extreme.multiple, volatility: 0.0, cover: extreme.cover },
        _ => Case { price: THIRDS[index / 2] / 3.0, volatility: if index % 2 == 0 { 1.0 } else { -1.0 }, cover: 1.0 },
    })
}

/// What one commodity needs by itself, and what is forgiven.
#[derive(Clone, Copy)]
struct Found {
    commodity: InstrumentId,
    loss: f64,
    case: usize,
    spread: f64,
    minimum: f64,
    credit: f64,
    /// In contracts of the commodity; what credits have not used up.
    delta: f64,
    per_contract: f64,
}

impl Found {
    const NOTHING: Self = Self {
        commodity: InstrumentId::new(0),
        loss: 0.0,
        case: 0,
        spread: 0.0,
        minimum: 0.0,
        credit: 0.0,
        delta: 0.0,
        per_contract: 0.0,
    };

    fn needs(&self) -> f64 {
        (self.loss + self.spread - self.credit).max(self.minimum)
    }
}

fn legs(plan: &Plan, marks: &Marks, held: &Held) -> Few<Leg> {
    let mut legs = Few::new(Leg {
        instrument: InstrumentId::new(0),
        commodity: InstrumentId::new(0),
        exposure: Exposure::NONE,
        steps: 1.0,
        short_options: 0.0,
    });
    for position in held.iter() {
        let (lots, linear) = (position.lots.get() as f64, marks.facts(position.instrument).payoff == Payoff::Linear);
        let commodity = commodity(plan, marks, position.instrument);
        legs.push(Leg {
            instrument: position.instrument,
            commodity,
            exposure: Exposure::of(marks, position),
            steps: marks.facts(commodity).step_size / marks.facts(position.instrument).step_size,
            short_options: if linear { 0.0 } else { (-lots).max(0.0) },
        });
    }
    legs
}

/// The first thing in the chain of what it is on that has a scan range, or the last thing in it.
fn commodity(plan: &Plan, marks: &Marks, instrument: InstrumentId) -> InstrumentId {
    let mut last = instrument;
    let stated = chain(marks, instrument).inspect(|&on| last = on).find(|&on| plan.commodities.stated(on).is_some());
    stated.unwrap_or(last)
}

fn gain(own: &Commodity, marks: &Marks, leg: &Leg, case: Case) -> f64 {
    let volatility = case.volatility * own.volatility;
    case.cover
        * match own.price {
            PriceScan::Rate(rate) => leg.exposure.gain(case.price * rate, volatility),
            PriceScan::PerContract(amount) => {
                // The commodity's price moves by so much money a unit, and so does each that is on it.
                let steps = amount / own.step(marks, leg.commodity) * leg.steps;
                leg.exposure.gain_by(case.price * steps, volatility)
            }
        }
}

fn find(plan: &Plan, marks: &Marks, legs: &[Leg]) -> Few<Found> {
    let mut found = Few::new(Found::NOTHING);
    for (index, first) in legs.iter().enumerate() {
        if legs[..index].iter().any(|leg| leg.commodity == first.commodity) {
            continue;
        }
        let own = plan.commodities.of(first.commodity);
        let on_it = || legs[index..].iter().filter(|leg| leg.commodity == first.commodity);
        let mut worst = Found { commodity: first.commodity, ..Found::NOTHING };
        for (number, case) in cases(plan.extreme).into_iter().enumerate() {
            let loss: f64 = on_it().map(|leg| -gain(own, marks, leg, case)).sum();
            if loss > worst.loss {
                (worst.loss, worst.case) = (loss, number);
            }
        }
        if let (true, Some(contract)) = (own.spread_charge > 0.0, own.contract) {
            let held = on_it().map(|leg| (leg.instrument, leg.exposure));
            worst.spread = months::between(marks, held) / contract * own.spread_charge;
        }
        worst.minimum = on_it().map(|leg| leg.short_options).sum::<f64>() * own.short_option_minimum;
        if !plan.credits.is_empty() {
            let step = own.step(marks, first.commodity);
            worst.delta = on_it().map(|leg| leg.exposure.delta()).sum::<f64>() / step;
            worst.per_contract = match own.price {
                PriceScan::PerContract(amount) => amount,
                PriceScan::Rate(rate) => rate * marks.price(first.commodity).steps().unsigned_abs() as f64 * step,
            };
        }
        found.push(worst);
    }
    found
}

/// Takes the credits in their order, and tells each as it is taken.
fn forgive(plan: &Plan, found: &mut [Found], mut tell: impl FnMut(&Credit, f64)) {
    for credit in &plan.credits {
        let [(one, of_one), (two, of_two)] = credit.between;
        let place = |of: InstrumentId| found.iter().position(|found| found.commodity == of);
        let (Some(first), Some(second)) = (place(one), place(two)) else { continue };
        let (delta, other) = (found[first].delta, found[second].delta);
        let opposite = delta * other < 0.0;
        if !opposite {
            continue;
        }
        let spreads = (delta.abs() / of_one).min(other.abs() / of_two);
        let mut forgiven = 0.0;
        for (place, contracts) in [(first, of_one), (second, of_two)] {
            let found = &mut found[place];
            let part = (credit.rate * spreads * contracts * found.per_contract).min(found.loss - found.credit);
            found.credit += part;
            found.delta -= found.delta.signum() * spreads * contracts;
            forgiven += part;
        }
        tell(credit, forgiven);
    }
}

fn demanded(plan: &Plan, mm: f64) -> Requirement {
    Requirement { im: money_up(mm * plan.im_factor.to_f64()), mm: money_up(mm) }
}

#[cfg(test)]
mod tests;
