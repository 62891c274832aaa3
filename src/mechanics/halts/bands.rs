//! Limit up-limit down: nothing trades outside a band around the mean price of the last minutes.
//!
//! - The reference is the mean price of the trades of the last `reference` (five minutes); while there are none, it
//!   stays what it was, at first the last close.
//! - Orders that would trade beyond `width` from it trade at the band and no further.
//! - When a side presses against the band (the best offer has come down to the lower one, or sellers found
//!   nobody left above it; likewise upwards), the market is in a limit state. It leaves that by itself when the
//!   pressure is met. If it does not within `limit_state` (fifteen seconds), trading pauses for `pause` (five minutes)
//!   and opens again by an auction, whose price is the new reference.
//! - How wide the band is may change in the last `closing` of a session, and may be left to the plan's tiers and the last
//!   close ([`super::tiers`]).
//!
//! Source: National Market System Plan to Address Extraordinary Market Volatility (2012); bands of 5 and 10 % for
//! stocks above $3, doubled for the last 25 minutes for most. Not in it: the 1 % by which the plan lets a reference move before it
//! counts, and the extension of a pause after which nobody trades.

use super::{Pause, Rule, Width};
use ground::units::{Lots, Price, Span, Time};
use std::collections::VecDeque;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BandsPlan {
    pub width: Width,
    pub reference: Span,
    pub limit_state: Span,
    pub pause: Span,
    pub closing: Span,
}

/// A market at the end of a tick.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    pub end: Time,
    /// Until the close of the session.
    pub to_close: Span,
    pub bid: Option<Price>,
    pub ask: Option<Price>,
    /// Whether the band kept somebody from buying, or selling, further out.
    pub held_back_buyers: bool,
    pub held_back_sellers: bool,
}

#[derive(Clone, Debug)]
pub struct Bands {
    plan: BandsPlan,
    /// The last one of a session.
    close: Price,
    /// Price steps in a unit of the currency.
    dollar: i64,
    reference: Price,
    /// Ticks with trades: when they ended, prices summed over trades, trades.
    trades: VecDeque<(Time, i128, i64)>,
    /// Since when the market is in a limit state.
    pressed: Option<Time>,
    closing: bool,
}

impl Bands {
    pub fn new(plan: BandsPlan, close: Price, dollar: i64) -> Self {
        Self { plan, close, dollar, reference: close, trades: VecDeque::new(), pressed: None, closing: false }
    }

    /// The lowest and the highest price at which anybody may trade now.
    pub fn limits(&self) -> (Price, Price) {
        let away = self.plan.width.steps(self.reference, self.close, self.dollar, self.closing);
        ((self.reference - away).clamped(), (self.reference + away).clamped())
    }

    /// A trade of the tick that ends then.
    pub fn trade(&mut self, end: Time, price: Price, lots: Lots) {
        if lots.is_zero() {
            return;
        }
        match self.trades.back_mut() {
            Some((at, sum, count)) if *at == end => {
                *sum += i128::from(price.steps());
                *count += 1;
            }
            _ => self.trades.push_back((end, i128::from(price.steps()), 1)),
        }
    }

    /// Begins anew from the price of an auction.
    pub fn restart(&mut self, reference: Price) {
        *self = Self { reference, closing: self.closing, ..Self::new(self.plan, self.close, self.dollar) };
    }

    /// Begins a session, from the close of the last one.
    pub fn begin_session(&mut self, close: Price) {
        *self = Self::new(self.plan, close, self.dollar);
    }

    /// A tick has ended. What, if anything, it leads to.
    pub fn look(&mut self, seen: &Seen) -> Option<Pause> {
        let (low, high) = self.limits();
        let down =
            seen.ask.is_some_and(|ask| ask <= low) || (seen.held_back_sellers && seen.bid.is_none_or(|bid| bid < low));
        let up =
            seen.bid.is_some_and(|bid| bid >= high) || (seen.held_back_buyers && seen.ask.is_none_or(|ask| ask > high));
        let pressed = (down || up).then(|| self.pressed.unwrap_or(seen.end));
        self.pressed = pressed;
        self.closing = seen.to_close <= self.plan.closing;
        self.move_reference(seen.end);
        if pressed.is_some_and(|since| seen.end - since >= self.plan.limit_state) {
            self.pressed = None;
            return Some(Pause { rule: Rule::Bands, until: seen.end + self.plan.pause, collects: true });
        }
        None
    }

    /// In a limit state the reference moves as ever: that is how a band gives way to those who mean it.
    fn move_reference(&mut self, end: Time) {
        while self.trades.front().is_some_and(|(at, ..)| end - *at >= self.plan.reference) {
            self.trades.pop_front();
        }
        let (sum, count) = self
            .trades
            .iter()
            .fold((0, 0), |(sum, count), (_, steps, trades)| (sum + steps, count + i128::from(*trades)));
        if count > 0 {
            // To the nearest step.
            let mean = (2 * sum + count).div_euclid(2 * count);
            self.reference = Price::new(i64::try_from(mean).expect("a mean is no larger than its prices"));
        }
    }
}
