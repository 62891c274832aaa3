//! The book and its naive twin, driven by the same random operations, must say the same.
//!
//! Each mood below is a kind of market with its own mix of operations; together they do well over a
//! million. Every event and every return value is compared, the full view of both books at
//! intervals, and beside the twin a third account is kept: each order's remaining quantity,
//! followed through the events alone. A failure names the mood, the seed and the step.

use firesale::book::naive::NaiveBook;
use firesale::book::{Book, BookEvent, CancelReason, NewOrder, OrderKey, OrderKind, Phase, SelfTrade, TimeInForce};
use firesale::units::{Lots, Price, Side};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::fmt::{self, Display, Formatter};

/// What a market is like. Weights are relative.
#[derive(Clone, Copy, Debug)]
struct Mood {
    name: &'static str,
    seeds: u64,
    steps: u32,
    /// Orders stand within this many steps of the centre.
    width: i64,
    /// The centre moves by up to this much a step.
    drift: i64,
    /// One in so many steps throws the centre anywhere in range; 0 for never.
    jump_one_in: u32,
    /// Limit orders stand on their own side of the centre, so that the book grows deep.
    apart: bool,
    owners: u32,
    submit: u32,
    cancel: u32,
    reduce: u32,
    replace: u32,
    /// Start or end an auction or a halt.
    phase: u32,
    /// Of a thousand orders, how many are stops or stop-limits.
    stops_per_mille: u32,
    markets_per_mille: u32,
}

const CALM: Mood = Mood {
    name: "calm",
    seeds: 60,
    steps: 5_000,
    width: 40,
    drift: 1,
    jump_one_in: 0,
    apart: false,
    owners: 8,
    submit: 60,
    cancel: 30,
    reduce: 6,
    replace: 4,
    phase: 0,
    stops_per_mille: 10,
    markets_per_mille: 120,
};
const CASCADE: Mood = Mood { name: "cascade", stops_per_mille: 350, markets_per_mille: 60, width: 60, ..CALM };
const CROWD_OF_ONE: Mood = Mood { name: "crowd of one", owners: 2, seeds: 40, width: 12, ..CALM };
const AUCTIONS: Mood = Mood { name: "auctions", phase: 4, stops_per_mille: 80, width: 15, ..CALM };
const WIDE: Mood = Mood { name: "wide", width: 30_000, drift: 200, seeds: 40, cancel: 20, ..CALM };
const RELOCATING: Mood = Mood { name: "relocating", jump_one_in: 150, drift: 5, phase: 1, stops_per_mille: 60, ..CALM };
const DEEP: Mood = Mood { name: "deep", apart: true, drift: 0, cancel: 25, width: 6, owners: 1_000, seeds: 20, ..CALM };
const DEEP_AND_WIDE: Mood = Mood { name: "deep and wide", width: 3_000, drift: 2, ..DEEP };
const TREND: Mood = Mood { name: "trend", drift: 30, seeds: 40, stops_per_mille: 50, ..CALM };

#[test]
fn a_calm_market_goes_in_lockstep() {
    let tally = drive(CALM);
    assert!(tally.fills > 50_000 && tally.reduced > 100);
}

#[test]
fn a_market_full_of_stops_goes_in_lockstep() {
    let tally = drive(CASCADE);
    assert!(tally.triggered > 20_000 && tally.longest_cascade >= 10);
}

#[test]
fn a_market_of_self_trades_goes_in_lockstep() {
    let tally = drive(CROWD_OF_ONE);
    assert!(tally.cancelled[CancelReason::SelfTrade as usize] > 10_000);
}

#[test]
fn a_market_of_auctions_and_halts_goes_in_lockstep() {
    let tally = drive(AUCTIONS);
    assert!(tally.auction_fills > 10_000 && tally.triggered > 2_000);
    assert!(tally.cancelled[CancelReason::AuctionCollects as usize] > 1_000);
    assert!(tally.cancelled[CancelReason::Halted as usize] > 1_000);
}

#[test]
fn a_wide_market_goes_in_lockstep() {
    drive(WIDE);
}

#[test]
fn a_market_whose_prices_jump_across_the_whole_range_goes_in_lockstep() {
    let tally = drive(RELOCATING);
    assert!(tally.cancelled[CancelReason::PriceOutOfRange as usize] > 1_000);
}

#[test]
fn a_trending_market_goes_in_lockstep() {
    drive(TREND);
}

#[test]
fn a_deep_market_goes_in_lockstep() {
    drive(DEEP);
}

#[test]
fn a_deep_and_wide_market_goes_in_lockstep() {
    drive(DEEP_AND_WIDE);
}

