//! The plan: a checked world in whole numbers and ids. Only this reaches the simulator.
//!
//! A plan is complete and consistent: every id names something, every amount fits its type, every
//! account has a slot for each instrument that it may ever hold. Trader parameters stay in the units of
//! the world file, because they only ever steer decisions.

use super::correlations::Mixing;
use super::crowd::CrowdPlan;
use super::measures::Measure;
use super::shocks::ShockPlan;
use crate::probe_plan::ProbePlan;
use crate::study::StudyPlan;
use crate::traders::TraderFile;
use crate::traders::desk::LegPlan;
use ground::rng;
use ground::units::{
    AccountId, Cash, Deadline, InstrumentId, LenderId, Lots, Price, Rate, Span, StepValue, Tick, Time, TraderId,
    VenueId,
};
use mechanics::book::SelfTrade;
use mechanics::contracts::MarkPlan;
pub use mechanics::contracts::{FundingPlan, InstrumentKind, InterestPlan, Ordinary};
use mechanics::deposits::DepositsPlan;
use mechanics::formation::FormationPlan;
use mechanics::halts::HaltPlan;
use mechanics::lenders::FailurePlan;
use mechanics::liquidation::AgreementPlan;
pub use mechanics::liquidation::PolicyPlan;
pub use mechanics::margin::MarginPlan;
use mechanics::margin::addons::AddOns;
use mechanics::margin::collateral::Collateral;
use mechanics::margin::volatility::VolatilityPlan;
use mechanics::margin::{CallLevel, CallSchedule, Every, Facts, Marks, Terms};
use mechanics::mint_burn::PegPlan;
use mechanics::screen::LimitsPlan;
use mechanics::treasury::FirmPlan;
pub use mechanics::waterfall::LayerPlan;
use mechanics::waterfall::funds::FundsPlan;
use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

