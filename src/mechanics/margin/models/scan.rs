//! `Scan`: portfolio margin, the worst loss over ten points of a range of prices.
//!
//! - All that is on one underlying moves together: by the same ratio, at ten points, five to each side and
//!   equally far apart (±3 %, ±6 %, ... ±15 %; for −8 % and +6 %: −8, −6.4, ... −1.6, +1.2, ... +6). What the
//!   positions gain and lose at a point adds up in full.
//! - Underlyings may form groups, with a range of their own. All of a group are at the same point at the same
//!   time, and of what one gains a share counts against what another loses (90 % among broad indices).
//! - The requirement of a group is its worst loss over the points, but no less than an amount for each
//!   option contract, of a long one no more than it is worth; groups add up. IM is a multiple of MM.
//!
//! Source: FINRA Rule 4210(g) and the OCC's TIMS: ±15 % for single names, −8/+6 % for broad indices, 37.5 cents a
//! unit and option contract (that it asks no more of a long one than it is worth is remembered; its wording was not at hand). Options are valued anew at each point, at their volatility of now.
//!
//! For linear positions the requirement follows a price by no more than the widest end of its range, whatever is
//! held beside it; what options need hangs on their underlying's price, on volatility and on time, and so an
//! account that holds any is looked at each tick.

#![allow(clippy::float_arithmetic, reason = "a scan is a judgement; it becomes money in one rounding")]

use super::breakdown::{Adjustment, Breakdown, Line, Scan, Scenario, What, Why};
use super::context::{ByInstrument, Checker, Context, rate};
use super::exact::money_up;
use super::exposure::{Exposure, root};
use super::few::Few;
use super::{Held, Model, Offsets, slope_between};
use crate::margin::CallLevel;
use crate::margin::{Bound, Facts, Marks, Payoff, Position, Requirement, Zone};
use ground::units::{Cash, InstrumentId, Lots, Rate};
use language::named::Named;
use language::read::Read;

pub const POINTS: usize = 10;

/// The worst loss over a range of prices.
#[derive(Clone, Debug, PartialEq, Read)]
pub struct File {
    /// For everything that is in no group. The rule's for single names: `(down: 0.15, up: 0.15)`.
    pub range: RangeFile,
    /// Left out: none.
    #[read(default)]
    pub groups: Named<GroupFile>,
    /// Money a unit for each option contract, of a long one no more than it is worth. The rule's: 0.375. Left out: nothing.
    #[read(default, not_negative)]
    pub option_minimum: f64,
    /// Initial margin as a multiple of maintenance margin. Left out: 1.
    #[read(default = "one", within = 1.0..=10.0)]
    pub im_factor: f64,
}

fn one() -> f64 {
    1.0
}

/// How far the scan goes, as ratios of the price.
#[derive(Clone, Copy, Debug, PartialEq, Read)]
pub struct RangeFile {
    #[read(rate)]
    pub down: f64,
    /// A price may rise by more than all of it.
    #[read(within = 1e-9..=10.0)]
    pub up: f64,
}

#[derive(Clone, Debug, PartialEq, Read)]
pub struct GroupFile {
    /// Underlyings; all that is written on one belongs to it.
    pub members: Vec<String>,
    pub range: RangeFile,
    /// Share of one member's gain that counts against another's loss.
    #[read(within = 0.0..=1.0)]
    pub offset: f64,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    range: Range,
    groups: Vec<(Range, f64)>,
    /// By underlying, which of the groups.
    group_of: ByInstrument<Option<usize>>,
    /// In minor units, for a contract of one unit.
    option_minimum: f64,
    im_factor: Rate,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Range {
    points: [f64; POINTS],
    /// Its further end, and a little for what floats leave out.
    widest: Rate,
}

impl Range {
    fn new(RangeFile { down, up }: RangeFile) -> Self {
        let steps = (POINTS / 2) as f64;
        let point = |index: usize| match index < POINTS / 2 {
            true => -down * (steps - index as f64) / steps,
            false => up * (index as f64 - steps + 1.0) / steps,
        };
        Self { points: std::array::from_fn(point), widest: rate(down.max(up) + 2e-9) }
    }
}

impl Model for File {
    type Plan = Plan;