#[test]
fn all_moods_together_do_more_than_a_million_operations() {
    let moods = [CALM, CASCADE, CROWD_OF_ONE, AUCTIONS, WIDE, RELOCATING, TREND, DEEP, DEEP_AND_WIDE];
    let operations: u64 = moods.iter().map(|mood| mood.seeds * u64::from(mood.steps)).sum();
    assert!(operations > 1_000_000, "{operations}");
}

/// What a mood's runs have met, so that a mood that exercises nothing is noticed.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    fills: u32,
    auction_fills: u32,
    triggered: u32,
    /// The most stops that one operation triggered.
    longest_cascade: usize,
    reduced: u32,
    cancelled: [u32; 10],
}

fn drive(mood: Mood) -> Tally {
    let mut tally = Tally::default();
    for seed in 0..mood.seeds {
        let mut pair = Pair::new(mood, seed);
        for step in 0..mood.steps {
            pair.step = step;
            pair.operate();
            if step % 97 == 0 || step + 1 == mood.steps {
                pair.compare_views();
            }
            pair.count(&mut tally);
        }
    }
    tally
}

struct Pair {
    mood: Mood,
    seed: u64,
    step: u32,
    rng: ChaCha8Rng,
    centre: i64,
    book: Book,
    naive: NaiveBook,
    events: Vec<BookEvent>,
    naive_events: Vec<BookEvent>,
    /// By tag: the keys under which the order waits or last waited in either book.
    keys: Vec<Option<(OrderKey, OrderKey)>>,
    /// By tag: what the order has left, as far as its events tell.
    left: Vec<Lots>,
}

/// Where a run stands, for a failure's message.
#[derive(Clone, Copy)]
struct Place {
    mood: &'static str,
    seed: u64,
    step: u32,
}

impl Display for Place {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "mood {}, seed {}, step {}", self.mood, self.seed, self.step)
    }
}

impl Pair {
    fn new(mood: Mood, seed: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let policies = [SelfTrade::CancelResting, SelfTrade::CancelIncoming, SelfTrade::CancelBoth, SelfTrade::Allow];
        let policy = policies[rng.random_range(0..policies.len())];
        Self {
            mood,
            seed,
            step: 0,
            centre: [0, 10_000, -50][rng.random_range(0..3)],
            rng,
            book: Book::with_self_trade(policy),
            naive: NaiveBook::with_self_trade(policy),
            events: Vec::new(),
            naive_events: Vec::new(),
            keys: Vec::new(),
            left: Vec::new(),
        }
    }

    fn place(&self) -> Place {
        Place { mood: self.mood.name, seed: self.seed, step: self.step }
    }

    fn operate(&mut self) {
        let Mood { submit, cancel, reduce, replace, phase, drift, jump_one_in, .. } = self.mood;
        self.centre += self.rng.random_range(-drift..=drift);
        if jump_one_in > 0 && self.rng.random_ratio(1, jump_one_in) {
            let furthest = Price::FURTHEST.steps();
            self.centre = match self.rng.random_range(0..4) {
                0 => self.rng.random_range(-furthest..=furthest),
                1 => self.centre + self.rng.random_range(-2_000..=2_000),
                2 => [furthest, -furthest][self.rng.random_range(0..2)],
                _ => 0,
            };
        }
        self.events.clear();
        self.naive_events.clear();
        let choice = self.rng.random_range(0..submit + cancel + reduce + replace + phase);
        if choice < submit {
            let order = self.new_order();
            let keys = (self.book.submit(&order, &mut self.events), self.naive.submit(&order, &mut self.naive_events));
            assert_eq!(keys.0.is_some(), keys.1.is_some(), "{}: {order:?}", self.place());
        } else if choice < submit + cancel {
            if let Some((key, naive_key)) = self.any_key() {
                let left = self.book.cancel(key, &mut self.events);
                assert_eq!(left, self.naive.cancel(naive_key, &mut self.naive_events), "{}", self.place());
            }
        } else if choice < submit + cancel + reduce {
            if let Some((key, naive_key)) = self.any_key() {
                let remaining = Lots::new(self.rng.random_range(1..=60));
                let taken_off = self.book.reduce(key, remaining, &mut self.events);
                let expected = self.naive.reduce(naive_key, remaining, &mut self.naive_events);
                assert_eq!(taken_off, expected, "{}", self.place());
            }
        } else if choice < submit + cancel + reduce + replace {
            if let Some((key, naive_key)) = self.any_key() {
                let order = self.new_order();
                let replaced = self.book.replace(key, &order, &mut self.events);
                let expected = self.naive.replace(naive_key, &order, &mut self.naive_events);
                let shape = |outcome: Option<Option<OrderKey>>| outcome.map(|key| key.is_some());
                assert_eq!(shape(replaced), shape(expected), "{}", self.place());
                if replaced.is_none() {
                    // It never reached the book.
                    self.left[order.tag as usize] = Lots::ZERO;
                }
            }
        } else {
            self.change_phase();
        }
        self.compare_events();
        assert_eq!(self.book.phase(), self.naive.phase(), "{}", self.place());
        if self.book.phase() == Phase::Continuous {
            assert!(!self.book.is_crossed(), "{}: crossed", self.place());
        }
    }

