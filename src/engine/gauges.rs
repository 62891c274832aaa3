//! What a world wants to know of a stretch of time: a fall and what came back of it, units traded, what somebody held.
//!
//! A world's expectations and figures name such measures by moments. They cannot be read off the days of a summary, so each
//! is given a gauge that watches its market from tick to tick and keeps a few numbers, whatever tables a run keeps. In
//! come the ticks' records; out goes one number a measure, under the measure's own words, in `summary.json`.
//!
//! - A moment is the end of the last tick that has ended by then; before the first tick, the start.
//! - A fall is the share that the lowest mark from then `until` lies below the mark at `from`: 0.05 for 5 %, never negative.
//! - A fall is reached at the end of the first tick whose mark lies so far below the mark at `from`, in seconds of the clock.
//! - A recovery is the part of that fall by which the mark stands above the low again, `within` after it (at the
//!   latest at the end of the run): 0.6 for three fifths; above 1 when it stands higher than before. The first of equal
//!   lows counts. Without a fall there is none.
//!
//! Of an instrument on several venues the price is that of its first one, and what was traded is that of all of them.

use super::gather::{PegRecord, PriceRecord};
use crate::measures::{Measure, words_of};
use crate::plan::Plan;
use ground::units::{AccountId, InstrumentId, Lots, MarketId, Price, Rate, Span, Tick, Time};
use mechanics::ledger::Ledger;
use mechanics::mint_burn::PegPlan;
use std::collections::BTreeMap;

/// All gauges of a run.
#[derive(Clone, Debug, Default)]
pub struct Gauges {
    list: Vec<Gauge>,
    holdings: Vec<Holding>,
    supplies: Vec<Supply>,
}

/// A market over a stretch of ticks.
#[derive(Clone, Debug)]
struct Gauge {
    /// What the measure is called.
    name: String,
    market: MarketId,
    /// Its other venues.
    beside: Vec<MarketId>,
    what: What,
    /// Ticks that have ended by the beginning and the end of the stretch.
    from: u32,
    until: u32,
    /// After the low, for a recovery.
    within: u32,
    before: Price,
    low: Option<(u32, Price)>,
    after: Price,
    volume: Lots,
    /// What is to be reached, in billionths; ticks that had ended when it was.
    fall: i64,
    reached: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Fall,
    Recovery,
    Traded,
    Reached,
}

/// What some accounts held at the end of a tick.
#[derive(Clone, Debug)]
struct Holding {
    name: String,
    instrument: InstrumentId,
    accounts: Vec<AccountId>,
    /// Ticks that have ended by then.
    at: u32,
    lots: Option<Lots>,
}

/// What there was of one side of a peg at the end of a tick.
#[derive(Clone, Debug)]
struct Supply {
    name: String,
    instrument: InstrumentId,
    /// Index among the plan's pegs.
    peg: usize,
    /// Ticks that have ended by then.
    at: u32,
    /// Than at the start.
    more: Option<Lots>,
}

impl Gauges {
    pub fn new(plan: &Plan) -> Self {
        let mut own = Self::default();
        let wanted = plan.expect.iter().map(|band| &band.what).chain(plan.reference.figures.iter().map(|it| &it.what));
        for measure in wanted {
            own.add(plan, measure);
        }
        own
    }

