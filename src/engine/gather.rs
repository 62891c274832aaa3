//! What happened, in ids and whole numbers, while the world runs.
//!
//! Stages hand facts in as they occur; names, units and text come at the end, in `record::tabulate`.
//! What a run does not keep costs nothing; what the summary needs is kept always, in constant space for
//! each instrument and session.

use super::gauges::Gauges;
use crate::plan::{Calendar, LayerPlan};
use crate::tick::trays::Push;
use bevy_ecs::prelude::Resource;
use ground::units::{
    AccountId, BreachId, Cash, Cause, FundId, InstrumentId, LenderId, Lots, MarketId, Price, Rate, Side, Span, Tick,
    Time, TraderId,
};
use mechanics::book::Fill;
use mechanics::halts::Pause;
use mechanics::margin::Standing;
use mechanics::mint_burn::{PegView, Redeemed};
use mechanics::screen::Refusal;
use mechanics::treasury::step::Step;
use mechanics::waterfall::Payer;
use results::keep::Keep;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Copy, Debug)]
pub struct PriceRecord {
    pub tick: Tick,
    pub market: MarketId,
    pub bid: Option<Price>,
    pub ask: Option<Price>,
    pub mark: Price,
    pub bid_depth: Lots,
    pub ask_depth: Lots,
    pub volume: Lots,
    pub forced_volume: Lots,
    pub halted: bool,
}

/// A peg at the end of a tick.
#[derive(Clone, Copy, Debug)]
pub struct PegRecord {
    pub tick: Tick,
    /// Index among the plan's pegs.
    pub peg: usize,
    pub view: PegView,
    /// Burnt and minted since the start.
    pub all: Redeemed,
    pub coin: Price,
    pub sister: Price,
}

#[derive(Clone, Copy, Debug)]
pub struct TradeRecord {
    pub tick: Tick,
    pub market: MarketId,
    pub price: Price,
    pub lots: Lots,
    pub buyer: AccountId,
    pub seller: AccountId,
    pub aggressor: Option<Side>,
    pub cause: Cause,
    pub resting_cause: Cause,
}

#[derive(Clone, Copy, Debug)]
pub struct AccountRecord {
    pub tick: Tick,
    pub account: AccountId,
    pub stands: Standing,
    pub cash: Cash,
    pub gross: Cash,
    pub status: &'static str,
}

#[derive(Clone, Copy, Debug)]
pub struct FirmRecord {
    pub tick: Tick,
    pub firm: TraderId,
    pub value: Cash,
    pub deliverable: Cash,
    pub calls_due: Cash,
    pub gross: Cash,
    /// What its positions gained since they were opened, where the world says at what price.
    pub paper: Cash,
    /// This is the last tick of a session.
    pub closing: bool,
}

#[derive(Clone, Copy, Debug)]
pub struct LenderRecord {
    pub tick: Tick,
    pub lender: LenderId,
    pub capital: Cash,
    pub exposure: Cash,
    pub unsold: Cash,
    pub loss: Cash,
    /// What its funds hold together.
    pub funds: Cash,
    pub failed: bool,
}

#[derive(Clone, Copy, Debug)]
pub struct WaterfallRecord {
    pub tick: Tick,
    /// That lacked it.
    pub account: AccountId,
    /// `None`: the run, or its lender, ended before the account was in breach.
    pub breach: Option<BreachId>,
    pub layer: LayerPlan,
    /// `None`: the layer was reached and had nothing.
    pub payer: Option<Payer>,
    pub amount: Cash,
    /// Of who was deleveraged: what put it where it stood in the queue.
    pub rank: Option<f64>,
}

/// Several accounts of one kind, together.
#[derive(Clone, Copy, Debug)]
pub struct PopulationRecord {
    pub tick: Tick,
    /// Its place among the populations of the plan.
    pub population: usize,
    /// Members that are neither healthy nor called.
    pub broken: usize,
    /// Of all members: what a tenth has less than, the median, and what a tenth has more than.
    pub equity: [Cash; 3],
}

/// A market that stood still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HaltRecord {
    /// From the end of this tick or, by a shock, from its beginning.
    pub tick: Tick,
    pub since: Time,
    pub market: MarketId,
    pub pause: Pause,
    /// When it went on, or stood still for another reason; `None` at the end of the run.
    pub reopened: Option<Time>,
}

