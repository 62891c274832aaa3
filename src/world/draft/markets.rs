//! Venues, instruments and the markets they make.

use super::contracts;
use super::positions;
use crate::file::{Booked, InstrumentFile, WorldFile};
use engine::plan::{InstrumentKind, InstrumentPlan, MarketPlan, Ordinary, VenuePlan};
use ground::numbers::{Decimal, cash};
use ground::units::{InstrumentId, MarketId, Price, Rate, StepValue, VenueId};
use language::findings::Findings;
use mechanics::contracts::MarkPlan;
use mechanics::contracts::ValueWalk;
use mechanics::formation::FormationPlan;
use std::collections::BTreeMap;

pub struct Markets {
    pub venues: Vec<VenuePlan>,
    pub instruments: Vec<InstrumentPlan>,
    pub markets: Vec<MarketPlan>,
    /// Instruments whose numbers could not be read: nothing may be concluded from them.
    pub unusable: Vec<bool>,
}

pub fn build(file: &WorldFile, findings: &mut Findings) -> Markets {
    let venues = positions(file.venues.names());
    let mut built = Markets { venues: venue_plans(file), instruments: vec![], markets: vec![], unusable: vec![] };
    for (index, (name, instrument)) in file.instruments.iter().enumerate() {
        let primary = MarketId::from_index(built.markets.len());
        for venue in instrument.venues().iter().filter_map(|venue| venues.get(venue.as_str())) {
            built.markets.push(MarketPlan {
                instrument: InstrumentId::from_index(index),
                venue: VenueId::from_index(*venue),
                formation: FormationPlan::Book,
            });
        }
        let plan = contracts::kind(file, instrument, primary)
            .and_then(|kind| booked(name, instrument, kind, file.currency.decimals, findings))
            .map(|plan| InstrumentPlan { mark: mark(instrument, &venues, primary, &built.markets), ..plan });
        built.unusable.push(plan.is_none());
        built.instruments.push(plan.unwrap_or_else(|| unreadable(name)));
    }
    // So do options, of which only what they are on has a price in the file.
    let mut primary = 0;
    for (index, (name, instrument)) in file.instruments.iter().enumerate() {
        let market = MarketId::from_index(primary);
        primary += instrument.venues().iter().filter(|venue| venues.contains_key(venue.as_str())).count();
        let InstrumentFile::Option(own) = instrument else { continue };
        let Some(of) = file.instruments.position(&own.of).filter(|of| !built.unusable[*of]) else { continue };
        let (id, underlying) = (InstrumentId::from_index(of), &built.instruments[of]);
        if let Some(plan) = contracts::option(name, own, id, underlying, market, file, findings) {
            built.instruments[index] = plan;
            built.unusable[index] = false;
        }
    }
    // Swaps take after what they are written on, wherever in the file that stands.
    for (index, (name, instrument)) in file.instruments.iter().enumerate() {
        let Some(of) = instrument.swap_of() else { continue };
        let Some(of) = file.instruments.position(of).filter(|of| !built.unusable[*of]) else { continue };
        if built.instruments[of].kind.owned() {
            let kind = InstrumentKind::Swap { of: InstrumentId::from_index(of) };
            built.instruments[index] = InstrumentPlan { name: name.to_string(), kind, ..built.instruments[of].clone() };
            built.unusable[index] = false;
        }
    }
    built
}

fn venue_plans(file: &WorldFile) -> Vec<VenuePlan> {
    let rate = |bps: f64| Rate::from_f64(bps / 10_000.0).unwrap_or_default();
    let plan = |(name, venue): (&str, &crate::file::VenueFile)| VenuePlan {
        name: name.to_string(),
        maker_fee: rate(venue.maker_fee_bps),
        taker_fee: rate(venue.taker_fee_bps),
        self_trades: venue.self_trades,
        halts: super::halts::plans(file, name, venue),
    };
    file.venues.iter().map(plan).collect()
}

