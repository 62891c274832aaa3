//! News that nobody hears, and depth that nobody gives: what comes from outside is felt through who looks at it.
//!
//! What an instrument is thought to be worth moves no price by itself: in a book the orders of those who look at it do, and
//! only where prices form by impact is the rest of the market there at once. Likewise depth: makers quote so much less.

use crate::file::WorldFile;
use engine::plan::Plan;
use engine::shocks::ShockKind;
use engine::traders::{Outside, TraderFile};
use ground::units::InstrumentId;
use language::findings::Findings;
use mechanics::formation::FormationPlan;

pub fn look(file: &WorldFile, plan: &Plan, remarks: &mut Findings) {
    let felt = Felt { file, plan };
    for (index, shock) in plan.shocks.iter().enumerate() {
        let (word, what, changes) = match &shock.kind {
            ShockKind::Value(changes) => ("value", Outside::Value, changes),
            ShockKind::Liquidity(changes) => ("liquidity", Outside::Depth, changes),
            _ => continue,
        };
        for (instrument, _) in changes.iter().filter(|(instrument, _)| !felt.by_anybody(what, *instrument)) {
            let name = &plan.instruments[instrument.index()].name;
            let (reason, remedy) = match what {
                Outside::Value => (
                    format!("nobody who trades \"{name}\" looks at what it is worth: the news moves no price"),
                    "add a trader who does, such as Value, or take a Jump",
                ),
                Outside::Depth => (
                    format!("nobody who quotes \"{name}\" looks at ordinary depth: there is as much as before"),
                    "add a trader who does, such as MarketMaker, or leave it out",
                ),
            };
            remarks.add(format_args!("shocks[{index}].what.{word}.{name}"), reason, remedy);
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

    /// What it is on in the end.
    fn rests_on(&self, mut id: InstrumentId) -> InstrumentId {
        while let Some(of) = self.plan.instruments[id.index()].kind.underlying() {
            id = of;
        }
        id
    }
}

/// What its members trade.
fn names(trader: &TraderFile) -> Vec<&str> {
    let Some(own) = trader.joins() else { return vec![] };
    let legs = own.legs();
    let legs = legs.iter().map(|role| role.instrument);
    own.instruments().into_iter().map(|(_, name)| name).chain(legs).collect()
}
