//! What a trader can see: the view published at the end of the last tick, and its own account.

use super::Trader;
use crate::ledger::Ledger;
use crate::margin::{Marks, Standing, Terms, equity, standing};
use crate::tick::clock::Clock;
use crate::tick::view::{MarketView, View};
use crate::units::{AccountId, Cash, Lots, Price, Side, Span, Tick, Time};
use crate::world::plan::{InstrumentPlan, Plan};

#[derive(Clone, Copy, Debug)]
pub struct Eyes<'a> {
    pub trader: &'a Trader,
    plan: &'a Plan,
    clock: &'a Clock,
    view: &'a View,
    ledger: &'a Ledger,
    marks: &'a Marks,
    /// By lender.
    terms: &'a [Terms],
}

impl<'a> Eyes<'a> {
    pub fn new(
        trader: &'a Trader,
        plan: &'a Plan,
        clock: &'a Clock,
        view: &'a View,
        ledger: &'a Ledger,
        (marks, terms): (&'a Marks, &'a [Terms]),
    ) -> Self {
        Self { trader, plan, clock, view, ledger, marks, terms }
    }

    pub fn tick(&self) -> Tick {
        self.clock.tick()
    }

    pub fn now(&self) -> Time {
        self.clock.now()
    }

    pub fn session(&self) -> usize {
        self.clock.session()
    }

    /// What is left of the session, from 1 at its beginning to 0 at its end.
    pub fn session_left(&self) -> f64 {
        let session = &self.clock.calendar().sessions[self.clock.session()];
        1.0 - f64::from(self.clock.tick_of_session()) / f64::from(session.ticks.max(1))
    }

    /// Orders are collected for a call auction in this tick.
    pub fn is_auction(&self) -> bool {
        self.clock.is_auction() || self.market().auction
    }

    /// The market the trader trades in.
    pub fn market(&self) -> &'a MarketView {
        self.view.market(self.trader.market)
    }

    pub fn instrument(&self) -> &'a InstrumentPlan {
        &self.plan.instruments[self.trader.instrument.index()]
    }

    /// The last mark, in price steps, for arithmetic.
    pub fn mark(&self) -> f64 {
        self.market().mark.steps() as f64
    }

    pub fn mark_before(&self, ticks: u32) -> Price {
        self.view.mark_before(self.trader.market, ticks)
    }

    /// The mean of the marks over so many ticks, of as many evenly spaced ones as `samples`.
    pub fn average_mark(&self, ticks: u32, samples: u32) -> f64 {
        let samples = samples.min(ticks).max(1);
        let mark = |place: u32| self.mark_before(ticks * place / samples).steps() as f64;
        (1..=samples).map(mark).sum::<f64>() / f64::from(samples)
    }

    /// The best price on the side of an order: where it would wait first in line.
    pub fn near(&self, side: Side) -> Price {
        let market = self.market();
        let best = match side {
            Side::Buy => market.bid,
            Side::Sell => market.ask,
        };
        best.unwrap_or(market.mark)
    }

    /// What informed traders think the instrument has become worth, as a multiple of the start.
    pub fn value_ratio(&self) -> f64 {
        self.view.value(self.trader.instrument)
    }

    /// How deep the market is, as a multiple of the ordinary, by what the world has done to it.
    pub fn liquidity(&self) -> f64 {
        self.view.liquidity[self.trader.instrument.index()]
    }

    /// How far the mark stands above the next price at which a rule of the venue would stop trading or let nothing
    /// pass, as a share of the mark. `None` where there is no such price.
    pub fn room_above_halt(&self) -> Option<f64> {
        let stop = self.view.stop_below[self.trader.market.index()]?;
        Some((self.market().mark - stop) as f64 / self.mark().abs().max(1.0))
    }

    /// Lots that the trader holds.
    pub fn holding(&self) -> Lots {
        let slot = self.ledger.accounts.slot_of(self.trader.account, self.trader.instrument);
        slot.map_or(Lots::ZERO, |slot| self.ledger.accounts.lots(slot))
    }

    /// Lots of what the trader trades that another account holds: for those who can see their neighbours.
    pub fn holding_of(&self, account: AccountId) -> Lots {
        let slot = self.ledger.accounts.slot_of(account, self.trader.instrument);
        slot.map_or(Lots::ZERO, |slot| self.ledger.accounts.lots(slot))
    }

    /// What its account is worth at the last marks, in minor units, for arithmetic.
    pub fn equity(&self) -> f64 {
        equity(self.ledger, self.marks, self.trader.account).to_minor() as f64
    }

    /// How its account stands with its lender at the last marks.
    pub fn standing(&self) -> Standing {
        let lender = self.ledger.accounts.lender(self.trader.account);
        standing(self.ledger, self.marks, &self.terms[lender.index()], self.trader.account)
    }

    /// What a lot is worth at this price in steps, in minor units, for arithmetic.
    pub fn lot_value(&self, price: f64) -> f64 {
        price * self.instrument().step_value.get() as f64
    }

    pub fn cash(&self) -> Cash {
        self.ledger.cash(self.trader.account)
    }

    /// Cash and what it holds beyond `neutral` at mark, in minor units, for arithmetic.
    pub fn worth_beyond(&self, neutral: Lots) -> f64 {
        let value = self.instrument().step_value.value(self.holding() - neutral, self.market().mark);
        (self.cash() + value).to_minor() as f64
    }
}

/// Ticks of trading in a length of trading time, at least one.
pub fn ticks_in(plan: &Plan, span: Span) -> u32 {
    u32::try_from(span.as_seconds() / plan.clock.tick.as_seconds().max(1)).unwrap_or(u32::MAX).max(1)
}

/// Ticks in an ordinary day's trading.
pub fn ticks_in_day(plan: &Plan) -> f64 {
    plan.clock.ticks_in_day()
}

/// Ordinary standard deviation of a tick's return.
pub fn ordinary_tick_volatility(plan: &Plan, instrument: &InstrumentPlan) -> f64 {
    instrument.ordinary.daily_volatility / ticks_in_day(plan).sqrt()
}

/// Lots in a share of an instrument's ordinary daily volume, as a real number.
pub fn lots_of_day(instrument: &InstrumentPlan, share: f64) -> f64 {
    share * instrument.ordinary.daily_volume_units / instrument.lot_units
}
