//! One struct a table: what a run writes down, row by row, in the reader's units.
//!
//! Rows are where whole numbers become what a person reads: money in major units of the world's
//! currency, prices per unit of the instrument, quantities in units (not lots), rates as ratios,
//! times as moments of the world's clock. Every string is a name from the world file. Charts, summaries and Parquet
//! files are all made from these rows, so a chart drawn from a finished run's folder is the chart
//! that the run itself drew. Nothing here feeds back into the simulation.

pub use crate::coins::{DepositRow, PegRow, PoolRow};
use crate::stamp::Stamp;
use crate::table::{About, Row};
use derive::Row;
use std::borrow::Cow;

/// A name in a row: a run has millions of rows and few names, and the clone of a long one is its pointer.
pub type Name = ecow::EcoString;

/// One of a few words that the program chooses.
pub type Word = Cow<'static, str>;

/// One instrument on one venue at the end of one tick.
#[derive(Clone, Debug, PartialEq, Row)]
#[row(table = "prices", money)]
pub struct PriceRow {
    pub tick: u32,
    pub time: Stamp,
    pub instrument: Name,
    pub venue: Name,
    /// Middle of best bid and best ask; absent while a side is empty.
    pub mid: Option<f64>,
    /// What positions in the instrument are carried at: the same on all its venues.
    pub mark: f64,
    /// Best price at which somebody would buy; empty without one.
    pub bid: Option<f64>,
    /// Best price at which somebody would sell; empty without one.
    pub ask: Option<f64>,
    /// Resting quantity within 1 % of the mark.
    pub bid_depth_1pct_units: f64,
    pub ask_depth_1pct_units: f64,
    /// Traded in the book, or wherever else the price forms.
    pub volume_units: f64,
    /// Part of that volume in which one side was an order that a lender placed.
    pub forced_volume_units: f64,
    /// Sold off the book by lenders, in blocks and auctions: on the tape, and no part of `volume_units`.
    pub block_volume_units: f64,
    /// Of a contract: what its holders are long together, which is what they are short; absent of what is owned.
    pub open_interest_units: Option<f64>,
    /// Nothing is matched.
    pub halted: bool,
}

/// One fill.
#[derive(Clone, Debug, PartialEq, Row)]
#[row(table = "trades", money)]
pub struct TradeRow {
    pub tick: u32,
    pub time: Stamp,
    pub instrument: Name,
    pub venue: Name,
    pub price: f64,
    pub quantity_units: f64,
    /// The account that bought.
    pub buyer: Name,
    /// The account that sold.
    pub seller: Name,
    /// `buy`, `sell`, or `auction`.
    pub aggressor: Word,
    /// `voluntary`, `forced`, or `shock`: why the aggressor traded; in an auction, why those on the side
    /// towards which the price moved did.
    pub cause: Word,
    /// The same of the other side. A fill counts as forced volume (`forced_volume_units` in `prices`) when either is
    /// `forced`.
    pub resting_cause: Word,
}

/// One watched account at the end of one tick.
#[derive(Clone, Debug, PartialEq, Row)]
#[row(table = "accounts", money)]
pub struct AccountRow {
    pub tick: u32,
    pub time: Stamp,
    pub account: Name,
    pub trader: Name,
    pub lender: Name,
    /// All that it holds at mark, less what it owes.
    pub equity: f64,
    /// What of that counts for margin, after haircuts and caps.
    pub equity_counted: f64,
    /// Initial margin requirement.
    pub im: f64,
    /// Maintenance margin requirement.
    pub mm: f64,
    /// Negative is borrowed.
    pub cash: f64,
    /// Gross exposure over equity; absent when equity is not positive.
    pub leverage_ratio: Option<f64>,
    /// `healthy`, `called`, `breached`, `closed`, or `frozen` at a lender that failed.
    pub state: Word,
}

