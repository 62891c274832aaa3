//! News that nobody hears, and depth that nobody gives: what comes from outside is felt through who looks at it.
//!
//! What an instrument is thought to be worth moves no price by itself: in a book the orders of those who look at it do, and
//! only where prices form by impact is the rest of the market there at once. Likewise depth: makers quote so much less.
//! Volatility and correlations are felt through walks that are looked at, a feed through who is called at what it says.

use crate::file::WorldFile;
use engine::correlations::CorrelationFile;
use engine::plan::{AccountPlan, Plan};
use engine::shocks::{ShockKind, ShockKindFile};
use engine::traders::{Outside, TraderFile};
use ground::units::InstrumentId;
use language::findings::Findings;
use mechanics::contracts::InstrumentKind;
use mechanics::formation::FormationPlan;
use mechanics::liquidation::WhatFirst;
use mechanics::margin::MarginPlan;

pub fn look(file: &WorldFile, plan: &Plan, remarks: &mut Findings) {
    let felt = Felt { file, plan };
    for shock in &plan.shocks {
        let what = &file.shocks[shock.stated].what;
        let path = what.path(shock.stated);
        let mut deaf = |id: InstrumentId, (at, reason, remedy): (&str, &str, &str)| {
            let name = &plan.instruments[id.index()].name;
            remarks.add(format!("{path}.{}", if at.is_empty() { name } else { at }), reason.replace('#', name), remedy);
        };
        match (&shock.kind, what) {
            (ShockKind::Value(changes), _) => unheard(changes, |id| felt.by_anybody(Outside::Value, id))
                .for_each(|id| deaf(id, ("", NEWS, "add a trader who does, such as Value, or take a Jump"))),
            (ShockKind::Liquidity(changes), _) => unheard(changes, |id| felt.by_anybody(Outside::Depth, id))
                .for_each(|id| deaf(id, ("", DEPTH, "add a trader who does, such as MarketMaker, or leave it out"))),
            (ShockKind::Volatility(changes), _) => unheard(changes, |id| felt.volatility(id)).for_each(|id| {
                deaf(id, ("", VOLATILITY, "give it a `value_volatility` and a trader such as Value, or leave it out"));
            }),
            (ShockKind::Oracle(own), _) if !felt.mark(own.instrument) => {
                deaf(own.instrument, ("instrument", FEED, "let a lender ask margin of who holds it, or leave it out"));
            }
            (ShockKind::StaleFeed(own), _) if !felt.mark(own.instrument) => {
                deaf(own.instrument, ("instrument", FEED, "let a lender ask margin of who holds it, or leave it out"));
            }
            (ShockKind::Correlation(_), ShockKindFile::Correlation(own)) if !felt.together(&own.0) => remarks.add(
                path,
                "no two of these values both move by themselves and are looked at by who trades: it changes no price",
                "add a trader who looks at what each is worth, such as Value, or leave it out",
            ),
            _ => {}
        }
    }
    for (index, about) in plan.instruments.iter().enumerate() {
        let walks = about.ordinary.value_volatility > 0.0 && about.kind.underlying().is_none();
        if walks && !felt.by_anybody(Outside::Value, InstrumentId::from_index(index)) {
            remarks.add(
                format_args!("instruments.{}.ordinary.value_volatility", about.name),
                "nobody who trades it looks at what it is worth, so that its walk moves no price",
                "state 0, or add a trader who does, such as Value",
            );
        }
    }
    supports(&felt, remarks);
    for (index, replay) in plan.replay.iter().enumerate() {
        if !felt.by_anybody(Outside::Value, replay.instrument) {
            let name = &plan.instruments[replay.instrument.index()].name;
            remarks.add(
                format_args!("replay[{index}]"),
                format!("nobody who trades \"{name}\" looks at what it is worth: the path moves no price"),
                "add a trader who does, such as Value",
            );
        }
    }
}

const NEWS: &str = "nobody who trades \"#\" looks at what it is worth: the news moves no price";
const DEPTH: &str = "nobody who quotes \"#\" looks at ordinary depth: there is as much as before";
const VOLATILITY: &str = "nobody feels how volatile \"#\" is: its value does not walk, or nobody who trades it looks at \
                          that; no option is on it, no square root of it moves its price, and no lender sells by it";
