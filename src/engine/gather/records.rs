//! What a run hands on, one struct a kind of row: ids and whole numbers.

use crate::plan::LayerPlan;
use ground::units::{
    AccountId, BreachId, Cash, Cause, FundId, InstrumentId, LenderId, Lots, MarketId, Price, Rate, Side, Span, Tick,
    Time, TraderId,
};
use mechanics::deposits::DepositsView;
use mechanics::halts::Pause;
use mechanics::margin::Standing;
use mechanics::mint_burn::PegView;
use mechanics::screen::Refusal;
use mechanics::waterfall::Payer;

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
    /// Sold off the book.
    pub block_volume: Lots,
    /// Lots that somebody is long, over all holders; `None` of what has an issuer, and where no row is kept.
    pub open_interest: Option<Lots>,
    pub halted: bool,
}

/// Deposits of holders of one size at the end of a tick.
#[derive(Clone, Copy, Debug)]
pub struct DepositRecord {
    pub tick: Tick,
    pub lender: LenderId,
    /// By size, see [`crate::tick::state::Taken::classes`].
    pub class: usize,
    pub holders: u32,
    /// What they had at the start, and have still, sold or not asked for alike.
    pub begun: Lots,
    pub kept: Lots,
    pub paid_out: Lots,
    /// What they have: units at the mark, and money beyond that of the start.
    pub worth: Cash,
    pub seen: DepositsView,
}

/// A peg at the end of a tick.
#[derive(Clone, Copy, Debug)]
pub struct PegRecord {
    pub tick: Tick,
    /// Index among the plan's pegs.
    pub peg: usize,
    pub view: PegView,
    pub coin: Price,
    pub sister: Price,
    /// How many more there are of each than at the start.
    pub more: [Lots; 2],
}

/// A pool at the end of a tick.
#[derive(Clone, Copy, Debug)]
pub struct PoolRecord {
    pub tick: Tick,
    pub market: MarketId,
    pub price: Option<Price>,
    pub lots: Lots,
    pub money: Cash,
    /// In parts of [`mechanics::pool::START`].
    pub shares: u128,
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
    /// In the night before its tick, or at its end.
    pub at: Time,
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
    /// Lenders of one client agreed to sell together.
    SellTogether(TraderId),
    TogetherOver(TraderId),
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
    /// Sold off the book.
    pub block_volume: Lots,
}

/// Who pushed a market, tick by tick: what the cascade is traced by.
#[derive(Clone, Copy, Debug)]
pub struct PushRecord {
    pub tick: Tick,
    pub side: Side,
    pub cause: Cause,
    pub lots: Lots,
}
