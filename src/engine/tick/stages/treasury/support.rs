//! Buying to hold a price up: [`mechanics::treasury::support`] tells the rule.

use super::desk::{Rest, Treasurer};
use crate::tick::state::Status;
use ground::units::{Cash, Lots, Price, Side};
use mechanics::book::{OrderKind, TimeInForce};
use mechanics::ledger::Why;
use mechanics::margin::{ProposedOrder, excess_after};
use mechanics::treasury::SupportPlan;
use mechanics::treasury::step::What;
use mechanics::treasury::support::affordable;

impl Treasurer<'_> {
    /// Leaves an order for each price that it holds up and can; with calls that it has not paid, none. It meets the market
    /// in the next tick; its pace is what has been traded in this one.
    pub(super) fn hold_up(&mut self) {
        let plan = std::sync::Arc::clone(&self.firm.treasury.plan);
        let may = self.firm.failed.is_none() && !self.clock.is_auction() && !self.clock.is_last_of_session();
        if may && self.open_calls().is_empty() {
            for place in 0..plan.supports.len() {
                self.support(&plan.supports[place], self.firm.treasury.held_up[place]);
            }
        }
        if self.clock.is_last_of_session() {
            for (held, support) in self.firm.treasury.held_up.iter_mut().zip(&plan.supports) {
                *held = self.marks.price(support.instrument);
            }
        }
    }

    fn support(&mut self, support: &SupportPlan, held: Price) {
        let SupportPlan { account, instrument, keeps, .. } = *support;
        let market = self.view.market(self.scene.market_of(instrument));
        let heard = self.statuses.of(account) == Status::Healthy && self.sight().is_usable(account);
        if market.halted || self.marks.price(instrument) >= held || !heard {
            return;
        }
        let treasury = self.ledger.purses.treasury(self.firm.id);
        let free = self.ledger.purses.balance(treasury) - self.firm.treasury.set_aside() - keeps;
        let terms = &self.lender(account).terms;
        let needs = |lots: Lots| {
            let order = ProposedOrder { account, instrument, side: Side::Buy, lots, price: held };
            excess_after(self.ledger, self.marks, terms, &order).map_or(Cash::ZERO, |excess| -excess).at_least_zero()
        };
        let lots = affordable(support.pace(market.voluntary_volume), free, needs);
        if !lots.is_positive() {
            return;
        }
        let post = needs(lots);
        if post.is_positive() {
            self.ledger.transfer(treasury, self.ledger.purses.account(account), post, Why::Posted);
        }
        let good = OrderKind::Limit { price: held };
        self.leave(account, instrument, (Side::Buy, lots), (good, TimeInForce::ImmediateOrCancel), false);
        self.note(What::Support, None, Some(account), Rest::of(post));
    }
}