/// The members of one population on margin, every few ticks: single ones have no rows.
#[derive(Clone, Debug, PartialEq, Row)]
#[row(table = "populations", money)]
pub struct PopulationRow {
    pub tick: u32,
    pub time: Stamp,
    /// Name of the population.
    pub population: String,
    /// How many there are.
    pub members: u32,
    /// Those that are breached, closed, or frozen.
    pub broken: u32,
    /// A tenth of the members has less.
    pub equity_low: f64,
    /// Half of the members have more.
    pub equity_median: f64,
    /// A tenth of the members has more.
    pub equity_high: f64,
}

/// The two ledgers of one firm at the end of one tick.
#[derive(Clone, Debug, PartialEq, Row)]
#[row(table = "firms", money)]
pub struct FirmRow {
    pub tick: u32,
    pub time: Stamp,
    pub firm: String,
    /// Equity at mark over all its accounts and its own treasury.
    pub value: f64,
    /// Cash it can deliver by the next deadline.
    pub cash_deliverable: f64,
    /// Calls outstanding.
    pub calls_due: f64,
    /// Value of all positions, long and short.
    pub gross_exposure: f64,
}

/// A demand for money.
#[derive(Clone, Debug, PartialEq, Row)]
#[row(table = "calls", money)]
pub struct CallRow {
    pub tick: u32,
    pub time: Stamp,
    pub account: Name,
    pub trader: Name,
    pub lender: Name,
    pub amount: f64,
    /// When it is due; empty: not before the run ends.
    pub deadline: Option<Stamp>,
    /// `maintenance`, `initial`, `margin hike`, or `assessment`.
    pub reason: Word,
    /// `met`, `unmet`, `lapsed` (the account healed by itself), or `open` at the end of the run.
    pub outcome: Word,
    pub settled_time: Option<Stamp>,
    /// What was paid of it.
    pub paid: f64,
}

/// The forced selling for one breach in one instrument.
#[derive(Clone, Debug, PartialEq, Row)]
#[row(table = "liquidations", money)]
pub struct LiquidationRow {
    pub breach: u32,
    pub tick: u32,
    pub time: Stamp,
    pub account: Name,
    pub trader: Name,
    pub lender: Name,
    /// `call unmet`, `no grace`, `cross default`, or `assessment unpaid`.
    pub cause: Word,
    pub instrument: Name,
    /// `sell` or `buy`.
    pub side: Word,
    /// Forced orders placed.
    pub orders: u32,
    pub ordered_units: f64,
    pub filled_units: f64,
    /// Of all fills; empty without one.
    pub average_price: Option<f64>,
    /// Mark at the moment of the breach, against which slippage is counted.
    pub breach_price: f64,
    /// What the fills were worth.
    pub notional: f64,
    /// What the fills fell short of the mark at breach.
    pub slippage: f64,
    pub first_fill_time: Option<Stamp>,
    pub last_fill_time: Option<Stamp>,
}

/// What an auction sold of a breached account to one bidder, or, without a bidder, did not sell.
#[derive(Clone, Debug, PartialEq, Row)]
#[row(table = "auctions", money)]
pub struct AuctionRow {
    pub breach: u32,
    /// Of a block that was sold in the night, or over a weekend, the first of the session after it.
    pub tick: u32,
    /// When it was sold.
    pub time: Stamp,
    pub account: String,
    pub lender: String,
    pub instrument: String,
    /// `block`, `backstop`, `dutch`, or `english`.
    pub way: String,
    /// `sell` or `buy`: what the account does.
    pub side: String,
    /// Sold, or, without a bidder, left over. Only the first time that something is left over has a row.
    pub quantity_units: f64,
    /// Who took the lot; empty where nobody did.
    pub bidder: Option<String>,
    pub price: Option<f64>,
    pub mark: f64,
    /// How much worse than the mark the price was for the account, as a share of the mark.
    pub discount_ratio: Option<f64>,
    /// Bids that the offer had met.
    pub bids: u32,
    /// How long it had been on offer.
    pub open_seconds: f64,
}

