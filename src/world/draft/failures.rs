//! Shocks to what markets run on, in ids and whole numbers. Names that do not exist are for `check` to report.

use super::markets::Markets;
use crate::file::{OracleSays, ShockKindFile, WorldFile};
use engine::plan::{CancelPlan, InstrumentPlan, MarketPlan, ShockKind};
use ground::units::{InstrumentId, LenderId, MarketId, Price, Rate, VenueId};
use language::findings::Findings;
use mechanics::contracts::mark::Bend;

pub fn kind(
    path: &str,
    what: &ShockKindFile,
    file: &WorldFile,
    markets: &Markets,
    findings: &mut Findings,
) -> Option<ShockKind> {
    let instrument = |name: &str| {
        let index = file.instruments.position(name).filter(|index| !markets.unusable[*index])?;
        Some(InstrumentId::from_index(index))
    };
    Some(match what {
        ShockKindFile::StaleFeed { instrument: name, lasts } => {
            ShockKind::StaleFeed { instrument: instrument(name)?, lasts: *lasts }
        }
        ShockKindFile::Oracle { instrument: name, says, lasts } => {
            let instrument = instrument(name)?;
            let about = &markets.instruments[instrument.index()];
            let bend = match *says {
                OracleSays::Ratio(ratio) => Bend::By(Rate::from_f64(ratio)?),
                OracleSays::Price(price) => {
                    Bend::To(in_steps(&format!("{path}.oracle.says.price"), price, about, findings)?)
                }
            };
            ShockKind::Oracle { instrument, bend, lasts: *lasts }
        }
        ShockKindFile::Outage { venue, lasts } => {
            ShockKind::Outage { venue: VenueId::from_index(file.venues.position(venue)?), lasts: *lasts }
        }
        ShockKindFile::WithdrawalHalt { lender, lasts } => {
            ShockKind::WithdrawalHalt { lender: LenderId::from_index(file.lenders.position(lender)?), lasts: *lasts }
        }
        ShockKindFile::CancelTrades { instrument: name, venue, from, to, beyond, reference } => {
            let instrument = instrument(name)?;
            let about = &markets.instruments[instrument.index()];
            let venue = match venue {
                Some(venue) => Some(VenueId::from_index(file.venues.position(venue)?)),
                None => None,
            };
            let here = |market: &MarketPlan| {
                market.instrument == instrument && venue.is_none_or(|venue| market.venue == venue)
            };
            let all = markets.markets.iter().enumerate().filter(|(_, market)| here(market));
            let reference = match *reference {
                Some(price) => Some(in_steps(&format!("{path}.cancel_trades.reference"), price, about, findings)?),
                None => None,
            };
            ShockKind::CancelTrades(CancelPlan {
                instrument,
                markets: all.map(|(index, _)| MarketId::from_index(index)).collect(),
                from: from.time(),
                to: to.time(),
                reference,
                beyond: Rate::from_f64(*beyond)?,
            })
        }
        _ => unreachable!("what else strikes is built elsewhere"),
    })
}

/// A stated price, to the nearest step.
fn in_steps(path: &str, price: f64, about: &InstrumentPlan, findings: &mut Findings) -> Option<Price> {
    if !price.is_finite() {
        return None;
    }
    let steps = about.nearest_price(price);
    if (about.price_of(steps) - price).abs() > about.step_size {
        let reason = format!("{price:e} is more steps of {} than this build counts", about.step_size);
        findings.add(path, reason, "give a smaller price");
    }
    Some(steps)
}
