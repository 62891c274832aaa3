//! The world file as it is written: names, plain numbers, moments as text.
//!
//! This is the language, field by field, and it is strict: an unknown field is an error and so is
//! a missing one, unless its doc says what leaving it out means. Nothing here is checked beyond its
//! type; `check` does that, and `plan` turns what passed into whole numbers. Parameters that belong
//! to one mechanism stand with that mechanism: a trader's in its file in `traders/`, a margin
//! model's in `margin/`, a liquidation policy's in `liquidation/`.
//!
//! Money is in major units of the world's currency, prices per unit of the instrument, quantities in
//! units, rates as plain ratios (0.05 is 5 %), lengths of time as `"90s"`, `"1m"`, `"4h"`, `"2d"`,
//! deadlines as those or as `"T+1"` (the close of the next session), moments as
//! `"2021-03-26 09:30"`, days as `"2021-03-26"`.

use super::replay::ReplayFile;
use super::replay::data::DataFiles;
use crate::probe::ProbeFile;
use engine::correlations::CorrelationFile;
use engine::measures::Measure;
use engine::plan::VolatilityChange;
use engine::study::StudyFile;
use engine::traders::TraderFile;
use ground::moments::{Day, HourMinute, Moment, When};
use ground::units::{Deadline, Span};
use language::named::Named;
use language::read::Read;
use mechanics::book::SelfTrade;
use mechanics::contracts::{FutureFile, InterestFile, MarkFile, OptionFile, OrdinaryFile, PerpetualFile};
use mechanics::halts::HaltFile;
use mechanics::impact::Formation;
use mechanics::lenders::FailureFile;
use mechanics::liquidation::{AgreementFile, PolicyFile};
use mechanics::margin::addons::AddOnsFile;
use mechanics::margin::collateral::CollateralFile;
use mechanics::margin::volatility::VolatilityFile;
use mechanics::margin::{CallLevel, CallSchedule, MarginFile, ModeFile};
use mechanics::screen::LimitsFile;
use mechanics::treasury::strain::{Funding, StrainFile};
use mechanics::waterfall::LayerFile;
use mechanics::waterfall::funds::FundsFile;

#[derive(Clone, Debug, Read)]
#[read(rename = "World")]
pub struct WorldFile {
    /// Version of the world language; this build reads the one in [`super::VERSION`].
    pub version: u32,
    pub title: String,
    /// One paragraph for a reader: what happened, what the world leaves out.
    pub about: String,
    /// The seed when the command line names none.
    pub seed: u64,
    pub currency: CurrencyFile,
    pub clock: ClockFile,
    pub venues: Named<VenueFile>,
    pub instruments: Named<InstrumentFile>,
    pub lenders: Named<LenderFile>,
    pub traders: Named<TraderFile>,
    /// How quick populations are: orders of a lower class reach a book before those of a higher one that were left in the
    /// same tick, and within a class chance decides. From 0 to 7. Left out: 0 for makers, 1 for all others (`LATENCY` of
    /// their kind); a lender's forced orders are of class 1.
    #[read(default)]
    pub latency: Named<u8>,
    /// What lenders have agreed between them. Left out: nothing.
    #[read(default)]
    pub agreements: Vec<AgreementFile>,
    /// How volatility is judged as the world runs, by lenders whose margin follows it and by those who price options.
    /// Left out: as RiskMetrics does, and only if some lender's margin follows it.
    #[read(default)]
    pub volatility: Option<VolatilityFile>,
    /// How the values of instruments move together, two by two. Left out: each by itself.
    #[read(default)]
    pub correlations: Vec<CorrelationFile>,
    /// Price paths from files that drive what instruments are thought to be worth, see [`super::replay`]. Left out:
    /// none.
    #[read(default)]
    pub replay: Vec<ReplayFile>,
    /// What is in those files: not part of the text.
    #[read(skip)]
    pub data: DataFiles,
    /// Everything exogenous. Left out: nothing is.
    #[read(default)]
    pub shocks: Vec<ShockFile>,
    /// When the comparison with and without forced selling starts to count (a moment, or a day for
    /// its close). Left out: at the start.
    #[read(default)]
    pub compare_from: Option<When>,
    /// What is counted on top of the ordinary tables. Left out: nothing.
    #[read(default)]
    pub study: Option<StudyFile>,
    /// The time that a row of the table `prices` covers: prices at its end, volume over all of it. For long runs with
    /// short ticks. Left out: a tick.
    #[read(default)]
    pub prices_every: Option<Span>,
    /// History to compare with. The engine never reads it. Left out: none.
    #[read(default)]
    pub reference: ReferenceFile,
    /// Bands that a run of the world as shipped must meet. Left out: none.
    #[read(default)]
    pub expect: Vec<ExpectFile>,
    /// How `firesale probe` measures this world's market, and the bands that must come out. Left out: as usual, and no
    /// bands.
    #[read(default)]
    pub probe: Option<ProbeFile>,
}

