//! What contracts add to a plan: links to what they are on, and the other side of what is held at the start.

use super::markets::{Markets, start_price, step_value_at};
use crate::file::{InstrumentFile, WorldFile};
use engine::plan::{
    AccountPlan, FundingPlan, InstrumentKind, InstrumentPlan, InterestPlan, LenderPlan, MarginPlan, Ordinary,
};
use ground::numbers::cash;
use ground::units::{Cash, InstrumentId, LenderId, Lots, MarketId, Rate, Span, Time};
use language::findings::Findings;
use mechanics::contracts::ValueWalk;
use mechanics::contracts::{FundingFile, InterestFile, MarkPlan, OptionFile, REST_OF_MARKET, option_mark};
use mechanics::margin::pricing::{SESSIONS_A_YEAR, years_until};
use std::collections::BTreeMap;

/// The kind of an instrument that has a price of its own in the file.
pub fn kind(file: &WorldFile, instrument: &InstrumentFile, primary: MarketId) -> Option<InstrumentKind> {
    // Names that do not exist, and what nothing can be written on, are for `check` to report.
    let id = |name: &Option<String>| {
        name.as_ref().and_then(|name| file.instruments.position(name)).map(InstrumentId::from_index)
    };
    match instrument {
        InstrumentFile::Spot { .. } => Some(InstrumentKind::Spot { primary }),
        InstrumentFile::Future(own) => Some(InstrumentKind::Future {
            primary,
            underlying: id(&own.underlying),
            settles: own.settles,
            expiry: own.expiry.map_or(Time::NEVER, |expiry| expiry.time()),
        }),
        InstrumentFile::Perpetual(own) => Some(InstrumentKind::Perpetual {
            primary,
            index: id(&own.index),
            funding: own.funding.filter(|_| own.index.is_some()).map(|own| funding(&own, file.currency.decimals)),
        }),
        InstrumentFile::Swap { .. } | InstrumentFile::Option(_) => None,
    }
}

/// What a lender charges. Names of what it does not know are for `check` to report.
pub fn interest(file: &WorldFile, own: &InterestFile) -> InterestPlan {
    let rate = |rate| Rate::from_f64(rate).unwrap_or_default();
    let id = |name| file.instruments.position(name).map(InstrumentId::from_index);
    let mut borrow: Vec<_> = own.borrow.iter().filter_map(|(name, fee)| Some((id(name)?, rate(*fee)))).collect();
    borrow.sort_unstable();
    InterestPlan {
        on_debit: rate(own.on_debit),
        on_credit: rate(own.on_credit),
        borrow,
        day_count: own.day_count.max(1),
        settles: own.settles.filter(|span| *span != Span::ZERO),
    }
}

fn funding(own: &FundingFile, decimals: u8) -> FundingPlan {
    let rate = |rate| Rate::from_f64(rate).unwrap_or_default();
    FundingPlan {
        interval: own.interval,
        interest: rate(own.interest),
        cap: rate(own.cap),
        impact: cash(own.impact, decimals).unwrap_or_default(),
        at_most: rate(own.at_most),
    }
}

/// The account that has the other side of whatever the others hold of contracts and options at the start. `None` when
/// they hold none, or as much short as long.
///
/// It is kept by the first custodian, or else by the first lender. For options it was paid their price at the start.
pub fn rest_of_market(
    accounts: &[AccountPlan],
    markets: &Markets,
    lenders: &[LenderPlan],
    findings: &mut Findings,
) -> Option<AccountPlan> {
    let mut held: BTreeMap<InstrumentId, i128> = BTreeMap::new();
    for &(id, lots) in accounts.iter().flat_map(|account| &account.slots) {
        if !markets.instruments[id.index()].kind.has_issuer() {
            *held.entry(id).or_default() += i128::from(lots.get());
        }
    }
    held.retain(|_, lots| *lots != 0);
    let custodian = lenders.iter().position(|lender| lender.margin == MarginPlan::Unmargined);
    let mut account = AccountPlan {
        name: REST_OF_MARKET.to_owned(),
        trader: None,
        lender: LenderId::from_index(custodian.unwrap_or(0)),
        cash: Cash::ZERO,
        slots: Vec::with_capacity(held.len()),
        watched: true,
    };
    for (id, lots) in held {
        let plan = &markets.instruments[id.index()];
        let Some(lots) = i64::try_from(-lots).ok().map(Lots::new).filter(|lots| lots.abs() <= Lots::LARGEST) else {
            findings.add(
                format_args!("instruments.{}", plan.name),
                "what its holders have at the start adds up to more lots than this build counts",
                "lower their stakes or leverage, or take a larger lot",
            );
            continue;
        };
        if plan.kind.is_paid_for() {
            account.cash -= plan.step_value.value(lots, plan.start);
        }
        account.slots.push((id, lots));
    }
    (!account.slots.is_empty() && !lenders.is_empty()).then_some(account)
}

/// An option, priced in the steps of what it is on. `None` when the numbers will not do.
pub fn option(
    name: &str,
    own: &OptionFile,
    of: InstrumentId,
    underlying: &InstrumentPlan,
    primary: MarketId,
    file: &WorldFile,
    findings: &mut Findings,
) -> Option<InstrumentPlan> {
    let path = format!("instruments.{name}");
    let sound = [own.strike, own.lot, own.implied_volatility].iter().all(|number| number.is_finite() && *number > 0.0);
    if !sound {
        return None;
    }
    let step = underlying.step_size;
    let value = step_value_at(&format!("{path}.lot"), own.lot, step, file.currency.decimals, findings);
    let strike = start_price(&format!("{path}.strike"), own.strike, step, findings);
    if let Err(reason) = ground::numbers::lots(own.ordinary.daily_volume, own.lot) {
        findings.add(format_args!("{path}.ordinary.daily_volume"), reason, "take a larger lot, or a smaller number");
    }
    let (strike, expiry) = (strike?, own.expiry.time());
    let years = years_until(super::clock::start(&file.clock), expiry);
    Some(InstrumentPlan {
        name: name.to_owned(),
        kind: InstrumentKind::Option { primary, of, right: own.right, strike, expiry },
        step_value: value?,
        lot_units: own.lot,
        step_size: step,
        start: option_mark(own.right, underlying.start, strike, years, own.implied_volatility),
        float_units: f64::INFINITY,
        ordinary: Ordinary {
            daily_volume_units: own.ordinary.daily_volume,
            // Of what it is on: what an option's own return does is no number that holds from one day to the next.
            daily_volatility: own.implied_volatility / SESSIONS_A_YEAR.sqrt(),
            value_volatility: 0.0,
            value_walk: ValueWalk::Geometric,
        },
        mark: MarkPlan::default(),
    })
}