#[derive(Clone, Debug)]
pub struct Plan {
    /// File stem or built-in name.
    pub name: String,
    pub title: String,
    pub about: String,
    /// What charts call an instrument, a lender or a trader, by its name; each of the others by its name.
    pub called: BTreeMap<String, String>,
    pub seed: u64,
    pub currency: Currency,
    pub clock: Calendar,
    pub venues: Vec<VenuePlan>,
    pub instruments: Vec<InstrumentPlan>,
    /// By instrument: under which name its luck is drawn; its own, but for twins.
    pub lucks: Vec<String>,
    /// One for each instrument on each of its venues; instruments in order, venues in the order the
    /// instrument names them. The first market of an instrument is its primary one.
    pub markets: Vec<MarketPlan>,
    pub lenders: Vec<LenderPlan>,
    /// Members of populations one by one, in the order of the file.
    pub traders: Vec<TraderPlan>,
    /// First one house account a lender, in lender order; then the traders' in trader order; at the end the rest
    /// of the market, if any of what is held at the start needs another side.
    pub accounts: Vec<AccountPlan>,
    /// Accounts and traders beyond these, in order.
    pub crowds: Vec<CrowdPlan>,
    /// Pots of money beside accounts and treasuries, in order of their ids.
    pub funds: Vec<FundPlan>,
    /// Coins that are minted and burnt for a sister.
    pub pegs: Vec<PegPlan>,
    /// Between lenders.
    pub agreements: Vec<AgreementPlan>,
    /// `None` when nobody needs to know.
    pub volatility: Option<VolatilityPlan>,
    /// How the draws of values are mixed.
    pub mixing: Mixing,
    pub shocks: Vec<ShockPlan>,
    /// Values that follow a path for a time.
    pub replay: Vec<ReplayPlan>,
    /// The comparison with and without forced selling counts from the end of this tick; `None`: from the start.
    pub compare_from: Option<Tick>,
    pub study: Option<StudyPlan>,
    /// Ticks that a row of prices covers.
    pub prices_every: u32,
    pub reference: Reference,
    pub expect: Vec<Expectation>,
    /// How its market is probed.
    pub probe: ProbePlan,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Currency {
    pub code: String,
    pub decimals: u8,
}

/// Sessions and their ticks. A continuous market has one session a day, without an auction, each
/// beginning where the last one ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    pub tick: Span,
    pub sessions: Vec<Session>,
    /// All ticks of all sessions.
    pub ticks: u32,
    pub continuous: bool,
    /// Closes of sessions beyond the run: what falls due after it falls due in an order.
    pub later: Vec<Time>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    pub open: Time,
    pub close: Time,
    pub first: Tick,
    pub ticks: u32,
    /// Ticks at the beginning in which orders collect; the last of them ends with the uncrossing.
    pub auction_ticks: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VenuePlan {
    pub name: String,
    /// Shares of the value traded; negative is a rebate.
    pub maker_fee: Rate,
    pub taker_fee: Rate,
    pub self_trades: SelfTrade,
    pub halts: Vec<HaltPlan>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct InstrumentPlan {
    pub name: String,
    pub kind: InstrumentKind,
    /// What one lot gains when the price rises by one step.
    pub step_value: StepValue,
    /// For conversion at the edges: units in a lot, currency in a step.
    pub lot_units: f64,
    pub step_size: f64,
    pub start: Price,
    pub float_units: f64,
    pub ordinary: Ordinary,
    /// How its mark follows its books, if it has any and is not priced by rule.
    pub mark: MarkPlan,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MarketPlan {
    pub instrument: InstrumentId,
    pub venue: VenueId,
    /// How the price comes about there.
    pub formation: FormationPlan,
}

#[derive(Clone, Debug, PartialEq)]
pub struct LenderPlan {
    pub name: String,
    /// Its own account: capital, and the hedges of the swaps it wrote.
    pub house: AccountId,
    pub capital: Cash,
    pub margin: MarginPlan,
    pub collateral: Option<Arc<Collateral>>,
    pub add_ons: Option<Arc<AddOns>>,
    pub call_level: CallLevel,
    /// What a call restores.
    pub restores: CallLevel,
    /// Whether that is what is usual with its model, and changes with it.
    pub restores_by_model: bool,
    pub call_schedule: CallSchedule,
    pub grace: Deadline,
    pub cross_default: bool,
    pub policy: PolicyPlan,
    /// What its clients' orders are held to, beyond margin.
    pub limits: Option<Arc<LimitsPlan>>,
    pub interest: Option<InterestPlan>,
    /// What it pays on what is left with it, and how it is had back.
    pub deposits: Option<DepositsPlan>,
    pub waterfall: Vec<LayerPlan>,
    /// The pots that the waterfall draws on.
    pub funds: FundsPlan,
    /// When it fails, and whose its clients' assets are.
    pub failure: FailurePlan,
}

impl Plan {
    /// What rows of history the margin models of its lenders look back on, now or after a shock.
    pub fn looks_back(&self) -> impl Iterator<Item = (Every, usize)> + '_ {
        let changes = self.shocks.iter().filter_map(|shock| shock.kind.margin());
        self.lenders.iter().map(|lender| &lender.margin).chain(changes).filter_map(MarginPlan::looks_back)
    }
}

impl LenderPlan {
    /// What it demands at the start.
    pub fn terms(&self) -> Terms {
        Terms {
            margin: self.margin.clone(),
            below: self.call_level,
            collateral: self.collateral.clone(),
            add_ons: self.add_ons.clone(),
        }
    }
}

#[derive(Clone, Debug)]
pub struct TraderPlan {
    /// `"noise"`, or for a member of a population of many `"noise[viac,7]"`.
    pub name: String,
    /// Shared by all members of one population.
    pub params: Arc<TraderFile>,
    /// Which member of its population's group for one instrument, from zero.
    pub member: u32,
    /// Members of that group.
    pub members: u32,
    /// Its class in the queue of a tick, where the world says so.
    pub latency: Option<u8>,
    /// What it trades, for behaviours that trade one instrument.
    pub instrument: Option<InstrumentId>,
    /// Of a desk: all that it trades, its home first. Empty for everyone else.
    pub legs: Arc<[LegPlan]>,
    /// In the order in which the world names its lenders.
    pub accounts: Vec<AccountId>,
    /// Cash of a firm outside its accounts.
    pub treasury: Cash,
    /// What a firm with an explicit balance sheet has beside that.
    pub firm: Option<Arc<FirmPlan>>,
}

#[derive(Clone, Debug)]
pub struct AccountPlan {
    /// `"archegos@nomura"`; `"nomura"` for a house account.
    pub name: String,
    /// `None` for a house account and for the rest of the market.
    pub trader: Option<TraderId>,
    pub lender: LenderId,
    pub cash: Cash,
    /// Every instrument it may ever hold, in instrument order, with its position at the start.
    pub slots: Vec<(InstrumentId, Lots)>,
    /// Whether its rows are written each tick.
    pub watched: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FundPlan {
    /// `"exchange: insurance fund"`.
    pub name: String,
    pub cash: Cash,
}

#[derive(Clone, Debug, Default)]
pub struct Reference {
    pub prices: Vec<ReferencePrice>,
    pub losses: Vec<ReferenceLoss>,
    pub figures: Vec<ReferenceFigure>,
    /// What each short name of a source stands for.
    pub sources: BTreeMap<String, String>,
}

#[derive(Clone, Debug)]
pub struct ReferencePrice {
    pub instrument: InstrumentId,
    pub kind: PointKind,
    /// The close of the day for a close, low or high.
    pub at: Time,
    /// Currency per unit.
    pub price: f64,
    pub source: String,
    /// Whether the world was fitted to it.
    pub fitted: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PointKind {
    Close,
    Low,
    High,
    Moment,
}

#[derive(Clone, Debug)]
pub struct ReferenceLoss {
    pub lender: LenderId,
    /// In major units.
    pub amount: f64,
    pub source: String,
}

#[derive(Clone, Debug)]
pub struct ReferenceFigure {
    pub what: Measure,
    pub history: f64,
    pub source: String,
    /// Whether the world was fitted to it.
    pub fitted: bool,
}

#[derive(Clone, Debug)]
pub struct Expectation {
    pub what: Measure,
    pub min: f64,
    pub max: f64,
    pub why: String,
}

impl Plan {
    /// The place of a peg among all of them.
    pub fn peg_named(&self, name: &str) -> Option<usize> {
        self.pegs.iter().position(|peg| peg.name == name)
    }

    /// Whether an account stands for all those whom the world does not name.
    pub fn is_rest(&self, account: AccountId) -> bool {
        self.accounts.get(account.index()).is_some_and(|own| own.trader.is_none() && !self.is_house(own))
    }

    /// Members of crowds among them, as in all that follows.
    pub fn account_count(&self) -> usize {
        self.accounts.len() + self.crowds.iter().map(|crowd| crowd.members as usize).sum::<usize>()
    }

    pub fn trader_count(&self) -> usize {
        self.traders.len() + self.crowds.iter().map(|crowd| crowd.members as usize).sum::<usize>()
    }

    /// Accounts that are somebody's who trades or could.
    pub fn client_count(&self) -> usize {
        let listed = self.accounts.iter().filter(|account| account.trader.is_some()).count();
        listed + self.account_count() - self.accounts.len()
    }

    fn crowd_with(&self, account: AccountId) -> (&CrowdPlan, u32) {
        let found = self.crowds.iter().find_map(|crowd| Some((crowd, crowd.member_with(account)?)));
        found.expect("an account is listed or in a crowd")
    }

    fn crowd_of(&self, trader: TraderId) -> (&CrowdPlan, u32) {
        let found = self.crowds.iter().find_map(|crowd| Some((crowd, crowd.member_of(trader)?)));
        found.expect("a trader is listed or in a crowd")
    }

    /// `"archegos@nomura"`; `"clients[17]@exchange"`.
    pub fn account_name(&self, account: AccountId) -> Cow<'_, str> {
        match self.accounts.get(account.index()) {
            Some(own) => Cow::Borrowed(&own.name),
            None => {
                let (crowd, member) = self.crowd_with(account);
                Cow::Owned(format!("{}@{}", crowd.trader_name(member), self.lenders[crowd.lender.index()].name))
            }
        }
    }

    pub fn trader_name(&self, trader: TraderId) -> Cow<'_, str> {
        match self.traders.get(trader.index()) {
            Some(own) => Cow::Borrowed(&own.name),
            None => {
                let (crowd, member) = self.crowd_of(trader);
                Cow::Owned(crowd.trader_name(member))
            }
        }
    }

    /// What a trader is a member of, as the world's file names it.
    pub fn population_of(&self, trader: TraderId) -> &str {
        match self.traders.get(trader.index()) {
            Some(own) => own.name.split('[').next().unwrap_or(&own.name),
            None => &self.crowd_of(trader).0.name,
        }
    }

    /// Two accounts in the order of their names; members of one crowd in that of their numbers, which takes no names.
    pub fn by_name(&self, one: AccountId, other: AccountId) -> Ordering {
        let crowd = |account: AccountId| self.crowds.iter().position(|crowd| crowd.member_with(account).is_some());
        match (crowd(one), crowd(other)) {
            (Some(a), Some(b)) if a == b => one.cmp(&other),
            _ => self.account_name(one).cmp(&self.account_name(other)),
        }
    }

    pub fn lender_of(&self, account: AccountId) -> LenderId {
        match self.accounts.get(account.index()) {
            Some(own) => own.lender,
            None => self.crowd_with(account).0.lender,
        }
    }

    /// `None` for a house account and for the rest of the market.
    pub fn trader_of(&self, account: AccountId) -> Option<TraderId> {
        match self.accounts.get(account.index()) {
            Some(own) => own.trader,
            None => {
                let (crowd, member) = self.crowd_with(account);
                Some(crowd.trader(member))
            }
        }
    }

    /// Whether its rows are written each tick.
    pub fn is_watched(&self, account: AccountId) -> bool {
        self.accounts.get(account.index()).is_some_and(|own| own.watched)
    }

    /// In the order in which the world names its lenders.
    pub fn accounts_of(&self, trader: TraderId) -> impl Iterator<Item = AccountId> + Clone + '_ {
        let listed = self.traders.get(trader.index()).map_or(&[][..], |own| &own.accounts);
        let alone = listed.is_empty() && trader.index() >= self.traders.len();
        let alone = alone.then(|| {
            let (crowd, member) = self.crowd_of(trader);
            crowd.account(member)
        });
        listed.iter().copied().chain(alone)
    }

    /// Whether an account is its lender's own. One without a trader that is not is the rest of the market.
    pub fn is_house(&self, account: &AccountPlan) -> bool {
        account.trader.is_none() && account.name == self.lenders[account.lender.index()].name
    }
}

/// The market as margin sees it at the start, which is `now`.
pub fn opening_marks(instruments: &[InstrumentPlan], now: Time) -> Marks {
    let all = || instruments.iter().enumerate();
    let sold_in =
        |(index, about): (usize, &InstrumentPlan)| about.kind.swap_of().unwrap_or(InstrumentId::from_index(index));
    let mut sold = vec![0_u32; instruments.len()];
    all().for_each(|it| sold[sold_in(it).index()] += 1);
    let facts = |(index, about): (usize, &InstrumentPlan)| Facts {
        payoff: about.kind.payoff(),
        underlying: about.kind.underlying().unwrap_or(InstrumentId::from_index(index)),
        sold_in: sold_in((index, about)),
        shares_its_market: sold[sold_in((index, about)).index()] > 1,
        delivered: about.kind.delivered(),
        lot_units: about.lot_units,
        step_size: about.step_size,
        daily_volume_lots: about.ordinary.daily_volume_units / about.lot_units,
        float_lots: about.float_lots(),
        luck: rng::name_hash(&about.name),
        daily_volatility: about.ordinary.daily_volatility,
    };
    let mut marks = Marks::new(all().map(|(_, about)| (about.step_value, about.start))).with_facts(all().map(facts));
    marks.set_now(now);
    marks
}

impl LenderPlan {
    /// Whether winners may have to close against who is bankrupt.
    pub fn deleverages(&self) -> bool {
        self.waterfall.iter().any(|layer| matches!(layer, LayerPlan::AutoDeleveraging { .. }))
    }
}

impl InstrumentPlan {
    /// How many decimals a price of it has: those of its step.
    pub fn price_decimals(&self) -> usize {
        const MOST: usize = 12;
        let whole = |decimals: &usize| {
            let steps = self.step_size * 10_f64.powi(*decimals as i32);
            (steps - steps.round()).abs() <= 1e-6 * steps.abs()
        };
        (0..MOST).find(whole).unwrap_or(MOST)
    }

