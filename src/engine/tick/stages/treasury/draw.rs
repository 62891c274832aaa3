//! Drawing on sources: orders for money, what comes in, what is sold on the way.

use super::OpenCall;
use super::desk::{Rest, Treasurer};
use super::sight::clip_of;
use super::worth::{free, is_withdrawn};
use crate::tick::state::Status;
use ground::units::{AccountId, Cash, Lots, Side, Time};
use mechanics::ledger::{Entry, Why};
use mechanics::margin::standing;
use mechanics::treasury::book::{Block, Selling};
use mechanics::treasury::step::What;
use mechanics::treasury::{Debt, Pledge, SourceKind, SourcePlan};

impl Treasurer<'_> {
    /// Draws on one source for what a call still lacks. `late` money counts whenever it comes.
    pub(super) fn draw(&mut self, open: &OpenCall, index: usize, late: bool) {
        let by = if late { Time::NEVER } else { open.deadline };
        let need = self.missing(open.call) - self.arranged(open.call, by);
        if !need.is_positive() {
            return;
        }
        let source = self.firm.treasury.plan.sources[index].clone();
        let source = SourcePlan { kind: self.firm.treasury.terms(index, self.clock.end()), ..source };
        let free = free(self.firm, self.ledger, index);
        let arrives = self.sight().arrives(self.firm, index);
        // What comes too late is told with what there would be of it.
        let goods = self.sight().wares(self.firm, index, by.max(arrives), false);
        let left = source.kind.left(self.firm.treasury.drawn[index], free, goods);
        let amount = need.min(left);
        if !amount.is_positive() {
            return;
        }
        if arrives > by {
            return self.tell(What::TooLate, open, index, amount, arrives);
        }
        if is_withdrawn(self.firm, &source.kind, self.ledger, self.marks, self.clock.end()) {
            return self.tell(What::Withdrawn, open, index, amount, arrives);
        }
        let mut cost = source.kind.fee(amount);
        let mut pledge =
            Pledge { fee: cost, rate: source.kind.rate(), ..Pledge::new(Some(open.call), index, amount, arrives) };
        match source.kind {
            SourceKind::Cash => pledge.arrived = true,
            SourceKind::Fund { .. } | SourceKind::Repo { .. } | SourceKind::Line { .. } => {}
            SourceKind::Sale { account, instrument, .. } => {
                let Some(goods) = goods else { return };
                let lots = self.sight().lots_for(self.firm, index, amount, goods);
                self.firm.treasury.sold[index] += lots;
                let ordered = Lots::ZERO;
                let sale = Selling { call: open.call, source: index, account, instrument, lots, ordered };
                self.firm.treasury.selling.push(sale);
                let rest = Rest { amount, cost: Cash::ZERO, arrives: Some(arrives) };
                return self.note(What::Draw, Some(index), Some(account), rest);
            }
            SourceKind::FireSale { account, instrument, .. } => {
                let (sight, Some(wares)) = (self.sight(), goods) else { return };
                let Some(goods) = sight.goods(self.firm, index) else { return };
                let lots = sight.lots_for(self.firm, index, amount, wares);
                let fetched = self.marks.step_value(instrument).value(lots, goods.price);
                pledge.amount = fetched.min(sight.comes_free(self.firm, &goods, lots));
                pledge.block = Some(Block { account, instrument, lots, price: goods.price });
                cost = self.marks.value(instrument, lots) - fetched;
                self.firm.treasury.sold[index] += lots;
            }
        }
        let rest = Rest { amount: pledge.amount, cost, arrives: Some(arrives) };
        self.firm.treasury.pledge(pledge);
        self.note(What::Draw, Some(index), Some(open.account), rest);
        // What is there at once can pay at once.
        self.take_in();
    }

    /// Says once for each call that a source is of no help.
    fn tell(&mut self, what: What, open: &OpenCall, index: usize, amount: Cash, arrives: Time) {
        let told = (open.call, index, what);
        if !self.firm.treasury.told.contains(&told) {
            self.firm.treasury.told.push(told);
            let rest = Rest { amount, cost: Cash::ZERO, arrives: Some(arrives) };
            self.note(what, Some(index), Some(open.account), rest);
        }
    }

    /// Books what has arrived by now.
    pub(super) fn take_in(&mut self) {
        let now = self.now;
        for place in 0..self.firm.treasury.pledges.len() {
            let pledge = self.firm.treasury.pledges[place];
            if pledge.arrived || pledge.arrives > now {
                continue;
            }
            if let Some(until) = self.kept_until(pledge.source).filter(|until| *until > now) {
                self.firm.treasury.pledges[place].arrives = until;
                continue;
            }
            let came = self.receive(&pledge);
            let pledge = &mut self.firm.treasury.pledges[place];
            (pledge.arrived, pledge.amount) = (true, came);
            let source = pledge.source;
            let arrives = Some(pledge.arrives);
            self.note(What::Arrival, Some(source), None, Rest { amount: came, cost: Cash::ZERO, arrives });
        }
        let treasury = &mut self.firm.treasury;
        treasury.pledges.retain(|it| !it.arrived || (it.call.is_some() && it.amount.is_positive()));
    }

    /// Moves the money of one drawing into the treasury, at the terms it was drawn at; what really came.
    fn receive(&mut self, pledge: &Pledge) -> Cash {
        let purses = &self.ledger.purses;
        let (treasury, outside) = (purses.treasury(self.firm.id), purses.outside());
        let Pledge { amount, fee, rate, .. } = *pledge;
        match self.firm.treasury.plan.sources[pledge.source].kind {
            SourceKind::Cash => amount,
            SourceKind::Fund { fund, .. } => {
                let fund = purses.fund(fund);
                self.ledger.transfer(fund, treasury, amount, Why::Redeemed);
                self.ledger.transfer(fund, outside, fee, Why::Redeemed);
                amount
            }
            SourceKind::Repo { .. } | SourceKind::Line { .. } => {
                self.ledger.transfer(outside, treasury, amount, Why::Borrowed);
                let (source, since) = (Some(pledge.source), pledge.arrives);
                self.firm.treasury.debts.push(Debt { source, principal: amount + fee, rate, since });
                amount
            }
            SourceKind::Sale { account, .. } => self.collect(account, amount),
            SourceKind::FireSale { account, .. } => {
                let Some(block) = pledge.block else { return Cash::ZERO };
                let settled = self.sight().is_usable(account);
                let slot = self.ledger.accounts.slot_of(account, block.instrument);
                let held = slot.map_or(Lots::ZERO, |slot| self.ledger.accounts.lots(slot));
                // Whoever is being unwound, or whose lender has failed, has nothing to deliver: the sale falls through.
                let lots = if settled { block.lots.min(held) } else { Lots::ZERO };
                self.firm.treasury.sold[pledge.source] -= block.lots - lots;
                if !lots.is_positive() {
                    return Cash::ZERO;
                }
                let step_value = self.marks.step_value(block.instrument);
                let house = self.lender(account).plan.house;
                if let Some(slot) = slot {
                    self.entries.note(slot, held, -lots, block.price);
                }
                self.ledger.deliver(block.instrument, step_value, house, account, lots, block.price);
                self.collect(account, step_value.value(lots, block.price))
            }
        }
    }

    /// What can be taken out of an account: no more than is there, nor than its lender lets go.
    fn collect(&mut self, account: AccountId, amount: Cash) -> Cash {
        if self.statuses.of(account) != Status::Healthy || !self.sight().is_usable(account) {
            return Cash::ZERO;
        }
        let lender = self.lender(account);
        let mut most = self.ledger.cash(account);
        if lender.terms.margin.lends() {
            most = most.min(standing(self.ledger, self.marks, &lender.terms, account).excess());
        }
        let amount = amount.min(most).at_least_zero();
        let (own, treasury) = (self.ledger.purses.account(account), self.ledger.purses.treasury(self.firm.id));
        self.ledger.transfer(own, treasury, amount, Why::Proceeds);
        amount
    }

    /// What the market took of the firm's orders in this tick; the money follows when the trades settle. A trade fills the
    /// orders in the order in which they were left, and each once.
    pub(super) fn count_sales(&mut self) {
        let mut sales = std::mem::take(&mut self.firm.treasury.selling);
        if sales.is_empty() {
            return;
        }
        let sold = |entry: &Entry| match *entry {
            Entry::Delivery { instrument, seller, lots, price, .. } => Some((seller, instrument, lots, price)),
            _ => None,
        };
        let mut trades: Vec<_> = self.ledger.journal.entries().iter().filter_map(sold).collect();
        for sale in &mut sales {
            let step_value = self.marks.step_value(sale.instrument);
            let (mut lots, mut proceeds) = (Lots::ZERO, Cash::ZERO);
            for (seller, instrument, left, price) in &mut trades {
                if (*seller, *instrument) == (sale.account, sale.instrument) {
                    let part = (*left).min(sale.ordered - lots);
                    *left -= part;
                    lots += part;
                    proceeds += step_value.value(part, *price);
                }
            }
            sale.ordered = Lots::ZERO;
            if lots.is_zero() {
                continue;
            }
            sale.lots -= lots;
            let arrives = self.clock.deadline(self.firm.treasury.plan.sources[sale.source].ready);
            let cost = self.marks.value(sale.instrument, lots) - proceeds;
            self.note(
                What::Sale,
                Some(sale.source),
                Some(sale.account),
                Rest { amount: proceeds, cost, arrives: Some(arrives) },
            );
            if proceeds.is_positive() {
                let (call, source) = (Some(sale.call), sale.source);
                self.firm.treasury.pledge(Pledge::new(call, source, proceeds, arrives));
            }
        }
        sales.retain(|sale| sale.lots.is_positive());
        self.firm.treasury.selling = sales;
    }

    /// The next orders of open sales: of each source no more than its clip, for those first that were begun first.
    pub(super) fn continue_sales(&mut self) {
        for place in 0..self.firm.treasury.selling.len() {
            let selling = &self.firm.treasury.selling;
            let sale = selling[place];
            let SourceKind::Sale { clip, .. } = self.firm.treasury.plan.sources[sale.source].kind else { continue };
            let before: Lots = selling[..place].iter().filter(|it| it.source == sale.source).map(|it| it.ordered).sum();
            let most = (clip_of(self.scene, sale.instrument, clip) - before).max(Lots::ZERO);
            let lots = if self.sight().is_usable(sale.account) { sale.lots.min(most) } else { Lots::ZERO };
            self.firm.treasury.selling[place].ordered = lots;
            self.order(sale.account, sale.instrument, Side::Sell, lots);
        }
    }

    /// Interest since the last close, as it accrues to what is owed.
    pub(super) fn note_interest(&mut self) {
        let now = self.clock.end();
        for place in 0..self.firm.treasury.debts.len() {
            let debt = self.firm.treasury.debts[place];
            let noted = self.firm.treasury.noted.entry(place).or_insert(Cash::ZERO);
            let since = debt.interest(now) - *noted;
            *noted += since;
            if since.is_positive() {
                let rest = Rest { amount: Cash::ZERO, cost: since, arrives: None };
                self.note(What::Interest, debt.source, None, rest);
            }
        }
    }
}
