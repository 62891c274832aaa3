//! What a trader can do: leave orders, withdraw them.

use super::{Leg, Trader};
use crate::book::{OrderKind, TimeInForce};
use crate::rng;
use crate::tick::clock::Clock;
use crate::tick::trays::{Intent, Intents};
use crate::units::{Cause, Lots, Price, Side, Tick};

#[derive(Debug)]
pub struct Hands<'a> {
    trader: &'a Trader,
    /// Where its orders go.
    leg: Leg,
    seed: u64,
    tick: Tick,
    cause: Cause,
    /// Ticks until the close, when orders that are good for a time lapse at the latest.
    until_close: u32,
    /// Orders left so far in this tick.
    sequence: &'a mut u32,
    intents: &'a mut Intents,
}

impl<'a> Hands<'a> {
    /// `sequence`: orders that the trader has left in this tick so far.
    pub fn new(
        trader: &'a Trader,
        seed: u64,
        clock: &Clock,
        cause: Cause,
        (sequence, intents): (&'a mut u32, &'a mut Intents),
    ) -> Self {
        let (leg, until_close) = (trader.home, clock.ticks_to_close());
        Self { trader, leg, seed, tick: clock.tick(), cause, until_close, sequence, intents }
    }

    /// The same, with orders going to another leg.
    pub fn at(&mut self, leg: Leg) -> Hands<'_> {
        let Self { trader, seed, tick, cause, until_close, .. } = *self;
        Hands { trader, leg, seed, tick, cause, until_close, sequence: self.sequence, intents: self.intents }
    }

    /// An order at any price. What does not fill at once is cancelled.
    pub fn market(&mut self, side: Side, lots: Lots) {
        self.place(side, lots, OrderKind::Market, TimeInForce::ImmediateOrCancel, 0);
    }

    /// A market order for what is missing of a wanted position, in lots and negative when there is too much, but no
    /// larger than `clip`.
    pub fn trade_towards(&mut self, missing: f64, clip: f64) {
        let side = if missing > 0.0 { Side::Buy } else { Side::Sell };
        self.market(side, Lots::new(missing.abs().min(clip) as i64));
    }

    /// An order at a price or better that lapses after `life` ticks or with the close; 0 for never.
    pub fn limit(&mut self, side: Side, lots: Lots, price: Price, life: u32) {
        self.place(side, lots, OrderKind::Limit { price }, TimeInForce::GoodTillCancel, life.min(self.until_close));
    }

    /// Takes what stands at a price or better and leaves nothing.
    pub fn take(&mut self, side: Side, lots: Lots, price: Price) {
        self.place(side, lots, OrderKind::Limit { price }, TimeInForce::ImmediateOrCancel, 0);
    }

    /// An order out of sight that becomes one at any price once the market trades at `trigger` or beyond.
    pub fn stop(&mut self, side: Side, lots: Lots, trigger: Price) {
        self.place(side, lots, OrderKind::Stop { trigger }, TimeInForce::GoodTillCancel, 0);
    }

    /// Withdraws all resting orders of the account.
    pub fn withdraw_all(&mut self) {
        self.intents.withdrawals.push(self.leg.account);
    }

    /// What is less than a lot is no order.
    fn place(&mut self, side: Side, lots: Lots, kind: OrderKind, time_in_force: TimeInForce, life: u32) {
        if !lots.is_positive() {
            return;
        }
        let turn = rng::turn(self.seed, self.trader.name, self.tick.index(), *self.sequence);
        *self.sequence += 1;
        self.intents.orders.push(Intent {
            account: self.leg.account,
            instrument: self.leg.instrument,
            market: self.leg.market,
            side,
            lots: lots.min(Lots::LARGEST),
            kind,
            time_in_force,
            post_only: false,
            reduce_only: false,
            life,
            cause: self.cause,
            turn: (self.trader.latency, turn),
        });
    }
}
