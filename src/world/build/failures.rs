//! Shocks to what markets run on, in ids and whole numbers. Names that do not exist are for `check` to report.

use super::markets::Markets;
use crate::contracts::mark::Bend;
use crate::units::{InstrumentId, LenderId, Rate, VenueId};
use crate::world::file::{OracleSays, ShockKindFile, WorldFile};
use crate::world::findings::Findings;
use crate::world::plan::ShockKind;

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
                OracleSays::Price(price) if !price.is_finite() => return None,
                OracleSays::Price(price) => {
                    let said = about.nearest_price(price);
                    if (about.price_of(said) - price).abs() > about.step_size {
                        findings.add(
                            format_args!("{path}.oracle.says.price"),
                            format!("{price:e} is more steps of {} than this build counts", about.step_size),
                            "give a smaller price",
                        );
                    }
                    Bend::To(said)
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
        _ => unreachable!("what else strikes is built elsewhere"),
    })
}
