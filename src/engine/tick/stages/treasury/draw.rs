//! Drawing on sources: orders for money, what comes in, what is sold on the way.

use super::OpenCall;
use super::desk::{Rest, Treasurer};
use super::worth::{free, is_withdrawn, wares};
use crate::tick::state::Status;
use ground::units::{AccountId, Cash, Lots, Side, Time};
use mechanics::ledger::{Entry, Why};
use mechanics::margin::standing;
use mechanics::treasury::book::{Block, Selling};
use mechanics::treasury::sources::fire_sale;
use mechanics::treasury::step::What;
use mechanics::treasury::{Debt, Pledge, SourceKind, SourcePlan};

impl Treasurer<'_> {
    /// Draws on one source for what a call still lacks. `late` money counts whenever it comes.
    pub(super) fn draw(&mut self, open: &OpenCall, index: usize, late: bool) {
        let by = if late { Time::NEVER } else { open.deadline };
        let being_sold = self.being_sold(open.call);
        let need = self.missing(open.call) - self.firm.treasury.cover(open.call, by) - being_sold;
        if !need.is_positive() {
            return;
        }
        let source = self.firm.treasury.plan.sources[index].clone();
        let source = SourcePlan { kind: self.firm.treasury.terms(index, self.clock.end()), ..source };
        let free = free(self.firm, self.ledger, index);
        let goods = wares(self.firm, self.ledger, self.marks, index);
        let left = source.kind.left(self.firm.treasury.drawn[index], free, goods);
        let amount = need.min(left);
        if !amount.is_positive() {
            return;
        }
        let arrives = self.clock.deadline(source.ready).max(self.kept_until(index).unwrap_or_default());
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
                let lots = fire_sale::lots_for(amount, goods.mark, goods.step_value, goods.lots);
                self.firm.treasury.sold[index] += lots;
                self.firm.treasury.selling.push(Selling { call: open.call, source: index, account, instrument, lots });
                let rest = Rest { amount, cost: Cash::ZERO, arrives: Some(arrives) };
                return self.note(What::Draw, Some(index), Some(account), rest);
            }
            SourceKind::FireSale { account, instrument, discount, .. } => {
                let Some(goods) = goods else { return };
                let price = fire_sale::price(goods.mark, discount);
                let lots = fire_sale::lots_for(amount, price, goods.step_value, goods.lots);
                pledge.amount = goods.step_value.value(lots, price);
                pledge.block = Some(Block { account, instrument, lots, price });
                cost = goods.step_value.value(lots, goods.mark) - pledge.amount;
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
                let settled = matches!(self.statuses.of(account), Status::Healthy | Status::Called(_));
                let slot = self.ledger.accounts.slot_of(account, block.instrument);
                let held = slot.map_or(Lots::ZERO, |slot| self.ledger.accounts.lots(slot));
                let lots = block.lots.min(held);
                // Whoever is being unwound has nothing to deliver: the sale falls through.
                if !settled || !lots.is_positive() {
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
        if !matches!(self.statuses.of(account), Status::Healthy) {
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

    /// What open sales for a call are expected to fetch, at the mark.
    fn being_sold(&self, call: u32) -> Cash {
        let sales = self.firm.treasury.selling.iter().filter(|sale| sale.call == call);
        sales.map(|sale| self.marks.value(sale.instrument, sale.lots).at_least_zero()).sum()
    }

    /// What the market took of the firm's sales in this tick; the money follows when the trades settle.
    pub(super) fn count_sales(&mut self) {
        let mut sales = std::mem::take(&mut self.firm.treasury.selling);
        for sale in &mut sales {
            let step_value = self.marks.step_value(sale.instrument);
            let (mut lots, mut proceeds) = (Lots::ZERO, Cash::ZERO);
            for entry in self.ledger.journal.entries() {
                if let Entry::Delivery { instrument, seller, lots: sold, price, .. } = *entry
                    && (instrument, seller) == (sale.instrument, sale.account)
                {
                    lots += sold;
                    proceeds += step_value.value(sold, price);
                }
            }
            if lots.is_zero() {
                continue;
            }
            sale.lots = (sale.lots - lots).max(Lots::ZERO);
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

    /// The next order of each open sale.
    pub(super) fn continue_sales(&mut self) {
        for place in 0..self.firm.treasury.selling.len() {
            let sale = self.firm.treasury.selling[place];
            let SourceKind::Sale { clip, .. } = self.firm.treasury.plan.sources[sale.source].kind else { continue };
            let about = &self.scene.plan.instruments[sale.instrument.index()];
            let day = about.ordinary.daily_volume_units / about.lot_units;
            let most = ((day * clip).floor().max(1.0) as i64).min(Lots::LARGEST.get());
            self.order(sale.account, sale.instrument, Side::Sell, sale.lots.min(Lots::new(most)));
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
