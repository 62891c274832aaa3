//! Who broke whom, where very many broke: who helped much is named, and those who helped little are told together.
//!
//! A hundred thousand accounts that are sold out side by side help to break each other in ten thousand million pairs,
//! each of which says nothing. So where more than [`MOST_IN_FULL`] broke, an edge is named if it weighs at least
//! [`LEAST`], which no more than a hundred into one breach do; the rest of what forced orders did is one edge. What
//! shocks, news, voluntary trading and forced orders did is exact, and so are the branching ratio and the longest chain.
//!
//! Whoever made a hundredth of all moves over some ticks made a hundredth of those of one of them. That is how they
//! are found without looking at each order of each window.

use super::cascade::{Edge, Source, hurtful, stakes, ticks, venues};
use super::moves::Moved;
use engine::plan::MarketPlan;
use ground::units::{BreachId, Cause, InstrumentId, Side, Tick};
use mechanics::liquidation::Breach;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::rc::Rc;

/// Up to so many breaches each edge is named, as small as it may be.
pub const MOST_IN_FULL: usize = 1_000;

/// Where more broke, the least weight of an edge that is named.
pub const LEAST: f64 = 0.01;

/// What sums of fractions leave of nothing.
const ROUNDING: f64 = 1e-9;

/// How far one side moved one market in one tick; steps are summed from the first tick on.
struct Stretch {
    tick: Tick,
    steps: f64,
    voluntary: f64,
    news: f64,
    shock: f64,
    nobody: f64,
    /// Who did a hundredth or more of it.
    large: Vec<BreachId>,
    /// All whose forced orders pushed, until the deepest of them is found.
    forced: Vec<BreachId>,
    deepest: Option<BreachId>,
}

/// Who counts in a window: those who did a hundredth of it, who are a hundred at most, and the one at the end of the longest
/// chain.
type Seen = Rc<(BTreeSet<BreachId>, Option<BreachId>)>;

/// One side of one market.
#[derive(Default)]
struct Lane {
    stretches: Vec<Stretch>,
    /// By breach: ticks in which its orders moved the price, and steps from the first on.
    by_breach: BTreeMap<BreachId, Vec<(Tick, f64)>>,
    /// Stretches whose deepest is found.
    done: usize,
    /// Windows of the tick at hand: accounts that break together mostly were sound together.
    seen: BTreeMap<(usize, usize), Seen>,
}

impl Lane {
    fn of(moves: &[Moved], side: Side) -> Self {
        let mut lane = Self::default();
        let own: Vec<&Moved> = moves.iter().filter(|moved| moved.side == side).collect();
        let (mut steps, mut voluntary, mut news, mut shock, mut nobody) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for tick in own.chunk_by(|a, b| a.tick == b.tick) {
            let all: f64 = tick.iter().map(|moved| moved.steps).sum();
            steps += all;
            let (mut large, mut forced) = (Vec::new(), Vec::new());
            for moved in tick {
                match moved.cause {
                    None => nobody += moved.steps,
                    Some(Cause::Voluntary) => voluntary += moved.steps,
                    Some(Cause::News) => news += moved.steps,
                    Some(Cause::Shock) => shock += moved.steps,
                    Some(Cause::Forced(breach)) => {
                        let so_far = lane.by_breach.entry(breach).or_default();
                        so_far.push((moved.tick, so_far.last().map_or(0.0, |(_, steps)| *steps) + moved.steps));
                        forced.push(breach);
                        if moved.steps >= LEAST * all {
                            large.push(breach);
                        }
                    }
                }
            }
            let tick = tick[0].tick;
            lane.stretches.push(Stretch { tick, steps, voluntary, news, shock, nobody, large, forced, deepest: None });
        }
        lane
    }

    /// The stretches of some ticks.
    fn window(&self, ticks: &Range<Tick>) -> (usize, usize) {
        let from = self.stretches.partition_point(|stretch| stretch.tick < ticks.start);
        let to = self.stretches.partition_point(|stretch| stretch.tick < ticks.end);
        (from.min(to), to)
    }

    /// Steps of all, voluntary, of news, of shocks, and of nobody.
    fn steps(&self, (from, to): (usize, usize)) -> [f64; 5] {
        let until = |end: usize| {
            let last = end.checked_sub(1).map(|last| &self.stretches[last]);
            last.map_or([0.0; 5], |stretch| {
                [stretch.steps, stretch.voluntary, stretch.news, stretch.shock, stretch.nobody]
            })
        };
        let (before, after) = (until(from), until(to));
        std::array::from_fn(|kind| after[kind] - before[kind])
    }

    /// In some ticks.
    fn steps_of(&self, breach: BreachId, ticks: &Range<Tick>) -> f64 {
        let Some(so_far) = self.by_breach.get(&breach) else { return 0.0 };
        (sum(so_far, |tick| tick < ticks.end) - sum(so_far, |tick| tick < ticks.start)).max(0.0)
    }