    fn check(&self, checker: &mut Checker<'_>) {
        let mut grouped: Vec<(&str, &str)> = Vec::new();
        for (name, group) in self.groups.iter() {
            let field = format!("groups.{name}");
            if group.members.is_empty() {
                checker.add(&format!("{field}.members"), "the group is empty", "name what belongs to it");
            }
            for (index, member) in group.members.iter().enumerate() {
                let field = format!("{field}.members[{index}]");
                checker.instrument(&field, member);
                match grouped.iter().find(|(other, _)| other == member) {
                    Some((_, other)) => checker.add(
                        &field,
                        format!("\"{member}\" is in the group \"{other}\" already"),
                        "let it belong to one",
                    ),
                    None => grouped.push((member, name)),
                }
            }
        }
    }

    fn plan(&self, context: &Context<'_>) -> Plan {
        let mut group_of = ByInstrument::everywhere(None);
        for (index, (_, group)) in self.groups.iter().enumerate() {
            for id in group.members.iter().filter_map(|name| context.id(name)) {
                group_of.state(context.root(id), Some(index));
            }
        }
        Plan {
            range: Range::new(self.range),
            groups: self.groups.iter().map(|(_, group)| (Range::new(group.range), group.offset)).collect(),
            group_of,
            option_minimum: context.minor(self.option_minimum),
            im_factor: rate(self.im_factor),
        }
    }

    fn requirement(plan: &Plan, marks: &Marks, positions: impl Iterator<Item = Position>) -> Requirement {
        let held = &Held::of(positions);
        let legs = legs(plan, marks, held);
        let of_group = |first: &Leg| {
            let worst = worst(plan, &legs, first);
            worst.loss.max(worst.minimum).max(0.0)
        };
        demanded(plan, firsts(&legs).map(of_group).sum())
    }

    fn breakdown(plan: &Plan, marks: &Marks, held: &Held, total: Requirement) -> Breakdown {
        let legs = legs(plan, marks, held);
        let mut breakdown = Breakdown { total, ..Breakdown::EMPTY };
        let groups: Vec<(&Leg, Worst)> = firsts(&legs).map(|first| (first, worst(plan, &legs, first))).collect();
        for (leg, position) in legs.iter().zip(held.iter()) {
            let scan = groups.iter().position(|(first, _)| first.same_group(leg)).expect("every leg is in a group");
            let (first, worst) = groups[scan];
            let range = first.group.map_or(plan.range, |group| plan.groups[group].0);
            let lost = if worst.loss > 0.0 { -leg.exposure.gain(range.points[worst.point], 0.0) } else { 0.0 };
            let alone = Self::requirement(plan, marks, std::iter::once(*position));
            breakdown.lines.push(Line::new(position, alone, demanded(plan, lost), Why::Scanned(scan)));
        }
        for (scan, (first, worst)) in groups.iter().enumerate() {
            let members = || legs.iter().filter(|leg| leg.same_group(first));
            let mut over: Vec<_> = members().map(|leg| leg.underlying).collect();
            over.sort_unstable();
            over.dedup();
            let loses = worst.loss > 0.0;
            breakdown.scans.push(Scan {
                over,
                loss: money_up(worst.loss.max(0.0)),
                worst: loses.then_some(Scenario::Point { number: worst.point }),
            });
            if loses && worst.refused > 0.0 {
                let amount = demanded(plan, worst.refused);
                breakdown.adjustments.push(Adjustment { what: What::OffsetRefused { scan }, amount });
            }
            let missing = worst.minimum - worst.loss.max(0.0);
            if missing > 0.0 {
                let amount = demanded(plan, missing);
                breakdown.adjustments.push(Adjustment { what: What::OptionMinimum { scan }, amount });
            }
        }
        breakdown.rounded()
    }