/// One layer's share of one shortfall.
#[derive(Clone, Debug, PartialEq, Row)]
#[row(table = "waterfall", money)]
pub struct WaterfallRow {
    /// Empty: the account was not in breach when the run ended.
    pub breach: Option<u32>,
    pub tick: u32,
    pub time: Stamp,
    pub account: Name,
    pub lender: Name,
    /// Which layer of the lender's waterfall.
    pub layer: Word,
    /// Whose money it was: a fund, a trader's treasury, an account, a lender. Empty: the layer had nothing.
    pub payer: Name,
    pub amount: f64,
    /// Of who was deleveraged: what put it where it stood in the queue, its gain times its leverage.
    #[row(unit = Number)]
    pub rank: Option<f64>,
}

/// What one fund held: at the start, at each close of a session, and whenever it changed.
#[derive(Clone, Debug, PartialEq, Row)]
#[row(table = "funds", money)]
pub struct FundRow {
    pub tick: u32,
    pub time: Stamp,
    pub lender: String,
    /// `insurance fund`, `backstop vault`, `skin in the game`, or `contribution of ` a member.
    pub fund: String,
    /// What is in it.
    pub balance: f64,
}

/// What somebody was owed by a lender when it failed, and lost.
#[derive(Clone, Debug, PartialEq, Row)]
#[row(table = "claims", money)]
pub struct ClaimRow {
    pub tick: u32,
    pub time: Stamp,
    pub lender: String,
    /// An account, or a lender.
    pub claimant: String,
    /// `client` or `creditor`.
    pub kind: String,
    /// A client's equity at the mark, a creditor's loan.
    pub equity: f64,
    /// The part of it that was not kept apart for the claimant.
    pub claim: f64,
    /// What of the claim was not paid.
    pub lost: f64,
    /// What of the claim was paid.
    pub recovered: f64,
    /// Handed back at once; the rest of the equity is frozen.
    pub returned: f64,
}

/// One step that a firm took to find money.
#[derive(Clone, Debug, PartialEq, Row)]
#[row(table = "treasury", money)]
pub struct TreasuryRow {
    pub tick: u32,
    pub time: Stamp,
    pub firm: String,
    /// `draw`, `arrival`, `too late`, `withdrawn`, `sale`, `cut`, `delivery`, `interest`, `payment`, `time granted`,
    /// `time refused`, or `owed` (an event took more than there was).
    pub step: String,
    /// The source by its name; absent where the step is about none.
    pub source: Option<String>,
    /// The account that is called, sold from, or asked for.
    pub account: Option<String>,
    pub amount: f64,
    /// Fees, discounts, slippage against the mark, interest.
    pub cost: f64,
    /// When the money is there, or the new deadline; empty: not before the run ends.
    pub arrives: Option<Stamp>,
}

/// One lender, at each close of a session, whenever something happened to it, and while it sells clients out: each tick,
/// or every few where it has thousands of clients.
#[derive(Clone, Debug, PartialEq, Row)]
#[row(table = "lenders", money)]
pub struct LenderRow {
    pub tick: u32,
    pub time: Stamp,
    pub lender: String,
    /// What it could still lose.
    pub capital: f64,
    /// Gross value of its clients' leveraged positions.
    pub exposure: f64,
    /// Client positions it is selling out and has not sold yet, at mark.
    pub unsold: f64,
    /// Losses taken so far.
    pub loss: f64,
    /// What its funds hold together.
    pub funds: f64,
    /// It is out of capital.
    pub failed: bool,
}