/// What one auction sold to one bidder, or (without a sale) did not sell.
#[derive(Clone, Copy, Debug)]
pub struct AuctionRecord {
    pub tick: Tick,
    pub breach: BreachId,
    pub instrument: InstrumentId,
    pub market: MarketId,
    pub way: &'static str,
    pub side: Side,
    pub lots: Lots,
    pub mark: Price,
    /// To whom, and at what price.
    pub sale: Option<(AccountId, Price)>,
    pub bids: u32,
    /// How long it had been on offer.
    pub open: Span,
}

#[derive(Clone, Copy, Debug)]
pub struct FundRecord {
    pub tick: Tick,
    pub lender: LenderId,
    pub fund: FundId,
    pub balance: Cash,
}

/// Who has a claim on a failed lender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claimant {
    Client(AccountId),
    /// One of its own lenders.
    Creditor(LenderId),
}

#[derive(Clone, Copy, Debug)]
pub struct ClaimRecord {
    pub tick: Tick,
    pub lender: LenderId,
    pub claimant: Claimant,
    /// All that it is worth at the mark: equity of a client, the loan of a creditor.
    pub equity: Cash,
    /// The part of it that is a claim.
    pub claim: Cash,
    pub lost: Cash,
    /// What it was handed back at once.
    pub returned: Cash,
}

/// An order that did not reach a book.
#[derive(Clone, Copy, Debug)]
pub struct RefusalRecord {
    pub tick: Tick,
    pub account: AccountId,
    pub instrument: InstrumentId,
    /// Where it would have been matched.
    pub market: MarketId,
    pub side: Side,
    pub lots: Lots,
    pub reason: Refusal,
}

/// By [`Refusal`].
pub type RefusalCounts = [u64; Refusal::ALL.len()];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// Index into the plan's shocks.
    Shock(usize),
    /// A shock that was to hand units to an account which is closed: none were made.
    Undelivered(usize),
    LenderFailed(LenderId),
    /// A client's lenders stand still.
    Standstill(TraderId),
    /// One of them does so no longer.
    Defected(LenderId, TraderId),
    StandstillOver(TraderId),
    /// A shock cancelled so many trades of so many lots together; others stand.
    TradesCancelled {
        shock: usize,
        trades: u32,
        lots: Lots,
        stand: u32,
    },
    /// An account had been sold out at prices that a shock cancelled: lots undone, and lots of which the trades stand.
    SoldOutAtCancelled {
        shock: usize,
        breach: BreachId,
        undone: Lots,
        stand: Lots,
    },
    /// Longs of a perpetual paid this rate of its value to shorts.
    Funding(InstrumentId, Rate),
}

/// One market in one session.
#[derive(Clone, Copy, Debug)]
pub struct DayRecord {
    pub open: Price,
    pub high: Price,
    pub low: Price,
    pub close: Price,
    pub volume: Lots,
    pub forced_volume: Lots,
}

/// One market over the whole run, and since the moment from which runs are compared.
#[derive(Clone, Debug)]
pub struct Path {
    pub start: Price,
    pub min: Price,
    pub max: Price,
    pub end: Price,
    pub volume: Lots,
    pub forced_volume: Lots,
    /// Highest mark so far, and the largest fall from such a height as (height, mark).
    peak: Price,
    pub drawdown: f64,
    /// Lowest mark so far, and the largest rise from such a depth.
    trough: Price,
    pub rise: f64,
    /// Mark at the moment of comparison, and the lowest since.
    pub compared: Option<(Price, Price)>,
    pub days: Vec<DayRecord>,
}

impl Path {
    fn new(start: Price, sessions: usize) -> Self {
        Self {
            start,
            min: start,
            max: start,
            end: start,
            volume: Lots::ZERO,
            forced_volume: Lots::ZERO,
            peak: start,
            drawdown: 0.0,
            trough: start,
            rise: 0.0,
            compared: None,
            days: Vec::with_capacity(sessions),
        }
    }

    /// Largest fall since the moment of comparison, as a share of the mark then.
    pub fn fall_compared(&self) -> f64 {
        match self.compared {
            Some((from, low)) if from.steps() > 0 => (from - low) as f64 / from.steps() as f64,
            _ => 0.0,
        }
    }

