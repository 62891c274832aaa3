//! Deposits in whole numbers: a unit's worth at par has to be a whole number of the smallest amounts.

use super::markets::Markets;
use crate::file::WorldFile;
use ground::numbers::{Decimal, lots};
use ground::units::{Cash, InstrumentId, Rate};
use language::findings::Findings;
use mechanics::deposits::{DepositsFile, DepositsPlan};

pub fn plan(
    lender: &str,
    own: &DepositsFile,
    file: &WorldFile,
    markets: &Markets,
    findings: &mut Findings,
) -> Option<DepositsPlan> {
    let path = format!("lenders.{lender}.deposits");
    let place = file.instruments.position(&own.instrument).filter(|place| !markets.unusable[*place])?;
    let lot = markets.instruments[place].lot_units;
    let minor = Decimal::of(own.par).and_then(|par| par.times(Decimal::of(lot)?));
    let par = minor.map(|it| it.shifted(file.currency.decimals)).and_then(|it| it.whole()).filter(|minor| *minor > 0);
    if par.is_none() {
        findings.add(
            format_args!("{path}.par"),
            format!("a lot of {lot} at {} is not a whole number of the smallest amounts of money", own.par),
            "give `currency.decimals` more decimals, or take a larger lot",
        );
    }
    let pays_a_day =
        match own.pays_a_day.filter(|units| units.is_finite() && *units > 0.0).map(|units| lots(units, lot)) {
            Some(Ok(lots)) if lots.is_positive() => Some(lots),
            Some(found) => {
                let reason = found.err().unwrap_or_else(|| "it would pay out less than one lot a day".to_owned());
                findings.add(format_args!("{path}.pays_a_day"), reason, "give a number of lots that it can pay");
                None
            }
            None => None,
        };
    Some(DepositsPlan {
        instrument: InstrumentId::from_index(place),
        par: Cash::minor(par?),
        rate: Rate::from_f64(own.rate)?,
        earns: Rate::from_f64(own.earns)?,
        pays_a_day,
        settles: own.settles,
    })
}
