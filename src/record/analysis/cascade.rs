//! Who broke whom.
//!
//! For each breach, the moves against the account between the last tick in which it was known to have its initial margin and its
//! breach are attributed to the aggressive volume that made them: sales for what it was long, purchases for what it was short,
//! by cause, each move of a tick in proportion to the volume of that tick. A move weighs what the account lost by it, on what was
//! sold out as on what it kept; and where its lender called it for asking more than before, that weighs as much as it was. Of an
//! account that was not yet sound in the first tick the moves of that tick count too. Voluntary volume that carried the price
//! where news had said that it should be is the news's, and not its traders': see [`Gather::news`]. What a shock does to an
//! index without a book it does to the contracts whose marks follow that index, whoever traded them meanwhile; where the index has
//! a book, its news is theirs too. An account closed out because its owner failed another lender was broken by that breach and
//! not by a price.
//!
//! The edges into a breach sum to one. The branching ratio is the mean, over breaches, of the weight of
//! edges by which its forced orders helped to break others: above one each brings on more than one other.
//! Defaults that follow from a default are edges, but no part of that chain.
//!
//! Where more than [`MOST_IN_FULL`] broke, only edges from [`LEAST`] up are named, see `many` beside it: memory
//! and time grow with the breaches and not with their pairs.

use super::many::Many;
pub use super::many::{LEAST, MOST_IN_FULL};
use super::moves::{Moved, moves};
use crate::names::Roster;
use engine::gather::Gather;
use engine::plan::{MarketPlan, Plan};
use ground::units::{BreachId, Cause, InstrumentId, MarketId, Side, Tick};
use mechanics::liquidation::{Breach, BreachCause};
use results::rows::CascadeRow;
use results::summary::CascadeSummary;
use std::collections::BTreeMap;
use std::ops::Range;

/// One edge: what share of a breach was whose doing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edge {
    pub into: BreachId,
    pub source: Source,
    pub weight: f64,
}

/// What broke an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Somebody pushed the price.
    Push(Cause),
    /// Forced orders of many pushed it, each of less than [`LEAST`]. `deepest`: of all whose forced orders pushed, one at
    /// the end of the longest chain.
    Many { deepest: BreachId },
    /// Its owner failed another lender, in this breach.
    CrossDefault(BreachId),
    /// No order pushed a price of its positions against it, or not as far as it went: the mark gapped, or balanced what was demanded and offered; what is
    /// required rose; or something was charged.
    Nobody,
    /// It could not pay what it was assessed for the shortfall of this breach.
    Assessment(BreachId),
}

/// What a step on a lot of each instrument is worth.
pub fn worth_of_steps(plan: &Plan) -> impl Fn(InstrumentId) -> f64 + '_ {
    |instrument| plan.instruments[instrument.index()].step_value.get() as f64
}

/// `markets` are all of the plan's: pushes count on whichever venue of an instrument they were made. `worth`: what a step on a
/// lot of an instrument is worth.
pub fn trace(
    markets: &[MarketPlan],
    worth: impl Fn(InstrumentId) -> f64,
    breaches: &[Breach],
    gather: &Gather,
) -> Vec<Edge> {
    if breaches.is_empty() {
        return Vec::new();
    }
    let moves = moves(markets, gather);
    let mut many = (breaches.len() > MOST_IN_FULL).then(|| Many::new(markets, breaches, &moves));
    let into = |breach: &Breach| match (by_rule(breach), &mut many) {
        (Some(source), _) => vec![Edge { into: breach.id, source, weight: 1.0 }],
        (None, Some(many)) => pushed(breach, many.edges_into(breach, &worth)),
        (None, None) => pushed(breach, edges_into(markets, breach, &moves, &worth)),
    };
    breaches.iter().flat_map(into).collect()
}