    /// `depth`: by breach; those whose orders pushed in this window broke before, so theirs is known.
    fn seen(&mut self, window: (usize, usize), depth: &[u32]) -> Seen {
        if window.1 > self.done {
            for stretch in &mut self.stretches[self.done..window.1] {
                let forced = std::mem::take(&mut stretch.forced);
                stretch.deepest = deepest_of(forced.into_iter(), depth);
            }
            self.done = window.1;
            self.seen.clear();
        }
        if let Some(seen) = self.seen.get(&window) {
            return Rc::clone(seen);
        }
        let stretches = &self.stretches[window.0..window.1];
        let may: BTreeSet<BreachId> = stretches.iter().flat_map(|stretch| &stretch.large).copied().collect();
        // Whoever weighs a hundredth of several windows together did a hundredth of one of them.
        let least = LEAST * (1.0 - 1e-9) * self.steps(window)[0];
        let after = |last: &Stretch| Tick::new(last.tick.index() + 1);
        let ticks = stretches
            .first()
            .zip(stretches.last())
            .map_or(Tick::new(0)..Tick::new(0), |(first, last)| first.tick..after(last));
        let did = |breach: &BreachId| self.steps_of(*breach, &ticks) >= least;
        let large = may.into_iter().filter(did).collect();
        let deepest = deepest_of(stretches.iter().filter_map(|stretch| stretch.deepest), depth);
        let seen = Rc::new((large, deepest));
        self.seen.insert(window, Rc::clone(&seen));
        seen
    }
}

/// Of running sums by tick: the last for which this holds.
fn sum(so_far: &[(Tick, f64)], within: impl Fn(Tick) -> bool) -> f64 {
    let count = so_far.partition_point(|(tick, _)| within(*tick));
    count.checked_sub(1).map_or(0.0, |last| so_far[last].1)
}

/// All lanes of a run, and how deep each breach lies that was traced so far.
pub(super) struct Many<'a> {
    markets: &'a [MarketPlan],
    /// By market: purchases and sales.
    lanes: Vec<[Lane; 2]>,
    depth: Vec<u32>,
}

impl<'a> Many<'a> {
    pub fn new(markets: &'a [MarketPlan], breaches: &[Breach], moves: &[Vec<Moved>]) -> Self {
        let lanes = moves.iter().map(|moves| [Side::Buy, Side::Sell].map(|side| Lane::of(moves, side)));
        Self { markets, lanes: lanes.collect(), depth: vec![1; breaches.len()] }
    }

    /// The edges into a breach; nothing when nobody moved a price against it. Breaches come in the order in which they broke.
    pub fn edges_into(&mut self, breach: &Breach, worth: &impl Fn(InstrumentId) -> f64) -> Vec<Edge> {
        let times = ticks(breach);
        let mut named: BTreeSet<BreachId> = BTreeSet::new();
        let mut deepest = None;
        // By stake that somebody moved: what a step cost, its markets, and steps that are not told yet.
        let mut targets = Vec::new();
        let mut all_kinds = [0.0; 4];
        let mut lost = 0.0;
        for (market, stake) in stakes(breach, worth) {
            let side = hurtful(stake) as usize;
            let mut steps = [0.0; 5];
            let own = venues(self.markets, market);
            for market in own.clone() {
                let lane = &mut self.lanes[market][side];
                let window = lane.window(&times);
                let more = lane.steps(window);
                steps = std::array::from_fn(|kind| steps[kind] + more[kind]);
                let seen = lane.seen(window, &self.depth);
                named.extend(&seen.0);
                deepest = deepest_of(deepest.into_iter().chain(seen.1), &self.depth);
            }
            let [all, unforced @ ..] = steps;
            if all > 0.0 {
                let a_step = stake.abs();
                lost += a_step * all;
                for (sum, steps) in all_kinds.iter_mut().zip(unforced) {
                    *sum += a_step * steps;
                }
                targets.push((a_step, own, side, all - unforced.iter().sum::<f64>()));
            }
        }
        // What was asked for more than before is no order's doing.
        let hike = breach.found.hike.at_least_zero().to_minor() as f64;
        lost += hike;
        all_kinds[3] += hike;
        if lost <= 0.0 {
            return Vec::new();
        }
        let mut edges = Vec::new();
        let mut edge = |source, weight: f64| {
            if weight > ROUNDING {
                edges.push(Edge { into: breach.id, source, weight });
            }
        };
        let unforced =
            [Cause::Voluntary, Cause::News, Cause::Shock].map(Source::Push).into_iter().chain([Source::Nobody]);
        for (source, sum) in unforced.zip(all_kinds) {
            edge(source, sum / lost);
        }
        for parent in named {
            let steps = |(_, own, side, _): &(f64, Range<usize>, usize, f64)| -> f64 {
                own.clone().map(|market| self.lanes[market][*side].steps_of(parent, &times)).sum()
            };
            let weight: f64 = targets.iter().map(|target| target.0 * steps(target)).sum::<f64>() / lost;
            if weight >= LEAST {
                edge(Source::Push(Cause::Forced(parent)), weight);
                let told: Vec<f64> = targets.iter().map(steps).collect();
                targets.iter_mut().zip(told).for_each(|(target, told)| target.3 -= told);
            }
        }
        let rest: f64 = targets.iter().map(|(a_step, _, _, left)| a_step * left).sum();
        if let Some(deepest) = deepest {
            edge(Source::Many { deepest }, rest / lost);
            self.depth[breach.id.index()] = self.depth[deepest.index()] + 1;
        }
        edges
    }
}

/// The one at the end of the longest chain.
fn deepest_of(breaches: impl Iterator<Item = BreachId>, depth: &[u32]) -> Option<BreachId> {
    breaches.max_by_key(|breach| depth[breach.index()])
}
