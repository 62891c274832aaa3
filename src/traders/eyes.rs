//! What a trader can see: the view published at the end of the last tick, and its own account.

use super::Trader;
use crate::ledger::Ledger;
use crate::tick::clock::Clock;
use crate::tick::view::{MarketView, View};
use crate::units::{Cash, Lots, Price, Span, Tick, Time};
use crate::world::plan::{InstrumentPlan, Plan};

#[derive(Clone, Copy, Debug)]
pub struct Eyes<'a> {
    pub trader: &'a Trader,
    plan: &'a Plan,
    clock: &'a Clock,
    view: &'a View,
    ledger: &'a Ledger,
}

impl<'a> Eyes<'a> {
    pub fn new(trader: &'a Trader, plan: &'a Plan, clock: &'a Clock, view: &'a View, ledger: &'a Ledger) -> Self {
        Self { trader, plan, clock, view, ledger }
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

    /// What informed traders think the instrument has become worth, as a multiple of the start.
    pub fn value_ratio(&self) -> f64 {
        self.view.value(self.trader.instrument)
    }

    /// How deep the market is, as a multiple of the ordinary, by what the world has done to it.
    pub fn liquidity(&self) -> f64 {
        self.view.liquidity[self.trader.instrument.index()]
    }

    /// Lots that the trader holds.
    pub fn holding(&self) -> Lots {
        let slot = self.ledger.accounts.slot_of(self.trader.account, self.trader.instrument);
        slot.map_or(Lots::ZERO, |slot| self.ledger.accounts.lots(slot))
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
    f64::from(plan.clock.sessions.iter().map(|session| session.ticks).max().unwrap_or(1))
}

/// Ordinary standard deviation of a tick's return.
pub fn ordinary_tick_volatility(plan: &Plan, instrument: &InstrumentPlan) -> f64 {
    instrument.ordinary.daily_volatility / ticks_in_day(plan).sqrt()
}

/// Lots in a share of an instrument's ordinary daily volume, as a real number.
pub fn lots_of_day(instrument: &InstrumentPlan, share: f64) -> f64 {
    share * instrument.ordinary.daily_volume_units / instrument.lot_units
}
