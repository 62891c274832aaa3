//! A world driven tick by tick by the test itself, with books of its own.
//!
//! A test scripts orders for accounts that never act by themselves and looks at what the engine made of
//! them. After each tick cash and lots are added up again here, without the auditor's help.

#![allow(dead_code, reason = "each test uses its own part of it")]

pub mod cases;

use bevy_ecs::prelude::{Schedule, World};
use firesale::book::{OrderKind, TimeInForce};
use firesale::gather::{Event, TradeRecord};
use firesale::margin::{Standing, standing};
use firesale::options::RunOptions;
use firesale::plan::{MarketPlan, Plan};
use firesale::record::run::{Outcome, begin, finish, simulate};
use firesale::results::keep::Keep;
use firesale::shocks::ShockKind;
use firesale::tick;
use firesale::tick::state::{Status, state, state_mut};
use firesale::tick::trays::Intent;
use firesale::treasury::SourceKind;
use firesale::treasury::step::What;
use firesale::units::{AccountId, Cause, InstrumentId, Lots, MarketId, Price, Side};
use firesale::world::{Origin, Source, load_source};
use std::ops::ControlFlow;

/// One stock at $100.00 in cents, so that lots times steps is cents. `fund-a` holds 1 000 shares on 10 000 of
/// its own and has 2 500 more in its treasury; `fund-b` holds 500 shares on 10 000 and has no more. The
/// broker wants 10 % and calls below 8 %. Nobody acts unless a test makes them.
pub const BY_HAND: &str = include_str!("by_hand.ron");

/// Two stocks with everyone who trades them.
pub const TWO_STOCKS: &str = include_str!("two_stocks.ron");

pub fn plan(text: &str, sets: &[&str]) -> Plan {
    let overrides: Vec<_> = sets.iter().map(|set| set.parse().expect("an override is path=value")).collect();
    let source = Source { name: "test".to_owned(), text: text.to_owned(), origin: Origin::BuiltIn };
    load_source(source, &overrides).unwrap_or_else(|error| panic!("{error}")).plan
}

pub fn options(seed: u64) -> RunOptions {
    RunOptions { seed, liquidation: true, record: Keep::ALL, audit_every_tick: true }
}

pub fn run(plan: &Plan, options: &RunOptions) -> Outcome {
    simulate(plan, options, &mut |_| ControlFlow::Continue(()))
}

/// A running world.
pub struct Play {
    pub world: World,
    pub plan: Plan,
    schedule: Schedule,
    lots_at_start: Vec<i64>,
    cash_outside_at_start: i128,
    sent: u64,
    ticks: u32,
}

impl Play {
    pub fn new(plan: &Plan, options: &RunOptions) -> Self {
        let mut world = begin(plan, options);
        let schedule = tick::schedule(&mut world);
        let mut play = Self {
            world,
            plan: plan.clone(),
            schedule,
            lots_at_start: Vec::new(),
            cash_outside_at_start: 0,
            sent: 0,
            ticks: 0,
        };
        play.lots_at_start = play.lots_by_instrument();
        play.cash_outside_at_start = play.outside();
        play
    }

    pub fn by_hand(sets: &[&str]) -> Self {
        Self::new(&plan(BY_HAND, sets), &options(1))
    }

    /// Runs ticks and adds up afterwards.
    pub fn ticks(&mut self, count: u32) {
        for _ in 0..count {
            self.schedule.run(&mut self.world);
            self.ticks += 1;
            self.check_books();
        }
    }

    /// The rest of the run, and what it produced.
    pub fn finish(mut self) -> Outcome {
        self.ticks(self.plan.clock.ticks - self.ticks);
        finish(&self.plan, self.world, false)
    }

    /// What it has produced so far.
    pub fn stop(self) -> Outcome {
        finish(&self.plan, self.world, true)
    }

    /// An order for the next tick at a price in steps. Scripted orders reach the book first and in the order
    /// in which they are sent. They stand until they trade.
    pub fn limit(&mut self, account: &str, side: Side, lots: i64, price: i64) {
        self.send(account, side, lots, OrderKind::Limit { price: Price::new(price) }, TimeInForce::GoodTillCancel, 0);
    }

    /// As [`limit`](Self::limit), but after everybody else's orders of the tick.
    pub fn late_limit(&mut self, account: &str, side: Side, lots: i64, price: i64) {
        self.send(account, side, lots, OrderKind::Limit { price: Price::new(price) }, TimeInForce::GoodTillCancel, 9);
    }

    pub fn market(&mut self, account: &str, side: Side, lots: i64) {
        self.send(account, side, lots, OrderKind::Market, TimeInForce::ImmediateOrCancel, 0);
    }

