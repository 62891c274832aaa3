//! A dynamic circuit breaker: a market that moves too far in too short a time takes a break.
//!
//! - At the end of a tick the mark is held against the highest and the lowest of the last `within`.
//! - A move of `width` or more stops the market for `pause`; then the count begins anew. Orders are refused meanwhile,
//!   or collect for an auction.
//!
//! Source: CME Group's dynamic circuit breakers: 3.5 % in an hour for stock-index futures overnight, two minutes.
//! With seconds in place of minutes, and collecting, it is their stop logic: five seconds of reserve and an auction, after
//! stops have carried the price too far at once. (There it is what stops would do next that counts, here what was done.)

use super::{Pause, Rule, around};
use ground::units::{Price, Rate, Span, Time};
use std::collections::VecDeque;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VelocityPlan {
    pub width: Rate,
    pub within: Span,
    pub pause: Span,
    pub collects: bool,
}

#[derive(Clone, Debug)]
pub struct Velocity {
    plan: VelocityPlan,
    /// Marks that are higher than all after them, and those that are lower: oldest first.
    highs: VecDeque<(Time, Price)>,
    lows: VecDeque<(Time, Price)>,
}

impl Velocity {
    pub fn new(plan: VelocityPlan) -> Self {
        Self { plan, highs: VecDeque::new(), lows: VecDeque::new() }
    }

    /// Begins anew: after a pause, or over night.
    pub fn restart(&mut self) {
        self.highs.clear();
        self.lows.clear();
    }

    /// The price at which a fall would stop the market now. `None` before anything was seen.
    pub fn next_below(&self) -> Option<Price> {
        self.highs.front().map(|(_, high)| around(*high, self.plan.width).0)
    }

    /// A tick has ended at this mark.
    pub fn look(&mut self, end: Time, mark: Price) -> Option<Pause> {
        for (kept, beaten) in [
            (&mut self.highs, Price::le as fn(&Price, &Price) -> bool),
            (&mut self.lows, Price::ge as fn(&Price, &Price) -> bool),
        ] {
            while kept.back().is_some_and(|(_, before)| beaten(before, &mark)) {
                kept.pop_back();
            }
            kept.push_back((end, mark));
            while kept.front().is_some_and(|(at, _)| end - *at > self.plan.within) {
                kept.pop_front();
            }
        }
        let (high, low) = (self.highs[0].1, self.lows[0].1);
        let too_far = |from: Price| {
            let moved = i128::from((mark - from).abs()) * 1_000_000_000;
            moved >= i128::from(self.plan.width.billionths()) * i128::from(from.steps().abs().max(1))
        };
        if too_far(high) || too_far(low) {
            self.restart();
            return Some(Pause { rule: Rule::Velocity, until: end + self.plan.pause, collects: self.plan.collects });
        }
        None
    }
}