    fn change_phase(&mut self) {
        let reference = Price::new(self.centre + self.rng.random_range(-20..=20)).clamped();
        match self.book.phase() {
            Phase::Continuous if self.rng.random_ratio(1, 4) => {
                self.book.halt();
                self.naive.halt();
            }
            Phase::Continuous => {
                self.book.start_auction();
                self.naive.start_auction();
            }
            Phase::Auction if self.rng.random_ratio(1, 8) => {
                self.book.halt();
                self.naive.halt();
            }
            Phase::Halted if self.rng.random_ratio(1, 3) => {
                self.book.start_auction();
                self.naive.start_auction();
            }
            Phase::Halted if !self.book.is_crossed() && self.rng.random_ratio(1, 2) => {
                // Market orders left from an auction before the halt would need an uncross.
                if self.naive.indicative(reference).is_none() && !self.has_unpriced() {
                    self.book.resume(&mut self.events);
                    self.naive.resume(&mut self.naive_events);
                }
            }
            Phase::Auction | Phase::Halted => {
                let indicative = self.book.indicative(reference);
                assert_eq!(indicative, self.naive.indicative(reference), "{}: {reference:?}", self.place());
                let clearing = self.book.uncross(reference, &mut self.events);
                assert_eq!(clearing, indicative, "{}", self.place());
                assert_eq!(clearing, self.naive.uncross(reference, &mut self.naive_events), "{}", self.place());
            }
        }
    }

    fn has_unpriced(&self) -> bool {
        let unpriced = |key| self.book.order(key).is_some_and(|order| order.kind == OrderKind::Market);
        self.keys.iter().flatten().any(|&(key, _)| unpriced(key))
    }

    fn new_order(&mut self) -> NewOrder {
        let rng = &mut self.rng;
        let width = self.mood.width;
        let mut price = || {
            let steps = self.centre + rng.random_range(-width..=width);
            // Now and then far out, or out of range.
            let steps = match rng.random_range(0..400) {
                0 => steps + 5_000,
                1 => steps - 100_000,
                2 => Price::FURTHEST.steps() + rng.random_range(-3..=3),
                3 => -Price::FURTHEST.steps() + rng.random_range(-3..=3),
                _ => steps,
            };
            Price::new(steps)
        };
        let (price, trigger) = (price(), price());
        let roll = rng.random_range(0..1_000);
        let Mood { stops_per_mille, markets_per_mille, .. } = self.mood;
        let kind = if roll < stops_per_mille / 2 {
            OrderKind::Stop { trigger }
        } else if roll < stops_per_mille {
            OrderKind::StopLimit { trigger, price }
        } else if roll < stops_per_mille + markets_per_mille {
            OrderKind::Market
        } else {
            OrderKind::Limit { price }
        };
        let time_in_force = match rng.random_range(0..20) {
            0 | 1 => TimeInForce::ImmediateOrCancel,
            2 => TimeInForce::FillOrKill,
            _ => TimeInForce::GoodTillCancel,
        };
        let side = if rng.random() { Side::Buy } else { Side::Sell };
        let kind = match kind {
            OrderKind::Limit { price } if self.mood.apart => {
                let distance = 1 + (price - Price::new(self.centre)).abs();
                let away = if side == Side::Buy { -distance } else { distance };
                OrderKind::Limit { price: Price::new(self.centre + away) }
            }
            kind => kind,
        };
        let tag = u32::try_from(self.left.len()).expect("fewer than 2^32 orders");
        let quantity = Lots::new(rng.random_range(1..=50));
        self.left.push(quantity);
        self.keys.push(None);
        NewOrder {
            owner: rng.random_range(0..self.mood.owners),
            tag,
            side,
            quantity,
            kind,
            time_in_force,
            post_only: rng.random_ratio(1, 12),
            reduce_only: rng.random_ratio(1, 12),
        }
    }

    /// The keys of an order that has waited at some time; more often a recent one, often a stale one.
    fn any_key(&mut self) -> Option<(OrderKey, OrderKey)> {
        let known = self.keys.len();
        let oldest = if self.rng.random_ratio(3, 4) { known.saturating_sub(200) } else { 0 };
        if known == 0 { None } else { self.keys[self.rng.random_range(oldest..known)] }
    }