fn booked(
    name: &str,
    instrument: &InstrumentFile,
    kind: InstrumentKind,
    decimals: u8,
    findings: &mut Findings,
) -> Option<InstrumentPlan> {
    let Booked { price, step, lot, float, ordinary, .. } = instrument.booked()?;
    let path = format!("instruments.{name}");
    // Numbers that are no numbers, zero or negative are for `check` to report.
    let counted = if instrument.may_be_below_zero() { price.abs() } else { price };
    let sound = [counted, step, lot, float.unwrap_or(1.0)].iter().all(|number| number.is_finite() && *number > 0.0);
    if !sound {
        return None;
    }
    let value = step_value(&path, lot, step, decimals, findings);
    let start = start_price(&format!("{path}.price"), price, step, findings);
    let counted = float.map(|float| ("float", float)).into_iter();
    for (field, units) in counted.chain([("ordinary.daily_volume", ordinary.daily_volume)]) {
        if let Err(reason) = ground::numbers::lots(units, lot) {
            findings.add(format_args!("{path}.{field}"), reason, "take a larger lot, or a smaller number");
        }
    }
    if let Some(float) = float
        && let Err(reason) = cash(float * price.abs(), decimals)
    {
        findings.add(format_args!("{path}.float"), reason, "take a smaller float or price");
    }
    Some(InstrumentPlan {
        name: name.to_string(),
        kind,
        step_value: value?,
        lot_units: lot,
        step_size: step,
        start: start?,
        float_units: float.unwrap_or(f64::INFINITY),
        ordinary: Ordinary {
            daily_volume_units: ordinary.daily_volume,
            daily_volatility: ordinary.daily_volatility,
            value_volatility: ordinary.value_volatility,
            value_walk: ordinary.value_walk,
        },
        mark: MarkPlan::default(),
    })
}

/// How it is marked: the venues of its rule are markets of its own, those from `primary` on.
fn mark(
    instrument: &InstrumentFile,
    venues: &BTreeMap<&str, usize>,
    primary: MarketId,
    markets: &[MarketPlan],
) -> MarkPlan {
    let market = |venue: &str| {
        let venue = VenueId::from_index(*venues.get(venue)?);
        let own = markets[primary.index()..].iter().position(|market| market.venue == venue)?;
        Some(MarketId::from_index(primary.index() + own))
    };
    instrument.booked().map_or_else(MarkPlan::default, |own| MarkPlan::of(own.mark, &market))
}

/// A lot must gain a whole number of minor units when the price rises by a step, or the value of a
/// position could not be exact.
fn step_value(path: &str, lot: f64, step: f64, decimals: u8, findings: &mut Findings) -> Option<StepValue> {
    step_value_at(&format!("{path}.step"), lot, step, decimals, findings)
}

/// The same, with what is wrong reported at the path given.
pub fn step_value_at(path: &str, lot: f64, step: f64, decimals: u8, findings: &mut Findings) -> Option<StepValue> {
    let product = Decimal::of(lot)?.times(Decimal::of(step)?)?.shifted(decimals);
    let Some(minor) = product.whole() else {
        findings.add(
            path,
            format!(
                "one lot of {lot} times one step of {step} is not a whole number of the smallest amounts of money, \
                 which have {decimals} decimals"
            ),
            "give `currency.decimals` more decimals, or take a larger lot or step",
        );
        return None;
    };
    let value = i64::try_from(minor).ok().filter(|value| (1..=StepValue::LARGEST.get()).contains(value));
    if value.is_none() {
        findings.add(
            path,
            format!("one lot of {lot} times one step of {step} is {minor} of the smallest amounts of money, too many"),
            "take a smaller lot or step, or fewer decimals",
        );
    }
    value.map(StepValue::new)
}

pub fn start_price(path: &str, price: f64, step: f64, findings: &mut Findings) -> Option<Price> {
    let steps = Decimal::of(price)?.multiple_of(Decimal::of(step)?);
    let furthest = Price::FURTHEST.steps();
    if price.abs() / step > furthest as f64 {
        findings.add(
            path,
            format!("a price of {price:e} is more steps of {step} than this build counts (up to {furthest})"),
            "take a larger step or a smaller price",
        );
        return None;
    }
    let Some(steps) = steps else {
        let nearest = Decimal::of((price / step).round()).and_then(|steps| steps.times(Decimal::of(step)?));
        findings.add(
            path,
            format!("{price} is not a multiple of the price step {step}"),
            nearest.map_or_else(|| "change the price or the step".to_string(), |near| format!("the nearest is {near}")),
        );
        return None;
    };
    i64::try_from(steps).ok().map(Price::new).filter(|price| price.is_in_range())
}

/// Stands in for an instrument that was refused.
fn unreadable(name: &str) -> InstrumentPlan {
    InstrumentPlan {
        name: name.to_string(),
        kind: InstrumentKind::Spot { primary: MarketId::new(0) },
        step_value: StepValue::new(1),
        lot_units: 1.0,
        step_size: 1.0,
        start: Price::new(1),
        float_units: 1.0,
        ordinary: Ordinary {
            daily_volume_units: 1.0,
            daily_volatility: 0.0,
            value_volatility: 0.0,
            value_walk: ValueWalk::Geometric,
        },
        mark: MarkPlan::default(),
    }
}
