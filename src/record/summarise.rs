//! The end of a run in numbers.

use super::names::{Names, tidy};
use engine::gather::{DayRecord, Gather, Path, RefusalCounts};
use engine::plan::{LayerPlan, Plan};
use ground::units::{Cash, LenderId, Lots, MarketId, Side, Tick, Time};
use mechanics::liquidation::{Breach, Target};
use mechanics::margin::Call;
use mechanics::screen::Refusal;
use results::summary::{
    AccountsSummary, AuditSummary, Close, FirmSummary, InstrumentSummary, LenderSummary, LiquidationsSummary, Summary,
};
use std::collections::BTreeMap;

/// What the running world knows at its end, besides what was gathered.
#[derive(Clone, Debug)]
pub struct Ending {
    pub seed: u64,
    pub with_liquidation: bool,
    /// By lender: capital, losses, failed, value of client positions in breach and not sold.
    pub lenders: Vec<LenderEnding>,
    /// By firm, in the order of `Gather::firm_marks`.
    pub firms: Vec<FirmEnding>,
    pub audit: AuditSummary,
    /// Accounts at lenders that failed, but for those that were closed out.
    pub frozen: u32,
}

#[derive(Clone, Copy, Debug)]
pub struct FirmEnding {
    pub value: Cash,
    /// Owed outside its accounts, with interest.
    pub owed: Cash,
    /// Tick and value at failure.
    pub failed: Option<(Tick, Cash)>,
}

#[derive(Clone, Copy, Debug)]
pub struct LenderEnding {
    pub capital: Cash,
    pub loss: Cash,
    pub failed: bool,
    pub unsold: Cash,
}

pub fn summarise(plan: &Plan, gather: &Gather, calls: &[Call], breaches: &[Breach], ending: &Ending) -> Summary {
    let names = Names(plan);
    Summary {
        world: plan.name.clone(),
        title: plan.title.clone(),
        currency: plan.currency.code.clone(),
        seed: ending.seed,
        ticks: gather.ticks,
        start: plan.clock.time_of(Tick::new(0)).to_string(),
        end: names.time(Tick::new(gather.ticks.saturating_sub(1))).to_string(),
        with_liquidation: ending.with_liquidation,
        instruments: instruments(names, gather),
        accounts: AccountsSummary {
            total: u32::try_from(plan.client_count()).unwrap_or(u32::MAX),
            called: distinct(calls.iter().map(|call| call.account)),
            breached: distinct(breaches.iter().map(|breach| breach.account)),
            bankrupt: u32::try_from(gather.bankrupt.len()).unwrap_or(u32::MAX),
            frozen: ending.frozen,
        },
        liquidations: liquidations(names, breaches),
        lenders: lenders(names, gather, breaches, ending),
        firms: firms(names, gather, calls, ending),
        waterfall: waterfall(names, gather),
        refusals: refusals(&gather.refusals),
        refusals_by_account: gather
            .refusals_by_account
            .iter()
            .map(|(account, counts)| {
                let met = refusals(counts).into_iter().filter(|(_, count)| *count > 0).collect();
                (names.account(*account), met)
            })
            .collect(),
        pegs: super::pegs::summaries(names, gather),
        pools: super::pools::summaries(names, gather),
        returns: super::returns::figures(plan, gather),
        measured: gather.gauges.read(plan),
        audit: ending.audit.clone(),
        ..Summary::default()
    }
}

fn distinct<T: Ord>(items: impl Iterator<Item = T>) -> u32 {
    let mut items: Vec<_> = items.collect();
    items.sort_unstable();
    items.dedup();
    u32::try_from(items.len()).unwrap_or(u32::MAX)
}

fn instruments(names: Names<'_>, gather: &Gather) -> BTreeMap<String, InstrumentSummary> {
    let booked = names.0.instruments.iter();
    let booked = booked.filter_map(|instrument| Some((instrument.name.clone(), instrument.kind.primary()?)));
    booked.map(|(name, market)| (name, instrument(names, market, &gather.paths))).collect()
}

/// Prices are those of its first venue, volumes those of all of them.
fn instrument(names: Names<'_>, market: MarketId, paths: &[Path]) -> InstrumentSummary {
    let path = &paths[market.index()];
    let of = names.0.markets[market.index()].instrument;
    let venues: Vec<&Path> =
        names.0.markets.iter().zip(paths).filter(|(venue, _)| venue.instrument == of).map(|(_, path)| path).collect();
    let price = |price| names.price(market, price);
    let units = |volume: &dyn Fn(&Path) -> Lots| names.units(market, venues.iter().map(|path| volume(path)).sum());
    let day = |(index, day): (usize, &DayRecord)| {
        let units = |volume: fn(&DayRecord) -> Lots| units(&|path| path.days.get(index).map_or(Lots::ZERO, volume));
        Close {
            date: names.0.clock.sessions[index].open.to_civil().date().to_string(),
            open: price(day.open),
            high: price(day.high),
            low: price(day.low),
            close: price(day.close),
            volume_units: units(|day| day.volume),
            forced_volume_units: units(|day| day.forced_volume),
            block_volume_units: units(|day| day.block_volume),
        }
    };
    InstrumentSummary {
        start: price(path.start),
        min: price(path.min),
        max: price(path.max),
        end: price(path.end),
        drawdown: path.drawdown,
        rise: path.rise,
        fall_compared: path.fall_compared(),
        rise_compared: path.rise_compared(),
        volume_units: units(&|path| path.volume),
        forced_volume_units: units(&|path| path.forced_volume),
        block_volume_units: units(&|path| path.block_volume),
        closes: path.days.iter().enumerate().map(day).collect(),
    }
}

