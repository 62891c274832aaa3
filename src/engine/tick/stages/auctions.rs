//! Part of stage 9: what lenders have put up is sold to whoever bids, and handed over at once.
//!
//! An offer made in one tick meets its bidders in the next ones, in an order drawn from the seed for each lot. What
//! they see is the published view, older by their delay. What is sold goes off the book: it is in nobody's volume and
//! pushes no price, but the bidder who sells it on does.

use crate::gather::{AuctionRecord, Gather};
use crate::plan::Plan;
use crate::tick::clock::Clock;
use crate::tick::state::{Accounts, Breaches, Credit, Lender, Lot, Now, Scene, SellingOut, Status, TheEntries};
use crate::tick::view::View;
use crate::traders::Trader;
use crate::traders::keeper::Keeper;
use bevy_ecs::prelude::{Entity, Query, Res, ResMut};
use ground::rng;
use ground::units::{AccountId, Cash, LenderId, Lots, Price, Side};
use mechanics::ledger::{Ledger, Why};
use mechanics::liquidation::{Auction, Unsold, bid_to_beat, dutch_price, off_mark};
use mechanics::margin::{Marks, ProposedOrder, excess_after};
use mechanics::waterfall::entries::Entries;
use std::cmp::Reverse;

/// Somebody who may bid for a lot.
#[derive(Clone, Copy, Debug)]
struct Bidder {
    entity: Entity,
    account: AccountId,
    turn: u64,
    keeper: Option<Keeper>,
}

pub fn hold_auctions(
    Now { scene, clock }: Now<'_>,
    view: Res<View>,
    Credit { lenders, marks }: Credit<'_>,
    traders: Query<(&Trader, Option<&Keeper>)>,
    Accounts { mut ledger, statuses, .. }: Accounts<'_>,
    SellingOut { mut house, mut breaches, .. }: SellingOut<'_>,
    mut entries: ResMut<TheEntries>,
    mut gather: ResMut<Gather>,
) {
    if house.lots.is_empty() {
        return;
    }
    let lender_of = |lender: LenderId| &lenders[lender];
    let mut hall = Hall {
        scene: &scene,
        clock: &clock,
        marks: &marks.0,
        lender_of: &lender_of,
        ledger: &mut ledger.0,
        breaches: &mut breaches,
        entries: &mut entries.0,
        gather: &mut gather,
        committed: Vec::new(),
    };
    // Who leads where bids rise must be able to pay for all of it.
    for lot in &house.lots {
        if let Some((price, entity)) = lot.best {
            hall.commit(entity, lot, price);
        }
    }
    house.lots.retain_mut(|lot| {
        let account = hall.breaches.all[lot.breach.index()].account;
        if statuses.of(account) != Status::Breached(lot.breach) {
            return false;
        }
        let bidders = bidders(lot, &scene, &clock, &lender_of(lot.lender).plan.policy.bidders, &traders, |account| {
            statuses.of(account) == Status::Healthy
        });
        let market = lot.market;
        hall.hold(lot, account, &bidders, |ticks| view.mark_before(market, ticks))
    });
}

/// Those who may bid and have noticed, by turn; on a backstop, in the order in which they are named.
fn bidders(
    lot: &Lot,
    scene: &Scene,
    clock: &Clock,
    named: &[String],
    traders: &Query<(&Trader, Option<&Keeper>)>,
    is_sound: impl Fn(AccountId) -> bool,
) -> Vec<Bidder> {
    let spot = scene.plan.markets[lot.market.index()].instrument;
    let waited = clock.tick().index() - lot.opened.index();
    let mut found = Vec::new();
    for (plan, (_, entity)) in scene.plan.traders.iter().zip(&scene.traders) {
        if plan.instrument != Some(spot) {
            continue;
        }
        let Ok((trader, keeper)) = traders.get(*entity) else { continue };
        let population = plan.name.split('[').next().unwrap_or_default();
        let place = if named.is_empty() { keeper.map(|_| 0) } else { named.iter().position(|name| name == population) };
        let noticed = keeper.is_none_or(|keeper| waited >= keeper.delay);
        if let Some(place) = place
            && noticed
            && is_sound(trader.home.account)
        {
            let turn = rng::turn(scene.options.seed, trader.name, clock.tick().index(), lot.number);
            let on_backstop = matches!(lot.auction, Auction::Backstop { .. });
            let rank = if on_backstop { place } else { 0 };
            let bidder = Bidder { entity: *entity, account: trader.home.account, turn, keeper: keeper.copied() };
            found.push((rank, bidder));
        }
    }
    found.sort_by_key(|(rank, bidder)| (*rank, bidder.turn));
    found.into_iter().map(|(_, bidder)| bidder).collect()
}

