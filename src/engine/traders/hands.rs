//! What a trader can do: leave orders, withdraw one or all of them.

use super::eyes::Waiting;
use super::{Eyes, Leg, Trader};
use crate::tick::clock::Clock;
use crate::tick::trays::{Asked, Demand, Intent, Intents, Providing, Redemption};
use ground::rng;
use ground::units::{Cash, Cause, Lots, Price, Side, Tick};
use mechanics::book::{OrderKind, TimeInForce};
use mechanics::demand::Curve;
use mechanics::demand::ladder::rungs;
use mechanics::mint_burn::Offered;
use mechanics::pool::Provision;

/// In minor units: no fund is larger, and none loses more.
const LARGEST_FLOW: f64 = 1e24;

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

    /// Wants to hold what a curve says at whatever price comes about, for this tick. In a market of demand curves it is
    /// declared as it is; in a book it replaces what rests there by a ladder of orders that lapse with the tick.
    pub fn demand(&mut self, eyes: &Eyes<'_>, curve: Curve) {
        if eyes.formation().takes_curves() {
            let turn = self.turn();
            let Leg { account, instrument, .. } = self.leg;
            self.intents.demands.push(Demand { account, instrument, curve, cause: self.cause, turn });
            return;
        }
        self.withdraw_all();
        for rung in rungs(&curve, eyes.holding(), eyes.market().mark, eyes.instrument().step_value) {
            self.limit(rung.side, rung.lots, rung.price, 0);
        }
    }

    /// Money that its investors bring, from outside the world, or take: in minor units, rounded to whole ones.
    pub fn invest(&mut self, amount: f64) {
        let minor = amount.round().clamp(-LARGEST_FLOW, LARGEST_FLOW) as i128;
        if minor != 0 {
            self.intents.flows.push((self.leg.account, Cash::minor(minor)));
        }
    }

    /// Units of what it trades, to be burnt at a peg for the other side of it.
    pub fn redeem(&mut self, peg: usize, offered: Offered, lots: Lots) {
        if lots.is_positive() {
            let turn = self.turn();
            self.intents.redemptions.push(Redemption { account: self.leg.account, peg, offered, lots, turn });
        }
    }

    /// Takes out of the pool in which it trades, or adds to it.
    pub fn provide(&mut self, provision: Provision) {
        let turn = self.turn();
        let Leg { account, market, .. } = self.leg;
        self.intents.providing.push(Providing { account, market, provision, turn });
    }

    /// Asks for a deposit, behind all who have asked before.
    pub fn ask_for(&mut self, lots: Lots) {
        let turn = self.turn();
        self.intents.asked.push(Asked { account: self.leg.account, lots, turn });
    }

    /// Withdraws all resting orders of the account.
    pub fn withdraw_all(&mut self) {
        self.intents.withdrawals.push(self.leg.account);
    }

    /// Withdraws one resting order. Where it has been withdrawn already nothing happens.
    pub fn cancel(&mut self, order: &Waiting) {
        self.intents.cancels.push(order.tag);
    }

    /// What is less than a lot is no order.
    fn place(&mut self, side: Side, lots: Lots, kind: OrderKind, time_in_force: TimeInForce, life: u32) {
        if !lots.is_positive() {
            return;
        }
        let turn = self.turn();
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
            turn,
        });
    }

    /// The place of what it leaves next among the orders of the tick.
    fn turn(&mut self) -> (u8, u64) {
        let turn = rng::turn(self.seed, self.trader.name, self.tick.index(), *self.sequence);
        *self.sequence += 1;
        (self.trader.latency, turn)
    }
}