/// One edge of the cascade: what share of the price moves that broke an account came from whom.
#[derive(Clone, Debug, PartialEq, Row)]
#[row(table = "cascade")]
pub struct CascadeRow {
    /// The account that broke.
    pub breach: u32,
    pub tick: u32,
    pub time: Stamp,
    pub account: Name,
    pub lender: Name,
    /// The breach whose forced orders pushed, or that let this lender terminate. Nothing beside `forced`: many, each of
    /// which weighs less than a hundredth. Only where more than a thousand broke are they told together.
    pub from_breach: Option<u32>,
    /// The account whose breach that was; empty where there was none.
    pub from_account: Option<Name>,
    /// `shock`, `news` (voluntary trading that carried it), `voluntary`, `forced`, `nobody` (no order pushed: the
    /// price gapped or was balanced, or more was required or charged), `cross default` (its owner failed another lender), or `assessment`.
    pub source: Word,
    /// Share of what the account lost by adverse moves, and of what its lender asked more than before where it was called for that;
    /// between 0 and 1, the edges into one breach sum to 1.
    #[row(unit = Ratio)]
    pub weight: f64,
}

/// A market that stood still.
#[derive(Clone, Debug, PartialEq, Row)]
#[row(table = "halts")]
pub struct HaltRow {
    pub tick: u32,
    /// From when.
    pub time: Stamp,
    pub instrument: String,
    pub venue: String,
    /// `price band`, `market-wide level 1`, `velocity`, or `venue`.
    pub rule: String,
    /// What became of orders meanwhile: `collected` or `refused`.
    pub orders: String,
    /// Until when it was to stand still; empty: longer than the run.
    pub until: Option<Stamp>,
    /// When it went on, which is at the end of a tick, or stood still for another reason; absent when it still does.
    pub reopened: Option<Stamp>,
}

/// An order that did not reach a book.
#[derive(Clone, Debug, PartialEq, Row)]
#[row(table = "refusals")]
pub struct RefusalRow {
    pub tick: u32,
    pub time: Stamp,
    pub account: Name,
    pub trader: Name,
    pub lender: Name,
    pub instrument: Name,
    /// `sell` or `buy`.
    pub side: Word,
    pub quantity_units: f64,
    /// The first check to fail: `account state`, `fat finger price`, `leverage limit`, ...
    pub reason: Word,
}

/// Something that happened outside the market's own doing, or to its rules.
#[derive(Clone, Debug, PartialEq, Row)]
#[row(table = "events")]
pub struct EventRow {
    pub tick: u32,
    pub time: Stamp,
    /// `shock`, `session`, `halt`, `default`, `lender failed`, ...
    pub kind: Word,
    /// What or whom it happened to.
    pub subject: Name,
    /// In words.
    #[row(free)]
    pub text: String,
}

/// What one run asked of a firm's liquid buffer.
#[derive(Clone, Debug, PartialEq, Row)]
#[row(table = "needs", money)]
pub struct NeedRow {
    /// Of the run.
    #[row(free)]
    pub seed: String,
    /// By what the world's shocks were multiplied.
    #[row(unit = Number)]
    pub shock_scale: f64,
    /// Absent where no buffer would have helped.
    pub need: Option<f64>,
}

/// How many runs a buffer survives.
#[derive(Clone, Debug, PartialEq, Row)]
#[row(table = "survival", money)]
pub struct SurvivalRow {
    /// Money kept ready.
    pub buffer: f64,
    /// Share of runs that it survives.
    #[row(unit = Ratio)]
    pub survival: f64,
    /// Wilson's interval at 95 %.
    #[row(unit = Ratio)]
    pub survival_low: f64,
    /// The upper end of the interval.
    #[row(unit = Ratio)]
    pub survival_high: f64,
}

/// How often something happened after a market had been in a state, see `engine::study::queues`.
#[derive(Clone, Debug, PartialEq, Row)]
#[row(table = "study")]
pub struct StudyRow {
    pub instrument: String,
    /// `mid moves up next` or `order trades before mid moves`.
    pub event: String,
    /// Best ask less best bid, in price steps.
    pub spread_steps: u32,
    /// Size of the queue at the bid, in orders.
    pub bid_queue_orders: u32,
    /// Size of the queue at the ask, in orders.
    pub ask_queue_orders: u32,
    /// How often the state was seen.
    pub observed: u32,
    /// How often the event followed.
    pub happened: u32,
    /// The one over the other.
    #[row(unit = Ratio)]
    pub share: f64,
    /// Of the share.
    #[row(unit = Ratio)]
    pub standard_error: f64,
}

