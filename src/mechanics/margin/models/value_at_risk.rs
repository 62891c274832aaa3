//! `ValueAtRisk`: a loss that is exceeded only so often, by what prices did before.
//!
//! The joint returns of the rows in the window are applied to the positions as they are: the account's own
//! history of gains and losses, had it held them all along. From it
//! - `HistoricalSimulation` takes the loss at the rank that the confidence gives: of 250 rows at 99 % the second
//!   worst (`rows × (1 − confidence)`, rounded down, but at least the worst);
//! - `Ewma` takes its standard deviation, rows weighted by `λ` to the power of their age (RiskMetrics 1996, λ = 0.94 for
//!   days), times the normal quantile;
//! - `FilteredHistorical` brings each row to today's volatility first: times the deviation estimated for now over that
//!   estimated for its day, both by the same weights (Hull & White 1998, on the account's own losses).
//!
//! `expected_shortfall` takes the mean of that loss and all worse ones instead. Returns are brought to the horizon by the
//! square root of time, and options valued anew for each row as it is then: who bought an option, or a spread, can lose no
//! more in ten days than in one. Where no position can lose more than it is worth, nor can all. IM is a multiple of MM.
//!
//! Before the window is full, ordinary volatility stands in for the rows that are missing (`StandIn`), with
//! one stated correlation; what is held long in one thing and short in another is hedged from the first day only
//! as far as that says.
//!
//! No bound for the watch: the requirement changes with each row that is added, whether prices moved or not, so
//! that accounts at such a lender are looked at each tick.

#![allow(clippy::float_arithmetic, reason = "a value at risk is a judgement; it becomes money in one rounding")]

use super::breakdown::{Adjustment, Breakdown, Line, Scan, Scenario, What, Why};
use super::context::{Checker, Context, rate};
use super::exact::money_up;
use super::exposure::{Exposure, root};
use super::few::Few;
use super::stand_in::StandIn;
use super::{Held, Model, Offsets};
use crate::margin::CallLevel;
use crate::margin::pricing::{density, quantile};
use crate::margin::{Every, Marks, Position, Requirement};
use ground::units::{InstrumentId, Rate};
use language::read::Read;

/// Ten years of days.
pub const LONGEST_WINDOW: usize = 2_520;
/// Returns that are kept, of all instruments together: 80 megabytes.
const MOST_RETURNS: usize = 10_000_000;
/// Windows up to this long are worked on without taking memory.
const SHORT: usize = 512;

/// A loss that is seldom exceeded.
#[derive(Clone, Debug, PartialEq, Read)]
pub struct File {
    pub method: Method,
    /// 0.99: the loss that one time in a hundred exceeds.
    pub confidence: f64,
    /// Days until a position could be closed.
    #[read(within = 1e-4..=250.0)]
    pub horizon_days: f64,
    /// How many rows are looked back on.
    pub window: usize,
    /// Whether a row is a tick or a day.
    pub every: Every,
    /// Left out: the value at risk itself.
    #[read(default)]
    pub expected_shortfall: bool,
    /// Between any two underlyings, in the rows that stand in before there is a history. Left out: none.
    #[read(default, within = 0.0..=1.0)]
    pub ordinary_correlation: f64,
    /// Initial margin as a multiple of maintenance margin. Left out: 1.
    #[read(default = "one", within = 1.0..=10.0)]
    pub im_factor: f64,
}

fn one() -> f64 {
    1.0
}

#[derive(Clone, Copy, Debug, PartialEq, Read)]
pub enum Method {
    HistoricalSimulation,
    Ewma { lambda: f64 },
    FilteredHistorical { lambda: f64 },
}

#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    method: Method,
    confidence: f64,
    /// The quantile of the normal distribution at the confidence.
    deviations: f64,
    pub window: usize,
    pub every: Every,
    expected_shortfall: bool,
    /// By what the return of a row becomes one of the horizon.
    horizon: f64,
    /// By what a day's deviation becomes a row's.
    row_deviation: f64,
    stand_in: StandIn,
    im_factor: Rate,
}

impl Model for File {
    type Plan = Plan;

    const RESTORES: CallLevel = CallLevel::Initial;