    /// As [`limit`](Self::limit), at one of its instrument's venues.
    pub fn limit_at(&mut self, venue: &str, account: &str, side: Side, lots: i64, price: i64) {
        self.limit_for(venue, account, side, lots, price, 0);
    }

    /// The same, for so many ticks.
    pub fn limit_for(&mut self, venue: &str, account: &str, side: Side, lots: i64, price: i64, life: u32) {
        self.limit(account, side, lots, price);
        let intents = &mut state_mut(&mut self.world).intents;
        let intent = intents.orders.last_mut().expect("it was sent just now");
        let market = self.plan.markets.iter().position(|market| {
            market.instrument == intent.instrument && self.plan.venues[market.venue.index()].name == venue
        });
        intent.market = MarketId::from_index(market.expect("a venue of its instrument"));
        intent.life = life;
    }

    /// Best bid and ask of the first market at a venue.
    pub fn quotes_at(&self, venue: &str) -> (Option<i64>, Option<i64>) {
        let at = |market: &&MarketPlan| self.plan.venues[market.venue.index()].name == venue;
        let place = self.plan.markets.iter().position(|market| at(&market)).expect("a market at the venue");
        let book = state(&self.world).markets[MarketId::from_index(place)].book().expect("a book");
        (book.best_bid().map(Price::steps), book.best_ask().map(Price::steps))
    }

    /// As [`limit`](Self::limit), in any market: instruments in the order of the file, each on its venues in turn.
    pub fn limit_in(&mut self, market: usize, account: &str, side: Side, lots: i64, price: i64) {
        self.limit(account, side, lots, price);
        let instrument = self.plan.markets[market].instrument;
        let sent = state_mut(&mut self.world).intents.orders.last_mut().expect("it was just sent");
        (sent.instrument, sent.market) = (instrument, MarketId::from_index(market));
    }

    /// Lots of one instrument.
    pub fn held(&self, account: &str, instrument: &str) -> i64 {
        let accounts = &state(&self.world).ledger.accounts;
        let slot = accounts.slot_of(self.account(account), self.instrument(instrument));
        slot.map_or(0, |slot| accounts.lots(slot).get())
    }

    fn send(&mut self, account: &str, side: Side, lots: i64, kind: OrderKind, tif: TimeInForce, latency: u8) {
        let id = self.account(account);
        let instrument = self.plan.accounts[id.index()].slots[0].0;
        self.sent += 1;
        let intent = Intent {
            account: id,
            instrument,
            market: state(&self.world).scene.market_of(instrument),
            side,
            lots: Lots::new(lots),
            kind,
            time_in_force: tif,
            post_only: false,
            reduce_only: false,
            life: 0,
            cause: Cause::Voluntary,
            turn: (latency, self.sent),
        };
        state_mut(&mut self.world).intents.orders.push(intent);
    }

    pub fn account(&self, name: &str) -> AccountId {
        let mut all = (0..self.plan.account_count()).map(AccountId::from_index);
        all.find(|account| self.plan.account_name(*account) == name).unwrap_or_else(|| panic!("no account {name}"))
    }

    pub fn instrument(&self, name: &str) -> InstrumentId {
        let index = self.plan.instruments.iter().position(|instrument| instrument.name == name);
        InstrumentId::from_index(index.unwrap_or_else(|| panic!("no instrument {name}")))
    }

    /// In minor units.
    pub fn cash(&self, account: &str) -> i128 {
        state(&self.world).ledger.cash(self.account(account)).to_minor()
    }

    /// All the lots of an account, whatever they are of.
    pub fn lots(&self, account: &str) -> i64 {
        let accounts = &state(&self.world).ledger.accounts;
        accounts.slots(self.account(account)).map(|slot| accounts.lots(slot).get()).sum()
    }

    pub fn mark(&self, instrument: &str) -> i64 {
        state(&self.world).marks.price(self.instrument(instrument)).steps()
    }

    pub fn status(&self, account: &str) -> Status {
        state(&self.world).statuses.of(self.account(account))
    }

    pub fn standing(&self, account: &str) -> Standing {
        let account = self.account(account);
        let ledger = &state(&self.world).ledger;
        let terms = &state(&self.world).lenders[ledger.accounts.lender(account)].terms;
        standing(ledger, &state(&self.world).marks, terms, account)
    }

    /// Best bid and ask of the first market.
    pub fn quotes(&self) -> (Option<i64>, Option<i64>) {
        let book = state(&self.world).markets[MarketId::new(0)].book().expect("a book");
        (book.best_bid().map(Price::steps), book.best_ask().map(Price::steps))
    }

