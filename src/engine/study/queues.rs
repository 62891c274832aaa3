//! Where the middle of the market goes next, and whether an order at the best price trades before that, by the sizes
//! of the queues.
//!
//! **State**: what waits at the best bid and at the best ask, in orders of a stated size, and the spread in price steps.
//! An *epoch* is the time from one move of the middle to the next. In each epoch a state counts once, from when
//! it was first there; the epoch's end says whether the middle then went up. So observations of one state are
//! independent of one another, and the error of a share `p` of `n` is `√(p (1 − p) / n)`. An epoch in which a side runs
//! empty, and the last one, say nothing.
//!
//! **Execution**: an order of a trader who waits (see `traders::patient`) counts in the state in which it was first
//! seen to rest, itself the last in its queue. It has succeeded when it has traded before, or as, the middle moved. For
//! an order to sell the sides are exchanged: its own queue is always the one called the bid's.
//!
//! Source: Cont, Stoikov and Talreja, "A stochastic model for order book dynamics", Operations Research 58 (2010)
//! 549-563, tables 3 to 5.

use super::Quoted;
use ground::units::Side;
use results::study::QueuesSummary;

/// How often something was seen, and how often what was asked then happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub observed: u64,
    pub happened: u64,
}

impl Tally {
    fn take(&mut self, happened: bool) {
        self.observed += 1;
        self.happened += u64::from(happened);
    }

    /// `None` of nothing.
    pub fn share(&self) -> Option<f64> {
        (self.observed > 0).then(|| self.happened as f64 / self.observed as f64)
    }

    /// Of the share.
    pub fn standard_error(&self) -> Option<f64> {
        self.share().map(|share| (share * (1.0 - share) / self.observed as f64).sqrt())
    }
}

/// Queues at bid and ask in orders, and the spread in steps; all from one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    pub bid: u32,
    pub ask: u32,
    pub spread: u32,
}

#[derive(Clone, Debug)]
pub struct Queues {
    deepest: u32,
    widest: u32,
    /// By state.
    up: Vec<Tally>,
    executed: Vec<Tally>,
    /// Twice the middle of this epoch.
    middle: Option<i64>,
    /// States of this epoch.
    seen: Vec<usize>,
    waits: Waits,
    pub epochs: u64,
    pub up_epochs: u64,
}

/// An order that rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resting {
    pub side: Side,
    /// At the best price of its side.
    pub at_best: bool,
}

/// The order of the trader who waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Waits {
    /// There is none.
    None,
    /// It counts in this state, if in any, until the middle leaves this.
    In { place: Option<usize>, middle: i64 },
    /// The middle has moved, and it waits to be withdrawn.
    Done,
}

impl Queues {
    /// States with queues of up to `deepest` orders and spreads of up to `widest` steps.
    pub fn new(deepest: u32, widest: u32) -> Self {
        let states = (deepest * deepest * widest) as usize;
        Self {
            deepest,
            widest,
            up: vec![Tally::default(); states],
            executed: vec![Tally::default(); states],
            middle: None,
            seen: Vec::new(),
            waits: Waits::None,
            epochs: 0,
            up_epochs: 0,
        }
    }

    /// All states that count, with how often the middle went up next, and how often an order traded before it moved.
    pub fn states(&self) -> impl Iterator<Item = (State, Tally, Tally)> {
        self.up.iter().zip(&self.executed).enumerate().map(|(place, (up, executed))| {
            let place = place as u32;
            let (bid, ask) = (place / self.deepest % self.deepest + 1, place % self.deepest + 1);
            (State { bid, ask, spread: place / (self.deepest * self.deepest) + 1 }, *up, *executed)
        })
    }

    fn place(&self, state: State) -> Option<usize> {
        let State { bid, ask, spread } = state;
        let counts = |queue: u32| (1..=self.deepest).contains(&queue);
        (counts(bid) && counts(ask) && (1..=self.widest).contains(&spread))
            .then(|| (((spread - 1) * self.deepest + bid - 1) * self.deepest + ask - 1) as usize)
    }

    /// `order`: lots of an order. `waits`: the order of the trader who waits, if one rests.
    pub fn take(&mut self, now: &Quoted, order: i64, waits: Option<Resting>) {
        let state = now.both().and_then(|(bid, ask)| state(now, ask - bid, order));
        let middle = now.both().map(|(bid, ask)| bid.steps() + ask.steps());
        self.follow(state, middle, waits);
        let (Some(before), Some(middle)) = (self.middle, middle) else {
            self.seen.clear();
            self.middle = middle;
            return self.note(state);
        };
        if middle != before {
            self.epochs += 1;
            self.up_epochs += u64::from(middle > before);
            for place in self.seen.drain(..) {
                self.up[place].take(middle > before);
            }
            self.middle = Some(middle);
        }
        self.note(state);
    }

    /// A state of this epoch.
    fn note(&mut self, state: Option<State>) {
        if let Some(place) = state.and_then(|state| self.place(state))
            && !self.seen.contains(&place)
        {
            self.seen.push(place);
        }
    }

