//! Stage 5: fills become transfers and positions; what orders held is released.

use crate::gather::Gather;
use crate::plan::LenderPlan;
use crate::tick::clock::Clock;
use crate::tick::open_orders::{OpenOrder, OpenOrders};
use crate::tick::state::{Breaches, Scene, State, Undoing};
use crate::tick::trays::{Flow, Happenings};
use ground::units::{AccountId, Cash, Cause, Lots, MarketId, Price, Rate, Side};
use mechanics::book::{BookEvent, Fill};
use mechanics::ledger::{Ledger, Why};
use mechanics::waterfall::entries::Entries;

pub fn settle(state: &mut State) {
    let State {
        ref scene,
        ref clock,
        ref lenders,
        ref marks,
        ref mut happenings,
        ref mut ledger,
        ref mut open,
        ref mut flow,
        ref mut breaches,
        ref mut entries,
        ref mut undoing,
        ref mut gather,
        ..
    } = *state;
    flow.clear();
    let Happenings { events, until } = happenings;
    let may_be_undone = undoing.begin(clock.now(), marks);
    let mut books = Settling {
        scene,
        clock,
        ledger,
        open,
        flow,
        breaches,
        entries,
        undoing: may_be_undone.then_some(&mut *undoing),
        gather,
    };
    let lender_of = |account: AccountId, ledger: &Ledger| {
        let lender = ledger.accounts.lender(account);
        &lenders[lender].plan
    };
    let mut from = 0;
    for (market, until) in until.drain(..) {
        let reference = marks.price(scene.plan.markets[market.index()].instrument);
        for event in &events[from..until] {
            books.take(market, event, reference, &lender_of);
        }
        from = until;
    }
    events.clear();
    if !clock.is_auction() || clock.is_uncross() {
        open.all_matched();
    }
    flow.gather();
}

struct Settling<'a> {
    scene: &'a Scene,
    clock: &'a Clock,
    ledger: &'a mut Ledger,
    open: &'a mut OpenOrders,
    flow: &'a mut Flow,
    breaches: &'a mut Breaches,
    entries: &'a mut Entries,
    /// Where trades of this tick may be cancelled later.
    undoing: Option<&'a mut Undoing>,
    gather: &'a mut Gather,
}

