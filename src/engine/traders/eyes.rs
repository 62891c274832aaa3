//! What a trader can see: the view published at the end of the last tick, and its own account.

use super::{Leg, Trader};
use crate::plan::{InstrumentPlan, Plan};
use crate::tick::clock::Clock;
use crate::tick::open_orders::OpenOrders;
use crate::tick::state::Markets;
use crate::tick::view::{MarketView, View};
use ground::units::{AccountId, Cash, Lots, Price, Side, Span, Tick, Time};
use mechanics::book::OrderKind;
use mechanics::deposits::DepositsView;
use mechanics::formation::FormationPlan;
use mechanics::ledger::Ledger;
use mechanics::margin::pricing::{Quote, annual, value, years_until};
use mechanics::margin::{Facts, Marks, Payoff, Standing, Terms, equity, standing};
use mechanics::mint_burn::{Offered, PegView};

#[derive(Clone, Copy, Debug)]
pub struct Eyes<'a> {
    /// What it looks at.
    leg: Leg,
    plan: &'a Plan,
    clock: &'a Clock,
    view: &'a View,
    ledger: &'a Ledger,
    marks: &'a Marks,
    /// By lender.
    terms: &'a [Terms],
    orders: Orders<'a>,
}

/// Where a trader finds its own resting orders: who has which, and the books in which they wait.
#[derive(Clone, Copy, Debug)]
pub struct Orders<'a> {
    pub open: &'a OpenOrders,
    pub books: &'a Markets,
}

/// One of a trader's own orders that rests in a book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    pub tag: u32,
    pub side: Side,
    pub lots: Lots,
}

impl<'a> Eyes<'a> {
    pub fn new(
        trader: &'a Trader,
        plan: &'a Plan,
        clock: &'a Clock,
        view: &'a View,
        ledger: &'a Ledger,
        (marks, terms): (&'a Marks, &'a [Terms]),
        orders: Orders<'a>,
    ) -> Self {
        Self { leg: trader.home, plan, clock, view, ledger, marks, terms, orders }
    }

    /// The trader's own orders that rest in the book of what it trades, latest first, as they stand at the beginning of
    /// the tick.
    pub fn waiting(&self) -> impl Iterator<Item = Waiting> {
        let live = self.orders.open.live(self.leg.account, self.leg.instrument);
        let resting = live.filter(|(_, order)| order.key.is_some());
        resting.map(|(tag, order)| Waiting { tag, side: order.side, lots: order.remaining })
    }

    /// Lots of those orders on one side, without looking at each.
    pub fn lots_waiting(&self, side: Side) -> Lots {
        let slot = self.ledger.accounts.slot_of(self.leg.account, self.leg.instrument);
        slot.map_or(Lots::ZERO, |slot| self.ledger.accounts.open_orders(slot, side))
    }

    /// At what price one of them waits; `None` for one that waits without.
    pub fn price_of(&self, order: &Waiting) -> Option<Price> {
        let record = self.orders.open.get(order.tag);
        let market = &self.orders.books[record.market];
        match market.book()?.order(record.key?)?.kind {
            OrderKind::Limit { price } | OrderKind::StopLimit { price, .. } => Some(price),
            OrderKind::Market | OrderKind::Stop { .. } => None,
        }
    }

    /// The same, looking at another leg.
    pub fn at(&self, leg: Leg) -> Self {
        Self { leg, ..*self }
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

    /// The market it looks at: the one it trades in, or that of a leg.
    pub fn market(&self) -> &'a MarketView {
        self.view.market(self.leg.market)
    }