fn liquidations(names: Names<'_>, breaches: &[Breach]) -> LiquidationsSummary {
    let mut sum = LiquidationsSummary::default();
    let (mut slippage, mut volumes) = (Cash::ZERO, Vec::new());
    for target in breaches.iter().flat_map(|breach| &breach.targets) {
        let instrument = names.instrument_of(target.market);
        sum.orders += u64::from(target.orders);
        volumes.push(instrument.units_of(target.filled));
        slippage += target.slippage(instrument.step_value);
    }
    // In an order of their own, so that the sum is the same whoever broke first.
    volumes.sort_by(f64::total_cmp);
    sum.volume = volumes.iter().fold(0.0, |sum, volume| sum + volume);
    (sum.notional, sum.bought_notional) = forced(names, breaches.iter());
    sum.slippage = names.money(slippage);
    sum
}

/// What was traded to close these, and the part of it that was bought.
fn forced<'a>(names: Names<'_>, breaches: impl Iterator<Item = &'a Breach>) -> (f64, f64) {
    let (mut all, mut bought) = (Cash::ZERO, Cash::ZERO);
    for target in breaches.flat_map(|breach| &breach.targets) {
        let worth = target.notional(names.instrument_of(target.market).step_value).abs();
        all += worth;
        if target.side == Side::Buy {
            bought += worth;
        }
    }
    (names.money(all), names.money(bought))
}

fn lenders(names: Names<'_>, gather: &Gather, breaches: &[Breach], ending: &Ending) -> BTreeMap<String, LenderSummary> {
    let own = |id: usize| breaches.iter().filter(move |breach| breach.lender.index() == id);
    let summary = |(id, lender): (usize, &LenderEnding)| {
        let (forced_notional, forced_bought) = forced(names, own(id));
        let summary = LenderSummary {
            capital: names.money(lender.capital),
            loss: names.money(lender.loss),
            failed: lender.failed,
            forced_notional,
            forced_bought,
            half_sold: half_sold(names, own(id), gather.closed.get(&LenderId::from_index(id)))
                .map(|time| time.to_string()),
            unsold: names.money(lender.unsold),
        };
        (names.0.lenders[id].name.clone(), summary)
    };
    ending.lenders.iter().enumerate().map(summary).collect()
}

/// When half of all that had to be closed had been closed by its forced orders, by value at the marks of the breaches. What
/// winners took over was not.
fn half_sold<'a>(
    names: Names<'_>,
    breaches: impl Iterator<Item = &'a Breach>,
    closed: Option<&Vec<(Time, Cash)>>,
) -> Option<Time> {
    let targets = breaches.flat_map(|breach| &breach.targets);
    let worth = |target: &Target| target.at_breach(target.total, names.instrument_of(target.market).step_value);
    let all: i128 = targets.map(|target| worth(target).to_minor()).sum();
    let mut sold = 0;
    closed?.iter().find_map(|(time, worth)| {
        sold += worth.to_minor();
        (sold * 2 >= all).then_some(*time)
    })
}

fn firms(names: Names<'_>, gather: &Gather, calls: &[Call], ending: &Ending) -> BTreeMap<String, FirmSummary> {
    let both = gather.firm_marks.iter().zip(&ending.firms);
    both.map(|((firm, value, cash, least), end)| {
        let summary = FirmSummary {
            value_start: names.money(*value),
            value_end: names.money(end.value),
            cash_deliverable_start: names.money(*cash),
            cash_deliverable_min: names.money(*least),
            failed: end.failed.map(|(tick, _)| names.time(tick).to_string()),
            value_at_failure: end.failed.map(|(_, value)| names.money(value)),
            treasury: super::treasury::summarise(names, gather, calls, *firm, end.owed),
        };
        (names.trader(*firm), summary)
    })
    .collect()
}

/// Every layer that the world states, and the capital of lenders, which pays stated or not: one that nothing reached took
/// nothing, which is a number.
fn waterfall(names: Names<'_>, gather: &Gather) -> BTreeMap<String, f64> {
    let stated = names.0.lenders.iter().flat_map(|lender| &lender.waterfall).chain([&LayerPlan::LenderCapital]);
    let mut layers: BTreeMap<String, Cash> = stated.map(|layer| (layer.word().to_owned(), Cash::ZERO)).collect();
    for record in &gather.waterfall {
        *layers.entry(record.layer.word().to_owned()).or_insert(Cash::ZERO) += record.amount;
    }
    layers.into_iter().map(|(layer, cash)| (layer, tidy(names.money(cash)))).collect()
}

/// Every reason: of one for which no order was refused there are none.
fn refusals(counts: &RefusalCounts) -> BTreeMap<String, u64> {
    Refusal::ALL.iter().zip(counts).map(|(refusal, count)| (refusal.word().replace(' ', "_"), *count)).collect()
}
