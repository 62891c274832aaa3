//! `Rate`: initial and maintenance margin as rates of gross position value.
//!
//! No netting: a long and a short in things that move together need as much as two longs. The value of
//! a position at a negative price counts by its size. Shorts may have rates of their own, and so may
//! single instruments. This is how prime brokers quote single-name equity swaps (the Archegos swaps at
//! Credit Suisse carried 7.5 %: Paul, Weiss, "Report on Archegos Capital Management", July 2021).

use super::breakdown::{Breakdown, Why};
use super::context::{ByInstrument, Checker, Context, rate};
use super::exact::Exact;
use super::{Held, MarginPlan, Model, slope_between};
use crate::margin::CallLevel;
use crate::margin::{Bound, Facts, Marks, Position, Requirement, Zone};
use ground::units::{Cash, InstrumentId, Lots, Rate};
use language::named::Named;
use language::read::Read;
use std::sync::Arc;

/// Initial and maintenance margin as rates of gross position value.
#[derive(Clone, Debug, PartialEq, Read)]
pub struct File {
    #[read(rate)]
    pub im: f64,
    #[read(rate)]
    pub mm: f64,
    /// Rates for shorts. Left out: the same as for longs.
    #[read(default)]
    pub short: Option<RatesFile>,
    /// Rates of single instruments in place of these. Left out: none.
    #[read(default)]
    pub per_instrument: Named<OwnRatesFile>,
}

/// Rates of shorts, which may lose more than they are worth: 3 asks for three times their value.
#[derive(Clone, Copy, Debug, PartialEq, Read)]
pub struct RatesFile {
    #[read(within = 1e-9..=10.0)]
    pub im: f64,
    #[read(within = 1e-9..=10.0)]
    pub mm: f64,
}

/// Rates of one instrument.
#[derive(Clone, Copy, Debug, PartialEq, Read)]
pub struct OwnRatesFile {
    #[read(rate)]
    pub im: f64,
    #[read(rate)]
    pub mm: f64,
    /// Left out: shorts need what longs need.
    #[read(default)]
    pub short: Option<RatesFile>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    pub im: Rate,
    pub mm: Rate,
}