/// What holding an auction touches.
struct Hall<'a> {
    scene: &'a Scene,
    clock: &'a Clock,
    marks: &'a Marks,
    lender_of: &'a dyn Fn(LenderId) -> &'a Lender,
    ledger: &'a mut Ledger,
    breaches: &'a mut Breaches,
    entries: &'a mut Entries,
    gather: &'a mut Gather,
    /// Bidders with money in standing bids.
    committed: Vec<(Entity, Cash)>,
}

impl Hall<'_> {
    /// One tick of one lot. False when it is over.
    fn hold(
        &mut self,
        lot: &mut Lot,
        account: AccountId,
        bidders: &[Bidder],
        mark_before: impl Fn(u32) -> Price,
    ) -> bool {
        let spot = self.scene.plan.markets[lot.market.index()].instrument;
        let mark = self.marks.price(spot);
        let elapsed = self.clock.end() - lot.opened_at;
        let seen = |bidder: &Bidder| mark_before(bidder.keeper.map_or(0, |keeper| keeper.delay));
        let over = elapsed >= lot.auction.length();
        match lot.auction {
            Auction::Block { reserve, .. } => {
                if over {
                    self.open_bids(lot, account, bidders, off_mark(lot.side, mark, reserve), seen);
                }
            }
            Auction::Backstop { discount } => {
                self.sell_at(lot, account, bidders, off_mark(lot.side, mark, discount), seen);
            }
            Auction::Dutch { start, cut, every, .. } => {
                let price = dutch_price(lot.side, lot.mark, start, cut, every, elapsed);
                self.sell_at(lot, account, bidders, price, seen);
            }
            Auction::English { increment, .. } => {
                self.raise_bids(lot, bidders, increment, seen);
                if over
                    && let Some((price, leader)) = lot.best
                    && let Some(winner) = bidders.iter().find(|bidder| bidder.entity == leader)
                    && self.can_take(winner, lot, price, lot.lots, false) == lot.lots
                {
                    self.hand_over(lot, account, winner, lot.lots, price);
                }
            }
        }
        if lot.lots.is_zero() {
            return false;
        }
        if over {
            self.close(lot);
        }
        !over
    }

    /// At one price, to one after the other.
    fn sell_at(
        &mut self,
        lot: &mut Lot,
        account: AccountId,
        bidders: &[Bidder],
        price: Price,
        seen: impl Fn(&Bidder) -> Price,
    ) {
        for bidder in bidders {
            let able = self.can_take(bidder, lot, price, lot.lots, false);
            let wants = |lots: Lots| {
                let worth = bidder.keeper.map_or(Some(price), |keeper| keeper.worth(lot.side, seen(bidder), lots));
                worth.is_some_and(|worth| no_worse(lot.side, worth, price))
            };
            // Less of it is worth more a lot, until the transaction costs more than it brings.
            let sizes = std::iter::successors(Some(able), |lots| Some(Lots::new(lots.get() / 2)));
            let size = sizes.take_while(|lots| lots.is_positive()).find(|lots| wants(*lots));
            if let Some(lots) = size {
                lot.bids += 1;
                self.hand_over(lot, account, bidder, lots, price);
            }
        }
    }

    /// Sealed bids: the best first, each at its own price.
    fn open_bids(
        &mut self,
        lot: &mut Lot,
        account: AccountId,
        bidders: &[Bidder],
        reserve: Price,
        seen: impl Fn(&Bidder) -> Price,
    ) {
        let mut bids = Vec::new();
        for bidder in bidders {
            let Some(keeper) = bidder.keeper else { continue };
            let Some(price) = keeper.worth(lot.side, seen(bidder), lot.lots) else { continue };
            let lots = self.can_take(bidder, lot, price, lot.lots, false);
            // What it can pay for is smaller, and so worth more a lot.
            let Some(price) = keeper.worth(lot.side, seen(bidder), lots) else { continue };
            if no_worse(lot.side, price, reserve) {
                bids.push((price, *bidder, lots));
            }
        }
        lot.bids = u32::try_from(bids.len()).unwrap_or(u32::MAX);
        bids.sort_by_key(|(price, bidder, _)| {
            let steps = if lot.side == Side::Sell { Reverse(price.steps()) } else { Reverse(-price.steps()) };
            (steps, bidder.turn)
        });
        for (price, bidder, lots) in bids {
            let lots = self.can_take(&bidder, lot, price, lots.min(lot.lots), false);
            self.hand_over(lot, account, &bidder, lots, price);
        }
    }

    /// Each bidder once: who does not lead outbids who does, as long as that pays.
    fn raise_bids(&mut self, lot: &mut Lot, bidders: &[Bidder], increment: f64, seen: impl Fn(&Bidder) -> Price) {
        for bidder in bidders {
            let Some(keeper) = bidder.keeper else { continue };
            if lot.best.is_some_and(|(_, leader)| leader == bidder.entity) {
                continue;
            }
            let Some(worth) = keeper.worth(lot.side, seen(bidder), lot.lots) else { continue };
            let bid = match lot.best {
                Some((standing, _)) => bid_to_beat(lot.side, standing, increment),
                None => keeper.first_bid(lot.side, worth),
            };
            if !no_worse(lot.side, worth, bid) || self.can_take(bidder, lot, bid, lot.lots, true) < lot.lots {
                continue;
            }
            if let Some((standing, leader)) = lot.best {
                self.release(leader, lot, standing);
            }
            self.commit(bidder.entity, lot, bid);
            lot.best = Some((bid, bidder.entity));
            lot.bids += 1;
        }
    }

    fn commit(&mut self, who: Entity, lot: &Lot, price: Price) {
        let cost = self.cost(lot, price);
        match self.committed.iter_mut().find(|(entity, _)| *entity == who) {
            Some((_, committed)) => *committed += cost,
            None => self.committed.push((who, cost)),
        }
    }

    fn release(&mut self, who: Entity, lot: &Lot, price: Price) {
        let cost = self.cost(lot, price);
        if let Some((_, committed)) = self.committed.iter_mut().find(|(entity, _)| *entity == who) {
            *committed -= cost;
        }
    }

    fn cost(&self, lot: &Lot, price: Price) -> Cash {
        let spot = self.scene.plan.markets[lot.market.index()].instrument;
        self.marks.step_value(spot).value(lot.lots, price).abs()
    }

    /// How much of it the bidder has money for at this price, or units. `committed`: beside its other standing bids.
    fn can_take(&self, bidder: &Bidder, lot: &Lot, price: Price, lots: Lots, committed: bool) -> Lots {
        let spot = self.scene.plan.markets[lot.market.index()].instrument;
        let accounts = &self.ledger.accounts;
        let Some(slot) = accounts.slot_of(bidder.account, spot) else { return Lots::ZERO };
        let lender = (self.lender_of)(accounts.lender(bidder.account));
        let side = lot.side.opposite();
        let held = accounts.lots(slot);
        let within = (Lots::LARGEST - held.abs()).max(Lots::ZERO).min(lots);
        let taken = self.committed.iter().find(|(entity, _)| committed && *entity == bidder.entity);
        let spent = taken.map_or(Cash::ZERO, |(_, cash)| *cash) + bidder.keeper.map_or(Cash::ZERO, |it| it.cost);
        if lender.terms.margin.lends() {
            let carries = |lots: Lots| {
                let order = ProposedOrder { account: bidder.account, instrument: spot, side, lots, price };
                let excess = excess_after(self.ledger, self.marks, &lender.terms, &order);
                excess.is_none_or(|excess| excess >= spent)
            };
            return most(within, carries);
        }
        if side == Side::Sell {
            return (held - accounts.open_orders(slot, Side::Sell)).max(Lots::ZERO).min(within);
        }
        // What its open purchases would cost is not there.
        let step_value = self.marks.step_value(spot);
        let open = self.marks.value(spot, accounts.open_orders(slot, Side::Buy)).at_least_zero();
        let money = self.ledger.cash(bidder.account) - open - spent;
        most(within, |lots| step_value.value(lots, price) <= money)
    }

    /// Units against payment, the swap behind them, the bidder's cost, and the record.
    fn hand_over(&mut self, lot: &mut Lot, account: AccountId, bidder: &Bidder, lots: Lots, price: Price) {
        let slot = self.ledger.accounts.slot_of(account, lot.instrument).expect("a target has a slot");
        // Others may have taken over a part of it since it was offered.
        let target = self.breaches.get_mut(lot.breach).target_mut(lot.instrument).expect("lots come from targets");
        let left = target.remaining.min(self.ledger.accounts.lots(slot).abs());
        let lots = lots.min(lot.lots).min(left);
        if !lots.is_positive() || bidder.account == account {
            return;
        }
        let plan: &Plan = &self.scene.plan;
        let market = plan.markets[lot.market.index()];
        let (spot, step_value) = (market.instrument, plan.instruments[market.instrument.index()].step_value);
        let house = (self.lender_of)(lot.lender).plan.house;
        let owner = if self.scene.is_swap(lot.instrument) { house } else { account };
        let (buyer, seller) = match lot.side {
            Side::Sell => (bidder.account, owner),
            Side::Buy => (owner, bidder.account),
        };
        // What either side's position cost, for those who rank positions by their gain.
        for (account, instrument, side) in
            [(account, lot.instrument, lot.side), (bidder.account, spot, lot.side.opposite())]
        {
            if let Some(slot) = self.ledger.accounts.slot_of(account, instrument) {
                self.entries.note(slot, self.ledger.accounts.lots(slot), side.signed(lots), price);
            }
        }
        self.ledger.exchange(spot, step_value, buyer, seller, lots, price);
        if owner == house {
            let change = lot.side.signed(lots);
            self.ledger.change_swap(lot.instrument, step_value, account, house, change, price);
        }
        if let Some(keeper) = bidder.keeper {
            let (payer, venue) = (self.ledger.purses.account(bidder.account), self.ledger.purses.venue(market.venue));
            self.ledger.transfer(payer, venue, keeper.cost, Why::Fee);
        }
        let now = self.clock.end();
        let target = self.breaches.get_mut(lot.breach).target_mut(lot.instrument).expect("lots come from targets");
        target.hand_over(lots, price, now);
        lot.lots -= lots;
        self.record(lot, lots, Some((bidder.account, price)));
    }

    /// Time is up, and this much of it is unsold.
    fn close(&mut self, lot: &Lot) {
        let to_book = (self.lender_of)(lot.lender).plan.policy.unsold == Unsold::ToTheBook;
        let target = self.breaches.get_mut(lot.breach).target_mut(lot.instrument).expect("lots come from targets");
        target.take_back(lot.lots);
        target.to_book |= to_book;
        // An offer that nobody wants is made again each time, and would fill the table with saying so.
        if target.rounds_unsold == 1 {
            self.record(lot, lot.lots, None);
        }
    }

    fn record(&mut self, lot: &Lot, lots: Lots, sale: Option<(AccountId, Price)>) {
        let spot = self.scene.plan.markets[lot.market.index()].instrument;
        self.gather.auction(AuctionRecord {
            tick: self.clock.tick(),
            breach: lot.breach,
            instrument: lot.instrument,
            market: lot.market,
            way: lot.auction.word(),
            side: lot.side,
            lots,
            mark: self.marks.price(spot),
            sale,
            bids: lot.bids,
            open: self.clock.end() - lot.opened_at,
        });
    }
}

/// Whether a price is as good as another for the account on this side.
fn no_worse(side: Side, price: Price, than: Price) -> bool {
    match side {
        Side::Sell => price >= than,
        Side::Buy => price <= than,
    }
}

/// The most lots up to a limit of which something holds that holds of fewer if of more.
fn most(limit: Lots, holds: impl Fn(Lots) -> bool) -> Lots {
    if !limit.is_positive() || holds(limit) {
        return limit;
    }
    let (mut yes, mut no) = (0, limit.get());
    while no - yes > 1 {
        let middle = yes + (no - yes) / 2;
        if holds(Lots::new(middle)) { yes = middle } else { no = middle }
    }
    Lots::new(yes)
}
