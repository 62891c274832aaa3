//! Who broke whom, where very many broke: who helped much is named, and those who helped little are told together.
//!
//! A hundred thousand accounts that are sold out side by side help to break each other in ten thousand million pairs,
//! each of which says nothing. So where more than [`MOST_IN_FULL`] broke, an edge is named if it weighs at least
//! [`LEAST`], which no more than a hundred into one breach do; the rest of what forced orders did is one edge. What
//! shocks, news, voluntary trading and forced orders did is exact, and so are the branching ratio and the longest chain.
//!
//! Whoever did a hundredth of all that was traded over some ticks did a hundredth of it in one of them. That is how they
//! are found without looking at each order of each window.

use super::cascade::{Edge, Source, venues};
use engine::gather::{Gather, PushRecord};
use engine::plan::MarketPlan;
use ground::units::{BreachId, Cause, Side, Tick};
use mechanics::liquidation::Breach;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Up to so many breaches each edge is named, as small as it may be.
pub const MOST_IN_FULL: usize = 1_000;

/// Where more broke, the least weight of an edge that is named.
pub const LEAST: f64 = 0.01;

/// What was pushed on one side of one market in one tick; lots are summed from the first tick on.
struct Stretch {
    tick: Tick,
    lots: i64,
    voluntary: i64,
    news: i64,
    shock: i64,
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
    /// By breach: ticks in which its orders pushed, and lots from the first on.
    by_breach: BTreeMap<BreachId, Vec<(Tick, i64)>>,
    /// Stretches whose deepest is found.
    done: usize,
    /// Windows of the tick at hand: accounts that break together mostly were sound together.
    seen: BTreeMap<(usize, usize), Seen>,
}

impl Lane {
    fn of(pushes: &[PushRecord], side: Side) -> Self {
        let mut lane = Self::default();
        let own: Vec<&PushRecord> = pushes.iter().filter(|push| push.side == side).collect();
        let (mut lots, mut voluntary, mut news, mut shock) = (0, 0, 0, 0);
        for tick in own.chunk_by(|a, b| a.tick == b.tick) {
            let all: i64 = tick.iter().map(|push| push.lots.get()).sum();
            lots += all;
            let (mut large, mut forced) = (Vec::new(), Vec::new());
            for push in tick {
                match push.cause {
                    Cause::Voluntary => voluntary += push.lots.get(),
                    Cause::News => news += push.lots.get(),
                    Cause::Shock => shock += push.lots.get(),
                    Cause::Forced(breach) => {
                        let so_far = lane.by_breach.entry(breach).or_default();
                        so_far.push((push.tick, so_far.last().map_or(0, |(_, lots)| *lots) + push.lots.get()));
                        forced.push(breach);
                        if push.lots.get() as f64 >= LEAST * all as f64 {
                            large.push(breach);
                        }
                    }
                }
            }
            let tick = tick[0].tick;
            lane.stretches.push(Stretch { tick, lots, voluntary, news, shock, large, forced, deepest: None });
        }
        lane
    }

    /// The stretches after one tick and up to another.
    fn window(&self, after: Tick, until: Tick) -> (usize, usize) {
        let from = self.stretches.partition_point(|stretch| stretch.tick <= after);
        let to = self.stretches.partition_point(|stretch| stretch.tick <= until);
        (from.min(to), to)
    }

    /// Lots of all, voluntary, of news, and of shocks.
    fn lots(&self, (from, to): (usize, usize)) -> [i64; 4] {
        let until = |end: usize| {
            let last = end.checked_sub(1).map(|last| &self.stretches[last]);
            last.map_or([0; 4], |stretch| [stretch.lots, stretch.voluntary, stretch.news, stretch.shock])
        };
        let (before, after) = (until(from), until(to));
        std::array::from_fn(|kind| after[kind] - before[kind])
    }

    /// After one tick and up to another.
    fn lots_of(&self, breach: BreachId, (after, until): (Tick, Tick)) -> i64 {
        let Some(so_far) = self.by_breach.get(&breach) else { return 0 };
        let until = sum(so_far, |tick| tick <= until);
        (until - sum(so_far, |tick| tick <= after)).max(0)
    }