impl Settling<'_> {
    fn take<'a>(
        &mut self,
        market: MarketId,
        event: &BookEvent,
        reference: Price,
        lender_of: &impl Fn(AccountId, &Ledger) -> &'a LenderPlan,
    ) {
        match *event {
            BookEvent::Fill(ref fill) => {
                let orders = [Side::Buy, Side::Sell].map(|side| *self.open.get(fill.party(side).tag));
                self.exchange(market, fill, &orders, lender_of);
                self.note(market, fill, &orders, reference);
                for (side, order) in [Side::Buy, Side::Sell].into_iter().zip(&orders) {
                    let party = fill.party(side);
                    self.shrink(party.tag, order, fill.quantity, party.remaining, Some(fill.price));
                }
            }
            BookEvent::Rested { tag, key, .. } | BookEvent::Parked { tag, key, .. } => {
                self.open.rests(tag, key, self.clock.tick());
            }
            BookEvent::Triggered { tag, .. } => self.open.wakes(tag),
            BookEvent::Reduced { tag, remaining, .. } => {
                let order = *self.open.get(tag);
                self.shrink(tag, &order, order.remaining - remaining, remaining, None);
            }
            BookEvent::Cancelled { tag, remaining, .. } => {
                let order = *self.open.get(tag);
                self.shrink(tag, &order, remaining, Lots::ZERO, None);
            }
        }
    }

    /// Units against payment or exposure against exposure, the swaps that stand behind either side, the venue's fees, and
    /// the bonus of who repays a debt.
    fn exchange<'a>(
        &mut self,
        market: MarketId,
        fill: &Fill,
        orders: &[OpenOrder; 2],
        lender_of: &impl Fn(AccountId, &Ledger) -> &'a LenderPlan,
    ) {
        let plan = &self.scene.plan;
        let spot = plan.markets[market.index()].instrument;
        let step_value = plan.instruments[spot.index()].step_value;
        let (buyer, seller) = (AccountId::new(fill.buyer.owner), AccountId::new(fill.seller.owner));
        for (side, order) in [Side::Buy, Side::Sell].into_iter().zip(orders) {
            let held = self.ledger.accounts.lots(order.slot);
            self.entries.note(order.slot, held, side.signed(fill.quantity), fill.price);
        }
        let mut fees = [Cash::ZERO; 2];
        self.ledger.exchange(spot, step_value, buyer, seller, fill.quantity, fill.price);
        for (side, order) in [Side::Buy, Side::Sell].into_iter().zip(orders) {
            if order.instrument != spot {
                let house = lender_of(order.account, self.ledger).house;
                let change = side.signed(fill.quantity);
                self.ledger.change_swap(order.instrument, step_value, order.account, house, change, fill.price);
            }
            fees[side as usize] = self.charge(market, fill, side);
        }
        let sale = &orders[Side::Sell as usize];
        let mut bonus = Cash::ZERO;
        if sale.cause.is_forced() && sale.instrument == spot {
            bonus =
                lender_of(sale.account, self.ledger).policy.much.bonus_in(step_value.value(fill.quantity, fill.price));
            let (own, outside) = (self.ledger.purses.account(sale.account), self.ledger.purses.outside());
            self.ledger.transfer(own, outside, bonus, Why::Bonus);
        }
        if let Some(undoing) = &mut self.undoing {
            undoing.note(market, fill, orders, (fees, bonus));
        }
    }

    fn charge(&mut self, market: MarketId, fill: &Fill, side: Side) -> Cash {
        let plan = &self.scene.plan;
        let market = plan.markets[market.index()];
        let venue = &plan.venues[market.venue.index()];
        let rate = if fill.aggressor == Some(side) { venue.taker_fee } else { venue.maker_fee };
        if rate == Rate::ZERO {
            return Cash::ZERO;
        }
        let value = plan.instruments[market.instrument.index()].step_value.value(fill.quantity, fill.price).abs();
        let party = fill.party(side);
        let payer = self.ledger.purses.account(AccountId::new(party.owner));
        let venue = self.ledger.purses.venue(market.venue);
        let fee = rate.of_part_rounded_up(value, self.open.fee_ahead(party.tag));
        self.ledger.transfer(payer, venue, fee, Why::Fee);
        fee
    }

    /// Who pushed. In an auction nobody comes to the other, but those on the side towards which the price
    /// moved wanted it to.
    fn note(&mut self, market: MarketId, fill: &Fill, orders: &[OpenOrder; 2], reference: Price) {
        let causes = orders.map(|order| order.cause);
        let pusher = match fill.aggressor {
            Some(side) => Some(side),
            None if fill.price < reference => Some(Side::Sell),
            None if fill.price > reference => Some(Side::Buy),
            None => None,
        };
        let forced = causes.iter().any(|cause| cause.is_forced());
        let traded = &mut self.flow.by_market[market.index()];
        traded.volume += fill.quantity;
        if forced {
            traded.forced_volume += fill.quantity;
        }
        let cause = pusher.map_or(Cause::Voluntary, |side| causes[side as usize]);
        if let Some(side) = pusher {
            self.flow.push(market, side, cause, fill.quantity);
        }
        // Where nobody pushed, a lender's part in it is told all the same.
        let resting_cause = pusher.map_or(causes[0].max(causes[1]), |side| causes[side.opposite() as usize]);
        let accounts = orders.map(|order| order.account);
        self.gather.trade(self.clock.tick(), market, fill, accounts, [cause, resting_cause]);
    }

    /// An order lost this much, by a fill or otherwise.
    fn shrink(&mut self, tag: u32, order: &OpenOrder, gone: Lots, remaining: Lots, fill: Option<Price>) {
        self.ledger.accounts.change_open_orders(order.slot, order.side, -gone);
        self.open.lost(tag, gone, self.scene.plan.instruments[order.instrument.index()].step_value);
        if let Cause::Forced(breach) = order.cause {
            self.breaches.progress(breach, order.instrument, gone, fill, self.clock.end());
            if fill.is_some() {
                let step_value = self.scene.plan.instruments[order.instrument.index()].step_value;
                let breach = self.breaches.get_mut(breach);
                if let Some(target) = breach.target_mut(order.instrument) {
                    let worth = target.at_breach(gone, step_value);
                    self.gather.closed(breach.lender, self.clock.end(), worth);
                }
            }
        }
        if remaining.is_zero() {
            self.open.close(tag);
        } else {
            self.open.set_remaining(tag, remaining);
        }
    }
}
