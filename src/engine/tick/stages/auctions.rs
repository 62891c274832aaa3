//! Part of stage 9: what lenders have put up is sold to whoever bids, and handed over at once.
//!
//! An offer made in one tick meets its bidders in the next ones, in an order drawn from the seed for each lot. What
//! they see is the published view, older by their delay. What is sold goes off the book: it pushes no price, but the bidder
//! who sells it on does. It is on the tape and part of a day's volume, but not of what those see who trade a share of
//! volume: their algorithms leave block prints out.

use crate::gather::{AuctionRecord, Gather};
use crate::plan::Plan;
use crate::tick::clock::Clock;
use crate::tick::state::{Breaches, Lender, Lot, Scene, State, Status};
use crate::traders::Trader;
use crate::traders::keeper::{Beside, Keeper};
use bevy_ecs::prelude::{Entity, Query};
use ground::rng;
use ground::units::{AccountId, Cash, LenderId, Lots, MarketId, Price, Side, Span, Time};
use mechanics::ledger::{Ledger, Why};
use mechanics::liquidation::{Auction, Unsold, bid_to_beat, dutch_price, off_mark};
use mechanics::margin::{Marks, ProposedOrder, excess_after};
use mechanics::waterfall::entries::Entries;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Somebody who may bid for a lot.
#[derive(Clone, Copy, Debug)]
struct Bidder {
    entity: Entity,
    account: AccountId,
    turn: u64,
    keeper: Option<Keeper>,
}

/// Who may bid, and those who keep cash for it.
pub type Bidders<'w, 's> = Query<'w, 's, (&'static Trader, Option<&'static Keeper>)>;

pub fn hold_auctions(state: &mut State, bidders: &Bidders<'_, '_>) {
    let now = state.clock.end();
    hold_all(state, bidders, now, |_| true);
}

/// Blocks that were put up in the night, or late in the last session, and whose time is over before this one opens, are
/// sold before anybody decides in it.
pub fn sell_before_the_open(state: &mut State, bidders: &Bidders<'_, '_>) {
    if !state.clock.is_first_of_session() {
        return;
    }
    let now = state.clock.now();
    hold_all(state, bidders, now, |lot| matches!(lot.auction, Auction::Block { .. }) && lot.due() <= now);
}

fn hold_all(state: &mut State, traders: &Bidders<'_, '_>, now: Time, due: impl Fn(&Lot) -> bool) {
    let State {
        ref scene,
        ref clock,
        ref view,
        ref lenders,
        ref marks,
        ref statuses,
        ref mut ledger,
        ref mut house,
        ref mut breaches,
        ref mut entries,
        ref mut gather,
        ..
    } = *state;
    if !house.lots.iter().any(&due) {
        return;
    }
    let lender_of = |lender: LenderId| &lenders[lender];
    let offered = std::mem::take(&mut house.lots);
    let mut hall = Hall {
        scene,
        clock,
        now,
        marks,
        lender_of: &lender_of,
        ledger,
        breaches,
        entries,
        gather,
        committed: Vec::new(),
        on_offer: BTreeMap::new(),
        sold: std::mem::take(&mut house.sold),
    };
    // Who leads where bids rise must be able to pay for all of it.
    for lot in &offered {
        *hall.on_offer.entry((lot.market, lot.side, lot.opened_at)).or_default() += lot.lots;
        if let Some((price, entity)) = lot.best {
            hall.commit(entity, lot, price);
        }
    }
    let (mut now_due, waiting): (Vec<_>, Vec<_>) = blocks(offered).into_iter().partition(|block| due(&block[0]));
    house.lots.extend(waiting.into_iter().flatten());
    // In a night whose time is over first is sold first.
    let in_the_night = now == clock.now();
    if in_the_night {
        now_due.sort_by_key(|block| block[0].due());
    }
    for mut block in now_due {
        if in_the_night {
            hall.now = block[0].due();
        }
        block.retain(|lot| {
            let stands = statuses.of(hall.account_of(lot)) == Status::Breached(lot.breach);
            if !stands {
                hall.withdraw(lot);
            }
            stands
        });
        let Some(lot) = block.first() else { continue };
        // Sealed bids are opened when their time is over: until then nobody need be looked for.
        let sealed = matches!(lot.auction, Auction::Block { .. }) && !hall.is_over(lot);
        let is_sound = |account| statuses.of(account) == Status::Healthy;
        let bidders = if sealed { Vec::new() } else { bidders(lot, scene, clock, hall.now, traders, is_sound) };
        let market = lot.market;
        hall.hold(&mut block, &bidders, |ticks| view.mark_before(market, ticks));
        house.lots.append(&mut block);
    }
    house.sold = hall.sold;
}