    const OFFSETS: Offsets = Offsets::Opposites;

    /// A member of the group, whichever comes first, or what it is on.
    fn offsets_in(plan: &Plan, marks: &Marks, instrument: InstrumentId) -> InstrumentId {
        let underlying = root(marks, instrument);
        let offset = |group: &usize| plan.groups[*group].1 > 0.0;
        let group = plan.group_of.of(underlying).filter(offset);
        let grouped = group.and_then(|own| plan.group_of.find(|other| *other == Some(own)));
        grouped.unwrap_or(underlying)
    }

    fn bound(plan: &Plan, level: CallLevel, facts: &Facts, _instrument: InstrumentId, lots: Lots, zone: Zone) -> Bound {
        if facts.payoff != Payoff::Linear {
            return Bound::MustScan;
        }
        // An underlying is on itself, or on what everything on it is on in the end.
        let group = *plan.group_of.of(facts.underlying);
        let widest = group.map_or(plan.range, |group| plan.groups[group].0).widest;
        let most = match level {
            CallLevel::Maintenance => widest,
            CallLevel::Initial => plan
                .im_factor
                .of_rounded_up(Cash::minor(widest.billionths().into()))
                .to_minor()
                .try_into()
                .map_or(Rate::ONE, Rate::from_billionths),
        };
        slope_between(Rate::from_billionths(-most.billionths()), most, lots, zone)
    }
}

/// One position in the scan.
#[derive(Clone, Copy)]
struct Leg {
    underlying: InstrumentId,
    /// `None`: its underlying stands for itself.
    group: Option<usize>,
    exposure: Exposure,
    /// The least that is asked for it if it is an option.
    minimum: f64,
}

impl Leg {
    fn same_group(&self, other: &Self) -> bool {
        self.group == other.group && (self.group.is_some() || self.underlying == other.underlying)
    }
}

/// What one group would lose.
#[derive(Clone, Copy)]
struct Worst {
    /// Below zero when every point is a gain.
    loss: f64,
    point: usize,
    /// Gains of members at that point that do not count.
    refused: f64,
    minimum: f64,
}

fn legs(plan: &Plan, marks: &Marks, held: &Held) -> Few<Leg> {
    let nothing = Leg { underlying: InstrumentId::new(0), group: None, exposure: Exposure::NONE, minimum: 0.0 };
    let mut legs = Few::new(nothing);
    for position in held.iter() {
        let underlying = root(marks, position.instrument);
        let facts = marks.facts(position.instrument);
        let contracts = position.lots.get().unsigned_abs() as f64 * facts.lot_units;
        let minimum = match facts.payoff {
            Payoff::Linear => 0.0,
            // Who has paid for it can lose what it is worth.
            Payoff::Option { .. } if position.lots.is_positive() => {
                (contracts * plan.option_minimum).min(position.value.at_least_zero().to_minor() as f64)
            }
            Payoff::Option { .. } => contracts * plan.option_minimum,
        };
        let exposure = Exposure::of(marks, position);
        legs.push(Leg { underlying, group: *plan.group_of.of(underlying), exposure, minimum });
    }
    legs
}

/// The group to which the first of these legs that is not in any group before it belongs.
fn firsts(legs: &[Leg]) -> impl Iterator<Item = &Leg> {
    legs.iter()
        .enumerate()
        .filter(|(index, leg)| !legs[..*index].iter().any(|other| other.same_group(leg)))
        .map(|x| x.1)
}

fn worst(plan: &Plan, legs: &[Leg], of: &Leg) -> Worst {
    let (range, offset) = of.group.map_or((plan.range, 1.0), |group| plan.groups[group]);
    let members = || legs.iter().enumerate().filter(|(_, leg)| leg.same_group(of));
    let minimum = members().map(|(_, leg)| leg.minimum).sum();
    let mut worst = Worst { loss: f64::NEG_INFINITY, point: 0, refused: 0.0, minimum };
    for (point, &price) in range.points.iter().enumerate() {
        let (mut loss, mut refused) = (0.0, 0.0);
        for (index, first) in members() {
            if legs[..index].iter().any(|leg| leg.underlying == first.underlying) {
                continue;
            }
            let on_it = legs[index..].iter().filter(|leg| leg.underlying == first.underlying);
            let gain: f64 = on_it.map(|leg| leg.exposure.gain(price, 0.0)).sum();
            let not_counted = (1.0 - offset) * gain.max(0.0);
            loss -= gain - not_counted;
            refused += not_counted;
        }
        if loss > worst.loss {
            worst = Worst { loss, point, refused, minimum };
        }
    }
    worst
}

fn demanded(plan: &Plan, mm: f64) -> Requirement {
    Requirement { im: money_up(mm * plan.im_factor.to_f64()), mm: money_up(mm) }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{dollars, marks_of, positions};
    use super::*;

    const INDEX: RangeFile = RangeFile { down: 0.08, up: 0.06 };
    const NAME: RangeFile = RangeFile { down: 0.15, up: 0.15 };

    /// Instruments 1 and 2 are indices of one group.
    fn house() -> Plan {
        let group_of =
            ByInstrument::from_parts(vec![(InstrumentId::new(1), Some(0)), (InstrumentId::new(2), Some(0))], None);
        let groups = vec![(Range::new(INDEX), 0.9)];
        Plan { range: Range::new(NAME), groups, group_of, option_minimum: 37.5, im_factor: rate(1.1) }
    }

    fn needs(held: &[(i64, i64)]) -> Requirement {
        File::requirement(&house(), &marks_of(held, 0.01), positions(held).into_iter())
    }

    #[test]
    fn the_points_are_five_to_each_side() {
        let near = |one: &[f64], other: &[f64]| one.iter().zip(other).all(|(a, b)| (a - b).abs() < 1e-12);
        let names = Range::new(NAME).points;
        assert!(near(&names, &[-0.15, -0.12, -0.09, -0.06, -0.03, 0.03, 0.06, 0.09, 0.12, 0.15]), "{names:?}");
        let index = Range::new(INDEX).points;
        assert!(near(&index, &[-0.08, -0.064, -0.048, -0.032, -0.016, 0.012, 0.024, 0.036, 0.048, 0.06]), "{index:?}");
    }

    #[test]
    fn a_name_alone_needs_its_range_and_names_do_not_help_each_other() {
        // $10,000 long: 15 %, and a tenth more to open. As much short in another name: twice that.
        assert_eq!(needs(&[(100, 10_000)]), Requirement { im: dollars(1_650.0), mm: dollars(1_500.0) });
        let both = needs(&[(100, 10_000), (0, 1), (0, 1), (-100, 10_000)]);
        assert_eq!(both, Requirement { im: dollars(3_300.0), mm: dollars(3_000.0) });
    }

    #[test]
    fn an_index_is_scanned_to_its_own_ends_and_the_group_offsets_nine_tenths() {
        assert_eq!(needs(&[(0, 1), (100, 10_000)]).mm, dollars(800.0));
        assert_eq!(needs(&[(0, 1), (-100, 10_000)]).mm, dollars(600.0));
        // Long $10,000 of one, short $10,000 of the other: at −8 % it loses $800 and gains $800, of which
        // $720 count: $80. At +6 % it is $60.
        let held = [(0, 1), (100, 10_000), (-100, 10_000)];
        assert_eq!(needs(&held), Requirement { im: dollars(88.0), mm: dollars(80.0) });
        let explained =
            File::breakdown(&house(), &marks_of(&held, 0.01), &Held::of(positions(&held).into_iter()), needs(&held));
        assert_eq!(explained.stated(), explained.total);
        assert_eq!(explained.lines[1].part.mm, dollars(-800.0));
        assert_eq!(explained.lines[1].alone.mm, dollars(600.0));
        assert_eq!(explained.adjustments[0].amount.mm, dollars(80.0));
        assert_eq!(explained.scans[0].worst, Some(Scenario::Point { number: 0 }));
    }
}