impl WorldFile {
    /// Instruments by name, each with whether it is owned outright.
    pub fn owned(&self) -> impl Iterator<Item = (&str, bool)> {
        self.instruments.iter().map(|(name, stated)| (name, stated.owned()))
    }
}

#[derive(Clone, Debug, Read)]
pub struct CurrencyFile {
    /// `"USD"`: a label for tables and charts.
    pub code: String,
    /// Decimals of the smallest amount that moves: 2 for cents.
    pub decimals: u8,
}

#[derive(Clone, Debug, Read)]
pub struct ClockFile {
    /// The first day, or the first moment of a continuous market.
    pub start: When,
    /// Length of a tick.
    pub tick: Span,
    pub calendar: CalendarFile,
}

#[derive(Clone, Debug, Read)]
pub enum CalendarFile {
    /// Sessions on weekdays, with nights and weekends between them that take no ticks.
    Sessions {
        /// `"09:30"`
        open: HourMinute,
        close: HourMinute,
        /// How many sessions to run.
        days: u32,
        /// Weekdays without a session.
        #[read(default)]
        holidays: Vec<Day>,
        /// Length of the call auction that opens each session, inside it. `"0s"` for none.
        opening_auction: Span,
    },
    /// Around the clock. Days end at midnight.
    Continuous {
        /// How long to run.
        length: Span,
    },
}

#[derive(Clone, Debug, Read)]
pub struct VenueFile {
    /// Charged to the resting side, in ten-thousandths of the value traded; negative pays a rebate.
    pub maker_fee_bps: f64,
    pub taker_fee_bps: f64,
    /// What happens when an account's order meets another of the same account. Left out: `CancelResting`. `Allow` lets
    /// them trade, for an account that stands for a crowd.
    #[read(default)]
    pub self_trades: SelfTrade,
    /// When its markets stop, see [`mechanics::halts`]. Left out: never.
    #[read(default)]
    pub halts: Vec<HaltFile>,
}

#[derive(Clone, Debug, Read)]
pub enum InstrumentFile {
    /// Owned outright: shares, coins.
    Spot {
        venues: Vec<String>,
        /// Price at the start.
        price: f64,
        /// Smallest price increment.
        step: f64,
        /// Smallest quantity, in units.
        lot: f64,
        /// Units that can trade hands: a fact for the reader and for concentration rules.
        float: f64,
        ordinary: OrdinaryFile,
        /// How its price comes about. Left out: by orders that meet in a book.
        #[read(default)]
        formation: Formation,
        /// Left out: the middle one of bid, ask and last price.
        #[read(default)]
        mark: MarkFile,
        /// Another spot instrument whose luck this one shares: news, and every draw of a population that trades both,
        /// fall out alike. So two markets differ by nothing but what the world makes differ between them. Left out: its
        /// luck is its own.
        #[read(default)]
        twin_of: Option<String>,
    },
    /// A total-return swap on a spot instrument, written by the lender of the account that holds
    /// it, who buys the shares as its hedge. It has no book: who trades it makes its lender trade
    /// the shares.
    Swap { of: String },
    /// Exposure to a price, settled in cash on schedule.
    Future(FutureFile),
    /// Exposure to a price without end, with funding.
    Perpetual(PerpetualFile),
    /// A European option.
    Option(OptionFile),
}

/// What all instruments with a price of their own in the file have in common.
#[derive(Clone, Copy, Debug)]
pub struct Booked<'a> {
    pub venues: &'a [String],
    pub price: f64,
    pub step: f64,
    pub lot: f64,
    /// `None`: without limit.
    pub float: Option<f64>,
    pub ordinary: &'a OrdinaryFile,
    pub mark: &'a MarkFile,
}

impl InstrumentFile {
    /// Whether whoever holds it owns it outright: shares and coins, and no contract.
    pub const fn owned(&self) -> bool {
        matches!(self, Self::Spot { .. })
    }

    /// Whether its price may be below zero: a future's on nothing else, as oil's was in April 2020, where prices form
    /// without a book. What traders in a book think a thing is worth is above zero.
    pub fn may_be_below_zero(&self) -> bool {
        let on_its_own = matches!(self, Self::Future(own) if own.underlying.is_none());
        on_its_own && matches!(self.formation(), Formation::Impact(_))
    }