    fn take(&mut self, session: usize, compare_from: Option<Tick>, record: &PriceRecord) {
        let mark = record.mark;
        self.min = self.min.min(mark);
        self.max = self.max.max(mark);
        self.end = mark;
        self.peak = self.peak.max(mark);
        self.volume += record.volume;
        self.forced_volume += record.forced_volume;
        if self.peak.steps() > 0 {
            self.drawdown = self.drawdown.max((self.peak - mark) as f64 / self.peak.steps() as f64);
        }
        self.trough = self.trough.min(mark);
        if self.trough.steps() > 0 {
            self.rise = self.rise.max((mark - self.trough) as f64 / self.trough.steps() as f64);
        }
        match (&mut self.compared, compare_from) {
            (Some((_, low)), _) => *low = mark.min(*low),
            (None, None) => self.compared = Some((self.start, mark.min(self.start))),
            (None, Some(from)) if record.tick >= from => self.compared = Some((mark, mark)),
            (None, Some(_)) => {}
        }
        if self.days.len() <= session {
            let none = Lots::ZERO;
            let fresh = DayRecord { open: mark, high: mark, low: mark, close: mark, volume: none, forced_volume: none };
            self.days.push(fresh);
        }
        let day = &mut self.days[session];
        day.high = day.high.max(mark);
        day.low = day.low.min(mark);
        day.close = mark;
        day.volume += record.volume;
        day.forced_volume += record.forced_volume;
    }
}

/// Who pushed a market, tick by tick: what the cascade is traced by.
#[derive(Clone, Copy, Debug)]
pub struct PushRecord {
    pub tick: Tick,
    pub side: Side,
    pub cause: Cause,
    pub lots: Lots,
}

/// Where news says that a price should be, until it has been there.
#[derive(Clone, Copy, Debug)]
struct News {
    /// In steps.
    target: f64,
    /// Which way the price has to go: who trades this way carries the news.
    side: Side,
}

/// Pushes of one market for which memory is set aside at the start: three megabytes.
const MOST_RESERVED: usize = 1 << 17;

#[derive(Clone, Debug, Resource)]
pub struct Gather {
    keep: Keep,
    /// What the world wants to know of stretches of time.
    pub gauges: Gauges,
    compare_from: Option<Tick>,
    /// Ticks that a row of prices covers.
    prices_every: u32,
    /// By market: what was traded, and what of it was forced, since its last row.
    since_row: Vec<(Lots, Lots)>,
    pub ticks: u32,
    pub paths: Vec<Path>,
    /// Marks by tick, of the markets that somebody asks them of.
    pub marks: BTreeMap<MarketId, Vec<Price>>,
    pub prices: Vec<PriceRecord>,
    pub pegs: Vec<PegRecord>,
    /// Each peg as it was last seen.
    pub last_pegs: Vec<PegRecord>,
    pub trades: Vec<TradeRecord>,
    pub accounts: Vec<AccountRecord>,
    pub firms: Vec<FirmRecord>,
    pub populations: Vec<PopulationRecord>,
    pub lenders: Vec<LenderRecord>,
    pub waterfall: Vec<WaterfallRecord>,
    pub auctions: Vec<AuctionRecord>,
    pub funds: Vec<FundRecord>,
    pub claims: Vec<ClaimRecord>,
    /// What firms did for money, step by step.
    pub treasury: Vec<Step>,
    pub events: Vec<(Tick, Event)>,
    pub halts: Vec<HaltRecord>,
    pub pushes: Vec<Vec<PushRecord>>,
    /// By market: news that the price has not caught up with.
    news: Vec<Option<News>>,
    /// Orders that passed the screen.
    pub orders: u64,
    pub refusals: RefusalCounts,
    /// Of watched accounts.
    pub refusals_by_account: BTreeMap<AccountId, RefusalCounts>,
    pub refused: Vec<RefusalRecord>,
    /// Accounts for which others had to pay.
    pub bankrupt: BTreeSet<AccountId>,
    /// By firm in plan order: value and cash at the first tick, and the least cash.
    pub firm_marks: Vec<(TraderId, Cash, Cash, Cash)>,
    /// Firms at the closes, session by session.
    pub firm_closes: Vec<FirmRecord>,
    /// By firm: the first tick in which it was worth less than nothing.
    pub insolvent: BTreeMap<TraderId, Tick>,
}