/// What broke an account of which no price did.
fn by_rule(breach: &Breach) -> Option<Source> {
    match breach.cause {
        BreachCause::CrossDefault(other) => Some(Source::CrossDefault(other)),
        BreachCause::Assessment(other) => Some(Source::Assessment(other)),
        BreachCause::CallUnmet | BreachCause::NoGrace | BreachCause::LenderFailed => None,
    }
}

fn pushed(breach: &Breach, edges: Vec<Edge>) -> Vec<Edge> {
    if !edges.is_empty() {
        return edges;
    }
    vec![Edge { into: breach.id, source: Source::Nobody, weight: 1.0 }]
}

/// The markets in which an instrument is traded: they stand side by side.
pub(super) fn venues(markets: &[MarketPlan], first: MarketId) -> Range<usize> {
    let first = first.index();
    let same = |market: &&MarketPlan| market.instrument == markets[first].instrument;
    first..first + markets[first..].iter().take_while(same).count()
}

/// What a step down takes from an account, by market: shares and a swap on them, of which one gains what the other loses, are one
/// stake.
pub(super) fn stakes(breach: &Breach, worth: &impl Fn(InstrumentId) -> f64) -> Vec<(MarketId, f64)> {
    let mut stakes: Vec<(MarketId, f64)> = Vec::new();
    for (instrument, traded, lots) in breach.held() {
        let own = lots.get() as f64 * worth(instrument);
        match stakes.iter_mut().find(|(market, _)| *market == traded) {
            Some((_, stake)) => *stake += own,
            None => stakes.push((traded, own)),
        }
    }
    stakes
}

/// Which trades hurt who has this at stake: a long is hurt by sales.
pub(super) fn hurtful(stake: f64) -> Side {
    if stake > 0.0 { Side::Sell } else { Side::Buy }
}

fn edges_into(
    markets: &[MarketPlan],
    breach: &Breach,
    moves: &[Vec<Moved>],
    worth: &impl Fn(InstrumentId) -> f64,
) -> Vec<Edge> {
    let mut weights: BTreeMap<Option<Cause>, f64> = BTreeMap::new();
    let ticks = ticks(breach);
    for (market, stake) in stakes(breach, worth) {
        let windows = moves[venues(markets, market)].iter();
        for moved in windows.flat_map(|moves| window(moves, &ticks)).filter(|moved| moved.side == hurtful(stake)) {
            *weights.entry(moved.cause).or_default() += stake.abs() * moved.steps;
        }
    }
    // What was asked for more than before is no order's doing.
    if breach.found.hike.is_positive() {
        *weights.entry(None).or_default() += breach.found.hike.to_minor() as f64;
    }
    let all: f64 = weights.values().sum();
    if all <= 0.0 {
        return Vec::new();
    }
    let source = |cause: Option<Cause>| cause.map_or(Source::Nobody, Source::Push);
    let edge = |(cause, weight)| Edge { into: breach.id, source: source(cause), weight: weight / all };
    weights.into_iter().map(edge).collect()
}

/// Ticks in which an account was broken: those after it was last sound, up to its breach. Who was never seen sound has the first
/// tick for the last in which it was, and what happened in that is counted.
pub(super) fn ticks(breach: &Breach) -> Range<Tick> {
    let first = match breach.last_sound.index() {
        0 => 0,
        sound => sound + 1,
    };
    Tick::new(first)..Tick::new(breach.tick.index() + 1)
}

/// The moves of some ticks.
fn window<'m>(moves: &'m [Moved], ticks: &Range<Tick>) -> &'m [Moved] {
    let from = moves.partition_point(|moved| moved.tick < ticks.start);
    let to = moves.partition_point(|moved| moved.tick < ticks.end);
    &moves[from.min(to)..to]
}

