//! Trades that a venue cancels after the fact.
//!
//! A world that has such a shock (`CancelTrades`) lists the windows in which trades may be cancelled, and for those alone
//! trades are remembered, and of them only those beyond the stated share from the reference price. When the shock strikes
//! they are undone, the last one first: what was delivered goes back against what was paid for it, exposure goes back at the
//! price at which it was taken, the swaps that stood behind either side change back, and so do fees and the bonus of a close
//! factor. Each of these is an entry in the journal like any other. Prices, marks and volumes that came of the trades stay as they were.
//!
//! Who sold on what was bought owes it now: a position may become negative where nobody lends, and margin looks at the
//! account as it stands. A trade stands, although it was to be cancelled, when one side of it was closed out since (there
//! is nobody left to give back or to get back), when what was traded has ended or the lender has failed, or when it would
//! take away from an account in liquidation what is being sold for it.

use crate::gather::{Event, Gather};
use crate::tick::clock::Clock;
use crate::tick::state::{Holders, Lender, Lenders, Scene, Status, Statuses, Traded, Undoing};
use ground::units::{AccountId, BreachId, InstrumentId, Lots, Price, Side};
use mechanics::ledger::{Ledger, Why};
use mechanics::waterfall::entries::Entries;
use std::collections::BTreeMap;

/// What cancelling touches.
pub struct Cancelling<'a> {
    pub scene: &'a Scene,
    pub clock: &'a Clock,
    pub statuses: &'a Statuses,
    pub holders: &'a Holders,
    pub lenders: &'a Lenders,
    pub ledger: &'a mut Ledger,
    pub entries: &'a mut Entries,
    pub gather: &'a mut Gather,
}

/// So many lots of an account's forced trades were undone, and so many stand.
type SoldOut = BTreeMap<BreachId, (Lots, Lots)>;

/// Cancels what the window of a shock has gathered.
pub fn cancel(shock: usize, undoing: &mut Undoing, desk: &mut Cancelling<'_>) {
    let trades = undoing.take(shock);
    let (mut undone, mut stand) = ((0_u32, Lots::ZERO), 0_u32);
    let mut sold_out = SoldOut::new();
    for trade in trades.iter().rev() {
        let stands = desk.stands(trade);
        if stands {
            stand += 1;
        } else {
            desk.undo(trade);
            undone = (undone.0 + 1, undone.1 + trade.lots);
        }
        for breach in trade.forced.into_iter().flatten() {
            let (back, kept) = sold_out.entry(breach).or_default();
            *(if stands { kept } else { back }) += trade.lots;
        }
    }
    let tick = desk.clock.tick();
    let (trades, lots) = undone;
    desk.gather.events.push((tick, Event::TradesCancelled { shock, trades, lots, stand }));
    for (breach, (undone, stand)) in sold_out {
        desk.gather.events.push((tick, Event::SoldOutAtCancelled { shock, breach, undone, stand }));
    }
}

impl Cancelling<'_> {
    fn lender(&self, account: AccountId) -> &Lender {
        let lender = self.ledger.accounts.lender(account);
        &self.lenders[lender]
    }

    fn stands(&self, trade: &Traded) -> bool {
        let traded = self.scene.plan.markets[trade.market.index()].instrument;
        let ended = self.holders.has_ended(traded);
        ended || [Side::Buy, Side::Sell].into_iter().any(|side| self.keeps(trade, side))
    }

    /// One side of it cannot be undone.
    fn keeps(&self, trade: &Traded, side: Side) -> bool {
        let (account, instrument) = (trade.accounts[side as usize], trade.instruments[side as usize]);
        if self.lender(account).failed {
            return true;
        }
        match self.statuses.of(account) {
            Status::Closed => true,
            Status::Breached(_) => {
                let slot = self.ledger.accounts.slot_of(account, instrument).expect("who traded has a slot");
                let held = self.ledger.accounts.lots(slot);
                let change = -side.signed(trade.lots);
                !held.is_zero() && held.is_negative() != change.is_negative()
            }
            Status::Healthy | Status::Called(_) => false,
        }
    }

    fn undo(&mut self, trade: &Traded) {
        let plan = &self.scene.plan;
        let market = plan.markets[trade.market.index()];
        let step_value = plan.instruments[market.instrument.index()].step_value;
        let [buyer, seller] = trade.owners;
        for side in [Side::Buy, Side::Sell] {
            let (account, instrument) = (trade.accounts[side as usize], trade.instruments[side as usize]);
            let change = -side.signed(trade.lots);
            note(self.entries, self.ledger, (account, instrument), change, trade.price);
        }
        // Whoever bought now sells, at the same price.
        self.ledger.exchange(market.instrument, step_value, seller, buyer, trade.lots, trade.price);
        for side in [Side::Buy, Side::Sell] {
            let (account, instrument) = (trade.accounts[side as usize], trade.instruments[side as usize]);
            if instrument != market.instrument {
                let (house, change) = (self.lender(account).plan.house, -side.signed(trade.lots));
                self.ledger.change_swap(instrument, step_value, account, house, change, trade.price);
            }
            let payer = self.ledger.purses.account(trade.owners[side as usize]);
            let venue = self.ledger.purses.venue(market.venue);
            self.ledger.transfer(venue, payer, trade.fees[side as usize], Why::Fee);
        }
        let (outside, seller) = (self.ledger.purses.outside(), self.ledger.purses.account(seller));
        self.ledger.transfer(outside, seller, trade.bonus, Why::Bonus);
    }
}

fn note(
    entries: &mut Entries,
    ledger: &Ledger,
    (account, instrument): (AccountId, InstrumentId),
    change: Lots,
    price: Price,
) {
    let slot = ledger.accounts.slot_of(account, instrument).expect("who traded has a slot");
    entries.note(slot, ledger.accounts.lots(slot), change, price);
}