impl Gather {
    pub fn new(keep: Keep, compare_from: Option<Tick>, starts: &[Price], clock: &Calendar) -> Self {
        let sessions = clock.sessions.len();
        // A purchase and a sale a tick, as in ordinary times. More grows as a vector does.
        let pushes = (2 * clock.ticks as usize).min(MOST_RESERVED);
        Self {
            keep,
            gauges: Gauges::default(),
            compare_from,
            prices_every: 1,
            since_row: vec![(Lots::ZERO, Lots::ZERO); starts.len()],
            ticks: 0,
            paths: starts.iter().map(|start| Path::new(*start, sessions)).collect(),
            marks: BTreeMap::new(),
            prices: Vec::new(),
            pegs: Vec::new(),
            last_pegs: Vec::new(),
            trades: Vec::new(),
            accounts: Vec::new(),
            firms: Vec::new(),
            populations: Vec::new(),
            lenders: Vec::new(),
            waterfall: Vec::new(),
            auctions: Vec::new(),
            funds: Vec::new(),
            claims: Vec::new(),
            treasury: Vec::new(),
            events: Vec::new(),
            halts: Vec::new(),
            pushes: starts.iter().map(|_| Vec::with_capacity(pushes)).collect(),
            news: vec![None; starts.len()],
            orders: 0,
            refusals: [0; Refusal::ALL.len()],
            refusals_by_account: BTreeMap::new(),
            refused: Vec::new(),
            bankrupt: BTreeSet::new(),
            firm_marks: Vec::new(),
            firm_closes: Vec::new(),
            insolvent: BTreeMap::new(),
        }
    }

    /// Keeps the marks of these markets.
    #[must_use]
    pub fn with_marks_of(mut self, markets: impl IntoIterator<Item = MarketId>) -> Self {
        self.marks = markets.into_iter().map(|market| (market, Vec::new())).collect();
        self
    }

    pub fn with_prices_every(self, ticks: u32) -> Self {
        Self { prices_every: ticks.max(1), ..self }
    }

    /// Whether this tick, if it is kept at all, ends a row of prices.
    pub fn keeps_prices(&self, tick: Tick) -> bool {
        self.keep.prices && (tick.index() + 1).is_multiple_of(self.prices_every)
    }

    /// Whether it is written down who broke whom.
    pub fn keeps_cascade(&self) -> bool {
        self.keep.cascade
    }

    /// All pegs at the end of a tick.
    pub fn pegs(&mut self, tick: Tick, records: impl Iterator<Item = PegRecord>) {
        self.last_pegs.clear();
        self.last_pegs.extend(records);
        if self.keeps_prices(tick) {
            self.pegs.extend_from_slice(&self.last_pegs);
        }
    }

    pub fn price(&mut self, session: usize, record: PriceRecord) {
        self.paths[record.market.index()].take(session, self.compare_from, &record);
        if let Some(marks) = self.marks.get_mut(&record.market) {
            marks.push(record.mark);
        }
        self.gauges.price(&record);
        if self.keep.prices {
            let (volume, forced) = &mut self.since_row[record.market.index()];
            *volume += record.volume;
            *forced += record.forced_volume;
            if (record.tick.index() + 1).is_multiple_of(self.prices_every) {
                let (volume, forced_volume) = (std::mem::take(volume), std::mem::take(forced));
                self.prices.push(PriceRecord { volume, forced_volume, ..record });
            }
        }
    }

    /// `causes`: why the side that pushed traded, and why the other did.
    pub fn trade(&mut self, tick: Tick, market: MarketId, fill: &Fill, accounts: [AccountId; 2], causes: [Cause; 2]) {
        if self.keep.trades {
            let ([buyer, seller], [cause, resting_cause]) = (accounts, causes);
            let Fill { price, quantity: lots, aggressor, .. } = *fill;
            let record = TradeRecord { tick, market, price, lots, buyer, seller, aggressor, cause, resting_cause };
            self.trades.push(record);
        }
    }

    /// News changes by a ratio what an instrument is worth, of which this is the mark. What comes while the price has not
    /// caught up with what came before adds to that.
    pub fn news(&mut self, market: MarketId, mark: Price, change: f64) {
        let mark = mark.steps() as f64;
        let open = &mut self.news[market.index()];
        let target = open.map_or(mark, |news| news.target) * (1.0 + change);
        let side = if target < mark { Side::Sell } else { Side::Buy };
        *open = (target != mark).then_some(News { target, side });
    }

    /// Voluntary volume that pushes the price where news says it should be counts as the news, until it is there.
    pub fn pushes(&mut self, tick: Tick, pushes: &[Push]) {
        for push in pushes {
            let Push { market, side, mut cause, lots } = *push;
            if cause == Cause::Voluntary && self.news[market.index()].is_some_and(|news| news.side == side) {
                cause = Cause::News;
            }
            self.pushes[market.index()].push(PushRecord { tick, side, cause, lots });
        }
        for (news, path) in self.news.iter_mut().zip(&self.paths) {
            let mark = path.end.steps() as f64;
            *news = news.filter(|news| if news.side == Side::Sell { mark > news.target } else { mark < news.target });
        }
    }