    /// `None` for what takes its price from something else: swaps and options.
    pub fn booked(&self) -> Option<Booked<'_>> {
        match self {
            Self::Spot { venues, price, step, lot, float, ordinary, mark, formation: _, twin_of: _ } => {
                let float = Some(*float);
                Some(Booked { venues, price: *price, step: *step, lot: *lot, float, ordinary, mark })
            }
            Self::Future(FutureFile { venues, price, step, lot, float, ordinary, mark, .. })
            | Self::Perpetual(PerpetualFile { venues, price, step, lot, float, ordinary, mark, .. }) => {
                let float = *float;
                Some(Booked { venues, price: *price, step: *step, lot: *lot, float, ordinary, mark })
            }
            Self::Swap { .. } | Self::Option(_) => None,
        }
    }

    /// How its own price comes about, if it has one.
    pub fn formation(&self) -> Formation {
        match self {
            Self::Spot { formation, .. } => *formation,
            Self::Future(own) => own.formation,
            Self::Perpetual(own) => own.formation,
            Self::Swap { .. } | Self::Option(_) => Formation::OrderBook,
        }
    }

    /// The instrument whose luck it shares, if that is not its own.
    pub fn twin_of(&self) -> Option<&str> {
        if let Self::Spot { twin_of, .. } = self { twin_of.as_deref() } else { None }
    }

    /// The venues on which it has books.
    pub fn venues(&self) -> &[String] {
        match self {
            Self::Spot { venues, .. } => venues,
            Self::Future(own) => &own.venues,
            Self::Perpetual(own) => &own.venues,
            Self::Option(own) => &own.venues,
            Self::Swap { .. } => &[],
        }
    }
}

#[derive(Clone, Debug, Read)]
pub struct LenderFile {
    /// What it can lose before it fails.
    pub capital: f64,
    pub margin: MarginFile,
    /// How what clients own counts. Left out: in full.
    #[read(default)]
    pub collateral: Option<CollateralFile>,
    /// What is asked for on top of the model. Left out: nothing.
    #[read(default)]
    pub add_ons: Option<AddOnsFile>,
    /// Which positions of a client stand in for each other. Left out: all of them (`Cross`).
    #[read(default)]
    pub mode: ModeFile,
    pub calls: CallsFile,
    /// Whether a client's failure to meet another lender's call lets this one close it out at once.
    pub cross_default: bool,
    pub liquidation: PolicyFile,
    /// What orders are held to before they reach a book, beyond margin. Left out: nothing.
    #[read(default)]
    pub limits: Option<LimitsFile>,
    /// What it charges and pays for money and borrowed units. Left out: nothing.
    #[read(default)]
    pub interest: Option<InterestFile>,
    /// Who pays a shortfall, in order.
    pub waterfall: Vec<LayerFile>,
    /// The pots that the waterfall draws on. Left out: there are none.
    #[read(default)]
    pub funds: Option<FundsFile>,
    /// When it fails, and what its clients and its own lenders lose then. Left out: it fails when its capital is
    /// gone, all that clients own is kept apart for them, and it owes nobody.
    #[read(default)]
    pub failure: Option<FailureFile>,
}

#[derive(Clone, Debug, Read)]
pub struct CallsFile {
    /// Which requirement raises a call when equity falls below it; the call asks for what restores
    /// the initial one.
    pub below: CallLevel,
    /// When accounts are checked.
    pub checked: CallSchedule,
    /// How long the client has. `"0s"`: none, it is closed out at once.
    pub grace: Deadline,
}

#[derive(Clone, Debug, Read)]
pub struct ShockFile {
    pub at: Moment,
    /// One line: why this is taken as given.
    pub reason: String,
    pub what: ShockKindFile,
}