    /// Currency per unit.
    pub fn price_of(&self, price: Price) -> f64 {
        price.steps() as f64 * self.step_size
    }

    /// What there is of it, in lots.
    pub fn float_lots(&self) -> f64 {
        self.float_units / self.lot_units
    }

    /// Units.
    pub fn units_of(&self, lots: Lots) -> f64 {
        lots.get() as f64 * self.lot_units
    }

    /// The nearest price step, inside the range a book accepts.
    pub fn nearest_price(&self, price: f64) -> Price {
        Price::new((price / self.step_size).round() as i64).clamped()
    }

    /// Whole lots, rounded towards zero, inside the range an order may have.
    pub fn lots_of(&self, units: f64) -> Lots {
        let largest = Lots::LARGEST.get();
        Lots::new(((units / self.lot_units) as i64).clamp(-largest, largest))
    }
}

impl Calendar {
    /// Ticks in an ordinary day's trading.
    pub fn ticks_in_day(&self) -> f64 {
        f64::from(self.sessions.iter().map(|session| session.ticks).max().unwrap_or(1))
    }

    /// The session a tick belongs to.
    pub fn session_of(&self, tick: Tick) -> usize {
        self.sessions.partition_point(|session| session.first <= tick).saturating_sub(1)
    }

    /// When a tick begins.
    pub fn time_of(&self, tick: Tick) -> Time {
        let session = &self.sessions[self.session_of(tick)];
        let offset = i64::from(tick.index() - session.first.index());
        session.open + Span::seconds(offset * self.tick.as_seconds())
    }