    pub fn instrument(&self) -> &'a InstrumentPlan {
        &self.plan.instruments[self.leg.instrument.index()]
    }

    /// How the price comes about in the market it looks at.
    pub fn formation(&self) -> &'a FormationPlan {
        &self.plan.markets[self.leg.market.index()].formation
    }

    /// Lots that an order in a pool would get at an average price that the limit allows, as it lies there; none in a market
    /// that is no pool.
    pub fn lots_in_pool(&self, side: Side, lots: Lots, limit: Price) -> Option<Lots> {
        let lying = self.orders.books[self.leg.market].lying()?;
        Some(lying.pool.quote(side, lots, Some(limit)).map_or(Lots::ZERO, |swap| swap.lots))
    }

    /// The last mark, in price steps, for arithmetic.
    pub fn mark(&self) -> f64 {
        self.market().mark.steps() as f64
    }

    pub fn mark_before(&self, ticks: u32) -> Price {
        self.view.mark_before(self.leg.market, ticks)
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

    /// The best price that an order would trade against, if there is one.
    pub fn far(&self, side: Side) -> Option<Price> {
        let market = self.market();
        match side {
            Side::Buy => market.ask,
            Side::Sell => market.bid,
        }
    }

    /// What the venue charges who takes from its book, as a share of the value traded.
    pub fn taker_fee(&self) -> f64 {
        let venue = self.plan.markets[self.leg.market.index()].venue;
        self.plan.venues[venue.index()].taker_fee.to_f64()
    }

    /// What an option gains when what it is on rises by one step, by Black and Scholes at the mark of that and so many
    /// times the volatility it is carried at; 1 for everything else. What is no number is nothing.
    pub fn delta(&self, volatility: f64) -> f64 {
        let Facts { payoff: Payoff::Option { right, strike, expiry }, underlying, .. } =
            *self.marks.facts(self.leg.instrument)
        else {
            return 1.0;
        };
        let price = self.marks.price(underlying).steps() as f64;
        let years = years_until(self.marks.now(), expiry);
        let volatility = annual(self.marks.volatility(self.leg.instrument)) * volatility;
        let delta = value(&Quote::on_forward(right, price, strike.steps() as f64, years, volatility)).greeks.delta;
        if delta.is_finite() { delta } else { 0.0 }
    }

    /// What informed traders think the instrument has become worth, as a multiple of the start.
    pub fn value_ratio(&self) -> f64 {
        self.view.value(self.leg.instrument)
    }

    /// That value in currency.
    pub fn value(&self) -> f64 {
        self.instrument().price_of(self.instrument().start) * self.value_ratio()
    }

    /// Whether the lender of its account pays out what lies there.
    pub fn is_paid_out(&self) -> bool {
        !self.view.payouts_stopped[self.ledger.accounts.lender(self.leg.account).index()]
    }

    /// How deposits at the lender of its account stand; `None` where it takes none.
    pub fn deposits(&self) -> Option<DepositsView> {
        self.view.deposits[self.ledger.accounts.lender(self.leg.account).index()]
    }

    /// Lots of its deposit that have been paid out so far.
    pub fn paid_out(&self) -> Lots {
        self.view.paid_out.get(&self.leg.account).copied().unwrap_or(Lots::ZERO)
    }

    /// How a peg stands.
    pub fn peg(&self, peg: usize) -> &'a PegView {
        &self.view.pegs[peg]
    }

    /// What stands behind the coin of a peg, see [`PegView::backing`].
    pub fn backing(&self, peg: usize) -> Option<f64> {
        let plan = &self.plan.pegs[peg];
        let there = (self.marks.afloat(plan.coin), self.marks.afloat(plan.sister));
        self.view.pegs[peg].backing(there, self.marks.step_value(plan.sister))
    }

    /// Lots of one side of a peg that its account has burnt and been minted so far.
    pub fn redeemed(&self, peg: usize, side: Offered) -> (Lots, Lots) {
        self.view.redeemed.get(&(self.leg.account, peg)).map_or((Lots::ZERO, Lots::ZERO), |own| match side {
            Offered::Coin => (own.burnt.coin, own.minted.coin),
            Offered::Sister => (own.burnt.sister, own.minted.sister),
        })
    }

    /// How deep the market is, as a multiple of the ordinary, by what the world has done to it.
    pub fn liquidity(&self) -> f64 {
        self.view.liquidity[self.leg.instrument.index()]
    }

    /// How far the mark stands above the next price at which a rule of the venue would stop trading or let nothing
    /// pass, as a share of the mark. `None` where there is no such price.
    pub fn room_above_halt(&self) -> Option<f64> {
        let stop = self.view.stop_below[self.leg.market.index()]?;
        Some((self.market().mark - stop) as f64 / self.mark().abs().max(1.0))
    }

    /// Lots that the trader holds.
    pub fn holding(&self) -> Lots {
        let slot = self.ledger.accounts.slot_of(self.leg.account, self.leg.instrument);
        slot.map_or(Lots::ZERO, |slot| self.ledger.accounts.lots(slot))
    }

    /// Lots of what the trader trades that another account holds: for those who can see their neighbours.
    pub fn holding_of(&self, account: AccountId) -> Lots {
        let slot = self.ledger.accounts.slot_of(account, self.leg.instrument);
        slot.map_or(Lots::ZERO, |slot| self.ledger.accounts.lots(slot))
    }

    /// What its account is worth at the last marks, in minor units, for arithmetic.
    pub fn equity(&self) -> f64 {
        equity(self.ledger, self.marks, self.leg.account).to_minor() as f64
    }

    /// How its account stands with its lender at the last marks.
    pub fn standing(&self) -> Standing {
        let lender = self.ledger.accounts.lender(self.leg.account);
        standing(self.ledger, self.marks, &self.terms[lender.index()], self.leg.account)
    }

    /// What a lot is worth at this price in steps, in minor units, for arithmetic.
    pub fn lot_value(&self, price: f64) -> f64 {
        price * self.instrument().step_value.get() as f64
    }

    pub fn cash(&self) -> Cash {
        self.ledger.cash(self.leg.account)
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
