//! Lenders, traders and the accounts between them.
//!
//! House accounts come first, one a lender, then the traders' in trader order. A population becomes
//! one trader with one account for each member and instrument. A firm becomes one trader with an
//! account at each of its lenders.
//!
//! What a client holds as a swap its lender holds as shares: at the start the house account has the
//! underlying bought at the starting price, so that its equity is the lender's capital to the unit.

use super::contracts;
use super::markets::Markets;
use super::{firms, pools, positions};
use super::{funds, insolvency};
use crate::file::WorldFile;
use engine::plan::{AccountPlan, FundPlan, LenderPlan, MarginPlan, TraderPlan, opening_marks};
use engine::traders::leveraged_firm::Params as Firm;
use engine::traders::{Endowment, Joins, LARGEST_COUNT, Sizes, TraderFile};
use ground::numbers::{cash, lots};
use ground::units::{AccountId, Cash, InstrumentId, LenderId, Lots, Rate, TraderId};
use language::findings::{Finding, Findings, LARGEST};
use mechanics::lenders::FailurePlan;
use mechanics::margin::models::{About, Context};
use mechanics::waterfall::LayerFile;
use mechanics::waterfall::funds::FundsPlan;
use std::collections::BTreeMap;
use std::sync::Arc;

/// With no more trader accounts than this all of them are watched: a chart can show them.
const FEW_ACCOUNTS: usize = 16;

pub struct People {
    pub lenders: Vec<LenderPlan>,
    pub traders: Vec<TraderPlan>,
    pub accounts: Vec<AccountPlan>,
    pub funds: Vec<FundPlan>,
    /// First trader of each entry in the file's `traders`, and how many it became.
    pub ranges: Vec<(usize, usize)>,
}

pub fn build(file: &WorldFile, markets: &Markets, findings: &mut Findings) -> People {
    let mut hand = Hand {
        file,
        markets,
        instruments: positions(file.instruments.names()),
        lenders: positions(file.lenders.names()),
        houses: vec![BTreeMap::new(); file.lenders.len()],
        traders: vec![],
        accounts: vec![],
        funds: vec![],
        findings,
    };
    let mut lenders = hand.lender_plans();
    hand.accounts.extend(file.lenders.iter().enumerate().map(|(index, (name, _))| AccountPlan {
        name: name.to_string(),
        trader: None,
        lender: LenderId::from_index(index),
        cash: lenders[index].capital,
        slots: vec![],
        watched: true,
    }));
    let mut ranges = Vec::with_capacity(file.traders.len());
    for (name, params) in file.traders.iter() {
        let first = hand.traders.len();
        hand.trader(name, &Arc::new(params.clone()), &lenders);
        ranges.push((first, hand.traders.len() - first));
    }
    hand.settle_houses();
    let (mut traders, mut accounts, mut funds) = (hand.traders, hand.accounts, hand.funds);
    let division = pools::divide(file, &markets.instruments, &lenders, &mut traders, &mut accounts);
    firms::settle_accounts(&mut traders, &division);
    let rest = contracts::rest_of_market(&accounts, markets, &lenders, hand.findings);
    if accounts.len() - lenders.len() <= FEW_ACCOUNTS {
        accounts.iter_mut().for_each(|account| account.watched = true);
    }
    accounts.extend(rest);
    funds::build(file, &ranges, (&mut lenders, &mut traders, &mut accounts), &mut funds, findings);
    insolvency::build(file, &mut lenders, findings);
    People { lenders, traders, accounts, funds, ranges }
}

/// What margin models need to know of the world to become whole numbers and ids.
pub fn margin_context<'a>(file: &WorldFile, markets: &'a Markets) -> Context<'a> {
    let instruments = markets.instruments.iter().map(|plan| About {
        name: &plan.name,
        underlying: plan.kind.underlying(),
        contract: plan.kind.delivered().map(|_| plan.lot_units),
    });
    Context::new(instruments, file.currency.decimals, super::clock::ticks_in_day(&file.clock))
}

pub(super) struct Hand<'a> {
    pub(super) file: &'a WorldFile,
    pub(super) markets: &'a Markets,
    instruments: BTreeMap<&'a str, usize>,
    pub(super) lenders: BTreeMap<&'a str, usize>,
    /// By lender: what the house holds against its clients' swaps, and what it may come to hold.
    pub(super) houses: Vec<BTreeMap<InstrumentId, Lots>>,
    pub(super) traders: Vec<TraderPlan>,
    pub(super) accounts: Vec<AccountPlan>,
    pub(super) funds: Vec<FundPlan>,
    pub(super) findings: &'a mut Findings,
}

