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

use super::params::ParameterFile;
use super::replay::ReplayFile;
use super::replay::data::DataFiles;
use crate::probe::ProbeFile;
use engine::correlations::CorrelationFile;
use engine::measures::Measure;
use engine::shocks::ShockFile;
use engine::study::StudyFile;
use engine::traders::TraderFile;
use ground::moments::{Day, HourMinute, Moment, When};
use ground::units::{Deadline, Span};
use language::named::Named;
use language::read::Read;
use mechanics::book::SelfTrade;
use mechanics::contracts::InterestFile;
pub use mechanics::contracts::{Booked, InstrumentFile};
use mechanics::deposits::DepositsFile;
use mechanics::halts::HaltFile;
use mechanics::lenders::FailureFile;
use mechanics::liquidation::{AgreementFile, PolicyFile};
use mechanics::margin::addons::AddOnsFile;
use mechanics::margin::collateral::CollateralFile;
use mechanics::margin::volatility::VolatilityFile;
use mechanics::margin::{CallLevel, CallSchedule, MarginFile, ModeFile};
use mechanics::mint_burn::PegFile;
use mechanics::screen::LimitsFile;
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
    /// What charts and reports call an instrument, a lender or a trader, by its name in this file: `{"credit-suisse": "Credit
    /// Suisse"}`. Tables and paths keep the names of the file. Left out: each by its name.
    #[read(default)]
    pub called: Named<String>,
    /// How quick populations are: orders of a lower class reach a book before those of a higher one that were left in the
    /// same tick, and within a class chance decides. From 0 to 7. Left out: 0 for makers, 1 for all others (`LATENCY` of
    /// their kind); a lender's forced orders are of class 1.
    #[read(default)]
    pub latency: Named<u8>,
    /// What lenders have agreed between them. Left out: nothing.
    #[read(default)]
    pub agreements: Vec<AgreementFile>,
    /// How volatility is judged as the world runs, by lenders whose margin follows it. Nothing is priced with it.
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
    /// Coins that anybody may burn for a sister coin, and the other way round. Left out: none.
    #[read(default)]
    pub pegs: Named<PegFile>,
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
    /// By path, as `--set` writes it: what a parameter of this world is to whoever varies it, and how far it may be varied.
    /// `firesale params` shows it. Left out: nothing is said.
    #[read(default)]
    pub parameters: Named<ParameterFile>,
}

impl WorldFile {
    /// Instruments by name, each with whether it is owned outright.
    pub fn owned(&self) -> impl Iterator<Item = (&str, bool)> {
        self.instruments.iter().map(|(name, stated)| (name, stated.owned()))
    }

    /// What an instrument is on in the end; itself when it is on nothing, or on what is not there.
    pub fn root_of<'a>(&'a self, name: &'a str) -> &'a str {
        let next = |name: &&'a str| self.instruments.get(name).and_then(|stated| stated.follows());
        // No contract is on a contract on a contract on a contract.
        std::iter::successors(Some(name), next).take(4).last().unwrap_or(name)
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
    /// Whose clock it is, for readers of the tables: `"New York"`. Nothing is converted.
    #[read(default)]
    pub zone: Option<String>,
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

/// A tenth of what is traded: more is a mistake.
const WIDEST_FEE_BPS: f64 = 1_000.0;

#[derive(Clone, Debug, Read)]
pub struct VenueFile {
    /// Charged to the resting side, in ten-thousandths of the value traded; negative pays a rebate.
    #[read(within = -WIDEST_FEE_BPS..=WIDEST_FEE_BPS)]
    pub maker_fee_bps: f64,
    #[read(within = -WIDEST_FEE_BPS..=WIDEST_FEE_BPS)]
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
pub struct LenderFile {
    /// What it can lose before it fails.
    #[read(positive)]
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
    /// A coin that is left with it for a rate. Left out: it takes none.
    #[read(default)]
    pub deposits: Option<DepositsFile>,
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
    /// Which requirement raises a call when equity falls below it.
    pub below: CallLevel,
    /// Which requirement a call asks to be restored; it is over once that is. `Maintenance` is the practice for securities,
    /// `Initial` that for futures. Left out: `Maintenance` where margin is `Rate`, `RegT`, `Scan`, `Tiered` or `Health`,
    /// `Initial` where it is `Span` or `ValueAtRisk`, and wherever calls are raised below `Initial`.
    #[read(default)]
    pub restores: Option<CallLevel>,
    /// When accounts are checked.
    pub checked: CallSchedule,
    /// How long the client has. `"0s"`: none, it is closed out at once.
    pub grace: Deadline,
}

impl CallsFile {
    /// What a call restores, where it is not said: what is the practice of the model's field, and never less than the level
    /// below which calls are raised.
    pub fn restores(&self, margin: &MarginFile) -> CallLevel {
        if self.follows_the_model() { margin.restores() } else { self.restores.unwrap_or(self.below) }
    }

    /// Whether what a call restores is what is usual with the margin model.
    pub fn follows_the_model(&self) -> bool {
        self.restores.is_none() && self.below != CallLevel::Initial
    }
}

#[derive(Clone, Debug, Default, Read)]
pub struct ReferenceFile {
    /// The last day whose history shaped the world: prices up to it are shown apart, for they are no test of it. Left out:
    /// none did.
    #[read(default)]
    pub fitted_to: Option<Day>,
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
    #[read(not_negative)]
    pub amount: f64,
    pub source: String,
}

#[derive(Clone, Debug, Read)]
pub struct ReferenceFigureFile {
    pub what: Measure,
    pub history: f64,
    pub source: String,
    /// Whether the world was fitted to it, so that it is no test. Left out: it was not.
    #[read(default)]
    pub fitted: bool,
}

#[derive(Clone, Debug, Read)]
pub struct ExpectFile {
    pub what: Measure,
    pub min: f64,
    pub max: f64,
    /// What the band rests on.
    pub why: String,
}
