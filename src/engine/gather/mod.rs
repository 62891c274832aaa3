//! What happened, in ids and whole numbers, while the world runs.
//!
//! Stages hand facts in as they occur; names, units and text come at the end, in `record::tabulate`.
//! What a run does not keep costs nothing; what the summary needs is kept always, in constant space for
//! each instrument and session.

mod path;
mod records;

pub use path::Path;
pub use records::*;

use super::gauges::Gauges;
use crate::plan::{Calendar, LayerPlan};
use crate::tick::trays::Push;
use ground::units::{
    AccountId, BreachId, Cash, Cause, InstrumentId, LenderId, Lots, MarketId, Price, Rate, Side, Tick, Time, TraderId,
};
use mechanics::book::Fill;
use mechanics::halts::Pause;
use mechanics::screen::Refusal;
use mechanics::treasury::step::Step;
use mechanics::waterfall::Payer;
use results::keep::Keep;
use std::collections::{BTreeMap, BTreeSet};

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

#[derive(Clone, Debug)]
pub struct Gather {
    keep: Keep,
    /// What the world wants to know of stretches of time.
    pub gauges: Gauges,
    compare_from: Option<Tick>,
    /// Ticks that a row of prices covers.
    prices_every: u32,
    closing: bool,
    /// By lender, what its forced orders closed, at the marks of the breaches, by the end of the tick.
    pub closed: BTreeMap<LenderId, Vec<(Time, Cash)>>,
    /// By market: what was traded, and what of it was forced, since its last row.
    since_row: Vec<[Lots; 3]>,
    pub ticks: u32,
    pub paths: Vec<Path>,
    /// Marks by tick, of the markets that somebody asks them of.
    pub marks: BTreeMap<MarketId, Vec<Price>>,
    pub prices: Vec<PriceRecord>,
    pub pegs: Vec<PegRecord>,
    pub pools: Vec<PoolRecord>,
    /// Each pool as it was last seen.
    pub last_pools: Vec<PoolRecord>,
    /// Each peg as it was last seen.
    pub last_pegs: Vec<PegRecord>,
    pub trades: Vec<TradeRecord>,
    pub accounts: Vec<AccountRecord>,
    pub firms: Vec<FirmRecord>,
    pub populations: Vec<PopulationRecord>,
    pub deposits: Vec<DepositRecord>,
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
            closing: false,
            closed: BTreeMap::new(),
            since_row: vec![[Lots::ZERO; 3]; starts.len()],
            ticks: 0,
            paths: starts.iter().map(|start| Path::new(*start, sessions)).collect(),
            marks: BTreeMap::new(),
            prices: Vec::new(),
            pegs: Vec::new(),
            pools: Vec::new(),
            last_pools: Vec::new(),
            last_pegs: Vec::new(),
            trades: Vec::new(),
            accounts: Vec::new(),
            firms: Vec::new(),
            populations: Vec::new(),
            deposits: Vec::new(),
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

    /// A lender's forced orders closed what was worth so much at the mark of its breach.
    pub fn closed(&mut self, lender: LenderId, now: Time, worth: Cash) {
        let own = self.closed.entry(lender).or_default();
        match own.last_mut().filter(|(then, _)| *then == now) {
            Some((_, sum)) => *sum += worth,
            None => own.push((now, worth)),
        }
    }

    /// A session ends with this tick, and so does what is left of a row of prices.
    pub fn close(&mut self, closing: bool) {
        self.closing = closing;
    }

    pub fn with_prices_every(self, ticks: u32) -> Self {
        Self { prices_every: ticks.max(1), ..self }
    }

    /// Whether this tick, if it is kept at all, ends a row of prices.
    pub fn keeps_prices(&self, tick: Tick) -> bool {
        self.keep.prices && self.ends_row(tick)
    }

    fn ends_row(&self, tick: Tick) -> bool {
        self.closing || (tick.index() + 1).is_multiple_of(self.prices_every)
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

    /// All pools at the end of a tick.
    pub fn pools(&mut self, tick: Tick, records: impl Iterator<Item = PoolRecord>) {
        self.last_pools.clear();
        self.last_pools.extend(records);
        if self.keeps_prices(tick) {
            self.pools.extend_from_slice(&self.last_pools);
        }
    }

    pub fn price(&mut self, session: usize, record: PriceRecord) {
        self.paths[record.market.index()].take(session, self.compare_from, &record);
        if let Some(marks) = self.marks.get_mut(&record.market) {
            marks.push(record.mark);
        }
        self.gauges.price(&record);
        if self.keep.prices {
            let [volume, forced, blocks] = &mut self.since_row[record.market.index()];
            *volume += record.volume;
            *forced += record.forced_volume;
            *blocks += record.block_volume;
            if self.ends_row(record.tick) {
                let [volume, forced_volume, block_volume] = std::mem::take(&mut self.since_row[record.market.index()]);
                self.prices.push(PriceRecord { volume, forced_volume, block_volume, ..record });
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
        (layer, winner, rank): (LayerPlan, AccountId, f64),
        amount: Cash,
    ) {
        let (breach, payer, rank) = (Some(breach), Some(Payer::Account(winner)), Some(rank));
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