impl Pair {
    fn at(self, level: CallLevel) -> Rate {
        match level {
            CallLevel::Maintenance => self.mm,
            CallLevel::Initial => self.im,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sides {
    pub long: Pair,
    pub short: Pair,
}

impl Sides {
    fn of(self, lots: Lots) -> Pair {
        if lots.is_negative() { self.short } else { self.long }
    }
}

/// Rates that are not the same for everything.
pub type Rates = ByInstrument<Sides>;

pub fn sides(im: f64, mm: f64, short: Option<RatesFile>) -> Sides {
    let long = Pair { im: rate(im), mm: rate(mm) };
    Sides { long, short: short.map_or(long, |short| Pair { im: rate(short.im), mm: rate(short.mm) }) }
}

impl File {
    /// The quickest plan that says the same.
    pub(super) fn simplest(&self, context: &Context<'_>) -> MarginPlan {
        if self.short.is_none() && self.per_instrument.is_empty() {
            MarginPlan::Rate { im: rate(self.im), mm: rate(self.mm) }
        } else {
            MarginPlan::Rates(Arc::new(self.plan(context)))
        }
    }
}

impl Model for File {
    type Plan = Rates;

    fn check(&self, checker: &mut Checker<'_>) {
        check_sides("", OwnRatesFile { im: self.im, mm: self.mm, short: self.short }, checker);
        for (name, own) in self.per_instrument.iter() {
            checker.instrument(&format!("per_instrument.{name}"), name);
            check_sides(&format!("per_instrument.{name}."), *own, checker);
        }
    }

    fn plan(&self, context: &Context<'_>) -> Rates {
        let all = sides(self.im, self.mm, self.short);
        ByInstrument::new(&self.per_instrument, all, context, |own| sides(own.im, own.mm, own.short))
    }

    fn requirement(rates: &Rates, _marks: &Marks, positions: impl Iterator<Item = Position>) -> Requirement {
        let (mut im, mut mm) = (Exact::ZERO, Exact::ZERO);
        for position in positions {
            let pair = rates.of(position.instrument).of(position.lots);
            im += Exact::share(position.value.abs(), pair.im);
            mm += Exact::share(position.value.abs(), pair.mm);
        }
        Requirement { im: im.rounded_up(), mm: mm.rounded_up() }
    }

    fn breakdown(rates: &Rates, _marks: &Marks, held: &Held, total: Requirement) -> Breakdown {
        Breakdown::adding_up(held, total, |position| {
            let Pair { im, mm } = rates.of(position.instrument).of(position.lots);
            (requirement(im, mm, std::iter::once(*position)), Why::Rates { im, mm })
        })
    }

    fn bound(
        rates: &Rates,
        level: CallLevel,
        _facts: &Facts,
        instrument: InstrumentId,
        lots: Lots,
        zone: Zone,
    ) -> Bound {
        bound(rates.of(instrument).of(lots).at(level), lots, zone)
    }
}

fn check_sides(path: &str, rates: OwnRatesFile, checker: &mut Checker<'_>) {
    check_pair(path, rates.im, rates.mm, checker);
    if let Some(short) = rates.short {
        check_pair(&format!("{path}short."), short.im, short.mm, checker);
    }
}

fn check_pair(path: &str, im: f64, mm: f64, checker: &mut Checker<'_>) {
    let stated = |rate: f64| rate > 0.0 && rate <= 10.0;
    if stated(im) && stated(mm) && mm > im {
        checker.add(
            &format!("{path}mm"),
            format!("the maintenance rate {mm} is above the initial rate {im}"),
            "swap them: who may open a position must be able to keep it",
        );
    }
}

/// One pair of rates for everything.
#[inline]
pub fn requirement(im: Rate, mm: Rate, positions: impl Iterator<Item = Position>) -> Requirement {
    let gross: Cash = positions.map(|position| position.value.abs()).sum();
    Requirement { im: im.of_rounded_up(gross), mm: mm.of_rounded_up(gross) }
}

/// The same rates for everything, as a table.
pub fn everywhere(im: Rate, mm: Rate) -> Rates {
    let pair = Pair { im, mm };
    ByInstrument::everywhere(Sides { long: pair, short: pair })
}

/// Per lot of a long, slack is `price − rate × |price|`: it rises by `1 − rate` a step above zero and by
/// `1 + rate` below. A short's is `−price − rate × |price|`.
pub fn bound(rate: Rate, lots: Lots, zone: Zone) -> Bound {
    slope_between(rate, rate, lots, zone)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{dollars, marks_of, positions};
    use super::*;

    fn slope(low: i64, high: i64) -> Bound {
        Bound::Slope { low: Rate::from_billionths(low), high: Rate::from_billionths(high) }
    }

    #[test]
    fn slack_follows_the_price_a_little_slower_when_long_and_a_little_faster_when_short() {
        let rate = Rate::from_billionths(250_000_000);
        let (long, short) = (Lots::new(7), Lots::new(-7));
        assert_eq!(bound(rate, long, Zone::FromZero), slope(750_000_000, 750_000_000));
        assert_eq!(bound(rate, short, Zone::FromZero), slope(-1_250_000_000, -1_250_000_000));
        assert_eq!(bound(rate, long, Zone::Anywhere), slope(750_000_000, 1_250_000_000));
        assert_eq!(bound(rate, short, Zone::Anywhere), slope(-1_250_000_000, -750_000_000));
    }

    #[test]
    fn above_a_rate_of_one_even_a_rise_costs_a_long_slack() {
        let rate = Rate::from_billionths(1_500_000_000);
        assert_eq!(bound(rate, Lots::new(1), Zone::FromZero), slope(-500_000_000, -500_000_000));
    }

    #[test]
    fn shorts_and_single_instruments_may_have_rates_of_their_own() {
        // 10 at $20.00 long in the first, 10 at $20.00 short in the second, which has its own 30 % and 40 %
        // for shorts: 10 % and 5 % of $200.00, 40 % and 30 % of $200.00.
        let all = sides(0.1, 0.05, None);
        let rates = ByInstrument::from_parts(
            vec![(InstrumentId::new(1), sides(0.2, 0.2, Some(RatesFile { im: 0.4, mm: 0.3 })))],
            all,
        );
        let held = positions(&[(10, 2_000), (-10, 2_000)]);
        let marks = marks_of(&[(10, 2_000), (-10, 2_000)], 0.01);
        let stands = File::requirement(&rates, &marks, held.iter().copied());
        assert_eq!(stands, Requirement { im: dollars(20.0 + 80.0), mm: dollars(10.0 + 60.0) });
        let explained = File::breakdown(&rates, &marks, &Held::of(held.into_iter()), stands);
        assert_eq!(explained.stated(), stands);
        assert_eq!(explained.lines[1].part, Requirement { im: dollars(80.0), mm: dollars(60.0) });
    }
}