pub fn summarise(breaches: &[Breach], edges: &[Edge]) -> CascadeSummary {
    let mut depth = vec![1_u32; breaches.len()];
    let mut offspring = 0.0;
    // A breach's parents broke before it, so one pass in order of id finds the longest chain.
    for edge in edges {
        if let Source::Push(Cause::Forced(parent)) | Source::Many { deepest: parent } = edge.source
            && parent != edge.into
        {
            offspring += edge.weight;
            depth[edge.into.index()] = depth[edge.into.index()].max(depth[parent.index()] + 1);
        }
    }
    CascadeSummary {
        size: u32::try_from(breaches.len()).unwrap_or(u32::MAX),
        depth: depth.into_iter().max().unwrap_or(0),
        branching_ratio: if breaches.is_empty() { 0.0 } else { offspring / breaches.len() as f64 },
    }
}

pub fn rows(names: &Roster<'_>, breaches: &[Breach], edges: &[Edge]) -> Vec<CascadeRow> {
    let row = |edge: &Edge| {
        let breach = &breaches[edge.into.index()];
        let (word, from) = match edge.source {
            Source::CrossDefault(from) => ("cross default", Some(from)),
            Source::Assessment(from) => ("assessment", Some(from)),
            Source::Push(cause @ Cause::Forced(from)) => (cause.word(), Some(from)),
            Source::Many { deepest } => (Cause::Forced(deepest).word(), None),
            Source::Push(cause) => (cause.word(), None),
            Source::Nobody => ("nobody", None),
        };
        CascadeRow {
            breach: breach.id.get(),
            tick: breach.tick.index(),
            time: names.time(breach.tick),
            account: names.account(breach.account),
            lender: names.lender(breach.lender),
            from_breach: from.map(BreachId::get),
            from_account: from.map(|from| names.account(breaches[from.index()].account)),
            source: word.into(),
            weight: edge.weight,
        }
    };
    edges.iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::plan::Calendar;
    use engine::tick::trays::Push;
    use ground::units::{AccountId, Cash, InstrumentId, LenderId, Lots, Price, Side, Span, Time, VenueId};
    use mechanics::formation::FormationPlan;
    use mechanics::liquidation::{Found, Held, Target};
    use results::keep::Keep;

    const MARKET: MarketId = MarketId::new(0);
    const ONLY: MarketPlan =
        MarketPlan { instrument: InstrumentId::new(0), venue: VenueId::new(0), formation: FormationPlan::Book };

    fn breach(id: u32, sound: u32, tick: u32, cause: BreachCause) -> Breach {
        let (lots, mark) = (Lots::new(10), Price::new(100));
        Breach {
            id: BreachId::new(id),
            account: AccountId::new(id),
            lender: LenderId::new(0),
            cause,
            tick: Tick::new(tick),
            last_sound: Tick::new(sound),
            start: Time::default(),
            moments: vec![],
            agreed: None,
            ticks_worked: 0,
            found: Found {
                positions: [Held { instrument: InstrumentId::new(0), market: MARKET, lots, mark }].into(),
                to_close: Cash::ZERO,
                hike: Cash::ZERO,
            },
            targets: vec![Target::new(InstrumentId::new(0), MARKET, lots, lots, mark)],
        }
    }

    fn gathered(pushes: &[(u32, Side, Cause, i64)]) -> Gather {
        let clock =
            Calendar { tick: Span::seconds(60), sessions: Vec::new(), ticks: 10, continuous: true, later: vec![] };
        let mut gather = Gather::new(Keep::NOTHING, None, &[Price::new(100)], &clock);
        for (tick, side, cause, lots) in pushes {
            let push = Push { market: MARKET, side: *side, cause: *cause, lots: Lots::new(*lots) };
            gather.pushes(Tick::new(*tick), &[push]);
        }
        // Each lot moves the mark by a step.
        let last = pushes.iter().map(|push| push.0).max().unwrap_or(0);
        let step = |tick: u32| -> i64 {
            let own = pushes.iter().filter(|push| push.0 == tick);
            own.map(|(_, side, _, lots)| if *side == Side::Buy { *lots } else { -lots }).sum()
        };
        let mark = |mark: &mut i64, tick| {
            *mark += step(tick);
            Some(Price::new(*mark))
        };
        gather.marks.insert(MARKET, (0..=last).scan(100, mark).collect());
        gather
    }

    #[test]
    fn a_breach_is_shared_out_by_who_sold_before_it() {
        let first = Cause::Forced(BreachId::new(0));
        let gather = gathered(&[
            (1, Side::Sell, Cause::Voluntary, 900),
            (5, Side::Sell, first, 30),
            (6, Side::Buy, Cause::Voluntary, 500),
            (7, Side::Sell, Cause::Voluntary, 10),
            (9, Side::Sell, first, 900),
        ]);
        let breaches = [breach(0, 0, 1, BreachCause::CallUnmet), breach(1, 2, 8, BreachCause::CallUnmet)];
        let edges = trace(&[ONLY], |_| 1.0, &breaches, &gather);
        let into = |id: u32| edges.iter().filter(|edge| edge.into == BreachId::new(id)).copied().collect::<Vec<_>>();
        assert_eq!(into(0), [Edge { into: BreachId::new(0), source: Source::Push(Cause::Voluntary), weight: 1.0 }]);
        assert_eq!(into(1).iter().map(|edge| edge.weight).collect::<Vec<_>>(), [0.25, 0.75]);
        let summary = summarise(&breaches, &edges);
        assert_eq!((summary.size, summary.depth), (2, 2));
        assert_eq!(summary.branching_ratio, 0.75 / 2.0);
    }

    #[test]
    fn who_sells_after_news_carries_it_until_the_price_is_where_the_news_says() {
        let mut gather = gathered(&[]);
        let sale = |lots| [Push { market: MARKET, side: Side::Sell, cause: Cause::Voluntary, lots: Lots::new(lots) }];
        let mut at = |tick: u32, mark: i64, lots: i64| {
            gather.paths[0].end = Price::new(mark);
            gather.pushes(Tick::new(tick), &sale(lots));
        };
        at(1, 100, 1);
        gather.news(MARKET, Price::new(100), -0.06);
        let mut at = |tick: u32, mark: i64, side: Side, lots: i64| {
            gather.paths[0].end = Price::new(mark);
            gather.pushes(Tick::new(tick), &[Push { side, ..sale(lots)[0] }]);
        };
        at(2, 99, Side::Sell, 2);
        at(3, 97, Side::Buy, 3);
        // It arrives in this tick, and what came after is nobody's news.
        at(4, 94, Side::Sell, 4);
        at(5, 90, Side::Sell, 5);
        gather.marks.insert(MARKET, [100, 100, 99, 97, 94, 90].map(Price::new).to_vec());
        let told: Vec<_> = gather.pushes[0].iter().map(|push| (push.lots.get(), push.cause)).collect();
        let (own, news) = (Cause::Voluntary, Cause::News);
        assert_eq!(told, [(1, own), (2, news), (3, own), (4, news), (5, own)]);
        let edges = trace(&[ONLY], |_| 1.0, &[breach(0, 1, 5, BreachCause::CallUnmet)], &gather);
        let f32_of = |weight: f64| weight as f32;
        // News took it from 100 to 99 and from 97 to 94, who came after from 94 to 90; where it fell over purchases nobody did it.
        let weight = |of| edges.iter().find(|edge| edge.source == Source::Push(of)).map(|edge| edge.weight);
        assert_eq!((weight(news).map(f32_of), weight(own).map(f32_of)), (Some(0.4), Some(0.4)));
        assert_eq!(edges.iter().find(|edge| edge.source == Source::Nobody).map(|edge| f32_of(edge.weight)), Some(0.2));
    }

    /// A step of news on 10 lots of which one is worth 1 a step, and 50 forced on 10 of which one is worth 20: 10 and 10,000 of
    /// 10,010 are lost. A third of what stands against the first, short, takes nothing from what the second lost.
    #[test]
    fn a_move_weighs_what_was_lost_by_it() {
        let forced = Cause::Forced(BreachId::new(1));
        let mut gather = gathered(&[(1, Side::Sell, Cause::News, 1)]);
        let second = MarketPlan { instrument: InstrumentId::new(1), ..ONLY };
        gather.pushes.push(Vec::new());
        gather.paths.push(gather.paths[0].clone());
        let push = Push { market: MarketId::new(1), side: Side::Sell, cause: forced, lots: Lots::new(50) };
        gather.pushes(Tick::new(1), &[push]);
        gather.marks.insert(MarketId::new(1), [100, 50].map(Price::new).to_vec());
        let held = |instrument: u32, market: u32, lots: i64| Held {
            instrument: InstrumentId::new(instrument),
            market: MarketId::new(market),
            lots: Lots::new(lots),
            mark: Price::new(100),
        };
        // Fifteen long and a swap on five of them short.
        let positions = [held(0, 0, 15), held(2, 0, -5), held(1, 1, 10)].into();
        let broken = breach(0, 0, 1, BreachCause::CallUnmet);
        let broken = Breach { found: Found { positions, ..broken.found }, ..broken };
        let worth = |instrument: InstrumentId| if instrument == InstrumentId::new(1) { 20.0 } else { 1.0 };
        let edges = trace(&[ONLY, second], worth, &[broken], &gather);
        let weight = |of| edges.iter().find(|edge| edge.source == Source::Push(of)).map(|edge| edge.weight);
        assert_eq!((weight(Cause::News), weight(forced)), (Some(10.0 / 10_010.0), Some(10_000.0 / 10_010.0)));
    }

    /// 30,000 asked for more, and 10 lost: the thousandth part is whose order took it.
    #[test]
    fn what_is_asked_for_more_weighs_what_it_is() {
        let gather = gathered(&[(1, Side::Sell, Cause::Shock, 3)]);
        let broken = breach(0, 0, 1, BreachCause::CallUnmet);
        let broken = Breach { found: Found { hike: Cash::minor(29_970), ..broken.found }, ..broken };
        let edges = trace(&[ONLY], |_| 1.0, &[broken], &gather);
        let told: Vec<_> = edges.iter().map(|edge| (edge.source, edge.weight)).collect();
        assert!(told.contains(&(Source::Push(Cause::Shock), 30.0 / 30_000.0)), "{told:?}");
        assert!(told.contains(&(Source::Nobody, 29_970.0 / 30_000.0)), "{told:?}");
    }

    /// One instrument on two venues.
    const MARKETS: [MarketPlan; 2] = [ONLY, MarketPlan { venue: VenueId::new(1), ..ONLY }];

    #[test]
    fn what_was_traded_while_the_price_stood_still_moved_nothing() {
        // The mark falls by 98 with the 10 lots of the news, then stands still over 900 and falls by 2 with 40, half of them forced.
        let forced = Cause::Forced(BreachId::new(0));
        let mut gather = gathered(&[
            (1, Side::Sell, Cause::News, 10),
            (2, Side::Sell, Cause::Voluntary, 900),
            (3, Side::Sell, Cause::Voluntary, 20),
            (3, Side::Sell, forced, 20),
        ]);
        gather.marks.insert(MARKET, [200, 102, 102, 100].map(Price::new).to_vec());
        let into = |gather: &Gather, breach: Breach| -> Vec<(Source, f64)> {
            let edges = trace(&[ONLY], |_| 1.0, &[breach], gather);
            edges.iter().map(|edge| (edge.source, edge.weight)).collect()
        };
        let [news, own, forced] = [Cause::News, Cause::Voluntary, forced].map(Source::Push);
        let broken = |sound| breach(0, sound, 3, BreachCause::CallUnmet);
        let told: BTreeMap<_, _> =
            into(&gather, broken(0)).into_iter().map(|(of, weight)| (format!("{of:?}"), weight)).collect();
        assert_eq!([news, own, forced].map(|of| told[&format!("{of:?}")]), [0.98, 0.01, 0.01]);
        // Sound after the news: only what came then.
        assert_eq!(into(&gather, broken(1)).len(), 2);
        // Over a price that did not fall nobody broke it, whatever was sold.
        gather.marks.insert(MARKET, [200, 102, 102, 102].map(Price::new).to_vec());
        assert_eq!(into(&gather, broken(1)), [(Source::Nobody, 1.0)]);
    }

    #[test]
    fn who_was_never_sound_was_broken_by_what_came_in_the_first_tick() {
        let gather = gathered(&[(0, Side::Sell, Cause::News, 60), (1, Side::Sell, Cause::Voluntary, 20)]);
        let edges = trace(&[ONLY], |_| 1.0, &[breach(0, 0, 1, BreachCause::NoGrace)], &gather);
        let told: Vec<_> = edges.iter().map(|edge| (edge.source, edge.weight)).collect();
        assert!(told.contains(&(Source::Push(Cause::News), 0.75)), "{told:?}");
    }

    #[test]
    fn a_gap_over_which_nobody_traded_is_nobodys_and_not_that_of_who_trades_after_it() {
        // Quotes fall by 60 before anybody sells, and by one more under a sale.
        let mut gather = gathered(&[(0, Side::Buy, Cause::Voluntary, 5), (1, Side::Sell, Cause::Voluntary, 9)]);
        gather.marks.insert(MARKET, [40, 39].map(Price::new).to_vec());
        let edges = trace(&[ONLY], |_| 1.0, &[breach(0, 0, 1, BreachCause::NoGrace)], &gather);
        let weight = |of| edges.iter().find(|edge| edge.source == of).map_or(0.0, |edge| edge.weight);
        let told = [Source::Nobody, Source::Push(Cause::Voluntary)].map(weight);
        assert!((told[0] - 60.0 / 61.0).abs() < 1e-12 && (told[1] - 1.0 / 61.0).abs() < 1e-12, "{told:?}");
        // Where very many break the same is told.
        let many =
            super::super::many::Many::new(&[ONLY], &[breach(0, 0, 1, BreachCause::NoGrace)], &moves(&[ONLY], &gather))
                .edges_into(&breach(0, 0, 1, BreachCause::NoGrace), &|_| 1.0);
        let weight = |of| many.iter().find(|edge| edge.source == of).map_or(0.0, |edge| edge.weight);
        assert!((weight(Source::Nobody) - told[0]).abs() < 1e-12);
    }

    #[test]
    fn venues_of_one_instrument_share_its_moves() {
        // In one tick 30 are sold here and 10 there, and the mark, which is one, falls by 4.
        let clock =
            Calendar { tick: Span::seconds(60), sessions: Vec::new(), ticks: 10, continuous: true, later: vec![] };
        let mut gather = Gather::new(Keep::NOTHING, None, &[Price::new(100); 2], &clock);
        let sale = |market, cause, lots| Push {
            market: MarketId::new(market),
            side: Side::Sell,
            cause,
            lots: Lots::new(lots),
        };
        gather.pushes(Tick::new(0), &[sale(0, Cause::Voluntary, 30), sale(1, Cause::Shock, 10)]);
        gather.marks.insert(MARKET, vec![Price::new(96)]);
        let edges = trace(&MARKETS, |_| 1.0, &[breach(0, 0, 0, BreachCause::NoGrace)], &gather);
        let told: Vec<_> = edges.iter().map(|edge| (edge.source, edge.weight)).collect();
        let [own, shock] = [Cause::Voluntary, Cause::Shock].map(Source::Push);
        assert_eq!(told, [(own, 0.75), (shock, 0.25)]);
    }

    #[test]
    fn where_nobody_pushed_nobody_is_named() {
        let edges = trace(&[ONLY], |_| 1.0, &[breach(0, 0, 1, BreachCause::NoGrace)], &gathered(&[]));
        assert_eq!(edges, [Edge { into: BreachId::new(0), source: Source::Nobody, weight: 1.0 }]);
    }

    #[test]
    fn who_is_closed_out_for_a_default_elsewhere_was_broken_by_it() {
        let first = BreachId::new(0);
        let breaches = [breach(0, 0, 1, BreachCause::CallUnmet), breach(1, 0, 1, BreachCause::CrossDefault(first))];
        let edges = trace(&[ONLY], |_| 1.0, &breaches, &gathered(&[(1, Side::Sell, Cause::Shock, 5)]));
        assert_eq!(edges[1], Edge { into: BreachId::new(1), source: Source::CrossDefault(first), weight: 1.0 });
        assert_eq!(edges[0].source, Source::Push(Cause::Shock));
        assert_eq!(summarise(&breaches, &edges).branching_ratio, 0.0, "no price passed it on");
    }

    /// Twelve hundred that break in turn, ten a tick, each for the sales of those before it. Traced in full, all pairs are
    /// edges; traced as many, what is below a hundredth is one edge, and nothing else is lost.
    #[test]
    fn where_very_many_break_small_edges_are_one_and_shares_chains_and_branching_stay_exact() {
        let breaches: Vec<Breach> = (0..1_200)
            .map(|id| breach(id, (id / 10).saturating_sub(id % 7 * 9), id / 10 + 1, BreachCause::CallUnmet))
            .collect();
        let pushes: Vec<(u32, Side, Cause, i64)> = breaches
            .iter()
            .flat_map(|breach| (1..4).map(move |wait| (breach.tick.index() + wait, breach.id)))
            .map(|(tick, id)| (tick, Side::Sell, Cause::Forced(id), if id.get() % 50 == 0 { 900 } else { 3 }))
            .chain((0..100).map(|tick| (tick, Side::Sell, Cause::Voluntary, 40)))
            .chain((0..100).map(|tick| (tick, Side::Sell, Cause::Shock, 7)))
            .chain((20..60).map(|tick| (tick, Side::Sell, Cause::News, 11)))
            .collect();
        let mut pushes = pushes;
        pushes.sort_unstable_by_key(|push| push.0);
        let gather = gathered(&pushes);
        let few = trace(&[ONLY], |_| 1.0, &breaches, &gather);
        let all: Vec<Edge> = breaches
            .iter()
            .flat_map(|breach| pushed(breach, edges_into(&[ONLY], breach, &moves(&[ONLY], &gather), &|_| 1.0)))
            .collect();
        assert!(breaches.len() > MOST_IN_FULL && few.len() * 5 < all.len(), "{} of {}", few.len(), all.len());
        let kind = |source| match source {
            Source::Push(Cause::Voluntary) => 0,
            Source::Push(Cause::Shock) => 1,
            Source::Push(Cause::News) => 3,
            _ => 2,
        };
        let mut shares = vec![[0.0; 4]; breaches.len()];
        few.iter().for_each(|edge| shares[edge.into.index()][kind(edge.source)] += edge.weight);
        all.iter().for_each(|edge| shares[edge.into.index()][kind(edge.source)] -= edge.weight);
        assert!(shares.iter().flatten().all(|rest: &f64| rest.abs() < 1e-9));
        let large = |edges: &[Edge]| {
            let named = |edge: &&Edge| edge.weight >= LEAST && matches!(edge.source, Source::Push(Cause::Forced(_)));
            edges
                .iter()
                .filter(named)
                .map(|edge| (edge.into, edge.source))
                .collect::<Vec<_>>()
                .into_iter()
                .map(|(into, source)| format!("{into:?} {source:?}"))
                .collect::<std::collections::BTreeSet<_>>()
        };
        assert_eq!(large(&few), large(&all));
        let (some, full) = (summarise(&breaches, &few), summarise(&breaches, &all));
        assert_eq!((some.size, some.depth), (full.size, full.depth));
        assert!((some.branching_ratio - full.branching_ratio).abs() < 1e-9);
    }
}