    /// A measure named twice has one gauge, one of another kind none.
    fn add(&mut self, plan: &Plan, measure: &Measure) {
        let name = words_of(measure);
        let known = self.list.iter().any(|gauge| gauge.name == name)
            || self.holdings.iter().any(|it| it.name == name)
            || self.supplies.iter().any(|it| it.name == name);
        if known {
            return;
        }
        let mut target = 0;
        let (what, instrument, from, until, within) = match measure {
            Measure::Fall { instrument, from, until } => (What::Fall, instrument, from, until, Span::ZERO),
            Measure::Recovery { instrument, from, until, within } => (What::Recovery, instrument, from, until, *within),
            Measure::Traded { instrument, from, until } => (What::Traded, instrument, from, until, Span::ZERO),
            Measure::Reached { instrument, from, fall } => {
                target = Rate::from_f64(*fall).unwrap_or_default().billionths();
                (What::Reached, instrument, from, from, Span::ZERO)
            }
            Measure::Held { trader, instrument, at } => {
                let Some(instrument) = plan.instruments.iter().position(|it| it.name == *instrument) else { return };
                let instrument = InstrumentId::from_index(instrument);
                // What is held before the first tick is what is held at its end.
                let at = ended_by(plan, at.time()).max(1);
                let accounts = accounts_of(plan, trader);
                self.holdings.push(Holding { name, instrument, accounts, at, lots: None });
                return;
            }
            Measure::Outstanding { instrument, at } => {
                let Some(instrument) = plan.instruments.iter().position(|it| it.name == *instrument) else { return };
                let instrument = InstrumentId::from_index(instrument);
                let of = |peg: &PegPlan| peg.coin == instrument || peg.sister == instrument;
                let Some(peg) = plan.pegs.iter().position(of) else { return };
                let at = ended_by(plan, at.time()).max(1);
                self.supplies.push(Supply { name, instrument, peg, at, more: None });
                return;
            }
            _ => return,
        };
        let Some(about) = plan.instruments.iter().find(|about| about.name == *instrument) else { return };
        let Some(market) = about.kind.primary() else { return };
        let of = plan.markets[market.index()].instrument;
        let venues = (0..plan.markets.len()).filter(|venue| plan.markets[*venue].instrument == of);
        let beside = venues.map(MarketId::from_index).filter(|venue| *venue != market).collect();
        let within = within.as_seconds() / plan.clock.tick.as_seconds().max(1);
        self.list.push(Gauge {
            name,
            market,
            beside,
            what,
            from: ended_by(plan, from.time()),
            until: ended_by(plan, until.time()),
            within: u32::try_from(within).unwrap_or(u32::MAX),
            before: about.start,
            low: None,
            after: about.start,
            volume: Lots::ZERO,
            fall: target,
            reached: None,
        });
    }

    /// A tick of a market has ended.
    pub fn price(&mut self, record: &PriceRecord) {
        let (ended, volume) = (record.tick.index() + 1, record.volume + record.block_volume);
        for gauge in &mut self.list {
            if gauge.market == record.market {
                gauge.take(ended, record.mark, volume);
            } else if gauge.beside.contains(&record.market) {
                gauge.trade(ended, volume);
            }
        }
    }

    /// A tick has ended with the pegs like this.
    pub fn pegs(&mut self, plan: &Plan, tick: Tick, pegs: &[PegRecord]) {
        for supply in self.supplies.iter_mut().filter(|it| it.at == tick.index() + 1) {
            let Some(record) = pegs.iter().find(|record| record.peg == supply.peg) else { continue };
            let [coin, sister] = record.more;
            let is_coin = plan.pegs[supply.peg].coin == supply.instrument;
            supply.more = Some(if is_coin { coin } else { sister });
        }
    }

    pub fn ask_for_holdings(&self) -> bool {
        !self.holdings.is_empty()
    }

    /// A tick has ended with these holdings.
    pub fn holdings(&mut self, tick: Tick, ledger: &Ledger) {
        for holding in self.holdings.iter_mut().filter(|it| it.at == tick.index() + 1) {
            let lots = |account: &AccountId| {
                let slot = ledger.accounts.slot_of(*account, holding.instrument);
                slot.map_or(Lots::ZERO, |slot| ledger.accounts.lots(slot))
            };
            holding.lots = Some(holding.accounts.iter().map(lots).sum());
        }
    }

    /// What they show at the end of a run.
    pub fn read(&self, plan: &Plan) -> BTreeMap<String, f64> {
        let units =
            |market: MarketId, lots| plan.instruments[plan.markets[market.index()].instrument.index()].units_of(lots);
        let shown = |gauge: &Gauge| {
            let number = match gauge.what {
                What::Fall => gauge.fall(),
                What::Recovery => gauge.recovery(),
                What::Traded => Some(units(gauge.market, gauge.volume)),
                What::Reached => gauge.reached.map(|ended| {
                    // The last of so many ticks ends then; before the first it is the first that begins.
                    let ticks = |ticks: u32| match ticks.checked_sub(1) {
                        Some(last) => plan.clock.time_of(Tick::new(last)) + plan.clock.tick,
                        None => plan.clock.time_of(Tick::new(0)),
                    };
                    (ticks(ended) - ticks(gauge.from)).as_seconds() as f64
                }),
            };
            number.map(|number| (gauge.name.clone(), number))
        };
        let held = |it: &Holding| {
            it.lots.map(|lots| (it.name.clone(), plan.instruments[it.instrument.index()].units_of(lots)))
        };
        let there = |it: &Supply| {
            let about = &plan.instruments[it.instrument.index()];
            it.more.map(|more| (it.name.clone(), about.float_units + about.units_of(more)))
        };
        let held = self.holdings.iter().filter_map(held).chain(self.supplies.iter().filter_map(there));
        self.list.iter().filter_map(shown).chain(held).collect()
    }
}