const FEED: &str = "no lender asks margin of anybody who holds or trades \"#\", and nothing is settled by it: what the \
                    feed says changes nothing";

/// Those of them that are not felt.
fn unheard<T>(
    changes: &[(InstrumentId, T)],
    felt: impl Fn(InstrumentId) -> bool,
) -> impl Iterator<Item = InstrumentId> {
    changes.iter().map(|(id, _)| *id).filter(move |id| !felt(*id))
}

struct Felt<'a> {
    file: &'a WorldFile,
    plan: &'a Plan,
}

impl Felt<'_> {
    /// Whether anybody who trades this, or for what it is worth anything that follows its value, looks at it; or the rest of
    /// a market without a book does.
    fn by_anybody(&self, what: Outside, instrument: InstrumentId) -> bool {
        let traded = |name: &str| self.plan.instruments.iter().position(|about| about.name == name);
        let follows =
            |id: InstrumentId| id == instrument || (what == Outside::Value && self.rests_on(id) == instrument);
        let heeds = |trader: &TraderFile| {
            trader.heeds(what)
                && names(trader).into_iter().filter_map(traded).any(|at| follows(InstrumentId::from_index(at)))
        };
        let forms_by_impact = || {
            let markets = self.plan.markets.iter().filter(|market| follows(market.instrument));
            markets.into_iter().any(|market| matches!(market.formation, FormationPlan::Impact(_)))
        };
        self.file.traders.iter().any(|(_, trader)| heeds(trader)) || forms_by_impact()
    }

    /// Whether its walk, what is priced with it, or how volume moves its price changes with how volatile it is.
    fn volatility(&self, instrument: InstrumentId) -> bool {
        let about = &self.plan.instruments[instrument.index()];
        let options = || {
            let all = (0..self.plan.instruments.len()).map(InstrumentId::from_index);
            all.into_iter().any(|id| self.is_option(id) && self.rests_on_any(id, instrument))
        };
        let moved_by_it = || {
            let mut markets = self.plan.markets.iter().filter(|market| market.instrument == instrument);
            markets.any(|market| matches!(&market.formation, FormationPlan::Impact(own) if own.law.weight(2.0) != 1.0))
        };
        let sold_by_it = || {
            let by_cost = |account: &&AccountPlan| {
                self.plan.lenders[account.lender.index()].policy.first == WhatFirst::MarginFreed
            };
            self.holding(instrument).any(|account| by_cost(&account))
        };
        // How much a feed that is bent would have taken to move is reckoned with it, in who broke whom. Margin that follows
        // volatility does not ask: it is judged from the marks.
        let bent = || {
            let mut bent = self.plan.shocks.iter();
            bent.any(|shock| matches!(&shock.kind, ShockKind::Oracle(own) if own.instrument == instrument))
        };
        self.walk(instrument)
            || (about.ordinary.daily_volatility > 0.0 && moved_by_it())
            || options()
            || sold_by_it()
            || bent()
    }

    /// Whether its value moves by itself, and somebody looks.
    fn walk(&self, instrument: InstrumentId) -> bool {
        let about = &self.plan.instruments[instrument.index()];
        about.ordinary.value_volatility > 0.0
            && about.ordinary.daily_volatility > 0.0
            && self.by_anybody(Outside::Value, instrument)
    }

    /// Whether two at least of those of an entry walk and are looked at. An empty list restores what others change.
    fn together(&self, list: &[CorrelationFile]) -> bool {
        let heard = |entry: &CorrelationFile| {
            let ids = entry.of.iter().filter_map(|name| self.file.instruments.position(name));
            ids.map(InstrumentId::from_index).filter(|id| self.walk(*id)).count() >= 2
        };
        let of_shocks = self.file.shocks.iter().filter_map(|shock| match &shock.what {
            ShockKindFile::Correlation(own) => Some(&own.0),
            _ => None,
        });
        let all = || self.file.correlations.iter().chain(of_shocks.flatten());
        if list.is_empty() { all().any(heard) } else { list.iter().any(heard) }
    }

    /// Whether anybody is called, paid or served at what it is carried at.
    fn mark(&self, instrument: InstrumentId) -> bool {
        let asks = |account: &AccountPlan| {
            let lender = &self.plan.lenders[account.lender.index()];
            let later = || self.plan.shocks.iter().any(|shock| shock.kind.margin().is_some());
            !matches!(lender.margin, MarginPlan::Unmargined) || lender.add_ons.is_some() || later()
        };
        let is_firm = |account: &AccountPlan| {
            account.trader.is_some_and(|id| self.plan.traders.get(id.index()).is_some_and(|own| own.firm.is_some()))
        };
        let settled = (0..self.plan.instruments.len()).map(InstrumentId::from_index).any(|id| {
            let kind = self.plan.instruments[id.index()].kind;
            let by_mark = kind.is_contract() || kind.underlying().is_some();
            by_mark && self.rests_on_any(id, instrument) && self.holding(id).next().is_some()
        });
        let served = || self.plan.pegs.iter().any(|peg| peg.coin == instrument || peg.sister == instrument);
        self.holding(instrument).any(|account| asks(account) || is_firm(account))
            || settled
            || served()
            || !self.plan.crowds.is_empty()
    }

    /// The accounts of traders that hold it or may.
    fn holding(&self, instrument: InstrumentId) -> impl Iterator<Item = &AccountPlan> {
        let traders = self.plan.accounts.iter().filter(|account| account.trader.is_some());
        traders.filter(move |account| account.slots.iter().any(|(id, _)| *id == instrument))
    }

    /// In whose market a named instrument is traded: of a swap that of what it is on.
    fn sold_in<'n>(&'n self, name: &'n str) -> &'n str {
        let all = &self.plan.instruments;
        let of = all.iter().find(|about| about.name == name).and_then(|about| about.kind.swap_of());
        of.map_or(name, |of| &all[of.index()].name)
    }

    fn is_option(&self, id: InstrumentId) -> bool {
        matches!(self.plan.instruments[id.index()].kind, InstrumentKind::Option { .. })
    }

    /// Whether it is that, or on it, however many others lie between.
    fn rests_on_any(&self, mut id: InstrumentId, instrument: InstrumentId) -> bool {
        loop {
            match self.plan.instruments[id.index()].kind.underlying() {
                _ if id == instrument => return true,
                Some(of) => id = of,
                None => return false,
            }
        }
    }

    /// What it is on in the end.
    fn rests_on(&self, mut id: InstrumentId) -> InstrumentId {
        while let Some(of) = self.plan.instruments[id.index()].kind.underlying() {
            id = of;
        }
        id
    }
}