    /// The close of a session, of one beyond the run as well; never for one beyond the next year.
    pub fn close_of(&self, session: usize) -> Time {
        let within = self.sessions.get(session).map(|session| session.close);
        let beyond = || self.later.get(session - self.sessions.len()).copied();
        within.or_else(beyond).unwrap_or(Time::NEVER)
    }

    /// How much of the time from one moment to another there was trading.
    pub fn trading_time(&self, from: Time, to: Time) -> Span {
        let until = self.sessions.partition_point(|session| session.open < to);
        let sessions = self.sessions[..until].iter().rev().take_while(|session| session.close > from);
        Span::seconds(sessions.map(|it| (it.close.min(to) - it.open.max(from)).as_seconds().max(0)).sum())
    }

    /// The first tick that begins at or after a moment; the number of ticks when there is none.
    pub fn tick_at(&self, time: Time) -> Tick {
        let step = self.tick.as_seconds();
        for session in &self.sessions {
            let offset = (time - session.open).as_seconds().max(0);
            let ticks = u32::try_from((offset + step - 1) / step).unwrap_or(u32::MAX);
            if ticks < session.ticks {
                return session.first.after(ticks);
            }
        }
        Tick::new(self.ticks)
    }
}

/// One instrument's path.
#[derive(Clone, Debug, PartialEq)]
pub struct ReplayPlan {
    pub instrument: InstrumentId,
    pub path: String,
    pub sha256: String,
    /// The first tick in which the value walks by itself.
    pub until: Tick,
    /// The tick from which each value holds, rising, and the value as a multiple of the start.
    pub from: Vec<Tick>,
    pub values: Vec<f64>,
}