    fn check(&self, checker: &mut Checker<'_>) {
        if !(self.confidence > 0.5 && self.confidence < 1.0) {
            checker.add(
                "confidence",
                format!("{} is not a confidence above 0.5 and below 1", self.confidence),
                "give the share of the time in which the loss is not exceeded: 0.99",
            );
        }
        match self.method {
            Method::HistoricalSimulation => {}
            Method::Ewma { lambda } => check_lambda("method.ewma.lambda", lambda, checker),
            Method::FilteredHistorical { lambda } => check_lambda("method.filtered_historical.lambda", lambda, checker),
        }
        let most = (MOST_RETURNS / checker.instruments.list.len().max(1)).min(LONGEST_WINDOW);
        if self.window < 10 || self.window > most {
            checker.add(
                "window",
                format!("a window of {} rows", self.window),
                format!(
                    "give 10 to {most}: with {} instruments, more could not be kept",
                    checker.instruments.list.len()
                ),
            );
        }
    }

    fn plan(&self, context: &Context<'_>) -> Plan {
        let rows_in_day = match self.every {
            Every::Tick => context.ticks_in_day,
            Every::Day => 1.0,
        };
        let window = self.window.clamp(1, LONGEST_WINDOW);
        Plan {
            method: self.method,
            confidence: self.confidence,
            deviations: quantile(self.confidence),
            window,
            every: self.every,
            expected_shortfall: self.expected_shortfall,
            horizon: (self.horizon_days * rows_in_day).sqrt(),
            row_deviation: (1.0 / rows_in_day).sqrt(),
            stand_in: StandIn::new(window, self.ordinary_correlation),
            im_factor: rate(self.im_factor),
        }
    }

    fn requirement(plan: &Plan, marks: &Marks, positions: impl Iterator<Item = Position>) -> Requirement {
        let held = &Held::of(positions);
        if held.is_empty() {
            return Requirement::ZERO;
        }
        let legs = legs(plan, marks, held);
        demanded(plan, with_losses(plan, marks, &legs, |losses| tail(plan, losses).no_more_than(&legs).loss).max(0.0))
    }

    fn breakdown(plan: &Plan, marks: &Marks, held: &Held, total: Requirement) -> Breakdown {
        let mut breakdown = Breakdown { total, ..Breakdown::EMPTY };
        if held.is_empty() {
            return breakdown;
        }
        let legs = legs(plan, marks, held);
        let (tail, gross) = with_losses(plan, marks, &legs, |losses| {
            let gross: f64 = losses.iter().map(|loss| loss * loss).sum();
            (tail(plan, losses).no_more_than(&legs), gross)
        });
        let loses = tail.loss > 0.0;
        // Of a deviation each position has the part that its own gains have of the account's: covariance over variance.
        let part = |leg: &Leg| match tail.worst {
            _ if !loses => 0.0,
            Worst::Row(back) => -gain(plan, marks, leg, back),
            Worst::Deviation(_) if gross > 0.0 => {
                let weight = |back: usize| match plan.method {
                    Method::Ewma { lambda } => ground::ops::powf(lambda, back as f64),
                    _ => 1.0,
                };
                let of_row = |back: usize| legs.iter().map(|leg| gain(plan, marks, leg, back)).sum::<f64>();
                let rows = || (0..plan.window).map(|back| (weight(back), of_row(back), back));
                let shared: f64 = rows().map(|(weight, all, back)| weight * all * gain(plan, marks, leg, back)).sum();
                let variance: f64 = rows().map(|(weight, all, _)| weight * all * all).sum();
                tail.loss * shared / variance
            }
            Worst::Deviation(_) => 0.0,
        };
        let mut shown = 0.0;
        for (leg, position) in legs.iter().zip(held.iter()) {
            let lost = part(leg);
            shown += lost;
            let alone = Self::requirement(plan, marks, std::iter::once(*position));
            breakdown.lines.push(Line::new(position, alone, demanded(plan, lost), Why::Scanned(0)));
        }
        let beyond = if loses { tail.loss - shown } else { 0.0 };
        if beyond.abs() > 1e-6 * tail.loss.abs() {
            breakdown.adjustments.push(Adjustment { what: What::Tail, amount: demanded(plan, beyond) });
        }
        let known = marks.history().len(plan.every);
        let worst = match tail.worst {
            Worst::Row(back) => Scenario::Row { back, stand_in: back >= known },
            Worst::Deviation(one) => Scenario::Deviations { number: tail.loss / one, one: money_up(one) },
        };
        let mut over: Vec<_> = legs.iter().map(|leg| leg.instrument).collect();
        over.sort_unstable();
        over.dedup();
        let loss = money_up(tail.loss.max(0.0));
        breakdown.scans.push(Scan { over, loss, worst: loses.then_some(worst) });
        breakdown.rounded()
    }