    /// Best bid and ask of the first market as everybody sees them.
    pub fn quotes_seen(&self) -> (Option<i64>, Option<i64>) {
        let seen = &state(&self.world).view.markets[0];
        (seen.bid.map(Price::steps), seen.ask.map(Price::steps))
    }

    /// Whether the first market stands still, whether orders wait or are refused.
    pub fn is_halted(&self) -> bool {
        let halts = &state(&self.world).halts;
        halts.is_paused(firesale::units::MarketId::new(0))
    }

    /// What informed traders think an instrument is worth, as a multiple of the start.
    pub fn value(&self, instrument: &str) -> f64 {
        state(&self.world).view.value(self.instrument(instrument))
    }

    /// What options on it are priced with, a day.
    pub fn volatility(&self, instrument: &str) -> f64 {
        state(&self.world).marks.volatility(self.instrument(instrument))
    }

    /// Best bid and ask of an instrument's first market.
    pub fn quotes_of(&self, instrument: &str) -> (Option<i64>, Option<i64>) {
        let market = state(&self.world).scene.market_of(self.instrument(instrument));
        let book = state(&self.world).markets[market].book().expect("a book");
        (book.best_bid().map(Price::steps), book.best_ask().map(Price::steps))
    }

    fn lots_by_instrument(&self) -> Vec<i64> {
        let accounts = &state(&self.world).ledger.accounts;
        let mut sums = vec![0; self.plan.instruments.len()];
        for slot in accounts.ids().flat_map(|account| accounts.slots(account)) {
            sums[accounts.instrument(slot).index()] += accounts.lots(slot).get();
        }
        sums
    }

    fn outside(&self) -> i128 {
        let purses = &state(&self.world).ledger.purses;
        purses.balance(purses.outside()).to_minor()
    }

    /// Nothing appeared and nothing vanished, by sums alone.
    fn check_books(&self) {
        let ledger = &state(&self.world).ledger;
        assert_eq!(ledger.purses.balances().sum::<i128>(), 0, "all purses together hold nothing, tick {}", self.ticks);
        let struck = state(&self.world).struck.0;
        let mut minted = vec![0; self.plan.instruments.len()];
        let mut paid_in = 0;
        let events = &state(&self.world).gather.events;
        for (index, shock) in self.plan.shocks[..struck].iter().enumerate() {
            if events.iter().any(|(_, event)| *event == Event::Undelivered(index)) {
                continue;
            }
            match &shock.kind {
                ShockKind::Issue(own) => minted[own.instrument.index()] += own.lots.get(),
                ShockKind::Cash(own) => paid_in += own.amount.to_minor(),
                _ => {}
            }
        }
        for step in &state(&self.world).gather.treasury {
            let plan = self.plan.traders[step.firm.index()].firm.as_ref();
            let kind = step.source.and_then(|source| Some(plan?.sources[source].kind));
            paid_in += match (step.what, kind) {
                // What an event asked for and did not get.
                (What::Owed, _) => step.amount.to_minor(),
                (What::Arrival, Some(SourceKind::Repo { .. } | SourceKind::Line { .. })) => step.amount.to_minor(),
                (What::Arrival, Some(kind @ SourceKind::Fund { .. })) => -kind.fee(step.amount).to_minor(),
                _ => 0,
            };
        }
        // Who repays a debt out of the collateral it sells in the market leaves with its bonus.
        let bonus = |trade: &TradeRecord| {
            let forced = match trade.aggressor {
                Some(Side::Sell) => trade.cause.is_forced(),
                Some(Side::Buy) => trade.resting_cause.is_forced(),
                None => trade.cause.is_forced() || trade.resting_cause.is_forced(),
            };
            let lender = self.plan.lender_of(trade.seller);
            let about = &self.plan.instruments[self.plan.markets[trade.market.index()].instrument.index()];
            let proceeds = about.step_value.value(trade.lots, trade.price);
            if forced { self.plan.lenders[lender.index()].policy.much.bonus_in(proceeds).to_minor() } else { 0 }
        };
        paid_in -= state(&self.world).gather.trades.iter().map(bonus).sum::<i128>();
        assert_eq!(self.outside(), self.cash_outside_at_start - paid_in, "only shocks and loans bring cash in");
        for (index, now) in self.lots_by_instrument().into_iter().enumerate() {
            let expected = match self.plan.instruments[index].kind {
                kind if kind.sums_to_zero() => 0,
                _ => self.lots_at_start[index] + minted[index],
            };
            assert_eq!(now, expected, "lots of {}, tick {}", self.plan.instruments[index].name, self.ticks);
        }
    }
}
