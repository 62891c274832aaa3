//! Records become rows.

use super::names::{Names, Roster, Times, stamp};
use engine::gather::{
    AccountRecord, AuctionRecord, ClaimRecord, Claimant, Event, FirmRecord, FundRecord, Gather, HaltRecord,
    LenderRecord, PopulationRecord, PriceRecord, RefusalRecord, TradeRecord, WaterfallRecord,
};
use engine::plan::InstrumentPlan;
use engine::tick::stages::populations::populations;
use ground::units::{BreachId, Side};
use mechanics::liquidation::{Breach, Target};
use mechanics::margin::{Call, CallOutcome};
use results::rows::Name;
use results::rows::{
    AccountRow, AuctionRow, CallRow, ClaimRow, EventRow, FirmRow, FundRow, HaltRow, LenderRow, LiquidationRow,
    PopulationRow, PriceRow, RefusalRow, Tables, TradeRow, WaterfallRow,
};
use std::mem::take;

/// All tables but the cascade, which analysis traces, and what the world asks to be studied. The long
/// lists of records go as soon as their rows are there.
pub fn tables(names: &Roster<'_>, mut gather: Gather, calls: &[Call], breaches: &[Breach]) -> Tables {
    let times = || Times::new(**names);
    Tables {
        prices: rows(take(&mut gather.prices), times(), |times, record| price(names, times, record)),
        trades: rows(take(&mut gather.trades), times(), |times, record| trade(names, times, record)),
        accounts: rows(take(&mut gather.accounts), times(), |times, record| account(names, times, record)),
        firms: rows(take(&mut gather.firms), times(), |times, record| firm(**names, times, record)),
        populations: population_rows(**names, &gather),
        calls: calls.iter().map(|record| call(names, record)).collect(),
        liquidations: breaches
            .iter()
            .flat_map(|breach| breach.targets.iter().map(|target| liquidation(names, breach, target)))
            .collect(),
        auctions: gather.auctions.iter().map(|record| auction(**names, breaches, record)).collect(),
        treasury: super::treasury::rows(**names, &gather.treasury),
        waterfall: gather.waterfall.iter().map(|record| waterfall(names, record)).collect(),
        funds: gather.funds.iter().map(|record| fund(**names, record)).collect(),
        claims: gather.claims.iter().map(|record| claim(**names, record)).collect(),
        lenders: gather.lenders.iter().map(|record| lender(**names, record)).collect(),
        cascade: Vec::new(),
        halts: gather.halts.iter().map(|record| halt(**names, record)).collect(),
        events: events(names, &gather, breaches),
        refusals: take(&mut gather.refused).iter().map(|record| refusal(names, record)).collect(),
        study: Vec::new(),
        rounds: Vec::new(),
        pegs: super::pegs::rows(**names, &gather.pegs),
        pools: super::pools::rows(**names, &gather.pools),
        deposits: super::deposits::rows(**names, &gather.deposits),
    }
}

/// Rows of records that came tick by tick.
fn rows<'a, T, R>(records: Vec<T>, mut times: Times<'a>, row: impl Fn(&mut Times<'a>, &T) -> R) -> Vec<R> {
    records.iter().map(|record| row(&mut times, record)).collect()
}

fn price(names: &Roster<'_>, times: &mut Times<'_>, record: &PriceRecord) -> PriceRow {
    let market = record.market;
    let price = |price| names.price(market, price);
    let units = |lots| names.units(market, lots);
    PriceRow {
        tick: record.tick.index(),
        time: times.of(record.tick),
        instrument: names.traded(market),
        venue: names.venue(market),
        mid: record.bid.zip(record.ask).map(|(bid, ask)| names.mid(market, bid, ask)),
        mark: price(record.mark),
        bid: record.bid.map(price),
        ask: record.ask.map(price),
        bid_depth_1pct_units: units(record.bid_depth),
        ask_depth_1pct_units: units(record.ask_depth),
        volume_units: units(record.volume),
        forced_volume_units: units(record.forced_volume),
        block_volume_units: units(record.block_volume),
        open_interest_units: record.open_interest.map(units),
        halted: record.halted,
    }
}