    const OFFSETS: Offsets = Offsets::Anything;

    /// All that an account holds has one history.
    fn offsets_in(_plan: &Plan, _marks: &Marks, _instrument: InstrumentId) -> InstrumentId {
        InstrumentId::new(0)
    }

    // There is no bound: it changes with each row that is added, whether prices move or not.

    fn looks_back(plan: &Plan) -> Option<(Every, usize)> {
        Some((plan.every, plan.window))
    }
}

fn check_lambda(field: &str, lambda: f64, checker: &mut Checker<'_>) {
    if !(0.5..1.0).contains(&lambda) {
        checker.add(
            field,
            format!("{lambda} is not a weight from 0.5 to below 1"),
            "give what a row keeps of its weight as it grows a row older: 0.94",
        );
    }
}

#[derive(Clone, Copy)]
struct Leg {
    instrument: InstrumentId,
    /// What its return is taken from: for an option, what that is on.
    moves_with: InstrumentId,
    /// The luck of what it is on in the end.
    luck: u64,
    /// Of a row, where ordinary volatility stands in.
    deviation: f64,
    exposure: Exposure,
}

fn legs(plan: &Plan, marks: &Marks, held: &Held) -> Few<Leg> {
    let zero = InstrumentId::new(0);
    let nothing = Leg { instrument: zero, moves_with: zero, luck: 0, deviation: 0.0, exposure: Exposure::NONE };
    let mut legs = Few::new(nothing);
    for position in held.iter() {
        let instrument = position.instrument;
        let facts = marks.facts(instrument);
        let moves_with = match facts.payoff {
            crate::margin::Payoff::Linear => instrument,
            crate::margin::Payoff::Option { .. } => facts.underlying,
        };
        let deviation = marks.facts(moves_with).daily_volatility * plan.row_deviation;
        let luck = marks.facts(root(marks, instrument)).luck;
        legs.push(Leg { instrument, moves_with, luck, deviation, exposure: Exposure::of(marks, position) });
    }
    legs
}

/// What a leg would have gained in the row so far back, brought to the horizon.
fn gain(plan: &Plan, marks: &Marks, leg: &Leg, back: usize) -> f64 {
    let known = marks.history().back(plan.every, back, leg.moves_with);
    let price = known.unwrap_or_else(|| leg.deviation * plan.stand_in.normal(back, leg.luck));
    leg.exposure.gain(price * plan.horizon, 0.0)
}

/// What the model sees in the losses of the rows, the latest first.
struct Tail {
    /// At the horizon, before it is anything's minimum.
    loss: f64,
    /// The row that stands for it, or the deviation.
    worst: Worst,
}

impl Tail {
    /// What was brought up to a volatility, or follows from a deviation, may be more than can be lost.
    fn no_more_than(self, legs: &[Leg]) -> Self {
        let most: f64 = legs.iter().map(|leg| leg.exposure.most_lost()).sum();
        Self { loss: self.loss.min(most), ..self }
    }
}

enum Worst {
    /// The one at the rank, counted back from the latest.
    Row(usize),
    Deviation(f64),
}

fn tail(plan: &Plan, losses: &mut [f64]) -> Tail {
    let rows = losses.len();
    match plan.method {
        Method::Ewma { lambda } => {
            let deviation = weighted_deviation(losses, lambda);
            let times = match plan.expected_shortfall {
                true => density(plan.deviations) / (1.0 - plan.confidence),
                false => plan.deviations,
            };
            return Tail { loss: times * deviation, worst: Worst::Deviation(deviation) };
        }
        Method::FilteredHistorical { lambda } => filter(losses, lambda),
        Method::HistoricalSimulation => {}
    }
    let worse = ((rows as f64 * (1.0 - plan.confidence) + 1e-9) as usize).max(1);
    let mut order = Ranking::of(losses);
    order.worst_first(losses, worse);
    let at_rank = order.rows()[worse - 1] as usize;
    let loss = match plan.expected_shortfall {
        true => order.rows()[..worse].iter().map(|row| losses[*row as usize]).sum::<f64>() / worse as f64,
        false => losses[at_rank],
    };
    Tail { loss, worst: Worst::Row(at_rank) }
}