impl Gauge {
    /// So many ticks have ended.
    fn take(&mut self, ended: u32, mark: Price, volume: Lots) {
        self.trade(ended, volume);
        if ended <= self.from {
            self.before = mark;
            return;
        }
        if ended <= self.until && self.low.is_none_or(|(_, low)| mark < low) {
            self.low = Some((ended, mark));
        }
        let fallen = i128::from(self.before - mark) * 1_000_000_000;
        if self.reached.is_none() && fallen >= i128::from(self.fall) * i128::from(self.before.steps()) {
            self.reached = Some(ended);
        }
        if self.low.is_some_and(|(at, _)| ended <= at.saturating_add(self.within)) {
            self.after = mark;
        }
    }

    /// So many ticks have ended, in the last of which so much was traded on one of its venues.
    fn trade(&mut self, ended: u32, volume: Lots) {
        if ended > self.from && ended <= self.until {
            self.volume += volume;
        }
    }

    fn fall(&self) -> Option<f64> {
        let (_, low) = self.low?;
        let before = self.before.steps() as f64;
        (before > 0.0).then(|| ((self.before - low) as f64 / before).max(0.0))
    }

    fn recovery(&self) -> Option<f64> {
        let (_, low) = self.low?;
        let fall = self.before - low;
        (fall > 0).then(|| (self.after - low) as f64 / fall as f64)
    }
}

/// How many ticks have ended by a moment.
fn ended_by(plan: &Plan, at: Time) -> u32 {
    plan.clock.tick_at(at).index()
}

/// The accounts of a trader, or of all members of a population.
fn accounts_of(plan: &Plan, name: &str) -> Vec<AccountId> {
    let own = plan.traders.iter().filter(|trader| trader.name.split('[').next() == Some(name));
    let crowds = plan.crowds.iter().filter(|crowd| crowd.name == name);
    let members = crowds.flat_map(|crowd| (0..crowd.members).map(|member| crowd.account(member)));
    own.flat_map(|trader| trader.accounts.iter().copied()).chain(members).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gauge(what: What, from: u32, until: u32, within: u32) -> Gauge {
        Gauge {
            name: String::new(),
            market: MarketId::new(0),
            beside: Vec::new(),
            what,
            from,
            until,
            within,
            before: Price::new(100),
            low: None,
            after: Price::new(100),
            volume: Lots::ZERO,
            fall: 50_000_000,
            reached: None,
        }
    }

    fn shown(gauge: &mut Gauge, marks: &[i64]) {
        for (ended, mark) in (1..).zip(marks) {
            gauge.take(ended, Price::new(*mark), Lots::new(10));
        }
    }

    #[test]
    fn a_fall_is_from_the_mark_at_its_beginning_to_the_low_before_its_end() {
        let mut fall = gauge(What::Fall, 2, 5, 0);
        shown(&mut fall, &[90, 200, 190, 150, 180, 20]);
        // From 200 to 150; 90 came before and 20 after.
        assert_eq!(fall.fall(), Some(0.25));
        assert_eq!(fall.volume, Lots::new(30));
        let mut rise = gauge(What::Fall, 0, 5, 0);
        shown(&mut rise, &[101, 102]);
        assert_eq!(rise.fall(), Some(0.0));
    }

    #[test]
    fn what_came_back_is_counted_some_ticks_after_the_first_of_the_lowest_marks() {
        let mut recovery = gauge(What::Recovery, 0, 4, 3);
        shown(&mut recovery, &[96, 92, 92, 95, 98, 40, 99]);
        // Lows at 92 after two ticks; three later it stands at 98: six of eight. The 40 is outside the stretch.
        assert_eq!(recovery.recovery(), Some(0.75));
        let mut never = gauge(What::Recovery, 0, 4, 3);
        shown(&mut never, &[100, 101]);
        assert_eq!(never.recovery(), None);
    }

    #[test]
    fn a_fall_is_reached_when_it_is_first_all_there() {
        let mut reached = gauge(What::Reached, 1, 1, 0);
        // 5 % below 200 is 190.
        shown(&mut reached, &[200, 191, 195, 190, 150]);
        assert_eq!(reached.reached, Some(4));
        let mut never = gauge(What::Reached, 1, 1, 0);
        shown(&mut never, &[200, 191]);
        assert_eq!(never.reached, None);
    }

    #[test]
    fn a_recovery_that_the_run_does_not_live_to_see_counts_as_far_as_it_got() {
        let mut recovery = gauge(What::Recovery, 0, 4, 100);
        shown(&mut recovery, &[90, 95]);
        assert_eq!(recovery.recovery(), Some(0.5));
    }
}