    /// From one tick to another, both among them.
    fn lots_between(&self, breach: BreachId, (from, to): (Tick, Tick)) -> i64 {
        let Some(so_far) = self.by_breach.get(&breach) else { return 0 };
        sum(so_far, |tick| tick <= to) - sum(so_far, |tick| tick < from)
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
        let least = LEAST * (1.0 - 1e-9) * self.lots(window)[0] as f64;
        let ticks = match stretches {
            [first, .., last] => (first.tick, last.tick),
            [only] => (only.tick, only.tick),
            [] => (Tick::new(0), Tick::new(0)),
        };
        let did = |breach: &BreachId| self.lots_between(*breach, ticks) as f64 >= least;
        let large = may.into_iter().filter(did).collect();
        let deepest = deepest_of(stretches.iter().filter_map(|stretch| stretch.deepest), depth);
        let seen = Rc::new((large, deepest));
        self.seen.insert(window, Rc::clone(&seen));
        seen
    }
}

/// Of running sums by tick: the last for which this holds.
fn sum(so_far: &[(Tick, i64)], within: impl Fn(Tick) -> bool) -> i64 {
    let count = so_far.partition_point(|(tick, _)| within(*tick));
    count.checked_sub(1).map_or(0, |last| so_far[last].1)
}

/// All lanes of a run, and how deep each breach lies that was traced so far.
pub(super) struct Many<'a> {
    markets: &'a [MarketPlan],
    /// By market: purchases and sales.
    lanes: Vec<[Lane; 2]>,
    depth: Vec<u32>,
}

impl<'a> Many<'a> {
    pub fn new(markets: &'a [MarketPlan], breaches: &[Breach], gather: &Gather) -> Self {
        let lanes = gather.pushes.iter().map(|pushes| [Side::Buy, Side::Sell].map(|side| Lane::of(pushes, side)));
        Self { markets, lanes: lanes.collect(), depth: vec![1; breaches.len()] }
    }

    /// The edges into a breach; nothing when nobody pushed. Breaches come in the order in which they broke.
    pub fn edges_into(&mut self, breach: &Breach) -> Vec<Edge> {
        let times = (breach.last_sound, breach.tick);
        let mut named: BTreeSet<BreachId> = BTreeSet::new();
        let mut deepest = None;
        // By target that somebody pushed: what was at stake a lot pushed, its markets, and lots that are not told yet.
        let mut targets = Vec::new();
        let mut all_kinds = [0.0; 3];
        let mut stakes = 0.0;
        for target in &breach.targets {
            let side = target.side as usize;
            let mut lots = [0; 4];
            let own = venues(self.markets, target.market);
            for market in own.clone() {
                let lane = &mut self.lanes[market][side];
                let window = lane.window(times.0, times.1);
                let more = lane.lots(window);
                lots = std::array::from_fn(|kind| lots[kind] + more[kind]);
                let seen = lane.seen(window, &self.depth);
                named.extend(&seen.0);
                deepest = deepest_of(deepest.into_iter().chain(seen.1), &self.depth);
            }
            let [all, unforced @ ..] = lots;
            if all > 0 {
                let stake = target.total.get() as f64 * target.breach_price.steps().abs() as f64;
                stakes += stake;
                for (sum, lots) in all_kinds.iter_mut().zip(unforced) {
                    *sum += stake * lots as f64 / all as f64;
                }
                targets.push((stake / all as f64, own, side, all - unforced.iter().sum::<i64>()));
            }
        }
        if stakes <= 0.0 {
            return Vec::new();
        }
        let mut edges = Vec::new();
        let mut edge = |source, weight: f64| {
            if weight > 0.0 {
                edges.push(Edge { into: breach.id, source, weight });
            }
        };
        for (cause, sum) in [Cause::Voluntary, Cause::News, Cause::Shock].into_iter().zip(all_kinds) {
            edge(Source::Push(cause), sum / stakes);
        }
        for parent in named {
            let lots = |(_, own, side, _): &(f64, std::ops::Range<usize>, usize, i64)| -> i64 {
                own.clone().map(|market| self.lanes[market][*side].lots_of(parent, times)).sum()
            };
            let weight: f64 = targets.iter().map(|target| target.0 * lots(target) as f64).sum::<f64>() / stakes;
            if weight >= LEAST {
                edge(Source::Push(Cause::Forced(parent)), weight);
                let told: Vec<i64> = targets.iter().map(lots).collect();
                targets.iter_mut().zip(told).for_each(|(target, told)| target.3 -= told);
            }
        }
        let rest: f64 = targets.iter().map(|(stake, _, _, left)| stake * *left as f64).sum();
        if let Some(deepest) = deepest {
            edge(Source::Many { deepest }, rest / stakes);
            self.depth[breach.id.index()] = self.depth[deepest.index()] + 1;
        }
        edges
    }
}

/// The one at the end of the longest chain.
fn deepest_of(breaches: impl Iterator<Item = BreachId>, depth: &[u32]) -> Option<BreachId> {
    breaches.max_by_key(|breach| depth[breach.index()])
}