/// Weights fall from the latest row on and add up to one; the mean is taken to be zero.
fn weighted_deviation(losses: &[f64], lambda: f64) -> f64 {
    let (mut weight, mut weights, mut sum) = (1.0, 0.0, 0.0);
    for loss in losses {
        sum += weight * loss * loss;
        weights += weight;
        weight *= lambda;
    }
    if weights > 0.0 { (sum / weights).sqrt() } else { 0.0 }
}

/// Each row times the deviation estimated now over that estimated when it came. The estimate begins, at the oldest row,
/// with the deviation of the whole window.
fn filter(losses: &mut [f64], lambda: f64) {
    let rows = losses.len() as f64;
    let start: f64 = losses.iter().map(|loss| loss * loss).sum::<f64>() / rows;
    let next = |variance: f64, loss: f64| lambda * variance + (1.0 - lambda) * loss * loss;
    let now = losses.iter().rev().fold(start, |variance, loss| next(variance, *loss));
    let mut variance = start;
    for loss in losses.iter_mut().rev() {
        let scaled = if variance > 0.0 { *loss * (now / variance).sqrt() } else { *loss };
        variance = next(variance, *loss);
        *loss = scaled;
    }
}

/// Row numbers, to be put in order without moving the rows.
struct Ranking {
    few: [u16; SHORT],
    many: Vec<u16>,
    count: usize,
}

impl Ranking {
    fn of(losses: &[f64]) -> Self {
        let count = losses.len();
        let mut order = Self { few: [0; SHORT], many: Vec::new(), count };
        if count > SHORT {
            order.many = (0..count as u16).collect();
        } else {
            order.few.iter_mut().enumerate().for_each(|(row, place)| *place = row as u16);
        }
        order
    }

    /// The worst so many come first, in order; of equal ones the later row.
    fn worst_first(&mut self, losses: &[f64], worse: usize) {
        let by_loss = |one: &u16, other: &u16| {
            losses[*other as usize].total_cmp(&losses[*one as usize]).then_with(|| one.cmp(other))
        };
        let rows = if self.count > SHORT { &mut self.many[..] } else { &mut self.few[..self.count] };
        rows.select_nth_unstable_by(worse - 1, by_loss);
        rows[..worse].sort_unstable_by(by_loss);
    }

    fn rows(&self) -> &[u16] {
        if self.count > SHORT { &self.many } else { &self.few[..self.count] }
    }
}

/// Gives the losses of the rows, the latest first, to what works on them.
fn with_losses<R>(plan: &Plan, marks: &Marks, legs: &[Leg], work: impl FnOnce(&mut [f64]) -> R) -> R {
    let (mut few, mut many) = ([0.0; SHORT], Vec::new());
    let losses = if plan.window <= SHORT {
        &mut few[..plan.window]
    } else {
        many.resize(plan.window, 0.0);
        &mut many[..]
    };
    for (back, loss) in losses.iter_mut().enumerate() {
        *loss = -legs.iter().map(|leg| gain(plan, marks, leg, back)).sum::<f64>();
    }
    work(losses)
}