    pub fn keeps_accounts(&self) -> bool {
        self.keep.accounts
    }

    pub fn population(&mut self, record: PopulationRecord) {
        self.populations.push(record);
    }

    pub fn account(&mut self, record: AccountRecord) {
        if self.keep.accounts {
            self.accounts.push(record);
        }
    }

    pub fn firm(&mut self, record: FirmRecord) {
        match self.firm_marks.binary_search_by_key(&record.firm, |(firm, ..)| *firm) {
            Ok(place) => {
                let (.., least) = &mut self.firm_marks[place];
                *least = record.deliverable.min(*least);
            }
            Err(place) => {
                let first = (record.firm, record.value, record.deliverable, record.deliverable);
                self.firm_marks.insert(place, first);
            }
        }
        if record.closing {
            self.firm_closes.push(record);
        }
        if record.value.is_negative() {
            self.insolvent.entry(record.firm).or_insert(record.tick);
        }
        if self.keep.firms {
            self.firms.push(record);
        }
    }

    pub fn lender(&mut self, record: LenderRecord) {
        if self.keep.lenders {
            self.lenders.push(record);
        }
    }

    pub fn waterfall(
        &mut self,
        tick: Tick,
        (account, breach): (AccountId, Option<BreachId>),
        (layer, payer): (LayerPlan, Option<Payer>),
        amount: Cash,
    ) {
        self.waterfall.push(WaterfallRecord { tick, account, breach, layer, payer, amount, rank: None });
    }

    /// A winner whose position closed another's, and the gain that it forwent.
    pub fn deleveraged(
        &mut self,
        tick: Tick,
        (account, breach): (AccountId, BreachId),
        (layer, winner, rank): (LayerPlan, AccountId, Option<f64>),
        amount: Cash,
    ) {
        let (breach, payer) = (Some(breach), Some(Payer::Account(winner)));
        self.waterfall.push(WaterfallRecord { tick, account, breach, layer, payer, amount, rank });
    }

    /// What a lender's row of the last tick says is put right by what the end of the run made it lose.
    pub fn restate_lender(&mut self, tick: Tick, lender: LenderId, loss: Cash, capital: Cash) {
        if let Some(last) = self.lenders.iter_mut().rev().find(|record| record.lender == lender)
            && last.tick == tick
        {
            (last.loss, last.capital) = (loss, capital);
        }
    }

    pub fn fund(&mut self, record: FundRecord) {
        if self.keep.lenders {
            self.funds.push(record);
        }
    }

    pub fn auction(&mut self, record: AuctionRecord) {
        self.auctions.push(record);
    }

    pub fn note(&mut self, tick: Tick, event: Event) {
        self.events.push((tick, event));
    }

    pub fn shock(&mut self, tick: Tick, index: usize) {
        self.events.push((tick, Event::Shock(index)));
    }

    pub fn lender_failed(&mut self, tick: Tick, lender: LenderId) {
        self.events.push((tick, Event::LenderFailed(lender)));
    }

    /// A market stands still from then on. What it stood still for until then is over.
    pub fn paused(&mut self, tick: Tick, since: Time, market: MarketId, pause: Pause) {
        self.reopened(since, market);
        self.halts.push(HaltRecord { tick, since, market, pause, reopened: None });
    }

    pub fn reopened(&mut self, now: Time, market: MarketId) {
        let open = self.halts.iter_mut().rev().find(|halt| halt.market == market);
        if let Some(halt) = open.filter(|halt| halt.reopened.is_none()) {
            halt.reopened = Some(now);
        }
    }

    pub fn undelivered(&mut self, tick: Tick, index: usize) {
        self.events.push((tick, Event::Undelivered(index)));
    }

    pub fn funding(&mut self, tick: Tick, instrument: InstrumentId, rate: Rate) {
        self.events.push((tick, Event::Funding(instrument, rate)));
    }

    pub fn refused(&mut self, watched: bool, record: RefusalRecord) {
        self.refusals[record.reason as usize] += 1;
        if watched {
            let counts = self.refusals_by_account.entry(record.account).or_default();
            counts[record.reason as usize] += 1;
        }
        if self.keep.refusals {
            self.refused.push(record);
        }
    }
}