fn trade(names: &Roster<'_>, times: &mut Times<'_>, record: &TradeRecord) -> TradeRow {
    TradeRow {
        tick: record.tick.index(),
        time: times.of(record.tick),
        instrument: names.traded(record.market),
        venue: names.venue(record.market),
        price: names.price(record.market, record.price),
        quantity_units: names.units(record.market, record.lots),
        buyer: names.account(record.buyer),
        seller: names.account(record.seller),
        aggressor: record.aggressor.map_or("auction", Side::word).into(),
        cause: record.cause.word().into(),
        resting_cause: record.resting_cause.word().into(),
    }
}

fn account(names: &Roster<'_>, times: &mut Times<'_>, record: &AccountRecord) -> AccountRow {
    let stands = record.stands;
    let leverage = record.gross.to_minor() as f64 / stands.equity.to_minor() as f64;
    AccountRow {
        tick: record.tick.index(),
        time: times.of(record.tick),
        account: names.account(record.account),
        trader: names.trader_of(record.account),
        lender: names.lender_of(record.account),
        equity: names.money(stands.equity),
        equity_counted: names.money(stands.counted),
        im: names.money(stands.im),
        mm: names.money(stands.mm),
        cash: names.money(record.cash),
        leverage_ratio: stands.equity.is_positive().then_some(leverage),
        state: record.status.into(),
    }
}

fn population_rows(names: Names<'_>, gather: &Gather) -> Vec<PopulationRow> {
    let populations = populations(names.0);
    let row = |record: &PopulationRecord| {
        let about = &populations[record.population];
        let count = |members: usize| u32::try_from(members).unwrap_or(u32::MAX);
        let [equity_low, equity_median, equity_high] = record.equity.map(|equity| names.money(equity));
        PopulationRow {
            tick: record.tick.index(),
            time: names.time(record.tick),
            population: about.name.clone(),
            members: count(about.accounts.len()),
            broken: count(record.broken),
            equity_low,
            equity_median,
            equity_high,
        }
    };
    gather.populations.iter().map(row).collect()
}

fn firm(names: Names<'_>, times: &mut Times<'_>, record: &FirmRecord) -> FirmRow {
    FirmRow {
        tick: record.tick.index(),
        time: times.of(record.tick),
        firm: names.trader(record.firm),
        value: names.money(record.value),
        cash_deliverable: names.money(record.deliverable),
        calls_due: names.money(record.calls_due),
        gross_exposure: names.money(record.gross),
    }
}

fn call(names: &Roster<'_>, call: &Call) -> CallRow {
    let (outcome, settled) = match call.outcome {
        CallOutcome::Open => ("open", None),
        CallOutcome::Met(time) => ("met", Some(time)),
        CallOutcome::Unmet(time) => ("unmet", Some(time)),
        CallOutcome::Lapsed(time) => ("lapsed", Some(time)),
    };
    CallRow {
        tick: call.raised.index(),
        time: names.time(call.raised),
        account: names.account(call.account),
        trader: names.trader_of(call.account),
        lender: names.lender_of(call.account),
        amount: names.money(call.amount),
        deadline: names.to_come(call.deadline),
        reason: call.reason.word().into(),
        outcome: outcome.into(),
        settled_time: settled.map(stamp),
        paid: names.money(call.paid),
    }
}

fn liquidation(names: &Roster<'_>, breach: &Breach, target: &Target) -> LiquidationRow {
    let market = target.market;
    let step_value = names.instrument_of(market).step_value;
    let average = (!target.filled.is_zero())
        .then(|| names.instrument_of(market).step_size * target.lot_steps as f64 / target.filled.get() as f64);
    LiquidationRow {
        breach: breach.id.get(),
        tick: breach.tick.index(),
        time: names.time(breach.tick),
        account: names.account(breach.account),
        trader: names.trader_of(breach.account),
        lender: names.lender(breach.lender),
        cause: breach.cause.word().into(),
        instrument: names.instrument(target.instrument),
        side: target.side.word().into(),
        orders: target.orders,
        ordered_units: names.units(market, target.ordered),
        filled_units: names.units(market, target.filled),
        average_price: average,
        breach_price: names.price(market, target.breach_price),
        notional: names.money(target.notional(step_value)),
        slippage: names.money(target.slippage(step_value)),
        first_fill_time: target.first_fill.map(stamp),
        last_fill_time: target.last_fill.map(stamp),
    }
}