fn demanded(plan: &Plan, mm: f64) -> Requirement {
    Requirement { im: money_up(mm * plan.im_factor.to_f64()), mm: money_up(mm) }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{dollars, marks_of, positions};
    use super::*;
    use ground::units::Price;

    fn file(method: Method) -> File {
        File {
            method,
            confidence: 0.9,
            horizon_days: 1.0,
            window: 20,
            every: Every::Day,
            expected_shortfall: false,
            ordinary_correlation: 0.0,
            im_factor: 1.2,
        }
    }

    fn planned(file: &File) -> Plan {
        file.plan(&Context::new([], 2, 390.0))
    }

    /// One instrument at $100.00 that came there by these returns in percent, the latest last.
    fn after(returns: &[i64]) -> Marks {
        let mut marks = marks_of(&[(1, 1_000_000)], 0.01);
        marks.remember_returns(Every::Day, 20, returns.iter().map(|percent| *percent as f64 / 100.0));
        marks.set(InstrumentId::new(0), Price::new(10_000));
        marks
    }

    fn needs(file: &File, marks: &Marks, lots: i64) -> Requirement {
        File::requirement(&planned(file), marks, positions(&[(lots, 10_000)]).into_iter())
    }

    const RETURNS: [i64; 20] = [1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 1, -1, 2, -2, 3, -3, 4, -7, 8, -9];

    #[test]
    fn historical_simulation_takes_the_loss_at_its_rank() {
        let marks = after(&RETURNS);
        let file = file(Method::HistoricalSimulation);
        // 10 % of 20 rows is the second worst: 7 % of $10,000.00, and 5 % of it short; a fifth more to open.
        assert_eq!(needs(&file, &marks, 100), Requirement { im: dollars(840.0), mm: dollars(700.0) });
        assert_eq!(needs(&file, &marks, -100).mm, dollars(500.0));
        // The mean of 9 % and 7 %.
        let shortfall = File { expected_shortfall: true, ..file.clone() };
        assert_eq!(needs(&shortfall, &marks, 100).mm, dollars(800.0));
        // Over four days: twice.
        assert_eq!(needs(&File { horizon_days: 4.0, ..file }, &marks, 100).mm, dollars(1_400.0));
    }

    #[test]
    fn exponential_weights_take_a_deviation_times_a_quantile() {
        let marks = after(&RETURNS);
        let lambda = 0.94;
        let (mut sum, mut weights) = (0.0, 0.0);
        for (age, percent) in RETURNS.iter().rev().enumerate() {
            let weight = ground::ops::powf(lambda, age as f64);
            sum += weight * (*percent as f64 / 100.0) * (*percent as f64 / 100.0);
            weights += weight;
        }
        let expected = 10_000.0 * 1.281_551_566 * (sum / weights).sqrt();
        let mm = needs(&file(Method::Ewma { lambda }), &marks, 100).mm;
        assert!((mm.to_major(2) - expected).abs() < 0.02, "{mm} is not {expected}");
        assert_eq!(needs(&file(Method::Ewma { lambda }), &marks, -100).mm, mm);
    }

    #[test]
    fn filtering_brings_quiet_rows_up_to_a_restless_day() {
        let quiet_then_wild: Vec<i64> =
            (0..20).map(|row| if row < 15 { 1 - 2 * (row % 2) } else { 6 - 12 * (row % 2) }).collect();
        let marks = after(&quiet_then_wild);
        let plain = needs(&file(Method::HistoricalSimulation), &marks, 100).mm;
        let filtered = needs(&file(Method::FilteredHistorical { lambda: 0.8 }), &marks, 100).mm;
        assert_eq!(plain, dollars(600.0));
        assert!(filtered > plain, "{filtered}");
    }

    #[test]
    fn before_there_is_a_history_ordinary_volatility_stands_in() {
        let facts =
            crate::margin::Facts { daily_volatility: 0.02, ..crate::margin::Facts::unknown(InstrumentId::new(0)) };
        let marks = marks_of(&[(1, 10_000)], 0.01).with_facts([facts]);
        let file = File { confidence: 0.99, window: 1_000, ..file(Method::HistoricalSimulation) };
        // 2.33 deviations of 2 % of $10,000.00, within the coarseness of a thousand rows.
        let mm = needs(&file, &marks, 100).mm.to_major(2);
        assert!((mm - 465.27).abs() < 10.0, "{mm}");
        // A row of a tick has a smaller deviation, and more of them go into a day.
        let by_tick = needs(&File { every: Every::Tick, ..file }, &marks, 100).mm.to_major(2);
        assert!((by_tick - mm).abs() < 0.02, "{by_tick} is not {mm}");
    }

    #[test]
    fn the_breakdown_adds_up_for_each_method() {
        let marks = after(&RETURNS);
        let held = Held::of(positions(&[(100, 10_000)]).into_iter());
        for method in
            [Method::HistoricalSimulation, Method::Ewma { lambda: 0.94 }, Method::FilteredHistorical { lambda: 0.94 }]
        {
            for expected_shortfall in [false, true] {
                let plan = planned(&File { expected_shortfall, ..file(method) });
                let total = File::requirement(&plan, &marks, held.iter().copied());
                let explained = File::breakdown(&plan, &marks, &held, total);
                assert_eq!(explained.stated(), total);
                assert!(explained.scans[0].worst.is_some());
            }
        }
    }
}
