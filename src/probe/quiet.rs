//! The quiet market of a world, and the same with one large order in it.
//!
//! What the world schedules is taken out: shocks, sellers of blocks, rogue algorithms; and what is under way when it begins:
//! firms that hold a price up, investors who have yet to follow it. All else stays as it is, forced selling and halts too,
//! but nothing happens that would set them off. A parent order is another trader, who keeps its
//! money and units at a custodian of its own. Draws belong to their owners, so with the same seed everyone else draws
//! what they drew without it, and the difference between the two paths is the order's impact.

use engine::plan::{Calendar, Plan};
use engine::probe_plan::ProbePlan;
use engine::traders::parent_order::{Params, Way};
use engine::traders::{Stake, TraderFile};
use ground::moments::Moment;
use ground::units::{InstrumentId, Span, Tick};
use language::findings::Finding;
use language::named::Named;
use world::file::{LenderFile, WorldFile};
use world::load::rebuild;

/// Who keeps what the parent order trades with.
const CUSTODIAN: &str = "(capital: 1.0, margin: Unmargined, calls: (below: Maintenance, checked: AtClose, grace: \"T+1\"), \
                         cross_default: false, liquidation: (first: ProRata, much: All, how: Market, collar: 1.0, \
                         delay: \"0s\"), waterfall: [LenderCapital])";
/// The parent can pay for its order at this many times the price at the start.
const AMPLE: f64 = 20.0;

/// One parent order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parent {
    pub way: Way,
    /// Share of the ordinary daily volume.
    pub size: f64,
    /// In ticks.
    pub from: u32,
    pub over: u32,
    /// Ticks from its end to the look at what remains.
    pub rest: u32,
}

impl Parent {
    /// One past the last tick that matters to it.
    pub fn end(&self) -> u32 {
        self.from + self.over + self.rest
    }
}

/// The name that its plan's last trader bears: one that the world does not use.
fn free_name(taken: &[&str], wanted: &str) -> String {
    let mut name = wanted.to_owned();
    while taken.contains(&name.as_str()) {
        name.push('*');
    }
    name
}

/// The world without what it schedules.
pub fn quiet(file: &WorldFile) -> WorldFile {
    let mut file = file.clone();
    file.shocks.clear();
    let stay = file.traders.iter().filter(|(_, trader)| !trader.is_scheduled());
    file.traders = stay.map(|(name, trader)| (name.to_owned(), trader.calmed())).collect();
    file
}

/// # Errors
/// When the world is none without what it schedules.
pub fn quiet_plan(name: &str, file: &WorldFile) -> Result<Plan, Vec<Finding>> {
    rebuild(name, &quiet(file))
}

/// The quiet market with a parent order. Its trader is the plan's last.
///
/// # Errors
/// When its money or units cannot be counted.
pub fn with_parent(
    name: &str,
    file: &WorldFile,
    clock: &Calendar,
    instrument: &str,
    parent: &Parent,
) -> Result<Plan, Vec<Finding>> {
    let mut file = quiet(file);
    let lender = free_name(&file.lenders.names().collect::<Vec<_>>(), "probe-custodian");
    let trader = free_name(&file.traders.names().collect::<Vec<_>>(), "probe-parent");
    let custodian: LenderFile = language::read::own(CUSTODIAN);
    let outright = file.instruments.get(instrument).is_some_and(world::file::InstrumentFile::owned);
    let sells = parent.way == Way::Sell && outright;
    let params = Params {
        instrument: instrument.to_owned(),
        stake: Stake {
            lender: lender.clone(),
            cash_days: if sells { 1.0 } else { AMPLE * parent.size.max(0.05) },
            units_days: if sells { parent.size * 1.01 + 0.01 } else { 0.0 },
            sizes: None,
            venue: None,
        },
        way: parent.way,
        size: parent.size,
        from: Moment(clock.time_of(Tick::new(parent.from)).to_civil()),
        over: Span::seconds(i64::from(parent.over) * clock.tick.as_seconds()),
    };
    file.lenders = with(&file.lenders, lender, custodian);
    file.traders = with(&file.traders, trader, TraderFile::ParentOrder(params));
    rebuild(name, &file)
}

fn with<T: Clone>(named: &Named<T>, name: String, value: T) -> Named<T> {
    let own = named.iter().map(|(name, value)| (name.to_owned(), value.clone()));
    own.chain(std::iter::once((name, value))).collect()
}

/// The parent orders of a probe, each as a buyer and as a seller. What makes rises and falls different cancels between
/// the two, and so does the path without them.
pub fn parents(probe: &ProbePlan) -> Vec<Parent> {
    let sizes = || probe.over.iter().flat_map(|over| probe.sizes.iter().map(move |size| (*over, *size)));
    let both = |(over, size)| {
        let rest = probe.rest.unwrap_or(over);
        [Way::Buy, Way::Sell].map(|way| Parent { way, size, from: probe.after, over, rest })
    };
    sizes().flat_map(both).collect()
}

/// The instrument by name, or the first that has a price of its own.
pub fn instrument(plan: &Plan, name: Option<&str>) -> Option<InstrumentId> {
    let found = plan.instruments.iter().position(|about| match name {
        Some(name) => about.name == name && about.kind.primary().is_some(),
        None => about.kind.primary().is_some(),
    });
    found.map(InstrumentId::from_index)
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::options::RunOptions;
    use engine::tick::state::state;
    use engine::tick::{self, spawn::spawn};
    use ground::units::Cause;
    use results::keep::Keep;
    use world::{Origin, Source, load_source};

    /// Trades in which either side acts out a shock.
    fn given_from_outside(plan: &Plan) -> usize {
        let options = RunOptions { seed: 1, liquidation: true, record: Keep::ALL, audit_every_tick: false };
        let mut world = spawn(plan, &options);
        let mut schedule = tick::schedule(&mut world);
        (0..plan.clock.ticks).for_each(|_| schedule.run(&mut world));
        let trades = &state(&world).gather.trades;
        trades.iter().filter(|trade| [trade.cause, trade.resting_cause].contains(&Cause::Shock)).count()
    }

    /// No trader is named here, nor where they are taken out: who acts out a shock says so in its own file.
    #[test]
    fn in_a_quiet_market_nobody_acts_out_a_shock() {
        let text = include_str!("../../tests/world_fixtures/every_part.ron").to_owned();
        let source = Source { name: "every_part".to_owned(), text, origin: Origin::BuiltIn };
        let loaded = load_source(source, &[]).expect("it loads");
        assert!(given_from_outside(&loaded.plan) > 0);
        assert_eq!(given_from_outside(&quiet_plan("quiet", &loaded.file).expect("a world")), 0);
    }

    #[test]
    fn what_the_world_does_not_schedule_stays() {
        for (name, _) in world::builtin() {
            let file = world::load(name, &[]).expect("it is built in").file;
            let stays = |(_, trader): &(&str, &TraderFile)| !trader.is_scheduled();
            let all: Vec<&str> = file.traders.iter().filter(stays).map(|(name, _)| name).collect();
            let quiet = quiet(&file);
            assert_eq!(quiet.traders.names().collect::<Vec<_>>(), all);
            assert!(quiet.shocks.is_empty());
        }
    }
}