/// Lots in their order, those together that their lenders sell as one block.
fn blocks(lots: Vec<Lot>) -> Vec<Vec<Lot>> {
    let mut blocks: Vec<Vec<Lot>> = Vec::with_capacity(lots.len());
    let is_one = |a: &Lot, b: &Lot| {
        let block = a.common.is_some() && matches!(a.auction, Auction::Block { .. });
        let place = |lot: &Lot| (lot.common, lot.market, lot.side, lot.opened_at);
        block && place(a) == place(b) && Arc::ptr_eq(&a.way, &b.way)
    };
    for lot in lots {
        match blocks.iter_mut().find(|block| is_one(&block[0], &lot)) {
            Some(block) => block.push(lot),
            None => blocks.push(vec![lot]),
        }
    }
    blocks
}

/// Those who may bid and have noticed, by turn; on a backstop, in the order in which they are named.
fn bidders(
    lot: &Lot,
    scene: &Scene,
    clock: &Clock,
    now: Time,
    traders: &Bidders<'_, '_>,
    is_sound: impl Fn(AccountId) -> bool,
) -> Vec<Bidder> {
    let spot = scene.plan.markets[lot.market.index()].instrument;
    let named = &lot.way.bidders;
    // A night is long enough for everybody.
    let waited = (clock.tick().index() - lot.opened.index()).max(ticks_of(now - lot.opened_at, scene));
    let mut found = Vec::new();
    for (plan, (_, entity)) in scene.plan.traders.iter().zip(&scene.traders) {
        if plan.instrument != Some(spot) {
            continue;
        }
        let Ok((trader, keeper)) = traders.get(*entity) else { continue };
        let place = if named.is_empty() {
            keeper.map(|_| 0)
        } else {
            let population = plan.name.split('[').next().unwrap_or_default();
            named.iter().position(|name| name == population)
        };
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

fn ticks_of(span: Span, scene: &Scene) -> u32 {
    u32::try_from(span.as_seconds() / scene.plan.clock.tick.as_seconds().max(1)).unwrap_or(u32::MAX)
}

/// What holding an auction touches.
struct Hall<'a> {
    scene: &'a Scene,
    clock: &'a Clock,
    now: Time,
    marks: &'a Marks,
    lender_of: &'a dyn Fn(LenderId) -> &'a Lender,
    ledger: &'a mut Ledger,
    breaches: &'a mut Breaches,
    entries: &'a mut Entries,
    gather: &'a mut Gather,
    /// Bidders with money in standing bids.
    committed: Vec<(Entity, Cash)>,
    /// What is on offer of one side of a market, by when it was put up.
    on_offer: BTreeMap<(MarketId, Side, Time), Lots>,
    sold: BTreeMap<MarketId, Lots>,
}

impl Hall<'_> {
    fn account_of(&self, lot: &Lot) -> AccountId {
        self.breaches.all[lot.breach.index()].account
    }

    /// The time of a lot has passed.
    fn is_over(&self, lot: &Lot) -> bool {
        self.elapsed(lot) >= lot.auction.length()
    }

    /// How long it has been on offer. Sealed bids are made at any hour; a price that falls, or bids that rise, wait while nobody
    /// can bid.
    fn elapsed(&self, lot: &Lot) -> Span {
        match lot.auction {
            Auction::Dutch { .. } | Auction::English { .. } => {
                self.clock.calendar().trading_time(lot.opened_at, self.now)
            }
            Auction::Block { .. } | Auction::Backstop { .. } => self.now - lot.opened_at,
        }
    }

    /// A lot is on offer no longer.
    fn withdraw(&mut self, lot: &Lot) {
        *self.on_offer.entry((lot.market, lot.side, lot.opened_at)).or_default() -= lot.lots;
    }

    /// One tick of one lot, or of those that are sold as one. What is over is taken out.
    fn hold(&mut self, block: &mut Vec<Lot>, bidders: &[Bidder], mark_before: impl Fn(u32) -> Price) {
        let first = &block[0];
        let (auction, side, elapsed) = (first.auction, first.side, self.elapsed(first));
        let spot = self.scene.plan.markets[first.market.index()].instrument;
        let mark = self.marks.price(spot);
        let seen = |bidder: &Bidder| mark_before(bidder.keeper.map_or(0, |keeper| keeper.delay));
        let over = self.is_over(first);
        match auction {
            Auction::Block { reserve, .. } => {
                if over {
                    self.open_bids(block, bidders, off_mark(side, mark, reserve), seen);
                }
            }
            Auction::Backstop { discount } => {
                self.sell_at(&mut block[0], bidders, off_mark(side, mark, discount), seen);
            }
            Auction::Dutch { start, cut, every, .. } => {
                let price = dutch_price(side, block[0].mark, start, cut, every, elapsed);
                self.sell_at(&mut block[0], bidders, price, seen);
            }
            Auction::English { increment, .. } => {
                let lot = &mut block[0];
                self.raise_bids(lot, bidders, increment, seen);
                if over
                    && let Some((price, leader)) = lot.best
                    && let Some(winner) = bidders.iter().find(|bidder| bidder.entity == leader)
                    && self.can_take(winner, lot, price, lot.lots, false) == lot.lots
                {
                    self.hand_over(lot, winner, lot.lots, price);
                }
            }
        }
        block.retain(|lot| {
            let sold = lot.lots.is_zero();
            if over && !sold {
                self.close(lot);
            }
            !sold && !over
        });
    }

    /// At one price, to one after the other.
    fn sell_at(&mut self, lot: &mut Lot, bidders: &[Bidder], price: Price, seen: impl Fn(&Bidder) -> Price) {
        let others = self.others_on_offer(lot.market, lot.side, lot.lots);
        for bidder in bidders {
            let able = self.can_take(bidder, lot, price, lot.lots, false);
            let wants = |lots: Lots| {
                let worth = bidder.keeper.map_or(Some(price), |keeper| {
                    keeper.worth(lot.side, seen(bidder), lots, self.beside(bidder, lot.market, others))
                });
                worth.is_some_and(|worth| no_worse(lot.side, worth, price))
            };
            // Less of it is worth more a lot, until the transaction costs more than it brings.
            let sizes = std::iter::successors(Some(able), |lots| Some(Lots::new(lots.get() / 2)));
            let size = sizes.take_while(|lots| lots.is_positive()).find(|lots| wants(*lots));
            if let Some(lots) = size {
                lot.bids += 1;
                self.hand_over(lot, bidder, lots, price);
            }
        }
    }

    /// What else is on offer where a lot is, by now.
    fn others_on_offer(&self, market: MarketId, side: Side, own: Lots) -> Lots {
        let here = self.on_offer.range((market, side, Time::default())..=(market, side, self.now));
        (here.map(|(_, lots)| *lots).sum::<Lots>() - own).max(Lots::ZERO)
    }

    /// What a bidder has to sell on, or will, beside the lot that it looks at.
    fn beside(&self, bidder: &Bidder, market: MarketId, others: Lots) -> Beside {
        let spot = self.scene.plan.markets[market.index()].instrument;
        let slot = self.ledger.accounts.slot_of(bidder.account, spot);
        let held = slot.map_or(Lots::ZERO, |slot| self.ledger.accounts.lots(slot));
        Beside { held, others }
    }

    /// Sealed bids for a block: the best first, each at its own price, and each from all its sellers alike. Who bids less the
    /// more it takes bids in parts, and pays for all it gets what they come to on average.
    fn open_bids(&mut self, block: &mut [Lot], bidders: &[Bidder], reserve: Price, seen: impl Fn(&Bidder) -> Price) {
        let all: Lots = block.iter().map(|lot| lot.lots).sum();
        let (market, side) = (block[0].market, block[0].side);
        let others = self.others_on_offer(market, side, all);
        let mut bids = Vec::new();
        let mut count = 0;
        for (place, bidder) in bidders.iter().enumerate() {
            let Some(keeper) = bidder.keeper else { continue };
            let beside = self.beside(bidder, market, others);
            let able = |price| self.can_take(bidder, &block[0], price, all, false);
            let own: Vec<_> = keeper.bids(side, seen(bidder), all, beside, able);
            let own = own.into_iter().filter(|(price, _)| no_worse(side, *price, reserve));
            let before = bids.len();
            bids.extend(own.map(|(price, lots)| (price, bidder.turn, place, lots)));
            count += u32::from(bids.len() > before);
        }
        block.iter_mut().for_each(|lot| lot.bids = count);
        bids.sort_by_key(|(price, turn, ..)| {
            let steps = if side == Side::Sell { Reverse(price.steps()) } else { Reverse(-price.steps()) };
            (steps, *turn)
        });
        // What each gets, and lots times price of it.
        let mut got: Vec<(usize, Lots, i128)> = Vec::new();
        let mut unsold = all;
        for (price, _, place, lots) in bids {
            let lots = lots.min(unsold);
            unsold -= lots;
            let cost = i128::from(lots.get()) * i128::from(price.steps());
            match got.iter_mut().find(|(bidder, ..)| *bidder == place) {
                Some((_, sum, paid)) => (*sum, *paid) = (*sum + lots, *paid + cost),
                None => got.push((place, lots, cost)),
            }
        }
        for (place, lots, paid) in got.into_iter().filter(|(_, lots, _)| lots.is_positive()) {
            let (bidder, per) = (&bidders[place], i128::from(lots.get()));
            // What does not divide is for the account that is sold out.
            let steps = if side == Side::Sell { -(-paid).div_euclid(per) } else { paid.div_euclid(per) };
            let price = Price::new(i64::try_from(steps).expect("between two prices")).clamped();
            let left: Vec<Lots> = block.iter().map(|lot| lot.lots).collect();
            let lots = self.can_take(bidder, &block[0], price, lots, false);
            for (lot, lots) in block.iter_mut().zip(alike(lots, &left)) {
                self.hand_over(lot, bidder, lots, price);
            }
        }
    }

    /// Each bidder once: who does not lead outbids who does, as long as that pays.
    fn raise_bids(&mut self, lot: &mut Lot, bidders: &[Bidder], increment: f64, seen: impl Fn(&Bidder) -> Price) {
        let others = self.others_on_offer(lot.market, lot.side, lot.lots);
        for bidder in bidders {
            let Some(keeper) = bidder.keeper else { continue };
            if lot.best.is_some_and(|(_, leader)| leader == bidder.entity) {
                continue;
            }
            let beside = self.beside(bidder, lot.market, others);
            let Some(worth) = keeper.worth(lot.side, seen(bidder), lot.lots, beside) else { continue };
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
    fn hand_over(&mut self, lot: &mut Lot, bidder: &Bidder, lots: Lots, price: Price) {
        let account = self.account_of(lot);
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
        let now = self.now;
        let target = self.breaches.get_mut(lot.breach).target_mut(lot.instrument).expect("lots come from targets");
        target.hand_over(lots, price, now);
        self.gather.closed(lot.lender, now, target.at_breach(lots, step_value));
        lot.lots -= lots;
        *self.on_offer.entry((lot.market, lot.side, lot.opened_at)).or_default() -= lots;
        *self.sold.entry(lot.market).or_default() += lots;
        self.record(lot, lots, Some((bidder.account, price)));
    }

    /// Time is up, and this much of it is unsold.
    fn close(&mut self, lot: &Lot) {
        self.withdraw(lot);
        let target = self.breaches.get_mut(lot.breach).target_mut(lot.instrument).expect("lots come from targets");
        target.take_back(lot.lots);
        match lot.way.unsold {
            Unsold::OfferAgain => {}
            Unsold::ToTheBook => target.to_book = true,
            Unsold::LeaveIt => target.give_up(),
        }
        // An offer that nobody wants is made again each time, and would fill the table with saying so.
        if target.rounds_unsold == 1 {
            self.record(lot, lot.lots, None);
        }
    }

    fn record(&mut self, lot: &Lot, lots: Lots, sale: Option<(AccountId, Price)>) {
        let spot = self.scene.plan.markets[lot.market.index()].instrument;
        self.gather.auction(AuctionRecord {
            tick: self.clock.tick(),
            at: self.now,
            breach: lot.breach,
            instrument: lot.instrument,
            market: lot.market,
            way: lot.auction.word(),
            side: lot.side,
            lots,
            mark: self.marks.price(spot),
            sale,
            bids: lot.bids,
            open: self.now - lot.opened_at,
        });
    }
}

/// So many lots divided in proportion to what each has, in whole lots: what does not divide goes to the first.
fn alike(lots: Lots, left: &[Lots]) -> Vec<Lots> {
    let (mut lots, mut all) = (i128::from(lots.get()), left.iter().map(|own| i128::from(own.get())).sum::<i128>());
    let part = |own: &Lots| {
        let own = i128::from(own.get());
        let part = if all > 0 { (lots * own + all - 1) / all } else { 0 };
        (lots, all) = (lots - part, all - own);
        Lots::new(i64::try_from(part).expect("a part is no more than all"))
    };
    left.iter().map(part).collect()
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
