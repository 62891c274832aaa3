//! Volatility as it is judged now: an exponentially weighted mean of squared returns of the marks.
//!
//! `variance = keep × variance + (1 − keep) × return²`, one observation every so many ticks, from the volatility of the
//! instrument's ordinary day on. What was paid out meanwhile is in the return. J.P. Morgan's RiskMetrics (Technical Document,
//! 4th ed., 1996) keeps 0.94 a day, a half-life of 11 days; who sets margin within the day forgets faster. Observations some minutes apart
//! leave out most of the bounce between bid and ask, which would pass for volatility (Andersen, Bollerslev 1998).
//!
//! In come marks, tick by tick; out goes [`Marks::estimate_volatility`], which scales margin and does nothing else: options are
//! valued with the volatility that is implied in them. It costs something each tick, and so there is one only where a world
//! asks for it or a lender's margin needs it.
//!
//! Limits: one judgement for the whole market; a night counts as no time, and its gap as one return; between observations a
//! crash goes unnoticed.

#![expect(clippy::float_arithmetic, reason = "a statistic: it decides how much is asked for, and settles nothing")]

use super::Marks;
use ground::ops;
use ground::units::{InstrumentId, Span};
use language::findings::Findings;
use language::read::Read;

/// How volatility is judged, for margin that follows it.
#[derive(Clone, Copy, Debug, PartialEq, Read)]
pub struct VolatilityFile {
    /// After so many days of trading an observation has half its weight.
    #[read(within = 1e-3..=1e5)]
    pub half_life_days: f64,
    /// Trading time from one observation to the next.
    pub every: Span,
}

/// What is taken where a lender's margin follows volatility and the world says nothing: RiskMetrics' memory, observed every
/// half hour.
pub const USUAL: VolatilityFile = VolatilityFile { half_life_days: 11.2, every: Span::seconds(1_800) };

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VolatilityPlan {
    /// What an observation keeps of its weight until the next.
    pub keep: f64,
    pub every_ticks: u32,
    /// Observations in a day.
    pub per_day: f64,
}

impl VolatilityFile {
    /// With ticks of this length, so many of them a day.
    pub fn plan(&self, tick: Span, ticks_a_day: f64) -> VolatilityPlan {
        let ticks = (self.every.as_seconds() / tick.as_seconds().max(1)).max(1);
        let every_ticks = u32::try_from(ticks).unwrap_or(u32::MAX);
        // On a day with fewer ticks than that there is one observation a day or less.
        let per_day = ticks_a_day.max(1.0) / f64::from(every_ticks);
        let keep = ops::powf(0.5, 1.0 / (self.half_life_days * per_day));
        VolatilityPlan { keep: if keep.is_finite() { keep } else { 0.0 }, every_ticks, per_day }
    }

    pub fn check(&self, findings: &mut Findings) {
        if self.every.as_seconds() <= 0 {
            findings.add("volatility.every", "observations must be some time apart", "give a length of time: \"30m\"");
        }
    }
}

/// The judgement as it runs.
#[derive(Clone, Debug)]
pub struct Volatility {
    plan: VolatilityPlan,
    ticks: u32,
    /// By instrument.
    seen: Vec<Seen>,
}

#[derive(Clone, Copy, Debug)]
struct Seen {
    /// When last observed.
    price: f64,
    paid_out: f64,
    /// Of the return from one observation to the next.
    variance: f64,
}

impl Volatility {
    pub fn new(plan: VolatilityPlan, marks: &Marks) -> Self {
        let start = |index| {
            let instrument = InstrumentId::from_index(index);
            let daily = marks.facts(instrument).daily_volatility;
            let variance = daily * daily / plan.per_day;
            Seen { price: price(marks, instrument), paid_out: marks.paid_out(instrument), variance }
        };
        Self { plan, ticks: 0, seen: (0..marks.len()).map(start).collect() }
    }

    /// A tick has passed in which there was trading.
    pub fn observe(&mut self, marks: &mut Marks) {
        self.ticks += 1;
        if self.ticks < self.plan.every_ticks {
            return;
        }
        self.ticks = 0;
        for (index, seen) in self.seen.iter_mut().enumerate() {
            let instrument = InstrumentId::from_index(index);
            let Seen { price: before, variance, .. } = seen;
            let (now, paid_out) = (price(marks, instrument), marks.paid_out(instrument));
            // Across zero a return means nothing.
            if *before > 0.0 && now > 0.0 {
                let change = now / *before - 1.0 + (paid_out - seen.paid_out) / *before;
                *variance = self.plan.keep * *variance + (1.0 - self.plan.keep) * change * change;
                marks.estimate_volatility(instrument, (*variance * self.plan.per_day).sqrt());
            }
            (seen.price, seen.paid_out) = (now, paid_out);
        }
    }
}

fn price(marks: &Marks, instrument: InstrumentId) -> f64 {
    marks.price(instrument).steps() as f64
}

#[cfg(test)]
mod tests {
    use super::super::test_world::World;
    use super::super::{Facts, Marks};
    use super::*;
    use ground::units::Price;

    const STOCK: InstrumentId = InstrumentId::new(0);

    fn marks() -> Marks {
        let facts = Facts { daily_volatility: 0.02, ..Facts::unknown(STOCK) };
        World::new(0, &[(1, 10_000, 0)], &[]).marks.with_facts([facts])
    }

    fn after(file: VolatilityFile, prices: &[i64]) -> f64 {
        let mut marks = marks();
        let mut volatility = Volatility::new(file.plan(Span::seconds(60), 400.0), &marks);
        for price in prices {
            marks.set(STOCK, Price::new(*price));
            volatility.observe(&mut marks);
        }
        marks.estimated_volatility(STOCK)
    }

    #[test]
    fn a_return_enters_with_its_weight_and_calm_lets_it_fade() {
        // Four observations a day, and half of the weight is gone with each.
        let file = VolatilityFile { half_life_days: 0.25, every: Span::seconds(6_000) };
        let mut prices = vec![10_000; 99];
        assert!((after(file, &prices) - 0.02).abs() < 1e-12, "nothing is observed before the hundredth minute");
        prices.push(11_000);
        // ½ × 0.02² ÷ 4 + ½ × 0.1² = 0.00505 between observations.
        assert!((after(file, &prices) - (4.0f64 * 0.00505).sqrt()).abs() < 1e-12);
        prices.extend([11_000; 100]);
        assert!((after(file, &prices) - (4.0f64 * 0.002525).sqrt()).abs() < 1e-12);
    }

    #[test]
    fn across_zero_nothing_is_learnt() {
        let file = VolatilityFile { half_life_days: 0.25, every: Span::seconds(60) };
        assert!((after(file, &[-50, 0, 10]) - 0.02).abs() < 1e-12);
        assert!(after(file, &[-50, 0, 10, 20]) > 1.0);
    }

    #[test]
    fn any_numbers_make_a_plan() {
        for half_life_days in [0.0, -1.0, f64::NAN, 1e308] {
            for every in [0, -5, 1, i64::MAX] {
                let plan =
                    VolatilityFile { half_life_days, every: Span::seconds(every) }.plan(Span::seconds(60), 390.0);
                assert!(plan.keep.is_finite() && plan.per_day > 0.0 && plan.every_ticks > 0);
            }
        }
    }
}