/// One round of one trader, see `engine::study::rounds`.
#[derive(Clone, Debug, PartialEq, Row)]
#[row(table = "rounds", money)]
pub struct RoundRow {
    pub trader: String,
    /// Counted from 0.
    pub round: u32,
    /// What the round earned.
    pub profit: f64,
    pub inventory_units: f64,
}

/// All tables of one run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tables {
    pub prices: Vec<PriceRow>,
    pub trades: Vec<TradeRow>,
    pub accounts: Vec<AccountRow>,
    pub firms: Vec<FirmRow>,
    pub populations: Vec<PopulationRow>,
    pub calls: Vec<CallRow>,
    pub liquidations: Vec<LiquidationRow>,
    pub auctions: Vec<AuctionRow>,
    pub waterfall: Vec<WaterfallRow>,
    pub funds: Vec<FundRow>,
    pub claims: Vec<ClaimRow>,
    pub treasury: Vec<TreasuryRow>,
    pub lenders: Vec<LenderRow>,
    pub cascade: Vec<CascadeRow>,
    pub halts: Vec<HaltRow>,
    pub events: Vec<EventRow>,
    pub refusals: Vec<RefusalRow>,
    pub study: Vec<StudyRow>,
    pub rounds: Vec<RoundRow>,
    pub pegs: Vec<PegRow>,
    pub pools: Vec<PoolRow>,
    pub deposits: Vec<DepositRow>,
}

/// A table that a command writes.
#[derive(Clone, Copy, Debug)]
pub struct TableAbout {
    pub name: &'static str,
    /// Whether it says in which currency its money is, in a last column.
    pub money: bool,
    /// What a row is of.
    pub about: &'static str,
    pub columns: &'static [About],
}

/// All tables there are, by name.
#[must_use]
pub fn every_table() -> Vec<TableAbout> {
    fn about<R: Row>() -> TableAbout {
        TableAbout { name: R::TABLE, money: R::MONEY, about: R::ABOUT, columns: R::COLUMNS }
    }
    let mut all = vec![
        about::<PriceRow>(),
        about::<TradeRow>(),
        about::<AccountRow>(),
        about::<PegRow>(),
        about::<PoolRow>(),
        about::<DepositRow>(),
        about::<PopulationRow>(),
        about::<FirmRow>(),
        about::<CallRow>(),
        about::<LiquidationRow>(),
        about::<AuctionRow>(),
        about::<WaterfallRow>(),
        about::<FundRow>(),
        about::<ClaimRow>(),
        about::<TreasuryRow>(),
        about::<LenderRow>(),
        about::<CascadeRow>(),
        about::<HaltRow>(),
        about::<RefusalRow>(),
        about::<EventRow>(),
        about::<NeedRow>(),
        about::<SurvivalRow>(),
        about::<StudyRow>(),
        about::<RoundRow>(),
    ];
    all.sort_by_key(|table| table.name);
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::meanings::Unit;
    use crate::table::Kind;

    #[test]
    fn every_table_and_column_says_what_it_is() {
        let all = every_table();
        for table in &all {
            assert!(!table.about.is_empty(), "{}", table.name);
            for column in table.columns {
                let name = format!("{}.{}", table.name, column.name);
                assert!(!column.meaning().is_empty(), "{name}");
                assert!(column.unit().is_some() || matches!(column.kind, Kind::Text | Kind::MaybeText), "{name}");
                let money = matches!(column.unit(), Some(Unit::Money | Unit::Price));
                assert!(table.money || !money, "{name} is money in a table that says no currency");
            }
        }
        assert!(all.windows(2).all(|pair| pair[0].name < pair[1].name), "no two tables share a name");
    }
}
