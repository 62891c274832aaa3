//! Trades that shocks will cancel, as they happen.

use crate::plan::Plan;
use crate::shocks::{ShockPlan, cancel_trades};
use crate::tick::open_orders::OpenOrder;
use ground::units::{AccountId, BreachId, Cash, Cause, InstrumentId, Lots, MarketId, Price, Time};
use mechanics::book::Fill;
use mechanics::margin::Marks;

/// The windows of the world's shocks, by shock.
#[derive(Clone, Debug, Default)]
pub struct Undoing {
    pub(crate) windows: Vec<Window>,
    /// Whether any is open in this tick.
    pub(crate) open: bool,
}

#[derive(Clone, Debug)]
pub struct Window {
    pub(crate) shock: usize,
    pub(crate) plan: cancel_trades::Plan,
    /// What prices are held against: as stated, or the mark before the window.
    pub(crate) reference: Option<Price>,
    pub(crate) open: bool,
    pub(crate) trades: Vec<Traded>,
}

/// A trade that will be cancelled. Both sides are in the order of [`Side`](ground::units::Side).
#[derive(Clone, Copy, Debug)]
pub struct Traded {
    pub(crate) market: MarketId,
    pub(crate) price: Price,
    pub(crate) lots: Lots,
    /// Who traded in the book.
    pub(crate) owners: [AccountId; 2],
    /// For whom, and what that is to them: the instrument itself, or a swap on it.
    pub(crate) accounts: [AccountId; 2],
    pub(crate) instruments: [InstrumentId; 2],
    pub(crate) fees: [Cash; 2],
    /// What who repaid the seller's debt had of it.
    pub(crate) bonus: Cash,
    pub(crate) forced: [Option<BreachId>; 2],
}

impl Undoing {
    pub fn new(plan: &Plan) -> Self {
        let window = |(shock, it): (usize, &ShockPlan)| {
            let plan = it.kind.cancels()?.clone();
            Some(Window { shock, reference: plan.reference, plan, open: false, trades: Vec::new() })
        };
        Self { windows: plan.shocks.iter().enumerate().filter_map(window).collect(), open: false }
    }

    /// A tick that begins now. `marks` are still those of the tick before. Says whether any trade of it may be cancelled.
    pub fn begin(&mut self, now: Time, marks: &Marks) -> bool {
        self.open = false;
        for window in &mut self.windows {
            window.open = (window.plan.from..window.plan.to).contains(&now);
            if window.open {
                window.reference.get_or_insert(marks.price(window.plan.instrument));
                self.open = true;
            }
        }
        self.open
    }

    /// Remembers a trade where it will be cancelled, which is by one shock only: the first that would.
    pub fn note(&mut self, market: MarketId, fill: &Fill, orders: &[OpenOrder; 2], (fees, bonus): ([Cash; 2], Cash)) {
        for window in self.windows.iter_mut().filter(|window| window.open) {
            let Some(reference) = window.reference else { continue };
            if !window.plan.markets.contains(&market) || !window.plan.is_beyond(fill.price, reference) {
                continue;
            }
            let forced = |order: &OpenOrder| match order.cause {
                Cause::Forced(breach) => Some(breach),
                _ => None,
            };
            window.trades.push(Traded {
                market,
                price: fill.price,
                lots: fill.quantity,
                owners: [AccountId::new(fill.buyer.owner), AccountId::new(fill.seller.owner)],
                accounts: [orders[0].account, orders[1].account],
                instruments: [orders[0].instrument, orders[1].instrument],
                fees,
                bonus,
                forced: [forced(&orders[0]), forced(&orders[1])],
            });
            return;
        }
    }

    /// What is cancelled now.
    pub(crate) fn take(&mut self, shock: usize) -> Vec<Traded> {
        let window = self.windows.iter_mut().find(|window| window.shock == shock);
        window.map_or_else(Vec::new, |window| std::mem::take(&mut window.trades))
    }
}