    fn follow(&mut self, state: Option<State>, middle: Option<i64>, waits: Option<Resting>) {
        self.waits = match (self.waits, waits, middle) {
            (Waits::None, Some(Resting { side, at_best }), Some(middle)) => {
                // One that was outbid before it was first seen stands in no queue that is looked at.
                let state = state.filter(|_| at_best).map(|state| match side {
                    Side::Buy => state,
                    Side::Sell => State { bid: state.ask, ask: state.bid, ..state },
                });
                Waits::In { place: state.and_then(|state| self.place(state)), middle }
            }
            (Waits::In { place, middle: before }, waits, middle) => {
                let traded = waits.is_none();
                let moved = middle != Some(before);
                if let Some(place) = place.filter(|_| traded || moved) {
                    self.executed[place].take(traded);
                }
                match (traded, moved) {
                    (true, _) => Waits::None,
                    (false, true) => Waits::Done,
                    (false, false) => Waits::In { place, middle: before },
                }
            }
            (Waits::Done, None, _) => Waits::None,
            (now, ..) => now,
        };
    }

    pub fn summary(&self) -> QueuesSummary {
        let tally = Tally { observed: self.epochs, happened: self.up_epochs };
        QueuesSummary { epochs: self.epochs, up_share: tally.share().unwrap_or_default() }
    }
}

/// Queues in orders, rounded up: what is left of an order is one.
fn state(now: &Quoted, spread: i64, order: i64) -> Option<State> {
    let orders = |lots: ground::units::Lots| u32::try_from((lots.get() + order - 1) / order).ok();
    Some(State { bid: orders(now.at_bid)?, ask: orders(now.at_ask)?, spread: u32::try_from(spread).ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ground::units::{Lots, Price};

    const BUYS: Resting = Resting { side: Side::Buy, at_best: true };
    const SELLS: Resting = Resting { side: Side::Sell, at_best: true };

    #[test]
    fn an_order_that_was_outbid_before_it_was_seen_counts_in_no_state() {
        let mut queues = Queues::new(5, 2);
        queues.take(&quoted(100, 10, 101, 30), 10, Some(Resting { at_best: false, ..BUYS }));
        queues.take(&quoted(99, 10, 101, 30), 10, None);
        assert!(queues.states().all(|(_, _, executed)| executed == Tally::default()));
    }

    fn quoted(bid: i64, at_bid: i64, ask: i64, at_ask: i64) -> Quoted {
        Quoted {
            bid: Some(Price::new(bid)),
            ask: Some(Price::new(ask)),
            at_bid: Lots::new(at_bid),
            at_ask: Lots::new(at_ask),
        }
    }

    fn tallies(queues: &Queues, bid: u32, ask: u32, spread: u32) -> (Tally, Tally) {
        let wanted = State { bid, ask, spread };
        let (_, up, executed) = queues.states().find(|(state, ..)| *state == wanted).unwrap();
        (up, executed)
    }

    #[test]
    fn a_state_counts_once_an_epoch_for_where_the_middle_goes_at_its_end() {
        let mut queues = Queues::new(5, 2);
        // 2 × 1 lots, 3 × 1, 2 × 1 again; then the ask is gone and the middle up.
        for now in [quoted(100, 2, 101, 1), quoted(100, 3, 101, 1), quoted(100, 2, 101, 1), quoted(100, 2, 102, 4)] {
            queues.take(&now, 1, None);
        }
        assert_eq!(tallies(&queues, 2, 1, 1).0, Tally { observed: 1, happened: 1 });
        assert_eq!(tallies(&queues, 3, 1, 1).0, Tally { observed: 1, happened: 1 });
        assert_eq!(tallies(&queues, 2, 4, 2).0, Tally::default(), "its epoch has not ended");
        // Down: the bid is gone.
        queues.take(&quoted(99, 1, 102, 4), 1, None);
        assert_eq!(tallies(&queues, 2, 4, 2).0, Tally { observed: 1, happened: 0 });
        assert_eq!(queues.summary(), QueuesSummary { epochs: 2, up_share: 0.5 });
    }

    #[test]
    fn an_epoch_in_which_a_side_runs_empty_says_nothing() {
        let mut queues = Queues::new(5, 2);
        queues.take(&quoted(100, 2, 101, 1), 1, None);
        queues.take(&Quoted { ask: None, at_ask: Lots::ZERO, ..quoted(100, 2, 101, 1) }, 1, None);
        queues.take(&quoted(100, 2, 103, 1), 1, None);
        assert_eq!(tallies(&queues, 2, 1, 1).0, Tally::default());
        assert_eq!(queues.epochs, 0);
    }

    #[test]
    fn an_order_succeeds_when_it_trades_before_the_middle_moves() {
        let mut queues = Queues::new(5, 2);
        let wide = quoted(100, 20, 101, 30);
        // In lots of ten: two orders and three. It trades.
        queues.take(&wide, 10, Some(BUYS));
        queues.take(&quoted(100, 10, 101, 30), 10, None);
        assert_eq!(tallies(&queues, 2, 3, 1).1, Tally { observed: 1, happened: 1 });
        // The middle moves while it waits; that it is then withdrawn is no trade.
        queues.take(&wide, 10, Some(BUYS));
        queues.take(&quoted(100, 20, 102, 30), 10, Some(BUYS));
        queues.take(&quoted(100, 10, 102, 30), 10, None);
        assert_eq!(tallies(&queues, 2, 3, 1).1, Tally { observed: 2, happened: 1 });
        // An order to sell sees its own queue first.
        queues.take(&wide, 10, Some(SELLS));
        queues.take(&wide, 10, None);
        assert_eq!(tallies(&queues, 3, 2, 1).1, Tally { observed: 1, happened: 1 });
    }
}