    fn compare_events(&mut self) {
        assert_eq!(
            self.events.len(),
            self.naive_events.len(),
            "{}\n{:#?}\n{:#?}",
            self.place(),
            self.events,
            self.naive_events
        );
        for index in 0..self.events.len() {
            let event = self.events[index];
            let mut expected = self.naive_events[index];
            if let (
                BookEvent::Rested { tag, key, .. } | BookEvent::Parked { tag, key, .. },
                BookEvent::Rested { key: naive_key, .. } | BookEvent::Parked { key: naive_key, .. },
            ) = (event, &mut expected)
            {
                self.keys[tag as usize] = Some((key, *naive_key));
                *naive_key = key;
            }
            assert_eq!(event, expected, "{}", self.place());
            self.follow(event);
        }
    }

    fn count(&self, tally: &mut Tally) {
        let mut cascade = 0;
        for event in &self.events {
            match event {
                BookEvent::Fill(fill) if fill.aggressor.is_none() => tally.auction_fills += 1,
                BookEvent::Fill(_) => tally.fills += 1,
                BookEvent::Triggered { .. } => cascade += 1,
                BookEvent::Reduced { .. } => tally.reduced += 1,
                BookEvent::Cancelled { reason, .. } => tally.cancelled[*reason as usize] += 1,
                BookEvent::Rested { .. } | BookEvent::Parked { .. } => {}
            }
        }
        tally.triggered += cascade;
        tally.longest_cascade = tally.longest_cascade.max(cascade as usize);
    }

    /// Keeps the third account.
    fn follow(&mut self, event: BookEvent) {
        let place = self.place();
        match event {
            BookEvent::Fill(fill) => {
                assert!(fill.quantity.is_positive(), "{place}");
                for party in [fill.buyer, fill.seller] {
                    let left = &mut self.left[party.tag as usize];
                    *left -= fill.quantity;
                    assert_eq!(*left, party.remaining, "{place}");
                    assert!(!left.is_negative(), "{place}");
                }
            }
            BookEvent::Cancelled { tag, remaining, .. } => {
                assert_eq!(self.left[tag as usize], remaining, "{place}");
                self.left[tag as usize] = Lots::ZERO;
            }
            BookEvent::Reduced { tag, remaining, .. } => {
                assert!(remaining < self.left[tag as usize], "{place}");
                self.left[tag as usize] = remaining;
            }
            BookEvent::Rested { tag, remaining, .. } => assert_eq!(self.left[tag as usize], remaining, "{place}"),
            BookEvent::Parked { .. } | BookEvent::Triggered { .. } => {}
        }
    }

    fn compare_views(&mut self) {
        let place = self.place();
        for side in [Side::Buy, Side::Sell] {
            let levels: Vec<_> = self.book.levels(side).collect();
            let expected: Vec<_> = self.naive.levels(side).collect();
            assert_eq!(levels, expected, "{place}");
            assert!(levels.iter().is_sorted_by(|a, b| match side {
                Side::Buy => a.price > b.price,
                Side::Sell => a.price < b.price,
            }));
            assert_eq!(self.book.volume_at_best(side), self.naive.volume_at_best(side), "{place}");
            assert_eq!(self.book.is_empty(side), self.naive.is_empty(side), "{place}");
            let furthest = Price::new(self.centre + self.rng.random_range(-self.mood.width..=self.mood.width));
            assert_eq!(self.book.depth(side, furthest), self.naive.depth(side, furthest), "{place}");
        }
        assert_eq!(self.book.best_bid(), self.naive.best_bid(), "{place}");
        assert_eq!(self.book.best_ask(), self.naive.best_ask(), "{place}");
        assert_eq!(self.book.last_price(), self.naive.last_price(), "{place}");
        let reference = Price::new(self.centre).clamped();
        assert_eq!(self.book.indicative(reference), self.naive.indicative(reference), "{place}");
        let mut waiting = Lots::ZERO;
        for (keys, &left) in self.keys.iter().zip(&self.left) {
            let Some((key, naive_key)) = *keys else {
                assert!(left.is_zero(), "{place}: an order that never waited has {left:?} left");
                continue;
            };
            let view = self.book.order(key);
            assert_eq!(view, self.naive.order(naive_key), "{place}");
            assert_eq!(view.map_or(Lots::ZERO, |order| order.remaining), left, "{place}");
            if let Some(order) = view
                && matches!(order.kind, OrderKind::Limit { .. })
            {
                waiting += left;
            }
        }
        let listed: Lots = [Side::Buy, Side::Sell]
            .into_iter()
            .flat_map(|side| self.book.levels(side).map(|level| level.quantity).collect::<Vec<_>>())
            .sum();
        assert_eq!(listed, waiting, "{place}: levels and orders disagree");
    }
}