impl Hand<'_> {
    fn lender_plans(&mut self) -> Vec<LenderPlan> {
        let mut plans = Vec::with_capacity(self.file.lenders.len());
        let context = margin_context(self.file, self.markets);
        for (index, (name, lender)) in self.file.lenders.iter().enumerate() {
            let capital = self.stated(format_args!("lenders.{name}.capital"), lender.capital);
            plans.push(LenderPlan {
                name: name.to_string(),
                house: AccountId::from_index(index),
                capital,
                margin: lender.margin.plan(&context),
                collateral: lender.collateral.as_ref().map(|collateral| Arc::new(collateral.plan(self.file.owned()))),
                add_ons: lender.add_ons.as_ref().map(|add_ons| Arc::new(add_ons.plan())),
                call_level: lender.calls.below,
                restores: lender.calls.restores(&lender.margin),
                restores_by_model: lender.calls.follows_the_model(),
                call_schedule: lender.calls.checked,
                grace: lender.calls.grace,
                cross_default: lender.cross_default,
                policy: super::policy::policy(&lender.liquidation, self.file.currency.decimals, |name| {
                    self.instruments.get(name).copied().map(InstrumentId::from_index)
                }),
                limits: None,
                deposits: lender
                    .deposits
                    .as_ref()
                    .and_then(|own| super::deposits::plan(name, own, self.file, self.markets, self.findings)),
                interest: lender.interest.as_ref().map(|own| contracts::interest(self.file, own)),
                waterfall: lender.waterfall.iter().map(|layer| LayerFile::plan(*layer)).collect(),
                funds: FundsPlan::default(),
                failure: FailurePlan::default(),
            });
        }
        plans
    }

    /// An amount that the file states. One that is out of all range is for `check` to report.
    pub(super) fn stated(&mut self, path: std::fmt::Arguments<'_>, amount: f64) -> Cash {
        let counted = amount.abs() <= LARGEST;
        if counted { self.money(path, amount, self.file.currency.decimals) } else { Cash::ZERO }
    }

    fn money(&mut self, path: std::fmt::Arguments<'_>, amount: f64, decimals: u8) -> Cash {
        cash(amount, decimals).unwrap_or_else(|reason| {
            self.findings.add(path, reason, "give a smaller amount");
            Cash::ZERO
        })
    }

    fn trader(&mut self, name: &str, params: &Arc<TraderFile>, lenders: &[LenderPlan]) {
        match &**params {
            TraderFile::LeveragedFirm(own) => self.firm(name, params, own, lenders),
            TraderFile::Firm(own) => self.explicit_firm(name, params, own),
            // A crowd is a rule, not a list: see `crowds`.
            TraderFile::Clients(_) => {}
            population => self.join(name, params, population.joins().expect("who is no firm decides")),
        }
    }

    /// An instrument that can be computed with.
    pub(super) fn instrument(&self, name: &str) -> Option<InstrumentId> {
        let index = *self.instruments.get(name)?;
        (!self.markets.unusable[index]).then(|| InstrumentId::from_index(index))
    }

    /// One trader with one account for each member and instrument.
    fn join(&mut self, name: &str, params: &Arc<TraderFile>, own: &dyn Joins) {
        if let Some(accounts) = own.endowment().accounts() {
            return self.desk(name, params, own, accounts);
        }
        let traded = own.instruments();
        let (count, groups) = (own.count(), traded.len());
        for (_, instrument) in traded {
            let Some(id) = self.instrument(instrument) else { continue };
            let Some(account) = self.endowed(name, own.endowment(), id, (1.0, 1.0)) else { continue };
            let elsewhere = own.endowment().venue().map(|venue| self.elsewhere(id, venue, account.lender));
            let few = |_: &Sizes| count <= LARGEST_COUNT;
            let sizes = own.endowment().sizes().filter(few).map(|sizes| sizes.of(count));
            let leverages = own.endowment().leverages().filter(few).map(|sizes| sizes.of_another(count));
            for member in 0..count {
                let own_name = match (count, groups) {
                    (1, 1) => name.to_string(),
                    (1, _) => format!("{name}[{instrument}]"),
                    _ => format!("{name}[{instrument},{member}]"),
                };
                let of = |list: &Option<Vec<f64>>| list.as_ref().map_or(1.0, |list| list[member as usize]);
                let account = match (of(&sizes), of(&leverages)) {
                    (1.0, 1.0) => account.clone(),
                    differs => match self.endowed(name, own.endowment(), id, differs) {
                        Some(account) => account,
                        None => continue,
                    },
                };
                self.add(own_name, params, (member, count), Some(id), vec![account], Cash::ZERO);
                if let Some(legs) = &elsewhere {
                    self.traders.last_mut().expect("it was just added").legs = Arc::clone(legs);
                }
            }
        }
    }

    /// What a member of a size starts with. Amounts out of all range are for `check` to report.
    fn endowed(
        &mut self,
        name: &str,
        endowment: Endowment<'_>,
        id: InstrumentId,
        (size, leverage): (f64, f64),
    ) -> Option<AccountSketch> {
        let plan = &self.markets.instruments[id.index()];
        let counted = |number: f64| number.is_finite() && number >= 0.0;
        // So many units for so much money, also where the price is below zero.
        let price = plan.price_of(plan.start).abs();
        let (lender, path, units, money) = match endowment {
            Endowment::Stake(stake) => {
                let volume = plan.ordinary.daily_volume_units;
                if ![stake.cash_days, stake.units_days, volume].into_iter().all(counted) {
                    return None;
                }
                let money = stake.cash_days * volume * price;
                (stake.lender.as_str(), "stake.units_days", stake.units_days * volume, money)
            }
            Endowment::Levered(stake) | Endowment::Exposed { stake, .. } => {
                if ![stake.equity, stake.leverage].into_iter().all(|number| counted(number) && number <= LARGEST) {
                    return None;
                }
                (stake.lender.as_str(), "stake.leverage", stake.leverage * stake.equity / price, stake.equity)
            }
            Endowment::Units { lender, units } if counted(units) => (lender, "units", units, 0.0),
            Endowment::Units { .. } | Endowment::Accounts(_) => return None,
        };
        let lender = *self.lenders.get(lender)?;
        let (units, money) = (units * size, money * size);
        let units = units * leverage;
        let held = lots(units, plan.lot_units).unwrap_or_else(|reason| {
            self.findings.add(format_args!("traders.{name}.{path}"), reason, "give less");
            Lots::ZERO
        });
        let decimals = self.file.currency.decimals;
        let held = if matches!(endowment, Endowment::Exposed { short: true, .. }) { -held } else { held };
        let borrows = matches!(endowment, Endowment::Levered(_) | Endowment::Exposed { .. });
        // Nothing is paid for exposure: what is brought is its margin.
        let paid = borrows && !plan.kind.is_contract();
        let cost = if paid { plan.step_value.value(held, plan.start) } else { Cash::ZERO };
        let field = if borrows { "equity" } else { "cash_days" };
        let cash = self.money(format_args!("traders.{name}.stake.{field}"), money, decimals) - cost;
        Some(AccountSketch { lender, cash, slots: vec![(id, held)], watched: false })
    }

    fn firm(&mut self, name: &str, params: &Arc<TraderFile>, own: &Firm, lenders: &[LenderPlan]) {
        let decimals = self.file.currency.decimals;
        let path = format!("traders.{name}");
        let numbers = [own.equity, own.leverage, own.posted].into_iter();
        let weights = own.portfolio.iter().chain(own.lenders.iter()).map(|(_, weight)| *weight);
        if !numbers.chain(weights).all(|number| number.abs() <= LARGEST) {
            return;
        }
        let equity = self.stated(format_args!("{path}.equity"), own.equity);
        let mut accounts = Vec::new();
        let mut posted_total = Cash::ZERO;
        for (index, lender) in lenders.iter().enumerate() {
            let Some(part) = own.lenders.get(&lender.name) else { continue };
            let slice = self.slice(&path, own, index, *part, lender);
            let posted = Rate::from_f64(own.posted).unwrap_or_default().of_rounded_up(slice.requirement);
            posted_total += posted;
            let slots = slice.slots;
            accounts.push(AccountSketch { lender: index, cash: posted - slice.cost, slots, watched: true });
        }
        let treasury = equity - posted_total;
        // With a wrong weight or rate the sum means nothing.
        if treasury.is_negative() && !self.found_under(&[&format!("{path}."), "lenders."]) {
            let (posted, owned) = (posted_total.to_major(decimals), equity.to_major(decimals));
            self.findings.add(
                format_args!("{path}.posted"),
                format!("it posts {posted} of margin, more than the {owned} it owns"),
                "lower `posted` or `leverage`, or the lenders' initial margin",
            );
        }
        self.add(name.to_string(), params, (0, 1), None, accounts, treasury);
    }

    /// Whether anything has been found at paths that begin in one of these ways.
    fn found_under(&self, beginnings: &[&str]) -> bool {
        let begins = |finding: &Finding| beginnings.iter().any(|beginning| finding.path.starts_with(beginning));
        self.findings.list().iter().any(begins)
    }

    /// One lender's part of a firm's portfolio.
    fn slice(&mut self, path: &str, own: &Firm, index: usize, part: f64, lender: &LenderPlan) -> Slice {
        let mut slice = Slice { slots: vec![], requirement: Cash::ZERO, cost: Cash::ZERO };
        let plain_rate = match lender.margin {
            MarginPlan::Rate { im, .. } if lender.collateral.is_none() && lender.add_ons.is_none() => Some(im),
            _ => None,
        };
        let mut held: Vec<(InstrumentId, f64)> =
            own.portfolio.iter().filter_map(|(name, weight)| Some((self.instrument(name)?, *weight))).collect();
        held.sort_unstable_by_key(|(id, _)| *id);
        for (id, weight) in held {
            let plan = &self.markets.instruments[id.index()];
            let value = own.equity * own.leverage * weight * part;
            let quantity = match lots(value / plan.price_of(plan.start).abs(), plan.lot_units) {
                Ok(quantity) => quantity,
                Err(reason) => {
                    let path = format!("{path}.leverage");
                    if !self.found_under(&[&path]) {
                        self.findings.add(path, reason, "lower `equity` or `leverage`");
                    }
                    continue;
                }
            };
            slice.slots.push((id, quantity));
            let worth = plan.step_value.value(quantity, plan.start);
            if let Some(im) = plain_rate {
                slice.requirement += im.of_rounded_up(worth.abs());
            }
            // A contract costs nothing to enter; the rest of the market has the other side.
            if plan.kind.is_paid_for() {
                slice.cost += worth;
            }
            if let Some(of) = plan.kind.swap_of() {
                self.hedge(index, id, of, quantity);
            }
        }
        if plain_rate.is_none() {
            let mode = &self.file.lenders.iter().nth(index).expect("a lender's position").1.mode;
            let instruments = &self.markets.instruments;
            let marks = opening_marks(instruments, super::clock::start(&self.file.clock));
            slice.requirement = pools::opening_margin(mode, &lender.terms(), &marks, instruments, &slice.slots);
        }
        slice
    }

    /// A lender writes a swap and buys what it is on.
    pub(super) fn hedge(&mut self, lender: usize, swap: InstrumentId, of: InstrumentId, quantity: Lots) {
        let house = &mut self.houses[lender];
        let hedge = *house.get(&of).unwrap_or(&Lots::ZERO) + quantity;
        let written = *house.get(&swap).unwrap_or(&Lots::ZERO) - quantity;
        house.insert(of, hedge);
        house.insert(swap, written);
    }

    pub(super) fn add(
        &mut self,
        name: String,
        params: &Arc<TraderFile>,
        (member, members): (u32, u32),
        instrument: Option<InstrumentId>,
        sketches: Vec<AccountSketch>,
        treasury: Cash,
    ) {
        let trader = TraderId::from_index(self.traders.len());
        let mut accounts = Vec::with_capacity(sketches.len());
        for sketch in sketches {
            accounts.push(AccountId::from_index(self.accounts.len()));
            let lender = self.file.lenders.names().nth(sketch.lender).expect("a lender's position");
            self.accounts.push(AccountPlan {
                name: format!("{name}@{lender}"),
                trader: Some(trader),
                lender: LenderId::from_index(sketch.lender),
                cash: sketch.cash,
                slots: sketch.slots,
                watched: sketch.watched,
            });
        }
        let population = name.split('[').next().unwrap_or_default();
        self.traders.push(TraderPlan {
            latency: self.file.latency.get(population).copied(),
            name,
            params: Arc::clone(params),
            member,
            members,
            instrument,
            legs: Arc::default(),
            accounts,
            treasury,
            firm: None,
        });
    }

    /// Gives each house the shares it holds against its clients' swaps, bought at the starting price
    /// out of its own money.
    fn settle_houses(&mut self) {
        for (index, held) in std::mem::take(&mut self.houses).into_iter().enumerate() {
            let account = &mut self.accounts[index];
            for (id, quantity) in &held {
                let plan = &self.markets.instruments[id.index()];
                if plan.kind.owned() {
                    account.cash -= plan.step_value.value(*quantity, plan.start);
                }
                if quantity.abs() > Lots::LARGEST {
                    let lender = &account.name;
                    self.findings.add(
                        format_args!("lenders.{lender}"),
                        format!("its clients' swaps on {} add up to more lots than this build counts", plan.name),
                        "lower the leverage of its clients",
                    );
                }
            }
            account.slots = held.into_iter().collect();
        }
    }
}

/// An account before it has a number.
#[derive(Clone)]
pub(super) struct AccountSketch {
    pub lender: usize,
    pub cash: Cash,
    pub slots: Vec<(InstrumentId, Lots)>,
    pub watched: bool,
}

struct Slice {
    slots: Vec<(InstrumentId, Lots)>,
    /// Initial margin at the starting price; with rates alone rounded up position by position.
    requirement: Cash,
    /// What its outright positions cost at the starting price.
    cost: Cash,
}
