//! What theory says of a market, counted as the world runs: for worlds that are set against theory.
//!
//! A world asks for it in a field `study` (see [`StudyFile`]), because counting takes time and most worlds have no use
//! for it. At the end of each tick the record stage shows every studied market to its counters; at the end of the run they
//! become the part `study` of the summary and the table `study`. Nothing here feeds back into the simulation.
//!
//! - [`quotes`]: mean spread, and the variance of the moves of the middle.
//! - [`queues`]: where the middle of the market goes next, and whether an order at the best price trades before, by the sizes
//!   of the queues at bid and ask.
//! - [`rounds`]: what a trader earns, and holds at the end, in each of many rounds.

mod file;
pub mod quotes;
pub mod queues;
pub mod rounds;
mod report;

pub use file::{DEEPEST, QueuesFile, QueuesPlan, RoundsFile, RoundsPlan, StudyFile, StudyPlan, WIDEST};
pub use queues::Resting;

use crate::plan::Plan;
use ground::units::{Lots, Price};
use queues::Queues;
use quotes::Quotes;
use rounds::Rounds;

/// One market at the end of a tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quoted {
    pub bid: Option<Price>,
    pub ask: Option<Price>,
    /// What waits at the best prices.
    pub at_bid: Lots,
    pub at_ask: Lots,
}

impl Quoted {
    /// Best bid and best ask, when there are both.
    pub fn both(&self) -> Option<(Price, Price)> {
        self.bid.zip(self.ask)
    }
}

/// All counters of a run.
#[derive(Clone, Debug)]
pub struct Study {
    pub plan: StudyPlan,
    pub quotes: Vec<Quotes>,
    pub queues: Vec<Queues>,
    pub rounds: Vec<Rounds>,
}

impl Study {
    /// At the beginning of a run of this plan.
    pub fn new(study: &StudyPlan, plan: &Plan) -> Self {
        let begun = |own: &RoundsPlan| {
            let account = &plan.accounts[own.account.index()];
            let held = account.slots.iter().find(|(id, _)| *id == own.instrument).map_or(Lots::ZERO, |(_, lots)| *lots);
            let cash = account.cash.to_major(plan.currency.decimals);
            Rounds::begun(cash, plan.instruments[own.instrument.index()].units_of(held))
        };
        Self {
            quotes: study.quotes.iter().map(|_| Quotes::default()).collect(),
            queues: study.queues.iter().map(|own| Queues::new(own.deepest, own.widest)).collect(),
            rounds: study.rounds.iter().map(begun).collect(),
            plan: study.clone(),
        }
    }
}

/// A mean with its standard deviation, taken in one number after the other (Welford, Technometrics 4 (1962) 419-420).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moments {
    pub count: u64,
    mean: f64,
    squares: f64,
}

impl Moments {
    pub fn take(&mut self, number: f64) {
        self.count += 1;
        let off = number - self.mean;
        self.mean += off / self.count as f64;
        self.squares += off * (number - self.mean);
    }

    /// `None` of nothing.
    pub fn mean(&self) -> Option<f64> {
        (self.count > 0).then_some(self.mean)
    }

    /// Of a sample; `None` of fewer than two.
    pub fn standard_deviation(&self) -> Option<f64> {
        (self.count > 1).then(|| (self.squares / (self.count - 1) as f64).sqrt())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_those_of_the_numbers_taken() {
        let mut moments = Moments::default();
        assert_eq!((moments.mean(), moments.standard_deviation()), (None, None));
        for number in [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0] {
            moments.take(number);
        }
        assert_eq!(moments.mean(), Some(5.0));
        // Squares off the mean: 9 + 1 + 1 + 1 + 0 + 0 + 4 + 16 = 32, over 7.
        assert!((moments.standard_deviation().unwrap() - (32.0f64 / 7.0).sqrt()).abs() < 1e-12);
    }
}