fn waterfall(names: &Roster<'_>, record: &WaterfallRecord) -> WaterfallRow {
    WaterfallRow {
        breach: record.breach.map(BreachId::get),
        tick: record.tick.index(),
        time: names.time(record.tick),
        account: names.account(record.account),
        lender: names.lender_of(record.account),
        layer: record.layer.word().into(),
        payer: record.payer.map_or_else(Default::default, |payer| names.payer(payer)),
        amount: names.money(record.amount),
        rank: record.rank,
    }
}

fn auction(names: Names<'_>, breaches: &[Breach], record: &AuctionRecord) -> AuctionRow {
    let breach = &breaches[record.breach.index()];
    let mark = record.mark.steps() as f64;
    let discount = record.sale.filter(|_| mark != 0.0).map(|(_, price)| {
        let better = (price - record.mark) as f64 / mark.abs();
        if record.side == Side::Sell { -better } else { better }
    });
    AuctionRow {
        breach: record.breach.get(),
        tick: record.tick.index(),
        time: stamp(record.at),
        account: names.account(breach.account),
        lender: names.lender(breach.lender),
        instrument: names.0.instruments[record.instrument.index()].name.clone(),
        way: record.way.to_owned(),
        side: record.side.word().to_owned(),
        quantity_units: names.units(record.market, record.lots),
        bidder: record.sale.map(|(account, _)| names.account(account)),
        price: record.sale.map(|(_, price)| names.price(record.market, price)),
        mark: names.price(record.market, record.mark),
        discount_ratio: discount,
        bids: record.bids,
        open_seconds: record.open.as_seconds() as f64,
    }
}

fn fund(names: Names<'_>, record: &FundRecord) -> FundRow {
    FundRow {
        tick: record.tick.index(),
        time: names.time(record.tick),
        lender: names.lender(record.lender),
        fund: names.fund_of(record.fund).to_owned(),
        balance: names.money(record.balance),
    }
}

fn claim(names: Names<'_>, record: &ClaimRecord) -> ClaimRow {
    let (claimant, kind) = match record.claimant {
        Claimant::Client(account) => (names.account(account), "client"),
        Claimant::Creditor(lender) => (names.lender(lender), "creditor"),
    };
    ClaimRow {
        tick: record.tick.index(),
        time: names.time(record.tick),
        lender: names.lender(record.lender),
        claimant,
        kind: kind.to_owned(),
        equity: names.money(record.equity),
        claim: names.money(record.claim),
        lost: names.money(record.lost),
        recovered: names.money(record.claim - record.lost),
        returned: names.money(record.returned),
    }
}

fn lender(names: Names<'_>, record: &LenderRecord) -> LenderRow {
    LenderRow {
        tick: record.tick.index(),
        time: names.time(record.tick),
        lender: names.lender(record.lender),
        capital: names.money(record.capital),
        exposure: names.money(record.exposure),
        unsold: names.money(record.unsold),
        loss: names.money(record.loss),
        funds: names.money(record.funds),
        failed: record.failed,
    }
}

fn halt(names: Names<'_>, record: &HaltRecord) -> HaltRow {
    HaltRow {
        tick: record.tick.index(),
        time: stamp(record.since),
        instrument: names.instrument_of(record.market).name.clone(),
        venue: names.venue_of(record.market),
        rule: record.pause.rule.words(),
        orders: if record.pause.collects { "collected" } else { "refused" }.to_owned(),
        until: names.to_come(record.pause.until),
        reopened: record.reopened.map(stamp),
    }
}