/// Prices that a firm holds up by a share of what others trade by choice, where nobody does.
fn supports(felt: &Felt<'_>, remarks: &mut Findings) {
    for (name, trader) in felt.file.traders.iter() {
        let TraderFile::Firm(own) = trader else { continue };
        for (index, support) in own.supports.iter().enumerate() {
            // A swap is bought in the market of what it is on.
            let bought = felt.sold_in(&support.instrument);
            // A firm that has a plan for bad times may sell what it holds.
            let may_sell = |trader: &TraderFile| match trader {
                TraderFile::Firm(own) if !own.playbook.is_empty() => {
                    own.accounts.iter().any(|(_, account)| account.positions.get(&support.instrument).is_some())
                }
                _ => false,
            };
            let trades = |trader: &TraderFile| names(trader).contains(&bought) || may_sell(trader);
            if !felt.file.traders.iter().any(|(_, trader)| trades(trader)) {
                remarks.add(
                    format_args!("traders.{name}.supports[{index}].instrument"),
                    format!(
                        "nobody trades \"{}\" by choice: of what is traded there, forced sales apart, its share is nothing",
                        support.instrument
                    ),
                    "add somebody who trades it, or leave it out",
                );
            }
        }
    }
}

/// What its members trade.
pub(super) fn names(trader: &TraderFile) -> Vec<&str> {
    let Some(own) = trader.joins() else { return vec![] };
    let legs = own.legs();
    let legs = legs.iter().map(|role| role.instrument);
    own.instruments().into_iter().map(|(_, name)| name).chain(legs).collect()
}