#[derive(Clone, Debug, Read)]
pub enum ShockKindFile {
    /// News: every informed trader's value of each named instrument changes by this ratio
    /// (−0.1 is a tenth less).
    Value(Named<f64>),
    /// The price of each named instrument itself changes by this ratio. Exactly so, at the next mark, where prices form
    /// by impact; in a book it is news, as `Value` is, since there only orders move a price.
    Jump(Named<f64>),
    /// Another volatility regime, until the next such shock: of options, and of the news that arrives all the time.
    Volatility(Named<VolatilityChange>),
    /// Depth, as a multiple of the ordinary, until the next such shock; 1 restores it. In a book it is the makers who
    /// quote so much less.
    Liquidity(Named<f64>),
    /// A venue stops. What would trade there waits or, where nothing can wait, is refused.
    Halt {
        venue: String,
        /// Left out: until the close of the session.
        #[read(default)]
        pause: Option<Span>,
        /// Whether orders collect for an auction at the end. Left out: they are refused.
        #[read(default)]
        collects: bool,
    },
    /// New units are created and handed to a trader.
    Issue { instrument: String, units: f64, to: String },
    /// A lender changes its margin rates.
    Margin { lender: String, margin: MarginFile },
    /// Money enters (or, negative, leaves) the treasury of a firm.
    Cash { firm: String, amount: f64 },
    /// A cash dividend: who holds units gets so much for each from their issuer, and who is short of them owes it; what a
    /// lender gets for the units behind a swap it passes on. The price does not fall by itself: a `Jump` or `Value` at
    /// the same moment says by how much.
    Dividend {
        instrument: String,
        /// For one unit. A lot's must be a whole number of the smallest amounts of money.
        amount: f64,
    },
    /// The values of these move together otherwise than the world states, until the next such shock. Empty: as stated.
    Correlation(Vec<CorrelationFile>),
    /// Firms' sources of money give nothing, or are dearer.
    Funding {
        /// Left out: all firms.
        #[read(default)]
        firms: Vec<String>,
        sources: Vec<Funding>,
        change: StrainFile,
        /// Left out: to the end of the run.
        #[read(default)]
        lasts: Option<Span>,
    },
    /// An OfficialDesk buys (or, negative, sells) for so much money, evenly over so long.
    Intervention { by: String, instrument: String, amount: f64, over: Span },
    /// The feed of an instrument's mark stands still for so long, while its books go on. What is priced against it as an
    /// index, swaps and options on it follow the feed and not the books.
    StaleFeed {
        instrument: String,
        #[read(rename = "for")]
        lasts: Span,
    },
    /// The feed of an instrument's mark says something else than its books do, for so long. No book changes.
    Oracle {
        instrument: String,
        says: OracleSays,
        #[read(rename = "for")]
        lasts: Span,
    },
    /// A venue cannot be reached: what rests there stays and cannot be withdrawn, nothing new gets in, nothing trades.
    /// Margin runs on the last mark. (In a `Halt` orders can still be withdrawn, and may collect.)
    Outage {
        venue: String,
        #[read(rename = "for")]
        lasts: Span,
    },
    /// A venue cancels trades after the fact: all from `from` up to `to` (not included) at prices further from the reference
    /// than `beyond`, a share of it. What was delivered, paid and charged goes back. Trades with accounts that were closed
    /// out since stand.
    CancelTrades {
        instrument: String,
        /// Left out: all its venues.
        #[read(default)]
        venue: Option<String>,
        from: Moment,
        to: Moment,
        beyond: f64,
        /// Price for one unit. Left out: the mark before `from`.
        #[read(default)]
        reference: Option<f64>,
    },
    /// A lender pays nothing out: what lies in accounts there counts as ever and cannot be had.
    WithdrawalHalt {
        lender: String,
        #[read(rename = "for")]
        lasts: Span,
    },
}

/// What a feed says that somebody has a hand in.
#[derive(Clone, Copy, Debug, PartialEq, Read)]
pub enum OracleSays {
    /// So much more than it would: `Ratio(-0.3)` is 30 % less.
    Ratio(f64),
    /// This price, for one unit.
    Price(f64),
}

#[derive(Clone, Debug, Default, Read)]
pub struct ReferenceFile {
    /// By short name: where a figure comes from.
    #[read(default)]
    pub sources: Named<String>,
    #[read(default)]
    pub prices: Vec<ReferencePricesFile>,
    #[read(default)]
    pub losses: Vec<ReferenceLossFile>,
    /// Other figures, each against a measure of the run.
    #[read(default)]
    pub figures: Vec<ReferenceFigureFile>,
}

#[derive(Clone, Debug, Read)]
pub struct ReferencePricesFile {
    pub instrument: String,
    pub source: String,
    pub points: Vec<ReferencePointFile>,
}

#[derive(Clone, Debug, Read)]
pub enum ReferencePointFile {
    /// Day, price.
    Close(Day, f64),
    Low(Day, f64),
    High(Day, f64),
    /// Moment, price.
    At(Moment, f64),
}

#[derive(Clone, Debug, Read)]
pub struct ReferenceLossFile {
    pub lender: String,
    pub amount: f64,
    pub source: String,
}

#[derive(Clone, Debug, Read)]
pub struct ReferenceFigureFile {
    pub what: Measure,
    pub history: f64,
    pub source: String,
}

#[derive(Clone, Debug, Read)]
pub struct ExpectFile {
    pub what: Measure,
    pub min: f64,
    pub max: f64,
    /// What the band rests on.
    pub why: String,
}