fn refusal(names: &Roster<'_>, record: &RefusalRecord) -> RefusalRow {
    RefusalRow {
        tick: record.tick.index(),
        time: names.time(record.tick),
        account: names.account(record.account),
        trader: names.trader_of(record.account),
        lender: names.lender_of(record.account),
        instrument: names.instrument(record.instrument),
        side: record.side.word().into(),
        quantity_units: names.0.instruments[record.instrument.index()].units_of(record.lots),
        reason: record.reason.word().into(),
    }
}

/// Shocks and failures as gathered, then one line a breach; by tick.
/// What a shock cancelled trades in.
fn cancelled(names: Names<'_>, shock: usize) -> Option<&InstrumentPlan> {
    let own = names.0.shocks[shock].kind.cancels()?;
    Some(&names.0.instruments[own.instrument.index()])
}

fn events(names: &Roster<'_>, gather: &Gather, breaches: &[Breach]) -> Vec<EventRow> {
    let row = |tick: ground::units::Tick, kind: &'static str, subject: Name, text: String| EventRow {
        tick: tick.index(),
        time: names.time(tick),
        kind: kind.into(),
        subject,
        text,
    };
    let mut rows: Vec<_> = gather
        .events
        .iter()
        .map(|(tick, event)| match event {
            Event::Shock(index) => row(*tick, "shock", Name::default(), names.0.shocks[*index].reason.clone()),
            Event::Standstill(client) => {
                row(*tick, "standstill", names.trader(*client), "its lenders agree not to sell".to_owned())
            }
            Event::Defected(lender, client) => {
                let binding = names.0.agreements.iter().find(|terms| terms.binds(*lender));
                let together = binding.is_some_and(|terms| terms.meanwhile.is_some());
                let what = if together { "agreement" } else { "standstill" };
                let text = format!("{} breaks the {what}", names.lender(*lender));
                row(*tick, "defection", names.trader(*client), text)
            }
            Event::StandstillOver(client) => {
                row(*tick, "standstill over", names.trader(*client), "its lenders may sell".to_owned())
            }
            Event::SellTogether(client) => {
                row(*tick, "sale together", names.trader(*client), "its lenders agree to sell together".to_owned())
            }
            Event::TogetherOver(client) => {
                row(*tick, "sale together over", names.trader(*client), "its lenders sell each in its way".to_owned())
            }
            Event::Funding(instrument, rate) => {
                let percent = format!("{:.4} % of value from longs to shorts", rate.to_f64() * 100.0);
                row(*tick, "funding", names.instrument(*instrument), percent)
            }
            Event::TradesCancelled { shock, trades, lots, stand } => {
                let about = cancelled(**names, *shock);
                let units = about.map_or(0.0, |about| about.units_of(*lots));
                let text = format!("{trades} trades of {units} units undone, {stand} stand");
                row(*tick, "trades cancelled", about.map(|about| Name::from(&about.name)).unwrap_or_default(), text)
            }
            Event::SoldOutAtCancelled { shock, breach, undone, stand } => {
                let units = |lots| cancelled(**names, *shock).map_or(0.0, |about| about.units_of(lots));
                let text = format!(
                    "had been sold out at prices that were cancelled: {} units undone, {} stand",
                    units(*undone),
                    units(*stand)
                );
                row(*tick, "sold out at cancelled prices", names.account(breaches[breach.index()].account), text)
            }
            Event::Undelivered(index) => {
                let to = names.0.shocks[*index].kind.handed_to().map(|to| names.account(to)).unwrap_or_default();
                row(*tick, "undelivered", to, "the account is closed: no units were made".to_owned())
            }
            Event::LenderFailed(lender) => {
                row(*tick, "lender failed", names.lender(*lender), "its capital is gone".to_owned())
            }
        })
        .collect();
    rows.extend(breaches.iter().map(|breach| {
        let text = format!("{}; {:.0} to be closed", breach.cause.word(), names.money(breach.found.to_close));
        row(breach.tick, "breach", names.account(breach.account), text)
    }));
    rows.sort_by_key(|row| row.tick);
    rows
}
